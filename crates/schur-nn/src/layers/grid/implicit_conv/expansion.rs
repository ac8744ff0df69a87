//! The fixed part of an implicit kernel: angular functions at every distance of taps.

use crate::domain::middle;
use schur_engine::{Entry, PairBasis};
use schur_math::{KernelBand, KernelBasis, MathError, PlanarRepresentation, SteerableKernelBasis};

use crate::NnError;

/// The distances of the taps of a `size x size` kernel from its centre that are at most
/// `size/2`, ascending, and the index of its distance for every tap, row by row. Taps beyond are
/// left out, so that the kernel is a disc.
pub(super) struct Distances {
    pub(super) radii: Vec<f64>,
    of_tap: Vec<Option<usize>>,
    size: usize,
}

impl Distances {
    pub(super) fn new(size: usize) -> Self {
        let doubled = |index: usize| (2 * index).abs_diff(size - 1);
        let squared = |tap: usize| doubled(tap / size).pow(2) + doubled(tap % size).pow(2);
        let all: Vec<usize> = (0..size * size).map(squared).collect();
        let mut squares = all.clone();
        squares.sort_unstable();
        squares.dedup();
        squares.retain(|&square| square <= size * size);
        Self {
            radii: squares.iter().map(|&s| (s as f64).sqrt() / 2.0).collect(),
            of_tap: all.iter().map(|s| squares.binary_search(s).ok()).collect(),
            size,
        }
    }

    /// The taps that are not left out, and their places.
    fn taps(&self) -> (Vec<usize>, Vec<[f64; 2]>) {
        let half = middle(self.size);
        let kept = (0..self.of_tap.len()).filter(|&tap| self.of_tap[tap].is_some());
        let taps: Vec<usize> = kept.collect();
        let place = |&tap: &usize| {
            let (row, col) = (tap / self.size, tap % self.size);
            [col as f64 - half, half - row as f64]
        };
        let places = taps.iter().map(place).collect();
        (taps, places)
    }
}

/// What one pair of blocks can combine.
#[derive(Clone, Debug)]
pub(super) struct PairExpansion {
    /// Number of angular functions.
    pub(super) functions: usize,
    /// The elements of the basis as `distance · functions + function`, ascending.
    pub(super) kept: Vec<usize>,
    /// Sum of squares of every element of the basis.
    pub(super) norms: Vec<f64>,
}

/// Every angular function up to a frequency at every distance, where it is not lost between the
/// taps: frequency `μ` from the distance `μ/2` on, the limit of a circle with taps one pixel
/// apart.
pub(super) fn pair(
    out: &PlanarRepresentation,
    input: &PlanarRepresentation,
    max_frequency: usize,
    distances: &Distances,
) -> Result<(PairBasis, PairExpansion), NnError> {
    let angular = SteerableKernelBasis::new(out, input, &KernelBand::angular(max_frequency)?)?;
    let (taps, places) = distances.taps();
    let functions = angular.dim();
    let numbers = (functions * taps.len()).saturating_mul(out.dim() * input.dim());
    if numbers > <SteerableKernelBasis>::MAX_NUMBERS {
        return Err(MathError::TooLarge {
            what: "the expansion of implicit kernels".to_string(),
            numbers: numbers.to_string(),
            max: <SteerableKernelBasis>::MAX_NUMBERS,
            remedy: "a smaller kernel, smaller representations or a lower frequency",
        }
        .into());
    }
    let mut elements = vec![Vec::new(); distances.radii.len() * functions];
    let attributes = angular.attributes();
    for (function, samples) in angular.sample_sparse(&places).into_iter().enumerate() {
        let frequency = attributes[function].frequency as f64;
        for sample in samples {
            let tap = taps[sample.tap];
            // Only taps with a distance are listed.
            let Some(distance) = distances.of_tap[tap] else {
                continue;
            };
            if 2.0 * distances.radii[distance] >= frequency {
                elements[distance * functions + function].push(Entry {
                    out: sample.out,
                    input: sample.input,
                    tap,
                    value: sample.value,
                });
            }
        }
    }
    let mut expansion = PairExpansion {
        functions,
        kept: Vec::new(),
        norms: Vec::new(),
    };
    let mut basis = PairBasis::default();
    for (index, element) in elements.into_iter().enumerate() {
        if !element.is_empty() {
            expansion.kept.push(index);
            let squares = element.iter().map(|e| e.value * e.value);
            expansion.norms.push(squares.sum());
            basis.elements.push(element);
        }
    }
    Ok((basis, expansion))
}
