//! Layers before they have weights, as config files describe them.

pub mod configs;
mod given;
mod site;

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use site::Site;

use given::Given;

use super::any_layer::AnyLayer;
use crate::field_type::Fields;
use crate::{FieldType, Layer, NnError};

/// The description of a layer, as an entry of `[[network.layers]]` in a config file: given the
/// type of field that comes in, it knows what comes out and how many numbers are learned, and
/// builds the layer.
///
/// Layers of this crate have theirs in [`configs`]. A layer of your own is described in the same
/// way and registered by [`Site::with_layer`]:
///
/// ```
/// use burn::module::{Module, Param};
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::network::{AnyLayer, LayerConfig, Site};
/// use schur_nn::{Field, FieldType, Layer, NetworkConfig, NnError};
/// use serde::{Deserialize, Serialize};
///
/// /// A learned factor.
/// #[derive(Module, Debug)]
/// struct Scale {
///     factor: Param<Tensor<1>>,
///     #[module(skip)]
///     fields: FieldType,
/// }
///
/// impl Layer for Scale {
///     fn name(&self) -> String {
///         "scale".to_string()
///     }
///     fn input_type(&self) -> &FieldType {
///         &self.fields
///     }
///     fn output_type(&self) -> &FieldType {
///         &self.fields
///     }
///     fn parameters(&self) -> usize {
///         1
///     }
///     fn forward(&self, field: Field) -> Result<Field, NnError> {
///         self.check_input(&field)?;
///         let factor = self.factor.val().reshape([1, 1, 1, 1]);
///         Field::from_tensor(field.to_tensor() * factor, &self.fields)
///     }
/// }
///
/// #[derive(Clone, Debug, Serialize, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct ScaleConfig {
///     start: f32,
/// }
///
/// impl LayerConfig for ScaleConfig {
///     const NAME: &'static str = "scale";
///     fn init(&self, input: &FieldType, site: &mut Site) -> Result<AnyLayer, NnError> {
///         let factor = Tensor::from_floats([self.start], site.device());
///         Ok(AnyLayer::new(Scale { factor: Param::from_tensor(factor), fields: input.clone() }))
///     }
/// }
///
/// let config: NetworkConfig = serde_json::from_str(r#"{
///     "group": "C4",
///     "classes": 2,
///     "layers": [
///         {"layer": "conv", "fields": 2, "kernel": 3},
///         {"layer": "scale", "start": 0.5},
///         {"layer": "group_pool"},
///         {"layer": "global_pool", "kind": "average"}
///     ]
/// }"#)?;
/// let mut site = Site::new(0, &Device::flex()).with_layer::<ScaleConfig>();
/// let network = config.build(&mut site)?;
/// assert_eq!(network.layers()[1].name(), "scale");
/// assert_eq!(config.outline(&mut site)?.parameters, 2 * 9 + 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait LayerConfig:
    Clone + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What stands under `layer` in a config file.
    const NAME: &'static str;

    /// What the layer is, for people: the documentation of this type.
    const ABOUT: &'static str = "";

    /// What else may stand in the file. Those of this crate's layers are known to [`kinds`]; a
    /// layer of your own can leave them out.
    const ENTRIES: &'static [LayerEntry] = &[];

    /// Builds the layer for fields of type `input`.
    ///
    /// # Errors
    ///
    /// If an entry makes no sense, or not for these fields.
    fn init(&self, input: &FieldType, site: &mut Site) -> Result<AnyLayer, NnError>;

    /// What the layer gives and learns. As it stands the layer is built to be asked; a layer that
    /// takes long to build knows it without.
    ///
    /// # Errors
    ///
    /// Those of [`init`](Self::init).
    fn outline(&self, input: &FieldType, site: &mut Site) -> Result<Outline, NnError> {
        let layer = site.aside(|site| self.init(input, site))?;
        Ok(Outline {
            output: layer.output_type().clone(),
            parameters: layer.parameters(),
        })
    }
}

/// An entry of the description of a layer, as its source has it: for programs that show or
/// generate something for every kind.
///
/// ```
/// use schur_nn::network::kinds;
///
/// let conv = kinds().iter().find(|kind| kind.name == "conv").unwrap();
/// let stride = conv.entries.iter().find(|entry| entry.name == "stride").unwrap();
/// assert!(stride.type_name == "usize" && stride.is_optional());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LayerEntry {
    /// The name of the entry.
    pub name: &'static str,
    /// The type in Rust, such as `usize` or `Option<f64>`.
    pub type_name: &'static str,
    /// What it says, for people.
    pub about: &'static str,
    /// What serde is told of it.
    pub(crate) serde: &'static str,
}

impl LayerEntry {
    /// Whether it may be left out.
    pub fn is_optional(&self) -> bool {
        self.serde.starts_with("default")
    }
}

