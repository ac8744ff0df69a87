//! A symmetry that the task does not have.

use burn::tensor::Device;
use schur_data::{Dataset, Pictures, Split, Stream, TEST_ROTATION_SEED};
use schur_nn::{Layer, Network};
use schur_train::images::Images;

use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Bar, Bars, Figure};
use crate::outcome::{Measurement, Outcome};
use crate::statistics::Estimate;
use crate::table::Table;
use crate::training::{Design, Ending, Recipe, trained_accuracy};

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "wrong-symmetry",
    title: "The wrong inductive bias",
    claim: "Building the wrong inductive bias into your model could be very bad for performance: \
            invariance under mirrors makes handedness unlearnable, invariance under half turns \
            confuses 6 and 9, and restricting later layers to the right group repairs both.",
    run,
};

/// Two classes to tell apart.
struct Task {
    name: &'static str,
    figure: (&'static str, &'static str),
    variants: &'static [Variant],
    train: fn(&Pictures, u64) -> Dataset,
    test: fn(&Pictures) -> Dataset,
    /// The digits that take part.
    labels: &'static [u8],
    /// Whether the wrong group can't do better than chance.
    hopeless: bool,
}

/// A symmetry that is built in.
struct Variant {
    role: Role,
    group: &'static str,
    /// The subgroup that is left in the later layers.
    restrict: Option<&'static str>,
    name: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Right,
    Other,
    Wrong,
    /// Wrong at first, restricted to the right group in later layers.
    Repaired,
}

const fn variant(
    role: Role,
    group: &'static str,
    restrict: Option<&'static str>,
    name: &'static str,
) -> Variant {
    Variant {
        role,
        group,
        restrict,
        name,
    }
}

const TASKS: [Task; 2] = [
    Task {
        name: "a digit or its mirror image",
        figure: (
            "handedness",
            "Invariant under mirrors, a network can only guess the handedness",
        ),
        variants: &[
            variant(Role::Right, "C4", None, "C4: rotations"),
            variant(Role::Other, "C1", None, "C1: no symmetry"),
            variant(Role::Wrong, "D4", None, "D4: rotations and mirrors"),
            variant(Role::Repaired, "D4", Some("C4"), "D4, then C4"),
        ],
        train: |digits, seed| with_mirror_images(Dataset::rotated(digits, seed, Stream::Train)),
        test: |digits| {
            with_mirror_images(Dataset::rotated(digits, TEST_ROTATION_SEED, Stream::Test))
        },
        // 0, 1 and 8 look much like their mirror images.
        labels: &[2, 3, 4, 5, 6, 7, 9],
        hopeless: true,
    },
    Task {
        name: "6 or 9, upright",
        figure: (
            "six-nine",
            "Invariant under half turns, a network takes 6 for 9 more often",
        ),
        variants: &[
            variant(Role::Right, "C1", None, "C1: no symmetry"),
            variant(Role::Wrong, "C2", None, "C2: half turns"),
            variant(Role::Repaired, "C2", Some("C1"), "C2, then C1"),
        ],
        train: |digits, _| six_or_nine(Dataset::upright(digits)),
        test: |digits| six_or_nine(Dataset::upright(digits)),
        labels: &[6, 9],
        hopeless: false,
    },
];

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut table = Table::new(
        "accuracy",
        "Test accuracy of every training, in percent",
        &["task", "symmetry", "parameters", "seed", "test accuracy"],
    );
    for task in &TASKS {
        try_task(task, context, &mut table, &mut outcome)?;
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
        "Small features of these digits do have the larger symmetry: strokes occur in all \
         directions and both ways round. A network that is equivariant to the larger group in its \
         first layers and to the right one later keeps the first advantage and gives up only what \
         is wrong."
            .to_string(),
    ];
    Ok(outcome)
}

