//! Harmonics as polynomials.

use std::collections::BTreeMap;
use std::f64::consts::{PI, SQRT_2};

use super::recursion::Recursion;

/// A polynomial of `D` variables: coefficients by exponents.
pub(crate) type Polynomial<const D: usize> = BTreeMap<[usize; D], f64>;

/// `Σ factor · polynomial · monomial` of some terms.
fn combination<const D: usize>(terms: &[(f64, &Polynomial<D>, [usize; D])]) -> Polynomial<D> {
    let mut sum = Polynomial::new();
    for &(factor, polynomial, monomial) in terms {
        for (exponents, coefficient) in polynomial {
            let exponents = std::array::from_fn(|axis| exponents[axis] + monomial[axis]);
            *sum.entry(exponents).or_insert(0.0) += factor * coefficient;
        }
    }
    sum
}

/// `n` times the exponent of one variable.
fn power<const D: usize>(axis: usize, n: usize) -> [usize; D] {
    std::array::from_fn(|other| if other == axis { n } else { 0 })
}

/// A polynomial times the square of the length.
pub(crate) fn times_square<const D: usize>(polynomial: &Polynomial<D>) -> Polynomial<D> {
    let terms: Vec<_> = (0..D)
        .map(|axis| (1.0, polynomial, power(axis, 2)))
        .collect();
    combination(&terms)
}

/// The harmonic polynomials of a degree, which on the circle are 1, or `cos` and `sin` of `μφ`,
/// and on the sphere `√4π` times the [`SphericalHarmonics`](super::SphericalHarmonics).
pub(crate) fn solid_harmonics<const D: usize>(degree: usize) -> Vec<Polynomial<D>> {
    // Real and imaginary part of (x + iy)^m.
    let one = Polynomial::from([([0; D], 1.0)]);
    let mut waves = vec![(one.clone(), Polynomial::new())];
    for m in 0..degree {
        let (cos, sin) = &waves[m];
        let (x, y) = (power(0, 1), power(1, 1));
        let next = (
            combination(&[(1.0, cos, x), (-1.0, sin, y)]),
            combination(&[(1.0, cos, y), (1.0, sin, x)]),
        );
        waves.push(next);
    }
    if D == 2 {
        let (cos, sin) = waves.swap_remove(degree);
        return if degree == 0 {
            vec![cos]
        } else {
            vec![cos, sin]
        };
    }
    let recursion = Recursion::new(degree);
    let mut harmonics = vec![Polynomial::new(); 2 * degree + 1];
    for (m, (cos, sin)) in waves.iter().enumerate() {
        // r^(l-m) q_l^m(z/r): the recursion with z and r².
        let (start, _) = recursion.degree(m);
        let (mut before, mut last) = (Polynomial::new(), combination(&[(start, &one, [0; D])]));
        for l in m + 1..=degree {
            let (a, b) = recursion.degree(l).1[m];
            let square = times_square(&before);
            let next = combination(&[(a, &last, power(2, 1)), (-a * b, &square, [0; D])]);
            (before, last) = (last, next);
        }
        let scale = (4.0 * PI).sqrt() * if m == 0 { 1.0 } else { SQRT_2 };
        let times = |wave: &Polynomial<D>| {
            let terms: Vec<_> = (wave.iter())
                .map(|(exponents, value)| (scale * value, &last, *exponents))
                .collect();
            combination(&terms)
        };
        harmonics[degree + m] = times(cos);
        if m > 0 {
            harmonics[degree - m] = times(sin);
        }
    }
    harmonics
}

#[cfg(test)]
mod tests {
    use super::super::{CircularHarmonics, SphericalHarmonics};
    use super::*;
    use crate::tolerance::REPRESENTATION_DEFECT;

    fn value<const D: usize>(polynomial: &Polynomial<D>, point: [f64; D]) -> f64 {
        let term = |(exponents, coefficient): (&[usize; D], &f64)| {
            let powers = point.iter().zip(exponents).map(|(x, &n)| x.powi(n as i32));
            coefficient * powers.product::<f64>()
        };
        polynomial.iter().map(term).sum()
    }

    /// On the unit circle and sphere the polynomials are the harmonics.
    #[test]
    fn polynomials_are_harmonics() {
        let (circle, sphere) = ([0.6, -0.8], [0.48, -0.6, 0.64]);
        let circular = CircularHarmonics::new(6).unwrap().values(circle).unwrap();
        let spherical = SphericalHarmonics::new(6).unwrap().values(sphere).unwrap();
        let close = |a: f64, b: f64| assert!((a - b).abs() <= REPRESENTATION_DEFECT, "{a} {b}");
        for degree in 0..=6 {
            for (m, polynomial) in solid_harmonics::<3>(degree).iter().enumerate() {
                let expected = (4.0 * PI).sqrt() * spherical[degree * degree + m];
                close(value(polynomial, sphere), expected);
                let scaled = value(polynomial, sphere.map(|x| 2.0 * x));
                close(scaled, expected * 2f64.powi(degree as i32));
            }
            for (m, polynomial) in solid_harmonics::<2>(degree).iter().enumerate() {
                let (place, scale) = match degree {
                    0 => (0, (2.0 * PI).sqrt()),
                    _ => (2 * degree - 1 + m, PI.sqrt()),
                };
                close(value(polynomial, circle), scale * circular[place]);
            }
        }
    }
}
