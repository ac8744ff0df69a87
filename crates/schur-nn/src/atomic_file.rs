//! The one way in which this project writes files: what has its name is whole and on the disk.
//!
//! A file gets a fresh temporary name beside its own, is written, synced and renamed, and the
//! directory is synced; an error of any step is reported, and the temporary file removed. No other
//! file of the project writes one (`scripts/check`).

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::NnError;

/// Writes `bytes` to `path` so that a crash, a kill or a full disk at any moment leaves either
/// the previous file or the complete new one.
///
/// A symbolic link stays, and the file that it leads to is replaced; the permissions of a previous
/// file stay, and one that is write-protected is kept. Devices and pipes, which can't be replaced,
/// are written to.
///
/// # Errors
///
/// [`NnError::Io`] with the path; the temporary file is removed.
///
/// ```
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("note.txt");
/// schur_nn::write_atomically(&path, b"all or nothing")?;
/// assert_eq!(std::fs::read(&path)?, b"all or nothing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), NnError> {
    let written = match fs::metadata(path) {
        Ok(old) if old.is_file() && old.permissions().readonly() => Err(io::Error::new(
            ErrorKind::PermissionDenied,
            "it is there and write-protected; permit writing, or choose another name",
        )),
        Ok(old) if old.is_file() => replace(&followed(path), bytes, Some(old.permissions())),
        Ok(old) if old.is_dir() => Err(io::Error::new(
            ErrorKind::IsADirectory,
            "a directory has this name; choose another",
        )),
        Ok(_) => write_through(path, bytes),
        Err(_) => replace(&followed(path), bytes, None),
    };
    written.map_err(|source| io_error("writing", path, source))
}

/// Creates a directory and those above it, so that they are on the disk.
///
/// # Errors
///
/// [`NnError::Io`] with the path.
///
/// ```
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("a/b");
/// schur_nn::create_directory(&path)?;
/// schur_nn::create_directory(&path)?;
/// assert!(path.is_dir());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn create_directory(path: &Path) -> Result<(), NnError> {
    let missing = path.ancestors().take_while(|p| !p.exists());
    let missing: Vec<PathBuf> = missing
        .filter(|p| !p.as_os_str().is_empty())
        .map(Path::to_path_buf)
        .collect();
    let made = fs::create_dir_all(path)
        .and_then(|()| missing.iter().try_for_each(|made| sync_directory_of(made)));
    made.map_err(|source| io_error("creating directory", path, source))
}

/// Creates a directory if it is not there and tries whether files can be written in it, so that a
/// long computation need not end in that error.
///
/// # Errors
///
/// [`NnError::Io`] with the path.
///
/// ```
/// let directory = tempfile::tempdir()?;
/// schur_nn::try_directory(&directory.path().join("results"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn try_directory(path: &Path) -> Result<(), NnError> {
    create_directory(path)?;
    let (temporary, mut file) = fresh(&path.join(PREFIX), create_new)
        .map_err(|source| io_error("writing in", path, source))?;
    let written = write_and_sync(&mut file, &[b'\n'; TRIED_BYTES]);
    let removed = fs::remove_file(&temporary);
    let tried = written.and(removed);
    tried.map_err(|source| io_error("writing in", path, source))
}

/// Whether a file of this name is what a process has left that was killed while it wrote.
///
/// ```
/// assert!(schur_nn::is_temporary(".schur-17-0.tmp".as_ref()));
/// assert!(!schur_nn::is_temporary("config.toml".as_ref()));
/// ```
pub fn is_temporary(name: &OsStr) -> bool {
    name.to_str()
        .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX))
        .is_some_and(|middle| middle.chars().all(|c| c.is_ascii_digit() || c == '-'))
}

/// A directory that appears under its name when it is complete, or not at all.
///
/// ```
/// let directory = tempfile::tempdir()?;
/// let target = directory.path().join("digits");
/// let new = schur_nn::NewDirectory::beside(&target)?;
/// new.write("seven/0.txt".as_ref(), b"7")?;
/// assert!(!target.exists());
/// new.finish()?;
/// assert_eq!(std::fs::read(target.join("seven/0.txt"))?, b"7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct NewDirectory {
    temporary: PathBuf,
    target: PathBuf,
}

impl NewDirectory {
    /// Begins the directory `target`, under a temporary name beside it.
    ///
    /// # Errors
    ///
    /// [`NnError::Io`] if it is there already, or can't be made.
    pub fn beside(target: &Path) -> Result<Self, NnError> {
        if fs::symlink_metadata(target).is_ok() {
            let there = io::Error::new(
                ErrorKind::AlreadyExists,
                "it is there already; choose another name",
            );
            return Err(io_error("creating directory", target, there));
        }
        if let Some(parent) = target.parent()
            && !parent.as_os_str().is_empty()
        {
            create_directory(parent)?;
        }
        let made = fresh(target, |path| {
            fs::create_dir(path).map(|()| path.to_path_buf())
        });
        let temporary = made.map_err(|source| io_error("creating directory", target, source))?;
        Ok(Self {
            temporary,
            target: target.to_path_buf(),
        })
    }

