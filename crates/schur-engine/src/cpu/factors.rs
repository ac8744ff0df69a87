//! The factors of the register-blocked product, and how they lie in memory.

/// Most vectors of a panel.
pub(crate) const WIDEST: usize = 3;
/// The one segment of a product whose inner index runs evenly.
pub(crate) const WHOLE: &[Segment] = &[Segment { left: 0, right: 0 }];

/// A run of the inner index: where it begins in the left factor, and at which row of the right.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub(crate) left: usize,
    pub(crate) right: usize,
}

/// The left factor: its inner index runs over the segments and inside them. Entry (row, segment
/// s, k) lies at `segments[s].left + row * row_stride + k * inner_stride`.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) rows: usize,
    pub(crate) segments: &'a [Segment],
    /// Length of a segment.
    pub(crate) inner: usize,
    pub(crate) row_stride: usize,
    pub(crate) inner_stride: usize,
}

/// The right factor: `cols` is a multiple of the vector length.
#[derive(Clone, Copy)]
pub(crate) struct Right<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) storage: Storage,
}

/// How a right factor lies in memory.
#[derive(Clone, Copy)]
pub(crate) enum Storage {
    /// Panels of a few vectors, each row after row: see [`panels`].
    Panels,
    /// Rows that are so far apart.
    Rows(usize),
}

/// The result: row-major with rows `stride` apart, of which the first `cols` numbers are written.
pub(crate) struct Product<'a, T> {
    pub(crate) data: &'a mut [T],
    pub(crate) stride: usize,
    pub(crate) cols: usize,
}

/// First column and width of the panels of a right factor with `cols` columns.
///
/// Panels have two vectors; one of three comes first if the number of vectors is odd, since a
/// single vector has one product per number that is read, half of what the processor can do.
pub(crate) fn panels(lanes: usize, cols: usize) -> impl Iterator<Item = (usize, usize)> {
    let vectors = cols.div_ceil(lanes);
    let mut first = 0;
    std::iter::from_fn(move || {
        let left = vectors - first / lanes;
        let width = match left {
            0 => return None,
            1 => 1,
            _ if left % 2 == 1 => WIDEST,
            _ => 2,
        };
        let panel = (first, width * lanes);
        first += panel.1;
        Some(panel)
    })
}

/// Where the columns of a packed right factor of `inner` rows lie: entry (k, col) at
/// `place + k * width` with the pair (place, width) of the column.
pub(crate) fn panel_columns(lanes: usize, inner: usize, cols: usize) -> Vec<(usize, usize)> {
    panels(lanes, cols)
        .flat_map(|(first, width)| (0..width).map(move |col| (first * inner + col, width)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::panels;

    #[test]
    fn panels_cover_all_columns() {
        for vectors in 0..9 {
            let widths: Vec<usize> = panels(4, 4 * vectors).map(|(_, width)| width / 4).collect();
            assert_eq!(widths.iter().sum::<usize>(), vectors);
            assert!(widths.iter().all(|&width| width >= 2) || vectors == 1);
        }
    }
}
