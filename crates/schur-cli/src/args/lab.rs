//! `schur lab`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur lab list
  schur lab run laws translation
  schur lab run all --out runs/lab
  schur lab run augmentation --full

Each experiment states a claim, measures it against a bound, and repeats the measurement on
something broken on purpose, which must fail. Exit code 1 if a claim does not hold.")]
pub(crate) struct LabArgs {
    #[command(subcommand)]
    pub(crate) command: LabCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LabCommand {
    /// Names and claims of all experiments
    List {
        /// Print JSON instead of lines
        #[arg(long)]
        json: bool,
    },
    /// Run experiments and write figures, data and a page
    Run(LabRunArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  schur lab run laws
  schur lab run all --full --seed 1 --out runs/lab-full

DIR gets index.html with what this command has run and the verdicts that earlier ones have left
there, and for every experiment a directory with its figures (SVG), data (CSV) and results.json.
An experiment that can't be run is named on the page and at the end; the others are run. The same settings and seed give the same files; only
the end of index.html says when and by which command it was made.")]
pub(crate) struct LabRunArgs {
    /// Names of experiments, or `all`
    #[arg(required = true, value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Directory for the results [default: runs/lab]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// More seeds, more digits, finer curves: an hour or so instead of minutes
    #[arg(long)]
    pub(crate) full: bool,
    /// Seed of everything random
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// Print JSON instead of lines
    #[arg(long)]
    pub(crate) json: bool,
}
