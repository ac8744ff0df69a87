//! Pseudoscalars: water on a sphere, and networks that foretell it.

mod data;
mod net;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use schur_math::{SpaceIsometry, SpatialGroup, SpatialRepresentation, WaterState};
use schur_nn::{FieldType, relative_distance};
use schur_train::LossOnly;

use crate::dense::{Random, relative_difference};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Bar, Bars, Figure};
use crate::outcome::{Measurement, Outcome};
use crate::statistics::Estimate;
use crate::table::{Table, number};
use crate::tolerance;
use crate::training::{Recipe, descend};
use data::{Pairs, moved};
use net::{Dense, Net, Planar, Symmetric};

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "shallow-water",
    title: "Scalars and pseudoscalars",
    claim: "Water on a sphere that does not rotate commutes with rotations and mirrors, if vorticity changes \
            its sign in the mirror. A network that is told so loses nothing on turned and on mirrored \
            states, one without symmetry does; one that takes vorticity for a scalar has the wrong \
            symmetry, and foretells worse whatever the state.",
    run,
};

/// The largest degree that networks see.
const DEGREE: usize = 7;

/// What a network is told.
struct Variant {
    name: &'static str,
    role: Role,
    /// Functions of the hidden layer.
    width: usize,
    colour: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Right,
    /// Vorticity is taken for a scalar.
    Scalar,
    /// Rotations alone, which do not tell scalars from pseudoscalars.
    Rotations,
    Planar,
    Dense,
}

const fn variant(role: Role, name: &'static str, width: usize, colour: usize) -> Variant {
    Variant {
        name,
        role,
        width,
        colour,
    }
}

/// Of nearly as many parameters but the last, which has a hundred times as many.
const VARIANTS: [Variant; 5] = [
    variant(Role::Right, "O(3)", 4, 2),
    variant(Role::Scalar, "O(3), vorticity a scalar", 4, 1),
    variant(Role::Rotations, "SO(3)", 4, 0),
    variant(Role::Planar, "on the map", 6, 4),
    variant(Role::Dense, "dense", 64, 3),
];

/// What happens to a state before a network sees it.
const MOVES: [&str; 3] = ["upright", "turned", "mirrored"];

/// The fields of a state: height and divergence, then vorticity.
fn fields(group: &str, pseudo: bool) -> String {
    let vorticity = if pseudo {
        "pseudoharmonics"
    } else {
        "harmonics"
    };
    format!("{group}: 2 harmonics(0, {DEGREE}) + {vorticity}(0, {DEGREE})")
}

/// What the trainings of a network have given.
#[derive(Default)]
struct Found {
    /// Per move, over seeds.
    errors: [Vec<f64>; 3],
    /// How far the answers for turned and for mirrored states are from the moved answers, at most.
    defects: [f64; 2],
}

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    oracle(context, &mut outcome)?;
    let (most, tested) = context.choose((400, 100), (1_000, 200));
    let seeds = context.seeds(3, 5);
    let epochs = context.choose(30, 60);
    let mut random = Random::new(context.seed, 0);
    let learnt = data::pairs(most, &mut random)?;
    let test = data::pairs(tested, &mut random)?;
    let turns: Vec<SpaceIsometry> = (0..tested).map(|_| random.rotation()).collect();
    let mirrors = turns.iter().map(|g| g.compose(&SpaceIsometry::INVERSION));
    let mirrors: Vec<SpaceIsometry> = mirrors.collect();
    context.expect(VARIANTS.len() * seeds.len() * epochs * most);
    let mut table = Table::new(
        "errors",
        "Error of what is foretold for two hours, over the error of saying that nothing changes; and how \
         far answers for moved states are from moved answers",
        &[
            "network",
            "parameters",
            "seed",
            "upright",
            "turned",
            "mirrored",
            "defect, turned",
            "defect, mirrored",
        ],
    );
    let (mut bars, mut all) = (Vec::new(), Vec::new());
    for variant in &VARIANTS {
        let mut found = Found::default();
        for &seed in &seeds {
            context.message(variant.name);
            let (network, recipe) = (
                network(variant, seed)?,
                Recipe {
                    epochs,
                    batch: 16,
                    seed,
                },
            );
            let parameters = network.num_params();
            let network = trained(network, &recipe, &learnt, context)?;
            let upright = network.forward(test.now.clone())?;
            let mut errors = vec![test.error(upright.clone())];
            let mut defects = Vec::new();
            for (elements, defect) in [&turns, &mirrors].into_iter().zip(&mut found.defects) {
                let pairs = test.moved(elements)?;
                let answers = network.forward(pairs.now.clone())?;
                defects.push(relative_distance(&answers, &moved(&upright, elements)?));
                *defect = defect.max(defects[defects.len() - 1]);
                errors.push(pairs.error(answers));
            }
            let cells = [
                variant.name.to_string(),
                parameters.to_string(),
                seed.to_string(),
            ];
            let numbers = errors.iter().map(|error| format!("{error:.4}"));
            let last = defects.iter().map(|defect| number(*defect));
            table.row(cells.into_iter().chain(numbers).chain(last));
            for (all, error) in found.errors.iter_mut().zip(errors) {
                all.push(error);
            }
        }
        for (errors, how) in found.errors.iter().zip(MOVES) {
            let estimate = Estimate::of(errors);
            bars.push(Bar {
                label: format!("{}, {how}", variant.name),
                value: estimate.mean,
                error: estimate.error,
                text: format!("{:.3}", estimate.mean),
                colour: variant.colour,
            });
        }
        all.push((variant.role, found));
    }
    outcome.tables.push(table);
    judge(&all, &mut outcome);
    let bars = Bars {
        title: format!("error over that of no change, {} seeds", seeds.len()),
        start: 0.0,
        logarithmic: false,
        bars,
    };
    outcome.figures.push(Figure::new(
        "errors",
        "Told the right symmetry, a network knows turned and mirrored water",
        "Trained on states with winds that blow eastwards about the north pole. Turned and mirrored, they blow \
         about any axis. Whiskers are one standard error.",
        bars.draw(),
    ));
    outcome.text = words();
    Ok(outcome)
}

