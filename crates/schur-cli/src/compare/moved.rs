//! How classifiers of volumes answer in other positions.

use serde::Serialize;
use serde_json::Value;

use super::statistics;

/// A score of the test volumes as they lie, moved by each symmetry of the cube, and each turned at random.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Moved {
    pub(super) upright: f64,
    /// Over the symmetries of the cube.
    pub(super) mean: f64,
    pub(super) least: f64,
    pub(super) turned: f64,
}

/// Both scores of a run.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Scores {
    /// Area under the ROC curve.
    pub(super) area: Moved,
    pub(super) accuracy: Moved,
}

/// Heads of the columns of numbers.
pub(super) const HEAD: [&str; 8] = [
    "AUC", "cube", "least", "turned", "accuracy", "cube", "least", "turned",
];
/// What they mean.
pub(super) const MEANING: &str = "AUC: area under the ROC curve of the test volumes, in %, and their \
     accuracy, in %; cube: mean over its symmetries, least: the worst of them, turned: every volume turned \
     at random, between the voxels.";

impl Scores {
    /// Those of a summary, if it is of volumes.
    pub(super) fn of(summary: &Value) -> Option<Self> {
        let score = |name: &str| {
            let elements: Vec<f64> = (summary["elements"].as_array()?.iter())
                .filter_map(|element| element[name].as_f64())
                .collect();
            Some(Moved {
                upright: summary[format!("test_{name}")].as_f64()?,
                mean: statistics(&elements).0?,
                least: elements.iter().copied().reduce(f64::min)?,
                turned: summary["random"][name].as_f64()?,
            })
        };
        Some(Self {
            area: score("area")?,
            accuracy: score("accuracy")?,
        })
    }

    /// As words of a table, in the order of [`HEAD`].
    pub(super) fn words(of: &[Self]) -> Vec<String> {
        let numbers = |score: fn(&Self) -> Moved| {
            let part = |part: fn(&Moved) -> f64| {
                let all: Vec<f64> = of
                    .iter()
                    .map(|scores| 100.0 * part(&score(scores)))
                    .collect();
                let (mean, deviation) = statistics(&all);
                let mean = mean.map_or(String::new(), |mean| format!("{mean:.1}"));
                deviation.map_or(mean.clone(), |deviation| format!("{mean} ± {deviation:.1}"))
            };
            [
                part(|s| s.upright),
                part(|s| s.mean),
                part(|s| s.least),
                part(|s| s.turned),
            ]
        };
        [
            numbers(|scores| scores.area),
            numbers(|scores| scores.accuracy),
        ]
        .concat()
    }
}
