//! The corner of an icosahedron: where a sixth of the plane is missing.

use std::collections::VecDeque;
use std::f64::consts::FRAC_PI_3;

use burn::tensor::{DType, Device, Tensor, TensorData};
use schur_math::surface::TriangleMesh;
use schur_math::{PlaneIsometry, hexagonal_turn};
use schur_nn::{
    Atlas, Domain, EquivariantConvConfig, Field, FieldType, KernelKind, Layer, in_precision,
    relative_distance,
};

use crate::dense::{Random, lengths, random_field, relative_difference};
use crate::error::{Result, fail};
use crate::experiment::{Context, Experiment};
use crate::figure::{Axis, Chart, Figure, Panel, Panels, Series};
use crate::outcome::{Measurement, Outcome};
use crate::table::{Table, number};
use crate::tolerance;

pub(crate) const EXPERIMENT: Experiment = Experiment {
    name: "vertex",
    title: "The corner of an icosahedron",
    claim: "Around a corner of an icosahedron a sixth of a full turn is missing, and a feature of C6 that is \
            carried around it comes back turned by one step. A convolution that carries features over the \
            seams by their representation commutes with all rotations of the icosahedron; one that copies \
            them, or has no symmetric kernels, does not.",
    run,
};

/// Fields that are carried around a corner, and after how many times they are back.
const FIELDS: [(&str, usize); 5] = [
    ("trivial", 1),
    ("B", 2),
    ("E2", 3),
    ("E1", 6),
    ("regular", 6),
];

/// Convolutions: the features of input and output, whether they are carried over the seams, and whether
/// rotations commute.
const CONVOLUTIONS: [(&str, &str, bool, bool); 7] = [
    ("scalars", "C6: 2 trivial", true, true),
    ("regular", "C6: 2 regular", true, true),
    ("directions", "C6: 2 E1 + E2", true, true),
    ("scalars, copied", "C6: 2 trivial", false, true),
    ("regular, copied", "C6: 2 regular", false, false),
    ("directions, copied", "C6: 2 E1 + E2", false, false),
    ("conventional", "C1: 4 trivial", false, false),
];

/// Number of the rotation of the picture, which moves the poles.
const DRAWN: usize = 1;

/// Where a rotation of the icosahedron brings every cell, and by how many sixths it turns directions
/// there against the frames; corners have no frame.
type Rotation = Vec<Option<(usize, usize)>>;

fn run(context: &Context) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut random = Random::new(context.seed, 0);
    let atlas = Atlas::icosahedron(context.choose(4, 8))?;
    context.expect(1 + CONVOLUTIONS.len());
    let turn = corners(&atlas, &mut outcome)?;
    around_again(&turn, &mut random, &mut outcome)?;
    context.advance(1);
    convolutions(context, &atlas, &mut random, &mut outcome)?;
    outcome.text.push(
        "A hexagonal lattice covers the faces of an icosahedron without a flaw, also across its edges, which \
         are no different from the inside of a face once they are laid flat. At a corner five triangles meet \
         instead of six. All the curvature of the icosahedron is there, a twelfth of 720° each, and whoever \
         walks around comes back turned by 60°. A gauge, one frame for every cell, can hide it nowhere: it has \
         to jump somewhere, and a network that does not know of the jump sees seams that are none."
            .to_string(),
    );
    outcome.text.push(
        "Scalars need no transport, since they are the same in every frame; their kernels are the same in all \
         directions then, and see little. Features with directions are what makes a network able to see more, \
         and they have to be carried. A conventional kernel has directions and no rule for them."
            .to_string(),
    );
    Ok(outcome)
}

/// The neighbour of a cell in the direction of so many sixths, and the transport from there; none at a corner.
fn neighbour(atlas: &Atlas, cell: usize, direction: usize) -> Option<(usize, PlaneIsometry)> {
    let [_, rows, columns] = atlas.sizes();
    let (row, column) = ((cell / columns % rows) as i64, (cell % columns) as i64);
    let [down, right] = (0..direction % 6).fold([0, 1], |step, _| hexagonal_turn(step));
    atlas.cell(cell / (rows * columns), row + down, column + right)
}

