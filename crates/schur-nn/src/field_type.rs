//! Field types: which representations the channels of a feature space carry.

mod algebra;
mod fields;
mod text;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use schur_engine::{Block, Layout};
use schur_math::{PlanarGroup, PlanarRepresentation, PlaneIsometry};

pub use fields::Fields;

use crate::{GroupElement, NnError};

/// The type of a feature field on the plane: a group and a list of blocks, each block being
/// `multiplicity` copies of one representation.
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
    group: PlanarGroup,
    blocks: Vec<FieldBlock>,
    layout: Layout,
}

/// `multiplicity` fields that carry the same representation.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldBlock {
    /// How each field of the block transforms.
    pub representation: PlanarRepresentation,
    /// How many such fields there are.
    pub multiplicity: usize,
}

impl FieldType {
    /// A field type from blocks of (representation, multiplicity), in channel order.
    ///
    /// # Errors
    ///
    /// If there is no block, a multiplicity is zero, or a representation is of another group.
    pub fn new(
        group: &PlanarGroup,
        blocks: impl IntoIterator<Item = (PlanarRepresentation, usize)>,
    ) -> Result<Self, NnError> {
        let blocks: Vec<FieldBlock> = blocks
            .into_iter()
            .map(|(representation, multiplicity)| FieldBlock {
                representation,
                multiplicity,
            })
            .collect();
        if blocks.is_empty() {
            return Err(NnError::EmptyFieldType);
        }
        for block in &blocks {
            if block.multiplicity == 0 {
                return Err(NnError::NoFields {
                    representation: block.representation.name().to_string(),
                });
            }
            if block.representation.group() != group {
                return Err(NnError::ForeignRepresentation {
                    representation: block.representation.name().to_string(),
                    found: block.representation.group().name().to_string(),
                    expected: group.name().to_string(),
                });
            }
        }
        let layout = Layout::new(
            blocks
                .iter()
                .map(|b| Block {
                    dim: b.representation.dim(),
                    multiplicity: b.multiplicity,
                })
                .collect(),
        )?;
        Ok(Self {
            inner: Arc::new(Inner {
                group: group.clone(),
                blocks,
                layout,
            }),
        })
    }

    /// `fields` regular fields: functions on the group at every point, `|G|` channels each.
    ///
    /// # Errors
    ///
    /// If `fields` is zero, or the group is infinite: use
    /// [`PlanarRepresentation::band_limited_regular`].
    pub fn regular(group: &PlanarGroup, fields: usize) -> Result<Self, NnError> {
        Self::new(group, [(PlanarRepresentation::regular(group)?, fields)])
    }

    /// `fields` scalar fields, one channel each, such as a grey image.
    ///
    /// # Errors
    ///
    /// If `fields` is zero.
    pub fn trivial(group: &PlanarGroup, fields: usize) -> Result<Self, NnError> {
        Self::new(group, [(PlanarRepresentation::trivial(group), fields)])
    }

    /// The group, with its action on the plane.
    pub fn group(&self) -> &PlanarGroup {
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

    /// The blocks, each with its first channel in memory order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (usize, &FieldBlock)> {
        let offsets = self.layout().offsets().iter().copied();
        offsets.zip(self.blocks())
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
        let g = self.isometry(g)?;
        let mut rows = Vec::with_capacity(self.channels());
        for (offset, block) in self.parts() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let matrix = block.representation.matrix(g)?;
            for row in matrix.chunks(dim) {
                for copy in 0..copies {
                    let entries = row.iter().enumerate().filter(|(_, value)| **value != 0.0);
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

    fn isometry<'a>(&self, g: &'a GroupElement) -> Result<&'a PlaneIsometry, NnError> {
        g.plane().ok_or_else(|| NnError::Config {
            at: format!("the element {g}"),
            problem: format!("it is none of {}; use one of its elements", self.group()),
        })
    }

    /// The group for what needs an action on the plane.
    ///
    /// # Errors
    ///
    /// If the group acts otherwise.
    pub fn planar(&self, what: &str) -> Result<&PlanarGroup, NnError> {
        let _ = what;
        Ok(self.group())
    }

    /// Elements to look at: all of a finite group; of a continuous one some that lie dense
    /// together, those that permute pixels among them.
    pub fn test_elements(&self) -> Vec<GroupElement> {
        let elements = self.group().test_elements().into_iter();
        elements
            .map(|g| GroupElement::of_plane(self.group(), g))
            .collect()
    }

    /// Whether an element is of the group.
    pub fn contains(&self, g: &GroupElement) -> bool {
        g.plane().is_some_and(|g| self.group().contains(g))
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
    /// Of what equal types have in common to the last bit: the group up to its mirror axis, and of
    /// every block the multiplicity and the frequencies of the irreps.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.group().rotations().hash(state);
        self.group().has_mirrors().hash(state);
        for block in self.blocks() {
            let parts = block.representation.parts().iter();
            let mut parts: Vec<_> = parts.map(|part| (part.frequency(), part.dim())).collect();
            parts.sort_unstable();
            (block.multiplicity, parts).hash(state);
        }
    }
}

impl fmt::Display for FieldType {
    /// `C4: 8 regular + 2 trivial`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.group().name())?;
        for (i, block) in self.blocks().iter().enumerate() {
            if i > 0 {
                f.write_str(" + ")?;
            }
            write!(f, "{} {}", block.multiplicity, block.representation.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldType({self})")
    }
}
