//! The images of a run.

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Pictures, Scenes, Source, Split, Stream, TEST_ROTATION_SEED};

use sha2::{Digest, Sha256};

use crate::config::DataConfig;
use crate::error::{Result, fail};
use crate::task::Task;

/// Training, validation and test images as the config asks for them.
pub(crate) struct Parts {
    task: Task,
    description: String,
    train: Pictures,
    validation: Images,
    test: Pictures,
    upright: bool,
    augment: bool,
    oversample: usize,
}

impl Parts {
    pub(crate) fn load(config: &DataConfig, task: Task) -> Result<Self> {
        config.validate()?;
        let split = load_split(config)?;
        let part = |digits: Pictures, limit| limited(prepared(digits, config, task)?, limit);
        let train = part(split.train, config.max_train)?;
        let validation = part(split.validation, config.max_validation)?;
        let test = part(split.test, config.max_test)?;
        if [&train, &validation, &test]
            .iter()
            .any(|part| part.is_empty())
        {
            return fail(format!(
                "the data have no digits for this task{} in every part; use others",
                task.selection()
            ));
        }
        let poses = match (config.upright, config.augment) {
            (_, true) => "rotated anew in every epoch",
            (true, false) => "upright",
            (false, false) => "rotated, each by one angle",
        };
        let description = format!(
            "{}; used{}: {} for training ({poses}), {} for validation, {} for test (rotated)",
            split.description.trim_end_matches('.'),
            task.selection(),
            train.len(),
            validation.len(),
            test.len(),
        );
        let validation = if task == Task::Segmentation {
            let side = scene_side(config, &validation);
            let seed = TEST_ROTATION_SEED;
            Images::scenes(Scenes::new(&validation, side, seed, Stream::Validation)?)?
        } else if config.upright && !config.augment {
            Images::new(Dataset::upright(&validation))
        } else {
            Images::new(Dataset::rotated(
                &validation,
                TEST_ROTATION_SEED,
                Stream::Validation,
            ))
        };
        Ok(Self {
            task,
            description,
            train,
            validation,
            test,
            upright: config.upright,
            augment: config.augment,
            oversample: config.oversample,
        })
    }

    /// One sentence about source, split and poses.
    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    pub(crate) fn height(&self) -> usize {
        self.validation.set.height
    }

    pub(crate) fn width(&self) -> usize {
        self.validation.set.width
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
        let stream = match self.augment {
            true => Stream::Augment {
                epoch: epoch as u64,
            },
            false => Stream::Train,
        };
        if self.task == Task::Segmentation {
            let scenes = Scenes::new(&self.train, self.height(), seed, stream)?;
            return Images::scenes(scenes);
        }
        if self.upright && !self.augment {
            return Ok(Images::new(Dataset::upright(&self.train)));
        }
        let rotated = Dataset::rotated_oversampled(&self.train, seed, stream, self.oversample)?;
        Ok(Images::new(rotated))
    }

    pub(crate) fn validation(&self) -> &Images {
        &self.validation
    }

    /// The test digits, each rotated by an angle of its own that is the same for all runs.
    pub(crate) fn test(&self) -> Result<Images> {
        test_images(&self.test, self.task, self.height())
    }

    /// The test digits as they were written.
    pub(crate) fn upright_test(&self) -> Images {
        Images::new(Dataset::upright(&self.test))
    }

    /// SHA-256 over all pixels and labels: a run is continued on the data that it began with.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for digits in [&self.train, &self.test] {
            hash.update(digits.pixels());
            hash.update(digits.labels());
        }
        for pixel in &self.validation.set.images {
            hash.update(pixel.to_le_bytes());
        }
        hash.update(self.validation.labels());
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Pictures to test a trained network on.
pub(crate) struct TestDigits {
    /// One sentence about where they come from.
    pub(crate) description: String,
    digits: Pictures,
    task: Task,
    side: usize,
}

impl TestDigits {
    /// The test part of the data that the network was trained on.
    pub(crate) fn of_run(config: &DataConfig, task: Task) -> Result<Self> {
        let parts = Parts::load(config, task)?;
        Ok(Self {
            side: parts.height(),
            description: parts.description,
            digits: parts.test,
            task,
        })
    }

    /// The test files of another directory, or its training files if it has no test files,
    /// without the digits that the network was trained or validated on.
    pub(crate) fn of_directory(config: &DataConfig, task: Task, directory: &Path) -> Result<Self> {
        config.validate()?;
        let all = Source::load_test(directory)?;
        let split = load_split(config)?;
        let unseen = all.excluding(&[&split.train, &split.validation]);
        let seen = all.len() - unseen.len();
        let digits = limited(prepared(unseen, config, task)?, config.max_test)?;
        if digits.is_empty() {
            return fail(format!(
                "{}: the network was trained or validated on all {seen} digits in it; use others",
                directory.display(),
            ));
        }
        Ok(Self {
            description: format!(
                "{} digits of {}, rotated; left out: {seen} that the network was trained or \
                 validated on",
                digits.len(),
                directory.display(),
            ),
            side: scene_side(config, &digits),
            digits,
            task,
        })
    }

    /// Each rotated by an angle of its own that is the same for all runs, or in a scene.
    pub(crate) fn rotated(&self) -> Result<Images> {
        test_images(&self.digits, self.task, self.side)
    }

    /// As they were written.
    pub(crate) fn upright(&self) -> Images {
        Images::new(Dataset::upright(&self.digits))
    }

    /// (height, width) of the images.
    pub(crate) fn size(&self) -> (usize, usize) {
        match self.task {
            Task::Segmentation => (self.side, self.side),
            _ => (self.digits.rows(), self.digits.cols()),
        }
    }

