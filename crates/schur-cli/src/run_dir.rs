//! The directory of a run.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use schur_nn::{Checkpoint, Network, write_atomically};
use serde::Serialize;

use crate::config::Config;
use crate::error::{CliError, Result, fail};

/// Note of a checkpoint: side of the square training images, in pixels.
pub(crate) const IMAGE_SIZE: &str = "image_size";

/// A trained network and what it needs to be used.
pub(crate) struct Trained {
    pub(crate) config: Config,
    pub(crate) network: Network,
    /// Side of the square images, in pixels.
    pub(crate) image_size: usize,
}

/// Paths and files of a run.
#[derive(Clone, Debug)]
pub(crate) struct RunDir {
    path: PathBuf,
}

impl RunDir {
    /// Creates the directory of a new run and checks that it can be written to.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        if path.exists() {
            if !path.is_dir() {
                return fail(format!("--out {}: it is not a directory", path.display()));
            }
            let mut entries =
                std::fs::read_dir(path).map_err(|e| CliError::io("reading directory", path, &e))?;
            if entries.next().is_some() {
                return fail(format!(
                    "--out {0}: it is not empty; choose another directory, or continue the run \
                     in it with `--resume {0}`",
                    path.display()
                ));
            }
        }
        std::fs::create_dir_all(path).map_err(|e| CliError::io("creating directory", path, &e))?;
        Ok(Self {
            path: path.to_path_buf(),
        })
    }

    /// `runs/NAME`, or the first of `runs/NAME-2`, `runs/NAME-3`, … that does not exist.
    pub(crate) fn free_default(name: &str) -> PathBuf {
        let first = Path::new("runs").join(name);
        if !first.exists() {
            return first;
        }
        (2..)
            .map(|n| Path::new("runs").join(format!("{name}-{n}")))
            .find(|path| !path.exists())
            .unwrap_or(first)
    }

    /// An existing run.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let run = Self {
            path: path.to_path_buf(),
        };
        if !run.config_path().is_file() {
            return fail(format!(
                "{}: no run directory (it has no config.toml); `schur train` makes one",
                path.display()
            ));
        }
        Ok(run)
    }

    /// Claims the run for this process. The claim ends with the returned file, which the system
    /// closes whatever happens to the process, so a killed run can be resumed at once.
    pub(crate) fn lock(&self) -> Result<File> {
        let path = self.config_path();
        let file = File::open(&path).map_err(|e| CliError::io("opening", &path, &e))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => fail(format!(
                "{}: another process is training in it; wait for its end or stop it",
                self.path.display()
            )),
            Err(TryLockError::Error(e)) => Err(CliError::io("locking", &path, &e)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn config_path(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    pub(crate) fn best_path(&self) -> PathBuf {
        self.path.join("best.safetensors")
    }

    pub(crate) fn last_path(&self) -> PathBuf {
        self.path.join("last.safetensors")
    }

    /// Writes a file of the run, all or nothing; folders in its name are made.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<()> {
        let path = self.path.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| CliError::io("creating directory", folder, &e))?;
        }
        Ok(write_atomically(&path, bytes.as_ref())?)
    }

    pub(crate) fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let mut text = to_json(value)?;
        text.push('\n');
        self.write(name, text)
    }

    pub(crate) fn config(&self) -> Result<Config> {
        Config::read(&self.config_path())
    }

    /// The network with the weights of the epoch that was best in validation.
    pub(crate) fn best_network(&self, device: &Device) -> Result<Trained> {
        let config = self.config()?;
        let best = self.best_path();
        if !best.is_file() {
            return fail(format!(
                "{}: no best.safetensors; the run has not finished its first epoch, continue it \
                 with `schur train --resume {0}`",
                self.path.display()
            ));
        }
        let network = config.network.init(config.seed, device)?;
        let description = network.description();
        let checkpoint = Checkpoint::read(&best)?;
        let network = checkpoint.restore(network, &description)?;
        let Some(image_size) = checkpoint.note(IMAGE_SIZE).and_then(|s| s.parse().ok()) else {
            return fail(format!(
                "checkpoint {}: it does not say for which image size it was trained; use another",
                best.display()
            ));
        };
        Ok(Trained {
            config,
            network,
            image_size,
        })
    }
}

/// Readable JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|e| CliError::Message(format!("writing JSON: {e}")))
}
