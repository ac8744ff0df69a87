//! What an experiment finds, and when that counts as shown.

use serde::{Deserialize, Serialize};

use super::figure::Figure;
use super::table::Table;
use crate::error::LabError;
use crate::tolerance::DECISIVE;

/// What is demanded of a measured number.
///
/// ```
/// use schur_lab::{Bound, Measurement};
///
/// let gain = Measurement::at_least("gain in accuracy", 0.1, 0.0);
/// assert_eq!(gain.bound, Bound::AtLeast(0.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Bound {
    /// Exactly this number, for things that are counted.
    Equals(f64),
    /// The value is demanded to be at most this.
    AtMost(f64),
    /// The value is demanded to be at least this.
    AtLeast(f64),
    /// Nothing: it is shown, whichever side it speaks for.
    Reported,
}

/// Whether a demand is met.
///
/// ```
/// use schur_lab::{Measurement, Verdict};
///
/// // Within two standard errors of the bound nothing is decided.
/// let gain = |error| Measurement::at_least("gain", 0.1, 0.0).with_error(error).verdict;
/// assert_eq!([0.04, 0.06].map(gain), [Verdict::Holds, Verdict::NotShown]);
/// assert_eq!(Verdict::Fails.name(), "FAILS");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The claim holds.
    Holds,
    /// The claim fails.
    Fails,
    /// The bound lies within two standard errors, or the experiment could not be run, so nothing is
    /// decided.
    NotShown,
}

impl Verdict {
    /// The verdict as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "FAILS",
            Self::NotShown => "not shown",
        }
    }
}

/// A number with what is demanded of it.
///
/// ```
/// use schur_lab::{Measurement, Verdict};
///
/// assert_eq!(Measurement::equals("dimension", 3, 3).verdict, Verdict::Holds);
/// assert_eq!(Measurement::at_most("defect", f64::NAN, 0.1).verdict, Verdict::Fails);
/// assert_eq!(Measurement::reported("accuracy", 0.97).verdict, Verdict::Holds);
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Measurement {
    /// What was measured.
    pub what: String,
    /// The number that was found.
    pub value: f64,
    /// Standard error, if the number is a mean over seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// What is demanded of it.
    pub bound: Bound,
    /// Whether it meets the demand.
    pub verdict: Verdict,
}

impl Measurement {
    fn new(what: impl Into<String>, value: f64, error: Option<f64>, bound: Bound) -> Self {
        let margin = DECISIVE * error.unwrap_or(0.0);
        // Written so that what is no number fails.
        let (holds, open) = match bound {
            Bound::Equals(wanted) => (value == wanted, false),
            Bound::AtMost(wanted) => (value + margin <= wanted, value - margin <= wanted),
            Bound::AtLeast(wanted) => (value - margin >= wanted, value + margin >= wanted),
            Bound::Reported => (!value.is_nan(), false),
        };
        Self {
            what: what.into(),
            value,
            error,
            bound,
            verdict: match (holds, open) {
                (true, _) => Verdict::Holds,
                (false, true) => Verdict::NotShown,
                (false, false) => Verdict::Fails,
            },
        }
    }

    /// A count that must be exactly `wanted`.
    pub fn equals(what: impl Into<String>, value: usize, wanted: usize) -> Self {
        Self::new(what, value as f64, None, Bound::Equals(wanted as f64))
    }

    /// A value that must be at most `bound`; no number fails.
    pub fn at_most(what: impl Into<String>, value: f64, bound: f64) -> Self {
        Self::new(what, value, None, Bound::AtMost(bound))
    }

    /// A value that must be at least `bound`; no number fails.
    pub fn at_least(what: impl Into<String>, value: f64, bound: f64) -> Self {
        Self::new(what, value, None, Bound::AtLeast(bound))
    }

    /// A value of which nothing is demanded.
    pub fn reported(what: impl Into<String>, value: f64) -> Self {
        Self::new(what, value, None, Bound::Reported)
    }

    /// This measurement with its standard error, which the bound must clear twice.
    pub fn with_error(self, error: f64) -> Self {
        Self::new(self.what, self.value, Some(error), self.bound)
    }
}

