//! Bases of the algebras that commute with irreps.

use super::EndomorphismType;
use super::real_character::RealCharacter;
use crate::characters::CharacterTable;
use crate::finite_representation::FiniteRepresentation;
use crate::matrix::Matrix;

/// The identity, and orthogonal matrices `J` with `J² = -1` that commute with `ρ`: none for
/// real type, one for complex type, `i`, `j`, `k = i j` for quaternionic type.
///
/// For complex type `J = 2d/|G| Σ_g Im χ(g) ρ(g)`, which is `i` on the part of `χ` and `-i`
/// on its conjugate.
pub(super) fn basis(
    table: &CharacterTable,
    character: &RealCharacter,
    rho: &FiniteRepresentation,
) -> Vec<Matrix> {
    let dim = rho.dim();
    let mut basis = vec![Matrix::identity(dim)];
    match character.kind {
        EndomorphismType::Real => {}
        EndomorphismType::Complex => {
            let degree = table.characters()[character.index].dim();
            let scale = 2.0 * degree as f64 / table.group().order() as f64;
            let mut sum = Matrix::zeros(dim, dim);
            for g in table.group().elements() {
                let factor = scale * table.value(character.index, g).im;
                for (s, v) in sum.values_mut().iter_mut().zip(rho.matrix(g).values()) {
                    *s += factor * v;
                }
            }
            basis.push(sum);
        }
        EndomorphismType::Quaternionic => {
            let (i, j) = units(rho);
            let k = i.times(&j);
            basis.extend([i, j, k]);
        }
    }
    basis
}

/// Two anticommuting units `i`, `j` of a quaternionic irrep.
///
/// The mean of `ρ(g) X ρ(g)ᵀ` over the group projects the skew matrix `X = e_0 e_bᵀ - e_b e_0ᵀ`
/// onto imaginary quaternions. The squares of the projections add up to `4/D` per unit over
/// all `b`, so some `b` has at least the mean of that.
fn units(rho: &FiniteRepresentation) -> (Matrix, Matrix) {
    let dim = rho.dim();
    let order = rho.group().order() as f64;
    let mut found: Vec<Matrix> = Vec::new();
    for b in 1..dim {
        let mut mean = Matrix::zeros(dim, dim);
        for g in rho.group().elements() {
            let matrix = rho.matrix(g);
            for row in 0..dim {
                let (left, right) = (matrix[(row, 0)], matrix[(row, b)]);
                for col in 0..dim {
                    let skew = left * matrix[(col, b)] - right * matrix[(col, 0)];
                    mean[(row, col)] += skew / order;
                }
            }
        }
        for unit in &found {
            let pairs = mean.values().iter().zip(unit.values());
            let along = pairs.map(|(a, b)| a * b).sum::<f64>() / dim as f64;
            for (m, u) in mean.values_mut().iter_mut().zip(unit.values()) {
                *m -= along * u;
            }
        }
        let squares: f64 = mean.values().iter().map(|v| v * v).sum();
        let expected = 4.0 * (3 - found.len()) as f64 / (dim * (dim - 1)) as f64;
        if squares >= 0.5 * expected {
            found.push(mean.scaled((dim as f64 / squares).sqrt()));
        }
        if let [i, j] = &found[..] {
            return (i.clone(), j.clone());
        }
    }
    unreachable!("the projections of a quaternionic irrep span three dimensions")
}
