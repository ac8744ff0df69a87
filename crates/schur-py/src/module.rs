//! The numbers of a layer by name, into it and out of it.

use std::collections::BTreeMap;

use burn::module::{Flag, Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use schur_nn::ParameterPath;
use schur_nn::network::AnyLayer;

use crate::error::{Result, value_error};

/// A parameter or running statistic.
pub(crate) struct Named {
    pub(crate) name: String,
    /// Whether gradients change it; otherwise it is a statistic that the layer changes itself.
    pub(crate) learned: bool,
    pub(crate) data: TensorData,
}

/// All numbers of a layer by the names that checkpoints have, in the order of the names.
pub(crate) fn numbers(layer: &AnyLayer) -> Vec<Named> {
    numbers_of(layer)
}

/// All numbers of a module, in the order of the names.
pub(crate) fn numbers_of<M: Module>(layer: &M) -> Vec<Named> {
    let mut learned = Collector::default();
    layer.visit(&mut learned);
    let mut now = Collector::default();
    // `valid` brings running statistics up to date.
    layer.valid().visit(&mut now);
    let tensors = now.tensors.into_iter();
    tensors
        .map(|(name, (_, data))| Named {
            learned: learned
                .tensors
                .get(&name)
                .is_some_and(|(learned, _)| *learned),
            name,
            data,
        })
        .collect()
}

/// The layer with other numbers on a device; whether it trains, if gradients are recorded there.
pub(crate) fn bind(
    layer: &AnyLayer,
    tensors: BTreeMap<String, TensorData>,
    device: &Device,
    training: bool,
) -> AnyLayer {
    // Clones share their running statistics; `valid` and `train` make new ones.
    let layer = layer.valid();
    let layer = if device.is_autodiff() {
        layer.train()
    } else {
        layer
    };
    layer.map(&mut Setter {
        path: ParameterPath::default(),
        tensors,
        device: device.clone(),
        training,
    })
}

/// A module with other numbers, all of them, of the same names and shapes.
pub(crate) fn assign<M: Module>(module: M, mut tensors: BTreeMap<String, TensorData>) -> Result<M> {
    for Named { name, data, .. } in numbers_of(&module) {
        match tensors.get(&name) {
            Some(new) if new.shape() == data.shape() => {}
            Some(new) => {
                return Err(value_error(format!(
                    "`{name}` has the shape {:?}, but the network of the config {:?}",
                    new.shape(),
                    data.shape()
                )));
            }
            None => return Err(value_error(format!("there is no `{name}`"))),
        }
    }
    let setter = &mut Setter {
        path: ParameterPath::default(),
        tensors: std::mem::take(&mut tensors),
        device: Device::flex(),
        training: true,
    };
    let module = module.valid().map(setter);
    match setter.tensors.keys().next() {
        Some(name) => Err(value_error(format!(
            "the network of the config has no `{name}`"
        ))),
        None => Ok(module),
    }
}

/// The gradients in the parameters, by name.
pub(crate) fn gradients(layer: &AnyLayer, gradients: &Gradients) -> BTreeMap<String, TensorData> {
    let mut visitor = Derivatives {
        path: ParameterPath::default(),
        gradients,
        tensors: BTreeMap::new(),
    };
    layer.visit(&mut visitor);
    visitor.tensors
}

/// What visitors and mappers do when they go down and up.
macro_rules! walks {
    () => {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.path.enter(name, container);
        }

        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.exit();
        }
    };
}

#[derive(Default)]
struct Collector {
    path: ParameterPath,
    tensors: BTreeMap<String, (bool, TensorData)>,
}

impl ModuleVisitor for Collector {
    walks!();

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val();
        let learned = value.is_require_grad();
        let entry = (learned, value.into_data());
        self.tensors.insert(self.path.name(), entry);
    }
}

struct Setter {
    path: ParameterPath,
    tensors: BTreeMap<String, TensorData>,
    device: Device,
    training: bool,
}

impl ModuleMapper for Setter {
    walks!();

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(data) = self.tensors.remove(&self.path.name()) else {
            return param;
        };
        let options = (&self.device, data.dtype());
        let learned = self.device.is_autodiff();
        param.map(|_| Tensor::from_data(data, options).set_require_grad(learned))
    }

    fn map_flag(&mut self, flag: Param<Flag>) -> Param<Flag> {
        flag.with_value(self.training)
    }
}

struct Derivatives<'a> {
    path: ParameterPath,
    gradients: &'a Gradients,
    tensors: BTreeMap<String, TensorData>,
}

impl ModuleVisitor for Derivatives<'_> {
    walks!();

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = param.val().grad(self.gradients) {
            self.tensors.insert(self.path.name(), gradient.into_data());
        }
    }
}
