//! What bases of kernels have in common.

use super::lattice::KernelEntry;

/// A finite family of matrix-valued kernels on the line, the plane or space: functions of a point.
/// The kernels of a [`LatticeKernelBasis`](crate::LatticeKernelBasis) have values at their taps
/// only and are lists of entries, which [`sample_on_grid`](crate::sample_on_grid) makes of these.
///
/// ```
/// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
///
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::so2());
/// let basis = SteerableKernelBasis::new(&scalar, &scalar, &KernelBand::for_size(5)?)?;
/// // One isotropic kernel per ring.
/// assert_eq!((basis.dim(), basis.shape()), (3, (1, 1)));
/// assert_eq!(basis.sample([0.0, 1.0]).len(), 3);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub trait KernelBasis<const D: usize = 2> {
    /// Number of kernels.
    fn dim(&self) -> usize;

    /// Output and input dimension of every kernel.
    fn shape(&self) -> (usize, usize);

    /// All kernels at the point `(x)`, `(x, y)` or `(x, y, z)`: `dim x out x input` numbers.
    fn sample(&self, point: [f64; D]) -> Vec<f64>;

    /// What is known of every kernel.
    fn attributes(&self) -> Vec<KernelAttributes>;

    /// Most numbers other than zero that all kernels together have at one point.
    fn numbers(&self) -> usize {
        let (outs, inputs) = self.shape();
        self.dim().saturating_mul(outs).saturating_mul(inputs)
    }

    /// All kernels at some points as lists of numbers that are not zero, sorted by output
    /// component, input component and point. The taps of the entries count the points.
    ///
    /// ```
    /// use schur_math::{
    ///     KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis,
    /// };
    ///
    /// let regular = PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?;
    /// let basis = SteerableKernelBasis::new(&regular, &regular, &KernelBand::for_size(3)?)?;
    /// // A function that does not change under rotations, shared by eight pairs of components.
    /// assert_eq!(basis.sample_sparse(&[[1.0, 0.0]])[1].len(), 8);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    fn sample_sparse(&self, points: &[[f64; D]]) -> Vec<Vec<KernelEntry>> {
        let samples: Vec<Vec<f64>> = points.iter().map(|&point| self.sample(point)).collect();
        let (outs, inputs) = self.shape();
        let size = outs * inputs;
        let kernel = |b: usize| {
            let of_entry = |k: usize| {
                let values = samples.iter().enumerate();
                let values = values.map(move |(point, values)| (point, values[b * size + k]));
                KernelEntry::nonzero(values, k / inputs, k % inputs)
            };
            (0..size).flat_map(of_entry).collect()
        };
        (0..self.dim()).map(kernel).collect()
    }
}

/// Where a steerable kernel sits in its basis.
///
/// ```
/// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
///
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::so2());
/// let basis = SteerableKernelBasis::new(&scalar, &scalar, &KernelBand::for_size(3)?)?;
/// let radii: Vec<f64> = basis.attributes().iter().map(|a| a.radius).collect();
/// assert_eq!(radii, [0.0, 1.0]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelAttributes {
    /// Angular frequency `μ`: the kernel is a combination of `cos μφ` and `sin μφ`. In space the
    /// degree `l` of its spherical harmonics. 0 of kernels at the points of an orbit, which have all.
    pub frequency: usize,
    /// Index of the ring or other [`Shell`](crate::Shell).
    pub ring: usize,
    /// Radius of the shell, in pixels.
    pub radius: f64,
    /// Index of the irreps in the output and in the input representation that the kernel
    /// connects; `None` if it connects several.
    pub parts: Option<(usize, usize)>,
}
