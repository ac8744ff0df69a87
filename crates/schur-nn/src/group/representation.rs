//! Representations of groups of any kind, behind one type.

mod kind;
mod subgroup;

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use schur_math::{MathError, Matrix, PlanarRepresentation};

pub use kind::MatrixKind;

use crate::NnError;
use crate::group::{AnyGroup, GroupElement};

/// What layers ask of a representation, of whatever group.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarRepresentation};
/// use schur_nn::Rep;
///
/// let regular = PlanarRepresentation::regular(&PlanarGroup::parse("C4")?)?;
/// let asked: &dyn Rep = &regular;
/// assert!(asked.kind()?.permutation);
/// assert_eq!((asked.dim(), asked.invariant_basis()?.len()), (4, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Rep: Any + fmt::Debug + Send + Sync {
    /// The group that is represented.
    fn group(&self) -> AnyGroup;

    /// Its name, such as `regular` or `T(2)`.
    fn name(&self) -> String;

    /// The dimension of the vectors it acts on.
    fn dim(&self) -> usize;

    /// The matrix of an element.
    ///
    /// # Errors
    ///
    /// If it is no element of the group.
    fn matrix(&self, g: &GroupElement) -> Result<Matrix, NnError>;

    /// Whether the other is the same representation, in the same basis.
    fn equals(&self, other: &dyn Rep) -> bool;

    /// What its matrices do to components: as those of generators say.
    ///
    /// # Errors
    ///
    /// If a matrix can't be computed.
    fn kind(&self) -> Result<MatrixKind, NnError> {
        let generators = self.group().generators();
        let matrices = generators.iter().map(|g| self.matrix(g));
        Ok(MatrixKind::of(&matrices.collect::<Result<Vec<_>, _>>()?))
    }

    /// An orthonormal basis in `tr MᵀN` of the linear maps to another representation of the group
    /// that commute with it.
    ///
    /// # Errors
    ///
    /// If the other is of another group, or there are too many.
    fn maps_to(&self, output: &dyn Rep) -> Result<Vec<Matrix>, NnError>;

    /// An orthonormal basis of the invariant vectors.
    ///
    /// # Errors
    ///
    /// If they can't be found.
    fn invariant_basis(&self) -> Result<Vec<Vec<f64>>, NnError> {
        let trivial = self.group().trivial()?;
        let maps = trivial.0.rep.maps_to(self.this())?;
        Ok(maps.into_iter().map(Matrix::into_values).collect())
    }

    /// How it falls into irreps, if it does.
    ///
    /// # Errors
    ///
    /// If it can't be decomposed.
    fn irreps(&self) -> Result<Irreps, NnError>;

    /// The product with another representation of the group: component `(i, j)` is number
    /// `i · dim + j`.
    ///
    /// # Errors
    ///
    /// If the other is of another group, or the product is too large.
    fn tensor_product(&self, other: &dyn Rep) -> Result<AnyRepresentation, NnError>;

    /// The sum with another representation of the group.
    ///
    /// # Errors
    ///
    /// If the other is of another group, the sum is too large, or this kind of representation has
    /// none.
    fn direct_sum(&self, _other: &dyn Rep) -> Result<AnyRepresentation, NnError> {
        Err(self.refuses("a sum in one field", "use fields beside each other"))
    }

    /// The representation `f(ρ(g))` of dimension `dim`, for a function `f` of matrices that makes one
    /// of it with irreps of no larger band.
    ///
    /// # Errors
    ///
    /// If it is none, or this kind of representation can't be made of functions.
    fn mapped(
        &self,
        _name: &str,
        _dim: usize,
        _f: &dyn Fn(Matrix) -> Matrix,
    ) -> Result<AnyRepresentation, NnError> {
        let remedy = "use a group of the plane, of space or a finite or compact one";
        Err(self.refuses("a representation made of another", remedy))
    }

    /// The error of what this kind of representation does not have.
    fn refuses(&self, what: &str, remedy: &str) -> NnError {
        NnError::Unsuitable {
            layer: what.to_string(),
            representation: format!("{} of {}", self.name(), self.group()),
            problem: format!("this kind of representation has none; {remedy}"),
        }
    }

    /// Itself, for the methods above.
    fn this(&self) -> &dyn Rep;
}

