//! Layers: made from a description, applied to numpy arrays.

use burn::tensor::{DType, Device, ElementConversion, Tensor, TensorData};
use numpy::PyArrayDyn;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyList};
use schur_nn as nn;
use schur_nn::network::{AnyLayer, AnyLayerConfig, Site};
use schur_nn::{Domain, Field, Layer as _};
use serde_json::Value;

use crate::arrays::{Number, Numbers, Owned, View};
use crate::composed::{self, Convolution, Norm, Plain};
use crate::direct::{Direct, EngineNumber, Place, Wanted};
use crate::domain::{Places, counted, domain, memory, of_places, sizes as sizes_of, word};
use crate::error::{Result, value_error};
use crate::field_type::FieldType;
use crate::module::{Named, bind, gradients, numbers};
use crate::threads::{on_all_threads, on_threads};

/// An entry of a description: name, type, text, and whether it may be left out.
type Entry = (&'static str, &'static str, &'static str, bool);

/// All kinds of layers: name, text and entries.
#[pyfunction]
pub(crate) fn kinds() -> Vec<(&'static str, &'static str, Vec<Entry>)> {
    let kinds = nn::network::kinds().iter();
    kinds
        .map(|kind| {
            let entries = kind.entries.iter();
            let entries = entries.map(|e| (e.name, e.type_name, e.about, e.is_optional()));
            (kind.name, kind.about, entries.collect())
        })
        .collect()
}

/// A layer, made from its description for fields of a type. Its numbers are passed in with every
/// call.
#[pyclass(frozen, module = "schur._native")]
pub(crate) struct Layer {
    layer: AnyLayer,
    input: FieldType,
    /// The names of all numbers and whether gradients change them; these come first.
    names: Vec<(String, bool)>,
    /// Whether zeros lie around images, if it is a convolution.
    padded_by_zeros: bool,
}

/// What a call computes with.
struct Call<'a, T> {
    x: View<'a, T>,
    domain: Domain,
    tensors: Vec<View<'a, T>>,
    training: bool,
    /// Whether the engine is called directly where it can be; the result is the same.
    direct: bool,
}

