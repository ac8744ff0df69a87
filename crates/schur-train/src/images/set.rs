//! Images as a network sees them, with what is known of them.

use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Scenes};

use crate::error::Result;
use crate::examples::Examples;
use crate::images::task::Truth;

/// Images with what is known of them.
///
/// ```
/// use burn::tensor::Device;
/// use schur_data::{Dataset, Split};
/// use schur_train::images::Images;
///
/// let images = Images::new(Dataset::upright(&Split::embedded()?.test)).first(10)?;
/// let (x, truth) = images.batch(&[3, 0], &Device::flex());
/// assert_eq!((x.dims(), truth.labels.len()), ([2, 1, 28, 28], 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Images {
    set: Dataset,
    /// Masks of scenes: 1 on the digit.
    masks: Vec<u8>,
}

impl Images {
    /// Images with labels and angles, without masks.
    pub fn new(set: Dataset) -> Self {
        Self {
            set,
            masks: Vec::new(),
        }
    }

    pub(crate) fn scenes(scenes: Scenes) -> Result<Self> {
        let (side, masks) = (scenes.side, scenes.masks);
        let set = Dataset::from_parts(scenes.images, scenes.labels, scenes.angles, side)?;
        Ok(Self { set, masks })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.set.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Index of the class of each image.
    pub fn labels(&self) -> &[u8] {
        &self.set.labels
    }

    /// By how many degrees each is turned, counter-clockwise.
    pub fn angles(&self) -> &[f64] {
        &self.set.angles
    }

    /// Channels of every image.
    pub fn channels(&self) -> usize {
        self.set.channels
    }

    /// (height, width) of every image.
    pub fn size(&self) -> (usize, usize) {
        (self.set.height, self.set.width)
    }

    /// Numbers `[channels, height, width]` of an image.
    pub fn image(&self, index: usize) -> &[f32] {
        self.set.image(index)
    }

    /// All numbers `[len, channels, height, width]`.
    pub fn numbers(&self) -> &[f32] {
        &self.set.images
    }

    /// What is known of the images with these indices.
    pub fn truth(&self, indices: &[usize]) -> Truth {
        let size = self.set.height * self.set.width;
        let mask = |&i: &usize| self.masks.iter().skip(i * size).take(size).copied();
        Truth {
            labels: indices.iter().map(|&i| self.set.labels[i]).collect(),
            angles: indices.iter().map(|&i| self.set.angles[i]).collect(),
            masks: indices.iter().flat_map(mask).collect(),
        }
    }

    /// The images with these indices, `[indices, channels, height, width]`, and what is known of
    /// them.
    pub fn batch(&self, indices: &[usize], device: &Device) -> (Tensor<4>, Truth) {
        let pixels: Vec<f32> = indices
            .iter()
            .flat_map(|&i| self.set.image(i).iter().copied())
            .collect();
        let shape = [
            indices.len(),
            self.set.channels,
            self.set.height,
            self.set.width,
        ];
        (
            Tensor::from_data(TensorData::new(pixels, shape), device),
            self.truth(indices),
        )
    }

    /// All images on the CPU, `[len, channels, height, width]`.
    pub fn tensor(&self) -> Tensor<4> {
        let shape = [
            self.len(),
            self.set.channels,
            self.set.height,
            self.set.width,
        ];
        let data = TensorData::new(self.set.images.clone(), shape);
        Tensor::from_data(data, &Device::flex())
    }

    /// The first `count` images, all turned counter-clockwise by the same angle.
    ///
    /// # Errors
    ///
    /// If the angle is not finite.
    pub fn turned(&self, degrees: f64, count: usize) -> Result<Self> {
        let count = count.min(self.len());
        let (height, width) = self.size();
        let mut masks = Vec::new();
        for mask in self.masks.chunks(height * width).take(count) {
            let mask: Vec<f32> = mask.iter().map(|&v| f32::from(v)).collect();
            let mask = schur_data::rotate(&mask, height, width, degrees)?;
            masks.extend(mask.into_iter().map(|v| u8::from(v >= 0.5)));
        }
        let mut images = Vec::with_capacity(count * self.channels() * height * width);
        for map in (0..count).flat_map(|i| self.image(i).chunks_exact(height * width)) {
            images.extend(schur_data::rotate(map, height, width, degrees)?);
        }
        let mut turned = self.set.clone();
        turned.labels.truncate(count);
        turned.angles.truncate(count);
        turned.angles.iter_mut().for_each(|angle| *angle += degrees);
        turned.images = images;
        Ok(Self { set: turned, masks })
    }

    /// The first `count` images.
    ///
    /// # Errors
    ///
    /// None: a turn by 0 degrees is always possible.
    pub fn first(&self, count: usize) -> Result<Self> {
        self.turned(0.0, count)
    }

    /// Every channel of `[batch, channels, height, width]` turned counter-clockwise.
    ///
    /// # Errors
    ///
    /// If the angle is not finite.
    pub fn turn_maps(maps: &Tensor<4>, degrees: f64) -> Result<Tensor<4>> {
        let [batch, channels, height, width] = maps.dims();
        let values: Vec<f32> = maps.to_data().iter::<f32>().collect();
        let mut turned = Vec::with_capacity(values.len());
        for map in values.chunks(height * width) {
            turned.extend(schur_data::rotate(map, height, width, degrees)?);
        }
        let data = TensorData::new(turned, [batch, channels, height, width]);
        Ok(Tensor::from_data(data, &maps.device()))
    }
}

impl Examples for Images {
    type Batch = (Tensor<4>, Truth);

    fn len(&self) -> usize {
        self.set.labels.len()
    }

    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
        Ok(self.batch(indices, device))
    }
}
