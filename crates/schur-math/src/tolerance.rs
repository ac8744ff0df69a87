//! Every tolerance of the crate, with its reason. Ranks and equalities of computed numbers
//! are decided here and nowhere else.

/// Largest entry of `ρ(g)ρ(h) - ρ(gh)` or `ρ(g)ᵀρ(g) - 1` that a representation may have.
///
/// Matrices typed or computed in `f64` miss the laws by about `dim · 2e-16`; matrices printed
/// with ten digits by about `1e-10`. A wrong matrix misses them by far more than `1e-8`.
pub const REPRESENTATION_DEFECT: f64 = 1e-8;

/// Distance to 0, 1 or -1 below which an entry of a representation is that number.
///
/// Only then is the representation stored as a signed permutation, which is exact. Entries of
/// an orthogonal matrix that satisfies the laws to [`REPRESENTATION_DEFECT`] but are truly
/// something else stay further away: in a group of the largest supported order the nearest
/// rotation has sine `2π/2048 > 3e-3` (though its cosine is within `1e-5` of 1, its other
/// entries tell it apart).
pub const SIGNED_PERMUTATION: f64 = 1e-8;

/// Distance to an integer that a multiplicity computed from characters may have.
///
/// A multiplicity is a mean of `|G|` products of characters; each is off by at most
/// `dim · REPRESENTATION_DEFECT`, which stays below this up to dimension `10^5`.
pub const MULTIPLICITY: f64 = 1e-3;

/// Pivots below this fraction of the largest entry count as zero in the null-space oracle.
///
/// The constraints are sums of a few products of entries of orthogonal matrices, so true
/// pivots are of order 0.01 to 1 and round-off stays below `1e-12` for the sizes the oracle
/// accepts; this lies between, on a logarithmic scale.
pub const NULL_SPACE_PIVOT: f64 = 1e-8;

/// Vectors of a spanning set whose remainder after projection is shorter than this fraction of
/// their length are linearly dependent on the vectors before them.
pub const INDEPENDENCE: f64 = 1e-8;

/// Kernels on the grid whose part orthogonal to those before has at most this fraction of their
/// squared length are linear combinations of these.
///
/// Of true combinations is left the square of `1e-16` times the conditioning of the kernels
/// before (measured: `1e-25`). A kernel that is new by less than one ten-thousandth of its length
/// could only be told from the others by weights ten thousand times as large.
pub const DEPENDENT_KERNEL: f64 = 1e-8;

/// Relative distance up to which two products of generating matrices are the same element.
///
/// Products of matrices given to `f64` precision miss each other by about the word length
/// times `1e-15`; generators typed with eight digits and words of dozens of letters still
/// stay below this.
pub const MATRIX_EQUAL: f64 = 1e-6;

/// Relative distance above which two products of generating matrices are different elements.
///
/// In an orthogonal group of the largest supported order the nearest rotation differs from
/// the identity by a sine of `2π/2048 > 3e-3`. What lies between this and [`MATRIX_EQUAL`] is
/// inaccurate or infinite and refused.
pub const MATRIX_DISTINCT: f64 = 1e-3;

/// By what share of the dimension the trace of a matrix of infinite order may be below it.
///
/// That of the nearest rotation is, by `1 - cos(2π/2048) > 4e-6` in two dimensions; a shear has the
/// dimension itself, and products of a few dozen miss it by round-off.
pub(crate) const INFINITE_ORDER: f64 = 1e-9;

/// Largest entry of `MᵀM - 1` that a matrix given as a rotation may have.
///
/// Rotations typed with ten digits pass; the nearest rotation is taken. A wrong entry is off
/// by far more.
pub const ROTATION_DEFECT: f64 = 1e-8;

/// Largest entry of the difference of two rotations that count as one when finitely many
/// rotations are closed to a group.
///
/// Rotations of a finite group of at most 2048 elements differ by more than `1e-3`; products
/// of rotations are renormalised, so round-off stays below `1e-12`.
pub const SAME_ROTATION: f64 = 1e-6;

