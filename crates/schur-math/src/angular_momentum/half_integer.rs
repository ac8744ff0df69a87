//! Spins and their projections.

use std::fmt;

use crate::error::MathError;

/// A whole or half number: a spin `j` or a projection `m`.
///
/// ```
/// use schur_math::angular_momentum::HalfInteger;
///
/// let half = HalfInteger::halves(1);
/// assert_eq!(half.to_string(), "1/2");
/// assert_eq!(HalfInteger::halves(-4), HalfInteger::whole(-2));
/// assert_eq!(half.value(), 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfInteger {
    twice: i32,
}

impl HalfInteger {
    /// Largest spin that is supported.
    pub const MAX_SPIN: Self = Self::whole(512);

    /// The number `n`. Saturates at the limits of 32 bits, which are no spins anyway.
    pub const fn whole(n: i32) -> Self {
        Self {
            twice: n.saturating_mul(2),
        }
    }

    /// The number `n / 2`.
    pub const fn halves(n: i32) -> Self {
        Self { twice: n }
    }

    /// Twice the number.
    pub const fn twice(self) -> i32 {
        self.twice
    }

    /// The number.
    pub fn value(self) -> f64 {
        f64::from(self.twice) / 2.0
    }

    /// Whether it is whole.
    pub const fn is_whole(self) -> bool {
        self.twice % 2 == 0
    }

    /// The dimension `2j + 1` of a spin; zero for negative numbers.
    pub fn dim(self) -> usize {
        usize::try_from(i64::from(self.twice) + 1).unwrap_or(0)
    }

    /// Checks that this is a spin in range: not negative and at most
    /// [`MAX_SPIN`](Self::MAX_SPIN).
    pub(crate) fn check_spin(self) -> Result<(), MathError> {
        if self < Self::whole(0) || self > Self::MAX_SPIN {
            return Err(MathError::Spin {
                spin: self.to_string(),
                max: Self::MAX_SPIN.to_string(),
            });
        }
        Ok(())
    }
}

impl fmt::Display for HalfInteger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_whole() {
            write!(f, "{}", self.twice / 2)
        } else {
            write!(f, "{}/2", self.twice)
        }
    }
}
