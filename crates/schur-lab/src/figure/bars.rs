//! Horizontal bars with their numbers.

use super::drawing::{Anchor, Drawing, Ink, width_of};
use crate::statistics::Estimate;

const WIDTH: f64 = 720.0;
const ROW: f64 = 30.0;

/// A bar from zero, with the text at its end.
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) value: f64,
    /// Standard error, or 0.
    pub(crate) error: f64,
    pub(crate) text: String,
    pub(crate) colour: usize,
}

impl Bar {
    /// A mean in percent with its standard error.
    pub(crate) fn percent(label: impl Into<String>, found: &Estimate, colour: usize) -> Self {
        Self {
            label: label.into(),
            value: found.mean,
            error: found.error,
            text: format!("{:.1} %", found.mean),
            colour,
        }
    }
}

/// Bars below each other.
pub(crate) struct Bars {
    /// Below the bars.
    pub(crate) title: String,
    /// Where the bars begin: 0, or a positive number for bars that grow with the logarithm.
    pub(crate) start: f64,
    pub(crate) logarithmic: bool,
    pub(crate) bars: Vec<Bar>,
}

impl Bars {
    pub(crate) fn draw(&self) -> Drawing {
        let longest = |text: &dyn Fn(&Bar) -> f64| self.bars.iter().map(text).fold(0.0, f64::max);
        let left = 16.0 + longest(&|bar| width_of(&bar.label));
        let right = 24.0 + longest(&|bar| width_of(&bar.text));
        let span = WIDTH - left - right;
        let largest = longest(&|bar| bar.value + bar.error);
        let length = |value: f64| {
            let share = if self.logarithmic {
                (value.max(self.start) / self.start).ln() / (largest / self.start).ln()
            } else {
                (value - self.start) / (largest - self.start)
            };
            span * share.clamp(0.0, 1.0)
        };
        let height = ROW * self.bars.len() as f64;
        let mut drawing = Drawing::new(WIDTH, height + 40.0);
        drawing.line((left, 4.0), (left, height + 4.0), Ink::Muted, 1.0);
        for (row, bar) in self.bars.iter().enumerate() {
            let y = 8.0 + ROW * row as f64;
            let middle = y + ROW / 2.0 - 4.0;
            drawing.text((left - 8.0, middle + 4.5), Anchor::End, "", &bar.label);
            let ink = Ink::Colour(bar.colour);
            drawing.rect((left, y), (length(bar.value), ROW - 8.0), ink, 0.85);
            let mut end = left + length(bar.value);
            if bar.error > 0.0 {
                let low = left + length(bar.value - bar.error);
                end = left + length(bar.value + bar.error);
                drawing.line((low, middle), (end, middle), Ink::Text, 1.4);
                for x in [low, end] {
                    drawing.line((x, middle - 4.0), (x, middle + 4.0), Ink::Text, 1.4);
                }
            }
            drawing.text((end + 8.0, middle + 4.5), Anchor::Start, "", &bar.text);
        }
        let under = (left + span / 2.0, height + 28.0);
        drawing.text(under, Anchor::Middle, "muted", &self.title);
        drawing
    }
}
