//! Representations by name.

use crate::error::MathError;
use crate::point_group::plane::PlanarGroup;
use crate::representation::{PlanarRepresentation, RepresentationText, RepresentationWords};

impl PlanarRepresentation {
    /// A representation from its name, or a sum of several as in [`RepresentationText`]:
    ///
    /// | name | representation |
    /// |---|---|
    /// | `trivial` | [`trivial`](Self::trivial) |
    /// | `regular` | [`regular`](Self::regular) |
    /// | `defining` | [`defining`](Self::defining), the vectors `(x, y)` |
    /// | `quotient(C2)` | [`quotient`](Self::quotient) by a subgroup |
    /// | `irrep(E1)` or `E1` | [`irrep`](Self::irrep) |
    /// | `spectral(3)` | [`band_limited_regular`](Self::band_limited_regular) |
    /// | `spectral(3, C2)` | [`band_limited_quotient`](Self::band_limited_quotient) |
    /// | `induced(C4, E1)` | [`induced_from`](Self::induced_from) a subgroup |
    /// | `restricted(D8, regular)` | [`restricted_to`](Self::restricted_to) this group |
    /// | `tensor(E1, E1)` | [`tensor_product`](Self::tensor_product) |
    /// | `trivial + 2 E1` | [`direct_sum`](Self::direct_sum), one field of all together |
    ///
    /// The mirror's axis of a subgroup is that of the group unless it is given.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation};
    ///
    /// let d6 = PlanarGroup::parse("D6")?;
    /// let cosets = PlanarRepresentation::parse(&d6, "quotient(D2)")?;
    /// assert_eq!((cosets.dim(), cosets.name()), (3, "quotient(D2)"));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name is not understood, or the group has no such representation.
    pub fn parse(group: &PlanarGroup, name: &str) -> Result<Self, MathError> {
        let text: RepresentationText = name.parse()?;
        let rho = text.of(&Words(group))?;
        Ok(match text.terms() {
            [(1, _)] => rho,
            _ => rho.with_name(text.to_string()),
        })
    }
}

/// The names of a group of the plane.
struct Words<'a>(&'a PlanarGroup);

impl RepresentationWords for Words<'_> {
    type Representation = PlanarRepresentation;
    type Error = MathError;

    fn name(&self, name: &str) -> Result<PlanarRepresentation, MathError> {
        let group = self.0;
        match name {
            "trivial" => Ok(PlanarRepresentation::trivial(group)),
            "regular" => PlanarRepresentation::regular(group),
            "defining" => Ok(PlanarRepresentation::defining(group)),
            _ if is_irrep_name(name) => PlanarRepresentation::irrep(group, name),
            _ => Err(unknown(group, name)),
        }
    }

    fn of(&self, word: &str, arguments: &[&str]) -> Result<PlanarRepresentation, MathError> {
        let group = self.0;
        let unknown = || unknown(group, &format!("{word}({})", arguments.join(", ")));
        let band = |band: &str| band.parse().map_err(|_| unknown());
        match (word, arguments) {
            ("quotient", [of]) => PlanarRepresentation::quotient(group, &subgroup(group, of)?),
            ("irrep", [name]) => PlanarRepresentation::irrep(group, name),
            ("spectral", [of]) => PlanarRepresentation::band_limited_regular(group, band(of)?),
            ("spectral", [of, by]) => {
                let by = subgroup(group, by)?;
                PlanarRepresentation::band_limited_quotient(group, &by, band(of)?)
            }
            ("induced", [of, inner]) => {
                let inner = PlanarRepresentation::parse(&subgroup(group, of)?, inner)?;
                PlanarRepresentation::induced_from(group, &inner)
            }
            ("restricted", [of, inner]) => {
                PlanarRepresentation::parse(&PlanarGroup::parse(of)?, inner)?.restricted_to(group)
            }
            ("tensor", [first, more @ ..]) => {
                let mut product = PlanarRepresentation::parse(group, first)?;
                let mut names = product.name().to_string();
                for factor in more {
                    let factor = PlanarRepresentation::parse(group, factor)?;
                    names = format!("{names}, {}", factor.name());
                    product = product.tensor_product(&factor)?;
                }
                Ok(product.with_name(format!("tensor({names})")))
            }
            _ => Err(unknown()),
        }
    }

    fn sum(
        &self,
        left: &PlanarRepresentation,
        right: &PlanarRepresentation,
    ) -> Result<PlanarRepresentation, MathError> {
        left.direct_sum(right)
    }
}

/// A subgroup by name, with the group's axis unless the name has one.
fn subgroup(group: &PlanarGroup, name: &str) -> Result<PlanarGroup, MathError> {
    let subgroup = PlanarGroup::parse(name)?;
    if subgroup.has_mirrors() && !name.contains('@') {
        return subgroup.with_mirror_axis(group.mirror_axis());
    }
    Ok(subgroup)
}

/// Whether a name looks like that of an irrep: A, B or E and digits.
fn is_irrep_name(name: &str) -> bool {
    let mut letters = name.chars();
    matches!(letters.next(), Some('A' | 'B' | 'E')) && letters.all(|c| c.is_ascii_digit())
}

fn unknown(group: &PlanarGroup, name: &str) -> MathError {
    MathError::UnknownRepresentation {
        group: group.name().to_string(),
        name: name.to_string(),
    }
}
