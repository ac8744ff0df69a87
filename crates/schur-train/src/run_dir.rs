//! The directory of a run.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use schur_nn::{Checkpoint, create_directory, is_temporary, try_directory, write_atomically};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::history::History;

/// The file of what a run starts from.
const START: &str = "start.safetensors";
/// The file of a run that says why its training has stopped, if it has diverged.
pub const STOPPED: &str = "stopped.txt";

/// A directory that is made and tried out for a new run before anything is read. If the run does
/// not begin, it is removed again.
///
/// ```
/// use schur_train::{Reserved, TrainConfig};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("runs/first");
/// // The data could not be read: nothing is left behind.
/// drop(Reserved::at(&path)?);
/// assert!(!path.exists());
/// let run = Reserved::at(&path)?.begin(&TrainConfig::default())?;
/// assert!(run.config_path().is_file());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Reserved {
    run: RunDir,
    /// Directories that were not there before, outermost first.
    made: Vec<PathBuf>,
    begun: bool,
    /// Held until the run has a config, which is what keeps others away from then on.
    _claim: Option<File>,
}

impl Reserved {
    /// The directory at `path`, which is made with the directories above it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Run`] if there is something in it, [`ErrorKind::File`] if it can't be made or
    /// written in.
    pub fn at(path: &Path) -> Result<Self> {
        let made = missing(path);
        let (run, claim) = RunDir::make(path)?;
        Self::tried(run, made, claim)
    }

    /// `runs/NAME`, or the first of `runs/NAME-2`, `runs/NAME-3`, … that does not exist.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] if it can't be made or written in.
    pub fn by_name(name: &str) -> Result<Self> {
        let mut made = missing(Path::new("runs"));
        let run = RunDir::make_default(name)?;
        made.push(run.path.clone());
        let claim = run.claim()?;
        Self::tried(run, made, claim)
    }

    fn tried(run: RunDir, made: Vec<PathBuf>, claim: Option<File>) -> Result<Self> {
        let reserved = Self {
            run,
            made,
            begun: false,
            _claim: claim,
        };
        match try_directory(&reserved.run.path) {
            Ok(()) => Ok(reserved),
            Err(e) => fail(ErrorKind::File, format!("{e}; choose another directory")),
        }
    }

    /// The directory, for what the run starts from; it is removed with it if the run does not begin.
    pub fn run(&self) -> &RunDir {
        &self.run
    }

    /// The run begins: what determines it is in the directory as `config.toml`, has been read back
    /// and found equal, and the directory stays.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if TOML can't hold the config, [`ErrorKind::File`] if it can't be
    /// written, or is another one when it is read.
    pub fn begin<C: Serialize + DeserializeOwned>(mut self, config: &C) -> Result<RunDir> {
        let text = to_toml(config)?;
        self.run.write("config.toml", &text)?;
        let kept = self.run.read_config::<C>().and_then(|kept| to_toml(&kept));
        if kept.as_ref().ok() != Some(&text) {
            let path = self.run.config_path();
            // So that the directory can be removed.
            let _ = std::fs::remove_file(&path);
            let problem = kept.err().map_or(String::new(), |e| format!(": {e}"));
            let text = format!(
                "{}: what was written is not what is read{problem}; choose another directory",
                path.display()
            );
            return fail(ErrorKind::File, text);
        }
        self.begun = true;
        Ok(self.run.clone())
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if self.begun {
            return;
        }
        let _ = std::fs::remove_file(self.run.start_path());
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

/// The directory of a run: `config.toml`, which determines it, `last.safetensors` to continue it,
/// `best.safetensors` of the epoch that was best in validation, `metrics.csv`, `metrics.jsonl` and
/// `timing.csv`. Each file is the old one or the new one at any moment, whatever happens to the
/// process.
///
/// ```
/// use schur_train::{RunDir, TrainConfig};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("run");
/// let settings = TrainConfig { epochs: 3, ..TrainConfig::default() };
/// let run = RunDir::create(&path, &settings)?;
/// assert!(RunDir::create(&path, &settings).is_err());
/// assert_eq!(RunDir::open(&path)?.read_config::<TrainConfig>()?, settings);
/// let claim = run.lock()?;
/// assert!(run.lock().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RunDir {
    path: PathBuf,
}

impl RunDir {
    /// The directory of a new run, with what determines it.
    ///
    /// # Errors
    ///
    /// As [`Reserved::at`] and [`Reserved::begin`].
    pub fn create<C: Serialize + DeserializeOwned>(path: &Path, config: &C) -> Result<Self> {
        Reserved::at(path)?.begin(config)
    }

