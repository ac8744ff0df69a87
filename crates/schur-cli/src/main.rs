//! The program `schur`.

mod args;
mod check;
mod compare;
mod convert;
mod data;
mod devices;
mod draw;
mod error;
mod eval;
mod exact_sizes;
mod export;
mod group;
mod interrupt;
mod intertwiners;
mod lab;
mod made;
mod models;
mod plan;
mod precision;
mod predict;
mod report;
mod round_off;
mod say;
mod scaling;
mod sweep;
mod timing;
mod tolerance;
mod train;
mod waiting;

use std::io::Write;
use std::process::ExitCode;
use std::str::FromStr;

use clap::builder::ValueParser;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, value_parser};

use crate::args::{Cli, Command};

/// Keeps the memory of large tensors from one step to the next.
#[global_allocator]
pub(crate) static ALLOCATOR: schur_engine::KeepingAllocator = schur_engine::KeepingAllocator::new();

fn main() -> ExitCode {
    let width = say::width();
    let mut command = flowing(numbers(Cli::command().term_width(width)));
    command.build();
    let command = narrow(command, width);
    let words = command.try_get_matches();
    let words = words.unwrap_or_else(|error| refuse(&error, width));
    let command = match Cli::from_arg_matches(&words) {
        Ok(cli) => cli.command.unwrap_or_else(|| {
            say::say!("training the default network; `schur --help` lists all commands\n");
            Command::Train(Box::default())
        }),
        Err(error) => error.exit(),
    };
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
        Command::Compare(args) => compare::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Sweep(args) => sweep::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Convert(args) => convert::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Group(args) => group::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Draw(args) => draw::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Intertwiners(args) => intertwiners::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Lab(args) => lab::run(&args),
        Command::Devices => devices::run().map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        say::complain(&format!("error: {error}"));
        ExitCode::from(2)
    })
}

/// The command with options whose values may begin with a minus, `--size -5` is a wrong size and no
/// unknown option, and whose numbers are refused in words of people.
fn numbers(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|arg| {
        let takes = arg.get_long().is_some() && arg.get_action().takes_values();
        let arg = arg.allow_negative_numbers(takes);
        let kind = arg.get_value_parser().type_id();
        let is = |parser: ValueParser| parser.type_id() == kind;
        if is(value_parser!(usize).into()) {
            arg.value_parser(whole::<usize>)
        } else if is(value_parser!(u64).into()) {
            arg.value_parser(whole::<u64>)
        } else if is(value_parser!(f64).into()) {
            arg.value_parser(real)
        } else {
            arg
        }
    });
    command.mut_subcommands(numbers)
}

fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    let refuse = |_| "no whole number from 0 on; write for example 3".to_string();
    text.parse().map_err(refuse)
}

fn real(text: &str) -> Result<f64, String> {
    let refuse = |_| "no number; write for example 0.01".to_string();
    text.parse().map_err(refuse)
}

/// The command with one usage, in its help and behind errors, in lines that fit.
fn narrow(command: clap::Command, width: usize) -> clap::Command {
    const TITLE: &str = "Usage: ";
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix(TITLE).unwrap_or_default().trim_end();
    let words = say::fitted(usage, width - TITLE.len());
    let command = command.override_usage(words.replace('\n', "\n       "));
    command.mut_subcommands(|command| narrow(command, width))
}

/// The command with paragraphs behind its options that are one line each, so that they are broken
/// once, for the terminal; lines that are indented stay as they are.
fn flowing(command: clap::Command) -> clap::Command {
    let text = command.get_after_help().map(ToString::to_string);
    let command = match text {
        Some(text) => command.after_help(paragraphs(&text)),
        None => command,
    };
    command.mut_subcommands(flowing)
}

fn paragraphs(text: &str) -> String {
    let apart = |line: &str| line.is_empty() || line.starts_with(' ');
    let mut out = String::new();
    let mut before = "";
    for (index, line) in text.lines().enumerate() {
        match index {
            0 => {}
            _ if apart(line) || apart(before) || before == "Examples:" => out.push('\n'),
            _ => out.push(' '),
        }
        out += line;
        before = line;
    }
    out
}

/// The option of `train` that stands where a command is to be named, if that is what is wrong.
fn of_train(error: &clap::Error) -> Option<String> {
    let first = std::env::args().nth(1)?;
    let word = match error.get(ContextKind::InvalidArg)? {
        ContextValue::String(word) if first.starts_with(word.as_str()) => word.clone(),
        _ => return None,
    };
    let cli = Cli::command();
    let train = cli.find_subcommand("train")?;
    let mut options = train.get_arguments().filter_map(|arg| arg.get_long());
    options
        .any(|long| word.strip_prefix("--") == Some(long))
        .then_some(word)
}

/// Ends with the message of a command line that is not understood, in lines that fit; help and
/// version have such lines already.
fn refuse(error: &clap::Error, width: usize) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let mut text = error.render().to_string();
    if let Some(word) = of_train(error) {
        let all: Vec<String> = std::env::args().skip(1).collect();
        text += &format!(
            "\n{word} is an option of a training: schur train {}\n",
            all.join(" ")
        );
    }
    let text = say::fitted(&text, width);
    // Nobody is left to be told if that fails.
    let _ = write!(std::io::stderr(), "{text}");
    std::process::exit(error.exit_code())
}
