//! `schur predict`.

pub(crate) mod ink;
mod mask;

use std::path::Path;

use burn::tensor::activation::softmax;
use burn::tensor::{Tensor, TensorData};
use schur_nn::InferenceNetwork;
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{Result, fail};
use crate::run_dir::{RunDir, Trained, to_json};
use crate::say::{emit, line};
use crate::task::{Task, angular_errors, argmax};

/// Angles of `--rotate-sweep`, in degrees apart.
const SWEEP_STEP: usize = 15;

#[derive(Serialize)]
struct Output {
    image: String,
    class: usize,
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
    if args.out.is_some() && config.task() != Task::Segmentation {
        return fail("--out: only networks that give masks write files; leave it out");
    }
    let network = network.for_inference()?;
    match config.task() {
        Task::Classification => {}
        Task::Pose => return directions(args, &network, image_size),
        Task::Segmentation => return mask::run(args, &network, image_size),
    }
    // As text every answer goes out as soon as it is known; JSON is one list of all.
    let mut outputs = Vec::new();
    for path in &args.images {
        let output = predict(&network, image_size, path, args.rotate_sweep)?;
        if args.json {
            outputs.push(output);
        } else {
            emit(&text(&output))?;
        }
    }
    if args.json {
        emit(&to_json(&outputs)?)?;
    }
    Ok(())
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

fn directions(args: &PredictArgs, network: &InferenceNetwork, size: usize) -> Result<()> {
    let mut found = Vec::new();
    for path in &args.images {
        let pixels = ink::load(path, size)?;
        let angle = |pixels: Vec<f32>| -> Result<f64> {
            let data = TensorData::new(pixels, [1, 1, size, size]);
            let vector = network.forward(Tensor::from_data(data, &network.device()))?;
            Ok(angular_errors(&vector, &[0.0])[0])
        };
        let mut sweep = Vec::new();
        if args.rotate_sweep {
            for degrees in (0..360).step_by(SWEEP_STEP) {
                let degrees = degrees as f64;
                let turned = schur_data::rotate(&pixels, size, size, degrees)?;
                sweep.push((degrees, angle(turned)?));
            }
        }
        found.push(Direction {
            image: path.display().to_string(),
            degrees: angle(pixels)?,
            sweep,
        });
    }
    if args.json {
        return emit(&to_json(&found)?);
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

fn predict(network: &InferenceNetwork, size: usize, path: &Path, sweep: bool) -> Result<Output> {
    let pixels = ink::load(path, size)?;
    let probabilities = classify(network, &pixels, size)?;
    let sweep = if sweep {
        (0..360)
            .step_by(SWEEP_STEP)
            .map(|degrees| {
                let degrees = degrees as f64;
                let turned = schur_data::rotate(&pixels, size, size, degrees)?;
                let probabilities = classify(network, &turned, size)?;
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
    Ok(Output {
        image: path.display().to_string(),
        class: argmax(&probabilities),
        probabilities,
        sweep,
    })
}

fn classify(network: &InferenceNetwork, pixels: &[f32], size: usize) -> Result<Vec<f64>> {
    let data = TensorData::new(pixels.to_vec(), [1, 1, size, size]);
    let logits = network.forward(Tensor::from_data(data, &network.device()))?;
    let probabilities: Vec<f64> = softmax(logits, 1).into_data().iter::<f64>().collect();
    if probabilities.iter().any(|p| !p.is_finite()) {
        return fail("the network gives no finite probabilities; train it again");
    }
    Ok(probabilities)
}

fn text(output: &Output) -> String {
    let mut out = String::new();
    line!(
        out,
        "{}: {} ({:.1} %)",
        output.image,
        output.class,
        100.0 * output.probabilities[output.class]
    );
    for (class, probability) in output.probabilities.iter().enumerate() {
        let bar = "#".repeat((40.0 * probability).round() as usize);
        line!(out, "  {class:>3}  {:6.2} %  {bar}", 100.0 * probability);
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
            turned.class,
            100.0 * probability,
            output.class,
            100.0 * of_upright
        );
    }
    out
}
