//! Plans: what a steerable convolution needs, prepared once at construction.

mod cost;
mod cut;
mod drawing;
mod finish;
mod precision;
mod run;
mod sparse;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::parallel::*;

pub use cost::{Path, PathCost};
use drawing::Drawing;
pub use precision::Precision;
pub use run::PreparedWeight;
use sparse::PairMap;

use crate::basis::{BasisMatrix, PairBasis};
use crate::cpu::blocks::Executor;
use crate::error::{check_len, check_memory, checked_product};
use crate::program::Program;
use crate::symmetry::Symmetry;
use crate::{ConvShape, EngineError, Geometry, Layout, Result, Scalar};

/// A steerable convolution from one layout to another.
///
/// For every pair of an output and an input block the plan holds a sparse kernel basis. The
/// dense weight is linear in the free parameters p:
///
/// ```text
/// W[tap, channel(in block, input, u), channel(out block, out, v)]
///     = sum over elements b of B_b[out, input, tap] p[pair][b][u][v]
/// ```
///
/// Parameters are one flat vector. The pair (output block o, input block i) owns the slice
/// [`ConvPlan::pair_ranges`]`[o * in_blocks + i]`, laid out as `[element][input copy u][output
/// copy v]`, the output copy fastest. The dense weight is
/// `[tap][in channels][out channels]`, taps row-major over depth, height and width, as [`crate::conv`] wants it.
///
/// ```
/// use schur_engine::{Block, ConvPlan, Entry, Geometry, Layout, PairBasis};
/// // 1 x 1 maps between two regular fields of the mirror group: a I + b J.
/// let entry = |out, input| Entry { out, input, tap: 0, value: 1.0 };
/// let basis = PairBasis {
///     elements: vec![
///         vec![entry(0, 0), entry(1, 1)],
///         vec![entry(0, 1), entry(1, 0)],
///     ],
/// };
/// let regular = Layout::new(vec![Block { dim: 2, multiplicity: 1 }])?;
/// let plan = ConvPlan::new(regular.clone(), regular, Geometry::square(1)?, vec![basis])?;
/// assert_eq!(plan.expand(&[3.0, 5.0])?, [3.0, 5.0, 5.0, 3.0]);
/// assert_eq!(plan.expand_backward(&[1.0, 2.0, 3.0, 4.0])?, [5.0, 5.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Clone)]
pub struct ConvPlan {
    input: Layout,
    output: Layout,
    geometry: Geometry,
    pairs: Arc<[PairMap]>,
    ranges: Vec<Range<usize>>,
    parameters: usize,
    lattice: Arc<std::result::Result<Blocks, String>>,
    band: Arc<std::result::Result<Blocks, String>>,
    precision: Precision,
    path: Path,
    /// The path of the input gradient.
    adjoint_path: Path,
}

/// A convolution in blocks and its input gradient.
#[derive(Clone)]
struct Blocks {
    group: String,
    forward: Executor,
    /// The input gradient as a convolution, which it is for stride 1 only.
    adjoint: Option<Executor>,
}

impl ConvPlan {
    /// A plan from one basis per pair of blocks: output blocks outer, input blocks inner.
    ///
    /// A basis may be empty (the pair is then not connected), and entries of one element at the
    /// same place add up.
    ///
    /// # Errors
    ///
    /// [`EngineError::BasisCount`], [`EngineError::EntryOutside`],
    /// [`EngineError::EntryNotFinite`], or [`EngineError::Overflow`] for absurd sizes.
    pub fn new(
        input: Layout,
        output: Layout,
        geometry: Geometry,
        bases: Vec<PairBasis>,
    ) -> Result<Self> {
        Self::of_bases(input, output, geometry, &bases)
    }

