//! Steerable harmonics times any radial function.

use super::band::KernelBand;
use super::basis::{KernelAttributes, KernelBasis};
use super::harmonics::radius;
use super::steerable::SteerableKernelBasis;
use crate::error::MathError;
use crate::point_group::{Isometry, PointGroup};
use crate::representation::Representation;
use crate::symmetry::{ElementOf, SymmetryIrrep};

/// Steerable kernels of the plane or of space whose radial functions are a given function of the
/// distance from the centre and of the attributes of the harmonic, such as a small network (Zhdanov et al. 2023).
/// Whatever the function, the kernels satisfy the constraint.
///
/// ```
/// use schur_math::{ImplicitKernelBasis, KernelAttributes, KernelBasis, PlanarGroup, PlanarRepresentation};
///
/// let so2 = PlanarGroup::so2();
/// let scalar = PlanarRepresentation::trivial(&so2);
/// let vector = PlanarRepresentation::irrep(&so2, "E1")?;
/// let decay = |r: f64, of: &KernelAttributes| (-r).exp() * (1 + of.frequency) as f64;
/// let basis = ImplicitKernelBasis::new(&vector, &scalar, 2, decay)?;
/// let kernels = basis.sample([2.0, 0.0]);
/// assert_eq!((basis.dim(), kernels[0] > 0.0), (2, true));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImplicitKernelBasis<F, const D: usize = 2> {
    harmonics: SteerableKernelBasis<D>,
    radial: F,
}

impl<F: Fn(f64, &KernelAttributes) -> f64, const D: usize> ImplicitKernelBasis<F, D> {
    /// All angular kernels up to a frequency, in space up to a degree, from `input` to `out`, each
    /// times `radial` of the distance and its attributes.
    ///
    /// # Errors
    ///
    /// If the two representations are of different groups, or the basis would be too large.
    pub fn new<I: SymmetryIrrep<Group: PointGroup>>(
        out: &Representation<I>,
        input: &Representation<I>,
        max_frequency: usize,
        radial: F,
    ) -> Result<Self, MathError>
    where
        ElementOf<I>: Isometry<D>,
    {
        let band = KernelBand::angular(max_frequency)?;
        let harmonics = SteerableKernelBasis::new(out, input, &band)?;
        Ok(Self { harmonics, radial })
    }

    /// The kernels without the radial functions.
    pub fn harmonics(&self) -> &SteerableKernelBasis<D> {
        &self.harmonics
    }
}

impl<F: Fn(f64, &KernelAttributes) -> f64, const D: usize> KernelBasis<D>
    for ImplicitKernelBasis<F, D>
{
    fn dim(&self) -> usize {
        self.harmonics.dim()
    }

    fn shape(&self) -> (usize, usize) {
        self.harmonics.shape()
    }

    fn sample(&self, point: [f64; D]) -> Vec<f64> {
        let distance = radius(&point);
        let mut values = self.harmonics.sample(point);
        let (outs, inputs) = self.shape();
        let kernels = values.chunks_mut(outs * inputs);
        for (kernel, (attributes, _)) in kernels.zip(self.harmonics.coefficients()) {
            let factor = (self.radial)(distance, attributes);
            kernel.iter_mut().for_each(|value| *value *= factor);
        }
        values
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        self.harmonics.attributes()
    }
}
