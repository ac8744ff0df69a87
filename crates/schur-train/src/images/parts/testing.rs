//! Images to test a trained network on.

use std::path::Path;

use schur_data::{
    DataError, Dataset, ImageFolder, Moves, NumpyArchive, Pictures, Source, Stream, Strip,
    TEST_ROTATION_SEED, amat, counted,
};

use super::moved::{on_sphere, test_images};
use super::own::{FarRow, PARTS};
use super::poses::{Poses, moves};
use super::{Images, Parts, limited, load, own, prepared, scene_side, seen};
use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::images::config::DataConfig;
use crate::images::task::Task;
use crate::images::trained::Trained;
use crate::observer::Observer;
use crate::run_dir::RunDir;

/// Pictures to test a trained network on.
///
/// ```
/// use std::path::Path;
///
/// use burn::tensor::Device;
/// use schur_train::RunDir;
///
/// let run = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pretrained/digits-C8");
/// let run = RunDir::open(Path::new(run))?;
/// let trained = run.best_network(&Device::flex())?;
/// let test = trained.test_images(&run, None, None, Some(30), &())?;
/// assert!(test.turned() && !test.made);
/// assert_eq!((test.images()?.len(), test.labels().len()), (30, 30));
/// # Ok::<(), schur_train::TrainError>(())
/// ```
pub struct TestImages {
    /// One sentence about where they come from.
    pub description: String,
    /// Whether they are sums of Gaussians, in place of images that could not be found.
    pub made: bool,
    pictures: Pictures,
    /// Side of the scenes that they are put into, if so.
    scenes: Option<usize>,
    /// By what they are turned or shifted, if so.
    moves: Option<Moves>,
    far: Vec<FarRow>,
}

impl TestImages {
    /// The test part of the data that the network was trained on.
    ///
    /// # Errors
    ///
    /// As [`Parts::load`].
    pub fn of_run(config: &DataConfig, task: Task, observer: &dyn Observer) -> Result<Self> {
        Ok(Self::of_parts(Parts::load(config, task, observer)?))
    }

    fn of_parts(parts: Parts) -> Self {
        Self {
            scenes: (parts.task == Task::Segmentation && !parts.own).then(|| parts.height()),
            moves: parts.test_turned().then_some(parts.moves),
            made: false,
            description: parts.description,
            pictures: parts.test,
            far: parts
                .far
                .into_iter()
                .filter(|row| row.part == PARTS[2])
                .collect(),
        }
    }

    /// Pictures of a size that the network takes, tested as they are.
    pub(super) fn of(pictures: Pictures, config: &DataConfig, task: Task, origin: &str) -> Self {
        Self {
            made: false,
            description: format!("{} {origin}", counted(pictures.len(), "image")),
            scenes: scenes(config, task, &pictures),
            pictures,
            moves: None,
            far: Vec::new(),
        }
    }

