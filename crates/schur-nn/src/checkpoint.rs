//! Checkpoints: one safetensors file that carries its own readable description and checksum.
//!
//! | in the file | what |
//! |---|---|
//! | tensor `model.<path>` | a parameter or running statistic, F32, shape as in the module |
//! | tensor `<name>` of type U8 | an opaque part of the training state, such as the optimizer's |
//! | metadata `schur` | JSON: `format` (always `schur-checkpoint`), `version` ([`FORMAT_VERSION`]), `model` ([`ModelDescription`]), `notes` (texts such as the epoch), `checksum` (SHA-256 over all of it) |
//!
//! The file is an ordinary safetensors file: any reader of that format can open it.

mod format;

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::TensorData;
use serde::{Deserialize, Serialize};

use crate::{NnError, parameters};

/// Version of the file format that this crate writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// The origin of a checkpoint that is of no file.
pub(crate) const IN_MEMORY: &str = "in memory";

/// What a checkpoint is a checkpoint of, readable by people and compared on loading.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::NetworkConfig;
///
/// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
/// let network = config.init(0, &Device::flex())?;
/// let description = network.description();
/// assert_eq!(description.difference(&description), None);
/// let other = schur_nn::ModelDescription { classes: 3, ..description.clone() };
/// assert!(description.difference(&other).unwrap().contains("classes"));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelDescription {
    /// Version of this description, [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The symmetry group, for example `C4`.
    pub group: String,
    /// Number of classes.
    pub classes: usize,
    /// Learnable scalars.
    pub parameters: usize,
    /// The layers from input to output.
    pub layers: Vec<LayerDescription>,
}

/// One layer of a [`ModelDescription`].
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::NetworkConfig;
///
/// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
/// let description = config.init(0, &Device::flex())?.description();
/// let [first, second, ..] = &description.layers[..] else { panic!("there are more") };
/// assert_eq!(first.output, second.input);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerDescription {
    /// Name with the sizes that matter, for example `conv 3x3 (stride 1, padding 0)`.
    pub name: String,
    /// Input field type.
    pub input: String,
    /// Output field type.
    pub output: String,
}

impl ModelDescription {
    /// The description of a module of any kind, of which only the number of parameters is known.
    pub fn of_module<M: Module>(module: &M) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            group: "unknown".to_string(),
            classes: 0,
            parameters: module.num_params(),
            layers: Vec::new(),
        }
    }

    /// The first difference to another description, in words, or `None` if they are equal.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let differ = |what: &str, a: &dyn std::fmt::Display, b: &dyn std::fmt::Display| {
            Some(format!("{what} is {a} in the file, but {b} was expected"))
        };
        if self.format_version != other.format_version {
            let (a, b) = (&self.format_version, &other.format_version);
            return differ("the format version of the description", a, b);
        }
        if self.group != other.group {
            return differ("the group", &self.group, &other.group);
        }
        if self.classes != other.classes {
            return differ("the number of classes", &self.classes, &other.classes);
        }
        if self.layers.len() != other.layers.len() {
            return differ(
                "the number of layers",
                &self.layers.len(),
                &other.layers.len(),
            );
        }
        for (i, (a, b)) in self.layers.iter().zip(&other.layers).enumerate() {
            if a != b {
                let text =
                    |l: &LayerDescription| format!("`{}: {} -> {}`", l.name, l.input, l.output);
                return differ(&format!("layer {}", i + 1), &text(a), &text(b));
            }
        }
        if self.parameters != other.parameters {
            return differ(
                "the number of parameters",
                &self.parameters,
                &other.parameters,
            );
        }
        None
    }
}

