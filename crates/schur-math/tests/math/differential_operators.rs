//! Steerable differential operators: their number, symbols, differences and Gaussians.

use schur_math::{
    DerivativeTerm, DifferentialBasis, KernelBasis, PlanarGroup, PlanarRepresentation, tolerance,
};

use crate::support::tolerance as bounds;

use crate::support::groups::plane as planar;

fn representation(group: &PlanarGroup, name: &str) -> PlanarRepresentation {
    PlanarRepresentation::parse(group, name).unwrap()
}

/// Numbers of operators by order: all of them for C1; for scalars of O(2) the powers of the
/// Laplacian; from scalars to vectors of SO(2) gradients of those, and rotated ones.
#[test]
fn numbers_of_differential_operators() {
    for (group, out, expected) in [
        ("C1", "trivial", [1, 2, 3, 4, 5]),
        ("O(2)", "trivial", [1, 0, 1, 0, 1]),
        ("SO(2)", "E1", [0, 2, 0, 2, 0]),
        ("O(2)", "E1", [0, 1, 0, 1, 0]),
        ("C4", "trivial", [1, 0, 1, 0, 3]),
    ] {
        let group = planar(group);
        let [out, input] = [out, "trivial"].map(|name| representation(&group, name));
        let basis = DifferentialBasis::new(&out, &input, 4).unwrap();
        let mut found = [0; 5];
        basis.attributes().iter().for_each(|a| found[a.ring] += 1);
        assert_eq!(found, expected, "{out:?}");
        for (terms, a) in basis.operators().iter().zip(basis.attributes()) {
            assert!(terms.iter().all(|t| t.orders[0] + t.orders[1] == a.ring));
        }
    }
}

/// Operators of every order between fields that are not scalars.
fn operators() -> DifferentialBasis {
    let group = planar("C4");
    let (out, input) = (
        representation(&group, "E1"),
        representation(&group, "regular"),
    );
    DifferentialBasis::new(&out, &input, 3).unwrap()
}

/// `Σ value ξ^dx η^dy`, a matrix.
fn symbol(terms: &[DerivativeTerm], [x, y]: [f64; 2], (outs, inputs): (usize, usize)) -> Vec<f64> {
    let mut matrix = vec![0.0; outs * inputs];
    for t in terms {
        matrix[t.out * inputs + t.input] +=
            t.value * x.powi(t.orders[0] as i32) * y.powi(t.orders[1] as i32);
    }
    matrix
}

#[test]
fn symbols_are_their_terms() {
    let basis = operators();
    let (outs, inputs) = basis.shape();
    for point in [[0.3, -0.7], [1.2, 0.4], [0.0, 0.0]] {
        let values = basis.symbols().sample(point);
        for (terms, values) in basis.operators().iter().zip(values.chunks(outs * inputs)) {
            for (a, b) in symbol(terms, point, basis.shape()).iter().zip(values) {
                assert!((a - b).abs() < tolerance::STEERABILITY);
            }
        }
    }
}

/// Applied to `x^p y^q` at the centre, an operator leaves `p! q!` times its coefficient.
#[test]
fn differences_are_exact_for_polynomials() {
    let basis = operators();
    let factorial = |n: usize| (1..=n).product::<usize>() as f64;
    for (height, width) in [(4, 4), (5, 5), (4, 7)] {
        let kernels = basis.finite_differences([1, height, width]).unwrap();
        for (terms, kernel) in basis.operators().iter().zip(&kernels) {
            for (p, q) in (0..width).flat_map(|p| (0..height).map(move |q| (p, q))) {
                let mut applied = [0.0; 8];
                for e in kernel {
                    let x = (e.tap % width) as f64 - (width as f64 - 1.0) / 2.0;
                    let y = (height as f64 - 1.0) / 2.0 - (e.tap / width) as f64;
                    applied[e.out * 4 + e.input] += e.value * x.powi(p as i32) * y.powi(q as i32);
                }
                let of_monomial = terms.iter().filter(|t| t.orders == [p, q]);
                for t in of_monomial {
                    applied[t.out * 4 + t.input] -= t.value * factorial(p) * factorial(q);
                }
                assert!(
                    applied.iter().all(|v| v.abs() < bounds::SUMS),
                    "{height} {p} {q}"
                );
            }
        }
    }
}

/// `∫ K(t) e^{iξt} dt = P(iξ) e^{-σ²ξ²/2}`; on a grid that is finer than `σ` the sum is the
/// integral to round-off.
#[test]
fn gaussian_derivatives_have_their_symbols() {
    let basis = operators();
    let (sigma, step, xi) = (0.9f64, 0.3, [0.8, -0.5]);
    let kernels = basis.gaussian(sigma).unwrap();
    let (mut real, mut imaginary) = (vec![0.0; kernels.dim() * 8], vec![0.0; kernels.dim() * 8]);
    for (i, j) in (-30..=30).flat_map(|i| (-30..=30).map(move |j| (i, j))) {
        let t = [step * f64::from(i), step * f64::from(j)];
        let (sin, cos) = (xi[0] * t[0] + xi[1] * t[1]).sin_cos();
        for (k, value) in kernels.sample(t).into_iter().enumerate() {
            real[k] += value * cos * step * step;
            imaginary[k] += value * sin * step * step;
        }
    }
    let damping = (-0.5 * sigma * sigma * (xi[0] * xi[0] + xi[1] * xi[1])).exp();
    for (b, (terms, a)) in basis.operators().iter().zip(basis.attributes()).enumerate() {
        for (k, value) in symbol(terms, xi, basis.shape()).into_iter().enumerate() {
            // i^n.
            let (re, im) = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][a.ring % 4];
            let value = value * damping;
            assert!((real[b * 8 + k] - re * value).abs() < bounds::SUMS);
            assert!((imaginary[b * 8 + k] - im * value).abs() < bounds::SUMS);
        }
    }
}
