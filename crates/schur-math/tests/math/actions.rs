//! Actions on points, on functions and on space: laws, orbits, stabilisers.

use schur_math::laws::{self, Law, action_compatibility_at, action_identity_at, orbit_stabilizer};
use schur_math::{
    Element, FiniteAction, FiniteRepresentation, Group, LatticeAction, PermutationGroup,
    PlanarGroup, irreps, tolerance,
};

use crate::support::groups::finite as group;

const GROUPS: [&str; 14] = [
    "C1", "C6", "D4", "D5", "S4", "A4", "A5", "Q8", "Dic3", "Th", "Oh", "C2 x C4", "Q8 x C3",
    "S3 x S3",
];

/// Left multiplication, conjugation, and left multiplication of the cosets of every cyclic
/// subgroup.
fn actions(group: &Group) -> Vec<FiniteAction> {
    let table = |act: &dyn Fn(Element, Element) -> Element| {
        let row = |g| group.elements().map(|x| act(g, x).index()).collect();
        FiniteAction::new(group, group.elements().map(row).collect()).unwrap()
    };
    let mut all = vec![
        table(&|g, x| group.compose(g, x)),
        table(&|g, x| group.compose(group.compose(g, x), group.inverse(g))),
    ];
    for a in group.elements() {
        let cosets = group.left_cosets(&group.subgroup_generated(&[a])).unwrap();
        let place = |x: Element| cosets.iter().position(|coset| coset.contains(&x)).unwrap();
        let row = |g| {
            cosets
                .iter()
                .map(|coset| place(group.compose(g, coset[0])))
                .collect()
        };
        all.push(FiniteAction::new(group, group.elements().map(row).collect()).unwrap());
    }
    all
}

#[test]
fn orbits_times_stabilisers_are_the_group() {
    for name in GROUPS {
        let group = group(name);
        for action in actions(&group) {
            let images: Vec<Vec<usize>> = group
                .elements()
                .map(|g| action.images(g).to_vec())
                .collect();
            let report = orbit_stabilizer(&group, &images).unwrap();
            assert_eq!(report.cases, action.points(), "{name}");
            let orbits = action.orbits();
            assert_eq!(orbits.concat().len(), action.points());
            for orbit in &orbits {
                for &x in orbit {
                    assert_eq!(&action.orbit(x).unwrap(), orbit);
                    let stabilizer = action.stabilizer(x).unwrap();
                    assert_eq!(orbit.len() * stabilizer.order(), group.order(), "{name}");
                }
            }
            assert!(action.orbit(action.points()).is_err());
        }
    }
    // Pixels, under all groups of the lattice.
    for name in ["C4", "D1", "D2", "D4"] {
        let group = group(name);
        let planar = PlanarGroup::new(&group).unwrap();
        for size in 1..6 {
            let action = LatticeAction::new(&planar, [1, size, size]).unwrap();
            let action = action.finite_action().unwrap();
            let images: Vec<Vec<usize>> = group
                .elements()
                .map(|g| action.images(g).to_vec())
                .collect();
            assert!(orbit_stabilizer(&group, &images).is_ok());
        }
    }
}

#[test]
fn orbits_in_space() {
    for name in GROUPS {
        let group = group(name);
        for irrep in irreps(&group) {
            let rho = irrep.representation();
            let generic: Vec<f64> = (0..rho.dim()).map(|k| 1.0 + (k as f64).sin()).collect();
            let mut axis = vec![0.0; rho.dim()];
            axis[0] = 1.0;
            for point in [generic, axis, vec![0.0; rho.dim()]] {
                let orbit = rho.orbit(&point).unwrap();
                let stabilizer = rho.stabilizer(&point).unwrap();
                assert_eq!(orbit[0], point);
                assert_eq!(orbit.len() * stabilizer.order(), group.order(), "{name}");
            }
            assert!(rho.orbit(&[]).is_err());
            assert!(rho.stabilizer(&vec![f64::NAN; rho.dim()]).is_err());
        }
    }
}

/// Largest difference of entries.
const DISTANCE: laws::Distance<'static, Vec<f64>> = &|a, b| {
    let pairs = a.iter().zip(b);
    pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f64::max)
};

/// `[g f](x) = f(g⁻¹ x)` and vectors moved by matrices are actions; without the inverse, or
/// with a transposed matrix, they are not.
#[test]
fn laws_on_functions_and_vectors() {
    let s4 = PermutationGroup::symmetric(4).unwrap();
    let (group, action) = (s4.group(), s4.action());
    let functions = [vec![1.0, 2.0, 3.0, 5.0], vec![0.0, 1.0, 0.0, 0.0]];
    let good = |g: Element, f: &Vec<f64>| action.on_function(g, f).unwrap();
    let bad = |g: Element, f: &Vec<f64>| action.on_function(group.inverse(g), f).unwrap();
    let report = action_compatibility_at(group, &functions, &good, DISTANCE, 0.0).unwrap();
    assert_eq!(report.cases, 2 * 24 * 24);
    assert!(action_identity_at(group, &functions, &good, DISTANCE, 0.0).is_ok());
    let violation = action_compatibility_at(group, &functions, &bad, DISTANCE, 0.0).unwrap_err();
    assert_eq!(violation.law, Law::ActionCompatibility);
    assert!(violation.witness.ends_with(", 0)"), "{violation}");
    let shifted = |g: Element, f: &Vec<f64>| good(g, &f.iter().map(|v| v + 1.0).collect());
    let violation = action_identity_at(group, &functions, &shifted, DISTANCE, 0.0).unwrap_err();
    assert_eq!((violation.law, violation.worst), (Law::ActionIdentity, 1.0));
    assert!(action.on_function(group.identity(), &[1]).is_err());
    let none: [Vec<f64>; 0] = [];
    assert!(action_identity_at(group, &none, &good, DISTANCE, 0.0).is_err());
    // As permutation representations do.
    let rho = FiniteRepresentation::of_action(&action).unwrap();
    for g in group.elements() {
        assert_eq!(rho.apply(g, &functions[0]), good(g, &functions[0]));
    }
    for name in ["D5", "Q8", "O"] {
        let group = self::group(name);
        let all = irreps(&group);
        let rho = all.last().unwrap().representation();
        let points = [(0..rho.dim()).map(|k| k as f64 - 0.5).collect::<Vec<f64>>()];
        let act = |g: Element, v: &Vec<f64>| rho.apply(g, v);
        let back = |g: Element, v: &Vec<f64>| rho.apply(group.inverse(g), v);
        let law = |act: laws::Act<'_, Vec<f64>>| {
            let bound = tolerance::REPRESENTATION_DEFECT;
            action_compatibility_at(&group, &points, act, DISTANCE, bound)
        };
        assert!(law(&act).is_ok() && law(&back).is_err(), "{name}");
    }
}
