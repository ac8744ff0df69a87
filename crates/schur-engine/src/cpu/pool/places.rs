//! The places of windows in memory.

use std::ops::Range;

use super::PoolShape;

impl PoolShape {
    /// Rows of an output image, of all depths.
    pub(super) fn out_rows(&self) -> usize {
        self.out_size()[0] * self.out_size()[1]
    }

    /// One over the number of places, of image and padding, in the window of output place
    /// (row, col) of an image, rows counted over all depths.
    pub(super) fn share(&self, row: usize, col: usize) -> f64 {
        let place = [row / self.out_size()[1], row % self.out_size()[1], col];
        let inside = |axis: usize| self.windows().inside(axis, self.size()[axis], place[axis]);
        1.0 / (0..3).map(inside).product::<usize>() as f64
    }

    /// Entries of one input image.
    pub(super) fn image_len(&self) -> usize {
        self.size().iter().product::<usize>() * self.channels()
    }

    /// Entries of one output image.
    pub(super) fn out_image_len(&self) -> usize {
        self.out_rows() * self.out_size()[2] * self.channels()
    }

    /// The places in the image of the window of output place (row, col), of output row `row`
    /// counted over depths and batch, in row-major order: their place in the window and their
    /// first entry in the input.
    pub(super) fn window_places(
        &self,
        row: usize,
        col: usize,
    ) -> impl Iterator<Item = (u32, usize)> + use<> {
        let (image, row) = (row / self.out_rows(), row % self.out_rows());
        let place = [row / self.out_size()[1], row % self.out_size()[1], col];
        let geometry = self.windows().geometry();
        let (window, padding) = (geometry.kernel(), geometry.padding());
        let ([depth, height, width], channels) = (self.size(), self.channels());
        // The first place of the window, counted from the corner of the padding.
        let [front, top, left] = [0, 1, 2].map(|axis| place[axis] * geometry.stride()[axis]);
        let inside = |axis: usize, first: usize| -> Range<usize> {
            let end = window[axis].min(self.size()[axis] + padding[axis] - first);
            padding[axis].saturating_sub(first)..end
        };
        let (depths, rows, cols) = (inside(0, front), inside(1, top), inside(2, left));
        let lines = depths.flat_map(move |d| {
            let plane = image * depth + front + d - padding[0];
            let line = move |r: usize| (d * window[1] + r, plane * height + top + r - padding[1]);
            rows.clone().map(line)
        });
        lines.flat_map(move |(r, line)| {
            let first = line * width + left;
            cols.clone().map(move |c| {
                let place = (r * window[2] + c) as u32;
                (place, (first + c - padding[2]) * channels)
            })
        })
    }
}
