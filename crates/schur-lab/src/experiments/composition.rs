//! Chains of equivariant layers, and which nonlinearities may stand between them.

use std::f64::consts::TAU;

use burn::tensor::Device;
use schur_data::{Dataset, Split};
use schur_math::{PlanarGroup, PlanarRepresentation, PlaneIsometry};
use schur_nn::Activation;
use schur_nn::{
    EquivariantConvConfig, Field, FieldType, Layer, Network, NetworkConfig, Pointwise,
    equivariance_error, relative_distance,
};
use schur_train::images::Images;

use crate::dense::{Random, norm, relative_difference};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Anchor, Axis, Chart, Drawing, Figure, Ink, Series};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "composition",
    title: "A sequence of equivariant layers",
    claim: "A sequence of equivariant layers makes the model equivariant; ReLU is such a layer \
            where the group permutes channels, and not on irreps, where norms must be used.",
    run,
};

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    chains(context, &mut outcome)?;
    nonlinearities(context, &mut outcome)?;
    outcome.figures.push(vectors());
    outcome.text.push(
        "If L₁(g x) = g L₁(x) and L₂(g y) = g L₂(y) then L₂(L₁(g x)) = g L₂(L₁(x)): each layer needs \
         to commute only with the action on its own features. One layer that does not spoils all \
         that follows."
            .to_string(),
    );
    Ok(outcome)
}

/// Every layer of two networks, and every beginning of the chain.
fn chains(context: &Context, outcome: &mut Outcome) -> Result<()> {
    let digits = Split::embedded()?.test.subset(&[0, 1, 2, 3])?;
    let digits = Images::new(Dataset::upright(&digits)).tensor();
    let quarter = PlaneIsometry::rotation(TAU / 4.0)?;
    let mut table = Table::new(
        "layers",
        "Relative defect under a quarter turn, layer by layer",
        &[
            "group",
            "layer",
            "alone",
            "with all before it",
            "after a broken layer",
        ],
    );
    let mut chart = Chart::new(
        Axis::new("layers from the image on"),
        Axis::new("relative defect").logarithmic(),
    )
    .level(tolerance::EXACT_F32, "bound");
    for (colour, group) in ["C4", "D4"].into_iter().enumerate() {
        let config = NetworkConfig {
            group: group.parse()?,
            ..NetworkConfig::default()
        };
        let network = config
            .with_parameter_budget(4_000)?
            .init(context.seed, &Device::flex())?;
        let x = Field::from_tensor(digits.clone(), network.image_type())?;
        let alone = alone(&network, &x, &quarter)?;
        let chain = prefixes(&network, &x, &quarter, None)?;
        // Between the convolutions, behind the first norm.
        let broken = prefixes(&network, &x, &quarter, Some(2))?;
        let worst = |defects: &[f64]| defects.iter().copied().fold(0.0, f64::max);
        outcome.measure(Measurement::at_most(
            format!("largest defect of a single layer, {group}"),
            worst(&alone),
            tolerance::EXACT_F32,
        ));
        outcome.measure(Measurement::at_most(
            format!("largest defect of a chain of layers from the image on, {group}"),
            worst(&chain),
            tolerance::EXACT_F32,
        ));
        outcome.control(Measurement::at_most(
            format!("smallest defect behind one layer that knows no symmetry, {group}"),
            broken[2..].iter().copied().fold(f64::INFINITY, f64::min),
            tolerance::EXACT_F32,
        ));
        for (i, layer) in network.layers().iter().enumerate() {
            let numbers = [alone[i], chain[i], broken[i]].map(number);
            table.row([group.to_string(), layer.name()].into_iter().chain(numbers));
        }
        let points = |defects: &[f64]| {
            let points = defects.iter().enumerate();
            points
                .map(|(i, &d)| (i as f64 + 1.0, d.max(tolerance::SMALLEST_DRAWN)))
                .collect()
        };
        chart = chart.with(Series::new(
            format!("{group} network"),
            colour,
            points(&chain),
        ));
        if group == "C4" {
            let name = "the same with the third layer broken";
            chart = chart.with(Series::new(name, 5, points(&broken)).dashed());
        }
    }
    outcome.tables.push(table);
    outcome.figures.push(Figure::new(
        "chain",
        "Equivariant layers make an equivariant network; one broken layer spoils all that follows",
        "Difference between the features of turned digits and the turned features of digits, \
         after so many layers with random weights.",
        chart.draw(),
    ));
    Ok(())
}

fn alone(network: &Network, x: &Field, g: &PlaneIsometry) -> Result<Vec<f64>> {
    let mut field = x.clone();
    let mut defects = Vec::new();
    for layer in network.layers() {
        defects.push(equivariance_error(layer, &field, g)?);
        field = layer.forward(field)?;
    }
    Ok(defects)
}

/// The defect of the first 1, 2, ... layers as one map. Before the layer `broken` a convolution
/// of the same shape without any symmetry is put.
fn prefixes(
    network: &Network,
    x: &Field,
    g: &PlaneIsometry,
    broken: Option<usize>,
) -> Result<Vec<f64>> {
    let (mut field, mut of_turned) = (x.clone(), x.transform(g)?);
    let mut defects = Vec::new();
    for (i, layer) in network.layers().iter().enumerate() {
        if broken == Some(i) {
            field = without_symmetry(&field)?;
            of_turned = without_symmetry(&of_turned)?;
        }
        field = layer.forward(field)?;
        of_turned = layer.forward(of_turned)?;
        let turned = field.transform(g)?;
        defects.push(relative_distance(of_turned.memory(), turned.memory()));
    }
    Ok(defects)
}

