//! Irreps of groups of space.

use std::fmt;

use super::isotropic::Degree;
use super::mulliken;
use super::{Schoenflies, SpatialGroup};
use crate::continuous::Parity;
use crate::error::MathError;
use crate::irreps::{EndomorphismType, Irrep, place_of};
use crate::matrix::Matrix;
use crate::point_group::plane::PlanarIrrep;
use crate::rotation::{PlaneIsometry, SpaceIsometry};
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep, check_irrep, finite_couplings};

/// A real irrep of a [`SpatialGroup`].
///
/// | group | irreps |
/// |---|---|
/// | finite | those of the abstract group, as [`irreps`](crate::irreps) lists them, with the symbols of Mulliken: `A1g`, `B2u`, `Eg`, `T1u`, `A''`, … |
/// | `SO(2)`; `O(2)`, `cone` | those of SO(2) and O(2): `A`, `E1`, … and `A1`, `A2`, `E1`, … |
/// | `cylinder`, `full cylinder` | those with `g` (even) or `u` (odd under the inversion) behind |
/// | `SO(3)`, `O(3)` | the degrees `l`, of dimension `2l + 1`: `0`, `1`, …; in O(3) with the sign of the inversion, `0+`, `0-`, `1+`, … |
///
/// Degrees have the matrices of [`real_wigner_d`](crate::angular_momentum::real_wigner_d), in the
/// basis of the real [`SphericalHarmonics`](crate::SphericalHarmonics). Vectors are `1` or `1-`,
/// with the coordinates in the order `y, z, x`; axial vectors are `1` or `1+`. Matrices are those of the standard orientation: `ψ(x g x⁻¹)` of the group turned by `x` is
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
    Isotropic(Degree),
}

impl SpatialIrrep {
    /// The irrep of SO(3) of a degree.
    ///
    /// ```
    /// use schur_math::{SpaceIsometry, SpatialIrrep, SymmetryIrrep};
    ///
    /// // Turned by a third of a circle, the trace on degree l is 1, 0, -1, 1, 0, -1, ….
    /// let third = SpaceIsometry::from_axis_angle([1.0, 1.0, 1.0], std::f64::consts::TAU / 3.0)?;
    /// assert!((SpatialIrrep::so3(2)?.character(&third)? + 1.0).abs() < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the degree is above [`MAX_DEGREE`](crate::SphericalHarmonics::MAX_DEGREE).
    pub fn so3(degree: usize) -> Result<Self, MathError> {
        let kind = Kind::Isotropic(Degree::new(degree, None)?);
        Ok(Self::of(&SpatialGroup::so3(), kind))
    }

    /// The irrep of O(3) of a degree and a parity.
    ///
    /// ```
    /// use schur_math::{Parity, SpaceIsometry, SpatialIrrep, SymmetryIrrep};
    ///
    /// let vector = SpatialIrrep::o3(1, Parity::Odd)?;
    /// assert_eq!(vector.to_string(), "1-");
    /// assert_eq!(vector.character(&SpaceIsometry::INVERSION)?, -3.0);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the degree is above [`MAX_DEGREE`](crate::SphericalHarmonics::MAX_DEGREE).
    pub fn o3(degree: usize, parity: Parity) -> Result<Self, MathError> {
        let kind = Kind::Isotropic(Degree::new(degree, Some(parity))?);
        Ok(Self::of(&SpatialGroup::o3(), kind))
    }

