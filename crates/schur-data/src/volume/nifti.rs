//! NIfTI-1 and NIfTI-2 files, raw or packed with gzip.
//!
//! The fields are those of `nifti1.h` (R. Cox and others, 2003) and `nifti2.h` (2011): at fixed
//! places, in the order of bytes of the machine that wrote the file, which the size of the header
//! tells. Where the file has an affine map to the patient (`sform`, or else `qform`), its axes are put
//! into the nearest order of ours.

mod affine;

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use affine::{affine, axes};

use super::numbers::{Class, Content, Kind, array};
use super::{Volume, VolumeHeader, check_count, problem};
use crate::DataError;
use crate::found::{DESCRIPTIONS, MARK};

/// Sizes of the headers of the two versions.
const FIRST: usize = 348;
const SECOND: usize = 540;

/// Where things stand in the header of a version, in bytes.
struct Places {
    dim: usize,
    datatype: usize,
    pixdim: usize,
    offset: usize,
    slope: usize,
    units: usize,
    qform: usize,
    sform: usize,
    quaternion: usize,
    rows: usize,
    magic: usize,
}

const PLACES: [Places; 2] = [
    Places {
        dim: 40,
        datatype: 70,
        pixdim: 76,
        offset: 108,
        slope: 112,
        units: 123,
        qform: 252,
        sform: 254,
        quaternion: 256,
        rows: 280,
        magic: 344,
    },
    Places {
        dim: 16,
        datatype: 12,
        pixdim: 104,
        offset: 168,
        slope: 176,
        units: 500,
        qform: 344,
        sform: 348,
        quaternion: 352,
        rows: 400,
        magic: 4,
    },
];

/// Bytes of a header with the order of their numbers.
struct Bytes<'a> {
    bytes: &'a [u8],
    file: &'a Path,
    big_endian: bool,
    second: bool,
}

impl Bytes<'_> {
    fn word<const N: usize>(&self, at: usize) -> Result<[u8; N], DataError> {
        let mut word: [u8; N] = array(self.bytes, at, self.file)?;
        if self.big_endian {
            word.reverse();
        }
        Ok(word)
    }

    fn short(&self, at: usize) -> Result<i64, DataError> {
        Ok(i16::from_le_bytes(self.word(at)?).into())
    }

    /// A code: 16 bits in the first version, 32 in the second.
    fn code(&self, at: usize) -> Result<i64, DataError> {
        match self.second {
            true => Ok(i32::from_le_bytes(self.word(at)?).into()),
            false => self.short(at),
        }
    }

    /// Number `index` of sizes: 16 bits in the first version, 64 in the second.
    fn size(&self, at: usize, index: usize) -> Result<i64, DataError> {
        match self.second {
            true => Ok(i64::from_le_bytes(self.word(at + 8 * index)?)),
            false => self.short(at + 2 * index),
        }
    }

    /// Real number `index`: 32 bits in the first version, 64 in the second.
    fn real(&self, at: usize, index: usize) -> Result<f64, DataError> {
        match self.second {
            true => Ok(f64::from_le_bytes(self.word(at + 8 * index)?)),
            false => Ok(f32::from_le_bytes(self.word(at + 4 * index)?).into()),
        }
    }

    fn reals<const N: usize>(&self, at: usize) -> Result<[f64; N], DataError> {
        let mut reals = [0.0; N];
        for (index, real) in reals.iter_mut().enumerate() {
            *real = self.real(at, index)?;
        }
        Ok(reals)
    }
}

/// What is needed of a header.
struct Header {
    /// Along the axes of the file, of which the first is that of neighbours in memory.
    sizes: [usize; 3],
    kind: Kind,
    /// Where the numbers begin.
    offset: u64,
    slope: f64,
    intercept: f64,
    /// For z, y, x: the axis of the file, the distance of neighbours, and whether it runs against.
    axes: [(usize, f64, bool); 3],
    /// Whether the distances are known.
    spaced: bool,
}

pub(super) fn header(path: &Path) -> Result<VolumeHeader, DataError> {
    let header = Header::read(&mut Content::open(path)?, path)?.0;
    Ok(VolumeHeader {
        shape: header.shape(),
        spacing: header.spacing(),
        bytes: header.kind.is_byte() && (header.slope, header.intercept) == (1.0, 0.0),
    })
}