/// A representation as a sum of irreps: `ρ(g) = Q (⊕ ψ(g)) Qᵀ`.
///
/// ```
/// use schur_nn::FieldType;
///
/// let fields = FieldType::parse("C4: regular")?;
/// let irreps = fields.blocks()[0].representation.irreps()?;
/// let dims: Vec<usize> = irreps.parts.iter().map(|part| part.irrep.dim()).collect();
/// assert_eq!(dims.iter().sum::<usize>(), 4);
/// assert_eq!((irreps.basis.rows(), irreps.basis.cols()), (4, 4));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Irreps {
    /// The irreps in the order of the columns of `Q`.
    pub parts: Vec<Part>,
    /// The orthogonal matrix `Q`.
    pub basis: Matrix,
}

/// An irrep.
///
/// ```
/// use schur_nn::FieldType;
///
/// // Quarter turns commute with each other: with the identity and one more matrix.
/// let vectors = FieldType::parse("C4: E1")?;
/// let part = &vectors.blocks()[0].representation.irreps()?.parts[0];
/// assert_eq!((part.irrep.dim(), part.endomorphisms.len()), (2, 2));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Part {
    /// The irrep.
    pub irrep: AnyRepresentation,
    /// An orthogonal basis of what commutes with it, the identity first.
    pub endomorphisms: Vec<Matrix>,
}

/// A representation of a group of any kind: that of a block of a [`FieldType`](crate::FieldType).
/// Cloning copies a pointer.
///
/// ```
/// use schur_math::{Representation, SpatialIrrep};
/// use schur_nn::AnyRepresentation;
///
/// let vector = Representation::irreducible(&SpatialIrrep::so3(1)?);
/// let vector = AnyRepresentation::from(vector);
/// assert_eq!((vector.dim(), vector.group().name()), (3, "SO(3)"));
/// assert!(vector.is_orthogonal() && !vector.is_permutation());
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone)]
pub struct AnyRepresentation(Arc<Inner>);

struct Inner {
    rep: Box<dyn Rep>,
    name: String,
    dim: usize,
    kind: OnceLock<MatrixKind>,
}

/// Whether another representation of some kind is the same value.
pub(crate) fn same<R: Rep + PartialEq>(rep: &R, other: &dyn Rep) -> bool {
    (other as &dyn Any).downcast_ref() == Some(rep)
}

/// Another representation of the same kind of group.
pub(crate) fn of_kind<'a, R: Rep>(rep: &R, other: &'a dyn Rep) -> Result<&'a R, NnError> {
    let found = (other as &dyn Any).downcast_ref();
    found.ok_or_else(|| foreign(other, &rep.group()))
}

fn foreign(rep: &dyn Rep, expected: &AnyGroup) -> NnError {
    NnError::ForeignRepresentation {
        representation: rep.name(),
        found: rep.group().to_string(),
        expected: expected.to_string(),
    }
}

/// An element of another kind of group.
pub(crate) fn foreign_element(g: &GroupElement, group: &AnyGroup) -> NnError {
    NnError::Config {
        at: format!("the element {g}"),
        problem: format!("it is none of {group}; use one of its elements"),
    }
}

/// Most numbers that the maps between two representations may have.
const MAX_NUMBERS: usize = 1 << 26;

/// Refuses too many maps.
pub(crate) fn check_maps(count: usize, input: &dyn Rep, output: &dyn Rep) -> Result<(), NnError> {
    let numbers = count
        .saturating_mul(input.dim())
        .saturating_mul(output.dim());
    if numbers <= MAX_NUMBERS {
        return Ok(());
    }
    Err(MathError::TooLarge {
        what: format!("the linear maps from {} to {}", input.name(), output.name()),
        numbers: numbers.to_string(),
        max: MAX_NUMBERS,
        remedy: "representations of lower dimension with higher multiplicities",
    }
    .into())
}

impl AnyRepresentation {
    /// A representation of any kind, also of a caller's own.
    pub fn new(rep: impl Rep) -> Self {
        Self(Arc::new(Inner {
            name: rep.name(),
            dim: rep.dim(),
            kind: OnceLock::new(),
            rep: Box::new(rep),
        }))
    }

    /// The representation as what it is; `None` if it is of another kind.
    pub fn get<R: Rep>(&self) -> Option<&R> {
        (&*self.0.rep as &dyn Any).downcast_ref()
    }

