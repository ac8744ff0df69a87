//! Representations of groups of the plane and of space, by construction and by name.

use std::any::Any;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Representation, RepresentationText, RepresentationWords};
use crate::compact::CompactHomomorphism;
use crate::error::MathError;
use crate::finite_representation::{FiniteRepresentation, check_size};
use crate::group::Inclusion;
use crate::matrix::Matrix;
use crate::point_group::{PointGroup, finite};
use crate::symmetry::{SymmetryGroup, SymmetryIrrep};

/// A group of the plane or of space with all that the names of its representations speak of:
/// [`PlanarGroup`](crate::PlanarGroup) and [`SpatialGroup`](crate::SpatialGroup).
///
/// ```
/// use schur_math::{NamedGroup, SpatialGroup};
///
/// // `C4` inside a group that stands along x turns about x.
/// let group = SpatialGroup::parse("D4@x")?;
/// assert_eq!(group.subgroup_named("C4")?, SpatialGroup::parse("C4@x")?);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub trait NamedGroup: PointGroup<Irrep: Send + Sync + 'static> + FromStr<Err = MathError> {
    /// This group in the orientation of another.
    #[must_use]
    fn oriented_as(&self, group: &Self) -> Self;

    /// Refuses a group that is not inside this one.
    ///
    /// # Errors
    ///
    /// If an element of it is none of this group.
    fn check_subgroup(&self, subgroup: &Self) -> Result<(), MathError>;

    /// The inclusion of this finite group in another, as a map of abstract groups.
    ///
    /// # Errors
    ///
    /// If one of the two is infinite, or this one is not inside the other.
    fn inclusion(&self, group: &Self) -> Result<Inclusion, MathError>;

    /// The representation on vectors, by the matrices of the [isometries](PointGroup::isometry).
    ///
    /// # Errors
    ///
    /// If the matrices are so inaccurate that they are no sum of irreps, which is known of no group.
    fn vectors(&self) -> Result<Representation<Self::Irrep>, MathError>;

    /// A representation restricted to an infinite subgroup, under any name.
    ///
    /// # Errors
    ///
    /// If it can't be decomposed.
    fn restriction(
        rho: &Representation<Self::Irrep>,
        subgroup: &Self,
    ) -> Result<Representation<Self::Irrep>, MathError>;

    /// What a word means that only groups of this dimension have, if there is one.
    fn word(
        &self,
        word: &str,
        arguments: &[&str],
    ) -> Option<Result<Representation<Self::Irrep>, MathError>>;

    /// A subgroup by name, in the orientation of this group unless the name has one.
    ///
    /// # Errors
    ///
    /// If there is no group of this name.
    fn subgroup_named(&self, name: &str) -> Result<Self, MathError> {
        let subgroup = Self::from_str(name)?;
        match name.contains('@') {
            true => Ok(subgroup),
            false => Ok(subgroup.oriented_as(self)),
        }
    }
}

/// The name of a subgroup by which [`NamedGroup::subgroup_named`] finds it. The standard orientation
/// has no number in names of groups; beside a group in another one it needs it.
fn subgroup_name<G: NamedGroup>(group: &G, subgroup: &G) -> String {
    let name = subgroup.to_string();
    match group.subgroup_named(&name) {
        Ok(found) if found != *subgroup => format!("{name}@90"),
        _ => name,
    }
}

/// The one that was asked for last: a network asks for it block after block, for every width that is
/// tried, and of a group of order 1000 its decomposition takes seconds.
static LAST_REGULAR: Mutex<Option<Arc<dyn Any + Send + Sync>>> = Mutex::new(None);

/// Whether two equal groups have the same elements to the last bit.
fn is_same<G: PointGroup>(a: &G, b: &G) -> bool {
    let isometries = |group: &G| -> Vec<Matrix> {
        let generators = group.generators();
        generators.iter().map(|g| group.isometry(g)).collect()
    };
    a == b && isometries(a) == isometries(b)
}

