//! Stride, pooling and the parity of image sizes.

use std::f64::consts::FRAC_PI_2;

use burn::tensor::{Device, Tensor, TensorData};
use schur_math::PlaneIsometry;
use schur_nn::network::BlockConfig;
use schur_nn::{Domain, Field, Layer, Network, NetworkConfig, equivariance_error};

use crate::dense::Random;
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Anchor, Drawing, Figure, Ink};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

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
    let mut rows = Vec::new();
    let mut random = Random::new(context.seed, 0);
    let cases = cases();
    context.expect(cases.len() * SIZES.count());
    for case in &cases {
        let config = NetworkConfig {
            classes: 4,
            blocks: case.blocks.clone(),
            ..NetworkConfig::default()
        };
        let network = config.init(context.seed, &Device::flex())?;
        let (mut defects, mut wrong, mut nearest) = (Vec::new(), 0, f64::INFINITY);
        for width in SIZES {
            context.message(case.name);
            context.advance(1);
            let (defect, why) = quarter_turn(&network, width, &mut random)?;
            let must = width % case.modulus == case.remainder;
            if defect > tolerance::EXACT_F32 {
                nearest = nearest.min(defect);
            }
            // What the layer says of itself must agree with what is measured.
            wrong += usize::from((defect <= tolerance::EXACT_F32) != must);
            wrong += usize::from(why.is_none() != must);
            defects.push(defect);
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
        if nearest.is_finite() {
            outcome.control(Measurement::at_most(
                format!("smallest defect on the other sizes, {}", case.name),
                nearest,
                tolerance::EXACT_F32,
            ));
        }
        rows.push((case.name, defects));
    }
    outcome.text.push(
        "Without a stride every size is exact. With stride 2 the windows must end where the image \
         ends: (W + 2 padding - kernel) must be even, or else the last column is left out, and after \
         a quarter turn it is the last row. In a network of two such layers the second sees half \
         the size, so the condition doubles. Each layer knows this and says so before anything is \
         computed."
            .to_string(),
    );
    outcome.figures.push(figure(&rows));
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
    let field = Field::from_tensor(image, network.image_type())?;
    let r = PlaneIsometry::rotation(FRAC_PI_2)?;
    let why = network
        .inexactness(&r.into(), &Domain::image(width, width))
        .map(|why| why.reason);
    Ok((equivariance_error(network, &field, r)?, why))
}

/// A row per network and a column per width: a tick where it is exact, the defect elsewhere.
fn figure(rows: &[(&str, Vec<f64>)]) -> Figure {
    const CELL: (f64, f64) = (46.0, 40.0);
    const LEFT: f64 = 140.0;
    let mut drawing = Drawing::new(720.0, 40.0 + CELL.1 * rows.len() as f64);
    for (column, width) in SIZES.enumerate() {
        let x = LEFT + CELL.0 * (column as f64 + 0.5);
        drawing.text((x, 18.0), Anchor::Middle, "", &width.to_string());
    }
    for (row, (name, defects)) in rows.iter().enumerate() {
        let y = 30.0 + CELL.1 * row as f64;
        let middle = y + CELL.1 / 2.0 + 3.0;
        drawing.text((LEFT - 12.0, middle), Anchor::End, "", name);
        for (column, &defect) in defects.iter().enumerate() {
            let x = LEFT + CELL.0 * column as f64;
            let exact = defect <= tolerance::EXACT_F32;
            let (ink, strength) = if exact { (2, 0.55) } else { (1, 0.16) };
            let size = (CELL.0 - 3.0, CELL.1 - 3.0);
            drawing.rect((x, y), size, Ink::Colour(ink), strength);
            let text = if exact {
                "✓".to_string()
            } else {
                format!("{defect:.2}")
            };
            let class = if exact { "" } else { "small" };
            drawing.text((x + size.0 / 2.0, middle), Anchor::Middle, class, &text);
        }
    }
    Figure::new(
        "sizes",
        "Of widths 30 to 41, two strides of 2 are exact on 33, 37 and 41",
        "Invariance of a whole C4 network with random weights under a quarter turn, by the width \
         of the image in pixels. A tick: exact up to round-off. A number: the relative defect.",
        drawing,
    )
}
