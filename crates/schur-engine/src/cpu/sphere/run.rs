//! The transforms of a batch.

use super::columns::{Columns, Cut};
use super::folds::{fold, unfold};
use super::orders::OrderBlock;
use super::products::{
    analyse, gather_coefficients, gather_waves, scatter_coefficients, scatter_waves, synthesise,
};
use super::{SpherePlan, Weighting};
use crate::Scalar;
use crate::cpu::scratch::Buffer;
use crate::parallel::*;

/// Runs work on all items, at the same time or one after the other.
fn each<I: Send>(at_once: bool, items: Vec<I>, work: impl Fn(I) + Send + Sync) {
    if at_once {
        items.into_par_iter().for_each(work);
    } else {
        items.into_iter().for_each(work);
    }
}

/// A slice cut into pieces of given lengths.
fn pieces<T>(mut slice: &mut [T], lengths: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    let mut pieces = Vec::new();
    for length in lengths {
        let (piece, rest) = slice.split_at_mut(length);
        pieces.push(piece);
        slice = rest;
    }
    pieces
}

/// Runs `work` on parts of the batch, with whether its loops may use all threads.
fn parts<T: Scalar>(
    plan: &SpherePlan<T>,
    channels: usize,
    [from, to]: [usize; 2],
    input: &[T],
    output: &mut [T],
    work: impl Fn(&Columns, bool, &[T], &mut [T]) + Send + Sync,
) {
    if input.is_empty() {
        return;
    }
    let batch = input.len() / (from * channels);
    let (cut, most) = Cut::new(plan, batch, channels);
    let inputs = input.chunks(cut.entries * from * channels);
    let outputs = output.chunks_mut(cut.entries * to * channels);
    each(
        cut.parts_at_once,
        inputs.zip(outputs).collect(),
        |(x, y)| {
            let entries = x.len() / (from * channels);
            for columns in Columns::of(plan, entries, channels, most) {
                work(&columns, !cut.parts_at_once, x, y);
            }
        },
    );
}

pub(super) fn analysis<T: Scalar>(
    plan: &SpherePlan<T>,
    channels: usize,
    values: &[T],
    coefficients: &mut [T],
    weighting: Weighting,
) {
    let sizes = [plan.samples(), plan.coefficients()];
    let work = |columns: &Columns, at_once: bool, x: &[T], y: &mut [T]| {
        let width = columns.width;
        let (pairs, row) = (plan.pairs.len(), 2 * plan.components() * width);
        // Per block of orders [pair][m][cos, sin][parity][component][column]
        let mut waves = Buffer::stale(pairs * 2 * (plan.degree + 1) * row);
        let blocks = OrderBlock::all(plan.degree, plan.spin);
        let lengths = blocks
            .iter()
            .map(|block| pairs * 2 * block.orders.len() * row);
        let mut of_pairs: Vec<Vec<&mut [T]>> = plan.pairs.iter().map(|_| Vec::new()).collect();
        for (waves, block) in pieces(&mut waves, lengths).into_iter().zip(&blocks) {
            let each = waves.chunks_exact_mut(2 * block.orders.len() * row);
            each.zip(&mut of_pairs)
                .for_each(|(part, parts)| parts.push(part));
        }
        let each_pair = plan.pairs.iter().zip(of_pairs);
        each(at_once, each_pair.collect(), |(pair, parts)| {
            let mut sums = Buffer::stale(pair.count * row);
            fold(plan, columns, channels, x, pair, weighting, &mut sums);
            let mut own = Buffer::stale(2 * (plan.degree + 1) * row);
            plan.transforms[pair.transform].forward(plan.isa, &sums, &mut own, row);
            let mut rest = &*own;
            for part in parts {
                let (first, others) = rest.split_at(part.len());
                part.copy_from_slice(first);
                rest = others;
            }
        });
        let waves = &*waves;
        // Per item [half][degree][two][column]
        let mut products = Buffer::stale(total(plan) * 2 * width);
        let lengths = blocks.iter().map(|block| {
            let items = plan.items[block.items.clone()].iter();
            items
                .map(|item| item.degrees * item.halves())
                .sum::<usize>()
                * 2
                * width
        });
        let work = blocks.iter().zip(pieces(&mut products, lengths));
        each(at_once, work.collect(), |(block, mut out)| {
            let waves = &waves[pairs * 2 * block.orders.start * row..];
            for index in block.items.clone() {
                let item = &plan.items[index];
                let (own, rest) = out.split_at_mut(item.degrees * item.halves() * 2 * width);
                out = rest;
                let table = plan.tables.of(index, item, pairs);
                let mut right = Buffer::stale(item.halves() * pairs * 2 * width);
                for parity in 0..2 {
                    gather_waves(plan, block, item, parity, waves, width, &mut right);
                    analyse(plan, item, parity, &table, &right, own, width);
                }
            }
        });
        let products = &*products;
        // The coefficients of one degree of all entries.
        let degrees = (0..=plan.spin).flat_map(|n| (n..=plan.degree).map(move |l| (n, l)));
        let mut outputs: Vec<_> = degrees.map(|degree| (degree, Vec::new())).collect();
        for y in y.chunks_exact_mut(plan.coefficients() * channels) {
            let copies = |n: usize| if n == 0 { 1 } else { 2 };
            let lengths: Vec<usize> = (outputs.iter())
                .map(|((n, l), _)| (2 * l + 1) * copies(*n) * channels)
                .collect();
            for ((_, pieces), piece) in outputs.iter_mut().zip(pieces(y, lengths.into_iter())) {
                pieces.push(piece);
            }
        }
        each(at_once, outputs, |((n, l), mut y)| {
            scatter_coefficients(plan, columns, n, l, channels, products, &mut y);
        });
    };
    parts(plan, channels, sizes, values, coefficients, work);
}

