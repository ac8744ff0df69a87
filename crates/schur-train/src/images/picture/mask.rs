//! Masks in picture files: numbers of classes, which nothing may change on the way.

use std::io::Cursor;
use std::path::Path;

use png::{BitDepth, ColorType, DecodingError};

use super::{MAX_BYTES, damaged, decoder, jpeg, read, wrong};
use crate::error::Result;

/// Rows, columns, and the numbers of a picture file.
pub(in crate::images) type Stored = (usize, usize, Vec<u8>);

/// The numbers of a mask as its file stores them, where [`decode`](super::decode) would give others: the
/// indices of a palette in place of its colours, and grey values of 1, 2 or 4 bits. `None` for other
/// files.
///
/// # Errors
///
/// If the file can't be read, is no picture, is too large or damaged, or is a JPEG file, whose numbers
/// are not those that were written.
pub(in crate::images) fn stored_numbers(path: &Path) -> Result<Option<Stored>> {
    let bytes = read(path)?;
    if bytes.starts_with(&jpeg::START) {
        let text = "a mask in JPEG, which changes numbers, so that classes are lost; save it as PNG, in grey or \
                    with a palette";
        return wrong(path, text);
    }
    // Its limits of sizes hold here too.
    drop(decoder(path, &bytes)?);
    numbers(&bytes).or_else(|e| wrong(path, &damaged(&e.to_string())))
}

fn numbers(bytes: &[u8]) -> std::result::Result<Option<Stored>, DecodingError> {
    let limits = png::Limits {
        bytes: MAX_BYTES as usize,
    };
    let decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    let mut reader = decoder.read_info()?;
    let (colour, depth) = reader.output_color_type();
    let grey = colour == ColorType::Grayscale && (depth as u8) < 8;
    if colour != ColorType::Indexed && !grey {
        return Ok(None);
    }
    let size = reader.output_buffer_size().unwrap_or(usize::MAX);
    let mut packed = vec![0; size.min(MAX_BYTES as usize)];
    let frame = reader.next_frame(&mut packed)?;
    reader.finish()?;
    let (rows, cols) = (frame.height as usize, frame.width as usize);
    let lines = packed.chunks_exact(frame.line_size).take(rows);
    let numbers = lines.flat_map(|line| (0..cols).map(|col| number(line, depth, col)));
    Ok(Some((rows, cols, numbers.collect())))
}

/// One of the numbers of a line, of which the first are in the high bits.
fn number(line: &[u8], depth: BitDepth, col: usize) -> u8 {
    let bits = depth as usize;
    if bits >= 8 {
        return line[col];
    }
    let shift = 8 - bits - col * bits % 8;
    line[col * bits / 8] >> shift & ((1 << bits) - 1)
}
