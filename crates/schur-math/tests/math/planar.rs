//! Planar groups and their representations.

use schur_math::{
    MathError, Matrix, PlanarGroup, PlanarIrrep, PlanarRepresentation, PlaneIsometry, tolerance,
};

use crate::support::groups::plane as planar;

/// All kinds: cyclic, dihedral with and without a turned axis, continuous.
const GROUPS: [&str; 15] = [
    "C1", "C2", "C3", "C4", "C8", "D1", "D1@0", "D2", "D3@15", "D4", "D4@22.5", "D8", "SO(2)",
    "O(2)", "O(2)@30",
];

/// Representations of every construction that a group has.
fn representations(group: &PlanarGroup) -> Vec<PlanarRepresentation> {
    let mut names = vec!["trivial", "defining", "spectral(3)", "spectral(2, C2)"];
    if group.finite().is_some() {
        names.extend(["regular", "quotient(C1)"]);
    }
    let mut all: Vec<PlanarRepresentation> = names
        .into_iter()
        .filter(|name| !name.contains("C2") || group.contains_group(&planar("C2")))
        .map(|name| PlanarRepresentation::parse(group, name).unwrap())
        .collect();
    all.extend(PlanarRepresentation::irreps(group, 3).unwrap());
    let (a, b) = (all[1].clone(), all[2].clone());
    all.push(a.direct_sum(&b).unwrap());
    all.push(a.tensor_product(&b).unwrap());
    let turned = Matrix::from([[0.6, -0.8], [0.8, 0.6]]);
    all.push(a.in_basis(&turned).unwrap());
    all
}

#[test]
fn representations_are_homomorphisms() {
    let mut looked = 0;
    for group in GROUPS.map(planar) {
        let elements = group.test_elements();
        for rho in representations(&group) {
            for g in &elements {
                for h in &elements {
                    let (a, b) = (rho.matrix(g).unwrap(), rho.matrix(h).unwrap());
                    let gh = rho.matrix(&g.compose(h)).unwrap();
                    let defect = a.times(&b).difference(&gh);
                    assert!(
                        defect < tolerance::PLANAR_ELEMENT,
                        "{rho:?} at {g} {h}: {defect}"
                    );
                    looked += 1;
                }
            }
        }
    }
    assert!(looked > 10_000);
}

#[test]
fn matrices_are_irreps_in_another_basis() {
    for group in GROUPS.map(planar) {
        for rho in representations(&group) {
            let dim = rho.dim();
            assert_eq!(rho.parts().iter().map(PlanarIrrep::dim).sum::<usize>(), dim);
            let q = rho.change_of_basis();
            for g in group.test_elements() {
                let inner = q.transposed().times(&rho.matrix(&g).unwrap()).times(q);
                let blocks: Vec<Matrix> = rho
                    .parts()
                    .iter()
                    .map(|part| {
                        let name = format!("irrep({part})");
                        let irrep = PlanarRepresentation::parse(&group, &name).unwrap();
                        irrep.matrix(&g).unwrap()
                    })
                    .collect();
                let blocks = Matrix::direct_sum(&blocks);
                assert!(
                    inner.difference(&blocks) < tolerance::PLANAR_ELEMENT,
                    "{rho:?} at {g}"
                );
            }
        }
    }
}

#[test]
fn restriction_keeps_the_matrices() {
    for (large, small) in [
        ("D8", "C4"),
        ("D8", "D2"),
        ("O(2)", "SO(2)"),
        ("O(2)", "D4"),
        ("O(2)", "D3@15"),
        ("O(2)", "O(2)@30"),
        ("SO(2)", "C8"),
        ("D4@22.5", "C2"),
    ] {
        let (large, small) = (planar(large), planar(small));
        for rho in representations(&large) {
            let restricted = rho.restricted_to(&small).unwrap();
            assert_eq!(restricted.group(), &small);
            for g in small.test_elements() {
                let defect = rho
                    .matrix(&g)
                    .unwrap()
                    .difference(&restricted.matrix(&g).unwrap());
                assert!(
                    defect < tolerance::PLANAR_ELEMENT,
                    "{rho:?} on {small} at {g}"
                );
            }
        }
    }
    let c4 = PlanarRepresentation::trivial(&planar("C4"));
    assert!(matches!(
        c4.restricted_to(&planar("C8")),
        Err(MathError::NotPlanarSubgroup { .. })
    ));
}

