//! Equivariant kernels between representations that are no signed permutations.

use super::KernelEntry;
use crate::finite_representation::FiniteRepresentation;
use crate::linear::orthonormal_first;
use crate::matrix::Matrix;
use crate::tolerance::KERNEL_ENTRY;

/// The matrices of all elements on the components of one block, which none of them leaves.
struct Block {
    components: Vec<usize>,
    matrices: Vec<Matrix>,
    transposed: Vec<Matrix>,
}

/// The basis elements, orthonormal in `<K, K'> = 1/|G| Σ K K'`.
///
/// The value at one tap `q` of each orbit decides the others, `K(h q) = ρ_out(h) K(q)
/// ρ_in(h)ᵀ`, and must commute with the elements that fix `q`. Averaging unit matrices over
/// those projects onto such values. Every block of the input is mapped to every block of the
/// output for itself.
pub(super) fn elements(
    out: &FiniteRepresentation,
    input: &FiniteRepresentation,
    images: &[Vec<usize>],
) -> Vec<Vec<KernelEntry>> {
    let (outs, inputs) = (blocks(out), blocks(input));
    let taps = images.first().map_or(0, Vec::len);
    let mut found = Vec::new();
    for tap in 0..taps {
        if images.iter().any(|taps| taps[tap] < tap) {
            continue;
        }
        let fixing: Vec<usize> = (0..images.len())
            .filter(|&g| images[g][tap] == tap)
            .collect();
        // An element for every tap that this one is brought to.
        let mut reached: Vec<(usize, usize)> = (images.iter().enumerate())
            .map(|(g, taps)| (taps[tap], g))
            .collect();
        reached.sort_by_key(|(image, _)| *image);
        reached.dedup_by_key(|(image, _)| *image);
        for out in &outs {
            for input in &inputs {
                for value in commuting(&fixing, out, input) {
                    found.push(spread(&value, &reached, out, input));
                }
            }
        }
    }
    found.sort_by_key(|element: &Vec<KernelEntry>| element.first().map(place));
    found
}

fn place(e: &KernelEntry) -> [usize; 3] {
    [e.out, e.input, e.tap]
}

/// The finest partition of the components such that no matrix mixes two parts.
fn blocks(rho: &FiniteRepresentation) -> Vec<Block> {
    let dim = rho.dim();
    let matrices: Vec<Matrix> = rho.group().elements().map(|g| rho.matrix(g)).collect();
    let mut first: Vec<usize> = (0..dim).collect();
    for matrix in &matrices {
        for (k, value) in matrix.values().iter().enumerate() {
            let [a, b] = [first[k / dim], first[k % dim]];
            if *value != 0.0 && a != b {
                let (low, high) = (a.min(b), a.max(b));
                let parts = first.iter_mut().filter(|part| **part == high);
                parts.for_each(|part| *part = low);
            }
        }
    }
    let block = |part: usize| {
        let components: Vec<usize> = (0..dim).filter(|&i| first[i] == part).collect();
        let size = components.len();
        let cut =
            |m: &Matrix| Matrix::from_fn(size, size, |i, j| m[(components[i], components[j])]);
        let matrices: Vec<Matrix> = matrices.iter().map(cut).collect();
        Block {
            transposed: matrices.iter().map(Matrix::transposed).collect(),
            matrices,
            components,
        }
    };
    (0..dim)
        .filter(|&part| first[part] == part)
        .map(block)
        .collect()
}

/// An orthonormal basis of the matrices that commute with some elements: of the averages of unit
/// matrices, as many as the mean of the products of characters says.
fn commuting(elements: &[usize], out: &Block, input: &Block) -> Vec<Vec<f64>> {
    let (outs, inputs) = (out.components.len(), input.components.len());
    let count = elements.len() as f64;
    let traces = elements
        .iter()
        .map(|&g| out.matrices[g].trace() * input.matrices[g].trace());
    let dim = (traces.sum::<f64>() / count).round() as usize;
    let average = |unit: usize| {
        let mut average = vec![0.0; outs * inputs];
        for &g in elements {
            // `ρ_out(g) E_ij ρ_in(g)ᵀ` is a column times a row.
            let row = input.transposed[g].row(unit % inputs);
            for (a, sums) in average.chunks_mut(inputs).enumerate() {
                let factor = out.matrices[g][(a, unit / inputs)];
                if factor != 0.0 {
                    for (sum, value) in sums.iter_mut().zip(row) {
                        *sum += factor * value / count;
                    }
                }
            }
        }
        average
    };
    let averages = (0..outs * inputs).map(average);
    let averages = averages.filter(|average| average.iter().any(|v| v.abs() > KERNEL_ENTRY));
    orthonormal_first(dim, averages)
}

/// The kernel with a value at one tap, sorted, with the first entry positive; `reached` has the
/// taps that this one is brought to, each by an element.
fn spread(
    value: &[f64],
    reached: &[(usize, usize)],
    out: &Block,
    input: &Block,
) -> Vec<KernelEntry> {
    let (outs, inputs) = (out.components.len(), input.components.len());
    let value = Matrix::from_values(outs, inputs, value.to_vec());
    let scale = (out.matrices.len() as f64 / reached.len() as f64).sqrt();
    let mut entries = Vec::new();
    for &(tap, g) in reached {
        let moved = out.matrices[g].times(&value).times(&input.transposed[g]);
        for (k, &value) in moved.values().iter().enumerate() {
            if value.abs() > KERNEL_ENTRY {
                entries.push(KernelEntry {
                    out: out.components[k / inputs],
                    input: input.components[k % inputs],
                    tap,
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