/// By how many sixths it turns.
fn sixths(g: &PlaneIsometry) -> usize {
    (g.angle() / FRAC_PI_3).round().rem_euclid(6.0) as usize
}

/// Counter-clockwise around the neighbour in a direction, which may be a corner, back to a cell: the number
/// of steps, and what has become of a vector. None if there is a corner on the way.
fn around(atlas: &Atlas, start: usize, direction: usize) -> Option<(usize, PlaneIsometry)> {
    let (mut cell, mut centre, mut carried) = (start, direction, PlaneIsometry::IDENTITY);
    for step in 1..=6 {
        let (next, transport) = neighbour(atlas, cell, centre + 5)?;
        carried = transport.inverse().compose(&carried);
        centre = (centre + 7 - sixths(&transport)) % 6;
        cell = next;
        if cell == start {
            return Some((step, carried));
        }
    }
    None
}

/// Cells with a frame.
fn cells(atlas: &Atlas) -> impl Iterator<Item = usize> {
    let [_, rows, columns] = atlas.sizes();
    let has_frame = move |cell: &usize| {
        let (row, column) = ((cell / columns % rows) as i64, (cell % columns) as i64);
        atlas.cell(cell / (rows * columns), row, column).is_some()
    };
    (0..atlas.sizes().iter().product()).filter(has_frame)
}

/// Ways around all corners and around all other cells. Gives the turn around a corner.
fn corners(atlas: &Atlas, outcome: &mut Outcome) -> Result<PlaneIsometry> {
    let mesh = TriangleMesh::icosphere(0)?;
    let missing = mesh.angle_defects();
    let mut turn = PlaneIsometry::IDENTITY;
    let (mut corners, mut off, mut elsewhere, mut others) = (0, 0.0f64, 0.0f64, 0);
    for cell in cells(atlas) {
        for direction in 0..6 {
            let corner = neighbour(atlas, cell, direction).is_none();
            match around(atlas, cell, direction) {
                Some((5, carried)) if corner => {
                    turn = carried;
                    corners += 1;
                    let angle = carried.angle();
                    off = missing
                        .iter()
                        .fold(off, |off, defect| off.max((angle - defect).abs()));
                }
                Some((6, carried)) if !corner => {
                    others += 1;
                    elsewhere = elsewhere.max(carried.angle().abs());
                }
                // Ways through a corner are none.
                _ => {}
            }
        }
    }
    // Each corner from all of its neighbours.
    let neighbours: usize = (0..mesh.vertices().len())
        .map(|vertex| mesh.neighbours(vertex).map(|all| all.len()))
        .sum::<std::result::Result<usize, _>>()?;
    outcome.measure(Measurement::equals(
        "ways around a corner in five steps",
        corners,
        neighbours,
    ));
    outcome.measure(Measurement::at_most(
        "largest difference of the turn around a corner and the angle that is missing there",
        off,
        tolerance::EXACT_F64,
    ));
    outcome.measure(Measurement::reported(
        "ways around other cells",
        others as f64,
    ));
    outcome.measure(Measurement::at_most(
        "largest turn around another cell",
        elsewhere,
        tolerance::EXACT_F64,
    ));
    outcome.control(Measurement::at_most(
        "turn around a corner, as if nothing were missing there",
        turn.angle().abs(),
        tolerance::EXACT_F64,
    ));
    Ok(turn)
}

