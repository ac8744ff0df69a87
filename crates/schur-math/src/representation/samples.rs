//! Where functions on a group are sampled.

mod design;

use crate::error::MathError;
use crate::harmonics::check_degree;
use crate::point_group::{PointGroup, Schoenflies, SpatialGroup};
use crate::rotation::SpaceIsometry;
use crate::{PlanarGroup, PlaneIsometry};

pub(crate) use design::MAX_BAND;

/// Elements of a group that tell functions on it (or on its cosets) up to a band apart, all of equal
/// weight, and the elements that permute them.
///
/// Sums over the elements are integrals over the group for products of two functions of the band, so
/// the matrix that takes coefficients to samples is orthogonal up to a factor.
///
/// | group | elements | permuted by |
/// |---|---|---|
/// | finite | all | the group |
/// | SO(2), O(2), infinitely many turns about an axis | those of the group with `n` turns | these |
/// | SO(3), O(3) | `h q_i` for the symmetries `h` of the cube and some rotations `q_i` | the symmetries of the cube |
///
/// The rotations `q_i` are a *design*: the mean over all elements of every irrep of degree 1 to twice
/// the band is 0 ([`SpatialGroup`] only: Hardin & Sloane 1996 for the sphere). Means over the cube
/// leave few conditions, 9 at degree 4, 13 at degree 6, which Newton's method solves to round-off; it
/// is begun at rotations that fill SO(3) evenly.
///
/// ```
/// use schur_math::{GroupSamples, SpatialGroup};
///
/// let (so3, whole) = (SpatialGroup::so3(), SpatialGroup::parse("C1")?);
/// let samples = GroupSamples::new(&so3, &whole, 2, None)?;
/// assert_eq!((samples.elements().len(), samples.symmetries().name()), (96, "O"));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSamples<G: PointGroup> {
    elements: Vec<G::Element>,
    symmetries: G,
}

impl<G: Sampled> GroupSamples<G> {
    /// Samples for functions up to a band on the cosets of a subgroup, on the group itself if that has
    /// one element. `count` is the number of turns about an axis, by default the smallest multiple of 4
    /// that is at least `2 (2 band + 1)`; of SO(3) and O(3) the number of rotations, rounded up to a
    /// multiple of 24, by default a third more than the conditions ask for. A finite group has no choice.
    ///
    /// # Errors
    ///
    /// If the band is too large for a design, or there are too few elements for it.
    pub fn new(
        group: &G,
        subgroup: &G,
        band: usize,
        count: Option<usize>,
    ) -> Result<Self, MathError> {
        let (elements, symmetries) = match group.elements() {
            Some(elements) => (elements, group.clone()),
            None => group.sampled(subgroup, band, count)?,
        };
        Ok(Self {
            elements,
            symmetries,
        })
    }

    /// The elements.
    pub fn elements(&self) -> &[G::Element] {
        &self.elements
    }

    /// The group whose elements permute them from the left.
    pub fn symmetries(&self) -> &G {
        &self.symmetries
    }
}

/// Groups whose functions can be sampled.
///
/// ```
/// use schur_math::{GroupSamples, MathError, PlanarGroup, Sampled};
///
/// fn count<G: Sampled>(group: &G, whole: &G, band: usize) -> Result<usize, MathError> {
///     Ok(GroupSamples::new(group, whole, band, None)?.elements().len())
/// }
/// // A function of frequency 3 on the circle at 16 places.
/// assert_eq!(count(&PlanarGroup::so2(), &PlanarGroup::cyclic(1)?, 3)?, 16);
/// # Ok::<(), MathError>(())
/// ```
pub trait Sampled: PointGroup {
    /// Elements of an infinite group, and the elements that permute them.
    ///
    /// # Errors
    ///
    /// As [`GroupSamples::new`].
    fn sampled(
        &self,
        subgroup: &Self,
        band: usize,
        count: Option<usize>,
    ) -> Result<(Vec<Self::Element>, Self), MathError>;
}

/// A multiple of four, so that the symmetries of the pixels permute the samples, and at least twice what
/// the band needs.
fn default_turns(band: usize) -> usize {
    (2 * (2 * band + 1)).next_multiple_of(4)
}

impl Sampled for PlanarGroup {
    fn sampled(
        &self,
        _: &Self,
        band: usize,
        count: Option<usize>,
    ) -> Result<(Vec<PlaneIsometry>, Self), MathError> {
        let turns = count.unwrap_or(default_turns(band));
        let grid = match self.has_mirrors() {
            true => Self::dihedral(turns)?,
            false => Self::cyclic(turns)?,
        };
        Ok((grid.elements().unwrap_or_default(), grid))
    }
}

impl Sampled for SpatialGroup {
    fn sampled(
        &self,
        subgroup: &Self,
        band: usize,
        count: Option<usize>,
    ) -> Result<(Vec<SpaceIsometry>, Self), MathError> {
        let turns = Some(count.unwrap_or(default_turns(band)));
        let about_axis = |kind| -> Result<_, MathError> {
            let grid = Self::new(kind)?.turned_by(&self.orientation());
            Ok((grid.elements().unwrap_or_default(), grid))
        };
        match self.kind() {
            Schoenflies::C(_) => about_axis(Schoenflies::C(turns)),
            Schoenflies::Cv(_) => about_axis(Schoenflies::Cv(turns)),
            Schoenflies::Ch(_) => about_axis(Schoenflies::Ch(turns)),
            Schoenflies::D(_) => about_axis(Schoenflies::D(turns)),
            Schoenflies::Dh(_) => about_axis(Schoenflies::Dh(turns)),
            _ => {
                check_degree("the band of functions on rotations", band, MAX_BAND)?;
                let rotations = design::rotations(subgroup, band, count)?;
                let cube = Self::parse(if *self == Self::o3() { "Oh" } else { "O" })?;
                let symmetries = cube.elements().unwrap_or_default();
                let of = |q: &SpaceIsometry| -> Vec<SpaceIsometry> {
                    symmetries.iter().map(|h| h.compose(q)).collect()
                };
                Ok((rotations.iter().flat_map(of).collect(), cube))
            }
        }
    }
}