    /// The representation as one of a group of the plane.
    ///
    /// # Errors
    ///
    /// If it is of another kind of group; the message names the layer.
    pub fn planar(&self, layer: &str) -> Result<&PlanarRepresentation, NnError> {
        self.get().ok_or_else(|| NnError::Unsuitable {
            layer: layer.to_string(),
            representation: format!("{} of {}", self.name(), self.group()),
            problem: "the layer needs a group that acts on the plane; use C_n, D_n, SO(2) or O(2)"
                .to_string(),
        })
    }

    /// The group that is represented.
    pub fn group(&self) -> AnyGroup {
        self.0.rep.group()
    }

    /// The name of the representation, such as `regular`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The dimension of the vectors it acts on.
    pub fn dim(&self) -> usize {
        self.0.dim
    }

    /// The matrix of an element.
    ///
    /// # Errors
    ///
    /// If it is no element of the group.
    pub fn matrix(&self, g: impl Into<GroupElement>) -> Result<Matrix, NnError> {
        self.0.rep.matrix(&g.into())
    }

    /// What its matrices do to components; where they can't be computed nothing good.
    fn kind(&self) -> MatrixKind {
        *self
            .0
            .kind
            .get_or_init(|| self.0.rep.kind().unwrap_or_default())
    }

    /// Whether every matrix is the identity, in any dimension.
    pub fn is_trivial(&self) -> bool {
        self.kind().trivial
    }

    /// Whether it is trivial and of dimension 1.
    pub fn is_scalar(&self) -> bool {
        self.dim() == 1 && self.is_trivial()
    }

    /// Whether the group permutes the components.
    pub fn is_permutation(&self) -> bool {
        self.kind().permutation
    }

    /// Whether the group permutes the components up to signs.
    pub fn is_monomial(&self) -> bool {
        self.kind().monomial
    }

    /// Whether the group keeps the length of vectors.
    pub fn is_orthogonal(&self) -> bool {
        self.kind().orthogonal
    }

    /// An orthonormal basis of the invariant vectors.
    ///
    /// # Errors
    ///
    /// If they can't be found.
    pub fn invariant_basis(&self) -> Result<Vec<Vec<f64>>, NnError> {
        self.0.rep.invariant_basis()
    }

    /// How it falls into irreps.
    ///
    /// # Errors
    ///
    /// If it does not, or can't be decomposed.
    pub fn irreps(&self) -> Result<Irreps, NnError> {
        self.0.rep.irreps()
    }

    pub(crate) fn tensor_product(&self, other: &Self) -> Result<Self, NnError> {
        self.0.rep.tensor_product(&*other.0.rep)
    }

    pub(crate) fn direct_sum(&self, other: &Self) -> Result<Self, NnError> {
        self.0.rep.direct_sum(&*other.0.rep)
    }

    pub(crate) fn mapped(
        &self,
        name: &str,
        dim: usize,
        f: impl Fn(Matrix) -> Matrix,
    ) -> Result<Self, NnError> {
        self.0.rep.mapped(name, dim, &f)
    }

    /// The permutations of the components and their negatives, `(+1, -1, +2, -2, …)`, by a
    /// representation that permutes the components up to signs.
    pub(crate) fn unsigned(&self) -> Result<Self, NnError> {
        if !self.is_monomial() {
            let remedy =
                "only where components are permuted up to signs are there such permutations";
            return Err(self.0.rep.refuses("`unsigned`", remedy));
        }
        let dim = self.dim();
        self.mapped(&format!("unsigned({})", self.name()), 2 * dim, |matrix| {
            Matrix::from_fn(2 * dim, 2 * dim, |row, col| {
                // The entries are 0, 1 and -1 up to round-off.
                let value = matrix[(row / 2, col / 2)];
                let same_sign = row % 2 == col % 2;
                f64::from((same_sign && value > 0.5) || (!same_sign && value < -0.5))
            })
        })
    }

    pub(crate) fn maps_to(&self, output: &Self) -> Result<Vec<Matrix>, NnError> {
        self.0.rep.maps_to(&*output.0.rep)
    }

    /// Refuses a representation of another group.
    pub(crate) fn check_group(&self, group: &AnyGroup) -> Result<(), NnError> {
        match self.group() == *group {
            true => Ok(()),
            false => Err(foreign(&*self.0.rep, group)),
        }
    }
}

impl PartialEq for AnyRepresentation {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.rep.equals(&*other.0.rep)
    }
}

impl fmt::Display for AnyRepresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for AnyRepresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.rep.fmt(f)
    }
}
