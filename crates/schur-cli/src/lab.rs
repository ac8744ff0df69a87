//! `schur lab`: the statements that equivariant networks begin with, as experiments.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use schur_lab::{
    Bound, Context, EXPERIMENTS, Experiment, Finished, Measurement, Outcome, Steps, Verdict,
    control_verdict, page,
};
use schur_nn::{create_directory, try_directory, write_atomically};
use serde::{Deserialize, Serialize};

use crate::args::{LabArgs, LabCommand, LabRunArgs};
use crate::error::{Result, fail};
use crate::made::{cpu, made};
use crate::say::{emit, emit_data, keep_others, line, say, to_json};

/// Where results go if the command line does not say.
const DEFAULT_OUT: &str = "runs/lab";

pub(crate) fn run(args: &LabArgs) -> Result<ExitCode> {
    match &args.command {
        LabCommand::List { json } => list(*json).map(|()| ExitCode::SUCCESS),
        LabCommand::Run(args) => run_experiments(args),
    }
}

#[derive(Serialize)]
struct Listed {
    name: &'static str,
    title: &'static str,
    claim: &'static str,
}

fn list(json: bool) -> Result<()> {
    let all = EXPERIMENTS.iter().map(|e| Listed {
        name: e.name,
        title: e.title,
        claim: e.claim,
    });
    if json {
        return emit_data(&to_json(&all.collect::<Vec<_>>())?);
    }
    let mut out = String::new();
    for e in all {
        line!(out, "{:<18} {}", e.name, e.claim);
    }
    line!(
        out,
        "\nschur lab run NAME... runs some of them, schur lab run all runs all."
    );
    emit(&out)
}

/// The experiments with these names, in the order of the list; `all` stands for all.
fn select(names: &[String]) -> Result<Vec<&'static Experiment>> {
    let known = |name: &String| EXPERIMENTS.iter().any(|e| e.name == name);
    if let Some(unknown) = names.iter().find(|name| *name != "all" && !known(name)) {
        let all: Vec<&str> = EXPERIMENTS.iter().map(|e| e.name).collect();
        return fail(format!(
            "there is no experiment `{unknown}`; choose from all, {}",
            all.join(", ")
        ));
    }
    let wanted = |e: &&Experiment| names.iter().any(|name| name == "all" || name == e.name);
    Ok(EXPERIMENTS.iter().filter(wanted).collect())
}

