//! Groups of any kind, behind one type.

mod element;
mod grid;
mod linear;
mod representation;
mod symmetry;

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use schur_math::{
    CompactGroup, Group, LinearGroup, MathError, Matrix, PlanarGroup, SpatialGroup, SymmetryGroup,
};

pub(crate) use element::GridIsometry;
pub use element::GroupElement;
pub use grid::GridGroup;
pub use linear::LinearElement;
pub(crate) use linear::tensor_blocks;
pub use representation::{AnyRepresentation, Irreps, MatrixKind, Part, Rep};

use crate::NnError;

/// The group of a [`FieldType`](crate::FieldType), of whatever kind: of the plane, finite,
/// compact or of matrices. Cloning copies a pointer.
///
/// ```
/// use schur_math::LinearGroup;
/// use schur_nn::FieldType;
///
/// let lorentz = FieldType::tensors(&LinearGroup::lorentz(), &"2 T(1)".parse()?)?;
/// let (o13, c8) = (lorentz.group().clone(), FieldType::parse("C8: regular")?.group().clone());
/// assert_eq!((o13.name(), c8.name()), ("O(1, 3)", "C8"));
/// assert!(o13 != c8 && c8.planar().is_some() && o13.planar().is_none());
/// assert_eq!((o13.dimension(), c8.dimension()), (None, Some(2)));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone)]
pub struct AnyGroup {
    name: Arc<str>,
    kind: Arc<dyn GroupKind>,
}

/// What field types ask of a group.
pub(crate) trait GroupKind: Any + Send + Sync {
    /// Whether the other is the same group.
    fn equals(&self, other: &dyn GroupKind) -> bool;

    /// The number of elements; `None` if it is infinite or not known.
    fn order(&self) -> Option<usize> {
        None
    }

    /// Elements to look at: all of a small group, otherwise some that generate the group or a
    /// dense part of it, and others that have nothing to do with these.
    fn test_elements(&self) -> Vec<GroupElement>;

    /// Elements that generate the group or a dense part of it.
    fn generators(&self) -> Vec<GroupElement>;

    /// Whether an element is of the group.
    fn contains(&self, g: &GroupElement) -> bool;

    /// The representation on scalars.
    fn trivial(&self) -> Result<AnyRepresentation, NnError>;

    /// The representation of a name.
    fn representation(&self, name: &str) -> Result<AnyRepresentation, NnError>;

    /// Orthonormal bases in `tr MᵀN` of the maps between all pairs of some representations, those
    /// of the output outer.
    fn maps(
        &self,
        inputs: &[&AnyRepresentation],
        outputs: &[&AnyRepresentation],
    ) -> Result<Vec<Vec<Matrix>>, NnError> {
        let mut pairs = Vec::with_capacity(inputs.len() * outputs.len());
        for out in outputs {
            for input in inputs {
                pairs.push(input.maps_to(out)?);
            }
        }
        Ok(pairs)
    }
}

/// The name of the representation on scalars.
const TRIVIAL: &str = "trivial";

/// Whether another group of some kind is the same value.
fn same<G: GroupKind + PartialEq>(group: &G, other: &dyn GroupKind) -> bool {
    (other as &dyn Any).downcast_ref() == Some(group)
}

impl AnyGroup {
    /// A group from its name: one of images or volumes as [`GridGroup::parse`] has it, otherwise a
    /// finite one ([`Group::parse`]), otherwise a compact one ([`CompactGroup::parse`]).
    ///
    /// `S4` is the group of volumes with this symbol; the permutations of four things are
    /// `AnyGroup::from(&Group::parse("S4")?)`, or `O` where they act on volumes.
    ///
    /// ```
    /// use schur_nn::AnyGroup;
    ///
    /// let dimension = |name| AnyGroup::parse(name).map(|group| group.dimension());
    /// assert_eq!((dimension("D4")?, dimension("Oh")?, dimension("S5")?), (Some(2), Some(3), None));
    /// assert_eq!(AnyGroup::parse("SU(2)")?.order(), None);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such group; the message names all kinds.
    pub fn parse(name: &str) -> Result<Self, NnError> {
        let unknown = match GridGroup::parse(name) {
            Ok(group) => return Ok(group.into()),
            Err(NnError::UnknownGroup { name, .. }) => NnError::UnknownGroup {
                name,
                others: "; groups of vectors alone are S<n>, A<n>, Q8, Dic<n>, SU(2), and products \
                         such as C4 x D3 or O(3) x S3",
            },
            Err(error @ NnError::Math(MathError::NotPlanar { .. })) => error,
            Err(error) => return Err(error),
        };
        match (Group::parse(name), CompactGroup::parse(name)) {
            (Ok(group), _) => Ok((&group).into()),
            (_, Ok(group)) => Ok((&group).into()),
            (_, Err(MathError::UnknownCompactGroup { .. })) => Err(unknown),
            (_, Err(error)) => Err(error.into()),
        }
    }

