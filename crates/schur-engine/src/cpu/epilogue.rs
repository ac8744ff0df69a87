//! What follows a convolution in the same pass over memory.

use pulp::NullaryFnOnce;

use crate::cpu::norm::activation::{Elu, Function, Identity, Relu};
use crate::cpu::vectors::in_wide_vectors;
use crate::{Activation, Scalar};

/// A row that biases are added to has at least this many entries.
const MIN_WIDTH: usize = 64;

/// `y = activation(y + bias)` on channels that lie last: what is left of a norm and a
/// nonlinearity behind a convolution whose weights took the norm's factors.
///
/// ```
/// use schur_engine::{Activation, ConvPlan, Entry, Epilogue, Geometry, Layout, PairBasis};
/// let entry = Entry { out: 0, input: 0, tap: 0, value: 2.0 };
/// let basis = PairBasis { elements: vec![vec![entry]] };
/// let scalar = Layout::scalars(1)?;
/// let plan = ConvPlan::new(scalar.clone(), scalar, Geometry::square(1)?, vec![basis])?;
/// let (weight, shape) = (plan.prepare(&[3.0_f32])?, plan.shape(1, [1, 1, 2])?);
/// let epilogue = Epilogue::new(vec![1.0], Activation::Relu);
/// assert_eq!(plan.forward_finished(&shape, &[1.0, -1.0], &weight, &epilogue)?, [7.0, 0.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Epilogue<T> {
    channels: usize,
    /// The biases of several pixels, so that inner loops are long even for few channels.
    wide: Vec<T>,
    activation: Activation,
}

impl<T: Scalar> Epilogue<T> {
    /// One bias per channel, and the function behind it.
    #[must_use]
    pub fn new(bias: Vec<T>, activation: Activation) -> Self {
        let channels = bias.len();
        let pixels = MIN_WIDTH.div_ceil(channels.max(1));
        Self {
            channels,
            wide: bias.repeat(pixels),
            activation,
        }
    }

    /// Number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Finishes whole pixels.
    pub(crate) fn apply(&self, y: &mut [T]) {
        match self.activation {
            Activation::Identity => self.apply_with(y, Identity),
            Activation::Relu => self.apply_with(y, Relu),
            Activation::Elu => self.apply_with(y, Elu),
        }
    }

    fn apply_with(&self, y: &mut [T], function: impl Function) {
        in_wide_vectors(Finish {
            bias: &self.wide,
            y,
            function,
        });
    }
}

/// Bias and function on whole pixels.
struct Finish<'a, T, F> {
    bias: &'a [T],
    y: &'a mut [T],
    function: F,
}

impl<T: Scalar, F: Function> NullaryFnOnce for Finish<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for y in self.y.chunks_mut(self.bias.len().max(1)) {
            for (y, &bias) in y.iter_mut().zip(self.bias) {
                *y = self.function.value(*y + bias);
            }
        }
    }
}
