//! Other bases of patches.
//!
//! Kernels in a band are a few scalar filters on the taps times a mixing of channels. With
//! `K(t) = sum over filters f of phi_f(t) k_f`, a convolution first applies the filters to every
//! channel and then mixes. The responses to a pair `cos(mu phi), sin(mu phi)` turn with frequency mu
//! under the *whole* group, also where it does not map taps to taps. So the mixing commutes with the
//! whole group and falls into blocks of its irreps: patches are (filters x fibre) instead of
//! (taps x fibre).
//!
//! Where all irreps of a group are signs, components are sorted by them before they are gathered:
//! once per pixel, and not once per tap. What is left for every tap is to add or to subtract it.

use super::isotypic::{Acting, decompose};
use crate::basis::Entry;
use crate::symmetry::{Action, Band, Columns, Fibre, Irrep};
use crate::tolerance::{BAND_PIVOT, COMMUTES};

/// Fewest elements of a group for which components are sorted by signs: with two, a transform is one
/// sum and one difference wherever the components lie.
const FEWEST_SIGNS: usize = 4;

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

/// A basis of patches (positions x components) in which a symmetry is read off more easily.
#[derive(Debug, Clone)]
pub(crate) struct PatchBasis {
    /// Filters in place of the taps.
    pub(crate) bank: Option<Bank>,
    /// The components of every input block.
    pub(crate) fibres: Vec<Fibre>,
}

/// Filters that do not depend on each other.
#[derive(Debug, Clone)]
pub(crate) struct Bank {
    pub(crate) filters: Filters,
    /// See [`Filters::inverse`].
    inverse: Vec<f64>,
}

impl PatchBasis {
    /// The filters and irreps of a convolution in a band, or of its input gradient; `None` without
    /// filters, or if they depend on each other on their taps.
    pub(crate) fn of_band(band: &Band, taps: usize, transposed: bool) -> Option<Self> {
        let filters = Filters {
            count: band.count(),
            taps,
            values: band.filters.clone(),
        };
        if filters.count == 0 {
            return None;
        }
        Some(Self {
            bank: Some(Bank {
                inverse: filters.inverse()?,
                filters,
            }),
            fibres: band.fibres[usize::from(transposed)].clone(),
        })
    }

    /// The taps as they are and the components by irreps, for an action whose irreps are all
    /// signs: those of one irrep then lie side by side, and what is left is to add and subtract
    /// taps. `None` for other groups, and for those of so few elements that it does not pay.
    pub(crate) fn of_signs(action: &Action) -> Option<Self> {
        let sign = |irrep: &Irrep| irrep.dim == 1 && !irrep.complex;
        if action.positions.len() < FEWEST_SIGNS || !action.irreps.iter().all(sign) {
            return None;
        }
        let fibres = action.inputs.iter();
        let fibres = fibres.map(|rho| by_signs(&action.irreps, rho));
        Some(Self {
            bank: None,
            fibres: fibres.collect::<Option<_>>()?,
        })
    }

    /// An action on the patches of the input in this basis.
    pub(crate) fn act(&self, mut action: Action) -> Action {
        action.inputs = self.fibres.iter().map(|f| f.in_basis.clone()).collect();
        action
    }

    /// The basis of the components of an input block, if positions are the taps.
    pub(crate) fn in_place(&self, block: usize) -> Option<&Fibre> {
        self.bank.is_none().then(|| &self.fibres[block])
    }

    /// The numbers of a kernel from block `block` that are not 0, as (out, filter x new component,
    /// value), sorted. `None` without a bank, or if it is not in the band.
    pub(crate) fn coefficients(
        &self,
        block: usize,
        entries: &[Entry],
        outs: usize,
    ) -> Option<Vec<(usize, usize, f64)>> {
        let fibre = &self.fibres[block];
        let dim = fibre.in_basis.first().map_or(0, Vec::len);
        let old = self.bank.as_ref()?.of_filters(entries, (outs, dim))?;
        let mut new = Vec::new();
        let mut row = vec![0.0; dim];
        for old in old.chunk_by(|a, b| (a.0, a.1 / dim) == (b.0, b.1 / dim)) {
            row.fill(0.0);
            let (out, position) = (old[0].0, old[0].1 / dim);
            for &(_, index, value) in old {
                let basis = &fibre.basis[index % dim * dim..][..dim];
                row.iter_mut()
                    .zip(basis)
                    .for_each(|(sum, &b)| *sum += value * b);
            }
            let numbers = row.iter().enumerate().filter(|&(_, &value)| value != 0.0);
            new.extend(numbers.map(|(c, &value)| (out, position * dim + c, value)));
        }
        Some(new)
    }
}

/// Fields in the basis in which a group acts by signs, those of one irrep side by side, for
/// irreps of dimension 1; `None` if the matrices are no orthogonal representation.
fn by_signs(irreps: &[Irrep], rho: &[Columns]) -> Option<Fibre> {
    let components = decompose(irreps, Acting::One(rho), &[])?;
    let rows = components
        .iter()
        .flat_map(|c| c.rows.iter().map(move |row| (row, &c.sources)));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(row, _)| row.irrep);
    let dim = rows.len();
    let mut basis = vec![0.0; dim * dim];
    for (column, (row, sources)) in rows.iter().enumerate() {
        for (&source, &value) in sources.iter().zip(&row.coefficients) {
            basis[source * dim + column] = value;
        }
    }
    let of_element = |g: usize| {
        let signs = rows.iter().map(|(row, _)| irreps[row.irrep].matrices[g][0]);
        let columns = signs.enumerate().map(|(column, sign)| vec![(column, sign)]);
        columns.collect()
    };
    Some(Fibre {
        basis,
        parts: vec![1; dim],
        in_basis: (0..rho.len()).map(of_element).collect(),
    })
}

impl Bank {
    /// The same with the taps mirrored in the middle.
    pub(crate) fn turned(mut self) -> Self {
        let rows = self.filters.values.chunks_exact_mut(self.filters.taps);
        rows.for_each(<[f64]>::reverse);
        self
    }

    /// The coefficients of a kernel with the given entries that are not 0, as (out, filter x input,
    /// value), sorted. `None` if it is not in the band.
    fn of_filters(
        &self,
        entries: &[Entry],
        (outs, inputs): (usize, usize),
    ) -> Option<Vec<(usize, usize, f64)>> {
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
        let width = (count * inputs).max(1);
        let numbers = coefficients.into_iter().enumerate();
        let numbers = numbers.map(|(index, value)| (index / width, index % width, value));
        let numbers = numbers.filter(|&(.., value)| value != 0.0);
        (residual <= COMMUTES * size).then(|| numbers.collect())
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
