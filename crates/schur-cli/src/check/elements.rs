//! Which elements are tried: those that move pixels to pixels, the others of the group, and
//! rotations that are not in it.

use schur_math::{PlanarGroup, PlaneIsometry, SpaceIsometry, SpatialGroup, SymmetryGroup};
use schur_nn::{Domain, FieldType, GroupElement, Layer, Network};

/// Degrees between two elements of a continuous group, and two rotations outside a finite one.
const STEP: usize = 15;

/// Most elements between the pixels: all of C64. Of larger groups as many, evenly spread.
const MOST: usize = 64;

/// The elements of a network's group, and rotations outside it.
pub(super) struct Elements {
    /// Those that move pixels to pixels: the identity alone would prove nothing, so then none.
    pub(super) exact: Vec<GroupElement>,
    /// Those that move pixels between pixels.
    pub(super) between: Vec<GroupElement>,
    /// How many further ones there are of a finite group.
    pub(super) omitted: usize,
    /// Rotations that are not in the group, in degrees; in space about z.
    pub(super) outside: Vec<f64>,
}

impl Elements {
    /// Those of the group that acts on images; some layers may restrict the network to a subgroup.
    pub(super) fn of(network: &Network, domain: &Domain) -> Self {
        let group = network.group();
        let continuous = group.finite().is_none();
        let elements = match group.plane() {
            Some(group) => of_group(group),
            None => network.input_type().group().test_elements(),
        };
        let (mut exact, mut between): (Vec<_>, Vec<_>) =
            elements.into_iter().partition(|g| domain.is_exact(g));
        if exact.len() == 1 && !between.is_empty() {
            exact.clear();
        }
        let flat = !matches!(domain, Domain::Atlas(_) | Domain::Sphere(_));
        if matches!(domain, Domain::Atlas(_)) {
            // What is no isometry of the strip moves nothing there.
            between.clear();
        }
        let all = between.len();
        if all > MOST {
            between = (0..MOST).map(|i| between[i * all / MOST].clone()).collect();
        }
        let outside = |degrees: &f64| {
            let in_plane = |group: &PlanarGroup| group.contains(&rotation(*degrees, false));
            let in_space = |group: &SpatialGroup| group.contains(&about_z(*degrees));
            !continuous
                && !group
                    .plane()
                    .map_or_else(|| group.space().is_some_and(in_space), in_plane)
        };
        Self {
            omitted: all - between.len(),
            exact,
            between,
            outside: (STEP..90)
                .step_by(STEP)
                .map(|d| d as f64)
                .filter(|degrees| flat && outside(degrees))
                .collect(),
        }
    }
}

/// Whether a type is of a group with this element.
pub(super) fn kept(fields: &FieldType, g: &GroupElement) -> bool {
    fields.group().contains(g)
}

/// All elements of a finite group; of a continuous one those at whole multiples of [`STEP`].
fn of_group(group: &PlanarGroup) -> Vec<GroupElement> {
    let elements = group.elements().unwrap_or_else(|| {
        let angles = (0..360).step_by(STEP).map(|d| d as f64);
        let mirrored = if group.has_mirrors() {
            &[false, true][..]
        } else {
            &[false]
        };
        let mut all = Vec::new();
        for &mirrored in mirrored {
            all.extend(angles.clone().map(|degrees| rotation(degrees, mirrored)));
        }
        all
    });
    let named = |g| GroupElement::of_plane(group, g);
    elements.into_iter().map(named).collect()
}

/// A rotation of space that turns slices.
fn about_z(degrees: f64) -> SpaceIsometry {
    // Whole degrees are finite, and the axis does not vanish.
    let axis = [0.0, 0.0, 1.0];
    SpaceIsometry::from_axis_angle(axis, degrees.to_radians()).unwrap_or(SpaceIsometry::IDENTITY)
}

/// A rotation, after the mirror at the horizontal axis if so.
fn rotation(degrees: f64, mirrored: bool) -> PlaneIsometry {
    // Whole degrees are finite.
    PlaneIsometry::new(degrees.to_radians(), mirrored).unwrap_or(PlaneIsometry::IDENTITY)
}
