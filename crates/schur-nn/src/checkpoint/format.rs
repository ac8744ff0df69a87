//! The bytes of a checkpoint file.

use std::collections::{BTreeMap, HashMap};

use burn::tensor::{DType, TensorData};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Checkpoint, FORMAT_VERSION, ModelDescription};

const FORMAT: &str = "schur-checkpoint";
const MODEL_PREFIX: &str = "model.";
/// The name under which a safetensors header keeps its metadata.
const RESERVED: &str = "__metadata__";
/// The one metadata key. One, because the safetensors crate writes several in random order, and
/// equal checkpoints shall be equal files.
const KEY: &str = "schur";

/// The text part of a checkpoint.
#[derive(Serialize, Deserialize)]
struct Manifest {
    format: String,
    version: u32,
    model: ModelDescription,
    notes: BTreeMap<String, String>,
    checksum: String,
}

/// The file's bytes, or what prevents them.
pub(super) fn encode(checkpoint: &Checkpoint) -> Result<Vec<u8>, String> {
    let mut views = BTreeMap::new();
    for (name, data) in &checkpoint.tensors {
        let dtype = safetensors_type(data.dtype())
            .ok_or_else(|| format!("tensor `{name}` has unsupported type {:?}", data.dtype()))?;
        let view = TensorView::new(dtype, data.shape().to_vec(), data.as_bytes())
            .map_err(|e| format!("tensor `{name}`: {e}"))?;
        views.insert(format!("{MODEL_PREFIX}{name}"), view);
    }
    for (name, bytes) in &checkpoint.blobs {
        if name.starts_with(MODEL_PREFIX) || name == RESERVED {
            return Err(format!(
                "part `{name}`: this name is reserved for the model and the file format; use \
                 another name"
            ));
        }
        let view = TensorView::new(Dtype::U8, vec![bytes.len()], bytes)
            .map_err(|e| format!("part `{name}`: {e}"))?;
        views.insert(name.clone(), view);
    }
    let mut manifest = Manifest {
        format: FORMAT.to_string(),
        version: FORMAT_VERSION,
        model: checkpoint.description.clone(),
        notes: checkpoint.notes.clone(),
        checksum: String::new(),
    };
    manifest.checksum = checksum(&views, &manifest)?;
    let manifest = serde_json::to_string(&manifest).map_err(|e| e.to_string())?;
    let metadata = HashMap::from([(KEY.to_string(), manifest)]);
    safetensors::serialize(views, Some(metadata)).map_err(|e| e.to_string())
}

/// The checkpoint in the bytes, or what is wrong with them.
pub(super) fn decode(bytes: &[u8]) -> Result<Checkpoint, String> {
    let damaged = |detail: String| {
        format!("the file is truncated or damaged ({detail}); use another checkpoint")
    };
    let (_, header) =
        SafeTensors::read_metadata(bytes).map_err(|e| damaged(format!("its header: {e}")))?;
    let foreign = || {
        format!("it is a safetensors file but no `{FORMAT}`; it was not written by this library")
    };
    let text = header
        .metadata()
        .as_ref()
        .and_then(|m| m.get(KEY))
        .ok_or_else(foreign)?;
    // The version is looked at before anything else: a newer one may have other fields.
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|e| damaged(format!("its description: {e}")))?;
    if value.get("format").and_then(|f| f.as_str()) != Some(FORMAT) {
        return Err(foreign());
    }
    check_version(value.get("version"))?;
    let mut manifest: Manifest =
        serde_json::from_value(value).map_err(|e| damaged(format!("its description: {e}")))?;
    let file = SafeTensors::deserialize(bytes).map_err(|e| damaged(e.to_string()))?;
    let views: BTreeMap<String, TensorView<'_>> =
        file.iter().map(|(n, v)| (n.to_string(), v)).collect();
    let stored = std::mem::take(&mut manifest.checksum);
    if stored != checksum(&views, &manifest)? {
        return Err(damaged(
            "its checksum does not match its contents".to_string(),
        ));
    }
    let (mut tensors, mut blobs) = (BTreeMap::new(), BTreeMap::new());
    for (name, view) in views {
        match name.strip_prefix(MODEL_PREFIX) {
            Some(path) => {
                let dtype = burn_type(view.dtype())
                    .ok_or_else(|| format!("tensor `{name}` has type {:?}", view.dtype()))?;
                let data =
                    TensorData::from_bytes_vec(view.data().to_vec(), view.shape().to_vec(), dtype);
                tensors.insert(path.to_string(), data);
            }
            None => {
                blobs.insert(name, view.data().to_vec());
            }
        }
    }
    Ok(Checkpoint {
        description: manifest.model,
        tensors,
        blobs,
        notes: manifest.notes,
        origin: String::new(),
    })
}

fn check_version(version: Option<&serde_json::Value>) -> Result<(), String> {
    let number = version.and_then(serde_json::Value::as_u64);
    match number {
        Some(n) if n == u64::from(FORMAT_VERSION) => Ok(()),
        Some(newer) if newer > u64::from(FORMAT_VERSION) => Err(format!(
            "it has format version {newer}, but this program reads up to version \
             {FORMAT_VERSION}; use a newer release of it"
        )),
        _ => Err(format!(
            "it has the unknown format version `{}`; this program reads version {FORMAT_VERSION}",
            version.map_or("none".to_string(), ToString::to_string)
        )),
    }
}

/// SHA-256 over names, types, shapes and bytes of the tensors and over the manifest without its
/// checksum, each part preceded by its length so that no two contents give the same stream.
fn checksum(
    views: &BTreeMap<String, TensorView<'_>>,
    manifest: &Manifest,
) -> Result<String, String> {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    for (name, view) in views {
        part(name.as_bytes());
        part(format!("{:?} {:?}", view.dtype(), view.shape()).as_bytes());
        part(view.data());
    }
    let manifest = serde_json::to_string(manifest).map_err(|e| e.to_string())?;
    part(manifest.as_bytes());
    Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

fn safetensors_type(dtype: DType) -> Option<Dtype> {
    match dtype {
        DType::F32 => Some(Dtype::F32),
        DType::F64 => Some(Dtype::F64),
        _ => None,
    }
}

fn burn_type(dtype: Dtype) -> Option<DType> {
    match dtype {
        Dtype::F32 => Some(DType::F32),
        Dtype::F64 => Some(DType::F64),
        _ => None,
    }
}
