//! Isometries of meshes, and what they leave alone.

use burn::tensor::{DType, Device, Tensor};
use schur_math::surface::{Reach, Surface, TriangleMesh};
use schur_math::{KernelBand, PlaneIsometry, SpaceIsometry};
use schur_nn::tolerance::EXACT_F64;
use schur_nn::{
    Domain, Field, FieldType, GlobalPool, Layer, PointConvConfig, PointGraph, PoolKind,
    assert_equivariant, relative_distance,
};

use crate::support::{changes, generic, on, surface};
use crate::tolerance::BROKEN;

type Matrix = [[f64; 3]; 3];

fn apply(g: &Matrix, v: [f64; 3]) -> [f64; 3] {
    g.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
}

/// The 60 rotations that permute the vertices of an icosphere, with the permutations.
fn rotations(mesh: &TriangleMesh) -> Vec<(Matrix, Vec<usize>)> {
    let faces = TriangleMesh::icosphere(0).unwrap().faces().to_vec();
    // Corners of a triangle of the icosahedron as columns.
    let columns = |f: [usize; 3]| {
        let [a, b, c] = f.map(|k| mesh.vertices()[k]);
        [0, 1, 2].map(|row| [a[row], b[row], c[row]])
    };
    let from = inverse(columns(faces[0]));
    let mut all = Vec::new();
    for [a, b, c] in faces {
        for image in [[a, b, c], [b, c, a], [c, a, b]] {
            let to = columns(image);
            let g =
                to.map(|row| [0, 1, 2].map(|k| (0..3).map(|i| row[i] * from[i][k]).sum::<f64>()));
            let image = |v: &[f64; 3]| {
                let moved = apply(&g, *v);
                let off = |w: &[f64; 3]| (0..3).map(|k| (w[k] - moved[k]).abs()).sum::<f64>();
                mesh.vertices()
                    .iter()
                    .position(|w| off(w) < BROKEN)
                    .unwrap()
            };
            all.push((g, mesh.vertices().iter().map(image).collect()));
        }
    }
    all
}

fn inverse(m: Matrix) -> Matrix {
    let minor = |r: usize, c: usize| {
        let ([a, b], [x, y]) = ([(r + 1) % 3, (r + 2) % 3], [(c + 1) % 3, (c + 2) % 3]);
        m[a][x] * m[b][y] - m[a][y] * m[b][x]
    };
    let det: f64 = (0..3).map(|c| m[0][c] * minor(0, c)).sum();
    [0, 1, 2].map(|i| [0, 1, 2].map(|j| minor(j, i) / det))
}

/// A field of tangent vectors is turned with the icosphere: vertices are numbered anew, frames stay where
/// they are on the sphere, and numbers are those in the frames at the new places. The output is turned
/// likewise.
#[test]
fn sixty_rotations_of_the_icosphere_commute() {
    let mesh = TriangleMesh::icosphere(1).unwrap();
    let surface = Surface::new(mesh.clone());
    let graph = PointGraph::on_surface(&surface, Reach::Rings(2)).unwrap();
    let x = on("SO(2): 2 trivial + 2 E1 + 1 E2", &graph, DType::F64);
    let band = KernelBand::for_points(1.2, 3).unwrap();
    let config = PointConvConfig::new(x.field_type(), x.field_type(), &band);
    let layer = generic(config.init(&graph, &Device::flex()).unwrap());
    let y = layer.forward(x.clone()).unwrap();
    let mut worst = 0.0f64;
    let mut moved = 0.0f64;
    let all = rotations(&mesh);
    assert_eq!(all.len(), 60);
    for (g, images) in &all {
        // The turn from the frame that has been moved to a vertex to the frame that is there.
        let turn = |vertex: usize| {
            let [first, _] = surface.frame(vertex).unwrap().map(|axis| apply(g, axis));
            let there = surface.frame(images[vertex]).unwrap();
            let [cos, sin] =
                there.map(|axis| axis.iter().zip(first).map(|(a, b)| a * b).sum::<f64>());
            PlaneIsometry::rotation(sin.atan2(cos)).unwrap()
        };
        let turns: Vec<PlaneIsometry> = (0..images.len()).map(turn).collect();
        let mut sources = vec![0i64; images.len()];
        for (vertex, &image) in images.iter().enumerate() {
            sources[image] = vertex as i64;
        }
        let rotated = |field: &Field| {
            let turned = field.change_frames(&turns).unwrap();
            let order = Tensor::from_ints(&sources[..], &Device::flex());
            let memory = turned.memory().clone().select(1, order);
            Field::from_memory(memory, graph.clone().into(), field.field_type()).unwrap()
        };
        let of_rotated = layer.forward(rotated(&x)).unwrap();
        worst = worst.max(relative_distance(of_rotated.memory(), rotated(&y).memory()));
        moved = moved.max(relative_distance(rotated(&x).memory(), x.memory()));
        // It can fail: without the turns of frames.
        let wrong = {
            let order = Tensor::from_ints(&sources[..], &Device::flex());
            let memory = x.memory().clone().select(1, order);
            Field::from_memory(memory, graph.clone().into(), x.field_type()).unwrap()
        };
        if images[0] != 0 {
            let wrong = layer.forward(wrong).unwrap();
            assert!(relative_distance(wrong.memory(), rotated(&y).memory()) > BROKEN);
        }
    }
    assert!(worst < EXACT_F64 && moved > BROKEN, "{worst:.1e}");
}

