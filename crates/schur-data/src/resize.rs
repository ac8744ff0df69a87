//! Changing the size of an image or a volume.

use crate::DataError;

/// Largest image or volume that [`resize()`] makes, in pixels.
pub const MAX_RESIZED_PIXELS: usize = 1 << 26;

/// Resizes an image `[height, width]` to `[new_height, new_width]`.
///
/// Rows and columns are treated alike and one after the other. Where the image shrinks, a
/// new pixel is the mean over the interval it covers (parts of pixels count in part). Where
/// it grows, a new pixel is interpolated linearly between the centres of the two nearest
/// old pixels; beyond the outermost centres the outermost pixel continues. Constant images
/// stay constant, up to rounding.
///
/// ```
/// use schur_data::resize;
///
/// assert_eq!(resize(&[0.0, 1.0, 1.0, 0.0], 2, 2, 1, 1)?, [0.5]);
/// assert_eq!(resize(&[0.0, 1.0], 1, 2, 1, 4)?, [0.0, 0.25, 0.75, 1.0]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Pixels`] unless `image` holds height times width values, at least one;
/// [`DataError::Resize`] if the new size is 0 or above [`MAX_RESIZED_PIXELS`].
pub fn resize(
    image: &[f32],
    height: usize,
    width: usize,
    new_height: usize,
    new_width: usize,
) -> Result<Vec<f32>, DataError> {
    if image.is_empty() || height.checked_mul(width) != Some(image.len()) {
        return Err(DataError::Pixels {
            height,
            width,
            found: image.len(),
        });
    }
    resize_volume(image, [1, height, width], [1, new_height, new_width])
}

/// Resizes a volume `[depth, rows, cols]` to other sizes, along each axis as [`resize()`] does.
///
/// ```
/// use schur_data::resize_volume;
///
/// let volume = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
/// assert_eq!(resize_volume(&volume, [2, 2, 2], [1, 1, 1])?, [3.5]);
/// assert_eq!(resize_volume(&volume, [2, 2, 2], [1, 2, 2])?, [2.0, 3.0, 4.0, 5.0]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
///
/// # Errors
///
/// [`DataError::Volume`] unless `volume` holds the product of its sizes, at least one value;
/// [`DataError::Resize`] if a new size is 0, or the result would have more than [`MAX_RESIZED_PIXELS`]
/// places, or on the way more than that and than `volume`.
pub fn resize_volume(
    volume: &[f32],
    sizes: [usize; 3],
    new: [usize; 3],
) -> Result<Vec<f32>, DataError> {
    let count = |sizes: [usize; 3]| sizes.into_iter().try_fold(1_usize, usize::checked_mul);
    if volume.is_empty() || count(sizes) != Some(volume.len()) {
        let [depth, rows, cols] = sizes;
        return Err(DataError::Volume {
            file: format!("a volume of {depth} x {rows} x {cols}"),
            problem: format!(
                "{} values given; pass the product of its sizes",
                volume.len()
            ),
        });
    }
    // Between two passes the axes that are left have their old lengths.
    let [depth, height, width] = new;
    let between = [
        [depth, sizes[1], sizes[2]],
        [depth, height, sizes[2]],
        [depth, height, width],
    ];
    // On the way there may be as many places as there are already.
    let fits = |sizes, limit: usize| count(sizes).is_some_and(|n| n <= limit);
    let way = MAX_RESIZED_PIXELS.max(volume.len());
    let all_fit = between.into_iter().all(|sizes| fits(sizes, way));
    if new.contains(&0) || !fits(new, MAX_RESIZED_PIXELS) || !all_fit {
        return Err(DataError::Resize {
            depth,
            height,
            width,
            limit: MAX_RESIZED_PIXELS,
        });
    }
    let mut values: Vec<f64> = volume.iter().map(|&v| f64::from(v)).collect();
    let mut current = sizes;
    for (axis, length) in new.into_iter().enumerate() {
        if current[axis] != length {
            values = along(&values, current, axis, length);
            current[axis] = length;
        }
    }
    Ok(values.into_iter().map(|v| v as f32).collect())
}

/// One axis in a new length.
fn along(values: &[f64], sizes: [usize; 3], axis: usize, new: usize) -> Vec<f64> {
    let taps = taps(sizes[axis], new);
    // Lines of values that are moved together, and how many there are along the axis.
    let line: usize = sizes[axis + 1..].iter().product();
    let mut resized = Vec::with_capacity(values.len() / sizes[axis] * new);
    for block in values.chunks_exact(sizes[axis] * line) {
        for tap in &taps {
            resized.extend((0..line).map(|j| tap.apply(|i| block[i * line + j])));
        }
    }
    resized
}

/// The old pixels `first ..` that make one new pixel, with weights whose sum is 1.
struct Taps {
    first: usize,
    weights: Vec<f64>,
}

impl Taps {
    fn apply(&self, pixel: impl Fn(usize) -> f64) -> f64 {
        self.weights
            .iter()
            .enumerate()
            .map(|(k, weight)| weight * pixel(self.first + k))
            .sum()
    }
}

/// How `new` pixels are made of `old` ones along one axis.
fn taps(old: usize, new: usize) -> Vec<Taps> {
    (0..new)
        .map(|k| {
            if new < old {
                mean_taps(k, old, new)
            } else {
                linear_taps(k, old, new)
            }
        })
        .collect()
}

/// In units of 1/new old pixels, new pixel k covers k old .. (k + 1) old and old pixel i
/// covers i new .. (i + 1) new: integers, so that overlaps are exact.
fn mean_taps(k: usize, old: usize, new: usize) -> Taps {
    let (start, end) = (k * old, (k + 1) * old);
    let first = start / new;
    let weights = (first..end.div_ceil(new))
        .map(|i| {
            let overlap = end.min((i + 1) * new) - start.max(i * new);
            overlap as f64 / old as f64
        })
        .collect();
    Taps { first, weights }
}

/// The centre of new pixel k lies at (k + 1/2) old / new - 1/2 between old centres.
fn linear_taps(k: usize, old: usize, new: usize) -> Taps {
    let last = (old - 1) as f64;
    let centre = ((2 * k + 1) * old) as f64 / (2 * new) as f64 - 0.5;
    let centre = centre.clamp(0.0, last);
    let first = centre.floor();
    let part = centre - first;
    let weights = if part == 0.0 {
        vec![1.0]
    } else {
        vec![1.0 - part, part]
    };
    Taps {
        first: first as usize,
        weights,
    }
}
