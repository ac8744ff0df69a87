//! Digits on surfaces are what they claim: turned with the surface or written in other frames they are the
//! same, to a network with gauge symmetry as well. So is what surfaces look like from their vertices.

use std::path::Path;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_data::Pictures;
use schur_math::surface::{Surface, TriangleMesh};
use schur_math::{PlaneIsometry, SpaceIsometry};
use schur_nn::relative_distance;
use schur_nn::tolerance::EXACT_F32;

use super::compare::NETWORKS;
use super::digits::{Closed, Place, SURFACES, task};
use super::meshes::{SHAPE, bumpy, shape, uniform};
use super::net::Net;

/// A relative difference of logits that no rounding explains.
const BROKEN: f64 = 0.01;
/// A difference of numbers of about 1 that rounding explains.
const ROUNDING: f64 = 0.001;

type Vector = [f64; 3];

fn dot(a: Vector, b: Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn cross(a: Vector, b: Vector) -> Vector {
    [0, 1, 2].map(|k| {
        let [i, j] = [(k + 1) % 3, (k + 2) % 3];
        a[i] * b[j] - a[j] * b[i]
    })
}

fn unit(v: Vector) -> Vector {
    v.map(|c| c / dot(v, v).sqrt())
}

/// Three axes: up at a corner of the icosahedron, towards a neighbour, and to the left of that.
fn axes(mesh: &TriangleMesh, corner: usize, neighbour: usize) -> [Vector; 3] {
    let [there, up] = [mesh.vertices()[neighbour], unit(mesh.vertices()[corner])];
    let height = dot(there, up);
    let along = unit([0, 1, 2].map(|k| there[k] - height * up[k]));
    [up, along, cross(up, along)]
}

/// A network whose numbers are off their initial values: its head begins at zero.
fn generic(net: Net) -> Net {
    struct Shaker(ChaCha8Rng);

    impl ModuleMapper for Shaker {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let (old, id) = (param.val(), param.id);
            let (shape, device) = (old.dims(), old.device());
            let shift = |_| (0.2 * uniform(&mut self.0) - 0.1) as f32;
            let shifts: Vec<f32> = (0..shape.iter().product()).map(shift).collect();
            Param::initialized(
                id,
                old + Tensor::from_data(TensorData::new(shifts, shape), &device),
            )
        }
    }

    net.map(&mut Shaker(ChaCha8Rng::seed_from_u64(3)))
}

/// Logits of untrained networks for digits at places of a surface, `[picture, class]`.
fn said(network: &str, on: &Closed, digits: &Pictures, places: &[Place]) -> Tensor<2> {
    let task = task(on, Path::new(""), (1, 0)).unwrap();
    let width = task.width(network).unwrap();
    let types = task.types(network, width).unwrap();
    let (net, set) = (
        generic(task.net(network, width).unwrap()),
        on.examples(network, &types[0], digits, places).unwrap(),
    );
    let all = set
        .0
        .into_iter()
        .map(|e| net.classify(e.x, &e.y.levels).unwrap());
    Tensor::cat(all.collect(), 0)
}

/// A digit that is turned with its frame by one of the 60 rotations of the icosphere has its numbers at the
/// turned vertices, and the network with gauge symmetry says the same of it.
#[test]
fn digits_turn_with_the_sphere() {
    let on = Closed::named("sphere").unwrap();
    let mesh = on.surface.mesh();
    let digit = Pictures::embedded_test().unwrap().subset(&[0]).unwrap();
    let picture = digit.values(0);
    let at = Place {
        vertex: 300,
        turn: 0.4,
    };
    let here = on.with_picture(&picture, at).unwrap();
    assert!(here.iter().filter(|v| **v > 0.0).count() > 30);
    let from = axes(mesh, 0, mesh.neighbours(0).unwrap()[0]);
    let mut turned = Vec::new();
    for corner in 0..12 {
        for neighbour in mesh.neighbours(corner).unwrap() {
            let to = axes(mesh, corner, neighbour);
            let apply = |v: Vector| {
                let parts = from.map(|axis| dot(axis, v));
                [0, 1, 2].map(|k| (0..3).map(|i| parts[i] * to[i][k]).sum::<f64>())
            };
            let image = |vertex: usize| {
                let moved = apply(mesh.vertices()[vertex]);
                let same = |w: &Vector| (0..3).all(|k| (w[k] - moved[k]).abs() < BROKEN);
                mesh.vertices().iter().position(same).unwrap()
            };
            let right = {
                let [x, y] = on.surface.frame(at.vertex).unwrap();
                let (sin, cos) = at.turn.sin_cos();
                apply([0, 1, 2].map(|k| cos * x[k] + sin * y[k]))
            };
            let vertex = image(at.vertex);
            let [x, y] = on.surface.frame(vertex).unwrap();
            let turn = dot(y, right).atan2(dot(x, right));
            let there = on.with_picture(&picture, Place { vertex, turn }).unwrap();
            let worst = (0..here.len()).map(|v| f64::from((there[image(v)] - here[v]).abs()));
            assert!(worst.fold(0.0, f64::max) < EXACT_F32);
            turned.push(Place { vertex, turn });
        }
    }
    assert_eq!(turned.len(), 60);
    let digits = digit.subset(&[0; 60]).unwrap();
    let spread = |network: &str| {
        let all = said(network, &on, &digits, &turned);
        let first = said(network, &on, &digit, &[at]);
        relative_distance(&all, &first.repeat_dim(0, 60))
    };
    let [gauge, scalars, none] = NETWORKS.map(spread);
    assert!(
        gauge < EXACT_F32 && scalars < EXACT_F32,
        "{gauge:.1e} {scalars:.1e}"
    );
    assert!(none > BROKEN, "{none:.1e}");
}

