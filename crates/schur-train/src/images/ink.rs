//! From any picture to what networks of digits are trained on: bright ink on black.

use image::DynamicImage;

use crate::error::{ErrorKind, Result, fail};
use crate::tolerance::{INK, MIN_CONTRAST};

/// MNIST scales the ink's bounding box to 20 of 28 pixels.
const INK_SHARE: f64 = 20.0 / 28.0;

/// The picture as `size` x `size` pixels in [0, 1], bright ink on black.
pub(super) fn digit(picture: &DynamicImage, size: usize) -> Result<Vec<f32>> {
    let (mut pixels, (height, width)) = bright_ink(picture)?;
    if (height, width) == (size, size) {
        return Ok(pixels);
    }
    stretch(&mut pixels);
    let Some(ink) = Box2::of_ink(&pixels, height, width) else {
        return no_ink((height, width));
    };
    let cropped = ink.crop(&pixels, width);
    let scale = size as f64 * INK_SHARE / ink.height().max(ink.width()) as f64;
    let side = |length: usize| ((length as f64 * scale).round() as usize).clamp(1, size);
    let (new_height, new_width) = (side(ink.height()), side(ink.width()));
    let scaled = schur_data::resize(&cropped, ink.height(), ink.width(), new_height, new_width)?;
    Ok(centred(&scaled, new_height, new_width, size))
}

/// Which part of a picture lies where in the square that a network sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// (height, width) of the picture.
    pub(super) picture: (usize, usize),
    /// (top, left, height, width) of the part in the picture.
    part: (usize, usize, usize, usize),
    /// (top, left, height, width) of the part in the square.
    square: (usize, usize, usize, usize),
}

/// The picture, scaled so that its longer side fills the square, in the middle of black.
pub(super) fn scene(picture: &DynamicImage, size: usize) -> Result<(Vec<f32>, Place)> {
    let (mut pixels, (height, width)) = bright_ink(picture)?;
    let picture = (height, width);
    let place = |square| Place {
        picture,
        part: (0, 0, height, width),
        square,
    };
    if picture == (size, size) {
        return Ok((pixels, place((0, 0, size, size))));
    }
    stretch(&mut pixels);
    let scale = size as f64 / height.max(width) as f64;
    let side = |length: usize| ((length as f64 * scale).round() as usize).clamp(1, size);
    let (rows, cols) = (side(height), side(width));
    let scaled = schur_data::resize(&pixels, height, width, rows, cols)?;
    let (top, left) = ((size - rows) / 2, (size - cols) / 2);
    let mut seen = vec![0.0; size * size];
    for (row, line) in scaled.chunks(cols).enumerate() {
        seen[(top + row) * size + left..][..cols].copy_from_slice(line);
    }
    Ok((seen, place((top, left, rows, cols))))
}

impl Place {
    /// The central square of a picture of (height, width), which fills that of a network of `size`.
    pub(super) fn central(picture: (usize, usize), size: usize) -> Self {
        let side = picture.0.min(picture.1);
        let (top, left) = ((picture.0 - side) / 2, (picture.1 - side) / 2);
        Self {
            picture,
            part: (top, left, side, side),
            square: (0, 0, size, size),
        }
    }

    /// A mask of the square as one of the picture: every pixel asks the one it was scaled into, and
    /// those that the network has not seen are background.
    pub(super) fn at_full_size(&self, mask: &[u8], size: usize) -> Vec<u8> {
        let ((height, width), (top, left, rows, cols)) = (self.picture, self.square);
        let (first_row, first_col, part_rows, part_cols) = self.part;
        let source = |at: usize, from: usize, to: usize| (2 * at + 1) * to / (2 * from);
        let of_pixel = |i: usize| {
            let row = (i / width).checked_sub(first_row);
            let col = (i % width).checked_sub(first_col);
            match (row, col) {
                (Some(row), Some(col)) if row < part_rows && col < part_cols => {
                    let row = top + source(row, part_rows, rows);
                    let col = left + source(col, part_cols, cols);
                    mask[row * size + col]
                }
                _ => 0,
            }
        };
        (0..height * width).map(of_pixel).collect()
    }
}

/// The picture in [0, 1] with bright ink on a dark ground, and its (height, width).
fn bright_ink(picture: &DynamicImage) -> Result<(Vec<f32>, (usize, usize))> {
    let (height, width) = (picture.height() as usize, picture.width() as usize);
    let mut pixels = brightness(picture);
    if border_mean(&pixels, height, width) > 0.5 {
        pixels.iter_mut().for_each(|p| *p = 1.0 - *p);
    }
    if contrast(&pixels) < MIN_CONTRAST {
        return no_ink((height, width));
    }
    Ok((pixels, (height, width)))
}

