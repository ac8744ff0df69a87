//! The images of a run.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Digits, Source, Split, Stream, TEST_ROTATION_SEED};

use sha2::{Digest, Sha256};

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
        config.validate()?;
        let split = load_split(config)?;
        let train = limited(split.train, config.max_train)?;
        let validation = limited(split.validation, config.max_validation)?;
        let test = limited(split.test, config.max_test)?;
        let poses = match (config.upright, config.augment) {
            (_, true) => "rotated anew in every epoch",
            (true, false) => "upright",
            (false, false) => "rotated, each by one angle",
        };
        let description = format!(
            "{}; used: {} for training ({poses}), {} for validation, {} for test (rotated)",
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

    /// Labels of all digits.
    pub(crate) fn labels(&self) -> Vec<u8> {
        let parts = [
            self.train.labels(),
            self.validation.labels(),
            self.test.labels(),
        ];
        parts.concat()
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
        rotated_test(&self.test)
    }

    /// The test digits as they were written.
    pub(crate) fn upright_test(&self) -> Images {
        Images(Dataset::upright(&self.test))
    }

    /// SHA-256 over all pixels and labels: a run is continued on the data that it began with.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for digits in [&self.train, &self.test] {
            hash.update(digits.pixels());
            hash.update(digits.labels());
        }
        for pixel in &self.validation.0.images {
            hash.update(pixel.to_le_bytes());
        }
        hash.update(self.validation.labels());
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Digits to test a trained network on.
pub(crate) struct TestDigits {
    /// One sentence about where they come from.
    pub(crate) description: String,
    digits: Digits,
}

impl TestDigits {
    /// The test part of the data that the network was trained on.
    pub(crate) fn of_run(config: &DataConfig) -> Result<Self> {
        let parts = Parts::load(config)?;
        Ok(Self {
            description: parts.description,
            digits: parts.test,
        })
    }

    /// The test files of another directory, or its training files if it has no test files,
    /// without the digits that the network was trained or validated on.
    pub(crate) fn of_directory(config: &DataConfig, directory: &Path) -> Result<Self> {
        config.validate()?;
        let all = Source::load_test(directory)?;
        let split = load_split(config)?;
        let unseen = all.excluding(&[&split.train, &split.validation]);
        let seen = all.len() - unseen.len();
        if unseen.is_empty() {
            return fail(format!(
                "{}: the network was trained or validated on all {seen} digits in it; use others",
                directory.display(),
            ));
        }
        let digits = limited(unseen, config.max_test)?;
        Ok(Self {
            description: format!(
                "{} digits of {}, rotated; left out: {seen} that the network was trained or \
                 validated on",
                digits.len(),
                directory.display(),
            ),
            digits,
        })
    }

    /// Each rotated by an angle of its own that is the same for all runs.
    pub(crate) fn rotated(&self) -> Images {
        rotated_test(&self.digits)
    }

    /// As they were written.
    pub(crate) fn upright(&self) -> Images {
        Images(Dataset::upright(&self.digits))
    }

    /// (height, width) of the images.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.digits.rows(), self.digits.cols())
    }

    pub(crate) fn labels(&self) -> &[u8] {
        self.digits.labels()
    }
}

fn load_split(config: &DataConfig) -> Result<Split> {
    Ok(match &config.directory {
        Some(directory) => Split::classic(&Source::load_dir(directory)?.into_pool())?,
        None => Split::embedded()?,
    })
}

fn rotated_test(digits: &Digits) -> Images {
    Images(Dataset::rotated(digits, TEST_ROTATION_SEED, Stream::Test))
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
    pub(crate) fn new(dataset: Dataset) -> Self {
        Self(dataset)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.labels.len()
    }

    pub(crate) fn labels(&self) -> &[u8] {
        &self.0.labels
    }

    /// By how many degrees each is turned, counter-clockwise.
    pub(crate) fn angles(&self) -> &[f64] {
        &self.0.angles
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
pub(crate) fn check_classes(labels: &[u8], classes: usize) -> Result<()> {
    match labels.iter().max() {
        Some(&label) if usize::from(label) >= classes => fail(format!(
            "the data has label {label}, but the network has {classes} classes; set \
             network.classes to at least {}",
            usize::from(label) + 1
        )),
        _ => Ok(()),
    }
}
