//! The norm of a layout: its public face.

use super::wide::{WideRows, per_channel};
use super::{Activation, Affine, Centering, Moments, NormGradient, backward, forward, statistics};
use crate::error::check_len;
use crate::{EngineError, Layout, Result, Scalar};

/// Batch normalisation with a fused activation over the fields of a layout:
///
/// ```text
/// y = activation(gamma_f (x - mean_f) / sqrt(variance_f + eps) + beta_f)
/// ```
///
/// where f is the field of the channel. All arrays of pixels are `[pixels, channels]`, for any
/// number of pixels (batch x height x width); all arrays of fields have [`Layout::fields`]
/// entries, in the order of [`Layout::field_of_channel`].
///
/// ```
/// use schur_engine::norm::{Affine, NormPlan};
/// use schur_engine::{Activation, Block, Layout};
/// // One regular field of the mirror group: its two components share one mean.
/// let layout = Layout::new(vec![Block { dim: 2, multiplicity: 1 }])?;
/// let plan = NormPlan::new(layout, Activation::Relu);
/// let affine = Affine { gamma: &[2.0], beta: &[0.0], eps: 3.0 };
/// let (y, moments) = plan.forward_train(&[1.0, 3.0], affine)?;
/// assert_eq!((moments.mean[0], moments.variance[0]), (2.0, 1.0));
/// // 2 (x - 2) / sqrt(1 + 3), then ReLU.
/// assert_eq!(y, [0.0, 1.0]);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormPlan {
    layout: Layout,
    centering: Vec<Centering>,
    activation: Activation,
    field_of_channel: Vec<usize>,
    /// Per field: components, and whether it has a mean.
    dims: Vec<usize>,
    centered: Vec<bool>,
}

impl NormPlan {
    /// A norm with [`Centering::PerField`] for every block.
    #[must_use]
    pub fn new(layout: Layout, activation: Activation) -> Self {
        let centering = vec![Centering::PerField; layout.blocks().len()];
        Self::build(layout, centering, activation)
    }

    /// A norm with one centering per block.
    ///
    /// # Errors
    ///
    /// [`EngineError::CenteringCount`] unless there is one per block.
    pub fn with_centering(
        layout: Layout,
        centering: Vec<Centering>,
        activation: Activation,
    ) -> Result<Self> {
        let expected = layout.blocks().len();
        if centering.len() != expected {
            return Err(EngineError::CenteringCount {
                expected,
                got: centering.len(),
            });
        }
        Ok(Self::build(layout, centering, activation))
    }

    fn build(layout: Layout, centering: Vec<Centering>, activation: Activation) -> Self {
        let (mut dims, mut centered) = (Vec::new(), Vec::new());
        for (block, centering) in layout.blocks().iter().zip(&centering) {
            dims.extend(std::iter::repeat_n(block.dim, block.multiplicity));
            let has_mean = *centering == Centering::PerField;
            centered.extend(std::iter::repeat_n(has_mean, block.multiplicity));
        }
        Self {
            field_of_channel: layout.field_of_channel(),
            layout,
            centering,
            activation,
            dims,
            centered,
        }
    }

    /// The layout of the channels.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The centering of every block.
    #[must_use]
    pub fn centering(&self) -> &[Centering] {
        &self.centering
    }

    /// The fused activation.
    #[must_use]
    pub fn activation(&self) -> Activation {
        self.activation
    }

    /// The moments of `x`.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`], or [`EngineError::EmptyStatistics`] if there is no pixel.
    pub fn moments<T: Scalar>(&self, x: &[T]) -> Result<Moments<T>> {
        let channels = self.layout.channels();
        check_len("x", x.len(), x.len() / channels * channels)?;
        if x.is_empty() {
            return Err(EngineError::EmptyStatistics);
        }
        let (mean, variance) = statistics::moments(&WideRows::new(channels, x.len()), x);
        Ok(self.field_moments(&mean, &variance))
    }

