//! Small dense matrices, row-major. Without rows or columns they are empty, and so are products
//! with them.

/// `A B`, where `A` has `inner` columns and `B` as many rows.
pub(crate) fn multiply(a: &[f64], b: &[f64], inner: usize) -> Vec<f64> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let columns = b.len() / inner;
    let mut product = vec![0.0; a.len() / inner * columns];
    for (row, out) in a.chunks(inner).zip(product.chunks_mut(columns)) {
        for (&factor, b_row) in row.iter().zip(b.chunks(columns)) {
            if factor != 0.0 {
                for (sum, &value) in out.iter_mut().zip(b_row) {
                    *sum += factor * value;
                }
            }
        }
    }
    product
}

/// `Aᵀ`, where `A` has `columns` columns.
pub(super) fn transpose(a: &[f64], columns: usize) -> Vec<f64> {
    let rows = a.len().checked_div(columns).unwrap_or(0);
    (0..a.len())
        .map(|k| a[k % rows * columns + k / rows])
        .collect()
}

/// The Kronecker product of matrices with the given numbers of columns.
pub(super) fn kronecker(a: &[f64], a_columns: usize, b: &[f64], b_columns: usize) -> Vec<f64> {
    let mut product = Vec::with_capacity(a.len() * b.len());
    if a.is_empty() || b.is_empty() {
        return product;
    }
    for a_row in a.chunks(a_columns) {
        for b_row in b.chunks(b_columns) {
            product.extend(a_row.iter().flat_map(|x| b_row.iter().map(move |y| x * y)));
        }
    }
    product
}

pub(super) fn identity(dim: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; dim * dim];
    matrix.iter_mut().step_by(dim + 1).for_each(|v| *v = 1.0);
    matrix
}

pub(super) fn trace(matrix: &[f64], dim: usize) -> f64 {
    matrix.iter().step_by(dim + 1).sum()
}

/// The largest difference of entries; infinite if one is no number.
pub(super) fn difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |worst, (x, y)| {
        let d = (x - y).abs();
        if d.is_nan() {
            f64::INFINITY
        } else {
            worst.max(d)
        }
    })
}

/// Square blocks along the diagonal.
pub(super) fn block_diagonal<'a>(blocks: impl Iterator<Item = &'a [f64]> + Clone) -> Vec<f64> {
    let dim: usize = blocks.clone().map(|block| block.len().isqrt()).sum();
    let mut matrix = vec![0.0; dim * dim];
    let mut offset = 0;
    for block in blocks {
        let size = block.len().isqrt();
        for (k, value) in block.iter().enumerate() {
            matrix[(offset + k / size) * dim + offset + k % size] = *value;
        }
        offset += size;
    }
    matrix
}