/// A kind of layer of this crate.
///
/// ```
/// use schur_nn::network::kinds;
///
/// let conv = kinds().iter().find(|kind| kind.name == "conv").unwrap();
/// let needed = conv.entries.iter().filter(|entry| !entry.is_optional());
/// assert_eq!(needed.map(|entry| entry.name).collect::<Vec<_>>(), ["fields", "kernel"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LayerKind {
    /// What stands under `layer` in a config file.
    pub name: &'static str,
    /// What the layer is, for people.
    pub about: &'static str,
    /// What else may stand there.
    pub entries: &'static [LayerEntry],
    read: Read,
}

impl LayerKind {
    const fn of<C: LayerConfig>() -> Self {
        Self {
            name: C::NAME,
            about: C::ABOUT,
            entries: C::ENTRIES,
            read: read::<C>,
        }
    }
}

/// All kinds of layers of this crate, by name.
pub fn kinds() -> &'static [LayerKind] {
    &configs::KINDS
}

/// What is known of a layer, or of several in a row, before there are weights.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::FieldType;
/// use schur_nn::network::{AnyLayerConfig, Site, configs};
///
/// let conv: AnyLayerConfig = configs::Conv::new(8, 3).into();
/// let outline = conv.outline(
///     &FieldType::parse("C4: trivial")?,
///     &mut Site::new(0, &Device::flex()),
/// )?;
/// assert_eq!((outline.output.to_string(), outline.parameters), ("C4: 8 regular".to_string(), 72));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// The type of field that comes out.
    pub output: FieldType,
    /// Number of learnable scalars.
    pub parameters: usize,
}

/// The description of a layer of any kind: in a file a table whose entry `layer` says which, and
/// whose others are those of that [`LayerConfig`].
///
/// ```
/// use schur_nn::network::{AnyLayerConfig, configs};
///
/// let text = r#"{"layer":"max_out","over":2}"#;
/// let config: AnyLayerConfig = serde_json::from_str(text)?;
/// assert_eq!(config, AnyLayerConfig::from(configs::MaxOut { over: 2 }));
/// assert_eq!(serde_json::to_string(&config)?, text);
/// assert!(serde_json::from_str::<AnyLayerConfig>(r#"{"layer":"max_out","under":2}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AnyLayerConfig(Arc<dyn Described>);

/// A [`LayerConfig`] as an object.
trait Described: fmt::Debug + Send + Sync {
    fn layer(&self) -> &str;
    fn entries(&self) -> Result<Map<String, Value>, serde_json::Error>;
    fn init(&self, input: &FieldType, site: &mut Site) -> Result<AnyLayer, NnError>;
    fn outline(&self, input: &FieldType, site: &mut Site) -> Result<Outline, NnError>;
}

impl<C: LayerConfig> Described for C {
    fn layer(&self) -> &str {
        C::NAME
    }

    fn entries(&self) -> Result<Map<String, Value>, serde_json::Error> {
        let mut entries: Map<_, _> = serde_json::from_value(serde_json::to_value(self)?)?;
        leave_out_nulls(&mut entries);
        Ok(entries)
    }

    fn init(&self, input: &FieldType, site: &mut Site) -> Result<AnyLayer, NnError> {
        LayerConfig::init(self, input, site)
    }

    fn outline(&self, input: &FieldType, site: &mut Site) -> Result<Outline, NnError> {
        LayerConfig::outline(self, input, site)
    }
}

/// Takes out entries that are nothing, for which not every format has a word, at any depth.
fn leave_out_nulls(entries: &mut Map<String, Value>) {
    entries.retain(|_, value| !value.is_null());
    for value in entries.values_mut() {
        match value {
            Value::Object(inner) => leave_out_nulls(inner),
            Value::Array(items) => {
                let tables = items.iter_mut().filter_map(Value::as_object_mut);
                tables.for_each(leave_out_nulls);
            }
            _ => {}
        }
    }
}

/// The entry that can't be read: without it there is no error, or another one.
fn culprit(entries: &Map<String, Value>, read: Read, error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    // These name it themselves.
    if text.starts_with("missing field") || text.starts_with("unknown field") {
        return None;
    }
    let changes = |name: &&String| {
        let mut others = entries.clone();
        others.remove(*name);
        read(others).err().is_none_or(|e| e.to_string() != text)
    };
    entries.keys().find(changes).cloned()
}

/// A layer that this crate does not have: the site may know it.
#[derive(Debug)]
struct Own {
    layer: String,
    entries: Map<String, Value>,
}

impl Own {
    /// What the site knows by that name.
    fn described(&self, site: &Site) -> Result<AnyLayerConfig, NnError> {
        let (layer, at) = (&self.layer, "layer".to_string());
        let Some(read) = site.reader(layer) else {
            let known = kinds().iter().map(|kind| kind.name);
            let known: Vec<&str> = known.chain(site.names()).collect();
            let problem = format!(
                "`{layer}` is unknown; use one of {}, or register a layer of your own with \
                 `Site::with_layer`",
                known.join(", ")
            );
            return Err(NnError::Config { at, problem });
        };
        read(self.entries.clone()).map_err(|error| NnError::Config {
            at,
            problem: format!("`{layer}`: {error}"),
        })
    }
}

impl Described for Own {
    fn layer(&self) -> &str {
        &self.layer
    }

