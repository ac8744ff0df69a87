//! Kernels as blocks of tiles.

use super::colour::diverging;
use super::sheet::{Key, Sheet, Style, Tile};
use crate::error::{Result, fail};
use crate::report::slices::slices;

/// Width of a sheet, of its margin, and between blocks and tiles.
const WIDTH: f64 = 960.0;
const MARGIN: f64 = 24.0;
const BLOCK_GAP: f64 = 22.0;
const TILE_GAP: f64 = 4.0;
/// Between the slices of a filter in space.
const SLICE_GAP: f64 = 1.0;
/// Height of a line of words.
const LINE: f64 = 19.0;
/// About how wide a letter of a small word is.
const LETTER: f64 = 6.1;
/// Sides of tiles.
const SMALLEST: f64 = 12.0;
const LARGEST: f64 = 56.0;
/// Width that a block should not exceed.
const BLOCK: f64 = 420.0;
/// Most tiles on a sheet.
const MAX_TILES: usize = 20_000;

/// What the three slices of a filter are, in their order.
pub(super) const SLICES: &str = "three slices through the middle of each: across z (x right, y up), across y (x right, z up) \
     and across x (y right, z up)";

/// `out x input` filters of pixels, or of the middle slices of voxels.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    pub(super) components: [usize; 2],
    /// (rows, columns) of every slice.
    slices: Vec<(usize, usize)>,
    /// Component by component, slice by slice, row by row.
    values: Vec<f64>,
    caption: String,
    /// Whether values are those of a function, or of pixels.
    pub(super) smooth: bool,
}

/// The taps of filters of these sizes that are seen, slice by slice, and (rows, columns) of each.
pub(super) fn seen([depth, height, width]: [usize; 3]) -> (Vec<usize>, Vec<(usize, usize)>) {
    if depth == 1 {
        return ((0..height * width).collect(), vec![(height, width)]);
    }
    let (taps, sizes): (Vec<_>, Vec<_>) = slices([depth, height, width], |tap| tap)
        .into_iter()
        .unzip();
    (taps.concat(), sizes)
}

impl Kernel {
    /// The kernel with `value(component, place)`, where components are counted input by input of every
    /// output, and places are those of the taps that are [`seen`].
    pub(super) fn new(
        components: [usize; 2],
        slices: &[(usize, usize)],
        caption: String,
        value: impl Fn(usize, usize) -> f64,
    ) -> Self {
        let places: usize = slices.iter().map(|(rows, cols)| rows * cols).sum();
        let all = components[0] * components[1] * places;
        Self {
            components,
            slices: slices.to_vec(),
            values: (0..all).map(|k| value(k / places, k % places)).collect(),
            caption,
            smooth: false,
        }
    }

    /// (rows, columns) of its tiles: one row, unless both sides have components.
    fn block(&self) -> (usize, usize) {
        let [outs, inputs] = self.components;
        match outs == 1 || inputs == 1 {
            true => (1, outs.max(inputs)),
            false => (outs, inputs),
        }
    }
}

