//! Irreps of product groups.

use std::fmt;

use super::dense::{identity, kronecker, multiply, trace, transpose};
use super::factor::FactorIrrep;
use super::group::{CompactGroup, ProductElement};
use crate::error::MathError;
use crate::irreps::EndomorphismType;
use crate::linear::{norm, remainder};
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep};

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
    group: CompactGroup,
    factors: Vec<FactorIrrep>,
    conjugated: Vec<bool>,
    /// Its basis vectors inside the product of the factors, as columns; `None` for all of it.
    embedding: Option<Vec<f64>>,
    dim: usize,
    endomorphism_type: EndomorphismType,
    endomorphisms: Vec<Vec<f64>>,
}

impl ProductIrrep {
    /// Of no factor yet.
    pub(super) fn trivial(group: &CompactGroup) -> Self {
        Self {
            group: group.clone(),
            factors: Vec::new(),
            conjugated: Vec::new(),
            embedding: None,
            dim: 1,
            endomorphism_type: EndomorphismType::Real,
            endomorphisms: vec![vec![1.0]],
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
        let pair =
            |a: usize, b: usize| kronecker(&self.endomorphisms[a], self.dim, &units[b], next.dim());
        let (types, dim) = (
            (self.endomorphism_type, next.endomorphism_type()),
            self.dim * next.dim(),
        );
        match types {
            (kind, Real) => {
                let all = (0..self.endomorphisms.len()).map(|a| pair(a, 0)).collect();
                vec![self.part(next, None, (kind, all), false)]
            }
            (Real, kind) => {
                let all = (0..units.len()).map(|b| pair(0, b)).collect();
                vec![self.part(next, None, (kind, all), false)]
            }
            (Complex, Complex) => [(-0.5, false), (0.5, true)]
                .into_iter()
                .map(|(sign, conjugated)| {
                    let image = image_of(&[(sign, pair(1, 1))], dim);
                    let all = vec![pair(0, 0), pair(1, 0)];
                    self.part(next, Some(image), (Complex, all), conjugated)
                })
                .collect(),
            (Complex, Quaternionic) | (Quaternionic, Complex) => {
                let image = image_of(&[(-0.5, pair(1, 1))], dim);
                let turn = if types.0 == Complex {
                    pair(1, 0)
                } else {
                    pair(0, 1)
                };
                let all = vec![pair(0, 0), turn];
                vec![self.part(next, Some(image), (Complex, all), false)]
            }
            (Quaternionic, Quaternionic) => {
                let image = image_of(&[(-0.5, pair(1, 1)), (-0.5, pair(2, 2))], dim);
                vec![self.part(next, Some(image), (Real, vec![pair(0, 0)]), false)]
            }
        }
    }

    /// The part of the product with `next` on the columns of `image`, with what commutes with
    /// it as given on the whole product.
    fn part(
        &self,
        next: &FactorIrrep,
        image: Option<Vec<f64>>,
        (endomorphism_type, mut endomorphisms): (EndomorphismType, Vec<Vec<f64>>),
        conjugated: bool,
    ) -> Self {
        let full = self.dim * next.dim();
        let dim = image.as_ref().map_or(full, |image| image.len() / full);
        if let Some(image) = &image {
            for unit in &mut endomorphisms {
                *unit = conjugate(unit, image, dim);
            }
        }
        let before = self
            .embedding
            .as_ref()
            .map(|p| kronecker(p, self.dim, &identity(next.dim()), next.dim()));
        let embedding = match (before, image) {
            (Some(before), Some(image)) => Some(multiply(&before, &image, full)),
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
    pub(super) fn embedding(&self) -> Vec<f64> {
        self.embedding.clone().unwrap_or_else(|| identity(self.dim))
    }
}

/// An orthonormal basis, as columns, of the image of `Π_k (1/2 + s_k A_k)`, a projector.
fn image_of(halves: &[(f64, Vec<f64>)], dim: usize) -> Vec<f64> {
    let mut projector = identity(dim);
    for (sign, matrix) in halves {
        let mut half: Vec<f64> = matrix.iter().map(|v| sign * v).collect();
        half.iter_mut().step_by(dim + 1).for_each(|v| *v += 0.5);
        projector = multiply(&projector, &half, dim);
    }
    let rank = trace(&projector, dim).round() as usize;
    let mut columns: Vec<Vec<f64>> = Vec::with_capacity(rank);
    let mut left = rank as f64;
    for x in (0..dim).cycle() {
        if columns.len() == rank {
            break;
        }
        // What is left has the trace `left`, so some vector has its share of that.
        let column: Vec<f64> = (0..dim).map(|row| projector[row * dim + x]).collect();
        let rest = remainder(&remainder(&column, &columns), &columns);
        let size = norm(&rest);
        if size * size >= 0.5 * left / dim as f64 {
            columns.push(rest.iter().map(|v| v / size).collect());
            left -= 1.0;
        }
    }
    transpose(&columns.concat(), dim)
}

/// `Pᵀ A P` for a `P` with `columns` columns.
fn conjugate(a: &[f64], p: &[f64], columns: usize) -> Vec<f64> {
    let inner = a.len().isqrt();
    multiply(&transpose(p, columns), &multiply(a, p, inner), inner)
}

impl SymmetryIrrep for ProductIrrep {
    type Group = CompactGroup;

    fn group(&self) -> CompactGroup {
        self.group.clone()
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn band(&self) -> usize {
        let bands = self.factors.iter().map(SymmetryIrrep::band);
        bands.max().unwrap_or(0)
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        self.endomorphism_type
    }

    fn endomorphisms(&self) -> Vec<Vec<f64>> {
        self.endomorphisms.clone()
    }

    fn matrix(&self, g: &ProductElement) -> Result<Vec<f64>, MathError> {
        self.group.check_element(g)?;
        let mut product = vec![1.0];
        let mut dim = 1;
        for (irrep, g) in self.factors.iter().zip(g.parts()) {
            product = kronecker(&product, dim, &irrep.matrix(g)?, irrep.dim());
            dim *= irrep.dim();
        }
        Ok(match &self.embedding {
            None => product,
            Some(p) => conjugate(&product, p, self.dim),
        })
    }

    fn character(&self, g: &ProductElement) -> Result<f64, MathError> {
        if self.embedding.is_some() {
            return Ok(trace(&self.matrix(g)?, self.dim));
        }
        self.group.check_element(g)?;
        let pairs = self.factors.iter().zip(g.parts());
        pairs.map(|(irrep, g)| irrep.character(g)).product()
    }

    /// Copies come by the couplings of the factors, the last varying fastest; within one, see
    /// [`couplings`](SymmetryIrrep::couplings) of the factors for the sign.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        super::product_coupling::couplings(self, other)
    }
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
