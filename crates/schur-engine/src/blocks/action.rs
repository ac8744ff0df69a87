//! A finite group acting on kernel positions and fibres, as numbers.

use schur_math::{EndomorphismType, Group, MathError, irreps};

/// A sparse matrix by columns: the image of every basis vector.
pub(crate) type Columns = Vec<Vec<(usize, f64)>>;

/// A real irrep with the matrices of all group elements, row-major.
#[derive(Debug, Clone)]
pub(crate) struct IrrepMatrices {
    pub(crate) dim: usize,
    /// Whether the commuting matrices are `a I + b J`, not only `a I`. The only other type,
    /// quaternions, does not occur in the plane.
    pub(crate) complex: bool,
    pub(crate) matrices: Vec<Vec<f64>>,
}

/// How every element of a finite group acts.
///
/// A kernel K with K(g t) = rho_out(g) K(t) rho_in(g)^-1 is a linear map from the patch space
/// (positions x input components) to the output fibre that commutes with the group.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) irreps: Vec<IrrepMatrices>,
    /// Per element.
    pub(crate) positions: Vec<Columns>,
    /// Per input block and element.
    pub(crate) inputs: Vec<Vec<Columns>>,
    /// Per output block and element.
    pub(crate) outputs: Vec<Vec<Columns>>,
}

impl Action {
    /// The same group acting the other way round: from outputs to inputs.
    pub(crate) fn transposed(&self) -> Self {
        Self {
            irreps: self.irreps.clone(),
            positions: self.positions.clone(),
            inputs: self.outputs.clone(),
            outputs: self.inputs.clone(),
        }
    }
}

/// The real irreps of a finite planar group: of real or complex type.
pub(crate) fn irrep_matrices(group: &Group) -> Result<Vec<IrrepMatrices>, MathError> {
    let all = irreps(group).into_iter().map(|irrep| {
        let rho = irrep.representation();
        IrrepMatrices {
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
pub(crate) fn columns(matrix: &[f64], dim: usize) -> Columns {
    (0..dim)
        .map(|col| {
            (0..dim)
                .map(|row| (row, matrix[row * dim + col]))
                .filter(|entry| entry.1.abs() > crate::tolerance::TRANSFORM_ENTRY)
                .collect()
        })
        .collect()
}