fn words() -> Vec<String> {
    vec![
        "The equations are quadratic, and so are the networks: a state goes through a convolution to functions \
         with a direction at every point, these are squared, and another convolution leads back. All of \
         them are the same but for what they are told of the group and of vorticity."
            .to_string(),
        "Vortices carry water along: a cross product of two gradients, that of the stream function, which \
         follows from the vorticity, and that of what is carried. Of a pseudoscalar and a scalar it is a \
         scalar, which can be added to a height. With vorticity taken for a scalar it would be a \
         pseudoscalar: no map that commutes contains it, so no training finds it, and the network lacks it \
         on upright states too."
            .to_string(),
        "A network of SO(3) need not be told which of the three is the pseudoscalar. It has to find out, and \
         here it does: on mirrored states it loses next to nothing, though nothing but the data forbids it."
            .to_string(),
    ]
}

fn trained(network: Net, recipe: &Recipe, learnt: &Pairs, context: &Context) -> Result<Net> {
    let loss = |network: &Net, (x, y): (Tensor<3>, Tensor<3>)| {
        Ok((network.forward(x)? - y).square().mean())
    };
    let examples = |_| (learnt.now.clone(), learnt.later.clone());
    descend(network, recipe, examples, LossOnly::new(loss), context)
}

fn network(variant: &Variant, seed: u64) -> Result<Net> {
    let (device, width) = (Device::flex().autodiff(), variant.width);
    let fields = |group, pseudo| FieldType::parse(&fields(group, pseudo));
    let symmetric = |fields| Symmetric::new(&fields, width, seed, &device).map(Net::Symmetric);
    match variant.role {
        Role::Right => symmetric(fields("O(3)", true)?),
        Role::Scalar => symmetric(fields("O(3)", false)?),
        Role::Rotations => symmetric(fields("SO(3)", false)?),
        Role::Planar => {
            let fields = fields("SO(3)", false)?;
            Planar::new(&fields, width, seed, &device).map(Net::Planar)
        }
        Role::Dense => {
            let channels = 3 * (DEGREE + 1).pow(2);
            Ok(Net::Dense(Dense::new(channels, width, seed, &device)))
        }
    }
}

