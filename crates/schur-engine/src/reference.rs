//! Oracles: the slow obvious methods, in `f64`, that the fast ones are checked against.
//!
//! ```
//! use schur_engine::reference::relative_error;
//! assert_eq!(relative_error(&[1.0, 2.0], &[1.0, 2.5]), 0.2);
//! assert_eq!(relative_error(&[1.0, f64::NAN], &[1.0, 2.0]), f64::INFINITY);
//! ```

pub mod conv;
pub mod norm;
pub mod pool;

use crate::Scalar;

/// The largest difference, relative to the largest entry of `want` (absolute if that is 0).
///
/// Infinite if the lengths differ or a number is not finite, so that no such thing passes a
/// check unseen.
#[must_use]
pub fn relative_error<T: Scalar>(got: &[T], want: &[f64]) -> f64 {
    if got.len() != want.len() {
        return f64::INFINITY;
    }
    let mut largest = 0.0_f64;
    let mut worst = 0.0_f64;
    for (got, &want) in got.iter().zip(want) {
        let difference = (got.to_f64() - want).abs();
        if !difference.is_finite() {
            return f64::INFINITY;
        }
        worst = worst.max(difference);
        largest = largest.max(want.abs());
    }
    if largest > 0.0 {
        worst / largest
    } else {
        worst
    }
}
