//! Groups of the plane and of space as groups of isometries.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use schur_math::{
    CompactHomomorphism, LatticeAction, LatticeKernelBasis, MathError, PlanarGroup, PointGroup,
    Representation, Schoenflies, SpaceIsometry, SpatialGroup, SpatialRepresentation, SymmetryGroup,
    SymmetryIrrep, laws,
};

use crate::support::compact::{assert_representation, elements};
use crate::support::groups::{every_point_group, space};
use crate::support::tolerance::{DENSE, FAILURE};

/// Isometries multiply like elements and are orthogonal; on the lattice they are integers.
fn isometry_laws<G: PointGroup>(group: &G, _: usize) {
    let mut sample = elements(group, 4);
    sample.extend(group.test_elements().into_iter().take(12));
    let matrix = |g: &G::Element| group.isometry(g);
    let compose = |g: &G::Element, h: &G::Element| group.compose(g, h);
    laws::homomorphism_at(&sample, &compose, &matrix, DENSE).unwrap();
    laws::orthogonality_at(&sample, &matrix, DENSE).unwrap();
    for g in &sample {
        group.check_element(g).unwrap();
        assert_eq!(group.isometry(g).rows(), group.dimension());
    }
    let lattice = group.lattice_subgroup();
    assert!(lattice.is_lattice_exact());
    for g in lattice.elements().unwrap() {
        assert!(group.contains(&g), "{g:?}");
        let matrix = group.isometry(&g).into_values();
        assert!(matrix.iter().all(|v| v.fract() == 0.0), "{matrix:?}");
    }
    assert_eq!(group.elements().is_some(), group.finite().is_some());
    for (k, g) in group.elements().unwrap_or_default().iter().enumerate() {
        assert_eq!(group.finite_index(g).map(|g| g.index()), Some(k));
    }
}
every_point_group!(isometry_laws);

/// The irreps in the harmonics of every degree fill them, and have their characters: the mean of
/// the product of two is the number of common irreps.
fn harmonic_laws<G: PointGroup>(group: &G, band: usize) {
    let mut before: Option<Vec<f64>> = None;
    let grid = group.quadrature(2 * band + 2).unwrap();
    for degree in 0..=band + 1 {
        let parts = group.harmonics(degree).unwrap();
        let dim: usize = parts.iter().map(SymmetryIrrep::dim).sum();
        let expected = match (group.dimension(), degree) {
            (2, 0) => 1,
            (2, _) => 2,
            _ => 2 * degree + 1,
        };
        assert_eq!(dim, expected, "degree {degree}");
        if degree == 1 {
            // Degree 1 are the coordinates.
            for g in elements(group, 3) {
                let characters = parts.iter().map(|irrep| irrep.character(&g).unwrap());
                let trace = group.isometry(&g).trace();
                assert!((characters.sum::<f64>() - trace).abs() < DENSE);
            }
        }
        let characters: Vec<f64> = grid
            .points()
            .iter()
            .map(|g| parts.iter().map(|irrep| irrep.character(g).unwrap()).sum())
            .collect();
        if let Some(before) = before {
            let products = before.iter().zip(&characters).zip(grid.weights());
            let mean: f64 = products.map(|((a, b), w)| a * b * w).sum();
            assert!(
                (mean - mean.round()).abs() < DENSE,
                "degree {degree}: {mean}"
            );
        }
        before = Some(characters);
    }
}
every_point_group!(harmonic_laws);

/// The names of all groups of space that the laws are tried on.
const NAMES: [&str; 20] = [
    "C1",
    "C4@10,20,30",
    "Cs@40,50,0",
    "C2v@y",
    "C4h",
    "C5h@x",
    "S4@y",
    "Ci",
    "D2@5,6,7",
    "D3h@100",
    "D3d@45,54.735610317,0",
    "Td@1",
    "Th@10,20,30",
    "O@30,40,50",
    "Ih@3,2,1",
    "SO(2)@10,20,30",
    "cone@x",
    "full cylinder@120.5",
    "SO(3)",
    "O(3)",
];

#[test]
fn names_and_values_agree() {
    for name in NAMES {
        let group = space(name);
        assert_eq!(space(group.name()), group, "{name}");
        assert_eq!(space(&name.to_uppercase()), group, "{name}");
    }
    for (written, shown) in [
        ("so2", "SO(2)"),
        ("axial", "SO(2)"),
        ("C∞v", "cone"),
        ("Dinfh", "full cylinder"),
        ("C1h", "Cs"),
        ("S2", "Ci"),
        ("mirror", "Cs"),
        ("full octa", "Oh"),
        ("K", "SO(3)"),
        ("d4@90", "D4"),
        ("D4@450", "D4"),
        ("O(3)@x", "O(3)"),
        ("C4@x", "C4@0,90,0"),
        ("C4@z", "C4"),
        ("D4@45", "D4@45"),
        ("D4@-45", "D4@315"),
    ] {
        assert_eq!(space(written).name(), shown);
    }
}

