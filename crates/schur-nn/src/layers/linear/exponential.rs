//! Elements of one-parameter groups.

/// `exp(A / |A|)` in the Frobenius norm, row-major: of a scaled argument the power series, then
/// squared. The series is cut where its terms are below round-off.
pub(super) fn exponential(matrix: &[f64], dim: usize) -> Vec<f64> {
    const SQUARINGS: usize = 4;
    // 16^-n / n! is far below round-off from here on.
    const TERMS: usize = 12;
    let norm = matrix.iter().map(|v| v * v).sum::<f64>().sqrt();
    let scale = if norm > 0.0 { norm.recip() } else { 0.0 };
    let small: Vec<f64> = (matrix.iter())
        .map(|v| v * scale / f64::from(1 << SQUARINGS))
        .collect();
    let mut term = identity(dim);
    let mut sum = identity(dim);
    for n in 1..=TERMS {
        term = product(&term, &small, dim);
        term.iter_mut().for_each(|v| *v /= n as f64);
        sum.iter_mut().zip(&term).for_each(|(s, t)| *s += t);
    }
    for _ in 0..SQUARINGS {
        sum = product(&sum, &sum, dim);
    }
    sum
}

fn identity(dim: usize) -> Vec<f64> {
    let mut matrix = vec![0.0; dim * dim];
    matrix.iter_mut().step_by(dim + 1).for_each(|v| *v = 1.0);
    matrix
}

fn product(a: &[f64], b: &[f64], dim: usize) -> Vec<f64> {
    let mut result = vec![0.0; dim * dim];
    for (row, out) in a.chunks(dim).zip(result.chunks_mut(dim)) {
        for (factor, b_row) in row.iter().zip(b.chunks(dim)) {
            for (o, value) in out.iter_mut().zip(b_row) {
                *o += factor * value;
            }
        }
    }
    result
}
