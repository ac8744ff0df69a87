//! Kernels of finite groups by the multiple of the order that their frequency is off.

use super::band::KernelBand;
use crate::matrix::Matrix;
use crate::point_group::PointGroup;
use crate::symmetry::SymmetryIrrep;

/// A limit on the offsets `t` of the frequencies `μ = n ± m + tN`; see
/// [`KernelBand::with_max_offset`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Offsets {
    /// The order `N` of the rotations.
    rotations: i64,
    max: i64,
}

impl Offsets {
    /// `None` if there is no limit: none is asked for, or the group, one of the plane, is
    /// continuous.
    pub(super) fn new(group: &impl PointGroup, band: &KernelBand) -> Option<Self> {
        let (max, elements) = (band.max_offset()?, group.elements()?);
        let is_proper = |isometry: &Matrix| {
            let [a, b, c, d] = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|place| isometry[place]);
            a * d > b * c
        };
        let isometries = elements.iter().map(|g| group.isometry(g));
        let rotations = isometries.filter(is_proper).count();
        // No frequency is off by more.
        let max = max.min(4 * KernelBand::MAX_FREQUENCY);
        Some(Self {
            rotations: rotations as i64,
            max: max as i64,
        })
    }

    /// Whether a signed frequency is a base frequency plus an allowed offset.
    fn allow(self, frequency: i64, base: i64) -> bool {
        let off = frequency - base;
        off % self.rotations == 0 && (off / self.rotations).abs() <= self.max
    }

    /// Spanning kernels of the allowed offsets, from the projections `projected` of the
    /// kernels `h_c E_ij` onto all of the frequency; cosine and sine one after the other.
    /// The bands of irreps of the plane are their frequencies.
    pub(super) fn of_kernels<I: SymmetryIrrep>(
        self,
        out: &I,
        input: &I,
        frequency: usize,
        projected: &[Vec<f64>],
    ) -> Vec<Vec<f64>> {
        let mu = frequency as i64;
        let (n, m) = (out.band() as i64, input.band() as i64);
        if (out.dim(), input.dim()) != (2, 2) {
            // All kernels of one frequency have the same offset, up to the signs of n and m.
            let bases = [n - m, n + m, m - n, -n - m];
            let allowed = bases.iter().any(|&base| self.allow(mu, base));
            return if allowed {
                projected.to_vec()
            } else {
                Vec::new()
            };
        }
        // The matrices that commute with rotations, and those that are mirrors times such.
        let families: [(i64, [[f64; 4]; 2]); 2] = [
            (n - m, [[1.0, 0.0, 0.0, 1.0], [0.0, -1.0, 1.0, 0.0]]),
            (n + m, [[1.0, 0.0, 0.0, -1.0], [0.0, 1.0, 1.0, 0.0]]),
        ];
        let mut kernels = Vec::new();
        for (base, matrices) in families {
            for sign in [1.0, -1.0] {
                let signed = if sign > 0.0 { mu } else { -mu };
                let repeated = mu == 0 && sign < 0.0;
                if repeated || !self.allow(signed, base) {
                    continue;
                }
                for [a, b, c, d] in matrices {
                    // R(μφ) A = cos μφ A + sin μφ J A.
                    let turned = [-c, -d, a, b].map(|v| sign * v);
                    let entries = [a, b, c, d].into_iter().chain(turned);
                    let mut kernel = vec![0.0; projected[0].len()];
                    for (entry, projection) in entries.zip(projected) {
                        for (sum, value) in kernel.iter_mut().zip(projection) {
                            *sum += entry * value;
                        }
                    }
                    kernels.push(kernel);
                }
            }
        }
        kernels
    }
}
