//! Initial weights whose central tap is orthogonal.

use burn::tensor::{Device, Tensor, TensorData};
use schur_engine::{ConvPlan, PairBasis};

use super::kernel;
use crate::NnError;
use crate::tolerance::POLAR_STEP;

/// How the weights of a convolution begin.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{EquivariantConvConfig, FieldType, Initialisation};
///
/// let fields = FieldType::parse("C4: 2 regular")?;
/// let conv = |kernel: usize| EquivariantConvConfig::new(&fields, &fields, kernel)
///     .with_initialisation(Initialisation::DeltaOrthogonal)
///     .init(&Device::flex());
/// assert!(conv(3).is_ok());
/// // There is no central tap.
/// assert!(conv(2).is_err());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initialisation {
    /// Normal coefficients that keep the power of white noise (generalised He rule).
    #[default]
    He,
    /// A random orthogonal matrix that commutes with the group at the central tap, times the
    /// gain, and zero elsewhere (Xiao et al. 2018; Weiler & Cesa 2019): the norm of a feature map
    /// is multiplied by the gain, at any depth.
    ///
    /// On every irrep of complex, real or quaternionic type the matrix is a unitary,
    /// orthogonal or symplectic one from the Haar measure, on copies of the irrep. Where the
    /// output has fewer copies than the input it is a projection, where it has more an isometry.
    DeltaOrthogonal,
}

/// Most steps to the orthogonal matrix. Small singular values grow by half in each, so 50 steps
/// bring up those of one hundred-millionth.
const MAX_STEPS: usize = 100;

/// Coefficients in the order of the plan, drawn normally and made orthogonal: of an intertwiner
/// `W` the polar factor `W (Wᵀ W)^(-1/2)` is one too.
pub(super) fn weights(
    plan: &ConvPlan,
    bases: &[PairBasis],
    gain: f64,
    mut draw: impl FnMut() -> f64,
) -> Result<Vec<f32>, NnError> {
    let kernel = plan.geometry().kernel();
    let refused = |problem: &str| NnError::Config {
        at: "delta-orthogonal initialisation".to_string(),
        problem: problem.to_string(),
    };
    if kernel.iter().any(|size| size % 2 == 0) {
        let [depth, rows, cols] = kernel;
        let size = match depth {
            1 => format!("{rows} x {cols}"),
            _ => format!("{depth} x {rows} x {cols}"),
        };
        return Err(refused(&format!(
            "a kernel of {size} has no central tap; use an odd size"
        )));
    }
    // Of an odd number of taps in rows, the one in the middle.
    let centre = plan.geometry().taps() / 2;
    let scales = central_scales(plan, bases, centre);
    if scales.iter().all(|&scale| scale == 0.0) {
        return Err(refused(
            "no kernel is concentrated at the central tap; use the kernels on the lattice, or a \
             steerable band with a point at the centre",
        ));
    }
    let drawn: Vec<f64> = scales.iter().map(|scale| draw() * scale).collect();
    let mut dense = plan.expand(&drawn)?;
    let shape = [plan.input().channels(), plan.output().channels()];
    let first = centre * shape[0] * shape[1];
    let tap = first..first + shape[0] * shape[1];
    let orthogonal = polar_factor(&dense[tap.clone()], shape);
    dense.fill(0.0);
    dense[tap].copy_from_slice(&orthogonal);
    let products = plan.expand_backward(&dense)?;
    let coefficients = products.iter().zip(&scales);
    Ok(coefficients
        .map(|(p, scale)| (gain * p * scale * scale) as f32)
        .collect())
}

/// `1 / ‖B_b‖` for every coefficient of an element that vanishes off the centre, otherwise 0.
fn central_scales(plan: &ConvPlan, bases: &[PairBasis], centre: usize) -> Vec<f64> {
    let copies = |layout: &schur_engine::Layout| -> Vec<usize> {
        layout.blocks().iter().map(|b| b.multiplicity).collect()
    };
    let (inputs, outputs) = (copies(plan.input()), copies(plan.output()));
    let mut scales = Vec::with_capacity(plan.parameters());
    for (pair, basis) in bases.iter().enumerate() {
        let copies = inputs[pair % inputs.len()] * outputs[pair / inputs.len()];
        let norms = kernel::squared_norms(basis);
        for (element, norm) in basis.elements.iter().zip(norms) {
            let is_central = element.iter().all(|e| e.tap == centre);
            let scale = if is_central { norm.sqrt().recip() } else { 0.0 };
            scales.extend(std::iter::repeat_n(scale, copies));
        }
    }
    scales
}

/// The nearest matrix whose singular values are 1, or 0 where they were, by the iteration of
/// Newton and Schulz, `X <- 3/2 X - 1/2 X Xᵀ X`.
fn polar_factor(matrix: &[f64], shape: [usize; 2]) -> Vec<f64> {
    let device = Device::flex();
    let data = TensorData::new(matrix.to_vec(), shape);
    let x = Tensor::<2>::from_data(data, (&device, burn::tensor::DType::F64));
    let largest = |x: Tensor<2>| x.max().into_scalar::<f64>();
    // The largest singular value is at most the root of the product of these.
    let sums = x.clone().abs();
    let bound = largest(sums.clone().sum_dim(0)) * largest(sums.sum_dim(1));
    if bound == 0.0 {
        return matrix.to_vec();
    }
    let mut x = x * bound.sqrt().recip();
    for _ in 0..MAX_STEPS {
        let cube = if shape[0] <= shape[1] {
            x.clone().matmul(x.clone().transpose()).matmul(x.clone())
        } else {
            x.clone().matmul(x.clone().transpose().matmul(x.clone()))
        };
        let next = x.clone() * 1.5 - cube * 0.5;
        let step = largest((next.clone() - x).abs());
        x = next;
        if step <= POLAR_STEP {
            break;
        }
    }
    x.to_data().iter::<f64>().collect()
}