impl<I: SymmetryIrrep> Representation<I>
where
    I: Send + Sync + 'static,
    I::Group: NamedGroup,
{
    /// Most irreps that a band may have.
    pub const MAX_FREQUENCY: usize = 256;

    /// The regular representation of a finite group, on functions on the group:
    /// `ρ(g) e_h = e_{gh}`.
    ///
    /// ```
    /// use schur_math::{SpatialGroup, SpatialRepresentation};
    ///
    /// let regular = SpatialRepresentation::regular(&SpatialGroup::parse("C4v")?)?;
    /// assert_eq!(regular.to_string(), "A1 + A2 + B1 + B2 + 2 E1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group is infinite: there
    /// [`band_limited_regular`](Self::band_limited_regular) takes its place.
    pub fn regular(group: &I::Group) -> Result<Self, MathError> {
        let finite = finite(group, "a regular representation")?;
        let mut last = LAST_REGULAR.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.as_ref().and_then(|last| last.downcast_ref::<Self>());
        if let Some(regular) = known.filter(|last| is_same(last.group(), group)) {
            return Ok(regular.clone());
        }
        let regular = Self::from_finite(group, FiniteRepresentation::regular(finite))?;
        *last = Some(Arc::new(regular.clone()));
        Ok(regular)
    }

    /// The quotient representation of a finite group, on functions on the left cosets of a
    /// subgroup.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation, SpatialGroup, SpatialRepresentation};
    ///
    /// // D4 modulo its mirror: four directions.
    /// let (d4, mirror) = (PlanarGroup::parse("D4")?, PlanarGroup::parse("D1")?);
    /// assert_eq!(PlanarRepresentation::quotient(&d4, &mirror)?.dim(), 4);
    /// // Functions on the six faces of a cube: the rotations about one face fix it.
    /// let (cube, face) = (SpatialGroup::parse("O")?, SpatialGroup::parse("C4")?);
    /// let faces = SpatialRepresentation::quotient(&cube, &face)?;
    /// assert_eq!(faces.to_string(), "A1 + E + T1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the group is infinite, or the other is no subgroup of it.
    pub fn quotient(group: &I::Group, subgroup: &I::Group) -> Result<Self, MathError> {
        let whole = finite(group, "a quotient representation")?;
        let rho = FiniteRepresentation::quotient(whole, &subgroup.inclusion(group)?.image())?;
        let name = format!("quotient({})", subgroup_name(group, subgroup));
        Self::from_finite(group, rho.with_name(name))
    }

    /// The irrep with a name, such as `A2`, `E1`, `T1u` or `1-`. `E` means `E1` where there is no
    /// other.
    ///
    /// # Errors
    ///
    /// If the group has no such irrep.
    pub fn irrep(group: &I::Group, name: &str) -> Result<Self, MathError> {
        let irrep = group.irrep(name)?;
        Self::check_frequency(irrep.band())?;
        Ok(Self::of_irrep(&irrep))
    }

    /// An irrep, with the name by which [`parse`](Self::parse) finds it, such as `irrep(E1)`.
    pub fn of_irrep(irrep: &I) -> Self {
        let name = format!("irrep({irrep})");
        let standard = Matrix::identity(irrep.dim());
        Self::from_parts(&irrep.group(), name, vec![irrep.clone()], standard, None)
    }

    /// The band-limited regular representation: every irrep up to a band (frequency, degree), as
    /// often as in the functions on the group (its dimension divided by that of its
    /// endomorphisms), in the standard basis. Fourier coefficients of functions on the group.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation, SpatialGroup, SpatialRepresentation};
    ///
    /// // Functions on the circle to frequency 3, on all rotations to degree 1.
    /// assert_eq!(PlanarRepresentation::band_limited_regular(&PlanarGroup::so2(), 3)?.dim(), 7);
    /// let so3 = SpatialGroup::so3();
    /// assert_eq!(SpatialRepresentation::band_limited_regular(&so3, 1)?.to_string(), "0 + 3 1");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the band is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY), or there are too many.
    pub fn band_limited_regular(group: &I::Group, band: usize) -> Result<Self, MathError> {
        Self::band_limited(group, band, format!("spectral({band})"), |irrep| {
            Ok(irrep.dim() as f64)
        })
    }

    /// The band-limited quotient representation: every irrep up to a band (frequency, degree), as
    /// often as in the functions on the cosets of a subgroup (the dimension of its invariants under
    /// the subgroup, divided by that of its endomorphisms).
    ///
    /// ```
    /// use schur_math::{SpatialGroup, SpatialRepresentation};
    ///
    /// // Functions on the sphere to degree 2.
    /// let (so3, axis) = (SpatialGroup::so3(), SpatialGroup::parse("SO(2)")?);
    /// let sphere = SpatialRepresentation::band_limited_quotient(&so3, &axis, 2)?;
    /// assert_eq!(sphere.to_string(), "0 + 1 + 2");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the band is above [`MAX_FREQUENCY`](Self::MAX_FREQUENCY), there are too many, or the
    /// other is no subgroup.
    pub fn band_limited_quotient(
        group: &I::Group,
        subgroup: &I::Group,
        band: usize,
    ) -> Result<Self, MathError> {
        Self::check_frequency(band)?;
        group.check_subgroup(subgroup)?;
        let mean = subgroup.quadrature(band)?;
        let name = format!("spectral({band}, {})", subgroup_name(group, subgroup));
        Self::band_limited(group, band, name, |irrep| {
            // Elements of the subgroup are elements of the group, so there is a character.
            Ok(mean.mean(|g| irrep.character(g).unwrap_or(f64::NAN)))
        })
    }

    /// Every irrep so often as a number of invariants says.
    fn band_limited(
        group: &I::Group,
        band: usize,
        name: String,
        invariants: impl Fn(&I) -> Result<f64, MathError>,
    ) -> Result<Self, MathError> {
        Self::check_frequency(band)?;
        let (mut parts, mut dim) = (Vec::new(), 0);
        for irrep in group.irreps(band)? {
            let copies = invariants(&irrep)?.round() as usize / irrep.endomorphism_type().dim();
            dim += copies * irrep.dim();
            check_size("a band-limited representation", dim)?;
            parts.extend(std::iter::repeat_n(irrep, copies));
        }
        Ok(Self::from_parts(
            group,
            name,
            parts,
            Matrix::identity(dim),
            None,
        ))
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
    pub fn induced_from(group: &I::Group, rho: &Self) -> Result<Self, MathError> {
        let subgroup = rho.group();
        group.check_subgroup(subgroup)?;
        let inner = subgroup_name(group, subgroup);
        let name = format!("induced({inner}, {})", rho.name());
        if let (Some(_), Some(finite)) = (group.finite(), rho.finite()) {
            let induced = FiniteRepresentation::induced_from(&subgroup.inclusion(group)?, finite)?;
            return Self::from_finite(group, induced.with_name(name));
        }
        let Some(cosets) = cosets(group, subgroup) else {
            return Err(MathError::InfiniteGroup {
                group: group.to_string(),
                what: format!("a representation induced from {subgroup}"),
            });
        };
        if cosets.len() == 1 {
            return Ok(rho.restricted_to(group)?.with_name(name));
        }
        let source = subgroup.clone();
        let inclusion =
            CompactHomomorphism::new(subgroup.clone(), group.clone(), 1, |g| Ok(g.clone()))?
                .with_cosets(cosets, move |g| source.contains(g).then(|| g.clone()))?;
        Ok(rho.induced_to(&inclusion)?.with_name(name))
    }

    /// The restriction to a subgroup: the same matrices for fewer elements. Restricted to the
    /// group itself it is unchanged; otherwise its name becomes `restricted(G, name)`.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation, SpatialGroup, SpatialRepresentation};
    ///
    /// // Functions on D4 are two functions on C4.
    /// let (d4, c4) = (PlanarGroup::parse("D4")?, PlanarGroup::parse("C4")?);
    /// let restricted = PlanarRepresentation::regular(&d4)?.restricted_to(&c4)?;
    /// assert_eq!((restricted.dim(), restricted.invariants()), (8, 2));
    /// // Degree 2 of all rotations in a crystal.
    /// let two = SpatialRepresentation::irrep(&SpatialGroup::so3(), "2")?;
    /// assert_eq!(two.restricted_to(&SpatialGroup::parse("O")?)?.to_string(), "E + T2");
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is no subgroup.
    pub fn restricted_to(&self, subgroup: &I::Group) -> Result<Self, MathError> {
        if self.group() == subgroup {
            return Ok(self.clone());
        }
        self.group().check_subgroup(subgroup)?;
        let name = match self.name() {
            "trivial" => "trivial".to_string(),
            name => format!("restricted({}, {name})", self.group()),
        };
        let Some((finite, elements)) = subgroup.finite().zip(subgroup.elements()) else {
            return Ok(NamedGroup::restriction(self, subgroup)?.with_name(name));
        };
        let mut values = Vec::with_capacity(elements.len() * self.dim() * self.dim());
        for g in &elements {
            values.extend(self.matrix(g)?.into_values());
        }
        let rho = FiniteRepresentation::from_closed_form(finite, name, self.dim(), values);
        Self::from_finite(subgroup, rho)
    }

    pub(super) fn check_frequency(frequency: usize) -> Result<(), MathError> {
        let max = Self::MAX_FREQUENCY;
        crate::harmonics::check_degree("the frequency of an irrep", frequency, max)
    }

    /// A representation from its name, or a sum of several as in [`RepresentationText`]:
    ///
    /// | name | representation |
    /// |---|---|
    /// | `trivial` | [`trivial`](Self::trivial) |
    /// | `regular` | [`regular`](Self::regular) |
    /// | `defining` | the vectors `(x, y)` or `(x, y, z)` |
    /// | `quotient(C2)` | [`quotient`](Self::quotient) by a subgroup |
    /// | `irrep(E1)` or `E1` | [`irrep`](Self::irrep) |
    /// | `spectral(3)` | [`band_limited_regular`](Self::band_limited_regular) |
    /// | `spectral(3, C2)` | [`band_limited_quotient`](Self::band_limited_quotient) |
    /// | `induced(C4, E1)` | [`induced_from`](Self::induced_from) a subgroup |
    /// | `restricted(D8, regular)` | [`restricted_to`](Self::restricted_to) this group |
    /// | `tensor(E1, E1)` | [`tensor_product`](Self::tensor_product) |
    /// | `harmonics(2)` | the [spherical harmonics](crate::SpatialRepresentation::harmonics) of a degree, in space |
    /// | `harmonics(0, 8)`, `pseudoharmonics(0, 8)` | those of several [degrees](crate::SpatialRepresentation::degrees), of SO(3) and O(3) |
    /// | `trivial + 2 E1` | [`direct_sum`](Self::direct_sum), one field of all together |
    ///
    /// A subgroup stands as the group does (its mirror's axis in the plane, its orientation in
    /// space) unless its orientation is given.
    ///
    /// ```
    /// use schur_math::{PlanarGroup, PlanarRepresentation, SpatialGroup, SpatialRepresentation};
    ///
    /// let d6 = PlanarGroup::parse("D6")?;
    /// let cosets = PlanarRepresentation::parse(&d6, "quotient(D2)")?;
    /// assert_eq!((cosets.dim(), cosets.name()), (3, "quotient(D2)"));
    /// let cube = SpatialGroup::parse("Oh")?;
    /// let corners = SpatialRepresentation::parse(&cube, "quotient(C3v@45,54.735610317,90)")?;
    /// assert_eq!(corners.dim(), 8);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the name is not understood, or the group has no such representation.
    pub fn parse(group: &I::Group, name: &str) -> Result<Self, MathError> {
        let text: RepresentationText = name.parse()?;
        let rho = text.of(&Words(group))?;
        Ok(match text.terms() {
            [(1, _)] => rho,
            _ => rho.with_name(text.to_string()),
        })
    }
}

/// Representatives of the cosets of a subgroup of an infinite group; `None` if there are infinitely
/// many. A closed subgroup of O(2) or O(3) has at most four components, and products of two
/// generators are in all of them.
fn cosets<G: SymmetryGroup>(group: &G, subgroup: &G) -> Option<Vec<G::Element>> {
    const MAX_COMPONENTS: usize = 4;
    if subgroup.finite().is_some() {
        return None;
    }
    let mut representatives: Vec<G::Element> = Vec::new();
    for g in group.probes() {
        let in_coset = |r: &G::Element| subgroup.contains(&group.compose(&group.inverse(r), &g));
        if !representatives.iter().any(in_coset) {
            representatives.push(g);
        }
    }
    (representatives.len() <= MAX_COMPONENTS).then_some(representatives)
}

/// The names of a group.
struct Words<'a, G>(&'a G);

