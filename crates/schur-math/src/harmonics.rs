//! Orthonormal harmonics on the circle and on the sphere.

mod batch;
mod circular;
mod legendre;
mod recursion;
mod solid;
mod spherical;

pub use circular::CircularHarmonics;
pub use legendre::LegendreFunctions;
pub(crate) use solid::{Polynomial, solid_harmonics, times_square};
pub use spherical::SphericalHarmonics;

use crate::error::MathError;

/// Checks a largest degree or frequency.
pub(crate) fn check_degree(what: &'static str, degree: usize, max: usize) -> Result<(), MathError> {
    if degree <= max {
        return Ok(());
    }
    Err(MathError::Degree { what, degree, max })
}

/// A point brought to unit length, and its length.
fn direction<const N: usize>(point: [f64; N]) -> Result<([f64; N], f64), MathError> {
    let Some(unit) = crate::rotation::unit(point) else {
        return Err(MathError::geometry(
            "a direction",
            point,
            "its length is zero or not finite",
            "give a point other than the origin",
        ));
    };
    let length = unit.iter().zip(point).map(|(u, p)| u * p).sum();
    Ok((unit, length))
}
