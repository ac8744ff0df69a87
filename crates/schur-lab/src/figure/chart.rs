//! Curves over two axes.

use super::axis::Axis;
use super::drawing::{Anchor, Drawing, Ink};
use crate::statistics::Estimate;

/// Of a chart; narrow enough that its words are read on a telephone.
const WIDTH: f64 = 560.0;
const PLOT: f64 = 270.0;
const RIGHT: f64 = 20.0;
const LEGEND_ROW: f64 = 26.0;
/// Width of a letter on small screens, where letters are larger.
const LETTER: f64 = 9.6;

/// A named curve.
///
/// ```
/// use schur_lab::figure::{Axis, Chart, Series};
///
/// let chart = |series| Chart::new(Axis::new("x"), Axis::new("y")).with(series).draw();
/// let points = || Series::new("measured", 0, vec![(0.0, 1.0), (1.0, 3.0)]);
/// // Dashes tell curves apart for readers who see no colours.
/// assert!(chart(points().dashed()).body().contains("stroke-dasharray"));
/// assert_ne!(chart(points()).body(), chart(points().scattered()).body());
/// ```
pub struct Series {
    name: String,
    colour: usize,
    dashed: bool,
    joined: bool,
    points: Vec<(f64, Estimate)>,
}

impl Series {
    /// A line through points (x, y), in one of six colours.
    pub fn new(name: impl Into<String>, colour: usize, points: Vec<(f64, f64)>) -> Self {
        let exact = |(x, y)| (x, Estimate::exact(y));
        Self::estimates(name, colour, points.into_iter().map(exact).collect())
    }

    /// A line through points (x, y, error), with bars of the errors.
    pub fn with_errors(
        name: impl Into<String>,
        colour: usize,
        points: Vec<(f64, f64, f64)>,
    ) -> Self {
        let estimate = |(x, mean, error)| (x, Estimate { mean, error });
        Self::estimates(name, colour, points.into_iter().map(estimate).collect())
    }

    /// A curve with bars of one standard error.
    pub(crate) fn estimates(
        name: impl Into<String>,
        colour: usize,
        points: Vec<(f64, Estimate)>,
    ) -> Self {
        Self {
            name: name.into(),
            colour,
            dashed: false,
            joined: true,
            points,
        }
    }

    /// A dashed line.
    pub fn dashed(mut self) -> Self {
        self.dashed = true;
        self
    }

    /// Points without a line between them.
    pub fn scattered(mut self) -> Self {
        self.joined = false;
        self
    }

    fn dash(&self) -> &'static str {
        if self.dashed { "7 5" } else { "" }
    }
}

/// Curves with a legend above and perhaps some marked levels.
///
/// ```
/// use schur_lab::figure::{Axis, Chart, Series};
///
/// let errors = Series::new("error", 0, vec![(1.0, 0.1), (10.0, 0.001)]);
/// let axes = (Axis::new("radius").logarithmic(), Axis::new("defect").logarithmic());
/// let chart = Chart::new(axes.0, axes.1).with(errors).level(0.01, "what is allowed");
/// assert!(chart.draw().body().contains("what is allowed"));
/// ```
pub struct Chart {
    x: Axis,
    y: Axis,
    series: Vec<Series>,
    levels: Vec<(f64, String)>,
}

