//! Symmetric and antisymmetric powers.

use std::collections::BTreeMap;

use super::checks::check_numbers;
use super::{FiniteRepresentation, Matrices};
use crate::error::MathError;
use crate::harmonics::check_degree;
use crate::matrix::Matrix;

/// Most sets of columns in an antisymmetric power.
const MAX_MINORS: usize = 1 << 16;

/// The basis of a symmetric or antisymmetric power of a space of some dimension.
pub(crate) struct PowerBasis {
    alternating: bool,
    monomials: Vec<Vec<usize>>,
    weights: Vec<f64>,
}

impl PowerBasis {
    /// The `k`-th power of a space of dimension `base`. `check` refuses a dimension that is
    /// too large.
    ///
    /// # Errors
    ///
    /// If there are more than [`FiniteRepresentation::MAX_POWER`] factors, or in an antisymmetric
    /// power more than `base`, or from `check`.
    pub(crate) fn new(
        base: usize,
        k: usize,
        alternating: bool,
        check: impl FnOnce(usize) -> Result<(), MathError>,
    ) -> Result<Self, MathError> {
        if alternating && k > base {
            return Err(MathError::Length {
                what: "the antisymmetric product of vectors".to_string(),
                found: k,
                expected: base,
                meaning: "factors, at most the dimension".to_string(),
            });
        }
        let what = "the degree of a power of a representation";
        check_degree(what, k, FiniteRepresentation::MAX_POWER)?;
        let letters = if alternating {
            base
        } else {
            (base + k).saturating_sub(1)
        };
        check(binomial(letters, k).unwrap_or(usize::MAX))?;
        // On the way to one minor of all rows there are those of half of them.
        let steps = binomial(letters, k.min(base / 2)).unwrap_or(usize::MAX);
        if alternating && steps > MAX_MINORS {
            return Err(MathError::TooLarge {
                what: format!("a step to the antisymmetric power {k} of {base} dimensions"),
                numbers: steps.to_string(),
                max: MAX_MINORS,
                remedy: "fewer factors",
            });
        }
        let monomials = sorted_tuples(base, k, alternating);
        Ok(Self {
            alternating,
            weights: monomials.iter().map(|m| factorials(m).sqrt()).collect(),
            monomials,
        })
    }

    pub(crate) fn dim(&self) -> usize {
        self.monomials.len()
    }

    /// The matrix on the power of a matrix on the space.
    pub(crate) fn matrix(&self, matrix: &Matrix) -> Matrix {
        let dim = self.dim();
        let position: BTreeMap<&Vec<usize>, usize> = self
            .monomials
            .iter()
            .enumerate()
            .map(|(i, m)| (m, i))
            .collect();
        let mut out = Matrix::zeros(dim, dim);
        for (col, monomial) in self.monomials.iter().enumerate() {
            for (image, c) in product(matrix, monomial, self.alternating) {
                let row = position[&image];
                // The coefficient at x^μ is per / μ!; entries are per / √(μ! ν!).
                out[(row, col)] = c * self.weights[row] / self.weights[col];
            }
        }
        out
    }
}

impl FiniteRepresentation {
    /// Most factors of a symmetric or antisymmetric power. Entries are sums of products with
    /// alternating signs, as large as `dim^(k/2)`; to this degree their round-off stays below
    /// [`REPRESENTATION_DEFECT`](crate::tolerance::REPRESENTATION_DEFECT).
    pub const MAX_POWER: usize = 32;

    /// The `k`-th symmetric power: monomials of degree `k`, `e_μ / √(μ!)` orthonormal up to a
    /// common factor, in lexicographic order of their sorted factors. Degree 0 is trivial.
    ///
    /// ```
    /// use schur_math::{Group, irrep};
    ///
    /// // Polynomials of degree 2 in x, y: x², xy, y².
    /// let plane = irrep(&Group::parse("C5")?, "E1")?.representation().clone();
    /// assert_eq!(plane.symmetric_power(2)?.dim(), 3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `k` is above [`MAX_POWER`](Self::MAX_POWER), or the power would be too large.
    pub fn symmetric_power(&self, k: usize) -> Result<Self, MathError> {
        self.power(format!("Sym{k} {}", self.name()), k, false)
    }

    /// The `k`-th antisymmetric power: minors of size `k`, in lexicographic order of their
    /// sorted columns. Degree 0 is trivial.
    ///
    /// ```
    /// use schur_math::{Group, irrep};
    ///
    /// // The area of two vectors changes its sign under mirrors, as A2.
    /// let d5 = Group::parse("D5")?;
    /// let plane = irrep(&d5, "E1")?.representation().clone();
    /// let area = plane.antisymmetric_power(2)?;
    /// assert!(area.is_isomorphic_to(irrep(&d5, "A2")?.representation())?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `k` is above the dimension, which leaves nothing, or as
    /// [`symmetric_power`](Self::symmetric_power).
    pub fn antisymmetric_power(&self, k: usize) -> Result<Self, MathError> {
        self.power(format!("Alt{k} {}", self.name()), k, true)
    }

    fn power(&self, name: String, k: usize, alternating: bool) -> Result<Self, MathError> {
        let order = self.group().order();
        let check = |dim| check_numbers(&name, &[order, dim, dim]);
        let basis = PowerBasis::new(self.dim(), k, alternating, check)?;
        let elements = self.group().elements();
        let values = elements.flat_map(|g| basis.matrix(&self.matrix(g)).into_values());
        let matrices = Matrices::from_dense(values.collect(), basis.dim());
        Ok(Self::new(self.group(), name, basis.dim(), matrices))
    }
}

/// The product of the images of basis vectors, as coefficients of monomials.
fn product(matrix: &Matrix, factors: &[usize], alternating: bool) -> BTreeMap<Vec<usize>, f64> {
    let mut terms = BTreeMap::from([(Vec::new(), 1.0)]);
    for &col in factors {
        let mut next: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
        for (monomial, c) in &terms {
            for row in 0..matrix.rows() {
                let entry = matrix[(row, col)];
                let place = monomial.partition_point(|&x| x <= row);
                let repeated = place > 0 && monomial[place - 1] == row;
                if entry == 0.0 || (alternating && repeated) {
                    continue;
                }
                // The new factor passes those behind it.
                let odd = alternating && (monomial.len() - place) % 2 == 1;
                let mut longer = monomial.clone();
                longer.insert(place, row);
                *next.entry(longer).or_default() += if odd { -c * entry } else { c * entry };
            }
        }
        terms = next;
    }
    terms
}

/// Sorted tuples of `k` numbers below `n`, lexicographically, with or without repetition.
fn sorted_tuples(n: usize, k: usize, distinct: bool) -> Vec<Vec<usize>> {
    let mut tuples = vec![Vec::new()];
    for place in 1..=k {
        // Distinct numbers leave room for those behind them.
        let end = if distinct { n + place - k } else { n };
        let longer = |tuple: Vec<usize>| {
            let start = tuple.last().map_or(0, |&last| last + usize::from(distinct));
            (start..end).map(move |x| [tuple.as_slice(), &[x]].concat())
        };
        tuples = tuples.into_iter().flat_map(longer).collect();
    }
    tuples
}

/// `μ!`, the product of the factorials of how often each number occurs.
fn factorials(sorted: &[usize]) -> f64 {
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.map(|run| (1..=run.len()).map(|k| k as f64).product::<f64>())
        .product()
}

fn binomial(n: usize, k: usize) -> Option<usize> {
    (0..k.min(n.saturating_sub(k))).try_fold(1usize, |product, i| {
        Some(product.checked_mul(n - i)? / (i + 1))
    })
}
