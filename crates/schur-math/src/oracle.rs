//! The slow, obvious way to equivariant maps: write the constraint for every generator as
//! linear equations and solve them. It works for any orthogonal representation and checks the
//! fast constructions.
//!
//! ```
//! use schur_math::{LatticeKernelBasis, PlanarGroup, PlanarRepresentation, oracle};
//!
//! let c4 = PlanarGroup::parse("C4")?;
//! let (vector, regular) = (
//!     PlanarRepresentation::defining(&c4),
//!     PlanarRepresentation::regular(&c4)?,
//! );
//! let fast = LatticeKernelBasis::new(&vector, &regular, [1, 3, 3])?;
//! let slow = oracle::kernel_space(&c4, &vector.on_lattice(), &regular.on_lattice(), [1, 3, 3])?;
//! assert_eq!(fast.dim(), slow.len());
//! # Ok::<(), schur_math::MathError>(())
//! ```

use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::lattice::{LatticeAction, position};
use crate::linear::{norm, null_space, orthonormal, remainder};
use crate::linear_group::LinearGroup;
use crate::matrix::Matrix;
use crate::point_group::PointGroup;

/// Most unknowns that the oracle solves for; its time grows with their cube.
pub const MAX_UNKNOWNS: usize = 2048;

/// An orthonormal basis (in the plain inner product) of the kernels with
/// `K(g t) = ρ_out(g) K(t) ρ_in(g)⁻¹` for all `g`. A kernel is
/// `out x input x depth x height x width` numbers, row-major.
///
/// ```
/// use schur_math::{PlanarGroup, FiniteRepresentation, oracle};
///
/// // Kernels with the symmetries of the square: corners, edges, the centre.
/// let d4 = PlanarGroup::parse("D4")?;
/// let scalar = FiniteRepresentation::trivial(d4.finite().expect("D4 is finite"));
/// assert_eq!(oracle::kernel_space(&d4, &scalar, &scalar, [1, 3, 3])?.len(), 3);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If a representation is of another group, a generator does not map taps to taps, or there
/// are more than [`MAX_UNKNOWNS`] unknowns.
pub fn kernel_space<P: PointGroup>(
    group: &P,
    out: &FiniteRepresentation,
    input: &FiniteRepresentation,
    sizes: [usize; 3],
) -> Result<Vec<Vec<f64>>, MathError> {
    let lattice = LatticeAction::named(group, sizes, "kernel")?;
    let finite = lattice.finite()?;
    out.check_group(finite)?;
    input.check_group(finite)?;
    let [depth, height, width] = sizes;
    let unknowns = check_unknowns(&[out.dim(), input.dim(), depth, height, width])?;
    let elements = group.elements().unwrap_or_default();
    let mut rows = Vec::new();
    for &g in finite.generators() {
        let element = &elements[g.index()];
        // Only for its errors: the taps are moved by the real matrix, independently.
        lattice.source(element)?;
        let moved = moved_taps(&group.isometry(element), sizes);
        let (left, right) = (out.matrix(g), input.matrix(g));
        constrain(&mut rows, &left, &right, &moved, unknowns);
    }
    Ok(null_space(rows, unknowns))
}

/// An orthonormal basis (in the plain inner product) of the matrices with
/// `ρ_out(g) M = M ρ_in(g)` for all `g`, each `out x input` numbers, row-major.
///
/// ```
/// use schur_math::{Group, FiniteRepresentation, oracle};
///
/// let regular = FiniteRepresentation::regular(&Group::parse("S3")?);
/// assert_eq!(oracle::intertwiner_space(&regular, &regular)?.len(), 6);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the two are of different groups or there are more than [`MAX_UNKNOWNS`] unknowns.
pub fn intertwiner_space(
    out: &FiniteRepresentation,
    input: &FiniteRepresentation,
) -> Result<Vec<Vec<f64>>, MathError> {
    input.check_group(out.group())?;
    let unknowns = check_unknowns(&[out.dim(), input.dim(), 1, 1])?;
    let mut rows = Vec::new();
    for &g in out.group().generators() {
        constrain(&mut rows, &out.matrix(g), &input.matrix(g), &[0], unknowns);
    }
    Ok(null_space(rows, unknowns))
}

