//! How exactly a network commutes with shifts along a strip.

use schur_nn::{Domain, Field, Layer, Network, relative_distance};
use serde::Serialize;

use crate::error::Result;

/// Shifts along a strip, of the whole network.
#[derive(Serialize)]
pub(super) struct Shifts {
    /// The columns of the strip that are one column behind all pools and strides: only shifts by
    /// multiples of them can be exact.
    step: usize,
    /// How many shifts were tried: all of these up to twice around.
    count: usize,
    /// The largest defect `‖L(shift x) - shift L(x)‖ / ‖L(x)‖`, in `f64`.
    error: f64,
    /// The largest defect of the shifts by less than a step, which the windows of pools and strides notice;
    /// `None` if there are none, or the network answers cells.
    between: Option<f64>,
    /// Whether features are transported over the cut, so that the defect is to be round-off.
    transported: bool,
}

impl Shifts {
    /// `None` on images, which have no direction around.
    pub(super) fn measure(network: &Network, x: &Field) -> Result<Option<Self>> {
        let columns = |domain: &Domain| match domain {
            Domain::Atlas(atlas) => Some(atlas.sizes()[2]),
            _ => None,
        };
        let Some(all) = columns(x.domain()) else {
            return Ok(None);
        };
        let (mut least, mut domain) = (all, x.domain().clone());
        for layer in network.layers() {
            domain = layer.output_domain(&domain)?;
            least = columns(&domain).unwrap_or(least);
        }
        let step = all / least;
        let y = Layer::forward(network, x.clone())?;
        let mut error = 0.0f64;
        for shift in 1..=2 * least {
            let found = Layer::forward(network, x.shifted((shift * step) as i64)?)?;
            let expected = match columns(y.domain()) {
                Some(_) => y.shifted(shift as i64)?,
                None => y.clone(),
            };
            error = error.max(relative_distance(found.memory(), expected.memory()));
        }
        let mut between: Option<f64> = None;
        if columns(y.domain()).is_none() {
            for shift in 1..step {
                let found = Layer::forward(network, x.shifted(shift as i64)?)?;
                let defect = relative_distance(found.memory(), y.memory());
                between = Some(between.unwrap_or(0.0).max(defect));
            }
        }
        Ok(Some(Self {
            step,
            count: 2 * least,
            error,
            between,
            transported: network.domain() != schur_nn::network::DomainKind::MoebiusUntransported,
        }))
    }

    /// Whether the defect is round-off, where it is to be.
    pub(super) fn is_exact(&self, bound: f64) -> bool {
        !self.transported || self.error <= bound
    }

    /// One line.
    pub(super) fn text(&self, bound: f64) -> String {
        let verdict = match (self.transported, self.is_exact(bound)) {
            (false, _) => "measured, since features are copied over the cut and not transported",
            (true, true) if self.step == 1 => {
                "exact: the network does not see where the strip is cut"
            }
            (true, true) => {
                "exact: of where the strip is cut the network sees at most how windows of pools lie"
            }
            (true, false) => "NOT exact",
        };
        let columns = match self.step {
            1 => "any number of columns".to_string(),
            step => format!("multiples of {step} columns"),
        };
        let between = match (self.between, self.step) {
            (Some(defect), 2) => format!("; by 1 column: {defect:.1e}"),
            (Some(defect), step) => format!("; by 1 to {} columns: {defect:.1e}", step - 1),
            (None, _) => String::new(),
        };
        format!(
            "whole network, {} shifts along the strip by {columns}: {:.1e}, {verdict}{between}",
            self.count, self.error
        )
    }
}
