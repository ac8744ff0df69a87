//! Representations of groups of the plane by construction.

mod parse;
mod restriction;

use std::sync::{Mutex, PoisonError};

use super::PlanarRepresentation;
use crate::compact::CompactHomomorphism;
use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::matrix::Matrix;
use crate::point_group::plane::{PlanarGroup, PlanarIrrep, check_subgroup, finite};
use crate::symmetry::{SymmetryGroup, SymmetryIrrep};

/// The one that was asked for last: a network asks for it block after block, for every width that is
/// tried, and of a group of order 1000 its decomposition takes seconds.
static LAST_REGULAR: Mutex<Option<PlanarRepresentation>> = Mutex::new(None);

impl PlanarRepresentation {
    /// Most irreps that a band may have.
    pub const MAX_FREQUENCY: usize = 256;

    /// The regular representation of a finite group, on functions on the group.
    ///
    /// # Errors
    ///
    /// If the group is infinite: there
    /// [`band_limited_regular`](Self::band_limited_regular) takes its place.
    pub fn regular(group: &PlanarGroup) -> Result<Self, MathError> {
        let finite = finite(group, "a regular representation")?;
        let mut last = LAST_REGULAR.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(regular) = last.as_ref().filter(|last| last.group().is_same(group)) {
            return Ok(regular.clone());
        }
        let regular = Self::from_finite(group, FiniteRepresentation::regular(finite))?;
        *last = Some(regular.clone());
        Ok(regular)
    }

    /// The quotient representation of a finite group, on functions on the cosets of a
    /// subgroup.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation};
    ///
    /// // D4 modulo its mirror: four directions.
    /// let (d4, mirror) = (PlanarGroup::parse("D4")?, PlanarGroup::parse("D1")?);
    /// assert_eq!(PlanarRepresentation::quotient(&d4, &mirror)?.dim(), 4);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group is infinite, or the other is no subgroup of it.
    pub fn quotient(group: &PlanarGroup, subgroup: &PlanarGroup) -> Result<Self, MathError> {
        let finite = finite(group, "a quotient representation")?;
        let inclusion = subgroup.inclusion_in(group)?;
        let rho = FiniteRepresentation::quotient(finite, &inclusion.image())?;
        let name = format!("quotient({})", subgroup.name());
        Self::from_finite(group, rho.with_name(name))
    }

