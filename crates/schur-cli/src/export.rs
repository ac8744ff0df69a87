//! `schur export`: a trained network as a plain one, for other programs.

use burn::tensor::Device;
use schur_nn::export::Graph;
use schur_nn::{Layer, relative_distance, tolerance, write_atomically};
use schur_train::RunDir;
use schur_train::images::Config;

use crate::args::ExportArgs;
use crate::error::{Result, fail};
use crate::reading::Reading;
use crate::say::emit;

/// Test images on which the two networks are compared.
const IMAGES: usize = 100;

pub(crate) fn run(args: &ExportArgs) -> Result<()> {
    let extension = args.out.extension().and_then(|e| e.to_str());
    let Some(extension @ ("onnx" | "safetensors")) = extension else {
        return fail(format!(
            "--out {}: the ending says the format; use .onnx or .safetensors",
            args.out.display()
        ));
    };
    let run = RunDir::open(&args.run)?;
    let trained = run.best_network(&Device::flex())?;
    let side = trained.image_size;
    let mut graph = Graph::export(&trained.network, side, side)?;
    let mut allowed = tolerance::EXACT_F32;
    if args.half {
        (graph, allowed) = (graph.in_half_precision()?, tolerance::HALF_PRECISION);
    }
    if args.constants {
        graph = graph.in_single_precision();
    }
    let samples = trained.samples(&run, args.data.as_deref(), &Reading::new())?;
    let images = samples.upright().first(IMAGES)?.tensor();
    let expected = trained.network.forward(images.clone())?;
    let dims = expected.dims();
    let found = graph.run(images)?;
    let distance = relative_distance(&found, &expected.reshape([dims[0], dims[1], 1, 1]));
    if distance.is_nan() || distance > allowed {
        return fail(format!(
            "the plain network differs by {distance:.1e} from the trained one on test images, \
             {allowed:.0e} is allowed; nothing was written"
        ));
    }
    match extension {
        "onnx" => write_atomically(&args.out, &graph.to_onnx())?,
        _ => graph.save(&args.out)?,
    }
    let (channels, height, width) = graph.input();
    let numbers: usize = graph.constants().iter().map(|c| c.values.len()).sum();
    emit(&format!(
        "{}: {} operations, {numbers} numbers, input [batch, {channels}, {height}, {width}]; on \
         {} test images it differs by {distance:.1e} from the equivariant network of {} \
         parameters\n{}",
        args.out.display(),
        graph.nodes().len(),
        dims[0],
        trained.network.parameters(),
        own_images(&trained.config),
    ))
}

/// What another program has to know of images of one's own.
fn own_images(config: &Config) -> String {
    if !config.data.is_own() {
        return String::new();
    }
    format!(
        "each channel is (value / 255 - mean) / deviation with mean {:?} and deviation {:?}; classes: \
         {}\n",
        config.data.mean,
        config.data.deviation,
        config.data.classes.join(", ")
    )
}
