//! How much memory a training takes.

use super::{AnyLayer, Branch, Network};
use crate::{Domain, Layer, NnError};

/// Bytes of an `f32`.
const BYTES: u128 = 4;

/// Bytes of a training step in `f32`, as they are expected: those of the data, and what the allocator
/// and the convolutions use for themselves, come on top.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::network::TrainingMemory;
/// use schur_nn::{Domain, NetworkConfig};
///
/// let network = NetworkConfig::default().with_parameter_budget(2_000)?.init(0, &Device::flex())?;
/// let [one, two] = [8, 16].map(|batch| TrainingMemory::of(&network, batch, &Domain::image(28, 28)));
/// assert_eq!(2 * one?.activations, two?.activations);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingMemory {
    /// The parameters.
    pub parameters: u128,
    /// Gradients of the parameters and the two moments of AdamW.
    pub optimizer: u128,
    /// Dense weights that plans expand.
    pub weights: u128,
    /// Outputs of all layers, which are kept for the backward pass.
    pub activations: u128,
    /// Gradients of the outputs of a layer and the next, as many as twice the largest.
    pub gradients: u128,
}

impl TrainingMemory {
    /// Of a step of `batch` images on `domain`.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::network::TrainingMemory;
    /// use schur_nn::{Domain, NetworkConfig};
    ///
    /// let network = NetworkConfig::default().init(0, &Device::flex())?;
    /// let domain = Domain::Grid([1, 28, 28]);
    /// let memory = TrainingMemory::of(&network, 64, &domain)?;
    /// let half = memory.pieces(memory.total() / 2, 64).unwrap();
    /// assert!(half >= 2);
    /// let piece = TrainingMemory::of(&network, 64_usize.div_ceil(half), &domain)?;
    /// assert!(piece.total() <= memory.total() / 2);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the layers do not fit the domain.
    pub fn of(network: &Network, batch: usize, domain: &Domain) -> Result<Self, NnError> {
        let parameters = network.parameters() as u128 * BYTES;
        let (mut weights, mut outputs) = (0, Vec::new());
        visit(network.layers(), domain, &mut |layer, output| {
            weights += weight_bytes(layer);
            outputs.push(output_bytes(layer, batch, output));
        })?;
        Ok(Self {
            parameters,
            optimizer: 3 * parameters,
            weights,
            activations: outputs.iter().sum(),
            gradients: 2 * outputs.into_iter().max().unwrap_or(0),
        })
    }

    /// All of it.
    pub fn total(&self) -> u128 {
        self.fixed() + self.activations + self.gradients
    }

    /// What does not depend on how many images are computed at a time.
    fn fixed(&self) -> u128 {
        self.parameters + self.optimizer + self.weights
    }

    /// Into how many pieces a step of `batch` images, for which this is, has to be cut so that it takes at
    /// most `budget` bytes; `None` if a single image takes more.
    pub fn pieces(&self, budget: u128, batch: usize) -> Option<usize> {
        let image = (self.activations + self.gradients).div_ceil(batch.max(1) as u128);
        let free = budget.checked_sub(self.fixed())?;
        // A network without outputs takes no memory for them.
        let most = free.checked_div(image).unwrap_or(batch as u128);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        (most > 0).then(|| batch.div_ceil(most).max(1))
    }
}

/// Bytes of the output of a layer on `output`, of a whole batch.
pub fn output_bytes(layer: &AnyLayer, batch: usize, output: &Domain) -> u128 {
    (batch * output.places() * layer.output_type().channels()) as u128 * BYTES
}

/// Bytes of the dense weight that the plan of a layer expands, 0 without a plan.
pub fn weight_bytes(layer: &AnyLayer) -> u128 {
    layer
        .plan()
        .map_or(0, |plan| plan.weight_len() as u128 * BYTES)
}

/// Calls `see` for every layer that is no branch, in the order of their places, with the domain of its
/// output.
fn visit(
    layers: &[AnyLayer],
    domain: &Domain,
    see: &mut impl FnMut(&AnyLayer, &Domain),
) -> Result<(), NnError> {
    let mut domain = domain.clone();
    for layer in layers {
        let output = layer.output_domain(&domain)?;
        match layer.downcast_ref::<Branch>() {
            Some(branch) => {
                visit(branch.body(), &domain, see)?;
                visit(branch.shortcut(), &domain, see)?;
            }
            None => see(layer, &output),
        }
        domain = output;
    }
    Ok(())
}