    /// The irreps up to a frequency, in the order of [`PlanarIrrep::all`].
    ///
    /// # Errors
    ///
    /// If the frequency is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn irreps(group: &PlanarGroup, max_frequency: usize) -> Result<Vec<Self>, MathError> {
        check_frequency(max_frequency)?;
        let all = PlanarIrrep::all(group, max_frequency);
        let all = all.into_iter();
        Ok(all.map(|irrep| Self::of_irrep(&irrep)).collect())
    }

    /// The irrep with a name, such as `A2` or `E1`. `E` means `E1` where there is no other.
    ///
    /// # Errors
    ///
    /// If the group has no such irrep.
    pub fn irrep(group: &PlanarGroup, name: &str) -> Result<Self, MathError> {
        let irrep = SymmetryGroup::irrep(group, name)?;
        check_frequency(irrep.frequency())?;
        Ok(Self::of_irrep(&irrep))
    }

    /// An irrep, with the name by which [`parse`](Self::parse) finds it, such as `irrep(E1)`.
    pub fn of_irrep(irrep: &PlanarIrrep) -> Self {
        let name = format!("irrep({irrep})");
        Self::of_parts(irrep.group(), name, vec![irrep.clone()])
    }

    /// The direct sum of irreps, in the standard basis.
    fn of_parts(group: &PlanarGroup, name: impl Into<String>, parts: Vec<PlanarIrrep>) -> Self {
        let dim = parts.iter().map(PlanarIrrep::dim).sum();
        Self::from_parts(group, name, parts, Matrix::identity(dim), None)
    }

    /// The defining representation: the 2 x 2 matrices that act on the points `(x, y)`.
    pub fn defining(group: &PlanarGroup) -> Self {
        if let Some(finite) = group.finite() {
            let values = finite.elements().flat_map(|g| group.matrix(g));
            let of = FiniteRepresentation::from_closed_form;
            let rho = of(finite, "defining", 2, values.collect());
            let points = Self::from_finite(group, rho);
            return points.expect("isometries of a finite group are a representation");
        }
        // `s` is diag(1, -1) in the basis of its axis and what is 90° from that, whose sign is
        // chosen as in `from_function`: the first component is positive, unless it is small.
        let axis = group.mirror_axis();
        let (sin, cos) = match group.has_mirrors() {
            true if axis.cos() <= -0.5 => (-axis.sin(), -axis.cos()),
            true => axis.sin_cos(),
            false => (0.0, 1.0),
        };
        let parts = PlanarIrrep::of_frequency(group, 1).into_iter().collect();
        let basis = Matrix::from([[cos, 0.0 - sin], [sin, cos]]);
        Self::from_parts(group, "defining", parts, basis, None)
    }

    /// The band-limited regular representation: every irrep up to a frequency, as often as in
    /// the functions on the group (its dimension divided by that of its endomorphisms), in the
    /// standard basis. Fourier coefficients of functions on the group.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation};
    ///
    /// // Functions on the circle to frequency 3.
    /// assert_eq!(PlanarRepresentation::band_limited_regular(&PlanarGroup::so2(), 3)?.dim(), 7);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the frequency is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY).
    pub fn band_limited_regular(
        group: &PlanarGroup,
        max_frequency: usize,
    ) -> Result<Self, MathError> {
        check_frequency(max_frequency)?;
        let all = PlanarIrrep::all(group, max_frequency).into_iter();
        let copies = |irrep: PlanarIrrep| {
            let count = irrep.regular_multiplicity();
            std::iter::repeat_n(irrep, count)
        };
        let parts = all.flat_map(copies).collect();
        let name = format!("spectral({max_frequency})");
        Ok(Self::of_parts(group, name, parts))
    }

    /// The band-limited quotient representation: every irrep up to a frequency, as often as in
    /// the functions on the cosets of a subgroup (the dimension of its invariants under the
    /// subgroup, divided by that of its endomorphisms).
    ///
    /// # Errors
    ///
    /// If the frequency is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY), or the other is no
    /// subgroup.
    pub fn band_limited_quotient(
        group: &PlanarGroup,
        subgroup: &PlanarGroup,
        max_frequency: usize,
    ) -> Result<Self, MathError> {
        check_frequency(max_frequency)?;
        check_subgroup(group, subgroup)?;
        let mean = subgroup.quadrature(max_frequency)?;
        let mut parts = Vec::new();
        for irrep in PlanarIrrep::all(group, max_frequency) {
            // Elements of the subgroup are elements of the group, so there is a character.
            let mean = mean.mean(|g| irrep.character(g).unwrap_or(f64::NAN));
            let endomorphisms = irrep.dim() / irrep.regular_multiplicity();
            let copies = mean.round() as usize / endomorphisms;
            parts.extend(std::iter::repeat_n(irrep, copies));
        }
        let name = format!("spectral({max_frequency}, {})", subgroup.name());
        Ok(Self::of_parts(group, name, parts))
    }

    /// The representation induced from a subgroup of finite index, on functions on its cosets
    /// with values in `ρ`.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation};
    ///
    /// let e2 = PlanarRepresentation::irrep(&PlanarGroup::so2(), "E2")?;
    /// let induced = PlanarRepresentation::induced_from(&PlanarGroup::o2(), &e2)?;
    /// assert_eq!(induced.parts().len(), 2);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group of `ρ` is no subgroup or has infinitely many cosets.
    pub fn induced_from(group: &PlanarGroup, rho: &Self) -> Result<Self, MathError> {
        check_subgroup(group, rho.group())?;
        let name = format!("induced({}, {})", rho.group(), rho.name());
        if group.finite().is_none() && rho.group().finite().is_some() {
            return Err(MathError::InfiniteGroup {
                group: group.name().to_string(),
                what: format!("a representation induced from {}", rho.group()),
            });
        }
        if let (Some(_), Some(finite)) = (group.finite(), rho.finite()) {
            let inclusion = rho.group().inclusion_in(group)?;
            let induced = FiniteRepresentation::induced_from(&inclusion, finite)?;
            return Self::from_finite(group, induced.with_name(name));
        }
        if group.has_mirrors() == rho.group().has_mirrors() {
            return Ok(rho.restricted_to(group)?.with_name(name));
        }
        let cosets = vec![group.identity(), group.mirror()];
        let so2 = rho.group().clone();
        let inclusion = CompactHomomorphism::new(so2, group.clone(), 1, |g| Ok(*g))?
            .with_cosets(cosets, |g| (!g.is_reflected()).then_some(*g))?;
        Ok(rho.induced_to(&inclusion)?.with_name(name))
    }
}

fn check_frequency(frequency: usize) -> Result<(), MathError> {
    let max = PlanarRepresentation::MAX_FREQUENCY;
    crate::harmonics::check_degree("the frequency of an irrep", frequency, max)
}
