//! Where a network is built.

use std::collections::BTreeMap;

use burn::tensor::Device;

use super::{LayerConfig, Read, read};
use crate::field_type::Known;
use crate::layers::grid::conv::KernelSpaces;

/// Where a network is built: the device, the seed that its weights are drawn from, and a caller's
/// own layers by the names that they have in config files.
///
/// Every layer that draws weights has a stream of its own, by its number among them, so that
/// another layer leaves the others' weights as they were.
///
/// Networks that are built by hand take their seeds from it as well:
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::network::Site;
/// use schur_nn::{EquivariantConvConfig, FieldType};
///
/// let mut site = Site::new(7, &Device::flex());
/// let fields = FieldType::parse("C4: 2 regular")?;
/// let mut conv = || {
///     let config = EquivariantConvConfig::new(&fields, &fields, 3);
///     config.with_seed(site.next_seed()).init(&Device::flex())
/// };
/// let (first, second) = (conv()?, conv()?);
/// assert_ne!(first.weight.val().to_data(), second.weight.val().to_data());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
///
/// [`LayerConfig`] has an example with an own layer.
#[derive(Debug)]
pub struct Site {
    device: Device,
    seed: u64,
    /// How many streams were given out.
    drawn: u64,
    /// Dimensions of kernel spaces, which do not change with the widths of layers.
    pub(crate) spaces: KernelSpaces,
    /// Representations by their names in descriptions.
    pub(crate) known: Known,
    own: BTreeMap<&'static str, Read>,
    shapes_alone: bool,
}

impl Site {
    /// A device and a seed; no own layers.
    pub fn new(seed: u64, device: &Device) -> Self {
        Self {
            device: device.clone(),
            seed,
            drawn: 0,
            spaces: KernelSpaces::default(),
            known: Known::default(),
            own: BTreeMap::new(),
            shapes_alone: false,
        }
    }

    /// Where convolutions get no kernels and no weights, so that a network can be asked for its fields,
    /// domains and products, and for nothing else: of large groups kernels and their paths take minutes.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::network::Site;
    /// use schur_nn::{Layer, NetworkConfig};
    ///
    /// let config = NetworkConfig::default();
    /// let mut site = Site::new(0, &Device::flex()).for_shapes();
    /// let (shape, whole) = (config.build(&mut site)?, config.init(0, &Device::flex())?);
    /// let products = |network: &schur_nn::Network| {
    ///     network.layers()[0].plan().and_then(|plan| plan.dense_products([1, 28, 28]).ok())
    /// };
    /// assert_eq!(products(&shape), products(&whole));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn for_shapes(mut self) -> Self {
        self.shapes_alone = true;
        self
    }

    pub(super) fn shapes_alone(&self) -> bool {
        self.shapes_alone
    }

    /// With an own layer, found by its [`NAME`](LayerConfig::NAME). A layer of this crate keeps
    /// its name.
    #[must_use]
    pub fn with_layer<C: LayerConfig>(mut self) -> Self {
        self.own.insert(C::NAME, read::<C>);
        self
    }

    /// Where parameters are to be.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The seed of the next layer that draws weights.
    pub fn next_seed(&mut self) -> u64 {
        let number = self.drawn;
        self.drawn += 1;
        self.stream(number)
    }

    /// The seed of a dropout: that of the next layer that draws weights, with a bit that no such
    /// layer has.
    pub fn dropout_seed(&self) -> u64 {
        self.stream(self.drawn | 1 << 32)
    }

    fn stream(&self, number: u64) -> u64 {
        self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number
    }

    /// Does something after which the next layer draws what it would have drawn before.
    pub(super) fn aside<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        let drawn = self.drawn;
        let done = act(self);
        self.drawn = drawn;
        done
    }

    /// How an own layer is read.
    pub(super) fn reader(&self, layer: &str) -> Option<&Read> {
        self.own.get(layer)
    }

    /// The names of own layers.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.own.keys().copied()
    }
}