/// In other frames of all vertices the same digit has the same logits, on every surface.
#[test]
fn frames_do_not_matter() {
    let digits = Pictures::embedded_test()
        .unwrap()
        .subset(&[0, 1, 2])
        .unwrap();
    for name in SURFACES {
        let on = Closed::named(name).unwrap();
        let count = on.surface.mesh().vertices().len();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let changes: Vec<PlaneIsometry> = (0..count)
            .map(|_| PlaneIsometry::rotation(6.0 * uniform(&mut rng)).unwrap())
            .collect();
        let other = Closed {
            surface: on.surface.clone().with_frames_changed(&changes).unwrap(),
            coarse: on.coarse.clone(),
        };
        let places = [7, 80, 200].map(|vertex| Place { vertex, turn: 1.0 });
        let anew = places.map(|Place { vertex, turn }| Place {
            vertex,
            turn: turn + changes[vertex].angle(),
        });
        let [gauge, scalars, none] = NETWORKS.map(|network| {
            relative_distance(
                &said(network, &other, &digits, &anew),
                &said(network, &on, &digits, &places),
            )
        });
        assert!(
            gauge < EXACT_F32 && scalars < EXACT_F32,
            "{name}: {gauge:.1e} {scalars:.1e}"
        );
        assert!(none > BROKEN, "{name}: {none:.1e}");
        // Digits differ.
        let all = said("gauge", &on, &digits, &places);
        let first = all.clone().narrow(0, 0, 1).repeat_dim(0, 3);
        assert!(relative_distance(&all, &first) > BROKEN);
    }
    assert!(Closed::named("cube").is_err());
}

/// Rotations of space change no number of the shape, and in other frames vectors and stretches are turned by
/// the change and by twice it.
#[test]
fn shapes_are_fields() {
    let mesh = bumpy(1).unwrap();
    let (scalars, [vectors, stretches]) = SHAPE;
    let seen = |mesh: &TriangleMesh| {
        let found = shape(&Surface::new(mesh.clone())).unwrap();
        let sizes = found.tangent.chunks(2).map(|v| v[0].hypot(v[1]));
        [found.scalars.clone(), sizes.collect()].concat()
    };
    let off = |a: &[f32], b: &[f32]| {
        let differences = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs()));
        differences.fold(0.0, f64::max)
    };
    let here = seen(&mesh);
    let turn = SpaceIsometry::from_axis_angle([0.3, -1.0, 0.6], 1.1).unwrap();
    assert!(off(&here, &seen(&mesh.moved(&turn).unwrap())) < ROUNDING);
    let surface = Surface::new(mesh);
    let count = surface.mesh().vertices().len();
    let angles: Vec<f64> = (0..count).map(|vertex| vertex as f64).collect();
    let changes: Vec<_> = (angles.iter())
        .map(|&angle| PlaneIsometry::rotation(angle).unwrap())
        .collect();
    let before = shape(&surface).unwrap();
    let after = shape(&surface.with_frames_changed(&changes).unwrap()).unwrap();
    assert_eq!(before.scalars.len(), scalars * count);
    assert!(off(&before.scalars, &after.scalars) < ROUNDING);
    let fields = 2 * (vectors + stretches);
    for (vertex, angle) in angles.iter().enumerate() {
        for field in 0..vectors + stretches {
            let at = fields * vertex + 2 * field;
            let times = if field < vectors { 1.0 } else { 2.0 };
            let (sin, cos) = (times * angle).sin_cos();
            let [x, y] = [0, 1].map(|k| f64::from(before.tangent[at + k]));
            let want = [cos * x - sin * y, sin * x + cos * y].map(|v| v as f32);
            assert!(
                off(&want, &after.tangent[at..at + 2]) < ROUNDING,
                "{vertex} {field}"
            );
        }
    }
    assert!(before.tangent.iter().any(|v| v.abs() > 0.1));
}
