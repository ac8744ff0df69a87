//! Kernels in a band: a few scalar filters on the taps times a mixing of channels.
//!
//! With `K(t) = sum over filters f of phi_f(t) k_f`, a convolution first applies the filters to
//! every channel and then mixes. The responses to a pair `cos(mu phi), sin(mu phi)` turn with
//! frequency mu under the *whole* group, also where it does not map taps to taps. So the mixing
//! commutes with the whole group and falls into blocks of its irreps: patches are
//! (filters x fibre) instead of (taps x fibre).

use crate::basis::Entry;
use crate::symmetry::{Band, Fibre};
use crate::tolerance::{BAND_PIVOT, COMMUTES};

/// Scalar filters on the taps of a kernel.
///
/// ```
/// use schur_engine::program::Filters;
/// let mean_and_slope = Filters { count: 2, taps: 2, values: vec![0.5, 0.5, -1.0, 1.0] };
/// assert_eq!(mean_and_slope.values.len(), 4);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Filters {
    /// Number of filters.
    pub count: usize,
    /// Number of taps.
    pub taps: usize,
    /// Their values, `[filter][tap]`.
    pub values: Vec<f64>,
}

impl Filters {
    /// The left inverse: coefficients of a function of the taps, `[filter][tap]`. `None` if the
    /// filters depend on each other on these taps.
    fn inverse(&self) -> Option<Vec<f64>> {
        let (count, taps, values) = (self.count, self.taps, &self.values);
        // Gauss-Jordan on [F F^T | F].
        let width = count + taps;
        let mut rows = vec![0.0; count * width];
        for i in 0..count {
            for j in 0..count {
                rows[i * width + j] = (0..taps)
                    .map(|t| values[i * taps + t] * values[j * taps + t])
                    .sum();
            }
            rows[i * width + count..][..taps].copy_from_slice(&values[i * taps..][..taps]);
        }
        let largest = (0..count).map(|i| rows[i * width + i]).fold(0.0, f64::max);
        for pivot in 0..count {
            let best = (pivot..count).max_by(|&a, &b| {
                let size = |r: usize| rows[r * width + pivot].abs();
                size(a).total_cmp(&size(b))
            })?;
            for k in 0..width {
                rows.swap(pivot * width + k, best * width + k);
            }
            let value = rows[pivot * width + pivot];
            if value.abs() <= BAND_PIVOT * largest {
                return None;
            }
            (0..width).for_each(|k| rows[pivot * width + k] /= value);
            for row in 0..count {
                let factor = rows[row * width + pivot];
                if row != pivot && factor != 0.0 {
                    for k in 0..width {
                        rows[row * width + k] -= factor * rows[pivot * width + k];
                    }
                }
            }
        }
        let row = |i: usize| rows[i * width + count..][..taps].to_vec();
        Some((0..count).flat_map(row).collect())
    }
}

/// A band with the fibres of the side that it filters.
#[derive(Debug, Clone)]
pub(crate) struct Bank {
    pub(crate) filters: Filters,
    /// See [`Filters::inverse`].
    inverse: Vec<f64>,
    pub(crate) fibres: Vec<Fibre>,
}

impl Bank {
    /// The bank of a convolution, or of its input gradient; `None` without filters, or if they
    /// depend on each other on their taps.
    pub(crate) fn new(band: &Band, taps: usize, transposed: bool) -> Option<Self> {
        let filters = Filters {
            count: band.count(),
            taps,
            values: band.filters.clone(),
        };
        if filters.count == 0 {
            return None;
        }
        Some(Self {
            inverse: filters.inverse()?,
            filters,
            fibres: band.fibres[usize::from(transposed)].clone(),
        })
    }

    /// The same with the taps mirrored in the middle.
    pub(crate) fn turned(mut self) -> Self {
        let rows = self.filters.values.chunks_exact_mut(self.filters.taps);
        rows.for_each(<[f64]>::reverse);
        self
    }

    /// The coefficients `[out][filter x input]` of a kernel with the given entries. `None` if it
    /// is not in the band.
    fn of_filters(&self, entries: &[Entry], (outs, inputs): (usize, usize)) -> Option<Vec<f64>> {
        let Filters {
            count,
            taps,
            ref values,
        } = self.filters;
        let mut kernel = vec![0.0; outs * inputs * taps];
        for entry in entries {
            kernel[(entry.out * inputs + entry.input) * taps + entry.tap] += entry.value;
        }
        let mut coefficients = vec![0.0; outs * count * inputs];
        let (mut residual, mut size) = (0.0_f64, 0.0_f64);
        for (index, kernel) in kernel.chunks_exact_mut(taps).enumerate() {
            if kernel.iter().all(|&k| k == 0.0) {
                continue;
            }
            size = kernel.iter().fold(size, |m, k| m.max(k.abs()));
            let (out, input) = (index / inputs, index % inputs);
            let mut found = vec![0.0; count];
            for (f, row) in found.iter_mut().zip(self.inverse.chunks_exact(taps)) {
                *f = row.iter().zip(kernel.iter()).map(|(r, k)| r * k).sum();
            }
            for (f, &c) in found.iter().enumerate() {
                coefficients[(out * count + f) * inputs + input] = c;
                for (k, v) in kernel.iter_mut().zip(&values[f * taps..]) {
                    *k -= c * v;
                }
            }
            residual = kernel.iter().fold(residual, |m, k| m.max(k.abs()));
        }
        (residual <= COMMUTES * size).then_some(coefficients)
    }
    /// The coefficients `[out][filter x new input coordinate]` of a kernel from block `block`.
    pub(crate) fn coefficients(
        &self,
        block: usize,
        entries: &[Entry],
        outs: usize,
    ) -> Option<Vec<f64>> {
        let fibre = &self.fibres[block];
        let dim = fibre.in_basis.first().map_or(0, Vec::len);
        let mut coefficients = self.of_filters(entries, (outs, dim))?;
        let mut row = vec![0.0; dim];
        for old in coefficients.chunks_exact_mut(dim) {
            row.fill(0.0);
            for (&value, basis) in old.iter().zip(fibre.basis.chunks_exact(dim)) {
                if value != 0.0 {
                    for (sum, &b) in row.iter_mut().zip(basis) {
                        *sum += value * b;
                    }
                }
            }
            old.copy_from_slice(&row);
        }
        Some(coefficients)
    }
}

/// A basis entry with the tap mirrored in the middle of a kernel of so many taps, or the components
/// exchanged.
pub(crate) fn seen(entry: &Entry, taps: usize, turned: bool, exchanged: bool) -> Entry {
    let tap = if turned {
        taps - 1 - entry.tap
    } else {
        entry.tap
    };
    let (out, input) = if exchanged {
        (entry.input, entry.out)
    } else {
        (entry.out, entry.input)
    };
    Entry {
        out,
        input,
        tap,
        value: entry.value,
    }
}
