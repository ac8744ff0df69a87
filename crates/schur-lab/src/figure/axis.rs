//! Ranges of axes and the marks on them.

use crate::table::number;

/// At most so many steps stand on an axis.
const MARKS: f64 = 8.0;
/// And at most so many decades are marked one by one.
const DECADES: f64 = 7.0;

/// One axis of a chart.
///
/// ```
/// use schur_lab::figure::Axis;
///
/// let texts = |axis: &Axis, low, high| -> Vec<String> {
///     axis.marks((low, high)).into_iter().map(|(_, text)| text).collect()
/// };
/// // One epoch has one mark, three decades have theirs.
/// assert_eq!(texts(&Axis::new("epoch").whole(), 0.5, 1.5), ["1"]);
/// assert_eq!(texts(&Axis::new("ms").logarithmic(), 0.9, 1100.0), ["1", "10", "100", "1,000"]);
/// ```
pub struct Axis {
    pub(super) title: String,
    logarithmic: bool,
    whole: bool,
    bounds: (f64, f64),
    range: Option<(f64, f64)>,
    ticks: Vec<f64>,
}

impl Axis {
    /// An axis with a title whose range covers the data.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            logarithmic: false,
            whole: false,
            bounds: (f64::NEG_INFINITY, f64::INFINITY),
            range: None,
            ticks: Vec::new(),
        }
    }

    /// Decades at equal distances. Values that are not positive are drawn at the lower end.
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// Marks at whole numbers only: for what is counted.
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// An axis from `low` to `high`.
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// The range covers the data, but ends at `low` and `high`, beyond which there are no values.
    pub fn within(mut self, low: f64, high: f64) -> Self {
        self.bounds = (low, high);
        self
    }

    /// Ticks at these values only.
    pub fn ticks(mut self, ticks: &[f64]) -> Self {
        self.ticks = ticks.to_vec();
        self
    }

    /// The range, its own or that of the values with some air.
    pub(super) fn extent(&self, values: impl Iterator<Item = f64>) -> (f64, f64) {
        if let Some(range) = self.range {
            return range;
        }
        let usable = values.filter(|v| v.is_finite() && (!self.logarithmic || *v > 0.0));
        let (low, high) = usable.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
        if low > high {
            return match self.logarithmic {
                true => (0.1, 1.0),
                false => (0.0, 1.0),
            };
        }
        if self.logarithmic {
            return (low / 1.5, high * 1.5);
        }
        // Equal values stand in the middle, at a distance from the ends that shows their digits.
        let air = match (low == high, self.whole) {
            (true, true) => 0.5,
            (true, false) => 0.1 * low.abs().max(0.1),
            (false, _) => 0.06 * (high - low),
        };
        let (least, most) = self.bounds;
        ((low - air).max(least), (high + air).min(most))
    }

    /// Where a value stands between the ends of the range, from 0 to 1.
    pub(super) fn share(&self, (low, high): (f64, f64), value: f64) -> f64 {
        let share = if self.logarithmic {
            (value.max(low) / low).ln() / (high / low).ln()
        } else {
            (value - low) / (high - low)
        };
        share.clamp(0.0, 1.0)
    }

    /// Values with their texts, in a range.
    pub fn marks(&self, (low, high): (f64, f64)) -> Vec<(f64, String)> {
        let within = |v: &f64| (low..=high).contains(v);
        if !self.ticks.is_empty() {
            let ticks = self.ticks.iter().copied().filter(within);
            return ticks.map(|v| (v, plain(v))).collect();
        }
        if !self.logarithmic {
            return evenly(low, high, self.whole);
        }
        let decades = (high / low).log10();
        if decades < 0.7 {
            return evenly(low, high, self.whole);
        }
        // Few decades are divided, many are counted in steps.
        let digits: &[f64] = match decades {
            d if d < 1.3 => &[1.0, 2.0, 3.0, 5.0, 7.0],
            d if d < 2.3 => &[1.0, 2.0, 5.0],
            _ => &[1.0],
        };
        let step = (decades / DECADES).ceil().max(1.0) as usize;
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        (first..=last)
            .filter(|k| k.rem_euclid(step as i32) == 0)
            .flat_map(|k| digits.iter().map(move |&digit| (digit, k)))
            .map(|(digit, k)| (digit * 10f64.powi(k), digit, k))
            .filter(|(value, ..)| within(value))
            .map(|(value, digit, k)| (value, power(digit, k)))
            .collect()
    }
}

