//! Plain networks as files: safetensors with a description in the metadata.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::half::numbers;
use super::{Array, Graph, Node, Op, Shape};
use crate::NnError;
use crate::checkpoint::IN_MEMORY;

/// The one metadata key.
const KEY: &str = "schur";
const FORMAT: &str = "schur-plain-network";
const VERSION: u32 = 1;

/// The description: everything but the numbers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: String,
    version: u32,
    input: Shape,
    output: Shape,
    nodes: Vec<Node>,
    /// Texts beside the network.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<String, String>,
}

impl Graph {
    /// The network as the bytes of a safetensors file: the constants `c0`, `c1`, … and, under the
    /// metadata key `schur`, the operations and the [texts](Self::with_metadata) beside the network
    /// as JSON. Constants are `F32`, or `F16` if the network
    /// [is in half precision](Self::is_half_precision).
    ///
    /// # Errors
    ///
    /// None for a network that an export has made.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NnError> {
        self.encode().map_err(|problem| refused(IN_MEMORY, problem))
    }

    /// The network in bytes that [`to_bytes`](Self::to_bytes) has given.
    ///
    /// # Errors
    ///
    /// [`NnError::Checkpoint`] if they are of no such network; the message says what is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NnError> {
        Self::decode(bytes).map_err(|problem| refused(IN_MEMORY, problem))
    }

    /// Writes [the bytes](Self::to_bytes) to a file, all or nothing.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    #[cfg(feature = "files")]
    pub fn save(&self, path: &std::path::Path) -> Result<(), NnError> {
        let problem = |problem| refused(&path.display().to_string(), problem);
        crate::write_atomically(path, &self.encode().map_err(problem)?)
    }

    /// Reads a network that [`save`](Self::save) has written.
    ///
    /// # Errors
    ///
    /// If the file can't be read or is no such network; the message says what is wrong.
    #[cfg(feature = "files")]
    pub fn load(path: &std::path::Path) -> Result<Self, NnError> {
        let bytes = crate::atomic_file::read("reading", path)?;
        Self::decode(&bytes).map_err(|problem| refused(&path.display().to_string(), problem))
    }

    fn encode(&self) -> Result<Vec<u8>, String> {
        let bytes: Vec<Vec<u8>> = self
            .constants
            .iter()
            .map(|c| self.bytes(&c.values))
            .collect();
        let dtype = if self.half { Dtype::F16 } else { Dtype::F32 };
        let mut views = BTreeMap::new();
        for (index, (constant, bytes)) in self.constants.iter().zip(&bytes).enumerate() {
            let view =
                TensorView::new(dtype, constant.shape.clone(), bytes).map_err(|e| e.to_string())?;
            views.insert(format!("c{index}"), view);
        }
        let manifest = Manifest {
            format: FORMAT.to_string(),
            version: VERSION,
            input: self.input,
            output: self.output,
            nodes: self.nodes.clone(),
            metadata: self.metadata.clone(),
        };
        let manifest = serde_json::to_string(&manifest).map_err(|e| e.to_string())?;
        // One entry: several would be written in an order that changes from run to run.
        let metadata = Some(HashMap::from([(KEY.to_string(), manifest)]));
        safetensors::serialize(views, metadata).map_err(|e| e.to_string())
    }

    fn decode(bytes: &[u8]) -> Result<Self, String> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| e.to_string())?;
        let manifest = header.metadata().as_ref().and_then(|m| m.get(KEY));
        let manifest = manifest.ok_or("it has no description; use a file of `schur export`")?;
        let manifest: Manifest = serde_json::from_str(manifest).map_err(|e| e.to_string())?;
        if manifest.format != FORMAT || manifest.version != VERSION {
            return Err(format!(
                "it is `{}` of version {}, not `{FORMAT}` of version {VERSION}; export it again",
                manifest.format, manifest.version
            ));
        }
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| e.to_string())?;
        let half = tensors.tensor("c0").is_ok_and(|c| c.dtype() == Dtype::F16);
        let dtype = if half { Dtype::F16 } else { Dtype::F32 };
        let constants = (0..tensors.len())
            .map(|index| {
                let view = tensors
                    .tensor(&format!("c{index}"))
                    .map_err(|e| e.to_string())?;
                if view.dtype() != dtype {
                    return Err(format!("constant c{index} is not {dtype:?}"));
                }
                let number = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
                let values = if half {
                    numbers(view.data())
                } else {
                    view.data().chunks_exact(4).map(number).collect()
                };
                Ok(Array {
                    shape: view.shape().to_vec(),
                    values,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let graph = Self {
            input: manifest.input,
            output: manifest.output,
            nodes: manifest.nodes,
            constants,
            half,
            metadata: manifest.metadata,
            atlas: None,
        };
        graph.check()?;
        Ok(graph)
    }

    /// Whether every operation has as many inputs as it needs, and every reference leads to
    /// something.
    fn check(&self) -> Result<(), String> {
        for (index, node) in self.nodes.iter().enumerate() {
            if node.inputs.is_empty() || node.inputs.iter().any(|&i| i > index) {
                return Err(format!(
                    "node {index} reads a value that does not exist yet"
                ));
            }
            let (found, expected) = (node.inputs.len(), node.op.inputs());
            if expected.is_some_and(|expected| found != expected) {
                return Err(format!(
                    "node {index} has the wrong number of inputs, {found}"
                ));
            }
            let mut op = node.op.clone();
            let mut constants = op.constants_mut().into_iter();
            if constants.any(|c| *c >= self.constants.len()) {
                return Err(format!(
                    "node {index} needs a constant that is not in the file"
                ));
            }
        }
        Ok(())
    }
}

impl Op {
    /// The number of values it is applied to; `None` for any.
    fn inputs(&self) -> Option<usize> {
        match self {
            Self::Add | Self::Mul | Self::AtLeast | Self::MatMul => Some(2),
            Self::Concat => None,
            _ => Some(1),
        }
    }
}

fn refused(origin: &str, problem: String) -> NnError {
    NnError::Checkpoint {
        path: origin.to_string(),
        problem,
    }
}
