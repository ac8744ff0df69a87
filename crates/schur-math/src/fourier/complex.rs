//! Discrete Fourier transforms of complex sequences of any length.

use crate::turn;
use num_complex::Complex64;

/// Largest prime factor that is summed directly.
const LARGEST_DIRECT_PRIME: usize = 13;

/// `F(k) = Σ_j f(j) e^(2πi jk/n)` and back.
///
/// A length `n = p m` is split into `p` transforms of length `m` of every `p`-th term (Cooley
/// and Tukey 1965). A length with a prime factor above [`LARGEST_DIRECT_PRIME`] is written as
/// a convolution of a power of two in length (Bluestein 1970).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ComplexTransform {
    /// `e^(2πi k/n)`.
    roots: Vec<Complex64>,
    factors: Vec<usize>,
    convolution: Option<Box<Bluestein>>,
}

/// The transform of any length as a convolution: with `jk = (j² + k² - (k-j)²)/2`,
/// `F(k) = w(k) Σ_j f(j) w(j) conj w(k - j)` for `w(j) = e^(πi j²/n)`.
#[derive(Clone, Debug, PartialEq)]
struct Bluestein {
    chirp: Vec<Complex64>,
    /// The transform of `conj w`, padded cyclically to the power of two.
    filter: Vec<Complex64>,
    transform: ComplexTransform,
}

impl ComplexTransform {
    pub(super) fn new(n: usize) -> Self {
        let factors = prime_factors(n);
        let is_direct = factors.iter().all(|&p| p <= LARGEST_DIRECT_PRIME);
        Self {
            roots: (0..n).map(|k| root(k, n)).collect(),
            factors,
            convolution: (!is_direct).then(|| Box::new(Bluestein::new(n))),
        }
    }

    pub(super) fn forward(&self, values: &[Complex64]) -> Vec<Complex64> {
        if let Some(convolution) = &self.convolution {
            return convolution.forward(values);
        }
        let mut sums = vec![Complex64::default(); values.len()];
        self.split(values, 1, &self.factors, &mut sums);
        sums
    }

    pub(super) fn inverse(&self, sums: &[Complex64]) -> Vec<Complex64> {
        let conjugates: Vec<Complex64> = sums.iter().map(|z| z.conj()).collect();
        let scale = 1.0 / sums.len() as f64;
        let back = |z: Complex64| Complex64 {
            re: scale * z.re,
            im: 0.0 - scale * z.im,
        };
        self.forward(&conjugates).into_iter().map(back).collect()
    }

    /// The transform of every `stride`-th value from the first.
    fn split(
        &self,
        values: &[Complex64],
        stride: usize,
        factors: &[usize],
        sums: &mut [Complex64],
    ) {
        let Some((&p, rest)) = factors.split_first() else {
            sums[0] = values[0];
            return;
        };
        let m = sums.len() / p;
        for (j, part) in sums.chunks_mut(m).enumerate() {
            self.split(&values[j * stride..], stride * p, rest, part);
        }
        // F(k + m q) = Σ_j e^(2πi j (k + m q) / (p m)) F_j(k), and `stride` roots are one step.
        let mut column = [Complex64::default(); LARGEST_DIRECT_PRIME];
        for k in 0..m {
            for (j, z) in column[..p].iter_mut().enumerate() {
                *z = sums[j * m + k];
            }
            for q in 0..p {
                let index = k + m * q;
                let mut sum = column[0];
                for (j, &z) in column[..p].iter().enumerate().skip(1) {
                    sum += z * self.roots[j * index * stride % self.roots.len()];
                }
                sums[index] = sum;
            }
        }
    }
}

impl Bluestein {
    fn new(n: usize) -> Self {
        let length = (2 * n - 1).next_power_of_two();
        // j² modulo 2n, so that the angle is exact.
        let chirp: Vec<Complex64> = (0..n).map(|j| root(j * j % (2 * n), 2 * n)).collect();
        let mut filter = vec![Complex64::default(); length];
        for (j, z) in chirp.iter().enumerate() {
            filter[j] = z.conj();
            filter[(length - j) % length] = z.conj();
        }
        let transform = ComplexTransform::new(length);
        Self {
            filter: transform.forward(&filter),
            chirp,
            transform,
        }
    }

    fn forward(&self, values: &[Complex64]) -> Vec<Complex64> {
        let mut padded = vec![Complex64::default(); self.filter.len()];
        for ((z, &value), &w) in padded.iter_mut().zip(values).zip(&self.chirp) {
            *z = value * w;
        }
        let pairs = self
            .transform
            .forward(&padded)
            .into_iter()
            .zip(&self.filter);
        let products: Vec<Complex64> = pairs.map(|(a, &b)| a * b).collect();
        let convolved = self.transform.inverse(&products);
        let pairs = convolved.into_iter().zip(&self.chirp);
        pairs.map(|(z, &w)| z * w).collect()
    }
}

fn root(k: usize, n: usize) -> Complex64 {
    let (re, im) = turn::cos_sin(k, n);
    Complex64 { re, im }
}

/// The prime factors, ascending and repeated.
fn prime_factors(mut n: usize) -> Vec<usize> {
    let mut factors = Vec::new();
    let mut p = 2;
    while p * p <= n {
        while n.is_multiple_of(p) {
            factors.push(p);
            n /= p;
        }
        p += 1;
    }
    if n > 1 {
        factors.push(n);
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tolerance::REPRESENTATION_DEFECT;

    /// Against the defining sum, for all lengths to 64 and long ones of every kind.
    #[test]
    fn transforms_are_their_sums() {
        for n in (1..=64).chain([97, 128, 1001, 2 * 509, 2039, 2048]) {
            let value = |j: usize| Complex64 {
                re: (12.9898 * j as f64).sin(),
                im: (78.233 * j as f64).cos(),
            };
            let values: Vec<Complex64> = (0..n).map(value).collect();
            let transform = ComplexTransform::new(n);
            let sums = transform.forward(&values);
            let back = transform.inverse(&sums);
            for k in (0..n).step_by(1 + n / 100) {
                let mut expected = Complex64::default();
                for (j, &z) in values.iter().enumerate() {
                    expected += z * root(j * k % n, n);
                }
                for (a, b) in [(sums[k], expected), (back[k], values[k])] {
                    let defect = (a.re - b.re).hypot(a.im - b.im);
                    assert!(defect < REPRESENTATION_DEFECT, "{n}, {k}: {defect}");
                }
            }
        }
    }
}
