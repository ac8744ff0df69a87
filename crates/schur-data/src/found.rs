//! Files of masks that a network has found carry a mark, so that a program replaces these and no
//! others.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use flate2::Crc;
use flate2::read::MultiGzDecoder;

/// The mark: the `Software` of a PNG file, the description of a NIfTI file.
pub(crate) const MARK: &[u8] = b"schur predict";
/// A NumPy array has no place for words. So many blanks more than its header needs are the mark;
/// NumPy itself writes fewer than 84.
pub(crate) const BLANKS: usize = 128;
/// Bytes of a file in which its mark is: the header of NIfTI-2, of an array with few axes.
const START: u64 = 540;
/// Where the second chunk of a PNG file begins, behind eight bytes and the header.
const SECOND_CHUNK: usize = 8 + 25;
/// Places of the descriptions of NIfTI-1 and NIfTI-2, of 80 bytes each.
pub(crate) const DESCRIPTIONS: [usize; 2] = [148, 240];

/// A PNG file with the mark of a mask that a network has found, by which [`is_found`] knows it.
///
/// ```
/// use schur_data::{is_found, mark_found};
///
/// let directory = tempfile::tempdir()?;
/// let (plain, marked) = (directory.path().join("a.png"), directory.path().join("b.png"));
/// // The start of a file, as far as marks are concerned.
/// let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
/// png.resize(8 + 25 + 12, 0);
/// std::fs::write(&plain, &png)?;
/// std::fs::write(&marked, mark_found(png))?;
/// assert!(!is_found(&plain) && is_found(&marked));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn mark_found(mut png: Vec<u8>) -> Vec<u8> {
    let at = SECOND_CHUNK.min(png.len());
    png.splice(at..at, chunk());
    png
}

/// Whether a file is a mask that a network has found, as `schur predict` and
/// [`Volume::mask_file`](crate::Volume::mask_file) write them: a PNG file whose `Software`, or a NIfTI
/// file whose description, is `schur predict`, or a NumPy array with 128 blanks more in its header than
/// it needs. A file that can't be read is none.
pub fn is_found(path: impl AsRef<Path>) -> bool {
    let path = path.as_ref();
    path.is_file() && start(path).is_ok_and(|start| has_mark(&start))
}

fn start(path: &Path) -> std::io::Result<Vec<u8>> {
    let (mut raw, mut start) = (File::open(path)?, Vec::new());
    (&mut raw).take(START).read_to_end(&mut start)?;
    if !start.starts_with(&crate::idx::GZIP_MAGIC) {
        return Ok(start);
    }
    let mut unpacked = Vec::new();
    let packed = MultiGzDecoder::new(Cursor::new(start).chain(raw));
    packed.take(START).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

fn has_mark(start: &[u8]) -> bool {
    let at = |place: usize, mark: &[u8]| {
        start
            .get(place..)
            .is_some_and(|rest| rest.starts_with(mark))
    };
    if start.starts_with(b"\x93NUMPY") {
        let header = start.split(|&b| b == b'\n').next().unwrap_or_default();
        return header.ends_with(&[b' '; BLANKS]);
    }
    match start.starts_with(b"\x89PNG") {
        true => at(SECOND_CHUNK, &chunk()),
        false => DESCRIPTIONS.iter().any(|&place| at(place, MARK)),
    }
}

/// The chunk `tEXt` of a PNG file with the mark.
fn chunk() -> Vec<u8> {
    let body = [b"tEXtSoftware\0", MARK].concat();
    let mut sum = Crc::new();
    sum.update(&body);
    let length = (body.len() - 4) as u32;
    [&length.to_be_bytes(), &body[..], &sum.sum().to_be_bytes()].concat()
}
