//! S4 turns a volume: weights shared over the cube, and what mirrors take away.

use burn::tensor::{Device, Tensor, TensorData};
use schur_math::{PointGroup, SpaceIsometry, SpatialGroup, middle};
use schur_nn::network::model;
use schur_nn::{
    EquivariantConvConfig, Field, FieldType, Layer, Network, equivariance_error, relative_distance,
};

use crate::dense::Random;
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Anchor, Axis, Chart, Drawing, Figure, Ink, Series};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "volumes",
    title: "The cube turns a volume",
    claim: "The 24 rotations of the cube, which are S4, permute the voxels of a volume: a filter \
            shared over them makes a network that gives all 24 turned volumes one answer. The mirrors \
            of Oh halve the weights once more, and with them nothing tells left from right.",
    run,
};

/// Side of the volumes: what two pools of 2 divide, so that the network is exact.
const SIDE: usize = 12;

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut random = Random::new(context.seed, 0);
    let shape = shape(&mut random);
    weights(&mut outcome)?;
    answers(context, &shape, &mut outcome)?;
    handedness(context, &shape, &mut outcome)?;
    outcome.figures.push(Figure::new(
        "shape",
        "A volume, and what three of the 24 rotations make of it",
        "The middle slice of each. A turn about the axis of sight turns the slice; one about another \
         axis shows a side of the volume that could not be seen before.",
        slices(&shape)?,
    ));
    outcome.text.push(
        "Which group is right is asked of the labels. Organs come in pairs of mirror images: where \
         both sides have the same classes, Oh learns from one what holds for the other; where the \
         side itself is asked for, a network of Oh must guess, however much it is trained."
            .to_string(),
    );
    Ok(outcome)
}

/// A shape without any symmetry: some blobs.
fn shape(random: &mut Random) -> Vec<f32> {
    let middle = middle(SIDE);
    let blobs: Vec<[f64; 4]> = (0..6)
        .map(|i| {
            let [x, y, z] = [(); 3].map(|()| 1.3 * middle * (random.uniform() - 0.5));
            [x, y, z, 1.0 + 0.25 * f64::from(i)]
        })
        .collect();
    let at = |index: usize| {
        let place = [index % SIDE, index / SIDE % SIDE, index / SIDE / SIDE];
        let [x, y, z] = place.map(|i| i as f64 - middle);
        let value = |b: &[f64; 4]| {
            let distance = (x - b[0]).powi(2) + (y - b[1]).powi(2) + (z - b[2]).powi(2);
            (-distance / (2.0 * b[3] * b[3])).exp()
        };
        blobs.iter().map(value).sum::<f64>() as f32
    };
    (0..SIDE.pow(3)).map(at).collect()
}

fn field(values: &[f32], fields: &FieldType) -> Result<Field> {
    let data = TensorData::new(values.to_vec(), [1, 1, SIDE, SIDE, SIDE]);
    Ok(Field::from_volume(
        Tensor::from_data(data, &Device::flex()),
        fields,
    )?)
}

/// Numbers that are learnt by a kernel of 3 x 3 x 3 taps between two regular fields.
fn weights(outcome: &mut Outcome) -> Result<()> {
    let mut table = Table::new(
        "weights",
        "Weights of a 3 x 3 x 3 kernel between regular fields",
        &["group", "elements", "channels", "dense", "equivariant"],
    );
    for name in ["C1 in space", "C4 in space", "D4 in space", "T", "O", "Oh"] {
        let fields = FieldType::parse(&format!("{name}: regular"))?;
        let conv = EquivariantConvConfig::new(&fields, &fields, 3).init(&Device::flex())?;
        let (order, dense) = (fields.channels(), 27 * fields.channels().pow(2));
        let numbers = [order, order, dense, conv.parameters()];
        table.row(
            [name.to_string()]
                .into_iter()
                .chain(numbers.map(|n| n.to_string())),
        );
        outcome.measure(Measurement::equals(
            format!("weights times elements, over the dense ones: {name}"),
            conv.parameters() * order / dense,
            1,
        ));
    }
    outcome.tables.push(table);
    Ok(())
}

fn network(group: &str, seed: u64) -> Result<Network> {
    let config = model("octahedral", &group.parse()?)?.config;
    Ok(config
        .with_parameter_budget(6_000)?
        .init(seed, &Device::flex())?)
}