#[test]
fn names_are_understood_again() {
    for group in GROUPS.map(planar) {
        assert_eq!(PlanarGroup::parse(group.name()).unwrap(), group);
        let mut names = vec![
            "trivial",
            "defining",
            "spectral(2)",
            "restricted(O(2), irrep(E1))",
        ];
        if group.finite().is_some() {
            names.extend(["regular", "quotient(C1)", "induced(C1, trivial)"]);
        }
        for name in names {
            let rho = PlanarRepresentation::parse(&group, name).unwrap();
            let again = PlanarRepresentation::parse(&group, rho.name()).unwrap();
            assert_eq!(again, rho, "{name} of {group}");
        }
    }
}

/// Every subgroup of a finite group acts by the same elements, and is found again.
#[test]
fn subgroups_of_elements() {
    for name in ["C1", "C6", "D1@0", "D4", "D4@22.5", "D6@10"] {
        let large = planar(name);
        let group = large.finite().unwrap();
        for subgroup in group.subgroups().unwrap() {
            let small = large.subgroup(&subgroup).unwrap();
            let again = small.inclusion_in(&large).unwrap().image();
            assert_eq!(again.elements(), subgroup.elements(), "{name}: {small}");
        }
    }
    let foreign = planar("C2").finite().unwrap().subgroup_generated(&[]);
    assert!(planar("C4").subgroup(&foreign).is_err());
    assert!(planar("SO(2)").subgroup(&foreign).is_err());
}

#[test]
fn lattice_subgroups() {
    for (name, expected) in [
        ("C1", "C1"),
        ("C3", "C1"),
        ("C6", "C2"),
        ("C8", "C4"),
        ("D1@0", "D1@0"),
        ("D1@45", "D1@45"),
        ("D1@30", "C1"),
        ("D3", "D1"),
        ("D4@22.5", "C4"),
        ("D4@45", "D4"),
        ("D8@22.5", "D4"),
        ("D6", "D2"),
        ("SO(2)", "C4"),
        ("O(2)@30", "D4"),
    ] {
        let lattice = planar(name).lattice_subgroup();
        assert!(planar(name).contains_group(&lattice), "{name}");
        let same = planar(expected);
        let elements = lattice.elements().unwrap();
        assert_eq!(
            elements.len(),
            same.elements().unwrap().len(),
            "{name}: {lattice}"
        );
        assert!(
            elements.iter().all(|g| same.contains(g)),
            "{name}: {lattice}"
        );
        // Every element that permutes pixels is in it.
        for quarter in 0..4 {
            for mirror in [false, true] {
                let angle = f64::from(quarter) * std::f64::consts::FRAC_PI_2;
                let g = PlaneIsometry::new(angle, mirror).unwrap();
                assert_eq!(
                    planar(name).contains(&g),
                    lattice.contains(&g),
                    "{name} at {g}"
                );
            }
        }
    }
}

#[test]
fn groups_that_permute_the_pixels() {
    for name in [
        "C1", "C2", "C4", "D1", "D1@0", "D1@45", "D1@135", "D2", "D2@0", "D2@45", "D4", "D4@0",
        "D4@45",
    ] {
        assert!(planar(name).is_lattice_exact(), "{name}");
    }
    for name in [
        "C3", "C8", "D1@30", "D2@30", "D4@22.5", "D8@0", "SO(2)", "O(2)@0",
    ] {
        assert!(!planar(name).is_lattice_exact(), "{name}");
    }
}

