//! The representations by which groups are given.

use super::FiniteRepresentation;
use crate::error::MathError;
use crate::group::{Group, GroupDefinition, MatrixGroup, Origin};
use crate::tolerance::MATRIX_DISTINCT;
use crate::violation::Law;

impl MatrixGroup {
    /// The defining representation, by these matrices.
    ///
    /// # Errors
    ///
    /// If the matrices are not orthogonal.
    pub fn representation(&self) -> Result<FiniteRepresentation, MathError> {
        of_matrices(self, self.group())
    }
}

impl GroupDefinition {
    /// The representation by which the group was given: on the points, or by its matrices.
    /// `None` for a table.
    ///
    /// # Errors
    ///
    /// If the matrices are not orthogonal.
    pub fn defining(&self) -> Result<Option<FiniteRepresentation>, MathError> {
        match self.origin() {
            Origin::Permutations(group) => FiniteRepresentation::of_action(&group.action())
                .map(|rho| Some(rho.with_name("defining"))),
            Origin::Matrices(made) => of_matrices(made, self.group()).map(Some),
            Origin::Table => Ok(None),
        }
    }
}

/// The defining representation of a group of matrices with other names of its elements.
fn of_matrices(made: &MatrixGroup, group: &Group) -> Result<FiniteRepresentation, MathError> {
    let refuse = |error: MathError| match error {
        MathError::Law { violation, .. }
            if matches!(violation.law, Law::Orthogonality | Law::Homomorphism) =>
        {
            let worst = violation.worst;
            let (problem, remedy) = match worst <= MATRIX_DISTINCT {
                true => (
                    format!("are orthogonal and closed only up to {worst:.1e}"),
                    "give more digits, or expressions such as sqrt(3)/2",
                ),
                false => (
                    format!("are not orthogonal: an entry of MᵀM - 1 is {worst:.1e}"),
                    "write them in an orthonormal basis, or name `regular` or irreps in place of \
                     `defining`, which need no matrices",
                ),
            };
            MathError::LinearGroup {
                group: format!("the matrices of {}", group.name()),
                problem,
                remedy,
            }
        }
        other => other,
    };
    FiniteRepresentation::from_matrices(group, "defining", made.matrices()).map_err(refuse)
}
