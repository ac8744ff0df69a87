//! `schur export`: a trained network as a plain one, for other programs.

use burn::tensor::{DType, Device};
use schur_nn::export::Graph;
use schur_nn::network::DomainKind;
use schur_nn::{Layer, Network, in_precision, relative_distance, tolerance, write_atomically};
use schur_train::RunDir;
use schur_train::images::{DataConfig, Task, Trained};
use serde::Serialize;

use crate::args::ExportArgs;
use crate::error::{CliError, Result, fail};
use crate::round_off;
use crate::say::{emit, ending};
use crate::waiting::Waiting;

/// Test images on which the two networks are compared.
const IMAGES: usize = 100;

pub(crate) fn run(args: &ExportArgs) -> Result<()> {
    let extension = ending(&args.out, "--out", &["onnx", "safetensors"])?;
    let run = RunDir::open(&args.run)?;
    let trained = run.best_network(&Device::flex())?;
    let sizes = trained.sizes();
    if trained.network.domain() == DomainKind::Sphere {
        return fail(
            "a network on the sphere has no plain counterpart: its transforms are no operation of \
             ONNX; use it by `schur predict`, or by `schur_train::images::Predictor` in Rust",
        );
    }
    let mut graph = Graph::of_size(&trained.network, sizes)?;
    let mut allowed = tolerance::EXACT_F32;
    if args.half {
        (graph, allowed) = (graph.in_half_precision()?, tolerance::HALF_PRECISION);
    }
    if args.constants {
        graph = graph.in_single_precision();
    }
    let samples = trained.samples(&run, args.data.as_deref(), &Waiting::new())?;
    let images = match trained.config.task() {
        Task::Segmentation => samples.images()?.first(IMAGES),
        _ => samples.upright().first(IMAGES),
    };
    let pixels = images.volumes();
    let answer = |network: &Network, dtype: DType| {
        let images = network.fields(pixels.clone().cast(dtype))?;
        Layer::forward(network, images)
    };
    let double = in_precision(trained.network.clone(), DType::F64);
    let double = answer(&double, DType::F64)?;
    let expected = answer(&trained.network, DType::F32)?;
    allowed *= round_off::factor(&expected, &double);
    let distance = match sizes {
        [1, ..] => relative_distance(&graph.run(images.tensor())?, &expected.to_tensor()),
        _ => relative_distance(&graph.run(pixels)?, &expected.to_volume()),
    };
    if distance.is_nan() || distance > allowed {
        return fail(format!(
            "the plain network differs by {distance:.1e} from the trained one on test images, \
             {allowed:.0e} is allowed; nothing was written"
        ));
    }
    for (key, text) in metadata(&trained)? {
        graph = graph.with_metadata(key, text);
    }
    match extension {
        "onnx" => write_atomically(&args.out, &graph.to_onnx())?,
        _ => graph.save(&args.out)?,
    }
    let shape = graph.input().numbers();
    let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
    let numbers: usize = graph.constants().iter().map(|c| c.values.len()).sum();
    emit(&format!(
        "{}: {} operations, {numbers} numbers, input [batch, {}]; on {} it differs by \
         {distance:.1e} from the equivariant network of {} parameters\n{}",
        args.out.display(),
        graph.nodes().len(),
        shape.join(", "),
        samples.words(images.len()),
        trained.network.parameters(),
        graph
            .metadata()
            .iter()
            .map(|(key, text)| format!("  {key}: {text}\n"))
            .collect::<String>(),
    ))
}

/// How pictures are made larger or smaller.
const RESIZED: &str = "rows and columns alike: the mean over the area that a new pixel covers where it \
                       shrinks, linear between the centres of pixels where it grows";
/// How a mask of what a network sees becomes one of the picture.
const MASKED: &str = "a mask goes the same way back, where a pixel of the picture takes the class of the \
                      pixel that its centre falls into";

