//! The learnable part of an implicit kernel: a small network of the distance.

use burn::module::{Module, Param};
use burn::tensor::{Tensor, TensorData, activation::silu};

/// From distances to hidden features: `x <- silu(x W + b)` again and again, beginning with the
/// waves `cos(π n r / R)`, `n = 0, 1, …` (features that let a small network vary within a
/// kernel, Tancik et al. 2020).
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{FieldType, ImplicitConvConfig};
///
/// let fields = FieldType::parse("C4: regular")?;
/// let conv = ImplicitConvConfig::new(&fields, &fields, 7).with_hidden(&[10, 6]);
/// let conv = conv.init(&Device::flex())?;
/// let sizes = conv.radial.weights.iter().map(|w| w.val().dims());
/// // Five waves, ten features of them, six features of these.
/// assert_eq!(sizes.collect::<Vec<_>>(), [[5, 10], [10, 6]]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct RadialNetwork {
    /// Per layer `[inputs, outputs]`.
    pub weights: Vec<Param<Tensor<2>>>,
    /// Per layer, one number per output.
    pub biases: Vec<Param<Tensor<1>>>,
    /// The waves, `[distances, waves]`.
    #[module(skip)]
    waves: Vec<Vec<f64>>,
}

/// Number of waves of a kernel.
pub(super) fn wave_count(radius: f64) -> usize {
    radius.ceil() as usize + 1
}

/// `cos(π n r / radius)` for `n = 0, …, ⌈radius⌉` at every distance `r`.
pub(super) fn waves(distances: &[f64], radius: f64) -> Vec<Vec<f64>> {
    let count = wave_count(radius);
    let wave = |r: f64, n: usize| (std::f64::consts::PI * n as f64 * r / radius).cos();
    let of_distance = |&r: &f64| (0..count).map(|n| wave(r, n)).collect();
    distances.iter().map(of_distance).collect()
}

impl RadialNetwork {
    /// A network of these widths on the waves. Weights are normal with variance `2 / inputs`
    /// (He et al. 2015), biases 0.
    pub(super) fn new(
        waves: Vec<Vec<f64>>,
        widths: &[usize],
        mut draw: impl FnMut() -> f64,
        device: &burn::tensor::Device,
    ) -> Self {
        let (mut weights, mut biases) = (Vec::new(), Vec::new());
        let mut inputs = waves[0].len();
        for &width in widths {
            let deviation = (2.0 / inputs as f64).sqrt();
            let values: Vec<f32> = (0..inputs * width)
                .map(|_| (draw() * deviation) as f32)
                .collect();
            let weight = Tensor::from_data(TensorData::new(values, [inputs, width]), device);
            weights.push(Param::from_tensor(weight));
            biases.push(Param::from_tensor(Tensor::zeros([width], device)));
            inputs = width;
        }
        Self {
            weights,
            biases,
            waves,
        }
    }

    /// The last hidden features, `[distances, width]`.
    pub(super) fn forward(&self) -> Tensor<2> {
        let shape = [self.waves.len(), self.waves[0].len()];
        let first = self.weights[0].val();
        let place = (&first.device(), first.dtype());
        let mut x = Tensor::from_data(TensorData::new(self.waves.concat(), shape), place);
        for (weight, bias) in self.weights.iter().zip(&self.biases) {
            x = silu(x.matmul(weight.val()) + bias.val().unsqueeze());
        }
        x
    }

    /// Number of learnable scalars.
    pub(super) fn parameters(&self) -> usize {
        let weights = self.weights.iter().map(|w| w.val().dims().iter().product());
        let biases = self.biases.iter().map(|b| b.val().dims()[0]);
        weights.chain(biases).sum::<usize>()
    }
}
