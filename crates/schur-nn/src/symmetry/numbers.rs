//! Irreps and matrices in the form that the engine takes.

use schur_engine::symmetry::{Columns, Irrep};
use schur_math::{EndomorphismType, Group, MathError, irreps};

use crate::tolerance::FIBRE_ENTRY;

/// The real irreps of a finite planar group: of real or complex type.
pub(super) fn irrep_matrices(group: &Group) -> Result<Vec<Irrep>, MathError> {
    let all = irreps(group).into_iter().map(|irrep| {
        let rho = irrep.representation();
        Irrep {
            dim: rho.dim(),
            complex: irrep.endomorphism_type() == EndomorphismType::Complex,
            matrices: group
                .elements()
                .map(|g| rho.matrix(g).into_values())
                .collect(),
        }
    });
    Ok(all.collect())
}

/// The columns of a square row-major matrix.
pub(super) fn columns(matrix: &[f64], dim: usize) -> Columns {
    (0..dim)
        .map(|col| {
            (0..dim)
                .map(|row| (row, matrix[row * dim + col]))
                .filter(|entry| entry.1.abs() > FIBRE_ENTRY)
                .collect()
        })
        .collect()
}
