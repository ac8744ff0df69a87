//! `schur draw`: kernels, filters, features and meshes as pictures.

pub(crate) mod args;
mod basis;
pub(crate) mod colour;
mod element;
mod features;
mod filters;
mod kernels;
mod mesh;
mod sheet;
mod svg;

use std::path::Path;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use crate::error::{CliError, Result};
use crate::say::ending;
use args::{DrawArgs, DrawCommand};
use sheet::Sheet;

pub(crate) fn run(args: &DrawArgs) -> Result<()> {
    match &args.what {
        DrawCommand::Basis(args) => basis::run(args),
        DrawCommand::Filters(args) => filters::run(args),
        DrawCommand::Features(args) => features::run(args),
        DrawCommand::Mesh(args) => mesh::run(args),
    }
}

/// The format by the ending of `--out`, asked before anything is computed.
fn format(path: &Path) -> Result<&'static str> {
    ending(path, "--out", &["svg", PNG])
}

/// The ending of pictures of pixels.
const PNG: &str = "png";

fn save(path: &Path, sheet: &Sheet) -> Result<()> {
    let bytes = match format(path)? {
        PNG => sheet.png()?,
        _ => svg::svg(sheet)?.into_bytes(),
    };
    Ok(schur_nn::write_atomically(path, &bytes)?)
}

/// Colours as the bytes of a PNG file.
pub(crate) fn encode(pixels: &[[u8; 3]], width: u32, height: u32) -> Result<Vec<u8>> {
    png(
        pixels.as_flattened(),
        (width, height),
        ExtendedColorType::Rgb8,
    )
}

/// A PNG file of grey values.
pub(crate) fn encode_grey(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>> {
    png(pixels, (width, height), ExtendedColorType::L8)
}

fn png(bytes: &[u8], (width, height): (u32, u32), colour: ExtendedColorType) -> Result<Vec<u8>> {
    let mut png = Vec::new();
    // Rows that repeat the one above, as those of enlarged pixels do, are all zero after `Up`.
    PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Up)
        .write_image(bytes, width, height, colour)
        .map_err(|e| CliError::Message(format!("encoding a picture as PNG: {e}")))?;
    Ok(png)
}
