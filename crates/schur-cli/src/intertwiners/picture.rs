//! Matrices as heat maps in an SVG file.

use schur_lab::figure::escape;

use crate::draw::colour::diverging;
use crate::error::{Result, fail};
use crate::say::line;

/// Most cells of a picture.
const MAX_CELLS: usize = 40_000;
/// Sides of the cells of small matrices, and what a larger matrix may measure.
const CELL: f64 = 26.0;
const MAX_SIDE: f64 = 340.0;
const MARGIN: f64 = 28.0;
const GAP: f64 = 34.0;
/// Width of a row of matrices.
const WIDTH: f64 = 980.0;
const BAR: f64 = 180.0;

/// One heat map per matrix on a common scale: blue above zero, red below.
pub(super) fn draw(title: &str, matrices: &[Vec<Vec<f64>>]) -> Result<String> {
    let (rows, columns) = match matrices.first() {
        Some(first) => (first.len(), first[0].len()),
        None => return fail("there is nothing to draw: no map but zero commutes with the group"),
    };
    if matrices.len() * rows * columns > MAX_CELLS {
        return fail(format!(
            "{} matrices of {rows} x {columns} are too many to draw; at most {MAX_CELLS} cells",
            matrices.len()
        ));
    }
    let entries = matrices.iter().flatten().flatten();
    let largest = entries.fold(0.0f64, |m, v| m.max(v.abs()));
    let cell = CELL.min(MAX_SIDE / rows.max(columns) as f64);
    let (width, height) = (columns as f64 * cell, rows as f64 * cell);
    let per_line = (((WIDTH - 2.0 * MARGIN + GAP) / (width + GAP)) as usize).max(1);
    let per_line = per_line.min(matrices.len());
    let lines = matrices.len().div_ceil(per_line);
    let top = MARGIN + 44.0;
    let total_width = 2.0 * MARGIN + (per_line as f64 * (width + GAP) - GAP).max(BAR + 80.0);
    let total_width = total_width.max(2.0 * MARGIN + 9.0 * title.chars().count() as f64);
    let total_height = top + lines as f64 * (height + GAP + 8.0) + 56.0;

    let mut out = String::new();
    line!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total_width:.0} {total_height:.0}" width="{total_width:.0}" height="{total_height:.0}" font-family="Helvetica, Arial, sans-serif" fill="#222">"##
    );
    line!(out, r##"<rect width="100%" height="100%" fill="#fff"/>"##);
    text(
        &mut out,
        MARGIN,
        MARGIN + 10.0,
        17.0,
        "start",
        &escape(title),
    );
    let subtitle = format!("{} orthonormal maps, {rows} x {columns}", matrices.len());
    text(&mut out, MARGIN, MARGIN + 30.0, 12.0, "start", &subtitle);
    for (index, matrix) in matrices.iter().enumerate() {
        let x = MARGIN + (index % per_line) as f64 * (width + GAP);
        let y = top + 26.0 + (index / per_line) as f64 * (height + GAP + 8.0);
        text(
            &mut out,
            x,
            y - 7.0,
            12.0,
            "start",
            &format!("M{}", index + 1),
        );
        for (i, row) in matrix.iter().enumerate() {
            for (j, &value) in row.iter().enumerate() {
                line!(
                    out,
                    r##"<rect x="{:.2}" y="{:.2}" width="{cell:.2}" height="{cell:.2}" fill="{}" stroke="#d0d4dc" stroke-width="{:.2}"><title>M{}[{}, {}] = {value:.4}</title></rect>"##,
                    x + j as f64 * cell,
                    y + i as f64 * cell,
                    colour(value / largest),
                    cell * 0.04,
                    index + 1,
                    i + 1,
                    j + 1
                );
            }
        }
        line!(
            out,
            r##"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" fill="none" stroke="#999" stroke-width="0.8"/>"##
        );
    }
    scale(&mut out, total_height - 44.0, largest);
    line!(out, "</svg>");
    Ok(out)
}

/// The scale of colours with its ends.
fn scale(out: &mut String, y: f64, largest: f64) {
    let x = MARGIN + 40.0;
    let stops: String = (0..=10)
        .map(|i| {
            let (offset, colour) = (10 * i, colour(f64::from(i - 5) / 5.0));
            format!(r##"<stop offset="{offset}%" stop-color="{colour}"/>"##)
        })
        .collect();
    line!(
        out,
        r##"<defs><linearGradient id="scale">{}</linearGradient></defs>"##,
        stops
    );
    line!(
        out,
        r##"<rect x="{x}" y="{y}" width="{BAR}" height="12" fill="url(#scale)"/>"##
    );
    text(
        out,
        x - 6.0,
        y + 10.0,
        11.0,
        "end",
        &format!("−{largest:.2}"),
    );
    text(out, x + BAR / 2.0, y + 26.0, 11.0, "middle", "0");
    text(
        out,
        x + BAR + 6.0,
        y + 10.0,
        11.0,
        "start",
        &format!("{largest:.2}"),
    );
}

/// From red at -1 over white at 0 to blue at 1, as in all pictures.
fn colour(value: f64) -> String {
    let [r, g, b] = diverging(value, 1.0);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn text(out: &mut String, x: f64, y: f64, size: f64, anchor: &str, content: &str) {
    line!(
        out,
        r##"<text x="{x:.1}" y="{y:.1}" font-size="{size}" text-anchor="{anchor}">{content}</text>"##
    );
}
