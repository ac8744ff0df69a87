//! Stride, pooling and the parity of image sizes.

use std::f64::consts::FRAC_PI_2;

use burn::tensor::{Device, Tensor, TensorData};
use schur_math::PlaneRotation;
use schur_nn::network::BlockConfig;
use schur_nn::{EquivariantLayer, FeatureField, Network, NetworkConfig, equivariance_error};

use crate::error::Result;
use crate::lab::dense::Random;
use crate::lab::experiment::{Context, Experiment};
use crate::lab::figure::{Axis, Chart, Figure, Series};
use crate::lab::outcome::{Measurement, Outcome};
use crate::lab::table::{Table, number};
use crate::lab::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "stride",
    title: "Stride and the parity of images",
    claim: "A layer with a stride is exactly equivariant to quarter turns if its windows lie \
            symmetrically in the image, and on no other size: two strides of 2 admit widths of \
            1 more than a multiple of 4 only.",
    run,
};

/// Sizes for which a well-known wide residual network was tried.
const SIZES: std::ops::RangeInclusive<usize> = 30..=41;

/// Three networks with the remainder and modulus of the sizes on which they must be exact.
struct Case {
    name: &'static str,
    blocks: Vec<BlockConfig>,
    remainder: usize,
    modulus: usize,
}

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut table = Table::new(
        "sizes",
        "Defect of invariance under a quarter turn",
        &["network", "width", "defect", "why not exact"],
    );
    let mut chart = Chart::new(
        Axis::new("image width in pixels").ticks(&SIZES.map(|w| w as f64).collect::<Vec<_>>()),
        Axis::new("relative defect").logarithmic(),
    )
    .level(tolerance::EXACT_F32, "round-off");
    let mut random = Random::new(context.seed, 0);
    let cases = cases();
    context.expect(cases.len() * SIZES.count());
    for (colour, case) in cases.iter().enumerate() {
        let config = NetworkConfig {
            classes: 4,
            blocks: case.blocks.clone(),
            ..NetworkConfig::default()
        };
        let network = config.init(context.seed, &Device::flex())?;
        let (mut points, mut exact, mut wrong, mut nearest) =
            (Vec::new(), Vec::new(), 0, f64::INFINITY);
        for width in SIZES {
            context.message(case.name);
            context.advance(1);
            let (defect, why) = quarter_turn(&network, width, &mut random)?;
            let must = width % case.modulus == case.remainder;
            if defect <= tolerance::EXACT_F32 {
                exact.push(width.to_string());
            } else {
                nearest = nearest.min(defect);
            }
            // What the layer says of itself must agree with what is measured.
            wrong += usize::from((defect <= tolerance::EXACT_F32) != must);
            wrong += usize::from(why.is_none() != must);
            points.push((width as f64, defect));
            let reason = why.unwrap_or_default();
            table.row([
                case.name.to_string(),
                width.to_string(),
                number(defect),
                reason,
            ]);
        }
        outcome.measure(Measurement::equals(
            format!("wrong predictions of exactness, {}", case.name),
            wrong,
            0,
        ));
        outcome
            .text
            .push(format!("Exact for {}: {}.", case.name, exact.join(", ")));
        if nearest.is_finite() {
            outcome.control(Measurement::at_most(
                format!("smallest defect on the other sizes, {}", case.name),
                nearest,
                tolerance::EXACT_F32,
            ));
        }
        chart = chart.with(Series::new(case.name, colour, points));
    }
    outcome.text.push(
        "Without a stride every size is exact. With stride 2 the windows must end where the image \
         ends: (W + 2 padding - kernel) must be even, or else the last column is left out, and after \
         a quarter turn it is the last row. In a network of two such layers the second sees half \
         the size, so the condition doubles. Each layer knows this and says so before anything is \
         computed."
            .to_string(),
    );
    outcome.figures.push(Figure::new(
        "sizes",
        "Two strides of 2 are exact on widths 33, 37 and 41 of 30 to 41, and nowhere else",
        "Invariance of a whole C4 network with random weights under a quarter turn: below the \
         dashed line it is exact up to round-off.",
        chart.draw(),
    ));
    outcome.tables.push(table);
    Ok(outcome)
}

fn cases() -> Vec<Case> {
    let block = |stride| {
        let mut block = BlockConfig::new(3, 3);
        block.stride = stride;
        block.padding = 1;
        block
    };
    vec![
        Case {
            name: "stride 1",
            blocks: vec![block(1), block(1)],
            remainder: 0,
            modulus: 1,
        },
        Case {
            name: "pooling 2 x 2",
            blocks: vec![block(1).with_pool(2), block(1)],
            remainder: 0,
            modulus: 2,
        },
        Case {
            name: "one stride of 2",
            blocks: vec![block(2), block(1)],
            remainder: 1,
            modulus: 2,
        },
        Case {
            name: "two strides of 2",
            blocks: vec![block(2), block(2)],
            remainder: 1,
            modulus: 4,
        },
    ]
}

/// The defect for a quarter turn of a random image, and why it is not exact, if so.
fn quarter_turn(
    network: &Network,
    width: usize,
    random: &mut Random,
) -> Result<(f64, Option<String>)> {
    let data = TensorData::new(random.vector(width * width), [1, 1, width, width]);
    let image = Tensor::from_data(data.convert::<f32>(), &Device::flex());
    let field = FeatureField::from_tensor(image, network.image_type())?;
    let r = PlaneRotation::rotation(FRAC_PI_2)?;
    let why = network.inexactness(&r, width, width).map(|why| why.reason);
    Ok((equivariance_error(network, &field, &r)?, why))
}
