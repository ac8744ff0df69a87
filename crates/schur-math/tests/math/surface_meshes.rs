//! Which meshes are surfaces, and what is chosen of them.

use std::f64::consts::TAU;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_math::surface::{Reach, Surface, TriangleMesh};
use schur_math::{MathError, PlaneIsometry};

use crate::support::tolerance::SURFACE;
use crate::surface_places::all;

fn refusal(vertices: &[[f64; 3]], faces: &[[usize; 3]]) -> String {
    match TriangleMesh::new(vertices.to_vec(), faces.to_vec()) {
        Ok(_) => panic!("it should be refused: {faces:?}"),
        Err(error) => {
            assert!(matches!(error, MathError::Mesh { .. }), "{error}");
            error.to_string()
        }
    }
}

#[test]
fn refused_meshes_name_the_place() {
    let square = [
        [0.0, 0.0, 0.0],
        [1.0, 0.0, 0.0],
        [1.0, 1.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.5, 0.5, 1.0],
    ];
    let mut nan = square;
    nan[2][1] = f64::NAN;
    let mut huge = square;
    huge[3][0] = 1e200;
    let mut line = square;
    line[2] = [2.0, 0.0, 0.0];
    type Case<'a> = (&'a [[f64; 3]], &'a [[usize; 3]], &'a str);
    let cases: [Case<'_>; 10] = [
        (&square, &[], "a triangle mesh: it has no triangle"),
        (&nan, &[[0, 1, 2]], "vertex 2: its place [1.0, NaN, 0.0]"),
        (&huge, &[[0, 1, 2]], "vertex 3: its place"),
        (
            &square,
            &[[0, 1, 2], [0, 2, 7]],
            "triangle 1: it has vertex 7, but there are 5",
        ),
        (
            &square,
            &[[0, 1, 2], [0, 2, 2]],
            "triangle 1: its corners [0, 2, 2]",
        ),
        (&line, &[[0, 1, 2]], "triangle 0: its corners [0, 1, 2] at"),
        (
            &square,
            &[[0, 1, 2], [0, 2, 3]],
            "vertex 4: no triangle has it",
        ),
        (
            &square,
            &[[0, 1, 2], [0, 1, 3], [0, 1, 4]],
            "the edge from vertex 0 to vertex 1: 3 triangles meet there ([0, 1, 2])",
        ),
        (
            &square,
            &[[0, 1, 2], [0, 2, 3], [0, 1, 2], [1, 4, 2]],
            "the edge from vertex 0 to vertex 2: 3 triangles",
        ),
        (
            &[
                square[0],
                square[1],
                square[2],
                [-1.0, 0.0, 0.0],
                [-1.0, -1.0, 0.0],
            ],
            &[[0, 1, 2], [0, 3, 4]],
            "vertex 0: its 2 triangles are no single fan",
        ),
    ];
    for (vertices, faces, begin) in cases {
        let message = refusal(vertices, faces);
        assert!(message.starts_with(begin), "{message}");
    }
    let surface = Surface::new(TriangleMesh::icosphere(0).unwrap());
    assert!(
        surface
            .transport(0, 3)
            .unwrap_err()
            .to_string()
            .contains("no edge joins them")
    );
    assert!(
        surface
            .transport(0, 12)
            .unwrap_err()
            .to_string()
            .contains("no point 12")
    );
    assert!(surface.transport_along(&[]).is_err());
    assert!(surface.frame(12).is_err());
    assert!(surface.mesh().face_holonomy(&[]).is_err());
    assert!(surface.mesh().face_holonomy(&[0, 11]).is_err());
    assert!(surface.mesh().face_holonomy(&[20]).is_err());
    for radius in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(surface.neighbourhood(0, Reach::Radius(radius)).is_err());
    }
    let upright = surface.mesh().vertex_normals();
    assert!(surface.clone().with_frames_along(&upright).is_err());
    assert!(
        surface
            .with_frames_changed(&[PlaneIsometry::IDENTITY])
            .is_err()
    );
    assert!(TriangleMesh::icosphere(10).is_err());
    assert!(TriangleMesh::torus(2, 5, 2.0, 1.0).is_err());
    assert!(TriangleMesh::torus(5, 5, 1.0, 1.0).is_err());
    assert!(TriangleMesh::plane(1, 5, 1.0).is_err());
    assert!(TriangleMesh::plane(2, 2, f64::NAN).is_err());
    assert!(TriangleMesh::cube(0).is_err());
    assert!(TriangleMesh::mobius_strip(9, 3, 1.0).is_err());
    assert!(
        TriangleMesh::icosphere(1)
            .unwrap()
            .farthest_points(43)
            .is_err()
    );
}

/// The corners of a tetrahedron have a curvature of a half turn: from the middle of an edge to that of the
/// opposite one, paths on the two sides of a corner arrive in opposite frames.
#[test]
fn opposite_frames_are_refused() {
    let corners = [
        [1.0, 1.0, 1.0],
        [1.0, -1.0, -1.0],
        [-1.0, 1.0, -1.0],
        [-1.0, -1.0, 1.0],
    ];
    let pairs = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];
    let mut vertices = corners.to_vec();
    for [a, b] in pairs {
        vertices.push([0, 1, 2].map(|k| f64::midpoint(corners[a][k], corners[b][k])));
    }
    let middle = |a: usize, b: usize| {
        4 + pairs
            .iter()
            .position(|p| *p == [a.min(b), a.max(b)])
            .unwrap()
    };
    let mut faces = Vec::new();
    for [a, b, c] in [[0, 1, 2], [0, 2, 3], [0, 3, 1], [1, 3, 2]] {
        let [x, y, z] = [middle(a, b), middle(b, c), middle(c, a)];
        faces.extend([[a, x, z], [x, b, y], [z, y, c], [x, y, z]]);
    }
    let surface = Surface::new(TriangleMesh::new(vertices, faces).unwrap());
    assert_eq!(surface.neighbourhood(4, Reach::Rings(1)).unwrap().len(), 7);
    let refused = surface
        .neighbourhood(4, Reach::Rings(2))
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("vertices 4 and 9: paths between them"),
        "{refused}"
    );
    // The next one is not spoiled by it.
    let near: Vec<usize> = (0..10).collect();
    assert_eq!(
        surface
            .neighbourhoods(&near, Reach::Rings(1))
            .unwrap()
            .len(),
        10
    );
    // Around the strip, the two ways meet with and without a mirror.
    let strip = Surface::new(TriangleMesh::mobius_strip(8, 3, 0.5).unwrap());
    assert!(strip.neighbourhood(4, Reach::Rings(2)).is_ok());
    assert!(strip.neighbourhood(4, Reach::Rings(6)).is_err());
}

