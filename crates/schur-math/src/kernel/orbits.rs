//! Steerable kernels between signed permutations: sparse, by orbits of entries.

use super::angular::{harmonic_map, orthonormal_harmonics};
use super::coefficient::HarmonicCoefficient;
use crate::representation::PlanarRepresentation;

/// The orbits of the entries of `out x input` matrices under `M -> ρ_out(g) M ρ_in(g)⁻¹`.
pub(super) struct Orbits {
    orbits: Vec<Orbit>,
    /// How every element moves cosine and sine, by frequency.
    harmonics: Vec<Vec<[f64; 4]>>,
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
    pub(super) fn new(
        out: &PlanarRepresentation,
        input: &PlanarRepresentation,
        max_frequency: usize,
    ) -> Option<Self> {
        let (rho, sigma) = (out.finite()?, input.finite()?);
        let elements = out.group().elements()?;
        let moves: Option<Vec<_>> = (rho.group().elements())
            .map(|g| rho.signed_permutation(g).zip(sigma.signed_permutation(g)))
            .collect();
        let (moves, inputs) = (moves?, input.dim());
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
        let of_frequency = |mu| elements.iter().map(|g| harmonic_map(g, mu)).collect();
        Some(Self {
            orbits,
            harmonics: (0..=max_frequency).map(of_frequency).collect(),
            inputs,
        })
    }

    /// Number of orbits.
    pub(super) fn len(&self) -> usize {
        self.orbits.len()
    }

    /// An orthonormal basis of the steerable `cos μφ C + sin μφ S` with `C` and `S` supported on
    /// an orbit: the averages of `cos μφ` and `sin μφ` at its first entry.
    pub(super) fn solutions(
        &self,
        orbit: usize,
        frequency: usize,
    ) -> Vec<Vec<HarmonicCoefficient>> {
        let orbit = &self.orbits[orbit];
        let (size, order) = (orbit.entries.len(), orbit.images.len() as f64);
        let functions = if frequency == 0 { 1 } else { 2 };
        let average = |c: usize| {
            let mut average = vec![0.0; 2 * size];
            for (&(position, sign), moved) in orbit.images.iter().zip(&self.harmonics[frequency]) {
                for d in 0..functions {
                    average[d * size + position] += sign * moved[d * 2 + c] / order;
                }
            }
            average
        };
        let solutions = orthonormal_harmonics((0..functions).map(average).collect(), frequency);
        let coefficients = |solution: &Vec<f64>| {
            let (cos, sin) = solution.split_at(size);
            let entries = orbit.entries.iter().zip(cos.iter().zip(sin));
            let coefficient = |(&entry, (&cos, &sin))| HarmonicCoefficient {
                out: entry / self.inputs,
                input: entry % self.inputs,
                cos,
                sin,
            };
            entries.map(coefficient).collect()
        };
        solutions.iter().map(coefficients).collect()
    }
}
