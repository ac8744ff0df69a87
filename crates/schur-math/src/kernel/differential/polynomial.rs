//! Symbols written out in monomials.

use super::DerivativeTerm;
use crate::harmonics::{Polynomial, solid_harmonics, times_square};
use crate::kernel::SteerableKernelBasis;
use crate::tolerance::KERNEL_ENTRY;

/// The symbols as sums of `value ξ^orders`, the largest orders in `x` first.
pub(super) fn operators<const D: usize>(
    symbols: &SteerableKernelBasis<D>,
) -> Vec<Vec<DerivativeTerm<D>>> {
    let mut operators = Vec::new();
    let mut known: Vec<([usize; 2], Vec<Polynomial<D>>)> = Vec::new();
    for (attributes, coefficients) in symbols.coefficients() {
        let key = [attributes.ring, attributes.frequency];
        let place = known.iter().position(|(other, _)| *other == key);
        let place = place.unwrap_or_else(|| {
            known.push((key, harmonics(key[0], key[1])));
            known.len() - 1
        });
        let harmonics = &known[place].1;
        let mut monomials: Vec<[usize; D]> =
            harmonics.iter().flat_map(|p| p.keys().copied()).collect();
        monomials.sort_unstable_by(|a, b| b.cmp(a));
        monomials.dedup();
        let mut terms = Vec::new();
        for of in coefficients {
            for &orders in &monomials {
                let parts = of.values.iter().zip(harmonics);
                let parts = parts.map(|(c, p)| c * p.get(&orders).copied().unwrap_or(0.0));
                let value: f64 = parts.sum();
                if value.abs() > KERNEL_ENTRY {
                    terms.push(DerivativeTerm {
                        out: of.out,
                        input: of.input,
                        orders,
                        value,
                    });
                }
            }
        }
        operators.push(terms);
    }
    operators
}

/// `|ξ|^order` times the harmonics of a degree.
fn harmonics<const D: usize>(order: usize, degree: usize) -> Vec<Polynomial<D>> {
    let mut harmonics = solid_harmonics(degree);
    for _ in 0..(order - degree) / 2 {
        harmonics = harmonics.iter().map(times_square).collect();
    }
    harmonics
}
