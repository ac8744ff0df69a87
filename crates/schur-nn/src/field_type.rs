//! Field types: which representations the channels of a feature space carry.

mod algebra;
mod fields;
mod text;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use schur_engine::{Block, Layout};
use schur_math::{
    LinearGroup, PlanarGroup, PlanarRepresentation, RepresentationText, SpatialGroup, TensorType,
};

pub use fields::Fields;
pub(crate) use fields::Known;

use crate::NnError;
use crate::group::{AnyGroup, AnyRepresentation, GridGroup, GroupElement, tensor_blocks};

/// The type of a feature field: a group and a list of blocks, each block being `multiplicity`
/// copies of one representation. Groups are those of the plane and of space ([`GridGroup`]), which
/// also move pixels, voxels and points, finite and compact ones ([`of`](Self::of)), and groups of
/// matrices ([`tensors`](Self::tensors)).
///
/// A feature field of this type transforms as `[g f](x) = ρ(g) f(g⁻¹ x)` with
/// `ρ = ⊕ multiplicity · representation` (Cohen & Welling 2017, Weiler & Cesa 2019).
///
/// # Channel order
///
/// Seen from outside ([`Field::to_tensor`](crate::Field::to_tensor)) the channels
/// of one field are contiguous and fields follow each other in order. In memory a block is
/// component-major, see [`schur_engine::Layout`].
///
/// ```
/// use schur_math::PlanarGroup;
/// use schur_nn::FieldType;
///
/// let features = FieldType::regular(&PlanarGroup::parse("C4")?, 10)?;
/// assert_eq!(features.channels(), 40);
/// assert_eq!(features.to_string(), "C4: 10 regular");
/// // The text says it all.
/// let mixed = FieldType::parse("D8: 8 regular + 4 quotient(C2) + 2 irrep(E1)")?;
/// assert_eq!(mixed.channels(), 8 * 16 + 4 * 8 + 2 * 2);
/// // Types are keys of maps.
/// let names = std::collections::HashMap::from([(features, "features"), (mixed, "mixed")]);
/// assert_eq!(names[&FieldType::parse("C4: 10 regular")?], "features");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FieldType {
    inner: Arc<Inner>,
}

struct Inner {
    group: AnyGroup,
    blocks: Vec<FieldBlock>,
    layout: Layout,
}

/// `multiplicity` fields that carry the same representation.
///
/// ```
/// use schur_nn::FieldType;
///
/// let fields = FieldType::parse("D4: 2 regular + 3 E1")?;
/// let vectors = &fields.blocks()[1];
/// assert_eq!((vectors.multiplicity, vectors.representation.dim()), (3, 2));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FieldBlock {
    /// How each field of the block transforms.
    pub representation: AnyRepresentation,
    /// How many such fields there are.
    pub multiplicity: usize,
}

impl FieldBlock {
    /// The dimension of a field and how many there are.
    pub(crate) fn shape(&self) -> Block {
        Block {
            dim: self.representation.dim(),
            multiplicity: self.multiplicity,
        }
    }
}

impl FieldType {
    /// A field type from blocks of (representation, multiplicity), in channel order.
    ///
    /// # Errors
    ///
    /// If there is no block, a multiplicity is zero, or a representation is of another group.
    pub fn new<R: Into<AnyRepresentation>>(
        group: impl Into<AnyGroup>,
        blocks: impl IntoIterator<Item = (R, usize)>,
    ) -> Result<Self, NnError> {
        let group = group.into();
        let block = |(representation, multiplicity): (R, usize)| FieldBlock {
            representation: representation.into(),
            multiplicity,
        };
        let blocks: Vec<FieldBlock> = blocks.into_iter().map(block).collect();
        if blocks.is_empty() {
            return Err(NnError::EmptyFieldType);
        }
        for block in &blocks {
            if block.multiplicity == 0 {
                return Err(NnError::NoFields {
                    representation: block.representation.name().to_string(),
                });
            }
            block.representation.check_group(&group)?;
        }
        let layout = Layout::new(blocks.iter().map(FieldBlock::shape).collect())?;
        Ok(Self {
            inner: Arc::new(Inner {
                group,
                blocks,
                layout,
            }),
        })
    }

