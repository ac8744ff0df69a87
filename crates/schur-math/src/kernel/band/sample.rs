//! The harmonics of a band at points.

use super::KernelBand;
use crate::kernel::harmonics::{radius, values};
use crate::tolerance::KERNEL_ENTRY;

impl KernelBand {
    /// All harmonics at the point `(x, y)` or `(x, y, z)`: for every shell and each of its
    /// frequencies `μ` the numbers `ψ(r) cos μφ` and, if `μ > 0`, `ψ(r) sin μφ`; in space the
    /// `2l + 1` numbers `ψ(r) √4π Y_lm`. At the origin, where a direction has
    /// no meaning, harmonics of frequency above 0 are 0.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// let band = KernelBand::angular(1)?;
    /// assert_eq!(band.sample([0.0, 2.0]), [1.0, 0.0, 1.0]);
    /// assert_eq!(band.sample([0.0, 0.0]), [1.0, 0.0, 0.0]);
    /// // √3 times y, z and x on the unit sphere.
    /// let above = band.sample([0.0, 0.0, 2.0]);
    /// assert!((above[2] - 3f64.sqrt()).abs() < 1e-15 && above[3] == 0.0);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn sample<const D: usize>(&self, point: [f64; D]) -> Vec<f64> {
        self.filters(&[point]).concat()
    }

    /// For every harmonic of [`harmonics_by_shell`](Self::harmonics_by_shell) the numbers of
    /// [`sample`](Self::sample), each at all points.
    pub(in crate::kernel) fn filters<const D: usize>(&self, points: &[[f64; D]]) -> Vec<Vec<f64>> {
        let radii: Vec<f64> = points.iter().map(radius).collect();
        let harmonics = values(points, self.max_frequency());
        let mut filters = Vec::new();
        for shell in &self.shells {
            let common: Option<Vec<f64>> = radii.iter().map(|&r| shell.common(r)).collect();
            for &degree in &shell.frequencies {
                let own = || radii.iter().map(|&r| shell.value(degree, r)).collect();
                let profile: Vec<f64> = common.clone().unwrap_or_else(own);
                let values = harmonics[degree].chunks(points.len().max(1));
                let products = values.flat_map(|values| values.iter().zip(&profile));
                filters.push(products.map(|(value, profile)| profile * value).collect());
            }
        }
        filters
    }

    /// The harmonics of [`sample`](Self::sample) at a point of the plane, every number with its
    /// derivatives by `x` and by `y`.
    ///
    /// At the origin a function of frequency 0 has the derivative 0, also where a ring has a kink
    /// there, and one of frequency 1 that vanishes there its slope; all others have 0. On the rim
    /// of a disk the derivatives are those inside it (of Bessel functions 0).
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// // 1; x and y; x² + y², x² - y² and 2xy.
    /// let band = KernelBand::polynomials(2)?;
    /// let derivatives = band.sample_with_gradient([3.0, 1.0]);
    /// let square = derivatives[3];
    /// assert!((square[0] - 10.0).abs() < 1e-12 && (square[1] - 6.0).abs() < 1e-12);
    /// assert!((square[2] - 2.0).abs() < 1e-12);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn sample_with_gradient(&self, [x, y]: [f64; 2]) -> Vec<[f64; 3]> {
        let radius = x.hypot(y);
        let waves = values(&[[x, y]], self.max_frequency());
        let mut numbers = Vec::with_capacity(self.harmonics());
        for (shell, mu) in self.harmonics_by_shell() {
            let shell = &self.shells[shell];
            let (profile, slope) = (shell.value(mu, radius), shell.slope(mu, radius));
            let (cos, sin) = (waves[mu][0], waves[mu].get(1).copied().unwrap_or(0.0));
            if radius <= KERNEL_ENTRY {
                // ψ(r) cos φ ~ ψ'(0) x, if ψ(0) = 0.
                let linear = if mu == 1 && profile.abs() <= KERNEL_ENTRY {
                    slope
                } else {
                    0.0
                };
                numbers.push([profile * cos, linear, 0.0]);
                numbers.extend((mu > 0).then_some([profile * sin, 0.0, linear]));
                continue;
            }
            // Along the radius ψ' cos μφ, across it -μ ψ/r sin μφ.
            let (right, up) = (x / radius, y / radius);
            let across = mu as f64 * profile / radius;
            let number = |value: f64, other: f64| {
                [
                    profile * value,
                    slope * value * right - across * other * up,
                    slope * value * up + across * other * right,
                ]
            };
            numbers.push(number(cos, -sin));
            numbers.extend((mu > 0).then_some(number(sin, cos)));
        }
        numbers
    }
}
