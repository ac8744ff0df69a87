//! Gated nonlinearities.

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Tensor;
use schur_engine::{Activation, gates::GateMap};

use super::cosets::coset_representation;
use crate::export::{Graph, Op, Value};
use crate::field::select_channels;
use crate::group::{AnyRepresentation, GridGroup};
use crate::ops::{gates, on_engine};
use crate::{Field, FieldType, Layer, NnError, Nonlinearity};

/// Multiplies every field with a function of a scalar field, its gate: `y_u = σ(g_u) f_u`
/// (Weiler et al. 2018). The gates are ordinary channels that the layer before it computes, so
/// their bias is that layer's. Scalar fields have no gate; a function is applied to them.
///
/// Scalars times fields commute with every representation. Three styles:
///
/// | constructor | input | gates |
/// |---|---|---|
/// | [`new`](Self::new) | the features, then one scalar per field that is not scalar | invariant |
/// | [`induced`](Self::induced) | the features, then one field on the cosets per field | one number per coset |
/// | [`within`](Self::within) | fields `k` scalars ⊕ `k` irreps each | the field's own scalars |
///
/// Features and gates of two layers are joined by
/// [`Field::concat`](crate::Field::concat).
///
/// ```
/// use schur_nn::{Layer, FieldType, Gated};
///
/// let layer = Gated::new(&FieldType::parse("O(2): 8 trivial + 4 E1 + 2 E2")?)?;
/// // What the layer before has to give.
/// let input = "O(2): 8 trivial + 4 irrep(E1) + 2 irrep(E2) + 6 trivial";
/// assert_eq!(layer.input_type().to_string(), input);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct Gated {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    gate: Nonlinearity,
    #[module(skip)]
    scalar: Nonlinearity,
    #[module(skip)]
    parts: Vec<Part>,
    /// The whole layer in one pass of the engine, where that has its functions.
    #[module(skip)]
    map: Option<Arc<GateMap>>,
}

/// A run of output channels that are made in one way.
#[derive(Clone, Debug)]
struct Part {
    /// The input channel of each.
    channels: Vec<usize>,
    /// The gates of each; none for scalars.
    gates: Option<Gates>,
}

/// Input channels that gate, and which of them gates each output channel of a part.
#[derive(Clone, Debug)]
struct Gates {
    channels: Vec<usize>,
    of_output: Vec<usize>,
}

impl Gates {
    /// From the input channel that gates each output channel.
    fn new(of_output: Vec<usize>) -> Self {
        let mut channels = of_output.clone();
        channels.sort_unstable();
        channels.dedup();
        let place = |gate: &usize| channels.partition_point(|c| c < gate);
        Self {
            of_output: of_output.iter().map(place).collect(),
            channels,
        }
    }
}

impl Gated {
    /// Gates by scalar fields that follow the features.
    ///
    /// # Errors
    ///
    /// If all features are scalar fields: then there is nothing to gate.
    pub fn new(features: &FieldType) -> Result<Self, NnError> {
        let scalar = features.group().trivial()?;
        Self::with_gates(features, |_| Ok(scalar.clone()))
    }

    /// Gates of fields induced from a subgroup by fields on the cosets: one gate for the
    /// components at each coset.
    ///
    /// # Errors
    ///
    /// If a representation that is not trivial does not permute blocks of components as the
    /// group permutes the cosets, or all are trivial.
    pub fn induced(features: &FieldType, subgroup: impl Into<GridGroup>) -> Result<Self, NnError> {
        let subgroup = subgroup.into();
        Self::with_gates(features, |rho| {
            coset_representation(rho, &subgroup, "induced gates")
        })
    }

