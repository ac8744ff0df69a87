//! The laws of continuous groups, looked at for finitely many elements.
//!
//! The group is given by its operations, so that a wrong operation can be tried.

use super::{Law, LawReport, Violation};
use crate::matrix::Matrix;
use crate::violation::Meter;

/// A product of two elements.
///
/// ```
/// use schur_math::laws::Compose;
///
/// // Remainders modulo 12 under addition.
/// let hours: Compose<'_, u32> = &|g, h| (g + h) % 12;
/// assert_eq!(hours(&7, &8), 3);
/// ```
pub type Compose<'a, E> = &'a dyn Fn(&E, &E) -> E;

/// How far two elements are apart.
///
/// ```
/// use schur_math::{PlaneIsometry, laws::Distance};
///
/// let apart: Distance<'_, PlaneIsometry> = &|g, h| g.distance(h);
/// assert_eq!(apart(&PlaneIsometry::IDENTITY, &PlaneIsometry::IDENTITY), 0.0);
/// ```
pub type Distance<'a, E> = &'a dyn Fn(&E, &E) -> f64;

/// The matrix of an element.
///
/// ```
/// use schur_math::{Matrix, laws::MatrixOf};
///
/// // A sign for every number.
/// let sign: MatrixOf<'_, i32> = &|g| Matrix::from([[f64::from(g.signum())]]);
/// assert_eq!(sign(&-3).trace(), -1.0);
/// ```
pub type MatrixOf<'a, E> = &'a dyn Fn(&E) -> Matrix;

/// `(g h) k = g (h k)` for all triples of the elements.
///
/// ```
/// use schur_math::{PlaneIsometry, laws};
///
/// let turns = [PlaneIsometry::rotation(0.4)?, PlaneIsometry::new(1.9, true)?];
/// let report = laws::associativity_at(
///     &turns,
///     &|g, h| g.compose(h),
///     &|g, h| g.distance(h),
///     1e-14,
/// )?;
/// assert_eq!(report.cases, 8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst triple, by position, if it is off by more than the tolerance.
pub fn associativity_at<E>(
    elements: &[E],
    compose: Compose<'_, E>,
    distance: Distance<'_, E>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::Associativity);
    for (a, g) in elements.iter().enumerate() {
        for (b, h) in elements.iter().enumerate() {
            for (c, k) in elements.iter().enumerate() {
                let left = compose(&compose(g, h), k);
                let right = compose(g, &compose(h, k));
                meter.look(distance(&left, &right), || format!("({a}, {b}, {c})"));
            }
        }
    }
    meter.finish(tolerance)
}

/// `g g⁻¹ = g⁻¹ g = e` and `e g = g e = g` for all elements.
///
/// ```
/// use schur_math::{PlaneIsometry, laws};
///
/// let turns = [PlaneIsometry::rotation(0.4)?, PlaneIsometry::new(1.9, true)?];
/// let (compose, distance) = (
///     |g: &PlaneIsometry, h: &PlaneIsometry| g.compose(h),
///     |g: &PlaneIsometry, h: &PlaneIsometry| g.distance(h),
/// );
/// let one = PlaneIsometry::IDENTITY;
/// assert!(laws::inverse_at(&turns, &one, &|g| g.inverse(), &compose, &distance, 1e-14).is_ok());
/// // The turn is not its own inverse.
/// let violation = laws::inverse_at(&turns, &one, &|g| *g, &compose, &distance, 1e-14).unwrap_err();
/// assert_eq!(violation.witness, "0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst element, by position, if it is off by more than the tolerance.
pub fn inverse_at<E>(
    elements: &[E],
    identity: &E,
    inverse: &dyn Fn(&E) -> E,
    compose: Compose<'_, E>,
    distance: Distance<'_, E>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::Inverse);
    for (a, g) in elements.iter().enumerate() {
        let back = inverse(g);
        for product in [compose(g, &back), compose(&back, g)] {
            meter.look(distance(&product, identity), || a.to_string());
        }
        for product in [compose(g, identity), compose(identity, g)] {
            meter.look(distance(&product, g), || a.to_string());
        }
    }
    meter.finish(tolerance)
}

