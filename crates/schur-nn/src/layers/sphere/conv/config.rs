//! How a spherical convolution is set up.

use std::sync::Arc;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};

use super::SphereConv;
use super::maps::{SphereMaps, power};
use crate::layers::initial_weights::{InitialWeights, with_initial_weights};
use crate::{FieldType, NnError};

/// What a [`SphereConv`] is made of.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{FieldType, Layer, SphereConvConfig};
///
/// let (input, output) = ("SO(3): harmonics(0, 8)", "SO(3): 4 harmonics(0, 8)");
/// let (input, output) = (FieldType::parse(input)?, FieldType::parse(output)?);
/// let config = SphereConvConfig::new(&input, &output, 4, 0.8)?.with_bias(true);
/// let layer = config.init(&Device::flex())?;
/// assert_eq!(layer.parameters(), 4 * 4 + 4);
/// // Four rings from the middle to the rim.
/// assert!((layer.rings()[1] - 0.8 / 3.0).abs() < 1e-12 && layer.rings().len() == 4);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SphereConvConfig {
    maps: Arc<SphereMaps>,
    initial: InitialWeights,
}

/// Most rings.
const MAX_RINGS: usize = 64;

impl SphereConvConfig {
    /// Kernels on `rings` rings at equal distances, from the centre (radius 0) to `radius` in radians.
    ///
    /// # Errors
    ///
    /// If the fields are no coefficients of functions, no kernel leads from one to the other, there are
    /// no rings or more than 64, or the radius is not between 0 and π.
    pub fn new(
        input: &FieldType,
        output: &FieldType,
        rings: usize,
        radius: f64,
    ) -> Result<Self, NnError> {
        if !(1..=MAX_RINGS).contains(&rings) {
            return Err(refused(format!("{rings} rings; use 1 to {MAX_RINGS}")));
        }
        let steps = (rings - 1).max(1) as f64;
        let angles: Vec<f64> = (0..rings).map(|k| radius * k as f64 / steps).collect();
        Self::on_rings(input, output, &angles)
    }

    /// Kernels on rings at given angles from the centre, in radians.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn on_rings(
        input: &FieldType,
        output: &FieldType,
        angles: &[f64],
    ) -> Result<Self, NnError> {
        if !(1..=MAX_RINGS).contains(&angles.len()) {
            let count = angles.len();
            return Err(refused(format!("{count} rings; use 1 to {MAX_RINGS}")));
        }
        let inside = |angle: &&f64| (0.0..=std::f64::consts::PI).contains(*angle);
        if let Some(angle) = angles.iter().find(|angle| !inside(angle)) {
            return Err(refused(format!(
                "a ring at the angle {angle}; use radians from 0 to π"
            )));
        }
        Ok(Self {
            maps: Arc::new(SphereMaps::new(input, output, angles)?),
            initial: InitialWeights::default(),
        })
    }

    with_initial_weights!();

    /// The type of field that comes out.
    pub fn output_type(&self) -> &FieldType {
        &self.maps.output
    }

    /// Number of learnable scalars.
    ///
    /// # Errors
    ///
    /// If the invariants of the output can't be found.
    pub fn parameters(&self) -> Result<usize, NnError> {
        Ok(self.maps.weights() + self.initial.count(&self.maps.output)?)
    }

    /// Builds the layer. Weights into one kind of functions have one variance, `gain²` over the mean
    /// power that unit weights give on white coefficients.
    ///
    /// # Errors
    ///
    /// If the gain is not finite.
    pub fn init(&self, device: &Device) -> Result<SphereConv, NnError> {
        let mut draw = self.initial.normals("spherical convolution")?;
        let mut drawn: Vec<f32> = Vec::new();
        for (out, pairs) in self.maps.outputs.iter().zip(&self.maps.pairs) {
            let pairs = || self.maps.inputs.iter().zip(pairs);
            let powers = pairs().filter_map(|(input, kernels)| {
                Some(power(kernels.as_ref()?, input, out) * input.channels as f64)
            });
            let power: f64 = powers.sum();
            let deviation = self.initial.gain / power.max(f64::MIN_POSITIVE).sqrt();
            for (input, kernels) in pairs() {
                let count = kernels.as_ref().map_or(0, |kernels| kernels.count);
                let count = count * input.channels * out.channels;
                drawn.extend((0..count).map(|_| (deviation * draw()) as f32));
            }
        }
        let weight = Tensor::from_data(TensorData::from(drawn.as_slice()), device);
        let constants = self.initial.count(&self.maps.output)?;
        Ok(SphereConv {
            weight: Param::from_tensor(weight),
            bias: self.initial.constants(constants, device),
            maps: self.maps.clone(),
        })
    }
}

fn refused(problem: String) -> NnError {
    NnError::Config {
        at: "a spherical convolution".to_string(),
        problem,
    }
}
