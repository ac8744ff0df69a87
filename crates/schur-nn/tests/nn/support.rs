//! Deterministic numbers and small builders that the tests share.

pub(crate) mod groups;

use burn::module::{Module, ModuleMapper, Param};
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{DType, Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use schur_math::{PlanarGroup, PlanarRepresentation};
use schur_nn::{Field, FieldType, GridGroup, Network};

/// The groups that map the pixel grid to itself.
pub(crate) const GROUPS: [&str; 6] = ["C1", "C2", "C4", "D1", "D2", "D4"];

/// Both number types that the engine computes in.
pub(crate) const TYPES: [DType; 2] = [DType::F32, DType::F64];

/// A group of the plane by name.
pub(crate) fn planar(name: &str) -> PlanarGroup {
    PlanarGroup::parse(name).expect("a planar group")
}

/// A group of images or volumes by its text.
pub(crate) fn grid(text: &str) -> GridGroup {
    GridGroup::parse(text).expect("a group of images or volumes")
}

/// Scalars, regular fields, and a mixture with a repeated representation.
pub(crate) fn field_types(group: &PlanarGroup) -> Vec<FieldType> {
    let trivial = PlanarRepresentation::trivial(group);
    let regular = PlanarRepresentation::regular(group).unwrap();
    let mixed = [(regular.clone(), 1), (trivial, 3), (regular, 2)];
    vec![
        FieldType::trivial(group, 3).unwrap(),
        FieldType::regular(group, 2).unwrap(),
        FieldType::new(group, mixed).unwrap(),
    ]
}

/// Numbers uniform in [-1, 1) that depend on the seed alone.
pub(crate) fn uniform(count: usize, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| f64::from(rng.next_u32()) / f64::from(1u32 << 31) - 1.0)
        .collect()
}

/// Standard normal numbers: sums of twelve uniform ones are near enough.
pub(crate) fn normal(count: usize, seed: u64) -> Vec<f64> {
    let values = uniform(12 * count, seed);
    // A uniform number in [-1, 1) has the variance 1/3, so twelve of them have 4.
    values
        .chunks(12)
        .map(|c| c.iter().sum::<f64>() / 2.0)
        .collect()
}

/// A tensor of the given numbers and type.
pub(crate) fn tensor<const D: usize>(
    values: Vec<f64>,
    shape: [usize; D],
    dtype: DType,
    device: &Device,
) -> Tensor<D> {
    let data = TensorData::new(values, shape).convert_dtype(dtype);
    Tensor::from_data(data, (device, dtype))
}

/// A feature field of uniform numbers.
pub(crate) fn field(
    field_type: &FieldType,
    (height, width): (usize, usize),
    dtype: DType,
    device: &Device,
) -> Field {
    let shape = [2, height, width, field_type.channels()];
    let values = uniform(shape.iter().product(), 17);
    Field::from_grid(tensor(values, shape, dtype, device), field_type).unwrap()
}

/// The values of a field on images, `[batch, height, width, channels]` in memory order.
pub(crate) fn pixels(field: &Field) -> Tensor<4> {
    field.clone().into_grid("a test").unwrap().squeeze_dim(1)
}

/// The numbers of a tensor in `f64`.
pub(crate) fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().iter::<f64>().collect()
}

/// The bits of an `f32` tensor.
pub(crate) fn bits<const D: usize>(tensor: &Tensor<D>) -> Vec<u32> {
    let data = tensor.to_data();
    let values = data.as_slice::<f32>().expect("an f32 tensor");
    values.iter().map(|v| v.to_bits()).collect()
}

/// The module in another number type, with every parameter and running statistic moved off
/// its special initial value (zero biases and unit scales would hide mistakes).
pub(crate) fn generic<M: Module>(module: M, dtype: DType) -> M {
    module.map(&mut Shaker { dtype, seed: 1 })
}

struct Shaker {
    dtype: DType,
    seed: u64,
}

impl ModuleMapper for Shaker {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        self.seed += 1;
        let old = param.val();
        let (shape, device) = (old.dims(), old.device());
        // Small enough that variances near 1 stay positive.
        let shifts = uniform(shape.iter().product(), self.seed);
        let values = numbers(&old)
            .iter()
            .zip(shifts)
            .map(|(v, s)| v + 0.4 * s)
            .collect();
        let new = tensor(values, shape, self.dtype, &device);
        param.map(|old| new.set_require_grad(old.is_require_grad()))
    }
}

/// Adds to the parameters of one name, such as `gamma`, and leaves the others.
pub(crate) struct Moved {
    name: &'static str,
    path: Vec<String>,
}

impl Moved {
    pub(crate) fn new(name: &'static str) -> Self {
        let path = Vec::new();
        Self { name, path }
    }
}

impl ModuleMapper for Moved {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.path.last().is_some_and(|name| name == self.name) {
            return param.map(|old| old + 0.5);
        }
        param
    }
}

/// The network after some steps of gradient descent on random images and targets.
pub(crate) fn train(mut network: Network, size: usize, steps: usize) -> Network {
    let device = Device::flex().autodiff();
    let mut optimizer = SgdConfig::new().init();
    for step in 0..steps {
        let gradients =
            GradientsParams::from_grads(loss(&network, size, step).backward(), &network);
        network = optimizer.step(0.01, network, gradients);
    }
    assert!(network.devices().iter().all(|d| *d == device));
    network
}

/// Mean square distance of the logits of five random images from random targets.
pub(crate) fn loss(network: &Network, size: usize, seed: usize) -> Tensor<1> {
    let device = Device::flex().autodiff();
    let shape = [5, 1, size, size];
    let images = normal(shape.iter().product(), 1000 + seed as u64);
    let logits = network
        .forward(tensor(images, shape, DType::F32, &device))
        .unwrap();
    let targets = uniform(5 * network.classes(), 2000 + seed as u64);
    let targets = tensor(targets, [5, network.classes()], DType::F32, &device);
    (logits - targets).square().mean()
}
