//! `schur check`: how exactly every layer commutes with every group element.

use std::process::ExitCode;

use burn::tensor::Device;
use schur_nn::{
    EquivariantLayer, FeatureField, GroupPool, Network, equivariance_error, relative_distance,
    tolerance,
};
use serde::Serialize;

use crate::args::CheckArgs;
use crate::dataset::{Images, Parts};
use crate::error::{Result, fail};
use crate::run_dir::{RunDir, to_json};
use crate::say::{emit, line};

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
    layers: Vec<LayerReport>,
    /// The whole network from image to logits.
    network: LayerReport,
    other_angles: Vec<f64>,
    passed: bool,
}

#[derive(Serialize)]
struct LayerReport {
    name: String,
    input: String,
    output: String,
    height: usize,
    width: usize,
    /// `‖L(g x) - g L(x)‖ / ‖L(x)‖` for every element.
    errors: Vec<f64>,
    /// For every element: why it can't be exact, if so.
    breaks: Vec<Option<String>>,
    /// From the image up to and including this layer, at every other angle.
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
        self.other_angle_errors.iter().sum::<f64>() / self.other_angle_errors.len() as f64
    }
}

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode> {
    let run = RunDir::open(&args.run)?;
    let trained = run.best_network(&Device::flex())?;
    if !(1..=MAX_IMAGES).contains(&args.images) {
        return fail(format!(
            "--images: {} is out of range; use 1 to {MAX_IMAGES}",
            args.images
        ));
    }
    let parts = Parts::load(&trained.config.data, trained.config.task())?;
    trained.network.check_size(parts.height(), parts.width())?;
    let images = parts.upright_test().turned(0.0, args.images)?;
    let report = measure(&trained.network, &images, &args.run.display().to_string())?;
    emit(&if args.json {
        to_json(&report)?
    } else {
        text(&report)
    })?;
    Ok(if report.passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn measure(network: &Network, images: &Images, run: &str) -> Result<Report> {
    let group = network.group();
    let elements = group.lattice_subgroup().test_elements();
    let input = FeatureField::from_tensor(images.tensor(), network.image_type())?;
    let turned = OTHER_ANGLES
        .iter()
        .map(|&degrees| {
            let images = images.turned(degrees, images.len())?;
            Ok(FeatureField::from_tensor(
                images.tensor(),
                network.image_type(),
            )?)
        })
        .collect::<Result<Vec<_>>>()?;

    let mut layers = Vec::new();
    let (mut field, mut turned_fields) = (input.clone(), turned);
    for layer in network.layers() {
        let (height, width) = field.size();
        let mut errors = Vec::with_capacity(elements.len());
        let mut breaks = Vec::with_capacity(elements.len());
        for g in &elements {
            errors.push(equivariance_error(layer, &field, g)?);
            let why = layer.inexactness(g, height, width);
            breaks.push(why.map(|why| why.to_string()));
        }
        field = layer.forward(field)?;
        turned_fields = turned_fields
            .into_iter()
            .map(|f| layer.forward(f))
            .collect::<std::result::Result<_, _>>()?;
        let other_angle_errors = OTHER_ANGLES
            .iter()
            .zip(&turned_fields)
            .map(|(&degrees, of_turned)| other_angle_error(&field, of_turned, degrees))
            .collect::<Result<_>>()?;
        layers.push(LayerReport {
            name: layer.name(),
            input: layer.input_type().to_string(),
            output: layer.output_type().to_string(),
            height,
            width,
            errors,
            breaks,
            other_angle_errors,
        });
    }

    let (height, width) = input.size();
    let errors = elements
        .iter()
        .map(|g| Ok(equivariance_error(network, &input, g)?))
        .collect::<Result<Vec<f64>>>()?;
    let whole = LayerReport {
        name: "whole network".to_string(),
        input: network.image_type().to_string(),
        output: format!("{} invariant logits", network.classes()),
        height,
        width,
        errors,
        breaks: vec![None; elements.len()],
        other_angle_errors: layers
            .last()
            .map_or(Vec::new(), |last| last.other_angle_errors.clone()),
    };
    let passed = whole.passed() && layers.iter().all(LayerReport::passed);
    Ok(Report {
        run: run.to_string(),
        group: group.name().to_string(),
        images: images.len(),
        bound: tolerance::EXACT_F32,
        elements: elements.iter().map(|g| group.element_name(g)).collect(),
        layers,
        network: whole,
        other_angles: OTHER_ANGLES.to_vec(),
        passed,
    })
}

/// The relative distance of the features of turned images from the turned features. An angle
/// that is not in the group acts on no regular field, so the features are pooled over the group
/// first; the scalar maps that result are turned with bilinear interpolation, which is part of
/// the number.
fn other_angle_error(field: &FeatureField, of_turned: &FeatureField, degrees: f64) -> Result<f64> {
    let pool = GroupPool::new(field.field_type())?;
    let expected = Images::turn_maps(&pool.forward(field.clone())?.to_tensor(), degrees)?;
    let found = pool.forward(of_turned.clone())?.to_tensor();
    Ok(relative_distance(&found, &expected))
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
    line!(
        out,
        "Elements of the group ({}): exact, must be below {:.0e}.",
        report.elements.join(", "),
        report.bound
    );
    line!(
        out,
        "Other angles ({}): measured from the image to the layer, features pooled over the group.\n",
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
    for (i, layer) in report.layers.iter().enumerate() {
        layer_line(&mut out, &format!("{:>2}", i + 1), layer, report);
    }
    layer_line(&mut out, "  ", &report.network, report);
    for (i, layer) in report.layers.iter().enumerate() {
        if let Some((element, why)) = first_break(layer) {
            line!(
                out,
                "\nlayer {} ({}) does not commute with {}: {why}",
                i + 1,
                layer.name,
                report.elements[element]
            );
        }
    }
    line!(
        out,
        "\n{}",
        if report.passed {
            "passed: every layer commutes with every element of the group"
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

fn layer_line(out: &mut String, number: &str, layer: &LayerReport, report: &Report) {
    let (element, error) = layer.worst();
    let at = if error == 0.0 {
        "-"
    } else {
        report.elements[element].as_str()
    };
    line!(
        out,
        "{} {number} {:<24} {:>9}  {error:>11.1e}  {at:<8} {:>12.3}",
        if layer.passed() { " " } else { "!" },
        layer.name,
        format!("{}x{}", layer.height, layer.width),
        layer.mean_other(),
    );
}
