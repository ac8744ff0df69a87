//! The numbers of a module as named tensors, and back.

use std::collections::{BTreeMap, VecDeque};

use burn::module::{Flag, Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::{DType, Device, Tensor, TensorData};

/// Every float parameter and running statistic of a module by its path, such as
/// `layers.0.weight`.
pub(crate) fn collect<M: Module>(module: &M) -> BTreeMap<String, TensorData> {
    let mut collector = Collector::default();
    // `valid` brings running statistics up to date; visited directly they lag one batch.
    module.valid().visit(&mut collector);
    collector.tensors
}

/// Puts tensors back. The caller has checked that names and shapes are those of the module.
pub(crate) fn replace<M: Module>(module: M, tensors: BTreeMap<String, TensorData>) -> M {
    // Running statistics are shared among the clones of a module and hold back their newest
    // value. `valid` and `train` make new ones, so that no clone is changed and nothing is left
    // to overwrite what is put in. They change the flags of training, which are put back.
    let mut flags = Flags::default();
    module.visit(&mut flags);
    let training = module.devices().iter().any(Device::is_autodiff);
    let module = module.valid();
    let module = if training { module.train() } else { module };
    module.map(&mut Replacer {
        path: ParameterPath::default(),
        tensors,
        flags: flags.0,
    })
}

/// Gives the parameters the ids 1, 2, 3, … in the order of traversal. Burn draws them at
/// random, and the optimizer's state is stored under them: with fixed ids a stored state
/// belongs to the same parameters in the next process.
///
/// [`Network`](crate::Network)s have such ids already.
///
/// ```
/// use burn::nn::LinearConfig;
/// use burn::tensor::Device;
///
/// let layer = LinearConfig::new(2, 3).init(&Device::flex());
/// let layer = schur_nn::number_parameters(layer);
/// assert_eq!(layer.weight.id.val(), 1);
/// ```
pub fn number_parameters<M: Module>(module: M) -> M {
    module.map(&mut Numberer { next: 1 })
}

/// The module with its parameters and running statistics in another number type, as it is used
/// after training: to decide in `f64` what round-off hides in `f32`. Its inputs are of that type.
///
/// ```
/// use burn::tensor::{DType, Device, Tensor};
/// use schur_nn::{Activation, Field, FieldNorm, FieldType, Layer, in_precision};
///
/// let fields = FieldType::parse("C4: 2 regular")?;
/// let norm = FieldNorm::new(&fields, Activation::Identity, &Device::flex())?;
/// let norm = in_precision(norm, DType::F64);
/// let x = Tensor::<4>::ones([2, 8, 3, 3], (&Device::flex(), DType::F64));
/// let y = norm.forward(Field::from_tensor(x, &fields)?)?;
/// assert_eq!(y.to_tensor().dtype(), DType::F64);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
pub fn in_precision<M: Module>(module: M, dtype: DType) -> M {
    module.valid().map(&mut Precision(dtype))
}

struct Precision(DType);

impl ModuleMapper for Precision {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| {
            let learned = tensor.is_require_grad();
            tensor.cast(self.0).set_require_grad(learned)
        })
    }
}

/// The names of the submodules that lead to the current one, for visitors and mappers of Burn that
/// want the names that checkpoints have, such as `layers.0.weight`.
///
/// ```
/// use schur_nn::ParameterPath;
///
/// let mut path = ParameterPath::default();
/// path.enter("layers", "Struct:Network");
/// path.enter("0", "Vec");
/// path.enter("weight", "Struct:EquivariantConv");
/// assert_eq!(path.name(), "layers.0.weight");
/// path.exit();
/// assert_eq!(path.name(), "layers.0");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ParameterPath(Vec<String>);

impl ParameterPath {
    /// One step down, as `enter_module` has it.
    pub fn enter(&mut self, name: &str, container: &str) {
        // An enum's variant is a step of the traversal but not of the name: `layers.0.weight`.
        if !container.starts_with("Enum:") {
            self.0.push(name.to_string());
        } else {
            self.0.push(String::new());
        }
    }

    /// One step back, as `exit_module` has it.
    pub fn exit(&mut self) {
        self.0.pop();
    }

    /// The name of where it has come to.
    pub fn name(&self) -> String {
        let parts: Vec<&str> = self
            .0
            .iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect();
        parts.join(".")
    }
}

#[derive(Default)]
struct Collector {
    path: ParameterPath,
    tensors: BTreeMap<String, TensorData>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.tensors
            .insert(self.path.name(), param.val().into_data());
    }
}

/// The flags of a module in the order of traversal.
#[derive(Default)]
struct Flags(VecDeque<Flag>);

impl ModuleVisitor for Flags {
    fn visit_flag(&mut self, flag: &Param<Flag>) {
        self.0.push_back(flag.val());
    }
}

struct Replacer {
    path: ParameterPath,
    tensors: BTreeMap<String, TensorData>,
    flags: VecDeque<Flag>,
}

impl ModuleMapper for Replacer {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(data) = self.tensors.remove(&self.path.name()) else {
            return param;
        };
        let device = param.val().device();
        param.map(|old| Tensor::from_data(data, &device).set_require_grad(old.is_require_grad()))
    }

    fn map_flag(&mut self, flag: Param<Flag>) -> Param<Flag> {
        match self.flags.pop_front() {
            Some(before) => flag.map(|_| before),
            None => flag,
        }
    }
}

struct Numberer {
    next: u64,
}

impl ModuleMapper for Numberer {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (_, tensor, mapper) = param.consume();
        let id = ParamId::from(self.next);
        self.next += 1;
        Param::from_mapped_value(id, tensor, mapper)
    }
}
