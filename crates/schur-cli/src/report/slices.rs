//! Test volumes as three orthogonal slices each.

use schur_lab::figure::{Anchor, Drawing, Figure};
use schur_train::images::Images;

use super::pictures::embed;
use crate::error::Result;

/// Volumes that are shown.
const EXAMPLES: usize = 6;
/// Side of the longest axis in the picture, and the gap between two slices.
const CELL: f64 = 112.0;
const GAP: f64 = 8.0;
/// Heights of the heads of columns, and width of the names of rows.
const HEAD: f64 = 24.0;
const NAME: f64 = 110.0;
/// Letters of a class that are written.
const LETTERS: usize = 13;

/// The first test volumes: the middle slice across z, y and x, the first channel, stretched to the
/// numbers of the volume.
pub(super) fn examples(images: &Images, classes: &[String]) -> Result<Figure> {
    let count = images.len().min(EXAMPLES);
    let width = NAME + 3.0 * (CELL + GAP);
    let mut drawing = Drawing::new(width, HEAD + count as f64 * (CELL + GAP));
    let heads = ["x right, y up", "x right, z up", "y right, z up"];
    for (i, head) in heads.into_iter().enumerate() {
        let x = NAME + (CELL + GAP) * i as f64 + 0.5 * CELL;
        drawing.text((x, 16.0), Anchor::Middle, "muted", head);
    }
    for index in 0..count {
        let top = HEAD + index as f64 * (CELL + GAP);
        let class = usize::from(images.labels()[index]);
        let name: String = classes
            .get(class)
            .map_or(String::new(), |name| name.chars().take(LETTERS).collect());
        drawing.text((NAME - GAP, top + 0.5 * CELL), Anchor::End, "", &name);
        for (i, (grey, (rows, cols))) in shades(images, index).into_iter().enumerate() {
            let at = (NAME + (CELL + GAP) * i as f64, top);
            let scale = CELL / images.sizes().into_iter().max().unwrap_or(1) as f64;
            let size = (scale * cols as f64, scale * rows as f64);
            let colours: Vec<[u8; 3]> = grey.into_iter().map(|v| [v; 3]).collect();
            embed(&mut drawing, at, size, &colours, (rows, cols))?;
        }
    }
    let caption = "The middle slices of each volume; black is its least number, white its largest";
    Ok(Figure::new(
        "slices",
        "The first test volumes",
        caption,
        drawing,
    ))
}

/// Shades of the slices of a volume.
fn shades(images: &Images, index: usize) -> [(Vec<u8>, (usize, usize)); 3] {
    let sizes @ [depth, height, width] = images.sizes();
    let volume = &images.image(index)[..depth * height * width];
    let least = volume.iter().copied().fold(f32::INFINITY, f32::min);
    let range = volume.iter().copied().fold(f32::NEG_INFINITY, f32::max) - least;
    let shade = |value: f32| (255.0 * (value - least) / range.max(f32::MIN_POSITIVE)).round() as u8;
    slices(sizes, |place| shade(volume[place]))
}

/// The middle slices of a volume across z, y and x, row by row, each with (rows, columns); z and y
/// run upwards. `at` gives what is drawn of a voxel.
pub(crate) fn slices<T>(
    [depth, height, width]: [usize; 3],
    at: impl Fn(usize) -> T,
) -> [(Vec<T>, (usize, usize)); 3] {
    let picture = |rows: usize, cols: usize, place: &dyn Fn(usize, usize) -> [usize; 3]| {
        let voxel = |pixel: usize| {
            let [k, i, j] = place(pixel / cols, pixel % cols);
            at((k * height + i) * width + j)
        };
        ((0..rows * cols).map(voxel).collect(), (rows, cols))
    };
    let [k, i, j] = [depth, height, width].map(|n| n / 2);
    [
        picture(height, width, &|row, col| [k, row, col]),
        picture(depth, width, &|row, col| [depth - 1 - row, i, col]),
        // To the right y grows: rows run against it.
        picture(depth, height, &|row, col| {
            [depth - 1 - row, height - 1 - col, j]
        }),
    ]
}
