//! The directory of a run.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use schur_nn::{Checkpoint, Network, write_atomically};
use serde::Serialize;

use crate::config::Config;
use crate::error::{Result, TrainError, fail};

/// Note of a checkpoint: side of the square training images, in pixels.
pub const IMAGE_SIZE: &str = "image_size";
/// Note of a checkpoint: the epoch after which it was written.
pub const EPOCH: &str = "epoch";
/// Note of a checkpoint: the config of its run.
pub const CONFIG: &str = "config";
/// Note of a checkpoint: digest of the data of its run.
pub const DATA: &str = "data";

/// The file that a process leaves that is killed while it tries the directory or writes its config.
const PROBE: &str = "config.toml.tmp";
/// Bytes that have to fit: a file system gives out blocks of so many.
const PROBE_BYTES: usize = 4096;

/// A directory that is made and tried out for a new run before anything is read. If the run does
/// not begin, it is removed again.
pub struct Reserved {
    run: RunDir,
    /// Directories that were not there before, outermost first.
    made: Vec<PathBuf>,
}

impl Reserved {
    /// The directory of `--out`.
    pub fn at(path: &Path) -> Result<Self> {
        let made = missing(path);
        RunDir::create(path).and_then(|run| Self::tried(run, made))
    }

    /// A directory in `runs`.
    pub fn by_name(name: &str) -> Result<Self> {
        let mut made = missing(Path::new("runs"));
        let run = RunDir::create_default(name)?;
        made.push(run.path.clone());
        Self::tried(run, made)
    }

    fn tried(run: RunDir, made: Vec<PathBuf>) -> Result<Self> {
        let reserved = Self { run, made };
        let path = reserved.run.path.join(PROBE);
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(&[b'\n'; PROBE_BYTES])?;
            file.sync_all()
        });
        let removed = std::fs::remove_file(&path);
        match written.and(removed) {
            Ok(()) => Ok(reserved),
            Err(e) => fail(format!(
                "writing in {}: {e}; free space there, or choose another directory with --out",
                reserved.run.path.display()
            )),
        }
    }

    /// The run begins: its config is in the directory, which stays.
    pub fn begin(mut self, config: &Config) -> Result<RunDir> {
        self.run.write("config.toml", config.to_toml()?)?;
        self.made.clear();
        Ok(self.run.clone())
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        for path in self.made.iter().rev() {
            // One that another process has put something into stays.
            let _ = std::fs::remove_dir(path);
        }
    }
}

/// The directories of a path that do not exist, outermost first.
fn missing(path: &Path) -> Vec<PathBuf> {
    let ancestors = path.ancestors().take_while(|p| !p.as_os_str().is_empty());
    let mut missing: Vec<PathBuf> = ancestors
        .take_while(|p| !p.exists())
        .map(Path::to_path_buf)
        .collect();
    missing.reverse();
    missing
}

/// A trained network and what it needs to be used.
pub struct Trained {
    pub config: Config,
    pub network: Network,
    /// Side of the square images, in pixels.
    pub image_size: usize,
    /// Epoch of the checkpoint.
    pub epoch: usize,
    /// Digest of the data that it was trained on.
    pub data: Option<String>,
}

/// Paths and files of a run.
#[derive(Clone, Debug)]
pub struct RunDir {
    path: PathBuf,
}

impl RunDir {
    /// Creates the directory of a new run, or takes an empty one.
    fn create(path: &Path) -> Result<Self> {
        if path.exists() && !path.is_dir() {
            return fail(format!("--out {}: it is not a directory", path.display()));
        }
        std::fs::create_dir_all(path)
            .map_err(|e| TrainError::io("creating directory", path, &e))?;
        let run = Self {
            path: path.to_path_buf(),
        };
        if run.config_path().exists() {
            return fail(format!(
                "--out {0}: there is a run in it; choose another directory, or continue it with \
                 `--resume {0}`",
                path.display()
            ));
        }
        for entry in
            std::fs::read_dir(path).map_err(|e| TrainError::io("reading directory", path, &e))?
        {
            let entry = entry.map_err(|e| TrainError::io("reading directory", path, &e))?;
            // What a process leaves that was killed while it wrote its config.
            if entry.file_name() != PROBE {
                return fail(format!(
                    "--out {}: it is not empty; choose another directory",
                    path.display()
                ));
            }
        }
        Ok(run)
    }

