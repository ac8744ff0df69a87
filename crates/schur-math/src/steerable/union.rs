//! Several kernel bases as one.

use super::{KernelAttributes, KernelBasis, KernelSample};
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
pub struct UnionBasis {
    parts: Vec<Box<dyn KernelBasis>>,
    shape: (usize, usize),
}

impl UnionBasis {
    /// The union of some bases, in this order.
    ///
    /// # Errors
    ///
    /// If there is none, or kernels of different parts have different shapes.
    pub fn new(parts: Vec<Box<dyn KernelBasis>>) -> Result<Self, MathError> {
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
    pub fn parts(&self) -> &[Box<dyn KernelBasis>] {
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

impl KernelBasis for UnionBasis {
    fn dim(&self) -> usize {
        self.parts.iter().map(|part| part.dim()).sum()
    }

    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn sample(&self, point: [f64; 2]) -> Vec<f64> {
        let parts = self.parts.iter();
        parts.flat_map(|part| part.sample(point)).collect()
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        let parts = self.parts.iter();
        parts.flat_map(|part| part.attributes()).collect()
    }

    fn sample_sparse(&self, points: &[[f64; 2]]) -> Vec<Vec<KernelSample>> {
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
/// let twice = [basis.on_grid(5, 5)?, basis.on_grid(5, 5)?].concat();
/// assert_eq!(independent(twice), basis.on_grid(5, 5)?);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub fn independent(kernels: Vec<Vec<KernelEntry>>) -> Vec<Vec<KernelEntry>> {
    let products = Products::new(&kernels);
    // Rows of the Cholesky factor of the products of the kernels that stay.
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let mut kept: Vec<usize> = Vec::new();
    for index in 0..kernels.len() {
        let mut row: Vec<f64> = Vec::with_capacity(rows.len() + 1);
        for (other, &place) in rows.iter().zip(&kept) {
            let dot: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
            row.push((products.of(index, place) - dot) / other[row.len()]);
        }
        let length = products.of(index, index);
        let rest = length - row.iter().map(|v| v * v).sum::<f64>();
        if rest > DEPENDENT_KERNEL * length {
            row.push(rest.sqrt());
            rows.push(row);
            kept.push(index);
        }
    }
    let mut kept = kept.into_iter().peekable();
    let kernels = kernels.into_iter().enumerate();
    let stays = |(index, kernel)| kept.next_if_eq(&index).map(|_| kernel);
    kernels.filter_map(stays).collect()
}

/// The inner products of some kernels.
struct Products {
    count: usize,
    numbers: Vec<f64>,
}

impl Products {
    fn new(kernels: &[Vec<KernelEntry>]) -> Self {
        let count = kernels.len();
        let places = |e: &KernelEntry| [e.out, e.input, e.row, e.col];
        let mut sizes = [0; 4];
        for entry in kernels.iter().flatten() {
            for (size, place) in sizes.iter_mut().zip(places(entry)) {
                *size = (*size).max(place + 1);
            }
        }
        // All numbers of one place, by kernel.
        let mut by_place: Vec<Vec<(usize, f64)>> = vec![Vec::new(); sizes.iter().product()];
        for (kernel, entries) in kernels.iter().enumerate() {
            for entry in entries {
                let sized = places(entry).into_iter().zip(sizes);
                let place = sized.fold(0, |place, (index, size)| place * size + index);
                by_place[place].push((kernel, entry.value));
            }
        }
        let mut numbers = vec![0.0; count * count];
        for values in &by_place {
            for &(a, left) in values {
                for &(b, right) in values {
                    numbers[a * count + b] += left * right;
                }
            }
        }
        Self { count, numbers }
    }

    fn of(&self, a: usize, b: usize) -> f64 {
        self.numbers[a * self.count + b]
    }
}
