//! Test images with the answers of the network.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, RgbImage};
use schur_lab::figure::{Anchor, Drawing, Figure, Ink};
use schur_nn::InferenceNetwork;
use schur_train::images::{Images, Task, angles, masks};

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
const INKS: [Ink; 3] = [
    Ink::Fixed("#56b4e9"),
    Ink::Fixed("#f0a014"),
    Ink::Fixed("#cc79bb"),
];

/// The first test images: with arrows for directions, coloured for masks.
pub(super) fn examples(
    task: Task,
    network: &InferenceNetwork,
    images: &Images,
    own: bool,
) -> Result<Figure> {
    let images = images.first(EXAMPLES)?;
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
    } else {
        let errors = angles(network, &images)?;
        for i in all {
            let grey = |v: &f32| [shade(*v); 3];
            let colours: Vec<[u8; 3]> = images.image(i).iter().map(grey).collect();
            picture(&mut drawing, i, &colours, images.size())?;
            arrow(&mut drawing, i, truth.angles[i], INKS[0]);
            arrow(&mut drawing, i, truth.angles[i] + errors[i], INKS[1]);
        }
    }
    let title = match segmentation {
        true => "Masks of the first test images",
        false => "Directions of the first test images",
    };
    Ok(Figure::new("examples", title, "", drawing))
}

fn shade(value: f32) -> u8 {
    (255.0 * value.clamp(0.0, 1.0)).round() as u8
}

/// Numbers from 0 to 1: those of digits as they are, those of `own` images stretched.
fn shades(image: &[f32], own: bool) -> Vec<f32> {
    if !own {
        return image.to_vec();
    }
    let least = image.iter().copied().fold(f32::INFINITY, f32::min);
    let range = image.iter().copied().fold(f32::NEG_INFINITY, f32::max) - least;
    let shade = |v: &f32| (v - least) / range.max(f32::MIN_POSITIVE);
    image.iter().map(shade).collect()
}

/// The colours of masks: rightly found, wrongly found, missed.
fn tinted(image: &[f32], found: &[u8], truth: &[u8]) -> Vec<[u8; 3]> {
    let pixels = image.iter().zip(found.iter().zip(truth));
    pixels
        .map(|(value, (found, truth))| {
            let grey = shade(0.8 * value);
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
