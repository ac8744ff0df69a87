//! Representations by name.

use crate::error::MathError;
use crate::point_group::plane::PlanarGroup;
use crate::representation::PlanarRepresentation;

impl PlanarRepresentation {
    /// A representation from its name:
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
        let name = name.trim();
        let (head, arguments) = match name.split_once('(') {
            Some((head, rest)) => {
                let inner = rest.strip_suffix(')').ok_or_else(|| unknown(group, name))?;
                (head.trim(), inner.trim())
            }
            None => (name, ""),
        };
        let pair = || arguments.split_once(',').map(|(a, b)| (a.trim(), b.trim()));
        match (head, arguments.is_empty()) {
            ("trivial", true) => Ok(Self::trivial(group)),
            ("regular", true) => Self::regular(group),
            ("defining", true) => Ok(Self::defining(group)),
            ("quotient", false) => Self::quotient(group, &subgroup(group, arguments)?),
            ("irrep", false) => Self::irrep(group, arguments),
            ("spectral", false) => {
                let (band, of) = match pair() {
                    Some((band, of)) => (band, Some(of)),
                    None => (arguments, None),
                };
                let band = band.parse().map_err(|_| unknown(group, name))?;
                match of {
                    Some(of) => Self::band_limited_quotient(group, &subgroup(group, of)?, band),
                    None => Self::band_limited_regular(group, band),
                }
            }
            ("induced", false) => {
                let (of, inner) = pair().ok_or_else(|| unknown(group, name))?;
                Self::induced_from(group, &Self::parse(&subgroup(group, of)?, inner)?)
            }
            ("restricted", false) => {
                let (of, inner) = pair().ok_or_else(|| unknown(group, name))?;
                Self::parse(&PlanarGroup::parse(of)?, inner)?.restricted_to(group)
            }
            (_, true) if is_irrep_name(name) => Self::irrep(group, name),
            _ => Err(unknown(group, name)),
        }
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
