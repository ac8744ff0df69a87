//! `schur data`: a folder of images as training sees it, or the digits as one.

mod export;

use std::path::absolute;

use schur_data::{MaskFolder, TargetFolder, Targets};
use schur_train::images::{DataConfig, Parts, Task, significant};
use serde::Serialize;

use crate::args::{DataArgs, DataCommand, DataShowArgs};
use crate::error::{CliError, Result};
use crate::say::{answer, columns, line, width};
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
    /// Numbers and vectors, of the training images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    targets: Vec<Target>,
}

/// The values of one column, or of the columns of a vector.
#[derive(Serialize)]
struct Target {
    name: String,
    kind: &'static str,
    /// Of a number.
    mean: Option<f64>,
    /// Deviation of a number; of a vector the root of the mean square of its components.
    scale: f64,
    /// Of a number; of a vector of its length.
    least: f64,
    largest: f64,
}

impl Target {
    fn all(targets: &Targets) -> Vec<Self> {
        let asked = targets.quantities();
        let of = |(index, (name, place)): (usize, (&str, std::ops::Range<usize>))| {
            let mean = asked.mean().get(index).copied();
            let size = |row: &[f64]| match (mean, row) {
                (Some(_), [number, ..]) => *number,
                _ => row.iter().map(|v| v * v).sum::<f64>().sqrt(),
            };
            let sizes = (0..targets.len()).map(|i| size(&targets.row(i)[place.clone()]));
            let (least, largest) = sizes.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
                (a.min(v), b.max(v))
            });
            Self {
                name: name.to_string(),
                kind: if mean.is_some() { "number" } else { "vector" },
                mean,
                scale: asked.scale()[index],
                least,
                largest,
            }
        };
        asked.places().enumerate().map(of).collect()
    }

    fn row(&self) -> Vec<String> {
        let mean = self.mean.map_or("-".to_string(), significant);
        let [scale, least, largest] = [self.scale, self.least, self.largest].map(significant);
        vec![
            self.name.clone(),
            self.kind.to_string(),
            mean,
            scale,
            least,
            largest,
        ]
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
        targets: (args.targets.as_deref()).map(train::absolute).transpose()?,
        size: args.size,
        spacing: args.spacing,
        ..DataConfig::default()
    };
    let task = match (&args.targets, MaskFolder::is_one(&args.directory)) {
        (None, true) => Task::Segmentation,
        (None, false) if !TargetFolder::is_one(&args.directory) => Task::Classification,
        _ => Task::Regression,
    };
    let parts = Parts::load(&config, task, &Waiting::new())?;
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
        targets: parts.targets().map_or(Vec::new(), Target::all),
    };
    answer(args.json, &report, || text(&report))
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    line!(out, "data      {}", report.data);
    let list = |numbers: &[f64]| {
        let numbers: Vec<String> = numbers.iter().map(|n| format!("{n:.4}")).collect();
        numbers.join(", ")
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
        let head = ["target", "kind", "mean", "scale", "least", "largest"];
        let mut rows = vec![head.map(str::to_string).to_vec()];
        rows.extend(report.targets.iter().map(Target::row));
        out += &columns(&rows, 2, width());
        line!(
            out,
            "\nof the training images; scale: deviation of a number, root of the mean square of the components \
             of a vector, of which least and largest are lengths"
        );
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
