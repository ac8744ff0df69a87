//! Real irreps of finite groups of all families.

use schur_math::laws::{self, LawReport, Violation};
use schur_math::{
    CharacterTable, EndomorphismType, FiniteRepresentation, Group, Irrep, Matrix, MatrixGroup,
    Polyhedral, decompose, irrep, irreps, tolerance,
};

use crate::support::groups::{every_finite_group, finite as group, frobenius};

fn check_laws(rho: &FiniteRepresentation) -> Result<LawReport, Violation> {
    let matrices: Vec<Matrix> = rho.group().elements().map(|g| rho.matrix(g)).collect();
    laws::orthogonality(rho.group(), &matrices)?;
    laws::homomorphism_on_generators(rho.group(), &matrices)
}

fn irreps_satisfy_the_laws_to_round_off(group: &Group, _: usize) {
    for irrep in irreps(group) {
        let report = check_laws(irrep.representation());
        let worst = report
            .unwrap_or_else(|v| panic!("{group} {}: {v}", irrep.name()))
            .worst;
        assert!(
            worst < 1e3 * f64::EPSILON,
            "{group} {}: {worst}",
            irrep.name()
        );
    }
}

every_finite_group!(irreps_satisfy_the_laws_to_round_off);

fn irreps_are_orthogonal_and_complete(group: &Group, _: usize) {
    let all = irreps(group);
    let mut squares = 0;
    for (i, a) in all.iter().enumerate() {
        squares += a.representation().dim().pow(2) / a.endomorphism_type().dim();
        for (j, b) in all.iter().enumerate() {
            let inner = a
                .representation()
                .inner_product(b.representation())
                .unwrap();
            let expected = if i == j {
                a.endomorphism_type().dim() as f64
            } else {
                0.0
            };
            assert!(
                (inner - expected).abs() < tolerance::REPRESENTATION_DEFECT,
                "{group}"
            );
        }
    }
    assert_eq!(squares, group.order(), "{group}");
    let parts = decompose(&FiniteRepresentation::regular(group)).unwrap();
    assert_eq!(parts.len(), all.len());
}

every_finite_group!(irreps_are_orthogonal_and_complete);

/// The largest defect of `J ρ(g) = ρ(g) J` over generators and of the multiplication table of
/// the units.
fn endomorphism_defect(irrep: &Irrep, units: &[Matrix]) -> f64 {
    let rho = irrep.representation();
    let distance = |a: Matrix, b: Matrix, sign: f64| a.difference(&b.scaled(sign));
    let mut worst = 0.0f64;
    for unit in units {
        for &g in rho.group().generators() {
            let matrix = rho.matrix(g);
            worst = worst.max(distance(unit.times(&matrix), matrix.times(unit), 1.0));
        }
    }
    for (k, unit) in units.iter().enumerate().skip(1) {
        worst = worst.max(distance(unit.times(unit), units[0].clone(), -1.0));
        for other in &units[k + 1..] {
            worst = worst.max(distance(unit.times(other), other.times(unit), -1.0));
        }
    }
    if let [_, i, j, k] = units {
        worst = worst.max(distance(i.times(j), k.clone(), 1.0));
    }
    worst
}

fn endomorphisms_commute_and_multiply_as_they_should(group: &Group, _: usize) {
    for irrep in irreps(group) {
        let units = irrep.endomorphisms();
        assert_eq!(units.len(), irrep.endomorphism_type().dim());
        let defect = endomorphism_defect(&irrep, units);
        assert!(
            defect < 1e3 * f64::EPSILON,
            "{group} {}: {defect}",
            irrep.name()
        );
    }
}

every_finite_group!(endomorphisms_commute_and_multiply_as_they_should);

#[test]
fn the_endomorphism_law_can_fail() {
    let plane = irrep(&group("C5"), "E1").unwrap();
    let identity = plane.endomorphisms()[0].clone();
    let mirror = Matrix::from([[1.0, 0.0], [0.0, -1.0]]);
    assert!(endomorphism_defect(&plane, &[identity, mirror]) > 0.1);
}

#[test]
fn q8_is_not_d4() {
    let types = |name| -> Vec<(usize, EndomorphismType)> {
        let all = irreps(&group(name));
        let last = all.iter().skip(4);
        last.map(|i| (i.representation().dim(), i.endomorphism_type()))
            .collect()
    };
    assert_eq!(types("Q8"), [(4, EndomorphismType::Quaternionic)]);
    assert_eq!(types("D4"), [(2, EndomorphismType::Real)]);
    let plane = irrep(&group("C5"), "E1").unwrap();
    assert_eq!(plane.endomorphism_type(), EndomorphismType::Complex);
    // Products of two quaternionic planes are real.
    let product = irreps(&group("Q8 x Q8"));
    assert_eq!(
        product.last().unwrap().endomorphism_type(),
        EndomorphismType::Real
    );
    let frobenius = irreps(&frobenius());
    let dims: Vec<usize> = frobenius.iter().map(|i| i.representation().dim()).collect();
    assert_eq!(dims, [1, 2, 6]);
}

#[test]
fn names_of_polyhedral_irreps() {
    for (name, expected) in [
        ("T", "A E T"),
        ("O", "A1 A2 E T1 T2"),
        ("I", "A T1 T2 G H"),
        ("Td", "A1 A2 E T1 T2"),
        ("Th", "Ag Au Eg Eu Tg Tu"),
        ("Oh", "A1g A1u A2g A2u Eg Eu T1g T1u T2g T2u"),
        ("Ih", "Ag Au Gg Gu Hg Hu T1g T1u T2g T2u"),
        ("S4", "1 1' 2 3 3'"),
    ] {
        let all = irreps(&group(name));
        let mut names: Vec<&str> = all.iter().map(Irrep::name).collect();
        if name != "I" {
            names.sort_unstable();
        }
        if name == "I" {
            names.sort_by_key(|n| "ATGH".find(&n[..1]).unwrap() * 10 + n.len());
            names[1..3].sort_unstable();
        }
        assert_eq!(names.join(" "), expected);
    }
}

/// The irrep of the rotations of a polyhedron is the rotations themselves.
#[test]
fn vectors_are_the_defining_matrices() {
    for (kind, name) in [
        (Polyhedral::T, "T"),
        (Polyhedral::O, "T1"),
        (Polyhedral::I, "T1"),
        (Polyhedral::Td, "T2"),
        (Polyhedral::Th, "Tu"),
        (Polyhedral::Oh, "T1u"),
        (Polyhedral::Ih, "T1u"),
    ] {
        let points = MatrixGroup::polyhedral(kind);
        let vector = irrep(points.group(), name).unwrap();
        for g in points.group().elements() {
            let defect = points
                .matrix(g)
                .difference(&vector.representation().matrix(g));
            assert!(defect < tolerance::SIGNED_PERMUTATION);
        }
    }
    // Odd irreps have the number of the even ones they equal on rotations.
    let oh = group("Oh");
    let trace = |name: &str, g| irrep(&oh, name).unwrap().representation().character(g);
    let table = CharacterTable::new(&oh);
    for class in table.classes() {
        let (even, odd) = (trace("A1g", class[0]), trace("A1u", class[0]));
        let (even2, odd2) = (trace("A2g", class[0]), trace("A2u", class[0]));
        assert_eq!(even, 1.0);
        assert_eq!(odd2, even2 * odd, "A2u = A2g A1u");
    }
}

#[test]
fn the_same_every_time() {
    for name in ["S5", "Q8 x D3", "Ih"] {
        assert_eq!(irreps(&group(name)), irreps(&group(name)));
    }
}
