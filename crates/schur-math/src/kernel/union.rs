//! Several kernel bases as one.

use super::basis::{KernelAttributes, KernelBasis};
use crate::error::MathError;
use crate::kernel::KernelEntry;
use crate::tolerance::DEPENDENT_KERNEL;

/// The kernels of several bases between the same two representations, one basis after the
/// other: harmonics beside differential operators, or two bands.
///
/// If all parts satisfy the constraint, so does the union. The attributes of an element are
/// those that it has in its part; `ring` counts the shells of that part. Nothing is left out:
/// where parts overlap the elements depend on each other, in the plane or on the pixels only.
/// [`independent`] leaves such kernels out behind the sampling.
///
/// ```
/// use schur_math::{
///     DifferentialBasis, KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation,
///     SteerableKernelBasis, UnionBasis,
/// };
///
/// let so2 = PlanarGroup::so2();
/// let scalar = PlanarRepresentation::trivial(&so2);
/// let vector = PlanarRepresentation::irrep(&so2, "E1")?;
/// let harmonics = SteerableKernelBasis::new(&vector, &scalar, &KernelBand::for_size(5)?)?;
/// let operators = DifferentialBasis::new(&vector, &scalar, 1)?.gaussian(1.0)?;
/// let union = UnionBasis::new(vec![Box::new(harmonics), Box::new(operators)])?;
/// // Two kernels on each of two rings; the gradient and the rotated gradient.
/// assert_eq!((union.dim(), union.place(4)), (6, Some((1, 0))));
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub struct UnionBasis<const D: usize = 2> {
    parts: Vec<Box<dyn KernelBasis<D>>>,
    shape: (usize, usize),
}

impl<const D: usize> UnionBasis<D> {
    /// The union of some bases, in this order.
    ///
    /// # Errors
    ///
    /// If there is none, or kernels of different parts have different shapes.
    pub fn new(parts: Vec<Box<dyn KernelBasis<D>>>) -> Result<Self, MathError> {
        let refused = |value: String, problem, remedy| {
            Err(MathError::geometry(
                "a union of kernel bases",
                value,
                problem,
                remedy,
            ))
        };
        let Some(shape) = parts.first().map(|part| part.shape()) else {
            return refused(
                "no bases".to_string(),
                "it is empty",
                "give at least one basis",
            );
        };
        if let Some(other) = parts.iter().find(|part| part.shape() != shape) {
            let ((outs, inputs), other) = (shape, other.shape());
            return refused(
                format!("{outs} x {inputs} beside {} x {}", other.0, other.1),
                "its parts have kernels of different shapes",
                "give bases between the same two representations",
            );
        }
        Ok(Self { parts, shape })
    }

    /// The parts in their order.
    pub fn parts(&self) -> &[Box<dyn KernelBasis<D>>] {
        &self.parts
    }

    /// The part that an element comes from, and its index there; `None` beyond the last.
    pub fn place(&self, mut element: usize) -> Option<(usize, usize)> {
        for (index, part) in self.parts.iter().enumerate() {
            let dim = part.dim();
            if element < dim {
                return Some((index, element));
            }
            element -= dim;
        }
        None
    }
}

impl<const D: usize> KernelBasis<D> for UnionBasis<D> {
    fn dim(&self) -> usize {
        self.parts.iter().map(|part| part.dim()).sum()
    }

    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn sample(&self, point: [f64; D]) -> Vec<f64> {
        let parts = self.parts.iter();
        parts.flat_map(|part| part.sample(point)).collect()
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        let parts = self.parts.iter();
        parts.flat_map(|part| part.attributes()).collect()
    }

    fn numbers(&self) -> usize {
        let numbers = self.parts.iter().map(|part| part.numbers());
        numbers.fold(0, usize::saturating_add)
    }

    fn sample_sparse(&self, points: &[[f64; D]]) -> Vec<Vec<KernelEntry>> {
        let parts = self.parts.iter();
        parts.flat_map(|part| part.sample_sparse(points)).collect()
    }
}