    pub(crate) fn of(name: impl Into<Arc<str>>, kind: impl GroupKind) -> Self {
        Self {
            name: name.into(),
            kind: Arc::new(kind),
        }
    }

    /// The name of the group, such as `D4`, `SO(3)` or `O(1, 3)`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The group as what it is; `None` if it is of another type.
    pub fn get<G: SymmetryGroup>(&self) -> Option<&G> {
        symmetry::of_type(&*self.kind)
    }

    /// The group with its action on the plane, if it is one of O(2).
    pub fn planar(&self) -> Option<&PlanarGroup> {
        self.get()
    }

    /// The group with its action on space, if it is a closed subgroup of O(3).
    pub fn spatial(&self) -> Option<&SpatialGroup> {
        self.get()
    }

    /// The dimension of the grids on which its fields live: 2 for images, 3 for volumes; `None` if
    /// it acts on neither.
    pub fn dimension(&self) -> Option<usize> {
        match (self.planar(), self.spatial()) {
            (Some(_), _) => Some(2),
            (_, Some(_)) => Some(3),
            _ => None,
        }
    }

    /// The number of elements; `None` if it is infinite, or not known as of groups of matrices.
    pub fn order(&self) -> Option<usize> {
        self.kind.order()
    }

    /// Elements to test with: all of a small finite group; of others generators, of a continuous
    /// group those of a dense part, and further elements.
    pub fn test_elements(&self) -> Vec<GroupElement> {
        self.kind.test_elements()
    }

    /// Elements that generate the group, or a dense part of it.
    pub(crate) fn generators(&self) -> Vec<GroupElement> {
        self.kind.generators()
    }

    /// Whether an element is of the group.
    pub fn contains(&self, g: impl Into<GroupElement>) -> bool {
        self.kind.contains(&g.into())
    }

    /// The representation on scalars.
    pub(crate) fn trivial(&self) -> Result<AnyRepresentation, NnError> {
        self.kind.trivial()
    }

    /// A group of matrices, whose representations are tensors.
    ///
    /// ```
    /// use schur_math::LinearGroup;
    /// use schur_nn::AnyGroup;
    ///
    /// let lorentz = AnyGroup::of_matrices(&LinearGroup::lorentz());
    /// assert_eq!(lorentz.representation("T(1, 1)")?.dim(), 16);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn of_matrices(group: &LinearGroup) -> Self {
        linear::any(group)
    }

    /// A representation from its name: of the plane and of space those of
    /// [`GridGroup::representation`], of finite and compact groups `trivial`, an irrep, of finite ones
    /// `regular`, and sums of these, of groups of matrices tensors `T(p, q)`; and `unsigned(name)` of a
    /// representation that permutes components up to signs, the permutations of these and their
    /// negatives that [`Concatenated`](crate::Concatenated) gives.
    ///
    /// ```
    /// use schur_math::{CompactGroup, Group};
    /// use schur_nn::AnyGroup;
    ///
    /// let s4 = AnyGroup::from(&Group::parse("S4")?);
    /// assert_eq!(s4.representation("regular + trivial")?.dim(), 25);
    /// let su2 = AnyGroup::from(&CompactGroup::parse("SU(2)")?);
    /// assert_eq!(su2.representation("1/2")?.dim(), 4);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group has no representation of this name.
    pub fn representation(&self, name: &str) -> Result<AnyRepresentation, NnError> {
        let signed = name.trim().strip_prefix("unsigned(");
        match signed.and_then(|rest| rest.strip_suffix(')')) {
            // Not this function again: a long text has no say in how deep calls go.
            Some(signed) => self.kind.representation(signed)?.unsigned(),
            None => self.kind.representation(name),
        }
    }

    pub(crate) fn maps(
        &self,
        inputs: &[&AnyRepresentation],
        outputs: &[&AnyRepresentation],
    ) -> Result<Vec<Vec<Matrix>>, NnError> {
        self.kind.maps(inputs, outputs)
    }
}

impl PartialEq for AnyGroup {
    fn eq(&self, other: &Self) -> bool {
        self.kind.equals(&*other.kind)
    }
}

impl fmt::Display for AnyGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for AnyGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyGroup({})", self.name)
    }
}

impl<G: SymmetryGroup> From<&G> for AnyGroup
where
    G::Irrep: Send + Sync + 'static,
{
    fn from(group: &G) -> Self {
        symmetry::any(group)
    }
}

impl From<&AnyGroup> for AnyGroup {
    fn from(group: &AnyGroup) -> Self {
        group.clone()
    }
}
