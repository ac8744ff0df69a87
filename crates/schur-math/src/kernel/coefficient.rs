//! Coefficients of harmonics.

use crate::tolerance::KERNEL_ENTRY;

/// The coefficients of `cos μφ` and `sin μφ` at one entry of a kernel.
///
/// ```
/// use schur_math::{KernelBand, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
///
/// // From scalars to vectors: (cos φ, sin φ) and (-sin φ, cos φ).
/// let so2 = PlanarGroup::so2();
/// let [scalar, vector] = ["A", "E1"].map(|name| PlanarRepresentation::parse(&so2, name));
/// let basis = SteerableKernelBasis::new(&vector?, &scalar?, &KernelBand::angular(1)?)?;
/// let radial = basis.coefficients().next().map(|(_, entries)| entries.to_vec());
/// let radial = radial.unwrap_or_default();
/// assert!((radial[0].cos - 1.0).abs() < 1e-15 && radial[0].sin.abs() < 1e-15);
/// assert!((radial[1].sin - 1.0).abs() < 1e-15 && radial[1].cos.abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HarmonicCoefficient {
    /// Output component.
    pub out: usize,
    /// Input component.
    pub input: usize,
    /// Coefficient of `cos μφ`.
    pub cos: f64,
    /// Coefficient of `sin μφ`.
    pub sin: f64,
}

impl HarmonicCoefficient {
    pub(super) fn is_nonzero(&self) -> bool {
        self.cos.abs().max(self.sin.abs()) > KERNEL_ENTRY
    }
}