pub(super) fn synthesis<T: Scalar>(
    plan: &SpherePlan<T>,
    channels: usize,
    coefficients: &[T],
    values: &mut [T],
    weighting: Weighting,
) {
    let sizes = [plan.coefficients(), plan.samples()];
    let work = |columns: &Columns, at_once: bool, x: &[T], y: &mut [T]| {
        let width = columns.width;
        let (pairs, row) = (plan.pairs.len(), 2 * plan.components() * width);
        // Per block of orders [pair][item, half][parity][two][column]
        let blocks = OrderBlock::all(plan.degree, plan.spin);
        let of_block = |block: &OrderBlock| pairs * block.halves(plan.spin) * 4 * width;
        let mut waves = Buffer::stale(blocks.iter().map(of_block).sum());
        let work = blocks
            .iter()
            .zip(pieces(&mut waves, blocks.iter().map(of_block)));
        each(at_once, work.collect(), |(block, out)| {
            let mut slot = 0;
            for index in block.items.clone() {
                let item = &plan.items[index];
                let table = plan.tables.of(index, item, pairs);
                let mut right = Buffer::stale(item.degrees * item.halves() * 2 * width);
                gather_coefficients(plan, item, columns, x, channels, &mut right);
                let (out, slots) = (&mut out[slot * 4 * width..], block.halves(plan.spin));
                for parity in 0..2 {
                    synthesise(plan, item, parity, &table, &right, out, slots);
                }
                slot += item.halves();
            }
        });
        let waves = &*waves;
        let mut outputs: Vec<Vec<&mut [T]>> = plan.pairs.iter().map(|_| Vec::new()).collect();
        for y in y.chunks_exact_mut(plan.samples() * channels) {
            // The pair of every ring from the north.
            let pairs = plan.pairs.len();
            let rings = (0..plan.rings).map(|k| if k < pairs { k } else { plan.rings - 1 - k });
            let lengths = rings
                .clone()
                .map(|k| plan.pairs[k].count * plan.angles * channels);
            for (k, y) in rings.zip(pieces(y, lengths)) {
                outputs[k].push(y);
            }
        }
        let each_pair = plan.pairs.iter().enumerate().zip(outputs);
        each(
            at_once,
            each_pair.collect(),
            |((index, pair), mut outputs)| {
                let mut terms = Buffer::stale(2 * (plan.degree + 1) * row);
                scatter_waves(plan, &blocks, index, waves, width, &mut terms);
                let mut sums = Buffer::stale(pair.count * row);
                plan.transforms[pair.transform].adjoint(plan.isa, &terms, &mut sums, row);
                unfold(
                    plan,
                    columns,
                    channels,
                    pair,
                    weighting,
                    &sums,
                    &mut outputs,
                );
            },
        );
    };
    parts(plan, channels, sizes, coefficients, values, work);
}

/// Degrees of all items, with their halves.
fn total<T>(plan: &SpherePlan<T>) -> usize {
    let ends = plan
        .items
        .last()
        .map(|item| item.before + item.degrees * item.halves());
    ends.unwrap_or(0)
}
