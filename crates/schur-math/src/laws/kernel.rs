//! The law of steerable kernels, in the plane, in space and on grids.

use super::continuous::{difference, times};
use super::{Law, LawReport, MatrixOf, Violation};
use crate::error::MathError;
use crate::kernel::KernelBasis;
use crate::kernel::{KernelEntry, LatticeKernelBasis};
use crate::lattice::LatticeAction;
use crate::matrix::Matrix;
use crate::point_group::{Isometry, PointGroup};
use crate::violation::Meter;

/// `K(g x) ρ_in(g) = ρ_out(g) K(x)` for all elements, points and kernels of a basis.
///
/// ```
/// use schur_math::{
///     KernelBand, PlanarGroup, PlanarRepresentation, PlaneIsometry, SteerableKernelBasis, laws,
///     tolerance,
/// };
///
/// let so2 = PlanarGroup::so2();
/// let (scalar, vector) =
///     (PlanarRepresentation::trivial(&so2), PlanarRepresentation::irrep(&so2, "E1")?);
/// let basis = SteerableKernelBasis::new(&vector, &scalar, &KernelBand::for_size(5)?)?;
/// let elements = [PlaneIsometry::rotation(0.7)?];
/// let report = laws::steerability_at(
///     &elements,
///     &[[1.0, 0.3], [0.0, -2.0]],
///     &basis,
///     &|g| vector.matrix(g).unwrap_or_default(),
///     &|g| scalar.matrix(g).unwrap_or_default(),
///     tolerance::STEERABILITY,
/// )?;
/// assert!(report.cases > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst element and point, by position, if an entry is off by more than the tolerance or
/// the sizes do not fit.
pub fn steerability_at<const D: usize, E: Isometry<D>>(
    elements: &[E],
    points: &[[f64; D]],
    basis: &dyn KernelBasis<D>,
    out: MatrixOf<'_, E>,
    input: MatrixOf<'_, E>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let mut meter = Meter::new(Law::Steerability);
    let (outs, inputs) = basis.shape();
    let here: Vec<Vec<f64>> = points.iter().map(|&x| basis.sample(x)).collect();
    for (a, g) in elements.iter().enumerate() {
        let (left, right) = (out(g), input(g));
        for (b, (&x, here)) in points.iter().zip(&here).enumerate() {
            let moved = basis.sample(g.image(x));
            let kernels = moved.chunks(outs * inputs).zip(here.chunks(outs * inputs));
            for (moved, here) in kernels {
                let defect = constraint_defect(moved, here, &left, &right, (outs, inputs));
                meter.look(defect, || format!("({a}, {b})"));
            }
        }
    }
    meter.finish(tolerance)
}

/// `K(g t) ρ_in(g) = ρ_out(g) K(t)` for all taps `t` of a kernel of `[depth, height, width]` and
/// all elements of a group that permute them. `shape` counts output and input components.
///
/// ```
/// use schur_math::{LatticeAction, LatticeKernelBasis, PlanarGroup, PlanarRepresentation, laws};
///
/// let c4 = PlanarGroup::parse("C4")?;
/// let regular = PlanarRepresentation::regular(&c4)?;
/// let basis = LatticeKernelBasis::new(&regular, &regular, [1, 3, 3])?;
/// let matrix = |g: &_| regular.matrix(g).unwrap_or_default();
/// let taps = LatticeAction::new(&c4, basis.sizes())?;
/// let report =
///     laws::grid_steerability(&taps, basis.shape(), basis.elements(), &matrix, &matrix, 0.0)?;
/// assert_eq!(report.cases, basis.dim() * 4 * 9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst kernel, element and tap, by position, if an entry is off by more than the
/// tolerance or the sizes do not fit.
pub fn grid_steerability<P: PointGroup>(
    grid: &LatticeAction<P>,
    shape: (usize, usize),
    kernels: &[Vec<KernelEntry>],
    out: MatrixOf<'_, P::Element>,
    input: MatrixOf<'_, P::Element>,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let (outs, inputs) = shape;
    let law = Law::Steerability;
    let misfit = |e: MathError| Violation::exact(law, "the grid", e.to_string());
    let mut numbers = [outs, inputs, grid.points()].into_iter();
    let numbers = numbers.try_fold(1usize, |n, size| n.checked_mul(size));
    if numbers.is_none_or(|numbers| numbers > LatticeKernelBasis::MAX_NUMBERS) {
        let explanation = format!("kernels of shape {shape:?} are too large");
        return Err(Violation::exact(law, "the shape", explanation));
    }
    let mut meter = Meter::new(law);
    for (b, kernel) in kernels.iter().enumerate() {
        let mut taps = vec![vec![0.0; outs * inputs]; grid.points()];
        for e in kernel {
            if e.out >= outs || e.input >= inputs || e.tap >= grid.points() {
                let explanation = format!("{e:?} lies outside of {shape:?}, {:?}", grid.sizes());
                return Err(Violation::exact(law, b, explanation));
            }
            taps[e.tap][e.out * inputs + e.input] += e.value;
        }
        for (a, g) in grid.elements().iter().enumerate() {
            let (left, right) = (out(g), input(g));
            for (t, image) in grid.images(g).map_err(misfit)?.into_iter().enumerate() {
                let (moved, here) = (&taps[image], &taps[t]);
                let defect = constraint_defect(moved, here, &left, &right, (outs, inputs));
                meter.look(defect, || format!("({b}, {a}, {t})"));
            }
        }
    }
    meter.finish(tolerance)
}

/// The largest entry of `K(g x) ρ_in(g) - ρ_out(g) K(x)`.
fn constraint_defect(
    moved: &[f64],
    here: &[f64],
    out: &Matrix,
    input: &Matrix,
    (outs, inputs): (usize, usize),
) -> f64 {
    let of = |values: &[f64]| Matrix::new(outs, inputs, values.to_vec()).unwrap_or_default();
    difference(times(&of(moved), input), times(out, &of(here)))
}
