//! The inertia tensor of five point masses from few examples: a multi-layer perceptron that
//! commutes with O(3) against an unconstrained one of the same size (after Finzi, Welling and
//! Wilson 2021).
//!
//! ```sh
//! cargo run --release -p schur-nn --example equivariant_mlp
//! ```
//!
//! The task is `Σ_i m_i (|r_i|² 1 - r_i r_iᵀ)`. The equivariant network takes five scalars and
//! five vectors. Between its linear layers scalars go through SiLU, other tensors are multiplied
//! by the sigmoid of a scalar, and tensors of order 2 come from products of vectors.

use std::error::Error;

use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::silu;
use burn::tensor::{Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use schur_math::LinearGroup;
use schur_nn::{
    EquivariantLinear, EquivariantLinearConfig, Field, FieldType, Gated, Layer, NnError,
    relative_distance,
};

const SCALARS: usize = 32;
const TENSORS: usize = 16;
/// Width of the unconstrained network, for as many parameters.
const WIDTH: usize = 51;
const STEPS: usize = 1500;
const TEST: usize = 1000;

/// `[batch, 5 + 15]` to `[batch, 9]`.
trait Network: Module + Sized {
    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError>;
}

/// A linear layer, and gates of its output.
type Hidden = (EquivariantLinear, Gated);

#[derive(Module, Debug)]
struct Equivariant {
    vectors: Hidden,
    matrices: Hidden,
    last: EquivariantLinear,
}

impl Equivariant {
    fn new(o3: &LinearGroup, device: &Device) -> Result<Self, Box<dyn Error>> {
        let of = |text: &str| -> Result<FieldType, Box<dyn Error>> {
            Ok(FieldType::tensors(o3, &text.parse()?)?)
        };
        let linear = |input: &FieldType, output: &FieldType, seed| {
            let config = EquivariantLinearConfig::new(input, output)?;
            let config = config.with_bias(true).with_gain(1.0).with_seed(seed);
            config.init(device)
        };
        let gated = |input: &FieldType, output: &FieldType, seed| -> Result<Hidden, NnError> {
            let gates = Gated::new(output)?;
            Ok((linear(input, gates.input_type(), seed)?, gates))
        };
        let (s, t) = (SCALARS, TENSORS);
        // Scalars, and vectors or matrices.
        let vectors = of(&format!("{s} T(0) + {} T(1)", 2 * t))?;
        let matrices = of(&format!("{s} T(0) + {t} T(2)"))?;
        Ok(Self {
            vectors: gated(&of("5 T(0) + 5 T(1)")?, &vectors, 0)?,
            matrices: gated(&matrices, &matrices, 1)?,
            last: linear(&matrices, &of("T(2)")?, 2)?,
        })
    }

    fn parameters(&self) -> usize {
        let linear = [&self.vectors.0, &self.matrices.0, &self.last];
        linear.iter().map(|layer| layer.parameters()).sum()
    }
}

impl Network for Equivariant {
    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        let batch = x.dims()[0];
        let hidden = self
            .vectors
            .forward(Field::from_vectors(x, self.vectors.input_type())?)?;
        let hidden = hidden.to_rows();
        let scalars = hidden.clone().narrow(1, 0, SCALARS);
        // a bᵀ for pairs of vectors.
        let [a, b] = [0, TENSORS].map(|first| {
            let half = hidden.clone().narrow(1, SCALARS + 3 * first, 3 * TENSORS);
            half.reshape([batch * TENSORS, 3, 1])
        });
        let products: Tensor<3> = a * b.transpose();
        let products = products.reshape([batch, TENSORS * 9]);
        let hidden = Tensor::cat(vec![scalars, products], 1);
        let hidden = Field::from_vectors(hidden, self.matrices.input_type())?;
        Ok(self.last.forward(self.matrices.forward(hidden)?)?.to_rows())
    }
}

/// The same layers for the group of one element: any matrices.
#[derive(Module, Debug)]
struct Unconstrained {
    layers: Vec<EquivariantLinear>,
}

impl Unconstrained {
    fn new(device: &Device) -> Result<Self, Box<dyn Error>> {
        let trivial = LinearGroup::new("1", 1, &[], &[])?;
        let mut layers = Vec::new();
        for (seed, (input, output)) in [(20, WIDTH), (WIDTH, WIDTH), (WIDTH, 9)]
            .into_iter()
            .enumerate()
        {
            let of = |n: usize| -> Result<FieldType, Box<dyn Error>> {
                Ok(FieldType::tensors(&trivial, &format!("{n} T(0)").parse()?)?)
            };
            let config = EquivariantLinearConfig::new(&of(input)?, &of(output)?)?;
            let config = config.with_bias(true).with_seed(seed as u64);
            layers.push(config.init(device)?);
        }
        Ok(Self { layers })
    }
}

