//! Groups that act on a line, a plane or space.

mod isometry;
pub(crate) mod plane;
pub(crate) mod space;

pub use isometry::Isometry;
pub use space::{Schoenflies, SpatialGroup, SpatialIrrep};

use crate::error::MathError;
use crate::group::Group;
use crate::matrix::Matrix;
use crate::quadrature::Quadrature;
use crate::symmetry::{SymmetryGroup, SymmetryIrrep};
use crate::tolerance::MULTIPLICITY;

/// A closed subgroup of O(D) for `D` = 1, 2 or 3: a group whose elements are isometries that fix
/// the origin.
///
/// What a lattice, a kernel or a point needs to know of a group is here; everything that
/// concerns representations alone is in [`SymmetryGroup`].
///
/// ```
/// use schur_math::{MathError, PlanarGroup, PointGroup, SpatialGroup};
///
/// fn exact<G: PointGroup>(group: &G) -> (usize, Option<usize>) {
///     let kept = group.lattice_subgroup().elements();
///     (group.dimension(), kept.map(|elements| elements.len()))
/// }
/// // Of eight turns four bring pixels to pixels; of all rotations 24 bring voxels to voxels.
/// assert_eq!(exact(&PlanarGroup::parse("C8")?), (2, Some(4)));
/// assert_eq!(exact(&SpatialGroup::so3()), (3, Some(24)));
/// # Ok::<(), MathError>(())
/// ```
pub trait PointGroup: SymmetryGroup {
    /// The dimension `D` of the space on which it acts.
    fn dimension(&self) -> usize;

    /// All elements of a finite group, in the order of the indices of the abstract one.
    fn elements(&self) -> Option<Vec<Self::Element>> {
        let elements = self.finite()?.elements();
        elements.map(|g| self.finite_element(g)).collect()
    }

    /// The name of an element, for messages.
    fn element_name(&self, g: &Self::Element) -> String;

    /// The orthogonal `D x D` matrix by which `g` moves column vectors `(x)`, `(x, y)` or
    /// `(x, y, z)`. Where `g` maps the integer lattice to itself its entries are exactly 0 and
    /// ±1.
    fn isometry(&self, g: &Self::Element) -> Matrix;

    /// The elements that map the integer lattice to itself, as a group.
    fn lattice_subgroup(&self) -> Self;

    /// Whether every element maps the integer lattice to itself.
    fn is_lattice_exact(&self) -> bool {
        *self == self.lattice_subgroup()
    }

    /// Elements to test with: all of a small group; of others those that map the lattice to
    /// itself, and some that have nothing to do with them.
    fn test_elements(&self) -> Vec<Self::Element>;

    /// The irreps in the harmonic polynomials of one degree on the sphere of dimension `D - 1`,
    /// each as often as it occurs, in the order of [`SymmetryGroup::irreps`].
    ///
    /// There are `1, 1, 0, 0, …` of them on a line, `1, 2, 2, …` in the plane and `2l + 1` in
    /// space, so the dimensions of the irreps add up to that.
    ///
    /// The multiplicity of `ψ` is `⟨χ_ψ, χ_l⟩ / dim End(ψ)`, and `χ_l(g) = h_l - h_{l-2}` with
    /// the complete symmetric polynomials `h_l` of the eigenvalues of the isometry, the traces on
    /// all polynomials of degree `l`.
    ///
    /// # Errors
    ///
    /// If the degree is too large.
    fn harmonics(&self, degree: usize) -> Result<Vec<Self::Irrep>, MathError> {
        let grid = self.quadrature(degree.saturating_mul(2))?;
        let mut found = Vec::new();
        for irrep in self.irreps(degree)? {
            let mut mean = 0.0;
            for (g, weight) in grid.points().iter().zip(grid.weights()) {
                let harmonic = harmonic_character(&self.isometry(g), degree);
                mean += weight * irrep.character(g)? * harmonic;
            }
            let copies = mean / irrep.endomorphism_type().dim() as f64;
            debug_assert!((copies - copies.round()).abs() <= MULTIPLICITY);
            found.extend(std::iter::repeat_n(irrep, copies.round() as usize));
        }
        Ok(found)
    }

    /// The irrep whose matrices are those by which the elements move the harmonics of a degree
    /// ([`Isometry::harmonic_matrices`]), if there is one: in SO(3) and O(3). Their kernels are
    /// found by [`couplings`](SymmetryIrrep::couplings) with it, those of other groups by
    /// [averaging](Self::averaging).
    fn harmonic_irrep(&self, _degree: usize) -> Option<Self::Irrep> {
        None
    }

    /// Elements and weights by which kernels are averaged over the group: a
    /// [quadrature](SymmetryGroup::quadrature) of at least this degree.
    ///
    /// # Errors
    ///
    /// If the degree is too large.
    fn averaging(&self, degree: usize) -> Result<Quadrature<Self::Element>, MathError> {
        self.quadrature(degree)
    }
}

/// The abstract group, or why there is none.
pub(crate) fn finite<'a, G: SymmetryGroup>(
    group: &'a G,
    what: &str,
) -> Result<&'a Group, MathError> {
    group.finite().ok_or_else(|| MathError::InfiniteGroup {
        group: group.to_string(),
        what: what.to_string(),
    })
}

/// The trace of an isometry on the harmonic polynomials of a degree.
///
/// `Σ h_l t^l = 1 / det(1 - t M)`, whose denominator for a matrix of at most three rows is
/// `1 - e₁ t + e₂ t² - e₃ t³`; the elementary symmetric polynomials of the eigenvalues come from
/// the traces of powers by Newton's identities.
fn harmonic_character(isometry: &Matrix, degree: usize) -> f64 {
    let trace = isometry.trace();
    let square = isometry.times(isometry).trace();
    let second = (trace * trace - square) / 2.0;
    let cube = isometry.times(isometry).times(isometry).trace();
    let third = (second * trace - trace * square + cube) / 3.0;
    let mut complete = vec![1.0];
    for l in 1..=degree {
        let at = |back: usize| l.checked_sub(back).map_or(0.0, |k| complete[k]);
        complete.push(trace * at(1) - second * at(2) + third * at(3));
    }
    complete[degree] - degree.checked_sub(2).map_or(0.0, |k| complete[k])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::continuous::Parity;
    use crate::rotation::{PlaneIsometry, SpaceIsometry};

    #[test]
    fn characters_of_harmonics() {
        let close = |a: f64, b: f64| assert!((a - b).abs() <= MULTIPLICITY, "{a} {b}");
        let turn = PlaneIsometry::wrapped(0.7, false);
        let mirror = PlaneIsometry::wrapped(0.7, true);
        let g = SpaceIsometry::from_axis_angle([1.0, -2.0, 0.5], 2.3)
            .unwrap()
            .compose(&SpaceIsometry::INVERSION);
        for degree in 0..9 {
            let turned = harmonic_character(&turn.matrix().into(), degree);
            let expected = if degree == 0 {
                1.0
            } else {
                2.0 * (degree as f64 * 0.7).cos()
            };
            close(turned, expected);
            let mirrored = harmonic_character(&mirror.matrix().into(), degree);
            close(mirrored, f64::from(u8::from(degree == 0)));
            let irrep = SpatialIrrep::o3(degree, Parity::of_degree(degree)).unwrap();
            let space = harmonic_character(&g.matrix().into(), degree);
            close(space, irrep.character(&g).unwrap());
            // On the line: constants and x.
            let line = harmonic_character(&[[-1.0]].into(), degree);
            close(line, [1.0, -1.0].get(degree).copied().unwrap_or(0.0));
        }
    }
}