    /// A field type of the group of the representations, which is finite or compact.
    ///
    /// ```
    /// use schur_math::{FiniteRepresentation, Group};
    /// use schur_nn::FieldType;
    ///
    /// let s4 = Group::parse("S4")?;
    /// let fields = FieldType::of([
    ///     (FiniteRepresentation::regular(&s4), 2),
    ///     (FiniteRepresentation::trivial(&s4), 3),
    /// ])?;
    /// assert_eq!(fields.to_string(), "S4: 2 regular + 3 trivial");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no block, a multiplicity is zero, or the groups differ.
    pub fn of<R: TryInto<AnyRepresentation>>(
        blocks: impl IntoIterator<Item = (R, usize)>,
    ) -> Result<Self, NnError>
    where
        NnError: From<R::Error>,
    {
        let block = |(rho, copies): (R, usize)| Ok((rho.try_into()?, copies));
        let blocks = blocks.into_iter().map(block);
        let blocks: Vec<(AnyRepresentation, usize)> = blocks.collect::<Result<_, NnError>>()?;
        let (first, _) = blocks.first().ok_or(NnError::EmptyFieldType)?;
        Self::new(first.group(), blocks)
    }

    /// Tensors over the vectors that a group of matrices acts on.
    ///
    /// ```
    /// use schur_math::LinearGroup;
    /// use schur_nn::FieldType;
    ///
    /// let lorentz = LinearGroup::lorentz();
    /// let events = FieldType::tensors(&lorentz, &"2 T(0) + 3 T(1)".parse()?)?;
    /// assert_eq!(events.to_string(), "O(1, 3): 2 T(0) + 3 T(1)");
    /// assert_eq!(events.channels(), 2 + 3 * 4);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the type has no term or a multiplicity of zero, or is too large.
    pub fn tensors(group: &LinearGroup, tensor_type: &TensorType) -> Result<Self, NnError> {
        Self::of(tensor_blocks(group, tensor_type)?)
    }

    /// `fields` regular fields: functions on the group at every point, `|G|` channels each.
    ///
    /// # Errors
    ///
    /// If `fields` is zero, or the group is infinite: use
    /// [`PlanarRepresentation::band_limited_regular`].
    pub fn regular(group: impl Into<GridGroup>, fields: usize) -> Result<Self, NnError> {
        let group = group.into();
        Self::new(&group, [(group.representation("regular")?, fields)])
    }

    /// `fields` scalar fields, one channel each, such as a grey image.
    ///
    /// # Errors
    ///
    /// If `fields` is zero.
    pub fn trivial(group: impl Into<AnyGroup>, fields: usize) -> Result<Self, NnError> {
        let group = group.into();
        let trivial = group.trivial()?;
        Self::new(group, [(trivial, fields)])
    }

    /// The group.
    pub fn group(&self) -> &AnyGroup {
        &self.inner.group
    }

    /// The blocks in channel order.
    pub fn blocks(&self) -> &[FieldBlock] {
        &self.inner.blocks
    }

    /// How the channels lie in memory.
    pub fn layout(&self) -> &Layout {
        &self.inner.layout
    }

