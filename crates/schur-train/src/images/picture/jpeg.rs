//! JPEG files, of which every part must be there: decoders like to show grey for what is missing.

use image::{ColorType, DynamicImage, GrayImage, RgbImage};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{MAX_SIDE, damaged};

/// The first bytes of every file.
pub(super) const START: [u8; 3] = [0xff, 0xd8, 0xff];

/// What the strict decoder says of bytes between headers, which many cameras write and which are no
/// damage.
const HARMLESS: &str = "Extra bytes between headers";

/// The pixels of a file that is whole, or `None` if the strict decoder does not like its headers
/// and the other one is to be asked.
pub(super) fn decode(bytes: &[u8], colour: ColorType) -> Result<Option<DynamicImage>, String> {
    if !has_end(bytes) {
        return Err(damaged("it has no end marker"));
    }
    let space = match colour {
        ColorType::L8 => ColorSpace::Luma,
        ColorType::Rgb8 => ColorSpace::RGB,
        _ => return Ok(None),
    };
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(MAX_SIDE as usize)
        .set_max_height(MAX_SIDE as usize)
        .jpeg_set_out_colorspace(space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = match decoder.decode() {
        Ok(pixels) => pixels,
        Err(e) if e.to_string().contains(HARMLESS) => return Ok(None),
        Err(e) => return Err(damaged(e.to_string().trim_matches('"'))),
    };
    let Some((width, height)) = decoder.dimensions() else {
        return Ok(None);
    };
    let (width, height) = (width as u32, height as u32);
    Ok(match space {
        ColorSpace::Luma => GrayImage::from_raw(width, height, pixels).map(Into::into),
        _ => RgbImage::from_raw(width, height, pixels).map(Into::into),
    })
}

/// Whether there is an end marker behind the first scan. Segments are passed over by their lengths,
/// since pictures inside of them, such as previews, have end markers of their own; in a scan a byte
/// 0xff is followed by 0 or by the number of a restart.
fn has_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[first, marker]) = bytes.get(at..at + 2) {
        at += match (first, marker) {
            (0xff, 0xd9) => return true,
            (0xff, 0x00 | 0x01 | 0xd0..=0xd8) => 2,
            // Bytes of a scan, or between segments; a marker may have several 0xff before it.
            (0xff, 0xff) | (0..=0xfe, _) => 1,
            (0xff, _) => match bytes.get(at + 2..at + 4) {
                Some(&[high, low]) => 2 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
        };
    }
    false
}
