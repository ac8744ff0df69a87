//! What a vertex sees of a mesh.

use std::f64::consts::TAU;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_math::surface::{Reach, Seen, Surface, TriangleMesh};
use schur_math::{PlaneIsometry, SpatialGroup, SymmetryGroup};

use crate::support::tolerance::{FAILURE, SURFACE};

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// A direction of space at every place, which moves with the mesh.
fn field([x, y, z]: [f64; 3]) -> [f64; 3] {
    [y - 0.3 * z + 0.7, 0.2 - z * x, x + 0.5 * y * z]
}

fn along_field(mesh: &TriangleMesh) -> Surface {
    let directions: Vec<[f64; 3]> = mesh.vertices().iter().map(|&v| field(v)).collect();
    Surface::new(mesh.clone())
        .with_frames_along(&directions)
        .unwrap()
}

pub(crate) fn all(surface: &Surface, reach: Reach) -> Vec<Vec<Seen>> {
    let vertices: Vec<usize> = (0..surface.mesh().vertices().len()).collect();
    surface.neighbourhoods(&vertices, reach).unwrap()
}

fn find(seen: &[Seen], vertex: usize) -> &Seen {
    seen.iter().find(|s| s.vertex == vertex).unwrap()
}

#[test]
fn what_is_seen_changes_with_the_frames() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let meshes = [
        TriangleMesh::icosphere(2).unwrap(),
        TriangleMesh::torus(9, 7, 2.0, 0.8).unwrap(),
        TriangleMesh::plane(5, 6, 0.3).unwrap(),
        TriangleMesh::mobius_strip(18, 4, 0.5).unwrap(),
    ];
    for mesh in meshes {
        let count = mesh.vertices().len();
        let changes: Vec<PlaneIsometry> = (0..count)
            .map(|_| PlaneIsometry::new(TAU * rng.random::<f64>(), rng.random()).unwrap())
            .collect();
        let surface = Surface::new(mesh);
        let changed = surface.clone().with_frames_changed(&changes).unwrap();
        for reach in [Reach::Rings(3), Reach::Radius(0.7)] {
            let (before, after) = (all(&surface, reach), all(&changed, reach));
            let mut moved = 0.0f64;
            for (p, (before, after)) in before.iter().zip(&after).enumerate() {
                assert_eq!(before.len(), after.len());
                for (b, a) in before.iter().zip(after) {
                    assert_eq!(a.vertex, b.vertex);
                    assert!(distance(a.offset, changes[p].apply(b.offset)) < SURFACE);
                    let back = changes[b.vertex].inverse();
                    let expected = changes[p].compose(&b.transport).compose(&back);
                    assert!(a.transport.distance(&expected) < SURFACE);
                    moved = moved.max(distance(a.offset, b.offset));
                }
            }
            assert!(moved > FAILURE);
        }
    }
}

/// All 120 symmetries of the icosahedron permute the vertices of the icosphere: a mesh whose vertices
/// are numbered anew sees the same.
#[test]
fn what_is_seen_moves_with_the_mesh() {
    let mesh = TriangleMesh::icosphere(2).unwrap();
    let group = SpatialGroup::parse("Ih").unwrap();
    let before = all(&along_field(&mesh), Reach::Rings(3));
    let mut elements = 0;
    // The group in the orientation of the mesh: isometries that permute the vertices.
    for g in symmetries(&mesh, &group) {
        elements += 1;
        let [x, y, z] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|v| apply(&g, v));
        let reflected = determinant([x, y, z]) < 0.0;
        let moved: Vec<[f64; 3]> = mesh.vertices().iter().map(|&v| apply(&g, v)).collect();
        let images: Vec<usize> = moved.iter().map(|&place| nearest(&mesh, place)).collect();
        let mut directions = vec![[0.0; 3]; images.len()];
        for (vertex, &image) in images.iter().enumerate() {
            directions[image] = apply(&g, field(mesh.vertices()[vertex]));
        }
        let surface = Surface::new(mesh.clone())
            .with_frames_along(&directions)
            .unwrap();
        let after = all(&surface, Reach::Rings(3));
        let mirror = match reflected {
            // Second axes are turned round: (x, y) -> (x, -y).
            true => PlaneIsometry::new(std::f64::consts::PI, true).unwrap(),
            false => PlaneIsometry::IDENTITY,
        };
        for (vertex, seen) in before.iter().enumerate() {
            for b in seen {
                let a = find(&after[images[vertex]], images[b.vertex]);
                assert!(
                    distance(a.offset, mirror.apply(b.offset)) < SURFACE,
                    "{vertex}"
                );
                let expected = mirror.compose(&b.transport).compose(&mirror);
                assert!(
                    a.transport.distance(&expected) < SURFACE,
                    "{elements} {vertex} {a:?} {b:?}"
                );
            }
        }
    }
    assert_eq!(elements, 120);
}

type Matrix3 = [[f64; 3]; 3];