/// A checkpoint in memory.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{Checkpoint, NetworkConfig};
///
/// let device = Device::flex();
/// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
/// let network = config.init(7, &device)?;
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("model.safetensors");
/// Checkpoint::capture(&network, network.description()).write(&path)?;
///
/// let other = config.init(8, &device)?;
/// let restored = Checkpoint::read(&path)?.restore(other, &network.description())?;
/// assert_eq!(Checkpoint::capture(&restored, network.description()),
///            Checkpoint::capture(&network, network.description()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Checkpoint {
    description: ModelDescription,
    tensors: BTreeMap<String, TensorData>,
    blobs: BTreeMap<String, Vec<u8>>,
    notes: BTreeMap<String, String>,
    /// Where it was read from, for messages.
    origin: String,
}

impl PartialEq for Checkpoint {
    /// Equal contents, wherever they come from.
    fn eq(&self, other: &Self) -> bool {
        self.description == other.description
            && self.tensors == other.tensors
            && self.blobs == other.blobs
            && self.notes == other.notes
    }
}

impl Checkpoint {
    /// The numbers of a module.
    pub fn capture<M: Module>(module: &M, description: ModelDescription) -> Self {
        Self {
            description,
            tensors: parameters::collect(module),
            blobs: BTreeMap::new(),
            notes: BTreeMap::new(),
            origin: IN_MEMORY.to_string(),
        }
    }

    /// Adds an opaque part of the training state. Names that begin with `model.` are reserved,
    /// and refused on writing.
    #[must_use]
    pub fn with_blob(mut self, name: &str, bytes: Vec<u8>) -> Self {
        self.blobs.insert(name.to_string(), bytes);
        self
    }

    /// Adds a piece of text.
    #[must_use]
    pub fn with_note(mut self, name: &str, text: impl Into<String>) -> Self {
        self.notes.insert(name.to_string(), text.into());
        self
    }

    /// What the file says it is a checkpoint of.
    pub fn description(&self) -> &ModelDescription {
        &self.description
    }

    /// An opaque part of the training state.
    pub fn blob(&self, name: &str) -> Option<&[u8]> {
        self.blobs.get(name).map(Vec::as_slice)
    }

