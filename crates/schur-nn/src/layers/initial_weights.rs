//! How the numbers of a layer begin.

use burn::module::Param;
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::layers::conv::kernel::constants;
use crate::random::normal;
use crate::{FieldType, NnError};

/// What the configs of all linear layers say about initial numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InitialWeights {
    /// Whether there is a learnable constant per invariant direction.
    pub(crate) bias: bool,
    /// Standard deviation of the output on white noise.
    pub(crate) gain: f64,
    pub(crate) seed: u64,
}

/// No bias, the gain √2 of He et al. (2015) for ReLU, seed 0.
impl Default for InitialWeights {
    fn default() -> Self {
        Self {
            bias: false,
            gain: std::f64::consts::SQRT_2,
            seed: 0,
        }
    }
}

impl InitialWeights {
    /// Standard normal numbers, decided by the seed.
    pub(crate) fn normals(self) -> impl FnMut() -> f64 {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        move || normal(&mut rng)
    }

    /// The constants, all 0; `None` if there are none.
    pub(crate) fn constants(self, count: usize, device: &Device) -> Option<Param<Tensor<1>>> {
        let exist = self.bias && count > 0;
        exist.then(|| Param::from_tensor(Tensor::zeros([count], device)))
    }

    /// How many constants there are behind fields of a type.
    pub(crate) fn count(self, output: &FieldType) -> usize {
        if self.bias { constants(output) } else { 0 }
    }

    /// Refuses a gain that would make all weights infinite or no numbers.
    pub(crate) fn check_gain(self, layer: &str) -> Result<(), NnError> {
        // Variances are squares, weights are computed in `f32` too.
        if self.gain.powi(2) <= f64::from(f32::MAX) {
            return Ok(());
        }
        Err(NnError::Config {
            at: format!("gain of a {layer}"),
            problem: format!(
                "{:?} is too large or no number; use one such as 1",
                self.gain
            ),
        })
    }
}
