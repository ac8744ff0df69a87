//! The angular parts of steerable kernels between irreps.

use super::band::KernelBand;
use super::harmonics::unit_scale;
use super::offset::Offsets;
use crate::error::MathError;
use crate::linear::{orthonormal, orthonormal_columns};
use crate::matrix::Matrix;
use crate::point_group::{Isometry, PointGroup};
use crate::representation::Representation;
use crate::symmetry::{ElementOf, SymmetryIrrep};
use crate::tolerance::INDEPENDENCE;

/// Solutions by pair of irreps and degree, each found once.
pub(super) struct AngularSolutions<I: SymmetryIrrep> {
    group: I::Group,
    /// Over what is averaged; empty where kernels are found by couplings.
    elements: Vec<Moved<I>>,
    offsets: Option<Offsets>,
    /// The matrices of irreps for these elements.
    matrices: Vec<(I, Vec<Matrix>)>,
    known: Vec<(Pair<I>, Vec<Vec<f64>>)>,
}

/// An element that is averaged over.
struct Moved<I: SymmetryIrrep> {
    element: ElementOf<I>,
    /// How it moves harmonics, by degree.
    harmonics: Vec<Matrix>,
    /// Its weight over that of the first: exactly 1 where all are equal.
    weight: f64,
}

/// Output irrep, input irrep and degree.
type Pair<I> = (I, I, usize);

impl<I: SymmetryIrrep<Group: PointGroup>> AngularSolutions<I> {
    pub(super) fn new<const D: usize>(
        out: &Representation<I>,
        input: &Representation<I>,
        band: &KernelBand,
    ) -> Result<Self, MathError>
    where
        ElementOf<I>: Isometry<D>,
    {
        let group = out.group();
        let mut elements = Vec::new();
        if group.harmonic_irrep(0).is_none() {
            let degree = band.max_frequency() + out.band() + input.band();
            let grid = group.averaging(degree)?;
            let first = grid.weights().first().copied().unwrap_or(1.0);
            for (element, weight) in grid.points().iter().zip(grid.weights()) {
                elements.push(Moved {
                    element: element.clone(),
                    harmonics: element.harmonic_matrices(band.max_frequency())?,
                    weight: weight / first,
                });
            }
        }
        Ok(Self {
            group: group.clone(),
            elements,
            offsets: Offsets::new(group, band),
            matrices: Vec::new(),
            known: Vec::new(),
        })
    }

    /// An orthonormal basis of the lists of matrices `C_m` for which `Σ_m Y_m C_m` is steerable,
    /// in the mean over the circle or the sphere; the matrices stand one after the other.
    pub(super) fn solutions<const D: usize>(
        &mut self,
        out: &I,
        input: &I,
        degree: usize,
    ) -> Result<&[Vec<f64>], MathError> {
        let wanted = |key: &Pair<I>| key.2 == degree && &key.0 == out && &key.1 == input;
        let index = match self.known.iter().position(|(key, _)| wanted(key)) {
            Some(index) => index,
            None => {
                let found = match self.group.harmonic_irrep(degree) {
                    Some(harmonic) => coupled(&harmonic, out, input)?,
                    None => self.averaged::<D>(out, input, degree)?,
                };
                self.known
                    .push(((out.clone(), input.clone(), degree), found));
                self.known.len() - 1
            }
        };
        Ok(&self.known[index].1)
    }

    /// The place of the matrices of an irrep.
    fn matrices_of(&mut self, irrep: &I) -> Result<usize, MathError> {
        if let Some(place) = self.matrices.iter().position(|(known, _)| known == irrep) {
            return Ok(place);
        }
        let matrices = self.elements.iter().map(|g| irrep.matrix(&g.element));
        let matrices = matrices.collect::<Result<Vec<_>, MathError>>()?;
        self.matrices.push((irrep.clone(), matrices));
        Ok(self.matrices.len() - 1)
    }

