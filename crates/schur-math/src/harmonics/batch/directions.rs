//! Points brought to unit length.

use super::eights::Eights;
use super::{LANES, Lanes};
use crate::error::MathError;
use crate::harmonics::direction;
use crate::tolerance::SAFE_SQUARES;

/// Unit vectors by coordinate, and the inverse lengths, of at most eight points; empty places
/// get the pole. The first point without a direction is an error.
#[inline(always)]
pub(super) fn of_eight<E: Eights>(
    eights: E,
    points: &[[f64; 3]],
) -> Result<([E::Eight; 3], E::Eight), MathError> {
    let mut padded = [[0.0, 0.0, 1.0]; 8];
    let full: &[[f64; 3]; 8] = match points.try_into() {
        Ok(full) => full,
        Err(_) => {
            padded[..points.len()].copy_from_slice(points);
            &padded
        }
    };
    let [a, b, c, d, e, f, g, h] = full;
    let x = eights.load([a[0], b[0], c[0], d[0], e[0], f[0], g[0], h[0]]);
    let y = eights.load([a[1], b[1], c[1], d[1], e[1], f[1], g[1], h[1]]);
    let z = eights.load([a[2], b[2], c[2], d[2], e[2], f[2], g[2], h[2]]);
    let flat = eights.add(eights.mul(x, x), eights.mul(y, y));
    let square = eights.add(flat, eights.mul(z, z));
    let inverse = eights.div(eights.splat(1.0), eights.sqrt(square));
    let unit = [
        eights.mul(x, inverse),
        eights.mul(y, inverse),
        eights.mul(z, inverse),
    ];
    if eights.within(square, SAFE_SQUARES.start, SAFE_SQUARES.end) {
        return Ok((unit, inverse));
    }
    let [x, y, z] = unit;
    let mut unit = [eights.store(x), eights.store(y), eights.store(z)];
    let mut inverse = eights.store(inverse);
    replace(points, &eights.store(square), &mut unit, &mut inverse)?;
    let [x, y, z] = unit;
    let unit = [eights.load(x), eights.load(y), eights.load(z)];
    Ok((unit, eights.load(inverse)))
}

/// The careful way for points whose squares overflow, vanish or are no numbers.
#[cold]
#[inline(never)]
fn replace(
    points: &[[f64; 3]],
    square: &[f64; 8],
    unit: &mut [[f64; 8]; 3],
    inverse: &mut [f64; 8],
) -> Result<(), MathError> {
    for (lane, &point) in points.iter().enumerate() {
        if SAFE_SQUARES.contains(&square[lane]) {
            continue;
        }
        let (direction, length) = direction(point)?;
        for (axis, coordinate) in unit.iter_mut().zip(direction) {
            axis[lane] = coordinate;
        }
        inverse[lane] = length.recip();
    }
    Ok(())
}

/// Unit vectors by coordinate, and the inverse lengths, of the points of a block.
pub(super) struct Directions {
    pub(super) unit: [Lanes; 3],
    pub(super) inverse_length: Lanes,
}

impl Directions {
    /// At the pole.
    pub(super) fn new() -> Self {
        Self {
            unit: [[0.0; LANES], [0.0; LANES], [1.0; LANES]],
            inverse_length: [1.0; LANES],
        }
    }

    /// Loads the directions of at most as many points as there are places; the other places keep
    /// what they have.
    #[inline(always)]
    pub(super) fn load(
        &mut self,
        eights: impl Eights,
        points: &[[f64; 3]],
    ) -> Result<(), MathError> {
        for (group, points) in points.chunks(8).enumerate() {
            let (unit, inverse) = of_eight(eights, points)?;
            let places = 8 * group..8 * (group + 1);
            for (to, axis) in self.unit.iter_mut().zip(unit) {
                to[places.clone()].copy_from_slice(&eights.store(axis));
            }
            self.inverse_length[places].copy_from_slice(&eights.store(inverse));
        }
        Ok(())
    }
}
