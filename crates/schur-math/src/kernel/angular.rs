//! The angular parts of steerable kernels between irreps.

use super::band::KernelBand;
use super::offset::Offsets;
use crate::error::MathError;
use crate::linear::orthonormal;
use crate::matrix::Matrix;
use crate::point_group::plane::{PlanarGroup, PlanarIrrep};
use crate::representation::PlanarRepresentation;
use crate::rotation::PlaneIsometry;
use crate::tolerance::INDEPENDENCE;

/// Solutions by pair of irreps and frequency, each found once.
pub(super) struct AngularSolutions {
    elements: Vec<PlaneIsometry>,
    offsets: Option<Offsets>,
    known: Vec<(Pair, Vec<Vec<f64>>)>,
}

/// Output irrep, input irrep and frequency.
type Pair = (PlanarIrrep, PlanarIrrep, usize);

impl AngularSolutions {
    pub(super) fn new(
        out: &PlanarRepresentation,
        input: &PlanarRepresentation,
        band: &KernelBand,
    ) -> Result<Self, MathError> {
        let group = out.group();
        let elements = match group.elements() {
            Some(elements) => elements,
            None => averaging_set(group, band.max_frequency() + out.band() + input.band())?,
        };
        let pairs = distinct(out).len() * distinct(input).len();
        Ok(Self {
            elements,
            offsets: Offsets::new(group, band),
            known: Vec::with_capacity(pairs * (band.max_frequency() + 1)),
        })
    }

    /// An orthonormal basis of the pairs `(C, S)` for which `cos μφ C + sin μφ S` is steerable;
    /// the two matrices stand one after the other.
    pub(super) fn solutions(
        &mut self,
        out: &PlanarIrrep,
        input: &PlanarIrrep,
        frequency: usize,
    ) -> Result<&[Vec<f64>], MathError> {
        let wanted = |key: &Pair| key.2 == frequency && &key.0 == out && &key.1 == input;
        let index = match self.known.iter().position(|(key, _)| wanted(key)) {
            Some(index) => index,
            None => {
                let found = solve(&self.elements, self.offsets, out, input, frequency);
                let key = (out.clone(), input.clone(), frequency);
                self.known.push((key, found));
                self.known.len() - 1
            }
        };
        Ok(&self.known[index].1)
    }
}

/// Elements over which products of irreps average as over the whole continuous group: those of
/// `C_n` or `D_n` with `n` above the highest frequency of the product.
fn averaging_set(group: &PlanarGroup, band: usize) -> Result<Vec<PlaneIsometry>, MathError> {
    let n = band + 1;
    let finite = if group.has_mirrors() {
        PlanarGroup::dihedral(n)?.with_mirror_axis(group.mirror_axis())?
    } else {
        PlanarGroup::cyclic(n)?
    };
    Ok(finite.elements().unwrap_or_default())
}

/// The projections of `h_c E_ij`, or of the kernels of allowed offsets, onto the steerable
/// kernels, made orthonormal in their order.
///
/// `K -> mean_g ρ_out(g) K(g⁻¹ x) ρ_in(g)⁻¹` is the projector. Under `g = r(θ) s^f`,
/// `h(g⁻¹ φ)` is `h` moved by a rotation by `-μθ` after a mirror.
fn solve(
    elements: &[PlaneIsometry],
    offsets: Option<Offsets>,
    out: &PlanarIrrep,
    input: &PlanarIrrep,
    frequency: usize,
) -> Vec<Vec<f64>> {
    let (outs, inputs) = (out.dim(), input.dim());
    let size = outs * inputs;
    let functions = if frequency == 0 { 1 } else { 2 };
    let moves: Vec<(Matrix, Matrix, [f64; 4])> = elements
        .iter()
        .map(|g| {
            (
                out.matrix_at(g),
                input.matrix_at(g),
                harmonic_map(g, frequency),
            )
        })
        .collect();
    let mut averages = Vec::with_capacity(functions * size);
    for unit in 0..functions * size {
        let (c, i, j) = (unit / size, unit % size / inputs, unit % inputs);
        let mut average = vec![0.0; 2 * size];
        for (left, right, harmonic) in &moves {
            for d in 0..functions {
                for k in 0..size {
                    let (a, b) = (k / inputs, k % inputs);
                    average[d * size + k] += harmonic[d * 2 + c] * left[(a, i)] * right[(b, j)];
                }
            }
        }
        average.iter_mut().for_each(|v| *v /= moves.len() as f64);
        averages.push(average);
    }
    if let Some(offsets) = offsets {
        averages = offsets.of_kernels(out, input, frequency, &averages);
    }
    orthonormal_harmonics(averages, frequency)
}

/// Averages made orthonormal in their order, for the means of products on the circle.
pub(super) fn orthonormal_harmonics(
    mut averages: Vec<Vec<f64>>,
    frequency: usize,
) -> Vec<Vec<f64>> {
    averages.retain(|average| average.iter().any(|v| v.abs() > INDEPENDENCE));
    let mut basis = orthonormal(&averages);
    // The squares of cosine and sine have the mean 1/2 on the circle.
    if frequency > 0 {
        let scale = std::f64::consts::SQRT_2;
        basis.iter_mut().flatten().for_each(|v| *v *= scale);
    }
    basis
}

/// How `g` moves the coefficients of `(cos μφ, sin μφ)`: `[g f](φ) = f(g⁻¹ φ)`.
pub(super) fn harmonic_map(g: &PlaneIsometry, frequency: usize) -> [f64; 4] {
    // A rotation by θ: cos μ(φ - θ) = cos μθ cos μφ + sin μθ sin μφ. A mirror sends φ to
    // θ + π - φ, and so does its inverse.
    let mu = frequency as f64;
    if g.is_reflected() {
        let (sin, cos) = (mu * (g.angle() + std::f64::consts::PI)).sin_cos();
        [cos, sin, sin, -cos]
    } else {
        let (sin, cos) = (mu * g.angle()).sin_cos();
        [cos, -sin, sin, cos]
    }
}

/// The irreps of a representation without repetitions.
fn distinct(rho: &PlanarRepresentation) -> Vec<PlanarIrrep> {
    let mut irreps: Vec<PlanarIrrep> = Vec::new();
    for part in rho.parts() {
        if !irreps.contains(part) {
            irreps.push(part.clone());
        }
    }
    irreps
}
