//! Coefficients of harmonics.

use crate::tolerance::KERNEL_ENTRY;

/// The coefficients of the harmonics of one degree at one entry of a kernel.
///
/// ```
/// use schur_math::{KernelBand, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
///
/// // From scalars to vectors: (cos φ, sin φ) and (-sin φ, cos φ).
/// let so2 = PlanarGroup::so2();
/// let [scalar, vector] = ["A", "E1"].map(|name| PlanarRepresentation::parse(&so2, name));
/// let basis = SteerableKernelBasis::new(&vector?, &scalar?, &KernelBand::angular(1)?)?;
/// let (_, entries) = basis.coefficients().next().expect("there are two kernels");
/// let radial: Vec<&[f64]> = entries.map(|entry| entry.values).collect();
/// // Cosine and sine in the x component, then in the y component.
/// assert!((radial[0][0] - 1.0).abs() < 1e-15 && radial[0][1].abs() < 1e-15);
/// assert!((radial[1][1] - 1.0).abs() < 1e-15 && radial[1][0].abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HarmonicCoefficient<'a> {
    /// Output component.
    pub out: usize,
    /// Input component.
    pub input: usize,
    /// One coefficient per harmonic: of the constant for degree 0, else in the plane of `cos μφ`
    /// and `sin μφ`, in space of the `2l + 1` harmonics of degree `l`.
    pub values: &'a [f64],
}

/// The matrices `C_m` of an angular kernel `Σ_m Y_m C_m`, by their entries.
#[derive(Clone, Debug)]
pub(super) struct HarmonicMatrices {
    functions: usize,
    /// Output and input component.
    places: Vec<(usize, usize)>,
    /// `functions` numbers per place.
    values: Vec<f64>,
}

impl HarmonicMatrices {
    pub(super) fn new(functions: usize) -> Self {
        Self {
            functions,
            places: Vec::new(),
            values: Vec::new(),
        }
    }

    /// One more entry, in the order of the components.
    pub(super) fn push(&mut self, place: (usize, usize), values: impl IntoIterator<Item = f64>) {
        self.places.push(place);
        self.values.extend(values);
    }

    /// One more entry, unless it is zero up to [`KERNEL_ENTRY`].
    pub(super) fn push_nonzero(&mut self, place: (usize, usize), values: &[f64]) {
        if values.iter().any(|v| v.abs() > KERNEL_ENTRY) {
            self.push(place, values.iter().copied());
        }
    }

    /// Number of entries.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Number of coefficients.
    pub(super) fn numbers(&self) -> usize {
        self.values.len()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = HarmonicCoefficient<'_>> {
        let entries = self.places.iter().zip(self.values.chunks(self.functions));
        entries.map(|(&(out, input), values)| HarmonicCoefficient { out, input, values })
    }
}
