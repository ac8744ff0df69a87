//! How the engine computes convolutions: on which paths, in which numbers.

use schur_engine::{ConvPlan, Path, Precision};

use super::{AnyLayer, Branch, Network};

impl AnyLayer {
    /// This layer with products of other numbers in its convolutions: see
    /// [`Network::with_precision`].
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::network::{AnyLayerConfig, Site, configs};
    /// use schur_nn::{FieldType, Precision};
    ///
    /// let config = AnyLayerConfig::from(configs::Conv::new(2, 3));
    /// let images = FieldType::parse("C4: trivial")?;
    /// let conv = config.init(&images, &mut Site::new(0, &Device::flex()))?;
    /// let half = conv.with_precision(Precision::Bf16);
    /// assert_eq!(half.plan().map(|plan| plan.precision()), Some(Precision::Bf16));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        let other = |plan: ConvPlan| Some(plan.with_precision(precision));
        set(std::slice::from_mut(&mut self), &other);
        self
    }
}

impl Network {
    /// This network with every convolution on a given path of the engine, also in training and in
    /// [`for_inference`](Self::for_inference); those that do not have it keep their own. Answers
    /// are equal up to rounding, so that this is for trying just that. Only the CPU has paths.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_engine::Path;
    /// use schur_nn::NetworkConfig;
    ///
    /// let network = NetworkConfig::default().init(0, &Device::flex())?;
    /// let dense = network.with_path(Path::Dense);
    /// assert!(dense.plans().iter().all(|plan| plan.path() == Path::Dense));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn with_path(mut self, path: Path) -> Self {
        set(&mut self.layers, &|plan| plan.with_path(path).ok());
        self
    }

    /// This network with products of other numbers in every convolution, also in training and in
    /// [`for_inference`](Self::for_inference), and the paths that cost least with them. Tensors stay
    /// in `f32`, as do norms, nonlinearities and sums; tensors in `f64` take no notice. Only the CPU
    /// has the choice.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::{NetworkConfig, Precision};
    ///
    /// let network = NetworkConfig::default().init(0, &Device::flex())?;
    /// let half = network.with_precision(Precision::Bf16);
    /// assert!(half.plans().iter().all(|plan| plan.precision() == Precision::Bf16));
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        set(&mut self.layers, &|plan| {
            Some(plan.with_precision(precision))
        });
        self
    }

    /// The plans of all convolutions in the order of the layers, those of a branch in its place,
    /// the body before the shortcut.
    pub fn plans(&self) -> Vec<&ConvPlan> {
        let mut plans = Vec::new();
        collect(&self.layers, &mut plans);
        plans
    }
}

/// Replaces plans by others, where there are others.
fn set(layers: &mut [AnyLayer], other: &dyn Fn(ConvPlan) -> Option<ConvPlan>) {
    for layer in layers {
        if let Some(branch) = layer.downcast_mut::<Branch>() {
            branch.ways_mut().for_each(|way| set(way, other));
        }
        let Some(plan) = layer.plan_mut() else {
            continue;
        };
        if let Some(changed) = other(ConvPlan::clone(plan)) {
            *plan = changed.into();
        }
    }
}

fn collect<'a>(layers: &'a [AnyLayer], plans: &mut Vec<&'a ConvPlan>) {
    for layer in layers {
        if let Some(branch) = layer.downcast_ref::<Branch>() {
            collect(branch.body(), plans);
            collect(branch.shortcut(), plans);
        }
        plans.extend(layer.plan());
    }
}
