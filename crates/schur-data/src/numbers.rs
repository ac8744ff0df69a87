//! Bytes or real numbers.

/// Numbers of pictures: bytes, or 32-bit numbers.
///
/// ```
/// use schur_data::Numbers;
///
/// assert_eq!(Numbers::Floats(vec![0.5, -3.0]).len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Numbers {
    /// From 0 to 255.
    Bytes(Vec<u8>),
    /// Any finite numbers.
    Floats(Vec<f32>),
}

impl Numbers {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(numbers) => numbers.len(),
            Self::Floats(numbers) => numbers.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
