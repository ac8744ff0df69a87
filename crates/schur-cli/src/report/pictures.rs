//! Test images with the answers of the network.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, RgbImage};
use schur_lab::figure::{Anchor, Drawing, Figure, Ink};
use schur_nn::InferenceNetwork;
use schur_train::images::{Images, Task, angles, masks, values};

use crate::error::{CliError, Result};

/// Examples in a row, and how many there are.
const COLUMNS: usize = 6;
const EXAMPLES: usize = 18;
/// Side of an example in the picture, and the gap between two.
const CELL: f64 = 112.0;
const GAP: f64 = 8.0;
const HEAD: f64 = 36.0;

/// Sky blue, orange and purple of Okabe and Ito: they lie on dark pictures.
const TRUE: [u8; 3] = [86, 180, 233];
const FOUND: [u8; 3] = [240, 160, 20];
const MISSED: [u8; 3] = [204, 121, 187];
pub(super) const INKS: [Ink; 3] = [
    Ink::Fixed("#56b4e9"),
    Ink::Fixed("#f0a014"),
    Ink::Fixed("#cc79bb"),
];

/// The first test images: with arrows for directions, coloured for masks; nothing where there is neither
/// of both.
pub(super) fn examples(
    task: Task,
    network: &InferenceNetwork,
    images: &Images,
    own: bool,
) -> Result<Option<Figure>> {
    let images = images.first(EXAMPLES);
    let directions = match task {
        Task::Segmentation => None,
        Task::Pose if images.sizes()[0] > 1 => None,
        _ => directions(task, network, &images)?,
    };
    if task != Task::Segmentation && directions.is_none() {
        return Ok(None);
    }
    // Of volumes the middle slice.
    let [depth, height, width] = images.sizes();
    let plane = depth / 2 * height * width..(depth / 2 + 1) * height * width;
    let rows = images.len().div_ceil(COLUMNS) as f64;
    let mut drawing = Drawing::new(COLUMNS as f64 * (CELL + GAP), HEAD + rows * (CELL + GAP));
    let segmentation = task == Task::Segmentation;
    let words: &[&str] = match segmentation {
        true => &["found and true", "found only", "missed"],
        false => &["true direction", "found direction"],
    };
    for (i, (word, ink)) in words.iter().zip(INKS).enumerate() {
        let x = GAP + 170.0 * i as f64;
        drawing.rect((x, 12.0), (16.0, 12.0), ink, 1.0);
        drawing.text((x + 24.0, 22.5), Anchor::Start, "", word);
    }
    let all: Vec<usize> = (0..images.len()).collect();
    let truth = images.truth(&all);
    if segmentation {
        let found = masks(network, &images)?;
        let size = found.len() / images.len();
        for i in all {
            let part = i * size + plane.start..i * size + plane.end;
            let shown = shades(&images.image(i)[plane.clone()], own);
            let colours = tinted(&shown, &found[part.clone()], &truth.masks[part]);
            picture(&mut drawing, i, &colours, images.size())?;
        }
    }
    for (i, (found, truth)) in directions.iter().flat_map(|(_, all)| all).enumerate() {
        let shown = shades(&images.image(i)[plane.clone()], own);
        let colours: Vec<[u8; 3]> = shown.iter().map(|v| [*v; 3]).collect();
        picture(&mut drawing, i, &colours, images.size())?;
        arrow(&mut drawing, i, *truth, INKS[0]);
        arrow(&mut drawing, i, *found, INKS[1]);
    }
    let title = match &directions {
        None => "Masks of the first test images".to_string(),
        Some((name, _)) => format!("{name} of the first test images"),
    };
    Ok(Some(Figure::new("examples", title, "", drawing)))
}

