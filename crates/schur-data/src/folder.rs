//! Pictures in a folder of folders: which file belongs to which class and part.

mod below;
mod listing;
mod masks;
mod targets;

use std::path::{Path, PathBuf};

use crate::random::{CLASSIC_SPLIT_SEED, Purpose, permutation};
use crate::{DataError, Volume, counted};
use listing::{also_written, class_names, has_folder, images_of_class, names, problem};

pub(crate) use listing::{left_out, without_classes};

pub use below::FilesBelow;
pub use listing::{missing_slice, slices};
pub use masks::{MaskFolder, MaskedFile};
pub use targets::{TargetFile, TargetFolder};

/// One image of a class in so many is a test image where there is no folder of them.
const TEST_SHARE: usize = 5;
/// One image in so many, of those that are not for testing, is for validation.
const VALIDATION_SHARE: usize = 8;
/// Most classes: labels are bytes.
const MAX_CLASSES: usize = 256;
/// What is used of a directory, in words.
const FOLDERS: &str = "folders";
/// Names of the folder for validation.
const VALIDATION: [&str; 3] = ["validation", "val", "valid"];

/// A picture file, or a volume, with the number of its class.
///
/// ```
/// use schur_data::{ImageFile, ImageFolder};
///
/// let directory = tempfile::tempdir()?;
/// std::fs::create_dir(directory.path().join("dog"))?;
/// std::fs::write(directory.path().join("dog/rex.png"), "")?;
/// let classes = ["cat", "dog"].map(str::to_owned);
/// let files = ImageFolder::open_test(directory.path(), &classes)?;
/// let path = directory.path().join("dog/rex.png");
/// assert_eq!(files, [ImageFile { path, label: 1 }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFile {
    /// Where it is: a file, or of a volume in slices their folder.
    pub path: PathBuf,
    /// The position of its class in [`ImageFolder::classes`].
    pub label: u8,
}

impl ImageFile {
    /// Whether it is a volume: a file of one, or a folder of [slices](slices).
    pub fn is_volume(&self) -> bool {
        Volume::is_one(&self.path) || self.path.is_dir()
    }
}

/// The files of a folder with one sub-folder per class, the usual layout of pictures:
///
/// ```text
/// DIR/train/CLASS/*.png      DIR/CLASS/*.png
/// DIR/test/CLASS/*.png       (divided by a rule)
/// DIR/validation/CLASS/*.png (or `val`, `valid`)
/// ```
///
/// Names of the parts may have capital letters. Where there is a folder `train`, other folders than those
/// of the parts are left out, and images that are in no folder of a class are so everywhere.
///
/// Classes and files are in the order of their names (of their bytes, whatever the language), and
/// classes take turns, so that a prefix of a part is balanced. A part that has no folder is taken
/// from the training images: of every class one image in 5 for testing, and of the rest one in 8 for
/// validation, at least one each, chosen at random with [`CLASSIC_SPLIT_SEED`], the same for all
/// trainings.
///
/// Only names are looked at: nothing is decoded. Names that begin with a dot are passed over, and
/// what systems leave (`Thumbs.db`, `desktop.ini`, `__MACOSX`); images end in `.png`, `.jpg` or
/// `.jpeg`, volumes in `.nii`, `.nii.gz` or `.npy`, and a folder inside a class is a volume with
/// images as slices. Images and volumes are not mixed.
///
/// ```
/// use schur_data::ImageFolder;
///
/// let directory = tempfile::tempdir()?;
/// for (class, count) in [("cat", 10), ("dog", 10)] {
///     std::fs::create_dir(directory.path().join(class))?;
///     for i in 0..count {
///         std::fs::write(directory.path().join(format!("{class}/{i}.png")), "")?;
///     }
/// }
/// let folder = ImageFolder::open(directory.path())?;
/// assert_eq!(folder.classes, ["cat", "dog"]);
/// assert_eq!((folder.train.len(), folder.validation.len(), folder.test.len()), (14, 2, 4));
/// assert_eq!((folder.train[0].label, folder.train[1].label), (0, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageFolder {
    /// Names of the classes, sorted; a label is a position in this list.
    pub classes: Vec<String>,
    /// Files to train on.
    pub train: Vec<ImageFile>,
    /// Files to choose the best epoch by.
    pub validation: Vec<ImageFile>,
    /// Files to measure the final error on.
    pub test: Vec<ImageFile>,
    /// Where the parts come from, in words.
    pub description: String,
    /// Which folders, images and volumes are in no class of a part, and which class has the name of a
    /// part, in words.
    pub left_out: Vec<String>,
}

