//! Clebsch-Gordan coefficients and 3j symbols of SU(2).

use super::HalfInteger;
use super::exact::{Natural, Scaled};
use crate::error::MathError;
use crate::matrix::Matrix;

/// The Clebsch-Gordan coefficient `<j1 m1; j2 m2 | j m>` with the phases of Condon and
/// Shortley.
///
/// Zero where `m1 + m2 != m` or `j` is none of `|j1 - j2|, …, j1 + j2`. The sum in
///
/// ```math
/// \sqrt{\frac{\binom{2j_1}{A} \binom{2j_2}{A}}
///     {\binom{j_1+j_2+j+1}{A} \binom{2j_1}{j_1-m_1} \binom{2j_2}{j_2-m_2} \binom{2j}{j-m}}}
/// \;\sum_k (-1)^k \binom{A}{k} \binom{j_1-j_2+j}{j_1-m_1-k} \binom{j_2-j_1+j}{j_2+m_2-k},
/// \qquad A = j_1+j_2-j
/// ```
///
/// (Racah 1942, written in binomials) is taken in whole numbers of any size, so every value is
/// right to a few units in the last place, whatever the spin.
///
/// ```
/// use schur_math::angular_momentum::clebsch_gordan;
/// use schur_math::angular_momentum::HalfInteger;
///
/// let (one, zero) = (HalfInteger::whole(1), HalfInteger::whole(0));
/// let value = clebsch_gordan(one, zero, one, zero, zero, zero)?;
/// assert!((value + 1.0 / 3f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If a spin is negative or above [`HalfInteger::MAX_SPIN`], or a projection is none of
/// `-j, -j+1, …, j`.
pub fn clebsch_gordan(
    j1: HalfInteger,
    m1: HalfInteger,
    j2: HalfInteger,
    m2: HalfInteger,
    j: HalfInteger,
    m: HalfInteger,
) -> Result<f64, MathError> {
    for (spin, projection) in [(j1, m1), (j2, m2), (j, m)] {
        check_projection(spin, projection)?;
    }
    if m1.twice() + m2.twice() != m.twice() {
        return Ok(0.0);
    }
    Ok(Coupling::new(j1, j2, j).map_or(0.0, |coupling| coupling.value(m1, m2)))
}

/// Wigner's symbol, invariant under cyclic permutations:
///
/// ```math
/// \begin{pmatrix} j_1 & j_2 & j_3 \\ m_1 & m_2 & m_3 \end{pmatrix}
/// = \frac{(-1)^{j_1 - j_2 - m_3}}{\sqrt{2 j_3 + 1}}\,
///     \langle j_1 m_1; j_2 m_2 | j_3\, {-m_3} \rangle
/// ```
///
/// ```
/// use schur_math::angular_momentum::wigner_3j;
/// use schur_math::angular_momentum::HalfInteger;
///
/// let [zero, one, two] = [0, 1, 2].map(HalfInteger::whole);
/// let value = wigner_3j([one, one, two], [zero, zero, zero])?;
/// assert!((value - 30f64.sqrt() / 15.0).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// As [`clebsch_gordan`].
pub fn wigner_3j(spins: [HalfInteger; 3], projections: [HalfInteger; 3]) -> Result<f64, MathError> {
    let ([j1, j2, j3], [m1, m2, m3]) = (spins, projections);
    let opposite = HalfInteger::halves(m3.twice().saturating_neg());
    let value = clebsch_gordan(j1, m1, j2, m2, j3, opposite)?;
    if value == 0.0 {
        return Ok(0.0);
    }
    // Not zero, so the exponent is whole.
    let exponent = (j1.twice() - j2.twice() - m3.twice()) / 2;
    let sign = if exponent % 2 == 0 { 1.0 } else { -1.0 };
    Ok(sign * value / (j3.dim() as f64).sqrt())
}

