//! Test images with the answers of the network, as one SVG.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, RgbImage};
use schur_nn::InferenceNetwork;
use schur_train::images::{Images, Task, angles, masks};

use crate::error::{CliError, Result};

/// Examples in a row, and how many there are.
const COLUMNS: usize = 6;
const EXAMPLES: usize = 18;
/// Side of an example in the picture, and the gap between two.
const CELL: usize = 112;
const GAP: usize = 8;
const HEAD: usize = 44;

const TRUE: &str = "#2ca02c";
const FOUND: &str = "#d62728";

/// The first test images: with arrows for directions, coloured for masks.
pub(super) fn examples(task: Task, network: &InferenceNetwork, images: &Images) -> Result<String> {
    let images = images.first(EXAMPLES)?;
    let rows = images.len().div_ceil(COLUMNS);
    let (width, height) = (COLUMNS * (CELL + GAP), HEAD + rows * (CELL + GAP));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\">\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    );
    svg += &if task == Task::Segmentation {
        legend(
            "Found and true",
            TRUE,
            "found only",
            FOUND,
            "missed",
            Some("#1f77b4"),
        )
    } else {
        legend("True direction", TRUE, "found direction", FOUND, "", None)
    };
    let all: Vec<usize> = (0..images.len()).collect();
    let truth = images.truth(&all);
    if task == Task::Segmentation {
        let found = masks(network, &images)?;
        let size = found.len() / images.len();
        for i in all {
            let part = i * size..(i + 1) * size;
            let colours = tinted(images.image(i), &found[part.clone()], &truth.masks[part]);
            svg += &picture(i, &colours, images.size())?;
        }
    } else {
        let errors = angles(network, &images)?;
        for i in all {
            let grey = |v: &f32| [shade(*v); 3];
            let colours: Vec<[u8; 3]> = images.image(i).iter().map(grey).collect();
            svg += &picture(i, &colours, images.size())?;
            svg += &arrow(i, truth.angles[i], TRUE);
            svg += &arrow(i, truth.angles[i] + errors[i], FOUND);
        }
    }
    svg += "</svg>\n";
    Ok(svg)
}

fn legend(a: &str, a_ink: &str, b: &str, b_ink: &str, c: &str, c_ink: Option<&str>) -> String {
    let word = |x: usize, text: &str, ink: &str| {
        format!("<text x=\"{x}\" y=\"26\" font-size=\"15\" fill=\"{ink}\">{text}</text>")
    };
    let mut line = word(GAP, a, a_ink) + &word(150, b, b_ink);
    if let Some(ink) = c_ink {
        line += &word(260, c, ink);
    }
    line
}

fn shade(value: f32) -> u8 {
    (255.0 * value.clamp(0.0, 1.0)).round() as u8
}

/// Green where found and true, red where found only, blue where missed.
fn tinted(image: &[f32], found: &[u8], truth: &[u8]) -> Vec<[u8; 3]> {
    let pixels = image.iter().zip(found.iter().zip(truth));
    pixels
        .map(|(value, (found, truth))| {
            let grey = shade(0.8 * value);
            match (found, truth) {
                (1, 1) => [60, 200, 60],
                (1, _) => [225, 60, 60],
                (_, 1) => [70, 120, 230],
                _ => [grey; 3],
            }
        })
        .collect()
}

fn corner(index: usize) -> (usize, usize) {
    let (row, col) = (index / COLUMNS, index % COLUMNS);
    (GAP / 2 + col * (CELL + GAP), HEAD + row * (CELL + GAP))
}

/// The pixels as an embedded PNG.
fn picture(index: usize, colours: &[[u8; 3]], (height, width): (usize, usize)) -> Result<String> {
    let bytes: Vec<u8> = colours.iter().flatten().copied().collect();
    let drawing = |problem: String| CliError::Message(format!("drawing an example: {problem}"));
    let image = RgbImage::from_raw(width as u32, height as u32, bytes)
        .ok_or_else(|| drawing("pixels are missing".to_string()))?;
    let mut png = Cursor::new(Vec::new());
    image
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|e| drawing(e.to_string()))?;
    let (x, y) = corner(index);
    Ok(format!(
        "<image x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" \
         style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>",
        STANDARD.encode(png.get_ref())
    ))
}

/// From the middle in a direction; angle 0 points right.
fn arrow(index: usize, degrees: f64, colour: &str) -> String {
    let (x, y) = corner(index);
    let half = CELL as f64 / 2.0;
    let (x, y) = (x as f64 + half, y as f64 + half);
    let point = |length: f64, degrees: f64| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        (x + length * half * cos, y - length * half * sin)
    };
    let ((tx, ty), (ax, ay), (bx, by)) = (
        point(0.95, degrees),
        point(0.78, degrees + 9.0),
        point(0.78, degrees - 9.0),
    );
    format!(
        "<path d=\"M{x:.1} {y:.1}L{tx:.1} {ty:.1}M{ax:.1} {ay:.1}L{tx:.1} {ty:.1}L{bx:.1} \
         {by:.1}\" stroke=\"{colour}\" stroke-width=\"3\" fill=\"none\"/>"
    )
}
