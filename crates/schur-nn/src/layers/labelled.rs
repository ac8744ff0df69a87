//! Several layers beside each other, each for the fields of one label.

use burn::module::Module;

use super::tuples::for_tuples;
use crate::exactness::Inexactness;
use crate::export::{Graph, Value};
use crate::field::select_channels;
use crate::{Domain, Field, FieldType, GroupElement, Layer, NnError};

/// Layers of several types as a list: tuples of two to eight layers.
///
/// ```
/// use schur_nn::{FieldType, GroupPool, LayerTuple, NormPool};
///
/// let (regular, vectors) = (FieldType::parse("C4: regular")?, FieldType::parse("C4: E1")?);
/// let layers = (GroupPool::new(&regular)?, NormPool::new(&vectors)?);
/// assert_eq!(layers.list()[1].input_type(), &vectors);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
pub trait LayerTuple {
    /// The layers in order.
    fn list(&self) -> Vec<&dyn Layer>;
}

macro_rules! list {
    ($last:tt; $($layer:ident $index:tt),+) => {
        impl<$($layer: Layer),+> LayerTuple for ($($layer,)+) {
            fn list(&self) -> Vec<&dyn Layer> {
                vec![$(&self.$index),+]
            }
        }
    };
}

for_tuples!(list);

/// Applies to the fields of every label a layer of its own, and puts the results together:
/// those of the first layer, then those of the second, and so on. (escnn has `BranchingModule`,
/// `MultipleModule` and `MergeModule` for it.) [`in_place`](Self::in_place) keeps the order of the
/// fields.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{Layer, FieldType, LabelledLayers, NormNonlinearity, Nonlinearity};
/// use schur_nn::Pointwise;
///
/// let fields = FieldType::parse("D4: 2 regular + 3 E1 + trivial")?;
/// let labels = ["relu", "relu", "norm", "norm", "norm", "relu"];
/// let parts = fields.group_by_labels(&labels)?;
/// let relu = Pointwise::new(&parts[0].1, Nonlinearity::Relu)?;
/// let norm = NormNonlinearity::new(&parts[1].1, Nonlinearity::Relu, &Device::flex())?;
/// let both = LabelledLayers::new(&fields, &labels, ["relu", "norm"], (relu, norm))?;
/// assert_eq!(both.output_type().to_string(), "D4: 2 regular + 1 trivial + 3 irrep(E1)");
/// assert_eq!(both.in_place()?.output_type(), &fields);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct LabelledLayers<L> {
    layers: L,
    #[module(skip)]
    labels: Vec<String>,
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    /// For every layer the numbers of its fields.
    #[module(skip)]
    fields: Vec<Vec<usize>>,
    /// For every channel of the output, in memory order, its place in the joined results.
    #[module(skip)]
    order: Vec<usize>,
}

impl<L: Module + LayerTuple> LabelledLayers<L> {
    /// A layer for every label: `labels` has one label per field of `input`, `of_layers` one per
    /// layer. Each layer takes what [`FieldType::group_by_labels`] gives for its label.
    ///
    /// # Errors
    ///
    /// If a label has no layer or several, a layer has no fields or takes fields of another type,
    /// or the results are of different groups.
    pub fn new<S: AsRef<str>, T: AsRef<str>>(
        input: &FieldType,
        labels: &[S],
        of_layers: impl AsRef<[T]>,
        layers: L,
    ) -> Result<Self, NnError> {
        let refused = |problem: String| NnError::Config {
            at: "layers by labels".to_string(),
            problem,
        };
        let of_layers: Vec<String> = (of_layers.as_ref().iter())
            .map(|label| label.as_ref().to_string())
            .collect();
        let list = layers.list();
        if of_layers.len() != list.len() {
            return Err(refused(format!(
                "{} labels do not fit {} layers; pass one label per layer",
                of_layers.len(),
                list.len()
            )));
        }
        let mut places = input.places_by_labels(labels)?;
        let mut fields = Vec::with_capacity(list.len());
        for (label, layer) in of_layers.iter().zip(&list) {
            let Some(index) = places.iter().position(|(known, _)| known == label) else {
                return Err(refused(format!(
                    "no field is left for the layer `{label}` ({}); label fields so, each label \
                     has one layer",
                    layer.name()
                )));
            };
            let (_, of_layer) = places.remove(index);
            let part = input.select_fields(&of_layer)?;
            if *layer.input_type() != part {
                return Err(NnError::WrongFieldType {
                    layer: format!("the layer `{label}` ({})", layer.name()),
                    expected: layer.input_type().to_string(),
                    found: part.to_string(),
                });
            }
            fields.push(of_layer);
        }
        if let Some((label, _)) = places.first() {
            return Err(refused(format!(
                "the fields with the label `{label}` have no layer; add one, for example \
                 `Pointwise` with `Nonlinearity::Identity`"
            )));
        }
        let output = joined(&list)?;
        drop(list);
        Ok(Self {
            layers,
            labels: of_layers,
            input: input.clone(),
            order: (0..output.channels()).collect(),
            output,
            fields,
        })
    }

