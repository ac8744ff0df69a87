//! Small files and digits to test with.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use schur_data::Pictures;
use schur_data::idx::Images;
use sha2::{Digest, Sha256};

/// An image file of the given header and content, which need not fit.
pub(crate) fn image_file(count: u32, rows: u32, cols: u32, pixels: &[u8]) -> Vec<u8> {
    let mut file = 0x0803_u32.to_be_bytes().to_vec();
    for number in [count, rows, cols] {
        file.extend(number.to_be_bytes());
    }
    file.extend(pixels);
    file
}

/// A label file of the given header and content, which need not fit.
pub(crate) fn label_file(count: u32, labels: &[u8]) -> Vec<u8> {
    let mut file = 0x0801_u32.to_be_bytes().to_vec();
    file.extend(count.to_be_bytes());
    file.extend(labels);
    file
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(bytes)
        .expect("writing to a vector cannot fail");
    encoder.finish().expect("writing to a vector cannot fail")
}

/// `count` images of rows x cols; every pixel of image i is i modulo 251.
pub(crate) fn numbered(count: usize, rows: usize, cols: usize) -> Pictures {
    let pixels = (0..count).flat_map(|i| vec![(i % 251) as u8; rows * cols]);
    let images = Images {
        count,
        rows,
        cols,
        pixels: pixels.collect(),
    };
    let labels = (0..count).map(|i| (i % 10) as u8).collect();
    Pictures::from_idx(images, labels, "numbered").expect("counts agree by construction")
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
