//! `schur data`: a folder of images as training sees it, or the digits as one.

mod export;

use std::path::{PathBuf, absolute};

use schur_data::{MaskFolder, TargetFolder, Targets};
use schur_train::TrainError;
use schur_train::images::{DataConfig, FarRow, Parts, Task, significant};
use serde::Serialize;

use crate::args::{DataArgs, DataCommand, DataShowArgs};
use crate::error::{CliError, Result};
use crate::say::{answer, columns, decimals, line, width};
use crate::train;
use crate::waiting::Waiting;

pub(crate) fn run(args: &DataArgs) -> Result<()> {
    match &args.what {
        DataCommand::Show(args) => show(args),
        DataCommand::Export(args) => export::run(args),
    }
}

#[derive(Serialize)]
struct Report {
    data: String,
    channels: usize,
    /// Slices of volumes, 1 of images.
    depth: usize,
    height: usize,
    width: usize,
    /// Whether they are images of one's own, of which nobody knows how they stand, and no digits.
    own: bool,
    /// Per channel, of the training images, as shares of the full range.
    mean: Vec<f64>,
    deviation: Vec<f64>,
    classes: Vec<Class>,
    /// Columns of numbers and vectors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    targets: Vec<Target>,
    far_out: Vec<FarRow>,
    /// What to know before a training.
    notices: Vec<String>,
    /// Files of one's own by part.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Files>,
}

#[derive(Serialize)]
struct Files {
    training: Vec<String>,
    validation: Vec<String>,
    test: Vec<String>,
}

impl Files {
    fn of(parts: &Parts) -> Option<Self> {
        let names = |paths: &Vec<PathBuf>| {
            let names = paths.iter().map(|path| path.display().to_string());
            names.collect::<Vec<_>>()
        };
        let [training, validation, test] = parts.files().each_ref().map(names);
        let any = !training.is_empty();
        any.then_some(Self {
            training,
            validation,
            test,
        })
    }
}

/// The values of one column.
#[derive(Serialize)]
struct Target {
    column: String,
    /// `number`, or `vector` of a component.
    kind: &'static str,
    /// By what it is learnt: of a number the mean over the training images.
    mean: f64,
    /// And their deviation; of a vector the root of the mean square of its components.
    scale: f64,
    training: Range,
    validation: Range,
    test: Range,
}

/// Of the values of a part.
#[derive(Serialize)]
struct Range {
    min: f64,
    mean: f64,
    /// Divided by their number.
    deviation: f64,
    max: f64,
}

