//! The laws of an orthogonal representation.
//!
//! Both take one row-major `dim x dim` matrix per element, in the order of the elements.

use super::{Law, LawReport, Violation};
use crate::group::{Element, Group};
use crate::matrix::Matrix;
use crate::tolerance::REPRESENTATION_DEFECT;
use crate::violation::Meter;

/// `ρ(g) ρ(h) = ρ(g h)` for all pairs, and `ρ(e) = 1`.
///
/// ```
/// use schur_math::{Group, laws};
///
/// let c3 = Group::parse("C3")?;
/// assert!(laws::homomorphism(&c3, 1, &[vec![1.0], vec![1.0], vec![1.0]]).is_ok());
/// // A sign has order 2.
/// assert!(laws::homomorphism(&c3, 1, &[vec![1.0], vec![-1.0], vec![1.0]]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst pair, if it is off by more than [`REPRESENTATION_DEFECT`] in any entry; the first
/// matrix of a wrong size.
pub fn homomorphism(
    group: &Group,
    dim: usize,
    matrices: &[Vec<f64>],
) -> Result<LawReport, Violation> {
    let elements: Vec<Element> = group.elements().collect();
    homomorphism_from(group, dim, matrices, &elements)
}

/// The law [`homomorphism`] with `g` running over the generators only.
///
/// In exact arithmetic that is enough, by induction over words; in `f64` the defect of a pair
/// is at most the word length times the one found here.
///
/// ```
/// use schur_math::{Group, laws};
///
/// let s5 = Group::parse("S5")?;
/// let matrices = vec![vec![1.0]; 120];
/// // Fewer cases than the 120² pairs.
/// assert!(laws::homomorphism_on_generators(&s5, 1, &matrices)?.cases < 1000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`homomorphism`].
pub fn homomorphism_on_generators(
    group: &Group,
    dim: usize,
    matrices: &[Vec<f64>],
) -> Result<LawReport, Violation> {
    homomorphism_from(group, dim, matrices, group.generators())
}

fn homomorphism_from(
    group: &Group,
    dim: usize,
    matrices: &[Vec<f64>],
    left: &[Element],
) -> Result<LawReport, Violation> {
    check_sizes(Law::Homomorphism, group, dim, matrices)?;
    let mut meter = Meter::new(Law::Homomorphism);
    let e = group.identity().index();
    meter.look(distance_to_identity(&matrices[e], dim), || e.to_string());
    for &g in left {
        let left_matrix = square(&matrices[g.index()], dim);
        for h in group.elements() {
            let product = left_matrix.times(&square(&matrices[h.index()], dim));
            let expected = &matrices[group.compose(g, h).index()];
            let defect = largest(product.values().iter().zip(expected).map(|(a, b)| a - b));
            meter.look(defect, || format!("({}, {})", g.index(), h.index()));
        }
    }
    meter.finish(REPRESENTATION_DEFECT)
}

/// `ρ(g)ᵀ ρ(g) = 1` for all elements.
///
/// ```
/// use schur_math::{Group, laws};
///
/// let c2 = Group::parse("C2")?;
/// // A representation, but by a shear of a mirror: lengths change.
/// let shear = [vec![1.0, 0.0, 0.0, 1.0], vec![1.0, 1.0, 0.0, -1.0]];
/// assert!(laws::homomorphism(&c2, 2, &shear).is_ok());
/// assert_eq!(laws::orthogonality(&c2, 2, &shear).unwrap_err().witness, "1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst element, if it is off by more than [`REPRESENTATION_DEFECT`] in any entry; the
/// first matrix of a wrong size.
pub fn orthogonality(
    group: &Group,
    dim: usize,
    matrices: &[Vec<f64>],
) -> Result<LawReport, Violation> {
    check_sizes(Law::Orthogonality, group, dim, matrices)?;
    let mut meter = Meter::new(Law::Orthogonality);
    for (g, matrix) in matrices.iter().enumerate() {
        let matrix = square(matrix, dim);
        let gram = matrix.transposed().times(&matrix);
        meter.look(distance_to_identity(gram.values(), dim), || g.to_string());
    }
    meter.finish(REPRESENTATION_DEFECT)
}

fn check_sizes(
    law: Law,
    group: &Group,
    dim: usize,
    matrices: &[Vec<f64>],
) -> Result<(), Violation> {
    if matrices.len() != group.order() {
        let explanation = format!("{} has {} elements", group.name(), group.order());
        let witness = format!("{} matrices", matrices.len());
        return Err(Violation::exact(law, witness, explanation));
    }
    for (g, matrix) in matrices.iter().enumerate() {
        if dim == 0 || Some(matrix.len()) != dim.checked_mul(dim) {
            let explanation = format!(
                "its matrix has {} entries, which is not dim x dim for dim = {dim} > 0",
                matrix.len()
            );
            return Err(Violation::exact(law, g, explanation));
        }
    }
    Ok(())
}

fn square(values: &[f64], dim: usize) -> Matrix {
    Matrix::from_values(dim, dim, values.to_vec())
}

fn distance_to_identity(matrix: &[f64], dim: usize) -> f64 {
    let one = |k: usize| f64::from(u8::from(k.is_multiple_of(dim + 1)));
    largest(matrix.iter().enumerate().map(|(k, &value)| value - one(k)))
}

/// The largest absolute value; infinite if any is not a number, which `f64::max` would drop.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |worst, value| {
        if value.is_nan() {
            f64::INFINITY
        } else {
            worst.max(value.abs())
        }
    })
}
