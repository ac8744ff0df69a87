//! Flat surfaces, batches, gradients.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData};
use schur_math::KernelBand;
use schur_math::surface::{Reach, Surface, TriangleMesh};
use schur_nn::tolerance::EXACT_F64;
use schur_nn::{
    Field, FieldType, Layer, PointConvConfig, PointGraph, SelfAttentionConfig, relative_distance,
};

use crate::support::{generic, numbers, on, surface, uniform};
use crate::tolerance::{BROKEN, DIFFERENCES, STEP};

/// A flat mesh with parallel frames gives the planar layers to the bit, in any number type.
#[test]
fn flat_surfaces_are_planar() {
    let grid = TriangleMesh::plane(6, 7, 0.4).unwrap();
    let shifts = uniform(2 * 42, 8);
    let places = grid.vertices().iter().zip(shifts.chunks(2));
    let places: Vec<[f64; 3]> = places
        .map(|(v, s)| [v[0] + 0.08 * s[0], v[1] + 0.08 * s[1], 0.0])
        .collect();
    let mesh = grid.with_vertices(places.clone()).unwrap();
    let surface = Surface::new(mesh)
        .with_frames_along(&[[1.0, 0.0, 0.0]; 42])
        .unwrap();
    let on_surface = PointGraph::on_surface(&surface, Reach::Radius(1.0)).unwrap();
    let flat: Vec<[f64; 2]> = places.iter().map(|[x, y, _]| [*x, *y]).collect();
    let planar = PointGraph::within(&flat, 1.0).unwrap();
    assert_eq!(on_surface.edges(), planar.edges());
    let band = KernelBand::for_points(1.0, 3).unwrap();
    for (fields, head) in [
        ("O(2): 2 trivial + 2 E1 + E2", "O(2): 1 E1"),
        ("C8: 2 regular", "C8: E1"),
    ] {
        for dtype in [DType::F32, DType::F64] {
            let x = on(fields, &planar, dtype);
            let config = PointConvConfig::new(x.field_type(), x.field_type(), &band);
            let conv = config.init(&planar, &Device::flex()).unwrap();
            let head = FieldType::parse(head).unwrap();
            let attention = SelfAttentionConfig::new(x.field_type(), &head, 1);
            let attention = attention.init(&Device::flex()).unwrap();
            let cast = |bits64: bool| bits64 == (dtype == DType::F64);
            let layers: [Box<dyn Layer>; 2] = match cast(true) {
                true => [Box::new(generic(conv)), Box::new(generic(attention))],
                false => [Box::new(conv), Box::new(attention)],
            };
            for layer in layers {
                let expected = layer.forward(x.clone()).unwrap();
                let found = layer.forward(x.on(on_surface.clone()).unwrap()).unwrap();
                assert_eq!(numbers(&found), numbers(&expected), "{}", layer.name());
            }
        }
    }
    // Frames at random change nothing but the frames; a bent mesh does.
    let bent: Vec<[f64; 3]> = places
        .iter()
        .map(|[x, y, _]| [*x, *y, 0.5 * x * x])
        .collect();
    let bent = Surface::new(surface.mesh().with_vertices(bent).unwrap());
    let bent = bent.with_frames_along(&[[1.0, 0.0, 0.0]; 42]).unwrap();
    let x = on("O(2): 2 E1", &planar, DType::F64);
    let layer = PointConvConfig::new(x.field_type(), x.field_type(), &band);
    let layer = generic(layer.init(&planar, &Device::flex()).unwrap());
    let bent = PointGraph::on_surface(&bent, Reach::Radius(1.0)).unwrap();
    let (y, z) = (
        layer.forward(x.clone()).unwrap(),
        layer.forward(x.on(bent).unwrap()).unwrap(),
    );
    assert!(relative_distance(z.memory(), y.memory()) > BROKEN);
}

/// Several surfaces as one graph give what each gives alone.
#[test]
fn batches_are_their_parts() {
    let graphs = [
        PointGraph::on_surface(&surface(), Reach::Rings(1)).unwrap(),
        PointGraph::on_surface(
            &Surface::new(TriangleMesh::torus(5, 4, 2.0, 0.8).unwrap()),
            Reach::Rings(1),
        )
        .unwrap(),
    ];
    let both = PointGraph::batch(&graphs);
    assert!(both.is_on_surface());
    let x = on("SO(2): trivial + 2 E1", &both, DType::F64);
    let band = KernelBand::for_points(1.5, 3).unwrap();
    let config = PointConvConfig::new(x.field_type(), x.field_type(), &band);
    let layer = generic(config.init(&both, &Device::flex()).unwrap());
    let whole = layer.forward(x.clone()).unwrap();
    let mut first = 0;
    for graph in &graphs {
        let count = graph.points().len();
        let part = |field: &Field| field.memory().clone().narrow(1, first, count);
        let alone = Field::from_memory(part(&x), graph.clone().into(), x.field_type()).unwrap();
        let alone = layer.forward(alone).unwrap();
        assert!(relative_distance(alone.memory(), &part(&whole)) < EXACT_F64);
        first += count;
    }
    let flat = PointGraph::within(&[[0.0, 0.0], [1.0, 0.0]], 2.0).unwrap();
    assert!(!PointGraph::batch(&[graphs[0].clone(), flat]).is_on_surface());
}

/// Gradients of features and weights are those of finite differences.
#[test]
fn gradients_are_differences() {
    let graph = PointGraph::on_surface(&surface(), Reach::Rings(1)).unwrap();
    for fields in ["SO(2): trivial + E1 + E2", "O(2): A2 + spectral(1)"] {
        let device = Device::flex().autodiff();
        let x = on(fields, &graph, DType::F64);
        let band = KernelBand::for_points(1.2, 3).unwrap();
        let config = PointConvConfig::new(x.field_type(), x.field_type(), &band);
        let layer = generic(config.init(&graph, &Device::flex()).unwrap());
        let shape = x.memory().dims();
        let weights = uniform(shape.iter().product(), 12);
        let loss = |values: Vec<f64>| {
            let x = Tensor::<3>::from_data(
                TensorData::new(values, shape),
                (&Device::flex(), DType::F64),
            );
            let field = Field::from_memory(x, graph.clone().into(), layer.input_type()).unwrap();
            let y = numbers(&layer.forward(field).unwrap());
            y.iter().zip(&weights).map(|(y, w)| y * w).sum::<f64>()
        };
        let start = numbers(&x);
        let tracked =
            Tensor::<3>::from_data(TensorData::new(start.clone(), shape), (&device, DType::F64));
        let tracked = tracked.require_grad();
        let field =
            Field::from_memory(tracked.clone(), graph.clone().into(), layer.input_type()).unwrap();
        let y = layer.clone().fork(&device).forward(field).unwrap();
        let w = Tensor::<3>::from_data(
            TensorData::new(weights.clone(), shape),
            (&device, DType::F64),
        );
        let gradients = (y.memory().clone() * w).sum().backward();
        let gradient: Vec<f64> = tracked.grad(&gradients).unwrap().to_data().iter().collect();
        let scale = gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
        for at in (0..start.len()).step_by(17) {
            let moved = |step: f64| {
                let mut values = start.clone();
                values[at] += step;
                loss(values)
            };
            let difference = (moved(STEP) - moved(-STEP)) / (2.0 * STEP);
            assert!(
                (difference - gradient[at]).abs() < DIFFERENCES * scale,
                "{fields} {at}"
            );
        }
    }
}
