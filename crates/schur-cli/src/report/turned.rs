//! How good a classifier is on test images that are moved.

use schur_data::{Strip, counted};
use schur_lab::Table;
use schur_lab::page::Page;
use schur_nn::InferenceNetwork;
use schur_train::images::{
    FullTurn, Images, MovedScore, accuracy_by_angle, accuracy_by_shift, by_elements, evaluate,
    on_rotated,
};
use serde::Serialize;

use crate::error::Result;
use crate::say::line;

/// Images over a full turn; volumes over the symmetries of the cube, and at random.
#[derive(Serialize)]
pub(crate) struct Turned {
    /// (degrees, accuracy) of upright images that are all turned by the same angle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) angle_accuracy: Vec<(f64, f64)>,
    /// (columns, accuracy) of images that are all shifted along a strip by the same number of columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) shift_accuracy: Vec<(usize, f64)>,
    /// Accuracy on digits that stand upright on a sphere.
    #[serde(skip_serializing_if = "Option::is_none")]
    upright_accuracy: Option<f64>,
    /// How many images that were: the first of the test part.
    pub(crate) angle_images: usize,
    /// Volumes that are all moved by the same symmetry of the cube.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elements: Vec<MovedScore>,
    /// Volumes that are each rotated at random.
    #[serde(skip_serializing_if = "Option::is_none")]
    random: Option<MovedScore>,
}

impl Turned {
    /// Measures on test images as they are; `rotated` gives them each rotated at random.
    pub(crate) fn of(
        network: &InferenceNetwork,
        upright: &Images,
        strip: Option<Strip>,
        sphere: bool,
        rotated: impl FnOnce() -> Images,
        turn: FullTurn<'_>,
    ) -> Result<Self> {
        let none = Self {
            angle_accuracy: Vec::new(),
            shift_accuracy: Vec::new(),
            upright_accuracy: None,
            angle_images: upright.len().min(turn.images),
            elements: Vec::new(),
            random: None,
        };
        if turn.steps == 0 {
            return Ok(none);
        }
        if sphere {
            let upright = evaluate(network, upright)?;
            return Ok(Self {
                upright_accuracy: Some(upright.accuracy()),
                angle_images: upright.total(),
                ..none
            });
        }
        if let Some(strip) = strip {
            let shift_accuracy = accuracy_by_shift(network, upright, strip, turn)?;
            return Ok(Self {
                shift_accuracy,
                ..none
            });
        }
        if let [1, ..] = upright.sizes() {
            let angle_accuracy = accuracy_by_angle(network, upright, turn)?;
            return Ok(Self {
                angle_accuracy,
                ..none
            });
        }
        Ok(Self {
            angle_images: upright.len(),
            elements: by_elements(network, upright, turn.observer)?,
            random: Some(on_rotated(network, &rotated())?),
            ..none
        })
    }

    /// The lowest accuracy.
    pub(super) fn lowest(&self) -> f64 {
        let angles = self.angle_accuracy.iter().map(|&(_, accuracy)| accuracy);
        let elements = self.elements.iter().map(|score| score.accuracy);
        let shifts = self.shift_accuracy.iter().map(|&(_, accuracy)| accuracy);
        angles
            .chain(elements)
            .chain(shifts)
            .chain(self.upright_accuracy)
            .fold(f64::INFINITY, f64::min)
    }