fn no_ink<T>((height, width): (usize, usize)) -> Result<T> {
    fail(
        ErrorKind::Data,
        format!(
            "the picture has no ink, all {width} x {height} pixels are nearly alike; use a picture \
             with contrast"
        ),
    )
}

/// Luminance in [0, 1]; transparent parts show a white page, unless the ink itself is of one
/// colour and only its opacity draws.
fn brightness(picture: &DynamicImage) -> Vec<f32> {
    let unit = |value: u16| f32::from(value) / f32::from(u16::MAX);
    let pixels = picture.to_luma_alpha16().into_raw();
    let (luma, alpha): (Vec<f32>, Vec<f32>) = pixels
        .chunks_exact(2)
        .map(|pixel| (unit(pixel[0]), unit(pixel[1])))
        .unzip();
    let on_white: Vec<f32> = luma
        .iter()
        .zip(&alpha)
        .map(|(luma, alpha)| luma * alpha + (1.0 - alpha))
        .collect();
    if contrast(&on_white) < MIN_CONTRAST && contrast(&alpha) >= MIN_CONTRAST {
        return alpha;
    }
    on_white
}

/// Difference of the brightest and the darkest pixel.
fn contrast(pixels: &[f32]) -> f32 {
    let low = pixels.iter().copied().fold(f32::INFINITY, f32::min);
    let high = pixels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    high - low
}

/// Mean brightness of the outermost pixels: the background.
fn border_mean(pixels: &[f32], height: usize, width: usize) -> f32 {
    let on_border = |i: usize| {
        i / width == 0
            || i / width == height - 1
            || i.is_multiple_of(width)
            || i % width == width - 1
    };
    let border: Vec<f32> = (0..pixels.len())
        .filter(|&i| on_border(i))
        .map(|i| pixels[i])
        .collect();
    border.iter().sum::<f32>() / border.len() as f32
}

/// Stretches the contrast, which is not zero, to the full range.
fn stretch(pixels: &mut [f32]) {
    let low = pixels.iter().copied().fold(f32::INFINITY, f32::min);
    let range = contrast(pixels);
    for pixel in pixels {
        *pixel = (*pixel - low) / range;
    }
}

/// Rows and columns that hold ink, the ends included.
struct Box2 {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
}

impl Box2 {
    fn of_ink(pixels: &[f32], height: usize, width: usize) -> Option<Self> {
        let row_has_ink = |row: &usize| pixels[row * width..][..width].iter().any(|&p| p > INK);
        let column_has_ink = |column: &usize| (0..height).any(|r| pixels[r * width + column] > INK);
        Some(Self {
            top: (0..height).find(row_has_ink)?,
            bottom: (0..height).rfind(row_has_ink)?,
            left: (0..width).find(column_has_ink)?,
            right: (0..width).rfind(column_has_ink)?,
        })
    }

    fn height(&self) -> usize {
        self.bottom - self.top + 1
    }

    fn width(&self) -> usize {
        self.right - self.left + 1
    }

    fn crop(&self, pixels: &[f32], width: usize) -> Vec<f32> {
        (self.top..=self.bottom)
            .flat_map(|row| &pixels[row * width + self.left..=row * width + self.right])
            .copied()
            .collect()
    }
}

/// Places ink on a black square so that its centre of mass is the square's centre, as nearly as
/// whole pixels and the edges allow.
fn centred(ink: &[f32], height: usize, width: usize, size: usize) -> Vec<f32> {
    let mass: f64 = ink.iter().map(|&p| f64::from(p)).sum();
    let mean = |coordinate: &dyn Fn(usize) -> usize| {
        let moment: f64 = ink
            .iter()
            .enumerate()
            .map(|(i, &p)| coordinate(i) as f64 * f64::from(p))
            .sum();
        if mass > 0.0 { moment / mass } else { 0.0 }
    };
    let offset = |centre: f64, length: usize| {
        let wanted = (schur_math::middle(size) - centre).round();
        wanted.clamp(0.0, (size - length) as f64) as usize
    };
    let top = offset(mean(&|i| i / width), height);
    let left = offset(mean(&|i| i % width), width);
    let mut square = vec![0.0; size * size];
    for (i, &pixel) in ink.iter().enumerate() {
        square[(top + i / width) * size + left + i % width] = pixel;
    }
    square
}