    /// Creates the directory of a new run, or takes an empty one. Two processes that do so at once
    /// would both find it empty, so that it is claimed before it is looked into.
    fn make(path: &Path) -> Result<(Self, Option<File>)> {
        if path.exists() && !path.is_dir() {
            return fail(
                ErrorKind::Run,
                format!("{}: it is not a directory; choose another", path.display()),
            );
        }
        create_directory(path)?;
        let run = Self {
            path: path.to_path_buf(),
        };
        let claim = run.claim()?;
        if run.config_path().exists() && !run.last_path().exists() && !run.best_path().exists() {
            return fail(
                ErrorKind::Run,
                format!(
                    "{}: there is a run in it that has finished no epoch, or another config.toml; choose \
                     another directory, resume the run, or delete the directory if you need nothing in it",
                    path.display()
                ),
            );
        }
        if run.config_path().exists() {
            return fail(
                ErrorKind::Run,
                format!(
                    "{}: there is a run in it; choose another directory, or resume it",
                    path.display()
                ),
            );
        }
        for entry in
            std::fs::read_dir(path).map_err(|e| TrainError::io("reading directory", path, &e))?
        {
            let entry = entry.map_err(|e| TrainError::io("reading directory", path, &e))?;
            // What a process leaves that was killed before it wrote its config.
            if !is_temporary(&entry.file_name()) && entry.file_name() != START {
                return fail(
                    ErrorKind::Run,
                    format!(
                        "{}: it is not empty; choose another directory",
                        path.display()
                    ),
                );
            }
        }
        Ok((run, claim))
    }

    /// The lock of the directory itself, for the time in which there is no config to lock; `None` on
    /// systems that do not open directories, or file systems without locks.
    fn claim(&self) -> Result<Option<File>> {
        let Ok(directory) = File::open(&self.path) else {
            return Ok(None);
        };
        match directory.try_lock() {
            Ok(()) => Ok(Some(directory)),
            Err(TryLockError::WouldBlock) => fail(
                ErrorKind::Run,
                format!(
                    "{}: another process begins a run in it; choose another directory",
                    self.path.display()
                ),
            ),
            Err(TryLockError::Error(_)) => Ok(None),
        }
    }

    fn make_default(name: &str) -> Result<Self> {
        let runs = Path::new("runs");
        create_directory(runs)?;
        let mut number = 1;
        loop {
            let path = match number {
                1 => runs.join(name),
                _ => runs.join(format!("{name}-{number}")),
            };
            // Another process may take the same name at the same moment; only one succeeds.
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(e) => return Err(TrainError::io("creating directory", &path, &e)),
            }
        }
    }

    /// An existing run.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Run`] if there is no `config.toml` in the directory.
    pub fn open(path: &Path) -> Result<Self> {
        let run = Self {
            path: path.to_path_buf(),
        };
        if !run.config_path().is_file() {
            return fail(
                ErrorKind::Run,
                format!(
                    "{}: no run directory (it has no config.toml); `schur train` makes one",
                    path.display()
                ),
            );
        }
        Ok(run)
    }

