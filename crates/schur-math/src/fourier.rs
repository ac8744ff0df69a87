//! The Fourier transform on a finite group.

mod complex;
mod fast;

pub use fast::FastFourierTransform;

use crate::error::MathError;
use crate::group::Group;
use crate::irreps::{Irrep, irreps};
use crate::matrix::Matrix;

/// The Fourier transform of real functions on a finite group.
///
/// Forward and back, with one `D x D` matrix per real irrep `$\psi$` of dimension
/// `$D_\psi$` and with the dimension `$c_\psi$` of its endomorphism algebra (Serre 1977,
/// section 6.2):
///
/// ```math
/// \hat f(\psi) = \sum_{g \in G} f(g)\, \psi(g)
/// \qquad
/// f(g) = \frac{1}{|G|} \sum_\psi \frac{D_\psi}{c_\psi}
///     \operatorname{tr}\!\big(\psi(g)^\top \hat f(\psi)\big)
/// ```
///
/// It turns the convolution `$(f * h)(g) = \sum_k f(k)\, h(k^{-1} g)$` into the products
/// `$\hat f(\psi)\, \hat h(\psi)$`.
///
/// ```
/// use schur_math::fourier::FourierTransform;
/// use schur_math::Group;
///
/// let transform = FourierTransform::new(&Group::parse("S3")?);
/// let f = [1.0, 2.0, 0.0, -1.0, 0.5, 3.0];
/// let coefficients = transform.forward(&f)?;
/// // The trivial irrep has the sum.
/// assert_eq!(coefficients[0].values(), [5.5]);
/// let back = transform.inverse(&coefficients)?;
/// assert!(back.iter().zip(&f).all(|(a, b)| (a - b).abs() < 1e-14));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FourierTransform {
    group: Group,
    irreps: Vec<Irrep>,
}

impl FourierTransform {
    /// The transform of a group.
    pub fn new(group: &Group) -> Self {
        let irreps = irreps(group);
        let group = group.clone();
        Self { group, irreps }
    }

    /// The irreps, in the order of the coefficients.
    pub fn irreps(&self) -> &[Irrep] {
        &self.irreps
    }

    /// The coefficients `f̂(ψ)` of a function given by its values.
    ///
    /// ```
    /// use schur_math::fourier::FourierTransform;
    /// use schur_math::{Group, Matrix};
    ///
    /// // A function that is 1 at the identity has the identity matrix in every irrep.
    /// let transform = FourierTransform::new(&Group::parse("S3")?);
    /// let coefficients = transform.forward(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0])?;
    /// assert!(coefficients[2].difference(&Matrix::identity(2)) < 1e-14);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is not one value per element.
    pub fn forward(&self, values: &[f64]) -> Result<Vec<Matrix>, MathError> {
        check_length("the function", values.len(), self.group.order())?;
        let coefficient = |irrep: &Irrep| {
            let rho = irrep.representation();
            let mut sum = Matrix::zeros(rho.dim(), rho.dim());
            for (g, &value) in self.group.elements().zip(values) {
                for (s, entry) in sum.values_mut().iter_mut().zip(rho.matrix(g).values()) {
                    *s += value * entry;
                }
            }
            sum
        };
        Ok(self.irreps.iter().map(coefficient).collect())
    }

    /// The function with given coefficients.
    ///
    /// # Errors
    ///
    /// If there is not one matrix per irrep, or one has the wrong size.
    pub fn inverse(&self, coefficients: &[Matrix]) -> Result<Vec<f64>, MathError> {
        check_length("the coefficients", coefficients.len(), self.irreps.len())?;
        let mut values = vec![0.0; self.group.order()];
        for (irrep, coefficient) in self.irreps.iter().zip(coefficients) {
            let rho = irrep.representation();
            check_size(irrep.name(), coefficient, rho.dim())?;
            let multiplicity = rho.dim() / irrep.endomorphism_type().dim();
            let scale = multiplicity as f64 / self.group.order() as f64;
            for (g, value) in self.group.elements().zip(&mut values) {
                let own = rho.matrix(g);
                let products = own.values().iter().zip(coefficient.values());
                *value += scale * products.map(|(a, b)| a * b).sum::<f64>();
            }
        }
        Ok(values)
    }
}

/// Checks that a coefficient is a matrix of `dim x dim`.
fn check_size(what: &str, matrix: &Matrix, dim: usize) -> Result<(), MathError> {
    check_length(what, matrix.rows(), dim)?;
    check_length(what, matrix.cols(), dim)
}

fn check_length(what: &str, found: usize, expected: usize) -> Result<(), MathError> {
    if found == expected {
        return Ok(());
    }
    Err(MathError::Length {
        what: format!("{what} of a Fourier transform"),
        found,
        expected,
        meaning: "one value per element, one D x D matrix per irrep".to_string(),
    })
}
