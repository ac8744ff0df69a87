//! A convolution and what follows it.

use super::{ConvPlan, PreparedWeight};
use crate::error::check_len;
use crate::{ConvShape, Epilogue, Result, Scalar};

impl ConvPlan {
    /// [`ConvPlan::forward`], then `epilogue` on every pixel while it lies in the cache, with the
    /// same bits as afterwards.
    ///
    /// # Errors
    ///
    /// [`crate::EngineError::Length`] if `x` does not have the length of the shape or the epilogue
    /// not as many channels as the output, [`crate::EngineError::ForeignShape`], or
    /// [`crate::EngineError::NoPath`] for weights that a plan with another path prepared.
    pub fn forward_finished<T: Scalar>(
        &self,
        shape: &ConvShape,
        x: &[T],
        weight: &PreparedWeight<T>,
        epilogue: &Epilogue<T>,
    ) -> Result<Vec<T>> {
        let channels = self.output.channels();
        check_len("the biases of the epilogue", epilogue.channels(), channels)?;
        self.run(shape, x, weight, |pixels| epilogue.apply(pixels))
    }
}
