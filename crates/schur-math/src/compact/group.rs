//! A compact group chosen at run time: a product of factors.

use std::fmt;

use super::factor::{Factor, FactorElement};
use crate::error::MathError;
use crate::symmetry::SymmetryGroup;

/// A direct product of groups chosen at run time: groups of the plane and of space, SU(2) and
/// finite groups.
///
/// | name of a factor | group |
/// |---|---|
/// | `SO(2)`, `O(2)` | of the [plane](crate::PlanarGroup) |
/// | `SU(2)` | [`SpinRotations`](crate::SpinRotations) |
/// | `C4`, `S5`, … | any finite group of [`Group::parse`](crate::Group::parse) |
/// | `SO(3)`, `O(3)`, `axial` (`C∞`), `dihedral` (`D∞`), `cone`, `cylinder`, `full cylinder`, `C3v`, `D4h`, … | of [space](crate::SpatialGroup) |
///
/// Two groups are equal if their factors are. A group of the plane or of space alone needs no
/// product: it is a [`PlanarGroup`](crate::PlanarGroup) or a
/// [`SpatialGroup`](crate::SpatialGroup), which act on points.
///
/// ```
/// use schur_math::{CompactGroup, Factor, SpatialGroup, SymmetryGroup};
///
/// let irreps = CompactGroup::parse("O(3) x S3")?.irreps(1)?;
/// assert_eq!(irreps.len(), 4 * 3);
/// let cone = CompactGroup::parse("cone")?;
/// assert_eq!(cone.factors(), [Factor::Space(SpatialGroup::parse("cone")?)]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct CompactGroup {
    pub(super) factors: Vec<Factor>,
}

/// An element of a [`CompactGroup`]: one of every factor.
///
/// ```
/// use schur_math::{CompactGroup, SymmetryGroup};
///
/// let group = CompactGroup::parse("SU(2) x C4")?;
/// assert_eq!(group.identity().parts().len(), 2);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ProductElement {
    pub(super) parts: Vec<FactorElement>,
}

impl ProductElement {
    /// The elements of the factors, in their order.
    pub fn parts(&self) -> &[FactorElement] {
        &self.parts
    }
}

impl CompactGroup {
    /// Most points of a quadrature.
    pub const MAX_POINTS: usize = 1 << 23;

    /// The direct product of some factors; none are the trivial group.
    pub fn product(factors: Vec<Factor>) -> Self {
        Self { factors }
    }

    /// The factors.
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// The element with some parts.
    ///
    /// # Errors
    ///
    /// If there is not one element of every factor.
    pub fn element(&self, parts: Vec<FactorElement>) -> Result<ProductElement, MathError> {
        let element = ProductElement { parts };
        self.check_element(&element)?;
        Ok(element)
    }

    /// An element of the factor `place`, which there is, and the identity of the others.
    ///
    /// # Errors
    ///
    /// If it is no element of that factor.
    pub(super) fn element_at(
        &self,
        place: usize,
        part: FactorElement,
    ) -> Result<ProductElement, MathError> {
        let mut element = self.identity();
        element.parts[place] = part;
        self.check_element(&element)?;
        Ok(element)
    }
}

impl fmt::Display for CompactGroup {
    /// A name that [`CompactGroup::parse`] understands, if its finite factors have one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.factors.iter().map(ToString::to_string).collect();
        f.write_str(if names.is_empty() { "C1" } else { "" })?;
        f.write_str(&names.join(" x "))
    }
}

impl fmt::Debug for CompactGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompactGroup({self})")
    }
}

impl<T: Into<Factor>> From<T> for CompactGroup {
    /// A group of one factor.
    fn from(factor: T) -> Self {
        Self::product(vec![factor.into()])
    }
}