#[test]
fn triangles_are_turned_over_until_they_agree() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for mesh in [
        TriangleMesh::icosphere(1).unwrap(),
        TriangleMesh::torus(6, 5, 2.0, 0.5).unwrap(),
    ] {
        assert!(mesh.flipped().is_empty());
        let mut faces = mesh.faces().to_vec();
        let mut turned = Vec::new();
        for (index, face) in faces.iter_mut().enumerate().skip(1) {
            if rng.random() {
                face.swap(1, 2);
                turned.push(index);
            }
        }
        let mended = TriangleMesh::new(mesh.vertices().to_vec(), faces).unwrap();
        assert_eq!(mended.flipped(), turned);
        assert_eq!(mended.faces(), mesh.faces());
        let reach = Reach::Rings(2);
        assert_eq!(
            all(&Surface::new(mended), reach),
            all(&Surface::new(mesh), reach)
        );
    }
}

/// Rounded coordinates make triangles without area and sheets that touch; what is left is a surface
/// near the other.
#[test]
fn rounded_meshes_are_repaired() {
    let fine = TriangleMesh::icosphere(4).unwrap();
    for step in [0.08, 0.13, 0.3] {
        let rounded: Vec<[f64; 3]> = fine
            .vertices()
            .iter()
            .map(|v| v.map(|c| (c / step).round() * step))
            .collect();
        assert!(TriangleMesh::new(rounded.clone(), fine.faces().to_vec()).is_err());
        let repaired = TriangleMesh::repaired(&rounded, fine.faces()).unwrap();
        let mesh = &repaired.mesh;
        for (vertex, &origin) in repaired.origin.iter().enumerate() {
            assert_eq!(mesh.vertices()[vertex], rounded[origin].map(|v| v + 0.0));
        }
        let area: f64 = mesh.face_areas().iter().sum();
        assert!((area / (2.0 * TAU) - 1.0).abs() < 0.5, "{step}: {area}");
        assert!(repaired.merged > 0 && repaired.dropped > 0);
        Surface::new(mesh.clone())
            .neighbourhood(0, Reach::Rings(1))
            .unwrap();
    }
    // What is a surface already stays.
    let kept = TriangleMesh::repaired(fine.vertices(), fine.faces()).unwrap();
    assert_eq!((kept.merged, kept.dropped, kept.separated), (0, 0, 0));
    assert_eq!(kept.mesh, fine);
    // A corner on the longest side of a triangle without area: no hole is left.
    let vertices = [
        [0.0; 3],
        [1.0, 0.0, 0.0],
        [2.0, 0.0, 0.0],
        [1.0, 1.0, 0.0],
        [1.0, -1.0, 0.0],
    ];
    let faces = [[0, 1, 3], [1, 2, 3], [0, 2, 1], [0, 4, 2]];
    let mended = TriangleMesh::repaired(&vertices, &faces).unwrap().mesh;
    assert_eq!((mended.faces().len(), mended.border_edges()), (4, 4));
    let all_flat = TriangleMesh::repaired(&vertices[..3], &[[0, 1, 2]]).unwrap_err();
    assert!(
        all_flat
            .to_string()
            .contains("no triangle with an area is left")
    );
    // Three sheets at one edge, and two that lie on each other.
    let book = [
        [0.0; 3],
        [0.0, 0.0, 1.0],
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [-1.0, -1.0, 0.0],
    ];
    let sheets = [[0, 1, 2], [0, 1, 3], [0, 1, 4]];
    let separated = TriangleMesh::repaired(&book, &sheets).unwrap();
    assert_eq!((separated.mesh.components(), separated.separated), (3, 4));
    let double = [[0, 1, 2], [0, 1, 3], [2, 1, 0]];
    assert_eq!(
        TriangleMesh::repaired(&book, &double)
            .unwrap()
            .mesh
            .faces()
            .len(),
        1
    );
}

/// Every vertex is at most the radius from a chosen one, and chosen ones are at least that apart.
#[test]
fn chosen_vertices_are_spread() {
    let mesh = TriangleMesh::torus(20, 10, 2.0, 0.7).unwrap();
    let (chosen, radius) = mesh.farthest_points(25).unwrap();
    assert_eq!(chosen.len(), 25);
    let near = |a: &[f64; 3], b: &[f64; 3]| {
        a.iter()
            .zip(b)
            .map(|(x, y)| (x - y).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let places = mesh.vertices();
    for place in places {
        let nearest = chosen
            .iter()
            .map(|&c| near(place, &places[c]))
            .fold(f64::INFINITY, f64::min);
        assert!(nearest <= radius + SURFACE);
    }
    let (all, none) = mesh.farthest_points(200).unwrap();
    assert_eq!((all.len(), none), (200, 0.0));
}