impl Layer {
    /// Checks what a call brings.
    fn call<'a, T: Number>(
        &self,
        x: &'a Numbers<'_>,
        tensors: &'a [Numbers<'_>],
        places: Option<&Places<'_>>,
        training: bool,
        direct: bool,
    ) -> Result<Call<'a, T>> {
        let x = View::<T>::of(x)?;
        let (_, sizes, channels) = x.axes()?;
        let expected = self.layer.input_type();
        if channels != expected.channels() {
            return Err(nn::NnError::Channels {
                found: channels,
                expected: expected.channels(),
                field_type: expected.to_string(),
            }
            .into());
        }
        if tensors.len() != self.names.len() {
            return Err(value_error(format!(
                "{} arrays for the {} of {}",
                tensors.len(),
                self.names.len(),
                self.layer.name()
            )));
        }
        Ok(Call {
            domain: domain(sizes, places)?,
            tensors: tensors.iter().map(View::of).collect::<Result<_>>()?,
            x,
            training,
            direct,
        })
    }

    /// The layer as an operation of the engine, and where it acts.
    fn direct<T>(&self, call: &Call<'_, T>) -> Result<Option<(Direct<'_>, Place)>> {
        if !call.direct || call.x.values.is_empty() {
            return Ok(None);
        }
        let Some(direct) = Direct::of(&self.layer, self.names.len(), self.padded_by_zeros) else {
            return Ok(None);
        };
        // Says whether the layer can act there.
        self.layer.output_domain(&call.domain)?;
        let size = match &call.domain {
            Domain::Grid(size) => *size,
            // What lies beyond an edge, the engine does not know there.
            Domain::Atlas(_) | Domain::Sphere(_) => return Ok(None),
            other => [1, 1, other.places()],
        };
        let place = Place {
            batch: call.x.shape[0],
            size,
            training: call.training,
        };
        Ok(Some((direct, place)))
    }

    /// The layer with the numbers of a call.
    fn bound<T: Number>(&self, call: &Call<'_, T>, device: &Device) -> AnyLayer {
        let tensors = self.names.iter().zip(&call.tensors);
        let tensors = tensors.map(|((name, _), view)| (name.clone(), view.data()));
        bind(&self.layer, tensors.collect(), device, call.training)
    }

    fn field(&self, x: Tensor<3>, domain: Domain) -> Result<Field> {
        Ok(Field::from_memory(x, domain, self.layer.input_type())?)
    }

    /// The result, and the statistics as they are afterwards.
    fn run<T: EngineNumber>(&self, call: Call<'_, T>) -> Result<(Owned<T>, Vec<Owned<T>>)> {
        let axes = call.x.shape.len().saturating_sub(2);
        if let Some((direct, place)) = self.direct(&call)? {
            let (values, after) = direct.forward(place, call.x.values, &call.tensors)?;
            let out = self.layer.output_domain(&call.domain)?;
            let channels = self.layer.output_type().channels();
            return Ok((of_places(values, place.batch, &out, axes, channels), after));
        }
        let device = match call.training {
            true => Device::flex().autodiff(),
            false => Device::flex(),
        };
        let layer = self.bound(&call, &device);
        let y = layer.forward(self.field(memory(&call.x, &device), call.domain)?)?;
        let (batch, channels, domain) = (y.batch(), y.field_type().channels(), y.domain().clone());
        let values = Owned::of(y.into_memory().into_data())?.values;
        let mut after = Vec::new();
        if call.training {
            for Named { name, data, .. } in numbers(&layer) {
                if self.names.contains(&(name, false)) {
                    after.push(Owned::of(data)?);
                }
            }
        }
        Ok((of_places(values, batch, &domain, axes, channels), after))
    }

    /// The gradients in the input and in the learned numbers, each if it is asked for.
    fn pull_back<T: EngineNumber>(
        &self,
        call: Call<'_, T>,
        dy: &View<'_, T>,
        wanted: Wanted,
    ) -> Result<(Owned<T>, Vec<Owned<T>>)> {
        let of_input = |values| Owned {
            shape: match wanted.input {
                true => call.x.shape.to_vec(),
                false => vec![0],
            },
            values,
        };
        if let Some((direct, place)) = self.direct(&call)? {
            let (x, dy) = (call.x.values, dy.values);
            let (dx, of_learned) = direct.pull_back(place, x, dy, &call.tensors, wanted)?;
            return Ok((of_input(if wanted.input { dx } else { vec![] }), of_learned));
        }
        let zeros = |count: usize| vec![0.0f64.elem::<T>(); count];
        let learned = self.names.iter().zip(&call.tensors);
        let learned = learned.filter(|((_, learned), _)| *learned && wanted.learned);
        let nothing = |view: &View<'_, T>| Owned {
            values: zeros(view.values.len()),
            shape: view.shape.to_vec(),
        };
        if dy.values.is_empty() {
            // Nothing came out that could depend on anything.
            let dx = if wanted.input { call.x.values.len() } else { 0 };
            let of_learned = learned.map(|(_, view)| nothing(view)).collect();
            return Ok((of_input(zeros(dx)), of_learned));
        }
        let device = Device::flex().autodiff();
        let layer = self.bound(&call, &device);
        let x = memory(&call.x, &device).require_grad();
        let y = layer.forward(self.field(x.clone(), call.domain.clone())?)?;
        let y = y.into_memory();
        let dy = Tensor::from_data(
            TensorData::new(dy.values.to_vec(), y.dims()),
            (&device, T::dtype()),
        );
        let derivatives = (y * dy).sum().backward();
        let dx = match x.grad(&derivatives) {
            _ if !wanted.input => vec![],
            Some(dx) => Owned::of(dx.into_data())?.values,
            // Nothing of the result depends on it.
            None => zeros(call.x.values.len()),
        };
        let mut found = gradients(&layer, &derivatives);
        let of_learned = learned.map(|((name, _), view)| match found.remove(name) {
            Some(data) => Owned::of(data),
            None => Ok(nothing(view)),
        });
        let of_learned = of_learned.collect::<Result<_>>()?;
        Ok((of_input(dx), of_learned))
    }

    fn forward_in<'py, T: EngineNumber>(
        &self,
        py: Python<'py>,
        call: Call<'_, T>,
        threads: usize,
    ) -> Result<Outcome<'py>> {
        let outcome = py.detach(|| on_threads(threads, || self.run(call)));
        let (y, statistics) = outcome??;
        arrays(py, y, statistics)
    }

    fn vjp_in<'py, T: EngineNumber>(
        &self,
        py: Python<'py>,
        call: Call<'_, T>,
        dy: &Numbers<'_>,
        wanted: Wanted,
        threads: usize,
    ) -> Result<Outcome<'py>> {
        let dy = View::<T>::of(dy)?;
        let outcome = py.detach(|| on_threads(threads, || self.pull_back(call, &dy, wanted)));
        let (dx, of_learned) = outcome??;
        arrays(py, dx, of_learned)
    }
}