fn apply(g: &Matrix3, v: [f64; 3]) -> [f64; 3] {
    g.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
}

fn determinant([a, b, c]: Matrix3) -> f64 {
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0])
}

fn nearest(mesh: &TriangleMesh, place: [f64; 3]) -> usize {
    let off = |v: &[f64; 3]| {
        v.iter()
            .zip(place)
            .map(|(a, b)| (a - b).powi(2))
            .sum::<f64>()
    };
    let mut places = mesh.vertices().iter();
    let found = places.position(|v| off(v) < FAILURE * FAILURE);
    found.expect("a symmetry of the mesh")
}

/// The isometries that take a triangle of the icosahedron, whose vertices are the first twelve, to any
/// other one.
fn symmetries(mesh: &TriangleMesh, group: &SpatialGroup) -> Vec<Matrix3> {
    let ico = TriangleMesh::icosphere(0).unwrap();
    let v = |k: usize| mesh.vertices()[k];
    let columns = |f: [usize; 3]| {
        let [a, b, c] = f.map(v);
        [0, 1, 2].map(|row| [a[row], b[row], c[row]])
    };
    let from = inverse(columns(ico.faces()[0]));
    let mut all = Vec::new();
    for &[a, b, c] in ico.faces() {
        for image in [
            [a, b, c],
            [b, c, a],
            [c, a, b],
            [a, c, b],
            [c, b, a],
            [b, a, c],
        ] {
            let to = columns(image);
            let product =
                to.map(|row| [0, 1, 2].map(|k| (0..3).map(|i| row[i] * from[i][k]).sum::<f64>()));
            all.push(product);
        }
    }
    assert_eq!(Some(all.len()), group.finite().map(|g| g.order()));
    all
}

fn inverse(m: Matrix3) -> Matrix3 {
    let det = determinant(m);
    let minor = |r: usize, c: usize| {
        let [a, b] = [(r + 1) % 3, (r + 2) % 3];
        let [x, y] = [(c + 1) % 3, (c + 2) % 3];
        m[a][x] * m[b][y] - m[a][y] * m[b][x]
    };
    [0, 1, 2].map(|i| [0, 1, 2].map(|j| minor(j, i) / det))
}

/// On a flat mesh what is seen are the differences of the places to the bit, and transport is nothing.
#[test]
fn flat_meshes_are_planes() {
    let flat = TriangleMesh::plane(7, 6, 0.37).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let shaken = flat.vertices().iter().map(|[x, y, _]| {
        let mut step = || 0.1 * (rng.random::<f64>() - 0.5);
        [x + step(), y + step(), 0.0]
    });
    let mesh = flat.with_vertices(shaken.collect()).unwrap();
    let along = vec![[1.0, 0.0, 0.0]; mesh.vertices().len()];
    let surface = Surface::new(mesh.clone())
        .with_frames_along(&along)
        .unwrap();
    let radius = 1.0;
    for (p, seen) in all(&surface, Reach::Radius(radius)).iter().enumerate() {
        let here = mesh.vertices()[p];
        for s in seen {
            let there = mesh.vertices()[s.vertex];
            assert_eq!(s.offset, [there[0] - here[0], there[1] - here[1]]);
            assert_eq!(s.transport, PlaneIsometry::IDENTITY);
        }
        let near = |v: &&[f64; 3]| (v[0] - here[0]).hypot(v[1] - here[1]) <= radius;
        assert_eq!(seen.len(), mesh.vertices().iter().filter(near).count());
    }
    // Frames at random: distances stay.
    let turned = surface.with_random_frames(&mut rng, true);
    for (p, seen) in all(&turned, Reach::Rings(3)).iter().enumerate() {
        for s in seen {
            let step = [0, 1].map(|k| mesh.vertices()[s.vertex][k] - mesh.vertices()[p][k]);
            let [x, y] = s.offset;
            assert!((x.hypot(y) - step[0].hypot(step[1])).abs() < SURFACE);
        }
    }
}

/// On finer and finer spheres offsets come near those along great circles.
#[test]
fn spheres_are_seen_along_great_circles() {
    let off = |level: usize, rings: usize| {
        let surface = Surface::new(TriangleMesh::icosphere(level).unwrap());
        let mesh = surface.mesh();
        let mut worst = 0.0f64;
        for seen in all(&surface, Reach::Rings(rings)) {
            let here = mesh.vertices()[seen[0].vertex];
            for s in &seen[1..] {
                let there = mesh.vertices()[s.vertex];
                let cos: f64 = here.iter().zip(there).map(|(a, b)| a * b).sum();
                let [x, y] = s.offset;
                worst = worst.max((x.hypot(y) / cos.acos() - 1.0).abs());
            }
        }
        worst
    };
    for rings in [1, 2] {
        let [coarse, fine] = [off(2, rings), off(3, rings)];
        assert!(
            fine < 0.03 && fine < 0.5 * coarse,
            "{rings}: {coarse} {fine}"
        );
    }
}