/// How far the laws of rotations, computed in `f64`, may be off: some tens of roundings.
pub const ROTATION_LAW: f64 = 1e-14;

/// How far numbers of harmonics, D matrices and quadratures of degree `degree` may be off.
///
/// Recursions in the degree add one rounding per step, and entries are sums of as many terms;
/// measured defects stay below half of this up to degree 300.
///
/// ```
/// use schur_math::tolerance::harmonic;
///
/// assert!(harmonic(0) < harmonic(100) && harmonic(100) < 2e-12);
/// ```
pub fn harmonic(degree: usize) -> f64 {
    const PER_DEGREE: f64 = 1e-14;
    PER_DEGREE * (degree + 1) as f64
}

/// How far a coupling coefficient may be off: its sum is exact, and the square root and eight
/// products are rounded.
pub const COUPLING: f64 = 4e-15;

/// Difference of angles in radians, or of entries of 2 x 2 matrices, up to which two elements
/// of O(2) are the same element of a planar group.
///
/// Angles typed in degrees or computed by a few sums are off by about 1e-15; the largest
/// supported finite group has steps of `2π/2048 > 3e-3`.
pub const PLANAR_ELEMENT: f64 = 1e-9;

/// Size below which an entry of a kernel of unit length is zero. True entries are products of
/// cosines and roots of small numbers, far larger; round-off stays below a few `1e-16`.
pub const KERNEL_ENTRY: f64 = 1e-13;

/// Squared norm of the samples of a kernel below which it counts as absent on the grid. A
/// harmonic that misses the pixels by symmetry leaves round-off, below `1e-25`; a Gaussian ring
/// that reaches one pixel at three widths leaves `e^-9 > 1e-4`.
pub const VANISHING_KERNEL: f64 = 1e-6;

/// Pivots below this fraction of the largest entry make a matrix singular.
///
/// Elimination in `f64` leaves about `dim · 2e-16` of a pivot that is truly zero; a generator
/// with a condition number beyond `1e12` would leave no correct digit in its powers.
pub(crate) const SINGULAR_PIVOT: f64 = 1e-12;

/// Residual `|Lv|`, relative to the largest eigenvalue of `L` and the length of the start, at
/// which a projection onto a null space is finished.
///
/// Conjugate gradients, started anew from true residuals, reach some units of `2e-16`.
pub(crate) const KRYLOV_RESIDUAL: f64 = 1e-14;

/// Length, relative to a random vector, below which a projection of it adds nothing new to the
/// invariants found before.
///
/// A missing invariant shows in a random vector of `m` coordinates with about `1/√m`, above
/// `4e-4` for the largest spaces; round-off leaves `KRYLOV_RESIDUAL` times the condition
/// number, about `1e-12`.
pub const NEW_INVARIANT: f64 = 1e-7;

/// Largest `|ρ(g)v - v|` or `|dρ(A)v|` of a unit tensor `v` that counts as invariant, relative
/// to the typical length of that for a random `v`.
pub const INVARIANT_RESIDUAL: f64 = 1e-9;

/// Distance, relative to their length, up to which two points of an orbit are one.
///
/// Images of a point are off by about `dim · 2e-16`, or by [`REPRESENTATION_DEFECT`] where
/// matrices were typed; different ones are near only if the point is chosen so.
pub const SAME_POINT: f64 = 1e-6;

/// Distance of a linear map to a space, relative to its length, up to which it counts as in it.
///
/// Projections are sums of a few thousand products in `f64`, off by about `1e-14`; maps typed
/// with ten digits are within this too.
pub const MEMBERSHIP: f64 = 1e-8;

