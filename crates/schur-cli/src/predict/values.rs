//! Predicted numbers and vectors, in the units of the table of the training.

use schur_data::Quantities;
use schur_train::images::{Predictor, significant};
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{Result, fail};
use crate::say::line;

use super::answers::{Answer, each};
use super::{Asked, sweep, turned_words};

#[derive(Serialize)]
struct Values {
    numbers: Vec<Number>,
    vectors: Vec<Vector>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<Turned>,
    #[serde(skip)]
    volume: bool,
}

#[derive(Serialize)]
struct Number {
    name: String,
    value: f64,
}

#[derive(Serialize)]
struct Vector {
    name: String,
    /// x to the right, y up, of volumes also z.
    value: Vec<f64>,
    length: f64,
    /// Of images: counter-clockwise from the right, in (-180, 180].
    degrees: Option<f64>,
}

/// The same for the turned image.
#[derive(Serialize)]
struct Turned {
    degrees: f64,
    numbers: Vec<Number>,
    vectors: Vec<Vector>,
}

fn named(asked: &Quantities, row: &[f64]) -> (Vec<Number>, Vec<Vector>) {
    let (mut numbers, mut vectors) = (Vec::new(), Vec::new());
    for (index, (name, place)) in asked.places().enumerate() {
        let (name, value) = (name.to_string(), row[place].to_vec());
        if index < asked.numbers().len() {
            let value = value[0];
            numbers.push(Number { name, value });
            continue;
        }
        vectors.push(Vector {
            name,
            length: value.iter().map(|v| v * v).sum::<f64>().sqrt(),
            degrees: match value[..] {
                [x, y] => Some(y.atan2(x).to_degrees()),
                _ => None,
            },
            value,
        });
    }
    (numbers, vectors)
}

pub(super) fn run(args: &PredictArgs, images: &[Asked], predictor: &Predictor) -> Result<()> {
    let Some(asked) = predictor.quantities() else {
        return fail(
            "the run does not say which numbers and vectors it was trained for; train it anew",
        );
    };
    each(args, images, &asked.components(), |path| {
        let seen = predictor.prepare_file(path)?;
        let (numbers, vectors) = named(asked, &predictor.values(&seen)?);
        Ok(Values {
            numbers,
            vectors,
            volume: predictor.sees_volumes(),
            sweep: sweep(&seen, args.rotate_sweep, |degrees, seen| {
                let (numbers, vectors) = named(asked, &predictor.values(seen)?);
                Ok(Turned {
                    degrees,
                    numbers,
                    vectors,
                })
            })?,
        })
    })
}

impl Answer for Values {
    fn text(&self) -> String {
        text(self)
    }

    fn cells(&self) -> Vec<String> {
        let numbers = self.numbers.iter().map(|number| number.value);
        let vectors = self.vectors.iter().flat_map(|vector| &vector.value);
        let values = numbers.chain(vectors.copied());
        values.map(|value| value.to_string()).collect()
    }
}

fn text(found: &Values) -> String {
    let mut out = String::from("\n");
    let numbers = found.numbers.iter().map(|number| &number.name);
    let names = numbers.chain(found.vectors.iter().map(|vector| &vector.name));
    let wide = names.map(|name| name.chars().count()).max().unwrap_or(0);
    for number in &found.numbers {
        line!(
            out,
            "  {:<wide$}  {}",
            number.name,
            significant(number.value)
        );
    }
    for vector in &found.vectors {
        let angle = vector
            .degrees
            .map_or(String::new(), |degrees| format!(", at {degrees:.1}°"));
        line!(
            out,
            "  {:<wide$}  ({}), length {}{angle}",
            vector.name,
            components(&vector.value),
            significant(vector.length)
        );
    }
    if !found.sweep.is_empty() {
        line!(out, "  {} by", turned_words(found.volume));
    }
    for turned in &found.sweep {
        let numbers = turned
            .numbers
            .iter()
            .map(|n| format!("{} {}", n.name, significant(n.value)));
        let vectors = turned
            .vectors
            .iter()
            .map(|v| format!("{} ({})", v.name, components(&v.value)));
        let both: Vec<String> = numbers.chain(vectors).collect();
        line!(out, "  {:>4.0}°  {}", turned.degrees, both.join(", "));
    }
    out
}

fn components(vector: &[f64]) -> String {
    let parts: Vec<String> = vector.iter().copied().map(significant).collect();
    parts.join(", ")
}
