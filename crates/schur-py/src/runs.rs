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

/// Side of the digits in pixels.
const DIGIT_SIDE: usize = 28;

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

/// Whether the images of a network are volumes: of the sphere they are pictures.
fn sees_volumes(network: &Network) -> bool {
    network.group().space().is_some() && network.domain() != DomainKind::Sphere
}

/// Side of the images in pixels, or rows of volumes, that a config speaks of; if of none, that of the
/// digits.
fn side(config: &Config) -> usize {
    let data = &config.data;
    let volume = data.volume.map(|[_, rows, _]| rows);
    let sphere = data.sphere.map(|bandwidth| 2 * bandwidth);
    volume.or(sphere).or(data.size).unwrap_or(DIGIT_SIDE)
}

/// Puts the side of the images of a network into its config, as training does.
fn set_side(config: &mut Config, network: &Network, image_size: usize) {
    if sees_volumes(network) && (config.data.volume.is_none() || side(config) != image_size) {
        config.data.volume = Some([image_size; 3]);
    } else if side(config) != image_size {
        match network.domain() {
            DomainKind::Sphere => config.data.sphere = Some(image_size / 2),
            _ => config.data.size = Some(image_size),
        }
    }
}

/// The type of its images, what a network gives, the descriptions of its layers, the whole config, the
/// word for the places of its images, and their side.
type Described = (
    FieldType,
    String,
    Vec<String>,
    String,
    Option<&'static str>,
    usize,
);

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
        DomainKind::Sphere => Some("equiangular"),
        strip => Some(strip.name()),
    };
    Ok((
        FieldType::of(image),
        output,
        texts,
        config.to_toml()?,
        places,
        side(&config),
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
    let mut config = parse(config)?.resolve()?;
    let network = on_all_threads(|| config.network(&Device::flex()))??;
    set_side(&mut config, &network, image_size);
    config.validate()?;
    let tensors = tensors
        .iter()
        .map(|(name, numbers)| Ok((name.clone(), View::<f32>::of(numbers)?.data())));
    let network = assign(network, tensors.collect::<Result<_>>()?)?;
    let [depth, rows, cols] = config.data.volume.unwrap_or([1, image_size, image_size]);
    network.check_size(match sees_volumes(&network) {
        true => Domain::volume(depth, rows, cols),
        false => Domain::image(rows, cols),
    })?;
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
/// parameters: its config with the data and training of its source, and the side of its images.
#[pyfunction]
pub(crate) fn model(name: &str, group: &str, params: Option<usize>) -> Result<(String, usize)> {
    let group = GridGroup::parse(group)?;
    let mut config = Config::of_model(name, &group)?;
    config.params = params;
    let side = schur_nn::network::model(name, &group)?.image_size;
    Ok((config.to_toml()?, side))
}

/// The names of the collection.
#[pyfunction]
pub(crate) fn models() -> Vec<&'static str> {
    schur_nn::network::models()
}
