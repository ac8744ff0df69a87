//! What all groups have in common, whether finite or continuous.

mod finite;
mod projectors;

use std::fmt::{Debug, Display};

use rand::RngCore;

use crate::error::MathError;
use crate::group::{Element, Group};
use crate::irreps::EndomorphismType;
use crate::matrix::Matrix;
use crate::quadrature::Quadrature;
pub(crate) use projectors::{
    Image, broken, decompose, decompose_finite, finite_couplings, orthonormal_firsts,
};

/// A compact group as a value: [`Group`](crate::Group) (finite groups are compact),
/// [`PlanarGroup`](crate::PlanarGroup), [`SpatialGroup`](crate::SpatialGroup),
/// [`SpinRotations`](crate::SpinRotations), and [`CompactGroup`](crate::CompactGroup), a product
/// of any of them.
///
/// Irreps have a *band*: the frequency in SO(2) and O(2), the degree `l` in SO(3) and O(3),
/// twice the spin in SU(2), 0 in finite groups, the largest of the factors' in products. In
/// a tensor product bands add up at most.
///
/// ```
/// use schur_math::{PlanarGroup, SymmetryGroup, SymmetryIrrep};
///
/// // Three irreps of O(2) have a frequency of at most 1; the mean of a nontrivial character
/// // is zero.
/// let irreps = PlanarGroup::o2().irreps(1)?;
/// assert_eq!(irreps.len(), 3);
/// let grid = PlanarGroup::o2().quadrature(1)?;
/// for irrep in &irreps[1..] {
///     assert!(grid.mean(|g| irrep.character(g).unwrap_or(f64::NAN)).abs() < 1e-15);
/// }
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Panics
///
/// Methods that take elements may panic, like slice indexing, if an element is of another
/// kind of group; [`check_element`](Self::check_element) does not.
pub trait SymmetryGroup: Clone + PartialEq + Debug + Display + Send + Sync + 'static {
    /// Elements of the group.
    type Element: Clone + Debug + PartialEq + Send + Sync + 'static;
    /// Real irreps of the group.
    type Irrep: SymmetryIrrep<Group = Self>;

    /// The identity.
    fn identity(&self) -> Self::Element;

    /// The product `g h`: as maps, `h` acts first.
    fn compose(&self, g: &Self::Element, h: &Self::Element) -> Self::Element;

    /// The inverse of `g`.
    fn inverse(&self, g: &Self::Element) -> Self::Element;

    /// Zero for the same element only; of the size of the difference of matrices.
    fn distance(&self, g: &Self::Element, h: &Self::Element) -> f64;

    /// Checks that something of the right type is an element of this group.
    ///
    /// # Errors
    ///
    /// If it is not, such as a mirror in SO(2).
    fn check_element(&self, g: &Self::Element) -> Result<(), MathError>;

    /// Whether something of the right type is an element of this group.
    fn contains(&self, g: &Self::Element) -> bool {
        self.check_element(g).is_ok()
    }

    /// An element from the Haar measure.
    fn random(&self, generator: &mut impl RngCore) -> Self::Element;

    /// Elements that generate the group, or a dense part of it: by continuity what commutes
    /// with them commutes with all.
    fn generators(&self) -> Vec<Self::Element>;

    /// Elements and weights whose weighted sums are means over the group, exactly for all
    /// matrix coefficients of irreps of band at most `degree`.
    ///
    /// # Errors
    ///
    /// If the degree is too large.
    fn quadrature(&self, degree: usize) -> Result<Quadrature<Self::Element>, MathError>;

    /// All irreps of band at most `band`, each once, the trivial one first. A finite group has
    /// no more of them from some band on, however large the number given.
    ///
    /// # Errors
    ///
    /// If the band is too large.
    fn irreps(&self, band: usize) -> Result<Vec<Self::Irrep>, MathError>;

    /// The irrep with a name, as it is displayed.
    ///
    /// # Errors
    ///
    /// If the group has no such irrep.
    fn irrep(&self, name: &str) -> Result<Self::Irrep, MathError>;

    /// The trivial irrep.
    fn trivial(&self) -> Self::Irrep {
        let all = self.irreps(0).unwrap_or_default();
        let first = all.into_iter().next();
        first.expect("every group has a trivial irrep, and it is the first of band 0")
    }

    /// The abstract group, if it is finite and its elements are numbered by
    /// [`finite_index`](Self::finite_index) and [`finite_element`](Self::finite_element).
    fn finite(&self) -> Option<&Group> {
        None
    }

    /// The element of the abstract finite group that `g` is.
    fn finite_index(&self, _g: &Self::Element) -> Option<Element> {
        None
    }

    /// What an element of the abstract finite group is here.
    fn finite_element(&self, _g: Element) -> Option<Self::Element> {
        None
    }

    /// The identity, the [`generators`](Self::generators), their products in pairs and their
    /// fourth powers: where maps given by a user are looked at. Fourth powers of turns by one
    /// radian multiply to more than a full turn, which halving the angle does not survive.
    fn probes(&self) -> Vec<Self::Element> {
        let generators = self.generators();
        let mut probes = vec![self.identity()];
        probes.extend(generators.iter().cloned());
        for g in &generators {
            probes.extend(generators.iter().map(|h| self.compose(g, h)));
        }
        for g in &generators {
            let square = self.compose(g, g);
            probes.push(self.compose(&square, &square));
        }
        probes
    }
}