/// A name, whether gradients change the numbers, and these.
type NamedArray<'py> = (String, bool, Bound<'py, PyArrayDyn<f32>>);

/// An array and a list of arrays.
type Outcome<'py> = (Bound<'py, PyAny>, Bound<'py, PyList>);

fn arrays<T: Number>(
    py: Python<'_>,
    first: Owned<T>,
    others: Vec<Owned<T>>,
) -> Result<Outcome<'_>> {
    let others = others.into_iter().map(|owned| owned.into_array(py));
    let others: Vec<Bound<'_, PyArrayDyn<T>>> = others.collect::<Result<_>>()?;
    Ok((first.into_array(py)?.into_any(), PyList::new(py, others)?))
}

#[pymethods]
impl Layer {
    #[new]
    #[pyo3(signature = (config, input, seed, half=false))]
    fn new(py: Python<'_>, config: &str, input: &FieldType, seed: u64, half: bool) -> Result<Self> {
        let wrong = |error: serde_json::Error| value_error(error.to_string());
        let description: Value = serde_json::from_str(config).map_err(wrong)?;
        let config: AnyLayerConfig = serde_json::from_str(config).map_err(wrong)?;
        let (layer, mut names) = py.detach(|| {
            on_all_threads(|| -> Result<_> {
                // With gradients, as only there learned numbers are told from others.
                let device = Device::flex().autodiff();
                let layer = config.init(&input.0, &mut Site::new(seed, &device))?;
                let layer = match half {
                    true => layer.with_precision(nn::Precision::Bf16),
                    false => layer,
                };
                let names = numbers(&layer).into_iter();
                let names: Vec<_> = names.map(|named| (named.name, named.learned)).collect();
                Ok((layer, names))
            })
        })??;
        names.sort_by_key(|(_, learned)| !learned);
        let padding = description.get("padding_mode").and_then(Value::as_str);
        Ok(Self {
            layer,
            input: input.clone(),
            names,
            padded_by_zeros: padding.is_none_or(|mode| mode == "zeros"),
        })
    }

    /// The name with the sizes that matter, for people.
    #[getter]
    fn name(&self) -> String {
        self.layer.name()
    }

    #[getter]
    fn input_type(&self) -> FieldType {
        self.input.clone()
    }

    #[getter]
    fn output_type(&self) -> FieldType {
        self.input.with(self.layer.output_type().clone())
    }

    /// Whether a test element of the input's group moves samples within the layer between samples,
    /// wherever the field lives: then the layer commutes with it up to aliasing.
    fn is_aliased(&self, element: usize) -> Result<bool> {
        let g = self.input.element(element)?;
        Ok(self.layer.inexactness(&g, &Domain::Vector).is_some())
    }

    /// What the layer has to say of itself that is no error.
    fn notices(&self) -> Vec<String> {
        self.layer.notices()
    }

