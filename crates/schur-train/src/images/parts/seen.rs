//! Which images a network has seen.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use schur_data::Pictures;
use sha2::{Digest, Sha256};

use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::run_dir::RunDir;

/// Digests of the images that the network was trained or validated on, one per line.
pub(super) const SEEN: &str = "seen.txt";

/// The first 64 bits of the SHA-256 of the pixels of each picture.
pub(super) fn digests<'a>(parts: impl IntoIterator<Item = &'a Pictures>) -> Vec<u64> {
    let of = |pixels: &[u8]| {
        let hash = Sha256::digest(pixels);
        hash.iter().take(8).fold(0, |n, &b| n << 8 | u64::from(b))
    };
    let pictures = parts
        .into_iter()
        .flat_map(|part| (0..part.len()).map(|i| part.image(i)));
    pictures.map(of).collect()
}

/// The digests of the images that the network of a run was trained or validated on, if the run has
/// them.
pub(super) fn of_run(run: &RunDir) -> Result<Option<HashSet<u64>>> {
    let path = run.path().join(SEEN);
    if !path.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|e| TrainError::io("reading digests of images", &path, &e))?;
    let digests: Option<HashSet<u64>> = text
        .lines()
        .map(|line| u64::from_str_radix(line, 16).ok())
        .collect();
    match digests {
        Some(digests) => Ok(Some(digests)),
        None => fail(
            ErrorKind::Run,
            format!("{}: it is damaged; remove it", path.display()),
        ),
    }
}

pub(super) fn absolute(directory: &Path) -> Result<PathBuf> {
    std::path::absolute(directory).map_err(|e| TrainError::io("finding", directory, &e))
}
