//! Convolution of functions on the sphere and on SO(3), with kernels on rings.

mod config;
mod maps;

use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::Tensor;

pub use config::SphereConvConfig;

use super::{join, split};
use crate::layers::{channel_bias, check_number_type};
use crate::matmul::{matmul, reshaped};
use crate::{Field, FieldType, Layer, NnError, SphereFunctions};
use maps::SphereMaps;

/// Convolution of functions on the sphere or on SO(3) by kernels that live on a few rings about the
/// pole, in harmonic coefficients:
///
/// ```text
/// y(R) = ∫ x(R S) κ(S) dS,    κ(S) = Σ_k δ(β - θ_k) Σ_nn' w_knn' (cos, sin)(n α) (cos, sin)(n' γ)
/// ```
///
/// for `S = R_z(α) R_y(β) R_z(γ)`: around every point (and direction) the input is weighed at the
/// distances `θ_k`. On the coefficients of degree `l` it is a product with a matrix from the right,
/// `c^l -> c^l W^l` with `W^l = Σ_k w_k · Δ^l(θ_k)`, where `Δ^l` is the
/// [real Wigner matrix](schur_math::angular_momentum::real_wigner_d); so it commutes with every
/// rotation to round-off, has no grid, and the number of weights does not depend on the degree.
///
/// | input | output | what it is |
/// |---|---|---|
/// | `spin = 0` | `spin = 0` | zonal convolution (Esteves et al. 2018) |
/// | `spin = 0` | `spin > 0` | correlation on the sphere, with values on SO(3) (Cohen et al. 2018) |
/// | `spin > 0` | `spin > 0` | correlation on SO(3) |
/// | `spin > 0` | `spin = 0` | the same, invariant to the direction |
///
/// Between functions on the sphere those of O(3) and pseudo functions do not mix. With a direction they
/// do: from pseudo functions to functions lead the kernels with a sine on one side.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Field, FieldType, Layer, SphereConvConfig, assert_equivariant, tolerance};
///
/// let device = Device::flex();
/// let input = FieldType::parse("SO(3): 2 harmonics(0, 5)")?;
/// let output = FieldType::parse("SO(3): 3 harmonics(0, 4) + 6 harmonics(1, 4)")?;
/// let layer = SphereConvConfig::new(&input, &output, 3, 0.6)?.init(&device)?;
/// // Of the ring of radius 0 the part that looks into no direction is left.
/// assert_eq!(layer.parameters(), (1 + 3 + 3) * 2 * 3);
/// let x = Field::from_vectors(Tensor::<2>::ones([2, 72], &device), &input)?;
/// assert_equivariant(&layer, &x, tolerance::EXACT_F32)?;
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct SphereConv {
    /// Pairs of kinds of functions, those of the output outer; within a pair
    /// `[kernel][input channel][output channel]`, kernels by ring, then by `n` and `n'`.
    pub weight: Param<Tensor<1>>,
    /// One constant per function that is no pseudo function.
    pub bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    maps: Arc<SphereMaps>,
}

impl SphereConv {
    /// The angles of the rings in radians.
    pub fn rings(&self) -> &[f64] {
        &self.maps.rings
    }

    /// What one kind of functions gets from all, per degree `[batch · (2l + 1), column · channel]`.
    fn degrees(
        &self,
        inputs: &[Vec<Tensor<3>>],
        out: usize,
        matrices: &[Option<Tensor<3>>],
    ) -> Vec<Option<Tensor<3>>> {
        let output = &self.maps.outputs[out];
        let degree = |l: usize| {
            let mut sum: Option<Tensor<3>> = None;
            for (kind, (input, matrix)) in inputs.iter().zip(matrices).enumerate() {
                let (Some(x), Some(matrix)) = (input.get(l), matrix) else {
                    continue;
                };
                let [from, to] = self.maps.sizes(kind, out, l);
                let at = self.maps.first(kind, out, l);
                let channels = [self.maps.inputs[kind].channels, output.channels];
                // [from · to, C · C'] to [from · C, to · C'].
                let own: Tensor<4> = matrix.clone().narrow(1, at, from * to).reshape([
                    from,
                    to,
                    channels[0],
                    channels[1],
                ]);
                let own = own.swap_dims(1, 2);
                let own: Tensor<2> = own.reshape([from * channels[0], to * channels[1]]);
                let [rows, dim, width] = x.dims();
                let y = matmul(reshaped(x.clone(), [rows * dim, width]), own);
                let y: Tensor<3> = y.reshape([rows, dim, to * channels[1]]);
                sum = Some(match sum {
                    Some(sum) => sum + y,
                    None => y,
                });
            }
            sum
        };
        (0..=output.degree).map(degree).collect()
    }
}

