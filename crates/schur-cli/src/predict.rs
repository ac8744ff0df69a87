//! `schur predict`.

mod ink;

use std::path::Path;

use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};
use schur_nn::Network;
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{Result, fail};
use crate::run_dir::{RunDir, Trained, to_json};
use crate::say::say;

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
        network,
        image_size,
        ..
    } = run.best_network(&Device::flex())?;
    let mut outputs = Vec::with_capacity(args.images.len());
    for path in &args.images {
        outputs.push(predict(&network, image_size, path, args.rotate_sweep)?);
    }
    if args.json {
        say!("{}", to_json(&outputs)?);
    } else {
        outputs.iter().for_each(print);
    }
    Ok(())
}

fn predict(network: &Network, size: usize, path: &Path, sweep: bool) -> Result<Output> {
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
                    class: likeliest(&probabilities),
                    probabilities,
                })
            })
            .collect::<Result<_>>()?
    } else {
        Vec::new()
    };
    Ok(Output {
        image: path.display().to_string(),
        class: likeliest(&probabilities),
        probabilities,
        sweep,
    })
}

fn classify(network: &Network, pixels: &[f32], size: usize) -> Result<Vec<f64>> {
    let data = TensorData::new(pixels.to_vec(), [1, 1, size, size]);
    let logits = network.forward(Tensor::from_data(data, &Device::flex()))?;
    let probabilities: Vec<f64> = softmax(logits, 1).into_data().iter::<f64>().collect();
    if probabilities.iter().any(|p| !p.is_finite()) {
        return fail("the network gives no finite probabilities; train it again");
    }
    Ok(probabilities)
}

fn likeliest(probabilities: &[f64]) -> usize {
    (1..probabilities.len()).fold(0, |best, i| {
        if probabilities[i] > probabilities[best] {
            i
        } else {
            best
        }
    })
}

fn print(output: &Output) {
    say!(
        "{}: {} ({:.1} %)",
        output.image,
        output.class,
        100.0 * output.probabilities[output.class]
    );
    for (class, probability) in output.probabilities.iter().enumerate() {
        let bar = "#".repeat((40.0 * probability).round() as usize);
        say!("  {class:>3}  {:6.2} %  {bar}", 100.0 * probability);
    }
    if output.sweep.is_empty() {
        return;
    }
    say!("  turned counter-clockwise by");
    for turned in &output.sweep {
        let probability = turned.probabilities[turned.class];
        let of_upright = turned.probabilities[output.class];
        let bar = "#".repeat((40.0 * of_upright).round() as usize);
        say!(
            "  {:>4.0}°  class {} ({:6.2} %)   P({}) {:6.2} %  {bar}",
            turned.degrees,
            turned.class,
            100.0 * probability,
            output.class,
            100.0 * of_upright
        );
    }
}
