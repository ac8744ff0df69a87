//! Every tolerance of this crate, named.

/// Largest relative defect that counts as exact in `f32`: sums of a few hundred products in
/// another order differ by some units of 6e-8, and layers compound.
pub const EXACT_F32: f64 = 1e-5;

/// Largest relative defect of an exact layer in `f64`, whose unit is 1.1e-16.
pub const EXACT_F64: f64 = 1e-12;

/// Largest relative difference of a network whose constants were rounded to 16 bits: each is off
/// by up to 4.9e-4, and errors of many add up like a random walk.
pub const HALF_PRECISION: f64 = 5e-3;

/// Added to a variance before its root is taken, as in PyTorch and Burn.
pub const NORM_EPSILON: f64 = 1e-5;

/// Added to the squared norm of a field before its root is taken, so that the gradient is finite
/// at zero: far below squares of activations, which are of order 1.
pub(crate) const SQUARED_NORM: f64 = 1e-12;

/// Difference of two weights of a resampling that counts as none: they are quotients of small
/// integers or exponentials, computed in `f64`.
pub(crate) const AXIS_WEIGHT: f64 = 1e-14;

/// Softening of the norm in nonlinearities of the norm: the slope at zero is at most the value
/// of the function divided by it, and norms of order 1 change by less than 1e-6.
pub const SOFT_NORM: f64 = 1e-3;

/// Difference of two samples of functions on a group, and defect of sampling and transforming
/// back, that count as none: sums of some hundred products of numbers up to 1, in `f64`.
pub(crate) const SAMPLING: f64 = 1e-9;
/// Largest change of an entry in the last step towards an orthogonal matrix. The iteration
/// converges quadratically, so what is left is near its square, below round-off of `f32` weights.
pub(crate) const POLAR_STEP: f64 = 1e-7;

/// Smaller entries of the matrices that the engine is told are zero: they are sums of a few
/// products of numbers of size 1, rounded at 1.1e-16, and true ones are at least about 1/|G|.
pub(crate) const FIBRE_ENTRY: f64 = 1e-13;

/// Length of a filter below which it counts as zero on its taps: such filters are left out of
/// sampled bases, since they only hold rounding or a far tail of a Gaussian.
pub(crate) const VANISHING_FILTER: f64 = 1e-9;

/// Difference of the entries of two transports between charts that counts as none: products of a few
/// rotations, in `f64`.
pub(crate) const TRANSPORT: f64 = 1e-9;