/// The coefficients of functions by degree, `[batch, 2l + 1, column · channel]`.
fn by_degree(part: &Tensor<3>, kind: &SphereFunctions) -> Vec<Tensor<3>> {
    let [batch, _, channels] = part.dims();
    let mut firsts = vec![0];
    for n in 0..kind.spin {
        let count = (kind.degree + 1).pow(2) - n * n;
        firsts.push(firsts[n] + if n == 0 { count } else { 2 * count });
    }
    let degree = |l: usize| {
        let dim = 2 * l + 1;
        let columns = firsts.iter().enumerate().take(l + 1).map(|(n, first)| {
            let copies = if n == 0 { 1 } else { 2 };
            let at = first + copies * (l * l - n * n);
            let rows = part.clone().narrow(1, at, copies * dim);
            reshaped(rows, [batch, dim, copies * channels])
        });
        let mut columns: Vec<Tensor<3>> = columns.collect();
        match columns.len() {
            1 => columns.remove(0),
            _ => Tensor::cat(columns, 2),
        }
    };
    (0..=kind.degree).map(degree).collect()
}

/// The way back from [`by_degree`], where 0 may be left out: `[batch, coefficient · channel]`.
fn from_degrees(
    degrees: Vec<Option<Tensor<3>>>,
    kind: &SphereFunctions,
    batch: usize,
    like: &Tensor<3>,
) -> Tensor<2> {
    let (channels, place) = (kind.channels, (&like.device(), like.dtype()));
    let mut flat = Vec::new();
    for n in 0..=kind.spin {
        let copies = if n == 0 { 1 } else { 2 };
        let first = if n == 0 { 0 } else { 2 * n - 1 };
        for (l, degree) in degrees.iter().enumerate().skip(n) {
            let (dim, width) = (2 * l + 1, copies * channels);
            flat.push(match degree {
                Some(degree) => {
                    let rows = degree.clone().narrow(2, first * channels, width);
                    reshaped(rows, [batch, dim * width])
                }
                None => Tensor::zeros([batch, dim * width], place),
            });
        }
    }
    Tensor::cat(flat, 1)
}

impl Layer for SphereConv {
    fn name(&self) -> String {
        format!("spherical conv on {} rings", self.maps.rings.len())
    }

    fn input_type(&self) -> &FieldType {
        &self.maps.input
    }

    fn output_type(&self) -> &FieldType {
        &self.maps.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        check_number_type(&self.name(), field.memory(), &self.weight.val())?;
        let weights = self.maps.matrices(self.weight.val());
        let bias = match &self.bias {
            Some(bias) => Some(channel_bias(&self.maps.output, bias.val())?),
            None => None,
        };
        field.map(&self.maps.output, |memory| {
            let [batch, places, _] = memory.dims();
            let inversions = self.maps.inversions;
            let parts = split(&memory, &self.maps.inputs, inversions);
            let inputs = parts.iter().zip(&self.maps.inputs);
            let inputs: Vec<_> = inputs.map(|(part, kind)| by_degree(part, kind)).collect();
            let outputs = self.maps.outputs.iter().zip(&weights).enumerate();
            let outputs = outputs.map(|(out, (kind, matrices))| {
                let degrees = self.degrees(&inputs, out, matrices);
                let y = from_degrees(degrees, kind, batch * places, &memory);
                let [rows, width] = y.dims();
                y.reshape([rows, width / kind.channels, kind.channels])
            });
            let outputs: Vec<Tensor<3>> = outputs.collect();
            let y = join(outputs, &self.maps.outputs, inversions, [batch, places]);
            match bias {
                Some(bias) => y + bias.unsqueeze(),
                None => y,
            }
        })
    }

    fn parameters(&self) -> usize {
        let biases = self.bias.as_ref().map_or(0, |bias| bias.val().dims()[0]);
        self.maps.weights() + biases
    }
}
