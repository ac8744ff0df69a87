//! `schur check`: how exactly every layer commutes with every group element.

mod measure;
mod plots;

use std::process::ExitCode;

use schur_nn::tolerance;
use schur_train::RunDir;
use schur_train::images::Task;
use serde::Serialize;

use crate::args::CheckArgs;
use crate::error::{Result, fail};
use crate::reading::Reading;
use crate::say::{PAGE, answer, fitted, line};

/// Most images to measure on: all go through the network at once.
const MAX_IMAGES: usize = 500;

/// Angles between the exact ones at which the defect is measured, in degrees.
const OTHER_ANGLES: [f64; 5] = [15.0, 30.0, 45.0, 60.0, 75.0];

#[derive(Serialize)]
struct Report {
    run: String,
    group: String,
    images: usize,
    bound: f64,
    elements: Vec<String>,
    /// Why no element was tested, if so: the identity alone would prove nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    layers: Vec<LayerReport>,
    /// The whole network from image to logits.
    network: LayerReport,
    other_angles: Vec<f64>,
    /// What the layers have to say, for example of fields that no kernel reaches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<String>,
    passed: bool,
}

#[derive(Serialize)]
struct LayerReport {
    /// `3.body.1` is the second layer of the body of the branch that is layer 3.
    place: String,
    name: String,
    input: String,
    output: String,
    height: usize,
    width: usize,
    /// `‖L(g x) - g L(x)‖ / ‖L(x)‖` for every element.
    errors: Vec<f64>,
    /// For every element: why it can't be exact, if so.
    breaks: Vec<Option<String>>,
    /// From the image up to and including this layer, at every other angle; empty inside
    /// branches.
    other_angle_errors: Vec<f64>,
}

impl LayerReport {
    fn worst(&self) -> (usize, f64) {
        let mut worst = (0, 0.0);
        for (element, &error) in self.errors.iter().enumerate() {
            if error.is_nan() || error > worst.1 {
                worst = (element, error);
            }
        }
        worst
    }

    fn passed(&self) -> bool {
        // Written so that a defect that is no number fails.
        self.errors.iter().all(|&e| e <= tolerance::EXACT_F32)
    }

    fn mean_other(&self) -> f64 {
        let count = self.other_angle_errors.len().max(1);
        self.other_angle_errors.iter().sum::<f64>() / count as f64
    }
}

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode> {
    let run = RunDir::open(&args.run)?;
    let trained = run.best_network(&args.device.open()?)?;
    if !(1..=MAX_IMAGES).contains(&args.images) {
        return fail(format!(
            "--images: {} is out of range; use 1 to {MAX_IMAGES}",
            args.images
        ));
    }
    let task = trained.config.task();
    let samples = trained.samples(&run, args.data.as_deref(), &Reading::new())?;
    let (network, (side, width)) = (&trained.network, samples.size());
    network.check_size(side, width)?;
    let images = match task {
        Task::Segmentation => samples.images()?.first(args.images)?,
        _ => samples.upright().first(args.images)?,
    };
    let report = measure::all(network, &images, &args.run.display().to_string())?;
    if let Some(directory) = &args.out {
        let configuration = trained.config.to_toml()?;
        plots::write(
            directory,
            network,
            &report,
            side,
            &fitted(&text(&report), PAGE),
            &configuration,
        )?;
    }
    answer(args.json, &report, || text(&report))?;
    Ok(if report.passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    line!(
        out,
        "{}: {} on {} test images; relative defect ‖L(g x) - g L(x)‖ / ‖L(x)‖\n",
        report.run,
        report.group,
        report.images
    );
    match &report.refused {
        Some(why) => line!(out, "No element of the group was tested exactly: {why}."),
        None => line!(
            out,
            "{} elements of the group ({}): exact, must be below {:.0e}.",
            report.elements.len(),
            report.elements.join(", "),
            report.bound
        ),
    }
    line!(
        out,
        "Other angles ({}): on sums of Gaussians, which turn without interpolation, from the image to \
         the layer; features pooled over the group.\n",
        report
            .other_angles
            .iter()
            .map(|a| format!("{a}°"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    line!(
        out,
        "     {:<24} {:>9}  {:>11}  {:<8} {:>12}",
        "layer",
        "input",
        "worst exact",
        "at",
        "other angles"
    );
    for layer in &report.layers {
        layer_line(&mut out, layer, report);
    }
    layer_line(&mut out, &report.network, report);
    for layer in &report.layers {
        if let Some((element, why)) = first_break(layer) {
            line!(
                out,
                "\nlayer {} ({}) does not commute with {}: {why}",
                layer.place,
                layer.name,
                report.elements[element]
            );
        }
    }
    for notice in &report.notices {
        line!(out, "\nnote: {notice}");
    }
    line!(
        out,
        "\n{}",
        if report.passed {
            "passed: every layer commutes with every element that moves pixels to pixels"
        } else if report.refused.is_some() {
            "NOT CHECKED: only the defects at other angles were measured"
        } else {
            "FAILED: see the lines marked with !"
        }
    );
    out
}

fn first_break(layer: &LayerReport) -> Option<(usize, &str)> {
    layer
        .breaks
        .iter()
        .enumerate()
        .find_map(|(i, why)| Some((i, why.as_deref()?)))
}

fn layer_line(out: &mut String, layer: &LayerReport, report: &Report) {
    let (element, error) = layer.worst();
    let at = if error == 0.0 {
        "-"
    } else {
        report.elements[element].as_str()
    };
    let name = match layer.name.split_once('(') {
        // What is inside stands in the lines before.
        Some((kind, _)) => kind.trim_end(),
        None => &layer.name,
    };
    let other = match layer.other_angle_errors.is_empty() {
        true => "-".to_string(),
        false => format!("{:.3}", layer.mean_other()),
    };
    line!(
        out,
        "{} {:>2} {name:<24} {:>9}  {error:>11.1e}  {at:<8} {other:>12}",
        if layer.passed() { " " } else { "!" },
        layer.place,
        format!("{}x{}", layer.height, layer.width),
    );
}
