//! What sizes and changes of basis are allowed.

use super::FiniteRepresentation;
use crate::error::MathError;
use crate::matrix::Matrix;
use crate::tolerance::REPRESENTATION_DEFECT;

/// Checks that a `dim x dim` matrix is not too large.
pub(crate) fn check_size(what: &str, dim: usize) -> Result<(), MathError> {
    check_numbers(what, &[dim, dim])
}

/// Checks that a product of sizes is not too large.
pub(crate) fn check_numbers(what: &str, sizes: &[usize]) -> Result<(), MathError> {
    let mut sizes = sizes.iter();
    let numbers = sizes.try_fold(1usize, |product, &size| product.checked_mul(size));
    match numbers {
        Some(numbers) if numbers <= FiniteRepresentation::MAX_NUMBERS => Ok(()),
        _ => Err(MathError::TooLarge {
            what: what.to_string(),
            numbers: numbers.map_or("too many".to_string(), |n| n.to_string()),
            max: FiniteRepresentation::MAX_NUMBERS,
            remedy: "a smaller group, band or smaller representations",
        }),
    }
}

/// Checks that a change of basis is an orthogonal `dim x dim` matrix.
pub(crate) fn check_orthogonal(basis: &Matrix, dim: usize) -> Result<(), MathError> {
    let size = format!("{} x {} matrix", basis.rows(), basis.cols());
    let problem = if (basis.rows(), basis.cols()) != (dim, dim) {
        "it has another size than the representation"
    } else if basis
        .transposed()
        .times(basis)
        .difference(&Matrix::identity(dim))
        <= REPRESENTATION_DEFECT
    {
        return Ok(());
    } else {
        "it is not orthogonal"
    };
    let remedy = "give orthonormal columns, as many as the dimension";
    Err(MathError::geometry(
        "a change of basis",
        size,
        problem,
        remedy,
    ))
}