    /// The head of the lowest accuracy.
    pub(super) fn head(&self) -> &'static str {
        match (self.elements.is_empty(), self.shift_accuracy.is_empty()) {
            _ if self.upright_accuracy.is_some() => "upright",
            (false, _) => "worst move",
            (_, false) => "worst shift",
            _ => "worst angle",
        }
    }

    /// What was moved by what, for the end of a run.
    pub(super) fn words(&self) -> String {
        match self.elements.len() {
            _ if self.upright_accuracy.is_some() => format!(
                "upright: {} test digits that stand upright on the sphere",
                self.angle_images
            ),
            0 if !self.shift_accuracy.is_empty() => format!(
                "worst shift: of {} centred test images that are all shifted along the strip by 0 to {} \
                 columns",
                self.angle_images,
                self.shift_accuracy.len() - 1
            ),
            0 => format!(
                "worst angle: of {}, all turned by 0°, 10°, ... 350°",
                counted(self.angle_images, "test image")
            ),
            n => format!(
                "worst move: of {}, all moved by one of {n} symmetries of the cube; {}",
                counted(self.angle_images, "test volume"),
                self.random.as_ref().map_or(String::new(), words)
            ),
        }
    }

    /// Means and least values over the symmetries of the cube.
    fn over_elements(&self) -> [(&'static str, f64); 4] {
        let accuracies = || self.elements.iter().map(|score| score.accuracy);
        let areas = || self.elements.iter().filter_map(|score| score.area);
        let mean = |sum: f64, count: usize| sum / count.max(1) as f64;
        let least = |a: f64, b: f64| a.min(b);
        [
            (
                "mean accuracy",
                mean(accuracies().sum(), accuracies().count()),
            ),
            ("least accuracy", accuracies().fold(f64::INFINITY, least)),
            ("mean AUC", mean(areas().sum(), areas().count())),
            ("least AUC", areas().fold(f64::INFINITY, least)),
        ]
    }

    /// As the lines of `schur eval`.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        let bar = |accuracy: f64| "#".repeat((40.0 * accuracy).round() as usize);
        if !self.shift_accuracy.is_empty() {
            let images = counted(self.angle_images, "image");
            line!(
                out,
                "shift  accuracy of {images} all shifted along the strip by it"
            );
            for (columns, accuracy) in &self.shift_accuracy {
                line!(
                    out,
                    "{columns:>5}  {:6.2} %  {}",
                    100.0 * accuracy,
                    bar(*accuracy)
                );
            }
            return out;
        }
        if let Some(accuracy) = self.upright_accuracy {
            let images = counted(self.angle_images, "image");
            line!(
                out,
                "upright   accuracy {:.2} % of {images} upright on the sphere",
                100.0 * accuracy
            );
            return out;
        }
        if self.elements.is_empty() && self.angle_accuracy.is_empty() {
            return out;
        }
        if self.elements.is_empty() {
            let images = counted(self.angle_images, "image");
            line!(out, "angle  accuracy of {images} all turned by it");
            for (degrees, accuracy) in &self.angle_accuracy {
                line!(
                    out,
                    "{degrees:>4.0}°  {:6.2} %  {}",
                    100.0 * accuracy,
                    bar(*accuracy)
                );
            }
            return out;
        }
        let scores = || self.elements.iter().chain(&self.random);
        let wide = scores().map(|score| score.element.chars().count()).max();
        let wide = wide.unwrap_or(0);
        line!(
            out,
            "{:<wide$}  accuracy     AUC  of {} all moved by it: axis x right, y up, z along \
             the slices",
            "by",
            counted(self.angle_images, "volume")
        );
        for score in scores() {
            let area = score
                .area
                .map_or("-".to_string(), |area| format!("{area:.4}"));
            line!(
                out,
                "{:<wide$}  {:6.2} %  {area:>6}",
                score.element,
                100.0 * score.accuracy
            );
        }
        let [accuracy, least, area, least_area] = self.over_elements().map(|(_, value)| value);
        line!(
            out,
            "\nover the {} symmetries of the cube: accuracy {:.2} % (least {:.2} %), AUC {area:.4} (least \
             {least_area:.4})",
            self.elements.len(),
            100.0 * accuracy,
            100.0 * least
        );
        out
    }

    /// Adds the scores of volumes to a page.
    pub(super) fn tables(&self, page: &mut Page) {
        if self.elements.is_empty() {
            return;
        }
        let title = "All test volumes moved by a symmetry of the cube, and each at random";
        let mut table = Table::new("moved", title, &["moved by", "accuracy", "AUC"]);
        for score in self.elements.iter().chain(&self.random) {
            let area = score
                .area
                .map_or("–".to_string(), |area| format!("{area:.4}"));
            let accuracy = format!("{:.2} %", 100.0 * score.accuracy);
            table.row([score.element.clone(), accuracy, area]);
        }
        page.table(&table);
    }
}

/// The score on volumes that are each rotated at random, in words.
fn words(score: &MovedScore) -> String {
    let area = score
        .area
        .map_or(String::new(), |area| format!(", AUC {area:.4}"));
    format!(
        "under {}: {:.2} %{area}",
        score.element,
        100.0 * score.accuracy
    )
}