/// What turns with the images, by its name, and its directions in degrees: found and true. The first
/// vector, where there are several; nothing of volumes, whose vectors a picture does not show.
#[expect(clippy::type_complexity, reason = "a name with pairs")]
fn directions(
    task: Task,
    network: &InferenceNetwork,
    images: &Images,
) -> Result<Option<(String, Vec<(f64, f64)>)>> {
    if task == Task::Pose {
        let errors = angles(network, images)?;
        let pairs = errors.iter().zip(images.angles());
        let pairs = pairs.map(|(error, truth)| (truth + error, *truth));
        return Ok(Some(("Directions".to_string(), pairs.collect())));
    }
    let Some(targets) = images.targets() else {
        return Ok(None);
    };
    let asked = targets.quantities();
    let (1, Some((name, place))) = (images.sizes()[0], asked.places().nth(asked.numbers().len()))
    else {
        return Ok(None);
    };
    let angle = |row: &[f64]| row[place.end - 1].atan2(row[place.start]).to_degrees();
    let found = values(network, images)?;
    let pairs = found.iter().enumerate();
    let pairs = pairs.map(|(i, row)| (angle(row), angle(targets.row(i))));
    Ok(Some((format!("{name}: directions"), pairs.collect())))
}

/// Shades of numbers: black is the least, white the largest.
pub(crate) fn stretched(numbers: &[f32]) -> Vec<u8> {
    let least = numbers.iter().copied().fold(f32::INFINITY, f32::min);
    let range = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max) - least;
    let share = |v: &f32| (v - least) / range.max(f32::MIN_POSITIVE);
    let shade = |v: &f32| (255.0 * share(v)).round() as u8;
    numbers.iter().map(shade).collect()
}

/// Shades of an image: of digits, numbers from 0 to 1, as they are, of `own` images stretched.
fn shades(image: &[f32], own: bool) -> Vec<u8> {
    match own {
        true => stretched(image),
        false => (image
            .iter()
            .map(|v| (255.0 * v.clamp(0.0, 1.0)).round() as u8))
        .collect(),
    }
}

/// The colours of masks: rightly found, wrongly found, missed.
fn tinted(image: &[u8], found: &[u8], truth: &[u8]) -> Vec<[u8; 3]> {
    let pixels = image.iter().zip(found.iter().zip(truth));
    pixels
        .map(|(value, (found, truth))| {
            let grey = (0.8 * f32::from(*value)).round() as u8;
            match (found, truth) {
                (0, 0) => [grey; 3],
                (0, _) => MISSED,
                (found, truth) if found == truth => TRUE,
                _ => FOUND,
            }
        })
        .collect()
}

fn corner(index: usize) -> (f64, f64) {
    let (row, col) = ((index / COLUMNS) as f64, (index % COLUMNS) as f64);
    (0.5 * GAP + col * (CELL + GAP), HEAD + row * (CELL + GAP))
}

/// The pixels of an example.
fn picture(
    drawing: &mut Drawing,
    index: usize,
    colours: &[[u8; 3]],
    size: (usize, usize),
) -> Result<()> {
    embed(drawing, corner(index), (CELL, CELL), colours, size)
}

/// Pixels of (height, width) as an embedded PNG at a place, so large in the picture.
pub(super) fn embed(
    drawing: &mut Drawing,
    at: (f64, f64),
    size: (f64, f64),
    colours: &[[u8; 3]],
    (height, width): (usize, usize),
) -> Result<()> {
    let bytes: Vec<u8> = colours.iter().flatten().copied().collect();
    let refuse = |problem: String| CliError::Message(format!("drawing an example: {problem}"));
    let image = RgbImage::from_raw(width as u32, height as u32, bytes)
        .ok_or_else(|| refuse("pixels are missing".to_string()))?;
    let mut png = Cursor::new(Vec::new());
    image
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|e| refuse(e.to_string()))?;
    let data = STANDARD.encode(png.get_ref());
    let address = format!("data:image/png;base64,{data}");
    drawing.picture(at, size, &address);
    Ok(())
}

/// From the middle in a direction; angle 0 points right.
fn arrow(drawing: &mut Drawing, index: usize, degrees: f64, ink: Ink) {
    let (x, y) = corner(index);
    let half = 0.5 * CELL;
    let (sin, cos) = degrees.to_radians().sin_cos();
    let middle = (x + half, y + half);
    let tip = (middle.0 + 0.95 * half * cos, middle.1 - 0.95 * half * sin);
    drawing.arrow(middle, tip, ink, 3.0);
}
