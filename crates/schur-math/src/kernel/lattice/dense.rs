//! Equivariant kernels between representations that are no signed permutations.

use super::KernelEntry;
use crate::finite_representation::FiniteRepresentation;
use crate::linear::orthonormal;
use crate::matrix::Matrix;
use crate::tolerance::KERNEL_ENTRY;

/// How one element acts on output components, input components and taps.
struct Move<'a> {
    out: Matrix,
    input: Matrix,
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
            input: input.matrix(g),
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

/// An orthonormal basis of the matrices that commute with some elements.
fn commuting(elements: &[&Move<'_>], outs: usize, inputs: usize) -> Vec<Vec<f64>> {
    let mut averages = Vec::with_capacity(outs * inputs);
    for unit in 0..outs * inputs {
        let mut average = vec![0.0; outs * inputs];
        let mut matrix = Matrix::zeros(outs, inputs);
        matrix.values_mut()[unit] = 1.0;
        for element in elements {
            let moved = conjugate(element, &matrix);
            for (sum, value) in average.iter_mut().zip(moved.values()) {
                *sum += value / elements.len() as f64;
            }
        }
        averages.push(average);
    }
    averages.retain(|average| average.iter().any(|v| v.abs() > KERNEL_ENTRY));
    orthonormal(&averages)
}

/// `ρ_out(g) M ρ_in(g)ᵀ`.
fn conjugate(element: &Move<'_>, matrix: &Matrix) -> Matrix {
    let left = element.out.times(matrix);
    left.times(&element.input.transposed())
}

/// The kernel with a value at one tap, sorted, with the first entry positive.
fn spread(value: &[f64], tap: usize, moves: &[Move<'_>]) -> Vec<KernelEntry> {
    let (outs, inputs) = (moves[0].out.rows(), moves[0].input.rows());
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
