//! Finite differences on equispaced points.

use crate::lattice::centred;

/// For every order up to the highest, the weights `w` with `Σ_i w_i f(t_i) = f^(order)(0)` for
/// polynomials `f` of degree below `points`, at `t_i = i - (points - 1)/2`
/// (the recursion of Fornberg 1988).
pub(super) fn derivative_weights(points: usize, max_order: usize) -> Vec<Vec<f64>> {
    let node = |i: usize| centred(i, points);
    let mut weights = vec![vec![0.0; points]; max_order + 1];
    weights[0][0] = 1.0;
    let mut before = 1.0;
    for i in 1..points {
        let mut product = 1.0;
        let top = i.min(max_order);
        for j in 0..i {
            let distance = node(i) - node(j);
            product *= distance;
            if j + 1 == i {
                for order in (0..=top).rev() {
                    let lower = if order > 0 {
                        order as f64 * weights[order - 1][j]
                    } else {
                        0.0
                    };
                    weights[order][i] = before * (lower - node(j) * weights[order][j]) / product;
                }
            }
            for order in (0..=top).rev() {
                let lower = if order > 0 {
                    order as f64 * weights[order - 1][j]
                } else {
                    0.0
                };
                weights[order][j] = (node(i) * weights[order][j] - lower) / distance;
            }
        }
        before = product;
    }
    // Derivatives of even order are even, of odd order odd; round-off is not.
    for (order, weights) in weights.iter_mut().enumerate() {
        let sign = if order % 2 == 1 { -1.0 } else { 1.0 };
        let mirrored: Vec<f64> = weights.iter().rev().map(|w| sign * w).collect();
        for (w, m) in weights.iter_mut().zip(mirrored) {
            *w = 0.5 * (*w + m);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::derivative_weights;
    use crate::tolerance::BESSEL;

    /// Fornberg 1988, tables 1 and 2: centred differences on whole and half grid points.
    #[test]
    fn published_weights() {
        for (points, order, expected) in [
            (3, 1, vec![-0.5, 0.0, 0.5]),
            (3, 2, vec![1.0, -2.0, 1.0]),
            (5, 1, [1.0, -8.0, 0.0, 8.0, -1.0].map(|w| w / 12.0).to_vec()),
            (
                5,
                2,
                [-1.0, 16.0, -30.0, 16.0, -1.0].map(|w| w / 12.0).to_vec(),
            ),
            (5, 3, vec![-0.5, 1.0, 0.0, -1.0, 0.5]),
            (5, 4, vec![1.0, -4.0, 6.0, -4.0, 1.0]),
            (2, 0, vec![0.5, 0.5]),
            (2, 1, vec![-1.0, 1.0]),
            (4, 1, [1.0, -27.0, 27.0, -1.0].map(|w| w / 24.0).to_vec()),
        ] {
            let weights = &derivative_weights(points, order)[order];
            for (w, e) in weights.iter().zip(&expected) {
                assert!((w - e).abs() < BESSEL, "{points} {order}: {weights:?}");
            }
            assert_eq!(weights.len(), expected.len());
        }
    }
}
