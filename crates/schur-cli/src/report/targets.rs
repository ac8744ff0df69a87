//! Numbers and vectors of test images: tables, and predicted against true values.

use schur_data::{Quantities, Targets, counted};
use schur_lab::Table;
use schur_lab::figure::{Axis, Chart, Figure, Ink, Series};
use schur_nn::InferenceNetwork;
use schur_train::images::{Images, TargetErrors, TargetScore, axes, significant, values};

use crate::error::Result;
use crate::say::{columns, line, width};

use super::pictures::INKS;
use super::slices::{Beside, EXAMPLES, examples};

/// Most points of a plot.
const POINTS: usize = 1000;

/// Most numbers and vectors that stand beside a volume.
const LINES: usize = 4;

const HEAD: [&str; 8] = [
    "target",
    "kind",
    "RMSE",
    "MAE",
    "R²",
    "angle",
    "RMSE of mean",
    "angle of mean",
];

/// What the columns mean.
pub(super) const MEANING: &str = "RMSE and MAE in the units of the table, of vectors the length of the error; angle: mean \
                       error of the direction in degrees; of mean: the same if the answer were always the mean \
                       of these true values";

fn row(score: &TargetScore) -> [String; 8] {
    let angle = |errors: &TargetErrors| {
        errors
            .degrees
            .map_or("-".to_string(), |degrees| format!("{degrees:.1}°"))
    };
    [
        score.name.clone(),
        score.kind.to_string(),
        significant(score.found.rmse),
        score.found.mae.map_or("-".to_string(), significant),
        score.r2.map_or("-".to_string(), |r2| format!("{r2:.4}")),
        angle(&score.found),
        significant(score.mean.rmse),
        angle(&score.mean),
    ]
}

/// For the terminal; nothing without targets.
pub(crate) fn text(scores: &[TargetScore]) -> String {
    if scores.is_empty() {
        return String::new();
    }
    let mut rows = vec![HEAD.map(str::to_string).to_vec()];
    rows.extend(scores.iter().map(|score| row(score).to_vec()));
    let mut out = columns(&rows, 2, width());
    line!(out, "{MEANING}");
    out
}

/// For the page.
pub(super) fn table(scores: &[TargetScore]) -> Table {
    let mut table = Table::new("targets", "Numbers and vectors", &HEAD);
    scores.iter().for_each(|score| table.row(row(score)));
    table
}

/// For every number, and the components of every vector, what the network finds against what is true.
pub(super) fn scatter(network: &InferenceNetwork, images: &Images) -> Result<Vec<Figure>> {
    let images = images.first(POINTS);
    let found = values(network, &images)?;
    let Some(targets) = images.targets() else {
        return Ok(Vec::new());
    };
    let asked = targets.quantities();
    let figure = |(index, (name, place)): (usize, (&str, std::ops::Range<usize>))| {
        let pair = |axis: usize| {
            let rows = found.iter().enumerate();
            let points = rows.map(|(i, row)| (targets.row(i)[axis], row[axis]));
            points.collect::<Vec<(f64, f64)>>()
        };
        let points: Vec<Vec<(f64, f64)>> = place.clone().map(pair).collect();
        let ends = points.iter().flatten().flat_map(|&(x, y)| [x, y]);
        let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(v), high.max(v))
        });
        let mut chart = Chart::new(
            Axis::new(format!("true {name}")),
            Axis::new(format!("predicted {name}")),
        );
        let is_vector = index >= asked.numbers().len();
        for (axis, points) in points.into_iter().enumerate() {
            let series = match is_vector {
                true => ["x", "y", "z"][axis],
                false => "test images",
            };
            chart = chart.with(Series::new(series, axis, points).scattered());
        }
        let exact = Series::new("equal", 4, vec![(low, low), (high, high)]);
        Figure::new(
            format!("target-{}", index + 1),
            format!("{name}: predicted against true"),
            format!(
                "{}; on the line both are equal",
                counted(found.len(), "test image")
            ),
            chart.with(exact.dashed()).draw(),
        )
    };
    Ok(asked.places().enumerate().map(figure).collect())
}

/// The first test volumes with where their x axis has gone.
pub(super) fn rotations(network: &InferenceNetwork, images: &Images) -> Result<Figure> {
    let images = images.first(EXAMPLES);
    let found = axes(network, &images)?;
    let caption =
        "; where the x axis of the upright volume has gone: blue in truth, orange as it is found";
    examples(&images, caption, |index| {
        let truth = images.matrices()[index].map(|row| row[0]);
        Beside {
            arrows: vec![
                (truth.to_vec(), INKS[0]),
                (found[index][..3].to_vec(), INKS[1]),
            ],
            ..Beside::default()
        }
    })
}

/// Slices of the first test volumes with what is true and found of them, and arrows of the first vector.
pub(super) fn volumes(network: &InferenceNetwork, images: &Images) -> Result<Figure> {
    let images = images.first(EXAMPLES);
    let found = values(network, &images)?;
    let truth = |index: usize| {
        images
            .targets()
            .map_or(&[][..], |targets| targets.row(index))
    };
    let asked = images.targets().map(Targets::quantities);
    let shown = |value: &[f64]| {
        let numbers: Vec<String> = value.iter().copied().map(significant).collect();
        match &numbers[..] {
            [number] => number.clone(),
            _ => format!("({})", numbers.join(", ")),
        }
    };
    let vector = asked.and_then(|asked| asked.places().nth(asked.numbers().len()));
    let caption = match &vector {
        Some((name, _)) => format!(
            "; numbers are found (true), arrows the direction of {name}: blue the true one, orange the \
             one that is found"
        ),
        None => "; numbers are found (true)".to_string(),
    };
    examples(&images, &caption, |index| {
        let (found, truth) = (&found[index], truth(index));
        let places = asked.into_iter().flat_map(Quantities::places).take(LINES);
        let words = places.flat_map(|(name, place)| {
            let (found, truth) = (shown(&found[place.clone()]), shown(&truth[place.clone()]));
            match place.len() {
                1 => vec![format!("{name} {found} ({truth})")],
                _ => vec![format!("{name} {found}"), truth],
            }
        });
        let arrows = vector.iter().flat_map(|(_, place)| {
            let of = |row: &[f64], ink: Ink| (row[place.clone()].to_vec(), ink);
            [of(truth, INKS[0]), of(found, INKS[1])]
        });
        Beside {
            words: words.collect(),
            arrows: arrows.collect(),
        }
    })
}
