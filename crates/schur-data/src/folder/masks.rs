//! Pictures with masks: two folders with equal names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::listing::{FOUND, also_written, is_image, names, problem};
use super::{Parts, TEST_SHARE, VALIDATION_SHARE, share_of};
use crate::{DataError, Volume, is_found};

/// Names of the two folders.
pub(super) const IMAGES: &str = "images";
pub(super) const MASKS: &str = "masks";

/// A picture with its mask.
///
/// ```
/// use schur_data::MaskedFile;
///
/// let file = |end: &str| MaskedFile { image: format!("images/a{end}").into(), mask: "masks/a.png".into() };
/// assert!(file(".nii.gz").is_volume() && !file(".png").is_volume());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedFile {
    /// The picture, or volume.
    pub image: PathBuf,
    /// What every pixel of it shows: the number of a class.
    pub mask: PathBuf,
}

impl MaskedFile {
    /// Whether it is a volume.
    pub fn is_volume(&self) -> bool {
        Volume::is_one(&self.image)
    }
}

/// The files of a folder with pictures in `images` and their masks, by equal names, in `masks`:
///
/// ```text
/// DIR/train/images/*.png     DIR/images/*.png
/// DIR/train/masks/*.png      DIR/masks/*.png
/// DIR/test/images/*.png ...  (divided by a rule)
/// ```
///
/// Names are equal up to their endings (`.png`, `.jpg`, `.nii.gz`, ...). Parts without a folder are
/// taken from the training files as those of an [`ImageFolder`](super::ImageFolder) are.
///
/// ```
/// use schur_data::MaskFolder;
///
/// let directory = tempfile::tempdir()?;
/// for folder in ["images", "masks"] {
///     std::fs::create_dir(directory.path().join(folder))?;
///     for i in 0..10 {
///         std::fs::write(directory.path().join(format!("{folder}/{i}.png")), "")?;
///     }
/// }
/// let folder = MaskFolder::open(directory.path())?;
/// assert_eq!((folder.train.len(), folder.validation.len(), folder.test.len()), (7, 1, 2));
/// let file = &folder.train[0];
/// assert_eq!(file.image.file_name(), file.mask.file_name());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MaskFolder {
    /// Files to train on.
    pub train: Vec<MaskedFile>,
    /// Files to choose the best epoch by.
    pub validation: Vec<MaskedFile>,
    /// Files to measure the final error on.
    pub test: Vec<MaskedFile>,
    /// Where the parts come from, in words.
    pub description: String,
    /// Which folders, images and volumes are in no part, in words.
    pub left_out: Vec<String>,
}

impl MaskFolder {
    /// Whether a directory, or its folder `train`, has folders `images` and `masks`.
    pub fn is_one(path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        has_both(path) || Parts::with(path, has_both).train.is_some()
    }

    /// Lists the files.
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] if a directory can't be read; [`DataError::Folder`] with the place for a
    /// picture without a mask, a mask without a picture, two files of one name, a file that is no
    /// picture and no volume, images and volumes together, and fewer files than parts.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let (strays, folder) = Self::without_strays(path);
        strays.into_iter().next().map_or(folder, Err)
    }

    /// What [`open`](Self::open) says of every file that is no picture and no volume by its ending, and
    /// the folder without those, or what else is wrong with it.
    pub fn without_strays(path: impl AsRef<Path>) -> (Vec<DataError>, Result<Self, DataError>) {
        let mut strays = Vec::new();
        let folder = Self::listed(path.as_ref(), &mut strays);
        (strays, folder)
    }

    fn listed(directory: &Path, strays: &mut Vec<DataError>) -> Result<Self, DataError> {
        let parts = match Parts::with(directory, has_both) {
            parts if parts.train.is_some() => parts,
            _ => Parts::none(),
        };
        let root = parts.train.as_deref().unwrap_or(directory);
        let mut train = pairs(root, strays)?;
        let mut given = |part: &Option<PathBuf>, stream: u64, share: usize| {
            match part {
            Some(root) => pairs(root, strays),
            None if train.len() < 2 => Err(problem(
                root,
                "too few images to set some aside for validation and test; give at least 3, or folders \
                 `validation` and `test` beside `train`"
                    .into(),
            )),
            None => Ok(share_of(&mut train, share, stream)),
        }
        };
        let test = given(&parts.test, 0, TEST_SHARE)?;
        let validation = given(&parts.validation, 1, VALIDATION_SHARE)?;
        let all = || [&train, &validation, &test].into_iter().flatten();
        if let Some(first) = all().next()
            && let Some(other) = all().find(|file| file.is_volume() != first.is_volume())
        {
            let text = format!(
                "images and volumes together, as {}; train on one kind",
                first.image.display()
            );
            return Err(problem(&other.image, text));
        }
        Ok(Self {
            description: parts.describe("the images"),
            left_out: parts.left_out(directory)?,
            train,
            validation,
            test,
        })
    }

    /// The files of a directory to test a trained network on: those of its folder `test`, or in
    /// itself.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_test(path: impl AsRef<Path>) -> Result<Vec<MaskedFile>, DataError> {
        let directory = path.as_ref();
        let test = Parts::with(directory, has_both).test;
        let mut strays = Vec::new();
        let files = pairs(test.as_deref().unwrap_or(directory), &mut strays);
        match strays.into_iter().next() {
            Some(stray) => Err(stray),
            None => files,
        }
    }
}

