//! Equivariant kernels between representations that are no signed permutations.

use super::KernelEntry;
use crate::finite_representation::FiniteRepresentation;
use crate::linear::orthonormal_columns;
use crate::matrix::Matrix;
use crate::tolerance::KERNEL_ENTRY;

/// How one element acts on output components, input components and taps.
struct Move<'a> {
    out: Matrix,
    /// `ρ_in(g)ᵀ`.
    transposed: Matrix,
    taps: &'a [usize],
}

/// The basis elements, orthonormal in `<K, K'> = 1/|G| Σ K K'`.
///
/// The value at one tap `q` of each orbit decides the others, `K(h q) = ρ_out(h) K(q)
/// ρ_in(h)ᵀ`, and must commute with the elements that fix `q`. Averaging unit matrices over
/// those projects onto such values.
pub(super) fn elements(
    out: &FiniteRepresentation,
    input: &FiniteRepresentation,
    images: &[Vec<usize>],
) -> Vec<Vec<KernelEntry>> {
    let pairs = out.group().elements().zip(images);
    let moves: Vec<Move<'_>> = pairs
        .map(|(g, taps)| Move {
            out: out.matrix(g),
            transposed: input.matrix(g).transposed(),
            taps,
        })
        .collect();
    let taps = images.first().map_or(0, Vec::len);
    let mut found = Vec::new();
    for tap in 0..taps {
        if moves.iter().any(|m| m.taps[tap] < tap) {
            continue;
        }
        let fixing: Vec<&Move<'_>> = moves.iter().filter(|m| m.taps[tap] == tap).collect();
        for value in commuting(&fixing, out.dim(), input.dim()) {
            found.push(spread(&value, tap, &moves));
        }
    }
    found.sort_by_key(|element: &Vec<KernelEntry>| element.first().map(place));
    found
}

fn place(e: &KernelEntry) -> [usize; 3] {
    [e.out, e.input, e.tap]
}

/// An orthonormal basis of the matrices that commute with some elements: of the averages of unit
/// matrices, as many as the mean of the products of characters says.
fn commuting(elements: &[&Move<'_>], outs: usize, inputs: usize) -> Vec<Vec<f64>> {
    let count = elements.len() as f64;
    let traces = elements
        .iter()
        .map(|g| g.out.trace() * g.transposed.trace());
    let dim = (traces.sum::<f64>() / count).round() as usize;
    orthonormal_columns(dim, outs * inputs, 1.0, |unit| {
        let mut average = vec![0.0; outs * inputs];
        for element in elements {
            // `ρ_out(g) E_ij ρ_in(g)ᵀ` is a column times a row.
            let row = element.transposed.row(unit % inputs);
            for (a, sums) in average.chunks_mut(inputs).enumerate() {
                let factor = element.out[(a, unit / inputs)];
                if factor != 0.0 {
                    for (sum, value) in sums.iter_mut().zip(row) {
                        *sum += factor * value / count;
                    }
                }
            }
        }
        average
    })
}

/// `ρ_out(g) M ρ_in(g)ᵀ`.
fn conjugate(element: &Move<'_>, matrix: &Matrix) -> Matrix {
    element.out.times(matrix).times(&element.transposed)
}

/// The kernel with a value at one tap, sorted, with the first entry positive.
fn spread(value: &[f64], tap: usize, moves: &[Move<'_>]) -> Vec<KernelEntry> {
    let (outs, inputs) = (moves[0].out.rows(), moves[0].transposed.rows());
    let value = Matrix::from_values(outs, inputs, value.to_vec());
    let mut reached: Vec<(usize, &Move<'_>)> = moves.iter().map(|m| (m.taps[tap], m)).collect();
    reached.sort_by_key(|(image, _)| *image);
    reached.dedup_by_key(|(image, _)| *image);
    let scale = (moves.len() as f64 / reached.len() as f64).sqrt();
    let mut entries = Vec::new();
    for (image, element) in reached {
        let moved = conjugate(element, &value);
        for (k, &value) in moved.values().iter().enumerate() {
            if value.abs() > KERNEL_ENTRY {
                entries.push(KernelEntry {
                    out: k / inputs,
                    input: k % inputs,
                    tap: image,
                    value: value * scale,
                });
            }
        }
    }
    entries.sort_by_key(place);
    if entries.first().is_some_and(|e| e.value < 0.0) {
        entries.iter_mut().for_each(|e| e.value = -e.value);
    }
    entries
}