fn run_experiments(args: &LabRunArgs) -> Result<ExitCode> {
    let selected = select(&args.names)?;
    let out = args.out.as_deref().unwrap_or(Path::new(DEFAULT_OUT));
    keep_others(out, "lab", |path| {
        EXPERIMENTS.iter().any(|e| path.ends_with(e.name))
    })?;
    try_directory(out)?;
    let mut finished = Vec::new();
    for experiment in selected {
        let bar = bar(experiment.name);
        let context = Context::new(args.full, args.seed, Box::new(Bar(bar.clone())));
        let outcome = (experiment.run)(&context);
        bar.finish_and_clear();
        // One that can't be run costs nobody the results of the others.
        let outcome = outcome.unwrap_or_else(|error| Outcome::not_run(&error));
        let done = Finished {
            experiment,
            outcome,
        };
        write_files(out, &done)?;
        if !args.json {
            say!("{}", text(&done));
        }
        finished.push(done);
    }
    let mut made = made(&cpu(), None);
    let settings = if args.full { "full" } else { "fast" };
    made.insert(0, ("settings", format!("{settings}, seed {}", args.seed)));
    let page = out.join("index.html");
    write(
        &page,
        &page::html(&finished, &earlier(out, &finished), &made),
    )?;
    let holds = |f: &&Finished| f.outcome.verdict() == Verdict::Holds;
    let holding = finished.iter().filter(holds).count();
    if args.json {
        let results: Vec<Results<'_>> = finished.iter().map(Results::of).collect();
        emit_data(&to_json(&results)?)?;
    } else {
        say!(
            "{holding} of {} hold; the page is {}",
            finished.len(),
            page.display()
        );
    }
    let broken = (finished.iter()).filter_map(|f| Some((f, f.outcome.error.as_ref()?)));
    let broken: Vec<String> = broken
        .map(|(f, error)| format!("{}: {error}", f.experiment.name))
        .collect();
    if !broken.is_empty() {
        return fail(format!("could not be run: {}", broken.join("; ")));
    }
    Ok(if holding == finished.len() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The verdicts that earlier calls have left in the directory, of experiments that were not run now.
fn earlier(out: &Path, now: &[Finished]) -> Vec<(&'static Experiment, Verdict)> {
    #[derive(Deserialize)]
    struct Kept {
        verdict: Verdict,
    }
    let others = (EXPERIMENTS.iter()).filter(|e| now.iter().all(|f| f.experiment.name != e.name));
    let kept = |e: &'static Experiment| {
        let text = std::fs::read_to_string(out.join(e.name).join("results.json")).ok()?;
        let kept: Kept = serde_json::from_str(&text).ok()?;
        Some((e, kept.verdict))
    };
    others.filter_map(kept).collect()
}

/// The progress bar of an experiment.
fn bar(name: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("{prefix} [{bar:30}] {percent:>3}%  {msg}")
        .expect("the template is a constant that the tests run")
        .progress_chars("=> ");
    bar.set_style(style);
    bar.set_prefix(name);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

struct Bar(ProgressBar);

impl Steps for Bar {
    fn expect(&self, steps: usize) {
        self.0.inc_length(steps as u64);
    }

    fn message(&self, text: &str) {
        self.0.set_message(text.to_string());
    }

    fn advance(&self, steps: usize) {
        self.0.inc(steps as u64);
    }
}

/// `NAME/results.json`, and what `--json` prints.
#[derive(Serialize)]
struct Results<'a> {
    name: &'static str,
    claim: &'static str,
    verdict: Verdict,
    /// Why it could not be run.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    measurements: &'a [Measurement],
    /// Each must fail.
    controls: &'a [Measurement],
}

impl<'a> Results<'a> {
    fn of(done: &'a Finished) -> Self {
        Self {
            name: done.experiment.name,
            claim: done.experiment.claim,
            verdict: done.outcome.verdict(),
            error: done.outcome.error.as_deref(),
            measurements: &done.outcome.measurements,
            controls: &done.outcome.controls,
        }
    }
}

/// Figures, tables and numbers of one experiment, in a directory of its name.
fn write_files(out: &Path, done: &Finished) -> Result<()> {
    let directory = out.join(done.experiment.name);
    create_directory(&directory)?;
    for figure in &done.outcome.figures {
        let path = directory.join(format!("{}.svg", figure.name));
        write(&path, &figure.standalone())?;
    }
    for table in &done.outcome.tables {
        let path = directory.join(format!("{}.csv", table.name));
        write(&path, &table.csv())?;
    }
    write(
        &directory.join("results.json"),
        &to_json(&Results::of(done))?,
    )
}

fn write(path: &Path, text: &str) -> Result<()> {
    Ok(write_atomically(path, text.as_bytes())?)
}

/// What the terminal shows of an experiment.
fn text(done: &Finished) -> String {
    let mut out = String::new();
    line!(
        out,
        "{:<9} {}: {}",
        done.outcome.verdict().name(),
        done.experiment.name,
        done.experiment.claim
    );
    if let Some(error) = &done.outcome.error {
        line!(out, "            it could not be run: {error}");
    }
    for m in &done.outcome.measurements {
        let demanded = match m.bound {
            Bound::Reported => "reported".to_string(),
            bound => format!("{}, {}", page::demand(bound), m.verdict.name()),
        };
        line!(
            out,
            "            {}: {} ({demanded})",
            m.what,
            page::value(m)
        );
    }
    for m in &done.outcome.controls {
        let verdict = match control_verdict(m) {
            Verdict::Holds => "fails as it must",
            Verdict::Fails => "PASSES but must not",
            Verdict::NotShown => "undecided",
        };
        line!(
            out,
            "  control   {}: {} ({}, {verdict})",
            m.what,
            page::value(m),
            page::demand(m.bound)
        );
    }
    out
}
