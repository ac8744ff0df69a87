//! What lies around an image.

use burn::tensor::{Int, Tensor, TensorData};

use crate::NnError;

/// What a convolution sees beyond the border.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PaddingMode {
    /// Zeros.
    #[default]
    Zeros,
    /// The image again: a torus. Commutes with all circular shifts.
    Circular,
    /// The image mirrored at its border pixels.
    Reflect,
    /// The border pixels again and again.
    Replicate,
}

impl PaddingMode {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zeros => "zeros",
            Self::Circular => "circular",
            Self::Reflect => "reflect",
            Self::Replicate => "replicate",
        }
    }

    /// For every pixel of a padded axis the pixel it repeats.
    fn sources(self, size: usize, padding: usize) -> Result<Vec<i64>, NnError> {
        let most = match self {
            Self::Zeros => 0,
            Self::Circular => size,
            Self::Reflect => size.saturating_sub(1),
            Self::Replicate => usize::MAX,
        };
        if padding > most || size == 0 {
            return Err(NnError::Size {
                layer: format!("{} padding", self.name()),
                problem: format!(
                    "{size} pixels can be padded by at most {most}, not by {padding}; use larger \
                     images or less padding"
                ),
            });
        }
        let (size, padding) = (size as i64, padding as i64);
        let source = |place: i64| match self {
            Self::Circular => place.rem_euclid(size),
            Self::Reflect if place < 0 => -place,
            Self::Reflect if place >= size => 2 * (size - 1) - place,
            _ => place.clamp(0, size - 1),
        };
        Ok((-padding..size + padding).map(source).collect())
    }

    /// As [`sources`](Self::sources), for a plain network.
    pub(super) fn repeated(self, size: usize, padding: usize) -> Result<Vec<usize>, NnError> {
        let sources = self.sources(size, padding)?;
        Ok(sources.into_iter().map(|i| i as usize).collect())
    }

    /// Pads rows and columns of `[batch, height, width, channels]` by copies of pixels.
    ///
    /// # Errors
    ///
    /// If the image has too few pixels.
    pub(super) fn pad(
        self,
        x: Tensor<4>,
        (rows, cols): (usize, usize),
    ) -> Result<Tensor<4>, NnError> {
        let [_, height, width, _] = x.dims();
        let device = x.device();
        let index = |sources: Vec<i64>| {
            Tensor::<1, Int>::from_data(TensorData::from(sources.as_slice()), &device)
        };
        let x = x.select(1, index(self.sources(height, rows)?));
        Ok(x.select(2, index(self.sources(width, cols)?)))
    }
}
