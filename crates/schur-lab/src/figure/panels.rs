//! Small matrices side by side: kernels, images, maps of defects.

use super::drawing::{Anchor, Drawing};
use crate::table::number;

const WIDTH: f64 = 720.0;
const GAP: f64 = 18.0;
const TITLE: f64 = 24.0;
/// Height of the scale of colours.
const KEY: f64 = 28.0;

/// A matrix as a picture. Positive numbers are blue, negative ones orange, zero is the ground.
pub(crate) struct Panel {
    title: String,
    columns: usize,
    values: Vec<f64>,
    letters: Vec<String>,
    grey: bool,
}

impl Panel {
    /// `values` row by row.
    pub(crate) fn new(title: impl Into<String>, columns: usize, values: Vec<f64>) -> Self {
        Self {
            title: title.into(),
            columns,
            values,
            letters: Vec::new(),
            grey: false,
        }
    }

    /// Drawn in ink instead of colours: an image.
    pub(crate) fn grey(mut self) -> Self {
        self.grey = true;
        self
    }

    /// A word in every cell.
    pub(crate) fn letters(mut self, letters: Vec<String>) -> Self {
        self.letters = letters;
        self
    }

    fn rows(&self) -> usize {
        self.values.len() / self.columns
    }

    fn largest(&self) -> f64 {
        self.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()))
    }
}

/// Panels in rows.
pub(crate) struct Panels {
    pub(crate) per_row: usize,
    /// Widest that a panel gets.
    pub(crate) side: f64,
    /// Whether one scale of colours serves all panels.
    pub(crate) common_scale: bool,
    pub(crate) panels: Vec<Panel>,
}

impl Panels {
    pub(crate) fn draw(&self) -> Drawing {
        let columns = self.per_row.min(self.panels.len()).max(1) as f64;
        let side = ((WIDTH - GAP * (columns + 1.0)) / columns).min(self.side);
        let left = (WIDTH - columns * side - (columns - 1.0) * GAP) / 2.0;
        let rows: Vec<&[Panel]> = self.panels.chunks(self.per_row.max(1)).collect();
        let height_of = |panel: &Panel| side * panel.rows() as f64 / panel.columns as f64;
        let heights: Vec<f64> = rows
            .iter()
            .map(|row| row.iter().map(height_of).fold(0.0, f64::max))
            .collect();
        let total: f64 = heights.iter().map(|h| h + TITLE + GAP).sum();
        // Numbers have signs; images have none, and letters say themselves what their colours are.
        let signed = self
            .panels
            .iter()
            .any(|panel| !panel.grey && panel.letters.is_empty() && panel.largest() > 0.0);
        let key = if signed { KEY } else { 0.0 };
        let mut drawing = Drawing::new(WIDTH, total + key);
        let common = self.panels.iter().map(Panel::largest).fold(0.0, f64::max);
        let mut y = TITLE;
        for (row, height) in rows.iter().zip(heights) {
            for (i, panel) in row.iter().enumerate() {
                let x = left + i as f64 * (side + GAP);
                let above = (x + side / 2.0, y - 8.0);
                drawing.text(above, Anchor::Middle, "small", &panel.title);
                let scale = if self.common_scale {
                    common
                } else {
                    panel.largest()
                };
                draw_panel(&mut drawing, panel, (x, y), side, scale);
            }
            y += height + TITLE + GAP;
        }
        if signed {
            let end = match self.common_scale {
                true => number(common),
                false => "largest of the panel".to_string(),
            };
            drawing.key((WIDTH / 2.0, total - 4.0), &format!("−{end}"), &end);
        }
        drawing
    }
}

fn draw_panel(drawing: &mut Drawing, panel: &Panel, at: (f64, f64), side: f64, scale: f64) {
    drawing.cells(at, side, panel.columns, &panel.values, scale, panel.grey);
    let cell = side / panel.columns as f64;
    for (i, letter) in panel.letters.iter().enumerate() {
        let (row, column) = ((i / panel.columns) as f64, (i % panel.columns) as f64);
        let centre = (
            at.0 + cell * (column + 0.5),
            at.1 + cell * (row + 0.5) + 5.5,
        );
        // On full colour letters have that of the paper.
        let strength = panel.values[i].abs() / scale.max(f64::MIN_POSITIVE);
        let class = match strength > 0.6 {
            true => "letter on",
            false => "letter",
        };
        drawing.text(centre, Anchor::Middle, class, letter);
    }
}