    /// The blocks, each with its first channel in memory order: component `c` of copy `k` of a block is
    /// the channel `first + c * multiplicity + k`.
    ///
    /// ```
    /// let fields = schur_nn::FieldType::parse("C4: 2 regular + 3 E1 + trivial")?;
    /// let firsts: Vec<usize> = fields.parts().map(|(first, _)| first).collect();
    /// assert_eq!(firsts, [0, 8, 14]);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn parts(&self) -> impl Iterator<Item = (usize, &FieldBlock)> {
        let offsets = self.layout().offsets().iter().copied();
        offsets.zip(self.blocks())
    }

    /// The blocks, each with the numbers of its fields among all.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (Range<usize>, &FieldBlock)> {
        let mut next = 0;
        self.blocks().iter().map(move |block| {
            let first = next;
            next += block.multiplicity;
            (first..next, block)
        })
    }

    /// Number of channels: the sum of `multiplicity · dim`.
    pub fn channels(&self) -> usize {
        self.inner.layout.channels()
    }

    /// Number of fields: the sum of the multiplicities.
    pub fn fields(&self) -> usize {
        self.blocks().iter().map(|b| b.multiplicity).sum()
    }

    /// Whether every field permutes its channels under the group, which is what a pointwise
    /// nonlinearity needs to commute with it.
    pub fn is_permutation(&self) -> bool {
        self.blocks()
            .iter()
            .all(|b| b.representation.is_permutation())
    }

    /// For every channel in memory order, its index in the outward order in which the channels
    /// of one field are contiguous.
    pub(crate) fn outward_of_memory(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.channels());
        for (offset, block) in self.parts() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            for component in 0..dim {
                order.extend((0..copies).map(|copy| offset + copy * dim + component));
            }
        }
        order
    }

    /// The matrix of `⊕ ρ(g)` on the channels in memory order, sparse by rows: for every
    /// output channel the input channels and factors that it sums.
    ///
    /// # Errors
    ///
    /// If `g` is not in the group.
    pub(crate) fn channel_action(
        &self,
        g: &GroupElement,
    ) -> Result<Vec<Vec<(usize, f64)>>, NnError> {
        let mut rows = Vec::with_capacity(self.channels());
        for (offset, block) in self.parts() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let matrix = block.representation.matrix(g)?;
            for row in 0..dim {
                for copy in 0..copies {
                    let entries = matrix
                        .row(row)
                        .iter()
                        .enumerate()
                        .filter(|(_, value)| **value != 0.0);
                    rows.push(
                        entries
                            .map(|(col, value)| (offset + col * copies + copy, *value))
                            .collect(),
                    );
                }
            }
        }
        Ok(rows)
    }

    /// The group with its action on images or volumes.
    ///
    /// # Errors
    ///
    /// If it acts on neither; the message names the layer.
    pub fn grid_group(&self, layer: &str) -> Result<GridGroup, NnError> {
        GridGroup::of(self.group()).ok_or_else(|| NnError::Unsuitable {
            layer: layer.to_string(),
            representation: self.to_string(),
            problem: "the group acts neither on images nor on volumes; use one that does, such as \
                      C8, D4, SO(2), O or SO(3)"
                .to_string(),
        })
    }

    /// The group with its action on the plane.
    ///
    /// # Errors
    ///
    /// If it does not act there; the message names the layer.
    pub fn planar(&self, layer: &str) -> Result<&PlanarGroup, NnError> {
        self.group().planar().ok_or_else(|| NnError::Unsuitable {
            layer: layer.to_string(),
            representation: self.to_string(),
            problem: "the group does not act on the plane; use C_n, D_n, SO(2) or O(2)".to_string(),
        })
    }
}

impl PartialEq for FieldType {
    /// Equal group, and equal representations with equal multiplicities in equal order.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
            || (self.group() == other.group() && self.blocks() == other.blocks())
    }
}

/// Matrices are compared up to round-off, so that equality of types whose matrices differ by about
/// that much depends on the pair; no constructor gives such types.
impl Eq for FieldType {}

impl Hash for FieldType {
    /// Hashes what equal types have in common to the last bit: of every block the dimension and the
    /// multiplicity; the group up to its mirror axis or orientation, on the plane also the frequencies.
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Some(group) = self.group().planar() {
            (group.rotations(), group.has_mirrors()).hash(state);
        }
        let kind = self.group().spatial().map(SpatialGroup::kind);
        kind.hash(state);
        for block in self.blocks() {
            let planar = block.representation.get::<PlanarRepresentation>();
            let parts = planar.map(|planar| {
                let parts = planar.parts().iter();
                let mut parts: Vec<_> = parts.map(|part| (part.frequency(), part.dim())).collect();
                parts.sort_unstable();
                parts
            });
            let parts = parts.unwrap_or_default();
            (block.representation.dim(), block.multiplicity, parts).hash(state);
        }
    }
}

impl fmt::Display for FieldType {
    /// `C4: 8 regular + 2 trivial`; sums that are one field stand in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.group().name())?;
        for (i, block) in self.blocks().iter().enumerate() {
            if i > 0 {
                f.write_str(" + ")?;
            }
            let (count, name) = (block.multiplicity, block.representation.name());
            match name
                .parse()
                .map(|text: RepresentationText| text.terms().len())
            {
                Ok(2..) => write!(f, "{count} ({name})")?,
                _ => write!(f, "{count} {name}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldType({self})")
    }
}

/// Refuses fields whose length the group does not keep.
pub(crate) fn require_orthogonal(fields: &FieldType, layer: &str) -> Result<(), NnError> {
    let mut blocks = fields.blocks().iter();
    match blocks.find(|b| !b.representation.is_orthogonal()) {
        None => Ok(()),
        Some(block) => Err(NnError::Unsuitable {
            layer: layer.to_string(),
            representation: format!("{} of {}", block.representation.name(), fields.group()),
            problem: "the group does not keep its length; use `Gated`, which only multiplies by \
                      invariants"
                .to_string(),
        }),
    }
}
