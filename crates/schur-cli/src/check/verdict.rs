//! What a check says at its end: what was tried, exactly, and what came out.

use super::{LayerReport, Report, worst};
use schur_data::counted;

/// Most elements that a sentence names.
const NAMED: usize = 8;

impl LayerReport {
    /// Whether every element that was tried is exact in `f64`, and in `f32` up to round-off.
    pub(super) fn is_exact(&self, bound: f64) -> bool {
        // Written so that a defect that is no number fails.
        let within = |errors: &[Option<f64>], bound| errors.iter().flatten().all(|&e| e <= bound);
        within(&self.errors, bound) && within(&self.round_off, self.round_off_bound)
    }
}

impl Report {
    /// Whether something was tried that proves anything, and every layer was exact.
    pub(super) fn passed(&self) -> bool {
        let mut layers = self.layers.iter().chain([&self.network]);
        let shifts = self.shifts.as_ref();
        !self.elements.is_empty()
            && layers.all(|layer| layer.is_exact(self.bound))
            && shifts.is_none_or(|shifts| shifts.is_exact(self.bound))
    }

    /// One sentence that says what was tried and what came out.
    pub(super) fn verdict(&self) -> String {
        let exact = match self.elements.len() {
            0 => format!(
                "NOT CHECKED: of {} only the identity moves pixels to pixels, so nothing was \
                 tested exactly",
                self.group
            ),
            _ if !self.passed() => self.failure(),
            n if !self.restrictions.is_empty() => self.restricted(n),
            n if self.between.is_empty() => format!(
                "passed: every layer commutes with {} of {} ({}), exactly",
                if n == 1 {
                    "the only element".to_string()
                } else {
                    format!("all {n} elements")
                },
                self.group,
                named(&self.elements)
            ),
            n => format!(
                "passed for what moves pixels to pixels: every layer commutes with {n} elements of \
                 {} ({}), exactly",
                self.group,
                named(&self.elements)
            ),
        };
        let Some((element, error)) = worst(self.network.between.iter().copied()) else {
            return exact + ".";
        };
        let measured = known(&self.between, &self.network.between);
        let omitted = match self.omitted {
            0 => String::new(),
            n => format!("; {n} further ones were not tried"),
        };
        format!(
            "{exact}; {} that move pixels between pixels ({}) were measured, not proven: the whole \
             network is off by at most {error:.4} ({}){omitted}.",
            counted(measured.len(), "element"),
            named(&measured),
            self.between[element]
        )
    }

    /// What is said where layers restrict the network to a subgroup.
    fn restricted(&self, count: usize) -> String {
        let words = self.restrictions.iter();
        let words = words.map(|r| format!("layer {} restricts {} to {}", r.layer, r.from, r.to));
        let whole = known(&self.elements, &self.network.errors);
        format!(
            "passed for what the layers have: of {} {count} elements move pixels to pixels ({}), and every \
             layer commutes exactly with those that it has not given up; {}, so that the whole network \
             commutes with {} of them alone ({})",
            self.group,
            named(&self.elements),
            words.collect::<Vec<_>>().join(", "),
            whole.len(),
            named(&whole)
        )
    }

    fn failure(&self) -> String {
        let inexact = |layer: &&LayerReport| !layer.is_exact(self.bound);
        let layers = self.layers.iter().chain([&self.network]);
        let inexact: Vec<&LayerReport> = layers.filter(inexact).collect();
        let first = inexact[0];
        let what = match first.place.as_str() {
            "" => "the whole network".to_string(),
            place => format!("layer {place}"),
        };
        let (errors, bits) = match worst(first.errors.iter().copied()) {
            Some((_, error)) if error <= self.bound => (&first.round_off, 32),
            _ => (&first.errors, 64),
        };
        let (element, error) = worst(errors.iter().copied()).unwrap_or_default();
        format!(
            "FAILED: {what} is off by {error:.1e} in {bits} bits at {} of {}{}",
            self.elements[element],
            self.group,
            match inexact.len() {
                1 => String::new(),
                n => format!("; {n} lines are marked with !"),
            }
        )
    }
}

/// The names of elements whose errors are known.
fn known(names: &[String], errors: &[Option<f64>]) -> Vec<String> {
    let known = names
        .iter()
        .zip(errors)
        .filter(|(_, error)| error.is_some());
    known.map(|(name, _)| name.clone()).collect()
}

/// The names, cut where they are many.
fn named(names: &[String]) -> String {
    match names.len() {
        n if n > NAMED => format!("{}, … {}", names[..NAMED - 1].join(", "), names[n - 1]),
        _ => names.join(", "),
    }
}
