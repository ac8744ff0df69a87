//! The tolerances of the checks, each with its reason.

/// Largest relative error of an `f64` result against the oracle.
///
/// The operations are sums of up to about 10^5 products; both sides round at 1.1e-16 per
/// operation, and random rounding grows as the square root of the length.
pub(crate) const ORACLE_F64: f64 = 1e-12;

/// Largest relative error of an `f32` result against the `f64` oracle.
///
/// The same sums at 6e-8 per operation.
pub(crate) const ORACLE_F32: f64 = 1e-5;

/// Largest relative error of sums of products of bf16 numbers on a path with changes of basis: both
/// factors of every product are off by up to 2^-9, which adds up to about 1e-2 in sums that
/// cancel.
pub(crate) const ORACLE_BF16: f64 = 3e-2;

/// Step of central finite differences in `f64`: near the cube root of the machine epsilon, where
/// truncation and cancellation balance.
pub(crate) const DIFFERENCE_STEP: f64 = 6e-6;

/// Largest relative error of an analytic gradient against central finite differences, which are
/// themselves good to about `DIFFERENCE_STEP` squared times a third derivative, plus
/// cancellation 1e-16 / `DIFFERENCE_STEP`.
pub(crate) const FINITE_DIFFERENCE: f64 = 1e-7;

/// Largest difference of two numbers that are the same entry of a matrix or the same place on a
/// lattice: products of a few matrices of numbers up to 1 round at 1e-15, and different ones are
/// at least 0.1 apart.
pub(crate) const SAME_MATRIX: f64 = 1e-9;

/// Transforms on the sphere in `f64`: sums of a thousand products of tables that are off by 1e-13.
pub(crate) const SPHERE_F64: f64 = 1e-12;

/// The same in `f32`: roundings of 6e-8, which grow as the root of their number.
pub(crate) const SPHERE_F32: f64 = 1e-5;

/// A number that does not belong to a basis of numbers of size 1: a hundred times what counts as its
/// rounding.
pub(crate) const WRONG_NUMBER: f64 = 1e-9;
