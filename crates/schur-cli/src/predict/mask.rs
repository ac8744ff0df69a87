//! Masks of pictures.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schur_data::Volume;
use schur_nn::{try_directory, write_atomically};
use schur_train::TrainError;
use schur_train::images::{Prediction, Predictor, Prepared, overlap};
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{Result, fail};
use crate::say::line;

use super::Asked;
use super::answers::{Answer, each};

#[derive(Serialize)]
struct Found {
    /// The file of the mask.
    mask: String,
    /// Marked pixels of the picture, and all.
    marked: usize,
    pixels: usize,
    /// First and last slice of a volume, row and column with a marked pixel.
    slices: Option<(usize, usize)>,
    rows: Option<(usize, usize)>,
    columns: Option<(usize, usize)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<Turned>,
    /// What masks mark.
    #[serde(skip)]
    what: &'static str,
    #[serde(skip)]
    volume: bool,
}

#[derive(Serialize)]
struct Turned {
    degrees: f64,
    /// Marked pixels in the central disc, as the network sees the picture.
    marked: usize,
    /// How well they are the mask of the picture, turned: pixels in both over pixels in either.
    iou: f64,
}

/// Writes a mask for every picture and says what is in it. Nothing is written if a file would be
/// replaced that is no mask of an earlier prediction.
pub(super) fn run(args: &PredictArgs, images: &[Asked], predictor: &Predictor) -> Result<()> {
    // Nothing is written if two masks would be one file.
    let mut targets = BTreeMap::new();
    let files = images.iter().filter(|asked| asked.problem.is_none());
    for Asked { path, .. } in files {
        let target = |path: &Path| target(args, path, predictor);
        let file = target(path);
        if file.exists() && !schur_data::is_found(&file) {
            return fail(format!(
                "{}: the mask of {} would replace this file, which is none that `schur predict` has written; \
                 choose another directory with --out DIR, or move the file",
                file.display(),
                path.display()
            ));
        }
        if let Some(other) = targets.insert(file, path) {
            return fail(format!(
                "the masks of {} and {} would be one file, {}; predict them one by one{}",
                other.display(),
                path.display(),
                target(path).display(),
                match args.out {
                    Some(_) if other.parent() != path.parent() =>
                        ", or without --out, which writes them beside the images",
                    _ => "",
                }
            ));
        }
    }
    if let Some(directory) = &args.out {
        try_directory(directory)?;
    }
    let columns = ["mask", "marked", "pixels"].map(str::to_string);
    each(args, images, &columns, |path| {
        predict(args, predictor, path)
    })
}

impl Answer for Found {
    fn text(&self) -> String {
        text(self)
    }

    fn cells(&self) -> Vec<String> {
        let counts = [self.marked, self.pixels].map(|count| count.to_string());
        [self.mask.clone()].into_iter().chain(counts).collect()
    }
}

/// `scene.png` has its mask in `scene-mask.png`, beside it or in the directory of `--out`; a volume
/// `scan.nii.gz` in `scan-mask.nii.gz`, any other in `NAME-mask.npy`.
fn target(args: &PredictArgs, image: &Path, predictor: &Predictor) -> PathBuf {
    let file = image.file_name().unwrap_or_default().to_string_lossy();
    let ending = |ending: &&str| file.to_lowercase().ends_with(*ending);
    let volume = [".nii.gz", ".nii"].into_iter().find(ending);
    let (name, ending) = match (predictor.sees_volumes(), volume) {
        (true, Some(ending)) => (file[..file.len() - ending.len()].to_string(), ending),
        (true, None) if image.is_dir() => (file.into_owned(), ".npy"),
        (volume, _) => {
            let stem = image.file_stem().unwrap_or_default().to_string_lossy();
            (stem.into_owned(), if volume { ".npy" } else { ".png" })
        }
    };
    let name = format!("{name}-mask{ending}");
    match &args.out {
        Some(directory) => directory.join(name),
        None => image.with_file_name(name),
    }
}