impl<G: NamedGroup> RepresentationWords for Words<'_, G> {
    type Representation = Representation<G::Irrep>;
    type Error = MathError;

    fn name(&self, name: &str) -> Result<Self::Representation, MathError> {
        let group = self.0;
        match name {
            "trivial" => Ok(Representation::<G::Irrep>::trivial(group)),
            "regular" => Representation::<G::Irrep>::regular(group),
            "defining" => group.vectors(),
            _ if is_irrep_name(name) => Representation::<G::Irrep>::irrep(group, name),
            _ => Err(unknown(group, name)),
        }
    }

    fn of(&self, word: &str, arguments: &[&str]) -> Result<Self::Representation, MathError> {
        type Of<G> = Representation<<G as SymmetryGroup>::Irrep>;
        let group = self.0;
        let unknown = || unknown(group, &format!("{word}({})", arguments.join(", ")));
        let joined = with_orientations(arguments);
        let arguments: Vec<&str> = joined.iter().map(String::as_str).collect();
        let band = |band: &str| band.parse().map_err(|_| unknown());
        match (word, arguments.as_slice()) {
            ("quotient", [of]) => Of::<G>::quotient(group, &group.subgroup_named(of)?),
            ("irrep", [name]) => Of::<G>::irrep(group, name),
            ("spectral", [of]) => Of::<G>::band_limited_regular(group, band(of)?),
            ("spectral", [of, by]) => {
                Of::<G>::band_limited_quotient(group, &group.subgroup_named(by)?, band(of)?)
            }
            ("induced", [of, inner]) => {
                let inner = Of::<G>::parse(&group.subgroup_named(of)?, inner)?;
                Of::<G>::induced_from(group, &inner)
            }
            ("restricted", [of, inner]) => {
                Of::<G>::parse(&G::from_str(of)?, inner)?.restricted_to(group)
            }
            ("tensor", [first, more @ ..]) => {
                let mut product = Of::<G>::parse(group, first)?;
                let mut names = product.name().to_string();
                for factor in more {
                    let factor = Of::<G>::parse(group, factor)?;
                    names = format!("{names}, {}", factor.name());
                    product = product.tensor_product(&factor)?;
                }
                Ok(product.with_name(format!("tensor({names})")))
            }
            (_, arguments) => group
                .word(word, arguments)
                .unwrap_or_else(|| Err(unknown())),
        }
    }

    fn sum(
        &self,
        left: &Self::Representation,
        right: &Self::Representation,
    ) -> Result<Self::Representation, MathError> {
        left.direct_sum(right)
    }
}

/// Arguments of which a name with three angles, `C4@0,90,0`, is one.
fn with_orientations(arguments: &[&str]) -> Vec<String> {
    let is_angle = |text: &&&str| text.parse::<f64>().is_ok();
    let (mut joined, mut rest) = (Vec::new(), arguments);
    while let Some((first, behind)) = rest.split_first() {
        let is_triple = first.contains('@') && behind.iter().take(2).filter(is_angle).count() == 2;
        let taken = if is_triple { 3 } else { 1 };
        joined.push(rest[..taken].join(","));
        rest = &rest[taken..];
    }
    joined
}

/// Whether a name looks like that of an irrep: Mulliken's letters in front of no word, or a degree.
fn is_irrep_name(name: &str) -> bool {
    let mut letters = name.chars();
    match letters.next() {
        Some('A' | 'B' | 'E' | 'T' | 'G' | 'H') => {
            letters.all(|c| !c.is_lowercase() || "gu".contains(c))
        }
        first => first.is_some_and(|c| c.is_ascii_digit()),
    }
}

fn unknown(group: &impl PointGroup, name: &str) -> MathError {
    MathError::UnknownRepresentation {
        group: group.to_string(),
        name: name.to_string(),
    }
}
