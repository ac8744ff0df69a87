//! Images to test a trained network on.

use std::path::Path;

use schur_data::{Dataset, ImageFolder, Pictures, Source};

use super::poses::Poses;
use super::{Images, Parts, limited, load, own, prepared, scene_side, test_images};
use crate::error::{ErrorKind, Result, fail};
use crate::images::config::DataConfig;
use crate::images::task::Task;
use crate::observer::Observer;

/// Pictures to test a trained network on.
pub struct TestImages {
    /// One sentence about where they come from.
    pub description: String,
    pictures: Pictures,
    task: Task,
    side: usize,
    turned: bool,
}

impl TestImages {
    /// The test part of the data that the network was trained on.
    ///
    /// # Errors
    ///
    /// As [`Parts::load`].
    pub fn of_run(config: &DataConfig, task: Task, observer: &dyn Observer) -> Result<Self> {
        let parts = Parts::load(config, task, observer)?;
        Ok(Self {
            side: parts.height(),
            turned: parts.test_turned(),
            description: parts.description,
            pictures: parts.test,
            task,
        })
    }

    /// The test images of another directory, or its training files if it has no test files,
    /// without those that the network was trained or validated on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] if there is no image that is new to the network.
    pub fn of_directory(
        config: &DataConfig,
        task: Task,
        directory: &Path,
        observer: &dyn Observer,
    ) -> Result<Self> {
        config.validate()?;
        let all = if !config.is_own() {
            Source::load_test(directory)?
        } else if ImageFolder::is_one(directory) {
            own::load_test(directory, config, observer)?
        } else {
            return fail(
                ErrorKind::Data,
                format!(
                    "{}: no folders of classes, as the network was trained on; give a directory with \
                 some of {}",
                    directory.display(),
                    config.classes.join(", ")
                ),
            );
        };
        let trained = load(config, observer)?;
        let unseen = all.excluding(&[&trained.train, &trained.validation]);
        let seen = all.len() - unseen.len();
        let pictures = match config.is_own() {
            true => unseen,
            false => prepared(unseen, config, task)?,
        };
        let pictures = limited(pictures, config.max_test)?;
        if pictures.is_empty() {
            return fail(
                ErrorKind::Data,
                format!(
                    "{}: the network was trained or validated on all {seen} images in it; use others",
                    directory.display(),
                ),
            );
        }
        let turned = Poses::of(config, config.is_own()).test_turned;
        Ok(Self {
            description: format!(
                "{} {} of {}, {}; left out: {seen} that the network was trained or validated on",
                pictures.len(),
                if config.is_own() { "images" } else { "digits" },
                directory.display(),
                match (turned, config.is_own()) {
                    (true, _) => "rotated",
                    (false, true) => "as they are",
                    (false, false) => "upright",
                },
            ),
            side: scene_side(config, &pictures),
            pictures,
            task,
            turned,
        })
    }

    /// As the network is tested on them: each rotated by an angle of its own that is the same for
    /// all runs, in a scene, or upright.
    ///
    /// # Errors
    ///
    /// If they can't be turned or put into scenes.
    pub fn images(&self) -> Result<Images> {
        test_images(&self.pictures, self.task, self.side, self.turned)
    }

    /// Whether these are turned.
    pub fn turned(&self) -> bool {
        self.turned
    }

    /// The images as they are, neither turned nor in scenes.
    pub fn upright(&self) -> Images {
        Images::new(Dataset::upright(&self.pictures))
    }

    /// (height, width) of the images.
    pub fn size(&self) -> (usize, usize) {
        match self.task {
            Task::Segmentation => (self.side, self.side),
            _ => (self.pictures.rows(), self.pictures.cols()),
        }
    }

    /// Index of the class of each image.
    pub fn labels(&self) -> &[u8] {
        self.pictures.labels()
    }
}