/// The water itself: solved and moved is moved and solved.
fn oracle(context: &Context, outcome: &mut Outcome) -> Result<()> {
    let mut random = Random::new(context.seed, 2);
    let water = data::solver()?;
    let state = data::upright(&mut random);
    let after = data::later(&water, &state)?;
    let mut worst = [0.0f64; 2];
    for _ in 0..4 {
        let g = random.rotation().compose(&SpaceIsometry::INVERSION);
        for (worst, pseudo) in worst.iter_mut().zip([true, false]) {
            let found = data::later(&water, &moved_state(&state, &g, pseudo)?)?;
            let expected = moved_state(&after, &g, pseudo)?;
            let pairs = [
                (&found.height[1..], &expected.height[1..]),
                (&found.vorticity[..], &expected.vorticity[..]),
                (&found.divergence[..], &expected.divergence[..]),
            ];
            let defects = pairs.map(|(a, b)| relative_difference(a, b));
            *worst = defects.into_iter().fold(*worst, f64::max);
        }
    }
    outcome.measure(Measurement::at_most(
        "largest defect of the water itself after two hours, under improper elements of O(3)",
        worst[0],
        tolerance::EXACT_F64,
    ));
    outcome.control(Measurement::at_most(
        "the same if vorticity is moved as a scalar",
        worst[1],
        tolerance::EXACT_F64,
    ));
    Ok(())
}

/// A state moved by an element of O(3), with a vorticity that is a pseudoscalar or a scalar.
fn moved_state(state: &WaterState, g: &SpaceIsometry, pseudo: bool) -> Result<WaterState> {
    let (o3, degree) = (SpatialGroup::o3(), state.height.len().isqrt() - 1);
    let part = |values: &[f64], pseudo: bool| -> Result<Vec<f64>> {
        let rho = SpatialRepresentation::degrees(&o3, [0, degree], pseudo)?;
        Ok(rho.matrix(g)?.apply(values))
    };
    Ok(WaterState {
        height: part(&state.height, false)?,
        vorticity: part(&state.vorticity, pseudo)?,
        divergence: part(&state.divergence, false)?,
    })
}

fn judge(all: &[(Role, Found)], outcome: &mut Outcome) {
    let of = |role: Role| {
        let found = all.iter().find(|(r, _)| *r == role);
        &found.expect("every variant was trained").1
    };
    let name = |role: Role| {
        let variant = VARIANTS.iter().find(|v| v.role == role);
        variant.expect("every role has a variant").name
    };
    // Of the errors on turned (1) or mirrored (2) states, over those on upright ones.
    let loss = |role: Role, how: usize| {
        let errors = &of(role).errors;
        let loss = Estimate::of_differences(&errors[how], &errors[0]);
        let what = format!(
            "{}: error on {} states minus that on upright ones",
            name(role),
            MOVES[how]
        );
        Measurement::at_most(what, loss.mean, tolerance::SAME_ERROR).with_error(loss.error)
    };
    let defect = |role: Role, how: usize| {
        let what = format!("{}: defect on {} states", name(role), MOVES[how]);
        Measurement::at_most(what, of(role).defects[how - 1], tolerance::EXACT_F32)
    };
    let gain = |better: Role, worse: Role, how: usize| {
        let gain = Estimate::of_differences(&of(worse).errors[how], &of(better).errors[how]);
        let names = [worse, better].map(name);
        let what = format!(
            "error on {} states, {} minus {}",
            MOVES[how], names[0], names[1]
        );
        Measurement::at_least(what, gain.mean, 0.0).with_error(gain.error)
    };
    let upright = Estimate::of(&of(Role::Right).errors[0]);
    outcome.measure(
        Measurement::at_most(
            "O(3): error on upright states",
            upright.mean,
            tolerance::FORETOLD,
        )
        .with_error(upright.error),
    );
    for how in [1, 2] {
        outcome.measure(defect(Role::Right, how));
        outcome.measure(loss(Role::Right, how));
        for role in [Role::Planar, Role::Dense] {
            outcome.control(loss(role, how));
            outcome.measure(gain(Role::Right, role, how));
        }
    }
    for role in [Role::Scalar, Role::Rotations] {
        outcome.measure(defect(role, 1));
        outcome.control(defect(role, 2));
    }
    for how in [0, 1, 2] {
        outcome.measure(gain(Role::Right, Role::Scalar, how));
    }
    outcome.control(gain(Role::Scalar, Role::Right, 0));
    for role in [Role::Planar, Role::Dense, Role::Rotations] {
        let estimate = Estimate::of(&of(role).errors[0]);
        let what = format!("{}: error on upright states", name(role));
        outcome.measure(Measurement::reported(what, estimate.mean).with_error(estimate.error));
    }
}
