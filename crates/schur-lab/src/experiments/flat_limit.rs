//! Surfaces of growing radius: their convolutions tend to that of the plane, if features are carried along.

use burn::tensor::{DType, Device};
use schur_math::surface::{Surface, TriangleMesh};
use schur_math::{KernelBand, PlaneIsometry, middle};
use schur_nn::{
    Field, FieldType, Layer, PointConv, PointConvConfig, PointGraph, in_precision,
    relative_distance,
};

use super::holonomy::graph;
use crate::dense::{Random, random_field};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Axis, Chart, Figure, Series};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "flat-limit",
    title: "The flat limit",
    claim: "Where a surface is flat, a gauge-equivariant convolution is the planar one, however the surface \
            is bent in space; where it is curved, it tends to the planar one as the square of the distance \
            over the radius. If transport is wrong or left out, it tends to something else.",
    run,
};

/// Vertices of a side of the piece of the plane; their distance is 1.
const SIDE: usize = 13;

/// The smallest radius.
const RADIUS: f64 = 32.0;

/// By how many degrees the wrong transports are off.
const OFF: f64 = 10.0;

/// A place of the plane on a surface of a radius.
type Shape = fn([f64; 2], f64) -> [f64; 3];

/// How the features of neighbours come over.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Carried,
    /// Turned by so many degrees too far.
    Turned(f64),
    /// Copied, in frames that point away from the middle.
    CopiedFromPole,
}

/// What is tried: its name, the surface, how features come over, and the order with which it tends to the
/// plane; none where it is the plane.
const CASES: [(&str, Shape, Way, Option<f64>); 5] = [
    ("sphere", sphere, Way::Carried, Some(2.0)),
    ("saddle", saddle, Way::Carried, Some(2.0)),
    ("roll", roll, Way::Carried, None),
    (
        "sphere, turned too far",
        sphere,
        Way::Turned(OFF),
        Some(2.0),
    ),
    (
        "sphere, copied in polar frames",
        sphere,
        Way::CopiedFromPole,
        Some(2.0),
    ),
];

/// Distances and directions from the middle are kept: a cap.
fn sphere([x, y]: [f64; 2], radius: f64) -> [f64; 3] {
    let away = x.hypot(y).max(f64::MIN_POSITIVE);
    let (sin, cos) = (away / radius).sin_cos();
    [
        x / away * radius * sin,
        y / away * radius * sin,
        radius * (cos - 1.0),
    ]
}

/// Curved as much as the sphere, the other way.
fn saddle([x, y]: [f64; 2], radius: f64) -> [f64; 3] {
    [x, y, (x * x - y * y) / (2.0 * radius)]
}

/// Rolled up along y, columns on a regular polygon: bent, and as flat as paper.
fn roll([x, y]: [f64; 2], radius: f64) -> [f64; 3] {
    let (sin, cos) = (2.0 * (0.5 / radius).asin() * x).sin_cos();
    [radius * sin, y, radius * (cos - 1.0)]
}

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut random = Random::new(context.seed, 0);
    // Columns are straight, vertices of a column at unequal distances.
    let grid = TriangleMesh::plane(SIDE, SIDE, 1.0)?;
    let middle = middle(SIDE);
    let places: Vec<[f64; 2]> = grid
        .vertices()
        .iter()
        .map(|[x, y, _]| [x - middle, y - middle + 0.2 * random.uniform()])
        .collect();
    let flat = graph(&on(&grid, &places, |[x, y]| [x, y, 0.0])?, |t| *t)?;
    let plane = PointGraph::new(&places, flat.edges())?;
    let fields = FieldType::parse("SO(2): 2 trivial + 2 E1 + E2")?;
    let config = PointConvConfig::new(&fields, &fields, &KernelBand::for_points(2.0, 4)?);
    let layer = in_precision(config.init(&plane, &Device::flex())?, DType::F64);
    let x = random_field(&mut random, plane.into(), &fields)?;
    let expected = layer.forward(x.clone())?;

    let count = context.choose(6, 10);
    let radii: Vec<f64> = (0..count).map(|k| RADIUS * f64::from(1 << k)).collect();
    let mut table = Table::new(
        "radii",
        "Relative difference of a convolution on a surface and in the plane",
        &["surface", "radius", "difference"],
    );
    let mut chart = Chart::new(
        Axis::new("radius, in distances of neighbours").logarithmic(),
        Axis::new("relative difference from the plane").logarithmic(),
    );
    context.expect(CASES.len());
    for (colour, (name, shape, way, wanted)) in CASES.into_iter().enumerate() {
        context.message(name);
        let mut points = Vec::new();
        for &radius in &radii {
            let surface = on(&grid, &places, |place| shape(place, radius))?;
            let difference = difference(&layer, &x, &expected, surface, &places, way)?;
            table.row([name.to_string(), number(radius), number(difference)]);
            points.push((radius, difference));
        }
        match wanted {
            Some(wanted) => {
                let order = order(&points);
                outcome.measure(Measurement::reported(
                    format!("order of convergence, {name}"),
                    order,
                ));
                let off = Measurement::at_most(
                    format!("distance of the order of convergence from {wanted}, {name}"),
                    (order - wanted).abs(),
                    tolerance::ORDER,
                );
                match way {
                    Way::Carried => outcome.measure(off),
                    _ => outcome.control(off),
                }
                chart = chart.with(Series::new(name, colour, points));
            }
            None => outcome.measure(Measurement::at_most(
                format!("largest difference at any radius, {name}"),
                points
                    .iter()
                    .fold(0.0, |worst, (_, off)| f64::max(worst, *off)),
                tolerance::EXACT_F64,
            )),
        }
        context.advance(1);
    }
    outcome.text.push(
        "Who is small enough does not notice that the Earth is round. What a kernel sees of a surface differs \
         from a plane by the curvature inside of it: as the square of its width over the radius. A sheet of \
         paper that is rolled up stays flat for those who live in it, so that there the difference is round-off \
         at every radius. None of this is true of the places in space; it is true of offsets and transports."
            .to_string(),
    );
    outcome.text.push(
        "The limit tells right transports from wrong ones. Frames that point away from a pole differ from \
         neighbour to neighbour on a plane, too. With transport they are as good as all others, and without it \
         the convolution is another one however large the sphere is: a network on the pixels of a map in polar \
         coordinates."
            .to_string(),
    );
    outcome.figures.push(Figure::new(
        "radii",
        "Twice the radius, a quarter of the difference",
        "The same convolution on a piece of a surface and on the same piece of the plane. The surfaces become \
         flatter from left to right.",
        chart.draw(),
    ));
    outcome.tables.push(table);
    Ok(outcome)
}

