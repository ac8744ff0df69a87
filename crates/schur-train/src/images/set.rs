//! Images as a network sees them, with what is known of them.

use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Scenes, Strip, Targets};

use crate::error::Result;
use crate::examples::Examples;
use crate::images::pose::product;
use crate::images::task::Truth;

/// Images that are measured at once, and the numbers of volumes that are.
const IMAGES_AT_ONCE: usize = 250;
const NUMBERS_AT_ONCE: usize = 1 << 24;

/// Images or volumes with what is known of them.
///
/// ```
/// use burn::tensor::Device;
/// use schur_data::{Dataset, Split};
/// use schur_train::images::Images;
///
/// let images = Images::new(Dataset::upright(&Split::embedded()?.test)).first(10);
/// let (x, truth) = images.batch(&[3, 0], &Device::flex());
/// assert_eq!((x.dims(), truth.labels.len()), ([2, 1, 1, 28, 28], 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Images {
    set: Dataset,
}

impl Images {
    /// Images with labels, angles, and masks or targets if there are some.
    pub fn new(set: Dataset) -> Self {
        Self { set }
    }

    pub(crate) fn scenes(scenes: Scenes) -> Result<Self> {
        let (side, masks) = (scenes.side, scenes.masks);
        let mut set = Dataset::from_parts(scenes.images, scenes.labels, scenes.angles, side)?;
        set.masks = masks;
        Ok(Self { set })
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

    /// Matrices on (x, y, z) by which volumes were moved; none of images.
    pub fn matrices(&self) -> &[[[f64; 3]; 3]] {
        &self.set.matrices
    }

    /// Channels of every image.
    pub fn channels(&self) -> usize {
        self.set.channels
    }

    /// (height, width) of every image, or of the slices of every volume.
    pub fn size(&self) -> (usize, usize) {
        (self.set.height, self.set.width)
    }

    /// [depth, height, width]; images have depth 1.
    pub fn sizes(&self) -> [usize; 3] {
        [self.set.depth, self.set.height, self.set.width]
    }

    /// Pixels of a channel of an image.
    fn places(&self) -> usize {
        self.sizes().iter().product()
    }

    /// Numbers `[channels, depth, height, width]` of an image.
    pub fn image(&self, index: usize) -> &[f32] {
        self.set.image(index)
    }

    /// All numbers `[len, channels, depth, height, width]`.
    pub fn numbers(&self) -> &[f32] {
        &self.set.images
    }

    /// Classes of the pixels of all images, `[len, depth, height, width]`; nothing without masks.
    pub fn masks(&self) -> &[u8] {
        &self.set.masks
    }

    /// Numbers and vectors to be found, if there are some.
    pub fn targets(&self) -> Option<&Targets> {
        self.set.targets.as_ref()
    }

    /// What is known of the images with these indices.
    pub fn truth(&self, indices: &[usize]) -> Truth {
        let (size, masks) = (self.places(), &self.set.masks);
        let mask = |&i: &usize| masks.iter().skip(i * size).take(size).copied();
        Truth {
            labels: indices.iter().map(|&i| self.set.labels[i]).collect(),
            angles: indices.iter().map(|&i| self.set.angles[i]).collect(),
            matrices: match self.set.matrices.is_empty() {
                true => Vec::new(),
                false => indices.iter().map(|&i| self.set.matrices[i]).collect(),
            },
            masks: indices.iter().flat_map(mask).collect(),
            values: self.targets().map_or(Vec::new(), |targets| {
                indices
                    .iter()
                    .flat_map(|&i| targets.standardised(i))
                    .collect()
            }),
        }
    }

    /// The images with these indices, `[indices, channels, depth, height, width]`, and what is known
    /// of them.
    pub fn batch(&self, indices: &[usize], device: &Device) -> (Tensor<5>, Truth) {
        let pixels: Vec<f32> = indices
            .iter()
            .flat_map(|&i| self.set.image(i).iter().copied())
            .collect();
        let [depth, height, width] = self.sizes();
        let shape = [indices.len(), self.set.channels, depth, height, width];
        (
            Tensor::from_data(TensorData::new(pixels, shape), device),
            self.truth(indices),
        )
    }

    /// All images on the CPU, `[len, channels, depth, height, width]`.
    pub fn volumes(&self) -> Tensor<5> {
        let [depth, height, width] = self.sizes();
        let shape = [self.len(), self.set.channels, depth, height, width];
        let data = TensorData::new(self.set.images.clone(), shape);
        Tensor::from_data(data, &Device::flex())
    }

    /// All images on the CPU, `[len, channels, height, width]`; of volumes the slices below each other.
    pub fn tensor(&self) -> Tensor<4> {
        let [depth, height, width] = self.sizes();
        let shape = [self.len(), self.set.channels, depth * height, width];
        self.volumes().reshape(shape)
    }

    /// The first `count` images, all turned counter-clockwise by the same angle; volumes about z.
    ///
    /// # Errors
    ///
    /// If the angle is not finite.
    pub fn turned(&self, degrees: f64, count: usize) -> Result<Self> {
        let mut turned = self.moved(&schur_data::rotation_about_z(degrees)?, count)?;
        turned
            .set
            .angles
            .iter_mut()
            .for_each(|angle| *angle += degrees);
        Ok(turned)
    }

    /// The first `count` images, all moved by the same isometry, a matrix on (x, y, z) as
    /// [`schur_data::move_volume`] takes it, and their vectors with them; angles of images stay.
    ///
    /// # Errors
    ///
    /// If the matrix is not orthogonal.
    pub fn moved(&self, matrix: &[[f64; 3]; 3], count: usize) -> Result<Self> {
        let (sizes, places) = (self.sizes(), self.places());
        let mut moved = self.first(count);
        moved.set.targets = moved.targets().map(|targets| targets.moved(matrix));
        for before in &mut moved.set.matrices {
            *before = product(matrix, before);
        }
        for mask in moved.set.masks.chunks_exact_mut(places) {
            mask.copy_from_slice(&schur_data::move_mask(mask, sizes, matrix)?);
        }
        for map in moved.set.images.chunks_exact_mut(places) {
            map.copy_from_slice(&schur_data::move_volume(map, sizes, matrix)?);
        }
        Ok(moved)
    }

    /// The first `count` images, all shifted by as many columns along a strip.
    pub fn shifted(&self, strip: Strip, columns: usize, count: usize) -> Self {
        let mut shifted = self.first(count);
        let [_, rows, width] = self.sizes();
        for map in shifted.set.images.chunks_exact_mut(rows * width) {
            let moved = strip.shifted(map, [rows, width], columns);
            map.copy_from_slice(&moved);
        }
        shifted
    }

    /// The first `count` images, or all if there are not so many.
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        let mut set = self.set.clone();
        set.labels.truncate(count);
        set.angles.truncate(count);
        set.matrices.truncate(count);
        set.masks.truncate(count * self.places());
        set.images.truncate(count * self.channels() * self.places());
        set.targets = set.targets.map(|targets| targets.subset(0..count));
        Self { set }
    }

