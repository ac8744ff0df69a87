//! The fast Fourier transform on cyclic and dihedral groups.

use super::complex::ComplexTransform;
use super::{check_length, check_size};
use crate::error::MathError;
use crate::group::{Family, Group};
use crate::matrix::Matrix;
use num_complex::Complex64;

/// The Fourier transform of real functions on `C_n` or `D_n` in `O(n log n)` operations, with
/// the coefficients of [`FourierTransform`](crate::fourier::FourierTransform), which is its oracle.
///
/// On `C_n` with `$F(k) = \sum_j f(r^j)\, e^{2\pi i jk/n} = c + i s$`, the coefficient of `E_k`
/// is the left matrix, that of `A` is `F(0)` and that of `B` is `F(n/2)`. On `D_n` there are two
/// such sums, `$c + i s$` over the rotations and `$c' + i s'$` over the mirrors `r^j s`, and
/// `E_k` has the right matrix:
///
/// ```math
/// \begin{pmatrix} c & -s \\ s & c \end{pmatrix}
/// \qquad
/// \begin{pmatrix} c + c' & -s + s' \\ s + s' & c - c' \end{pmatrix}
/// ```
///
/// Lengths are split by their prime factors; primes above 13 are done by a convolution
/// (Bluestein 1970), so every length is fast.
///
/// ```
/// use schur_math::fourier::{FastFourierTransform, FourierTransform};
/// use schur_math::Group;
///
/// let d12 = Group::parse("D12")?;
/// let f: Vec<f64> = (0..24).map(|g| f64::from(g * g % 7)).collect();
/// let fast = FastFourierTransform::new(&d12)?.forward(&f)?;
/// let slow = FourierTransform::new(&d12).forward(&f)?;
/// assert_eq!(fast.len(), slow.len());
/// assert!(fast.iter().zip(&slow).all(|(a, b)| a.difference(b) < 1e-12));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FastFourierTransform {
    rotations: usize,
    mirrors: bool,
    transform: ComplexTransform,
}

impl FastFourierTransform {
    /// The transform of a group.
    ///
    /// # Errors
    ///
    /// If the group was not made as `C_n` or `D_n`.
    pub fn new(group: &Group) -> Result<Self, MathError> {
        let (rotations, mirrors) = match group.family() {
            Family::Cyclic(n) => (n, false),
            Family::Dihedral(n) => (n, true),
            _ => {
                return Err(MathError::NoFastTransform {
                    group: group.name().to_string(),
                });
            }
        };
        Ok(Self {
            rotations,
            mirrors,
            transform: ComplexTransform::new(rotations),
        })
    }

    /// The coefficients, in the order of [`irreps`](crate::irreps()).
    ///
    /// # Errors
    ///
    /// If there is not one value per element.
    pub fn forward(&self, values: &[f64]) -> Result<Vec<Matrix>, MathError> {
        let n = self.rotations;
        check_length("the function", values.len(), self.order())?;
        // Two real functions in one complex one; those on C_n have no second part.
        let value = |j: usize| Complex64 {
            re: values[j],
            im: if self.mirrors { values[n + j] } else { 0.0 },
        };
        let sums = self
            .transform
            .forward(&(0..n).map(value).collect::<Vec<_>>());
        // F(-k) is the conjugate of F(k) for each of the two, which separates them.
        let parts = |k: usize| {
            let (a, b) = (sums[k], sums[(n - k) % n].conj());
            let first = Complex64 {
                re: (a.re + b.re) / 2.0,
                im: (a.im + b.im) / 2.0,
            };
            let second = Complex64 {
                re: (a.im - b.im) / 2.0,
                im: (b.re - a.re) / 2.0,
            };
            (first, second)
        };
        let real = |k: usize| {
            let (rotations, mirrors) = (parts(k).0.re, parts(k).1.re);
            let values = match self.mirrors {
                true => vec![rotations + mirrors, rotations - mirrors],
                false => vec![rotations],
            };
            values.into_iter().map(|value| Matrix::from([[value]]))
        };
        let mut coefficients: Vec<Matrix> = real(0).collect();
        if n.is_multiple_of(2) {
            coefficients.extend(real(n / 2));
        }
        coefficients.extend((1..n.div_ceil(2)).map(|k| {
            let (a, b) = parts(k);
            [[a.re + b.re, b.im - a.im], [a.im + b.im, a.re - b.re]].into()
        }));
        Ok(coefficients)
    }

    /// The function with given coefficients.
    ///
    /// # Errors
    ///
    /// If there is not one matrix per irrep, or one has the wrong size.
    pub fn inverse(&self, coefficients: &[Matrix]) -> Result<Vec<f64>, MathError> {
        let n = self.rotations;
        let ones = if self.mirrors { 2 } else { 1 };
        let reals = if n.is_multiple_of(2) { 2 * ones } else { ones };
        let planes = n.div_ceil(2).saturating_sub(1);
        check_length("the coefficients", coefficients.len(), reals + planes)?;
        for (index, matrix) in coefficients.iter().enumerate() {
            check_size("a coefficient", matrix, if index < reals { 1 } else { 2 })?;
        }
        // Both sums, packed as in `forward`: `F + i F'` at `k` and `-k`.
        let mut sums = vec![Complex64::default(); n];
        let mut set = |k: usize, a: Complex64, b: Complex64| {
            sums[k] = Complex64 {
                re: a.re - b.im,
                im: a.im + b.re,
            };
            sums[(n - k) % n] = Complex64 {
                re: a.re + b.im,
                im: b.re - a.im,
            };
        };
        for (at, k) in [0, n / 2].into_iter().take(reals / ones).enumerate() {
            let first = coefficients[at * ones][(0, 0)];
            let second = if self.mirrors {
                coefficients[at * ones + 1][(0, 0)]
            } else {
                first
            };
            let real = |re: f64| Complex64 { re, im: 0.0 };
            let mirrors = if self.mirrors {
                (first - second) / 2.0
            } else {
                0.0
            };
            set(k, real((first + second) / 2.0), real(mirrors));
        }
        for (k, matrix) in (1..).zip(&coefficients[reals..]) {
            // Without mirrors a matrix may be anything; its part [[c, -s], [s, c]] counts.
            let half = |re: f64, im: f64| Complex64 {
                re: re / 2.0,
                im: im / 2.0,
            };
            let matrix = matrix.values();
            let first = half(matrix[0] + matrix[3], matrix[2] - matrix[1]);
            let second = half(matrix[0] - matrix[3], matrix[1] + matrix[2]);
            set(
                k,
                first,
                if self.mirrors {
                    second
                } else {
                    Complex64::default()
                },
            );
        }
        let values = self.transform.inverse(&sums);
        let mut all: Vec<f64> = values.iter().map(|z| z.re).collect();
        if self.mirrors {
            all.extend(values.iter().map(|z| z.im));
        }
        Ok(all)
    }

    /// Number of values.
    fn order(&self) -> usize {
        self.rotations * if self.mirrors { 2 } else { 1 }
    }
}
