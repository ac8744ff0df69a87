//! The program `schur`.

mod args;
mod check;
mod config;
mod dataset;
mod error;
mod eval;
mod evaluation;
mod group;
mod intertwiners;
mod lab;
mod predict;
mod report;
mod run_dir;
mod say;
mod tolerance;
mod train;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};

fn main() -> ExitCode {
    let command = Cli::parse()
        .command
        .unwrap_or_else(|| Command::Train(Box::default()));
    let outcome = match command {
        Command::Train(args) => train::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Eval(args) => eval::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Predict(args) => predict::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Check(args) => check::run(&args),
        Command::Group(args) => group::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Intertwiners(args) => intertwiners::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Lab(args) => lab::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        // Where even this can't be printed, the exit code still tells.
        let _ = writeln!(std::io::stderr(), "error: {error}");
        ExitCode::from(2)
    })
}