/// All that an experiment shows.
///
/// ```
/// use schur_lab::{Measurement, Outcome, Verdict};
///
/// let mut outcome = Outcome::default();
/// outcome.measure(Measurement::at_most("defect", 0.0, 0.1));
/// // Nothing is shown before something broken has failed.
/// assert_eq!(outcome.verdict(), Verdict::Fails);
/// outcome.control(Measurement::at_most("defect of a broken object", 0.7, 0.1));
/// assert_eq!(outcome.verdict(), Verdict::Holds);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What the claim demands, and what is reported beside it.
    pub measurements: Vec<Measurement>,
    /// Broken on purpose: each must miss its bound, or the measurements above mean nothing.
    pub controls: Vec<Measurement>,
    /// Figures of what was measured.
    pub figures: Vec<Figure>,
    /// The numbers behind the figures.
    pub tables: Vec<Table>,
    /// What one sees, in paragraphs.
    pub text: Vec<String>,
    /// Why it could not be run to its end.
    pub error: Option<String>,
}

impl Outcome {
    /// What is left of an experiment that could not be run to its end: it has shown nothing.
    pub fn not_run(error: &LabError) -> Self {
        Self {
            error: Some(error.to_string()),
            ..Self::default()
        }
    }

    /// Adds a measurement.
    pub fn measure(&mut self, measurement: Measurement) {
        self.measurements.push(measurement);
    }

    /// Adds the same measurement on something broken on purpose.
    pub fn control(&mut self, control: Measurement) {
        self.controls.push(control);
    }

    /// Holds if every measurement does and every control, being a number, fails. An experiment
    /// without a demand or without a control has shown nothing, and that is a fault of it; for one
    /// that could not be run nothing is decided.
    pub fn verdict(&self) -> Verdict {
        if self.error.is_some() {
            return Verdict::NotShown;
        }
        let demands = self
            .measurements
            .iter()
            .filter(|m| m.bound != Bound::Reported);
        if demands.clone().count() == 0 || self.controls.is_empty() {
            return Verdict::Fails;
        }
        let controls = self.controls.iter().map(control_verdict);
        let all = self.measurements.iter().map(|m| m.verdict).chain(controls);
        all.fold(Verdict::Holds, |worst, verdict| match (worst, verdict) {
            (Verdict::Fails, _) | (_, Verdict::Fails) => Verdict::Fails,
            (Verdict::NotShown, _) | (_, Verdict::NotShown) => Verdict::NotShown,
            _ => Verdict::Holds,
        })
    }
}

/// Whether a control does its duty, which is to fail.
pub fn control_verdict(control: &Measurement) -> Verdict {
    match control.verdict {
        _ if control.value.is_nan() => Verdict::Fails,
        Verdict::Fails => Verdict::Holds,
        Verdict::Holds => Verdict::Fails,
        Verdict::NotShown => Verdict::NotShown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(measurement: Measurement, control: Measurement) -> Verdict {
        let mut outcome = Outcome::default();
        outcome.measure(measurement);
        outcome.control(control);
        outcome.verdict()
    }

    fn good() -> Measurement {
        Measurement::at_most("a defect", 0.0, 0.5)
    }

    fn broken() -> Measurement {
        Measurement::at_most("the defect of a broken object", 1.0, 0.5)
    }

    #[test]
    fn a_claim_holds_if_its_control_fails() {
        assert_eq!(outcome(good(), broken()), Verdict::Holds);
    }

    #[test]
    fn a_broken_object_fails() {
        assert_eq!(outcome(broken(), broken()), Verdict::Fails);
        let nan = Measurement::at_most("no number", f64::NAN, 0.5);
        assert_eq!(outcome(nan, broken()), Verdict::Fails);
        let count = Measurement::equals("a dimension", 3, 4);
        assert_eq!(outcome(count, broken()), Verdict::Fails);
    }

    #[test]
    fn a_control_that_passes_or_is_no_number_spoils_the_experiment() {
        assert_eq!(outcome(good(), good()), Verdict::Fails);
        let nan = Measurement::at_most("no number", f64::NAN, 0.5);
        assert_eq!(outcome(good(), nan), Verdict::Fails);
    }

    #[test]
    fn nothing_demanded_or_no_control_shows_nothing() {
        let reported = Measurement::reported("an accuracy", 0.9);
        assert_eq!(outcome(reported, broken()), Verdict::Fails);
        let mut alone = Outcome::default();
        alone.measure(good());
        assert_eq!(alone.verdict(), Verdict::Fails);
    }

    #[test]
    fn within_two_standard_errors_nothing_is_decided() {
        let gain = |error| Measurement::at_least("a gain", 0.1, 0.0).with_error(error);
        assert_eq!(outcome(gain(0.04), broken()), Verdict::Holds);
        assert_eq!(outcome(gain(0.06), broken()), Verdict::NotShown);
        let loss = Measurement::at_least("a loss", -0.1, 0.0).with_error(0.04);
        assert_eq!(outcome(loss, broken()), Verdict::Fails);
    }
}
