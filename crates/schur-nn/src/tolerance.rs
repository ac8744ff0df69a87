//! Every tolerance of this crate, named.

/// Largest relative defect that counts as exact in `f32`: sums of a few hundred products in
/// another order differ by some units of 6e-8, and layers compound.
pub const EXACT_F32: f64 = 1e-5;

/// The same in `f64`, whose unit is 1.1e-16.
pub const EXACT_F64: f64 = 1e-12;

/// Added to a variance before its root is taken, as in PyTorch and Burn.
pub const NORM_EPSILON: f64 = 1e-5;
