//! Convolutions on the icosahedron commute with its 60 rotations.

use std::collections::VecDeque;

use burn::tensor::{DType, Device, Tensor};
use schur_math::{PlaneIsometry, hexagonal_turn};
use schur_nn::network::PoolKind;
use schur_nn::tolerance::{EXACT_F32, EXACT_F64};
use schur_nn::{
    Activation, Atlas, BlurPool, Domain, EquivariantConv, EquivariantConvConfig, Field, FieldNorm,
    FieldType, GlobalPool, GroupPool, KernelKind, Layer, SpatialPool, relative_distance,
};

use crate::support::{TYPES, generic, tensor, uniform};
use crate::tolerance::BROKEN;

/// A rotation of the icosahedron: where every cell goes, and by how many sixths of a turn directions
/// turn on the way from the frame there to the frame here. Vertices have no frame.
type Rotation = Vec<Option<(usize, usize)>>;

/// The neighbour in the direction of so many sixths of a turn, and the sixths by which features there
/// are turned into the frame here.
fn neighbour(atlas: &Atlas, cell: usize, direction: usize) -> Option<(usize, usize)> {
    let [_, rows, columns] = atlas.sizes();
    let chart = cell / (rows * columns);
    let (row, column) = (cell / columns % rows, cell % columns);
    let step = (0..direction).fold([0, 1], |step, _| hexagonal_turn(step));
    let (cell, transport) = atlas.cell(chart, row as i64 + step[0], column as i64 + step[1])?;
    let sixths = transport.angle() / std::f64::consts::FRAC_PI_3;
    Some((cell, sixths.round() as usize % 6))
}

/// The rotation that brings a cell to another one and turns directions by so many sixths, found by
/// walking from neighbour to neighbour; `None` if two ways lead to different places.
fn rotation(atlas: &Atlas, from: usize, to: (usize, usize)) -> Option<Rotation> {
    let mut moved: Rotation = vec![None; atlas.sizes().iter().product()];
    moved[from] = Some(to);
    let mut open = VecDeque::from([from]);
    while let Some(cell) = open.pop_front() {
        let (image, turn) = moved[cell].unwrap();
        for direction in 0..6 {
            let here = neighbour(atlas, cell, direction);
            let there = neighbour(atlas, image, (direction + turn) % 6);
            match (here, there) {
                (None, None) => {}
                (Some((next, m)), Some((its, k))) => {
                    let expected = (its, (turn + m + 6 - k) % 6);
                    match moved[next] {
                        None => {
                            moved[next] = Some(expected);
                            open.push_back(next);
                        }
                        Some(found) if found == expected => {}
                        Some(_) => return None,
                    }
                }
                _ => return None,
            }
        }
    }
    Some(moved)
}

/// All rotations, as images of one cell.
fn rotations(atlas: &Atlas) -> Vec<Rotation> {
    let [_, rows, columns] = atlas.sizes();
    let cells = 10 * rows * columns;
    let is_vertex = |cell: usize| {
        let (chart, place) = (cell / (rows * columns), cell % (rows * columns));
        let (row, column) = ((place / columns) as i64, (place % columns) as i64);
        atlas.cell(chart, row, column).is_none()
    };
    let places = (0..cells).filter(|&cell| !is_vertex(cell));
    let images = places.flat_map(|cell| (0..6).map(move |turn| (cell, turn)));
    images.filter_map(|to| rotation(atlas, 1, to)).collect()
}

