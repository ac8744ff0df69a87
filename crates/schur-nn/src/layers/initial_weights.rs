//! How the numbers of a layer begin.

use burn::module::Param;
use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::constants;
use crate::random::{normal, normals};
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
    /// Standard normal numbers, decided by the seed; refuses a gain of a layer that would make all
    /// weights infinite or no numbers.
    pub(crate) fn normals(self, layer: &str) -> Result<impl FnMut() -> f64, NnError> {
        self.check_gain(layer)?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        Ok(move || normal(&mut rng))
    }

    /// So many of [`normals`](Self::normals), drawn in parallel.
    pub(crate) fn all_normals(self, layer: &str, count: usize) -> Result<Vec<f64>, NnError> {
        self.check_gain(layer)?;
        Ok(normals(self.seed, count))
    }

    /// The constants, all 0; `None` if there are none.
    pub(crate) fn constants(self, count: usize, device: &Device) -> Option<Param<Tensor<1>>> {
        let exist = self.bias && count > 0;
        exist.then(|| Param::from_tensor(Tensor::zeros([count], device)))
    }

    /// How many constants there are behind fields of a type.
    pub(crate) fn count(self, output: &FieldType) -> Result<usize, NnError> {
        match self.bias {
            true => constants(output),
            false => Ok(0),
        }
    }

    fn check_gain(self, layer: &str) -> Result<(), NnError> {
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

/// The methods by which the config of a linear layer sets its initial numbers, in its entry
/// `initial`.
macro_rules! with_initial_weights {
    () => {
        /// Adds a learnable constant to every invariant direction of a field: one per trivial,
        /// regular or quotient field, none on irreps.
        #[must_use]
        pub fn with_bias(mut self, bias: bool) -> Self {
            self.initial.bias = bias;
            self
        }

        /// Standard deviation of the output on white noise at initialisation: √2 before a ReLU,
        /// 1 for a linear output.
        #[must_use]
        pub fn with_gain(mut self, gain: f64) -> Self {
            self.initial.gain = gain;
            self
        }

        /// Seed of the initial weights, 0 if it is left out: layers of one shape and one seed begin
        /// with equal weights. [`Site::next_seed`](crate::network::Site::next_seed) gives every
        /// layer of a network another.
        #[must_use]
        pub fn with_seed(mut self, seed: u64) -> Self {
            self.initial.seed = seed;
            self
        }
    };
}

pub(crate) use with_initial_weights;
