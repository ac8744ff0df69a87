//! Masks of pictures.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::{Tensor, TensorData};
use schur_nn::{InferenceNetwork, try_directory, write_atomically};
use schur_train::images::{found_mask, overlap};
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{Result, fail};
use crate::say::{emit, emit_data, line, to_json};

use super::SWEEP_STEP;
use super::ink::{self, Scene};

#[derive(Serialize)]
struct Found {
    image: String,
    /// The file of the mask.
    mask: String,
    /// Marked pixels of the picture, and all.
    marked: usize,
    pixels: usize,
    /// First and last row, first and last column with a marked pixel.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<(usize, usize)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<(usize, usize)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<Turned>,
}

#[derive(Serialize)]
struct Turned {
    degrees: f64,
    /// Marked pixels as the network sees the picture.
    marked: usize,
    /// How well they are the mask of the picture, turned: pixels in both over pixels in either.
    iou: f64,
}

/// Writes a mask for every picture and says what is in it.
pub(super) fn run(
    args: &PredictArgs,
    images: &[PathBuf],
    network: &InferenceNetwork,
    size: usize,
) -> Result<()> {
    // Nothing is written if two masks would be one file.
    let mut targets = BTreeMap::new();
    for path in images {
        if let Some(other) = targets.insert(target(args, path), path) {
            return fail(format!(
                "the masks of {} and {} would be one file, {}; predict them one by one",
                other.display(),
                path.display(),
                target(args, path).display()
            ));
        }
    }
    if let Some(directory) = &args.out {
        try_directory(directory)?;
    }
    let mut all = Vec::with_capacity(images.len());
    for path in images {
        let found = predict(args, network, size, path)?;
        if args.json {
            all.push(found);
        } else {
            emit(&text(&found))?;
        }
    }
    if args.json {
        emit_data(&to_json(&all)?)?;
    }
    Ok(())
}

/// `scene.png` has its mask in `scene-mask.png`, beside it or in the directory of `--out`.
fn target(args: &PredictArgs, image: &Path) -> PathBuf {
    let mut name = image.file_stem().unwrap_or_default().to_os_string();
    name.push("-mask.png");
    match &args.out {
        Some(directory) => directory.join(name),
        None => image.with_file_name(name),
    }
}

fn predict(
    args: &PredictArgs,
    network: &InferenceNetwork,
    size: usize,
    path: &Path,
) -> Result<Found> {
    let scene = ink::load_scene(path, size)?;
    let seen = mask(network, &scene.pixels, size)?;
    let full = scene.at_full_size(&seen, size);
    let target = target(args, path);
    let colours: Vec<[u8; 3]> = full.iter().map(|&m| [255 * m; 3]).collect();
    let (height, width) = scene.picture;
    let png = crate::draw::encode(&colours, width as u32, height as u32)?;
    write_atomically(&target, &png)?;
    Ok(Found {
        image: path.display().to_string(),
        mask: target.display().to_string(),
        marked: count(&full),
        pixels: full.len(),
        rows: extent((0..full.len()).filter(|&i| full[i] == 1).map(|i| i / width)),
        columns: extent((0..full.len()).filter(|&i| full[i] == 1).map(|i| i % width)),
        sweep: if args.rotate_sweep {
            sweep(network, &scene, &seen, size)?
        } else {
            Vec::new()
        },
    })
}

fn mask(network: &InferenceNetwork, pixels: &[f32], size: usize) -> Result<Vec<u8>> {
    let data = TensorData::new(pixels.to_vec(), [1, 1, size, size]);
    let logits = network.masks(Tensor::from_data(data, &network.device()))?;
    let [_, height, width, classes] = logits.dims();
    let logits = logits.reshape([height * width, classes]);
    if !logits.clone().is_finite().all().into_scalar::<bool>() {
        return fail("the network gives no finite numbers; train it again");
    }
    Ok(found_mask(&logits))
}

/// The masks of the turned picture beside the turned mask of the picture.
fn sweep(
    network: &InferenceNetwork,
    scene: &Scene,
    upright: &[u8],
    size: usize,
) -> Result<Vec<Turned>> {
    let upright: Vec<f32> = upright.iter().map(|&m| f32::from(m)).collect();
    let turned = |step: usize| {
        let degrees = step as f64;
        let pixels = schur_data::rotate(&scene.pixels, size, size, degrees)?;
        let found = mask(network, &pixels, size)?;
        let expected = schur_data::rotate(&upright, size, size, degrees)?;
        let expected: Vec<u8> = expected.iter().map(|&m| u8::from(m >= 0.5)).collect();
        let (both, either) = overlap(&found, &expected);
        Ok(Turned {
            degrees,
            marked: count(&found),
            iou: if either == 0 {
                1.0
            } else {
                both as f64 / either as f64
            },
        })
    };
    (0..360).step_by(SWEEP_STEP).map(turned).collect()
}

fn count(mask: &[u8]) -> usize {
    mask.iter().filter(|&&m| m == 1).count()
}

/// Smallest and largest.
fn extent(places: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    places.fold(None, |extent, place| {
        let (low, high) = extent.unwrap_or((place, place));
        Some((low.min(place), high.max(place)))
    })
}

fn text(found: &Found) -> String {
    let mut out = String::new();
    let share = 100.0 * found.marked as f64 / found.pixels as f64;
    let place = match (found.rows, found.columns) {
        (Some((top, bottom)), Some((left, right))) => format!(
            "digit on {} of {} pixels ({share:.1} %), rows {top} to {bottom}, columns {left} to \
             {right}",
            found.marked, found.pixels
        ),
        _ => "no digit found".to_string(),
    };
    line!(out, "{}: {place}; mask in {}", found.image, found.mask);
    if found.sweep.is_empty() {
        return out;
    }
    line!(out, "  turned counter-clockwise by");
    for turned in &found.sweep {
        line!(
            out,
            "  {:>4.0}°  {:>5} pixels, IoU with the turned mask {:6.2} %",
            turned.degrees,
            turned.marked,
            100.0 * turned.iou
        );
    }
    out
}
