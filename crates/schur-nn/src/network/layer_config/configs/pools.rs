//! Pools over pixels, over the group, and over both.

use schur_engine::pool::Windows;

use super::{config, group_of, is_default};
use crate::layers::fibre::nonlinearity::sampling::cosets;
use crate::{FieldType, GridGroup, GridSizes, NnError, PoolKind, layers};

/// Standard deviation of blur pools in pixels, as in the networks of Weiler & Cesa (2019).
const BLUR_SIGMA: f64 = 0.66;

fn blur_sigma() -> f64 {
    BLUR_SIGMA
}

config! {
    /// [`AdaptiveMaxPool`](crate::AdaptiveMaxPool): maxima over windows that divide the image.
    #[derive(Copy)]
    AdaptiveMaxPool = "adaptive_max_pool" {
        /// The size of the result: one number for all axes, or one for each.
        size: GridSizes,
    }
    (this, input, _site) => layers::grid::adaptive_max_pool::AdaptiveMaxPool::new(input, this.size)?
}

config! {
    /// [`BlurPool`](crate::BlurPool): Gaussian means.
    #[derive(Copy)]
    BlurPool = "blur_pool" {
        /// Step in pixels.
        stride: usize,
        /// Standard deviation in pixels, by default 0.66.
        #[serde(default = "blur_sigma")]
        sigma: f64,
        /// Zeros around the image, by default those that keep the size at step 1.
        #[serde(default)]
        padding: Option<usize>,
    }
    (this, input, _site) => match this.padding {
        None => layers::grid::blur_pool::BlurPool::new(input, this.sigma, this.stride)?,
        Some(padding) => {
            layers::grid::blur_pool::BlurPool::with_padding(input, this.sigma, this.stride, padding)?
        }
    }
}

impl BlurPool {
    /// Steps of so many pixels, with the standard deviation 0.66.
    pub fn new(stride: usize) -> Self {
        Self {
            stride,
            sigma: BLUR_SIGMA,
            padding: None,
        }
    }
}

config! {
    /// [`FourierMaxPool`](crate::FourierMaxPool): maxima of functions on the group that fields
    /// are Fourier coefficients of.
    FourierMaxPool = "fourier_max_pool" {
        /// Window in pixels.
        window: usize,
        /// Step in pixels, by default the window.
        #[serde(default)]
        stride: Option<usize>,
        /// Functions on the cosets of this subgroup, by default on the group.
        #[serde(default)]
        subgroup: Option<GridGroup>,
        /// Rotations at which functions on SO(2) and O(2) are sampled; on SO(3) and O(3) at least so many.
        #[serde(default)]
        rotations: Option<usize>,
    }
    (this, input, _site) => {
        let windows = windows(input, this.window, this.stride, 0)?;
        let subgroup = cosets(input, this.subgroup.as_ref(), "fourier_max_pool")?;
        let pool =
            layers::grid::fourier_max_pool::FourierMaxPool::on_cosets(input, subgroup, windows)?;
        match this.rotations {
            Some(rotations) => pool.with_rotations(rotations)?,
            None => pool,
        }
    }
}

config! {
    /// [`GlobalPool`](crate::GlobalPool): over all pixels.
    #[derive(Copy, Default)]
    GlobalPool = "global_pool" {
        /// Maximum or mean.
        #[serde(default)]
        kind: PoolKind,
    }
    (this, input, _site) => layers::grid::global_pool::GlobalPool::new(input, this.kind)?
}

config! {
    /// [`GroupPool`](crate::GroupPool): over the group.
    #[derive(Default)]
    GroupPool = "group_pool" {
        /// Maximum or mean.
        #[serde(default)]
        kind: PoolKind,
        /// Over this subgroup only.
        #[serde(default)]
        subgroup: Option<GridGroup>,
    }
    (this, input, _site) => {
        let pool = match &this.subgroup {
            Some(subgroup) => {
                layers::fibre::group_pool::GroupPool::over(input, group_of(subgroup, input)?)?
            },
            None => layers::fibre::group_pool::GroupPool::new(input)?,
        };
        match this.kind {
            PoolKind::Max => pool,
            PoolKind::Average => pool.with_mean(),
        }
    }
}

config! {
    /// [`NormMaxPool`](crate::NormMaxPool): the longest vector in a window.
    #[derive(Copy)]
    NormMaxPool = "norm_max_pool" {
        /// Window in pixels.
        window: usize,
        /// Step in pixels, by default the window.
        #[serde(default)]
        stride: Option<usize>,
    }
    (this, input, _site) => layers::grid::norm_max_pool::NormMaxPool::new(
        input,
        this.window,
        this.stride.unwrap_or(this.window),
    )?
}

config! {
    /// [`NormPool`](crate::NormPool): the length of every field.
    #[derive(Default)]
    NormPool = "norm_pool" {
        /// One length per coset of this subgroup, of fields that it induces.
        #[serde(default)]
        subgroup: Option<GridGroup>,
    }
    (this, input, _site) => match &this.subgroup {
        Some(subgroup) => {
            layers::fibre::norm_pool::NormPool::induced(input, group_of(subgroup, input)?)?
        },
        None => layers::fibre::norm_pool::NormPool::new(input)?,
    }
}

config! {
    /// [`PointPool`](crate::PointPool): the mean over the points that a point sees, between levels too: in
    /// programs, since no image lies on points.
    #[derive(Copy, Default)]
    PointPool = "point_pool" {}
    (_this, input, _site) => layers::points::pool::PointPool::new(input)
}

config! {
    /// [`SpatialPool`](crate::SpatialPool): maxima or means over windows.
    #[derive(Copy)]
    Pool = "pool" {
        /// Maximum or mean.
        #[serde(default)]
        kind: PoolKind,
        /// Window in pixels.
        window: usize,
        /// Step in pixels, by default the window.
        #[serde(default)]
        stride: Option<usize>,
        /// Pixels around the image: a maximum passes over them, means count them as zeros.
        #[serde(default, skip_serializing_if = "is_default")]
        padding: usize,
        /// Whether there is one more window where the windows do not end with the image.
        #[serde(default, skip_serializing_if = "is_default")]
        ceil: bool,
    }
    (this, input, _site) => {
        let windows = windows(input, this.window, this.stride, this.padding)?;
        let windows = windows.with_ceil_mode(this.ceil);
        layers::grid::pool::SpatialPool::with_windows(input, this.kind, windows)?
    }
}

impl Pool {
    /// Windows of so many pixels, beside each other.
    pub fn new(kind: PoolKind, window: usize) -> Self {
        Self {
            kind,
            window,
            stride: None,
            padding: 0,
            ceil: false,
        }
    }
}

/// Windows that are alike along all axes of the fields.
fn windows(
    fields: &FieldType,
    window: usize,
    stride: Option<usize>,
    padding: usize,
) -> Result<Windows, NnError> {
    let along = |size: usize, rest| GridSizes::All(size).of(fields, rest);
    let stride = along(stride.unwrap_or(window), 1);
    Ok(Windows::new(along(window, 1), stride, along(padding, 0))?)
}
