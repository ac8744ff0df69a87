//! Masks of pictures.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schur_nn::{try_directory, write_atomically};
use schur_train::images::{Prediction, Predictor, Prepared, overlap};
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{Result, fail};
use crate::say::{emit, emit_data, line, to_json};

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
pub(super) fn run(args: &PredictArgs, images: &[PathBuf], predictor: &Predictor) -> Result<()> {
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
        let found = predict(args, predictor, path)?;
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

fn predict(args: &PredictArgs, predictor: &Predictor, path: &Path) -> Result<Found> {
    let seen = predictor.prepare_file(path)?;
    let Prediction::Mask {
        pixels,
        height,
        width,
    } = predictor.answer(&seen)?
    else {
        return fail("the network gives no mask");
    };
    let target = target(args, path);
    let colours: Vec<[u8; 3]> = pixels.iter().map(|&m| [255 * m; 3]).collect();
    let png = crate::draw::encode(&colours, width as u32, height as u32)?;
    write_atomically(&target, &png)?;
    let marked = || (0..pixels.len()).filter(|&i| pixels[i] == 1);
    Ok(Found {
        image: path.display().to_string(),
        mask: target.display().to_string(),
        marked: count(&pixels),
        pixels: pixels.len(),
        rows: extent(marked().map(|i| i / width)),
        columns: extent(marked().map(|i| i % width)),
        sweep: sweep(predictor, &seen, args.rotate_sweep)?,
    })
}

/// The masks of the turned picture beside the turned mask of the picture.
fn sweep(predictor: &Predictor, seen: &Prepared, turn: bool) -> Result<Vec<Turned>> {
    let size = seen.size();
    let upright: Vec<f32> = predictor.mask(seen)?.into_iter().map(f32::from).collect();
    super::sweep(seen, turn, |degrees, turned| {
        let found = predictor.mask(turned)?;
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
    })
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
