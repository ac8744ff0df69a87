//! Irreps of product groups.

use std::fmt;

use super::factor::FactorIrrep;
use super::group::CompactGroup;
use crate::irreps::EndomorphismType;
use crate::linear::{norm, remainder};
use crate::matrix::Matrix;
use crate::symmetry::SymmetryIrrep;

/// A real irrep of a [`CompactGroup`]: a product of irreps of the factors, or a part of it.
///
/// If at most one of two factors is not of real type, `a ⊗ b` is irreducible and of the type
/// of the other. Otherwise it splits, by idempotents of the algebra that commutes with it:
///
/// | types | algebra | parts | idempotent |
/// |---|---|---|---|
/// | complex, complex | `C ⊕ C` | two, complex: `a x b` and `a x b*` | `(1 - J ⊗ J)/2`, `(1 + J ⊗ J)/2` |
/// | complex, quaternionic | 2 x 2 over `C` | one twice, complex | `(1 - J ⊗ i)/2` |
/// | quaternionic, quaternionic | 4 x 4 over `R` | one four times, real | `(1 - i ⊗ i)(1 - j ⊗ j)/4` |
///
/// In `a x b` both act on one complex vector space, in `a x b*` the second acts by its complex
/// conjugate. The basis consists of the projections of the standard basis vectors, made
/// orthonormal in their order.
///
/// ```
/// use schur_math::{CompactGroup, SymmetryGroup};
///
/// let group = CompactGroup::parse("SO(2) x SO(2)")?;
/// let names: Vec<String> = group.irreps(1)?.iter().map(|irrep| irrep.to_string()).collect();
/// assert_eq!(names, ["A x A", "A x E1", "E1 x A", "E1 x E1", "E1 x E1*"]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ProductIrrep {
    pub(super) group: CompactGroup,
    pub(super) factors: Vec<FactorIrrep>,
    conjugated: Vec<bool>,
    /// Basis vectors inside the product of the factors, as columns; `None` for all of it.
    pub(super) embedding: Option<Matrix>,
    pub(super) dim: usize,
    pub(super) endomorphism_type: EndomorphismType,
    pub(super) endomorphisms: Vec<Matrix>,
}

impl ProductIrrep {
    /// The irrep of no factor yet, of dimension 1.
    pub(super) fn trivial(group: &CompactGroup) -> Self {
        Self {
            group: group.clone(),
            factors: Vec::new(),
            conjugated: Vec::new(),
            embedding: None,
            dim: 1,
            endomorphism_type: EndomorphismType::Real,
            endomorphisms: vec![Matrix::identity(1)],
        }
    }

    /// The irreps of the factors.
    pub fn factors(&self) -> &[FactorIrrep] {
        &self.factors
    }

    /// Which of the factors act by their complex conjugates: those with a `*` in the name.
    pub(super) fn conjugated(&self) -> &[bool] {
        &self.conjugated
    }

    /// The irreps in the product with an irrep of one more factor, each once.
    pub(super) fn times(&self, next: &FactorIrrep) -> Vec<Self> {
        use EndomorphismType::{Complex, Quaternionic, Real};
        let units = SymmetryIrrep::endomorphisms(next);
        let pair = |a: usize, b: usize| self.endomorphisms[a].kronecker(&units[b]);
        let types = (self.endomorphism_type, next.endomorphism_type());
        match types {
            (kind, Real) => {
                let all = (0..self.endomorphisms.len()).map(|a| pair(a, 0)).collect();
                vec![self.part(next, None, kind, all, false)]
            }
            (Real, kind) => {
                let all = (0..units.len()).map(|b| pair(0, b)).collect();
                vec![self.part(next, None, kind, all, false)]
            }
            (Complex, Complex) => [(-0.5, false), (0.5, true)]
                .into_iter()
                .map(|(sign, conjugated)| {
                    let image = image_of(&[(sign, pair(1, 1))]);
                    let all = vec![pair(0, 0), pair(1, 0)];
                    self.part(next, Some(image), Complex, all, conjugated)
                })
                .collect(),
            (Complex, Quaternionic) | (Quaternionic, Complex) => {
                let image = image_of(&[(-0.5, pair(1, 1))]);
                let turn = if types.0 == Complex {
                    pair(1, 0)
                } else {
                    pair(0, 1)
                };
                let all = vec![pair(0, 0), turn];
                vec![self.part(next, Some(image), Complex, all, false)]
            }
            (Quaternionic, Quaternionic) => {
                let image = image_of(&[(-0.5, pair(1, 1)), (-0.5, pair(2, 2))]);
                vec![self.part(next, Some(image), Real, vec![pair(0, 0)], false)]
            }
        }
    }

