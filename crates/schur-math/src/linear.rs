//! What is solved with matrices and vectors: null spaces of lists of equations, orthonormal
//! bases, eigenvectors, inverses.

use crate::matrix::Matrix;
use crate::tolerance::{DIAGONAL, INDEPENDENCE, NO_ROTATION, NULL_SPACE_PIVOT, SINGULAR_PIVOT};

/// An orthonormal basis of the solutions of `A x = 0`, by Gauss-Jordan elimination with full
/// pivoting. `rows` are the rows of `A`, each of length `unknowns`.
pub(crate) fn null_space(mut rows: Vec<Vec<f64>>, unknowns: usize) -> Vec<Vec<f64>> {
    let largest = rows.iter().flatten().fold(0.0f64, |m, v| m.max(v.abs()));
    let threshold = NULL_SPACE_PIVOT * largest;
    let mut free: Vec<usize> = (0..unknowns).collect();
    let mut pivots: Vec<usize> = Vec::new();
    while let Some((row, position)) = largest_entry(&rows[pivots.len()..], &free, threshold) {
        let rank = pivots.len();
        rows.swap(rank, rank + row);
        let column = free.remove(position);
        eliminate(&mut rows, rank, column);
        pivots.push(column);
    }
    let solution = |&column: &usize| {
        let mut x = vec![0.0; unknowns];
        x[column] = 1.0;
        for (row, &pivot) in rows.iter().zip(&pivots) {
            x[pivot] = -row[column];
        }
        x
    };
    orthonormal(&free.iter().map(solution).collect::<Vec<_>>())
}

/// The row and the position in `columns` of the largest entry above the threshold.
fn largest_entry(rows: &[Vec<f64>], columns: &[usize], threshold: f64) -> Option<(usize, usize)> {
    let mut best = None;
    let mut size = threshold;
    for (r, row) in rows.iter().enumerate() {
        for (position, &column) in columns.iter().enumerate() {
            if row[column].abs() > size {
                size = row[column].abs();
                best = Some((r, position));
            }
        }
    }
    best
}

/// Scales the pivot row to 1 at `column` and clears the column in all other rows.
fn eliminate(rows: &mut [Vec<f64>], pivot: usize, column: usize) {
    let mut pivot_row = std::mem::take(&mut rows[pivot]);
    let scale = pivot_row[column];
    pivot_row.iter_mut().for_each(|v| *v /= scale);
    for row in rows.iter_mut().filter(|row| !row.is_empty()) {
        let factor = row[column];
        if factor != 0.0 {
            for (v, p) in row.iter_mut().zip(&pivot_row) {
                *v -= factor * p;
            }
        }
    }
    rows[pivot] = pivot_row;
}

/// An orthonormal basis of the span of some vectors, by Gram-Schmidt done twice, which is
/// orthogonal to round-off (Giraud et al. 2005).
pub(crate) fn orthonormal(vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    orthonormal_first(vectors.len(), vectors)
}

/// The first vectors of an orthonormal basis of the span of some vectors, at most so many; later
/// vectors are not looked at.
pub(crate) fn orthonormal_first<V: AsRef<[f64]>>(
    most: usize,
    vectors: impl IntoIterator<Item = V>,
) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut vectors = vectors.into_iter();
    while basis.len() < most
        && let Some(vector) = vectors.next()
    {
        let vector = vector.as_ref();
        let before = norm(vector);
        let mut rest = remainder(&remainder(vector, &basis), &basis);
        let after = norm(&rest);
        if after > INDEPENDENCE * before {
            rest.iter_mut().for_each(|v| *v /= after);
            basis.push(rest);
        }
    }
    basis
}

/// Orthonormal vectors made from the columns of a matrix with `unknowns` columns, of a given rank
/// and with as many equal singular values `scale`, such as a projector or the rows of an orthonormal
/// basis: columns are taken in their order, without their components along those before.
///
/// What is left after some has as squared norm the number still to find times `scale²`, so some
/// column has its share of that; the next one with a quarter of it is taken, which is far from
/// dependent. If the rank is not what was said, fewer are found.
pub(crate) fn orthonormal_columns(
    rank: usize,
    unknowns: usize,
    scale: f64,
    column: impl Fn(usize) -> Vec<f64>,
) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let (mut at, mut since) = (0, 0);
    while basis.len() < rank && since < unknowns {
        let rest = remainder(&remainder(&column(at), &basis), &basis);
        let size = norm(&rest) / scale;
        since += 1;
        if size * size >= 0.25 * (rank - basis.len()) as f64 / unknowns as f64 {
            let length = norm(&rest);
            basis.push(rest.into_iter().map(|v| v / length).collect());
            since = 0;
        }
        at = (at + 1) % unknowns;
    }
    basis
}

