//! Pictures from the files of a directory.

use std::fs;
use std::path::{Path, PathBuf};

use crate::file::load;
use crate::folder::{left_out, without_classes};
use crate::idx::MAX_CONTENT;
use crate::{DataError, Pictures};

/// A training set and perhaps a test set, as MNIST and its relatives are published.
///
/// ```
/// use schur_data::{DataError, Source};
///
/// // A directory without such files.
/// let error = Source::load_dir(".").unwrap_err();
/// assert!(matches!(error, DataError::Missing { .. }));
/// assert!(error.to_string().contains("train-images-idx3-ubyte.gz"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    train: Pictures,
    test: Option<Pictures>,
}

/// One of the four files of a data set.
struct Role {
    stem: &'static str,
    /// What EMNIST says instead.
    other: &'static str,
    suffix: &'static str,
    words: &'static str,
}

impl Role {
    const fn images(stem: &'static str, other: &'static str, words: &'static str) -> Self {
        Self {
            stem,
            other,
            suffix: "idx3-ubyte",
            words,
        }
    }

    const fn labels(stem: &'static str, other: &'static str, words: &'static str) -> Self {
        Self {
            stem,
            other,
            suffix: "idx1-ubyte",
            words,
        }
    }

    /// Accepted names, the preferred one first.
    fn names(&self) -> [String; 4] {
        let (dashed, dotted) = (
            format!("{}-{}", self.stem, self.suffix),
            format!("{}.{}", self.stem, self.suffix),
        );
        let (packed, dotted_packed) = (format!("{dashed}.gz"), format!("{dotted}.gz"));
        [dashed, packed, dotted, dotted_packed]
    }

    /// The file, which may have the name of its data set before its own, as in
    /// `emnist-letters-train-images-idx3-ubyte.gz`.
    fn find(&self, directory: &Path) -> Result<Option<PathBuf>, DataError> {
        let paths = self.names().map(|name| directory.join(name));
        if let Some(path) = paths.into_iter().find(|path| path.is_file()) {
            return Ok(Some(path));
        }
        let other = Self {
            stem: self.other,
            ..*self
        };
        let ends = [self.names(), other.names()].concat();
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let mut found: Vec<String> = entries
            .filter(|entry| entry.path().is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| {
                ends.iter().any(|end| {
                    name.strip_suffix(&**end)
                        .is_some_and(|set| set.is_empty() || set.ends_with('-'))
                })
            })
            .collect();
        found.sort();
        match found.len() {
            0 | 1 => Ok(found.pop().map(|name| directory.join(name))),
            _ => Err(DataError::Folder {
                path: directory.to_owned(),
                problem: format!(
                    "several files of {}: {}; give the files of one data set a directory of their own",
                    self.words,
                    found.join(", ")
                ),
            }),
        }
    }

    fn missing(&self, directory: &Path) -> DataError {
        if let Some(problem) = without_classes(directory)
            && !Source::is_one(directory)
        {
            let path = directory.to_owned();
            return DataError::Folder { path, problem };
        }
        DataError::Missing {
            directory: directory.to_owned(),
            wanted: self.words,
            names: self.names().join(", "),
        }
    }
}

const TRAIN: [Role; 2] = [
    Role::images("train-images", "train-images", "training images"),
    Role::labels("train-labels", "train-labels", "training labels"),
];
const TEST: [Role; 2] = [
    Role::images("t10k-images", "test-images", "test images"),
    Role::labels("t10k-labels", "test-labels", "test labels"),
];

/// Images and labels, where they are there.
fn both(roles: &[Role; 2], directory: &Path) -> Result<[Option<PathBuf>; 2], DataError> {
    let [images, labels] = roles;
    Ok([images.find(directory)?, labels.find(directory)?])
}

/// Tells a directory that is not there from one without the files.
fn check_directory(directory: &Path) -> Result<(), DataError> {
    match fs::read_dir(directory) {
        Ok(_) => Ok(()),
        Err(_) if directory.is_file() => Err(DataError::Folder {
            path: directory.to_owned(),
            problem: "it is a file; data are a directory, or an archive of NumPy arrays that ends in .npz"
                .into(),
        }),
        Err(source) => Err(DataError::Read {
            file: directory.display().to_string(),
            source,
        }),
    }
}

