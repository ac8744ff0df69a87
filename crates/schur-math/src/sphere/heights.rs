//! How functions on the sphere and on SO(3) depend on the height.

use super::SphereGrid;
use crate::angular_momentum::real_wigner_d_up_to;
use crate::error::MathError;
use crate::harmonics::{LegendreFunctions, check_degree};
use crate::rotation::{EulerZyz, UnitQuaternion};

/// Largest degree of functions on SO(3).
const MAX_ROTATIONS: usize = 128;

/// The functions `√(2l+1) Δ^l_{mn}(θ)` at the rings of the northern half of a grid, the equator
/// included, where `Δ^l(θ)` is the [real Wigner matrix](crate::angular_momentum::real_wigner_d) of the
/// rotation by `θ` about the y axis: what Fourier transforms on the sphere (`n = 0`) and on SO(3) are
/// made of.
///
/// `$\sqrt{2l+1}\,\Delta^l_{m0}$` is `$\bar P_l^m$`, times `√2` for `m > 0`
/// ([`LegendreFunctions`]), computed when it is asked for; the others are kept.
///
/// ```
/// use schur_math::SphereGrid;
///
/// // √3 cos θ, and √3 (1 + cos θ)/2 ± √3 (1 - cos θ)/2 for m = n = 1.
/// let grid = SphereGrid::gauss_legendre(2, 4)?;
/// let (heights, z) = (grid.heights(1, 1)?, 1.0 / 3f64.sqrt());
/// let mut values = [0.0; 2];
/// heights.order(1, 1, &mut values)?;
/// assert!((values[0] - 3f64.sqrt() * z).abs() < 1e-14);
/// assert!((values[1] - 3f64.sqrt()).abs() < 1e-14);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SphereHeights {
    legendre: LegendreFunctions,
    spin: usize,
    /// For `m`, then `n >= 1`: `[cosines, sines][degree][ring]`.
    kept: Vec<Vec<f64>>,
}

impl SphereGrid {
    /// The functions of degrees up to `degree` with `n` up to `spin`.
    ///
    /// # Errors
    ///
    /// If the degree is too large: [`LegendreFunctions::MAX_DEGREE`], or 128 with a spin above 0; or
    /// the spin is above the degree.
    pub fn heights(&self, degree: usize, spin: usize) -> Result<SphereHeights, MathError> {
        check_degree("the spin of functions on SO(3)", spin, degree)?;
        let north = &self.rings[..(self.rings.len() + self.equator) / 2];
        let points: Vec<[f64; 2]> = north.iter().map(|r| [r.cos, r.sin]).collect();
        let legendre = LegendreFunctions::new(degree, &points)?;
        let mut kept = Vec::new();
        if spin > 0 {
            check_degree("the degree of functions on SO(3)", degree, MAX_ROTATIONS)?;
            let count = points.len();
            for m in 0..=degree {
                let sizes = (1..=spin).map(|n| 2 * (degree + 1 - m.max(n)) * count);
                kept.extend(sizes.map(|size| vec![0.0; size]));
            }
            for (ring, [cos, sin]) in points.iter().enumerate() {
                let (alpha, beta, gamma) = (0.0, sin.atan2(*cos), 0.0);
                let turn = UnitQuaternion::from_euler_zyz(EulerZyz { alpha, beta, gamma })?;
                let matrices = real_wigner_d_up_to(degree, &turn)?;
                for (index, table) in kept.iter_mut().enumerate() {
                    let (m, n) = (index / spin, index % spin + 1);
                    let least = m.max(n);
                    for (k, matrix) in matrices[least..].iter().enumerate() {
                        let l = least + k;
                        let scale = (matrix.rows() as f64).sqrt();
                        let at = k * count + ring;
                        table[at] = scale * matrix[(l + m, l + n)];
                        if m > 0 {
                            let sines = (degree + 1 - least) * count;
                            table[sines + at] = scale * matrix[(l - m, l - n)];
                        }
                    }
                }
            }
        }
        Ok(SphereHeights {
            legendre,
            spin,
            kept,
        })
    }
}

impl SphereHeights {
    /// Writes the functions of one pair of orders: `[degree from max(m, n)][ring]` of `Δ_{mn}`, and
    /// behind it, for `n > 0`, the same of `Δ_{-m,-n}` (0 for `m = 0`, where there is no such row).
    ///
    /// # Errors
    ///
    /// If an order is too large, or the slice has another length.
    pub fn order(&self, m: usize, n: usize, values: &mut [f64]) -> Result<(), MathError> {
        if n == 0 {
            self.legendre.order(m, values)?;
            if m > 0 {
                values
                    .iter_mut()
                    .for_each(|value| *value *= std::f64::consts::SQRT_2);
            }
            return Ok(());
        }
        check_degree("the order of functions on SO(3)", n, self.spin)?;
        check_degree(
            "the order of functions on SO(3)",
            m,
            self.legendre.max_degree(),
        )?;
        let table = &self.kept[m * self.spin + n - 1];
        if values.len() != table.len() {
            return Err(MathError::Length {
                what: "the slice for functions on SO(3)".to_string(),
                found: values.len(),
                expected: table.len(),
                meaning: "two kinds, degrees and rings".to_string(),
            });
        }
        values.copy_from_slice(table);
        Ok(())
    }
}
