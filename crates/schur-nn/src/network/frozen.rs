//! Networks of which a part does not learn.

use burn::module::Module;

use super::Network;

impl Network {
    /// The network with layers that do not learn any more, by their numbers from 0: their weights get
    /// no gradients, and normalisations use the statistics that they have.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::NetworkConfig;
    ///
    /// let network = NetworkConfig::default().init(0, &Device::flex().autodiff())?;
    /// let network = network.with_frozen(0..4);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn with_frozen(mut self, layers: impl IntoIterator<Item = usize>) -> Self {
        let frozen: Vec<usize> = layers.into_iter().collect();
        let all = std::mem::take(&mut self.layers).into_iter().enumerate();
        self.layers = all
            .map(|(i, layer)| match frozen.contains(&i) {
                true => layer.freeze(),
                false => layer,
            })
            .collect();
        self
    }
}