/// `[g f](g p) = ρ(turn) f(p)`, and 0 at the vertices.
fn rotated(x: &Field, rotation: &Rotation) -> Field {
    let fields = x.field_type();
    let [batch, places, channels] = x.memory().dims();
    // The features of every cell as a vector, turned by every sixth.
    let vectors = x.memory().clone().reshape([batch * places, 1, channels]);
    let vectors = Field::from_memory(vectors, Domain::Vector, fields).unwrap();
    let sixth = |turn: usize| {
        let angle = turn as f64 * std::f64::consts::FRAC_PI_3;
        let turned = vectors
            .transform(PlaneIsometry::rotation(angle).unwrap())
            .unwrap();
        turned.into_memory().to_data().iter::<f64>().collect()
    };
    let turned: Vec<Vec<f64>> = (0..6).map(sixth).collect();
    let mut values = vec![0.0; batch * places * channels];
    for b in 0..batch {
        for (cell, moved) in rotation.iter().enumerate() {
            if let Some((image, turn)) = moved {
                let (from, to) = (
                    (b * places + cell) * channels,
                    (b * places + image) * channels,
                );
                values[to..to + channels].copy_from_slice(&turned[*turn][from..from + channels]);
            }
        }
    }
    let shape = [batch, places, channels];
    let memory = tensor(values, shape, x.memory().dtype(), &x.device());
    Field::from_memory(memory, x.domain().clone(), fields).unwrap()
}

fn field(fields: &FieldType, atlas: &Atlas, dtype: DType) -> Field {
    let domain = Domain::from(atlas.clone());
    let shape = [2, domain.places(), fields.channels()];
    let values = uniform(shape.iter().product(), 9);
    let x = tensor(values, shape, dtype, &Device::flex());
    let x = Field::from_memory(x, domain, fields).unwrap();
    // Nothing at the vertices.
    rotated(&x, &rotation(atlas, 1, (1, 0)).unwrap())
}

fn conv(input: &FieldType, output: &FieldType, dtype: DType) -> EquivariantConv {
    let config = EquivariantConvConfig::new(input, output, 3)
        .with_padding(1)
        .with_kernels(KernelKind::Hexagonal)
        .with_bias(true);
    generic(config.init(&Device::flex()).unwrap(), dtype)
}

fn parse(text: &str) -> FieldType {
    FieldType::parse(text).unwrap()
}

#[test]
fn the_icosahedron_has_sixty_rotations() {
    for n in [2, 3, 4] {
        let atlas = Atlas::icosahedron(n).unwrap();
        let rotations = rotations(&atlas);
        assert_eq!(rotations.len(), 60, "edges of {n} steps");
        for rotation in &rotations {
            // All cells but the ten vertices in charts, each once.
            let mut images: Vec<usize> = rotation.iter().flatten().map(|(cell, _)| *cell).collect();
            images.sort_unstable();
            images.dedup();
            assert_eq!(images.len(), 10 * n * n - 10);
        }
    }
    assert!(Atlas::icosahedron(1).is_err());
}

#[test]
fn hexagonal_convolutions_commute_with_all_rotations_of_the_icosahedron() {
    let atlas = Atlas::icosahedron(4).unwrap();
    let rotations = rotations(&atlas);
    for dtype in TYPES {
        let exact = if dtype == DType::F32 {
            EXACT_F32
        } else {
            EXACT_F64
        };
        for (input, output) in [
            ("C6: 2 trivial", "C6: 2 regular"),
            ("C6: 2 regular", "C6: 2 regular"),
            ("C6: 2 E1 + B", "C6: regular + E2 + trivial"),
            ("C3: regular", "C3: regular + E1"),
        ] {
            let (input, output) = (parse(input), parse(output));
            if input.group().order() == Some(3) {
                // Of C6 only every other turn is there, so fields of C3 can't be carried over.
                let x = tensor(uniform(480, 1), [1, 160, 3], dtype, &Device::flex());
                let error = Field::from_memory(x, atlas.clone().into(), &input).unwrap_err();
                assert!(error.to_string().contains("no element of C3"), "{error}");
                continue;
            }
            let (x, layer) = (field(&input, &atlas, dtype), conv(&input, &output, dtype));
            let y = layer.forward(x.clone()).unwrap();
            for rotation in &rotations {
                let found = layer.forward(rotated(&x, rotation)).unwrap();
                let defect = relative_distance(found.memory(), rotated(&y, rotation).memory());
                assert!(defect <= exact, "{input} to {output}: {defect}");
            }
        }
    }
}

