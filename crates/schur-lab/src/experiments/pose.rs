//! Equivariant output: a network that points along the digit.

mod picture;

use burn::tensor::{Device, Tensor, TensorData};
use schur_data::{Dataset, Pictures, Split};
use schur_nn::Network;
use schur_train::LossOnly;
use schur_train::images::{Answers, Images, Truth};

use crate::dense::{Random, relative_difference};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Axis, Chart, Figure, Series};
use crate::outcome::{Measurement, Outcome};
use crate::statistics::Estimate;
use crate::table::Table;
use crate::tolerance;
use crate::training::{Design, Ending, Recipe, descend};

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "pose",
    title: "Equivariant output",
    claim: "In an equivariant GCNN, if an image is rotated, the output is also rotated \
            correspondingly: trained on digits within 45 degrees of upright, it finds the pose of \
            digits at any angle.",
    run,
};

/// Pictures that do not look like another or like themselves after half a turn.
const LABELS: [u8; 5] = [2, 3, 4, 5, 7];

/// Pictures are turned by at most so many degrees in training.
const TRAINED: f64 = 45.0;

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let split = Split::embedded()?;
    let digits = of_labels(&split.train, context.choose(1_000, 5_000))?;
    let test = of_labels(&split.test, context.choose(200, 1_000))?;
    let test = Images::new(Dataset::upright(&test));
    let epochs = context.choose(15, 30);
    let seeds = context.seeds(3, 5);
    context.expect(2 * seeds.len() * epochs * digits.len());
    let steps = context.choose(24, 72);
    let degrees: Vec<f64> = (0..steps)
        .map(|k| 360.0 * f64::from(k) / f64::from(steps))
        .collect();
    let mut table = Table::new(
        "angles",
        "Mean angle between the predicted arrow and the true one",
        &[
            "network",
            "image turned by",
            "error in degrees",
            "standard error",
        ],
    );
    let mut chart = Chart::new(
        Axis::new("angle of the image in degrees, counter-clockwise")
            .range(0.0, 360.0)
            .ticks(&[0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0, 360.0]),
        Axis::new("mean error of the arrow in degrees").range(0.0, 180.0),
    );
    let mut shown = Vec::new();
    for (group, name, colour) in [("C1", "CNN", 4), ("C4", "C4-CNN", 2)] {
        let mut errors = vec![Vec::new(); degrees.len()];
        let mut defect: f64 = 0.0;
        for &seed in &seeds {
            context.message(name);
            let network = trained(group, &digits, epochs, seed, context)?;
            for (of_angle, &angle) in errors.iter_mut().zip(&degrees) {
                let turned = test.turned(angle, test.len())?;
                let arrows = arrows(&network, &turned)?;
                let total: f64 = arrows.iter().map(|a| distance(*a, angle)).sum();
                of_angle.push(total / arrows.len() as f64);
            }
            if group == "C4" {
                defect = defect.max(quarter_turn_defect(&network, &test)?);
            }
            if seed == context.seed {
                shown.push((name, colour, network));
            }
        }
        let at = |k: usize| &errors[k * degrees.len() / 4];
        // At half a turn minus upright.
        let growth = Estimate::of_differences(at(2), at(0));
        let what =
            format!("{name}: error of the arrow after half a turn minus that upright, in degrees");
        let growth =
            Measurement::at_most(what, growth.mean, tolerance::SAME_ARROW).with_error(growth.error);
        if group == "C4" {
            outcome.measure(growth);
            outcome.measure(Measurement::at_most(
                "relative difference between arrows of turned images and turned arrows, quarter turns",
                defect,
                tolerance::EXACT_F32,
            ));
            // In the worst place, between the angles of training and their copies.
            let mean = |k: usize| Estimate::of(&errors[k]).mean;
            let worst = (0..degrees.len()).map(mean).fold(0.0, f64::max);
            outcome.measure(Measurement::at_most(
                "C4-CNN: largest mean error over all angles, in degrees (guessing: 90)",
                worst,
                tolerance::POSE,
            ));
        } else {
            outcome.control(growth);
        }
        let mut points: Vec<(f64, Estimate)> = Vec::new();
        for (&angle, errors) in degrees.iter().zip(&errors) {
            let estimate = Estimate::of(errors);
            let numbers = [angle, estimate.mean, estimate.error].map(|v| format!("{v:.2}"));
            table.row(std::iter::once(name.to_string()).chain(numbers));
            points.push((angle, estimate));
        }
        points.push((360.0, points[0].1));
        chart = chart.with(Series::estimates(name, colour, points));
    }
    outcome.tables.push(table);
    outcome.figures.push(picture::draw(&test, &shown)?);
    outcome.figures.push(Figure::new(
        "angles",
        "Trained within 45 degrees of upright, right all round",
        "Mean angle between the predicted and the true arrow when all test digits are turned by \
         the angle below. Whiskers are one standard error over seeds.",
        chart.draw(),
    ));
    outcome.text.push(
        "The network ends in a vector field and its mean over the image: two numbers that turn \
         with the image as an arrow does. It is trained to point up along the digit. What it has \
         learnt between -45 and 45 degrees holds after every quarter turn, by construction; a \
         conventional network of the same size knows only what it has seen."
            .to_string(),
    );
    Ok(outcome)
}

