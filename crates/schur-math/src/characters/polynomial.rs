//! Polynomials modulo a prime: recurrences and roots.
//!
//! A polynomial is its coefficients, constant term first, without leading zeros.

use super::prime_field::PrimeField;

/// The shortest recurrence of a sequence, as a monic polynomial (Berlekamp and Massey; Massey
/// 1969): `Σ_k c_k s_(n+k) = 0` for all `n`.
pub(super) fn recurrence(field: PrimeField, sequence: &[u64]) -> Vec<u64> {
    let (mut current, mut previous) = (vec![1u64], vec![1u64]);
    let (mut length, mut shift, mut scale) = (0usize, 1usize, 1u64);
    for n in 0..sequence.len() {
        let mut discrepancy = 0;
        for (i, &c) in current.iter().enumerate().take(length + 1) {
            discrepancy = field.add(discrepancy, field.mul(c, sequence[n - i]));
        }
        if discrepancy == 0 {
            shift += 1;
            continue;
        }
        let factor = field.mul(discrepancy, field.inverse(scale));
        let before = current.clone();
        if current.len() < previous.len() + shift {
            current.resize(previous.len() + shift, 0);
        }
        for (i, &c) in previous.iter().enumerate() {
            current[i + shift] = field.sub(current[i + shift], field.mul(factor, c));
        }
        if 2 * length <= n {
            (length, previous, scale, shift) = (n + 1 - length, before, discrepancy, 1);
        } else {
            shift += 1;
        }
    }
    // The connection polynomial has the coefficients in reverse order.
    current.resize(length + 1, 0);
    current.reverse();
    current
}

/// The sorted roots of a monic product of distinct linear factors, by splitting it with
/// `gcd(f, (x + a)^((p-1)/2) - 1)` (Cantor and Zassenhaus 1981). Each `a` separates two given
/// roots with probability about 1/2.
pub(super) fn roots(field: PrimeField, polynomial: &[u64]) -> Vec<u64> {
    let mut found = Vec::new();
    let mut todo = vec![(polynomial.to_vec(), 0u64)];
    while let Some((f, a)) = todo.pop() {
        match f.len() {
            0 | 1 => {}
            2 => found.push(field.sub(0, f[0])),
            _ => {
                let mut power = power_modulo(field, &[a, 1], (field.p - 1) / 2, &f);
                if power.is_empty() {
                    power.push(0);
                }
                power[0] = field.sub(power[0], 1);
                let part = gcd(field, f.clone(), trimmed(power));
                if part.len() > 1 && part.len() < f.len() {
                    let (rest, _) = divide(field, f, &part);
                    todo.push((rest, a + 1));
                    todo.push((part, a + 1));
                } else {
                    todo.push((f, a + 1));
                }
            }
        }
    }
    found.sort_unstable();
    found
}

/// Quotient and remainder of the division by a monic polynomial.
fn divide(field: PrimeField, mut a: Vec<u64>, monic: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let degree = monic.len() - 1;
    if a.len() <= degree {
        return (Vec::new(), a);
    }
    let mut quotient = vec![0; a.len() - degree];
    for k in (0..quotient.len()).rev() {
        let factor = a[k + degree];
        quotient[k] = factor;
        if factor != 0 {
            for (i, &c) in monic.iter().enumerate() {
                a[k + i] = field.sub(a[k + i], field.mul(factor, c));
            }
        }
    }
    a.truncate(degree);
    (quotient, trimmed(a))
}

/// The monic greatest common divisor, where `a` is not zero.
fn gcd(field: PrimeField, mut a: Vec<u64>, mut b: Vec<u64>) -> Vec<u64> {
    while !b.is_empty() {
        let scale = field.inverse(b[b.len() - 1]);
        b.iter_mut().for_each(|c| *c = field.mul(*c, scale));
        let (_, rest) = divide(field, a, &b);
        (a, b) = (b, rest);
    }
    a
}

/// `base^exponent` modulo a monic polynomial.
fn power_modulo(field: PrimeField, base: &[u64], mut exponent: u64, monic: &[u64]) -> Vec<u64> {
    let multiply = |a: &[u64], b: &[u64]| {
        let mut product = vec![0; (a.len() + b.len()).saturating_sub(1)];
        for (i, &x) in a.iter().enumerate() {
            for (j, &y) in b.iter().enumerate() {
                product[i + j] = field.add(product[i + j], field.mul(x, y));
            }
        }
        divide(field, product, monic).1
    };
    let (_, mut square) = divide(field, base.to_vec(), monic);
    let mut power = vec![1];
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = multiply(&power, &square);
        }
        square = multiply(&square, &square);
        exponent >>= 1;
    }
    power
}

/// Without leading zeros.
fn trimmed(mut polynomial: Vec<u64>) -> Vec<u64> {
    while polynomial.last() == Some(&0) {
        polynomial.pop();
    }
    polynomial
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fibonacci_numbers_have_their_recurrence() {
        let field = PrimeField::with_roots(60);
        let sequence = [1, 1, 2, 3, 5, 8, 13, 21];
        let expected = [field.p - 1, field.p - 1, 1];
        assert_eq!(recurrence(field, &sequence), expected);
    }

    #[test]
    fn roots_of_a_product() {
        let field = PrimeField::with_roots(12);
        let wanted = [0, 3, 5, 1000, 123_456, field.p - 1];
        let mut product = vec![1];
        for &root in &wanted {
            let mut next = vec![0; product.len() + 1];
            for (i, &c) in product.iter().enumerate() {
                next[i + 1] = field.add(next[i + 1], c);
                next[i] = field.sub(next[i], field.mul(c, root));
            }
            product = next;
        }
        assert_eq!(roots(field, &product), wanted);
    }
}
