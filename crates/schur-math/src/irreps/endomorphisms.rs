//! Bases of the algebras that commute with irreps.

use super::EndomorphismType;
use super::general::RealCharacter;
use crate::characters::CharacterTable;
use crate::representation::Representation;

/// The identity, and orthogonal matrices `J` with `J² = -1` that commute with `ρ`: none for
/// real type, one for complex type, `i`, `j`, `k = i j` for quaternionic type.
///
/// For complex type `J = 2d/|G| Σ_g Im χ(g) ρ(g)`, which is `i` on the part of `χ` and `-i`
/// on its conjugate.
pub(super) fn basis(
    table: &CharacterTable,
    character: &RealCharacter,
    rho: &Representation,
) -> Vec<Vec<f64>> {
    let dim = rho.dim();
    let mut basis = vec![identity(dim)];
    match character.kind {
        EndomorphismType::Real => {}
        EndomorphismType::Complex => {
            let degree = table.characters()[character.index].dim();
            let scale = 2.0 * degree as f64 / table.group().order() as f64;
            let mut sum = vec![0.0; dim * dim];
            for g in table.group().elements() {
                let factor = scale * table.value(character.index, g).im;
                for (s, v) in sum.iter_mut().zip(rho.matrix(g)) {
                    *s += factor * v;
                }
            }
            basis.push(sum);
        }
        EndomorphismType::Quaternionic => {
            let (i, j) = units(rho);
            let k = multiply(&i, &j, dim);
            basis.extend([i, j, k]);
        }
    }
    basis
}

pub(super) fn identity(dim: usize) -> Vec<f64> {
    let entry = |k: usize| f64::from(u8::from(k.is_multiple_of(dim + 1)));
    (0..dim * dim).map(entry).collect()
}

/// Two anticommuting units `i`, `j` of a quaternionic irrep.
///
/// The mean of `ρ(g) X ρ(g)ᵀ` over the group projects the skew matrix `X = e_0 e_bᵀ - e_b e_0ᵀ`
/// onto imaginary quaternions. The squares of the projections add up to `4/D` per unit over
/// all `b`, so some `b` has at least the mean of that.
fn units(rho: &Representation) -> (Vec<f64>, Vec<f64>) {
    let dim = rho.dim();
    let order = rho.group().order() as f64;
    let mut found: Vec<Vec<f64>> = Vec::new();
    for b in 1..dim {
        let mut mean = vec![0.0; dim * dim];
        for g in rho.group().elements() {
            let matrix = rho.matrix(g);
            for row in 0..dim {
                let (left, right) = (matrix[row * dim], matrix[row * dim + b]);
                for col in 0..dim {
                    let skew = left * matrix[col * dim + b] - right * matrix[col * dim];
                    mean[row * dim + col] += skew / order;
                }
            }
        }
        for unit in &found {
            let along: f64 = mean.iter().zip(unit).map(|(a, b)| a * b).sum::<f64>() / dim as f64;
            for (m, u) in mean.iter_mut().zip(unit) {
                *m -= along * u;
            }
        }
        let squares: f64 = mean.iter().map(|v| v * v).sum();
        let expected = 4.0 * (3 - found.len()) as f64 / (dim * (dim - 1)) as f64;
        if squares >= 0.5 * expected {
            let scale = (dim as f64 / squares).sqrt();
            found.push(mean.into_iter().map(|v| scale * v).collect());
        }
        if let [i, j] = &found[..] {
            return (i.clone(), j.clone());
        }
    }
    unreachable!("the projections of a quaternionic irrep span three dimensions")
}

pub(super) fn multiply(a: &[f64], b: &[f64], dim: usize) -> Vec<f64> {
    let entry = |k: usize| {
        let (row, col) = (k / dim, k % dim);
        (0..dim).map(|m| a[row * dim + m] * b[m * dim + col]).sum()
    };
    (0..dim * dim).map(entry).collect()
}
