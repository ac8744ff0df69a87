//! Turned digits with the arrows of both networks.

use schur_nn::Network;
use schur_train::images::Images;

use crate::error::Result;
use crate::figure::{Anchor, Drawing, Figure, Ink};

use super::{arrows, up};

const COLUMNS: usize = 6;
const ROWS: usize = 2;
const SIDE: f64 = 104.0;
const GAP: f64 = 14.0;

/// The first test digit at twelve angles; the true arrow is thin.
pub(super) fn draw(test: &Images, networks: &[(&str, usize, Network)]) -> Result<Figure> {
    let width = COLUMNS as f64 * (SIDE + GAP) - GAP;
    let mut drawing = Drawing::new(width, 34.0 + ROWS as f64 * (SIDE + GAP + 22.0));
    let mut x = 0.0;
    let legend = networks
        .iter()
        .map(|(name, colour, _)| (*name, Ink::Colour(*colour)));
    for (name, ink) in [("top of the digit", Ink::Text)].into_iter().chain(legend) {
        drawing.arrow((x, 12.0), (x + 34.0, 12.0), ink, thickness(ink));
        drawing.text((x + 42.0, 16.5), Anchor::Start, "", name);
        x += 180.0;
    }
    for step in 0..COLUMNS * ROWS {
        let degrees = 360.0 * step as f64 / (COLUMNS * ROWS) as f64;
        let image = test.turned(degrees, 1)?;
        let pixels: Vec<f64> = image.tensor().into_data().iter::<f64>().collect();
        let columns = pixels.len().isqrt();
        let at = (
            (step % COLUMNS) as f64 * (SIDE + GAP),
            34.0 + (step / COLUMNS) as f64 * (SIDE + GAP + 22.0),
        );
        // Faint, so that arrows stand out.
        drawing.cells(at, SIDE, columns, &pixels, 3.0, true);
        let centre = (at.0 + SIDE / 2.0, at.1 + SIDE / 2.0);
        let mut arrow = |[x, y]: [f64; 2], ink| {
            let length = 0.46 * SIDE / x.hypot(y).max(f64::MIN_POSITIVE);
            let end = (centre.0 + length * x, centre.1 - length * y);
            drawing.arrow(centre, end, ink, thickness(ink));
        };
        arrow(up(degrees), Ink::Text);
        for (_, colour, network) in networks {
            if let Some(&found) = arrows(network, &image)?.first() {
                arrow(found, Ink::Colour(*colour));
            }
        }
        let below = (centre.0, at.1 + SIDE + 16.0);
        drawing.text(
            below,
            Anchor::Middle,
            "small muted",
            &format!("{degrees:.0}°"),
        );
    }
    Ok(Figure::new(
        "arrows",
        "Rotate the image, and the predicted arrow rotates",
        "A digit that neither network has seen, at twelve angles. The grey arrow is that of the \
         conventional network, the green one that of the C4-equivariant one.",
        drawing,
    ))
}

fn thickness(ink: Ink) -> f64 {
    if ink == Ink::Text { 1.3 } else { 3.0 }
}
