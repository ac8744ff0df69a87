//! `schur data`: a folder of images as training sees it, or the digits as one.

mod export;

use std::path::absolute;

use schur_data::MaskFolder;
use schur_train::images::{DataConfig, Parts, Task};
use serde::Serialize;

use crate::args::{DataArgs, DataCommand, DataShowArgs};
use crate::error::{CliError, Result};
use crate::say::{answer, line};
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
        size: args.size,
        spacing: args.spacing,
        ..DataConfig::default()
    };
    let task = match MaskFolder::is_one(&args.directory) {
        true => Task::Segmentation,
        false => Task::Classification,
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
