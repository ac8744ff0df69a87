//! The fixed part of an implicit kernel: angular functions at every distance of taps.

use schur_engine::{Entry, PairBasis};
use schur_math::{
    ElementOf, Isometry, KernelBand, KernelBasis, MathError, PlanarRepresentation, PointGroup,
    Representation, SpatialRepresentation, SteerableKernelBasis, SymmetryIrrep,
};

use crate::domain::cells;
use crate::layers::grid::conv::kernel::no_grid;
use crate::{AnyRepresentation, NnError};

/// The distances of the taps of a kernel from its centre that are at most half of its size,
/// ascending, and the index of its distance for every tap, row by row. Taps beyond are
/// left out, so that the kernel is a disc or a ball.
pub(super) struct Distances {
    pub(super) radii: Vec<f64>,
    of_tap: Vec<Option<usize>>,
    sizes: [usize; 3],
}

impl Distances {
    /// Of a kernel of `[depth, rows, columns]`, as many rows as columns.
    pub(super) fn new(sizes: [usize; 3]) -> Self {
        let [depth, height, width] = sizes;
        let squared = |index: usize, size: usize| (2 * index).abs_diff(size - 1).pow(2);
        let of_tap = |tap: usize| {
            let (slice, row, col) = (tap / width / height, tap / width % height, tap % width);
            squared(slice, depth) + squared(row, height) + squared(col, width)
        };
        let all: Vec<usize> = (0..depth * height * width).map(of_tap).collect();
        let mut squares = all.clone();
        squares.sort_unstable();
        squares.dedup();
        squares.retain(|&square| square <= width * width);
        Self {
            radii: squares.iter().map(|&s| (s as f64).sqrt() / 2.0).collect(),
            of_tap: all.iter().map(|s| squares.binary_search(s).ok()).collect(),
            sizes,
        }
    }

    /// The taps that are not left out, and their places.
    fn taps<const D: usize>(&self) -> (Vec<usize>, Vec<[f64; D]>) {
        let all = cells(self.sizes).enumerate();
        let kept = all.filter(|(tap, _)| self.of_tap[*tap].is_some());
        let place = |(tap, place): (usize, [f64; 3])| (tap, std::array::from_fn(|i| place[i]));
        kept.map(place).unzip()
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
/// taps: frequency `μ` from the distance `μ/2` on, the limit of a circle with taps one place
/// apart.
pub(super) fn pair(
    out: &AnyRepresentation,
    input: &AnyRepresentation,
    max_frequency: usize,
    distances: &Distances,
) -> Result<(PairBasis, PairExpansion), NnError> {
    let plane = out.get::<PlanarRepresentation>().zip(input.get());
    let space = out.get::<SpatialRepresentation>().zip(input.get());
    match (plane, space) {
        (Some((out, input)), _) => between::<_, 2>(out, input, max_frequency, distances),
        (_, Some((out, input))) => between::<_, 3>(out, input, max_frequency, distances),
        _ => Err(no_grid(&input.group())),
    }
}

fn between<I: SymmetryIrrep<Group: PointGroup>, const D: usize>(
    out: &Representation<I>,
    input: &Representation<I>,
    max_frequency: usize,
    distances: &Distances,
) -> Result<(PairBasis, PairExpansion), NnError>
where
    ElementOf<I>: Isometry<D>,
{
    let band = KernelBand::angular(max_frequency)?;
    let angular = SteerableKernelBasis::<D>::new(out, input, &band)?;
    let (taps, places) = distances.taps::<D>();
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
