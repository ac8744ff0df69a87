//! Organs that come in mirror images: with which labels O or O_h is right.

use std::f64::consts::PI;

use burn::tensor::Device;
use schur_data::{Dataset, Numbers, Pictures};
use schur_math::{SpaceIsometry, middle};
use schur_nn::Layer;
use schur_nn::network::model;
use schur_train::images::Images;

use crate::dense::Random;
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Bar, Bars, Figure};
use crate::outcome::{Measurement, Outcome};
use crate::statistics::Estimate;
use crate::table::Table;
use crate::tolerance;
use crate::training::{Recipe, predict, train};

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "left-right",
    title: "Left and right organs",
    claim: "Of organs that come in mirror images, a network of Oh that has seen only left ones finds the ill \
            among right ones exactly as well, where one of O can learn what is the other way round there; \
            asked for the side itself, Oh is right on exactly half of all pairs, and O learns it.",
    run,
};

/// Side of the volumes: what two pools of 2 divide, so that the networks are exact.
const SIDE: usize = 12;
/// Balls along the tube of an organ, its radius and half its length in voxels, and its turns.
const BALLS: usize = 13;
const RADIUS: f64 = 3.0;
const HALF: f64 = 4.0;
const TURNS: f64 = 1.5;
/// Width of the tube in voxels, well and ill: with [`SPREAD`] they overlap, so that some of the ill ones
/// are as thin as those that are well.
const WIDTHS: [f64; 2] = [0.9, 1.03];
/// By which share the sizes of two organs differ at most from the mean.
const SPREAD: f64 = 0.1;
/// By how many radians an organ is tilted at most about each axis.
const TILT: f64 = 0.25;
/// Largest noise of a voxel.
const NOISE: f64 = 0.1;
/// What is asked of an organ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// Whether it is ill: its mirror image is as ill. Trained on left organs alone.
    Illness,
    /// Whether it is a left or a right one: its mirror image is the other.
    Side,
}

impl Question {
    fn name(self) -> &'static str {
        match self {
            Self::Illness => "ill or not, trained on left organs",
            Self::Side => "left or right",
        }
    }
}

/// What networks of a group answer, a number per seed.
#[derive(Default)]
struct Answers {
    /// Right answers in percent, for the test organs and for their mirror images.
    right: [Vec<f64>; 2],
    /// Organs that get another answer than their mirror images, in percent.
    differ: Vec<f64>,
}

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut table = Table::new(
        "accuracy",
        "Right answers in percent, for organs and for their mirror images",
        &[
            "asked",
            "group",
            "parameters",
            "seed",
            "organs",
            "mirror images",
            "other answer than the mirror image",
        ],
    );
    for question in [Question::Illness, Question::Side] {
        let mut answers = Vec::new();
        for group in ["O", "Oh"] {
            answers.push(tried(question, group, context, &mut table)?);
        }
        if let [rotations, all] = &answers[..] {
            judge(question, rotations, all, &mut outcome);
            outcome.figures.push(bars(question, rotations, all));
        }
    }
    outcome.tables.push(table);
    outcome.text = vec![
        "So which group is right is a question about the labels and not about the organs. If an ill \
         gland is an ill gland on either side, Oh learns from one side what holds for the other. If \
         the label is the side, or a screw's sense, Oh can only guess: an organ and its mirror image \
         get one answer, and exactly one of the two is right."
            .to_string(),
        "Organs are wound tubes that stand upright up to a tilt; right ones are wound the other way. \
         Those that are ill are wound the other way for their side, and a little thicker, though not all. \
         On left organs the winding alone tells them apart, and that is what a network of O learns; on \
         right ones it says the opposite. One of Oh can't see the winding and has to look at the \
         thickness, which is the same on both sides, but tells less. Test organs are tried with their \
         mirror images, voxel by voxel."
            .to_string(),
    ];
    Ok(outcome)
}

