//! Curves over two axes.

use super::drawing::{Anchor, Drawing, Ink, width_of};
use crate::statistics::Estimate;
use crate::table::number;

const WIDTH: f64 = 720.0;
const PLOT: f64 = 320.0;
const LEFT: f64 = 74.0;
const RIGHT: f64 = 24.0;
const LEGEND_ROW: f64 = 22.0;

/// One axis of a chart.
pub struct Axis {
    title: String,
    logarithmic: bool,
    range: Option<(f64, f64)>,
    ticks: Vec<f64>,
}

impl Axis {
    /// An axis with a title whose range covers the data.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            logarithmic: false,
            range: None,
            ticks: Vec::new(),
        }
    }

    /// Decades at equal distances. Values that are not positive are drawn at the lower end.
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// An axis from `low` to `high`.
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Ticks at these values only.
    pub fn ticks(mut self, ticks: &[f64]) -> Self {
        self.ticks = ticks.to_vec();
        self
    }

    /// The range, its own or that of the values with some air.
    fn extent(&self, values: impl Iterator<Item = f64>) -> (f64, f64) {
        if let Some(range) = self.range {
            return range;
        }
        let usable = values.filter(|v| v.is_finite() && (!self.logarithmic || *v > 0.0));
        let (low, high) = usable.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
        if low > high {
            return if self.logarithmic {
                (0.1, 1.0)
            } else {
                (0.0, 1.0)
            };
        }
        if self.logarithmic {
            return (low / 1.5, high * 1.5);
        }
        let air = if low == high {
            0.5
        } else {
            0.06 * (high - low)
        };
        (low - air, high + air)
    }

    /// Where a value stands between the ends of the range, from 0 to 1.
    fn share(&self, (low, high): (f64, f64), value: f64) -> f64 {
        let share = if self.logarithmic {
            (value.max(low) / low).ln() / (high / low).ln()
        } else {
            (value - low) / (high - low)
        };
        share.clamp(0.0, 1.0)
    }

    fn marks(&self, (low, high): (f64, f64)) -> Vec<(f64, String)> {
        let within = |v: &f64| (low..=high).contains(v);
        if !self.ticks.is_empty() {
            let ticks = self.ticks.iter().copied().filter(within);
            return ticks.map(|v| (v, plain(v))).collect();
        }
        if self.logarithmic {
            let (first, last) = (low.log10().ceil() as i32, high.log10().floor() as i32);
            let step = ((last - first) / 7 + 1).max(1) as usize;
            let decades = (first..=last).step_by(step);
            return decades.map(|k| (10f64.powi(k), power(k))).collect();
        }
        let rough = (high - low) / 6.0;
        let decade = 10f64.powf(rough.log10().floor());
        let factors = [1.0, 2.0, 5.0, 10.0];
        let factor = factors.into_iter().find(|f| f * decade >= rough);
        let step = factor.unwrap_or(10.0) * decade;
        let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
        let digits = (-step.log10().floor()).max(0.0) as usize;
        (first..=last)
            .map(|k| k as f64 * step)
            .map(|v| (v, format!("{v:.digits$}")))
            .collect()
    }
}

/// A whole number with commas, or a short one.
fn plain(value: f64) -> String {
    if value != value.trunc() {
        return number(value);
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 {
        format!("-{text}")
    } else {
        text
    }
}

/// `10⁻³`, and plain numbers near one.
fn power(exponent: i32) -> String {
    if (-3..=4).contains(&exponent) {
        let digits = usize::try_from(-exponent).unwrap_or(0);
        return match digits {
            0 => plain(10f64.powi(exponent)),
            _ => format!("{:.digits$}", 10f64.powi(exponent)),
        };
    }
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let mut text = if exponent < 0 { "10⁻" } else { "10" }.to_string();
    let digits = exponent.unsigned_abs().to_string();
    text.extend(digits.bytes().map(|d| RAISED[usize::from(d - b'0')]));
    text
}

/// A named curve.
pub struct Series {
    name: String,
    colour: usize,
    dashed: bool,
    points: Vec<(f64, Estimate)>,
}

impl Series {
    /// A line through points (x, y), in one of six colours.
    pub fn new(name: impl Into<String>, colour: usize, points: Vec<(f64, f64)>) -> Self {
        let exact = |(x, y)| (x, Estimate::exact(y));
        Self::estimates(name, colour, points.into_iter().map(exact).collect())
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
            points,
        }
    }

    /// A dashed line.
    pub fn dashed(mut self) -> Self {
        self.dashed = true;
        self
    }
}