/// What a program that reads the file has to know: by keys, lists as JSON.
fn metadata(trained: &Trained) -> Result<Vec<(&'static str, String)>> {
    let (config, network) = (&trained.config, &trained.network);
    let (channels, side) = (network.image_type().channels(), trained.image_size);
    let sizes = trained.sizes();
    let volume = config.data.volume.is_some();
    let channel = match channels {
        _ if volume => "channels of volumes",
        1 => "brightness (0.2126 red + 0.7152 green + 0.0722 blue)",
        _ => "red, green and blue",
    };
    let (output, classes) = match config.task() {
        Task::Classification => ("logits [batch, classes]", config.class_names()),
        Task::Pose if volume => (
            "rotation [batch, 6]: where x and y have gone, (x, y, z) each, x to the right, y up, z along the \
             slices; neither of length 1 nor at right angles",
            Vec::new(),
        ),
        Task::Pose => (
            "direction [batch, 2]: cosine and sine of the angle, counter-clockwise, not normalised",
            Vec::new(),
        ),
        Task::Regression => (
            "values [batch, numbers and components of vectors], standardised: (value - target_mean) / \
             target_scale, as `targets` names them; vectors have x to the right, y up (and z along the slices)",
            Vec::new(),
        ),
        Task::Segmentation => (
            match sizes {
                [1, ..] => "logits [batch, classes, height, width] of every pixel",
                _ => "logits [batch, classes, depth, height, width] of every voxel",
            },
            match config.data.is_own() {
                true => config.class_names(),
                false => ["background", "digit"].map(String::from).to_vec(),
            },
        ),
    };
    let masks = config.task() == Task::Segmentation;
    let (mean, deviation, resizing) = if config.data.is_own() {
        (
            config.data.mean.clone(),
            config.data.deviation.clone(),
            if volume {
                resampling(&config.data)
            } else {
                format!(
                    "transparent parts white; the central square of the picture, from row \
                     floor((height - side) / 2) and column floor((width - side) / 2) on; resized to {side} x \
                     {side} pixels, {RESIZED}; rounded to whole values from 0 to 255{}",
                    match masks {
                        true => format!("; {MASKED}, background outside of the square"),
                        false => String::new(),
                    }
                )
            },
        )
    } else {
        (
            vec![0.0; channels],
            vec![1.0; channels],
            format!(
                "bright ink on black, {side} x {side} pixels; pictures of other sizes: the contrast \
                 stretched to values from 0 to 1, {}",
                match masks {
                    true => format!(
                        "the longer side resized to {side} pixels and the other in proportion, {RESIZED}; put \
                         in the middle of black, from row floor(({side} - rows) / 2) and column \
                         floor(({side} - columns) / 2) on; {MASKED}"
                    ),
                    false => format!(
                        "the box of the ink (values above 0.2) cut out, its longer side resized to 20/28 of \
                         the side, {RESIZED}; its centre of mass put to the centre"
                    ),
                }
            ),
        )
    };
    let mut entries = vec![
        (
            "producer",
            concat!("schur ", env!("CARGO_PKG_VERSION")).to_string(),
        ),
        ("task", json(&config.task())?.trim_matches('"').to_string()),
        ("group", network.group().name().to_string()),
        (
            "input",
            match sizes {
                [1, ..] => format!(
                    "[batch, {channels}, {side}, {side}]: {channel}, rows downward; (value / 255 - mean) / \
                     deviation"
                ),
                [depth, rows, cols] => format!(
                    "[batch, {channels}, {depth}, {rows}, {cols}]: {channel}, slices along z (head), rows \
                     against y (front), columns along x (right); (value - mean) / deviation"
                ),
            },
        ),
        ("resizing", resizing),
        ("mean", json(&mean)?),
        ("deviation", json(&deviation)?),
        ("output", output.to_string()),
    ];
    if !classes.is_empty() {
        entries.push(("classes", json(&classes)?));
    }
    if let Some(asked) = config.data.quantities().transpose()? {
        let (mean, scale): (Vec<f64>, Vec<f64>) = asked.standards().unzip();
        entries.push(("targets", json(&asked.components())?));
        entries.push(("target_mean", json(&mean)?));
        entries.push(("target_scale", json(&scale)?));
    }
    Ok(entries)
}

/// What is done to volumes before.
fn resampling(data: &DataConfig) -> String {
    match (data.spacing, data.size) {
        (None, None) => "as they are".to_string(),
        (None, Some(side)) => format!(
            "the central cube, as wide as the shortest axis in millimetres, resized to {side} voxels"
        ),
        (Some(spacing), None) => format!("resampled to voxels of {spacing} mm"),
        (Some(spacing), Some(side)) => format!(
            "resampled to voxels of {spacing} mm, then cut or filled with the least number to {side} \
             voxels"
        ),
    }
}

/// A list on one line.
fn json(list: &impl Serialize) -> Result<String> {
    serde_json::to_string(list).map_err(|e| CliError::Message(format!("writing JSON: {e}")))
}
