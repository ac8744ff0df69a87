//! An affine map per channel, and what becomes of a linear map before it.

use std::ops::{Add, Mul};

/// `y = scale · x + shift` with a factor and a term per channel: what a norm is with its running
/// statistics.
pub(crate) struct Affine<T> {
    pub(crate) scale: Vec<T>,
    pub(crate) shift: Vec<T>,
}

impl<T: Copy + Add<Output = T> + Mul<Output = T>> Affine<T> {
    /// Folds the map into the linear one before it,
    /// `scale (W x + b) + shift = (scale W) x + (scale b + shift)`: every weight, given with a
    /// channel that it leads to, and the bias of all channels.
    pub(crate) fn fold<'a>(
        &self,
        weights: impl IntoIterator<Item = (usize, &'a mut T)>,
        bias: &mut [T],
    ) where
        T: 'a,
    {
        for (channel, weight) in weights {
            *weight = *weight * self.scale[channel];
        }
        for (bias, (&scale, &shift)) in bias.iter_mut().zip(self.scale.iter().zip(&self.shift)) {
            *bias = *bias * scale + shift;
        }
    }
}
