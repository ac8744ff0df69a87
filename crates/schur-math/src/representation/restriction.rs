//! Restriction and induction along homomorphisms.

use super::Representation;
use crate::compact::CompactHomomorphism;
use crate::continuous::{CompactElement, FiniteSubgroup};
use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::finite_representation::check_size;
use crate::matrix::Matrix;
use crate::point_group::PointGroup;
use crate::symmetry::{ElementOf, SymmetryGroup, SymmetryIrrep, foreign};

impl<I: SymmetryIrrep> Representation<I> {
    /// The representation `h -> ρ(f(h))` of the source of a homomorphism `f`, such as a closed
    /// or finite subgroup, decomposed. Its matrices are those of `ρ`.
    ///
    /// Every irrep is decomposed [by the projector formula](Self::from_function) once.
    ///
    /// # Errors
    ///
    /// If the homomorphism goes to another group, or the band is too large.
    pub fn restricted_along<H: SymmetryGroup>(
        &self,
        homomorphism: &CompactHomomorphism<H, I::Group>,
    ) -> Result<Representation<H::Irrep>, MathError> {
        if homomorphism.target() != self.group() {
            let what = "the homomorphism's target";
            return Err(foreign(what, homomorphism.target(), self.group()));
        }
        let mut known: Vec<(&I, Representation<H::Irrep>)> = Vec::new();
        for irrep in self.parts() {
            if known.iter().all(|(other, _)| *other != irrep) {
                let band = irrep.band() * homomorphism.stretch();
                let restricted =
                    Representation::decomposed(homomorphism.source(), irrep.dim(), band, |h| {
                        irrep.matrix(&homomorphism.apply(h)?)
                    })?;
                known.push((irrep, restricted));
            }
        }
        let terms: Vec<&Representation<H::Irrep>> = self
            .parts()
            .iter()
            .filter_map(|irrep| known.iter().find(|(other, _)| *other == irrep))
            .map(|(_, restricted)| restricted)
            .collect();
        let sum = Representation::sum_of(homomorphism.source(), &terms)?;
        Ok(sum.rotated(self.change_of_basis()))
    }

    /// The restriction to the elements that map the integer lattice to itself
    /// ([`PointGroup::lattice_subgroup`]).
    ///
    /// ```
    /// use schur_math::{Representation, SpatialGroup, SymmetryGroup};
    ///
    /// let cube = SpatialGroup::parse("O")?;
    /// let vectors = Representation::irreducible(&SpatialGroup::so3().irrep("1")?).on_lattice();
    /// assert!(vectors.is_monomial() && vectors.group() == cube.finite().expect("it is finite"));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn on_lattice(&self) -> FiniteRepresentation
    where
        I::Group: PointGroup,
    {
        self.0
            .lattice
            .get_or_init(|| self.restricted_to_lattice())
            .clone()
    }

    fn restricted_to_lattice(&self) -> FiniteRepresentation
    where
        I::Group: PointGroup,
    {
        let lattice = self.group().lattice_subgroup();
        if let (true, Some(finite)) = (lattice == *self.group(), self.finite()) {
            return finite.clone();
        }
        let name = match self.name() {
            "trivial" => "trivial".to_string(),
            name => format!("restricted({}, {name})", self.group()),
        };
        let elements = lattice.elements().unwrap_or_default();
        let matrices = elements.iter().filter_map(|g| self.matrix(g).ok());
        let values = matrices.flat_map(Matrix::into_values).collect();
        let finite = lattice
            .finite()
            .expect("the lattice has finitely many symmetries");
        FiniteRepresentation::from_closed_form(finite, name, self.dim(), values)
    }

    /// The restriction to a finite subgroup, as a [`FiniteRepresentation`] with the same matrices.
    ///
    /// ```
    /// use schur_math::{Representation, SpatialIrrep, SpatialGroup, irrep};
    ///
    /// // Degree 2 in a crystal with the rotations of a cube: 2 + 3 dimensions.
    /// let group = SpatialGroup::parse("O")?;
    /// let cube = group.finite_subgroup().expect("it is finite");
    /// let two = Representation::irreducible(&SpatialIrrep::so3(2)?);
    /// let finite = two.restricted_to_finite(cube)?;
    /// let plane = irrep(cube.group(), "E")?;
    /// assert_eq!((finite.dim(), finite.inner_product(plane.representation())?.round()), (5, 1.0));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If an element of the subgroup is none of the group, or the result is too large.
    pub fn restricted_to_finite(
        &self,
        subgroup: &FiniteSubgroup<ElementOf<I>>,
    ) -> Result<FiniteRepresentation, MathError>
    where
        ElementOf<I>: CompactElement,
    {
        subgroup.represent(self.to_string(), |g| self.matrix(g))
    }

    /// The representation that this one of a subgroup of finite index induces: blocks of the
    /// dimension of `$\rho$`, one for every coset `$r_i H$`,
    ///
    /// ```math
    /// (\operatorname{Ind} \rho)(g)_{ji} = \begin{cases}
    ///     \rho(h) & g\, r_i = r_j\, h \text{ with } h \in H \\
    ///     0 & \text{else}
    /// \end{cases}
    /// ```
    ///
    /// ```
    /// use schur_math::{CompactHomomorphism, Representation, PlanarGroup, PlanarIrrep};
    ///
    /// let trivial = Representation::irreducible(&PlanarIrrep::of_frequency(&PlanarGroup::so2(), 0)?);
    /// let induced = trivial.induced_to(&CompactHomomorphism::so2_in_o2())?;
    /// assert_eq!(induced.to_string(), "A1 + A2");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `ρ` is of another group, the inclusion has no
    /// [cosets](CompactHomomorphism::with_cosets), or the result is too large or has irreps of
    /// larger band than `ρ`.
    pub fn induced_to<G: SymmetryGroup>(
        &self,
        inclusion: &CompactHomomorphism<I::Group, G>,
    ) -> Result<Representation<G::Irrep>, MathError> {
        if inclusion.source() != self.group() {
            let what = "the representation to induce";
            return Err(foreign(what, self.group(), inclusion.source()));
        }
        let missing = |problem| {
            let what = "the cosets for an induced representation";
            let remedy = "give the inclusion one representative per coset by with_cosets";
            MathError::geometry(what, inclusion, problem, remedy)
        };
        let Some(representatives) = inclusion.representatives() else {
            return Err(missing("they are not known"));
        };
        let (group, size) = (inclusion.target(), self.dim());
        let dim = size.saturating_mul(representatives.len());
        check_size("the induced representation", dim)?;
        Representation::decomposed(group, dim, self.band(), |g| {
            let mut matrix = Matrix::zeros(dim, dim);
            for (i, representative) in representatives.iter().enumerate() {
                let (j, h) = inclusion
                    .place(&group.compose(g, representative))
                    .ok_or_else(|| missing("an element is in none of them"))?;
                let block = self.matrix(&h)?;
                for a in 0..size {
                    for b in 0..size {
                        matrix[(j * size + a, i * size + b)] = block[(a, b)];
                    }
                }
            }
            Ok(matrix)
        })
    }

    /// `g -> B ρ(g) Bᵀ` for an orthogonal `B`; the matrices of a finite group are made again.
    fn rotated(&self, matrix: &Matrix) -> Self {
        let basis = matrix.times(self.change_of_basis());
        let parts = self.parts().to_vec();
        Self::from_parts(self.group(), self.name(), parts, basis, None)
    }
}
