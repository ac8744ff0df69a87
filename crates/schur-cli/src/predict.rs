//! `schur predict`.

pub(crate) mod ink;
mod mask;
pub(crate) mod seen;

use std::path::{Path, PathBuf};

use burn::tensor::activation::softmax;
use schur_nn::InferenceNetwork;
use schur_train::RunDir;
use schur_train::images::{Config, Task, Trained, angular_errors, argmax};
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{CliError, Result, fail};
use crate::say::{emit, emit_data, line, to_json};

use seen::Seen;

/// Angles of `--rotate-sweep`, in degrees apart.
const SWEEP_STEP: usize = 15;

#[derive(Serialize)]
struct Output {
    image: String,
    class: usize,
    name: String,
    probabilities: Vec<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<Turned>,
}

#[derive(Serialize)]
struct Turned {
    degrees: f64,
    class: usize,
    probabilities: Vec<f64>,
}

pub(crate) fn run(args: &PredictArgs) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let Trained {
        config,
        network,
        image_size,
        ..
    } = run.best_network(&args.device.open()?)?;
    let images = &files(&args.images, config.task() == Task::Segmentation)?;
    if args.out.is_some() && config.task() != Task::Segmentation {
        return fail("--out: only networks that give masks write files; leave it out");
    }
    let network = network.for_inference()?;
    match config.task() {
        Task::Classification => {}
        Task::Pose => return directions(args, images, &config, &network, image_size),
        Task::Segmentation => return mask::run(args, images, &network, image_size),
    }
    let names = config.class_names();
    // As text every answer goes out as soon as it is known; JSON is one list of all.
    let mut outputs = Vec::new();
    for path in images {
        let seen = Seen::load(path, &config, image_size)?;
        let output = predict(&network, &seen, (path, &names), args.rotate_sweep)?;
        if args.json {
            outputs.push(output);
        } else {
            emit(&text(&output, &names))?;
        }
    }
    if args.json {
        emit_data(&to_json(&outputs)?)?;
    }
    Ok(())
}

/// The files that are named, and in place of directories the pictures in them, by name; without what
/// an earlier prediction of masks wrote beside them.
fn files(named: &[PathBuf], masks: bool) -> Result<Vec<PathBuf>> {
    let picture = |path: &PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if masks && stem.ends_with("-mask") {
            return false;
        }
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let hidden = path
            .file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with('.'));
        !hidden
            && ["png", "jpg", "jpeg"]
                .iter()
                .any(|e| e.eq_ignore_ascii_case(ending))
    };
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let refuse = |e: std::io::Error| CliError::io("reading directory", path, &e);
        let entries = std::fs::read_dir(path).map_err(refuse)?;
        let mut inside = Vec::new();
        for entry in entries {
            inside.push(entry.map_err(refuse)?.path());
        }
        inside.retain(|entry| picture(entry) && entry.is_file());
        if inside.is_empty() {
            return fail(format!(
                "{}: there is no PNG or JPEG file in this directory; name the one below it that has \
                 some",
                path.display()
            ));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

#[derive(Serialize)]
struct Direction {
    image: String,
    /// By how much the digit is turned counter-clockwise, in (-180, 180].
    degrees: f64,
    /// (degrees by which the image was turned, found angle)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<(f64, f64)>,
}

fn directions(
    args: &PredictArgs,
    images: &[PathBuf],
    config: &Config,
    network: &InferenceNetwork,
    size: usize,
) -> Result<()> {
    let mut found = Vec::new();
    for path in images {
        let seen = Seen::load(path, config, size)?;
        let angle = |seen: &Seen| -> Result<f64> {
            let vector = network.forward(seen.tensor(&network.device()))?;
            Ok(angular_errors(&vector, &[0.0])[0])
        };
        let mut sweep = Vec::new();
        if args.rotate_sweep {
            for degrees in (0..360).step_by(SWEEP_STEP) {
                let degrees = degrees as f64;
                sweep.push((degrees, angle(&seen.turned(degrees)?)?));
            }
        }
        found.push(Direction {
            image: path.display().to_string(),
            degrees: angle(&seen)?,
            sweep,
        });
    }
    if args.json {
        return emit_data(&to_json(&found)?);
    }
    let mut out = String::new();
    for one in found {
        line!(out, "{}: turned by {:.1}°", one.image, one.degrees);
        for (turned, degrees) in one.sweep {
            line!(out, "  {turned:>4.0}°  found {degrees:>6.1}°");
        }
    }
    emit(&out)
}

fn predict(
    network: &InferenceNetwork,
    seen: &Seen,
    (path, names): (&Path, &[String]),
    sweep: bool,
) -> Result<Output> {
    let probabilities = classify(network, seen)?;
    let sweep = if sweep {
        (0..360)
            .step_by(SWEEP_STEP)
            .map(|degrees| {
                let degrees = degrees as f64;
                let probabilities = classify(network, &seen.turned(degrees)?)?;
                Ok(Turned {
                    degrees,
                    class: argmax(&probabilities),
                    probabilities,
                })
            })
            .collect::<Result<_>>()?
    } else {
        Vec::new()
    };
    let class = argmax(&probabilities);
    Ok(Output {
        image: path.display().to_string(),
        class,
        name: names[class].clone(),
        probabilities,
        sweep,
    })
}

fn classify(network: &InferenceNetwork, seen: &Seen) -> Result<Vec<f64>> {
    let logits = network.forward(seen.tensor(&network.device()))?;
    let probabilities: Vec<f64> = softmax(logits, 1).into_data().iter::<f64>().collect();
    if probabilities.iter().any(|p| !p.is_finite()) {
        return fail("the network gives no finite probabilities; train it again");
    }
    Ok(probabilities)
}

fn text(output: &Output, names: &[String]) -> String {
    let mut out = String::new();
    let longest = names.iter().map(|name| name.chars().count()).max();
    let wide = longest.unwrap_or(0).max(3);
    line!(
        out,
        "{}: {} ({:.1} %)",
        output.image,
        output.name,
        100.0 * output.probabilities[output.class]
    );
    for (name, probability) in names.iter().zip(&output.probabilities) {
        let bar = "#".repeat((40.0 * probability).round() as usize);
        line!(out, "  {name:>wide$}  {:6.2} %  {bar}", 100.0 * probability);
    }
    if output.sweep.is_empty() {
        return out;
    }
    line!(out, "  turned counter-clockwise by");
    for turned in &output.sweep {
        let probability = turned.probabilities[turned.class];
        let of_upright = turned.probabilities[output.class];
        let bar = "#".repeat((40.0 * of_upright).round() as usize);
        line!(
            out,
            "  {:>4.0}°  class {} ({:6.2} %)   P({}) {:6.2} %  {bar}",
            turned.degrees,
            names[turned.class],
            100.0 * probability,
            output.name,
            100.0 * of_upright
        );
    }
    out
}
