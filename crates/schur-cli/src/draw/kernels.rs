//! Kernels as blocks of tiles.

use super::colour::diverging;
use super::sheet::{Key, Sheet, Style, Tile};
use crate::error::{Result, fail};

/// Width of a sheet, of its margin, and between blocks and tiles.
const WIDTH: f64 = 960.0;
const MARGIN: f64 = 24.0;
const BLOCK_GAP: f64 = 22.0;
const TILE_GAP: f64 = 4.0;
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

/// `out x input` filters of `height x width` values.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    pub(super) shape: [usize; 4],
    pub(super) values: Vec<f64>,
    pub(super) caption: String,
    pub(super) smooth: bool,
}

impl Kernel {
    /// (rows, columns) of its tiles: one row, unless both sides have components.
    fn block(&self) -> (usize, usize) {
        let [outs, inputs, ..] = self.shape;
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
    let all: usize = kernels.iter().map(|k| k.shape[0] * k.shape[1]).sum();
    if all > MAX_TILES {
        let [outs, inputs, ..] = first.shape;
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
    let side = ((BLOCK / columns as f64).floor() - TILE_GAP).clamp(SMALLEST, LARGEST);
    let step = side + TILE_GAP;
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
        rows as f64 * step - TILE_GAP + caption,
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
            let left = MARGIN + place as f64 * (block.0 + BLOCK_GAP) + 0.5 * side;
            for (i, name) in components.iter().enumerate() {
                sheet.centred((left + i as f64 * step, top), Style::Small, name);
            }
        }
        top += 8.0;
    }
    for (index, kernel) in kernels.iter().enumerate() {
        let left = MARGIN + (index % across) as f64 * (block.0 + BLOCK_GAP);
        let upper = top + (index / across) as f64 * (block.1 + BLOCK_GAP - 0.5 * caption);
        tiles(&mut sheet, kernel, (left, upper), side);
        let below = upper + kernel.block().0 as f64 * step + 10.0;
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

fn tiles(sheet: &mut Sheet, kernel: &Kernel, at: (f64, f64), side: f64) {
    let [.., height, width] = kernel.shape;
    let (_, columns) = kernel.block();
    let scale = kernel.values.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    for (index, values) in kernel.values.chunks(height * width).enumerate() {
        let (row, column) = ((index / columns) as f64, (index % columns) as f64);
        let step = side + TILE_GAP;
        sheet.tiles.push(Tile {
            at: (at.0 + column * step, at.1 + row * step),
            size: (side, side),
            columns: width,
            pixels: values.iter().map(|&v| diverging(v, scale)).collect(),
            smooth: kernel.smooth,
        });
    }
}
