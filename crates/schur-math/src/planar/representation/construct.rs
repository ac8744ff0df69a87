//! Representations of planar groups by construction.

use super::PlanarRepresentation;
use super::sum::{finite_part, identity, lift};
use crate::decomposition::Decomposition;
use crate::error::MathError;
use crate::planar::{PlanarGroup, PlanarIrrep};
use crate::representation::Representation;
use crate::rotation::PlaneIsometry;
use crate::symmetry::SymmetryGroup;

impl PlanarRepresentation {
    /// Most irreps that a band may have.
    pub const MAX_FREQUENCY: usize = 256;

    /// A representation of the finite group that a planar group is.
    ///
    /// # Errors
    ///
    /// If the planar group is infinite or another group.
    pub fn from_finite(group: &PlanarGroup, rho: Representation) -> Result<Self, MathError> {
        let finite = finite(group, "a representation by matrices")?;
        rho.check_group(finite)?;
        let decomposition = Decomposition::new(&rho)?;
        let irreps = PlanarIrrep::all(group, finite.order());
        let copies = decomposition.copies();
        let parts = copies.map(|copy| irreps[copy.index()].clone()).collect();
        let basis = decomposition.change_of_basis();
        let name = rho.name().to_string();
        Ok(Self::from_parts(group, name, Some(rho), parts, basis))
    }

    /// The trivial representation: dimension 1, `ρ(g) = 1`.
    pub fn trivial(group: &PlanarGroup) -> Self {
        let finite = group.finite().map(Representation::trivial);
        let parts = vec![PlanarIrrep::trivial(group)];
        Self::from_parts(group, "trivial", finite, parts, vec![1.0])
    }

    /// The regular representation of a finite group, on functions on the group.
    ///
    /// # Errors
    ///
    /// If the group is infinite: there
    /// [`band_limited_regular`](Self::band_limited_regular) takes its place.
    pub fn regular(group: &PlanarGroup) -> Result<Self, MathError> {
        let finite = finite(group, "a regular representation")?;
        Self::from_finite(group, Representation::regular(finite))
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
        let rho = Representation::quotient(finite, &inclusion.image())?;
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
        all.into_iter()
            .map(|irrep| Self::of_irrep(group, irrep))
            .collect()
    }

    /// The irrep with a name, such as `A2` or `E1`. `E` means `E1` where there is no other.
    ///
    /// # Errors
    ///
    /// If the group has no such irrep.
    pub fn irrep(group: &PlanarGroup, name: &str) -> Result<Self, MathError> {
        let irrep = SymmetryGroup::irrep(group, name)?;
        check_frequency(irrep.frequency())?;
        Self::of_irrep(group, irrep)
    }

    fn of_irrep(group: &PlanarGroup, irrep: PlanarIrrep) -> Result<Self, MathError> {
        let name = format!("irrep({irrep})");
        Self::of_parts(group, name, vec![irrep])
    }

    /// The direct sum of irreps, in the standard basis.
    fn of_parts(
        group: &PlanarGroup,
        name: impl Into<String>,
        parts: Vec<PlanarIrrep>,
    ) -> Result<Self, MathError> {
        let dim = parts.iter().map(PlanarIrrep::dim).sum();
        let sum = Self::from_parts(group, name, None, parts, identity(dim));
        let Some(elements) = group.elements() else {
            return Ok(sum);
        };
        let values = elements.iter().flat_map(|g| sum.conjugated(g)).collect();
        let finite = finite(group, "a representation by matrices")?;
        let finite = Representation::from_closed_form(finite, sum.name(), dim, values);
        let parts = sum.parts().to_vec();
        Ok(Self::from_parts(
            group,
            sum.name(),
            Some(finite),
            parts,
            identity(dim),
        ))
    }

    /// The defining representation: the 2 x 2 matrices that act on the points `(x, y)`.
    ///
    /// # Errors
    ///
    /// None: every planar group has one.
    pub fn defining(group: &PlanarGroup) -> Result<Self, MathError> {
        Self::trivial(group).through_finite(1, "defining", Representation::defining)
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
        Self::of_parts(group, format!("spectral({max_frequency})"), parts)
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
        let part = match subgroup.finite() {
            Some(_) => subgroup.clone(),
            None => finite_part(subgroup, max_frequency)?,
        };
        let elements = part.elements().unwrap_or_default();
        let mut parts = Vec::new();
        for irrep in PlanarIrrep::all(group, max_frequency) {
            let trace = |g: &PlaneIsometry| -> f64 {
                irrep.matrix_at(g).iter().step_by(irrep.dim() + 1).sum()
            };
            let mean = elements.iter().map(trace).sum::<f64>() / elements.len() as f64;
            let endomorphisms = irrep.dim() / irrep.regular_multiplicity();
            let copies = mean.round() as usize / endomorphisms;
            parts.extend(std::iter::repeat_n(irrep, copies));
        }
        let name = format!("spectral({max_frequency}, {})", subgroup.name());
        Self::of_parts(group, name, parts)
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
            return Err(MathError::InfinitePlanarGroup {
                group: group.name().to_string(),
                what: format!("a representation induced from {}", rho.group()),
            });
        }
        let induce = |group: &PlanarGroup, rho: &Self| {
            let inclusion = rho.group().inclusion_in(group)?;
            let finite = rho.finite().expect("of a finite group");
            Representation::induced_from(&inclusion, finite)
        };
        if group.finite().is_some() {
            return Self::from_finite(group, induce(group, rho)?.with_name(name));
        }
        let large = finite_part(group, rho.band())?;
        let small = rho.restricted_to(&finite_part(rho.group(), rho.band())?)?;
        lift(
            group,
            name,
            &Self::from_finite(&large, induce(&large, &small)?)?,
        )
    }
}

/// The abstract group, or why there is none.
pub(super) fn finite<'a>(
    group: &'a PlanarGroup,
    what: &str,
) -> Result<&'a crate::group::Group, MathError> {
    group
        .finite()
        .ok_or_else(|| MathError::InfinitePlanarGroup {
            group: group.name().to_string(),
            what: what.to_string(),
        })
}

pub(super) fn check_subgroup(group: &PlanarGroup, subgroup: &PlanarGroup) -> Result<(), MathError> {
    if group.contains_group(subgroup) {
        return Ok(());
    }
    Err(MathError::NotPlanarSubgroup {
        subgroup: subgroup.name().to_string(),
        group: group.name().to_string(),
    })
}

fn check_frequency(frequency: usize) -> Result<(), MathError> {
    let max = PlanarRepresentation::MAX_FREQUENCY;
    crate::harmonics::check_degree("the frequency of an irrep", frequency, max)
}
