//! Augmentation against architecture.

mod upright;

use burn::tensor::Device;
use schur_data::{Dataset, Pictures, Split, Stream, TEST_ROTATION_SEED};
use schur_nn::{Network, NetworkConfig};
use schur_train::images::Images;

use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Axis, Chart, Figure, Series};
use crate::outcome::{Measurement, Outcome};
use crate::statistics::Estimate;
use crate::table::Table;
use crate::training::{Recipe, accuracy, train};

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "augmentation",
    title: "Augmentation against architecture",
    claim: "Symmetry built in needs fewer examples than symmetry learnt: trained alike, a \
            C4-equivariant network recognises more rotated digits than a conventional one of the \
            same size, with and without data augmentation.",
    run,
};

/// How many copies of a test image, turned by equal angles, are averaged at test time.
const TEST_TURNS: usize = 8;

/// The five methods.
const METHODS: [&str; 5] = [
    "CNN",
    "CNN + augmentation",
    "CNN + augmentation + test-time averaging",
    "C4-CNN",
    "C4-CNN + augmentation",
];

/// Test errors in percent: `[method][size][seed]`.
type Errors = Vec<Vec<Vec<f64>>>;

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let sizes: &[usize] = context.choose(&[100, 300, 1_000], &[100, 300, 1_000, 3_000, 12_000]);
    let seeds = context.seeds(3, 5);
    let budget = context.choose(8_000, 25_000);
    let split = Split::embedded()?;
    // Nothing is chosen by validation, so those digits may be trained on too.
    let pool = Pictures::embedded_train()?;
    let tested: Vec<usize> = (0..context.choose(1_000, 5_000)).collect();
    let test = split.test.subset(&tested)?;
    let test = Images::new(Dataset::rotated(&test, TEST_ROTATION_SEED, Stream::Test));
    let passes: usize = sizes.iter().map(|&n| n * epochs(n)).sum();
    context.expect(seeds.len() * (4 * passes + 2 * upright::passes(context)));

    let mut errors: Errors = vec![vec![Vec::new(); sizes.len()]; METHODS.len()];
    for (s, &n) in sizes.iter().enumerate() {
        let digits = pool.subset(&(0..n).collect::<Vec<_>>())?;
        for &seed in &seeds {
            for (group, augment, method) in [
                ("C1", false, 0),
                ("C1", true, 1),
                ("C4", false, 3),
                ("C4", true, 4),
            ] {
                context.message(&format!("{} on {n} digits", METHODS[method]));
                let images = |epoch| {
                    Images::new(if augment {
                        Dataset::augmented(&digits, seed, epoch as u64)
                    } else {
                        Dataset::rotated(&digits, seed, Stream::Train)
                    })
                };
                let recipe = Recipe {
                    epochs: epochs(n),
                    batch: 32,
                    seed,
                };
                let network = train(network(group, budget, seed)?, &recipe, images, context)?;
                let error = |turns| -> Result<f64> {
                    Ok(100.0 * (1.0 - accuracy(&network, &test, turns)?))
                };
                errors[method][s].push(error(1)?);
                if method == 1 {
                    errors[2][s].push(error(TEST_TURNS)?);
                }
            }
        }
    }
    measure(&mut outcome, &errors, sizes);
    report(&mut outcome, &errors, sizes, &seeds);
    upright::run(context, budget, &seeds, &mut outcome)?;
    outcome.text = vec![
        format!(
            "All networks have the same seven layers and at most {budget} parameters, and see the \
             same digits for the same number of epochs. Augmentation turns every digit anew in \
             every epoch; test-time averaging turns the test digit {TEST_TURNS} times and averages \
             the answers, which costs {TEST_TURNS} times the work."
        ),
        "The counter-evidence stands in the same figure. Augmentation helps the conventional \
         network, and averaging helps it again. Augmentation alone can beat architecture alone: \
         C4 knows quarter turns only, the digits are turned by any angle, and what lies between \
         must be learnt or augmented. The two are not rivals, and the best network has both."
            .to_string(),
    ];
    Ok(outcome)
}

/// Epochs for a set of so many digits: small sets are seen more often; fixed before the
/// measurement.
fn epochs(digits: usize) -> usize {
    match digits {
        0..200 => 60,
        200..600 => 40,
        600..2_000 => 20,
        2_000..6_000 => 10,
        _ => 14,
    }
}

/// The default network of a group within a budget of parameters.
fn network(group: &str, budget: usize, seed: u64) -> Result<Network> {
    let config = NetworkConfig {
        group: group.parse()?,
        ..NetworkConfig::default()
    };
    let config = config.with_parameter_budget(budget)?;
    Ok(config.init(seed, &Device::flex().autodiff())?)
}

fn measure(outcome: &mut Outcome, errors: &Errors, sizes: &[usize]) {
    let gain = |worse: usize, better: usize, size: usize, demand: bool| {
        let gain = Estimate::of_differences(&errors[worse][size], &errors[better][size]);
        let what = format!(
            "{} digits: test error of {} minus that of {}, in points",
            sizes[size], METHODS[worse], METHODS[better]
        );
        if demand {
            Measurement::at_least(what, gain.mean, 0.0).with_error(gain.error)
        } else {
            Measurement::reported(what, gain.mean).with_error(gain.error)
        }
    };
    for size in 0..sizes.len() {
        outcome.measure(gain(0, 3, size, true));
        outcome.measure(gain(1, 4, size, true));
    }
    // The counter-evidence: what augmentation alone can do, and averaging on top of it.
    for size in 0..sizes.len() {
        outcome.measure(gain(1, 3, size, false));
        outcome.measure(gain(2, 4, size, false));
    }
    let last = sizes.len() - 1;
    outcome.control(gain(4, 0, last, true));
}

fn report(outcome: &mut Outcome, errors: &Errors, sizes: &[usize], seeds: &[u64]) {
    let mut table = Table::new(
        "errors",
        "Test error of every training, in percent",
        &["method", "training digits", "seed", "test error"],
    );
    let ticks: Vec<f64> = sizes.iter().map(|&n| n as f64).collect();
    let mut chart = Chart::new(
        Axis::new("training digits").logarithmic().ticks(&ticks),
        Axis::new("test error in percent")
            .logarithmic()
            .ticks(&[1.0, 2.0, 5.0, 10.0, 20.0, 50.0]),
    );
    for (m, method) in METHODS.iter().enumerate() {
        let mut points = Vec::new();
        for (s, &n) in sizes.iter().enumerate() {
            points.push((n as f64, Estimate::of(&errors[m][s])));
            for (seed, error) in seeds.iter().zip(&errors[m][s]) {
                let cells = [n.to_string(), seed.to_string(), format!("{error:.2}")];
                table.row(std::iter::once((*method).to_string()).chain(cells));
            }
        }
        let colour = if m < 3 { 1 } else { 0 };
        let series = Series::estimates(*method, [4, 1, 5, 2, 0][m], points);
        chart = chart.with(if colour == 1 { series.dashed() } else { series });
    }
    outcome.tables.push(table);
    outcome.figures.push(Figure::new(
        "sample-size",
        "Built-in symmetry needs fewer digits than learnt symmetry",
        "Test error against the number of training digits, both logarithmic. Conventional \
         networks are dashed. Whiskers are one standard error over seeds.",
        chart.draw(),
    ));
}
