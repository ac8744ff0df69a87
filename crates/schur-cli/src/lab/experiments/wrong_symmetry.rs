//! A symmetry that the task does not have.

use burn::tensor::Device;
use schur_data::{Dataset, Digits, Split, Stream, TEST_ROTATION_SEED};
use schur_nn::{EquivariantLayer, Network, NetworkConfig};

use crate::dataset::Images;
use crate::error::Result;
use crate::lab::experiment::{Context, Experiment};
use crate::lab::figure::{Bar, Bars, Figure};
use crate::lab::outcome::{Measurement, Outcome};
use crate::lab::statistics::Estimate;
use crate::lab::table::Table;
use crate::lab::training::{Recipe, accuracy, train};

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "wrong-symmetry",
    title: "The wrong inductive bias",
    claim: "Building the wrong inductive bias into your model could be very bad for performance: \
            invariance under mirrors makes handedness unlearnable, invariance under half turns \
            confuses 6 and 9, and the right group repairs both.",
    run,
};

/// Two classes to tell apart.
struct Task {
    name: &'static str,
    /// The group that is right for the task, one that is wrong, and colours.
    groups: [(&'static str, &'static str); 3],
    train: fn(&Digits, u64) -> Dataset,
    test: fn(&Digits) -> Dataset,
    /// The digits that take part.
    labels: &'static [u8],
}

const TASKS: [Task; 2] = [
    Task {
        name: "a digit or its mirror image",
        groups: [
            ("C4", "rotations only"),
            ("C1", "no symmetry"),
            ("D4", "rotations and mirrors"),
        ],
        train: |digits, seed| with_mirror_images(Dataset::rotated(digits, seed, Stream::Train)),
        test: |digits| {
            with_mirror_images(Dataset::rotated(digits, TEST_ROTATION_SEED, Stream::Test))
        },
        // 0, 1 and 8 look much like their mirror images.
        labels: &[2, 3, 4, 5, 6, 7, 9],
    },
    Task {
        name: "6 or 9, upright",
        groups: [
            ("D1", "left-right mirror"),
            ("C1", "no symmetry"),
            ("C2", "half turns"),
        ],
        train: |digits, _| six_or_nine(Dataset::upright(digits)),
        test: |digits| six_or_nine(Dataset::upright(digits)),
        labels: &[6, 9],
    },
];

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let (budget, epochs) = context.choose((4_000, 8), (25_000, 14));
    let (most, tested) = context.choose((600, 500), (5_000, 2_500));
    let seeds = context.seeds(3, 5);
    let split = Split::embedded()?;
    let mut table = Table::new(
        "accuracy",
        "Test accuracy of every training",
        &["task", "group", "parameters", "seed", "test accuracy"],
    );
    for task in &TASKS {
        let digits = of_labels(&split.train, task.labels, most)?;
        let test = Images::new((task.test)(&of_labels(&split.test, task.labels, tested)?));
        let mut accuracies = Vec::new();
        let mut bars = Vec::new();
        for (place, (group, name)) in task.groups.iter().enumerate() {
            let mut of_seeds = Vec::new();
            for &seed in &seeds {
                context.message(&format!("{}, {group}", task.name));
                let network = network(group, budget, seed)?;
                let parameters = network.parameters();
                let data = (task.train)(&digits, seed);
                context.expect(epochs * data.len());
                let recipe = Recipe {
                    epochs,
                    batch: 32,
                    seed,
                };
                let images = |_| Images::new(data.clone());
                let network = train(network, &recipe, images, context)?;
                let share = 100.0 * accuracy(&network, &test, 1)?;
                of_seeds.push(share);
                table.row([
                    task.name.to_string(),
                    (*group).to_string(),
                    parameters.to_string(),
                    seed.to_string(),
                    format!("{share:.2}"),
                ]);
            }
            let estimate = Estimate::of(&of_seeds);
            bars.push(Bar {
                label: format!("{group}: {name}"),
                value: estimate.mean,
                error: estimate.error,
                text: format!("{:.1} %", estimate.mean),
                colour: [2, 4, 1][place],
            });
            accuracies.push(of_seeds);
        }
        let [right, _, wrong] = [&accuracies[0], &accuracies[1], &accuracies[2]];
        let [(right_group, _), _, (wrong_group, _)] = task.groups;
        let gain = Estimate::of_differences(right, wrong);
        outcome.measure(
            Measurement::at_least(
                format!(
                    "{}: accuracy with {right_group} minus that with {wrong_group}, in points",
                    task.name
                ),
                gain.mean,
                0.0,
            )
            .with_error(gain.error),
        );
        if wrong_group == "D4" {
            // Of an image and its mirror image exactly one is right, so this is a theorem.
            let off = wrong.iter().map(|a| (a - 50.0).abs()).fold(0.0, f64::max);
            let what = format!(
                "{}: distance of the accuracy with D4 from 50 %, in points",
                task.name
            );
            outcome.measure(Measurement::at_most(what, off, 0.0));
            let off = right
                .iter()
                .map(|a| (a - 50.0).abs())
                .fold(f64::INFINITY, f64::min);
            let what = format!("{}: the same with C4, closest seed", task.name);
            outcome.control(Measurement::at_most(what, off, 0.0));
        } else {
            let loss = Estimate::of_differences(wrong, right);
            let what = format!(
                "{}: accuracy with C2 minus that with D1, in points",
                task.name
            );
            outcome.control(Measurement::at_least(what, loss.mean, 0.0).with_error(loss.error));
        }
        let (figure, title) = match wrong_group {
            "D4" => (
                "handedness",
                "Invariant under mirrors, a network guesses the handedness",
            ),
            _ => (
                "six-nine",
                "Invariant under half turns, a network takes 6 for 9 more often",
            ),
        };
        let bars = Bars {
            title: format!(
                "test accuracy, {} seeds, at most {budget} parameters",
                seeds.len()
            ),
            start: 0.0,
            logarithmic: false,
            bars,
        };
        outcome.figures.push(Figure::new(
            figure,
            title,
            format!(
                "Task: {}. Chance is 50 %. Whiskers are one standard error.",
                task.name
            ),
            bars.draw(),
        ));
    }
    outcome.tables.push(table);
    outcome.text = vec![
        "A D4-invariant network gives a digit and its mirror image the same answer. The test \
         images come in such pairs with opposite labels, so it is right on exactly half of them, \
         whatever it has learnt: the accuracy is a theorem."
            .to_string(),
        "A 6 turned by half a turn is nearly a 9. What remains for a C2-invariant network is the \
         difference between how people write the two, which is why it does not fall to chance."
            .to_string(),
    ];
    Ok(outcome)
}

