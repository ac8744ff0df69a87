//! The kernels of a spherical convolution on every degree.

use burn::tensor::Tensor;
use schur_engine::Block;
use schur_math::angular_momentum::real_wigner_d_up_to;
use schur_math::{EulerZyz, Matrix, UnitQuaternion};

use crate::ops::dense::{Elements, Weights};
use crate::sphere::is_o3;
use crate::tolerance::FIBRE_ENTRY;
use crate::{FieldType, NnError, SphereFunctions};

/// Types, kinds of functions and kernels.
#[derive(Debug)]
pub(super) struct SphereMaps {
    pub(super) input: FieldType,
    pub(super) output: FieldType,
    pub(super) inputs: Vec<SphereFunctions>,
    pub(super) outputs: Vec<SphereFunctions>,
    pub(super) rings: Vec<f64>,
    /// Whether there are inversions, so that cosines and sines of third angles do not mix.
    pub(super) inversions: bool,
    /// Per output kind, per input kind; `None` where there is none.
    pub(super) pairs: Vec<Vec<Option<Elements>>>,
}

/// The columns of the matrix of coefficients of degree `l`: `n = 0, 1, -1, 2, -2, …`.
pub(super) fn columns(side: usize) -> usize {
    2 * side + 1
}

impl SphereMaps {
    pub(super) fn new(
        input: &FieldType,
        output: &FieldType,
        rings: &[f64],
    ) -> Result<Self, NnError> {
        let layer = "a spherical convolution";
        let inputs = SphereFunctions::of(input, layer)?;
        let outputs = SphereFunctions::of(output, layer)?;
        let inversions = is_o3(input);
        let pairs = outputs.iter().map(|out| {
            let kernels = inputs.iter().map(|input| {
                let kernels = kernels(input, out, rings, inversions)?;
                Ok((kernels.count > 0).then_some(kernels))
            });
            kernels.collect::<Result<Vec<_>, NnError>>()
        });
        let pairs: Vec<Vec<Option<Elements>>> = pairs.collect::<Result<_, NnError>>()?;
        if pairs.iter().flatten().all(Option::is_none) {
            return Err(NnError::Config {
                at: layer.to_string(),
                problem: format!(
                    "no kernel leads from `{input}` to `{output}`: functions and pseudo functions \
                     on the sphere do not mix, only those with a third angle"
                ),
            });
        }
        Ok(Self {
            input: input.clone(),
            output: output.clone(),
            inputs,
            outputs,
            rings: rings.to_vec(),
            inversions,
            pairs,
        })
    }

    /// Number of weights.
    pub(super) fn weights(&self) -> usize {
        self.each()
            .map(|(kernels, channels)| kernels.count * channels[0] * channels[1])
            .sum()
    }

    /// The kernels of all pairs, with the numbers of channels, those of the output outer.
    pub(super) fn each(&self) -> impl Iterator<Item = (&Elements, [usize; 2])> {
        self.outputs
            .iter()
            .zip(&self.pairs)
            .flat_map(|(out, pairs)| {
                let pairs = self.inputs.iter().zip(pairs);
                pairs.filter_map(|(input, kernels)| {
                    Some((kernels.as_ref()?, [input.channels, out.channels]))
                })
            })
    }

    /// Columns of input and output at degree `l`.
    pub(super) fn sizes(&self, input: usize, out: usize, l: usize) -> [usize; 2] {
        [self.inputs[input].spin, self.outputs[out].spin].map(|spin| columns(l.min(spin)))
    }

    /// Where the entries of degree `l` begin.
    pub(super) fn first(&self, input: usize, out: usize, l: usize) -> usize {
        let size = |l| self.sizes(input, out, l).iter().product::<usize>();
        (0..l).map(size).sum()
    }

    /// The matrices of all degrees, `[1, entry, input channel · output channel]`, per output kind and
    /// input kind.
    pub(super) fn matrices(&self, weight: Tensor<1>) -> Vec<Vec<Option<Tensor<3>>>> {
        let mut weights = Weights::new(weight);
        let scalars = |of: &SphereFunctions| Block {
            dim: 1,
            multiplicity: of.channels,
        };
        let mut pair = |input: &SphereFunctions, out: &SphereFunctions, kernels: &Elements| {
            let all = weights.combine_new(kernels, [input, out].map(scalars));
            all.reshape([1, kernels.positions, input.channels * out.channels])
        };
        let outputs = self.outputs.iter().zip(&self.pairs);
        let outputs = outputs.map(|(out, pairs)| {
            let pairs = self.inputs.iter().zip(pairs);
            let pairs = pairs.map(|(input, k)| k.as_ref().map(|k| pair(input, out, k)));
            pairs.collect()
        });
        outputs.collect()
    }
}

