//! Symbols written out in monomials.

use super::DerivativeTerm;
use crate::kernel::{HarmonicCoefficient, KernelAttributes, SteerableKernelBasis};
use crate::tolerance::KERNEL_ENTRY;

/// The symbols as sums of `value ξ^dx η^dy`.
pub(super) fn operators(symbols: &SteerableKernelBasis) -> Vec<Vec<DerivativeTerm>> {
    let terms = |(attributes, coefficients): (&KernelAttributes, &[HarmonicCoefficient])| {
        let (degree, frequency) = (attributes.ring, attributes.frequency);
        let (real, imaginary) = harmonic(degree, frequency);
        let mut terms = Vec::new();
        for of in coefficients {
            for (dy, (re, im)) in real.iter().zip(&imaginary).enumerate() {
                let value = of.cos * re + of.sin * im;
                if value.abs() > KERNEL_ENTRY {
                    terms.push(DerivativeTerm {
                        out: of.out,
                        input: of.input,
                        dx: degree - dy,
                        dy,
                        value,
                    });
                }
            }
        }
        terms
    };
    symbols.coefficients().map(terms).collect()
}

/// The coefficients of `ξ^(n-j) η^j`, `j = 0, …, n`, in real and imaginary part of
/// `(ξ² + η²)^((n - μ)/2) (ξ + iη)^μ`, which are `|ξ|^n` times cosine and sine of `μφ`.
fn harmonic(degree: usize, frequency: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut real, mut imaginary) = (vec![1.0], vec![0.0]);
    for _ in 0..frequency {
        // (a + ib)(ξ + iη).
        let (mut re, mut im) = (vec![0.0; real.len() + 1], vec![0.0; real.len() + 1]);
        for (j, (a, b)) in real.iter().zip(&imaginary).enumerate() {
            re[j] += a;
            re[j + 1] -= b;
            im[j] += b;
            im[j + 1] += a;
        }
        (real, imaginary) = (re, im);
    }
    for _ in 0..(degree - frequency) / 2 {
        real = times_square(&real);
        imaginary = times_square(&imaginary);
    }
    (real, imaginary)
}

/// Coefficients of a homogeneous polynomial times `ξ² + η²`.
fn times_square(coefficients: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; coefficients.len() + 2];
    for (j, c) in coefficients.iter().enumerate() {
        product[j] += c;
        product[j + 2] += c;
    }
    product
}