    fn entries(&self) -> Result<Map<String, Value>, serde_json::Error> {
        Ok(self.entries.clone())
    }

    fn init(&self, input: &FieldType, site: &mut Site) -> Result<AnyLayer, NnError> {
        self.described(site)?.init(input, site)
    }

    fn outline(&self, input: &FieldType, site: &mut Site) -> Result<Outline, NnError> {
        self.described(site)?.outline(input, site)
    }
}

/// From the entries of a table.
pub(super) type Read = fn(Map<String, Value>) -> Result<AnyLayerConfig, serde_json::Error>;

/// Reads a kind of layer.
fn read<C: LayerConfig>(entries: Map<String, Value>) -> Result<AnyLayerConfig, serde_json::Error> {
    Ok(serde_json::from_value::<C>(Value::Object(entries))?.into())
}

impl AnyLayerConfig {
    /// What stands under `layer` in a config file.
    pub fn layer(&self) -> &str {
        self.0.layer()
    }

    /// This layer with other fields, if its entry `fields` says `old`.
    pub(super) fn with_fields(&self, old: &Fields, new: &Fields) -> Option<Self> {
        let mut entries = serde_json::to_value(self).ok()?;
        let fields = entries.get_mut("fields")?;
        if *fields != serde_json::to_value(old).ok()? {
            return None;
        }
        *fields = serde_json::to_value(new).ok()?;
        serde_json::from_value(entries).ok()
    }

    /// Builds the layer for fields of type `input`.
    ///
    /// # Errors
    ///
    /// If an entry makes no sense, or not for these fields, or the kind of layer is unknown.
    pub fn init(&self, input: &FieldType, site: &mut Site) -> Result<AnyLayer, NnError> {
        let layer = self.0.init(input, site)?;
        if layer.input_type() == input {
            return Ok(layer);
        }
        Err(NnError::WrongFieldType {
            layer: layer.name(),
            expected: layer.input_type().to_string(),
            found: input.to_string(),
        })
    }

    /// What the layer gives and learns.
    ///
    /// # Errors
    ///
    /// Those of [`init`](Self::init).
    pub fn outline(&self, input: &FieldType, site: &mut Site) -> Result<Outline, NnError> {
        self.0.outline(input, site)
    }
}

impl<C: LayerConfig> From<C> for AnyLayerConfig {
    fn from(config: C) -> Self {
        Self(Arc::new(config))
    }
}

/// Equal in a file.
impl PartialEq for AnyLayerConfig {
    fn eq(&self, other: &Self) -> bool {
        let entries = |config: &Self| config.0.entries().ok();
        self.layer() == other.layer() && entries(self) == entries(other)
    }
}

impl Serialize for AnyLayerConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.0.entries().map_err(S::Error::custom)?;
        let mut table = serializer.serialize_map(Some(entries.len() + 1))?;
        table.serialize_entry("layer", self.layer())?;
        for (name, value) in &entries {
            table.serialize_entry(name, value)?;
        }
        table.end()
    }
}

impl<'de> Deserialize<'de> for AnyLayerConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Given(Value::Object(mut entries)) = Given::deserialize(deserializer)? else {
            return Err(D::Error::custom("a layer is a table of entries"));
        };
        let Some(Value::String(layer)) = entries.remove("layer") else {
            let problem = "a layer needs an entry `layer` with its name, such as \"conv\"";
            return Err(D::Error::custom(problem));
        };
        match kinds().iter().find(|kind| kind.name == layer) {
            Some(kind) => (kind.read)(entries.clone()).map_err(|error| {
                let entry = culprit(&entries, kind.read, &error);
                let entry = entry.map_or(String::new(), |name| format!(", entry `{name}`"));
                D::Error::custom(format!("layer `{layer}`{entry}: {error}"))
            }),
            None => Ok(Self(Arc::new(Own { layer, entries }))),
        }
    }
}

/// Builds layers in a row; errors are located by `at`.
pub(super) fn init_all<'a>(
    configs: impl IntoIterator<Item = (String, &'a AnyLayerConfig)>,
    input: &FieldType,
    site: &mut Site,
) -> Result<Vec<AnyLayer>, NnError> {
    let mut layers: Vec<AnyLayer> = Vec::new();
    for (at, config) in configs {
        let input = layers.last().map_or(input, Layer::output_type);
        let layer = config.init(input, site);
        layers.push(layer.map_err(|error| error.within(&at))?);
    }
    Ok(layers)
}

/// The outline of layers in a row; errors are located by `at`.
pub(super) fn outline_all<'a>(
    configs: impl IntoIterator<Item = (String, &'a AnyLayerConfig)>,
    input: &FieldType,
    site: &mut Site,
) -> Result<Outline, NnError> {
    let start = Outline {
        output: input.clone(),
        parameters: 0,
    };
    configs.into_iter().try_fold(start, |before, (at, config)| {
        let next = config.outline(&before.output, site);
        let next = next.map_err(|error| error.within(&at))?;
        Ok(Outline {
            parameters: before.parameters + next.parameters,
            ..next
        })
    })
}
