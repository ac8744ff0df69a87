//! Sampling on the pixel grid.

use super::basis::KernelBasis;
use super::steerable::{MAX_NUMBERS, SteerableKernelBasis};
use crate::error::MathError;
use crate::kernel::KernelEntry;
use crate::lattice::{check_sizes, position};
use crate::tolerance::VANISHING_KERNEL;

/// Kernels sampled at the taps of a kernel of `[depth, height, width]` taps with a distance of
/// `dilation` pixels between them, in the form of
/// [`LatticeKernelBasis`](crate::LatticeKernelBasis::elements). Tap (slice `k`, row `i`, column
/// `j`) sits at `dilation · (j - (w-1)/2, (h-1)/2 - i, k - (d-1)/2)`, of which kernels of the
/// plane see the first two coordinates. The samples commute exactly with the elements of the
/// group that permute the taps.
///
/// Kernels that all but vanish at the taps are left out; the others are scaled to unit length,
/// `Σ K² = 1` over all entries.
///
/// ```
/// use schur_math::{
///     KernelBand, PlanarGroup, PlanarRepresentation, SteerableKernelBasis, sample_on_grid,
/// };
///
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::so2());
/// let wide = SteerableKernelBasis::new(&scalar, &scalar, &KernelBand::for_size(3)?.scaled(2.0)?)?;
/// let narrow = SteerableKernelBasis::new(&scalar, &scalar, &KernelBand::for_size(3)?)?;
/// // The band is stretched with the taps.
/// assert_eq!(sample_on_grid(&wide, [1, 3, 3], 2)?, narrow.on_grid([1, 3, 3])?);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the grid has no taps, the dilation is 0, or the samples would be too many.
pub fn sample_on_grid<const D: usize>(
    basis: &dyn KernelBasis<D>,
    sizes: [usize; 3],
    dilation: usize,
) -> Result<Vec<Vec<KernelEntry>>, MathError> {
    const { assert!(D <= 3, "lattices have three axes") };
    check_sizes(sizes, "kernel")?;
    if dilation == 0 {
        let (problem, remedy) = ("all taps would be one point", "give 1 or more");
        return Err(MathError::geometry(
            "the dilation of a kernel",
            0,
            problem,
            remedy,
        ));
    }
    let taps = sizes
        .iter()
        .fold(1, |taps: usize, &n| taps.saturating_mul(n));
    check_numbers(basis.numbers().saturating_mul(taps))?;
    let point = |tap: usize| -> [f64; D] {
        let point = position(tap, sizes);
        std::array::from_fn(|axis| point[axis] * dilation as f64)
    };
    let points: Vec<[f64; D]> = (0..taps).map(point).collect();
    Ok(unit_length(basis.sample_sparse(&points)))
}

/// Kernels scaled to unit length, `Σ K² = 1` over all entries, without those that all but
/// vanish (squared length at most [`VANISHING_KERNEL`]).
///
/// ```
/// use schur_math::{DifferentialBasis, PlanarGroup, PlanarRepresentation, unit_length};
///
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::so2());
/// let basis = DifferentialBasis::new(&scalar, &scalar, 2)?;
/// let stencils = unit_length(basis.finite_differences([1, 3, 3])?);
/// let length: f64 = stencils[1].iter().map(|e| e.value * e.value).sum();
/// assert!((length - 1.0).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub fn unit_length(mut kernels: Vec<Vec<KernelEntry>>) -> Vec<Vec<KernelEntry>> {
    kernels.retain_mut(|kernel| {
        let square = squared_norm(kernel);
        let scale = square.sqrt().recip();
        kernel.iter_mut().for_each(|e| e.value *= scale);
        square > VANISHING_KERNEL
    });
    kernels
}

impl<const D: usize> SteerableKernelBasis<D> {
    /// The kernels at the taps of a kernel of `[depth, height, width]` taps: [`sample_on_grid`]
    /// without dilation.
    ///
    /// # Errors
    ///
    /// If the grid has no taps, or the samples would be too many.
    pub fn on_grid(&self, sizes: [usize; 3]) -> Result<Vec<Vec<KernelEntry>>, MathError> {
        sample_on_grid(self, sizes, 1)
    }
}

fn check_numbers(numbers: usize) -> Result<(), MathError> {
    if numbers <= MAX_NUMBERS {
        return Ok(());
    }
    Err(MathError::TooLarge {
        what: "a kernel basis on the grid".to_string(),
        numbers: numbers.to_string(),
        max: MAX_NUMBERS,
        remedy: "a smaller kernel, smaller representations or a narrower band",
    })
}

fn squared_norm(kernel: &[KernelEntry]) -> f64 {
    kernel.iter().map(|e| e.value * e.value).sum()
}
