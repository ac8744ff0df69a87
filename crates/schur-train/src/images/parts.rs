//! The images of a run.

mod complete;
mod moved;
mod notices;
mod own;
mod poses;
mod samples;
mod seen;
mod testing;

use std::path::{Path, PathBuf};

use schur_data::{
    Dataset, ImageFolder, MaskFolder, Moves, Normalisation, NumpyArchive, Pictures, Scenes, Source,
    Split, Stream, Strip, TEST_ROTATION_SEED, TargetFolder, Targets, amat,
};

use crate::error::{ErrorKind, Result, fail};
use crate::images::config::DataConfig;
use crate::images::set::Images;
use crate::images::task::Task;
use crate::observer::Observer;

pub use own::FarRow;
pub(crate) use own::{Recipe, read_volume};
pub use testing::TestImages;

use moved::{on_sphere, test_images, turned};
use poses::{Poses, Training, moves};

/// Training, validation and test images as a config asks for them.
///
/// ```
/// use schur_train::images::{DataConfig, Parts, Task};
///
/// let config = DataConfig { max_train: Some(50), max_test: Some(20), ..DataConfig::default() };
/// let parts = Parts::load(&config, Task::Classification, &())?;
/// assert_eq!((parts.train_len(), parts.height(), parts.channels()), (50, 28, 1));
/// assert_eq!(parts.test()?.len(), 20);
/// # Ok::<(), schur_train::TrainError>(())
/// ```
pub struct Parts {
    task: Task,
    description: String,
    classes: Vec<String>,
    own: bool,
    train: Pictures,
    validation: Images,
    test: Pictures,
    poses: Poses,
    moves: Moves,
    oversample: usize,
    /// Of data in a directory: digests of the images that are trained or validated on.
    seen: Vec<u64>,
    far: Vec<FarRow>,
    files: [Vec<PathBuf>; 3],
    left_out: Vec<String>,
}

/// Upright pictures by part.
struct Loaded {
    train: Pictures,
    validation: Pictures,
    test: Pictures,
    /// One sentence about source and split.
    description: String,
    /// Names of the classes.
    classes: Vec<String>,
    /// Whether they are images of one's own and no digits.
    own: bool,
    /// Whether they are digits that were turned before, by angles that nobody knows.
    turned: bool,
    /// Targets that lie far from those of the training images.
    far: Vec<FarRow>,
    /// Of images of one's own: their files by part.
    files: [Vec<PathBuf>; 3],
    /// What is in no part, in words.
    left_out: Vec<String>,
}

impl Parts {
    /// Reads and prepares all parts; `observer` is told of every image file that is read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if an entry makes no sense, [`ErrorKind::Data`] if images are missing,
    /// damaged, or do not fit the task.
    pub fn load(config: &DataConfig, task: Task, observer: &dyn Observer) -> Result<Self> {
        config.validate()?;
        let loaded = load(config, task, observer)?;
        let own = loaded.own;
        if loaded.turned && (task == Task::Pose || config.upright) {
            return fail(
                ErrorKind::Data,
                "these digits are turned already, by unknown angles: they serve neither --task pose \
                 nor --upright; use upright digits, as those of MNIST are",
            );
        }
        let part = |pictures: Pictures, limit| match own {
            true => Ok(pictures),
            false => on_sphere(limited(prepared(pictures, config, task)?, limit)?, config),
        };
        let train = part(loaded.train, config.max_train)?;
        let validation = part(loaded.validation, config.max_validation)?;
        let test = part(loaded.test, config.max_test)?;
        if [&train, &validation, &test]
            .iter()
            .any(|part| part.is_empty())
        {
            return fail(
                ErrorKind::Data,
                format!(
                    "the data have no images for this task{} in every part; use others",
                    task.selection()
                ),
            );
        }
        // Of images of one's own, and of digits that were turned before, nobody knows how they stand.
        let unknown = own || loaded.turned;
        // A pose is learnt of what stands upright in its files and is turned here.
        let poses = Poses::of(config, unknown && task != Task::Pose);
        let scenes = task == Task::Segmentation && !own;
        let moves = moves(config, train.depth() > 1)?;
        if config.augment_by.is_some() && config.oversample > 1 {
            return fail(
                ErrorKind::Config,
                "data.oversample: only rotations by all angles are oversampled; leave augment_by out",
            );
        }
        let description = format!(
            "{}; used{}: {} for training ({}), {} for validation, {} for test ({})",
            loaded.description.trim_end_matches('.'),
            if own { "" } else { task.selection() },
            train.len(),
            match (&config.augment_by, poses.train) {
                _ if config.strip.is_some() => poses.train.words_on_strip().to_string(),
                _ if config.sphere.is_some() => poses.train.words_on_sphere(config.chunk),
                (Some(group), Training::Anew) => format!("moved by {group} anew in every epoch"),
                _ => poses.train.words(unknown).to_string(),
            },
            validation.len(),
            test.len(),
            match (poses.test_turned, unknown) {
                _ if config.strip.is_some() => "each shifted along the strip",
                _ if config.sphere.is_some() => "rotated with the sphere",
                (true, _) => "rotated",
                (false, true) => "as they are",
                (false, false) => "upright",
            },
        );
        let seen = match config.directory {
            Some(_) => seen::digests([&train, &validation]),
            None => Vec::new(),
        };
        let (seed, stream) = (TEST_ROTATION_SEED, Stream::Validation);
        let validation = if scenes {
            let side = scene_side(config, &validation);
            Images::scenes(Scenes::new(&validation, side, seed, stream)?)?
        } else if poses.validation_turned {
            turned(&validation, seed, stream, &moves)?
        } else {
            Images::new(Dataset::upright(&validation))
        };
        Ok(Self {
            task,
            description,
            classes: loaded.classes,
            own,
            train,
            validation,
            test,
            poses,
            moves,
            oversample: config.oversample,
            seen,
            far: loaded.far,
            files: loaded.files,
            left_out: loaded.left_out,
        })
    }