/// How far Bessel functions, their zeros, Zernike polynomials and difference weights of the
/// published sizes may be off: sums of up to a hundred terms of size 1, or as many steps of a
/// stable recursion.
#[cfg(test)]
pub(crate) const BESSEL: f64 = 1e-13;

/// Largest entry of `K(g x) ρ_in(g) - ρ_out(g) K(x)` that a steerable kernel may have, for
/// kernels of size 1 at points a few pixels from the centre.
///
/// Harmonics and irreps of the highest frequency that kernels of such size use are off by about
/// as many roundings; changes of basis add one per dimension. A wrong sign or frequency misses
/// by the size of the kernel.
pub const STEERABILITY: f64 = 1e-12;

/// Squared lengths that can be computed and inverted without a loss: far from overflow, and
/// from the numbers below 1e-308 that have fewer digits.
pub(crate) const SAFE_SQUARES: std::ops::Range<f64> = 1e-280..1e280;

/// Largest difference of 1 and the sum of the weights of a quadrature rule: sums of up to a
/// million terms, rounded at 1e-16 each, or weights that were given with ten digits.
pub(crate) const MEAN_OF_ONE: f64 = 1e-9;

/// Distance on the unit sphere up to which a moved point of a grid is another of its points.
///
/// A rotation and an arc tangent are off by some `1e-15`; points of the largest grids, with 4096
/// rings, are `7e-4` apart, and next to the poles of these `1e-6`.
pub(crate) const SAME_PLACE: f64 = 1e-9;

/// Weighted sum of invariant harmonics, over the root of the number of points of an orbit, that counts
/// as 0: weights are found to some `1e-15`, and the first sum that fails is off by `1e-4` and more.
pub(crate) const EXACT_WEIGHTS: f64 = 1e-10;

/// Area of a triangle that counts as none, as a fraction of the square of its longest edge: corners
/// on a line typed or computed in `f64` give 1e-16, and angles of thinner triangles have no digits left.
pub(crate) const DEGENERATE_TRIANGLE: f64 = 1e-12;

/// Sine of the angle between the normal of a triangle and that of a vertex up to which both are one
/// plane. Cross products of differences of coordinates round by some units of 1e-16.
pub(crate) const FLAT_FAN: f64 = 1e-13;

/// Part of an edge or of a direction in the tangent plane that counts as none: it has no direction
/// there.
pub(crate) const NO_DIRECTION: f64 = 1e-6;

/// Length of a mean of unit vectors below which it has no direction: paths around a curvature of `π`
/// give two that are opposite, up to some units of 1e-16.
pub(crate) const OPPOSITE_TURNS: f64 = 1e-6;

/// Relative residual at which conjugate gradients stop: the discretisation is off by far more.
pub(crate) const HEAT_RESIDUAL: f64 = 1e-11;

/// Length of the sums that a design of rotations leaves where they should vanish.
///
/// Newton's method ends at round-off, a few `1e-16` per rotation; sums of coefficients are then exact
/// to the same.
pub(crate) const DESIGN: f64 = 1e-13;

/// Turn by which the conditions of a design are differentiated: central differences miss by its square,
/// and by `1e-16` over it.
pub(crate) const DESIGN_TURN: f64 = 1e-5;

/// Least damping of Newton's steps after one that did not help.
pub(crate) const DESIGN_DAMPING: f64 = 1e-9;

/// Largest entry beside the diagonal at which a symmetric matrix counts as diagonal, as a fraction of its
/// norm: one rounding. Eigenvalues are then off by its square.
pub(crate) const DIAGONAL: f64 = f64::EPSILON;

/// Entry that Jacobi's method does not turn away, as a fraction of the norm: the square of a rounding,
/// which changes no eigenvector.
pub(crate) const NO_ROTATION: f64 = f64::EPSILON * f64::EPSILON;

/// Argument up to which a spherical Bessel function is the first term of its series: the second is its
/// square times smaller.
pub(crate) const NEAR_ZERO: f64 = f64::EPSILON;