/// Kernels without those that are linear combinations of the ones before: whose part orthogonal
/// to these has at most the fraction [`DEPENDENT_KERNEL`] of the squared length. The others stay
/// as they are.
///
/// ```
/// use schur_math::{KernelBand, PlanarGroup, PlanarRepresentation, SteerableKernelBasis, independent};
///
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::so2());
/// let basis = SteerableKernelBasis::new(&scalar, &scalar, &KernelBand::for_size(5)?)?;
/// let twice = [basis.on_grid([1, 5, 5])?, basis.on_grid([1, 5, 5])?].concat();
/// assert_eq!(independent(twice), basis.on_grid([1, 5, 5])?);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub fn independent(kernels: Vec<Vec<KernelEntry>>) -> Vec<Vec<KernelEntry>> {
    let places = Places::new(&kernels);
    let mut stays = vec![false; kernels.len()];
    for component in places.components(&kernels) {
        places.mark_independent(&kernels, &component, &mut stays);
    }
    let kernels = kernels.into_iter().zip(stays);
    kernels
        .filter_map(|(kernel, stays)| stays.then_some(kernel))
        .collect()
}

/// Entries and taps of some kernels, numbered in their order.
struct Places(Vec<[usize; 3]>);

impl Places {
    fn new(kernels: &[Vec<KernelEntry>]) -> Self {
        let mut places: Vec<_> = kernels.iter().flatten().map(Self::indices).collect();
        places.sort_unstable();
        places.dedup();
        Self(places)
    }

    fn indices(entry: &KernelEntry) -> [usize; 3] {
        [entry.out, entry.input, entry.tap]
    }

    fn of(&self, entry: &KernelEntry) -> usize {
        self.0
            .partition_point(|place| *place < Self::indices(entry))
    }

    fn count(&self) -> usize {
        self.0.len()
    }

    /// Sets of kernels that share places, directly or through others of the set: kernels of
    /// different sets are orthogonal. Sparse bases have many.
    fn components(&self, kernels: &[Vec<KernelEntry>]) -> Vec<Vec<usize>> {
        // Every kernel points to an earlier one of its set, the first to itself.
        let mut earlier: Vec<usize> = (0..kernels.len()).collect();
        let first = |earlier: &mut Vec<usize>, mut kernel: usize| {
            while earlier[kernel] != kernel {
                earlier[kernel] = earlier[earlier[kernel]];
                kernel = earlier[kernel];
            }
            kernel
        };
        let mut owner = vec![None; self.count()];
        for (kernel, entries) in kernels.iter().enumerate() {
            for entry in entries {
                let before = *owner[self.of(entry)].get_or_insert(kernel);
                let ends = [before, kernel].map(|kernel| first(&mut earlier, kernel));
                earlier[ends[0].max(ends[1])] = ends[0].min(ends[1]);
            }
        }
        let mut components: Vec<Vec<usize>> = vec![Vec::new(); kernels.len()];
        for kernel in 0..kernels.len() {
            components[first(&mut earlier, kernel)].push(kernel);
        }
        components.retain(|component| !component.is_empty());
        components
    }

    /// Marks the kernels of a set that are no combinations of those before, by the method of
    /// Gram and Schmidt, twice: inner products of the kernels themselves would lose the digits
    /// that tell near combinations from true ones.
    fn mark_independent(
        &self,
        kernels: &[Vec<KernelEntry>],
        component: &[usize],
        stays: &mut [bool],
    ) {
        let mut numbers = vec![usize::MAX; self.count()];
        let mut count = 0;
        for entry in component.iter().flat_map(|&kernel| &kernels[kernel]) {
            let number = &mut numbers[self.of(entry)];
            if *number == usize::MAX {
                *number = count;
                count += 1;
            }
        }
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut orthonormal: Vec<Vec<f64>> = Vec::new();
        for &kernel in component {
            let mut rest = vec![0.0; count];
            for entry in &kernels[kernel] {
                rest[numbers[self.of(entry)]] += entry.value;
            }
            // Scaled, so that no square is too large or too small.
            let largest = rest.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
            if largest > 0.0 {
                rest.iter_mut().for_each(|v| *v /= largest);
            }
            let length = dot(&rest, &rest);
            for _ in 0..2 {
                for unit in &orthonormal {
                    let share = dot(unit, &rest);
                    rest.iter_mut().zip(unit).for_each(|(v, u)| *v -= share * u);
                }
            }
            let left = dot(&rest, &rest);
            if left > DEPENDENT_KERNEL * length {
                rest.iter_mut().for_each(|v| *v /= left.sqrt());
                orthonormal.push(rest);
                stays[kernel] = true;
            }
        }
    }
}