    fn of_bases(
        input: Layout,
        output: Layout,
        geometry: Geometry,
        bases: &[PairBasis],
    ) -> Result<Self> {
        let (outputs, inputs) = (output.blocks().len(), input.blocks().len());
        let expected = checked_product("the number of pairs", &[outputs, inputs])?;
        if bases.len() != expected {
            return Err(EngineError::BasisCount {
                outputs,
                inputs,
                expected,
                got: bases.len(),
            });
        }
        checked_product(
            "the weight",
            &[geometry.taps(), input.channels(), output.channels()],
        )?;
        let map = |pair: usize| {
            let place = (pair / inputs, pair % inputs);
            PairMap::new(place, &output, &input, &geometry, &bases[pair])
        };
        let maps: Vec<_> = (0..expected).into_par_iter().map(map).collect();
        let mut pairs = Vec::with_capacity(expected);
        let mut ranges = Vec::with_capacity(expected);
        let mut parameters = 0_usize;
        for map in maps {
            let map = map?;
            let len = checked_product(
                "the number of parameters",
                &[map.elements(), map.in_copies(), map.out_copies()],
            )?;
            let end = parameters.checked_add(len).ok_or(EngineError::Overflow {
                what: "the number of parameters",
            })?;
            ranges.push(parameters..end);
            parameters = end;
            pairs.push(map);
        }
        Ok(Self {
            input,
            output,
            geometry,
            pairs: pairs.into(),
            ranges,
            parameters,
            lattice: Arc::new(Err("no symmetry is known".to_string())),
            band: Arc::new(Err("no band is known".to_string())),
            precision: Precision::F32,
            path: Path::Dense,
            adjoint_path: Path::Dense,
        })
    }

    /// A plan that may use what its bases commute with, and chooses the path with the least
    /// work.
    ///
    /// # Errors
    ///
    /// [`EngineError::BasisCount`], [`EngineError::EntryOutside`], [`EngineError::EntryNotFinite`],
    /// or [`EngineError::Overflow`] for absurd sizes; [`EngineError::SymmetryBlock`] or
    /// [`EngineError::Symmetry`] if the arrays of the symmetry do not fit layouts and kernel. Bases that do not commute with the symmetry are no error: the plan is dense then,
    /// and says so.
    pub fn with_symmetry(
        input: Layout,
        output: Layout,
        geometry: Geometry,
        bases: Vec<PairBasis>,
        symmetry: &Symmetry,
    ) -> Result<Self> {
        symmetry.check(&input, &output, geometry.taps())?;
        let mut plan = Self::of_bases(input, output, geometry, &bases)?;
        let drawing = Drawing {
            plan: &plan,
            bases: plan.pairs.iter().map(|pair| pair.basis().clone()).collect(),
        };
        let (lattice, band) = join(|| drawing.lattice(symmetry), || drawing.band(symmetry));
        (plan.lattice, plan.band) = (Arc::new(lattice), Arc::new(band));
        plan.choose();
        Ok(plan)
    }

    /// The plan of this convolution with other zeros around the input: bases and paths are shared, and
    /// weights prepared by one of the two plans serve both.
    ///
    /// ```
    /// use schur_engine::{ConvPlan, Geometry, Layout, PairBasis};
    /// let scalar = Layout::scalars(1)?;
    /// let geometry = Geometry::plane((3, 3), (1, 1), (1, 1), (1, 1))?;
    /// let plan = ConvPlan::new(scalar.clone(), scalar, geometry, vec![PairBasis::default()])?;
    /// let rows = plan.with_padding([0, 1, 0])?;
    /// assert_eq!(rows.geometry().output_size([1, 5, 5])?, [1, 5, 3]);
    /// # Ok::<(), schur_engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`EngineError::Overflow`] for absurd sizes.
    pub fn with_padding(&self, padding: [usize; 3]) -> Result<Self> {
        let g = &self.geometry;
        Ok(Self {
            geometry: Geometry::new(g.kernel(), g.stride(), padding, g.dilation())?,
            ..self.clone()
        })
    }

    /// Layout of the input channels.
    #[must_use]
    pub fn input(&self) -> &Layout {
        &self.input
    }

    /// Layout of the output channels.
    #[must_use]
    pub fn output(&self) -> &Layout {
        &self.output
    }

    /// The sampling pattern.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The convolution on a path as a program for any device, if the plan has the path and it is
    /// not the dense one.
    #[must_use]
    pub fn program(&self, path: Path) -> Option<&Program> {
        let blocks = self.of_path(path)?.as_ref().ok()?;
        Some(blocks.forward.program())
    }

