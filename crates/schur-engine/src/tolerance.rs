//! The tolerances of this crate, each with its reason.

/// Largest relative error of the single-precision ELU: a few roundings of 6e-8, since the last
/// three operations are done at the size of the result.
#[cfg(test)]
pub(crate) const ELU_F32: f64 = 2.5e-7;

/// Smaller entries of a transform to irreps are zero: its entries are sums of a few products of
/// numbers of size 1, rounded at 1.1e-16, and true ones are at least about 1/|G|.
pub(crate) const TRANSFORM_ENTRY: f64 = 1e-13;

/// Length below which a projected unit vector counts as dependent on those before it: true
/// lengths are at least about 1/|G|, rounding leaves about 1e-15.
pub(crate) const INDEPENDENT: f64 = 1e-6;

/// Largest defect of a basis element, relative to its largest block entry, that still counts as
/// commuting with a symmetry: representations are given to about 1e-15, and sampled kernels
/// round a few times more. Also that of a change of basis that counts as orthogonal.
pub(crate) const COMMUTES: f64 = 1e-11;

/// Smallest pivot, relative to the largest, with which filters still count as independent: the
/// inverse of their products then loses at most half of the digits.
pub(crate) const BAND_PIVOT: f64 = 1e-6;