    /// All numbers at the beginning, by name: (name, whether it is learned, array).
    fn numbers<'py>(&self, py: Python<'py>) -> Result<Vec<NamedArray<'py>>> {
        let mut numbers = numbers(&self.layer);
        numbers.sort_by_key(|n| !n.learned);
        let numbers = numbers.into_iter();
        numbers
            .map(|n| Ok((n.name, n.learned, Owned::of(n.data)?.into_array(py)?)))
            .collect()
    }

    /// The sizes between batch and channels behind the layer for those before it and the word for the
    /// places, and the word there; points are so many, and seen by so many targets.
    #[pyo3(signature = (sizes, kind=None, targets=None))]
    fn output_places(
        &self,
        sizes: Vec<usize>,
        kind: Option<&str>,
        targets: Option<usize>,
    ) -> Result<(Vec<usize>, Option<&'static str>)> {
        let before = counted(&sizes, kind, targets, self.layer.input_type())?;
        let out = self.layer.output_domain(&before)?;
        let sizes = sizes_of(&out, sizes.len());
        let word = word(&out, &before, &sizes)?;
        Ok((sizes, word))
    }

    /// Applies the layer to x of shape [batch, ..., channels] in memory order: the result, and the
    /// statistics as they are afterwards if it trains.
    #[pyo3(signature = (x, tensors, training, threads, places=None, direct=true))]
    #[expect(clippy::too_many_arguments, reason = "they are those of Python's call")]
    fn forward<'py>(
        &self,
        py: Python<'py>,
        x: Numbers<'py>,
        tensors: Vec<Numbers<'py>>,
        training: bool,
        threads: usize,
        places: Option<Places<'py>>,
        direct: bool,
    ) -> Result<Outcome<'py>> {
        let places = places.as_ref();
        match x.dtype() {
            DType::F64 => {
                let call = self.call::<f64>(&x, &tensors, places, training, direct)?;
                self.forward_in(py, call, threads)
            }
            _ => {
                let call = self.call::<f32>(&x, &tensors, places, training, direct)?;
                self.forward_in(py, call, threads)
            }
        }
    }

    /// The gradients of <dy, forward(x)> in x and in the learned numbers; of those that are not
    /// wanted an empty array.
    #[pyo3(signature = (x, tensors, dy, training, wanted, threads, places=None, direct=true))]
    #[expect(clippy::too_many_arguments, reason = "they are those of Python's call")]
    fn vjp<'py>(
        &self,
        py: Python<'py>,
        x: Numbers<'py>,
        tensors: Vec<Numbers<'py>>,
        dy: Numbers<'py>,
        training: bool,
        wanted: (bool, bool),
        threads: usize,
        places: Option<Places<'py>>,
        direct: bool,
    ) -> Result<Outcome<'py>> {
        let (input, learned) = wanted;
        let wanted = Wanted { input, learned };
        let places = places.as_ref();
        match x.dtype() {
            DType::F64 => {
                let call = self.call::<f64>(&x, &tensors, places, training, direct)?;
                self.vjp_in(py, call, &dy, wanted, threads)
            }
            _ => {
                let call = self.call::<f32>(&x, &tensors, places, training, direct)?;
                self.vjp_in(py, call, &dy, wanted, threads)
            }
        }
    }

    /// A convolution for PyTorch; None if it is none.
    fn convolution<'py>(&self, py: Python<'py>) -> Result<Option<Convolution<'py>>> {
        composed::convolution(py, &self.layer)
    }

    /// A batch norm for PyTorch; None if it is none.
    fn norm(&self) -> Option<Norm> {
        composed::norm(&self.layer)
    }

    /// The layer with these numbers as a plain network for images of these sizes.
    fn plain<'py>(
        &self,
        py: Python<'py>,
        tensors: Vec<Numbers<'py>>,
        sizes: Vec<usize>,
    ) -> Result<Plain<'py>> {
        composed::plain(py, &self.layer, &self.names, &tensors, &sizes)
    }

    fn __repr__(&self) -> String {
        format!(
            "Layer({}: {} -> {})",
            self.layer.name(),
            self.layer.input_type(),
            self.layer.output_type()
        )
    }
}