impl Network for Unconstrained {
    fn forward(&self, x: Tensor<2>) -> Result<Tensor<2>, NnError> {
        let apply = |layer: &EquivariantLinear, x: Tensor<2>| -> Result<Tensor<2>, NnError> {
            let x = Field::from_vectors(x, layer.input_type())?;
            Ok(layer.forward(x)?.to_rows())
        };
        let x = silu(apply(&self.layers[0], x)?);
        let x = silu(apply(&self.layers[1], x)?);
        apply(&self.layers[2], x)
    }
}

/// Masses in [0.5, 1.5), positions in a cube, and the inertia tensors.
fn examples(count: usize, seed: u64, device: &Device) -> (Tensor<2>, Tensor<2>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut uniform = || (rng.next_u32() as f32 / u32::MAX as f32) * 2.0 - 1.0;
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let masses: Vec<f32> = (0..5).map(|_| 1.0 + 0.5 * uniform()).collect();
        let points: Vec<f32> = (0..15).map(|_| uniform()).collect();
        for (row, col) in (0..9).map(|k| (k / 3, k % 3)) {
            let term = |(m, r): (&f32, &[f32])| {
                let square: f32 = r.iter().map(|v| v * v).sum();
                let diagonal = if row == col { square } else { 0.0 };
                m * (diagonal - r[row] * r[col])
            };
            targets.push(masses.iter().zip(points.chunks(3)).map(term).sum::<f32>());
        }
        inputs.extend(masses);
        inputs.extend(points);
    }
    let tensor = |values: Vec<f32>, columns| {
        Tensor::from_data(TensorData::new(values, [count, columns]), device)
    };
    (tensor(inputs, 20), tensor(targets, 9))
}

/// Trains on `count` examples and returns the network and its relative error on others.
fn train<N: Network>(mut network: N, count: usize) -> Result<(N, f64), NnError> {
    let device = Device::flex().autodiff();
    let (x, y) = examples(count, 1, &device);
    let mut optimizer = AdamConfig::new().init();
    for step in 0..STEPS {
        let loss = (network.forward(x.clone())? - y.clone()).square().mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        // A cosine from 0.01 to 0.
        let rate = 0.005 * (1.0 + (std::f64::consts::PI * step as f64 / STEPS as f64).cos());
        network = optimizer.step(rate, network, gradients);
    }
    let (x, y) = examples(TEST, 2, &device);
    let difference = (network.forward(x)? - y.clone()).square().sum();
    let error = (difference / y.square().sum()).sqrt().into_scalar::<f64>();
    Ok((network, error))
}

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    let o3 = LinearGroup::orthogonal(3)?;
    let input = FieldType::tensors(&o3, &"5 T(0) + 5 T(1)".parse()?)?;
    let output = FieldType::tensors(&o3, &"T(2)".parse()?)?;
    // The largest relative defect of a function, whatever it is.
    let defect = |f: &dyn Fn(Tensor<2>) -> Result<Tensor<2>, NnError>, x: &Tensor<2>| {
        let mut worst = 0.0f64;
        for g in input.group().test_elements() {
            let moved = Field::from_vectors(x.clone(), &input)?.transform(&g)?;
            let of_moved = f(moved.to_rows())?;
            let result = Field::from_vectors(f(x.clone())?, &output)?.transform(&g)?;
            worst = worst.max(relative_distance(&of_moved, &result.to_rows()));
        }
        Ok::<f64, NnError>(worst)
    };
    let unconstrained = Unconstrained::new(&device)?.layers;
    let parameters = unconstrained.iter().map(Layer::parameters);
    println!(
        "parameters: {} with O(3), {} without",
        Equivariant::new(&o3, &device)?.parameters(),
        parameters.sum::<usize>(),
    );
    println!("relative error on {TEST} others after training on as many examples:");
    println!("{:>8} {:>9} {:>9}", "examples", "O(3)", "none");
    let (x, _) = examples(20, 3, &device);
    let mut defects = (0.0, 0.0);
    for examples in [30, 100, 300] {
        let (equivariant, with) = train(Equivariant::new(&o3, &device)?, examples)?;
        let (unconstrained, without) = train(Unconstrained::new(&device)?, examples)?;
        println!(
            "{examples:>8} {:>7.2} % {:>7.2} %",
            100.0 * with,
            100.0 * without
        );
        defects.0 = defect(&|x| equivariant.forward(x), &x)?;
        defects.1 = defect(&|x| unconstrained.forward(x), &x)?;
    }
    println!(
        "relative defect under generators of O(3): {:.1e} with, {:.1e} without",
        defects.0, defects.1
    );
    Ok(())
}