/// `ρ(g) ρ(h) = ρ(g h)` for all pairs of the elements.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarIrrep, PlaneIsometry, SymmetryIrrep, laws};
///
/// let irrep = PlanarIrrep::of_frequency(&PlanarGroup::o2(), 3)?;
/// let turns = [PlaneIsometry::rotation(0.4)?, PlaneIsometry::new(1.9, true)?];
/// let matrix = |g: &PlaneIsometry| irrep.matrix(g).unwrap_or_default();
/// assert!(laws::homomorphism_at(&turns, &|g, h| g.compose(h), &matrix, 1e-14).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst pair, by position, if an entry is off by more than the tolerance or a matrix is
/// not square.
pub fn homomorphism_at<E>(
    elements: &[E],
    compose: Compose<'_, E>,
    matrix: MatrixOf<'_, E>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::Homomorphism);
    let matrices: Vec<Matrix> = elements.iter().map(matrix).collect();
    for (a, g) in elements.iter().enumerate() {
        for (b, h) in elements.iter().enumerate() {
            let product = matrix(&compose(g, h));
            let defect = difference(times(&matrices[a], &matrices[b]), Some(product));
            meter.look(defect, || format!("({a}, {b})"));
        }
    }
    meter.finish(tolerance)
}

/// `ρ(g)ᵀ ρ(g) = 1` for all elements.
///
/// ```
/// use schur_math::{Matrix, PlaneIsometry, laws};
///
/// let turns = [PlaneIsometry::rotation(0.4)?];
/// let matrix = |scale: f64| {
///     move |g: &PlaneIsometry| Matrix::from(g.matrix()).scaled(scale)
/// };
/// assert!(laws::orthogonality_at(&turns, &matrix(1.0), 1e-14).is_ok());
/// assert!(laws::orthogonality_at(&turns, &matrix(1.1), 1e-14).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst element, by position, if an entry is off by more than the tolerance or a matrix
/// is not square.
pub fn orthogonality_at<E>(
    elements: &[E],
    matrix: MatrixOf<'_, E>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::Orthogonality);
    for (a, g) in elements.iter().enumerate() {
        let value = matrix(g);
        let gram = times(&value.transposed(), &value);
        let defect = difference(gram, Some(Matrix::identity(value.rows())));
        meter.look(defect, || a.to_string());
    }
    meter.finish(tolerance)
}

/// `T ρ(g) = σ(g) T` for all elements, where `T` is a `dim σ x dim ρ` matrix.
///
/// ```
/// use schur_math::{PlaneIsometry, laws};
///
/// let turns = [PlaneIsometry::rotation(0.4)?];
/// let matrix = |g: &PlaneIsometry| g.matrix().into();
/// // A quarter turn commutes with all turns, a mirror does not.
/// let at = |map: [[f64; 2]; 2]| {
///     laws::intertwining_at(&turns, &map.into(), &matrix, &matrix, 1e-14)
/// };
/// assert!(at([[0.0, -1.0], [1.0, 0.0]]).is_ok());
/// assert!(at([[1.0, 0.0], [0.0, -1.0]]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst element, by position, if an entry is off by more than the tolerance or the sizes
/// do not fit.
pub fn intertwining_at<E>(
    elements: &[E],
    map: &Matrix,
    source: MatrixOf<'_, E>,
    target: MatrixOf<'_, E>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::Intertwining);
    for (a, g) in elements.iter().enumerate() {
        let (source, target) = (source(g), target(g));
        let defect = difference(times(map, &source), times(&target, map));
        meter.look(defect, || a.to_string());
    }
    meter.finish(tolerance)
}

/// `A B`, if the sizes fit and there are entries.
pub(super) fn times(a: &Matrix, b: &Matrix) -> Option<Matrix> {
    let fits = a.cols() == b.rows() && a.cols() > 0;
    fits.then(|| a.times(b))
}

/// The largest difference of entries; infinite if the sizes differ or an entry is no number.
pub(super) fn difference(a: Option<Matrix>, b: Option<Matrix>) -> f64 {
    a.zip(b).map_or(f64::INFINITY, |(a, b)| a.difference(&b))
}
