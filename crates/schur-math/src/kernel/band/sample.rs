//! The harmonics of a band at points.

use super::KernelBand;
use crate::kernel::harmonics::{count, gradients, radius, values};
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
        self.sample_all(&[point])
    }

    /// The harmonics of [`sample`](Self::sample) at many points, `[point][harmonic]`.
    ///
    /// ```
    /// use schur_math::KernelBand;
    ///
    /// let band = KernelBand::angular(1)?;
    /// assert_eq!(band.sample_all(&[[2.0, 0.0], [0.0, 2.0]]), [1.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn sample_all<const D: usize>(&self, points: &[[f64; D]]) -> Vec<f64> {
        let filters = self.filters(points);
        let functions = || {
            filters
                .iter()
                .flat_map(|filter| filter.chunks(points.len()))
        };
        let at = |place: usize| functions().map(move |values| values[place]);
        (0..points.len()).flat_map(at).collect()
    }

    /// For every harmonic of [`harmonics_by_shell`](Self::harmonics_by_shell) the numbers of
    /// [`sample`](Self::sample), each at all points, `[function of the degree][point]`.
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

    /// The harmonics of [`sample`](Self::sample) at many points, `[point][harmonic]`, every number with
    /// its derivatives along the axes.
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
    /// let (value, [by_x, by_y]) = band.sample_with_gradients(&[[3.0, 1.0]])[3];
    /// assert!((value - 10.0).abs() < 1e-12);
    /// assert!((by_x - 6.0).abs() < 1e-12 && (by_y - 2.0).abs() < 1e-12);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn sample_with_gradients<const D: usize>(
        &self,
        points: &[[f64; D]],
    ) -> Vec<(f64, [f64; D])> {
        let waves = values(points, self.max_frequency());
        let slopes = gradients(points, self.max_frequency());
        // Of degree 1 the values along the axes are the slopes of linear functions.
        let axis = |a: usize| std::array::from_fn(|b| f64::from(u8::from(a == b)));
        let axes: [Vec<f64>; D] =
            std::array::from_fn(|a| values::<D>(&[axis(a)], 1).swap_remove(1));
        let linear = |function: usize| std::array::from_fn(|a| axes[a][function]);
        let mut numbers = Vec::new();
        for (place, point) in points.iter().enumerate() {
            let radius = radius(point);
            for (shell, degree) in self.harmonics_by_shell() {
                let shell = &self.shells[shell];
                let (profile, slope) = (shell.value(degree, radius), shell.slope(degree, radius));
                for function in 0..count::<D>(degree) {
                    let at = function * points.len() + place;
                    let wave = waves[degree][at];
                    let gradient = match radius > KERNEL_ENTRY {
                        // Along the radius ψ' Y, across it ψ/r times the slope of Y.
                        true => std::array::from_fn(|a| {
                            slope * wave * point[a] / radius
                                + profile * slopes[degree][at][a] / radius
                        }),
                        // ψ(r) Y ~ ψ'(0) r Y, if ψ(0) = 0.
                        false if degree == 1 && profile.abs() <= KERNEL_ENTRY => {
                            linear(function).map(|along: f64| slope * along)
                        }
                        false => [0.0; D],
                    };
                    numbers.push((profile * wave, gradient));
                }
            }
        }
        numbers
    }
}
