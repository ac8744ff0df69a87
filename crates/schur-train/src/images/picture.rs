//! Picture files.

mod jpeg;
mod mask;

use std::io::{Cursor, Read};
use std::path::Path;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use crate::error::{ErrorKind, Result, TrainError, fail};

pub(super) use mask::stored_numbers;

/// Largest side of a picture, in pixels.
const MAX_SIDE: u32 = 16_384;
/// Most memory that decoding may take, in bytes; also the largest file.
const MAX_BYTES: u64 = 1 << 30;
/// The name that stands for the standard input.
const STANDARD_INPUT: &str = "-";

/// What a file says of its picture before it is decoded.
///
/// ```
/// use schur_train::images::picture;
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("wide.png");
/// image::GrayImage::new(5, 3).save(&path)?;
/// let header = picture::header(&path)?;
/// assert_eq!((header.height, header.width, header.colour, header.deep), (3, 5, false, false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
    /// Whether its pixels have three channels, whatever they hold.
    pub colour: bool,
    /// Whether a channel has more than 8 bits.
    pub deep: bool,
}

/// Size of the picture in a file, as it is displayed, and channels.
///
/// # Errors
///
/// If the file can't be read, or is no picture.
pub fn header(path: &Path) -> Result<Header> {
    let bytes = read(path)?;
    let mut decoder = decoder(path, &bytes)?;
    let (mut width, mut height) = decoder.dimensions();
    if lies_on_its_side(orientation(&mut decoder)) {
        std::mem::swap(&mut width, &mut height);
    }
    Ok(Header {
        height: height as usize,
        width: width as usize,
        colour: decoder.color_type().has_color(),
        deep: decoder.color_type().bits_per_pixel()
            > 8 * u16::from(decoder.color_type().channel_count()),
    })
}

/// The picture in a file, or in the standard input if the path is `-`, as it is displayed: cameras
/// note how they were held instead of turning pixels. It is whole: one of which a part is missing or
/// damaged is refused.
///
/// # Errors
///
/// If the file can't be read, is no picture, is too large or damaged.
pub fn decode(path: &Path) -> Result<DynamicImage> {
    let bytes = read(path)?;
    let mut decoder = decoder(path, &bytes)?;
    let (width, height) = decoder.dimensions();
    if decoder.total_bytes() > MAX_BYTES {
        return wrong(path, &too_large(format!("{width} x {height} pixels")));
    }
    let orientation = orientation(&mut decoder);
    let strict = match bytes.starts_with(&jpeg::START) {
        true => jpeg::decode(&bytes, decoder.color_type()),
        false => Ok(None),
    };
    let whole = strict.and_then(|pixels| match pixels {
        Some(pixels) => Ok(pixels),
        None => DynamicImage::from_decoder(decoder).map_err(|e| problem(&e)),
    });
    let mut picture = whole.or_else(|problem| wrong(path, &problem))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Bytes `[channels, size, size]` of the central square of a picture: luminance, or red, green and
/// blue. Transparent parts show a white page.
///
/// # Errors
///
/// If `size` is 0.
pub fn square(picture: &DynamicImage, channels: usize, size: usize) -> Result<Vec<u8>> {
    let (height, width) = (picture.height() as usize, picture.width() as usize);
    let pixels = match channels {
        1 => picture.to_luma_alpha16().into_raw(),
        _ => picture.to_rgba16().into_raw(),
    };
    let side = height.min(width);
    let (top, left) = ((height - side) / 2, (width - side) / 2);
    let unit = |value: u16| f32::from(value) / f32::from(u16::MAX);
    let mut bytes = Vec::with_capacity(channels * size * size);
    for channel in 0..channels {
        let mut map = Vec::with_capacity(side * side);
        for row in top..top + side {
            let first = (row * width + left) * (channels + 1);
            let line = &pixels[first..first + side * (channels + 1)];
            map.extend(line.chunks_exact(channels + 1).map(|pixel| {
                let alpha = unit(pixel[channels]);
                unit(pixel[channel]) * alpha + (1.0 - alpha)
            }));
        }
        if side != size {
            map = schur_data::resize(&map, side, side, size, size)?;
        }
        bytes.extend(map.iter().map(|v| (255.0 * v).round() as u8));
    }
    Ok(bytes)
}

fn wrong<T>(path: &Path, problem: &str) -> Result<T> {
    fail(ErrorKind::Data, format!("image {}: {problem}", shown(path)))
}

/// As messages name it.
fn shown(path: &Path) -> String {
    match path.as_os_str() == STANDARD_INPUT {
        true => "standard input".to_string(),
        false => path.display().to_string(),
    }
}

fn too_large(what: String) -> String {
    format!(
        "{what} are too many; pictures of up to {MAX_SIDE} x {MAX_SIDE} pixels can be read, cut it or \
         make it smaller"
    )
}

/// What is wrong, and the remedy that fits.
fn problem(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => too_large("its pixels".to_string()),
        ImageError::Unsupported(e) => format!("{e}; save it as a common PNG or JPEG file"),
        e => damaged(&e.to_string()),
    }
}

