//! Files that are either the old one or the new one, never half of one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::NnError;

/// Writes `bytes` to `path` so that a crash, a kill or a full disk at any moment leaves either
/// the previous file or the complete new one: the bytes go to a temporary name beside it, are
/// synced to the disk, and the name is exchanged.
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
    let temporary = temporary_name(path);
    let outcome = write_and_sync(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path))
        .and_then(|()| sync_directory(path));
    outcome.map_err(|source| {
        // The first error is the one to report; a temporary file left behind is harmless.
        let _ = fs::remove_file(&temporary);
        NnError::Io {
            action: "writing",
            path: path.display().to_string(),
            source,
        }
    })
}

/// `name.ext` becomes `name.ext.tmp` in the same directory: a rename is atomic only within
/// one file system.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".tmp");
    path.with_file_name(name)
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the rename itself durable. Only Unix lets a directory be opened for that.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

/// The bytes of a file; `action` is what the caller does, for the message.
pub(crate) fn read(action: &'static str, path: &Path) -> Result<Vec<u8>, NnError> {
    fs::read(path).map_err(|source| NnError::Io {
        action,
        path: path.display().to_string(),
        source,
    })
}
