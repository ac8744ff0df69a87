//! The paths of the engine on which convolutions are computed.

use schur_engine::{ConvPlan, Path};

use super::{AnyLayer, Branch, Network};

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
        set(&mut self.layers, path);
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

fn set(layers: &mut [AnyLayer], path: Path) {
    for layer in layers {
        if let Some(branch) = layer.downcast_mut::<Branch>() {
            branch.ways_mut().for_each(|way| set(way, path));
        }
        let Some(plan) = layer.plan_mut() else {
            continue;
        };
        if let Ok(forced) = ConvPlan::clone(plan).with_path(path) {
            *plan = forced.into();
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