/// A group of the plane turns space as its name says, about axes that a name would round.
#[test]
fn groups_of_the_plane_in_space() -> Result<(), MathError> {
    for name in [
        "C1", "C7", "D1", "D4", "D4@22.5", "D3@100", "SO(2)", "O(2)", "O(2)@30",
    ] {
        let group = SpatialGroup::of_plane(&PlanarGroup::parse(name)?)?;
        assert_eq!((group.name(), &group), (name, &space(name)));
    }
    for axis in [0.3, 0.123_456_789_012, 3.0] {
        let plane = PlanarGroup::parse("D5")?.with_mirror_axis(axis)?;
        let group = SpatialGroup::of_plane(&plane)?;
        assert!(group.is_upright());
        // Where the plane is left alone, the two are one.
        let (flat, turned) = (plane.elements().unwrap(), group.elements().unwrap());
        for (flat, turned) in flat.iter().zip(&turned) {
            let ([x, y], [u, v, w]) = (flat.apply([0.6, 0.8]), turned.apply([0.6, 0.8, 0.0]));
            assert!(
                (x - u).abs().max((y - v).abs()).max(w.abs()) < DENSE,
                "{axis}"
            );
        }
    }
    for (name, upright) in [
        ("C4@x", false),
        ("D3@0,180,0", false),
        ("T@45", true),
        ("Oh", true),
    ] {
        assert_eq!(space(name).is_upright(), upright, "{name}");
        assert_eq!(space(name).name().contains(','), !upright, "{name}");
    }
    Ok(())
}

/// Elements of a group decide which one it is, whatever its orientation.
fn recognised(group: &SpatialGroup, expected: Schoenflies) {
    let found = SpatialGroup::from_generators(&group.generators()).unwrap();
    assert_eq!(found.kind(), expected, "{group}");
    assert!(
        found.contains_group(group) && group.contains_group(&found),
        "{group} {found}"
    );
}

#[test]
fn groups_are_recognised_by_their_elements() {
    use Schoenflies::{C, Ch, Cv, D, Dd, Dh, Polyhedral, S};
    let mut kinds = Vec::new();
    for n in 1..=8 {
        kinds.extend([C(Some(n)), Cv(Some(n)), Ch(Some(n)), S(2 * n)]);
        kinds.extend([D(Some(n)), Dh(Some(n)), Dd(n)]);
    }
    kinds.extend(schur_math::Polyhedral::ALL.map(Polyhedral));
    let mut generator = ChaCha8Rng::seed_from_u64(5);
    for kind in kinds {
        // Groups with few elements have several names.
        let expected = match kind {
            Cv(Some(1)) => Ch(Some(1)),
            D(Some(1)) => C(Some(2)),
            Dh(Some(1)) => Cv(Some(2)),
            Dd(1) => Ch(Some(2)),
            kind => kind,
        };
        let standard = SpatialGroup::new(kind).unwrap();
        recognised(&standard, expected);
        if expected == kind {
            let again = SpatialGroup::from_generators(&standard.generators()).unwrap();
            assert_eq!(again, standard, "the standard orientation is the nearest");
        }
        for _ in 0..2 {
            recognised(
                &standard.turned_by(&SpaceIsometry::random(&mut generator)),
                expected,
            );
        }
    }
}

#[test]
fn lattice_subgroups() {
    for (name, expected) in [
        ("C8", "C4"),
        ("C6", "C2"),
        ("D6", "D2"),
        ("C6v", "C2v"),
        ("I", "T"),
        ("Ih", "Th"),
        ("SO(3)", "O"),
        ("O(3)", "Oh"),
        ("cone", "C4v"),
        ("full cylinder", "D4h"),
        ("cylinder", "C4h"),
        ("SO(2)@45,54.735610317,0", "C3@45,54.735610317,0"),
        ("SO(2)@10,20,30", "C1"),
        ("cylinder@10,20,30", "Ci"),
        ("D2d@45", "D2d@45"),
        ("D2d@20", "S4"),
        ("Oh@45", "D4h"),
    ] {
        let (found, expected) = (space(name).lattice_subgroup(), space(expected));
        assert_eq!(found.kind(), expected.kind(), "{name}: {found}");
        assert!(
            found.contains_group(&expected) && expected.contains_group(&found),
            "{name}"
        );
    }
}

#[test]
fn subgroups_and_inclusions() -> Result<(), MathError> {
    let cube = space("Oh");
    let mut kinds: Vec<String> = Vec::new();
    for subgroup in cube.finite().unwrap().subgroups()? {
        let part = cube.subgroup(&subgroup)?;
        assert!(cube.contains_group(&part));
        let inclusion = part.inclusion_in(&cube)?;
        assert_eq!(inclusion.image(), subgroup);
        kinds.push(part.kind().to_string());
    }
    // 98 subgroups of 33 kinds up to conjugation (International Tables A), of which some kinds
    // stand in two ways.
    assert_eq!(kinds.len(), 98);
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 25);
    assert!(!space("O").contains_group(&space("O@45")));
    assert!(space("C4").inclusion_in(&space("O@45")).is_ok());
    assert!(matches!(
        space("D3").inclusion_in(&cube),
        Err(MathError::NotSpatialSubgroup { .. })
    ));
    // 710 turns come back to one radian within a ten-millionth, but the circle is larger.
    assert!(!space("C710").contains_group(&space("SO(2)")));
    assert!(space("SO(2)").contains_group(&space("C710")));
    Ok(())
}

