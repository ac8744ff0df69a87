//! How representations are made.

use super::checks::check_numbers;
use super::laws::{homomorphism_on_generators, orthogonality};
use super::{FiniteRepresentation, Matrices};
use crate::error::MathError;
use crate::group::{FiniteAction, Group, Subgroup};
use crate::matrix::Matrix;

impl FiniteRepresentation {
    /// The trivial representation: dimension 1, `ρ(g) = 1`.
    pub fn trivial(group: &Group) -> Self {
        let images = vec![0; group.order()];
        Self::new(group, "trivial", 1, Matrices::permutations(images))
    }

    /// The regular representation on functions on the group: dimension `|G|`,
    /// `ρ(g) e_h = e_{g h}`.
    pub fn regular(group: &Group) -> Self {
        let pairs = group
            .elements()
            .flat_map(|g| group.elements().map(move |h| (g, h)));
        let images = pairs.map(|(g, h)| group.compose(g, h).index()).collect();
        Self::new(
            group,
            "regular",
            group.order(),
            Matrices::permutations(images),
        )
    }

    /// The quotient representation on functions on the left cosets of a subgroup: dimension
    /// `|G| / |H|`, `ρ(g) e_{kH} = e_{gkH}`, with cosets in the order of
    /// [`Group::left_cosets`].
    ///
    /// ```
    /// use schur_math::{Group, FiniteRepresentation};
    ///
    /// // Functions on the four corners of a square: D4 modulo a mirror.
    /// let d4 = Group::parse("D4")?;
    /// let mirror = d4.subgroup_generated(&[d4.element(4)?]);
    /// let corners = FiniteRepresentation::quotient(&d4, &mirror)?;
    /// assert!(corners.dim() == 4 && corners.is_permutation());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the subgroup is of another group.
    pub fn quotient(group: &Group, subgroup: &Subgroup) -> Result<Self, MathError> {
        let cosets = group.left_cosets(subgroup)?;
        let mut coset_of = vec![0; group.order()];
        for (c, coset) in cosets.iter().enumerate() {
            for member in coset {
                coset_of[member.index()] = c;
            }
        }
        let mut images = Vec::with_capacity(group.order() * cosets.len());
        for g in group.elements() {
            let moved = cosets.iter().map(|coset| group.compose(g, coset[0]));
            images.extend(moved.map(|member| coset_of[member.index()]));
        }
        let name = format!("quotient by {subgroup}");
        Ok(Self::new(
            group,
            name,
            cosets.len(),
            Matrices::permutations(images),
        ))
    }

    /// The permutation representation on functions on a finite set: `ρ(g) e_x = e_{g x}`.
    ///
    /// ```
    /// use schur_math::{PermutationGroup, FiniteRepresentation};
    ///
    /// let s3 = PermutationGroup::symmetric(3)?;
    /// let rho = FiniteRepresentation::of_action(&s3.action())?;
    /// // One number is left alone: the sum.
    /// assert_eq!(rho.inner_product(&FiniteRepresentation::trivial(s3.group()))?, 1.0);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it would hold more than [`MAX_NUMBERS`](Self::MAX_NUMBERS).
    pub fn of_action(action: &FiniteAction) -> Result<Self, MathError> {
        let (group, points) = (action.group(), action.points());
        check_numbers("the permutation representation", &[group.order(), points])?;
        let images = group
            .elements()
            .flat_map(|g| action.images(g).iter().copied());
        let matrices = Matrices::permutations(images.collect());
        Ok(Self::new(
            group,
            format!("{points} points"),
            points,
            matrices,
        ))
    }

    /// A representation from one square matrix per element, in the order of the elements.
    ///
    /// ```
    /// use schur_math::{FiniteRepresentation, Group, Matrix};
    ///
    /// let c2 = Group::parse("C2")?;
    /// let one_and = |s: f64| [Matrix::identity(1), Matrix::from([[s]])];
    /// let sign = FiniteRepresentation::from_matrices(&c2, "sign", &one_and(-1.0))?;
    /// assert!(sign.is_monomial() && !sign.is_permutation());
    /// assert!(FiniteRepresentation::from_matrices(&c2, "wrong", &one_and(2.0)).is_err());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the sizes do not fit, or the matrices are not orthogonal or no homomorphism up to
    /// [`REPRESENTATION_DEFECT`](crate::tolerance::REPRESENTATION_DEFECT); the error names a
    /// witness.
    pub fn from_matrices(
        group: &Group,
        name: impl Into<String>,
        matrices: &[Matrix],
    ) -> Result<Self, MathError> {
        let name = name.into();
        let dim = matrices.first().map_or(0, Matrix::rows);
        let what = || MathError::law(format!("representation {name:?} of {group}"));
        orthogonality(group, matrices).map_err(what())?;
        homomorphism_on_generators(group, matrices).map_err(what())?;
        let values = matrices.iter().flat_map(Matrix::values).copied().collect();
        Ok(Self::new(
            group,
            name,
            dim,
            Matrices::from_dense(values, dim),
        ))
    }

    /// A representation from matrices that satisfy the laws by construction.
    pub(crate) fn from_closed_form(
        group: &Group,
        name: impl Into<String>,
        dim: usize,
        values: Vec<f64>,
    ) -> Self {
        Self::new(group, name, dim, Matrices::from_dense(values, dim))
    }
}
