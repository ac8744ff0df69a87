//! Lines, areas and words on a sheet; y points down, lengths are pixels.

use std::fmt::Write;

use super::escape;

/// What to draw with: words and axes, lesser words, grid lines, the ground of panels, or one of
/// the six colours of series.
///
/// ```
/// use schur_lab::figure::{Drawing, Ink};
///
/// // A colour of series is that of the page, light or dark; there are six.
/// let drawn = |ink| {
///     let mut drawing = Drawing::new(10.0, 10.0);
///     drawing.dot((5.0, 5.0), 2.0, ink);
///     drawing.body().to_string()
/// };
/// assert!(drawn(Ink::Colour(1)).contains("var(--s1)"));
/// assert_eq!(drawn(Ink::Colour(7)), drawn(Ink::Colour(1)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The colour of words and axes.
    Text,
    /// The colour of secondary words.
    Muted,
    /// The colour of thin lines behind the data.
    Grid,
    /// The colour of areas behind the data.
    Panel,
    /// One of the six colours of data.
    Colour(usize),
    /// A colour of CSS that is the same on light and dark pages: for what lies on pictures.
    Fixed(&'static str),
}

impl Ink {
    fn css(self) -> String {
        match self {
            Self::Text => "var(--ink)".to_string(),
            Self::Muted => "var(--muted)".to_string(),
            Self::Grid => "var(--grid)".to_string(),
            Self::Panel => "var(--panel)".to_string(),
            Self::Colour(index) => format!("var(--s{})", index % 6),
            Self::Fixed(colour) => colour.to_string(),
        }
    }
}

/// Which part of a word stands at its point.
///
/// ```
/// use schur_lab::figure::{Anchor, Drawing};
///
/// let mut drawing = Drawing::new(100.0, 20.0);
/// drawing.text((100.0, 15.0), Anchor::End, "muted", "a < b");
/// assert!(drawing.body().contains("text-anchor=\"end\"") && drawing.body().contains("a &lt; b"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The text begins there.
    Start,
    /// The text is centred there.
    Middle,
    /// The text ends there.
    End,
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Shapes and words on a page of fixed size, y downwards, that become SVG.
///
/// ```
/// use schur_lab::figure::{Drawing, Figure, Ink};
///
/// let mut drawing = Drawing::new(40.0, 20.0);
/// drawing.line((0.0, 10.0), (40.0, 10.0), Ink::Text, 1.0);
/// let figure = Figure::new("line", "A line is straight", "", drawing);
/// assert!(figure.inline().contains("viewBox=\"0 0 40 20\""));
/// ```
#[derive(Clone, Debug)]
pub struct Drawing {
    width: u32,
    height: u32,
    large_letters: bool,
    body: String,
}

/// `writeln!` into a `String`, which cannot fail.
macro_rules! put {
    ($drawing:expr, $($argument:tt)*) => {{
        let _ = writeln!($drawing.body, $($argument)*);
    }};
}

