//! Training on upright digits, testing on turned ones.

use schur_data::{Dataset, Split};
use schur_train::images::Images;

use crate::error::Result;
use crate::experiment::Context;
use crate::figure::{Axis, Chart, Figure, Series};
use crate::outcome::{Measurement, Outcome};
use crate::statistics::Estimate;
use crate::table::Table;
use crate::training::{Recipe, accuracy, train};

use super::network;

const DIGITS: usize = 1_000;
const EPOCHS: usize = 10;

/// Image passes of one training.
pub(super) fn passes(context: &Context) -> usize {
    digits(context) * EPOCHS
}

fn digits(context: &Context) -> usize {
    context.choose(DIGITS, 10 * DIGITS)
}

/// The accuracy of digits that are all turned by one angle, over a full turn.
pub(super) fn run(
    context: &Context,
    budget: usize,
    seeds: &[u64],
    outcome: &mut Outcome,
) -> Result<()> {
    let split = Split::embedded()?;
    let first = |n: usize| (0..n).collect::<Vec<_>>();
    let digits = split.train.subset(&first(digits(context)))?;
    let test = split.test.subset(&first(context.choose(300, 1_000)))?;
    let test = Images::new(Dataset::upright(&test));
    let steps = context.choose(24, 72);
    let mut table = Table::new(
        "upright",
        "Accuracy of digits turned by an angle, after training on upright digits",
        &["network", "angle in degrees", "accuracy", "standard error"],
    );
    let mut chart = Chart::new(
        Axis::new("angle in degrees, counter-clockwise")
            .range(0.0, 360.0)
            .ticks(&[0.0, 90.0, 180.0, 270.0, 360.0]),
        Axis::new("accuracy in percent").range(0.0, 100.0),
    );
    for (group, name, colour) in [("C1", "CNN", 4), ("C4", "C4-CNN", 2)] {
        let mut accuracies = vec![Vec::new(); steps];
        for &seed in seeds {
            context.message(&format!("{name} on upright digits"));
            let recipe = Recipe {
                epochs: EPOCHS,
                batch: 32,
                seed,
            };
            let images = |_| Images::new(Dataset::upright(&digits));
            let network = train(network(group, budget, seed)?, &recipe, images, context)?;
            for (step, of_angle) in accuracies.iter_mut().enumerate() {
                let turned = test.turned(360.0 * step as f64 / steps as f64, test.len())?;
                of_angle.push(100.0 * accuracy(&network, &turned, 1)?);
            }
        }
        let curve: Vec<Estimate> = accuracies.iter().map(|a| Estimate::of(a)).collect();
        // A quarter, a half and three quarters of the way round.
        let lost = (1..4)
            .flat_map(|k| {
                accuracies[0]
                    .iter()
                    .zip(&accuracies[k * steps / 4])
                    .map(|(a, b)| a - b)
            })
            .fold(0.0, f64::max);
        let what =
            format!("{name}: accuracy lost by quarter turns after upright training, in points");
        let loss = Measurement::at_most(what, lost, 0.0);
        if group == "C4" {
            outcome.measure(loss);
        } else {
            outcome.control(loss);
        }
        let mut points = Vec::new();
        for step in 0..=steps {
            let (degrees, estimate) = (360.0 * step as f64 / steps as f64, curve[step % steps]);
            points.push((degrees, estimate));
            if step < steps {
                let numbers = [degrees, estimate.mean, estimate.error].map(|v| format!("{v:.2}"));
                table.row(std::iter::once(name.to_string()).chain(numbers));
            }
        }
        chart = chart.with(Series::estimates(name, colour, points));
    }
    outcome.tables.push(table);
    outcome.figures.push(Figure::new(
        "upright",
        "What a network that has only seen upright digits makes of turned ones",
        "By quarter turns the C4-equivariant network loses nothing, digit for digit; in between \
         it must interpolate. The conventional one recognises upright digits only.",
        chart.draw(),
    ));
    Ok(())
}