/// The kernels between two kinds of functions. Their positions are the entries of the matrices of all
/// degrees, `[degree, then input column · output column]`.
fn kernels(
    input: &SphereFunctions,
    out: &SphereFunctions,
    rings: &[f64],
    inversions: bool,
) -> Result<Elements, NnError> {
    let mixes = input.pseudo != out.pseudo;
    let degree = input.degree.min(out.degree);
    let sides = |l: usize| [l.min(input.spin), l.min(out.spin)];
    let mut kernels: Vec<Vec<f64>> = Vec::new();
    for &beta in rings {
        let angles = EulerZyz {
            alpha: 0.0,
            beta,
            gamma: 0.0,
        };
        let turn = UnitQuaternion::from_euler_zyz(angles)?;
        let matrices = real_wigner_d_up_to(degree, &turn)?;
        for n in 0..=input.spin {
            for k in 0..=out.spin {
                // The ring at the centre has no direction, so turns on both sides are one.
                let turned = |order: usize| 0..=usize::from(order > 0);
                for (left, right) in turned(n).flat_map(|s| turned(k).map(move |t| (s, t))) {
                    // Turned on one side it leads from cosines to sines, which are pseudo functions.
                    if inversions && (left != right) != mixes {
                        continue;
                    }
                    let mut entries = Vec::new();
                    for (l, matrix) in matrices.iter().enumerate() {
                        let [from, to] = sides(l);
                        let at = entries.len();
                        let width = columns(to);
                        entries.resize(at + columns(from) * width, 0.0);
                        if n > from || k > to {
                            continue;
                        }
                        let block = block(matrix, [n, k], [left == 1, right == 1]);
                        for (i, row) in block.iter().enumerate() {
                            for (j, value) in row.iter().enumerate() {
                                let places = [column(n, i), column(k, j)];
                                if let [Some(i), Some(j)] = places {
                                    entries[at + i * width + j] = *value;
                                }
                            }
                        }
                    }
                    if is_new(&entries, &kernels) {
                        kernels.push(entries);
                    }
                }
            }
        }
    }
    Ok(Elements {
        count: kernels.len(),
        positions: kernels.first().map_or(0, Vec::len),
        numbers: kernels.concat(),
    })
}

/// The mean over all entries of the output of the power that unit weights give, per input channel.
pub(super) fn power(kernels: &Elements, input: &SphereFunctions, out: &SphereFunctions) -> f64 {
    let degree = input.degree.min(out.degree);
    let count: usize = (0..=degree).map(|l| columns(l.min(out.spin))).sum();
    // Entry by entry, in which order weights were first drawn.
    let each = (0..kernels.positions).flat_map(|at| kernels.each().map(move |kernel| kernel[at]));
    each.map(|entry| entry * entry).sum::<f64>() / count as f64
}

/// The place of `n` (0) or `-n` (1) among the columns; `None` for `-0`.
fn column(n: usize, negative: usize) -> Option<usize> {
    match (n, negative) {
        (0, 0) => Some(0),
        (0, _) => None,
        (n, negative) => Some(2 * n - 1 + negative),
    }
}

/// Rows `n, -n` and columns `k, -k` of `Δ`, turned by a right angle on the left or on the right.
fn block(matrix: &Matrix, [n, k]: [usize; 2], [left, right]: [bool; 2]) -> [[f64; 2]; 2] {
    let l = matrix.rows() / 2;
    let cosines = matrix[(l + n, l + k)];
    let sines = if n > 0 && k > 0 {
        matrix[(l - n, l - k)]
    } else {
        0.0
    };
    let [[a, b], [c, d]] = [[cosines, 0.0], [0.0, sines]];
    let [[a, b], [c, d]] = if left {
        [[-c, -d], [a, b]]
    } else {
        [[a, b], [c, d]]
    };
    if right {
        [[b, -a], [d, -c]]
    } else {
        [[a, b], [c, d]]
    }
}

/// Whether a kernel is neither 0 nor a kernel before, up to its sign. Kernels of one ring have entries
/// at the same places only if they are of the same orders, and these are orthogonal or parallel.
fn is_new(kernel: &[f64], kernels: &[Vec<f64>]) -> bool {
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let norm = product(kernel, kernel);
    if norm <= FIBRE_ENTRY {
        return false;
    }
    let parallel = |other: &Vec<f64>| {
        let (own, both) = (product(other, other), product(kernel, other));
        norm * own - both * both <= FIBRE_ENTRY * norm * own
    };
    !kernels.iter().any(parallel)
}
