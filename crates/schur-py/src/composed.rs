//! What PyTorch needs to compute a layer by operations of its own, on other devices than the CPU.

use std::collections::BTreeMap;

use burn::tensor::Device;
use numpy::{PyArray1, PyArray2, PyArrayDyn, PyArrayMethods};
use pyo3::prelude::*;
use schur_engine::Activation;
use schur_engine::norm::Centering;
use schur_nn::export::{Graph, Shape};
use schur_nn::network::AnyLayer;
use schur_nn::{EquivariantConv, FieldNorm, Layer as _};

use crate::arrays::{Numbers, Owned, View};
use crate::error::{Result, value_error};
use crate::module::bind;
use crate::threads::on_all_threads;

/// A convolution: kernel, stride, padding and dilation in (depth, height, width), and the basis of
/// every pair of blocks, output outer, `[taps * in components * out components, elements]`.
pub(crate) type Convolution<'py> = (
    [usize; 3],
    [usize; 3],
    [usize; 3],
    [usize; 3],
    Vec<Bound<'py, PyArray2<f64>>>,
);

pub(crate) fn convolution<'py>(
    py: Python<'py>,
    layer: &AnyLayer,
) -> Result<Option<Convolution<'py>>> {
    let Some(conv) = layer.downcast_ref::<EquivariantConv>() else {
        return Ok(None);
    };
    let geometry = conv.plan().geometry();
    let bases = conv.plan().basis_matrices().map(|basis| {
        let shape = [basis.positions, basis.elements];
        Ok(PyArray1::from_vec(py, basis.values).reshape(shape)?)
    });
    Ok(Some((
        geometry.kernel(),
        geometry.stride(),
        geometry.padding(),
        geometry.dilation(),
        bases.collect::<Result<_>>()?,
    )))
}

/// A batch norm: whether the fields of every block have a mean, the function behind, the number
/// added to variances, and the share of the newest batch.
pub(crate) type Norm = (Vec<bool>, &'static str, f64, f64);

pub(crate) fn norm(layer: &AnyLayer) -> Option<Norm> {
    let norm = layer.downcast_ref::<FieldNorm>()?;
    let plan = norm.plan()?;
    let centering = plan.centering().iter();
    let centered = centering.map(|c| matches!(c, Centering::PerField));
    let function = match plan.activation() {
        Activation::Identity => "identity",
        Activation::Relu => "relu",
        Activation::Elu => "elu",
    };
    Some((
        centered.collect(),
        function,
        norm.epsilon(),
        norm.momentum(),
    ))
}

/// A layer as a plain network: the operations as JSON, and their constants.
pub(crate) type Plain<'py> = (String, Vec<Bound<'py, PyArrayDyn<f32>>>);

/// The layer with these numbers as a plain network for vectors, images or volumes of these sizes,
/// channels in the order of memory.
pub(crate) fn plain<'py>(
    py: Python<'py>,
    layer: &AnyLayer,
    names: &[(String, bool)],
    tensors: &[Numbers<'_>],
    sizes: &[usize],
) -> Result<Plain<'py>> {
    let mut data = BTreeMap::new();
    for ((name, _), numbers) in names.iter().zip(tensors) {
        data.insert(name.clone(), View::<f32>::of(numbers)?.data());
    }
    let channels = layer.input_type().channels();
    let input = match *sizes {
        [] => (channels, 1, 1).into(),
        [height, width] => (channels, height, width).into(),
        [depth, height, width] => Shape::volume(channels, [depth, height, width]),
        _ => {
            return Err(value_error(format!(
                "sizes {sizes:?}; pass none for vectors, (height, width) or (depth, height, width)"
            )));
        }
    };
    let graph = on_all_threads(|| {
        let layer = bind(layer, data, &Device::flex(), false);
        Graph::build(input, |graph, x| layer.export(graph, x))
    })??;
    let nodes = serde_json::to_string(graph.nodes());
    let nodes = nodes.map_err(|error| value_error(error.to_string()))?;
    let constants = graph.constants().iter().map(|array| {
        let owned = Owned {
            shape: array.shape.clone(),
            values: array.values.clone(),
        };
        owned.into_array(py)
    });
    Ok((nodes, constants.collect::<Result<_>>()?))
}