/// The largest distance of the answers for moved volumes from that for the volume, per element.
fn distances(network: &Network, shape: &[f32], elements: &[SpaceIsometry]) -> Result<Vec<f64>> {
    // Moved as scalars, whatever the network knows of the element.
    let x = field(shape, &FieldType::parse("Oh: trivial")?)?;
    let answer = |x: Tensor<5>| -> Result<Field> {
        let mut x = Field::from_volume(x, network.image_type())?;
        for layer in network.layers() {
            x = layer.forward(x)?;
        }
        Ok(x)
    };
    let expected = answer(x.to_volume())?;
    let moved = elements.iter().map(|g| {
        let found = answer(x.transform(*g)?.to_volume())?;
        Ok(relative_distance(found.memory(), expected.memory()))
    });
    moved.collect()
}

/// One answer for all 24, and many of a network without the symmetry.
fn answers(context: &Context, shape: &[f32], outcome: &mut Outcome) -> Result<()> {
    let rotations = SpatialGroup::parse("O")?.elements().unwrap_or_default();
    let mut chart = Chart::new(
        Axis::new("rotation of the cube").whole(),
        Axis::new("relative difference of the answer").logarithmic(),
    )
    .level(tolerance::EXACT_F32, "bound");
    for (colour, group) in ["O", "C4 in space", "C1 in space"].into_iter().enumerate() {
        let network = network(group, context.seed)?;
        let found = distances(&network, shape, &rotations)?;
        let worst = found.iter().copied().fold(0.0, f64::max);
        let what = format!("largest difference of the answers over 24 rotations, {group}");
        let measured = Measurement::at_most(what, worst, tolerance::EXACT_F32);
        match group {
            "O" => outcome.measure(measured),
            _ => outcome.control(measured),
        }
        let points = found.iter().enumerate();
        let points = points.map(|(i, &d)| (i as f64 + 1.0, d.max(tolerance::SMALLEST_DRAWN)));
        chart = chart.with(Series::new(group, colour, points.collect()).scattered());
        if group == "O" {
            let conv = &network.layers()[0];
            let x = field(shape, network.image_type())?;
            let mut defect = 0.0f64;
            for g in &rotations {
                defect = defect.max(equivariance_error(conv, &x, *g)?);
            }
            outcome.measure(Measurement::at_most(
                "largest defect of its first convolution over 24 rotations",
                defect,
                tolerance::EXACT_F32,
            ));
        }
    }
    outcome.figures.push(Figure::new(
        "answers",
        "A network of O gives 24 turned volumes one answer",
        "Networks with random weights. C4 knows the four turns about one axis, a conventional network \
         none but the identity.",
        chart.draw(),
    ));
    Ok(())
}

/// The answers for a shape and its mirror image.
fn handedness(context: &Context, shape: &[f32], outcome: &mut Outcome) -> Result<()> {
    let mut table = Table::new(
        "handedness",
        "Relative difference of the answers for a volume and its mirror image",
        &["group", "difference"],
    );
    let mirror = [SpaceIsometry::INVERSION];
    for group in ["O", "Oh"] {
        let found = distances(&network(group, context.seed)?, shape, &mirror)?[0];
        table.row([group.to_string(), number(found)]);
        let what = format!("difference of the answers for a volume and its mirror image, {group}");
        match group {
            "Oh" => outcome.measure(Measurement::at_most(what, found, tolerance::EXACT_F32)),
            _ => outcome.control(Measurement::at_most(what, found, tolerance::EXACT_F32)),
        }
    }
    outcome.tables.push(table);
    Ok(())
}

/// The middle slices of the volume and of three turned ones.
fn slices(shape: &[f32]) -> Result<Drawing> {
    let fields = FieldType::parse("O: trivial")?;
    let x = field(shape, &fields)?;
    let quarter = std::f64::consts::FRAC_PI_2;
    let turns = [
        ("as it is", SpaceIsometry::IDENTITY),
        (
            "a quarter about z",
            SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], quarter)?,
        ),
        (
            "a quarter about x",
            SpaceIsometry::from_axis_angle([1.0, 0.0, 0.0], quarter)?,
        ),
        (
            "a third about a diagonal",
            SpaceIsometry::from_axis_angle([1.0; 3], std::f64::consts::TAU / 3.0)?,
        ),
    ];
    let mut drawing = Drawing::new(720.0, 200.0);
    for (index, (name, g)) in turns.into_iter().enumerate() {
        let moved = x.transform(g)?.to_volume();
        let values: Vec<f64> = moved.into_data().iter().collect();
        let slice = &values[SIDE / 2 * SIDE * SIDE..][..SIDE * SIDE];
        let left = 20.0 + 178.0 * index as f64;
        drawing.cells((left, 12.0), 146.0, SIDE, slice, 1.5, true);
        drawing.text((left + 73.0, 182.0), Anchor::Middle, "", name);
    }
    drawing.line((20.0, 192.0), (700.0, 192.0), Ink::Grid, 0.5);
    Ok(drawing)
}
