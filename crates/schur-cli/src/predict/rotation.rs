//! Predicted rotations of volumes.

use schur_math::SpaceIsometry;
use schur_train::images::{Prediction, Predictor, axis_and_degrees};
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::Result;
use crate::say::line;

use super::answers::{Answer, each};
use super::{Asked, sweep, turned_words};

#[derive(Serialize)]
struct Rotation {
    #[serde(flatten)]
    turn: Turn,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<Swept>,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize)]
struct Turn {
    /// From 0 to 180.
    degrees: f64,
    /// Of length 1; x right, y up, z along the slices.
    axis: [f64; 3],
    /// On (x, y, z), row by row.
    matrix: [[f64; 3]; 3],
}

/// What is found of the volume when it is turned about z.
#[derive(Serialize)]
struct Swept {
    /// By which it was turned.
    by: f64,
    #[serde(flatten)]
    found: Turn,
    #[serde(skip)]
    text: String,
}

/// The rotation, and in words.
fn said(rotation: SpaceIsometry) -> (Turn, String) {
    let (axis, degrees) = axis_and_degrees(&rotation);
    let turn = Turn {
        degrees,
        axis,
        matrix: rotation.matrix(),
    };
    (turn, Prediction::Rotation(rotation).to_string())
}

pub(super) fn run(args: &PredictArgs, images: &[Asked], predictor: &Predictor) -> Result<()> {
    let columns = ["degrees", "axis_x", "axis_y", "axis_z"].map(str::to_string);
    each(args, images, &columns, |path| {
        let seen = predictor.prepare_file(path)?;
        let (turn, text) = said(predictor.rotation(&seen)?);
        let sweep = sweep(&seen, args.rotate_sweep, |by, seen| {
            let (found, text) = said(predictor.rotation(seen)?);
            Ok(Swept { by, found, text })
        })?;
        Ok(Rotation { turn, sweep, text })
    })
}

impl Answer for Rotation {
    fn text(&self) -> String {
        let mut out = String::new();
        line!(out, "{}", self.text);
        if !self.sweep.is_empty() {
            line!(out, "  {} by, and what is found", turned_words(true));
        }
        for swept in &self.sweep {
            line!(out, "  {:>4.0}°  {}", swept.by, swept.text);
        }
        out
    }

    fn cells(&self) -> Vec<String> {
        let numbers = [self.turn.degrees].into_iter().chain(self.turn.axis);
        numbers.map(|number| number.to_string()).collect()
    }
}
