//! The images of a run.

use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Digits, Source, Split, Stream, TEST_ROTATION_SEED};

use crate::config::DataConfig;
use crate::error::{Result, fail};

/// Training, validation and test images as the config asks for them.
pub(crate) struct Parts {
    description: String,
    train: Digits,
    validation: Images,
    test: Digits,
    upright: bool,
    augment: bool,
}

impl Parts {
    pub(crate) fn load(config: &DataConfig) -> Result<Self> {
        let split = match &config.directory {
            Some(directory) => Split::classic(&Source::load_dir(directory)?.into_pool())?,
            None => Split::embedded()?,
        };
        let train = limited(split.train, config.max_train)?;
        let validation = limited(split.validation, config.max_validation)?;
        let test = limited(split.test, config.max_test)?;
        let poses = match (config.upright, config.augment) {
            (true, true) => "trained on upright digits that are rotated anew in every epoch",
            (true, false) => "trained on upright digits",
            (false, true) => "trained on digits that are rotated anew in every epoch",
            (false, false) => "trained on rotated digits, each with one angle",
        };
        let description = format!(
            "{}; used: {} for training, {} for validation, {} rotated for test; {poses}",
            split.description.trim_end_matches('.'),
            train.len(),
            validation.len(),
            test.len(),
        );
        let validation = if config.upright && !config.augment {
            Dataset::upright(&validation)
        } else {
            Dataset::rotated(&validation, TEST_ROTATION_SEED, Stream::Validation)
        };
        Ok(Self {
            description,
            train,
            validation: Images(validation),
            test,
            upright: config.upright,
            augment: config.augment,
        })
    }

    /// One sentence about source, split and poses.
    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    pub(crate) fn height(&self) -> usize {
        self.test.rows()
    }

    pub(crate) fn width(&self) -> usize {
        self.test.cols()
    }

    pub(crate) fn train_len(&self) -> usize {
        self.train.len()
    }

    /// The training images of an epoch: always the same, unless they are augmented.
    pub(crate) fn train_images(&self, seed: u64, epoch: usize) -> Result<Images> {
        Ok(Images(if self.augment {
            Dataset::augmented(&self.train, seed, epoch as u64)
        } else if self.upright {
            Dataset::upright(&self.train)
        } else {
            Dataset::rotated(&self.train, seed, Stream::Train)
        }))
    }

    pub(crate) fn validation(&self) -> &Images {
        &self.validation
    }

    /// The test digits, each rotated by an angle of its own that is the same for all runs.
    pub(crate) fn test(&self) -> Images {
        Images(Dataset::rotated(
            &self.test,
            TEST_ROTATION_SEED,
            Stream::Test,
        ))
    }

    /// The test digits as they were written.
    pub(crate) fn upright_test(&self) -> Images {
        Images(Dataset::upright(&self.test))
    }
}

fn limited(digits: Digits, limit: Option<usize>) -> Result<Digits> {
    match limit {
        Some(limit) if limit < digits.len() => {
            let first: Vec<usize> = (0..limit).collect();
            Ok(digits.subset(&first)?)
        }
        _ => Ok(digits),
    }
}

/// Images in [0, 1] with labels.
pub(crate) struct Images(Dataset);

impl Images {
    pub(crate) fn len(&self) -> usize {
        self.0.labels.len()
    }

    pub(crate) fn labels(&self) -> &[u8] {
        &self.0.labels
    }

    /// `[indices, 1, height, width]` and the labels.
    pub(crate) fn batch(&self, indices: &[usize], device: &Device) -> (Tensor<4>, Vec<u8>) {
        let pixels: Vec<f32> = indices
            .iter()
            .flat_map(|&i| self.0.image(i).iter().copied())
            .collect();
        let shape = [indices.len(), 1, self.0.height, self.0.width];
        let labels = indices.iter().map(|&i| self.0.labels[i]).collect();
        (
            Tensor::from_data(TensorData::new(pixels, shape), device),
            labels,
        )
    }

    /// All images, `[len, 1, height, width]`.
    pub(crate) fn tensor(&self) -> Tensor<4> {
        let shape = [self.len(), 1, self.0.height, self.0.width];
        let data = TensorData::new(self.0.images.clone(), shape);
        Tensor::from_data(data, &Device::flex())
    }

    /// The first `count` images, all turned counter-clockwise by the same angle.
    pub(crate) fn turned(&self, degrees: f64, count: usize) -> Result<Self> {
        let count = count.min(self.len());
        let (height, width) = (self.0.height, self.0.width);
        let mut turned = self.0.clone();
        turned.labels.truncate(count);
        turned.angles = vec![degrees; count];
        turned.images.clear();
        for i in 0..count {
            let image = schur_data::rotate(self.0.image(i), height, width, degrees)?;
            turned.images.extend(image);
        }
        Ok(Self(turned))
    }

    /// Every channel of `[batch, channels, height, width]` turned counter-clockwise.
    pub(crate) fn turn_maps(maps: &Tensor<4>, degrees: f64) -> Result<Tensor<4>> {
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

/// Refuses labels that the network has no class for.
pub(crate) fn check_classes(parts: &Parts, classes: usize) -> Result<()> {
    let labels = [&parts.train, &parts.test].map(Digits::labels);
    let validation = parts.validation.labels();
    let highest = labels.into_iter().chain([validation]).flatten().max();
    match highest {
        Some(&label) if usize::from(label) >= classes => fail(format!(
            "the data has label {label}, but the network has {classes} classes; set \
             network.classes to at least {}",
            usize::from(label) + 1
        )),
        _ => Ok(()),
    }
}
