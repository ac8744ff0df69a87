//! Irreps of groups of space.

use std::fmt;

use super::SpatialGroup;
use crate::continuous::{Parity, SpaceIrrep};
use crate::error::MathError;
use crate::irreps::{EndomorphismType, Irrep};
use crate::matrix::Matrix;
use crate::point_group::plane::PlanarIrrep;
use crate::representation::Representation;
use crate::rotation::{PlaneIsometry, SpaceIsometry};
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep, check_irrep};

/// A real irrep of a [`SpatialGroup`].
///
/// | group | irreps |
/// |---|---|
/// | finite | those of the abstract group, as [`irreps`](crate::irreps) lists them |
/// | `SO(2)`; `O(2)`, `cone` | those of SO(2) and O(2): `A`, `E1`, … and `A1`, `A2`, `E1`, … |
/// | `cylinder`, `full cylinder` | those with `g` (even) or `u` (odd under the inversion) behind |
/// | `SO(3)`, `O(3)` | the degrees [`SpaceIrrep`] |
///
/// Matrices are those of the standard orientation: `ψ(x g x⁻¹)` of the group turned by `x` is
/// `ψ(g)`.
///
/// ```
/// use schur_math::{SpatialGroup, SymmetryGroup};
///
/// let names = |group: &str| -> Result<Vec<String>, schur_math::MathError> {
///     let irreps = SpatialGroup::parse(group)?.irreps(1)?;
///     Ok(irreps.iter().map(|irrep| irrep.to_string()).collect())
/// };
/// assert_eq!(names("C4v")?, ["A1", "A2", "B1", "B2", "E1"]);
/// assert_eq!(names("full cylinder")?, ["A1g", "A1u", "A2g", "A2u", "E1g", "E1u"]);
/// assert_eq!(names("O(3)")?, ["0+", "0-", "1+", "1-"]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SpatialIrrep {
    group: SpatialGroup,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// By its place among the irreps of the abstract group.
    Finite(usize),
    /// With the parity where the group has the inversion.
    Axial(PlanarIrrep, Option<Parity>),
    Isotropic(SpaceIrrep),
}

impl SpatialIrrep {
    /// All irreps of a finite group, or those of band at most `band`.
    pub(super) fn all(group: &SpatialGroup, band: usize) -> Result<Vec<Self>, MathError> {
        let kinds: Vec<Kind> = if let Some(axial) = group.kind().axial() {
            let parities: &[Option<Parity>] = if axial.has_inversion {
                &[Some(Parity::Even), Some(Parity::Odd)]
            } else {
                &[None]
            };
            let planar = axial.plane.irreps(band)?.into_iter();
            let each = planar.flat_map(|irrep| {
                let parities = parities.iter();
                parities.map(move |&parity| Kind::Axial(irrep.clone(), parity))
            });
            each.collect()
        } else if let Some(space) = group.isotropic() {
            space
                .irreps(band)?
                .into_iter()
                .map(Kind::Isotropic)
                .collect()
        } else {
            (0..group.finite_irreps().len()).map(Kind::Finite).collect()
        };
        let of = |kind| Self {
            group: group.clone(),
            kind,
        };
        Ok(kinds.into_iter().map(of).collect())
    }

    /// The irrep of the abstract group, if the group is finite.
    pub fn finite(&self) -> Option<&Irrep> {
        match &self.kind {
            Kind::Finite(index) => self.group.finite_irreps().get(*index),
            _ => None,
        }
    }

    /// The irrep of the abstract group, for an irrep that is known to be of a finite one.
    fn abstract_irrep(&self) -> &Irrep {
        self.finite()
            .expect("the irrep has a place among those of the abstract group")
    }

    fn of_kind(&self, kind: Kind) -> Self {
        Self {
            group: self.group.clone(),
            kind,
        }
    }

    /// The planar parameters of an element, and the sign by which its inversion acts.
    fn axial_part(
        &self,
        parity: Option<Parity>,
        g: &SpaceIsometry,
    ) -> Result<(PlaneIsometry, f64), MathError> {
        let axial = self.group.kind().axial();
        let upright = self.group.upright_isometry(g);
        match axial.and_then(|axial| axial.parameters(&upright)) {
            Some((part, inverted)) => {
                let odd = inverted && parity == Some(Parity::Odd);
                Ok((part, if odd { -1.0 } else { 1.0 }))
            }
            None => Err(self
                .group
                .check_element(g)
                .err()
                .unwrap_or_else(|| no_element(self, g))),
        }
    }
}