impl ImageFolder {
    /// Whether a directory has folders in it, as one with pictures by class has.
    pub fn is_one(path: impl AsRef<Path>) -> bool {
        has_folder(path.as_ref())
    }

    /// Lists the files.
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] if a directory can't be read; [`DataError::Folder`] with the place for
    /// a class without images, fewer than 2 classes or more than 256, a class of validation or
    /// test that is none of training, a file that is no image and no volume, images and volumes
    /// together, a name that is no Unicode, and fewer images of a class than parts to divide them into.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let (strays, folder) = Self::without_strays(path);
        strays.into_iter().next().map_or(folder, Err)
    }

    /// What [`open`](Self::open) says of every file in a class that is no image and no volume by its
    /// ending, and of classes that can't be used, and the folder without those, or what else is wrong
    /// with it.
    ///
    /// ```
    /// use schur_data::ImageFolder;
    ///
    /// let directory = tempfile::tempdir()?;
    /// for class in ["cat", "dog"] {
    ///     std::fs::create_dir(directory.path().join(class))?;
    ///     for name in ["1.png", "2.png", "3.png", "notes.txt"] {
    ///         std::fs::write(directory.path().join(class).join(name), "")?;
    ///     }
    /// }
    /// let (strays, folder) = ImageFolder::without_strays(directory.path());
    /// assert!(strays[1].to_string().contains("notes.txt"));
    /// assert_eq!((strays.len(), folder?.train.len()), (2, 2));
    /// assert!(ImageFolder::open(directory.path()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn without_strays(path: impl AsRef<Path>) -> (Vec<DataError>, Result<Self, DataError>) {
        let mut strays = Vec::new();
        let folder = Self::listed(path.as_ref(), &mut strays);
        (strays, folder)
    }

    fn listed(directory: &Path, strays: &mut Vec<DataError>) -> Result<Self, DataError> {
        let parts = match Parts::of(directory) {
            parts if parts.train.is_some() => parts,
            _ => Parts::none(),
        };
        let root = parts.train.as_deref().unwrap_or(directory);
        let classes = class_names(root)?;
        let as_part = match parts.train {
            Some(_) => None,
            None => part_among(directory, &classes)?,
        };
        if !(2..=MAX_CLASSES).contains(&classes.len()) {
            return Err(problem(
                root,
                format!(
                    "{} of classes ({}); there must be 2 to {MAX_CLASSES}, with the images \
                     of one class each",
                    counted(classes.len(), "folder"),
                    classes
                        .iter()
                        .take(5)
                        .map(String::as_str)
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
            ));
        }
        let (mut train, masks) = images_of_part(root, &classes, strays)?;
        one_kind(train.iter().flatten())?;
        let mut given = |part: &Option<PathBuf>, purpose: u64, share: usize| match part {
            Some(root) => Ok(images_of_part(root, &classes, strays)?.0),
            None => Ok(set_aside(
                &mut train, purpose, share, root, &classes, strays,
            )),
        };
        let test = given(&parts.test, 0, TEST_SHARE)?;
        let validation = given(&parts.validation, 1, VALIDATION_SHARE)?;
        one_kind([&train, &validation, &test].into_iter().flatten().flatten())?;
        Ok(Self {
            train: in_turns(train),
            validation: in_turns(validation),
            test: in_turns(test),
            description: parts.describe("each class"),
            left_out: (parts.left_out(directory)?.into_iter())
                .chain(answers(root, masks))
                .chain(as_part)
                .collect(),
            classes,
        })
    }

    /// The files of a directory to test a trained network on: those of its folder `test`, or of
    /// the folders of classes in itself. Labels are positions in `classes`, of which some may have
    /// no images here.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), for a class that is none of `classes` too.
    pub fn open_test(
        path: impl AsRef<Path>,
        classes: &[String],
    ) -> Result<Vec<ImageFile>, DataError> {
        let directory = path.as_ref();
        let test = Parts::of(directory).test;
        let root = test.as_deref().unwrap_or(directory);
        let mut strays = Vec::new();
        let images = images_of_part(root, classes, &mut strays);
        if let Some(stray) = strays.into_iter().next() {
            return Err(stray);
        }
        let (images, _) = images?;
        one_kind(images.iter().flatten())?;
        Ok(in_turns(images))
    }
}