    /// The part of the product with `next` on the columns of `image`, with what commutes with
    /// it as given on the whole product.
    fn part(
        &self,
        next: &FactorIrrep,
        image: Option<Matrix>,
        endomorphism_type: EndomorphismType,
        mut endomorphisms: Vec<Matrix>,
        conjugated: bool,
    ) -> Self {
        let full = self.dim * next.dim();
        let dim = image.as_ref().map_or(full, Matrix::cols);
        if let Some(image) = &image {
            for unit in &mut endomorphisms {
                *unit = conjugate(unit, image);
            }
        }
        let before = self
            .embedding
            .as_ref()
            .map(|p| p.kronecker(&Matrix::identity(next.dim())));
        let embedding = match (before, image) {
            (Some(before), Some(image)) => Some(before.times(&image)),
            (before, image) => before.or(image),
        };
        Self {
            group: self.group.clone(),
            factors: [&self.factors[..], std::slice::from_ref(next)].concat(),
            conjugated: [&self.conjugated[..], &[conjugated]].concat(),
            embedding,
            dim,
            endomorphism_type,
            endomorphisms,
        }
    }

    /// The columns of its basis vectors inside the product of the factors.
    pub(super) fn embedding(&self) -> Matrix {
        let all = || Matrix::identity(self.dim);
        self.embedding.clone().unwrap_or_else(all)
    }
}

/// An orthonormal basis, as columns, of the image of `Π_k (1/2 + s_k A_k)`, a projector.
fn image_of(halves: &[(f64, Matrix)]) -> Matrix {
    let dim = halves.first().map_or(1, |(_, matrix)| matrix.rows());
    let mut projector = Matrix::identity(dim);
    for (sign, matrix) in halves {
        let half = Matrix::from_fn(dim, dim, |i, j| {
            sign * matrix[(i, j)] + if i == j { 0.5 } else { 0.0 }
        });
        projector = projector.times(&half);
    }
    let rank = projector.trace().round() as usize;
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(rank);
    let mut left = rank as f64;
    for x in (0..dim).cycle() {
        if columns.len() == rank {
            break;
        }
        // What is left has the trace `left`, so some vector has its share of that.
        let rest = remainder(&remainder(&projector.column(x), &columns), &columns);
        let size = norm(&rest);
        if size * size >= 0.5 * left / dim as f64 {
            columns.push(rest.iter().map(|v| v / size).collect());
            left -= 1.0;
        }
    }
    Matrix::from_fn(dim, rank, |i, j| columns[j][i])
}

/// `Pᵀ A P`.
pub(super) fn conjugate(a: &Matrix, p: &Matrix) -> Matrix {
    p.transposed().times(&a.times(p))
}

impl fmt::Display for ProductIrrep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.factors.is_empty() {
            return f.write_str("1");
        }
        for (place, (irrep, conjugated)) in self.factors.iter().zip(&self.conjugated).enumerate() {
            let before = if place > 0 { " x " } else { "" };
            let star = if *conjugated { "*" } else { "" };
            write!(f, "{before}{irrep}{star}")?;
        }
        Ok(())
    }
}