fn has_both(path: &Path) -> bool {
    [IMAGES, MASKS].iter().all(|name| path.join(name).is_dir())
}

/// Pictures and masks of a part, by name.
fn pairs(root: &Path, strays: &mut Vec<DataError>) -> Result<Vec<MaskedFile>, DataError> {
    let mut images = without_found(by_stem(&root.join(IMAGES), strays)?);
    let masks = without_found(by_stem(&root.join(MASKS), strays)?);
    // What a network has found in these pictures may lie beside them.
    images.retain(|stem, _| {
        let of = stem.strip_suffix(FOUND);
        !of.is_some_and(|of| masks.contains_key(of) && !masks.contains_key(stem))
    });
    let mut pairs = Vec::with_capacity(masks.len());
    for (stem, mask) in masks {
        let Some(image) = images.remove(&stem) else {
            let text = format!(
                "there is no picture of this name in `{IMAGES}`; add it, or remove the mask{}",
                also_written(&stem, images.keys())
            );
            return Err(problem(&mask, text));
        };
        pairs.push(MaskedFile { image, mask });
    }
    if let Some(image) = images.into_values().next() {
        let text =
            format!("there is no mask of this name in `{MASKS}`; add it, or remove the picture");
        return Err(problem(&image, text));
    }
    if pairs.is_empty() {
        let text = format!(
            "there are no pictures in `{IMAGES}`; put some there, with masks of equal names"
        );
        return Err(problem(root, text));
    }
    Ok(pairs)
}

/// Without the masks that a network has found in the files beside them, which carry a mark.
fn without_found(files: BTreeMap<String, PathBuf>) -> BTreeMap<String, PathBuf> {
    let names: BTreeSet<String> = files.keys().cloned().collect();
    let is_ours = |stem: &str, path: &Path| {
        let of = stem.strip_suffix(FOUND);
        of.is_some_and(|of| names.contains(of)) && is_found(path)
    };
    let others = files
        .into_iter()
        .filter(|(stem, path)| !is_ours(stem, path));
    others.collect()
}

/// The files of a folder by their names without endings. What is neither picture nor volume is passed
/// over, with its error in `strays`.
fn by_stem(
    folder: &Path,
    strays: &mut Vec<DataError>,
) -> Result<BTreeMap<String, PathBuf>, DataError> {
    let mut files = BTreeMap::new();
    for name in names(folder)? {
        let path = folder.join(&name);
        let known = is_image(&name) || Volume::is_one(&path);
        if path.is_dir() || !known {
            let text = "no PNG or JPEG image and no volume (.nii, .nii.gz, .npy); convert it, or remove it";
            strays.push(problem(&path, text.into()));
            continue;
        }
        let lower = name.to_lowercase();
        let ending = [".nii.gz", ".nii", ".npy", ".png", ".jpg", ".jpeg"];
        let cut = ending.iter().find(|ending| lower.ends_with(**ending));
        let stem = name[..name.len() - cut.map_or(0, |cut| cut.len())].to_owned();
        if let Some(other) = files.insert(stem, path) {
            let text = format!("{name} has the same name; remove one of them");
            return Err(problem(&other, text));
        }
    }
    Ok(files)
}