/// Features that are carried around a corner again and again.
fn around_again(turn: &PlaneIsometry, random: &mut Random, outcome: &mut Outcome) -> Result<()> {
    let mut table = Table::new(
        "around",
        "How far a feature is from what it was, after so many times around a corner",
        &["field", "times", "difference"],
    );
    let mut chart = Chart::new(
        Axis::new("times around a corner").whole(),
        Axis::new("relative difference from what it was"),
    );
    for (colour, (name, wanted)) in FIELDS.into_iter().enumerate() {
        let fields = FieldType::parse(&format!("C6: {name}"))?;
        let start = random_field(random, Domain::Vector, &fields)?;
        let (mut carried, mut back, mut points) = (start.clone(), None, vec![(0.0, 0.0)]);
        for times in 1..=6 {
            carried = carried.transform(*turn)?;
            let difference = relative_distance(carried.memory(), start.memory());
            if difference <= tolerance::EXACT_F64 {
                back = back.or(Some(times));
            }
            table.row([name.to_string(), times.to_string(), number(difference)]);
            points.push((times as f64, difference));
        }
        outcome.measure(Measurement::equals(
            format!("times around a corner until a feature is back, {name}"),
            back.unwrap_or(0),
            wanted,
        ));
        chart = chart.with(Series::new(name, colour, points));
        if name == "regular" {
            let once = numbers(&start.transform(*turn)?);
            let still = numbers(&start);
            let mut stepped = still.clone();
            stepped.rotate_right(1);
            outcome.measure(Measurement::at_most(
                "a regular feature carried around a corner once, against the same one step further",
                relative_difference(&once, &stepped),
                tolerance::EXACT_F64,
            ));
            outcome.control(Measurement::at_most(
                "a regular feature carried around a corner once, against the same",
                relative_difference(&once, &still),
                tolerance::EXACT_F64,
            ));
        }
    }
    outcome.tables.push(table);
    outcome.figures.push(Figure::new(
        "around",
        "Six times around a corner everything is back",
        "A feature of every kind is carried around a corner of an icosahedron, from cell to cell. Each time it \
         comes back turned by one sixth.",
        chart.draw(),
    ));
    Ok(())
}

fn numbers(field: &Field) -> Vec<f64> {
    field.memory().to_data().iter::<f64>().collect()
}

/// The rotation that brings a cell to another one and turns directions by so many sixths, found by walking
/// from neighbour to neighbour; none if two ways lead to different places.
fn rotation(atlas: &Atlas, from: usize, to: (usize, usize)) -> Option<Rotation> {
    let mut moved: Rotation = vec![None; atlas.sizes().iter().product()];
    moved[from] = Some(to);
    let mut open = VecDeque::from([from]);
    while let Some(cell) = open.pop_front() {
        let (image, turn) = moved[cell]?;
        for direction in 0..6 {
            let here = neighbour(atlas, cell, direction);
            let there = neighbour(atlas, image, direction + turn);
            let (Some((next, from_next)), Some((its, from_its))) = (&here, &there) else {
                // A corner is brought to a corner.
                if here.is_some() || there.is_some() {
                    return None;
                }
                continue;
            };
            let expected = (*its, (turn + sixths(from_next) + 6 - sixths(from_its)) % 6);
            match moved[*next] {
                None => {
                    moved[*next] = Some(expected);
                    open.push_back(*next);
                }
                Some(found) if found == expected => {}
                Some(_) => return None,
            }
        }
    }
    Some(moved)
}

/// `[g f](g p) = ρ(turn) f(p)`; conventional features know no turn.
fn rotated(x: &Field, rotation: &Rotation) -> Result<Field> {
    let (fields, channels) = (x.field_type(), x.field_type().channels());
    let places = x.domain().places();
    // The features of every cell as a vector, in every direction.
    let vectors = x.memory().clone().reshape([places, 1, channels]);
    let vectors = Field::from_memory(vectors, Domain::Vector, fields)?;
    let turned = (0..6).map(|turn| -> Result<Vec<f64>> {
        let g = PlaneIsometry::rotation(turn as f64 * FRAC_PI_3)?;
        Ok(match fields.group().contains(g) {
            true => numbers(&vectors.transform(g)?),
            false => numbers(&vectors),
        })
    });
    let turned: Vec<Vec<f64>> = turned.collect::<Result<_>>()?;
    let mut values = vec![0.0; places * channels];
    for (cell, moved) in rotation.iter().enumerate() {
        if let Some((image, turn)) = moved {
            let from = &turned[*turn][cell * channels..][..channels];
            values[image * channels..][..channels].copy_from_slice(from);
        }
    }
    let data = TensorData::new(values, [1, places, channels]);
    let memory = Tensor::from_data(data, (&Device::flex(), DType::F64));
    Ok(Field::from_memory(memory, x.domain().clone(), fields)?)
}