    /// One sentence about source, split and poses.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Names of the classes, those of digits too.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Whether they are images of one's own and no digits.
    pub fn own(&self) -> bool {
        self.own
    }

    /// Whether the test images are turned, or shifted along a strip.
    pub fn test_turned(&self) -> bool {
        self.poses.test_turned
    }

    /// The strip that the digits lie on, if they do.
    pub fn strip(&self) -> Option<Strip> {
        self.poses.strip
    }

    /// Whether the digits lie on a sphere.
    pub fn on_sphere(&self) -> bool {
        self.test.globe().is_some()
    }

    /// By what their channels are normalised.
    pub fn normalisation(&self) -> &Normalisation {
        self.train.normalisation()
    }

    /// Channels of every image.
    pub fn channels(&self) -> usize {
        self.train.channels()
    }

    /// [depth, rows, columns] of every image, volume or scene; images have depth 1.
    pub fn sizes(&self) -> [usize; 3] {
        self.validation.sizes()
    }

    /// Pixel rows of every image, or of the scene that it is put into.
    pub fn height(&self) -> usize {
        self.validation.size().0
    }

    /// Pixel columns of every image, or of the scene that it is put into.
    pub fn width(&self) -> usize {
        self.validation.size().1
    }

    /// Numbers and vectors of the training images, if they have some.
    pub fn targets(&self) -> Option<&Targets> {
        self.train.targets()
    }

    /// Numbers and vectors of the images for training, validation (as these are turned) and test.
    pub fn all_targets(&self) -> [Option<&Targets>; 3] {
        let (train, test) = (self.train.targets(), self.test.targets());
        [train, self.validation.targets(), test]
    }

    /// Rows of the table of targets that lie far from those of the training images, by part.
    pub fn far_out(&self) -> &[FarRow] {
        &self.far
    }

    /// Labels of all images: training, validation, test.
    pub fn labels(&self) -> Vec<u8> {
        let parts = [
            self.train.labels(),
            self.validation.labels(),
            self.test.labels(),
        ];
        parts.concat()
    }

    /// Number of training images.
    pub fn train_len(&self) -> usize {
        self.train.len()
    }

    /// Whether they are images of one's own with masks.
    fn masked(&self) -> bool {
        self.own && self.task == Task::Segmentation
    }

    /// Whether the training images are turned, or put into scenes, anew in every epoch.
    pub fn augmented(&self) -> bool {
        self.poses.train == Training::Anew
    }

    /// The training images of an epoch: always the same, unless they are
    /// [augmented](Self::augmented).
    ///
    /// # Errors
    ///
    /// If they can't be turned or put into scenes as the config asks.
    pub fn train_images(&self, seed: u64, epoch: usize) -> Result<Images> {
        let stream = match self.poses.train {
            Training::Anew => Stream::Augment {
                epoch: epoch as u64,
            },
            Training::Upright | Training::Turned => Stream::Train,
        };
        if self.task == Task::Segmentation && !self.own {
            let scenes = Scenes::new(&self.train, self.height(), seed, stream)?;
            return Images::scenes(scenes);
        }
        if self.poses.train == Training::Upright {
            return Ok(Images::new(Dataset::upright(&self.train)));
        }
        let shifts = matches!(self.moves, Moves::Shifts(_));
        if shifts || self.poses.train == Training::Anew && self.moves != Moves::Rotations {
            let moved = Dataset::moved(&self.train, seed, stream, &self.moves)?;
            return Ok(Images::new(moved));
        }
        let rotated = Dataset::rotated_oversampled(&self.train, seed, stream, self.oversample)?;
        Ok(Images::new(rotated))
    }