    /// A piece of text.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.notes.get(name).map(String::as_str)
    }

    /// Where it was read from, for messages: a path, or `in memory`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The bytes of the file, equal for equal contents.
    ///
    /// # Errors
    ///
    /// [`NnError::Checkpoint`] if the name of a part is reserved, or a number has a type that the
    /// format does not know.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NnError> {
        format::encode(self).map_err(|problem| refuse(&self.origin, problem))
    }

    /// Verifies the bytes of a file.
    ///
    /// # Errors
    ///
    /// [`NnError::Checkpoint`] if they are truncated or altered (checksum), no checkpoint of this
    /// library, or of a newer format version; the message says which.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NnError> {
        Self::decode(bytes, IN_MEMORY)
    }

    fn decode(bytes: &[u8], origin: &str) -> Result<Self, NnError> {
        let mut checkpoint = format::decode(bytes).map_err(|problem| refuse(origin, problem))?;
        checkpoint.origin = origin.to_string();
        Ok(checkpoint)
    }

    /// Writes the file, all or nothing ([`write_atomically`](crate::write_atomically)).
    ///
    /// # Errors
    ///
    /// If the file can't be written, or as [`to_bytes`](Self::to_bytes).
    #[cfg(feature = "files")]
    pub fn write(&self, path: &std::path::Path) -> Result<(), NnError> {
        let origin = path.display().to_string();
        let bytes = format::encode(self).map_err(|problem| refuse(&origin, problem))?;
        crate::write_atomically(path, &bytes)
    }

    /// Reads and verifies a file.
    ///
    /// # Errors
    ///
    /// If it can't be read, or as [`from_bytes`](Self::from_bytes).
    #[cfg(feature = "files")]
    pub fn read(path: &std::path::Path) -> Result<Self, NnError> {
        let bytes = crate::atomic_file::read("reading checkpoint", path)?;
        Self::decode(&bytes, &path.display().to_string())
    }

    /// Puts the numbers into a module of the same description.
    ///
    /// # Errors
    ///
    /// If the file is of another model; the message names the first difference.
    pub fn restore<M: Module>(
        &self,
        module: M,
        description: &ModelDescription,
    ) -> Result<M, NnError> {
        const SAME: &str = "restore it into a network of the same layers and sizes";
        let refuse = |problem: String| refuse(&self.origin, problem);
        if let Some(difference) = self.description.difference(description) {
            return Err(refuse(format!(
                "it is of another model: {difference}; use the config that it was trained with"
            )));
        }
        let expected = parameters::collect(&module);
        for (name, tensor) in &expected {
            match self.tensors.get(name) {
                None => return Err(refuse(format!("tensor `{name}` is missing; {SAME}"))),
                Some(found)
                    if found.shape() != tensor.shape() || found.dtype() != tensor.dtype() =>
                {
                    return Err(refuse(format!(
                        "tensor `{name}` is {:?} of {:?}, but {:?} of {:?} was expected; {SAME}",
                        found.dtype(),
                        found.shape().as_slice(),
                        tensor.dtype(),
                        tensor.shape().as_slice()
                    )));
                }
                Some(_) => {}
            }
        }
        if let Some(name) = self
            .tensors
            .keys()
            .find(|name| !expected.contains_key(*name))
        {
            return Err(refuse(format!(
                "tensor `{name}` belongs to no layer; {SAME}"
            )));
        }
        Ok(parameters::replace(module, self.tensors.clone()))
    }

    /// Puts the numbers into a module of another description, as far as they fit: those of the same
    /// name, shape and type. For training on from a network of other classes, for example.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_nn::{Checkpoint, NetworkConfig};
    ///
    /// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
    /// let ten = config.init(7, &Device::flex())?;
    /// let three = NetworkConfig { classes: 3, ..config }.init(8, &Device::flex())?;
    /// let trained = Checkpoint::capture(&ten, ten.description());
    /// let (_, part) = trained.transplant(three);
    /// // All but the last layer, which gives the classes.
    /// assert!(part.fresh.iter().all(|name| name.starts_with("layers.17.")));
    /// assert_eq!(part.left, part.fresh);
    /// # Ok::<(), schur_nn::NnError>(())
    /// ```
    pub fn transplant<M: Module>(&self, module: M) -> (M, Transplanted) {
        let own = parameters::collect(&module);
        let fits = |name: &str, data: &TensorData| {
            let found = own.get(name);
            found.is_some_and(|own| own.shape() == data.shape() && own.dtype() == data.dtype())
        };
        let (taken, left): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (self.tensors.clone().into_iter()).partition(|(name, data)| fits(name, data));
        let part = Transplanted {
            fresh: own
                .into_keys()
                .filter(|name| !taken.contains_key(name))
                .collect(),
            taken: taken.keys().cloned().collect(),
            left: left.into_keys().collect(),
        };
        (parameters::replace(module, taken), part)
    }
}

/// Which tensors a module has got of a checkpoint, by name.
///
/// ```
/// use burn::tensor::Device;
/// use schur_nn::{Checkpoint, NetworkConfig};
///
/// let config = NetworkConfig::default().with_parameter_budget(2_000)?;
/// let [from, to] = [1, 2].map(|seed| config.init(seed, &Device::flex()));
/// let from = from?;
/// let (_, part) = Checkpoint::capture(&from, from.description()).transplant(to?);
/// assert!(!part.taken.is_empty() && part.fresh.is_empty() && part.left.is_empty());
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transplanted {
    /// Tensors that the module has got.
    pub taken: Vec<String>,
    /// Tensors of the module that keep their first values.
    pub fresh: Vec<String>,
    /// Tensors of the checkpoint that fit nowhere.
    pub left: Vec<String>,
}

fn refuse(origin: &str, problem: String) -> NnError {
    NnError::Checkpoint {
        path: origin.to_string(),
        problem,
    }
}