#[test]
fn restrictions_of_harmonics_have_their_matrices() -> Result<(), MathError> {
    for name in NAMES {
        let group = space(name);
        let vectors = SpatialRepresentation::defining(&group)?;
        for g in elements(&group, 3) {
            let defect = vectors.matrix(&g)?.difference(&group.isometry(&g));
            assert!(defect < DENSE, "{name}: {defect}");
        }
        let inside = CompactHomomorphism::of_space(&group, &SpatialGroup::o3())?;
        for degree in 0..=4 {
            let parity = if degree % 2 == 0 { "+" } else { "-" };
            let harmonics = SpatialGroup::o3().irrep(&format!("{degree}{parity}"))?;
            let restricted = Representation::irreducible(&harmonics).restricted_along(&inside)?;
            assert_representation(&restricted);
            assert_eq!(
                restricted.parts(),
                group.harmonics(degree)?,
                "{name} {degree}"
            );
            for g in elements(&group, 3) {
                let defect = restricted.matrix(&g)?.difference(&harmonics.matrix(&g)?);
                assert!(defect < DENSE, "{name} {degree}: {defect}");
            }
        }
    }
    Ok(())
}

/// Between representations of every kind, by the irreps of the whole group: on the lattice there
/// is a kernel for every part that the harmonics on the taps leave invariant.
#[test]
fn kernels_of_any_group_of_space() -> Result<(), MathError> {
    for name in ["SO(3)", "O(3)", "Ih", "full cylinder", "C5v", "O"] {
        let group = space(name);
        let vectors = SpatialRepresentation::defining(&group)?;
        let basis = LatticeKernelBasis::new(&vectors, &vectors, [3, 3, 3])?;
        let lattice = group.lattice_subgroup();
        let taps = LatticeAction::new(&lattice, [3, 3, 3])?;
        let matrix = |g: &SpaceIsometry| vectors.matrix(g).unwrap();
        laws::grid_steerability(&taps, (3, 3), basis.elements(), &matrix, &matrix, DENSE).unwrap();
    }
    // As many as the table says, T1u to T1u and T1 to T1.
    let count = |name: &str| -> Result<usize, MathError> {
        let vectors = SpatialRepresentation::defining(&space(name))?;
        Ok(LatticeKernelBasis::new(&vectors, &vectors, [3, 3, 3])?.dim())
    };
    assert_eq!((count("O(3)")?, count("SO(3)")?), (8, 12));
    assert!(SpatialRepresentation::regular(&space("cone")).is_err());
    let cube = space("Oh");
    assert!(SpatialRepresentation::quotient(&cube, &space("C3")).is_err());
    let corners = SpatialRepresentation::quotient(&cube, &space("C3v@45,54.735610317,90"))?;
    let mut parts: Vec<String> = corners.parts().iter().map(ToString::to_string).collect();
    parts.sort_unstable();
    assert_eq!(
        (corners.dim(), parts.join(" ").as_str()),
        (8, "A1g A2u T1u T2g")
    );
    Ok(())
}

#[test]
fn what_is_no_point_group_is_refused() {
    let turn = |axis, angle| SpaceIsometry::from_axis_angle(axis, angle).unwrap();
    let dense = [turn([0.0, 0.0, 1.0], 1.0)];
    assert!(matches!(
        SpatialGroup::from_generators(&dense),
        Err(MathError::Order { .. })
    ));
    let two = [turn([0.0, 0.0, 1.0], 2.0), turn([1.0, 0.1, 0.0], 2.0)];
    assert!(SpatialGroup::from_generators(&two).is_err());
    assert_eq!(SpatialGroup::from_generators(&[]).unwrap(), space("C1"));
    assert!(SpatialGroup::new(Schoenflies::S(3)).is_err());
    assert!(SpatialGroup::new(Schoenflies::C(Some(0))).is_err());
    let group = space("cone");
    assert!(!group.contains(&turn([1.0, 0.0, 0.0], std::f64::consts::PI)));
    assert!(!group.contains(&SpaceIsometry::INVERSION));
    assert!(
        group.irreps(1).unwrap()[2]
            .matrix(&SpaceIsometry::INVERSION)
            .is_err()
    );
    // A wrong element is noticed: the laws above can fail.
    let wrong = |g: &SpaceIsometry| g.matrix().map(|row| row.map(|v| v + FAILURE)).into();
    let sample = elements(&group, 2);
    assert!(laws::orthogonality_at(&sample, &wrong, DENSE).is_err());
}