    /// Normalises by the moments of `x` itself and returns them too.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`], [`EngineError::Epsilon`], or [`EngineError::EmptyStatistics`] if
    /// there is no pixel.
    pub fn forward_train<T: Scalar>(
        &self,
        x: &[T],
        affine: Affine<'_, T>,
    ) -> Result<(Vec<T>, Moments<T>)> {
        // Bad arguments are refused before the pass over `x`.
        self.check(x, &affine)?;
        let moments = self.moments(x)?;
        let y = self.forward_eval(x, affine, &moments)?;
        Ok((y, moments))
    }

    /// Normalises by given moments, such as running averages.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] or [`EngineError::Epsilon`].
    pub fn forward_eval<T: Scalar>(
        &self,
        x: &[T],
        affine: Affine<'_, T>,
        moments: &Moments<T>,
    ) -> Result<Vec<T>> {
        let rows = self.check(x, &affine)?;
        self.check_moments(moments)?;
        let coefficients = self.coefficients(&rows, &affine, moments);
        Ok(forward::apply(&coefficients, &rows, x, self.activation))
    }

    /// The gradient of [`NormPlan::forward_train`], through the moments too.
    ///
    /// `moments` are those it returned for `x`; `dy` is the gradient in its output.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`], [`EngineError::Epsilon`], or [`EngineError::EmptyStatistics`] if
    /// there is no pixel.
    pub fn backward_train<T: Scalar>(
        &self,
        x: &[T],
        affine: Affine<'_, T>,
        moments: &Moments<T>,
        dy: &[T],
    ) -> Result<NormGradient<T>> {
        if x.is_empty() {
            return Err(EngineError::EmptyStatistics);
        }
        self.backward(x, affine, moments, dy, true)
    }

    /// The gradient of [`NormPlan::forward_eval`], with the moments held fixed.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`] or [`EngineError::Epsilon`].
    pub fn backward_eval<T: Scalar>(
        &self,
        x: &[T],
        affine: Affine<'_, T>,
        moments: &Moments<T>,
        dy: &[T],
    ) -> Result<NormGradient<T>> {
        self.backward(x, affine, moments, dy, false)
    }

    /// [`NormPlan::backward_train`], or with fixed moments [`NormPlan::backward_eval`], in the memory of
    /// `dy`, which becomes the gradient in `x`; those in gamma and beta are returned.
    ///
    /// # Errors
    ///
    /// [`EngineError::Length`], [`EngineError::Epsilon`], or [`EngineError::EmptyStatistics`] if
    /// there is no pixel and the moments aren't fixed.
    pub fn backward_in_place<T: Scalar>(
        &self,
        x: &[T],
        affine: Affine<'_, T>,
        moments: &Moments<T>,
        dy: &mut [T],
        fixed: bool,
    ) -> Result<(Vec<T>, Vec<T>)> {
        if x.is_empty() && !fixed {
            return Err(EngineError::EmptyStatistics);
        }
        self.gradient(x, affine, moments, dy, None, !fixed)
    }

    fn backward<T: Scalar>(
        &self,
        x: &[T],
        affine: Affine<'_, T>,
        moments: &Moments<T>,
        dy: &[T],
        through_moments: bool,
    ) -> Result<NormGradient<T>> {
        let mut dx = vec![T::ZERO; x.len()];
        let (dgamma, dbeta) =
            self.gradient(x, affine, moments, &mut dx, Some(dy), through_moments)?;
        Ok(NormGradient { dx, dgamma, dbeta })
    }