fn of_labels(digits: &Pictures, most: usize) -> Result<Pictures> {
    let wanted = |&i: &usize| LABELS.contains(&digits.labels()[i]);
    let chosen: Vec<usize> = (0..digits.len()).filter(wanted).take(most).collect();
    Ok(digits.subset(&chosen)?)
}

/// Trained to give the unit vector that points to the top of the digit.
fn trained(
    group: &'static str,
    digits: &Pictures,
    epochs: usize,
    seed: u64,
    context: &Context,
) -> Result<Network> {
    let design = Design {
        group,
        restrict: None,
        ending: Ending::Arrow,
        classes: 0,
        budget: context.choose(6_000, 25_000),
    };
    let device = Device::flex().autodiff();
    let network = design.network(seed, &device)?;
    let mut random = Random::new(seed, 0);
    let mut data = Dataset::upright(digits);
    let (height, width) = (data.height, data.width);
    for (image, angle) in data.images.chunks_mut(height * width).zip(&mut data.angles) {
        *angle = TRAINED * random.uniform();
        image.copy_from_slice(&schur_data::rotate(image, height, width, *angle)?);
    }
    let recipe = Recipe {
        epochs,
        batch: 32,
        seed,
    };
    let loss = |network: &Network, (x, truth): (Tensor<5>, Truth)| {
        let targets = truth.angles.iter().flat_map(|&angle| up(angle));
        let targets: Vec<f32> = targets.map(|v| v as f32).collect();
        let targets = TensorData::new(targets, [truth.angles.len(), 2]);
        let targets = Tensor::<2>::from_data(targets, &device);
        Ok((network.vectors(x)? - targets)
            .powi_scalar(2)
            .sum_dim(1)
            .mean())
    };
    descend(
        network,
        &recipe,
        |_| Images::new(data.clone()),
        LossOnly::new(loss),
        context,
    )
}

/// The unit vector `(x, y)` that points to the top of an image turned by so many degrees.
fn up(degrees: f64) -> [f64; 2] {
    let (sin, cos) = degrees.to_radians().sin_cos();
    [-sin, cos]
}

/// The vector that the network gives for every image.
fn arrows(network: &Network, images: &Images) -> Result<Vec<[f64; 2]>> {
    let output = network.forward(images.tensor())?;
    let values: Vec<f64> = output.into_data().iter::<f64>().collect();
    Ok(values.chunks(2).map(|v| [v[0], v[1]]).collect())
}

/// `‖f(r x) - r f(x)‖ / ‖f(x)‖` for a quarter turn `r`, which permutes the pixels.
fn quarter_turn_defect(network: &Network, images: &Images) -> Result<f64> {
    let found = arrows(network, &images.turned(90.0, images.len())?)?.concat();
    let upright = arrows(network, images)?;
    let turned: Vec<f64> = upright.iter().flat_map(|[x, y]| [-y, *x]).collect();
    Ok(relative_difference(&found, &turned))
}

/// The angle between an arrow and the top of an image turned by so many degrees, in degrees.
fn distance(arrow: [f64; 2], degrees: f64) -> f64 {
    let top = up(degrees);
    let cos = arrow[0] * top[0] + arrow[1] * top[1];
    let sin = arrow[0] * top[1] - arrow[1] * top[0];
    sin.atan2(cos).abs().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_turns_with_the_image() {
        // After a quarter turn to the left the top points left.
        assert!(distance([-1.0, 0.0], 90.0) < tolerance::EXACT_F32);
        assert!((distance([0.0, 1.0], 90.0) - 90.0).abs() < tolerance::EXACT_F32);
        assert!((distance([0.0, -2.0], 0.0) - 180.0).abs() < tolerance::EXACT_F32);
    }
}
