//! Complex numbers, as far as characters need them.

/// A complex number `re + i im`.
///
/// ```
/// use schur_math::Complex;
///
/// let i = Complex { re: 0.0, im: 1.0 };
/// assert_eq!(i.conjugate().im, -1.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl Complex {
    /// The number `re - i im`.
    #[must_use]
    pub fn conjugate(self) -> Self {
        let im = 0.0 - self.im;
        Self { re: self.re, im }
    }
}
