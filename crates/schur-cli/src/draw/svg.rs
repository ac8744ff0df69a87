//! A sheet as SVG. Tiles are small PNG pictures inside the file: a rectangle per pixel would take
//! a hundred times the space.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schur_lab::figure::escape;

use crate::error::Result;

use super::colour::diverging;
use super::sheet::{Anchor, Key, Sheet, Style, Tile, Word};

const STYLE: &str = "text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1d2433}\
.title{font-size:17px;font-weight:600}.small{font-size:11.5px;fill:#5b6475}\
.formula{font-size:15px;font-style:italic}";

/// Pixels in the embedded pictures per length 1.
const SHARPNESS: f64 = 2.0;

/// The file. It has a white ground, so that it can be read on dark pages too.
pub(super) fn svg(sheet: &Sheet) -> Result<String> {
    let (width, height) = (sheet.width.ceil(), sheet.height.ceil());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#fff\"/>\n",
        escape(&sheet.title)
    );
    for tile in &sheet.tiles {
        out.push_str(&image(tile)?);
    }
    for &[from, to] in &sheet.arrows {
        out.push_str(&arrow(from, to));
    }
    for word in &sheet.words {
        out.push_str(&text(word));
    }
    if let Some(key) = &sheet.key {
        out.push_str(&scale(key));
    }
    out.push_str("</svg>\n");
    Ok(out)
}

/// From negative over zero to positive.
fn scale(key: &Key) -> String {
    let ((x, y), (width, height)) = (key.at, Key::SIZE);
    let stops: String = (0..=10)
        .map(|i| {
            let [r, g, b] = diverging(f64::from(i - 5), 5.0);
            let offset = 10 * i;
            format!("<stop offset=\"{offset}%\" stop-color=\"#{r:02x}{g:02x}{b:02x}\"/>")
        })
        .collect();
    let words = [
        (x, Anchor::Start, format!("−{}", key.end)),
        (x + 0.5 * width, Anchor::Middle, "0".to_string()),
        (x + width, Anchor::End, key.end.clone()),
    ];
    let words = words.map(|(x, anchor, text)| Word {
        at: (x, y + height + 13.0),
        anchor,
        style: Style::Small,
        text,
    });
    format!(
        "<defs><linearGradient id=\"scale\">{stops}</linearGradient></defs>\n\
         <rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width}\" height=\"{height}\" \
         fill=\"url(#scale)\" stroke=\"#d0d4dc\"/>\n{}",
        words.iter().map(text).collect::<String>()
    )
}

fn image(tile: &Tile) -> Result<String> {
    let (pixels, factor) = enlarged(tile);
    let (columns, rows) = (tile.columns * factor, tile.rows() * factor);
    let png = super::encode(&pixels, columns as u32, rows as u32)?;
    let ((x, y), (width, height)) = (tile.at, tile.size);
    let place = format!("x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"");
    Ok(format!(
        "<image {place} preserveAspectRatio=\"none\" \
         href=\"data:image/png;base64,{}\"/>\n\
         <rect {place} fill=\"none\" stroke=\"#d0d4dc\"/>\n",
        STANDARD.encode(&png)
    ))
}

/// The pixels of a tile, each as a square of so many that programs that smooth small pictures
/// (most do, whatever the file says) leave its edges sharp; and the side of that square.
fn enlarged(tile: &Tile) -> (Vec<[u8; 3]>, usize) {
    if tile.smooth {
        return (tile.pixels.clone(), 1);
    }
    let factor = (SHARPNESS * tile.size.0 / tile.columns as f64).ceil() as usize;
    let mut pixels = Vec::with_capacity(tile.pixels.len() * factor * factor);
    for row in tile.pixels.chunks(tile.columns) {
        for _ in 0..factor {
            pixels.extend(row.iter().flat_map(|&p| std::iter::repeat_n(p, factor)));
        }
    }
    (pixels, factor)
}

fn arrow(from: (f64, f64), to: (f64, f64)) -> String {
    const HEAD: f64 = 9.0;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let neck = (to.0 - HEAD * ux, to.1 - HEAD * uy);
    let side = 0.5 * HEAD;
    format!(
        "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"#1d2433\" stroke-width=\"1.6\"/>\n\
         <path d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z\" fill=\"#1d2433\"/>\n",
        from.0,
        from.1,
        neck.0,
        neck.1,
        to.0,
        to.1,
        neck.0 - side * uy,
        neck.1 + side * ux,
        neck.0 + side * uy,
        neck.1 - side * ux,
    )
}

fn text(word: &Word) -> String {
    let anchor = match word.anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let class = match word.style {
        Style::Title => "title",
        Style::Plain => "plain",
        Style::Small => "small",
        Style::Formula => "formula",
    };
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>",
        word.at.0,
        word.at.1,
        escape(&word.text)
    );
    out
}
