//! The Möbius strip: where it is cut is nobody's choice, and a network should not know it.

use burn::module::Module;
use burn::tensor::{DType, Device};
use schur_data::{Dataset, Split};
use schur_nn::network::{DomainKind, model, own_group};
use schur_nn::{
    Atlas, Domain, EquivariantConvConfig, FieldType, Layer, in_precision, relative_distance,
};
use schur_train::images::Images;

use crate::dense::{Random, lengths, random_field};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Axis, Chart, Figure, Panel, Panels, Series};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "moebius",
    title: "The Möbius strip and its cut",
    claim: "To store a Möbius strip as an image it has to be cut, and anywhere will do. If kernels are \
            steerable by the mirror across, and features are carried over the cut by its representation, \
            a convolution gives the same wherever the cut is, and a network wherever it moves by whole windows of \
            its pools; a conventional network does not.",
    run,
};

/// Rows and columns of the strips of single layers.
const SIDE: usize = 12;

/// Rows, and columns, of a digit on a strip.
const DIGIT: i64 = 28;

/// Fields of single layers: their name, their type, and whether features are carried over the cut.
const FIELDS: [(&str, &str, bool); 7] = [
    ("scalars", "D1@0: 4 trivial", true),
    ("sign-flip", "D1@0: 4 A2", true),
    ("regular", "D1@0: 2 regular", true),
    ("all of them", "D1@0: trivial + A2 + regular", true),
    ("conventional", "C1: 4 trivial", false),
    ("sign-flip, copied", "D1@0: 4 A2", false),
    ("regular, copied", "D1@0: 2 regular", false),
];

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    context.expect(FIELDS.len() + NETWORKS.len());
    layers(context, &mut outcome)?;
    networks(context, &mut outcome)?;
    outcome.text = vec![
        "Along a Möbius strip there is a direction, across it there is none: whoever walks around comes \
         back upside down. So the mirror across is no symmetry of the data that one may choose to have, \
         as rotations of digits are; it is what the strip does to every feature. A kernel that is used \
         everywhere has to mean the same to walkers of both kinds, which is the kernel constraint of the \
         group of that mirror: symmetric kernels between scalars, antisymmetric ones from scalars to \
         features that change their sign."
            .to_string(),
        "A conventional kernel sees everything that came over the cut upside down, and gives something \
         else for it. Steerable kernels whose features are copied over the cut as they are, and not carried, \
         are wrong beside the cut, and right everywhere else. Pools of stride 2 leave the shifts by \
         multiples of their product."
            .to_string(),
    ];
    Ok(outcome)
}

/// One convolution, and all shifts along the strip.
fn layers(context: &Context, outcome: &mut Outcome) -> Result<()> {
    let mut random = Random::new(context.seed, 0);
    let mut table = Table::new(
        "layers",
        "Largest relative difference of shifting before a convolution and after it, over all shifts",
        &[
            "features",
            "over the cut",
            "kernel",
            "difference",
            "columns",
        ],
    );
    let mut panels = Vec::new();
    for (name, fields, carried) in FIELDS {
        context.message(name);
        let fields = FieldType::parse(fields)?;
        for &kernel in context.choose(&[5][..], &[3, 5, 7]) {
            let (worst, half) = cut(&fields, carried, kernel, &mut random)?;
            let what = format!("{name}, {kernel} x {kernel} kernel");
            // Columns with cells that differ after half a way around.
            let differs = |column: usize| (0..SIDE).any(|row| half[row * SIDE + column] > 0.0);
            let columns = (0..SIDE).filter(|&column| differs(column)).count();
            if carried {
                outcome.measure(Measurement::at_most(&what, worst, tolerance::EXACT_F64));
                outcome.measure(Measurement::equals(
                    format!("columns that depend on the cut: {what}"),
                    columns,
                    0,
                ));
            } else {
                outcome.control(Measurement::at_most(&what, worst, tolerance::EXACT_F64));
                // Kernels that are not steerable see what came over the cut upside down, all of it;
                // others are wrong only where their windows reach over the cut, the old and the new one.
                let wanted = match name {
                    "conventional" => SIDE / 2,
                    _ => (4 * (kernel / 2)).min(SIDE),
                };
                outcome.measure(Measurement::equals(
                    format!("columns that depend on the cut: {what}"),
                    columns,
                    wanted,
                ));
            }
            let way = if carried { "carried" } else { "copied" };
            table.row([
                name.to_string(),
                way.to_string(),
                kernel.to_string(),
                number(worst),
                columns.to_string(),
            ]);
            if kernel == 5 && ["regular", "regular, copied", "conventional"].contains(&name) {
                panels.push(Panel::new(name, SIDE, half));
            }
        }
        context.advance(1);
    }
    let drawing = Panels {
        per_row: 3,
        side: 200.0,
        common_scale: true,
        panels,
    };
    outcome.figures.push(Figure::new(
        "cut",
        "What depends on the cut of a Möbius strip",
        "What a 5 x 5 convolution gives on a strip of 12 columns, against the same after the strip was cut \
         half a way further, cell by cell. Where nothing is drawn both agree exactly.",
        drawing.draw(),
    ));
    outcome.tables.push(table);
    Ok(())
}

