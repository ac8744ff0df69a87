//! Which images a network has seen.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use schur_data::{Pictures, counted};
use sha2::{Digest, Sha256};

use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::images::parts::Parts;
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

impl Parts {
    /// What has changed among the images that a run was trained or validated on, as far as the run knows
    /// them: words to stand behind a sentence that says that something has.
    pub(crate) fn changes_since(&self, run: &RunDir) -> Result<String> {
        let Some(known) = of_run(run)? else {
            return Ok(String::new());
        };
        let files: Vec<_> = self.files()[..2].iter().flatten().collect();
        let new: Vec<usize> = (0..self.seen.len())
            .filter(|&i| !known.contains(&self.seen[i]))
            .collect();
        let now: HashSet<u64> = self.seen.iter().copied().collect();
        let gone = known.difference(&now).count();
        let have = |count| if count == 1 { "has" } else { "have" };
        let first = (new.first().and_then(|&i| files.get(i)))
            .map(|path| format!(", {} is the first", path.display()))
            .unwrap_or_default();
        Ok(match (new.len(), gone) {
            (0, 0) => " (all images for training and validation are there: labels, targets, masks or test \
                images differ)"
                .to_string(),
            (new, gone) => format!(
                " ({new} of {} for training and validation {} not been there before{first}; of those before \
                 {gone} {} gone)",
                counted(self.seen.len(), "image"),
                have(new),
                have(gone)
            ),
        })
    }
}

pub(super) fn absolute(directory: &Path) -> Result<PathBuf> {
    std::path::absolute(directory).map_err(|e| TrainError::io("finding", directory, &e))
}