pub(super) fn read(path: &Path) -> Result<Volume, DataError> {
    let mut content = Content::open(path)?;
    let (header, read) = Header::read(&mut content, path)?;
    content.take(header.offset - read.len() as u64)?;
    let count: usize = header.sizes.iter().product();
    let bytes = content.take((count * header.kind.width) as u64)?;
    content.finish()?;
    let stored = header.kind.decode(&bytes);
    let stored: Vec<f32> = stored
        .map(|v| (header.slope * v + header.intercept) as f32)
        .collect();
    let numbers = header
        .places()
        .into_iter()
        .map(|place| stored[place])
        .collect();
    let mut volume = Volume::new(header.shape(), numbers)?;
    volume.spacing = header.spacing();
    Ok(volume)
}

/// A mask of the volume in a file, `[depth, rows, cols]` in our axes, as a file with its header.
pub(super) fn write_mask(path: &Path, mask: &[u8]) -> Result<Vec<u8>, DataError> {
    let mut content = Content::open(path)?;
    let (header, bytes) = Header::read(&mut content, path)?;
    super::check_mask(mask, header.sizes.iter().product())?;
    let version = usize::from(bytes.len() == SECOND);
    let places = &PLACES[version];
    let mut file = bytes;
    let mut description = [0; 80];
    description[..MARK.len()].copy_from_slice(MARK);
    file[DESCRIPTIONS[version]..][..80].copy_from_slice(&description);
    let big = header.kind.big_endian;
    let mut put = |at: usize, number: &[u8]| {
        for (i, &byte) in number.iter().enumerate() {
            let place = if big { number.len() - 1 - i } else { i };
            file[at + place] = byte;
        }
    };
    put(places.datatype, &2_i16.to_le_bytes());
    put(places.datatype + 2, &8_i16.to_le_bytes());
    // Behind the header four bytes say that there is no extension.
    match version {
        0 => {
            put(places.offset, &(FIRST as f32 + 4.0).to_le_bytes());
            put(places.slope, &1_f32.to_le_bytes());
            put(places.slope + 4, &0_f32.to_le_bytes());
        }
        _ => {
            put(places.offset, &(SECOND as i64 + 4).to_le_bytes());
            put(places.slope, &1_f64.to_le_bytes());
            put(places.slope + 8, &0_f64.to_le_bytes());
        }
    }
    file.extend([0; 4]);
    let start = file.len();
    file.resize(start + mask.len(), 0);
    for (place, &class) in header.places().into_iter().zip(mask) {
        file[start + place] = class;
    }
    if path
        .extension()
        .is_none_or(|ending| !ending.eq_ignore_ascii_case("gz"))
    {
        return Ok(file);
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let written = packed.write_all(&file).and_then(|()| packed.finish());
    written.map_err(|source| DataError::Gzip {
        file: path.display().to_string(),
        source,
    })
}

impl Header {
    /// Where in the file the numbers of our slices, rows and columns are.
    fn places(&self) -> Vec<usize> {
        let [slices, rows, cols] = self.axes.map(|(axis, _, against)| {
            let stride: usize = self.sizes[..axis].iter().product();
            let n = self.sizes[axis];
            (0..n).map(move |i| stride * if against { n - 1 - i } else { i })
        });
        let mut places = Vec::with_capacity(self.sizes.iter().product());
        for slice in slices {
            for row in rows.clone() {
                places.extend(cols.clone().map(|col| slice + row + col));
            }
        }
        places
    }

    fn shape(&self) -> [usize; 4] {
        let [depth, rows, cols] = self.axes.map(|(axis, ..)| self.sizes[axis]);
        [1, depth, rows, cols]
    }

    fn spacing(&self) -> Option<[f64; 3]> {
        let spacing = self.axes.map(|(_, distance, _)| distance);
        self.spaced.then_some(spacing)
    }

    /// The header, and its bytes.
    fn read(content: &mut Content, file: &Path) -> Result<(Self, Vec<u8>), DataError> {
        let mut bytes = content.take(FIRST as u64)?;
        let size: [u8; 4] = array(&bytes, 0, file)?;
        let (little, big) = (u32::from_le_bytes(size), u32::from_be_bytes(size));
        let known = [FIRST as u32, SECOND as u32];
        let Some(version) = known.iter().position(|n| [little, big].contains(n)) else {
            let text =
                "it is no NIfTI file, whatever its name; convert it (`nibabel.save`, `dcm2niix`)";
            return Err(problem(file, text));
        };
        if version == 1 {
            bytes.extend(content.take((SECOND - FIRST) as u64)?);
        }
        let places = &PLACES[version];
        let of = Bytes {
            bytes: &bytes,
            file,
            big_endian: known[version] != little,
            second: version == 1,
        };
        let magic: [u8; 3] = array(&bytes, places.magic, file)?;
        if magic[0] != b'n' || magic[2] != b'1' + version as u8 {
            return Err(problem(
                file,
                "it is no NIfTI file: its magic word is missing; convert it",
            ));
        }
        if magic[1] != b'+' {
            let text = "it is half of a pair .hdr and .img; convert it to a single .nii file";
            return Err(problem(file, text));
        }
        let sizes = sizes(&of, places)?;
        let kind = kind(of.short(places.datatype)?, of.big_endian, file)?;
        let offset = of.real(places.offset, 0)?;
        let offset = match of.second {
            true => i64::from_le_bytes(of.word(places.offset)?) as f64,
            false => offset,
        };
        // Before the numbers there are the header and extensions; some programs write 0.
        let unsaid = offset == 0.0;
        let offset = if unsaid { bytes.len() as f64 } else { offset };
        if !(offset >= bytes.len() as f64 && offset < MAX_OFFSET) {
            let text = format!(
                "its numbers begin at byte {offset}, inside of the header; get the file again"
            );
            return Err(problem(file, text));
        }
        let [slope, intercept] = of.reals(places.slope)?;
        // A slope of 0 means: as they are stored.
        let scaled = slope.is_finite() && slope != 0.0 && intercept.is_finite();
        let (slope, intercept) = if scaled {
            (slope, intercept)
        } else {
            (1.0, 0.0)
        };
        let (map, spaced) = affine(&of, places)?;
        let header = Self {
            sizes,
            kind,
            offset: offset as u64,
            slope,
            intercept,
            axes: axes(&map),
            spaced,
        };
        Ok((header, bytes))
    }
}

/// Extensions may be large, but no file has numbers from here on.
const MAX_OFFSET: f64 = (1_u64 << 32) as f64;

fn sizes(of: &Bytes<'_>, places: &Places) -> Result<[usize; 3], DataError> {
    let count = of.size(places.dim, 0)?;
    if !(1..=7).contains(&count) {
        let text = format!("it has {count} axes, which no NIfTI file has; get the file again");
        return Err(problem(of.file, text));
    }
    let mut sizes = Vec::new();
    for axis in 1..=count as usize {
        sizes.push(of.size(places.dim, axis)?);
    }
    // Of what has fewer axes the others have length 1; some files say so for more than three.
    let (space, further) = sizes.split_at(sizes.len().min(3));
    if further.iter().any(|&n| n > 1) {
        let words: Vec<String> = sizes.iter().map(i64::to_string).collect();
        return Err(problem(
            of.file,
            format!(
                "it has {} axes ({}), a series of volumes; give every volume a file of its own, or \
                 channels as a NumPy array (channel, slice, row, column)",
                sizes.len(),
                words.join(" x ")
            ),
        ));
    }
    let mut three = [1_u64; 3];
    for (three, &n) in three.iter_mut().zip(space) {
        *three = u64::try_from(n).unwrap_or(0);
    }
    check_count(of.file, &three)?;
    Ok(three.map(|n| n as usize))
}

/// The type of numbers by its code.
fn kind(code: i64, big_endian: bool, file: &Path) -> Result<Kind, DataError> {
    use Class::{Real, Signed, Unsigned};
    let (width, class) = match code {
        2 => (1, Unsigned),
        4 => (2, Signed),
        8 => (4, Signed),
        16 => (4, Real),
        64 => (8, Real),
        256 => (1, Signed),
        512 => (2, Unsigned),
        768 => (4, Unsigned),
        1024 => (8, Signed),
        1280 => (8, Unsigned),
        _ => {
            let name = match code {
                1 => "single bits",
                32 | 1792 => "complex numbers",
                128 | 2304 => "colours",
                _ => "numbers of a rare type",
            };
            let text = format!(
                "it holds {name} (datatype {code}); convert it to whole numbers or to 32-bit ones"
            );
            return Err(problem(file, text));
        }
    };
    Ok(Kind {
        width,
        class,
        big_endian,
    })
}