/// All coefficients `<j1 m1; j2 m2 | j m>` of three spins: a `(2j+1) x (2j1+1)(2j2+1)` matrix,
/// with rows `m = j, …, -j` and columns `(m1, m2)`, `m1 = j1, …, -j1` slowest.
///
/// Its rows are orthonormal, and it intertwines `D^{j1} ⊗ D^{j2}` with `D^j`.
///
/// ```
/// use schur_math::angular_momentum::clebsch_gordan_matrix;
/// use schur_math::angular_momentum::HalfInteger;
///
/// // The singlet of two spins 1/2: (up down - down up) / √2.
/// let half = HalfInteger::halves(1);
/// let singlet = clebsch_gordan_matrix(half, half, HalfInteger::whole(0))?;
/// assert_eq!(singlet[(0, 1)], -singlet[(0, 2)]);
/// assert!((singlet[(0, 1)] - 0.5f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If a spin is out of range, `j` is none of `|j1 - j2|, …, j1 + j2`, or the matrix has more
/// than [`FiniteRepresentation::MAX_NUMBERS`](crate::FiniteRepresentation::MAX_NUMBERS) entries.
pub fn clebsch_gordan_matrix(
    j1: HalfInteger,
    j2: HalfInteger,
    j: HalfInteger,
) -> Result<Matrix, MathError> {
    let coupling = checked_coupling(j1, j2, j)?;
    let mut matrix = Matrix::zeros(j.dim(), j1.dim() * j2.dim());
    coupling.for_each(|two_m1, two_m2, value| {
        let row = (j.twice() - two_m1 - two_m2) / 2;
        let (first, second) = ((j1.twice() - two_m1) / 2, (j2.twice() - two_m2) / 2);
        let column = first as usize * j2.dim() + second as usize;
        matrix[(row as usize, column)] = value;
    });
    Ok(matrix)
}

/// Checks everything that [`clebsch_gordan_matrix`] names as an error.
pub(super) fn checked_coupling(
    j1: HalfInteger,
    j2: HalfInteger,
    j: HalfInteger,
) -> Result<Coupling, MathError> {
    for spin in [j1, j2, j] {
        spin.check_spin()?;
    }
    let Some(coupling) = Coupling::new(j1, j2, j) else {
        return Err(MathError::Triangle {
            j1: j1.to_string(),
            j2: j2.to_string(),
            j: j.to_string(),
            smallest: HalfInteger::halves((j1.twice() - j2.twice()).abs()).to_string(),
            largest: HalfInteger::halves(j1.twice() + j2.twice()).to_string(),
        });
    };
    let numbers = j.dim() * j1.dim() * j2.dim();
    if numbers > Matrix::MAX_NUMBERS {
        return Err(MathError::TooLarge {
            what: format!("the coupling of spins {j1} and {j2} to {j}"),
            numbers: numbers.to_string(),
            max: Matrix::MAX_NUMBERS,
            remedy: "smaller spins, or single coefficients",
        });
    }
    Ok(coupling)
}

fn check_projection(spin: HalfInteger, projection: HalfInteger) -> Result<(), MathError> {
    spin.check_spin()?;
    let in_range = projection.twice().unsigned_abs() <= spin.twice().unsigned_abs();
    if in_range && projection.is_whole() == spin.is_whole() {
        return Ok(());
    }
    Err(MathError::Projection {
        spin: spin.to_string(),
        projection: projection.to_string(),
    })
}

/// Whether three spins couple: their sum is whole and none exceeds the sum of the others.
pub(super) fn is_triangle(j1: HalfInteger, j2: HalfInteger, j: HalfInteger) -> bool {
    let (a, b, c) = (j1.twice(), j2.twice(), j.twice());
    (a + b + c) % 2 == 0 && (a - b).abs() <= c && c <= a + b
}

/// What all coefficients of three spins share.
pub(super) struct Coupling {
    spins: [HalfInteger; 3],
    /// `j1+j2-j`, `j1-j2+j`, `j2-j1+j`.
    sides: [u64; 3],
    /// `C(2j1, A) C(2j2, A) / C(j1+j2+j+1, A)`.
    common: Scaled,
    /// `C(2j, k)` for the three spins.
    binomials: [Vec<Scaled>; 3],
}