#[test]
fn lattice_elements_are_exact() {
    for group in GROUPS.map(planar) {
        let lattice = group.lattice_subgroup();
        for irrep in PlanarRepresentation::irreps(&group, 4).unwrap() {
            for g in lattice.test_elements() {
                let axis_on_lattice = group.contains(&PlaneIsometry::MIRROR) || !g.is_reflected();
                if axis_on_lattice && !group.name().contains('@') {
                    let matrix = irrep.matrix(&g).unwrap();
                    assert!(
                        matrix.values().iter().all(|v| v.fract() == 0.0),
                        "{irrep:?} at {g}"
                    );
                }
            }
        }
    }
}

#[test]
fn bands_have_the_multiplicities_of_functions() {
    let dim = |group: &str, name: &str| {
        PlanarRepresentation::parse(&planar(group), name)
            .unwrap()
            .dim()
    };
    // Circular functions up to frequency 3; on O(2) those of both components.
    assert_eq!(
        (dim("SO(2)", "spectral(3)"), dim("O(2)", "spectral(3)")),
        (7, 14)
    );
    // A finite group has all its functions in a large band.
    assert_eq!((dim("C8", "spectral(9)"), dim("D4", "spectral(9)")), (8, 8));
    // The circle O(2)/D1, and functions of period π.
    assert_eq!(
        (
            dim("O(2)", "spectral(3, D1)"),
            dim("SO(2)", "spectral(4, C2)")
        ),
        (7, 5)
    );
    for name in ["C6", "D4", "D6"] {
        let group = planar(name);
        let band = PlanarRepresentation::parse(&group, "spectral(9, C2)").unwrap();
        let cosets = PlanarRepresentation::parse(&group, "quotient(C2)").unwrap();
        let names = |rho: &PlanarRepresentation| {
            let mut names: Vec<String> = rho.parts().iter().map(PlanarIrrep::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(names(&band), names(&cosets), "{name}");
    }
}

#[test]
fn what_is_refused() {
    let so2 = PlanarGroup::so2();
    assert!(matches!(
        PlanarRepresentation::regular(&so2),
        Err(MathError::InfiniteGroup { .. })
    ));
    let message = |result: Result<PlanarRepresentation, MathError>| result.unwrap_err().to_string();
    let said = message(PlanarRepresentation::parse(&planar("C4"), "regullar"));
    assert!(
        said.contains("`regullar`") && said.contains("irrep(NAME)"),
        "{said}"
    );
    let said = message(PlanarRepresentation::parse(&planar("C4"), "E2"));
    assert!(said.contains("E2") && said.contains("A, B, E1"), "{said}");
    let said = message(PlanarRepresentation::parse(&planar("C4"), "quotient(C3)"));
    assert!(said.contains("C3 is no subgroup of C4"), "{said}");
    assert!(PlanarRepresentation::parse(&so2, "E999999999999").is_err());
    assert!(PlanarRepresentation::parse(&so2, "spectral(257)").is_err());
    for name in [
        "C0", "D4@x", "C4@10", "S4", "O(3)", "", "@", "D4@inf", "SO(2)@0",
    ] {
        assert!(PlanarGroup::parse(name).is_err(), "{name}");
    }
    // What is named instead acts on the plane, in the units of the name.
    let said = |name: &str| PlanarGroup::parse(name).unwrap_err().to_string();
    for name in ["X4", "", "O(3)", "C4x"] {
        assert!(
            said(name).contains("SO(2)") && !said(name).contains("Dic"),
            "{name}"
        );
    }
    assert!(said("S4").contains("use C<n> or D<n>"), "{}", said("S4"));
    assert!(said("C4@30").contains("\"C4@30\"") && said("C4@30").contains("give degrees"));
    let outside = PlaneIsometry::rotation(0.3).unwrap();
    let said = PlanarRepresentation::trivial(&planar("C4"))
        .matrix(&outside)
        .unwrap_err();
    assert!(said.to_string().contains("is not in C4"), "{said}");
    let unequal = PlanarRepresentation::irrep(&so2, "E1").unwrap();
    assert_ne!(unequal, PlanarRepresentation::irrep(&so2, "E2").unwrap());
    assert!(
        unequal
            .in_basis(&Matrix::from([[1.0, 0.0], [0.5, 1.0]]))
            .is_err()
    );
}
