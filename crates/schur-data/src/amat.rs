//! Reading `.amat` files, in which rotated MNIST is published.
//!
//! A file is a text with one image per line: the pixels row by row, as numbers from 0 to 1, and then
//! the label (H. Larochelle, D. Erhan, A. Courville, J. Bergstra, Y. Bengio, "An empirical
//! evaluation of deep architectures on problems with many factors of variation", ICML 2007). The
//! images are turned already; nobody knows by which angles.
//!
//! The pixels are rounded to bytes, so by at most 1/510.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::protocol::grouped;
use crate::{DataError, Pictures, Split};

/// One image in so many of the file `train_valid` is for validation: the last 2,000 of 12,000.
const VALIDATION_SHARE: usize = 6;
/// Most numbers of a file, of 240,000 images of 28 x 28: 200 MB.
const MAX_NUMBERS: usize = 200_000_000;
/// Longest line that is read, in bytes: one of images of 200 x 200.
const MAX_LINE: u64 = 1 << 20;

/// Whether a directory has such files, by their endings.
///
/// ```
/// assert!(!schur_data::amat::is_one("."));
/// ```
pub fn is_one(directory: impl AsRef<Path>) -> bool {
    !files(directory.as_ref()).is_empty()
}

/// The published split: the images of the file whose name contains `train` for training, the last
/// sixth of them for validation, those of the file whose name contains `test` for testing.
///
/// # Errors
///
/// [`DataError::Missing`] if one of the two files is not there, or there are several;
/// [`DataError::Amat`] with the line of what can't be read; [`DataError::Size`] if the images of the
/// two are of different sizes; [`DataError::TooFew`] for fewer than 6 images to train on.
pub fn load(directory: impl AsRef<Path>) -> Result<Split, DataError> {
    let directory = directory.as_ref();
    let (train_file, test_file) = (file(directory, "train")?, file(directory, "test")?);
    let (all, test) = (read(&train_file)?, read(&test_file)?);
    if test.rows() != all.rows() {
        return Err(DataError::Size {
            file: test_file.display().to_string(),
            rows: test.rows(),
            cols: test.cols(),
            train_rows: all.rows(),
            train_cols: all.cols(),
        });
    }
    if all.len() < VALIDATION_SHARE {
        return Err(DataError::TooFew {
            file: train_file.display().to_string(),
            found: all.len(),
            least: VALIDATION_SHARE,
        });
    }
    let order: Vec<usize> = (0..all.len()).collect();
    let (train, validation) = order.split_at(all.len() - all.len() / VALIDATION_SHARE);
    let [a, b, c] = [train.len(), validation.len(), test.len()].map(grouped);
    Ok(Split {
        train: all.subset(train)?,
        validation: all.subset(validation)?,
        test,
        description: format!(
            "{a} training, {b} validation and {c} test digits of {}, turned as they are there.",
            directory.display()
        ),
    })
}

/// The images of the file whose name contains `test`, or else of the one with `train`.
///
/// # Errors
///
/// As [`load`].
pub fn load_test(directory: impl AsRef<Path>) -> Result<Pictures, DataError> {
    let directory = directory.as_ref();
    let test = file(directory, "test");
    read(&test.or_else(|error| file(directory, "train").map_err(|_| error))?)
}

/// Sorted, so that an error is the same on every machine.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "amat") && path.is_file())
        .collect();
    files.sort();
    files
}

fn file(directory: &Path, part: &'static str) -> Result<PathBuf, DataError> {
    let name = |path: &PathBuf| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let mut found = files(directory);
    found.retain(|path| name(path).contains(part));
    match found.len() {
        1 => Ok(found.swap_remove(0)),
        0 => Err(DataError::Missing {
            directory: directory.to_owned(),
            wanted: match part {
                "train" => "training images",
                _ => "test images",
            },
            names: format!("one file *{part}*.amat"),
        }),
        _ => Err(DataError::Missing {
            directory: directory.to_owned(),
            wanted: "single file of a part",
            names: format!(
                "one of {}",
                found.iter().map(name).collect::<Vec<_>>().join(", ")
            ),
        }),
    }
}

/// The images of one file.
fn read(path: &Path) -> Result<Pictures, DataError> {
    let io = |source| DataError::Read {
        file: path.display().to_string(),
        source,
    };
    let mut input = BufReader::new(File::open(path).map_err(io)?);
    let (mut pixels, mut labels, mut line) = (Vec::new(), Vec::new(), Vec::new());
    let (mut side, mut number) = (0, 0);
    loop {
        line.clear();
        let read = std::io::Read::take(&mut input, MAX_LINE).read_until(b'\n', &mut line);
        if read.map_err(io)? == 0 {
            break;
        }
        number += 1;
        let refuse = |problem: String| DataError::Amat {
            file: path.display().to_string(),
            line: number,
            problem,
        };
        let before = pixels.len();
        let label = one(&line, &mut pixels).map_err(refuse)?;
        let Some(label) = label else { continue };
        labels.push(label);
        let count = pixels.len() - before;
        let found = count.isqrt();
        if found * found != count || found == 0 {
            return Err(refuse(format!(
                "{} numbers are no square of pixels and a label, as the 785 of 28 x 28 are",
                count + 1
            )));
        }
        if side != 0 && found != side {
            return Err(refuse(format!(
                "{} numbers, but {} in the lines before",
                count + 1,
                side * side + 1
            )));
        }
        side = found;
        if pixels.len() > MAX_NUMBERS {
            return Err(refuse(format!(
                "more than {MAX_NUMBERS} numbers; divide the file"
            )));
        }
    }
    if labels.is_empty() {
        return Err(DataError::Amat {
            file: path.display().to_string(),
            line: 1,
            problem: "there is no image".into(),
        });
    }
    Pictures::new([1, side, side], pixels, labels)
}

/// Appends the pixels of a line and returns its label; none of an empty line.
fn one(line: &[u8], pixels: &mut Vec<u8>) -> Result<Option<u8>, String> {
    let line = std::str::from_utf8(line).map_err(|_| "it is no text".to_string())?;
    let mut words = line.split_ascii_whitespace();
    let Some(last) = words.next_back() else {
        return Ok(None);
    };
    let number = |word: &str| {
        let number: Result<f64, _> = word.parse();
        number.map_err(|_| {
            format!(
                "`{}` is no number",
                word.chars().take(20).collect::<String>()
            )
        })
    };
    for word in words {
        let value = number(word)?;
        if !(0.0..=1.0).contains(&value) {
            return Err(format!("a pixel of {value}; pixels are from 0 to 1"));
        }
        pixels.push((255.0 * value).round() as u8);
    }
    let label = number(last)?;
    if label.fract() != 0.0 || !(0.0..=255.0).contains(&label) {
        return Err(format!("a label of {label}; labels are from 0 to 255"));
    }
    Ok(Some(label as u8))
}