    /// What one of them is: an image or a volume.
    pub fn one(&self) -> &'static str {
        match self.sizes()[0] {
            1 => "image",
            _ => "volume",
        }
    }

    /// So many of them, in words that say what they are.
    pub fn words(&self, count: usize) -> String {
        let one = self.one();
        match self.made {
            true => format!(
                "{} made of Gaussians, since there are none of the data",
                counted(count, one)
            ),
            false => counted(count, &format!("test {one}")),
        }
    }

    /// As the network is tested on them: each rotated by an angle of its own that is the same for
    /// all runs, in a scene, or upright.
    ///
    /// # Errors
    ///
    /// If they can't be turned or put into scenes.
    pub fn images(&self) -> Result<Images> {
        test_images(&self.pictures, self.scenes, self.moves.as_ref())
    }

    /// The numbers of one of them as a network sees it, upright, if there is one.
    pub(crate) fn values(&self, index: usize) -> Option<Vec<f32>> {
        (index < self.pictures.len()).then(|| self.pictures.values(index))
    }

    /// Each rotated by a rotation of its own that is the same for all runs; volumes in space.
    pub fn rotated(&self) -> Images {
        let seed = TEST_ROTATION_SEED;
        Images::new(Dataset::rotated(&self.pictures, seed, Stream::Test))
    }

    /// Whether these are turned, or shifted along a strip.
    pub fn turned(&self) -> bool {
        self.moves.is_some()
    }

    /// The strip that these are shifted along, if so.
    pub fn strip(&self) -> Option<Strip> {
        match self.moves {
            Some(Moves::Shifts(strip)) => Some(strip),
            _ => None,
        }
    }

    /// Whether they lie on a sphere.
    pub fn on_sphere(&self) -> bool {
        self.pictures.globe().is_some()
    }

    /// The images as they are, neither turned nor in scenes.
    pub fn upright(&self) -> Images {
        Images::new(Dataset::upright(&self.pictures))
    }

    /// [depth, height, width] of the images; images have depth 1.
    pub fn sizes(&self) -> [usize; 3] {
        match self.scenes {
            Some(side) => [1, side, side],
            None => self.pictures.sizes(),
        }
    }

    /// Rows of their table that lie far from those of the training images: of the data of the run as
    /// [`Parts::far_out`], of others by mean and scale of the training.
    pub fn far_out(&self) -> &[FarRow] {
        &self.far
    }

    /// Index of the class of each image.
    pub fn labels(&self) -> &[u8] {
        self.pictures.labels()
    }
}

impl Trained {
    /// Images to test the network on, at most `limit`: the test part of its data, which may lie in
    /// another `directory` now, with their targets in another `table`; or, of a directory with other
    /// images, those that are new to the network.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`] if the data are not those of the run any more, or no image is new.
    pub fn test_images(
        &self,
        run: &RunDir,
        directory: Option<&Path>,
        table: Option<&Path>,
        limit: Option<usize>,
        observer: &dyn Observer,
    ) -> Result<TestImages> {
        let task = self.config.task();
        let mut config = self.config.data.clone();
        let known = config.directory.is_some();
        if known {
            let [directory, table] =
                [directory, table].map(|path| path.map(seen::absolute).transpose());
            config = config.moved_to(directory?, table?);
        }
        if directory.is_none() || known {
            match Parts::load(&config, task, observer) {
                Ok(parts) if !known || Some(parts.digest()) == self.data => {
                    config.max_test = limit.or(config.max_test);
                    return match config.max_test == self.config.data.max_test {
                        true => Ok(TestImages::of_parts(parts)),
                        false => TestImages::of_run(&config, task, observer),
                    };
                }
                // Other images, or some to test on alone.
                _ if directory.is_some() => {}
                Ok(parts) => {
                    let changes = parts.changes_since(run)?;
                    let remedy = match changes.is_empty() {
                        true => "",
                        false => ", or test on those that it has not seen with --data DIR",
                    };
                    return have_changed(run, &changes, remedy);
                }
                Err(e) if known => {
                    let text = format!("{e}; if the data are elsewhere now, --data says where");
                    return Err(TrainError::new(e.kind(), text));
                }
                Err(e) => return Err(e),
            }
        }
        let directory = directory.unwrap_or(Path::new(""));
        self.other_images(run, directory, table, limit, observer)
    }

