//! The program `schur`.

mod args;
mod check;
mod convert;
mod data;
mod devices;
mod draw;
mod error;
mod eval;
mod export;
mod group;
mod intertwiners;
mod lab;
mod models;
mod plan;
mod predict;
mod reading;
mod report;
mod round_off;
mod say;
mod scaling;
mod timing;
mod tolerance;
mod train;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};

/// Keeps the memory of large tensors from one step to the next.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = Cli::parse()
        .command
        .unwrap_or_else(|| Command::Train(Box::default()));
    let outcome = match command {
        Command::Train(args) => train::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Eval(args) => eval::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Predict(args) => predict::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Data(args) => data::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Check(args) => check::run(&args),
        Command::Export(args) => export::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Models(args) => models::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Plan(args) => plan::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Scaling(args) => scaling::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Convert(args) => convert::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Group(args) => group::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Draw(args) => draw::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Intertwiners(args) => intertwiners::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Lab(args) => lab::run(&args),
        Command::Devices => devices::run().map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        // Where even this can't be printed, the exit code still tells.
        let _ = writeln!(std::io::stderr(), "error: {error}");
        ExitCode::from(2)
    })
}
