//! Options that say what is learnt of which images.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use schur_train::images::Task;

/// A task by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TaskName {
    /// Which digit is it? Cross entropy in nats; accuracy
    Classification,
    /// By which angle is it turned, or a volume by which rotation? 1 - cos of the error; 1 less the
    /// mean error over 180°
    Pose,
    /// Where is the digit among pieces of others, or, of images of your own, what does every pixel
    /// show?
    Segmentation,
    /// Numbers and directions of images of your own, from a table: mean squared error, explained
    /// variance
    Regression,
    /// Which digit is it, on a Möbius strip? Trained on centred digits, tested on shifted ones
    Moebius,
    /// Which digit is it, on a sphere? Trained and tested on digits that are turned with it
    Sphere,
}

impl TaskName {
    /// What is trained for.
    pub(crate) fn task(self) -> Task {
        match self {
            Self::Classification | Self::Moebius | Self::Sphere => Task::Classification,
            Self::Pose => Task::Pose,
            Self::Segmentation => Task::Segmentation,
            Self::Regression => Task::Regression,
        }
    }
}

/// How images of one's own are read.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ReadArgs {
    /// Table of numbers and vectors of the images, if it is not DIR/targets.csv
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) targets: Option<PathBuf>,
    /// Columns of the table to be learnt, by their names, in quotes those with a comma; `tip` stands for
    /// `tip_x` and `tip_y` [default: all]
    // The whole path: clap takes a plain `Vec` for one name per option.
    #[arg(long, value_name = "NAME,...", value_parser = names, default_value = "", hide_default_value = true)]
    pub(crate) columns: std::vec::Vec<String>,
    /// Side of the images in pixels: digits are padded, scenes made so large, images of your own cut
    /// to their central square and resized, volumes to their central cube [default: as they are, or as
    /// a model needs]
    #[arg(long, value_name = "PIXELS")]
    pub(crate) size: Option<usize>,
    /// Resample volumes to voxels of so many millimetres; with --size they are then cut or filled to
    /// that size, not resized
    #[arg(long, value_name = "MM")]
    pub(crate) spacing: Option<f64>,
}

/// What is learnt of which images.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LearntArgs {
    /// What to train for; without a config file or model also chooses the network
    #[arg(long, value_enum)]
    pub(crate) task: Option<TaskName>,
    /// Instead of the embedded digits: a directory with the standard IDX files (raw or .gz), with the
    /// .amat files of rotated MNIST, with images or volumes in one folder per class, with folders images
    /// and masks, or with a table targets.csv; or an .npz file of MedMNIST
    #[arg(long, value_name = "DIR|FILE")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    /// Use only the first N training images (the embedded digits are balanced over the classes)
    #[arg(long, value_name = "N")]
    pub(crate) max_train: Option<usize>,
}

/// What is learnt of which images, and how they are moved.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ImagesArgs {
    #[command(flatten)]
    pub(crate) learnt: LearntArgs,
    /// Use only the first N test images
    #[arg(long, value_name = "N")]
    pub(crate) max_test: Option<usize>,
    /// Rotate every training image anew in every epoch, volumes in space; --augment=GROUP moves by the
    /// elements of a group instead, for example Oh: the 48 symmetries of the cube
    #[arg(long, value_name = "GROUP", num_args = 0..=1, require_equals = true)]
    pub(crate) augment: Option<Option<String>>,
    /// Train and validate on upright images; the test images are rotated all the same. With --augment
    /// training images are rotated too, and validated on what is tested on
    #[arg(long, conflicts_with = "rotated")]
    pub(crate) upright: bool,
    /// Digits on a strip (--task moebius): shift training digits along it too, each by a random number
    /// of pixels from 0 to two turns; otherwise they are centred. Test digits are shifted all the same
    #[arg(long)]
    pub(crate) shifted: bool,
    /// Digits on a sphere (--task sphere): so many in a row share one random rotation, 500 in the
    /// published protocol; otherwise each has its own
    #[arg(long, value_name = "N")]
    pub(crate) chunk: Option<usize>,
    /// Rotate images of your own, each by one angle, for training, validation and test, as digits
    /// are in any case
    #[arg(long)]
    pub(crate) rotated: bool,
}

/// Names as a line of a CSV file: separated by commas, in quotes where they have one.
fn names(text: &str) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let line = reader.records().next().transpose();
    let line = line.map_err(|e| e.to_string())?.unwrap_or_default();
    Ok(line.iter().map(str::to_string).collect())
}