/// Curves with a legend above and perhaps some marked levels.
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

    /// A dashed line across with its meaning.
    pub fn level(mut self, value: f64, meaning: impl Into<String>) -> Self {
        self.levels.push((value, meaning.into()));
        self
    }

    /// The chart as a drawing.
    pub fn draw(&self) -> Drawing {
        let legend = self.legend_places();
        let rows = legend.last().map_or(0.0, |&(_, row)| row + 1.0);
        let top = 14.0 + rows * LEGEND_ROW;
        let mut drawing = Drawing::new(WIDTH, top + PLOT + 54.0);
        let points = || self.series.iter().flat_map(|s| &s.points);
        let xs = self.x.extent(points().map(|p| p.0));
        let ends = points().flat_map(|(_, y)| [y.mean - y.error, y.mean + y.error]);
        let ys = self.y.extent(ends.chain(self.levels.iter().map(|l| l.0)));
        let span = WIDTH - LEFT - RIGHT;
        let place_x = |x: f64| LEFT + span * self.x.share(xs, x);
        let place_y = |y: f64| top + PLOT * (1.0 - self.y.share(ys, y));

        for (value, text) in self.y.marks(ys) {
            let y = place_y(value);
            drawing.line((LEFT, y), (WIDTH - RIGHT, y), Ink::Grid, 1.0);
            drawing.text((LEFT - 8.0, y + 4.5), Anchor::End, "muted", &text);
        }
        let bottom = top + PLOT;
        for (value, text) in self.x.marks(xs) {
            let x = place_x(value);
            drawing.line((x, bottom), (x, bottom + 5.0), Ink::Muted, 1.0);
            drawing.text((x, bottom + 20.0), Anchor::Middle, "muted", &text);
        }
        drawing.line((LEFT, bottom), (WIDTH - RIGHT, bottom), Ink::Muted, 1.0);
        let middle = LEFT + span / 2.0;
        drawing.text((middle, bottom + 44.0), Anchor::Middle, "", &self.x.title);
        drawing.upright_text((18.0, top + PLOT / 2.0), &self.y.title);

        for (value, meaning) in &self.levels {
            let y = place_y(*value);
            drawing.path(&[(LEFT, y), (WIDTH - RIGHT, y)], Ink::Muted, 1.2, "5 4");
            let end = (WIDTH - RIGHT - 4.0, y - 6.0);
            drawing.text(end, Anchor::End, "small muted", meaning);
        }
        for (series, (x, row)) in self.series.iter().zip(legend) {
            let ink = Ink::Colour(series.colour);
            let y = 14.0 + row * LEGEND_ROW;
            drawing.path(&[(x, y), (x + 24.0, y)], ink, 2.5, series.dash());
            drawing.dot((x + 12.0, y), 3.5, ink);
            drawing.text((x + 31.0, y + 4.5), Anchor::Start, "", &series.name);
            let mut line = Vec::new();
            for (x, estimate) in &series.points {
                let (x, y) = (place_x(*x), place_y(estimate.mean));
                if estimate.error > 0.0 {
                    let low = place_y(estimate.mean - estimate.error);
                    let high = place_y(estimate.mean + estimate.error);
                    drawing.line((x, low), (x, high), ink, 1.4);
                    drawing.line((x - 4.0, low), (x + 4.0, low), ink, 1.4);
                    drawing.line((x - 4.0, high), (x + 4.0, high), ink, 1.4);
                }
                line.push((x, y));
            }
            drawing.path(&line, ink, 2.5, series.dash());
            // Dense curves need no dots.
            if line.len() <= 40 {
                line.iter().for_each(|&at| drawing.dot(at, 3.5, ink));
            }
        }
        drawing
    }

    /// (x, row) of every entry.
    fn legend_places(&self) -> Vec<(f64, f64)> {
        let (mut x, mut row) = (LEFT, 0.0);
        let mut places = Vec::new();
        for series in &self.series {
            let width = 31.0 + width_of(&series.name) + 22.0;
            if x > LEFT && x + width > WIDTH - RIGHT {
                (x, row) = (LEFT, row + 1.0);
            }
            places.push((x, row));
            x += width;
        }
        places
    }
}

impl Series {
    fn dash(&self) -> &'static str {
        if self.dashed { "7 5" } else { "" }
    }
}
