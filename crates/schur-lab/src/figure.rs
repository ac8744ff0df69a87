//! Figures as SVG. Colours are variables, so that a figure is light on a light page and dark on
//! a dark one; a file of its own brings them along.

mod bars;
mod chart;
mod drawing;
mod panels;

pub(crate) use bars::{Bar, Bars};
pub use chart::{Axis, Chart, Series};
pub use drawing::{Anchor, Drawing, Ink};
pub(crate) use panels::{Panel, Panels};

/// Colours and letters of all figures; a page puts it into its style sheet once.
pub const STYLE: &str = "\
.fig{--ink:#1d2433;--muted:#5b6475;--grid:#e3e6ec;--panel:#f3f4f7;--paper:#fff;--s0:#2463b4;\
--s1:#c8561b;--s2:#1f8357;--s3:#7a48b8;--s4:#6b7280;--s5:#a3275f}\
@media(prefers-color-scheme:dark){.fig{--ink:#e6e9f0;--muted:#a2abbc;--grid:#333a49;\
--panel:#242a36;--paper:#171b24;--s0:#71abf2;--s1:#f39a64;--s2:#5dc594;--s3:#b998ea;\
--s4:#9aa3b2;--s5:#ee82b0}}\
.fig text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--ink);\
font-variant-numeric:tabular-nums}\
.fig .small{font-size:11.5px}.fig .muted{fill:var(--muted)}.fig .title{font-size:16px;\
font-weight:600}.fig .letter{font-style:italic;font-size:16px}";

/// A drawing with the sentence that it shows.
///
/// ```
/// use schur_lab::figure::{Axis, Chart, Figure, Series};
///
/// let speed = Series::new("speed", 0, vec![(1.0, 2.0), (2.0, 3.5)]);
/// let chart = Chart::new(Axis::new("threads"), Axis::new("images/s")).with(speed);
/// let figure = Figure::new("speed", "Two threads are faster than one", "", chart.draw());
/// assert!(figure.standalone().starts_with("<svg"));
/// ```
#[derive(Clone, Debug)]
pub struct Figure {
    /// File name without ending.
    pub name: &'static str,
    /// The finding, as a sentence.
    pub title: String,
    /// How to read it.
    pub caption: String,
    drawing: Drawing,
}

impl Figure {
    /// A drawing with a file name without ending, the finding as a sentence, and how to read it.
    pub fn new(
        name: &'static str,
        title: impl Into<String>,
        caption: impl Into<String>,
        drawing: Drawing,
    ) -> Self {
        Self {
            name,
            title: title.into(),
            caption: caption.into(),
            drawing,
        }
    }

    /// For a page that has [`STYLE`] and prints the title itself.
    pub fn inline(&self) -> String {
        let (width, height) = self.drawing.size();
        format!(
            "<svg class=\"fig\" viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px\" \
             role=\"img\" aria-label=\"{}\">\n{}</svg>\n",
            escape(&self.title),
            self.drawing.body()
        )
    }

    /// A file of its own, with title and colours.
    pub fn standalone(&self) -> String {
        const LINE: usize = 22;
        const LETTER: f64 = 8.6;
        let (width, height) = self.drawing.size();
        let lines = wrapped(&self.title, (f64::from(width) / LETTER) as usize);
        let top = 12 + LINE * lines.len();
        let mut head = String::new();
        for (i, line) in lines.iter().enumerate() {
            let (x, y) = (width / 2, LINE * (i + 1));
            head += &format!(
                "<text x=\"{x}\" y=\"{y}\" class=\"title\" text-anchor=\"middle\">{}</text>\n",
                escape(line)
            );
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig\" viewBox=\"0 0 {width} {}\" \
             width=\"{width}\" height=\"{0}\" role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n\
             <rect width=\"100%\" height=\"100%\" style=\"fill:var(--paper)\"/>\n{head}\
             <g transform=\"translate(0 {top})\">\n{}</g>\n</svg>\n",
            height as usize + top,
            escape(&self.title),
            self.drawing.body()
        )
    }
}

/// Words in lines of at most `width` letters, if the words permit.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// Text for HTML and SVG, inside and outside of attributes.
///
/// ```
/// assert_eq!(schur_lab::figure::escape("a < \"b\""), "a &lt; &quot;b&quot;");
/// ```
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