impl Drawing {
    /// An empty drawing of a width and height in pixels.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width: width.ceil() as u32,
            height: height.ceil() as u32,
            large_letters: false,
            body: String::new(),
        }
    }

    /// The drawing has room for the larger letters that narrow screens need; others keep theirs and
    /// are scrolled there.
    pub fn with_large_letters(mut self) -> Self {
        self.large_letters = true;
        self
    }

    pub(super) fn class(&self) -> &'static str {
        match self.large_letters {
            true => "fig chart",
            false => "fig",
        }
    }

    /// (width, height) in whole pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The SVG elements, without the element `svg` around them.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// A line of a width in pixels.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink, width: f64) {
        self.path(&[from, to], ink, width, "");
    }

    /// A broken line; `dash` is empty or an SVG dash array.
    pub fn path(&mut self, points: &[(f64, f64)], ink: Ink, width: f64, dash: &str) {
        let mut d = String::new();
        for (i, (x, y)) in points.iter().enumerate() {
            let _ = write!(d, "{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
        }
        let dash = if dash.is_empty() {
            String::new()
        } else {
            format!(" stroke-dasharray=\"{dash}\"")
        };
        put!(
            self,
            "<path d=\"{d}\" fill=\"none\" style=\"stroke:{}\" stroke-width=\"{width}\" \
             stroke-linejoin=\"round\" stroke-linecap=\"round\"{dash}/>",
            ink.css()
        );
    }

    /// A closed area.
    pub fn area(&mut self, points: &[(f64, f64)], ink: Ink, opacity: f64) {
        let mut d = String::new();
        for (i, (x, y)) in points.iter().enumerate() {
            let _ = write!(d, "{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
        }
        put!(
            self,
            "<path d=\"{d}Z\" style=\"fill:{}\" fill-opacity=\"{opacity:.3}\"/>",
            ink.css()
        );
    }

    /// A filled rectangle from its upper left corner.
    pub fn rect(&mut self, at: (f64, f64), size: (f64, f64), ink: Ink, opacity: f64) {
        put!(
            self,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" style=\"fill:{}\" \
             fill-opacity=\"{opacity:.3}\"/>",
            at.0,
            at.1,
            size.0,
            size.1,
            ink.css()
        );
    }

    /// A rectangle with round corners and an outline.
    pub fn card(&mut self, at: (f64, f64), size: (f64, f64), ink: Ink, opacity: f64) {
        put!(
            self,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"10\" \
             style=\"fill:{ink};stroke:{ink}\" fill-opacity=\"{opacity:.3}\" stroke-opacity=\"0.8\"/>",
            at.0,
            at.1,
            size.0,
            size.1,
            ink = ink.css()
        );
    }

    /// A filled circle.
    pub fn dot(&mut self, at: (f64, f64), radius: f64, ink: Ink) {
        put!(
            self,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\" style=\"fill:{}\"/>",
            at.0,
            at.1,
            ink.css()
        );
    }

    /// The mark of a point: a disc, square, triangle, diamond, cross or ring, one for each of the
    /// six colours, so that curves are told apart without colours.
    pub fn marker(&mut self, at: (f64, f64), shape: usize, ink: Ink) {
        let (x, y) = at;
        let corners = |radius: f64, angles: &[f64]| -> Vec<(f64, f64)> {
            let corner = |degrees: &f64| {
                let (sin, cos) = degrees.to_radians().sin_cos();
                (x + radius * cos, y - radius * sin)
            };
            angles.iter().map(corner).collect()
        };
        match shape % 6 {
            0 => self.dot(at, 3.8, ink),
            1 => self.area(&corners(4.8, &[45.0, 135.0, 225.0, 315.0]), ink, 1.0),
            2 => self.area(&corners(5.2, &[90.0, 210.0, 330.0]), ink, 1.0),
            3 => self.area(&corners(5.2, &[0.0, 90.0, 180.0, 270.0]), ink, 1.0),
            4 => {
                for degrees in [45.0, 135.0] {
                    let ends = corners(4.8, &[degrees, degrees + 180.0]);
                    self.path(&ends, ink, 2.2, "");
                }
            }
            _ => put!(
                self,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.6\" \
                 style=\"fill:var(--paper);stroke:{}\" stroke-width=\"2\"/>",
                ink.css()
            ),
        }
    }

    /// A picture in place, from a file or from data in its address; pixels stay squares.
    pub fn picture(&mut self, at: (f64, f64), size: (f64, f64), address: &str) {
        put!(
            self,
            "<image x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
             style=\"image-rendering:pixelated\" href=\"{}\"/>",
            at.0,
            at.1,
            size.0,
            size.1,
            escape(address)
        );
    }

    /// The scale of colours of [`cells`](Self::cells), with a text at either end: 18 pixels high,
    /// around a middle.
    pub fn key(&mut self, middle: (f64, f64), low: &str, high: &str) {
        const STEPS: usize = 25;
        let (width, height) = (8.0, 12.0);
        let values: Vec<f64> = (0..STEPS)
            .map(|i| 2.0 * i as f64 / (STEPS - 1) as f64 - 1.0)
            .collect();
        let left = middle.0 - 0.5 * width * STEPS as f64;
        let right = left + width * STEPS as f64;
        self.cells((left, middle.1), right - left, STEPS, &values, 1.0, false);
        let line = middle.1 + height - 2.0;
        self.text((left - 8.0, line), Anchor::End, "small muted", low);
        self.text((right + 8.0, line), Anchor::Start, "small muted", high);
    }

    /// An arrow with a head.
    pub fn arrow(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink, width: f64) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        if length == 0.0 {
            return;
        }
        let (ux, uy) = (dx / length, dy / length);
        let head = (4.0 * width).min(0.6 * length);
        let neck = (to.0 - head * ux, to.1 - head * uy);
        self.line(from, neck, ink, width);
        let side = 0.55 * head;
        self.area(
            &[
                to,
                (neck.0 - side * uy, neck.1 + side * ux),
                (neck.0 + side * uy, neck.1 - side * ux),
            ],
            ink,
            1.0,
        );
    }

    /// A matrix as cells on a ground: positive numbers blue, negative ones orange, or all in
    /// ink; full colour at `scale`.
    pub fn cells(
        &mut self,
        at: (f64, f64),
        side: f64,
        columns: usize,
        values: &[f64],
        scale: f64,
        grey: bool,
    ) {
        let cell = side / columns as f64;
        let rows = values.len() / columns;
        self.rect(at, (side, cell * rows as f64), Ink::Panel, 1.0);
        // Thin gaps keep few cells apart; many cells touch.
        let gap = if columns <= 12 { 1.0 } else { 0.0 };
        for (i, &value) in values.iter().enumerate() {
            let strength = (value.abs() / scale.max(f64::MIN_POSITIVE)).min(1.0);
            // Fainter than that is not seen.
            if strength < 1.0 / 256.0 {
                continue;
            }
            let ink = match (grey, value > 0.0) {
                (true, _) => Ink::Text,
                (false, true) => Ink::Colour(0),
                (false, false) => Ink::Colour(1),
            };
            let (row, column) = ((i / columns) as f64, (i % columns) as f64);
            let place = (at.0 + cell * column, at.1 + cell * row);
            self.rect(place, (cell - gap, cell - gap), ink, strength);
        }
    }

    /// A word; `class` is one of the style sheet's, or empty.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, class: &str, text: &str) {
        put!(
            self,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{}\" class=\"{class}\">{}</text>",
            at.0,
            at.1,
            anchor.name(),
            escape(text)
        );
    }

    /// A word that runs upwards and begins at its point.
    pub fn rising_text(&mut self, at: (f64, f64), text: &str) {
        put!(
            self,
            "<text transform=\"translate({:.1} {:.1}) rotate(-90)\">{}</text>",
            at.0,
            at.1,
            escape(text)
        );
    }

    /// A word that runs upwards, centred at its point.
    pub fn upright_text(&mut self, at: (f64, f64), text: &str) {
        put!(
            self,
            "<text transform=\"translate({:.1} {:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            at.0,
            at.1,
            escape(text)
        );
    }
}

/// About how wide a word is.
pub(crate) fn width_of(text: &str) -> f64 {
    7.2 * text.chars().count() as f64
}