    /// The test images of another directory, or its training files if it has no test files,
    /// without those that the network was trained or validated on.
    fn other_images(
        &self,
        run: &RunDir,
        directory: &Path,
        table: Option<&Path>,
        limit: Option<usize>,
        observer: &dyn Observer,
    ) -> Result<TestImages> {
        let (config, task) = (&self.config.data, self.config.task());
        std::fs::metadata(directory).map_err(|source| DataError::Read {
            file: directory.display().to_string(),
            source,
        })?;
        let mut files = Vec::new();
        let (all, turned_before) = if config.is_own() {
            let archive = NumpyArchive::is_one(directory);
            if task == Task::Classification && !archive && !ImageFolder::is_one(directory) {
                return fail(
                    ErrorKind::Data,
                    format!(
                        "{}: no folders of classes, as the network was trained on; give a directory \
                         with some of {}",
                        directory.display(),
                        config.classes.join(", ")
                    ),
                );
            }
            let place = (directory.to_path_buf(), table.map(Path::to_path_buf));
            let moved = config.clone().moved_to(Some(place.0), place.1);
            let (pictures, listed) = own::load_test(directory, &moved, task, observer)?;
            files = listed;
            (pictures, false)
        } else if amat::is_one(directory) {
            (prepared(amat::load_test(directory)?, config, task)?, true)
        } else if !Source::is_one(directory) && ImageFolder::is_one(directory) {
            return fail(
                ErrorKind::Data,
                format!(
                    "{}: it has folders, and the network was trained on digits, of which others are tested as \
                     IDX files; `schur predict` answers images in folders, and `schur train --data` trains on them",
                    directory.display()
                ),
            );
        } else {
            (
                prepared(Source::load_test(directory)?, config, task)?,
                false,
            )
        };
        let mut far = Vec::new();
        let unseen = match seen::of_run(run)? {
            Some(known) => {
                let digests = seen::digests([&all]);
                let new = (0..all.len()).filter(|&i| !known.contains(&digests[i]));
                let new: Vec<usize> = new.collect();
                let tested = &new[..new.len().min(limit.unwrap_or(usize::MAX))];
                if let Some(targets) = all.targets().filter(|_| !files.is_empty()) {
                    let default = || directory.join("targets.csv");
                    let table = table.map_or_else(default, Path::to_path_buf);
                    let rows = targets.far_from_standard().into_iter();
                    let rows = rows.filter(|row| tested.contains(&row.index));
                    far.extend(rows.map(|row| FarRow::of(row, &files, &table, PARTS[2])));
                }
                all.subset(&new)?
            }
            None => {
                let digest = || -> Result<_> { Ok(Parts::load(config, task, observer)?.digest()) };
                if config.directory.is_some() && Some(digest()?) != self.data {
                    return have_changed(run, "", "");
                }
                let trained = load(config, task, observer)?;
                let part = |pictures| match config.is_own() {
                    true => Ok(pictures),
                    false => prepared(pictures, config, task),
                };
                all.excluding(&[&part(trained.train)?, &part(trained.validation)?])
            }
        };
        let seen = all.len() - unseen.len();
        let pictures = on_sphere(limited(unseen, limit)?, config)?;
        if pictures.is_empty() {
            return fail(
                ErrorKind::Data,
                format!(
                    "{}: the network was trained or validated on all that is in it ({}); use others",
                    directory.display(),
                    counted(seen, "image")
                ),
            );
        }
        let poses = Poses::of(config, config.is_own() || turned_before);
        let turned = poses.test_turned;
        Ok(TestImages {
            made: false,
            description: format!(
                "{} of {}, {}; left out: {seen} that the network was trained or validated on",
                counted(
                    pictures.len(),
                    if config.is_own() { "image" } else { "digit" }
                ),
                directory.display(),
                match (turned, turned_before || config.is_own()) {
                    _ if config.strip.is_some() => "each shifted along the strip",
                    _ if config.sphere.is_some() => "rotated with the sphere",
                    (true, _) => "rotated",
                    (false, true) => "as they are",
                    (false, false) => "upright",
                },
            ),
            scenes: scenes(config, task, &pictures),
            moves: turned.then_some(moves(config, pictures.depth() > 1)?),
            pictures,
            far,
        })
    }
}

/// Side of the scenes that digits are put into for a task.
fn scenes(config: &DataConfig, task: Task, pictures: &Pictures) -> Option<usize> {
    let scenes = task == Task::Segmentation && !config.is_own();
    scenes.then(|| scene_side(config, pictures))
}

fn have_changed(run: &RunDir, changes: &str, remedy: &str) -> Result<TestImages> {
    fail(
        ErrorKind::Data,
        format!(
            "{}: the images that the network was trained on, or what is asked of them, have changed \
             since{changes}, so it can't be told which are new to it; put them back{remedy}",
            run.path().display()
        ),
    )
}
