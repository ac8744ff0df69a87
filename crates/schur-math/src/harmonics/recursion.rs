//! Associated Legendre functions without their factor `sin^m`.

/// Coefficients of the three-term recursion in the degree.
///
/// With `P_l^m` free of the phase `(-1)^m`, let
/// `q_l^m(z) = √((2l+1)/(4π) (l-m)!/(l+m)!) d^m P_l / dz^m`, so that `q_l^m sin^m θ` is the
/// normalised associated Legendre function at `z = cos θ`. Then
///
/// - `q_0^0 = 1/√(4π)`, `q_m^m = √((2m+1)/(2m)) q_{m-1}^{m-1}`,
/// - `q_l^m = a (z q_{l-1}^m - b q_{l-2}^m)`, `a² = (4l²-1)/(l²-m²)`,
///   `b² = ((l-1)²-m²)/(4(l-1)²-1)`,
/// - `dq_l^m/dz = √((l-m)(l+m+1)) q_l^{m+1}`.
///
/// The recursion runs in the direction in which it is stable (Holmes and Featherstone 2002).
/// Leaving out `sin^m` keeps the functions polynomials, so nothing is divided by zero at the
/// poles. `q_l^m` grows to about `1e99` for `l = 512`, far from overflow.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Recursion {
    max_degree: usize,
    /// `q_m^m`.
    starts: Vec<f64>,
    /// `(a, b)` for `m = 0..l`, for one `l` after the other.
    steps: Vec<(f64, f64)>,
}

/// The coefficients `(a, b)` of the step to degree `l > m`.
pub(super) fn step(l: usize, m: usize) -> (f64, f64) {
    let [l2, k2, m2] = [l, l - 1, m].map(|number| (number * number) as f64);
    let a = ((4.0 * l2 - 1.0) / (l2 - m2)).sqrt();
    // Zero for m = l - 1, and for l = 1, where the numerator is zero, too.
    let b = ((k2 - m2) / (4.0 * k2 - 1.0)).abs().sqrt();
    (a, b)
}

impl Recursion {
    pub(super) fn new(max_degree: usize) -> Self {
        let mut starts = vec![(4.0 * std::f64::consts::PI).sqrt().recip()];
        for m in 1..=max_degree {
            let m2 = (2 * m) as f64;
            starts.push(starts[m - 1] * ((m2 + 1.0) / m2).sqrt());
        }
        let mut steps = Vec::with_capacity(max_degree * (max_degree + 1) / 2);
        for l in 1..=max_degree {
            steps.extend((0..l).map(|m| step(l, m)));
        }
        Self {
            max_degree,
            starts,
            steps,
        }
    }

    pub(super) fn max_degree(&self) -> usize {
        self.max_degree
    }

    /// `q_l^l`, and the steps `(a, b)` to degree `l` for `m = 0..l`.
    pub(super) fn degree(&self, l: usize) -> (f64, &[(f64, f64)]) {
        (self.starts[l], &self.steps[Self::first(l)..][..l])
    }

    /// Calls `sink(m, column)` for every `m` in order, where `column[l - m]` is `q_l^m(z)`.
    pub(super) fn for_each_order(&self, z: f64, mut sink: impl FnMut(usize, &[f64])) {
        let mut column = Vec::with_capacity(self.max_degree + 1);
        for (m, &start) in self.starts.iter().enumerate() {
            column.clear();
            column.push(start);
            let (mut before, mut last) = (0.0, start);
            for l in m + 1..=self.max_degree {
                let (a, b) = self.steps[Self::first(l) + m];
                (before, last) = (last, a * (z * last - b * before));
                column.push(last);
            }
            sink(m, &column);
        }
    }

    /// Where the steps to degree `l` begin: the degrees before have 0, 1, 2, … steps.
    fn first(l: usize) -> usize {
        l * l.saturating_sub(1) / 2
    }
}