/// A real irrep of a compact group, with orthogonal matrices in a fixed basis.
///
/// ```
/// use schur_math::{SpinRotations, SymmetryGroup, SymmetryIrrep};
///
/// // Two spins 1/2 couple to spins 0 and 1, each four times: 4 · 4 = 4 · (1 + 3).
/// let spinor = SpinRotations.irrep("1/2")?;
/// let copies = spinor.couplings(&spinor)?;
/// assert_eq!(copies.len(), 8);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub trait SymmetryIrrep: Clone + PartialEq + Debug + Display {
    /// The kind of group.
    type Group: SymmetryGroup<Irrep = Self>;

    /// The group.
    fn group(&self) -> Self::Group;

    /// The real dimension.
    fn dim(&self) -> usize;

    /// The band: see [`SymmetryGroup`].
    fn band(&self) -> usize;

    /// What commutes with it.
    fn endomorphism_type(&self) -> EndomorphismType;

    /// Whether every element acts as 1.
    fn is_trivial(&self) -> bool {
        self.dim() == 1 && self.band() == 0 && *self == self.group().trivial()
    }

    /// An orthogonal basis of what commutes with it, each orthogonal: the identity, then `J`
    /// with `J² = -1` for complex type, or `i`, `j`, `k = i j`.
    fn endomorphisms(&self) -> Vec<Matrix>;

    /// The matrix of an element.
    ///
    /// # Errors
    ///
    /// If it is no element of the group.
    fn matrix(&self, g: &ElementOf<Self>) -> Result<Matrix, MathError>;

    /// The matrices of one element in several irreps of a group, where that costs less than one
    /// after the other.
    ///
    /// # Errors
    ///
    /// If it is no element of the group.
    fn matrices(irreps: &[Self], g: &ElementOf<Self>) -> Result<Vec<Matrix>, MathError> {
        irreps.iter().map(|irrep| irrep.matrix(g)).collect()
    }

    /// The trace of the matrix.
    ///
    /// # Errors
    ///
    /// If `g` is no element of the group.
    fn character(&self, g: &ElementOf<Self>) -> Result<f64, MathError>;

    /// The Clebsch-Gordan decomposition of the product with another irrep of the group: one
    /// isometry per copy, orthogonal to each other, filling the product.
    ///
    /// # Errors
    ///
    /// If the other is of another group or the product is too large.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError>;
}

/// The elements of the group of an irrep.
///
/// ```
/// use schur_math::{ElementOf, MathError, PlanarGroup, PlaneIsometry, SymmetryGroup, SymmetryIrrep};
///
/// fn trace<I: SymmetryIrrep>(irrep: &I, g: &ElementOf<I>) -> Result<f64, MathError> {
///     Ok(irrep.matrix(g)?.trace())
/// }
/// assert_eq!(trace(&PlanarGroup::so2().irrep("E1")?, &PlaneIsometry::IDENTITY)?, 2.0);
/// # Ok::<(), MathError>(())
/// ```
pub type ElementOf<I> = <<I as SymmetryIrrep>::Group as SymmetryGroup>::Element;

/// One irrep `c` in the product `a ⊗ b` of two: an isometry `T` with
/// `(a ⊗ b)(g) T = T c(g)`, a `dim a · dim b x dim c` matrix.
///
/// Component `(i, j)` of the product stands in row `i · dim b + j`. Where `c` is of complex or
/// quaternionic type, `T E` are more such isometries, one for every unit `E` of its
/// endomorphisms.
///
/// ```
/// use schur_math::{SpatialGroup, SymmetryGroup, SymmetryIrrep};
///
/// let vector = SpatialGroup::o3().irrep("1-")?;
/// let parts = vector.couplings(&vector)?;
/// let names: Vec<String> = parts.iter().map(|part| part.irrep().to_string()).collect();
/// assert_eq!(names, ["0+", "1+", "2+"]);
/// // The scalar product divided by √3.
/// assert!((parts[0].isometry()[(0, 0)] - 1.0 / 3f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Coupling<I> {
    irrep: I,
    isometry: Matrix,
}

impl<I> Coupling<I> {
    /// The irrep `c` with the matrix `T`, `dim a · dim b x dim c` with orthonormal columns: what an
    /// irrep of one's own answers to [`couplings`](SymmetryIrrep::couplings).
    pub fn new(irrep: I, isometry: Matrix) -> Self {
        Self { irrep, isometry }
    }

    /// The irrep `c`.
    pub fn irrep(&self) -> &I {
        &self.irrep
    }

    /// The matrix `T`.
    pub fn isometry(&self) -> &Matrix {
        &self.isometry
    }

    /// This isometry, of an irrep seen as something else.
    pub(crate) fn map<J>(self, irrep: impl FnOnce(I) -> J) -> Coupling<J> {
        Coupling::new(irrep(self.irrep), self.isometry)
    }
}

/// The error for two values of different groups.
pub(crate) fn foreign(
    what: impl Display,
    found: &impl Display,
    expected: &impl Display,
) -> MathError {
    MathError::ForeignGroup {
        what: what.to_string(),
        found: found.to_string(),
        expected: expected.to_string(),
    }
}

/// Checks that an irrep is of a group.
pub(crate) fn check_irrep<I: SymmetryIrrep>(irrep: &I, group: &I::Group) -> Result<(), MathError> {
    let own = irrep.group();
    if own == *group {
        return Ok(());
    }
    Err(foreign(format!("the irrep {irrep}"), &own, group))
}

/// The error for a name that is no irrep.
pub(crate) fn unknown_irrep(group: &impl Display, name: &str, known: &str) -> MathError {
    MathError::UnknownIrrep {
        group: group.to_string(),
        name: name.to_string(),
        known: known.to_string(),
    }
}