    fn with_gates(
        features: &FieldType,
        gate_of: impl Fn(&AnyRepresentation) -> Result<AnyRepresentation, NnError>,
    ) -> Result<Self, NnError> {
        let mut first_gate = features.channels();
        let (mut gates, mut parts) = (Vec::new(), Vec::new());
        for (offset, block) in features.parts() {
            let (rho, copies) = (&block.representation, block.multiplicity);
            let size = rho.dim() * copies;
            let gate_channels = if rho.is_trivial() {
                None
            } else {
                let gate = gate_of(rho)?;
                let per_gate = rho.dim() / gate.dim();
                let gate_of_channel =
                    |k: usize| first_gate + (k / copies / per_gate) * copies + k % copies;
                let channels = (0..size).map(gate_of_channel).collect();
                first_gate += gate.dim() * copies;
                gates.push((gate, copies));
                Some(Gates::new(channels))
            };
            parts.push(Part {
                channels: (offset..offset + size).collect(),
                gates: gate_channels,
            });
        }
        if gates.is_empty() {
            return Err(only_scalars(features));
        }
        // Equal neighbours are one block. Whole fields have gates of one component each, so
        // that joining them leaves the channels where they are.
        if gates.iter().all(|(gate, _)| gate.dim() == 1) {
            let fields = gates.iter().map(|(_, copies)| copies).sum();
            gates = vec![(gates.remove(0).0, fields)];
        }
        let gates = FieldType::new(features.group(), gates)?;
        Ok(Self::from_parts(
            features.direct_sum(&gates)?,
            features.clone(),
            parts,
        ))
    }

    /// Gates of fields by their own scalars: every representation must be the sum of `k`
    /// trivial irreps and then `k` others, in the standard basis; the first scalar gates the
    /// first of the others, and so on. The output has the others only.
    ///
    /// ```
    /// use schur_math::PlanarRepresentation;
    /// use schur_nn::{Layer, FieldType, Gated};
    ///
    /// // spectral(1) of SO(2) is a scalar and a vector.
    /// let layer = Gated::within(&FieldType::parse("SO(2): 5 spectral(1)")?)?;
    /// assert_eq!(layer.output_type().to_string(), "SO(2): 5 irrep(E1)");
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a representation is of another form.
    pub fn within(fields: &FieldType) -> Result<Self, NnError> {
        let (mut blocks, mut runs) = (Vec::new(), Vec::new());
        for (offset, block) in fields.parts() {
            let (rho, copies) = (&block.representation, block.multiplicity);
            let crate::group::Irreps { parts, basis } = rho.irreps()?;
            let irreps: Vec<AnyRepresentation> = parts.into_iter().map(|p| p.irrep).collect();
            let count = irreps.len();
            let gates = count / 2;
            let standard = basis == schur_math::Matrix::identity(rho.dim());
            let scalars = irreps.iter().take(gates).all(AnyRepresentation::is_trivial);
            if count % 2 == 1 || count == 0 || !standard || !scalars {
                return Err(NnError::Unsuitable {
                    layer: "gates within fields".to_string(),
                    representation: rho.name().to_string(),
                    problem: "it is not the sum of k trivial irreps and then k others; order it \
                              so, or use gates that are fields of their own"
                        .to_string(),
                });
            }
            let mut channels = Vec::new();
            let mut gate_channels = Vec::new();
            let mut output: Option<AnyRepresentation> = None;
            let mut component = gates;
            for (gate, irrep) in irreps.into_iter().skip(gates).enumerate() {
                // By the name that texts of fields have.
                let irrep = match GridGroup::of(fields.group()) {
                    Some(group) => group.representation(&format!("irrep({})", irrep.name()))?,
                    None => irrep,
                };
                for _ in 0..irrep.dim() {
                    channels.extend((0..copies).map(|u| offset + component * copies + u));
                    gate_channels.extend((0..copies).map(|u| offset + gate * copies + u));
                    component += 1;
                }
                output = Some(match output {
                    Some(sum) => sum.direct_sum(&irrep)?,
                    None => irrep,
                });
            }
            blocks.extend(output.map(|rho| (rho, copies)));
            runs.push(Part {
                channels,
                gates: Some(Gates::new(gate_channels)),
            });
        }
        let output = FieldType::new(fields.group(), blocks)?;
        Ok(Self::from_parts(fields.clone(), output, runs))
    }

