//! The tolerances of the tests that the crate itself has no use for.

/// Step of central finite differences in `f64`: near the cube root of the machine epsilon,
/// where truncation and cancellation balance.
pub(crate) const DIFFERENCE_STEP: f64 = 6e-6;

/// Largest error of a gradient against finite differences, relative to the largest entry of
/// the gradient. The differences are good to about `DIFFERENCE_STEP` squared times a third
/// derivative, plus cancellation `1e-16 / DIFFERENCE_STEP`.
pub(crate) const FINITE_DIFFERENCE: f64 = 1e-7;

/// The same through a whole network, whose normalised layers have larger third derivatives.
pub(crate) const FINITE_DIFFERENCE_NETWORK: f64 = 1e-6;

/// Smallest defect that counts as broken: far above round-off, far below what a layer without
/// the symmetry shows (of the order of 1).
pub(crate) const BROKEN: f64 = 1e-3;

/// Largest deviation of an empirical variance from its design value.
pub(crate) const VARIANCE: f64 = 0.05;

/// Relative defect of a steerable convolution on smooth images at angles off the grid: measured
/// 0.05, mostly bilinear interpolation and the pixels' corners of the sampled rings.
pub(crate) const INTERPOLATION: f64 = 0.1;

/// Parameters of a recipe against a count of the same network by others, who also give biases to
/// some convolutions and dense layers: 0.05 % there.
pub(crate) const RECIPE_COUNTED: f64 = 2e-3;

/// The same against a number of three digits.
pub(crate) const RECIPE_ROUNDED: f64 = 8e-3;

/// Largest difference of one training step between the engine and Burn's primitives, relative to
/// the largest number of its kind, in `f64`.
pub(crate) const BACKEND_F64: f64 = 1e-10;

/// The same in `f32`, and on graphics processors.
pub(crate) const BACKEND_F32: f64 = 1e-3;

/// A training step in `f32` by any path against `f64`: 4e-6 to 5e-5, and 9e-4 where rounding moves one
/// number across the kink of a ReLU.
pub(crate) const STEP_F32: f64 = 5e-3;

/// Gradients of a parameter below this share of the largest one are compared relative to that: a
/// bias before a norm has the gradient 0, of which round-off is left.
pub(crate) const SMALL_GRADIENT: f64 = 1e-3;

/// Aliasing of a nonlinearity that is sampled on the sphere as coarsely as its functions allow: no
/// defect of a formula, measured numbers are some percent and less.
pub(crate) const ALIASED: f64 = 0.2;

/// Gradients of layers on the sphere against central differences in `f64` with [`SLOPE_STEP`].
pub(crate) const SLOPES: f64 = 1e-7;

/// Step of central differences, between truncation and cancellation.
pub(crate) const SLOPE_STEP: f64 = 1e-5;

/// Relative defect of a network of products of bf16 under an element that moves pixels to pixels: a
/// feature in ten thousand lies so near the middle between two numbers of bf16 that the round-off of
/// a sum decides, and moves by 2^-8; in later layers each of these moves others. Measured 4e-3.
pub(crate) const BF16_EQUIVARIANCE: f64 = 1e-2;

/// Relative difference of a network of products of bf16 from one of `f32`: every factor is off by up
/// to 2^-9, and errors of many layers add up like a random walk.
pub(crate) const BF16_NETWORK: f64 = 3e-2;