/// One convolution of every kind, and all rotations.
fn convolutions(
    context: &Context,
    atlas: &Atlas,
    random: &mut Random,
    outcome: &mut Outcome,
) -> Result<()> {
    let Some(first) = cells(atlas).next() else {
        return fail("an icosahedron has cells");
    };
    let images = cells(atlas).flat_map(|cell| (0..6).map(move |turn| (cell, turn)));
    let rotations: Vec<Rotation> = images.filter_map(|to| rotation(atlas, first, to)).collect();
    // Five turns about each of 12 corners.
    outcome.measure(Measurement::equals(
        "rotations found by walking over the cells",
        rotations.len(),
        5 * TriangleMesh::icosphere(0)?.vertices().len(),
    ));
    let mut table = Table::new(
        "convolutions",
        "Largest relative difference of rotating before a convolution and after it, over all rotations",
        &["features", "over the seams", "difference", "cells"],
    );
    let copied = atlas.clone().without_transport();
    let mut panels = Vec::new();
    for (name, fields, carried, commutes) in CONVOLUTIONS {
        context.message(name);
        let fields = FieldType::parse(fields)?;
        // Conventional features can't be carried, and are at home where nothing is.
        let home = match fields.group().order() {
            Some(1) => &copied,
            _ => atlas,
        };
        let domain = if carried { home } else { &copied };
        let config = EquivariantConvConfig::new(&fields, &fields, 3)
            .with_padding(1)
            .with_kernels(KernelKind::Hexagonal);
        let layer = in_precision(config.init(&Device::flex())?, DType::F64);
        let forward = |x: &Field| layer.forward(x.on(domain.clone())?)?.on(home.clone());
        let x = random_field(random, home.clone().into(), &fields)?;
        let y = forward(&x)?;
        let (mut worst, mut of_cell) = (0.0f64, Vec::new());
        for (index, rotation) in rotations.iter().enumerate() {
            let found = forward(&rotated(&x, rotation)?)?;
            let expected = rotated(&y, rotation)?;
            worst = worst.max(relative_distance(found.memory(), expected.memory()));
            if index == DRAWN {
                let largest = lengths(&y).into_iter().fold(0.0, f64::max);
                let off = lengths(&found.add(&expected.scale(-1.0))?).into_iter();
                of_cell = off.map(|off| off / largest).collect();
            }
        }
        let cells = of_cell.iter().filter(|&&off| off > tolerance::EXACT_F64);
        let measurement = Measurement::at_most(
            format!("defect of a convolution under rotations, {name}"),
            worst,
            tolerance::EXACT_F64,
        );
        match commutes {
            true => outcome.measure(measurement),
            false => outcome.control(measurement),
        }
        table.row([
            name.to_string(),
            if carried { "carried" } else { "copied" }.to_string(),
            number(worst),
            cells.count().to_string(),
        ]);
        if ["regular", "regular, copied", "conventional"].contains(&name) {
            panels.push(Panel::new(
                name,
                5 * atlas.sizes()[1],
                unfolded(atlas, &of_cell),
            ));
        }
        context.advance(1);
    }
    let drawing = Panels {
        per_row: 1,
        side: 480.0,
        common_scale: true,
        panels,
    };
    outcome.figures.push(Figure::new(
        "seams",
        "What depends on the gauge of an icosahedron",
        "How much the output of a convolution changes in each cell if the icosahedron is rotated before it \
         instead of after it, for one rotation. The ten charts lie flat, rhombi as squares: five \
         beside the north pole, above those beside the south pole. Where nothing is drawn both agree exactly.",
        drawing.draw(),
    ));
    outcome.tables.push(table);
    Ok(())
}

/// Numbers of cells as a picture of the charts, five beside each other; round-off is nothing.
fn unfolded(atlas: &Atlas, of_cell: &[f64]) -> Vec<f64> {
    let [_, rows, columns] = atlas.sizes();
    let wide = 5 * columns;
    let cell = |k: usize| {
        let (row, column) = (k / wide, k % wide);
        let chart = row / rows * 5 + column / columns;
        let off = of_cell[(chart * rows + row % rows) * columns + column % columns];
        if off > tolerance::EXACT_F64 { off } else { 0.0 }
    };
    (0..of_cell.len()).map(cell).collect()
}