/// The piece of the plane as a piece of a surface. Frames are carried to every vertex from the first one,
/// along its row and then along a column; there the first axis is along x.
fn on(
    grid: &TriangleMesh,
    places: &[[f64; 2]],
    shape: impl Fn([f64; 2]) -> [f64; 3],
) -> Result<Surface> {
    let mesh = grid.with_vertices(places.iter().map(|&place| shape(place)).collect())?;
    let surface = Surface::new(mesh);
    // The first axis of the frames that come by themselves leads to the next vertex of the row.
    let [dx, dy] = [0, 1].map(|k| places[1][k] - places[0][k]);
    let along_x = PlaneIsometry::rotation(dy.atan2(dx))?;
    let change = |vertex: usize| -> Result<PlaneIsometry> {
        let (row, column) = (vertex / SIDE, vertex % SIDE);
        let path: Vec<usize> = (0..=column)
            .chain((1..=row).map(|r| r * SIDE + column))
            .collect();
        Ok(along_x.compose(&surface.transport_along(&path)?.inverse()))
    };
    let changes: Vec<PlaneIsometry> = (0..places.len()).map(change).collect::<Result<_>>()?;
    Ok(surface.with_frames_changed(&changes)?)
}

/// How far the layer is on a surface from what it gives in the plane, for the same numbers.
fn difference(
    layer: &PointConv,
    x: &Field,
    expected: &Field,
    surface: Surface,
    places: &[[f64; 2]],
    way: Way,
) -> Result<f64> {
    let turn = match way {
        Way::Turned(degrees) => PlaneIsometry::rotation(degrees.to_radians())?,
        _ => PlaneIsometry::IDENTITY,
    };
    let found = if way == Way::CopiedFromPole {
        let back = |[x, y]: &[f64; 2]| PlaneIsometry::rotation(-y.atan2(*x));
        let polar: Vec<PlaneIsometry> = places
            .iter()
            .map(back)
            .collect::<std::result::Result<_, _>>()?;
        let home = graph(&surface, |t| *t)?;
        let copied = graph(&surface.with_frames_changed(&polar)?, |_| {
            PlaneIsometry::IDENTITY
        })?;
        let y = layer.forward(x.on(home)?.change_frames(&polar)?.on(copied.clone())?)?;
        let inverse: Vec<PlaneIsometry> = polar.iter().map(PlaneIsometry::inverse).collect();
        y.change_frames(&inverse)?
    } else {
        layer.forward(x.on(graph(&surface, |t| turn.compose(t))?)?)?
    };
    Ok(relative_distance(found.memory(), expected.memory()))
}

/// The slope of `-log y` over `log x`, by least squares.
fn order(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), -y.ln())).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let together: f64 = logs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    together / logs.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
}
