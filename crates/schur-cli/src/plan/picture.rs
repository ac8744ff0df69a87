//! The plan of a network as a picture and a page.

use schur_lab::figure::{Anchor, Axis, Drawing, Figure, Ink};
use schur_lab::page::Page;
use schur_train::images::Config;

use super::{Report, Row};
use crate::error::Result;
use crate::made::{cpu, made};

/// Width of the bars, and of what stands beside them at the right.
const BARS: f64 = 380.0;
const RIGHT: f64 = 190.0;
/// Room for the names at the left, by the longest: about the width of a letter, and of any name.
const LETTER: f64 = 7.2;
const NAMES: (f64, f64) = (190.0, 420.0);
const ROW: f64 = 34.0;
const LEGEND: f64 = 30.0;

/// Two bars per convolution, on one logarithmic scale: the products of the dense convolution, and
/// of the path that the plan takes.
pub(super) fn draw(report: &Report) -> Figure {
    let rows: Vec<_> = (report.layers.iter())
        .filter(|row| row.products > 0)
        .collect();
    let both = || {
        rows.iter()
            .flat_map(|row| [row.products, row.path_products])
    };
    // A decade below the smallest, so that its bar is still seen, and never no decade at all.
    let start = both().filter(|&n| n > 0).min().unwrap_or(1) as f64 / 10.0;
    let end = both().max().unwrap_or(1).max(1) as f64 * 1.3;
    let name = |row: &Row| format!("{} {}", row.place, row.name);
    let longest = rows.iter().map(|row| name(row).chars().count()).max();
    let left = (LETTER * longest.unwrap_or(0) as f64 + 16.0).clamp(NAMES.0, NAMES.1);
    let place =
        |value: f64| left + BARS * ((value / start).ln() / (end / start).ln()).clamp(0.0, 1.0);
    let bottom = LEGEND + ROW * rows.len() as f64 + 6.0;
    let mut drawing = Drawing::new(left + BARS + RIGHT, bottom + 52.0);
    for (x, ink, text) in [
        (left, Ink::Colour(4), "dense convolution"),
        (
            left + 170.0,
            Ink::Colour(0),
            "path of the plan, transforms included",
        ),
    ] {
        drawing.rect((x, 6.0), (12.0, 10.0), ink, 0.85);
        drawing.text((x + 18.0, 15.5), Anchor::Start, "small", text);
    }
    for (value, text) in Axis::new("").logarithmic().marks((start, end)) {
        let x = place(value);
        drawing.line((x, LEGEND), (x, bottom), Ink::Grid, 1.0);
        drawing.text((x, bottom + 18.0), Anchor::Middle, "small muted", &text);
    }
    let middle = left + 0.5 * BARS;
    let axis = "products per image, logarithmic";
    drawing.text((middle, bottom + 40.0), Anchor::Middle, "small", axis);
    drawing.line((left, LEGEND), (left, bottom), Ink::Muted, 1.0);
    for (index, row) in rows.iter().enumerate() {
        let y = LEGEND + 6.0 + ROW * index as f64;
        drawing.text((left - 8.0, y + 16.0), Anchor::End, "", &name(row));
        let bars = [
            (row.products, Ink::Colour(4)),
            (row.path_products, Ink::Colour(0)),
        ];
        for (line, (products, ink)) in bars.into_iter().enumerate() {
            let length = place(products.max(1) as f64) - left;
            drawing.rect((left, y + 12.0 * line as f64), (length, 10.0), ink, 0.85);
        }
        let right = place(row.products.max(row.path_products) as f64) + 8.0;
        let fewer = row.products as f64 / row.path_products.max(1) as f64;
        let path = match row.path_products {
            same if same == row.products => "dense".to_string(),
            _ => format!("{fewer:.1}x fewer"),
        };
        let text = format!("{path}, {:.0} % of the time", 100.0 * row.share);
        drawing.text((right, y + 16.0), Anchor::Start, "small muted", &text);
    }
    let title = format!("{}: products of every convolution", report.group);
    Figure::new("plan", title, "", drawing)
}

/// The figure with the report and its configuration.
pub(super) fn page(figure: Figure, report: &Report, text: &str, config: &Config) -> Result<String> {
    let mut page = Page::new(format!("The plan of a network with {}", report.group));
    page.figures(&[figure]);
    page.preformatted(text);
    page.made(&made(&cpu(), None), &config.to_toml()?);
    Ok(page.html())
}
