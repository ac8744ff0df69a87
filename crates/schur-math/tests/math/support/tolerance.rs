//! Bounds and small numbers of these tests, named.

/// A quadrature beyond its degree misses by far more than round-off.
pub(crate) const FAILURE: f64 = 1e-3;

/// Central differences with [`STEP`] or [`FINE_STEP`] are off by about step² l³ + 1e-16 l / step.
pub(crate) const DIFFERENCES: f64 = 1e-7;
/// Step of central differences to l = 8.
pub(crate) const STEP: f64 = 1e-5;
/// Step of central differences on the circle.
pub(crate) const FINE_STEP: f64 = 1e-6;

/// Distance from a pole at which naive formulas lose half their digits.
pub(crate) const NEAR: f64 = 1e-9;
/// Distance from a pole whose square is below the smallest number.
pub(crate) const TINY: f64 = 1e-200;

/// An angle whose rotation is too near the identity for a group of matrices.
pub(crate) const SMALL_ANGLE: f64 = 1e-4;

/// Matrices made of a few hundred roundings: products of irreps, changes of basis, sums over
/// quadratures. Measured defects stay below a tenth of it.
pub(crate) const DENSE: f64 = 1e-11;
/// How far sums of some thousand products may be off, and the quadratures that they are.
pub(crate) const SUMS: f64 = 1e-11;

/// Errors of quadrature rules one degree beyond what they are exact for are of the size of the
/// functions; the smallest on the list, of an icosahedral grid, is 0.0005.
pub(crate) const ALIASED: f64 = 2e-4;

/// Logarithms that are sums of a thousand terms of size 1.
pub(crate) const UNDERFLOWING: f64 = 1e-9;

/// Angles and lengths on meshes: sums of some hundred arcs of tangents, each off by units of 1e-16.
pub(crate) const SURFACE: f64 = 1e-12;

/// Of waves on a mesh: conjugate gradients stop at 1e-11 of the right side, errors of some forty steps add
/// up, and a velocity is a difference over a step.
pub(crate) const WAVE: f64 = 1e-8;

/// Relative defect of shallow water under an element of O(3) after some ten steps, each of sums of some
/// thousand products; heights are a hundredth of their mean, so their variations have two digits less.
pub(crate) const WATER: f64 = 1e-12;
/// Share of the energy of the motion by which it may drift in hours: what truncation takes and steps of 150 s
/// are off by.
pub(crate) const ENERGY_KEPT: f64 = 1e-7;
/// Waves of a centimetre in water of 10 km: products of what is small are a millionth of them, and 200 steps a
/// period are off by less.
pub(crate) const SMALL_WAVES: f64 = 1e-5;
/// Reference values that were kept in `f32` of states of which they were computed.
pub(crate) const SINGLE: f64 = 5e-7;
/// Steps of 300 s by the method of Adams and Bashforth that begins with a step of Euler: measured, 0.003 of
/// the heights, 0.0002 of the vorticity and 0.005 of the divergence.
pub(crate) const OTHER_STEPS: f64 = 0.01;
