//! The plan of a network as a picture.

use schur_lab::figure::{Anchor, Drawing, Figure, Ink};

use super::Report;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 190.0;
const ROW: f64 = 34.0;

/// Two bars per convolution, on one logarithmic scale: the products of the dense convolution, and
/// of the path that the plan takes.
pub(super) fn svg(report: &Report) -> String {
    let rows: Vec<_> = (report.layers.iter())
        .filter(|row| row.products > 0)
        .collect();
    let largest = rows
        .iter()
        .map(|row| row.products.max(row.path_products))
        .max();
    let largest = largest.unwrap_or(1) as f64;
    // A decade below the smallest, so that its bar is still seen.
    let smallest = rows
        .iter()
        .map(|row| row.products.min(row.path_products))
        .min();
    let start = smallest.unwrap_or(1).max(1) as f64 / 10.0;
    let span = WIDTH - LEFT - RIGHT;
    let length = |products: u128| {
        span * ((products as f64 / start).ln() / (largest / start).ln()).clamp(0.0, 1.0)
    };
    let height = ROW * rows.len() as f64;
    let mut drawing = Drawing::new(WIDTH, height + 56.0);
    drawing.line((LEFT, 4.0), (LEFT, height + 4.0), Ink::Muted, 1.0);
    for (index, row) in rows.iter().enumerate() {
        let y = 8.0 + ROW * index as f64;
        let label = format!("{} {}", row.place, row.name);
        drawing.text((LEFT - 8.0, y + 16.0), Anchor::End, "", &label);
        let bars = [
            (row.products, Ink::Colour(4)),
            (row.path_products, Ink::Colour(0)),
        ];
        for (line, (products, ink)) in bars.into_iter().enumerate() {
            let top = y + 12.0 * line as f64;
            drawing.rect((LEFT, top), (length(products), 10.0), ink, 0.85);
        }
        let end = LEFT + length(row.products.max(row.path_products)) + 8.0;
        let fewer = row.products as f64 / row.path_products.max(1) as f64;
        let path = match row.path_products {
            same if same == row.products => "dense".to_string(),
            _ => format!("{fewer:.1}x fewer"),
        };
        let text = format!("{path}, {:.0} % of the time", 100.0 * row.share);
        drawing.text((end, y + 16.0), Anchor::Start, "small muted", &text);
    }
    let legend = height + 30.0;
    for (x, ink, text) in [
        (LEFT, Ink::Colour(4), "dense convolution"),
        (
            LEFT + 170.0,
            Ink::Colour(0),
            "path of the plan, transforms included",
        ),
    ] {
        drawing.rect((x, legend - 9.0), (12.0, 10.0), ink, 0.85);
        drawing.text((x + 18.0, legend), Anchor::Start, "small", text);
    }
    let title = format!("{}: products per image, logarithmic", report.group);
    Figure::new("plan", title, "", drawing).standalone()
}