/// Adds to an orthonormal basis at most so many vectors, each time the one of which most is left without
/// its components along the basis, while that is more than round-off.
pub(crate) fn add_longest(basis: &mut Vec<Vec<f64>>, vectors: &[Vec<f64>], most: usize) {
    let longest = vectors.iter().map(|v| norm(v)).fold(0.0, f64::max);
    for _ in 0..most {
        let rests = vectors.iter();
        let rests = rests.map(|vector| remainder(&remainder(vector, basis), basis));
        let Some(mut rest) = rests.max_by(|a, b| norm(a).total_cmp(&norm(b))) else {
            return;
        };
        let length = norm(&rest);
        if length <= INDEPENDENCE * longest {
            return;
        }
        rest.iter_mut().for_each(|v| *v /= length);
        basis.push(rest);
    }
}

/// What is left of a vector without its components along an orthonormal basis.
pub(crate) fn remainder(vector: &[f64], basis: &[Vec<f64>]) -> Vec<f64> {
    let mut rest = vector.to_vec();
    for direction in basis {
        let along: f64 = rest.iter().zip(direction).map(|(a, b)| a * b).sum();
        for (r, d) in rest.iter_mut().zip(direction) {
            *r -= along * d;
        }
    }
    rest
}

/// Eigenvalues of a symmetric matrix in ascending order, with orthonormal eigenvectors, by the
/// cyclic method of Jacobi (Golub and Van Loan 2013, section 8.5).
pub(crate) fn symmetric_eigen(mut a: Matrix) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = a.rows();
    let mut vectors = Matrix::identity(n);
    let total = norm(a.values());
    // Convergence is quadratic; a dozen sweeps suffice in practice.
    for _ in 0..64 {
        let mut off = 0.0f64;
        for p in 0..n {
            for q in p + 1..n {
                off = off.max(a[(p, q)].abs());
                if a[(p, q)].abs() <= NO_ROTATION * total {
                    continue;
                }
                let theta = (a[(q, q)] - a[(p, p)]) / (2.0 * a[(p, q)]);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                for k in 0..n {
                    let (x, y) = (a[(k, p)], a[(k, q)]);
                    (a[(k, p)], a[(k, q)]) = (c * x - s * y, s * x + c * y);
                }
                for k in 0..n {
                    let (x, y) = (a[(p, k)], a[(q, k)]);
                    (a[(p, k)], a[(q, k)]) = (c * x - s * y, s * x + c * y);
                    let (x, y) = (vectors[(p, k)], vectors[(q, k)]);
                    (vectors[(p, k)], vectors[(q, k)]) = (c * x - s * y, s * x + c * y);
                }
            }
        }
        if off <= DIAGONAL * total {
            break;
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[(i, i)].total_cmp(&a[(j, j)]));
    let values = order.iter().map(|&i| a[(i, i)]).collect();
    (
        values,
        order.iter().map(|&i| vectors.row(i).to_vec()).collect(),
    )
}

/// The inverse of a square matrix by Gauss-Jordan elimination with row pivoting; `None` if a
/// pivot is negligible beside the largest entry.
pub(crate) fn inverse(matrix: &Matrix) -> Option<Matrix> {
    let dim = matrix.rows();
    let largest = matrix.values().iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let one = Matrix::identity(dim);
    let row = |i| [matrix.row(i), one.row(i)].concat();
    let mut rows: Vec<Vec<f64>> = (0..dim).map(row).collect();
    for column in 0..dim {
        let size = |row: &usize| rows[*row][column].abs();
        let pivot = (column..dim).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        if size(&pivot) <= SINGULAR_PIVOT * largest {
            return None;
        }
        rows.swap(column, pivot);
        eliminate(&mut rows, column, column);
    }
    Some(Matrix::from_fn(dim, dim, |i, j| rows[i][dim + j]))
}

pub(crate) fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|v| v * v).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_space_of_a_rank_two_matrix() {
        // The third row is the sum of the first two.
        let rows = vec![
            vec![1.0, 2.0, 0.0, 1.0],
            vec![0.0, 1.0, -1.0, 3.0],
            vec![1.0, 3.0, -1.0, 4.0],
        ];
        let space = null_space(rows.clone(), 4);
        assert_eq!(space.len(), 2);
        for x in &space {
            assert!((norm(x) - 1.0).abs() < INDEPENDENCE);
            for row in &rows {
                let product: f64 = row.iter().zip(x).map(|(a, b)| a * b).sum();
                assert!(product.abs() < INDEPENDENCE);
            }
        }
    }

    #[test]
    fn inverses() {
        let shear = Matrix::from([[0.0, 2.0], [1.0, 3.0]]);
        assert_eq!(inverse(&shear), Some([[-1.5, 1.0], [0.5, 0.0]].into()));
        assert_eq!(inverse(&[[1.0, 2.0], [2.0, 4.0]].into()), None);
    }

    #[test]
    fn without_equations_everything_solves_them() {
        assert_eq!(null_space(Vec::new(), 3).len(), 3);
    }

    #[test]
    fn dependent_vectors_add_nothing() {
        let vectors = [
            vec![1.0, 1.0],
            vec![2.0, 2.0],
            vec![0.0, 0.0],
            vec![1.0, 0.0],
        ];
        assert_eq!(orthonormal(&vectors).len(), 2);
    }
}
