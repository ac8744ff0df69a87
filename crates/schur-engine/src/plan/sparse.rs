//! The linear map from the parameters of one pair of blocks to its part of the dense weight.

use std::sync::Arc;

use crate::basis::{BasisMatrix, Entry, PairBasis, SparseBasis};
use crate::cpu::scalar::add_scaled;
use crate::cpu::scratch::Buffer;
use crate::parallel::*;
use crate::{Block, EngineError, Geometry, Layout, Result, Scalar};

/// The basis of one pair as a sparse matrix between *positions* and elements, kept in both
/// orders: by position to expand, by element to contract. Then both directions only gather, and
/// their parts can run in parallel without changing any sum.
///
/// Position = ((tap * in dim) + input component) * out dim + output component, and everything
/// acts on whole runs of in copies x out copies.
#[derive(Clone)]
pub(super) struct PairMap {
    out_block: Block,
    in_block: Block,
    out_offset: usize,
    in_offset: usize,
    out_channels: usize,
    basis: Arc<SparseBasis>,
}

impl PairMap {
    /// Checks and sorts the basis of the pair (output block, input block).
    pub(super) fn new(
        pair: (usize, usize),
        output: &Layout,
        input: &Layout,
        geometry: &Geometry,
        basis: &PairBasis,
    ) -> Result<Self> {
        let (out_block, in_block) = (output.blocks()[pair.0], input.blocks()[pair.1]);
        let limits = [out_block.dim, in_block.dim, geometry.taps()];
        for (element, entries) in basis.elements.iter().enumerate() {
            let mut entries = entries.iter();
            entries.try_for_each(|entry| check(pair, element, entry, limits))?;
        }
        Ok(Self {
            out_block,
            in_block,
            out_offset: output.offsets()[pair.0],
            in_offset: input.offsets()[pair.1],
            out_channels: output.channels(),
            basis: SparseBasis::of(basis, [out_block.dim, in_block.dim], geometry.taps()),
        })
    }

    /// The basis.
    pub(super) fn basis(&self) -> &Arc<SparseBasis> {
        &self.basis
    }

    /// Number of basis elements.
    pub(super) fn elements(&self) -> usize {
        self.basis.by_element.rows()
    }

    /// Multiplicity of the input block.
    pub(super) fn in_copies(&self) -> usize {
        self.in_block.multiplicity
    }

    /// Multiplicity of the output block.
    pub(super) fn out_copies(&self) -> usize {
        self.out_block.multiplicity
    }

    /// Number of nonzero basis entries.
    pub(super) fn entries(&self) -> usize {
        self.basis.by_element.entries()
    }

    /// The basis as a dense matrix.
    pub(super) fn matrix(&self) -> BasisMatrix {
        let (elements, positions) = (self.elements(), self.basis.by_position.rows());
        let mut values = vec![0.0; positions * elements];
        for position in 0..positions {
            for &(element, value) in self.basis.by_position.row(position) {
                values[position * elements + element] = value;
            }
        }
        BasisMatrix {
            positions,
            elements,
            values,
        }
    }

    /// Writes this pair's part of one tap of the dense weight, `[in channels][out channels]`.
    pub(super) fn expand_tap<T: Scalar>(
        &self,
        tap: usize,
        parameters: &[T],
        scratch: &mut Vec<T>,
        weight: &mut [T],
    ) {
        let run = self.in_copies() * self.out_copies();
        let first = tap * self.in_block.dim * self.out_block.dim;
        for input in 0..self.in_block.dim {
            for out in 0..self.out_block.dim {
                let terms = self
                    .basis
                    .by_position
                    .row(first + input * self.out_block.dim + out);
                if terms.is_empty() {
                    continue;
                }
                scratch.clear();
                scratch.resize(run, T::ZERO);
                for &(element, value) in terms {
                    add_scaled(scratch, value, &parameters[element * run..][..run]);
                }
                let target = self.target(input, out);
                let rows = weight[target..].chunks_mut(self.out_channels);
                for (row, values) in rows.zip(scratch.chunks_exact(self.out_copies())) {
                    row[..values.len()].copy_from_slice(values);
                }
            }
        }
    }

    /// The transpose: sets this pair's part of the parameter gradient from the gradient in the
    /// whole dense weight, whose taps are `tap_len` apart.
    pub(super) fn contract<T: Scalar>(&self, gradient: &[T], tap_len: usize, parameters: &mut [T]) {
        let run = self.in_copies() * self.out_copies();
        let components = self.in_block.dim * self.out_block.dim;
        // Gather the runs of every position once: each is read by many elements.
        let mut runs = Buffer::stale(gradient.len() / tap_len * components * run);
        runs.par_chunks_mut(run)
            .enumerate()
            .for_each(|(position, run)| {
                let (tap, component) = (position / components, position % components);
                let (input, out) = (
                    component / self.out_block.dim,
                    component % self.out_block.dim,
                );
                let source = tap * tap_len + self.target(input, out);
                let rows = gradient[source..].chunks(self.out_channels);
                for (values, row) in run.chunks_exact_mut(self.out_copies()).zip(rows) {
                    values.copy_from_slice(&row[..values.len()]);
                }
            });
        let elements = parameters.par_chunks_mut(run).enumerate();
        elements.for_each(|(element, sum)| {
            for &(position, value) in self.basis.by_element.row(element) {
                add_scaled(sum, value, &runs[position * run..][..run]);
            }
        });
    }

    /// Index inside one tap of the dense weight of copies (0, 0) of two components.
    fn target(&self, input: usize, out: usize) -> usize {
        let row = self.in_offset + input * self.in_block.multiplicity;
        row * self.out_channels + self.out_offset + out * self.out_block.multiplicity
    }
}

/// `Ok` if the entry lies inside its kernel and representations and is finite.
fn check(
    pair: (usize, usize),
    element: usize,
    entry: &Entry,
    [out_dim, in_dim, taps]: [usize; 3],
) -> Result<()> {
    let (output_block, input_block) = pair;
    for (axis, got, limit) in [
        ("out", entry.out, out_dim),
        ("input", entry.input, in_dim),
        ("tap", entry.tap, taps),
    ] {
        if got >= limit {
            return Err(EngineError::EntryOutside {
                output_block,
                input_block,
                element,
                axis,
                got,
                limit,
            });
        }
    }
    if !entry.value.is_finite() {
        return Err(EngineError::EntryNotFinite {
            output_block,
            input_block,
            element,
            value: entry.value.to_string(),
        });
    }
    Ok(())
}
