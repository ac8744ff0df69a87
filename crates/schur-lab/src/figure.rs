//! Figures as SVG. Colours are variables, so that a figure is light on a light page and dark on
//! a dark one; a file of its own brings them along.

mod axis;
mod bars;
mod chart;
mod drawing;
mod panels;

pub use axis::Axis;
pub(crate) use bars::{Bar, Bars};
pub use chart::{Chart, Series};
pub use drawing::{Anchor, Drawing, Ink};
pub(crate) use panels::{Panel, Panels};

/// Colours and letters of all figures; a page puts it into its style sheet once.
///
/// Blue, vermilion, green, purple, a neutral and yellow, as Okabe and Ito have them, moved apart until
/// readers without red or without green cones tell every pair, on white and on black; a test looks.
pub const STYLE: &str = "\
.fig{--ink:#1d2433;--muted:#5b6475;--grid:#e3e6ec;--panel:#f3f4f7;--paper:#fff;--s0:#0d5fc0;\
--s1:#bb4514;--s2:#0a9f7e;--s3:#ab6fc6;--s4:#3d3347;--s5:#c48600}\
@media screen and (prefers-color-scheme:dark){.fig{--ink:#e6e9f0;--muted:#a2abbc;--grid:#333a49;\
--panel:#242a36;--paper:#171b24;--s0:#4f9dff;--s1:#d9762e;--s2:#2a9a6e;--s3:#dfa9dd;\
--s4:#e2eef5;--s5:#f8e030}}\
.fig text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--ink);\
font-variant-numeric:tabular-nums}\
.fig .small{font-size:11.5px}.fig .muted{fill:var(--muted)}.fig .title{font-size:16px;\
font-weight:600}.fig .letter{font-style:italic;font-size:16px}.fig .on{fill:var(--paper)}";

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
    pub name: String,
    /// The finding, as a sentence.
    pub title: String,
    /// How to read it.
    pub caption: String,
    drawing: Drawing,
}

impl Figure {
    /// A drawing with a file name without ending, the finding as a sentence, and how to read it.
    pub fn new(
        name: impl Into<String>,
        title: impl Into<String>,
        caption: impl Into<String>,
        drawing: Drawing,
    ) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            caption: caption.into(),
            drawing,
        }
    }

    /// For a page that has [`STYLE`] and prints the title itself.
    pub fn inline(&self) -> String {
        let (width, height) = self.drawing.size();
        format!(
            "<svg class=\"{}\" viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px;--own:{width}px\" \
             role=\"img\" aria-label=\"{}\">\n{}</svg>\n",
            self.drawing.class(),
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

#[cfg(test)]
mod tests {
    use super::STYLE;
    use crate::tolerance::{CONTRAST, DIFFERENCE};

    type Rgb = [f64; 3];

    fn apply(matrix: &[Rgb; 3], colour: Rgb) -> Rgb {
        matrix.map(|row| row.iter().zip(colour).map(|(a, b)| a * b).sum())
    }

    /// Linear light of `#rrggbb` or `#rgb`.
    fn linear(hex: &str) -> Rgb {
        let digits: Vec<f64> = hex
            .chars()
            .skip(1)
            .map(|c| f64::from(c.to_digit(16).unwrap()))
            .collect();
        let channel = |i: usize| match digits.len() {
            3 => 17.0 * digits[i] / 255.0,
            _ => (16.0 * digits[2 * i] + digits[2 * i + 1]) / 255.0,
        };
        [0, 1, 2].map(|i| {
            let c = channel(i);
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    /// CIE L*a*b* under D65.
    fn lab(light: Rgb) -> Rgb {
        const XYZ: [Rgb; 3] = [
            [0.4124, 0.3576, 0.1805],
            [0.2126, 0.7152, 0.0722],
            [0.0193, 0.1192, 0.9505],
        ];
        let white = [0.9505, 1.0, 1.089];
        let xyz = apply(&XYZ, light.map(|v| v.clamp(0.0, 1.0)));
        let [x, y, z] = [0, 1, 2].map(|i| {
            let t = xyz[i] / white[i];
            if t > 0.008_856 {
                t.cbrt()
            } else {
                7.787 * t + 16.0 / 116.0
            }
        });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn luminance(light: Rgb) -> f64 {
        0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    }

    /// The colours of a part of the style sheet: those of the data, then the paper.
    fn colours(style: &str) -> (Vec<&str>, &str) {
        let value = |name: &str| {
            let (_, rest) = style.split_once(&format!("--{name}:")).unwrap();
            rest.split([';', '}']).next().unwrap()
        };
        let data = (0..6).map(|i| value(&format!("s{i}"))).collect();
        (data, value("paper"))
    }

    /// Machado, Oliveira and Fernandes 2009, full severity: no red cones, no green cones.
    const EYES: [[Rgb; 3]; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ];

    /// The least distance of two colours for any of the eyes.
    fn least(data: &[&str]) -> f64 {
        let mut least = f64::INFINITY;
        for eye in &EYES {
            let seen: Vec<Rgb> = data.iter().map(|c| lab(apply(eye, linear(c)))).collect();
            for (i, a) in seen.iter().enumerate() {
                for b in &seen[..i] {
                    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
                    least = least.min(squares.sum::<f64>().sqrt());
                }
            }
        }
        least
    }

    #[test]
    fn all_readers_tell_the_colours_apart_on_light_and_dark_pages() {
        let (light, dark) = STYLE.split_once("@media").unwrap();
        for style in [light, dark] {
            let (data, paper) = colours(style);
            assert!(least(&data) > DIFFERENCE, "{data:?}: {}", least(&data));
            let ground = luminance(linear(paper));
            for colour in data {
                let light = luminance(linear(colour));
                let contrast = (light.max(ground) + 0.05) / (light.min(ground) + 0.05);
                assert!(contrast > CONTRAST, "{colour} on {paper}: {contrast}");
            }
        }
        // Red and green, as plots had them, are not.
        assert!(least(&["#d62728", "#2ca02c", "#1f77b4"]) < DIFFERENCE);
    }
}
