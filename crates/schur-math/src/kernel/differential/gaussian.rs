//! Derivatives of a Gaussian.

use std::f64::consts::TAU;

use super::{DerivativeTerm, DifferentialBasis};
use crate::error::MathError;
use crate::kernel::{KernelAttributes, KernelBasis};

/// Steerable differential operators of a smoothed field, as kernels: correlating `f` with
/// `K(t) = [P(-∂) G](t)`, `G` the Gaussian of integral 1, gives `P(∂)(G * f)`.
///
/// ```
/// use schur_math::{DifferentialBasis, KernelBasis, PlanarGroup, PlanarRepresentation};
///
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::o2());
/// let kernels = DifferentialBasis::new(&scalar, &scalar, 2)?.gaussian(1.0)?;
/// // The Laplacian of the Gaussian changes its sign at r = √2 σ.
/// let at = |r| kernels.sample([r, 0.0])[1];
/// assert!(at(1.4) < 0.0 && at(1.42) > 0.0);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct GaussianDerivatives<const D: usize = 2> {
    basis: DifferentialBasis<D>,
    sigma: f64,
}

impl<const D: usize> GaussianDerivatives<D> {
    pub(super) fn new(basis: DifferentialBasis<D>, sigma: f64) -> Result<Self, MathError> {
        if !(sigma.is_finite() && sigma > 0.0) {
            return Err(MathError::geometry(
                "the width of a Gaussian",
                sigma,
                "it is not a size",
                "use a width above 0 pixels",
            ));
        }
        Ok(Self { basis, sigma })
    }

    /// The operators.
    pub fn operators(&self) -> &DifferentialBasis<D> {
        &self.basis
    }

    /// `(-1)^a ∂^a` of the normal density in one dimension, for every `a` up to the highest
    /// order: `He_a(t/σ) / σ^a` times the density, by the recursion of the Hermite polynomials.
    fn derivatives(&self, t: f64) -> Vec<f64> {
        let count = self.basis.symbols.band().shells().len();
        let u = t / self.sigma;
        let density = (-0.5 * u * u).exp() / (TAU.sqrt() * self.sigma);
        let (mut before, mut hermite) = (0.0, 1.0);
        let mut scale = density;
        let mut values = Vec::with_capacity(count);
        for a in 0..count {
            values.push(hermite * scale);
            (before, hermite) = (hermite, u * hermite - a as f64 * before);
            scale /= self.sigma;
        }
        values
    }
}

impl<const D: usize> KernelBasis<D> for GaussianDerivatives<D> {
    fn dim(&self) -> usize {
        self.basis.operators.len()
    }

    fn shape(&self) -> (usize, usize) {
        self.basis.shape()
    }

    fn sample(&self, point: [f64; D]) -> Vec<f64> {
        let by_axis = point.map(|t| self.derivatives(t));
        let (outs, inputs) = self.shape();
        let mut values = vec![0.0; self.dim() * outs * inputs];
        let kernels = values.chunks_mut(outs * inputs);
        for (kernel, terms) in kernels.zip(&self.basis.operators) {
            for term in terms {
                let DerivativeTerm { out, input, .. } = *term;
                kernel[out * inputs + input] += term.times(|axis, order| by_axis[axis][order]);
            }
        }
        values
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        self.basis.attributes()
    }
}
