//! Restriction, induction and changes of basis.

use super::checks::check_numbers;
use super::checks::check_orthogonal;
use super::{FiniteRepresentation, Matrices};
use crate::error::MathError;
use crate::group::{Element, Inclusion};
use crate::matrix::Matrix;
use crate::tolerance::MULTIPLICITY;

impl FiniteRepresentation {
    /// `ρ(g) v`.
    ///
    /// # Panics
    ///
    /// If `v` has fewer than [`dim`](Self::dim) components.
    pub fn apply(&self, g: Element, v: &[f64]) -> Vec<f64> {
        let mut moved = vec![0.0; self.dim()];
        match self.signed_permutation(g) {
            Some((images, signs)) => {
                for (j, (&i, &sign)) in images.iter().zip(signs).enumerate() {
                    moved[i] = f64::from(sign) * v[j];
                }
            }
            None => {
                moved = self.matrix(g).apply(v);
            }
        }
        moved
    }

    /// Adds `factor ρ(g) e_x`.
    pub(crate) fn add_column(&self, g: Element, x: usize, factor: f64, sum: &mut [f64]) {
        match self.signed_permutation(g) {
            Some((images, signs)) => sum[images[x]] += factor * f64::from(signs[x]),
            None => {
                for (s, value) in sum.iter_mut().zip(self.matrix(g).column(x)) {
                    *s += factor * value;
                }
            }
        }
    }

    /// The restriction to a smaller group: `h -> ρ(inclusion(h))`.
    ///
    /// ```
    /// use schur_math::{Group, irrep};
    ///
    /// // The quarter turns alone.
    /// let d4 = Group::parse("D4")?;
    /// let turns = d4.subgroup_generated(&[d4.element(1)?]).inclusion();
    /// let plane = irrep(&d4, "E")?.representation().restricted_to(&turns)?;
    /// assert_eq!((plane.group().order(), plane.dim()), (4, 2));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the inclusion is into another group.
    pub fn restricted_to(&self, inclusion: &Inclusion) -> Result<Self, MathError> {
        self.check_group(inclusion.target())?;
        let (mut values, dim) = (Vec::new(), self.dim());
        let (mut images, mut signs) = (Vec::new(), Vec::new());
        for h in inclusion.source().elements() {
            let g = inclusion.apply(h);
            match self.signed_permutation(g) {
                Some((i, s)) => {
                    images.extend_from_slice(i);
                    signs.extend_from_slice(s);
                }
                None => values.extend(self.matrix(g).into_values()),
            }
        }
        let matrices = if self.is_monomial() {
            Matrices::Monomial { images, signs }
        } else {
            Matrices::from_dense(values, dim)
        };
        let name = format!("{} restricted", self.name());
        Ok(Self::new(inclusion.source(), name, dim, matrices))
    }

    /// The representation of the larger group induced from one of the smaller: functions on
    /// the left cosets `$t_i H$` with values in `$\rho$`,
    ///
    /// ```math
    /// g\, (t_i \otimes v) = t_j \otimes \rho(h)\, v
    /// \quad\text{for}\quad g\, t_i = t_j\, h, \; h \in H
    /// ```
    ///
    /// Component `k` at coset `i` stands at `i · ρ.dim() + k`; cosets are in
    /// the order of [`Group::left_cosets`](crate::Group::left_cosets), `t_i` their smallest
    /// elements.
    ///
    /// ```
    /// use schur_math::{Group, FiniteRepresentation};
    ///
    /// // Induced from the trivial group: the regular representation.
    /// let d3 = Group::parse("D3")?;
    /// let trivial = d3.subgroup_generated(&[]).inclusion();
    /// let one = FiniteRepresentation::trivial(trivial.source());
    /// let induced = FiniteRepresentation::induced_from(&trivial, &one)?;
    /// assert!(induced.is_isomorphic_to(&FiniteRepresentation::regular(&d3))?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `ρ` is not of the smaller group or the result would be too large.
    pub fn induced_from(inclusion: &Inclusion, rho: &Self) -> Result<Self, MathError> {
        rho.check_group(inclusion.source())?;
        let group = inclusion.target();
        let cosets = group.left_cosets(&inclusion.image())?;
        let (d, dim) = (rho.dim(), cosets.len().saturating_mul(rho.dim()));
        let name = format!("{} induced", rho.name());
        check_numbers(&name, &[group.order(), dim, dim])?;
        // g = t_i h as (i, h).
        let mut place = vec![(0, inclusion.source().identity()); group.order()];
        for (i, coset) in cosets.iter().enumerate() {
            for h in inclusion.source().elements() {
                let g = group.compose(coset[0], inclusion.apply(h));
                place[g.index()] = (i, h);
            }
        }
        let mut values = vec![0.0; group.order() * dim * dim];
        for (g, matrix) in group.elements().zip(values.chunks_mut(dim * dim)) {
            for (i, coset) in cosets.iter().enumerate() {
                let (j, h) = place[group.compose(g, coset[0]).index()];
                for (k, value) in rho.matrix(h).into_values().into_iter().enumerate() {
                    matrix[(j * d + k / d) * dim + i * d + k % d] = value;
                }
            }
        }
        Ok(Self::new(
            group,
            name,
            dim,
            Matrices::from_dense(values, dim),
        ))
    }

    /// Whether the characters agree, which makes representations isomorphic.
    ///
    /// # Errors
    ///
    /// If the two are of different groups.
    pub fn is_isomorphic_to(&self, other: &Self) -> Result<bool, MathError> {
        other.check_group(self.group())?;
        let mut elements = self.group().elements();
        let agree = |g| (self.character(g) - other.character(g)).abs() < MULTIPLICITY;
        Ok(self.dim() == other.dim() && elements.all(agree))
    }

    /// This representation in the orthonormal basis of the columns of `Q`:
    /// `g -> Qᵀ ρ(g) Q`.
    ///
    /// ```
    /// use schur_math::{Group, Matrix, irrep};
    ///
    /// let c4 = Group::parse("C4")?;
    /// let plane = irrep(&c4, "E")?.representation().clone();
    /// // Mirrored axes: the other sense of rotation.
    /// let other = plane.in_basis(&Matrix::from([[1.0, 0.0], [0.0, -1.0]]))?;
    /// let turn = c4.element(1)?;
    /// assert_eq!(other.matrix(turn)[(0, 1)], -plane.matrix(turn)[(0, 1)]);
    /// assert!(other.is_isomorphic_to(&plane)?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `Q` has the wrong size or is not orthogonal.
    pub fn in_basis(&self, basis: &Matrix) -> Result<Self, MathError> {
        check_orthogonal(basis, self.dim())?;
        let columns: Vec<Vec<f64>> = (0..self.dim()).map(|j| basis.column(j)).collect();
        let change = |g| {
            let moved: Vec<Vec<f64>> = columns.iter().map(|c| self.apply(g, c)).collect();
            let entry = |i: usize, j: usize| {
                let pairs = columns[i].iter().zip(&moved[j]);
                pairs.map(|(a, b)| a * b).sum()
            };
            Matrix::from_fn(self.dim(), self.dim(), entry)
        };
        let matrices: Vec<Matrix> = self.group().elements().map(change).collect();
        Self::from_matrices(self.group(), self.name(), &matrices)
    }
}
