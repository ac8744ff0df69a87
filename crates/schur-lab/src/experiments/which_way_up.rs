//! What rotated digits tell about their rotation.

use burn::tensor::Device;
use schur_data::{Dataset, Pictures, Split, Stream, TEST_ROTATION_SEED, values_at};
use schur_nn::Layer;
use schur_train::images::Images;

use super::wrong_symmetry::{of_labels, six_or_nine};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Bar, Bars, Figure};
use crate::outcome::{Measurement, Outcome};
use crate::statistics::Estimate;
use crate::table::Table;
use crate::tolerance::TOLD;
use crate::training::{Design, Ending, Recipe, trained_accuracy};

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "which-way-up",
    title: "Rotated digits tell which way was up",
    claim: "Digits of MNIST are centred half a pixel beside the point about which they are rotated, so \
            every image tells its rotation, and an invariant network tells 6 from 9 by it: about \
            their own centres they are harder to tell apart.",
    run,
};

/// The point about which a digit is rotated.
#[derive(Clone, Copy, PartialEq)]
enum About {
    Image,
    Digit,
}

impl About {
    const ALL: [Self; 2] = [Self::Image, Self::Digit];

    fn name(self) -> &'static str {
        match self {
            Self::Image => "about the centre of the image",
            Self::Digit => "about the centre of the digit",
        }
    }

    /// The digits rotated by the angles of [`Dataset::rotated`]; the point is in the middle afterwards.
    fn rotated(self, digits: &Pictures, seed: u64, stream: Stream) -> Result<Dataset> {
        let data = Dataset::rotated(digits, seed, stream);
        match self {
            Self::Image => Ok(data),
            Self::Digit => rotated_about(data, &Dataset::upright(digits), centre),
        }
    }
}

/// Rotated digits with other images: rotated by the same angles, each about a point of its own.
fn rotated_about(
    mut data: Dataset,
    upright: &Dataset,
    point: impl Fn(&[f32], [usize; 2]) -> [f64; 2],
) -> Result<Dataset> {
    let sizes = [data.height, data.width];
    for index in 0..data.len() {
        let image = upright.image(index);
        let [x, y] = point(image, sizes);
        let (sin, cos) = data.angles[index].to_radians().sin_cos();
        let back = |[u, v]: [f64; 2]| [x + cos * u + sin * v, y - sin * u + cos * v];
        let from: Vec<[f64; 2]> = places(sizes).map(back).collect();
        let values = values_at(image, sizes, &from)?;
        data.images[index * values.len()..][..values.len()].copy_from_slice(&values);
    }
    Ok(data)
}

/// The pixels `(x, y)` of an image, from its middle.
fn places([rows, columns]: [usize; 2]) -> impl Iterator<Item = [f64; 2]> {
    let middle = move |k: usize, size: usize| k as f64 - (size as f64 - 1.0) / 2.0;
    let place = move |pixel| {
        [
            middle(pixel % columns, columns),
            -middle(pixel / columns, rows),
        ]
    };
    (0..rows * columns).map(place)
}

/// The centre of mass of an image, from its middle.
fn centre(image: &[f32], sizes: [usize; 2]) -> [f64; 2] {
    let (mut sum, mut mass) = ([0.0; 2], 0.0);
    for (&value, place) in image.iter().zip(places(sizes)) {
        mass += f64::from(value);
        (0..2).for_each(|k| sum[k] += f64::from(value) * place[k]);
    }
    sum.map(|sum| sum / mass)
}