impl Chart {
    /// A chart without lines.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self {
            x,
            y,
            series: Vec::new(),
            levels: Vec::new(),
        }
    }

    /// The chart with one line more.
    pub fn with(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// A dashed line across with its meaning, which stands in the legend.
    pub fn level(mut self, value: f64, meaning: impl Into<String>) -> Self {
        self.levels.push((value, meaning.into()));
        self
    }

    /// The chart as a drawing.
    pub fn draw(&self) -> Drawing {
        let points = || self.series.iter().flat_map(|s| &s.points);
        let xs = self.x.extent(points().map(|p| p.0));
        let ends = points().flat_map(|(_, y)| match y.error.is_finite() {
            true => [y.mean - y.error, y.mean + y.error],
            false => [y.mean; 2],
        });
        let ys = self.y.extent(ends.chain(self.levels.iter().map(|l| l.0)));
        let (x_marks, y_marks) = (self.x.marks(xs), self.y.marks(ys));
        let longest = y_marks.iter().map(|(_, text)| text.chars().count());
        let left = 40.0 + LETTER * longest.max().unwrap_or(0) as f64;
        let legend = self.legend_places(left);
        let rows = legend.last().map_or(0.0, |&(_, row)| row + 1.0);
        let top = 14.0 + rows * LEGEND_ROW;
        let mut drawing = Drawing::new(WIDTH, top + PLOT + 60.0).with_large_letters();
        let span = WIDTH - left - RIGHT;
        let place_x = |x: f64| left + span * self.x.share(xs, x);
        let place_y = |y: f64| top + PLOT * (1.0 - self.y.share(ys, y));

        for (value, text) in y_marks {
            let y = place_y(value);
            drawing.line((left, y), (WIDTH - RIGHT, y), Ink::Grid, 1.0);
            drawing.text((left - 8.0, y + 4.5), Anchor::End, "muted", &text);
        }
        let bottom = top + PLOT;
        // A mark that would run into the one before has no text.
        let mut free = 0.0;
        for (value, text) in x_marks {
            let x = place_x(value);
            drawing.line((x, bottom), (x, bottom + 5.0), Ink::Muted, 1.0);
            let half = 0.5 * LETTER * text.chars().count() as f64;
            if x - half >= free {
                drawing.text((x, bottom + 21.0), Anchor::Middle, "muted", &text);
                free = x + half + 4.0;
            }
        }
        drawing.line((left, bottom), (WIDTH - RIGHT, bottom), Ink::Muted, 1.0);
        let middle = left + span / 2.0;
        drawing.text((middle, bottom + 47.0), Anchor::Middle, "", &self.x.title);
        drawing.upright_text((18.0, top + PLOT / 2.0), &self.y.title);

        let mut places = legend.into_iter();
        for (series, (x, row)) in self.series.iter().zip(&mut places) {
            let ink = Ink::Colour(series.colour);
            let y = 14.0 + row * LEGEND_ROW;
            if series.joined {
                drawing.path(&[(x, y), (x + 26.0, y)], ink, 2.5, series.dash());
            }
            drawing.marker((x + 13.0, y), series.colour, ink);
            drawing.text((x + 33.0, y + 4.5), Anchor::Start, "", &series.name);
            let mut line = Vec::new();
            for (x, estimate) in &series.points {
                if !estimate.mean.is_finite() {
                    continue;
                }
                let (x, y) = (place_x(*x), place_y(estimate.mean));
                if estimate.error > 0.0 && estimate.error.is_finite() {
                    let low = place_y(estimate.mean - estimate.error);
                    let high = place_y(estimate.mean + estimate.error);
                    drawing.line((x, low), (x, high), ink, 1.4);
                    drawing.line((x - 4.0, low), (x + 4.0, low), ink, 1.4);
                    drawing.line((x - 4.0, high), (x + 4.0, high), ink, 1.4);
                }
                line.push((x, y));
            }
            if series.joined {
                drawing.path(&line, ink, 2.5, series.dash());
            }
            // Dense curves need no marks.
            if line.len() <= 40 || !series.joined {
                line.iter()
                    .for_each(|&at| drawing.marker(at, series.colour, ink));
            }
        }
        for ((value, meaning), (x, row)) in self.levels.iter().zip(places) {
            let (y, of_legend) = (place_y(*value), 14.0 + row * LEGEND_ROW);
            for (from, to, y) in [(left, WIDTH - RIGHT, y), (x, x + 26.0, of_legend)] {
                drawing.path(&[(from, y), (to, y)], Ink::Muted, 1.4, "2 4");
            }
            let at = (x + 33.0, of_legend + 4.5);
            drawing.text(at, Anchor::Start, "", meaning);
        }
        drawing
    }

    /// (x, row) of every entry: of the series, then of the levels.
    fn legend_places(&self, left: f64) -> Vec<(f64, f64)> {
        let (mut x, mut row) = (left, 0.0);
        let mut places = Vec::new();
        let names = self.series.iter().map(|s| &s.name);
        for name in names.chain(self.levels.iter().map(|l| &l.1)) {
            let width = 33.0 + LETTER * name.chars().count() as f64 + 14.0;
            if x > left && x + width > WIDTH - RIGHT + 14.0 {
                (x, row) = (left, row + 1.0);
            }
            // A long name begins further left than the curves do.
            let at = x.min(WIDTH - width + 14.0).max(8.0);
            places.push((at, row));
            x = at + width;
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Chart, Series};

    #[test]
    fn the_legend_is_above_the_curves() {
        let long = "a name as long as those of the laboratory get";
        let line = |colour| Series::new(long, colour, vec![(1.0, 1.0), (2.0, 3.0)]);
        let chart = Chart::new(Axis::new("x"), Axis::new("y"));
        let chart = chart.with(line(0)).with(line(1)).level(2.0, "half");
        let places = chart.legend_places(60.0);
        assert_eq!(places.len(), 3);
        assert!(places.windows(2).all(|w| w[0].1 <= w[1].1), "{places:?}");
        let drawing = chart.draw();
        // The plot begins below the last row of the legend.
        let rows = places.last().map_or(0.0, |p| p.1 + 1.0);
        let top = 14.0 + rows * super::LEGEND_ROW;
        assert!(f64::from(drawing.size().1) >= top + super::PLOT);
    }

    #[test]
    fn an_error_that_is_not_known_is_not_drawn() {
        let series = Series::with_errors("a", 0, vec![(1.0, 2.0, f64::INFINITY)]);
        let body = Chart::new(Axis::new("x"), Axis::new("y"))
            .with(series)
            .draw();
        assert!(!body.body().contains("inf") && !body.body().contains("NaN"));
    }
}