/// Marks at multiples of 1, 2 or 5 times a power of ten.
fn evenly(low: f64, high: f64, whole: bool) -> Vec<(f64, String)> {
    let rough = (high - low) / MARKS;
    let decade = 10f64.powf(rough.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let factor = factors.into_iter().find(|f| f * decade >= rough);
    let mut step = factor.unwrap_or(10.0) * decade;
    if whole {
        step = step.max(1.0);
    }
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    let digits = (-step.log10().floor()).max(0.0) as usize;
    let size = high.abs().max(low.abs());
    // What would have many zeros, with as many figures as tell two marks apart.
    let figures = (size.log10().floor() - step.log10().floor()).max(0.0) as usize;
    let text = |v: f64| match digits {
        _ if v == 0.0 => "0".to_string(),
        4.. if size < 0.01 => format!("{v:.figures$e}"),
        0 if size >= 1e6 => format!("{v:.figures$e}"),
        0 => plain(v.round()),
        _ => format!("{v:.digits$}"),
    };
    (first..=last)
        .map(|k| k as f64 * step)
        .map(|v| (v, text(v)))
        .collect()
}

/// A whole number with commas, or a short one.
pub(super) fn plain(value: f64) -> String {
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

/// `10⁻⁵`, `2·10⁻⁵`, and plain numbers near one.
fn power(digit: f64, exponent: i32) -> String {
    if (-3..=4).contains(&exponent) {
        let digits = usize::try_from(-exponent).unwrap_or(0);
        return match digits {
            0 => plain((digit * 10f64.powi(exponent)).round()),
            _ => format!("{:.digits$}", digit * 10f64.powi(exponent)),
        };
    }
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let mut text = match digit {
        1.0 => String::new(),
        digit => format!("{digit:.0}·"),
    };
    text += if exponent < 0 { "10⁻" } else { "10" };
    let digits = exponent.unsigned_abs().to_string();
    text.extend(digits.bytes().map(|d| RAISED[usize::from(d - b'0')]));
    text
}

#[cfg(test)]
mod tests {
    use super::Axis;

    fn texts(axis: &Axis, low: f64, high: f64) -> Vec<String> {
        let marks = axis.marks((low, high));
        marks.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn epochs_are_whole_however_few_there_are() {
        let axis = Axis::new("epoch").whole();
        for (epochs, expected) in [
            (1, vec!["1"]),
            (2, vec!["1", "2"]),
            (3, vec!["1", "2", "3"]),
            (14, vec!["2", "4", "6", "8", "10", "12", "14"]),
        ] {
            let (low, high) = axis.extent((1..=epochs).map(f64::from));
            assert_eq!(texts(&axis, low, high), expected, "{epochs} epochs");
        }
    }

    #[test]
    fn a_range_of_any_size_has_two_to_nine_different_marks_in_order() {
        let plain = Axis::new("");
        let logarithmic = Axis::new("").logarithmic();
        let mut looked = 0;
        for exponent in [-9, -4, -2, 0, 0, 1, 4] {
            let start = 10f64.powi(exponent) * (1.0 + f64::from(looked) / 20.0);
            for factor in [1.04, 1.7, 3.0, 8.0, 12.0, 40.0, 1e3, 1.1e3, 1e7, 1e12] {
                for axis in [&plain, &logarithmic] {
                    let (low, high) = axis.extent([start, start * factor].into_iter());
                    let marks = axis.marks((low, high));
                    let count = marks.len();
                    assert!((2..=9).contains(&count), "{start} x {factor}: {marks:?}");
                    assert!(marks.windows(2).all(|w| w[0].0 < w[1].0), "{marks:?}");
                    assert!(marks.windows(2).all(|w| w[0].1 != w[1].1), "{marks:?}");
                    assert!(
                        marks.iter().all(|m| m.1.chars().count() <= 8),
                        "{start} x {factor}: {marks:?}"
                    );
                    looked += 1;
                }
            }
        }
        assert_eq!(looked, 140);
    }

    #[test]
    fn decades_are_divided_where_they_are_few() {
        let axis = Axis::new("ms").logarithmic();
        assert_eq!(texts(&axis, 0.9, 1100.0), ["1", "10", "100", "1,000"]);
        assert_eq!(texts(&axis, 0.8, 60.0), ["1", "2", "5", "10", "20", "50"]);
        assert_eq!(
            texts(&axis, 2.0 * 10f64.powi(-8), 3.0 * 10f64.powi(-6)),
            [
                "2·10⁻⁸",
                "5·10⁻⁸",
                "10⁻⁷",
                "2·10⁻⁷",
                "5·10⁻⁷",
                "10⁻⁶",
                "2·10⁻⁶"
            ]
        );
        assert_eq!(
            texts(&axis, 10f64.powi(-8), 1.0),
            ["10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"]
        );
    }

    #[test]
    fn values_have_room_but_not_beyond_what_is_possible() {
        let axis = Axis::new("accuracy in %").within(0.0, 100.0);
        let (low, high) = axis.extent([80.0, 100.0].into_iter());
        assert!(low < 80.0 && high == 100.0, "{low} {high}");
        let (low, high) = axis.extent([100.0].into_iter());
        assert!(low < 100.0 && high == 100.0 && !axis.marks((low, high)).is_empty());
    }
}