/// A sheet with the kernels in rows, under a title and lines that explain it. `components` names
/// the tiles of a line, where blocks are lines.
pub(super) fn sheet(
    title: &str,
    lines: &[String],
    components: &[String],
    kernels: &[Kernel],
) -> Result<Sheet> {
    let Some(first) = kernels.first() else {
        return fail(format!(
            "{title}: there is no kernel but zero; choose other representations or a larger size"
        ));
    };
    let tiles_of = |k: &Kernel| k.components[0] * k.components[1] * k.slices.len();
    let all: usize = kernels.iter().map(tiles_of).sum();
    if all > MAX_TILES {
        let [outs, inputs] = first.components;
        return fail(format!(
            "{} kernels of {outs} x {inputs} components are too many tiles; draw fewer with --max",
            kernels.len()
        ));
    }
    // Every block has the room of the largest.
    let (rows, columns) = kernels
        .iter()
        .map(Kernel::block)
        .fold((1, 1), |most, block| {
            (most.0.max(block.0), most.1.max(block.1))
        });
    let slices = first.slices.len() as f64;
    let side = ((BLOCK / (slices * columns as f64)).floor() - TILE_GAP).clamp(SMALLEST, LARGEST);
    // From a tile to the next one in its row.
    let step = slices * side + (slices - 1.0) * SLICE_GAP + TILE_GAP;
    let caption = if kernels.iter().all(|k| k.caption.is_empty()) {
        0.0
    } else {
        LINE
    };
    // Captions of small tiles are wider than these.
    let captions = kernels
        .iter()
        .map(|k| LETTER * k.caption.chars().count() as f64);
    let block = (
        captions.fold(columns as f64 * step - TILE_GAP, f64::max),
        rows as f64 * (side + TILE_GAP) - TILE_GAP + caption,
    );
    let fit = (WIDTH - 2.0 * MARGIN + BLOCK_GAP) / (block.0 + BLOCK_GAP);
    let across = (fit.floor() as usize).clamp(1, kernels.len());
    let mut sheet = Sheet {
        title: title.to_string(),
        ..Sheet::default()
    };
    let mut top = MARGIN + 12.0;
    sheet.word((MARGIN, top), Style::Title, title);
    for line in lines {
        top += LINE;
        sheet.word((MARGIN, top), Style::Small, line);
    }
    top += LINE;
    // Names that would run into each other are left out.
    let longest = components
        .iter()
        .map(|name| 7.0 * name.chars().count() as f64);
    let fits = longest.fold(0.0, f64::max) < step;
    if rows == 1 && components.len() == columns && fits {
        for place in 0..across {
            let left = MARGIN + place as f64 * (block.0 + BLOCK_GAP) + 0.5 * (step - TILE_GAP);
            for (i, name) in components.iter().enumerate() {
                sheet.centred((left + i as f64 * step, top), Style::Small, name);
            }
        }
        top += 8.0;
    }
    for (index, kernel) in kernels.iter().enumerate() {
        let left = MARGIN + (index % across) as f64 * (block.0 + BLOCK_GAP);
        let upper = top + (index / across) as f64 * (block.1 + BLOCK_GAP - 0.5 * caption);
        tiles(&mut sheet, kernel, (left, upper), [step, side]);
        let below = upper + kernel.block().0 as f64 * (side + TILE_GAP) + 10.0;
        sheet.word((left, below), Style::Small, kernel.caption.as_str());
    }
    let used = kernels.len().div_ceil(across) as f64;
    let blocks = 2.0 * MARGIN + across as f64 * (block.0 + BLOCK_GAP) - BLOCK_GAP;
    // About how wide words are.
    let longest = lines.iter().map(|l| LETTER * l.chars().count() as f64);
    let words = longest.fold(9.2 * title.chars().count() as f64, f64::max);
    sheet.width = blocks.max(words + 2.0 * MARGIN);
    let below = top + used * (block.1 + BLOCK_GAP - 0.5 * caption) - BLOCK_GAP + 14.0;
    sheet.key = Some(Key {
        at: (MARGIN, below),
        end: "largest of block".to_string(),
    });
    sheet.height = below + Key::ROOM + MARGIN - 8.0;
    Ok(sheet)
}

/// Tiles with the step from one to the next in a row, and slices of this side.
fn tiles(sheet: &mut Sheet, kernel: &Kernel, at: (f64, f64), [step, side]: [f64; 2]) {
    let (_, columns) = kernel.block();
    let scale = kernel.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let largest = kernel.slices.iter().map(|(rows, cols)| *rows.max(cols));
    let pixel = side / largest.max().unwrap_or(1) as f64;
    let places: usize = kernel.slices.iter().map(|(rows, cols)| rows * cols).sum();
    for (index, values) in kernel.values.chunks(places).enumerate() {
        let (row, column) = ((index / columns) as f64, (index % columns) as f64);
        let mut rest = values;
        for (slice, &(rows, cols)) in kernel.slices.iter().enumerate() {
            let (values, others) = rest.split_at(rows * cols);
            rest = others;
            let left = column * step + slice as f64 * (side + SLICE_GAP);
            sheet.tiles.push(Tile {
                at: (at.0 + left, at.1 + row * (side + TILE_GAP)),
                size: (pixel * cols as f64, pixel * rows as f64),
                columns: cols,
                pixels: values.iter().map(|&v| diverging(v, scale)).collect(),
                smooth: kernel.smooth,
            });
        }
    }
}