    /// Every channel of `[batch, channels, depth, height, width]` turned counter-clockwise; volumes
    /// about z. Images have depth 1.
    ///
    /// # Errors
    ///
    /// If the angle is not finite.
    pub fn turn_maps(maps: &Tensor<5>, degrees: f64) -> Result<Tensor<5>> {
        let [.., depth, height, width] = maps.dims();
        let matrix = schur_data::rotation_about_z(degrees)?;
        let values: Vec<f32> = maps.to_data().iter::<f32>().collect();
        let mut turned = Vec::with_capacity(values.len());
        for map in values.chunks(depth * height * width) {
            let moved = schur_data::move_volume(map, [depth, height, width], &matrix)?;
            turned.extend(moved);
        }
        let data = TensorData::new(turned, maps.dims());
        Ok(Tensor::from_data(data, &maps.device()))
    }
}

impl Examples for Images {
    type Batch = (Tensor<5>, Truth);

    fn len(&self) -> usize {
        self.set.labels.len()
    }

    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
        Ok(self.batch(indices, device))
    }

    /// Images 250, volumes as many as have 64 MiB.
    fn at_once(&self) -> usize {
        let numbers = (self.set.channels * self.places()).max(1);
        match self.set.depth {
            1 => IMAGES_AT_ONCE,
            _ => (NUMBERS_AT_ONCE / numbers).clamp(1, IMAGES_AT_ONCE),
        }
    }
}
