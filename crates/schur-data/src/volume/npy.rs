//! NumPy arrays: `.npy` files, and those in archives.
//!
//! The format is that of NEP 1 (R. Kern, 2007), versions 1 to 3: a magic word, the length of the
//! header, and as header a Python dictionary with the type of numbers, their order and the sizes.

use std::io::Read;
use std::path::Path;

use super::numbers::{Class, Content, Kind};
use super::{Volume, VolumeHeader, check_count, problem};
use crate::{DataError, Numbers};

const MAGIC: &[u8] = b"\x93NUMPY";
/// Longest header that is read.
const MAX_HEADER: u64 = 1 << 16;

/// What the header of an array says.
#[derive(Debug)]
pub(crate) struct Array {
    kind: Kind,
    fortran: bool,
    pub(crate) shape: Vec<u64>,
}

pub(super) fn header(path: &Path) -> Result<VolumeHeader, DataError> {
    let mut content = Content::open(path)?;
    let array = Array::read(&mut |count| content.take(count), path)?;
    Ok(VolumeHeader {
        shape: array.volume(path)?,
        spacing: None,
        bytes: array.is_bytes(),
    })
}

pub(super) fn read(path: &Path) -> Result<Volume, DataError> {
    let mut content = Content::open(path)?;
    let array = Array::read(&mut |count| content.take(count), path)?;
    let shape = array.volume(path)?;
    let bytes = content.take(array.bytes())?;
    content.finish()?;
    Volume::new(shape, array.floats(&bytes))
}

impl Array {
    /// Reads a header from what gives the next bytes.
    pub(crate) fn read(
        take: &mut dyn FnMut(u64) -> Result<Vec<u8>, DataError>,
        file: &Path,
    ) -> Result<Self, DataError> {
        let start = take(8)?;
        if !start.starts_with(MAGIC) {
            let text = "it is no NumPy array, whatever its name; write it with `numpy.save`";
            return Err(problem(file, text));
        }
        let length = match start[6] {
            1 => take(2)?,
            2 | 3 => take(4)?,
            version => {
                let text = format!("it has version {version} of the format; use versions 1 to 3");
                return Err(problem(file, text));
            }
        };
        let length = length.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b));
        if length > MAX_HEADER {
            return Err(problem(file, "its header is damaged; write it again"));
        }
        let text = take(length)?;
        let text = String::from_utf8_lossy(&text);
        let damaged = || {
            problem(
                file,
                format!("its header {text:?} is damaged; write it again"),
            )
        };
        let descr = entry(&text, "descr").ok_or_else(damaged)?;
        let order = entry(&text, "fortran_order").ok_or_else(damaged)?;
        let shape = entry(&text, "shape").ok_or_else(damaged)?;
        let shape = shape.strip_prefix('(').and_then(|s| s.split_once(')'));
        let shape = shape.ok_or_else(damaged)?.0;
        let sizes = shape.split(',').map(str::trim).filter(|s| !s.is_empty());
        // Old versions of Python wrote long numbers as in `3L`.
        let sizes = sizes.map(|s| s.trim_end_matches('L').parse::<u64>());
        Ok(Self {
            kind: kind(descr, file)?,
            fortran: order.starts_with("True"),
            shape: sizes.collect::<Result<_, _>>().map_err(|_| damaged())?,
        })
    }

    /// Header and numbers of an array that is in memory.
    pub(crate) fn split(all: &[u8], file: &Path) -> Result<(Self, Vec<u8>), DataError> {
        let mut read = 0;
        let truncated = |expected: u64| DataError::Truncated {
            file: file.display().to_string(),
            expected,
            found: all.len() as u64,
        };
        let array = Self::read(
            &mut |count| {
                let part = all.get(read..).and_then(|rest| rest.get(..count as usize));
                read += count as usize;
                part.map(<[u8]>::to_vec)
                    .ok_or_else(|| truncated(read as u64))
            },
            file,
        )?;
        let (rest, expected) = (&all[read..], array.bytes());
        match rest.len() as u64 == expected {
            true => Ok((array, rest.to_vec())),
            false => Err(truncated((read as u64).saturating_add(expected))),
        }
    }

    pub(crate) fn is_bytes(&self) -> bool {
        self.kind.is_byte()
    }

    /// Sizes as words.
    pub(crate) fn words(&self) -> String {
        let sizes: Vec<String> = self.shape.iter().map(u64::to_string).collect();
        sizes.join(" x ")
    }

    /// Channels, depth, rows and columns of one volume.
    fn volume(&self, file: &Path) -> Result<[usize; 4], DataError> {
        let sizes = match self.shape[..] {
            [depth, rows, cols] => [1, depth, rows, cols],
            [channels, depth, rows, cols] => [channels, depth, rows, cols],
            _ => {
                let text = format!(
                    "an array with {} axes ({}); a volume has the axes (slice, row, column) or \
                     (channel, slice, row, column)",
                    self.shape.len(),
                    self.words()
                );
                return Err(problem(file, text));
            }
        };
        check_count(file, &sizes)?;
        Ok(sizes.map(|n| n as usize))
    }

    /// Bytes of all numbers, of which there may not be too many.
    pub(crate) fn bytes(&self) -> u64 {
        let count = self
            .shape
            .iter()
            .fold(1, |n: u64, &size| n.saturating_mul(size));
        count.saturating_mul(self.kind.width as u64)
    }

    /// Bytes as numbers, the last index first.
    pub(crate) fn floats(&self, bytes: &[u8]) -> Vec<f32> {
        let numbers: Vec<f32> = self.kind.decode(bytes).map(|v| v as f32).collect();
        if !self.fortran {
            return numbers;
        }
        let sizes: Vec<usize> = self.shape.iter().map(|&n| n as usize).collect();
        let mut ordered = Vec::with_capacity(numbers.len());
        for at in 0..numbers.len() {
            // The index of the last axis changes first; in memory that of the first one does.
            let (mut rest, mut place, mut after) = (at, 0, numbers.len());
            for &size in sizes.iter().rev() {
                after /= size;
                place += rest % size * after;
                rest /= size;
            }
            ordered.push(numbers[place]);
        }
        ordered
    }

    /// Bytes as numbers, bytes where they are.
    pub(crate) fn numbers(&self, bytes: Vec<u8>) -> Numbers {
        match (self.is_bytes(), self.fortran) {
            (true, false) => Numbers::Bytes(bytes),
            (true, true) => {
                Numbers::Bytes(self.floats(&bytes).into_iter().map(|v| v as u8).collect())
            }
            (false, _) => Numbers::Floats(self.floats(&bytes)),
        }
    }

    /// Numbers of labels: whole ones from 0 to 255.
    pub(crate) fn labels(&self, bytes: &[u8], file: &Path) -> Result<Vec<u8>, DataError> {
        let label = |(at, v): (usize, f32)| match f32::from(v as u8) == v {
            true => Ok(v as u8),
            false => Err(problem(
                file,
                format!("label {v} at position {at} (counting from 0); labels run from 0 to 255"),
            )),
        };
        self.floats(bytes)
            .into_iter()
            .enumerate()
            .map(label)
            .collect()
    }
}

