//! Parallel transport around loops, and what a network that forgets it does.

use std::f64::consts::{PI, TAU};

use burn::tensor::{DType, Device};
use schur_math::surface::{Reach, Surface, TriangleMesh};
use schur_math::{KernelBand, PlaneIsometry};
use schur_nn::{FieldType, Layer, PointConvConfig, PointGraph, in_precision, relative_distance};

use crate::dense::{Random, random_field};
use crate::error::Result;
use crate::experiment::{Context, Experiment};
use crate::figure::{Axis, Chart, Figure, Series};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "holonomy",
    title: "Curvature, transport and frames",
    claim: "A vector that is carried around a loop on a surface comes back turned by the curvature inside \
            the loop. A convolution that carries features from neighbour to neighbour does not depend on \
            the frames in which they are written down, and one that does not carry them does.",
    run,
};

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut table = Table::new(
        "loops",
        "Loops around caps",
        &["surface", "rings", "curvature", "turn"],
    );
    let level = context.choose(2, 4);
    let mesh = TriangleMesh::icosphere(level)?;
    let mut random = Random::new(context.seed, 0);
    let factors = mesh.vertices().iter().map(|_| 1.0 + 0.1 * random.uniform());
    let places = mesh
        .vertices()
        .iter()
        .zip(factors)
        .map(|(v, f)| v.map(|c| c * f));
    let bumps = mesh.with_vertices(places.collect())?;
    let mut chart = Chart::new(
        Axis::new("curvature of the triangles inside, in degrees"),
        Axis::new("turn of the vector, in degrees"),
    );
    let (mut off, mut largest) = (0.0f64, 0.0f64);
    context.expect(3);
    for (colour, (name, mesh)) in [("sphere", mesh), ("sphere with bumps", bumps.clone())]
        .into_iter()
        .enumerate()
    {
        context.message(name);
        let surface = Surface::new(mesh);
        let mut points = Vec::new();
        for (ring, (path, inside)) in caps(surface.mesh()).into_iter().enumerate() {
            let turn = surface.holonomy(&path)?.angle();
            let missed = (turn - inside + PI).rem_euclid(TAU) - PI;
            off = off.max(missed.abs());
            largest = largest.max(((turn + PI).rem_euclid(TAU) - PI).abs());
            // A turn is known up to whole ones.
            points.push((inside.to_degrees(), (inside + missed).to_degrees()));
            let [curvature, turned] = [inside, inside + missed].map(|v| number(v.to_degrees()));
            table.row([name.to_string(), (ring + 1).to_string(), curvature, turned]);
        }
        chart = chart.with(Series::new(name, colour, points).scattered());
        context.advance(1);
    }
    outcome.measure(Measurement::at_most(
        "largest difference of turn and enclosed curvature",
        off,
        tolerance::EXACT_F64,
    ));
    outcome.control(Measurement::at_most(
        "largest turn, as if the surface were flat",
        largest,
        tolerance::EXACT_F64,
    ));
    context.message("frames");
    let [carried, forgotten] = frames(bumps, &mut random)?;
    context.advance(1);
    outcome.measure(Measurement::at_most(
        "defect of a convolution with transport under other frames",
        carried,
        tolerance::EXACT_F64,
    ));
    outcome.control(Measurement::at_most(
        "defect of the same convolution without transport",
        forgotten,
        tolerance::EXACT_F64,
    ));
    outcome.text.push(
        "Frames of tangent planes can be chosen at every vertex anew: no choice is better than another. \
         Numbers of features change with them, and a network must give the same features in other numbers. \
         It does if its kernels are steerable and what neighbours have is carried over by parallel \
         transport first. On a curved surface frames that fit everywhere do not exist: around a loop they \
         come back turned."
            .to_string(),
    );
    outcome.figures.push(Figure::new(
        "loops",
        "Around caps of a sphere, vectors turn by the curvature inside",
        "Each point is a loop around a cap. Horizontally the sum of the curvature of the triangles inside, \
         vertically the angle by which a vector that is carried around comes back turned.",
        chart.draw(),
    ));
    outcome.tables.push(table);
    Ok(outcome)
}

/// Growing caps around the first vertex, while they have one border: its loop, and the curvature inside.
fn caps(mesh: &TriangleMesh) -> Vec<(Vec<usize>, f64)> {
    let curvatures = mesh.face_curvatures();
    let mut inside = vec![false; mesh.vertices().len()];
    inside[0] = true;
    let mut caps = Vec::new();
    loop {
        // All triangles at a vertex that is inside.
        let of_cap = |face: &[usize; 3]| face.iter().any(|&v| inside[v]);
        let faces = mesh
            .faces()
            .iter()
            .zip(&curvatures)
            .filter(|(face, _)| of_cap(face));
        let (mut next, mut curvature, mut count) = (vec![usize::MAX; inside.len()], 0.0, 0);
        for (&[a, b, c], of_face) in faces {
            curvature += of_face;
            for [from, to, other] in [[a, b, c], [b, c, a], [c, a, b]] {
                if !inside[from] && !inside[to] && inside[other] && next[from] == usize::MAX {
                    next[from] = to;
                    count += 1;
                }
            }
        }
        let Some(start) = next.iter().position(|&to| to != usize::MAX) else {
            return caps;
        };
        let mut path = vec![start];
        while let Some(&at) = path.last()
            && next[at] != start
        {
            if next[at] == usize::MAX || path.len() > count {
                return caps;
            }
            path.push(next[at]);
        }
        if path.len() != count {
            return caps;
        }
        path.iter().for_each(|&v| inside[v] = true);
        caps.push((path, curvature));
    }
}

/// The defects of a convolution under random other frames, with transport and without.
fn frames(mesh: TriangleMesh, random: &mut Random) -> Result<[f64; 2]> {
    let surface = Surface::new(mesh);
    let count = surface.mesh().vertices().len();
    let turn = |_| PlaneIsometry::rotation(PI * random.uniform());
    let changes: Vec<PlaneIsometry> = (0..count)
        .map(turn)
        .collect::<std::result::Result<_, _>>()?;
    let changed = surface.clone().with_frames_changed(&changes)?;
    let fields = FieldType::parse("SO(2): 2 trivial + 2 E1")?;
    let x = random_field(random, graph(&surface, |t| *t)?.into(), &fields)?;
    let defect = |rule: fn(&PlaneIsometry) -> PlaneIsometry| -> Result<f64> {
        let (before, after) = (graph(&surface, rule)?, graph(&changed, rule)?);
        let config = PointConvConfig::new(&fields, &fields, &KernelBand::for_points(1.0, 3)?);
        let layer = in_precision(config.init(&before, &Device::flex())?, DType::F64);
        let x = x.on(before)?;
        let expected = layer.forward(x.clone())?.change_frames(&changes)?;
        let found = layer.forward(x.change_frames(&changes)?.on(after)?)?;
        Ok(relative_distance(found.memory(), expected.memory()))
    };
    Ok([defect(|t| *t)?, defect(|_| PlaneIsometry::IDENTITY)?])
}

/// What vertices see over two edges, with something else in place of every transport.
pub(super) fn graph(
    surface: &Surface,
    rule: impl Fn(&PlaneIsometry) -> PlaneIsometry,
) -> Result<PointGraph> {
    let graph = PointGraph::on_surface(surface, Reach::Rings(2))?;
    let transports: Vec<PlaneIsometry> = graph
        .transports()
        .unwrap_or_default()
        .iter()
        .map(rule)
        .collect();
    let offsets = graph.offsets_in_frames().unwrap_or_default().to_vec();
    Ok(graph.with_transports(&offsets, &transports)?)
}
