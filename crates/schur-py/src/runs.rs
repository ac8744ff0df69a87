//! Runs of the program: read, and written so that the program takes them.

use std::path::Path;

use burn::tensor::Device;
use numpy::PyArrayDyn;
use pyo3::prelude::*;
use schur_nn::network::{AnyLayerConfig, DomainKind};
use schur_nn::{Checkpoint, Domain, GridGroup, Network};
use schur_train::images::Config;
use schur_train::{EPOCH_NOTE, ErrorKind, RunDir, TrainError};

use crate::arrays::{Numbers, Owned, View};
use crate::error::{Error, Result, value_error};
use crate::field_type::FieldType;
use crate::module::{assign, numbers_of};
use crate::threads::on_all_threads;

/// Notes of a checkpoint, as the program names them.
const IMAGE_SIZE: &str = "image_size";
const CONFIG: &str = "config";
const DATA: &str = "data";

impl From<TrainError> for Error {
    fn from(error: TrainError) -> Self {
        let text = error.to_string();
        let error = match error.kind() {
            ErrorKind::File => pyo3::exceptions::PyOSError::new_err(text),
            _ => pyo3::exceptions::PyValueError::new_err(text),
        };
        error.into()
    }
}

/// A config of the program from TOML, or from JSON.
fn parse(config: &str) -> Result<Config> {
    if config.trim_start().starts_with('{') {
        let read = serde_json::from_str(config);
        return read.map_err(|error: serde_json::Error| value_error(error.to_string()));
    }
    Ok(Config::parse(config)?)
}

/// The type of its images, what a network gives, the descriptions of its layers, the whole config, and
/// the word for the places of its images.
type Described = (FieldType, String, Vec<String>, String, Option<&'static str>);

/// The network of a config, which comes back as the program writes it.
#[pyfunction]
pub(crate) fn network(config: &str) -> Result<Described> {
    let config = parse(config)?.resolve()?;
    config.validate()?;
    let (layers, image) = on_all_threads(|| -> Result<_> {
        let layers = config.network.as_layers()?.layers;
        let network = config.network.init(0, &Device::flex())?;
        Ok((layers, network.image_type().clone()))
    })??;
    let text = |layer: &AnyLayerConfig| {
        serde_json::to_string(layer).map_err(|error| value_error(error.to_string()))
    };
    let texts = layers.iter().map(text).collect::<Result<_>>()?;
    let output = format!("{:?}", config.network.output).to_lowercase();
    let places = match config.network.domain {
        DomainKind::Image => None,
        DomainKind::Cylinder => Some("cylinder"),
        DomainKind::Moebius => Some("moebius"),
        DomainKind::MoebiusUntransported => Some("moebius_untransported"),
        DomainKind::Sphere => Some("equiangular"),
    };
    Ok((
        FieldType::of(image),
        output,
        texts,
        config.to_toml()?,
        places,
    ))
}

/// Numbers by name.
type Arrays<'py> = Vec<(String, Bound<'py, PyArrayDyn<f32>>)>;

/// What a run, or a checkpoint of one, holds: its config, its numbers by name, the side of its
/// images, the epoch, and the digest of its data.
#[pyfunction]
pub(crate) fn read_run<'py>(
    py: Python<'py>,
    path: &str,
) -> Result<(String, Arrays<'py>, usize, usize, Option<String>)> {
    let path = Path::new(path);
    let device = Device::flex();
    if path.is_dir() {
        let trained = on_all_threads(|| RunDir::open(path)?.best_network(&device))??;
        let arrays = arrays(py, &trained.network)?;
        let config = trained.config.to_toml()?;
        return Ok((
            config,
            arrays,
            trained.image_size,
            trained.epoch,
            trained.data,
        ));
    }
    let checkpoint = Checkpoint::read(path)?;
    let note = |name: &str| {
        checkpoint.note(name).ok_or_else(|| {
            value_error(format!(
                "checkpoint {}: it has no note `{name}`, so it is not of a run on images",
                path.display()
            ))
        })
    };
    let number = |name: &str| {
        let wrong = |_| value_error(format!("checkpoint {}: note `{name}`", path.display()));
        note(name)?.parse().map_err(wrong)
    };
    let config = Config::parse(note(CONFIG)?)?;
    let network = on_all_threads(|| -> Result<_> {
        let network = config.network(&device)?;
        Ok(checkpoint.restore(network.clone(), &network.description())?)
    })??;
    let data = checkpoint.note(DATA).map(str::to_string);
    let arrays = arrays(py, &network)?;
    Ok((
        config.to_toml()?,
        arrays,
        number(IMAGE_SIZE)?,
        number(EPOCH_NOTE)?,
        data,
    ))
}

fn arrays<'py>(py: Python<'py>, network: &Network) -> Result<Arrays<'py>> {
    let numbers = numbers_of(network).into_iter();
    numbers
        .map(|n| Ok((n.name, Owned::of(n.data)?.into_array(py)?)))
        .collect()
}

/// Writes a run of which there are only the best weights: the program predicts, evaluates, checks
/// and exports it.
#[pyfunction]
pub(crate) fn write_run(
    path: &str,
    config: &str,
    tensors: Vec<(String, Numbers<'_>)>,
    image_size: usize,
    epoch: usize,
    data: Option<String>,
) -> Result<()> {
    let config = parse(config)?.resolve()?;
    config.validate()?;
    let network = on_all_threads(|| config.network(&Device::flex()))??;
    let tensors = tensors
        .iter()
        .map(|(name, numbers)| Ok((name.clone(), View::<f32>::of(numbers)?.data())));
    let network = assign(network, tensors.collect::<Result<_>>()?)?;
    network.check_size(Domain::image(image_size, image_size))?;
    let mut checkpoint = Checkpoint::capture(&network, network.description())
        .with_note(EPOCH_NOTE, epoch.to_string())
        .with_note(IMAGE_SIZE, image_size.to_string())
        .with_note(CONFIG, config.to_toml()?);
    if let Some(data) = data {
        checkpoint = checkpoint.with_note(DATA, data);
    }
    let run = RunDir::create(Path::new(path), &config)?;
    run.write("config.toml", config.to_toml()?)?;
    checkpoint.write(&run.best_path())?;
    Ok(())
}

/// A network of the collection for a group, of the widths of its source or with at most so many
/// parameters: its config, and the side of its images.
#[pyfunction]
pub(crate) fn model(name: &str, group: &str, params: Option<usize>) -> Result<(String, usize)> {
    let model = schur_nn::network::model(name, &GridGroup::parse(group)?)?;
    let mut config = Config::parse("")?;
    config.network = model.config;
    config.params = params;
    Ok((config.to_toml()?, model.image_size))
}

/// The names of the collection.
#[pyfunction]
pub(crate) fn models() -> Vec<&'static str> {
    schur_nn::network::models()
}