/// The largest relative difference over all shifts, and where the outputs differ after that by half the
/// columns: norms of the differences per cell, 0 up to round-off.
fn cut(
    fields: &FieldType,
    carried: bool,
    kernel: usize,
    random: &mut Random,
) -> Result<(f64, Vec<f64>)> {
    let strip = Atlas::moebius(SIDE, SIDE)?;
    let copied = strip.clone().without_transport();
    // Conventional features know no mirror, so that nothing of them can be carried.
    let conventional = fields.group().order() == Some(1);
    let home = Domain::from(if conventional {
        copied.clone()
    } else {
        strip.clone()
    });
    let domain = Domain::from(if carried { strip } else { copied });
    let x = random_field(random, home.clone(), fields)?;
    let config = EquivariantConvConfig::new(fields, fields, kernel).with_padding(kernel / 2);
    let layer = in_precision(config.init(&Device::flex())?, DType::F64);
    let y = layer.forward(x.on(domain.clone())?)?.on(home.clone())?;
    let (mut worst, mut half) = (0.0f64, Vec::new());
    for shift in 1..2 * SIDE {
        let found = layer.forward(x.shifted(shift as i64)?.on(domain.clone())?)?;
        let found = found.on(home.clone())?;
        let expected = y.shifted(shift as i64)?;
        worst = worst.max(relative_distance(found.memory(), expected.memory()));
        if shift == SIDE / 2 {
            let largest = lengths(&expected).into_iter().fold(0.0, f64::max);
            let difference = found.add(&expected.scale(-1.0))?;
            let cells = lengths(&difference).into_iter().map(|v| v / largest);
            let exact = |v: f64| if v > tolerance::EXACT_F64 { v } else { 0.0 };
            half = cells.map(exact).collect();
        }
    }
    Ok((worst, half))
}

/// Networks of the published table, with initial weights.
const NETWORKS: [(&str, &str); 3] = [
    ("regular", "moebius-regular"),
    ("sign-flip", "moebius-sign-flip"),
    ("conventional", "moebius-cnn-small"),
];

/// The logits of a digit, wherever the strip is cut.
fn networks(context: &Context, outcome: &mut Outcome) -> Result<()> {
    let device = Device::flex();
    let digit = Split::embedded()?.test.subset(&[2])?;
    let digit = Images::new(Dataset::upright(&digit)).tensor();
    let mut chart = Chart::new(
        Axis::new("columns by which the strip is cut further"),
        Axis::new("relative difference of the logits").logarithmic(),
    )
    .level(tolerance::EXACT_F32, "bound");
    for (colour, (name, file)) in NETWORKS.into_iter().enumerate() {
        context.message(name);
        let group = own_group(file).unwrap_or_default().parse()?;
        let config = model(file, &group)?.config;
        let carried = config.domain == DomainKind::Moebius;
        let network = config.init(context.seed, &device)?.valid();
        let field = network.fields(digit.clone())?;
        let logits = network.forward(digit.clone())?;
        let (mut worst, mut points) = (0.0f64, Vec::new());
        for shift in (0..2 * DIGIT).step_by(context.choose(4, 1)) {
            let found = network.forward(field.shifted(shift)?.to_tensor())?;
            let difference = relative_distance(&found, &logits);
            // The two pools see even grids.
            if shift % 4 == 0 {
                worst = worst.max(difference);
            }
            if difference > 0.0 {
                points.push((shift as f64, difference));
            }
        }
        let what = format!("logits of the {name} network, shifts by multiples of 4");
        let measurement = Measurement::at_most(what, worst, tolerance::EXACT_F32);
        match carried {
            true => outcome.measure(measurement),
            false => outcome.control(measurement),
        }
        chart = chart.with(Series::new(name, colour, points).scattered());
        context.advance(1);
    }
    outcome.figures.push(Figure::new(
        "networks",
        "The logits of a gauge-equivariant network do not depend on the cut",
        "A digit on a Möbius strip, moved once around it twice, and how much the logits of three networks \
         with initial weights change. Two pools of stride 2 make shifts by multiples of 4 exact.",
        chart.draw(),
    ));
    Ok(())
}