    /// Claims the run for this process. The claim ends with the returned file, which the system
    /// closes whatever happens to the process, so a killed run can be resumed at once. What a killed
    /// process has left half written is removed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Run`] if another process has claimed it.
    pub fn lock(&self) -> Result<File> {
        let path = self.config_path();
        let file = File::open(&path).map_err(|e| TrainError::io("opening", &path, &e))?;
        match file.try_lock() {
            Ok(()) => {
                remove_temporaries(&self.path);
                Ok(file)
            }
            Err(TryLockError::WouldBlock) => fail(
                ErrorKind::Run,
                format!(
                    "{}: another process is training in it; wait for its end or stop it",
                    self.path.display()
                ),
            ),
            Err(TryLockError::Error(e)) => Err(TrainError::io("locking", &path, &e)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of what determines it.
    pub fn config_path(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// The checkpoint of the epoch that was best in validation.
    pub fn best_path(&self) -> PathBuf {
        self.path.join("best.safetensors")
    }

    /// The checkpoint to continue from.
    pub fn last_path(&self) -> PathBuf {
        self.path.join("last.safetensors")
    }

    /// The network that the run started from, if it did not start from random weights.
    pub fn start_path(&self) -> PathBuf {
        self.path.join(START)
    }

    /// What determines the run, from `config.toml`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the file is not understood.
    pub fn read_config<C: DeserializeOwned>(&self) -> Result<C> {
        let path = self.config_path();
        let text = std::fs::read_to_string(&path)
            .map_err(|e| TrainError::io("reading config", &path, &e))?;
        toml::from_str(&text).or_else(|e: toml::de::Error| {
            let text = format!("config {}: {}", path.display(), e.to_string().trim_end());
            fail(ErrorKind::Config, text)
        })
    }

    /// The checkpoint to continue from, or `None` before the end of the first epoch.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Checkpoint`] if it is damaged, [`ErrorKind::Run`] if it is lost.
    pub fn last(&self) -> Result<Option<Checkpoint>> {
        let last = self.last_path();
        if last.exists() {
            return Ok(Some(Checkpoint::read(&last)?));
        }
        // A training that was killed in its first epoch has a model.json and no metrics.
        let has = |name: &str| self.path.join(name).exists();
        if self.best_path().exists() && (has("metrics.csv") || !has("model.json")) {
            let text = format!(
                "{}: last.safetensors is lost, or has not come with the network, so the run can't be \
                 continued; start anew in another directory, with this run as `from` to begin \
                 with its network",
                self.path.display()
            );
            return fail(ErrorKind::Run, text);
        }
        Ok(None)
    }

    /// Writes `metrics.csv`, `metrics.jsonl` and `timing.csv` anew, so that they never hold an
    /// epoch that the checkpoint does not know, with `score` as the name of the score.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] if a file can't be written.
    pub fn write_history(&self, history: &History, score: &str) -> Result<()> {
        self.write("metrics.csv", history.metrics_csv(score))?;
        self.write("metrics.jsonl", history.metrics_jsonl(score)?)?;
        self.write("timing.csv", history.timing_csv())
    }

    /// Writes a file of the run, all or nothing; folders in its name are made.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] if it can't be written.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<()> {
        let path = self.path.join(name);
        if let Some(folder) = path.parent() {
            create_directory(folder)?;
        }
        Ok(write_atomically(&path, bytes.as_ref())?)
    }

    /// Writes a file of the run as readable JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::File`] if it can't be written.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string_pretty(value)
            .map_err(|e| TrainError::new(ErrorKind::File, format!("writing JSON: {e}")))?;
        text.push('\n');
        self.write(name, text)
    }
}

/// A config as the text of a file, from which it can be read again.
///
/// # Errors
///
/// [`ErrorKind::Config`] if TOML can't hold it.
pub(crate) fn to_toml<C: Serialize + DeserializeOwned>(config: &C) -> Result<String> {
    let refuse = |problem: String| {
        let text = format!("this config can't be written so that it is read again: {problem}");
        TrainError::new(ErrorKind::Config, text)
    };
    let text = toml::to_string(config).map_err(|e| refuse(e.to_string()))?;
    let again: C = toml::from_str(&text).map_err(|e| refuse(e.to_string()))?;
    match toml::to_string(&again) {
        Ok(other) if other == text => Ok(text),
        _ => Err(refuse("it is another one then".to_string())),
    }
}

/// What killed processes have left in a directory and those in it.
fn remove_temporaries(directory: &Path) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_temporaries(&entry.path());
        } else if is_temporary(&entry.file_name()) {
            // It is harmless where it stays.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
