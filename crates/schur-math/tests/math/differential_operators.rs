//! Steerable differential operators: their number, symbols, differences and Gaussians.

use schur_math::{
    DerivativeTerm, DifferentialBasis, KernelBasis, KernelEntry, LatticeAction, PlanarGroup,
    PlanarRepresentation, PointGroup, Representation, SpatialGroup, SpatialRepresentation,
    SymmetryGroup, laws, tolerance,
};

use crate::support::tolerance as bounds;

use crate::support::groups::{plane as planar, space};

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

/// Those of vector analysis: gradient, divergence, curl, and what is made of them.
#[test]
fn operators_of_vector_analysis() {
    for (group, out, input, expected) in [
        ("O(3)", "0+", "0+", [1, 0, 1, 0]),
        ("O(3)", "1-", "0+", [0, 1, 0, 1]),
        ("O(3)", "0+", "1-", [0, 1, 0, 1]),
        // The identity; the Laplacian and the gradient of the divergence.
        ("O(3)", "1-", "1-", [1, 0, 2, 0]),
        // The curl and its Laplacian.
        ("O(3)", "1+", "1-", [0, 1, 0, 1]),
        ("SO(3)", "1", "1", [1, 1, 2, 1]),
        ("C1", "A", "A", [1, 3, 6, 10]),
        // x⁴ + y⁴ + z⁴ would be the next that the cube adds.
        ("Oh", "A1g", "A1g", [1, 0, 1, 0]),
        // xyz.
        ("Oh", "A2u", "A1g", [0, 0, 0, 1]),
    ] {
        let group = space(group);
        let [out, input] =
            [out, input].map(|name| Representation::irreducible(&group.irrep(name).unwrap()));
        let basis = DifferentialBasis::new(&out, &input, 3).unwrap();
        let mut found = [0; 4];
        basis.attributes().iter().for_each(|a| found[a.ring] += 1);
        assert_eq!(found, expected, "{out:?} <- {input:?}");
        for (terms, a) in basis.operators().iter().zip(basis.attributes()) {
            assert!(!terms.is_empty());
            assert!(
                terms
                    .iter()
                    .all(|t| t.orders.iter().sum::<usize>() == a.ring)
            );
        }
    }
}

/// The cross product of the gradient with a field, in Cartesian components.
#[test]
fn the_curl_is_the_curl() {
    let vectors = SpatialRepresentation::defining(&SpatialGroup::o3()).unwrap();
    let axial = space("O(3)").irrep("1+").unwrap();
    // Axial vectors with the coordinates in the order x, y, z.
    let order = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]];
    let axial = Representation::irreducible(&axial);
    let axial = axial.in_basis(&order.into()).unwrap();
    let basis = DifferentialBasis::new(&axial, &vectors, 1).unwrap();
    let [curl] = basis.operators() else {
        panic!("one operator");
    };
    // The sign of the permutation (out, derivative, input), and one common factor.
    let sign = |t: &DerivativeTerm<3>| {
        let along = t.orders.iter().position(|&n| n == 1).unwrap();
        match (along + 3 - t.out) % 3 {
            1 => 1.0,
            _ => -1.0,
        }
    };
    let factor = curl[0].value * sign(&curl[0]);
    assert_eq!(curl.len(), 6);
    for t in curl {
        let along = t.orders.iter().position(|&n| n == 1).unwrap();
        assert_eq!(t.out + along + t.input, 3, "{t:?}");
        assert!((t.value - factor * sign(t)).abs() < bounds::DENSE, "{t:?}");
    }
}

/// In space: symbols are their terms, differences are exact for polynomials, and both commute with
/// the group; a kernel that is off by little does not.
#[test]
fn operators_in_space() {
    let factorial = |n: usize| (1..=n).product::<usize>() as f64;
    for name in ["O", "Td", "D4@x", "SO(3)", "cone@x"] {
        let group = space(name);
        let out = SpatialRepresentation::defining(&group).unwrap();
        let input = SpatialRepresentation::harmonics(&group, 2).unwrap();
        let basis = DifferentialBasis::new(&out, &input, 2).unwrap();
        let (outs, inputs) = basis.shape();
        let point = [0.3, -0.7, 1.1];
        let values = basis.symbols().sample(point);
        for (terms, values) in basis.operators().iter().zip(values.chunks(outs * inputs)) {
            let mut matrix = vec![0.0; outs * inputs];
            for t in terms {
                let powers = point.iter().zip(t.orders).map(|(x, n)| x.powi(n as i32));
                matrix[t.out * inputs + t.input] += t.value * powers.product::<f64>();
            }
            for (a, b) in matrix.iter().zip(values) {
                assert!((a - b).abs() < tolerance::STEERABILITY);
            }
        }
        for sizes in [[3, 3, 3], [4, 4, 4]] {
            let kernels = basis.finite_differences(sizes).unwrap();
            let n = sizes[0];
            let place = |i: usize| i as f64 - (n as f64 - 1.0) / 2.0;
            for (terms, kernel) in basis.operators().iter().zip(&kernels) {
                for exponents in (0..27).map(|k| [k % 3, k / 3 % 3, k / 9]) {
                    let mut applied = vec![0.0; outs * inputs];
                    for e in kernel {
                        let x = [
                            place(e.tap % n),
                            -place(e.tap / n % n),
                            place(e.tap / n / n),
                        ];
                        let powers = x.iter().zip(exponents).map(|(x, n)| x.powi(n as i32));
                        applied[e.out * inputs + e.input] += e.value * powers.product::<f64>();
                    }
                    for t in terms.iter().filter(|t| t.orders == exponents) {
                        let factors: f64 = exponents.iter().map(|&n| factorial(n)).product();
                        applied[t.out * inputs + t.input] -= t.value * factors;
                    }
                    assert!(
                        applied.iter().all(|v| v.abs() < bounds::SUMS),
                        "{exponents:?}"
                    );
                }
            }
            let lattice = LatticeAction::new(&group.lattice_subgroup(), sizes).unwrap();
            let check = |kernels: &[Vec<KernelEntry>]| {
                laws::grid_steerability(
                    &lattice,
                    basis.shape(),
                    kernels,
                    &|g| out.matrix(g).unwrap(),
                    &|g| input.matrix(g).unwrap(),
                    tolerance::STEERABILITY,
                )
            };
            check(&kernels).unwrap_or_else(|e| panic!("{name}: {e}"));
            let mut spoiled = kernels.clone();
            let entry = spoiled.iter_mut().flatten().next().unwrap();
            entry.value += bounds::NEAR;
            assert!(check(&spoiled).is_err(), "{name}");
        }
        let elements = group.test_elements();
        laws::steerability_at(
            &elements[..elements.len().min(12)],
            &[[0.2, 0.9, -0.4], [1.0, 0.0, 0.0]],
            &basis.gaussian(0.8).unwrap(),
            &|g| out.matrix(g).unwrap(),
            &|g| input.matrix(g).unwrap(),
            tolerance::STEERABILITY,
        )
        .unwrap();
        for sizes in [[2, 3, 3], [3, 2, 3], [3, 3, 2], [3, 3, 32], [0, 0, 0]] {
            assert!(basis.finite_differences(sizes).is_err());
        }
    }
    // Operators of the plane have one slice.
    assert!(operators().finite_differences([4, 4, 4]).is_err());
}