/// An orthonormal basis of the tensors in `V^⊗vectors ⊗ V*^⊗covectors` that a group of
/// matrices leaves fixed, from dense Kronecker products of all generators.
///
/// ```
/// use schur_math::{LinearGroup, oracle};
///
/// // The only invariant of two vectors of O(3) is their product; three have none, and of SO(3) the
/// // determinant.
/// assert_eq!(oracle::invariant_tensors(&LinearGroup::orthogonal(3)?, 2, 0)?.len(), 1);
/// assert_eq!(oracle::invariant_tensors(&LinearGroup::orthogonal(3)?, 3, 0)?.len(), 0);
/// assert_eq!(oracle::invariant_tensors(&LinearGroup::special_orthogonal(3)?, 3, 0)?.len(), 1);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the tensors have more than [`MAX_UNKNOWNS`] entries.
pub fn invariant_tensors(
    group: &LinearGroup,
    vectors: usize,
    covectors: usize,
) -> Result<Vec<Vec<f64>>, MathError> {
    let dim = group.dim();
    let modes = vectors.saturating_add(covectors);
    let mut unknowns = 1usize;
    for _ in 0..modes {
        unknowns = check_unknowns(&[unknowns, dim, 1, 1])?;
    }
    let mut rows = Vec::new();
    for generator in 0..group.generators() {
        let discrete = group.is_discrete(generator);
        let digit = |index: usize, mode: usize| index / dim.pow((modes - 1 - mode) as u32) % dim;
        let matrices: Vec<Vec<f64>> = (0..modes)
            .map(|mode| group.matrix(generator, mode >= vectors))
            .collect();
        let factor =
            |i: usize, j: usize, mode: usize| matrices[mode][digit(i, mode) * dim + digit(j, mode)];
        let entry = |i: usize, j: usize| {
            if discrete {
                let product: f64 = (0..modes).map(|mode| factor(i, j, mode)).product();
                return product - f64::from(u8::from(i == j));
            }
            let equal = |other: usize| digit(i, other) == digit(j, other);
            let alone = |mode: &usize| (0..modes).all(|other| other == *mode || equal(other));
            (0..modes)
                .filter(alone)
                .map(|mode| factor(i, j, mode))
                .sum()
        };
        rows.extend((0..unknowns).map(|i| (0..unknowns).map(|j| entry(i, j)).collect()));
    }
    Ok(null_space(rows, unknowns))
}

/// An orthonormal basis (in the plain inner product) of the matrices with
/// `ρ_out(g) M = M ρ_in(g)` for some elements `g`, given by their matrices. If the
/// elements generate a dense part of a compact group, these are its intertwiners; two random
/// elements of SO(3) do.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarIrrep, PlaneIsometry, SymmetryIrrep, oracle};
///
/// let plane = PlanarIrrep::of_frequency(&PlanarGroup::so2(), 1)?;
/// let one_radian = plane.matrix(&PlaneIsometry::rotation(1.0)?)?;
/// let space = oracle::intertwiner_space_at(&[one_radian.clone()], &[one_radian])?;
/// assert_eq!(space.len(), 2);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the lists differ in length or hold matrices of different sizes, or there are more than
/// [`MAX_UNKNOWNS`] unknowns.
pub fn intertwiner_space_at(out: &[Matrix], input: &[Matrix]) -> Result<Vec<Vec<f64>>, MathError> {
    let size = |list: &[Matrix]| list.first().map_or(0, Matrix::rows);
    let unknowns = check_unknowns(&[size(out), size(input), 1, 1])?;
    for (list, other) in [(out, input), (input, out)] {
        let fits = list.len() == other.len();
        let dim = size(list);
        let wrong = list.iter().find(|m| (m.rows(), m.cols()) != (dim, dim));
        if !fits || wrong.is_some() {
            return Err(MathError::Length {
                what: "a list of matrices of group elements".to_string(),
                found: wrong.map_or(list.len(), |matrix| matrix.values().len()),
                expected: if fits { dim * dim } else { other.len() },
                meaning: "as many square matrices as the other, of one size".to_string(),
            });
        }
    }
    let mut rows = Vec::new();
    for (out, input) in out.iter().zip(input) {
        constrain(&mut rows, out, input, &[0], unknowns);
    }
    Ok(null_space(rows, unknowns))
}