/// Isometries of space move points and leave all else, those of the plane turn all frames.
#[test]
fn points_move_and_numbers_stay() {
    let graph = PointGraph::on_surface(&surface(), Reach::Rings(1)).unwrap();
    let x = on("O(2): trivial + E1", &graph, DType::F64);
    let g = SpaceIsometry::from_axis_angle([1.0, 2.0, 0.5], 0.7).unwrap();
    for g in [g, SpaceIsometry::INVERSION.compose(&g)] {
        let moved = x.transform(g).unwrap();
        assert_eq!(relative_distance(moved.memory(), x.memory()), 0.0);
        let Domain::Points(there) = moved.domain() else {
            panic!("points")
        };
        assert_eq!(there.points()[5], g.apply(graph.points()[5]));
        assert_eq!(there.transports(), graph.transports());
        assert_eq!(there.offsets_in_frames(), graph.offsets_in_frames());
        // The moved mesh gives the same graph: a rotation the same frames, a mirror left-handed ones.
        let mesh = surface().mesh().moved(&g).unwrap();
        let anew = PointGraph::on_surface(&Surface::new(mesh), Reach::Rings(1)).unwrap();
        let pairs = anew
            .offsets_in_frames()
            .unwrap()
            .iter()
            .zip(graph.offsets_in_frames().unwrap());
        let off = pairs
            .map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]))
            .fold(0.0, f64::max);
        assert!(off < EXACT_F64, "{off}");
    }
    let turn = PlaneIsometry::new(0.4, true).unwrap();
    let turned = x.transform(turn).unwrap();
    let all = x.change_frames(&vec![turn; graph.points().len()]).unwrap();
    assert_eq!(turned.domain(), all.domain());
    assert!(relative_distance(turned.memory(), all.memory()) < EXACT_F64);
    assert!(relative_distance(turned.memory(), x.memory()) > BROKEN);
}

/// Scalars have a mean over a surface, vectors have none.
#[test]
fn only_scalars_are_summed() {
    let graph = PointGraph::on_surface(&surface(), Reach::Rings(1)).unwrap();
    let scalars = on("O(2): 3 trivial", &graph, DType::F64);
    let pool = GlobalPool::new(scalars.field_type(), PoolKind::Average).unwrap();
    assert_eq!(
        pool.forward(scalars.clone()).unwrap().domain(),
        &Domain::Vector
    );
    assert_equivariant(&pool, &scalars, EXACT_F64).unwrap();
    for fields in ["O(2): E1", "O(2): A2"] {
        let vectors = on(fields, &graph, DType::F64);
        let pool = GlobalPool::new(vectors.field_type(), PoolKind::Average).unwrap();
        let refused = pool.forward(vectors).unwrap_err().to_string();
        assert!(
            refused.contains("numbers in different frames have no sum"),
            "{refused}"
        );
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let surface = surface();
    let graph = PointGraph::on_surface(&surface, Reach::Rings(1)).unwrap();
    let edges = graph.edges().len();
    let flat = vec![PlaneIsometry::IDENTITY; edges];
    assert!(
        graph
            .clone()
            .with_transports(&vec![[0.0; 2]; edges - 1], &flat)
            .is_err()
    );
    assert!(
        graph
            .clone()
            .with_transports(&vec![[f64::NAN, 0.0]; edges], &flat)
            .is_err()
    );
    let h = changes(graph.points().len(), None, false);
    assert!(graph.with_frames_changed(&h[1..], None).is_err());
    assert!(graph.with_frames_changed(&h, Some(&h)).is_err());
    let cloud = PointGraph::within(&[[0.0, 0.0], [1.0, 0.0]], 2.0).unwrap();
    let refused = cloud
        .with_frames_changed(&h[..2], None)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("2 points have none"), "{refused}");
    for list in [&[0, 1, 42][..], &[3, 3]] {
        assert!(PointGraph::on_vertices(&surface, list, Reach::Rings(1)).is_err());
    }
    let x = on("SO(2): E1", &graph, DType::F64);
    assert!(x.change_frames(&h[1..]).is_err());
    let mirrors = changes(graph.points().len(), None, true);
    assert!(
        x.change_frames(&mirrors)
            .unwrap_err()
            .to_string()
            .contains("no element of SO(2)")
    );
    // Places with gradients are those of the plane.
    let band = KernelBand::for_points(1.2, 3).unwrap();
    let fields = FieldType::parse("SO(2): E1").unwrap();
    let layer = PointConvConfig::new(&fields, &fields, &band)
        .init(&graph, &Device::flex())
        .unwrap();
    let places = Tensor::<2>::zeros([42, 2], &Device::flex());
    assert!(layer.forward_at(x, places.clone(), places).is_err());
}
