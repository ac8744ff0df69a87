//! SO(3), O(3) and SU(2).

use super::{MAX_ROTATIONS, Quadrature, check, equidistant, gauss_legendre};
use crate::error::MathError;
use crate::rotation::{EulerZyz, SpaceIsometry, UnitQuaternion};

impl Quadrature<SpaceIsometry> {
    /// Rotations `R_z(α) R_y(β) R_z(γ)`: `degree + 1` equidistant `α` and `γ`, and
    /// Gauss-Legendre in `cos β` with `degree / 2 + 1` nodes.
    ///
    /// A coefficient `e^{-imα} d^l_{mn}(β) e^{-inγ}` with `l <= degree` vanishes in the sums
    /// over `α` and `γ` unless `m = n = 0`, and `d^l_{00} = P_l(cos β)`.
    ///
    /// ```
    /// use schur_math::quadrature::Quadrature;
    /// use schur_math::{SpatialIrrep, SymmetryIrrep};
    ///
    /// // Entries of an irrep of dimension D have the mean square 1/D.
    /// let (rule, irrep) = (Quadrature::so3(4)?, SpatialIrrep::so3(2)?);
    /// let mean = rule.mean(|g| irrep.matrix(g).map_or(f64::NAN, |m| m.values()[7].powi(2)));
    /// assert!((mean - 0.2).abs() < 1e-14);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the degree is above 200.
    pub fn so3(degree: usize) -> Result<Self, MathError> {
        check("the degree of SO(3) quadrature", degree, MAX_ROTATIONS)?;
        let spin = su2_grid(degree, degree + 1, 1)?;
        Ok(Self {
            points: proper(&spin.points).collect(),
            weights: spin.weights,
            degree,
        })
    }

    /// The rotations of [`so3`](Self::so3), and their products with the inversion.
    ///
    /// # Errors
    ///
    /// If the degree is above 200.
    pub fn o3(degree: usize) -> Result<Self, MathError> {
        let half = Self::so3(degree)?;
        let inverted = half
            .points
            .iter()
            .map(|g| g.compose(&SpaceIsometry::INVERSION));
        Ok(Self {
            points: half.points.iter().copied().chain(inverted).collect(),
            weights: half
                .weights
                .iter()
                .chain(&half.weights)
                .map(|w| w / 2.0)
                .collect(),
            degree,
        })
    }
}

impl Quadrature<UnitQuaternion> {
    /// Quaternions `q_z(α) q_y(β) q_z(γ)` with `degree / 2 + 1` equidistant `α` in `[0, 2π)`,
    /// `degree + 1` equidistant `γ` in `[0, 4π)`, and Gauss-Legendre in `cos β` with
    /// `degree / 4 + 1` nodes. The degree is twice the spin.
    ///
    /// The sum over `γ` kills all half-integer spins; integer spins are left as for
    /// [`so3`](Quadrature::so3).
    ///
    /// # Errors
    ///
    /// If the degree is above 400.
    pub fn su2(degree: usize) -> Result<Self, MathError> {
        check("the degree of SU(2) quadrature", degree, 2 * MAX_ROTATIONS)?;
        let grid = su2_grid(degree / 2, degree + 1, 2)?;
        Ok(Self { degree, ..grid })
    }
}

/// The grid of integer degree `degree` with `gammas` angles `γ` in `turns` full turns.
fn su2_grid(
    degree: usize,
    gammas: usize,
    turns: u8,
) -> Result<Quadrature<UnitQuaternion>, MathError> {
    let (nodes, node_weights) = gauss_legendre(degree / 2 + 1)?;
    let count = nodes.len() * (degree + 1) * gammas;
    let (mut points, mut weights) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (z, weight) in nodes.into_iter().zip(node_weights) {
        let weight = weight / 2.0 / ((degree + 1) * gammas) as f64;
        for alpha in equidistant(degree + 1) {
            for gamma in equidistant(gammas) {
                let (beta, gamma) = (z.acos(), f64::from(turns) * gamma);
                points.push(UnitQuaternion::from_euler_zyz(EulerZyz {
                    alpha,
                    beta,
                    gamma,
                })?);
                weights.push(weight);
            }
        }
    }
    Ok(Quadrature {
        points,
        weights,
        degree,
    })
}

fn proper(quaternions: &[UnitQuaternion]) -> impl Iterator<Item = SpaceIsometry> {
    quaternions.iter().map(|&q| SpaceIsometry::new(q, false))
}
