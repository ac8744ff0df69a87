//! The one error type of the crate.

use crate::Result;

/// What can be wrong with a request to the engine.
///
/// Every message names the offending value, its place, and what to do instead; programs match the
/// variants, which hold the same numbers.
///
/// ```
/// use schur_engine::Geometry;
/// let error = Geometry::plane((3, 3), (0, 1), (1, 1), (1, 1)).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "stride is (0, 1): every entry must be at least 1"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A size that must be positive has a zero entry.
    #[error("{what} is ({}): every entry must be at least 1", axes(*extents, 1, ", "))]
    ZeroExtent {
        /// Which size.
        what: &'static str,
        /// Its entries for depth, height and width.
        extents: [usize; 3],
    },
    /// A window does not fit into the padded image.
    #[error(
        "a {} window (dilation included) does not fit into a {} image (padding included): use \
         more padding, a smaller window or a larger image",
        shown([window, padded])[0], shown([window, padded])[1]
    )]
    WindowExceedsImage {
        /// Depth, height and width that the window spans, with dilation.
        window: [usize; 3],
        /// Those of the padded image.
        padded: [usize; 3],
    },
    /// A pooling window that could lie in the padding altogether.
    #[error(
        "a padding of ({}) around a pool with a window of ({}): use less padding than window, on \
         every axis",
        axes(*padding, 0, ", "), axes(*window, 1, ", ")
    )]
    PoolPadding {
        /// Padding of depth, height and width.
        padding: [usize; 3],
        /// Depth, height and width of the window.
        window: [usize; 3],
    },
    /// A product or sum of sizes does not fit into `usize`.
    #[error("{what} overflows the address space: use smaller sizes")]
    Overflow {
        /// What was being computed.
        what: &'static str,
    },
    /// The system does not give that much memory.
    #[error(
        "{what} would take {gibibytes} GiB, which this system does not give: use smaller batches, \
         images or numbers of channels"
    )]
    Memory {
        /// What was to be stored.
        what: &'static str,
        /// In units of 2^30 bytes.
        gibibytes: usize,
    },
    /// A transform on the sphere that there is not, or numbers that do not fit it.
    #[error("a transform on the sphere: {problem}")]
    Sphere {
        /// What is wrong, and what to do instead.
        problem: String,
    },
    /// A layout without blocks.
    #[error("a layout has no blocks: give at least one")]
    NoBlocks,
    /// A block without channels.
    #[error(
        "block {index} of a layout has dim {dim} and multiplicity {multiplicity}: both must be \
         at least 1; leave the block out instead"
    )]
    EmptyBlock {
        /// Index of the block.
        index: usize,
        /// Its dimension.
        dim: usize,
        /// Its multiplicity.
        multiplicity: usize,
    },
    /// A slice has the wrong length.
    #[error("{what} has {got} entries where the shapes ask for {expected}")]
    Length {
        /// Which slice.
        what: &'static str,
        /// The length that the shapes ask for.
        expected: usize,
        /// The length it has.
        got: usize,
    },
    /// The number of pair bases is not the number of pairs of blocks.
    #[error(
        "{got} pair bases for {outputs} output and {inputs} input blocks: give one for every \
         pair ({expected}), output blocks outer, input blocks inner"
    )]
    BasisCount {
        /// Output blocks.
        outputs: usize,
        /// Input blocks.
        inputs: usize,
        /// Their product.
        expected: usize,
        /// The number given.
        got: usize,
    },
    /// A basis entry lies outside its kernel or its representations.
    #[error(
        "pair (output block {output_block}, input block {input_block}), element {element}: \
         entry {axis} is {got} but must be below {limit}"
    )]
    EntryOutside {
        /// Output block of the pair.
        output_block: usize,
        /// Input block of the pair.
        input_block: usize,
        /// Basis element.
        element: usize,
        /// Which index: `out`, `input` or `tap`.
        axis: &'static str,
        /// The index given.
        got: usize,
        /// The first value that is too large.
        limit: usize,
    },
    /// A basis entry is NaN or infinite.
    #[error(
        "pair (output block {output_block}, input block {input_block}), element {element}: an \
         entry has the value {value}; basis values must be finite"
    )]
    EntryNotFinite {
        /// Output block of the pair.
        output_block: usize,
        /// Input block of the pair.
        input_block: usize,
        /// Basis element.
        element: usize,
        /// The value as text.
        value: String,
    },
    /// The number of representations is not the number of blocks, or one has another dimension.
    #[error(
        "{side} block {index}: the layout has {expected}, the symmetry {got}; give one \
         representation per block, of the dimension of its fields"
    )]
    SymmetryBlock {
        /// `input` or `output`.
        side: &'static str,
        /// Index of the block.
        index: usize,
        /// What the layout has there.
        expected: String,
        /// What the symmetry has there.
        got: String,
    },
    /// A symmetry could not be made from its representations.
    #[error("the symmetry of a convolution: {problem}")]
    Symmetry {
        /// What the mathematics said.
        problem: String,
    },
    /// The name of numbers in which the engine does not multiply.
    #[error("precision `{0}`: use `f32` or `bf16`")]
    UnknownPrecision(String),
    /// A path that this plan does not have.
    #[error("this plan has no {path} path: {reason}")]
    NoPath {
        /// The path asked for.
        path: &'static str,
        /// Why it is missing.
        reason: String,
    },
    /// A shape that belongs to another convolution.
    #[error(
        "a shape of {got} was given to a plan of {expected}: take the shape from `ConvPlan::shape`"
    )]
    ForeignShape {
        /// The convolution of the plan.
        expected: String,
        /// That of the shape.
        got: String,
    },
    /// The number of centerings is not the number of blocks.
    #[error("{got} centerings for a layout of {expected} blocks: give one per block")]
    CenteringCount {
        /// Blocks of the layout.
        expected: usize,
        /// The number given.
        got: usize,
    },
    /// The epsilon of a norm is not a positive finite number.
    #[error("eps is {value}: it must be a positive finite number, such as 0.00001")]
    Epsilon {
        /// The value as text.
        value: String,
    },
    /// Batch statistics of nothing were asked for.
    #[error(
        "there is no pixel to take batch statistics of: use `forward_eval` or a nonempty batch"
    )]
    EmptyStatistics,
    /// A saved maximum lies outside the pooling window.
    #[error("saved argmax {got} at output entry {index} lies outside a window of {limit} pixels")]
    ArgmaxOutside {
        /// Position in the saved array.
        index: usize,
        /// The value there.
        got: u32,
        /// Pixels of the window.
        limit: usize,
    },
}