fn without_symmetry(field: &Field) -> Result<Field> {
    let plain = FieldType::trivial(&PlanarGroup::parse("C1")?, field.field_type().channels())?;
    let layer = EquivariantConvConfig::new(&plain, &plain, 3)
        .with_padding(1)
        .init(&Device::flex())?;
    let output = layer.forward(Field::from_tensor(field.to_tensor(), &plain)?)?;
    Ok(Field::from_tensor(output.to_tensor(), field.field_type())?)
}

/// A map of feature vectors.
type Map = fn(&[f64]) -> Vec<f64>;

const MAPS: [(&str, Map); 3] = [
    ("ReLU", |x| x.iter().map(|v| v.max(0.0)).collect()),
    ("tanh", |x| x.iter().map(|v| v.tanh()).collect()),
    ("norm-ReLU", norm_relu),
];

/// `x max(|x| - 1/2, 0) / |x|`.
fn norm_relu(x: &[f64]) -> Vec<f64> {
    let length = norm(x);
    let factor = (length - 0.5).max(0.0) / length.max(f64::MIN_POSITIVE);
    x.iter().map(|v| factor * v).collect()
}

/// Representations of D8 with what must commute: ReLU, tanh, norm-ReLU.
const ADMISSIBLE: [(&str, [bool; 3]); 6] = [
    ("trivial", [true, true, true]),
    ("regular", [true, true, true]),
    ("quotient(C2)", [true, true, true]),
    // A sign: odd functions commute.
    ("A2", [false, true, true]),
    ("E1", [false, false, true]),
    // Elements turn it by multiples of a right angle: permutations with signs.
    ("E2", [false, true, true]),
];

fn nonlinearities(context: &Context, outcome: &mut Outcome) -> Result<()> {
    let d8 = PlanarGroup::parse("D8")?;
    let mut random = Random::new(context.seed, 0);
    let mut table = Table::new(
        "nonlinearities",
        "Largest relative defect over D8 and random feature vectors",
        &[
            "field",
            "ReLU",
            "tanh",
            "norm-ReLU",
            "ReLU offered by the library",
        ],
    );
    let (mut wrong, mut misjudged) = (0, 0);
    for (name, admissible) in ADMISSIBLE {
        let representation = PlanarRepresentation::parse(&d8, name)?;
        let mut cells = vec![name.to_string()];
        for ((_, map), must) in MAPS.iter().zip(admissible) {
            let defect = defect(&representation, &d8, *map, &mut random)?;
            wrong += usize::from((defect <= tolerance::EXACT_F64) != must);
            cells.push(number(defect));
        }
        let offered = Pointwise::new(
            &FieldType::new(&d8, [(representation, 1)])?,
            Activation::Relu,
        );
        misjudged += usize::from(offered.is_ok() != admissible[0]);
        cells.push(if offered.is_ok() { "yes" } else { "refused" }.to_string());
        table.row(cells);
    }
    outcome.measure(Measurement::equals(
        "wrong predictions of which nonlinearity commutes with which of six fields",
        wrong,
        0,
    ));
    outcome.measure(Measurement::equals(
        "fields on which the library is wrong about ReLU",
        misjudged,
        0,
    ));
    let plane = PlanarRepresentation::irrep(&d8, "E1")?;
    outcome.control(Measurement::at_most(
        "defect of ReLU on the irrep E1 of D8",
        defect(&plane, &d8, MAPS[0].1, &mut random)?,
        tolerance::EXACT_F64,
    ));
    outcome.tables.push(table);
    Ok(())
}

/// The largest `|f(ρ(g) x) - ρ(g) f(x)| / |f(x)|`.
fn defect(
    representation: &PlanarRepresentation,
    group: &PlanarGroup,
    map: Map,
    random: &mut Random,
) -> Result<f64> {
    let dim = representation.dim();
    let mut worst: f64 = 0.0;
    for _ in 0..20 {
        // Longer than the threshold of norm-ReLU.
        let x: Vec<f64> = random.vector(dim).iter().map(|v| 2.0 * v).collect();
        let y = map(&x);
        if norm(&y) == 0.0 {
            continue;
        }
        for g in group.test_elements() {
            let matrix = representation.matrix(&g)?;
            let moved = matrix.apply(&y);
            worst = worst.max(relative_difference(&map(&matrix.apply(&x)), &moved));
        }
    }
    Ok(worst)
}

/// Sixteen vectors round a circle, and what becomes of them.
fn vectors() -> Figure {
    let maps: [(&str, Map); 3] = [("vectors", |x| x.to_vec()), MAPS[0], MAPS[2]];
    let mut drawing = Drawing::new(720.0, 250.0);
    for (place, (name, map)) in maps.into_iter().enumerate() {
        let centre = (130.0 + 230.0 * place as f64, 138.0);
        drawing.text((centre.0, 18.0), Anchor::Middle, "", name);
        for k in 0..16 {
            let angle = TAU * f64::from(k) / 16.0;
            let y = map(&[1.5 * angle.cos(), 1.5 * angle.sin()]);
            let end = (centre.0 + 65.0 * y[0], centre.1 - 65.0 * y[1]);
            drawing.arrow(centre, end, Ink::Colour([0, 1, 2][place]), 2.0);
        }
        drawing.dot(centre, 3.0, Ink::Text);
    }
    Figure::new(
        "vectors",
        "ReLU knows right and up; norm-ReLU knows no direction",
        "Sixteen vectors in a circle. ReLU on their components folds the circle into a quadrant, \
         so turning before is not turning after. Shortening each vector by the same length keeps \
         the circle.",
        drawing,
    )
}