    fn of(group: &SpatialGroup, kind: Kind) -> Self {
        let group = group.clone();
        Self { group, kind }
    }

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
        } else if let Some(parities) = group.kind().isotropic() {
            let of = |l| {
                let degrees = parities.iter().map(move |&parity| Degree::new(l, parity));
                degrees.map(|degree| Ok(Kind::Isotropic(degree?)))
            };
            (0..=band).flat_map(of).collect::<Result<_, MathError>>()?
        } else {
            (0..group.finite_irreps().len()).map(Kind::Finite).collect()
        };
        let of = |kind| Self::of(group, kind);
        Ok(kinds.into_iter().map(of).collect())
    }

    /// The irrep with a name, as it is displayed; `None` if there is none.
    ///
    /// Irreps of finite groups are found by the names of the abstract group too. In place of `g`
    /// and `u` a name of the cylinders may end in ` x A` and ` x B`, the irreps of the inversion
    /// as a group of its own.
    pub(super) fn parse(group: &SpatialGroup, name: &str) -> Option<Result<Self, MathError>> {
        let of = |kind| Self::of(group, kind);
        if let Some(axial) = group.kind().axial() {
            let even = name.strip_suffix('g').or(name.strip_suffix(" x A"));
            let odd = name.strip_suffix('u').or(name.strip_suffix(" x B"));
            let (planar, parity) = match (axial.has_inversion, even, odd) {
                (false, ..) => (name, None),
                (true, Some(planar), _) => (planar, Some(Parity::Even)),
                (true, _, Some(planar)) => (planar, Some(Parity::Odd)),
                (true, None, None) => return None,
            };
            let planar = axial.plane.irrep(planar).ok()?;
            return Some(Ok(of(Kind::Axial(planar, parity))));
        }
        if group.kind().isotropic().is_some() {
            let has_inversion = group.kind() == Schoenflies::O3;
            let degree = Degree::parse(name, has_inversion)?;
            return Some(degree.map(|degree| of(Kind::Isotropic(degree))));
        }
        let all = group.finite_irreps();
        // E1 may be said where there is no E2.
        let short = name.replacen("E1", "E", 1);
        let symbols = all.iter().map(|irrep| mulliken::symbol(group, irrep));
        let mut symbols = symbols.map(|symbol| symbol.unwrap_or_default());
        let found =
            symbols.position(|symbol| !symbol.is_empty() && (symbol == name || symbol == short));
        let found = found.or_else(|| place_of(all, name))?;
        Some(Ok(of(Kind::Finite(found))))
    }

    /// What the inversion does, in O(3) and the cylinders.
    pub fn parity(&self) -> Option<Parity> {
        match self.kind {
            Kind::Finite(_) => None,
            Kind::Axial(_, parity) => parity,
            Kind::Isotropic(degree) => degree.parity,
        }
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
            Kind::Isotropic(degree) => degree.dim(),
        }
    }

    fn band(&self) -> usize {
        match &self.kind {
            Kind::Finite(_) => 0,
            Kind::Axial(irrep, _) => irrep.band(),
            Kind::Isotropic(degree) => degree.l,
        }
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        match &self.kind {
            Kind::Finite(_) => self
                .finite()
                .map_or(EndomorphismType::Real, Irrep::endomorphism_type),
            Kind::Axial(irrep, _) => irrep.endomorphism_type(),
            Kind::Isotropic(_) => EndomorphismType::Real,
        }
    }

    fn endomorphisms(&self) -> Vec<Matrix> {
        match &self.kind {
            Kind::Finite(_) => self
                .finite()
                .map(SymmetryIrrep::endomorphisms)
                .unwrap_or_default(),
            Kind::Axial(irrep, _) => irrep.endomorphisms(),
            Kind::Isotropic(degree) => vec![Matrix::identity(degree.dim())],
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
            Kind::Isotropic(degree) => {
                self.group.check_element(g)?;
                degree.matrix(g)
            }
        }
    }

    /// Of SO(3) and O(3) by one recursion through all degrees.
    fn matrices(irreps: &[Self], g: &SpaceIsometry) -> Result<Vec<Matrix>, MathError> {
        let degree = |irrep: &Self| match irrep.kind {
            Kind::Isotropic(degree) => Some(degree),
            _ => None,
        };
        let Some(degrees) = irreps.iter().map(degree).collect::<Option<Vec<Degree>>>() else {
            return irreps.iter().map(|irrep| irrep.matrix(g)).collect();
        };
        irreps
            .iter()
            .try_for_each(|irrep| irrep.group.check_element(g))?;
        Degree::matrices(&degrees, g)
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
            Kind::Isotropic(degree) => {
                self.group.check_element(g)?;
                Ok(degree.character(g))
            }
        }
    }

    /// Those of the abstract group, of SO(2), O(2), SO(3) or O(3); parities multiply.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        check_irrep(other, &self.group)?;
        match (&self.kind, &other.kind) {
            (Kind::Axial(a, p), Kind::Axial(b, q)) => {
                let parity = (*p).zip(*q).map(|(p, q)| p.times(q));
                let couplings = a.couplings(b)?.into_iter();
                let wrap = |c| Self::of(&self.group, Kind::Axial(c, parity));
                Ok(couplings.map(|coupling| coupling.map(wrap)).collect())
            }
            (Kind::Isotropic(a), Kind::Isotropic(b)) => {
                let parts = a.couplings(*b)?.into_iter();
                let wrap = |(c, isometry)| {
                    Coupling::new(Self::of(&self.group, Kind::Isotropic(c)), isometry)
                };
                Ok(parts.map(wrap).collect())
            }
            _ => {
                let (a, b) = (self.abstract_irrep(), other.abstract_irrep());
                finite_couplings(&self.group, a.representation(), b.representation())
            }
        }
    }
}

impl fmt::Display for SpatialIrrep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Finite(_) => {
                let irrep = self.abstract_irrep();
                match mulliken::symbol(&self.group, irrep) {
                    Some(symbol) => f.write_str(&symbol),
                    None => f.write_str(irrep.name()),
                }
            }
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