    /// `runs/NAME`, or the first of `runs/NAME-2`, `runs/NAME-3`, … that does not exist.
    fn create_default(name: &str) -> Result<Self> {
        let runs = Path::new("runs");
        std::fs::create_dir_all(runs)
            .map_err(|e| TrainError::io("creating directory", runs, &e))?;
        let mut number = 1;
        loop {
            let path = match number {
                1 => runs.join(name),
                _ => runs.join(format!("{name}-{number}")),
            };
            // Another process may take the same name at the same moment; only one succeeds.
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(e) if e.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(e) => return Err(TrainError::io("creating directory", &path, &e)),
            }
        }
    }

    /// An existing run.
    pub fn open(path: &Path) -> Result<Self> {
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
    pub fn lock(&self) -> Result<File> {
        let path = self.config_path();
        let file = File::open(&path).map_err(|e| TrainError::io("opening", &path, &e))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => fail(format!(
                "{}: another process is training in it; wait for its end or stop it",
                self.path.display()
            )),
            Err(TryLockError::Error(e)) => Err(TrainError::io("locking", &path, &e)),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn config_path(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    pub fn best_path(&self) -> PathBuf {
        self.path.join("best.safetensors")
    }

    pub fn last_path(&self) -> PathBuf {
        self.path.join("last.safetensors")
    }

    /// Writes a file of the run, all or nothing; folders in its name are made.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<()> {
        let path = self.path.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| TrainError::io("creating directory", folder, &e))?;
        }
        Ok(write_atomically(&path, bytes.as_ref())?)
    }

    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let mut text = to_json(value)?;
        text.push('\n');
        self.write(name, text)
    }

    pub fn config(&self) -> Result<Config> {
        let config = Config::read(&self.config_path())?;
        if config.params.is_some() {
            return fail(format!(
                "config {}: a run has widths, not `params`; remove that entry",
                self.config_path().display()
            ));
        }
        Ok(config)
    }

    /// Refuses a checkpoint of another network, seed or data than this config asks for.
    pub fn check_origin(
        &self,
        checkpoint: &Checkpoint,
        path: &Path,
        config: &Config,
    ) -> Result<()> {
        let refuse = |problem: String| fail(format!("checkpoint {}: {problem}", path.display()));
        let Some(text) = checkpoint.note(CONFIG) else {
            return refuse("it does not say with which config it was trained".to_string());
        };
        match Config::parse(text) {
            Err(problem) => refuse(format!("its config can't be read: {problem}")),
            Ok(trained) => match trained.difference(config) {
                Some(entry) => refuse(format!(
                    "it is of another run: {entry} differs from {}; put back the entry or start \
                     a new run",
                    self.config_path().display()
                )),
                None => Ok(()),
            },
        }
    }

    /// The network with the weights of the epoch that was best in validation.
    pub fn best_network(&self, device: &Device) -> Result<Trained> {
        let config = self.config()?;
        let best = self.best_path();
        if !best.is_file() {
            let run = self.path.display();
            return fail(if self.last_path().exists() {
                format!("{run}: best.safetensors is lost; train anew")
            } else {
                format!(
                    "{run}: no best.safetensors; the run has not finished its first epoch, \
                     continue it with `schur train --resume {run}`"
                )
            });
        }
        let network = config.network(device)?;
        let description = network.description();
        let checkpoint = Checkpoint::read(&best)?;
        let network = checkpoint.restore(network, &description)?;
        self.check_origin(&checkpoint, &best, &config)?;
        let number = |note: &str| checkpoint.note(note).and_then(|text| text.parse().ok());
        let (Some(image_size), Some(epoch)) = (number(IMAGE_SIZE), number(EPOCH)) else {
            return fail(format!(
                "checkpoint {}: it does not say for which image size and in which epoch it was \
                 trained; use another",
                best.display()
            ));
        };
        network.check_size(image_size, image_size)?;
        Ok(Trained {
            config,
            network,
            image_size,
            epoch,
            data: checkpoint.note(DATA).map(str::to_string),
        })
    }
}

/// Readable JSON.
fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value)
        .map_err(|e| TrainError::Message(format!("writing JSON: {e}")))
}
