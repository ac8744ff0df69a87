//! Commands on several runs.

use std::path::PathBuf;

use clap::Args;
use schur_nn::{GridGroup, Processor};

use super::ImagesArgs;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur compare runs/C1-seed0 runs/C4-seed0 runs/C4-seed1
  schur compare runs/sweep --out comparison.html
  schur compare runs/sweep/C4-* --json

Runs whose configs differ in the seed alone stand together: the mean of their test errors and its
deviation from run to run (that of a sample, with n - 1). The page has the curves, the error against
the number of parameters and against the time of training, and both tables.

Keys of --json: task, error (what it is measured in), runs (run, label, group, parameters, seed,
epochs, best_epoch, seconds, validation_error, test_error, moved: of classified volumes area (AUC) and
accuracy, each upright, mean and least over the symmetries of the cube, and turned at random), groups (label, group, parameters, runs,
seconds, error, deviation), notes.")]
pub(crate) struct CompareArgs {
    /// Directories of runs, or directories that hold some
    #[arg(required = true, value_name = "RUN")]
    pub(crate) runs: Vec<PathBuf>,
    /// Page to write
    #[arg(long, value_name = "FILE.html")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur sweep --groups C1,C4,C8 --seeds 0..4 --params 25000
  schur sweep my.toml --groups C4,D4 --seeds 0..=4 --dry-run
  schur sweep my.toml --seeds 3,5,8 --epochs 30 --out runs/long
  schur sweep --data photos --size 64 --groups C1,C4,D4
                                         images of your own, as for `schur train`

Trains the config with every group and seed, each in DIR/GROUP-seedSEED, and compares the runs: on
the screen and in DIR/index.html. `0..4` are the seeds 0, 1, 2 and 3, `0..=4` also 4. The command can
be interrupted and given again, also with more groups or seeds: runs that are finished stay, the one
that was interrupted goes on.")]
pub(crate) struct SweepArgs {
    /// Config file (TOML); without it the default network
    pub(crate) config: Option<PathBuf>,
    /// Groups, for example C1,C4,D4 [default: that of the config]
    #[arg(long, value_name = "GROUP,...", value_delimiter = ',')]
    pub(crate) groups: Vec<GridGroup>,
    /// Seeds: a range or numbers with commas
    #[arg(long, value_name = "SEEDS", default_value = "0..3")]
    pub(crate) seeds: String,
    /// Parameter budget of every network, as for `schur train`
    #[arg(long, value_name = "N")]
    pub(crate) params: Option<usize>,
    /// Passes over the training images
    #[arg(long, value_name = "N")]
    pub(crate) epochs: Option<usize>,
    #[command(flatten)]
    pub(crate) images: ImagesArgs,
    /// Directory of the runs [default: runs/sweep, or runs/NAME-sweep of NAME.toml]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What computes: cpu, wgpu, vulkan or cuda (see `schur devices`)
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) device: Processor,
    /// List the runs and what is left to do, and stop
    #[arg(long)]
    pub(crate) dry_run: bool,
}
