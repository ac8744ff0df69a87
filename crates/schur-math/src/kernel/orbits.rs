//! Steerable kernels between signed permutations: sparse, by orbits of entries.

use super::angular::of_unit_mean;
use super::coefficient::HarmonicMatrices;
use crate::error::MathError;
use crate::linear::orthonormal_columns;
use crate::matrix::Matrix;
use crate::point_group::{Isometry, PointGroup};
use crate::representation::Representation;
use crate::symmetry::{ElementOf, SymmetryIrrep};

/// The orbits of the entries of `out x input` matrices under `M -> ρ_out(g) M ρ_in(g)⁻¹`.
pub(super) struct Orbits {
    orbits: Vec<Orbit>,
    /// How every element moves harmonics, by degree.
    harmonics: Vec<Vec<Matrix>>,
    inputs: usize,
}

/// The entries that one entry is moved to.
struct Orbit {
    entries: Vec<usize>,
    /// For every element the position of the image among the entries, and its sign.
    images: Vec<(usize, f64)>,
}

impl Orbits {
    /// `None` if the group is infinite or a representation is no signed permutation.
    pub(super) fn new<const D: usize, I: SymmetryIrrep<Group: PointGroup>>(
        out: &Representation<I>,
        input: &Representation<I>,
        max_degree: usize,
    ) -> Result<Option<Self>, MathError>
    where
        ElementOf<I>: Isometry<D>,
    {
        let Some(((rho, sigma), elements)) =
            (out.finite().zip(input.finite())).zip(out.group().elements())
        else {
            return Ok(None);
        };
        let moves: Option<Vec<_>> = (rho.group().elements())
            .map(|g| rho.signed_permutation(g).zip(sigma.signed_permutation(g)))
            .collect();
        let Some(moves) = moves else {
            return Ok(None);
        };
        let inputs = input.dim();
        let entries = out.dim() * inputs;
        let mut seen = vec![false; entries];
        let mut orbits = Vec::new();
        for start in 0..entries {
            if seen[start] {
                continue;
            }
            let (i, j) = (start / inputs, start % inputs);
            let images = moves.iter().map(|((rows, row_signs), (cols, col_signs))| {
                let sign = f64::from(row_signs[i] * col_signs[j]);
                (rows[i] * inputs + cols[j], sign)
            });
            let images: Vec<(usize, f64)> = images.collect();
            let mut members: Vec<usize> = images.iter().map(|&(entry, _)| entry).collect();
            members.sort_unstable();
            members.dedup();
            members.iter().for_each(|&entry| seen[entry] = true);
            let position = |entry| members.partition_point(|&member| member < entry);
            orbits.push(Orbit {
                images: (images.into_iter())
                    .map(|(entry, sign)| (position(entry), sign))
                    .collect(),
                entries: members,
            });
        }
        let harmonics = elements.iter().map(|g| g.harmonic_matrices(max_degree));
        Ok(Some(Self {
            orbits,
            harmonics: harmonics.collect::<Result<_, MathError>>()?,
            inputs,
        }))
    }

    /// Number of orbits.
    pub(super) fn len(&self) -> usize {
        self.orbits.len()
    }

    /// An orthonormal basis of the steerable `Σ_m Y_m C_m` with matrices supported on an orbit:
    /// the averages of the harmonics at its first entry, which are those that the elements that
    /// fix the entry keep, shared by all entries.
    pub(super) fn solutions<const D: usize>(
        &self,
        orbit: usize,
        degree: usize,
    ) -> Vec<HarmonicMatrices> {
        let orbit = &self.orbits[orbit];
        let (size, order) = (orbit.entries.len(), orbit.images.len() as f64);
        let functions = self.harmonics.first().map_or(0, |g| g[degree].rows());
        let average = |c: usize| {
            let mut average = vec![0.0; functions * size];
            for (&(position, sign), moved) in orbit.images.iter().zip(&self.harmonics) {
                for d in 0..functions {
                    average[d * size + position] += sign * moved[degree][(d, c)] / order;
                }
            }
            average
        };
        let fixing = orbit.images.iter().zip(&self.harmonics);
        let fixing = fixing.filter(|((position, _), _)| *position == 0);
        let traces = fixing.map(|((_, sign), moved)| sign * moved[degree].trace());
        let dim = (traces.sum::<f64>() * size as f64 / order).round() as usize;
        let share = (size as f64).sqrt().recip();
        let solutions = orthonormal_columns(dim, functions, share, average);
        let solutions = of_unit_mean::<D>(solutions, degree);
        let matrices = |solution: &Vec<f64>| {
            let mut matrices = HarmonicMatrices::new(functions);
            for (position, entry) in orbit.entries.iter().enumerate() {
                let values = (0..functions).map(|c| solution[c * size + position]);
                matrices.push((entry / self.inputs, entry % self.inputs), values);
            }
            matrices
        };
        solutions.iter().map(matrices).collect()
    }
}