/// The entries for depth, height and width in words; that of the depth is left out where it is
/// `plain`, as for images.
pub(crate) fn axes([depth, height, width]: [usize; 3], plain: usize, between: &str) -> String {
    let plane = format!("{height}{between}{width}");
    if depth == plain {
        plane
    } else {
        format!("{depth}{between}{plane}")
    }
}

/// Two sizes, in the plane if both have depth 1.
fn shown(sizes: [&[usize; 3]; 2]) -> [String; 2] {
    // Nothing has the depth 0 here, so that nothing is left out in space.
    let plain = usize::from(sizes.iter().all(|size| size[0] == 1));
    sizes.map(|&size| axes(size, plain, " x "))
}

/// `Ok` if a slice of length `got` has the expected length.
pub(crate) fn check_len(what: &'static str, got: usize, expected: usize) -> Result<()> {
    if got == expected {
        Ok(())
    } else {
        Err(EngineError::Length {
            what,
            expected,
            got,
        })
    }
}

/// The product of `factors`, or the error that names `what` overflowed.
///
/// The product is kept so small that byte counts and signed offsets cannot overflow either.
pub(crate) fn checked_product(what: &'static str, factors: &[usize]) -> Result<usize> {
    const LIMIT: usize = isize::MAX as usize / 16;
    if factors.contains(&0) {
        return Ok(0);
    }
    factors
        .iter()
        .try_fold(1_usize, |product, &f| product.checked_mul(f))
        .filter(|&product| product <= LIMIT)
        .ok_or(EngineError::Overflow { what })
}

/// `Ok` if the system would give `bytes` now; small sizes are not asked for.
pub(crate) fn check_memory(what: &'static str, bytes: usize) -> Result<()> {
    const GIBIBYTE: usize = 1 << 30;
    if bytes < GIBIBYTE {
        return Ok(());
    }
    // Nothing is written, so nothing is taken.
    Vec::<u8>::new()
        .try_reserve_exact(bytes)
        .map_err(|_| EngineError::Memory {
            what,
            gibibytes: bytes / GIBIBYTE,
        })
}
