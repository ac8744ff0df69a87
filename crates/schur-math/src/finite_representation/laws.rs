//! The laws of an orthogonal representation.
//!
//! All take one square matrix per element, in the order of the elements.

use crate::group::{Element, Group};
use crate::matrix::Matrix;
use crate::tolerance::REPRESENTATION_DEFECT;
use crate::violation::{Law, LawReport, Meter, Violation};

/// `ρ(g) ρ(h) = ρ(g h)` for all pairs, and `ρ(e) = 1`.
///
/// ```
/// use schur_math::{Group, Matrix, laws};
///
/// let c3 = Group::parse("C3")?;
/// let numbers = |values: [f64; 3]| values.map(|value| Matrix::from([[value]]));
/// assert!(laws::homomorphism(&c3, &numbers([1.0, 1.0, 1.0])).is_ok());
/// // A sign has order 2.
/// assert!(laws::homomorphism(&c3, &numbers([1.0, -1.0, 1.0])).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst pair, if it is off by more than [`REPRESENTATION_DEFECT`] in any entry; the first
/// matrix that is not square or of another size than the first.
pub fn homomorphism(group: &Group, matrices: &[Matrix]) -> Result<LawReport, Violation> {
    let elements: Vec<Element> = group.elements().collect();
    homomorphism_from(group, matrices, &elements)
}

/// The law [`homomorphism`] with `g` running over the generators only.
///
/// In exact arithmetic that is enough, by induction over words; in `f64` the defect of a pair
/// is at most the word length times the one found here.
///
/// ```
/// use schur_math::{Group, Matrix, laws};
///
/// let s5 = Group::parse("S5")?;
/// let matrices = vec![Matrix::identity(1); 120];
/// // Fewer cases than the 120² pairs.
/// assert!(laws::homomorphism_on_generators(&s5, &matrices)?.cases < 1000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`homomorphism`].
pub fn homomorphism_on_generators(
    group: &Group,
    matrices: &[Matrix],
) -> Result<LawReport, Violation> {
    homomorphism_from(group, matrices, group.generators())
}

fn homomorphism_from(
    group: &Group,
    matrices: &[Matrix],
    left: &[Element],
) -> Result<LawReport, Violation> {
    let dim = common_size(Law::Homomorphism, group, matrices)?;
    let mut meter = Meter::new(Law::Homomorphism);
    let e = group.identity().index();
    let defect = matrices[e].difference(&Matrix::identity(dim));
    meter.look(defect, || e.to_string());
    for &g in left {
        for h in group.elements() {
            let product = matrices[g.index()].times(&matrices[h.index()]);
            let defect = product.difference(&matrices[group.compose(g, h).index()]);
            meter.look(defect, || format!("({}, {})", g.index(), h.index()));
        }
    }
    meter.finish(REPRESENTATION_DEFECT)
}

/// `ρ(g)ᵀ ρ(g) = 1` for all elements.
///
/// ```
/// use schur_math::{Group, Matrix, laws};
///
/// let c2 = Group::parse("C2")?;
/// // A representation, but by a shear of a mirror: lengths change.
/// let shear = [Matrix::identity(2), Matrix::from([[1.0, 1.0], [0.0, -1.0]])];
/// assert!(laws::homomorphism(&c2, &shear).is_ok());
/// assert_eq!(laws::orthogonality(&c2, &shear).unwrap_err().witness, "1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst element, if it is off by more than [`REPRESENTATION_DEFECT`] in any entry; the
/// first matrix that is not square or of another size than the first.
pub fn orthogonality(group: &Group, matrices: &[Matrix]) -> Result<LawReport, Violation> {
    let one = Matrix::identity(common_size(Law::Orthogonality, group, matrices)?);
    let mut meter = Meter::new(Law::Orthogonality);
    for (g, matrix) in matrices.iter().enumerate() {
        let gram = matrix.transposed().times(matrix);
        meter.look(gram.difference(&one), || g.to_string());
    }
    meter.finish(REPRESENTATION_DEFECT)
}

/// The number of rows of every matrix.
fn common_size(law: Law, group: &Group, matrices: &[Matrix]) -> Result<usize, Violation> {
    if matrices.len() != group.order() {
        let explanation = format!("{} has {} elements", group.name(), group.order());
        let witness = format!("{} matrices", matrices.len());
        return Err(Violation::exact(law, witness, explanation));
    }
    let dim = matrices.first().map_or(0, Matrix::rows);
    for (g, matrix) in matrices.iter().enumerate() {
        let (rows, columns) = (matrix.rows(), matrix.cols());
        if dim == 0 || (rows, columns) != (dim, dim) {
            let explanation = match g {
                0 => format!(
                    "its matrix has {rows} rows and {columns} columns, not as many of both, 1 or more"
                ),
                _ => format!("its matrix is {rows} x {columns}, the first is {dim} x {dim}"),
            };
            return Err(Violation::exact(law, g, explanation));
        }
    }
    Ok(dim)
}
