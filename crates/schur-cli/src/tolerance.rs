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

/// Two correct computations in `f32` may differ by this multiple of the distance of one of them
/// from `f64`: each has errors of that size, in one direction or the other, and the largest of
/// some hundred elements and layers is a few times the typical one.
pub(crate) const SPREAD: f64 = 8.0;

/// Vertices with a smaller part of their normals towards the eye are seen from the side: their
/// triangles are drawn a twentieth as wide as they are.
pub(crate) const TOWARDS: f64 = 0.05;

/// Below this three decimals would show a number as 0.000 or with one figure.
pub(crate) const THREE_DECIMALS: f64 = 1e-3;

/// From here on four decimals make a number wider than the columns of tables.
pub(crate) const FOUR_DECIMALS: f64 = 1e4;
