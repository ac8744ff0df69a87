//! Test volumes as three orthogonal slices each.

use schur_lab::figure::{Anchor, Drawing, Figure, Ink};
use schur_train::images::Images;

use super::pictures::{embed, stretched};
use crate::error::Result;

/// Volumes that are shown.
pub(super) const EXAMPLES: usize = 6;
/// Side of the longest axis in the picture, and the gap between two slices.
const CELL: f64 = 112.0;
const GAP: f64 = 8.0;
/// Heights of the heads of columns and of a line of words.
const HEAD: f64 = 24.0;
const LINE: f64 = 16.0;
/// Width of a letter, and letters of a line that are written.
const LETTER: f64 = 8.0;
const LETTERS: usize = 40;

/// What stands beside a volume, and is drawn over its slices.
#[derive(Default)]
pub(super) struct Beside {
    /// Lines.
    pub(super) words: Vec<String>,
    /// Vectors in space, with their colours.
    pub(super) arrows: Vec<(Vec<f64>, Ink)>,
}

/// The first test volumes: the middle slice across z, y and x, the first channel, stretched to the
/// numbers of the volume.
pub(super) fn examples(
    images: &Images,
    caption: &str,
    beside: impl Fn(usize) -> Beside,
) -> Result<Figure> {
    let count = images.len().min(EXAMPLES);
    let all: Vec<Beside> = (0..count).map(beside).collect();
    let words = all.iter().flat_map(|beside| &beside.words);
    let letters = words.map(|word| word.chars().count()).max().unwrap_or(0);
    let name = GAP + LETTER * letters.clamp(12, LETTERS) as f64;
    let width = name + 3.0 * (CELL + GAP);
    let mut drawing = Drawing::new(width, HEAD + count as f64 * (CELL + GAP));
    let heads = ["x right, y up", "x right, z up", "y right, z up"];
    for (i, head) in heads.into_iter().enumerate() {
        let x = name + (CELL + GAP) * i as f64 + 0.5 * CELL;
        drawing.text((x, 16.0), Anchor::Middle, "muted", head);
    }
    let sizes @ [depth, height, width] = images.sizes();
    for (index, beside) in all.iter().enumerate() {
        let top = HEAD + index as f64 * (CELL + GAP);
        let first = top + 0.5 * (CELL - LINE * (beside.words.len() as f64 - 1.0));
        for (line, word) in beside.words.iter().enumerate() {
            let word: String = word.chars().take(LETTERS).collect();
            let at = (name - GAP, first + LINE * line as f64);
            drawing.text(at, Anchor::End, "", &word);
        }
        let grey = stretched(&images.image(index)[..depth * height * width]);
        let shown = slices(sizes, |place| [grey[place]; 3]);
        for (i, (colours, (rows, cols))) in shown.into_iter().enumerate() {
            let at = (name + (CELL + GAP) * i as f64, top);
            let scale = CELL / sizes.into_iter().max().unwrap_or(1) as f64;
            let size = (scale * cols as f64, scale * rows as f64);
            embed(&mut drawing, at, size, &colours, (rows, cols))?;
            let middle = (at.0 + 0.5 * size.0, at.1 + 0.5 * size.1);
            for (vector, ink) in &beside.arrows {
                let length = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
                let [right, up] = [[0, 1], [0, 2], [1, 2]][i]
                    .map(|axis| 0.5 * size.0.min(size.1) * vector[axis] / length);
                if length > 0.0 {
                    let tip = (middle.0 + right, middle.1 - up);
                    drawing.arrow(middle, tip, *ink, 3.0);
                }
            }
        }
    }
    let caption = format!(
        "The middle slices of each volume; black is its least number, white its largest{caption}"
    );
    Ok(Figure::new(
        "slices",
        "The first test volumes",
        caption,
        drawing,
    ))
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