    /// Writes a file of it, whose folders are made. Several threads may write at once, which is
    /// many times faster: each waits for the disk.
    ///
    /// # Errors
    ///
    /// [`NnError::Io`] with the path that the file would have had.
    pub fn write(&self, name: &Path, bytes: &[u8]) -> Result<(), NnError> {
        let path = self.temporary.join(name);
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        // Nobody sees the directory yet, so that the file needs no other name.
        let written = folder
            .and_then(|()| create_new(&path))
            .and_then(|(_, mut file)| write_and_sync(&mut file, bytes));
        written.map_err(|source| io_error("writing", &self.target.join(name), source))
    }

    /// Gives it its name.
    ///
    /// # Errors
    ///
    /// [`NnError::Io`]; then the directory is removed.
    pub fn finish(self) -> Result<(), NnError> {
        sync_tree(&self.temporary)
            .and_then(|()| fs::rename(&self.temporary, &self.target))
            .and_then(|()| sync_directory_of(&self.target))
            .map_err(|source| io_error("creating directory", &self.target, source))
    }
}

impl Drop for NewDirectory {
    fn drop(&mut self) {
        // After a rename there is nothing of this name.
        let _ = fs::remove_dir_all(&self.temporary);
    }
}

const PREFIX: &str = ".schur-";
const SUFFIX: &str = ".tmp";
/// Bytes that have to fit into a directory: a file system gives out blocks of so many.
const TRIED_BYTES: usize = 4096;

/// What `create` makes under a name that nothing has, beside `path`: a rename is atomic only
/// within one file system.
fn fresh<T>(path: &Path, create: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{number}{SUFFIX}", std::process::id());
        match create(&path.with_file_name(name)) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            outcome => return outcome,
        }
    }
}

/// The file that a symbolic link leads to, perhaps one that is not there yet; another path itself.
fn followed(path: &Path) -> PathBuf {
    match (fs::canonicalize(path), fs::read_link(path)) {
        (Ok(whole), Ok(_)) => whole,
        (Err(_), Ok(next)) => path.with_file_name(next),
        (_, Err(_)) => path.to_path_buf(),
    }
}

fn replace(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    let (temporary, mut file) = fresh(path, create_new)?;
    let outcome = permissions
        .map_or(Ok(()), |old| file.set_permissions(old))
        .and_then(|()| write_and_sync(&mut file, bytes))
        .and_then(|()| fs::rename(&temporary, path))
        .and_then(|()| sync_directory_of(path));
    if outcome.is_err() {
        // The first error is the one to report; a temporary file left behind is harmless.
        let _ = fs::remove_file(&temporary);
    }
    outcome
}

fn create_new(path: &Path) -> io::Result<(PathBuf, File)> {
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    Ok((path.to_path_buf(), file))
}

fn write_and_sync(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

/// Into a device or a pipe, most of which know of no sync.
fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(bytes)?;
    file.flush()
}

/// Makes the name of `path` durable. Only Unix lets a directory be opened for that.
fn sync_directory_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        _ => sync_directory(Path::new(".")),
    }
}

fn sync_directory(path: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(path)?.sync_all(),
        false => Ok(()),
    }
}

/// All directories of a tree.
fn sync_tree(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        }
    }
    sync_directory(path)
}

/// The system's answer, with what helps.
fn io_error(action: &'static str, path: &Path, source: io::Error) -> NnError {
    let remedy = match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "free space there"
        }
        ErrorKind::ReadOnlyFilesystem => "choose a place that can be written to",
        // Some systems have directories in which nothing can be made.
        ErrorKind::NotFound if path.is_dir() || path.parent().is_some_and(Path::is_dir) => {
            "choose another place"
        }
        ErrorKind::NotFound => "make the directory before",
        ErrorKind::PermissionDenied if source.raw_os_error().is_some() => {
            "permit writing there, or choose another place"
        }
        ErrorKind::AlreadyExists if source.raw_os_error().is_some() => {
            "a file has this name, choose another"
        }
        ErrorKind::NotADirectory => "a part of the path is a file, choose another place",
        _ => "",
    };
    let source = match remedy {
        "" => source,
        _ => io::Error::new(source.kind(), format!("{source}; {remedy}")),
    };
    NnError::Io {
        action,
        path: path.display().to_string(),
        source,
    }
}

/// The bytes of a file; `action` is what the caller does, for the message.
pub(crate) fn read(action: &'static str, path: &Path) -> Result<Vec<u8>, NnError> {
    fs::read(path).map_err(|source| NnError::Io {
        action,
        path: path.display().to_string(),
        source,
    })
}
