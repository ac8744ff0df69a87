//! Surfaces and deterministic numbers.

use std::f64::consts::TAU;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use schur_math::PlaneIsometry;
use schur_math::surface::{Surface, TriangleMesh};
use schur_nn::{Field, FieldType, PointGraph};

pub(crate) fn uniform(count: usize, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| f64::from(rng.next_u32()) / f64::from(1u32 << 31) - 1.0)
        .collect()
}

/// A closed surface without symmetry.
pub(crate) fn bumps() -> TriangleMesh {
    let mesh = TriangleMesh::icosphere(1).unwrap();
    let shifts = uniform(mesh.vertices().len(), 9);
    let places = mesh.vertices().iter().zip(shifts);
    let places = places.map(|(v, s)| v.map(|c| c * (1.0 + 0.2 * s)));
    mesh.with_vertices(places.collect()).unwrap()
}

pub(crate) fn surface() -> Surface {
    Surface::new(bumps())
}

/// Elements of O(2), of SO(2) or of a finite group of them.
pub(crate) fn changes(count: usize, rotations: Option<usize>, mirrors: bool) -> Vec<PlaneIsometry> {
    let numbers = uniform(2 * count, 21);
    let element = |pair: &[f64]| {
        let share = (pair[0] + 1.0) / 2.0;
        let angle = match rotations {
            Some(n) => TAU * (share * n as f64).floor() / n as f64,
            None => TAU * share,
        };
        PlaneIsometry::new(angle, mirrors && pair[1] > 0.0).unwrap()
    };
    numbers.chunks(2).map(element).collect()
}

pub(crate) fn on(fields: &str, graph: &PointGraph, dtype: DType) -> Field {
    let fields = FieldType::parse(fields).unwrap();
    let shape = [2, graph.points().len(), fields.channels()];
    let data = TensorData::new(uniform(shape.iter().product(), 4), shape).convert_dtype(dtype);
    let x = Tensor::<3>::from_data(data, (&Device::flex(), dtype));
    Field::from_points(x, graph.clone(), &fields).unwrap()
}

pub(crate) fn numbers(field: &Field) -> Vec<f64> {
    field.memory().to_data().iter::<f64>().collect()
}

/// A module in `f64` with every number moved off its special initial value.
pub(crate) fn generic<M: Module>(module: M) -> M {
    module.map(&mut Shaker(1))
}

struct Shaker(u64);

impl ModuleMapper for Shaker {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        self.0 += 1;
        let old = param.val();
        let (shape, device) = (old.dims(), old.device());
        let values: Vec<f64> = old.to_data().iter::<f64>().collect();
        let shifts = uniform(values.len(), self.0);
        let values: Vec<f64> = values
            .iter()
            .zip(shifts)
            .map(|(v, s)| v + 0.3 * s)
            .collect();
        let new = Tensor::from_data(TensorData::new(values, shape), (&device, DType::F64));
        Param::initialized(param.id, new)
    }
}
