//! Several pixels as one row, so that inner loops are long even for few channels.

/// Wide rows have at least this many entries.
const MIN_WIDTH: usize = 64;
/// Number of parts that work is cut into, whatever the number of threads.
const PARTS: usize = 64;

/// How an array `[pixels, channels]` is cut into rows of several pixels and parts of rows.
pub(super) struct WideRows {
    /// Channels per pixel.
    pub(super) channels: usize,
    /// Entries of a row: a multiple of `channels`. The last row of an array may be shorter.
    pub(super) width: usize,
    /// Entries of a part: a multiple of `width`. The last part may be shorter.
    pub(super) part: usize,
}

impl WideRows {
    pub(super) fn new(channels: usize, len: usize) -> Self {
        let width = channels * MIN_WIDTH.div_ceil(channels);
        let part = width * len.div_ceil(width).div_ceil(PARTS).max(1);
        Self {
            channels,
            width,
            part,
        }
    }

    /// Sums of a wide row added up over its pixels.
    pub(super) fn fold(&self, wide: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.channels];
        for pixel in wide.chunks_exact(self.channels) {
            for (sum, &term) in sums.iter_mut().zip(pixel) {
                *sum += term;
            }
        }
        sums
    }
}

/// A value per field, repeated for every entry of a wide row.
pub(super) fn per_channel<T: Copy>(
    rows: &WideRows,
    field_of_channel: &[usize],
    value: impl Fn(usize) -> T,
) -> Vec<T> {
    let one: Vec<T> = field_of_channel.iter().map(|&field| value(field)).collect();
    one.repeat(rows.width / rows.channels)
}