#[test]
fn a_wrong_transport_breaks_rotations() {
    let atlas = Atlas::icosahedron(4).unwrap();
    let fields = parse("C6: 2 regular");
    let (x, layer) = (
        field(&fields, &atlas, DType::F64),
        conv(&fields, &fields, DType::F64),
    );
    let wrong = |x: &Field| {
        let y = layer
            .forward(x.on(atlas.clone().without_transport()).unwrap())
            .unwrap();
        y.on(atlas.clone()).unwrap()
    };
    let y = wrong(&x);
    let worst = rotations(&atlas).iter().fold(0.0f64, |worst, rotation| {
        let found = wrong(&rotated(&x, rotation));
        worst.max(relative_distance(
            found.memory(),
            rotated(&y, rotation).memory(),
        ))
    });
    assert!(worst > BROKEN, "{worst}");
}

/// A network of two convolutions, norm, a pool over the group and one over all places is invariant.
#[test]
fn networks_on_the_icosahedron_are_invariant() {
    let atlas = Atlas::icosahedron(3).unwrap();
    let (scalars, regular) = (parse("C6: 1 trivial"), parse("C6: 3 regular"));
    let device = Device::flex();
    let layers = (
        conv(&scalars, &regular, DType::F64),
        generic(
            FieldNorm::new(&regular, Activation::Elu, &device).unwrap(),
            DType::F64,
        ),
        conv(&regular, &regular, DType::F64),
        GroupPool::new(&regular).unwrap(),
        GlobalPool::new(&parse("C6: 3 trivial"), PoolKind::Average).unwrap(),
    );
    let x = field(&scalars, &atlas, DType::F64);
    let answer = layers.forward(x.clone()).unwrap();
    assert_eq!(answer.domain(), &Domain::image(1, 1));
    for rotation in rotations(&atlas) {
        let found = layers.forward(rotated(&x, &rotation)).unwrap();
        assert!(relative_distance(found.memory(), answer.memory()) <= EXACT_F64);
    }
}

#[test]
fn squares_and_hexagons_are_kept_apart() {
    let device = Device::flex();
    let fields = parse("C6: 1 regular");
    let atlas = Atlas::icosahedron(4).unwrap();
    let x = field(&fields, &atlas, DType::F32);
    let square = EquivariantConvConfig::new(&fields, &fields, 3).with_padding(1);
    let square = square.init(&device).unwrap();
    let pool = SpatialPool::new(&fields, PoolKind::Max, 2, 2).unwrap();
    let blur = BlurPool::new(&fields, 0.66, 1).unwrap();
    for layer in [&square as &dyn Layer, &pool, &blur] {
        let error = layer.forward(x.clone()).unwrap_err().to_string();
        assert!(
            error.contains("windows that are squares do not act"),
            "{error}"
        );
    }
    let hexagon = conv(&fields, &fields, DType::F32);
    let image = Tensor::<4>::ones([1, 6, 5, 5], &device);
    let image = Field::from_tensor(image, &fields).unwrap();
    let error = hexagon.forward(image).unwrap_err().to_string();
    assert!(error.contains("act on `Atlas::icosahedron`"), "{error}");
    let unpadded = EquivariantConvConfig::new(&fields, &fields, 3)
        .with_kernels(KernelKind::Hexagonal)
        .init(&device)
        .unwrap();
    let error = unpadded.forward(x).unwrap_err().to_string();
    assert!(error.contains("with padding 1"), "{error}");
    for (fields, size) in [("C4: regular", 3), ("D6: regular", 3), ("C6: regular", 5)] {
        let fields = parse(fields);
        let config = EquivariantConvConfig::new(&fields, &fields, size);
        assert!(
            config
                .with_kernels(KernelKind::Hexagonal)
                .init(&device)
                .is_err()
        );
    }
}
