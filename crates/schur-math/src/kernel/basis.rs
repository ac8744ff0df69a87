//! What bases of kernels have in common.

use crate::tolerance::KERNEL_ENTRY;

/// A finite family of matrix-valued kernels on the plane.
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
pub trait KernelBasis {
    /// Number of kernels.
    fn dim(&self) -> usize;

    /// Output and input dimension of every kernel.
    fn shape(&self) -> (usize, usize);

    /// All kernels at the point `(x, y)`: `dim x out x input` numbers.
    fn sample(&self, point: [f64; 2]) -> Vec<f64>;

    /// What is known of every kernel.
    fn attributes(&self) -> Vec<KernelAttributes>;

    /// All kernels at some points as lists of numbers that are not zero, sorted by output
    /// component, input component and point.
    fn sample_sparse(&self, points: &[[f64; 2]]) -> Vec<Vec<KernelSample>> {
        let samples: Vec<Vec<f64>> = points.iter().map(|&point| self.sample(point)).collect();
        let (outs, inputs) = self.shape();
        let size = outs * inputs;
        let kernel = |b: usize| {
            let of_entry = |k: usize| {
                let values = samples.iter().enumerate();
                let values = values.map(move |(point, values)| (point, values[b * size + k]));
                KernelSample::nonzero(values, k / inputs, k % inputs)
            };
            (0..size).flat_map(of_entry).collect()
        };
        (0..self.dim()).map(kernel).collect()
    }
}

/// One number of a kernel: `K(points[point])[out][input]`.
///
/// ```
/// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
///
/// let regular = PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?;
/// let basis = SteerableKernelBasis::new(&regular, &regular, &KernelBand::for_size(3)?)?;
/// // A function that does not change under rotations, shared by eight pairs of components.
/// let samples = basis.sample_sparse(&[[1.0, 0.0]]);
/// assert_eq!(samples[1].len(), 8);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelSample {
    /// Output component.
    pub out: usize,
    /// Input component.
    pub input: usize,
    /// Index of the point.
    pub point: usize,
    /// The value.
    pub value: f64,
}

impl KernelSample {
    /// The numbers of one entry that are not zero up to [`KERNEL_ENTRY`].
    pub(super) fn nonzero(
        values: impl Iterator<Item = (usize, f64)>,
        out: usize,
        input: usize,
    ) -> impl Iterator<Item = Self> {
        let nonzero = values.filter(|(_, value)| value.abs() > KERNEL_ENTRY);
        nonzero.map(move |(point, value)| Self {
            out,
            input,
            point,
            value,
        })
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
    /// Angular frequency `μ`: the kernel is a combination of `cos μφ` and `sin μφ`.
    pub frequency: usize,
    /// Index of the ring or other [`Shell`](crate::Shell).
    pub ring: usize,
    /// Radius of the shell, in pixels.
    pub radius: f64,
    /// Index of the irreps in the output and in the input representation that the kernel
    /// connects; `None` if it connects several.
    pub parts: Option<(usize, usize)>,
}