/// The mean error, in degrees, of rotations told by the direction of the centre of mass, which of upright
/// digits is to the lower right.
fn error_of_told_angles(data: &Dataset) -> f64 {
    let off = |index: usize| {
        let [x, y] = centre(data.image(index), [data.height, data.width]);
        let told = y.atan2(x).to_degrees() + 45.0;
        let error = (told - data.angles[index]).rem_euclid(360.0);
        error.min(360.0 - error)
    };
    (0..data.len()).map(off).sum::<f64>() / data.len() as f64
}

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut table = Table::new(
        "accuracy",
        "6 or 9: test accuracy of every training, in percent",
        &["rotated", "parameters", "seed", "test accuracy"],
    );
    let (most, tested) = context.choose((1_000, 500), (5_000, 2_500));
    let split = Split::embedded()?;
    let digits = of_labels(&split.train, &[6, 9], most)?;
    let unseen = of_labels(&split.test, &[6, 9], tested)?;
    let mut all = Vec::new();
    for about in About::ALL {
        let test = about.rotated(&unseen, TEST_ROTATION_SEED, Stream::Test)?;
        let what = format!(
            "mean error of angles told by centres of mass, rotated {}, in degrees",
            about.name()
        );
        let told = Measurement::at_most(what, error_of_told_angles(&test), TOLD);
        match about {
            About::Image => outcome.measure(told),
            About::Digit => outcome.control(told),
        }
        let test = Images::new(six_or_nine(test));
        let mut accuracies = Vec::new();
        for seed in context.seeds(3, 5) {
            context.message(about.name());
            let design = Design {
                group: "C4",
                restrict: None,
                ending: Ending::Regular,
                classes: 2,
                budget: context.choose(6_000, 25_000),
            };
            let network = design.network(seed, &Device::flex().autodiff())?;
            let parameters = network.parameters();
            let data = six_or_nine(about.rotated(&digits, seed, Stream::Train)?);
            let recipe = Recipe {
                epochs: context.choose(10, 14),
                batch: 32,
                seed,
            };
            let share = trained_accuracy(network, &recipe, &data, &test, context)?;
            accuracies.push(share);
            table.row([
                about.name().to_string(),
                parameters.to_string(),
                seed.to_string(),
                format!("{share:.2}"),
            ]);
        }
        all.push(accuracies);
    }
    let gain = |better: usize, worse: usize| {
        let gain = Estimate::of_differences(&all[better], &all[worse]);
        let [better, worse] = [better, worse].map(|k| About::ALL[k].name());
        let what = format!("accuracy {better} minus {worse}, in points");
        Measurement::at_least(what, gain.mean, 0.0).with_error(gain.error)
    };
    outcome.measure(gain(0, 1));
    outcome.control(gain(1, 0));
    outcome.tables.push(table);
    outcome.figures.push(figure(&all));
    outcome.text = vec![
        "MNIST puts the centre of mass of every digit at pixel (14, 14), counted from 0, up to half a \
         pixel. The centre of an image of 28 x 28 pixels is at (13.5, 13.5), and rotations go about it. So \
         afterwards the centre of mass is off the middle in a direction that has turned with the digit."
            .to_string(),
        "That is no fault of a network: the whole image, with its frame, is what it sees, and it is \
         invariant. But where nothing marks the middle, in a photograph or on a sphere, 6 and 9 have to be \
         told by how people write them. Networks with pads of zeros or borders can see the middle."
            .to_string(),
    ];
    Ok(outcome)
}

fn figure(all: &[Vec<f64>]) -> Figure {
    let bar = |(about, accuracies): (About, &Vec<f64>)| {
        let colour = if about == About::Image { 1 } else { 2 };
        Bar::percent(about.name(), &Estimate::of(accuracies), colour)
    };
    let bars = Bars {
        title: format!("6 or 9: test accuracy, {} seeds", all[0].len()),
        start: 0.0,
        logarithmic: false,
        bars: About::ALL.into_iter().zip(all).map(bar).collect(),
    };
    Figure::new(
        "which-way-up",
        "The same digits and angles, rotated about two points",
        "Task: 6 or 9, each rotated by any angle. Chance is 50 %. The same networks, invariant under \
         quarter turns, trained alike. Whiskers are one standard error."
            .to_string(),
        bars.draw(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotations_about_the_middle_are_those_of_the_data() {
        let digits = Pictures::embedded_test()
            .unwrap()
            .subset(&[0, 1, 2])
            .unwrap();
        let usual = Dataset::rotated(&digits, 4, Stream::Train);
        let [about_image, about_digit] =
            About::ALL.map(|about| about.rotated(&digits, 4, Stream::Train).unwrap());
        let distance = |a: &[f32], b: &[f32]| {
            let distances = a.iter().zip(b).map(|(a, b)| (a - b).abs());
            distances.fold(0.0, f32::max)
        };
        let upright = Dataset::upright(&digits);
        let about_middle = rotated_about(usual.clone(), &upright, |_, _| [0.0; 2]).unwrap();
        for same in [&about_middle, &about_image] {
            assert!(distance(&usual.images, &same.images) < crate::tolerance::EXACT_F32 as f32);
        }
        assert_eq!(usual.angles, about_image.angles);
        for index in 0..3 {
            let [x, y] = centre(about_digit.image(index), [28, 28]);
            assert!(x.hypot(y) < 0.1, "{x} {y}");
            let [x, y] = centre(about_image.image(index), [28, 28]);
            assert!(x.hypot(y) > 0.2, "{x} {y}");
        }
    }
}
