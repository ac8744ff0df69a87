//! The plan of a network as a picture and a page.

use schur_lab::figure::{Anchor, Axis, Drawing, Figure, Ink};
use schur_lab::page::Page;
use schur_train::images::Config;

use super::Report;
use crate::error::Result;
use crate::made::{cpu, made};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 190.0;
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
    let span = WIDTH - LEFT - RIGHT;
    let place =
        |value: f64| LEFT + span * ((value / start).ln() / (end / start).ln()).clamp(0.0, 1.0);
    let bottom = LEGEND + ROW * rows.len() as f64 + 6.0;
    let mut drawing = Drawing::new(WIDTH, bottom + 52.0);
    for (x, ink, text) in [
        (LEFT, Ink::Colour(4), "dense convolution"),
        (
            LEFT + 170.0,
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
    let middle = LEFT + 0.5 * span;
    let axis = "products per image, logarithmic";
    drawing.text((middle, bottom + 40.0), Anchor::Middle, "small", axis);
    drawing.line((LEFT, LEGEND), (LEFT, bottom), Ink::Muted, 1.0);
    for (index, row) in rows.iter().enumerate() {
        let y = LEGEND + 6.0 + ROW * index as f64;
        let label = format!("{} {}", row.place, row.name);
        drawing.text((LEFT - 8.0, y + 16.0), Anchor::End, "", &label);
        let bars = [
            (row.products, Ink::Colour(4)),
            (row.path_products, Ink::Colour(0)),
        ];
        for (line, (products, ink)) in bars.into_iter().enumerate() {
            let length = place(products.max(1) as f64) - LEFT;
            drawing.rect((LEFT, y + 12.0 * line as f64), (length, 10.0), ink, 0.85);
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
