//! The laws of continuous groups, looked at for finitely many elements.
//!
//! The group is given by its operations, so that a wrong operation can be tried. Matrices are
//! row-major.

use super::report::Meter;
use super::{Law, LawReport, Violation};

/// A product of two elements.
pub type Compose<'a, E> = &'a dyn Fn(&E, &E) -> E;

/// How far two elements are apart.
pub type Distance<'a, E> = &'a dyn Fn(&E, &E) -> f64;

/// The matrix of an element, row-major.
pub type MatrixOf<'a, E> = &'a dyn Fn(&E) -> Vec<f64>;

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
/// use schur_math::{PlanarGroup, PlanarIrrep, PlaneIsometry, laws};
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
    let matrices: Vec<Vec<f64>> = elements.iter().map(matrix).collect();
    for (a, g) in elements.iter().enumerate() {
        for (b, h) in elements.iter().enumerate() {
            let product = matrix(&compose(g, h));
            let dim = product.len().isqrt();
            let defect = difference(&multiply(&matrices[a], &matrices[b], dim), &product);
            meter.look(defect, || format!("({a}, {b})"));
        }
    }
    meter.finish(tolerance)
}

/// `ρ(g)ᵀ ρ(g) = 1` for all elements.
///
/// ```
/// use schur_math::{PlaneIsometry, laws};
///
/// let turns = [PlaneIsometry::rotation(0.4)?];
/// let matrix = |scale: f64| {
///     move |g: &PlaneIsometry| g.matrix().as_flattened().iter().map(|v| scale * v).collect()
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
        let dim = value.len().isqrt();
        let transposed: Vec<f64> = (0..dim * dim)
            .map(|k| value[k % dim * dim + k / dim])
            .collect();
        let mut one = vec![0.0; dim * dim];
        one.iter_mut().step_by(dim + 1).for_each(|v| *v = 1.0);
        let defect = difference(&multiply(&transposed, &value, dim), &one);
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
/// let matrix = |g: &PlaneIsometry| g.matrix().as_flattened().to_vec();
/// // A quarter turn commutes with all turns, a mirror does not.
/// let at = |map: &[f64]| laws::intertwining_at(&turns, map, &matrix, &matrix, 1e-14);
/// assert!(at(&[0.0, -1.0, 1.0, 0.0]).is_ok());
/// assert!(at(&[1.0, 0.0, 0.0, -1.0]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst element, by position, if an entry is off by more than the tolerance or the sizes
/// do not fit.
pub fn intertwining_at<E>(
    elements: &[E],
    map: &[f64],
    source: MatrixOf<'_, E>,
    target: MatrixOf<'_, E>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::Intertwining);
    for (a, g) in elements.iter().enumerate() {
        let (source, target) = (source(g), target(g));
        let (inputs, outputs) = (source.len().isqrt(), target.len().isqrt());
        let defect = if map.len() == inputs * outputs {
            let before = multiply(map, &source, inputs);
            let after = multiply(&target, map, outputs);
            difference(&before, &after)
        } else {
            f64::INFINITY
        };
        meter.look(defect, || a.to_string());
    }
    meter.finish(tolerance)
}

/// `A B` where `A` has `inner` columns; empty if the sizes do not fit.
pub(super) fn multiply(a: &[f64], b: &[f64], inner: usize) -> Vec<f64> {
    let fits = |matrix: &[f64]| !matrix.is_empty() && matrix.len().is_multiple_of(inner);
    if inner == 0 || !fits(a) || !fits(b) {
        return Vec::new();
    }
    let columns = b.len() / inner;
    let mut product = vec![0.0; a.len() / inner * columns];
    for (row, out) in a.chunks(inner).zip(product.chunks_mut(columns)) {
        for (&factor, b_row) in row.iter().zip(b.chunks(columns)) {
            for (sum, &value) in out.iter_mut().zip(b_row) {
                *sum += factor * value;
            }
        }
    }
    product
}

/// The largest difference of entries; infinite if the sizes differ or an entry is no number.
pub(super) fn difference(a: &[f64], b: &[f64]) -> f64 {
    if a.len() != b.len() || a.is_empty() {
        return f64::INFINITY;
    }
    a.iter().zip(b).fold(0.0, |worst, (x, y)| {
        let d = (x - y).abs();
        if d.is_nan() {
            f64::INFINITY
        } else {
            worst.max(d)
        }
    })
}