    /// The validation images, turned or not as the config asks.
    pub fn validation(&self) -> &Images {
        &self.validation
    }

    /// The test images; digits are each rotated by an angle of its own that is the same for all
    /// runs, images of one's own if that is asked for.
    ///
    /// # Errors
    ///
    /// If they can't be turned or put into scenes as the config asks.
    pub fn test(&self) -> Result<Images> {
        let moves = self.poses.test_turned.then_some(&self.moves);
        let scenes = (self.task == Task::Segmentation && !self.own).then(|| self.height());
        test_images(&self.test, scenes, moves)
    }

    /// The test images, each rotated by a rotation of its own that is the same for all runs; volumes
    /// in space.
    pub fn rotated_test(&self) -> Images {
        Images::new(Dataset::rotated(
            &self.test,
            TEST_ROTATION_SEED,
            Stream::Test,
        ))
    }

    /// The test images as they are.
    pub fn upright_test(&self) -> Images {
        Images::new(Dataset::upright(&self.test))
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

/// By the kind of the directory: a run on images of one's own remembers that it is one.
fn load(config: &DataConfig, task: Task, observer: &dyn Observer) -> Result<Loaded> {
    let mut turned = false;
    let split = match &config.directory {
        None if task == Task::Regression => {
            return fail(
                ErrorKind::Data,
                "the network gives numbers and vectors, and the digits have none to learn from; give a \
                 directory of images with a table (--data DIR, data.directory)",
            );
        }
        Some(directory) if config.is_own() || task == Task::Regression || is_own(directory) => {
            if config.strip.is_some() || config.sphere.is_some() {
                let text = format!(
                    "data.strip and data.sphere (--task moebius, --task sphere) put digits on a strip or \
                     a sphere, and {} has images of your own; give a directory with the standard IDX \
                     files, or leave --data out",
                    directory.display()
                );
                return fail(ErrorKind::Data, text);
            }
            return own::load(directory, config, task, observer);
        }
        Some(directory) if amat::is_one(directory) => {
            turned = true;
            amat::load(directory)?
        }
        Some(directory) if config.sphere.is_some() => {
            Split::published(&Source::load_dir(directory)?)?
        }
        Some(directory) => Split::classic(&Source::load_dir(directory)?.into_pool())?,
        None => Split::embedded()?,
    };
    if turned && (config.strip.is_some() || config.sphere.is_some()) {
        return fail(
            ErrorKind::Data,
            "data.strip and data.sphere: these digits are turned already, in the plane, and were put \
             on nothing else; use upright digits, as those of MNIST are",
        );
    }
    let split = match config.strip {
        Some(_) => split.with_all_for_training()?,
        None => split,
    };
    if config.spacing.is_some() {
        let text = "data.spacing: digits have no millimetres; leave it out (--spacing)";
        return fail(ErrorKind::Data, text);
    }
    let left_out = match &config.directory {
        Some(directory) if directory.is_dir() => Source::left_out(directory)?,
        _ => None,
    };
    let labels = [&split.train, &split.validation, &split.test].map(Pictures::labels);
    let largest = labels.into_iter().flatten().max().copied().unwrap_or(0);
    let description = match largest >= schur_data::CLASSES {
        true => format!("labels from 0 to {largest}; {}", split.description),
        false => split.description,
    };
    Ok(Loaded {
        train: split.train,
        validation: split.validation,
        test: split.test,
        description,
        classes: (0..=largest.max(schur_data::CLASSES - 1))
            .map(|c| c.to_string())
            .collect(),
        own: false,
        turned,
        far: Vec::new(),
        files: Default::default(),
        left_out: left_out.into_iter().collect(),
    })
}

/// Whether the data of a config are volumes, by their names and headers alone; the group of their
/// network is one of space. `table` is that of targets, if it is not `targets.csv`.
pub fn are_volumes(path: &Path, task: Task, table: Option<&Path>) -> bool {
    match task {
        Task::Regression => TargetFolder::holds_volumes(path, table),
        _ => is_own(path) && own::holds_volumes(path),
    }
}

/// Whether a path is an archive, or a directory with images in folders and no files of digits.
fn is_own(path: &Path) -> bool {
    let folder = MaskFolder::is_one(path) || ImageFolder::is_one(path);
    NumpyArchive::is_one(path) || !Source::is_one(path) && !amat::is_one(path) && folder
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

/// Refuses labels that a network with so many classes has no class for.
///
/// # Errors
///
/// [`ErrorKind::Data`] with the largest label.
pub fn check_classes(labels: &[u8], classes: usize) -> Result<()> {
    match labels.iter().max() {
        Some(&label) if usize::from(label) >= classes => fail(
            ErrorKind::Data,
            format!(
                "the data has label {label}, but the network has {classes} classes; set \
             network.classes to at least {}",
                usize::from(label) + 1
            ),
        ),
        _ => Ok(()),
    }
}
