//! Samples of functions on groups: means over them are means over the group.

use crate::support::tolerance::{FAILURE, NEAR, SUMS};
use schur_math::{
    GroupSamples, PlanarGroup, PointGroup, SpatialGroup, SpatialRepresentation, SymmetryGroup,
    SymmetryIrrep,
};

/// The largest mean of an irrep that is not trivial, on the vectors that a subgroup keeps.
fn defect(samples: &GroupSamples<SpatialGroup>, kept_by: &SpatialGroup, degree: usize) -> f64 {
    let so3 = SpatialGroup::so3();
    let mut worst = 0.0f64;
    for l in 1..=degree {
        let rho = SpatialRepresentation::irrep(&so3, &l.to_string()).unwrap();
        let kept = rho.restricted_to(kept_by).unwrap().invariant_basis();
        for vector in kept {
            let mut mean = vec![0.0; rho.dim()];
            for g in samples.elements() {
                let moved = rho.matrix(g).unwrap().apply(&vector);
                for (sum, value) in mean.iter_mut().zip(moved) {
                    *sum += value / samples.elements().len() as f64;
                }
            }
            worst = mean.iter().fold(worst, |w, m| w.max(m.abs()));
        }
    }
    worst
}

#[test]
fn means_over_designs_are_means_over_all_rotations() {
    let (so3, whole) = (SpatialGroup::so3(), SpatialGroup::parse("C1").unwrap());
    let axis = SpatialGroup::parse("SO(2)").unwrap();
    for (subgroup, band, count) in [
        (&whole, 1, 48),
        (&whole, 2, 96),
        (&whole, 3, 240),
        (&axis, 1, 48),
        (&axis, 2, 48),
        (&axis, 3, 48),
        (&axis, 4, 72),
    ] {
        let samples = GroupSamples::new(&so3, subgroup, band, None).unwrap();
        assert_eq!(samples.elements().len(), count, "{subgroup} {band}");
        let found = defect(&samples, subgroup, 2 * band);
        assert!(found <= SUMS, "{subgroup} {band}: {found:e}");
        // One degree further it may fail, and the elements are those of the cube times others.
        let cube = samples.symmetries();
        for h in cube.elements().unwrap() {
            let moved = h.compose(&samples.elements()[5]);
            let near = |g: &schur_math::SpaceIsometry| g.distance(&moved) < NEAR;
            assert!(samples.elements().iter().any(near));
        }
    }
    // A design of random rotations is none.
    let few = GroupSamples::new(&so3, &whole, 1, Some(24)).unwrap();
    assert!(defect(&few, &whole, 2) <= SUMS);
    assert!(defect(&few, &whole, 4) > FAILURE);
}

#[test]
fn too_few_samples_are_refused() {
    let (so3, whole) = (SpatialGroup::so3(), SpatialGroup::parse("C1").unwrap());
    let refused = GroupSamples::new(&so3, &whole, 2, Some(48)).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("48 rotations do not tell"), "{text}");
    let refused = GroupSamples::new(&so3, &whole, 99, None).unwrap_err();
    assert!(refused.to_string().contains("99"), "{refused}");
}

#[test]
fn other_groups_are_sampled_at_their_turns() {
    let whole = PlanarGroup::cyclic(1).unwrap();
    let o2 = GroupSamples::new(&PlanarGroup::o2(), &whole, 3, None).unwrap();
    assert_eq!(
        (o2.elements().len(), o2.symmetries().to_string()),
        (32, "D16".to_string())
    );
    let whole = SpatialGroup::parse("C1").unwrap();
    for (name, count, symmetries) in [("SO(2)@x", 8, "C8@x"), ("O", 24, "O"), ("O(3)", 96, "Oh")] {
        let group = SpatialGroup::parse(name).unwrap();
        let samples = GroupSamples::new(&group, &whole, 1, None).unwrap();
        assert_eq!(samples.elements().len(), count, "{name}");
        assert_eq!(
            *samples.symmetries(),
            SpatialGroup::parse(symmetries).unwrap()
        );
        assert!(samples.elements().iter().all(|g| group.contains(g)));
        let _ = group.irreps(1).unwrap()[0].dim();
    }
}
