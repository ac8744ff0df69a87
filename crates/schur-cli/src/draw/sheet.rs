//! A sheet of paper with tiles, words and arrows; y points down, lengths are pixels.

use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Rgb, RgbImage};

use crate::error::{CliError, Result};

/// Pixels of a PNG file per length 1.
const PNG_SCALE: f64 = 2.0;
/// The thin frame of a tile.
const FRAME: Rgb<u8> = Rgb([208, 212, 220]);
/// White above the tiles of a PNG file.
const MARGIN: f64 = 24.0;

#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub(super) title: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) tiles: Vec<Tile>,
    pub(super) words: Vec<Word>,
    pub(super) arrows: Vec<[(f64, f64); 2]>,
    pub(super) key: Option<Key>,
}

/// The scale of colours, with what its ends stand for. PNG files have no words, and so no key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Upper left corner.
    pub(super) at: (f64, f64),
    /// The value of the deepest blue; the deepest red is its negative.
    pub(super) end: String,
}

impl Key {
    /// (width, height) of the scale, which has the words of three values below it.
    pub(super) const SIZE: (f64, f64) = (260.0, 10.0);
    /// Height that it takes below a picture.
    pub(super) const ROOM: f64 = 30.0;
}

/// A small picture in a thin frame.
#[derive(Clone, Debug)]
pub(super) struct Tile {
    /// Upper left corner.
    pub(super) at: (f64, f64),
    /// (width, height) on the sheet.
    pub(super) size: (f64, f64),
    /// Number of columns of `pixels`.
    pub(super) columns: usize,
    /// Row by row.
    pub(super) pixels: Vec<[u8; 3]>,
    /// Whether pixels are values of a function on the plane, or squares.
    pub(super) smooth: bool,
}

impl Tile {
    pub(super) fn rows(&self) -> usize {
        self.pixels.len() / self.columns.max(1)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Title,
    Plain,
    Small,
    Formula,
}

#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) at: (f64, f64),
    pub(super) anchor: Anchor,
    pub(super) style: Style,
    pub(super) text: String,
}

impl Sheet {
    pub(super) fn word(&mut self, at: (f64, f64), style: Style, text: impl Into<String>) {
        self.put(at, Anchor::Start, style, text.into());
    }

    pub(super) fn centred(&mut self, at: (f64, f64), style: Style, text: impl Into<String>) {
        self.put(at, Anchor::Middle, style, text.into());
    }

    fn put(&mut self, at: (f64, f64), anchor: Anchor, style: Style, text: String) {
        self.words.push(Word {
            at,
            anchor,
            style,
            text,
        });
    }

    /// The tiles on white paper as a PNG file.
    pub(super) fn png(&self) -> Result<Vec<u8>> {
        let length = |l: f64| (l * PNG_SCALE).round().max(1.0) as u32;
        let paper = Rgb([255, 255, 255]);
        // The room of the words above is left out.
        let first = self.tiles.iter().map(|tile| tile.at.1);
        let above = (first.fold(f64::INFINITY, f64::min) - MARGIN).clamp(0.0, self.height);
        let height = length(self.height - above);
        let mut picture = RgbImage::from_pixel(length(self.width), height, paper);
        for tile in &self.tiles {
            let (columns, rows) = (tile.columns as u32, tile.rows() as u32);
            let small: RgbImage =
                ImageBuffer::from_raw(columns, rows, tile.pixels.as_flattened().to_vec())
                    .ok_or_else(|| CliError::Message("a tile has missing pixels".to_string()))?;
            let filter = match tile.smooth {
                true => FilterType::Triangle,
                false => FilterType::Nearest,
            };
            let large = resize(&small, length(tile.size.0), length(tile.size.1), filter);
            let (left, top) = (length(tile.at.0), length(tile.at.1 - above));
            let frame = RgbImage::from_pixel(large.width() + 2, large.height() + 2, FRAME);
            let corner = (i64::from(left) - 1, i64::from(top) - 1);
            image::imageops::replace(&mut picture, &frame, corner.0, corner.1);
            image::imageops::replace(&mut picture, &large, left.into(), top.into());
        }
        let pixels: Vec<[u8; 3]> = picture.pixels().map(|p| p.0).collect();
        super::encode(&pixels, picture.width(), picture.height())
    }
}