fn damaged(how: &str) -> String {
    // Decoders end some of their texts with a line break, which stands as such or in quotes.
    let how = how.replace("\\n\"", "\"").replace("\\n", " ");
    let how = how.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("the file is damaged or ends too early ({how}); get it again, or remove it")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let io = |e| TrainError::io("reading image", Path::new(&shown(path)), &e);
    let input: Box<dyn Read> = match path.as_os_str() == STANDARD_INPUT {
        true => Box::new(std::io::stdin()),
        false => Box::new(std::fs::File::open(path).map_err(io)?),
    };
    let mut bytes = Vec::new();
    input
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(io)?;
    match bytes.len() as u64 > MAX_BYTES {
        true => wrong(path, &too_large("its bytes".to_string())),
        false => Ok(bytes),
    }
}

fn decoder<'a>(path: &Path, bytes: &'a [u8]) -> Result<impl ImageDecoder + 'a> {
    let guessed = image::guess_format(bytes);
    let Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) = guessed else {
        let what = match bytes.is_empty() {
            true => "the file is empty; get it again, or remove it",
            false => "it is no PNG or JPEG file, whatever its name; convert it",
        };
        return wrong(path, what);
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    reader.into_decoder().or_else(|e| {
        let mut unlimited = ImageReader::with_format(Cursor::new(bytes), format);
        unlimited.no_limits();
        let size = unlimited.into_dimensions();
        match (&e, size) {
            (ImageError::Limits(_), Ok((width, height))) => {
                wrong(path, &too_large(format!("{width} x {height} pixels")))
            }
            _ => wrong(path, &problem(&e)),
        }
    })
}

/// Without a readable note, as the pixels lie.
fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

fn lies_on_its_side(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(
        orientation,
        Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH
    )
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};
    use schur_nn::write_atomically;

    use super::{decode, header, square};

    /// The note of a camera that was held upright: turn by 90 degrees clockwise.
    const TURN: &[u8] = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\
                          \x06\0\0\0\0\0\0\0";

    #[test]
    fn pictures_are_seen_as_they_are_displayed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("photo.jpg");
        // Dark on the left, bright on the right.
        let half = GrayImage::from_fn(32, 16, |x, _| Luma([if x < 16 { 10 } else { 240 }]));
        let mut bytes = Cursor::new(Vec::new());
        half.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        let bytes = bytes.into_inner();
        write_atomically(&path, &bytes).unwrap();
        let plain = header(&path).unwrap();
        assert_eq!((plain.height, plain.width, plain.colour), (16, 32, false));
        let noted = [&bytes[..2], TURN, &bytes[2..]].concat();
        write_atomically(&path, &noted).unwrap();
        let turned = header(&path).unwrap();
        assert_eq!((turned.height, turned.width), (32, 16));
        let picture = decode(&path).unwrap().into_luma8();
        assert_eq!(picture.dimensions(), (16, 32));
        let [top, bottom] = [4, 27].map(|y| picture.get_pixel(8, y).0[0]);
        assert!(top < 30 && bottom > 220, "{top} {bottom}");
    }

    #[test]
    fn what_is_said_of_damaged_files_is_one_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("photo.jpg");
        let grey = GrayImage::from_fn(16, 16, |x, _| Luma([x as u8]));
        let mut bytes = Cursor::new(Vec::new());
        grey.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        let bytes = bytes.into_inner();
        // A segment that is shorter than its own length.
        let damaged = [&bytes[..2], b"\xff\xe0\0\x01", &bytes[2..]].concat();
        write_atomically(&path, &damaged).unwrap();
        let error = decode(&path).unwrap_err().to_string();
        assert!(error.contains("invalid length:1"), "{error}");
        assert!(!error.contains(['\n', '\\']), "{error}");
    }

    #[test]
    fn bytes_of_the_right_size_stay_as_they_are() {
        let grey = GrayImage::from_fn(16, 16, |x, y| Luma([(16 * y + x) as u8]));
        let expected: Vec<u8> = (0..=255).collect();
        assert_eq!(square(&grey.into(), 1, 16).unwrap(), expected);
    }

    #[test]
    fn channels_lie_one_after_the_other_on_white() {
        let mut picture = RgbaImage::from_pixel(3, 2, Rgba([10, 20, 30, 255]));
        picture.put_pixel(1, 1, Rgba([0, 0, 0, 0]));
        // The square of 2 x 2 pixels begins at column 0 of 3.
        let picture: DynamicImage = picture.into();
        let expected = [10, 10, 10, 255, 20, 20, 20, 255, 30, 30, 30, 255];
        assert_eq!(square(&picture, 3, 2).unwrap(), expected);
        assert_eq!(square(&picture, 3, 1).unwrap().len(), 3);
    }
}