/// What is to be said of masks that a network has found in the folders of classes: they are no images
/// of these.
fn answers(root: &Path, count: usize) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "left out of {}: {} that a network has found",
            root.display(),
            counted(count, "mask")
        )
    })
}

/// What is to be said of a class with the name of a part, where there is no folder of training images.
/// Refuses one that has itself folders of classes, since then it is that part.
fn part_among(directory: &Path, classes: &[String]) -> Result<Option<String>, DataError> {
    let parts = VALIDATION.into_iter().chain(["test"]);
    let called = |name: &&String| parts.clone().any(|part| is_part(name, part));
    let Some(name) = classes.iter().find(called) else {
        return Ok(None);
    };
    let path = directory.join(name);
    match class_names(&path)?
        .iter()
        .find(|inside| classes.contains(inside))
    {
        Some(inside) => {
            let text = format!(
                "it has a folder `{inside}` as there is one beside it, so that it is no class; put the \
                 folders of classes beside it into a folder `train`"
            );
            Err(problem(&path, text))
        }
        None => Ok(Some(format!(
            "`{name}` is taken for a class, since there is no folder `train`; if its images are for testing, \
             put the folders of classes into `train`"
        ))),
    }
}

/// Refuses images and volumes together.
fn one_kind<'a>(files: impl Iterator<Item = &'a ImageFile>) -> Result<(), DataError> {
    let mut first: Option<(bool, &ImageFile)> = None;
    for file in files {
        let volume = file.is_volume();
        match first {
            None => first = Some((volume, file)),
            Some((kind, first)) if kind != volume => {
                let what = |file: &ImageFile, volume| match (volume, file.path.is_dir()) {
                    (false, _) => "an image",
                    (true, false) => "a volume",
                    (true, true) => "a folder inside a class, that is a volume in slices",
                };
                return Err(problem(
                    &file.path,
                    format!(
                        "{}, but {} is {}; images lie directly in the folder of their class, and are not \
                         trained on together with volumes",
                        what(file, volume),
                        first.path.display(),
                        what(first, kind)
                    ),
                ));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The folders of the parts, those that are there.
struct Parts {
    train: Option<PathBuf>,
    validation: Option<PathBuf>,
    test: Option<PathBuf>,
}

impl Parts {
    fn of(directory: &Path) -> Self {
        // A folder of that name may also be a class: of trains, say.
        Self::with(directory, has_folder)
    }

    /// Those for which `is_one` says so.
    fn with(directory: &Path, is_one: impl Fn(&Path) -> bool) -> Self {
        // A directory that can't be read is refused later.
        let names = names(directory).unwrap_or_default();
        let part = |part: &str| {
            let mut found: Vec<&String> = names.iter().filter(|name| is_part(name, part)).collect();
            found.sort_by_key(|name| *name != part);
            let paths = found.into_iter().map(|name| directory.join(name));
            paths.into_iter().find(|path| is_one(path))
        };
        Self {
            train: part("train"),
            validation: VALIDATION.into_iter().find_map(part),
            test: part("test"),
        }
    }

    /// What a directory has beside the folders of its parts and classes, in words.
    fn left_out(&self, directory: &Path) -> Result<Vec<String>, DataError> {
        let given = [&self.train, &self.validation, &self.test];
        let given: Vec<&PathBuf> = given.into_iter().flatten().collect();
        let is_file = |path: &Path| !path.is_dir();
        let mut words = Vec::new();
        if given.is_empty() {
            words.extend(left_out(directory, FOLDERS, is_file)?);
        } else {
            words.extend(left_out(directory, FOLDERS, |path| {
                given.iter().all(|part| *part != path)
            })?);
        }
        for part in given {
            words.extend(left_out(part, FOLDERS, is_file)?);
        }
        Ok(words)
    }

    /// All classes together, to be divided by a rule.
    fn none() -> Self {
        Self {
            train: None,
            validation: None,
            test: None,
        }
    }

    /// Where the parts come from, in words; `of` says what random ones are taken from.
    fn describe(&self, of: &str) -> String {
        let name = |part: &Option<PathBuf>| {
            let name = part.as_deref().and_then(Path::file_name)?;
            Some(format!("`{}`", name.to_string_lossy()))
        };
        let given: Vec<String> = [&self.train, &self.validation, &self.test]
            .into_iter()
            .filter_map(name)
            .collect();
        let missing = match (&self.validation, &self.test) {
            (Some(_), Some(_)) => return format!("parts as in the folders {}", given.join(", ")),
            (None, Some(_)) => "validation",
            (Some(_), None) => "test",
            (None, None) => "validation and test",
        };
        let from = match given.is_empty() {
            true => String::new(),
            false => format!("folders {}; ", given.join(", ")),
        };
        format!("{from}{missing} taken at random from {of}, the same for all runs")
    }
}

/// Whether a folder has the name of a part, in whatever letters.
fn is_part(name: &str, part: &str) -> bool {
    name.eq_ignore_ascii_case(part)
}

/// The images of a part by class, without what is none, and how many masks lie among them that a
/// network has found.
fn images_of_part(
    root: &Path,
    classes: &[String],
    strays: &mut Vec<DataError>,
) -> Result<(Vec<Vec<ImageFile>>, usize), DataError> {
    let before = strays.len();
    for name in class_names(root)? {
        if !classes.contains(&name) {
            strays.push(problem(
                &root.join(&name),
                format!(
                    "`{name}` is no class of training, which has {}; rename or remove the folder{}",
                    classes.join(", "),
                    also_written(&name, classes)
                ),
            ));
        }
    }
    let (mut images, mut masks) = (Vec::new(), 0);
    for (label, name) in classes.iter().enumerate() {
        let (of_class, found) = images_of_class(root, name, label as u8, strays)?;
        images.push(of_class);
        masks += found;
    }
    if images.iter().all(Vec::is_empty) && strays.len() == before {
        return Err(problem(
            root,
            "no image in folders named as the classes; put some there".into(),
        ));
    }
    Ok((images, masks))
}

/// Takes a share of every class out of the training images, at random. Of a class without any it has been
/// said already.
fn set_aside(
    train: &mut [Vec<ImageFile>],
    purpose: u64,
    share: usize,
    root: &Path,
    classes: &[String],
    strays: &mut Vec<DataError>,
) -> Vec<Vec<ImageFile>> {
    let mut taken = Vec::with_capacity(train.len());
    for (class, files) in train.iter_mut().enumerate() {
        if files.len() == 1 {
            strays.push(problem(
                &root.join(&classes[class]),
                "too few images of this class to set some aside for validation and test; give at \
                 least 3, or folders `validation` and `test` beside `train`"
                    .into(),
            ));
            files.clear();
        }
        taken.push(match files.is_empty() {
            true => Vec::new(),
            false => share_of(files, share, 2 * class as u64 + purpose),
        });
    }
    taken
}

/// Takes a share of the files out, at random; both in the order of their names.
fn share_of<T>(files: &mut Vec<T>, share: usize, stream: u64) -> Vec<T> {
    let count = (files.len() / share).max(1);
    let purpose = Purpose::FolderSplit;
    let order = permutation(files.len(), purpose, CLASSIC_SPLIT_SEED, stream);
    let mut chosen = vec![false; files.len()];
    order.iter().take(count).for_each(|&i| chosen[i] = true);
    let mut chosen = chosen.into_iter();
    let (aside, kept) = std::mem::take(files)
        .into_iter()
        .partition(|_| chosen.next() == Some(true));
    *files = kept;
    aside
}

/// The first of every class, then the second of every class that has one, and so on.
fn in_turns(classes: Vec<Vec<ImageFile>>) -> Vec<ImageFile> {
    let longest = classes.iter().map(Vec::len).max().unwrap_or(0);
    let mut classes: Vec<_> = classes.into_iter().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    for _ in 0..longest {
        all.extend(classes.iter_mut().filter_map(Iterator::next));
    }
    all
}