    fn gradient<T: Scalar>(
        &self,
        x: &[T],
        affine: Affine<'_, T>,
        moments: &Moments<T>,
        dx: &mut [T],
        dy: Option<&[T]>,
        through_moments: bool,
    ) -> Result<(Vec<T>, Vec<T>)> {
        let rows = self.check(x, &affine)?;
        self.check_moments(moments)?;
        check_len("dy", dy.unwrap_or(dx).len(), x.len())?;
        let forward = self.coefficients(&rows, &affine, moments);
        let sums = backward::slopes(&forward, &rows, x, dx, dy, self.activation);
        let fields = self.layout.fields();
        let (mut dgamma, mut dbeta) = (vec![0.0; fields], vec![0.0; fields]);
        for (channel, &field) in self.field_of_channel.iter().enumerate() {
            dgamma[field] += sums.moment[channel];
            dbeta[field] += sums.total[channel];
        }
        let pixels = x.len() / self.layout.channels();
        let (mut mean, mut slope) = (vec![0.0; fields], vec![0.0; fields]);
        for field in 0..fields {
            let inverse = inverse_deviation(moments.variance[field], affine.eps);
            dgamma[field] *= inverse;
            if !self.centered[field] {
                dbeta[field] = 0.0;
            }
            if through_moments {
                let count = (pixels * self.dims[field]) as f64;
                mean[field] = dbeta[field] / count;
                slope[field] = inverse * dgamma[field] / count;
            }
        }
        if !dx.is_empty() {
            let mean = per_channel(&rows, &self.field_of_channel, |f| T::from_f64(mean[f]));
            let slope = per_channel(&rows, &self.field_of_channel, |f| T::from_f64(slope[f]));
            backward::combine(&forward, &mean, &slope, &rows, x, dx);
        }
        let narrow = |values: Vec<f64>| values.into_iter().map(T::from_f64).collect();
        Ok((narrow(dgamma), narrow(dbeta)))
    }

    /// What a forward pass multiplies and adds, per entry of a wide row.
    fn coefficients<T: Scalar>(
        &self,
        rows: &WideRows,
        affine: &Affine<'_, T>,
        moments: &Moments<T>,
    ) -> forward::Coefficients<T> {
        let fields = &self.field_of_channel;
        let if_centered = |f: usize, value: T| if self.centered[f] { value } else { T::ZERO };
        forward::Coefficients {
            mean: per_channel(rows, fields, |f| if_centered(f, moments.mean[f])),
            scale: per_channel(rows, fields, |f| {
                let inverse = inverse_deviation(moments.variance[f], affine.eps);
                T::from_f64(affine.gamma[f].to_f64() * inverse)
            }),
            shift: per_channel(rows, fields, |f| if_centered(f, affine.beta[f])),
        }
    }

    /// Combines sums over channels into moments of fields.
    pub(super) fn field_moments<T: Scalar>(
        &self,
        channel_mean: &[f64],
        channel_variance: &[f64],
    ) -> Moments<T> {
        let fields = self.layout.fields();
        let (mut mean, mut variance) = (vec![0.0; fields], vec![0.0; fields]);
        for (channel, &field) in self.field_of_channel.iter().enumerate() {
            if self.centered[field] {
                mean[field] += channel_mean[channel] / self.dims[field] as f64;
            }
        }
        // Variance of a union of equally large parts: mean variance plus variance of the means.
        for (channel, &field) in self.field_of_channel.iter().enumerate() {
            let off = channel_mean[channel] - mean[field];
            let here = channel_variance[channel] + off * off;
            variance[field] += here / self.dims[field] as f64;
        }
        let narrow = |values: Vec<f64>| values.into_iter().map(T::from_f64).collect();
        Moments {
            mean: narrow(mean),
            variance: narrow(variance),
        }
    }

    fn check<T: Scalar>(&self, x: &[T], affine: &Affine<'_, T>) -> Result<WideRows> {
        let channels = self.layout.channels();
        check_len("x", x.len(), x.len() / channels * channels)?;
        check_len("gamma", affine.gamma.len(), self.layout.fields())?;
        check_len("beta", affine.beta.len(), self.layout.fields())?;
        if !(affine.eps.is_finite() && affine.eps > 0.0) {
            return Err(EngineError::Epsilon {
                value: affine.eps.to_string(),
            });
        }
        Ok(WideRows::new(channels, x.len()))
    }

    fn check_moments<T>(&self, moments: &Moments<T>) -> Result<()> {
        check_len("mean", moments.mean.len(), self.layout.fields())?;
        check_len("variance", moments.variance.len(), self.layout.fields())
    }
}

/// 1 / sqrt(variance + eps).
fn inverse_deviation<T: Scalar>(variance: T, eps: f64) -> f64 {
    1.0 / (variance.to_f64() + eps).sqrt()
}
