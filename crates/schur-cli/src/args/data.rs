//! `schur data`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ReadArgs;

#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    #[command(subcommand)]
    pub(crate) what: DataCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Show what `train --data DIR` would train and test on
    Show(DataShowArgs),
    /// Write the digits that the program carries as a folder of PNG images
    Export(DataExportArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur data show photos
  schur data show photos --size 64 --json
  schur data show adrenalmnist3d.npz
  schur data show cells --targets sizes.csv

Reads every image, so that what can't be read is found before a training: all such files are named, the
first 20 of many. Notes say what is left out, which classes have no training image or very many, and
which images and channels have one value alone. Of a table of numbers and
vectors every column with its range by part, and rows that lie more than 10 deviations from the rest of
the training images (of vectors by their length).

Keys of --json: data, channels, depth, height, width, own, mean and deviation (of the channels), classes
(name, train, validation, test) or targets (column, kind, mean and scale by which it is learnt, and
training, validation, test: min, mean, deviation, max), far_out (table, line, file, part, name, value,
deviations), notices, files (training, validation, test).")]
pub(crate) struct DataShowArgs {
    /// Directory or file as for `schur train --data`
    #[arg(value_name = "DIR|FILE")]
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur data export digits
  schur data export digits --max-train 1000 --max-test 500

DIR gets train, validation and test with one folder per digit, upright, white on black.")]
pub(crate) struct DataExportArgs {
    /// Directory to create
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Write only the first N training images (the embedded digits are balanced over the classes)
    #[arg(long, value_name = "N")]
    pub(crate) max_train: Option<usize>,
    /// Write only the first N test images, and as many for validation
    #[arg(long, value_name = "N")]
    pub(crate) max_test: Option<usize>,
}
