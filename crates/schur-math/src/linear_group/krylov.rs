//! Projection onto the null space of a positive operator, by conjugate gradients.

use crate::linear::norm;
use crate::tolerance::KRYLOV_RESIDUAL;

/// Most applications of the operator for one projection.
const MAX_STEPS: usize = 2000;

/// What a projection found: the projected vector, or how many steps were not enough and the
/// residual then.
pub(super) type Projected = Result<Vec<f64>, (usize, f64)>;

/// The orthogonal projection of `start` onto the null space of a symmetric operator without
/// negative eigenvalues.
///
/// Conjugate gradients for the least energy `v·Lv / 2` over `start + range(L)`: every step
/// stays in `start + L(…)`, so the component in the null space is kept and all others go to
/// zero, in at most as many steps as `L` has different eigenvalues (Golub and Van Loan 2013,
/// section 11.3).
pub(super) fn project(apply: &dyn Fn(&[f64]) -> Vec<f64>, start: &[f64]) -> Projected {
    let length = norm(start);
    let mut v = start.to_vec();
    let mut steps = 0;
    // The largest Rayleigh quotient seen; it approaches the largest eigenvalue.
    let mut size = 0.0f64;
    loop {
        // Started anew from the true residual, so that round-off does not add up.
        let mut residual: Vec<f64> = apply(&v).into_iter().map(|r| 0.0 - r).collect();
        let mut square = dot(&residual, &residual);
        steps += 1;
        size = size.max(square.sqrt() / length);
        if square.sqrt() <= KRYLOV_RESIDUAL * size * length {
            return Ok(v);
        }
        if steps >= MAX_STEPS {
            return Err((steps, square.sqrt() / (size * length)));
        }
        let mut direction = residual.clone();
        while square.sqrt() > KRYLOV_RESIDUAL * size * length && steps < MAX_STEPS {
            let image = apply(&direction);
            let curvature = dot(&direction, &image);
            steps += 1;
            if curvature <= 0.0 {
                break;
            }
            size = size.max(curvature / dot(&direction, &direction));
            let step = square / curvature;
            for k in 0..v.len() {
                v[k] += step * direction[k];
                residual[k] -= step * image[k];
            }
            let next = dot(&residual, &residual);
            for (d, r) in direction.iter_mut().zip(&residual) {
                *d = r + next / square * *d;
            }
            square = next;
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::tolerance::REPRESENTATION_DEFECT;

    /// Four different eigenvalues, one of them zero: few applications, however large the space.
    #[test]
    fn steps_are_bounded_by_the_number_of_eigenvalues() {
        let eigenvalue = |k: usize| [0.0, 1.0, 2.0, 5.0][k % 4];
        let steps = Cell::new(0);
        let apply = |x: &[f64]| -> Vec<f64> {
            steps.set(steps.get() + 1);
            let pairs = x.iter().enumerate();
            pairs.map(|(k, v)| eigenvalue(k) * v).collect()
        };
        let start: Vec<f64> = (0..400).map(|k| 1.0 + (k as f64).sin()).collect();
        let projected = project(&apply, &start).unwrap();
        assert!(steps.get() <= 10, "{}", steps.get());
        for (k, (a, b)) in projected.iter().zip(&start).enumerate() {
            let expected = if k % 4 == 0 { *b } else { 0.0 };
            assert!((a - expected).abs() < REPRESENTATION_DEFECT);
        }
    }

    /// What is not symmetric does not converge, and that is said.
    #[test]
    fn no_convergence_is_reported() {
        let apply = |x: &[f64]| vec![x[0] + 3.0 * x[1], x[1] - 3.0 * x[0]];
        let (steps, residual) = project(&apply, &[1.0, 0.5]).unwrap_err();
        assert!(steps >= MAX_STEPS && residual > KRYLOV_RESIDUAL);
    }
}
