//! Every tolerance of the program, named.

/// Distance up to which a number is printed as the exact one that it is recognised as.
///
/// Characters are sums of at most a few dozen roots of unity, off by some 1e-15 each; numbers
/// `a + b √d` with the small `a` and `b` that are tried are further apart than 1e-3.
pub(crate) const RECOGNISED: f64 = 1e-9;

/// Entries of matrices below this are zero: products of a few orthogonal matrices.
pub(crate) const ZERO_ENTRY: f64 = 1e-10;

/// Smallest relative defect that a plot shows: half an ulp of `f32`, below which there is nothing
/// to see.
pub(crate) const SMALLEST_DRAWN: f64 = 3e-8;
