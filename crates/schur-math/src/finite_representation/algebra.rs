//! Sums and products of representations.

use super::checks::check_numbers;
use super::{FiniteRepresentation, Matrices};
use crate::error::MathError;
use crate::group::Element;
use crate::matrix::Matrix;

impl FiniteRepresentation {
    /// The direct sum `ρ ⊕ σ`: block-diagonal matrices, dimensions add.
    ///
    /// ```
    /// use schur_math::{Group, irrep};
    ///
    /// let d4 = Group::parse("D4")?;
    /// let (a, e) = (irrep(&d4, "A2")?, irrep(&d4, "E")?);
    /// let sum = a.representation().direct_sum(e.representation())?;
    /// assert_eq!(sum.dim(), 3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the sum would be too large.
    pub fn direct_sum(&self, other: &Self) -> Result<Self, MathError> {
        let (a, b) = (self.dim(), other.dim());
        let name = format!("{} + {}", self.name(), other.name());
        self.combine(
            other,
            name,
            a + b,
            |g| {
                let blocks = [self.matrix(g), other.matrix(g)];
                Matrix::direct_sum(&blocks)
            },
            |(ia, sa), (ib, sb)| {
                let images = ia
                    .iter()
                    .copied()
                    .chain(ib.iter().map(|&i| a + i))
                    .collect();
                (images, [sa, sb].concat())
            },
        )
    }

    /// The tensor product `ρ ⊗ σ`: `(ρ ⊗ σ)(g)` is the Kronecker product, dimensions multiply;
    /// component `(i, j)` stands at `i · σ.dim() + j`.
    ///
    /// ```
    /// use schur_math::{Group, irrep};
    ///
    /// // Two vectors of a square have one invariant product.
    /// let d4 = Group::parse("D4")?;
    /// let plane = irrep(&d4, "E")?.representation().clone();
    /// let products = plane.tensor_product(&plane)?;
    /// let invariants = products.inner_product(irrep(&d4, "A1")?.representation())?;
    /// assert_eq!((products.dim(), invariants.round()), (4, 1.0));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups or the product would be too large.
    pub fn tensor_product(&self, other: &Self) -> Result<Self, MathError> {
        let (a, b) = (self.dim(), other.dim());
        let name = format!("{} x {}", bracketed(self.name()), bracketed(other.name()));
        let dim = a.saturating_mul(b);
        self.combine(
            other,
            name,
            dim,
            |g| self.matrix(g).kronecker(&other.matrix(g)),
            |(ia, sa), (ib, sb)| {
                let pairs = (0..a).flat_map(|i| (0..b).map(move |j| (i, j)));
                pairs
                    .map(|(i, j)| (ia[i] * b + ib[j], sa[i] * sb[j]))
                    .unzip()
            },
        )
    }

    /// Builds a representation of dimension `dim` from two, sparse if both are.
    fn combine(
        &self,
        other: &Self,
        name: String,
        dim: usize,
        dense: impl Fn(Element) -> Matrix,
        sparse: impl Fn(Signed<'_>, Signed<'_>) -> (Vec<usize>, Vec<i8>),
    ) -> Result<Self, MathError> {
        other.check_group(self.group())?;
        let group = self.group();
        if self.is_monomial() && other.is_monomial() {
            check_numbers(&name, &[group.order(), dim])?;
            let (mut images, mut signs) = (Vec::new(), Vec::new());
            for g in group.elements() {
                let parts = self.signed_permutation(g).zip(other.signed_permutation(g));
                let (a, b) = parts.expect("both were found monomial");
                let (more_images, more_signs) = sparse(a, b);
                images.extend(more_images);
                signs.extend(more_signs);
            }
            return Ok(Self::new(
                group,
                name,
                dim,
                Matrices::Monomial { images, signs },
            ));
        }
        check_numbers(&name, &[group.order(), dim, dim])?;
        let values = group.elements().map(dense).flat_map(Matrix::into_values);
        Ok(Self::new(
            group,
            name,
            dim,
            Matrices::from_dense(values.collect(), dim),
        ))
    }
}

/// Images and signs of a signed permutation.
type Signed<'a> = (&'a [usize], &'a [i8]);

/// Brackets round the name of a sum.
fn bracketed(name: &str) -> String {
    if name.contains(" + ") {
        format!("({name})")
    } else {
        name.to_string()
    }
}