impl Range {
    fn of(values: &[f64]) -> Self {
        let count = values.len().max(1) as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares = values.iter().map(|v| (v - mean).powi(2));
        Self {
            min: values.iter().copied().fold(f64::INFINITY, f64::min),
            mean,
            deviation: (squares.sum::<f64>() / count).sqrt(),
            max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}

impl Target {
    fn all(parts: &Parts) -> Vec<Self> {
        let [Some(training), Some(validation), Some(test)] = parts.all_targets() else {
            return Vec::new();
        };
        let asked = training.quantities();
        let columns = asked.components().into_iter().zip(asked.standards());
        let of = |(at, (column, (mean, scale))): (usize, (String, (f64, f64)))| {
            let range = |part: &Targets| {
                let values: Vec<f64> = (0..part.len()).map(|i| part.row(i)[at]).collect();
                Range::of(&values)
            };
            let is_number = at < asked.numbers().len();
            Self {
                column,
                kind: if is_number { "number" } else { "vector" },
                mean,
                scale,
                training: range(training),
                validation: range(validation),
                test: range(test),
            }
        };
        columns.enumerate().map(of).collect()
    }

    /// By part the range, of equal values one in the place of the mean.
    fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        let parts = [
            ("training", &self.training),
            ("validation", &self.validation),
            ("test", &self.test),
        ];
        parts.into_iter().enumerate().map(|(i, (part, range))| {
            let name = if i == 0 {
                [&self.column[..], self.kind]
            } else {
                [""; 2]
            };
            let cells = name.into_iter().chain([part]).map(str::to_string);
            let numbers = match range.min == range.max {
                true => vec![String::new(), significant(range.min)],
                false => [range.min, range.mean, range.deviation, range.max]
                    .map(significant)
                    .to_vec(),
            };
            cells.chain(numbers).collect()
        })
    }
}

#[derive(Serialize)]
struct Class {
    name: String,
    train: usize,
    validation: usize,
    test: usize,
}

fn show(args: &DataShowArgs) -> Result<()> {
    let directory =
        absolute(&args.directory).map_err(|e| CliError::io("finding", &args.directory, &e))?;
    let config = DataConfig {
        directory: Some(directory),
        targets: (args.read.targets.as_deref())
            .map(train::absolute)
            .transpose()?,
        columns: args.read.columns.clone(),
        size: args.read.size,
        spacing: args.read.spacing,
        ..DataConfig::default()
    };
    let asks_table = args.read.targets.is_some() || !args.read.columns.is_empty();
    let task = match (asks_table, MaskFolder::is_one(&args.directory)) {
        (false, true) => Task::Segmentation,
        (false, false) if !TargetFolder::is_one(&args.directory) => Task::Classification,
        _ => Task::Regression,
    };
    let parts = Parts::load(&config, task, &Waiting::new());
    let parts = parts.map_err(|first| with_others(first, &config, task))?;
    let classes = parts.classes().iter().zip(parts.counts());
    let report = Report {
        data: parts.description().to_string(),
        channels: parts.channels(),
        depth: parts.sizes()[0],
        height: parts.height(),
        width: parts.width(),
        own: parts.own(),
        mean: parts.normalisation().mean().to_vec(),
        deviation: parts.normalisation().deviation().to_vec(),
        classes: classes
            .map(|(name, [train, validation, test])| Class {
                name: name.clone(),
                train,
                validation,
                test,
            })
            .collect(),
        targets: Target::all(&parts),
        far_out: parts.far_out().to_vec(),
        notices: parts.notices(),
        files: Files::of(&parts),
    };
    answer(args.json, &report, || text(&report))
}

/// Reading ends at the first file or folder that can't be used; here all are named, or the first of very many.
fn with_others(first: TrainError, config: &DataConfig, task: Task) -> CliError {
    const SHOWN: usize = 20;
    let bad = Parts::unreadable(config, task, &Waiting::new()).unwrap_or_default();
    if bad.len() < 2 {
        return first.into();
    }
    let mut text = format!("{} files or folders can't be used:", bad.len());
    for error in bad.iter().take(SHOWN) {
        text += &format!("\n  {error}");
    }
    match bad.len().saturating_sub(SHOWN) {
        0 => {}
        more => text += &format!("\n  and {more} more"),
    }
    CliError::Message(text)
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    line!(out, "data      {}", report.data);
    for notice in &report.notices {
        line!(out, "note      {notice}");
    }
    let list = |numbers: &[f64]| {
        let numbers = numbers.iter().copied();
        numbers.map(decimals).collect::<Vec<_>>().join(", ")
    };
    line!(
        out,
        "channels  {}, normalised by mean {} and deviation {}",
        report.channels,
        list(&report.mean),
        list(&report.deviation)
    );
    line!(
        out,
        "angles    {}\n",
        match report.own {
            true =>
                "not known: the images are used as they are; `train --rotated` turns each by an angle \
                 of its own, --augment anew in every epoch, --upright only for testing (volumes by a \
                 rotation of space)",
            false =>
                "the digits are upright; `train` turns each by an angle of its own, --augment anew in \
                 every epoch, --upright only for testing",
        }
    );
    if !report.targets.is_empty() {
        let head = ["column", "kind", "part", "min", "mean", "deviation", "max"];
        let mut rows = vec![head.map(str::to_string).to_vec()];
        rows.extend(report.targets.iter().flat_map(Target::rows));
        out += &columns(&rows, 3, width());
        for far in &report.far_out {
            line!(out, "\nfar out   {far}");
        }
        return out;
    }
    let names = report
        .classes
        .iter()
        .map(|class| class.name.chars().count());
    let wide = names.max().unwrap_or(0).max(5);
    line!(out, "{:<wide$}  training  validation    test", "class");
    for class in &report.classes {
        line!(
            out,
            "{:<wide$}  {:>8}  {:>10}  {:>6}",
            class.name,
            class.train,
            class.validation,
            class.test
        );
    }
    out
}
