//! Numbers in files, of any type.

use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::problem;
use crate::DataError;

/// How a file stores a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Bytes of a number: 1, 2, 4 or 8.
    pub(super) width: usize,
    pub(super) class: Class,
    pub(super) big_endian: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Unsigned,
    Signed,
    Real,
}

impl Kind {
    pub(super) fn is_byte(self) -> bool {
        self.width == 1 && self.class == Class::Unsigned
    }

    /// The numbers in these bytes, as reals.
    pub(super) fn decode(self, bytes: &[u8]) -> impl Iterator<Item = f64> {
        bytes.chunks_exact(self.width).map(move |bytes| {
            let mut word = [0; 8];
            word[..self.width].copy_from_slice(bytes);
            if self.big_endian {
                word[..self.width].reverse();
            }
            let bits = u64::from_le_bytes(word);
            let unused = 64 - 8 * self.width as u32;
            match self.class {
                Class::Unsigned => bits as f64,
                Class::Signed => ((bits << unused).cast_signed() >> unused) as f64,
                Class::Real if self.width == 2 => half(bits),
                Class::Real if self.width == 4 => f64::from(f32::from_bits(bits as u32)),
                Class::Real => f64::from_bits(bits),
            }
        })
    }
}

/// A number of 16 bits: sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u64) -> f64 {
    let (exponent, fraction) = ((bits >> 10 & 31) as i32, (bits & 1023) as f64);
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 & 1 == 1 { -size } else { size }
}

/// The content of a file, unpacked if it is packed with gzip.
pub(super) struct Content {
    stream: Box<dyn Read>,
    file: String,
    packed: bool,
    read: u64,
}

impl Content {
    pub(super) fn open(path: &Path) -> Result<Self, DataError> {
        let file = path.display().to_string();
        let refuse = |source| DataError::Read {
            file: file.clone(),
            source,
        };
        let mut raw = std::fs::File::open(path).map_err(refuse)?;
        let mut start = Vec::new();
        (&mut raw).take(2).read_to_end(&mut start).map_err(refuse)?;
        let packed = start == crate::idx::GZIP_MAGIC;
        let raw = std::io::Cursor::new(start).chain(std::io::BufReader::new(raw));
        let stream: Box<dyn Read> = match packed {
            true => Box::new(MultiGzDecoder::new(raw)),
            false => Box::new(raw),
        };
        Ok(Self {
            stream,
            file,
            packed,
            read: 0,
        })
    }

    /// Whether the file ends as it should: a packed one has a sum behind its numbers, which says that it is
    /// whole.
    pub(super) fn finish(mut self) -> Result<(), DataError> {
        if !self.packed {
            return Ok(());
        }
        let rest = std::io::copy(&mut self.stream, &mut std::io::sink());
        rest.map(|_| ()).map_err(|source| self.error(source))
    }

    fn error(&self, source: std::io::Error) -> DataError {
        let file = self.file.clone();
        match self.packed {
            true => DataError::Gzip { file, source },
            false => DataError::Read { file, source },
        }
    }

    /// The next bytes, exactly so many. Memory is taken only for bytes that are there.
    pub(super) fn take(&mut self, count: u64) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        let taken = (&mut self.stream).take(count).read_to_end(&mut bytes);
        taken.map_err(|source| self.error(source))?;
        self.read += bytes.len() as u64;
        match bytes.len() as u64 == count {
            true => Ok(bytes),
            false => Err(DataError::Truncated {
                file: self.file.clone(),
                expected: self.read - bytes.len() as u64 + count,
                found: self.read,
            }),
        }
    }
}

/// So many bytes, or why a file of that name can't have them.
pub(super) fn array<const N: usize>(
    bytes: &[u8],
    at: usize,
    file: &Path,
) -> Result<[u8; N], DataError> {
    let part = bytes.get(at..at + N).and_then(|part| part.try_into().ok());
    part.ok_or_else(|| problem(file, "its header ends early; get the file again"))
}