fn no_element(irrep: &SpatialIrrep, g: &SpaceIsometry) -> MathError {
    MathError::NotInPointGroup {
        element: g.to_string(),
        group: irrep.group.name().to_string(),
    }
}

impl SymmetryIrrep for SpatialIrrep {
    type Group = SpatialGroup;

    fn group(&self) -> SpatialGroup {
        self.group.clone()
    }

    fn dim(&self) -> usize {
        match &self.kind {
            Kind::Finite(_) => self.finite().map_or(0, SymmetryIrrep::dim),
            Kind::Axial(irrep, _) => irrep.dim(),
            Kind::Isotropic(irrep) => irrep.dim(),
        }
    }

    fn band(&self) -> usize {
        match &self.kind {
            Kind::Finite(_) => 0,
            Kind::Axial(irrep, _) => irrep.band(),
            Kind::Isotropic(irrep) => irrep.band(),
        }
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        match &self.kind {
            Kind::Finite(_) => self
                .finite()
                .map_or(EndomorphismType::Real, Irrep::endomorphism_type),
            Kind::Axial(irrep, _) => irrep.endomorphism_type(),
            Kind::Isotropic(irrep) => irrep.endomorphism_type(),
        }
    }

    fn endomorphisms(&self) -> Vec<Matrix> {
        match &self.kind {
            Kind::Finite(_) => self
                .finite()
                .map(SymmetryIrrep::endomorphisms)
                .unwrap_or_default(),
            Kind::Axial(irrep, _) => irrep.endomorphisms(),
            Kind::Isotropic(irrep) => irrep.endomorphisms(),
        }
    }

    fn matrix(&self, g: &SpaceIsometry) -> Result<Matrix, MathError> {
        match &self.kind {
            Kind::Finite(_) => {
                let element = self
                    .group
                    .finite_index(g)
                    .ok_or_else(|| no_element(self, g))?;
                SymmetryIrrep::matrix(self.abstract_irrep(), &element)
            }
            Kind::Axial(irrep, parity) => {
                let (part, sign) = self.axial_part(*parity, g)?;
                let matrix = SymmetryIrrep::matrix(irrep, &part)?;
                Ok(matrix.scaled(sign))
            }
            Kind::Isotropic(irrep) => SymmetryIrrep::matrix(irrep, g),
        }
    }

    fn character(&self, g: &SpaceIsometry) -> Result<f64, MathError> {
        match &self.kind {
            Kind::Finite(_) => {
                let element = self
                    .group
                    .finite_index(g)
                    .ok_or_else(|| no_element(self, g))?;
                SymmetryIrrep::character(self.abstract_irrep(), &element)
            }
            Kind::Axial(irrep, parity) => {
                let (part, sign) = self.axial_part(*parity, g)?;
                Ok(sign * SymmetryIrrep::character(irrep, &part)?)
            }
            Kind::Isotropic(irrep) => SymmetryIrrep::character(irrep, g),
        }
    }

    /// Those of the abstract group, of SO(2), O(2), SO(3) or O(3); parities multiply.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        check_irrep(other, &self.group)?;
        match (&self.kind, &other.kind) {
            (Kind::Axial(a, p), Kind::Axial(b, q)) => {
                let parity = (*p).zip(*q).map(|(p, q)| p.times(q));
                let couplings = a.couplings(b)?.into_iter();
                let wrap = |c| self.of_kind(Kind::Axial(c, parity));
                Ok(couplings.map(|coupling| coupling.map(wrap)).collect())
            }
            (Kind::Isotropic(a), Kind::Isotropic(b)) => {
                let couplings = a.couplings(b)?.into_iter();
                let wrap = |c| self.of_kind(Kind::Isotropic(c));
                Ok(couplings.map(|coupling| coupling.map(wrap)).collect())
            }
            _ => {
                let (a, b) = (self.abstract_irrep(), other.abstract_irrep());
                let product = a.representation().tensor_product(b.representation())?;
                Ok(Representation::from_finite(&self.group, product)?.copies())
            }
        }
    }
}

impl fmt::Display for SpatialIrrep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Finite(_) => f.write_str(self.finite().map_or("", Irrep::name)),
            Kind::Isotropic(irrep) => irrep.fmt(f),
            Kind::Axial(irrep, parity) => {
                irrep.fmt(f)?;
                f.write_str(match parity {
                    None => "",
                    Some(Parity::Even) => "g",
                    Some(Parity::Odd) => "u",
                })
            }
        }
    }
}