/// The bytes of a file with an array of numbers of a type, the last index first.
pub(crate) fn write(descr: &str, shape: &[usize], numbers: &[u8], blanks: usize) -> Vec<u8> {
    let sizes: String = shape.iter().map(|n| format!("{n}, ")).collect();
    let mut header = format!(
        "{{'descr': '{descr}', 'fortran_order': False, 'shape': ({}), }}",
        sizes.trim_end()
    );
    header.extend(std::iter::repeat_n(' ', blanks));
    // Numbers begin at a multiple of 64 bytes, and a new line ends the header.
    const START: usize = 10;
    while !(START + header.len() + 1).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let mut file = MAGIC.to_vec();
    file.extend([1, 0]);
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(numbers);
    file
}

/// Reads all of a part of an archive; `promised` bytes are there, or it is damaged.
pub(crate) fn unpack(
    mut stream: impl Read,
    promised: u64,
    file: &Path,
) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    let taken = (&mut stream).take(promised + 1).read_to_end(&mut bytes);
    taken.map_err(|e| problem(file, format!("it is damaged ({e}); download it again")))?;
    Ok(bytes)
}

/// What stands behind a key of the dictionary.
fn entry<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let quoted = ['\'', '"'].map(|q| format!("{q}{key}{q}"));
    let after = quoted
        .iter()
        .find_map(|key| text.split_once(key.as_str()))?
        .1;
    Some(after.trim_start().strip_prefix(':')?.trim_start())
}

/// The type of numbers, as in `'<f4'`.
fn kind(descr: &str, file: &Path) -> Result<Kind, DataError> {
    let quote = descr.chars().next().filter(|q| ['\'', '"'].contains(q));
    let name = quote.and_then(|quote| descr[1..].split_once(quote));
    let name = name.map_or("of several parts", |(name, _)| name);
    let mut letters = name.chars();
    let order = letters.next();
    let class = match letters.next() {
        Some('u' | 'b') => Some(Class::Unsigned),
        Some('i') => Some(Class::Signed),
        Some('f') => Some(Class::Real),
        _ => None,
    };
    let widths: &[&str] = match class {
        Some(Class::Real) => &["2", "4", "8"],
        _ => &["1", "2", "4", "8"],
    };
    let width = widths.iter().find(|width| **width == letters.as_str());
    match (order, class, width.and_then(|w| w.parse().ok())) {
        (Some('<' | '>' | '|' | '='), Some(class), Some(width)) => Ok(Kind {
            width,
            class,
            big_endian: order == Some('>'),
        }),
        _ => Err(problem(
            file,
            format!(
                "numbers of type {name}; write whole numbers or 32-bit ones, for example \
                 `array.astype(numpy.float32)`"
            ),
        )),
    }
}