    /// The projections of `Y_c E_ij`, or of the kernels of allowed offsets, onto the steerable
    /// kernels, made orthonormal in their order.
    ///
    /// `K -> mean_g ρ_out(g) K(g⁻¹ x) ρ_in(g)⁻¹` is the projector, and
    /// `Y_c(g⁻¹ x) = Σ_d D(g)_dc Y_d(x)`. Its trace, the mean of the products of characters, is the
    /// dimension.
    fn averaged<const D: usize>(
        &mut self,
        out: &I,
        input: &I,
        degree: usize,
    ) -> Result<Vec<Vec<f64>>, MathError> {
        let places = [self.matrices_of(out)?, self.matrices_of(input)?];
        let [left, right] = places.map(|place| &self.matrices[place].1);
        let moves: Vec<Move<'_>> = (self.elements.iter().zip(left).zip(right))
            .map(|((g, left), right)| Move {
                harmonic: &g.harmonics[degree],
                left,
                right,
                weight: g.weight,
            })
            .collect();
        let total: f64 = moves.iter().map(|m| m.weight).sum();
        let functions = moves.first().map_or(0, |m| m.harmonic.rows());
        let units = functions * out.dim() * input.dim();
        let column = |unit| average(&moves, total, unit);
        if let Some(offsets) = self.offsets {
            let projected: Vec<Vec<f64>> = (0..units).map(column).collect();
            let mut averages = offsets.of_kernels(out, input, degree, &projected);
            averages.retain(|average| average.iter().any(|v| v.abs() > INDEPENDENCE));
            return Ok(of_unit_mean::<D>(orthonormal(&averages), degree));
        }
        let trace = |m: &Move<'_>| m.weight * m.harmonic.trace() * m.left.trace() * m.right.trace();
        let dim = moves.iter().map(trace).sum::<f64>() / total;
        let solutions = orthonormal_columns(dim.round() as usize, units, 1.0, column);
        Ok(of_unit_mean::<D>(solutions, degree))
    }
}

/// How an element moves harmonics, output and input.
struct Move<'a> {
    harmonic: &'a Matrix,
    left: &'a Matrix,
    right: &'a Matrix,
    weight: f64,
}

/// The projection of the unit kernel number `unit = (c · outs + i) · inputs + j`.
fn average(moves: &[Move<'_>], total: f64, unit: usize) -> Vec<f64> {
    let Some(Move {
        left,
        right,
        harmonic,
        ..
    }) = moves.first()
    else {
        return Vec::new();
    };
    let (outs, inputs) = (left.rows(), right.rows());
    let size = outs * inputs;
    let (c, i, j) = (unit / size, unit % size / inputs, unit % inputs);
    let mut average = vec![0.0; harmonic.rows() * size];
    for m in moves {
        for (d, part) in average.chunks_mut(size).enumerate() {
            let turned = m.weight * m.harmonic[(d, c)];
            if turned == 0.0 {
                continue;
            }
            for (a, row) in part.chunks_mut(inputs).enumerate() {
                let factor = turned * m.left[(a, i)];
                for (b, value) in row.iter_mut().enumerate() {
                    *value += factor * m.right[(b, j)];
                }
            }
        }
    }
    average.iter_mut().for_each(|v| *v /= total);
    average
}

/// Kernels from the couplings of the irrep of the harmonics with the input: with an isometry `T`
/// of the output into their product, `K(x) v = E Tᵀ (Y(x) ⊗ v)` for what commutes with the output.
fn coupled<I: SymmetryIrrep>(harmonic: &I, out: &I, input: &I) -> Result<Vec<Vec<f64>>, MathError> {
    let (functions, inputs, outs) = (harmonic.dim(), input.dim(), out.dim());
    let scale = (outs as f64).sqrt().recip();
    let mut solutions = Vec::new();
    for coupling in harmonic.couplings(input)? {
        if coupling.irrep() != out {
            continue;
        }
        for unit in out.endomorphisms() {
            let map = unit.times(&coupling.isometry().transposed());
            let mut solution = Vec::with_capacity(functions * outs * inputs);
            for c in 0..functions {
                for i in 0..outs {
                    let row = &map.row(i)[c * inputs..(c + 1) * inputs];
                    solution.extend(row.iter().map(|v| v * scale));
                }
            }
            solutions.push(solution);
        }
    }
    Ok(solutions)
}

/// Orthonormal coefficients made those of kernels that are orthonormal in the mean over the circle
/// or the sphere.
pub(super) fn of_unit_mean<const D: usize>(
    mut solutions: Vec<Vec<f64>>,
    degree: usize,
) -> Vec<Vec<f64>> {
    let scale = unit_scale::<D>(degree);
    if scale != 1.0 {
        solutions.iter_mut().flatten().for_each(|v| *v *= scale);
    }
    solutions
}