    fn from_parts(input: FieldType, output: FieldType, parts: Vec<Part>) -> Self {
        let layer = Self {
            map: None,
            input,
            output,
            gate: Nonlinearity::Sigmoid,
            scalar: Nonlinearity::Silu,
            parts,
        };
        layer.with_map()
    }

    /// With the map of its functions, if the engine has them.
    fn with_map(mut self) -> Self {
        let activation = match (&self.gate, &self.scalar) {
            (Nonlinearity::Sigmoid, Nonlinearity::Silu) => Some(None),
            (Nonlinearity::Sigmoid, Nonlinearity::Identity) => Some(Some(Activation::Identity)),
            (Nonlinearity::Sigmoid, Nonlinearity::Relu) => Some(Some(Activation::Relu)),
            (Nonlinearity::Sigmoid, Nonlinearity::Elu { alpha: 1.0 }) => {
                Some(Some(Activation::Elu))
            }
            _ => None,
        };
        let map = |activation: Option<Activation>| {
            let sources: Vec<usize> = (self.parts.iter())
                .flat_map(|part| part.channels.clone())
                .collect();
            let gates: Vec<Option<usize>> = (self.parts.iter())
                .flat_map(|part| match (&part.gates, activation) {
                    (Some(gates), _) => {
                        let channel = |&gate: &usize| Some(gates.channels[gate]);
                        gates.of_output.iter().map(channel).collect()
                    }
                    // SiLU is a gate of its own.
                    (None, None) => part.channels.iter().copied().map(Some).collect(),
                    (None, Some(_)) => vec![None; part.channels.len()],
                })
                .collect();
            let activation = activation.unwrap_or(Activation::Identity);
            GateMap::with_activation(self.input.channels(), &sources, &gates, activation)
        };
        self.map = activation.and_then(map).map(Arc::new);
        self
    }

    /// Another function of the gates than the sigmoid.
    #[must_use]
    pub fn with_gate_function(mut self, function: impl Into<Nonlinearity>) -> Self {
        self.gate = function.into();
        self.with_map()
    }

    /// Another function of the scalar features than SiLU.
    #[must_use]
    pub fn with_scalar_function(mut self, function: impl Into<Nonlinearity>) -> Self {
        self.scalar = function.into();
        self.with_map()
    }
}

fn only_scalars(features: &FieldType) -> NnError {
    NnError::Unsuitable {
        layer: "gates".to_string(),
        representation: features.to_string(),
        problem: "all fields are scalar, so there is nothing to gate; use a pointwise nonlinearity"
            .to_string(),
    }
}

impl Layer for Gated {
    fn name(&self) -> String {
        format!("{} gates", self.gate.name())
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let mut parts = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let features = graph.gather(x, 1, part.channels.clone(), &name);
            parts.push(match &part.gates {
                Some(gates) => {
                    let open = graph.gather(x, 1, gates.channels.clone(), &name);
                    let open = self.gate.export(graph, open, &name)?;
                    let open = graph.gather(open, 1, gates.of_output.clone(), &name);
                    graph.elementwise(Op::Mul, &[features, open], &name)
                }
                None => self.scalar.export(graph, features, &name)?,
            });
        }
        Ok(graph.concat(&parts, &name))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let memory = field.memory().clone();
        let map = self.map.as_ref();
        if let Some(map) = map.filter(|_| on_engine(&memory.device())) {
            return field.map(&self.output, |x| gates(x, map));
        }
        let parts = self.parts.iter().map(|part| {
            let x = select_channels(memory.clone(), &part.channels);
            match &part.gates {
                Some(gates) => {
                    let open = select_channels(memory.clone(), &gates.channels);
                    x * select_channels(self.gate.apply(open), &gates.of_output)
                }
                None => self.scalar.apply(x),
            }
        });
        let gated = Tensor::cat(parts.collect(), 2);
        field.map(&self.output, |_| gated)
    }
}