/// How far two spans are from each other: the largest part of a unit vector along a spanning
/// vector of one that the other misses. 0 if they are equal, 1 if some vector of one is
/// orthogonal to the other.
///
/// ```
/// use schur_math::oracle::span_distance;
///
/// let (x, y) = (vec![1.0, 0.0], vec![0.0, 2.0]);
/// let diagonal = vec![3.0, 3.0];
/// assert_eq!(span_distance(&[x.clone()], &[y.clone()]), 1.0);
/// assert!(span_distance(&[x.clone(), y], &[diagonal.clone(), x.clone()]) < 1e-14);
/// assert!((span_distance(&[x], &[diagonal]) - 0.5f64.sqrt()).abs() < 1e-14);
/// ```
pub fn span_distance(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let (a, b) = (orthonormal(a), orthonormal(b));
    let missed = |from: &[Vec<f64>], by: &[Vec<f64>]| {
        let distances = from.iter().map(|vector| norm(&remainder(vector, by)));
        distances.fold(0.0, f64::max)
    };
    missed(&a, &b).max(missed(&b, &a))
}

fn check_unknowns(shape: &[usize]) -> Result<usize, MathError> {
    let total = shape
        .iter()
        .try_fold(1usize, |product, &size| product.checked_mul(size));
    match total {
        Some(total) if total <= MAX_UNKNOWNS => Ok(total),
        _ => Err(MathError::TooLarge {
            what: "the unknown kernel of the null-space oracle".to_string(),
            numbers: total.map_or("too many".to_string(), |n| n.to_string()),
            max: MAX_UNKNOWNS,
            remedy: "LatticeKernelBasis, or smaller representations and kernels",
        }),
    }
}

/// The tap `g t` for every tap `t`: the one nearest to its moved position.
fn moved_taps(isometry: &Matrix, sizes: [usize; 3]) -> Vec<usize> {
    let taps: usize = sizes.iter().product();
    let dim = isometry.rows();
    let moved = |tap: usize| {
        let mut point = position(tap, sizes);
        let image = isometry.apply(&point[..dim]);
        point[..dim].copy_from_slice(&image);
        let distance = |other: &usize| {
            let pairs = point.into_iter().zip(position(*other, sizes));
            pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
        };
        let nearest = (0..taps).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.unwrap_or(tap)
    };
    (0..taps).map(moved).collect()
}

/// Appends the equations `K(g t) ρ_in(g) - ρ_out(g) K(t) = 0`, one per (out, input, tap).
fn constrain(
    rows: &mut Vec<Vec<f64>>,
    out: &Matrix,
    input: &Matrix,
    moved: &[usize],
    unknowns: usize,
) {
    let (outs, inputs, taps) = (out.rows(), input.rows(), moved.len());
    for o in 0..outs {
        for i in 0..inputs {
            for (t, &gt) in moved.iter().enumerate() {
                let mut row = vec![0.0; unknowns];
                for k in 0..inputs {
                    row[(o * inputs + k) * taps + gt] += input[(k, i)];
                }
                for k in 0..outs {
                    row[(k * inputs + i) * taps + t] -= out[(o, k)];
                }
                rows.push(row);
            }
        }
    }
}
