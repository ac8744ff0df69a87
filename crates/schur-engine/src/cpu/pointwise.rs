//! Activations of every number on their own.

use crate::parallel::*;
use pulp::NullaryFnOnce;

use super::norm::Activation;
use super::norm::activation::{Elu, Function, Relu};
use super::vectors::in_wide_vectors;
use crate::error::check_len;
use crate::{Result, Scalar};

/// Numbers of a part of the work.
const PART: usize = 1 << 14;

/// `y = a(x)` for every number.
///
/// ```
/// use schur_engine::{Activation, pointwise};
/// assert_eq!(pointwise::forward(Activation::Relu, &[-1.0, 2.0]), [0.0, 2.0]);
/// ```
#[must_use]
pub fn forward<T: Scalar>(activation: Activation, x: &[T]) -> Vec<T> {
    let mut y = vec![T::ZERO; x.len()];
    write(activation, &mut y, Some(x));
    y
}

/// `x` becomes `a(x)`, for every number.
///
/// ```
/// use schur_engine::{Activation, pointwise};
/// let mut x = [-1.0, 2.0];
/// pointwise::forward_in_place(Activation::Relu, &mut x);
/// assert_eq!(x, [0.0, 2.0]);
/// ```
pub fn forward_in_place<T: Scalar>(activation: Activation, x: &mut [T]) {
    write(activation, x, None);
}

/// `dy` becomes the gradient in `x`, `a'(x) dy`; 0 for ReLU at 0.
///
/// ```
/// use schur_engine::{Activation, pointwise};
/// let mut gradient = [5.0, 7.0];
/// pointwise::backward_in_place(Activation::Relu, &[-1.0, 2.0], &mut gradient)?;
/// assert_eq!(gradient, [0.0, 7.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
///
/// # Errors
///
/// [`crate::EngineError::Length`] if there are not as many numbers in `dy` as in `x`.
pub fn backward_in_place<T: Scalar>(activation: Activation, x: &[T], dy: &mut [T]) -> Result<()> {
    check_len("dy", dy.len(), x.len())?;
    let parts = dy.par_chunks_mut(PART).zip(x.par_chunks(PART));
    match activation {
        Activation::Identity => {}
        Activation::Relu => parts.for_each(|(dy, x)| in_wide_vectors(Slopes(Relu, x, dy))),
        Activation::Elu => parts.for_each(|(dy, x)| in_wide_vectors(Slopes(Elu, x, dy))),
    }
    Ok(())
}

/// Writes the values at `x`, or at what `y` holds.
fn write<T: Scalar>(activation: Activation, y: &mut [T], x: Option<&[T]>) {
    let parts = y.par_chunks_mut(PART).enumerate();
    parts.for_each(|(part, y)| {
        if let Some(x) = x {
            y.copy_from_slice(&x[part * PART..][..y.len()]);
        }
        match activation {
            Activation::Identity => {}
            Activation::Relu => in_wide_vectors(Values(Relu, y)),
            Activation::Elu => in_wide_vectors(Values(Elu, y)),
        }
    });
}

struct Values<'a, T, F>(F, &'a mut [T]);

impl<T: Scalar, F: Function> NullaryFnOnce for Values<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for value in self.1 {
            *value = self.0.value(*value);
        }
    }
}

struct Slopes<'a, T, F>(F, &'a [T], &'a mut [T]);

impl<T: Scalar, F: Function> NullaryFnOnce for Slopes<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (dy, &x) in self.2.iter_mut().zip(self.1) {
            *dy = *dy * self.0.slope(x);
        }
    }
}
