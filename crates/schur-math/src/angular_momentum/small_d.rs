//! Wigner's small d functions by recursion in the spin.

/// `cos(β/2)` and `sin(β/2)`, both at least 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct HalfBeta {
    pub(super) cos: f64,
    pub(super) sin: f64,
}

impl HalfBeta {
    /// Calls `sink(2j, d^j_{mn}(β))` for `j = max(|m|, |n|)`, and on in steps of 1 while
    /// `2j <= two_max`. Takes `2m` and `2n`, both even or both odd.
    ///
    /// The start has a closed form. The recursion (Varshalovich et al. 1988, 4.8.2, solved
    /// for the largest spin; Kostelec and Rockmore 2008)
    ///
    /// ```text
    /// j √(((j+1)²-m²)((j+1)²-n²)) d^{j+1}
    ///     = (2j+1) (j(j+1) cos β - mn) d^j - (j+1) √((j²-m²)(j²-n²)) d^{j-1}
    /// ```
    ///
    /// runs in the direction in which the functions grow until they oscillate, so it is
    /// stable. A start may be as small as the growth is large, at most `1e100` for spin 512,
    /// so starts that vanish in `f64` belong to functions below `1e-200`.
    pub(super) fn series(
        self,
        two_m: i32,
        two_n: i32,
        two_max: i32,
        mut sink: impl FnMut(i32, f64),
    ) {
        let two_start = two_m.abs().max(two_n.abs());
        let (m, n) = (f64::from(two_m) / 2.0, f64::from(two_n) / 2.0);
        let cos_beta = (self.cos - self.sin) * (self.cos + self.sin);
        let (mut before, mut last) = (0.0, self.start(two_m, two_n));
        let root = |j: f64| ((j - m) * (j + m) * (j - n) * (j + n)).max(0.0).sqrt();
        let mut two_j = two_start;
        let mut j = f64::from(two_start) / 2.0;
        let mut current_root = 0.0;
        while two_j <= two_max {
            sink(two_j, last);
            let next_root = root(j + 1.0);
            let next = if two_j == 0 {
                cos_beta
            } else {
                // j(j+1) cos β - mn without cancellation near β = 0 and β = π. Products of
                // whole numbers are kept together, since they are exact.
                let square = j * (j + 1.0);
                let slope = if cos_beta > 0.0 {
                    (square - m * n) - 2.0 * self.sin * self.sin * square
                } else {
                    2.0 * self.cos * self.cos * square - (square + m * n)
                };
                let forward = (2.0 * j + 1.0) * slope * last;
                (forward - (j + 1.0) * current_root * before) / (j * next_root)
            };
            (before, last) = (last, next);
            current_root = next_root;
            two_j += 2;
            j += 1.0;
        }
    }

    /// `d^j_{mn}` for `j = max(|m|, |n|)`.
    fn start(self, two_m: i32, two_n: i32) -> f64 {
        // With j = |m| or |n| up to sign the function is
        // √C(2j, k) cos^(2j-k) (± sin)^k, where k = j - n, j + n, j - m or j + m.
        let two_j = two_m.abs().max(two_n.abs());
        let (k, negative) = if two_m == two_j {
            ((two_j - two_n) / 2, true)
        } else if two_m == -two_j {
            ((two_j + two_n) / 2, false)
        } else if two_n == two_j {
            ((two_j - two_m) / 2, false)
        } else {
            ((two_j + two_m) / 2, true)
        };
        let sign = if negative && k % 2 != 0 { -1.0 } else { 1.0 };
        // Factors of the binomial and of the powers alternate, so nothing overflows.
        let mut value = sign;
        let (mut cosines, mut sines) = (two_j - k, k);
        let few = k.min(two_j - k);
        for i in 0..few {
            value *= (f64::from(two_j - i) / f64::from(i + 1)).sqrt() * self.cos * self.sin;
            cosines -= 1;
            sines -= 1;
        }
        value * self.cos.powi(cosines) * self.sin.powi(sines)
    }
}