    /// The input gradient on a path as a program: a convolution of the output gradient with
    /// stride 1 and, on every axis, a padding of `dilation (kernel - 1) - padding`, which may be
    /// negative; its taps are those of the kernel turned round on every axis. `None` also for other
    /// strides, where it is the transpose of [`program`](Self::program) only.
    #[must_use]
    pub fn input_gradient_program(&self, path: Path) -> Option<&Program> {
        let blocks = self.of_path(path)?.as_ref().ok()?;
        blocks.adjoint.as_ref().map(Executor::program)
    }

    /// Number of free parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// The parameters of every pair, output blocks outer, input blocks inner.
    #[must_use]
    pub fn pair_ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// The basis of every pair as a dense matrix, in the order of [`ConvPlan::pair_ranges`]: for
    /// tensor libraries, which expand weights by products with it.
    pub fn basis_matrices(&self) -> impl Iterator<Item = BasisMatrix> {
        self.pairs.iter().map(PairMap::matrix)
    }

    /// Entries of the dense weight.
    #[must_use]
    pub fn weight_len(&self) -> usize {
        self.geometry.taps() * self.input.channels() * self.output.channels()
    }

    /// The shape of this convolution on `batch` images of `size` (depth, height, width).
    ///
    /// # Errors
    ///
    /// [`EngineError::ZeroExtent`] for an image without pixels,
    /// [`EngineError::WindowExceedsImage`] if the kernel does not fit into the padded image,
    /// [`EngineError::Overflow`] for absurd sizes, [`EngineError::Memory`] if the system does not
    /// give memory for the result in `f32`.
    pub fn shape(&self, batch: usize, size: [usize; 3]) -> Result<ConvShape> {
        let (inputs, outputs) = (self.input.channels(), self.output.channels());
        let shape = ConvShape::new(&self.geometry, batch, size, inputs, outputs)?;
        check_memory(
            "the result of a convolution",
            size_of::<f32>() * shape.output_len(),
        )?;
        Ok(shape)
    }

    /// Products of the dense convolution of one image of `size` (depth, height, width), taps in
    /// the padding included.
    ///
    /// # Errors
    ///
    /// Those of [`ConvPlan::shape`].
    pub fn dense_products(&self, size: [usize; 3]) -> Result<u128> {
        Ok(self.shape(1, size)?.products())
    }

    /// The dense weight of the parameters, `[tap][in channels][out channels]`.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] unless `parameters` has [`ConvPlan::parameters`] entries.
    pub fn expand<T: Scalar>(&self, parameters: &[T]) -> Result<Vec<T>> {
        check_len("parameters", parameters.len(), self.parameters)?;
        let mut weight = vec![T::ZERO; self.weight_len()];
        let tap_len = self.input.channels() * self.output.channels();
        weight.par_chunks_mut(tap_len).enumerate().for_each_init(
            Vec::new,
            |scratch, (tap, weight)| {
                for (pair, range) in self.pairs.iter().zip(&self.ranges) {
                    pair.expand_tap(tap, &parameters[range.clone()], scratch, weight);
                }
            },
        );
        Ok(weight)
    }

    /// The transpose of [`ConvPlan::expand`]: the gradient in the parameters from the gradient
    /// in the dense weight.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] unless `gradient` has [`ConvPlan::weight_len`] entries.
    pub fn expand_backward<T: Scalar>(&self, gradient: &[T]) -> Result<Vec<T>> {
        check_len("the weight gradient", gradient.len(), self.weight_len())?;
        let mut parameters = vec![T::ZERO; self.parameters];
        let tap_len = self.input.channels() * self.output.channels();
        for (pair, range) in self.pairs.iter().zip(&self.ranges) {
            pair.contract(gradient, tap_len, &mut parameters[range.clone()]);
        }
        Ok(parameters)
    }
}

impl fmt::Debug for ConvPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConvPlan")
            .field("input", &self.input.blocks())
            .field("output", &self.output.blocks())
            .field("geometry", &self.geometry)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}