/// Networks of a group, trained with every seed.
fn tried(question: Question, group: &str, context: &Context, table: &mut Table) -> Result<Answers> {
    let test = organs(question, context.choose(200, 600), context.seed, 1)?;
    // The side is learnt late: there is nothing else in the volumes that tells a part of it.
    let epochs = match question {
        Question::Illness => context.choose(8, 20),
        Question::Side => context.choose(20, 40),
    };
    let mut answers = Answers::default();
    for seed in context.seeds(3, 5) {
        context.message(&format!("{}, {group}", question.name()));
        let data = organs(question, context.choose(240, 1_000), seed, 0)?;
        context.expect(epochs * data.len());
        let config = model("octahedral", &group.parse()?)?.config;
        let config = config.with_parameter_budget(context.choose(6_000, 20_000))?;
        let network = config.init(seed, &Device::flex().autodiff())?;
        let parameters = network.parameters();
        let recipe = Recipe {
            epochs,
            batch: 16,
            seed,
        };
        let network = train(network, &recipe, |_| data.clone(), context)?;
        let found = predict(&network, &test, 1)?;
        let mirrored = predict(
            &network,
            &test.moved(&SpaceIsometry::INVERSION.matrix(), test.len())?,
            1,
        )?;
        let share = |of: usize| 100.0 * of as f64 / test.len() as f64;
        let labels = || test.labels().iter().map(|&label| usize::from(label));
        let right = |answers: &[usize], turn: bool| {
            let pairs = answers.iter().zip(labels());
            share(pairs.filter(|(a, b)| (**a == *b) != turn).count())
        };
        let numbers = [
            right(&found, false),
            // The side of the mirror image is the other one.
            right(&mirrored, question == Question::Side),
            share(found.iter().zip(&mirrored).filter(|(a, b)| a != b).count()),
        ];
        let start = [question.name().to_string(), group.to_string()];
        let middle = [parameters, seed as usize].map(|n| n.to_string());
        let end = numbers.map(|number| format!("{number:.2}"));
        table.row(start.into_iter().chain(middle).chain(end));
        let [organs, images, differ] = numbers;
        answers.right[0].push(organs);
        answers.right[1].push(images);
        answers.differ.push(differ);
    }
    Ok(answers)
}

fn judge(question: Question, rotations: &Answers, all: &Answers, outcome: &mut Outcome) {
    let worst = |numbers: &[f64]| numbers.iter().copied().fold(0.0, f64::max);
    let least = |numbers: &[f64]| numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let name = question.name();
    match question {
        Question::Illness => {
            let what = |group| {
                format!(
                    "{name}: organs with another answer than their mirror images, {group}, in percent"
                )
            };
            let found = |group, value| Measurement::at_most(what(group), value, 0.0);
            outcome.measure(found("Oh, worst seed", worst(&all.differ)));
            outcome.control(found("O, nearest seed", least(&rotations.differ)));
            let learnt = |group: &str, answers: &Answers, mirrored: usize| {
                let right = Estimate::of(&answers.right[mirrored]);
                let side = ["left", "right"][mirrored];
                let what = format!("{name}: right answers on {side} organs, {group}, in percent");
                let found = Measurement::at_least(what, right.mean, tolerance::LEARNT);
                found.with_error(right.error)
            };
            outcome.measure(learnt("O", rotations, 0));
            outcome.control(learnt("O", rotations, 1));
            outcome.measure(learnt("Oh", all, 1));
        }
        Question::Side => {
            let both = |answers: &Answers| -> Vec<f64> {
                let [organs, images] = &answers.right;
                let pairs = organs.iter().zip(images);
                pairs.map(|(a, b)| 0.5 * (a + b)).collect()
            };
            let learnt = |group: &str, answers: &Answers| {
                let right = Estimate::of(&both(answers));
                let what = format!("{name}: right answers, {group}, in percent");
                let found = Measurement::at_least(what, right.mean, tolerance::LEARNT);
                found.with_error(right.error)
            };
            outcome.measure(learnt("O", rotations));
            outcome.control(learnt("Oh", all));
            let off: Vec<f64> = both(all).iter().map(|a| (a - 50.0).abs()).collect();
            let what = format!("{name}: distance of Oh from 50 %, worst seed, in points");
            outcome.measure(Measurement::at_most(what, worst(&off), 0.0));
        }
    }
}

