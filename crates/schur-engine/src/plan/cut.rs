//! How the work of a plan is cut, in words.

use super::ConvPlan;
use crate::cpu::bf16::Bf16x2;
use crate::cpu::conv::forward_cut;
use crate::cpu::machine::Machine;
use crate::{ConvShape, Precision, Result};

impl ConvPlan {
    /// How the convolution of a batch of this shape is cut in `f32`, and for which cache, as one
    /// sentence for people. Cuts depend on shapes and the machine, never on the number of threads.
    ///
    /// ```
    /// use schur_engine::{ConvPlan, Geometry, Layout, PairBasis};
    /// let (one, two) = (Layout::scalars(1)?, Layout::scalars(2)?);
    /// let plan = ConvPlan::new(one, two, Geometry::square(3)?, vec![PairBasis::default()])?;
    /// let words = plan.explain_cut(&plan.shape(8, [1, 30, 30])?)?;
    /// assert!(words.starts_with("cut into 32 pieces of at most 196 pixels"), "{words}");
    /// # Ok::<(), schur_engine::EngineError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::ForeignShape`] if the shape is not one of this plan.
    pub fn explain_cut(&self, shape: &ConvShape) -> Result<String> {
        self.check_shape(shape)?;
        let places = match shape.out_size()[0] {
            1 => "pixels",
            _ => "voxels",
        };
        if let Some(Ok(blocks)) = self.of_path(self.path) {
            let pixels = shape.batch() * shape.out_size().iter().product::<usize>();
            let [tiles, rows, chunks, bytes] = blocks.forward.forward_cut::<f32>(pixels);
            let patches = match chunks {
                1 => "whole patches".to_string(),
                _ => format!("patches in {chunks} parts"),
            };
            return Ok(format!(
                "cut into {tiles} tiles of at most {rows} {places}, {patches}: {} KiB, for a second-level \
                 cache of 1 MiB on all machines, since it decides the order of sums",
                bytes / 1024
            ));
        }
        let [pieces, pixels, bytes] = match self.precision {
            Precision::F32 => forward_cut::<f32>(shape),
            Precision::Bf16 => forward_cut::<Bf16x2>(shape),
        };
        let caches = Machine::this().caches;
        let told = match caches.told {
            true => "of this processor",
            false => "which is assumed",
        };
        Ok(format!(
            "cut into {pieces} pieces of at most {pixels} {places}; a piece and a panel of weights may \
             each take {} KiB of a second-level cache of {} KiB, {told}",
            bytes / 1024,
            caches.second / 1024
        ))
    }
}