    /// Puts the result of every field where the field was.
    ///
    /// # Errors
    ///
    /// If a layer gives more or fewer fields than it takes.
    pub fn in_place(mut self) -> Result<Self, NnError> {
        let joined = joined(&self.layers.list())?;
        let mut source = vec![0; self.input.fields()];
        let mut first = 0;
        for ((layer, fields), label) in (self.layers.list().iter())
            .zip(&self.fields)
            .zip(&self.labels)
        {
            let count = layer.output_type().fields();
            if count != fields.len() {
                return Err(NnError::Config {
                    at: format!("the layer `{label}` ({})", layer.name()),
                    problem: format!(
                        "it makes {count} fields of {}, which have no places among the others; \
                         leave out `in_place`",
                        fields.len()
                    ),
                });
            }
            for (k, &field) in fields.iter().enumerate() {
                source[field] = first + k;
            }
            first += count;
        }
        let (output, order) = joined.selection(&source)?;
        (self.output, self.order) = (output, order);
        Ok(self)
    }

    /// Layers with their labels and fields.
    fn parts(&self) -> impl Iterator<Item = (&str, &dyn Layer, &[usize])> {
        let labels = self.labels.iter().map(String::as_str);
        let fields = self.fields.iter().map(Vec::as_slice);
        let parts = labels.zip(self.layers.list()).zip(fields);
        parts.map(|((label, layer), fields)| (label, layer, fields))
    }
}

/// The type of the results one after the other.
fn joined(layers: &[&dyn Layer]) -> Result<FieldType, NnError> {
    let (first, rest) = layers.split_first().ok_or(NnError::EmptyFieldType)?;
    let mut rest = rest.iter();
    rest.try_fold(first.output_type().clone(), |before, layer| {
        before.direct_sum(layer.output_type())
    })
}

/// Why there is a first layer.
const CHECKED: &str = "`new` refuses tuples without layers";

impl<L: Module + LayerTuple> Layer for LabelledLayers<L> {
    fn name(&self) -> String {
        let parts = self.parts();
        let parts: Vec<String> = parts
            .map(|(label, layer, _)| format!("{label}: {}", layer.name()))
            .collect();
        format!("by label ({})", parts.join("; "))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let mut joined: Option<Field> = None;
        for (_, layer, fields) in self.parts() {
            let part = field.select_fields(fields)?;
            let result = layer.forward(part)?;
            joined = Some(match joined {
                None => result,
                Some(before) => before.concat(&result)?,
            });
        }
        let joined = joined.expect(CHECKED);
        joined.map(&self.output, |memory| select_channels(memory, &self.order))
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        let mut known: Option<(Domain, &str)> = None;
        for (label, layer, _) in self.parts() {
            let found = layer.output_domain(domain)?;
            let (first, of) = known.get_or_insert((found.clone(), label));
            if found != *first {
                return Err(NnError::Size {
                    layer: self.name(),
                    problem: format!(
                        "`{of}` makes {first} of {domain}, `{label}` {found}; give both the same \
                         strides and paddings"
                    ),
                });
            }
        }
        Ok(known.expect(CHECKED).0)
    }

    fn parameters(&self) -> usize {
        self.parts().map(|(_, layer, _)| layer.parameters()).sum()
    }

    fn notices(&self) -> Vec<String> {
        let of = |(label, layer, _): (&str, &dyn Layer, _)| {
            let notices = layer.notices().into_iter();
            let at = format!("`{label}` ({})", layer.name());
            notices
                .map(move |notice| format!("{at}: {notice}"))
                .collect::<Vec<_>>()
        };
        self.parts().flat_map(of).collect()
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let name = self.name();
        let mut results = Vec::with_capacity(self.fields.len());
        for (_, layer, fields) in self.parts() {
            let (_, order) = self.input.selection(fields)?;
            let part = graph.gather(x, 1, order, &name);
            results.push(layer.export(graph, part)?);
        }
        let joined = graph.concat(&results, &name);
        Ok(graph.gather(joined, 1, self.order.clone(), &name))
    }

    /// The inexactness of the first layer that has one.
    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        self.parts().find_map(|(label, layer, _)| {
            let why = layer.inexactness(g, domain)?;
            Some(Inexactness {
                reason: format!("`{label}` ({}): {}", layer.name(), why.reason),
                remedy: why.remedy,
            })
        })
    }
}
