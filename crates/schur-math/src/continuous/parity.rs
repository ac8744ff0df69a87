//! What the inversion of space does.

/// What the inversion does: nothing, or a change of sign.
///
/// ```
/// use schur_math::Parity;
///
/// // Vectors are odd, and so are the harmonics of degree 1.
/// assert_eq!(Parity::of_degree(1), Parity::Odd);
/// assert_eq!(Parity::Odd.times(Parity::Odd), Parity::Even);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parity {
    /// The inversion acts as 1.
    Even,
    /// The inversion acts as -1.
    Odd,
}

impl Parity {
    /// The parity `(-1)^l` of the spherical harmonics of degree `l`.
    pub fn of_degree(degree: usize) -> Self {
        if degree.is_multiple_of(2) {
            Self::Even
        } else {
            Self::Odd
        }
    }

    /// The parity of a product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        if self == other { Self::Even } else { Self::Odd }
    }
}