fn try_task(
    task: &Task,
    context: &Context,
    table: &mut Table,
    outcome: &mut Outcome,
) -> Result<()> {
    let (most, tested) = context.choose((600, 500), (5_000, 2_500));
    let seeds = context.seeds(3, 5);
    let split = Split::embedded()?;
    let digits = of_labels(&split.train, task.labels, most)?;
    let test = Images::new((task.test)(&of_labels(&split.test, task.labels, tested)?));
    let mut bars = Vec::new();
    let mut of_role = Vec::new();
    for variant in task.variants {
        let mut accuracies = Vec::new();
        for &seed in &seeds {
            context.message(&format!("{}, {}", task.name, variant.name));
            let network = network(variant, seed, context)?;
            let parameters = network.parameters();
            let data = (task.train)(&digits, seed);
            let recipe = Recipe {
                epochs: context.choose(8, 14),
                batch: 32,
                seed,
            };
            let share = trained_accuracy(network, &recipe, &data, &test, context)?;
            accuracies.push(share);
            table.row([
                task.name.to_string(),
                variant.name.to_string(),
                parameters.to_string(),
                seed.to_string(),
                format!("{share:.2}"),
            ]);
        }
        let colour = match variant.role {
            Role::Right => 2,
            Role::Other => 4,
            Role::Wrong => 1,
            Role::Repaired => 0,
        };
        bars.push(Bar::percent(
            variant.name,
            &Estimate::of(&accuracies),
            colour,
        ));
        of_role.push((variant.role, accuracies));
    }
    judge(task, &of_role, outcome);
    let bars = Bars {
        title: format!("test accuracy, {} seeds", seeds.len()),
        start: 0.0,
        logarithmic: false,
        bars,
    };
    let (name, title) = task.figure;
    outcome.figures.push(Figure::new(
        name,
        title,
        format!(
            "Task: {}. Chance is 50 %. Networks of the same size, trained alike. Whiskers are one \
             standard error.",
            task.name
        ),
        bars.draw(),
    ));
    Ok(())
}

/// The right group and the repaired network must beat the wrong group.
fn judge(task: &Task, of_role: &[(Role, Vec<f64>)], outcome: &mut Outcome) {
    let of = |role: Role| {
        let found = of_role.iter().find(|(r, _)| *r == role);
        found.map_or(&[][..], |(_, accuracies)| accuracies)
    };
    let gain = |better: Role, worse: Role, what: &str| {
        let gain = Estimate::of_differences(of(better), of(worse));
        let what = format!("{}: accuracy of {what}, in points", task.name);
        Measurement::at_least(what, gain.mean, 0.0).with_error(gain.error)
    };
    let (right, wrong, repaired) = (Role::Right, Role::Wrong, Role::Repaired);
    outcome.measure(gain(right, wrong, "the right group minus the wrong one"));
    outcome.measure(gain(
        repaired,
        wrong,
        "the restricted network minus the wrong group",
    ));
    outcome.control(gain(wrong, right, "the wrong group minus the right one"));
    if task.hopeless {
        // Of an image and its mirror image exactly one is right.
        let off = |role| of(role).iter().map(|a: &f64| (a - 50.0).abs());
        outcome.measure(Measurement::at_most(
            format!(
                "{}: distance of the wrong group from 50 %, in points",
                task.name
            ),
            off(wrong).fold(0.0, f64::max),
            0.0,
        ));
        outcome.control(Measurement::at_most(
            format!("{}: the same with the right group, nearest seed", task.name),
            off(right).fold(f64::INFINITY, f64::min),
            0.0,
        ));
    }
}

fn network(variant: &Variant, seed: u64, context: &Context) -> Result<Network> {
    let design = Design {
        group: variant.group,
        restrict: variant.restrict,
        ending: Ending::Regular,
        classes: 2,
        budget: context.choose(4_000, 25_000),
    };
    design.network(seed, &Device::flex().autodiff())
}

/// The first digits with one of these labels, at most so many.
pub(super) fn of_labels(digits: &Pictures, labels: &[u8], most: usize) -> Result<Pictures> {
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
pub(super) fn six_or_nine(mut data: Dataset) -> Dataset {
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
        let digits = Pictures::embedded_test().unwrap().subset(&[0, 1]).unwrap();
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
        let digits = of_labels(&Pictures::embedded_test().unwrap(), &[6, 9], 10).unwrap();
        assert_eq!(digits.len(), 10);
        let data = six_or_nine(Dataset::upright(&digits));
        for (label, digit) in data.labels.iter().zip(digits.labels()) {
            assert_eq!((*label, *digit == 6), (u8::from(*digit == 9), *digit != 9));
        }
    }
}
