//! The tolerances of this crate's checks, each with its reason.

/// Largest relative error of an `f64` result against the oracle.
///
/// The operations are sums of up to about 10^5 products; both sides round at 1.1e-16 per
/// operation, and random rounding grows as the square root of the length.
pub const ORACLE_F64: f64 = 1e-12;

/// Largest relative error of an `f32` result against the `f64` oracle.
///
/// The same sums at 6e-8 per operation.
pub const ORACLE_F32: f64 = 1e-5;

/// Step of central finite differences in `f64`: near the cube root of the machine epsilon, where
/// truncation and cancellation balance.
pub const DIFFERENCE_STEP: f64 = 6e-6;

/// Largest relative error of an analytic gradient against central finite differences, which are
/// themselves good to about `DIFFERENCE_STEP` squared times a third derivative, plus
/// cancellation 1e-16 / `DIFFERENCE_STEP`.
pub const FINITE_DIFFERENCE: f64 = 1e-7;

/// Largest relative error of the single-precision ELU: a few roundings of 6e-8, since the last
/// three operations are done at the size of the result.
pub const ELU_F32: f64 = 2.5e-7;

/// Smaller entries of a transform to irreps are zero: its entries are sums of a few products of
/// numbers of size 1, rounded at 1.1e-16, and true ones are at least about 1/|G|.
pub const TRANSFORM_ENTRY: f64 = 1e-13;

/// Length below which a projected unit vector counts as dependent on those before it: true
/// lengths are at least about 1/|G|, rounding leaves about 1e-15.
pub const INDEPENDENT: f64 = 1e-6;

/// Largest defect of a basis element, relative to its largest block entry, that still counts as
/// commuting with a symmetry: representations are given to about 1e-15, and sampled kernels
/// round a few times more.
pub const COMMUTES: f64 = 1e-11;

/// Smallest pivot, relative to the largest, with which filters still count as independent: the
/// inverse of their products then loses at most half of the digits.
pub const BAND_PIVOT: f64 = 1e-6;

/// Length of a filter below which it counts as zero on its taps: such filters are left out of
/// sampled bases, since they only hold rounding or a far tail of a Gaussian.
pub const VANISHING_FILTER: f64 = 1e-9;
