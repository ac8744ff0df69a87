//! A right factor in panels of whole vectors.

use crate::parallel::*;

use crate::cpu::factors::{Right, Storage, panels};
use crate::cpu::isa::Isa;
use crate::cpu::scalar::Factor;
use crate::cpu::scratch::Buffer;

/// A matrix packed in panels: see [`panels`]. Columns beyond the last are zero.
#[derive(Debug, Clone)]
pub(crate) struct PanelMatrix<F: Factor> {
    panels: Vec<Panel<F>>,
    rows: usize,
    cols: usize,
}

/// Some columns of the matrix.
#[derive(Debug, Clone)]
pub(super) struct Panel<F: Factor> {
    /// The first column.
    pub(super) first: usize,
    /// Columns that are not padding.
    pub(super) used: usize,
    width: usize,
    data: Buffer<F>,
}

impl<F: Factor> Panel<F> {
    /// The panel as a factor.
    pub(super) fn factor(&self) -> Right<'_, F> {
        Right {
            data: &self.data,
            rows: self.data.len() / self.width,
            cols: self.width,
            storage: Storage::Panels,
        }
    }
}

impl<F: Factor> PanelMatrix<F> {
    /// The row-major `rows` x `cols` matrix.
    pub(crate) fn new(isa: Isa, matrix: &[F], rows: usize, cols: usize) -> Self {
        debug_assert_eq!(matrix.len(), rows * cols);
        Self::with(isa, rows, cols, |first, width, data| {
            let used = (cols - first).min(width);
            for (to, from) in data.chunks_exact_mut(width).zip(matrix.chunks_exact(cols)) {
                to[..used].copy_from_slice(&from[first..first + used]);
            }
        })
    }

    /// The matrix whose rows are the columns of the row-major `cols` x `depth` matrices `taps`,
    /// one after another.
    pub(super) fn of_transposed(isa: Isa, taps: &[&[F]], depth: usize, cols: usize) -> Self {
        Self::with(isa, taps.len() * depth, cols, |first, width, data| {
            let used = (cols - first).min(width);
            for (to, tap) in data.chunks_exact_mut(depth * width).zip(taps) {
                let rows = tap[first * depth..].chunks_exact(depth).take(used);
                for (j, row) in rows.enumerate() {
                    for (k, &value) in row.iter().enumerate() {
                        to[k * width + j] = value;
                    }
                }
            }
        })
    }

    /// Panels filled by a function of their first column and width.
    fn with(
        isa: Isa,
        rows: usize,
        cols: usize,
        fill: impl Fn(usize, usize, &mut [F]) + Sync,
    ) -> Self {
        let places: Vec<_> = panels(F::lanes(isa), cols).collect();
        let panel = |(first, width): (usize, usize)| {
            let used = (cols - first).min(width);
            let mut data = if used == width {
                Buffer::stale(rows * width)
            } else {
                Buffer::zeros(rows * width)
            };
            fill(first, width, &mut data);
            Panel {
                first,
                used,
                width,
                data,
            }
        };
        let panels = places.into_par_iter().map(panel).collect();
        Self { panels, rows, cols }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn cols(&self) -> usize {
        self.cols
    }

    pub(super) fn panels(&self) -> &[Panel<F>] {
        &self.panels
    }

    /// Columns of the widest panel.
    pub(super) fn widest(&self) -> usize {
        self.panels
            .iter()
            .map(|panel| panel.width)
            .max()
            .unwrap_or(1)
    }
}
