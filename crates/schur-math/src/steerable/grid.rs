//! Sampling on the pixel grid.

use super::{KernelBasis, SteerableKernelBasis};
use crate::error::MathError;
use crate::grid::GridAction;
use crate::kernel::KernelEntry;
use crate::planar::PlanarGroup;
use crate::tolerance::{KERNEL_ENTRY, VANISHING_KERNEL};

impl SteerableKernelBasis {
    /// The kernels sampled at the taps of a `height x width` kernel, tap (row `i`, column `j`)
    /// at `(j - (w-1)/2, (h-1)/2 - i)`, in the form of
    /// [`LatticeKernelBasis`](crate::LatticeKernelBasis::elements). On an odd square grid they
    /// commute exactly with the elements that permute the pixels.
    ///
    /// Elements that all but vanish on the grid are left out; the others are scaled to unit
    /// length, `Σ K² = 1` over all entries.
    ///
    /// # Errors
    ///
    /// If the grid has no taps or too many.
    pub fn on_grid(&self, height: usize, width: usize) -> Result<Vec<Vec<KernelEntry>>, MathError> {
        // Only for its check of the size.
        GridAction::named(&PlanarGroup::so2(), height, width, "kernel")?;
        let (outs, inputs) = self.shape();
        let mut elements: Vec<Vec<KernelEntry>> = vec![Vec::new(); self.dim()];
        for row in 0..height {
            for col in 0..width {
                let point = [
                    col as f64 - (width as f64 - 1.0) / 2.0,
                    (height as f64 - 1.0) / 2.0 - row as f64,
                ];
                let values = self.sample(point);
                for (element, values) in elements.iter_mut().zip(values.chunks(outs * inputs)) {
                    for (k, &value) in values.iter().enumerate() {
                        if value.abs() > KERNEL_ENTRY {
                            let (out, input) = (k / inputs, k % inputs);
                            element.push(KernelEntry {
                                out,
                                input,
                                row,
                                col,
                                value,
                            });
                        }
                    }
                }
            }
        }
        elements.retain(|element| squared_norm(element) > VANISHING_KERNEL);
        for element in &mut elements {
            let scale = squared_norm(element).sqrt().recip();
            element.iter_mut().for_each(|e| e.value *= scale);
            element.sort_by_key(|e| (e.out, e.input, e.row, e.col));
        }
        Ok(elements)
    }
}

fn squared_norm(element: &[KernelEntry]) -> f64 {
    element.iter().map(|e| e.value * e.value).sum()
}