impl Coupling {
    /// For spins in range; `None` unless they form a triangle.
    fn new(j1: HalfInteger, j2: HalfInteger, j: HalfInteger) -> Option<Self> {
        if !is_triangle(j1, j2, j) {
            return None;
        }
        let [a, b, c] = [j1, j2, j].map(|spin| i64::from(spin.twice()));
        let half = |sum: i64| sum.unsigned_abs() / 2;
        let sides = [half(a + b - c), half(a - b + c), half(b - a + c)];
        let binomial = |n: u64| Natural::binomial(n, sides[0]).to_scaled();
        let common = binomial(a.unsigned_abs())
            .times(binomial(b.unsigned_abs()))
            .over(binomial(half(a + b + c) + 1));
        let binomials = [a, b, c].map(|n| row_of_pascal(n.unsigned_abs()));
        Some(Self {
            spins: [j1, j2, j],
            sides,
            common,
            binomials,
        })
    }

    /// Calls `sink(2 m1, 2 m2, value)` for all pairs with `|m1 + m2| <= j`.
    pub(super) fn for_each(&self, mut sink: impl FnMut(i32, i32, f64)) {
        let [j1, j2, j] = self.spins.map(HalfInteger::twice);
        for two_m1 in (-j1..=j1).step_by(2) {
            for two_m2 in (-j2..=j2).step_by(2) {
                if (two_m1 + two_m2).abs() <= j {
                    let [m1, m2] = [two_m1, two_m2].map(HalfInteger::halves);
                    sink(two_m1, two_m2, self.value(m1, m2));
                }
            }
        }
    }

    /// The coefficient for projections in range with `|m1 + m2| <= j`.
    fn value(&self, m1: HalfInteger, m2: HalfInteger) -> f64 {
        let [j1, j2, j] = self.spins.map(HalfInteger::twice);
        let place = |twice: i32| u64::from(twice.unsigned_abs()) / 2;
        let first = place(j1 - m1.twice());
        let second = place(j2 + m2.twice());
        let third = place(j - m1.twice() - m2.twice());
        let [one, two, three] = &self.binomials;
        let below = one[first as usize]
            .times(two[second as usize])
            .times(three[third as usize]);
        let root = self.common.over(below).sqrt();
        self.alternating_sum(first, second).times(root).value()
    }

    /// `Σ_k (-1)^k C(A, k) C(B, a-k) C(C, b-k)`, exactly, then rounded.
    fn alternating_sum(&self, a: u64, b: u64) -> Scaled {
        let [side_a, side_b, side_c] = self.sides;
        let start = a.saturating_sub(side_b).max(b.saturating_sub(side_c));
        let end = side_a.min(a).min(b);
        let (mut even, mut odd) = (Natural::zero(), Natural::zero());
        if start > end {
            return even.to_scaled();
        }
        let mut term = Natural::binomial(side_a, start)
            .times(&Natural::binomial(side_b, a - start))
            .times(&Natural::binomial(side_c, b - start));
        for k in start..=end {
            let sum = if k % 2 == 0 { &mut even } else { &mut odd };
            sum.add(&term);
            if k < end {
                // Factors are at most 1024, so their products fit.
                term.multiply((side_a - k) * (a - k) * (b - k));
                term.divide_exactly((k + 1) * (side_b + k + 1 - a) * (side_c + k + 1 - b));
            }
        }
        even.minus(&odd)
    }
}

/// `C(n, k)` for `k = 0..=n`, each rounded once.
fn row_of_pascal(n: u64) -> Vec<Scaled> {
    let mut value = Natural::one();
    let mut row = vec![value.to_scaled()];
    for k in 0..n {
        value.multiply(n - k);
        value.divide_exactly(k + 1);
        row.push(value.to_scaled());
    }
    row
}