fn bars(question: Question, rotations: &Answers, all: &Answers) -> Figure {
    let mut bars = Vec::new();
    for (group, answers, colour) in [("O", rotations, 2), ("Oh", all, 0)] {
        for (what, right) in ["organs", "mirror images"].into_iter().zip(&answers.right) {
            let label = format!("{group}: {what}");
            bars.push(Bar::percent(label, &Estimate::of(right), colour));
        }
    }
    let (name, title) = match question {
        Question::Illness => (
            "illness",
            "What Oh learns of left organs it knows of right ones",
        ),
        Question::Side => ("side", "Which side it is, Oh can only guess"),
    };
    let bars = Bars {
        title: "right answers".to_string(),
        start: 0.0,
        logarithmic: false,
        bars,
    };
    Figure::new(
        name,
        title,
        format!(
            "Asked: {}. Chance is 50 %. Networks of at most as many parameters, trained alike. Whiskers are \
             one standard error over seeds.",
            question.name()
        ),
        bars.draw(),
    )
}

/// Organs with labels: left ones of which half are ill, whose mirror images are right ones; or of both
/// sides, and well.
fn organs(question: Question, count: usize, seed: u64, stream: u64) -> Result<Images> {
    let mut random = Random::new(seed, stream);
    let mut numbers = Vec::with_capacity(count * SIDE.pow(3));
    let mut labels = Vec::with_capacity(count);
    for index in 0..count {
        let (ill, right) = match question {
            Question::Illness => (index % 2, false),
            Question::Side => (0, index % 2 == 1),
        };
        numbers.extend(organ(right, ill, &mut random)?);
        labels.push(match question {
            Question::Illness => ill as u8,
            Question::Side => u8::from(right),
        });
    }
    let sizes = [1, SIDE, SIDE, SIDE];
    let organs = Pictures::volumes(sizes, Numbers::Floats(numbers), labels)?;
    Ok(Images::new(Dataset::upright(&organs)))
}

/// A wound tube, upright up to a tilt.
fn organ(right: bool, ill: usize, random: &mut Random) -> Result<Vec<f32>> {
    let mut varied = |size: f64| size * (1.0 + SPREAD * random.uniform());
    let (radius, width) = (varied(RADIUS), varied(WIDTHS[ill]));
    let tilts = [(); 3].map(|()| TILT * random.uniform());
    let mut tilt = SpaceIsometry::IDENTITY;
    for (axis, angle) in tilts.into_iter().enumerate() {
        let mut about = [0.0; 3];
        about[axis] = 1.0;
        tilt = SpaceIsometry::from_axis_angle(about, angle)?.compose(&tilt);
    }
    let winding = if right == (ill == 1) { 1.0 } else { -1.0 };
    let ball = |index: usize| {
        let along = 2.0 * index as f64 / (BALLS - 1) as f64 - 1.0;
        let (sin, cos) = (TURNS * PI * along).sin_cos();
        tilt.apply([radius * cos, winding * radius * sin, HALF * along])
    };
    let balls: Vec<[f64; 3]> = (0..BALLS).map(ball).collect();
    let middle = middle(SIDE);
    let value = |voxel: usize| {
        let at = [voxel % SIDE, voxel / SIDE % SIDE, voxel / SIDE / SIDE];
        let [x, y, z] = at.map(|i| i as f64 - middle);
        let height = |ball: &[f64; 3]| {
            let pairs = [x, -y, z].into_iter().zip(ball);
            let distance: f64 = pairs.map(|(a, b)| (a - b).powi(2)).sum();
            (-distance / (2.0 * width * width)).exp()
        };
        balls.iter().map(height).sum::<f64>()
    };
    let values: Vec<f64> = (0..SIDE.pow(3)).map(value).collect();
    let noisy = values.iter().map(|v| (v + NOISE * random.uniform()) as f32);
    Ok(noisy.collect())
}