    pub(crate) fn labels(&self) -> &[u8] {
        self.digits.labels()
    }
}

/// The digits that the task is about, in the middle of images of the size that is asked for.
fn prepared(digits: Pictures, config: &DataConfig, task: Task) -> Result<Pictures> {
    let digits = match task.classes() {
        Some(classes) => digits.of_classes(classes),
        None => digits,
    };
    match (task, config.size) {
        // A scene has its own size; the digits in it keep theirs.
        (Task::Segmentation, _) | (_, None) => Ok(digits),
        (_, Some(side)) => Ok(digits.padded(side)?),
    }
}

/// Side of the scenes in pixels.
fn scene_side(config: &DataConfig, digits: &Pictures) -> usize {
    config
        .size
        .unwrap_or(digits.rows().max(digits.cols()) * 10 / 7)
}

fn load_split(config: &DataConfig) -> Result<Split> {
    Ok(match &config.directory {
        Some(directory) => Split::classic(&Source::load_dir(directory)?.into_pool())?,
        None => Split::embedded()?,
    })
}

fn test_images(digits: &Pictures, task: Task, side: usize) -> Result<Images> {
    let seed = TEST_ROTATION_SEED;
    Ok(match task {
        Task::Segmentation => Images::scenes(Scenes::new(digits, side, seed, Stream::Test)?)?,
        _ => Images::new(Dataset::rotated(digits, seed, Stream::Test)),
    })
}

fn limited(digits: Pictures, limit: Option<usize>) -> Result<Pictures> {
    match limit {
        Some(limit) if limit < digits.len() => {
            let first: Vec<usize> = (0..limit).collect();
            Ok(digits.subset(&first)?)
        }
        _ => Ok(digits),
    }
}

/// Images in [0, 1] with what is known of them.
pub(crate) struct Images {
    set: Dataset,
    /// Of scenes: 1 on the digit.
    masks: Vec<u8>,
}

/// What is known of the images of a batch.
pub(crate) struct Truth {
    pub(crate) labels: Vec<u8>,
    /// Degrees, counter-clockwise.
    pub(crate) angles: Vec<f64>,
    /// `[image, height, width]`; empty unless the images are scenes.
    pub(crate) masks: Vec<u8>,
}

impl Images {
    pub(crate) fn new(set: Dataset) -> Self {
        Self {
            set,
            masks: Vec::new(),
        }
    }

    fn scenes(scenes: Scenes) -> Result<Self> {
        let (side, masks) = (scenes.side, scenes.masks);
        let set = Dataset::from_parts(scenes.images, scenes.labels, scenes.angles, side)?;
        Ok(Self { set, masks })
    }

    pub(crate) fn len(&self) -> usize {
        self.set.labels.len()
    }

    pub(crate) fn labels(&self) -> &[u8] {
        &self.set.labels
    }

    /// By how many degrees each is turned, counter-clockwise.
    pub(crate) fn angles(&self) -> &[f64] {
        &self.set.angles
    }

    /// (height, width)
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.set.height, self.set.width)
    }

    /// Pixels of an image.
    pub(crate) fn image(&self, index: usize) -> &[f32] {
        self.set.image(index)
    }

    /// What is known of these images.
    pub(crate) fn truth(&self, indices: &[usize]) -> Truth {
        let size = self.set.height * self.set.width;
        let mask = |&i: &usize| self.masks.iter().skip(i * size).take(size).copied();
        Truth {
            labels: indices.iter().map(|&i| self.set.labels[i]).collect(),
            angles: indices.iter().map(|&i| self.set.angles[i]).collect(),
            masks: indices.iter().flat_map(mask).collect(),
        }
    }

    /// `[indices, 1, height, width]` and what is known of them.
    pub(crate) fn batch(&self, indices: &[usize], device: &Device) -> (Tensor<4>, Truth) {
        let pixels: Vec<f32> = indices
            .iter()
            .flat_map(|&i| self.set.image(i).iter().copied())
            .collect();
        let shape = [indices.len(), 1, self.set.height, self.set.width];
        (
            Tensor::from_data(TensorData::new(pixels, shape), device),
            self.truth(indices),
        )
    }

    /// All images on the CPU, `[len, 1, height, width]`.
    pub(crate) fn tensor(&self) -> Tensor<4> {
        let shape = [self.len(), 1, self.set.height, self.set.width];
        let data = TensorData::new(self.set.images.clone(), shape);
        Tensor::from_data(data, &Device::flex())
    }

    /// The first `count` images, all turned counter-clockwise by the same angle.
    pub(crate) fn turned(&self, degrees: f64, count: usize) -> Result<Self> {
        let count = count.min(self.len());
        let (height, width) = self.size();
        let mut masks = Vec::new();
        for mask in self.masks.chunks(height * width).take(count) {
            let mask: Vec<f32> = mask.iter().map(|&v| f32::from(v)).collect();
            let mask = schur_data::rotate(&mask, height, width, degrees)?;
            masks.extend(mask.into_iter().map(|v| u8::from(v >= 0.5)));
        }
        let mut images = Vec::with_capacity(count * height * width);
        for i in 0..count {
            images.extend(schur_data::rotate(self.image(i), height, width, degrees)?);
        }
        let mut turned = self.set.clone();
        turned.labels.truncate(count);
        turned.angles.truncate(count);
        turned.angles.iter_mut().for_each(|angle| *angle += degrees);
        turned.images = images;
        Ok(Self { set: turned, masks })
    }

    /// The first `count` images.
    pub(crate) fn first(&self, count: usize) -> Result<Self> {
        self.turned(0.0, count)
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