fn network(group: &str, budget: usize, seed: u64) -> Result<Network> {
    let config = NetworkConfig {
        group: group.to_string(),
        classes: 2,
        ..NetworkConfig::default()
    };
    let config = config.with_parameter_budget(budget)?;
    Ok(config.init(seed, &Device::flex().autodiff())?)
}

/// The first digits with one of these labels, at most so many.
fn of_labels(digits: &Digits, labels: &[u8], most: usize) -> Result<Digits> {
    let wanted = |&i: &usize| labels.contains(&digits.labels()[i]);
    let chosen: Vec<usize> = (0..digits.len()).filter(wanted).take(most).collect();
    Ok(digits.subset(&chosen)?)
}

/// Every image with label 0, and behind them every mirror image with label 1.
fn with_mirror_images(mut data: Dataset) -> Dataset {
    let mut mirrored = data.images.clone();
    mirrored.chunks_mut(data.width).for_each(<[f32]>::reverse);
    let count = data.len();
    data.images.extend(mirrored);
    data.angles.extend_from_within(..);
    data.labels = [vec![0; count], vec![1; count]].concat();
    data
}

/// Label 0 for a six, 1 for a nine.
fn six_or_nine(mut data: Dataset) -> Dataset {
    data.labels
        .iter_mut()
        .for_each(|label| *label = u8::from(*label == 9));
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirror_images_come_in_pairs_with_opposite_labels() {
        let digits = Digits::embedded_test().unwrap().subset(&[0, 1]).unwrap();
        let upright = Dataset::upright(&digits);
        let data = with_mirror_images(upright.clone());
        assert_eq!(data.labels, [0, 0, 1, 1]);
        assert_eq!(data.image(1), upright.image(1));
        let (image, mirrored) = (data.image(1), data.image(3));
        assert!((0..784).all(|p| image[p] == mirrored[p / 28 * 28 + 27 - p % 28]));
        assert_ne!(image, mirrored);
        // Twice is once.
        assert_eq!(with_mirror_images(data.clone()).image(7), data.image(1));
    }

    #[test]
    fn only_the_wanted_digits_take_part() {
        let digits = of_labels(&Digits::embedded_test().unwrap(), &[6, 9], 10).unwrap();
        assert_eq!(digits.len(), 10);
        let data = six_or_nine(Dataset::upright(&digits));
        for (label, digit) in data.labels.iter().zip(digits.labels()) {
            assert_eq!((*label, *digit == 6), (u8::from(*digit == 9), *digit != 9));
        }
    }
}
