//! Eigenvalues from characters: the exact lift from a prime field to the complex numbers.

use super::Classes;
use super::burnside::ModularCharacters;
use crate::group::Group;
use crate::turn;
use num_complex::Complex64;

/// The eigenvalues of every character on every class.
///
/// On the powers of an element `g` of order `o` a character is a sum of `d` homomorphisms
/// `g -> ζ^k`; how often each occurs is `1/o Σ_j χ(g^j) ζ^(-jk)`, an integer from 0 to `d < p`
/// that can be computed modulo `p`. Powers of `g` have the powers of its eigenvalues, so only
/// one element per maximal cyclic subgroup needs this.
pub(super) fn spectra(
    group: &Group,
    classes: &Classes,
    characters: &ModularCharacters,
) -> Vec<Vec<Vec<usize>>> {
    let count = classes.members.len();
    let mut all = vec![vec![Vec::new(); count]; characters.values.len()];
    let mut by_order: Vec<usize> = (0..count).collect();
    by_order.sort_by_key(|&class| (std::cmp::Reverse(classes.orders[class]), class));
    let mut done = vec![false; count];
    for class in by_order {
        if done[class] {
            continue;
        }
        let (g, order) = (classes.members[class][0], classes.orders[class]);
        let powers = std::iter::successors(Some(group.identity()), |&h| Some(group.compose(h, g)));
        let power_classes: Vec<usize> = powers
            .take(order)
            .map(|h| classes.class_of[h.index()])
            .collect();
        for (values, spectra) in characters.values.iter().zip(&mut all) {
            let spectrum = multiplicities(characters, values, &power_classes);
            for (j, &power_class) in power_classes.iter().enumerate() {
                if spectra[power_class].is_empty() {
                    let step = order / classes.orders[power_class];
                    let mut moved: Vec<usize> =
                        spectrum.iter().map(|&k| j * k % order / step).collect();
                    moved.sort_unstable();
                    spectra[power_class] = moved;
                }
            }
        }
        for power_class in power_classes {
            done[power_class] = true;
        }
    }
    all
}

/// The exponents `k`, sorted and repeated, of the eigenvalues of an element.
fn multiplicities(
    characters: &ModularCharacters,
    values: &[u64],
    power_classes: &[usize],
) -> Vec<usize> {
    let (field, order) = (characters.field, power_classes.len());
    let root = field.root_of_unity(order);
    let inverse = field.inverse(root);
    let table: Vec<u64> = std::iter::successors(Some(1), |&z| Some(field.mul(z, inverse)))
        .take(order)
        .collect();
    let scale = field.inverse(order as u64);
    let values: Vec<u64> = power_classes.iter().map(|&class| values[class]).collect();
    let dim = values[0] as usize;
    let mut spectrum = Vec::with_capacity(dim);
    let mut factors = vec![0; order];
    for k in 0..order {
        if spectrum.len() == dim {
            break;
        }
        let mut power = 0;
        for factor in &mut factors {
            *factor = table[power];
            power += k;
            power -= if power >= order { order } else { 0 };
        }
        let times = field.mul(field.dot(&values, &factors), scale) as usize;
        spectrum.extend(std::iter::repeat_n(k, times));
    }
    spectrum
}

/// The sum of the eigenvalues `e^(2πi k/order)`, an exact integer where it is rational.
pub(super) fn value(spectrum: &[usize], order: usize) -> Complex64 {
    let mut sum = Complex64::default();
    for &k in spectrum {
        let (cos, sin) = turn::cos_sin(k, order);
        sum.re += cos;
        sum.im += sin;
    }
    if is_rational(spectrum, order) {
        // Rational sums of roots of unity are integers.
        sum = Complex64 {
            re: sum.re.round() + 0.0,
            im: 0.0,
        };
    } else if raised(spectrum, order, order - 1) == spectrum {
        sum.im = 0.0;
    }
    sum
}

/// Whether the sum is fixed by the Galois group, which raises roots of unity to powers.
fn is_rational(spectrum: &[usize], order: usize) -> bool {
    let coprime = |u: &usize| {
        let (mut a, mut b) = (*u, order);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a == 1
    };
    let mut units = (1..order).filter(coprime);
    units.all(|u| raised(spectrum, order, u) == spectrum)
}

/// The exponents of the `u`-th powers of the eigenvalues, sorted.
fn raised(spectrum: &[usize], order: usize, u: usize) -> Vec<usize> {
    let mut powers: Vec<usize> = spectrum.iter().map(|&k| k * u % order).collect();
    powers.sort_unstable();
    powers
}
