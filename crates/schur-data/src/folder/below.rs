//! All pictures in a directory and below it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::listing::{is_image, walk};
use super::masks::{IMAGES, MASKS};
use crate::{DataError, Volume, counted, slices};

/// The images, or the volumes, in a directory and the folders below it, and what else is there.
///
/// ```
/// use schur_data::FilesBelow;
///
/// let directory = tempfile::tempdir()?;
/// std::fs::create_dir(directory.path().join("more"))?;
/// for name in ["b.png", "more/a.JPG", "notes.txt", "more/old.TXT", "README", ".hidden.png"] {
///     std::fs::write(directory.path().join(name), "")?;
/// }
/// let found = FilesBelow::open(directory.path(), false)?;
/// assert_eq!(found.files, ["b.png", "more/a.JPG"].map(|name| directory.path().join(name)));
/// assert_eq!(found.other_words(), "2 files .txt, 1 file without an ending");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilesBelow {
    /// PNG and JPEG files by their names, or volumes: NIfTI and NumPy files, and folders of slices.
    pub files: Vec<PathBuf>,
    /// How many other files there are, by their endings in small letters; hidden ones do not count.
    pub others: BTreeMap<String, usize>,
    /// How many files are masks: in a folder `masks` that has a folder `images` beside it.
    pub masks: usize,
}

impl FilesBelow {
    /// Lists images, or `volumes`; nothing is decoded.
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] if a directory can't be read, [`DataError::Folder`] for more than 32
    /// folders inside one another.
    pub fn open(directory: impl AsRef<Path>, volumes: bool) -> Result<Self, DataError> {
        let directory = directory.as_ref();
        let mut below = Self::default();
        let in_slices = |_: &str, path: &Path| volumes && slices(path).is_ok();
        walk(directory, &in_slices, &mut |name, path| {
            let wanted = match volumes {
                true => path.is_dir() || Volume::is_one(&path),
                false => is_image(&name),
            };
            if wanted && is_mask(directory, &name) {
                below.masks += 1;
                return;
            }
            if wanted {
                return below.files.push(path);
            }
            let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
            *below.others.entry(ending.unwrap_or_default()).or_default() += 1;
        })?;
        Ok(below)
    }

    /// The other files in words, those of which there are most first.
    pub fn other_words(&self) -> String {
        let mut others: Vec<(&String, &usize)> = self.others.iter().collect();
        others.sort_by_key(|(ending, count)| (usize::MAX - **count, *ending));
        let words = others.into_iter().map(|(ending, &count)| {
            let files = counted(count, "file");
            match ending.is_empty() {
                true => format!("{files} without an ending"),
                false => format!("{files} .{ending}"),
            }
        });
        let masks = (self.masks > 0).then(|| counted(self.masks, "mask"));
        words.chain(masks).collect::<Vec<_>>().join(", ")
    }
}

/// Whether the file of this name below `directory` lies in a folder of masks.
fn is_mask(directory: &Path, name: &str) -> bool {
    let mut place = directory.to_path_buf();
    name.split('/').any(|part| {
        let is_one = part == MASKS && place.join(IMAGES).is_dir();
        place.push(part);
        is_one && place.is_dir()
    })
}