impl Source {
    /// Whether a directory has one of the files, by its name.
    pub fn is_one(path: impl AsRef<Path>) -> bool {
        let mut roles = TRAIN.iter().chain(&TEST);
        // Several are some.
        roles.any(|role| !matches!(role.find(path.as_ref()), Ok(None)))
    }

    /// Folders, images and volumes that lie beside the files, in words: nobody uses them.
    ///
    /// ```
    /// let directory = tempfile::tempdir()?;
    /// std::fs::create_dir(directory.path().join("seven"))?;
    /// let words = schur_data::Source::left_out(directory.path())?.unwrap_or_default();
    /// assert!(words.ends_with("1 folder beside the files that are used, the first is `seven`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] if the directory can't be read.
    pub fn left_out(path: impl AsRef<Path>) -> Result<Option<String>, DataError> {
        left_out(path.as_ref(), "files", |_| true)
    }

    /// Loads `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` from a directory, and
    /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte` if they are there.
    ///
    /// Each name may have a dot in place of its last-but-one dash
    /// (`train-images.idx3-ubyte`), and `.gz` at its end. A raw file goes before a packed
    /// one and a dash before a dot. Whether the content is packed is decided by the content. The
    /// name of a data set may stand before, and `test` in place of `t10k`, as in
    /// `emnist-letters-test-labels-idx1-ubyte`. Labels may be any bytes, so that there are up to 256
    /// classes.
    ///
    /// # Errors
    ///
    /// [`DataError::Missing`] if there is no training file or only one of the test files,
    /// [`DataError::Folder`] if it is a file, or there are files of several data sets, nothing at all, or images and
    /// volumes in place of such files,
    /// [`DataError::Read`] (of a file, or of a directory that is not there), [`DataError::TooLarge`], all errors of
    /// [`read_images`](crate::idx::read_images) and [`read_labels`](crate::idx::read_labels),
    /// [`DataError::Count`], and [`DataError::Size`] if test and training images differ.
    pub fn load_dir(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let directory = path.as_ref();
        check_directory(directory)?;
        let train = match both(&TRAIN, directory)? {
            [Some(images), Some(labels)] => load_pair(&images, &labels)?,
            [None, _] => return Err(TRAIN[0].missing(directory)),
            [_, None] => return Err(TRAIN[1].missing(directory)),
        };
        let test = match both(&TEST, directory)? {
            [None, None] => None,
            [None, Some(_)] => return Err(TEST[0].missing(directory)),
            [Some(_), None] => return Err(TEST[1].missing(directory)),
            [Some(images), Some(labels)] => {
                let test = load_pair(&images, &labels)?;
                if (test.rows(), test.cols()) != (train.rows(), train.cols()) {
                    return Err(DataError::Size {
                        file: images.display().to_string(),
                        rows: test.rows(),
                        cols: test.cols(),
                        train_rows: train.rows(),
                        train_cols: train.cols(),
                    });
                }
                Some(test)
            }
        };
        Ok(Self { train, test })
    }

    /// Loads only digits to test on: those of the `t10k` files, or of the training files if
    /// there are no `t10k` files.
    ///
    /// # Errors
    ///
    /// As [`load_dir`](Self::load_dir).
    pub fn load_test(path: impl AsRef<Path>) -> Result<Pictures, DataError> {
        let directory = path.as_ref();
        check_directory(directory)?;
        let roles = match both(&TEST, directory)? {
            [None, None] => &TRAIN,
            _ => &TEST,
        };
        match both(roles, directory)? {
            [Some(images), Some(labels)] => load_pair(&images, &labels),
            [None, _] => Err(roles[0].missing(directory)),
            [_, None] => Err(roles[1].missing(directory)),
        }
    }

    /// The digits of the training files.
    pub fn train(&self) -> &Pictures {
        &self.train
    }

    /// The digits of the test files, if there are any; of the size of the training digits.
    pub fn test(&self) -> Option<&Pictures> {
        self.test.as_ref()
    }

    /// All digits: those of the training files, then those of the test files.
    pub fn into_pool(self) -> Pictures {
        let mut pool = self.train;
        if let Some(test) = self.test {
            pool.append(test);
        }
        pool
    }
}

fn load_pair(images: &Path, labels: &Path) -> Result<Pictures, DataError> {
    Pictures::read(
        &load(images, MAX_CONTENT)?,
        &images.display().to_string(),
        &load(labels, MAX_CONTENT)?,
        &labels.display().to_string(),
    )
}
