//! Weights: the blocks of the parameters, packed for the products, and back.

use std::ops::Range;

use crate::parallel::*;

use super::{Chunk, Executor};
use crate::Scalar;
use crate::cpu::factors::panel_columns;
use crate::cpu::isa::Isa;
use crate::cpu::scalar::{Factor, add_scaled};
use crate::cpu::scratch::Buffer;

/// Block weights in the order of the chunks and blocks, packed for the product.
#[derive(Debug, Clone)]
pub(crate) struct Packed<F: Factor> {
    pub(super) data: Buffer<F>,
}

impl<F: Factor> Packed<F> {
    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }
}

impl Executor {
    /// Padded columns per block.
    pub(super) fn padded<F: Factor>(&self, isa: Isa) -> Vec<usize> {
        let lanes = F::lanes(isa);
        self.program
            .cols
            .iter()
            .map(|c| c.next_multiple_of(lanes))
            .collect()
    }

    /// Length of the packed weights.
    pub(crate) fn packed_len<F: Factor>(&self, isa: Isa) -> usize {
        let padded = self.padded::<F>(isa);
        (0..self.chunks.len())
            .map(|c| self.chunk_len(c, &padded, F::NUMBERS).0)
            .sum()
    }

    /// Factors in the weight of one chunk, each of so many numbers, and the first of every block.
    pub(super) fn chunk_len(
        &self,
        chunk: usize,
        padded: &[usize],
        numbers: usize,
    ) -> (usize, Vec<usize>) {
        let mut len = 0;
        let sizes = self.chunks[chunk].inner.iter().zip(padded);
        let first = sizes.map(|(inner, cols)| {
            let first = len;
            len += inner.div_ceil(numbers) * cols;
            first
        });
        let first = first.collect();
        (len, first)
    }

    /// The blocks of the parameters, packed. `ranges` are the parameters of every pair.
    pub(crate) fn pack<F: Factor>(
        &self,
        isa: Isa,
        parameters: &[F::Sum],
        ranges: &[Range<usize>],
    ) -> Packed<F> {
        let padded = self.padded::<F>(isa);
        let lanes = F::lanes(isa);
        let sizes: Vec<_> = (0..self.chunks.len())
            .map(|c| self.chunk_len(c, &padded, F::NUMBERS))
            .collect();
        let mut data: Buffer<F> = Buffer::zeros(sizes.iter().map(|s| s.0).sum());
        let mut rest = &mut data[..];
        let mut tasks = Vec::new();
        for (chunk, (len, first)) in sizes.iter().enumerate() {
            let (here, after) = rest.split_at_mut(*len);
            rest = after;
            tasks.push((chunk, here, first));
        }
        tasks.into_par_iter().for_each(|(chunk, weight, first)| {
            let mut sum = Vec::new();
            let mut turned = Vec::new();
            let of_chunk = &self.chunks[chunk];
            let inner = &of_chunk.inner;
            let columns: Vec<_> = (inner.iter().zip(&padded))
                .map(|(&inner, &cols)| panel_columns(lanes, inner.div_ceil(F::NUMBERS), cols))
                .collect();
            for pair in &self.program.pairs {
                let parameters = &parameters[ranges[pair.pair].clone()];
                let (outs, ins) = (pair.out_copies, pair.in_copies);
                for (index, number) in pair.numbers.iter().enumerate() {
                    let which = number.block;
                    let begin = of_chunk.first[which];
                    if !(begin..begin + inner[which]).contains(&number.row) {
                        continue;
                    }
                    sum.clear();
                    sum.resize(outs * ins, F::Sum::ZERO);
                    for &(element, value) in pair.by_number().row(index) {
                        add_scaled(
                            &mut sum,
                            value,
                            &parameters[element * outs * ins..][..outs * ins],
                        );
                    }
                    if pair.transposed {
                        transpose(&sum, outs, ins, &mut turned);
                        std::mem::swap(&mut sum, &mut turned);
                    }
                    let block = &mut weight[first[which]..];
                    let k = number.row - begin;
                    let columns = &columns[which][number.col..number.col + outs];
                    for (u, row) in sum.chunks_exact(outs).enumerate() {
                        let (factor, part) = ((k + u) / F::NUMBERS, (k + u) % F::NUMBERS);
                        for (&(place, width), &value) in columns.iter().zip(row) {
                            block[place + factor * width].put(part, value);
                        }
                    }
                }
            }
        });
        Packed { data }
    }

    /// The transpose of [`Executor::pack`], from gradients in unpacked row-major blocks.
    pub(super) fn contract<T: Scalar>(
        &self,
        isa: Isa,
        gradient: &[T],
        ranges: &[Range<usize>],
        parameters: &mut [T],
    ) {
        let padded = self.padded::<T>(isa);
        let mut next = 0;
        let firsts: Vec<Vec<usize>> = (0..self.chunks.len())
            .map(|c| {
                let (len, mut first) = self.chunk_len(c, &padded, 1);
                first.iter_mut().for_each(|f| *f += next);
                next += len;
                first
            })
            .collect();
        for pair in &self.program.pairs {
            let (outs, ins) = (pair.out_copies, pair.in_copies);
            let run = outs * ins;
            let mut runs = Buffer::zeros(pair.numbers.len() * run);
            runs.par_chunks_mut(run)
                .zip(&pair.numbers)
                .for_each(|(run, number)| {
                    let which = number.block;
                    // The last chunk that begins before it.
                    let before = |chunk: &Chunk| chunk.first[which] <= number.row;
                    let chunk = self.chunks.partition_point(before) - 1;
                    let (cols, begin) = (padded[which], self.chunks[chunk].first[which]);
                    let block = &gradient[firsts[chunk][which]..];
                    let k = number.row - begin;
                    for (u, row) in run.chunks_exact_mut(outs).enumerate() {
                        row.copy_from_slice(&block[(k + u) * cols + number.col..][..outs]);
                    }
                });
            let elements = parameters[ranges[pair.pair].clone()].par_chunks_mut(run);
            elements.enumerate().for_each(|(element, sum)| {
                for &(position, value) in pair.by_element().row(element) {
                    add_scaled(sum, value, &runs[position * run..][..run]);
                }
            });
        }
    }
}

/// `to[u][v] = from[v][u]`, for `u` in `0..cols`.
fn transpose<T: Scalar>(from: &[T], rows: usize, cols: usize, to: &mut Vec<T>) {
    to.clear();
    for u in 0..cols {
        to.extend((0..rows).map(|v| from[v * cols + u]));
    }
}