fn predict(args: &PredictArgs, predictor: &Predictor, path: &Path) -> Result<Found> {
    let seen = predictor.prepare_file(path)?;
    let Prediction::Mask {
        pixels,
        depth,
        height,
        width,
    } = predictor.answer(&seen)?
    else {
        return fail("the network gives no mask");
    };
    let target = target(args, path, predictor);
    let file = match predictor.sees_volumes() {
        true => {
            Volume::mask_file(path, [depth, height, width], &pixels).map_err(TrainError::from)?
        }
        false => {
            // Two classes are black and white, more are their numbers.
            let white = if predictor.class_count() > 2 { 1 } else { 255 };
            let grey: Vec<u8> = pixels.iter().map(|&m| white * m).collect();
            let png = crate::draw::encode_grey(&grey, width as u32, height as u32)?;
            schur_data::mark_found(png)
        }
    };
    write_atomically(&target, &file)?;
    let marked = || (0..pixels.len()).filter(|&i| pixels[i] > 0);
    Ok(Found {
        mask: target.display().to_string(),
        marked: count(&pixels),
        pixels: pixels.len(),
        slices: extent(marked().map(|i| i / (height * width))).filter(|_| depth > 1),
        rows: extent(marked().map(|i| i / width % height)),
        columns: extent(marked().map(|i| i % width)),
        sweep: sweep(predictor, &seen, args.rotate_sweep)?,
        what: predictor.marked(),
        volume: predictor.sees_volumes(),
    })
}

/// The masks of the turned picture beside the turned mask of the picture, in the central disc: what a
/// turn brings into the corners, nobody knows.
fn sweep(predictor: &Predictor, seen: &Prepared, turn: bool) -> Result<Vec<Turned>> {
    let sizes = seen.sizes();
    let in_disc = |mut mask: Vec<u8>| {
        let [_, rows, cols] = sizes;
        for (i, class) in mask.iter_mut().enumerate() {
            let from_middle = |at: usize, size: usize| (2 * at + 1).abs_diff(size);
            let (y, x) = (
                from_middle(i / cols % rows, rows),
                from_middle(i % cols, cols),
            );
            if x * x + y * y > rows.min(cols).pow(2) {
                *class = 0;
            }
        }
        mask
    };
    let upright = predictor.mask(seen)?;
    super::sweep(seen, turn, |degrees, turned| {
        let found = in_disc(predictor.mask(turned)?);
        let turn = schur_data::rotation_about_z(degrees)?;
        let expected = in_disc(schur_data::move_mask(&upright, sizes, &turn)?);
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
    mask.iter().filter(|&&m| m > 0).count()
}

/// Smallest and largest.
fn extent(places: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    places.fold(None, |extent, place| {
        let (low, high) = extent.unwrap_or((place, place));
        Some((low.min(place), high.max(place)))
    })
}

fn text(found: &Found) -> String {
    let (mut out, what) = (String::new(), found.what);
    let places = if found.volume { "voxels" } else { "pixels" };
    let share = 100.0 * found.marked as f64 / found.pixels as f64;
    let place = match (found.rows, found.columns) {
        (Some((top, bottom)), Some((left, right))) => format!(
            "{what} on {} of {} {places} ({share:.1} %), {}rows {top} to {bottom}, columns {left} to {right}",
            found.marked,
            found.pixels,
            found.slices.map_or(String::new(), |(front, back)| format!(
                "slices {front} to {back}, "
            ))
        ),
        _ => format!("no {what} found"),
    };
    line!(out, "{place}; mask in {}", found.mask);
    if found.sweep.is_empty() {
        return out;
    }
    line!(
        out,
        "  {} by, and in the central disc, which no turn leaves",
        super::turned_words(found.volume)
    );
    for turned in &found.sweep {
        line!(
            out,
            "  {:>4.0}°  {:>5} {places}, IoU with the turned mask {:6.2} %",
            turned.degrees,
            turned.marked,
            100.0 * turned.iou
        );
    }
    out
}
