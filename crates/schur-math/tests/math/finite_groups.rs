//! Permutation, matrix, polyhedral and dicyclic groups and products, and what is refused.

use schur_math::laws::{self, Law, Violation};
use schur_math::{
    FiniteAction, Group, MathError, Matrix, MatrixGroup, PermutationGroup, Polyhedral, tolerance,
};

use crate::support::tolerance as bounds;

use crate::support::groups::finite as group;

/// Numbers of elements of order 1, 2, 3, …
fn order_statistics(group: &Group) -> Vec<usize> {
    let mut counts = Vec::new();
    for g in group.elements() {
        let order = group.element_order(g);
        if counts.len() < order {
            counts.resize(order, 0);
        }
        counts[order - 1] += 1;
    }
    counts
}

/// One line adds a group: name, order, number of classes, order of the centre.
const GROUPS: [(&str, usize, usize, usize); 26] = [
    ("S1", 1, 1, 1),
    ("S2", 2, 2, 2),
    ("S3", 6, 3, 1),
    ("S4", 24, 5, 1),
    ("S5", 120, 7, 1),
    ("S6", 720, 11, 1),
    ("A1", 1, 1, 1),
    ("A2", 1, 1, 1),
    ("A3", 3, 3, 3),
    ("A4", 12, 4, 1),
    ("A5", 60, 5, 1),
    ("A6", 360, 7, 1),
    ("Q8", 8, 5, 2),
    ("Q16", 16, 7, 2),
    ("Dic1", 4, 4, 4),
    ("Dic3", 12, 6, 2),
    ("Dic5", 20, 8, 2),
    ("T", 12, 4, 1),
    ("O", 24, 5, 1),
    ("I", 60, 5, 1),
    ("Td", 24, 5, 1),
    ("Th", 24, 8, 2),
    ("Oh", 48, 10, 2),
    ("Ih", 120, 10, 2),
    ("C4 x D3", 24, 12, 4),
    ("C2 x C2 x Q8", 32, 20, 8),
];

#[test]
fn orders_classes_and_centres() {
    for (name, order, classes, center) in GROUPS {
        let group = group(name);
        let found = (
            group.order(),
            group.conjugacy_classes().len(),
            group.center().order(),
        );
        assert_eq!(found, (order, classes, center), "{name}");
        let generated = group.subgroup_generated(group.generators());
        assert_eq!(generated.order(), order, "{name}");
    }
}

#[test]
fn group_laws() {
    for (name, ..) in GROUPS {
        let group = group(name);
        let table = group.table();
        for report in [
            laws::identity(table),
            laws::inverse(table),
            laws::associativity(table),
        ] {
            assert!(report.unwrap().cases >= group.order(), "{name}");
        }
    }
}

#[test]
fn names_round_trip() {
    for (name, ..) in GROUPS {
        let group = group(name);
        assert_eq!(Group::parse(group.name()).as_ref(), Ok(&group), "{name}");
        let mut names: Vec<&str> = group.elements().map(|g| group.element_name(g)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), group.order(), "{name}: names repeat");
    }
    for name in ["C4 x", "x C4", "Q6", "Q4", "Dic", "SO(3)", "Tx", "S-1"] {
        let refused = Group::parse(name);
        assert!(
            matches!(refused, Err(MathError::UnknownGroup { .. })),
            "{name}"
        );
    }
    for name in ["S0", "A0", "S7", "A7", "Dic0", "Dic513", "C64 x C64", "S99"] {
        assert!(
            matches!(Group::parse(name), Err(MathError::Order { .. })),
            "{name}"
        );
    }
}

#[test]
fn names_of_elements() {
    let name_all = |group: &Group| -> Vec<String> {
        let names = group.elements().map(|g| group.element_name(g).to_string());
        names.collect()
    };
    assert_eq!(
        name_all(&group("Q8")),
        ["e", "i", "-1", "-i", "j", "k", "-j", "-k"]
    );
    assert_eq!(name_all(&group("A3")), ["e", "(1 2 3)", "(1 3 2)"]);
    assert_eq!(
        name_all(&group("C2 x C2")),
        ["e", "(r, e)", "(e, r)", "(r, r)"]
    );
    assert_eq!(name_all(&group("Dic1")), ["e", "a", "x", "a x"]);
    assert!(name_all(&group("S4")).contains(&"(1 2)(3 4)".to_string()));
}

#[test]
fn quaternions_multiply_as_quaternions() {
    let q8 = group("Q8");
    let unit = |name: &str| q8.elements().find(|&g| q8.element_name(g) == name).unwrap();
    let times = |a: &str, b: &str| q8.element_name(q8.compose(unit(a), unit(b)));
    assert_eq!(
        (times("i", "j"), times("j", "k"), times("k", "i")),
        ("k", "i", "j")
    );
    assert_eq!(
        (times("j", "i"), times("i", "i"), times("k", "k")),
        ("-k", "-1", "-1")
    );
}

#[test]
fn permutations_compose_as_maps() {
    let s4 = PermutationGroup::symmetric(4).unwrap();
    let group = s4.group();
    for g in group.elements() {
        for h in group.elements() {
            let gh = s4.permutation(group.compose(g, h));
            let (g, h) = (s4.permutation(g), s4.permutation(h));
            assert!((0..4).all(|x| gh[x] == g[h[x]]));
        }
    }
    assert_eq!(s4.action().orbits().len(), 1);
    // The action is one, as its laws say.
    let ring = PermutationGroup::generate("ring", &[vec![1, 2, 0, 4, 3]]).unwrap();
    for made in [s4, ring, PermutationGroup::alternating(5).unwrap()] {
        let elements = made.group().elements();
        let images = elements.map(|g| made.permutation(g).to_vec()).collect();
        let checked = FiniteAction::new(made.group(), images);
        assert_eq!(checked.unwrap(), made.action());
    }
}

#[test]
fn polyhedral_matrices_are_orthogonal_representations() {
    for kind in Polyhedral::ALL {
        let points = MatrixGroup::polyhedral(kind);
        let group = points.group();
        let elements = group.elements();
        let matrices: Vec<Matrix> = elements.map(|g| points.matrix(g).clone()).collect();
        let exact = 16.0 * f64::EPSILON;
        assert!(laws::homomorphism(group, &matrices).unwrap().worst < exact);
        assert!(laws::orthogonality(group, &matrices).unwrap().worst < exact);
    }
    // T is part of O and of I.
    let [t, o, i] = [Polyhedral::T, Polyhedral::O, Polyhedral::I].map(MatrixGroup::polyhedral);
    for larger in [o, i] {
        assert!(t.group().elements().all(|g| {
            let mut others = larger.group().elements();
            others.any(|h| t.matrix(g).difference(larger.matrix(h)) < tolerance::MATRIX_EQUAL)
        }));
    }
}

#[test]
fn polyhedral_groups_are_known_abstract_groups() {
    for (points, abstractly) in [
        ("T", "A4"),
        ("O", "S4"),
        ("I", "A5"),
        ("Td", "S4"),
        ("Th", "A4 x C2"),
        ("Oh", "S4 x C2"),
        ("Ih", "A5 x C2"),
    ] {
        let statistics = order_statistics(&group(points));
        assert_eq!(statistics, order_statistics(&group(abstractly)), "{points}");
    }
    assert_eq!(
        order_statistics(&group("Q8")),
        [1, 1, 0, 6],
        "one involution"
    );
    assert_eq!(
        order_statistics(&group("D4")),
        [1, 5, 0, 2],
        "five involutions"
    );
}

#[test]
fn products_multiply_pairwise() {
    let (c4, d3) = (group("C4"), group("D3"));
    let product = c4.direct_product(&d3).unwrap();
    for a in product.elements() {
        for b in product.elements() {
            let part = |k: usize, group: &Group| group.element(k).unwrap();
            let (g, h) = (part(a.index() % 4, &c4), part(a.index() / 4, &d3));
            let (k, l) = (part(b.index() % 4, &c4), part(b.index() / 4, &d3));
            let expected = c4.compose(g, k).index() + 4 * d3.compose(h, l).index();
            assert_eq!(product.compose(a, b).index(), expected);
        }
    }
}

#[test]
fn semidirect_products() {
    let (c2, c4, c5) = (group("C2"), group("C4"), group("C5"));
    for n in 1..9 {
        let inversion = vec![
            (0..n).collect(),
            (0..n).map(|i| (n - i) % n).collect::<Vec<_>>(),
        ];
        let action = FiniteAction::new(&c2, inversion).unwrap();
        let product = Group::cyclic(n)
            .unwrap()
            .semidirect_product(&action)
            .unwrap();
        assert_eq!(product, Group::dihedral(n).unwrap());
    }
    // The Frobenius group of order 20: C4 acts on C5 by doubling.
    let doubling = (0..4).map(|h| (0..5).map(|n| n * (1 << h) % 5).collect());
    let action = FiniteAction::new(&c4, doubling.collect()).unwrap();
    let frobenius = c5.semidirect_product(&action).unwrap();
    assert_eq!(order_statistics(&frobenius), [1, 5, 0, 10, 4]);
}

#[test]
fn actions_without_automorphisms_are_refused() {
    let (c2, c4) = (group("C2"), group("C4"));
    // Exchanging 1 and 2 permutes the elements of C4 but is no homomorphism.
    let action = FiniteAction::new(&c2, vec![vec![0, 1, 2, 3], vec![0, 2, 1, 3]]).unwrap();
    let error = c4.semidirect_product(&action).unwrap_err().to_string();
    assert!(
        error.contains("r acting on C4: group homomorphism fails at (1, 1)"),
        "{error}"
    );
    let wrong_points = FiniteAction::new(&c2, vec![vec![0, 1, 2], vec![0, 2, 1]]).unwrap();
    assert!(c4.semidirect_product(&wrong_points).is_err());
}

#[test]
fn the_homomorphism_law_can_fail() {
    let (c2, c4) = (group("C2"), group("C4"));
    let check = |images: &[usize]| laws::group_homomorphism(&c4, &c2, images);
    assert_eq!(check(&[0, 1, 0, 1]).unwrap().cases, 8);
    let fails = |result: Result<laws::LawReport, Violation>, witness: &str| {
        let violation = result.unwrap_err();
        assert_eq!(
            (violation.law, violation.witness.as_str()),
            (Law::GroupHomomorphism, witness)
        );
    };
    fails(check(&[0, 1, 1, 0]), "(1, 1)");
    fails(check(&[1, 1, 1, 1]), "(0, 1)");
    fails(check(&[0, 1, 0]), "3 images");
    fails(check(&[0, 1, 0, 2]), "3");
}

#[test]
fn generators_that_are_refused() {
    let permutations = |generators: &[Vec<usize>]| {
        PermutationGroup::generate("broken", generators)
            .unwrap_err()
            .to_string()
    };
    for (generators, part) in [
        (vec![], "moves 0 points"),
        (vec![vec![]], "moves 0 points"),
        (vec![vec![0, 1], vec![0]], "generator 1"),
        (vec![vec![0, 2]], "the image 2 of 2 points"),
        (vec![vec![1, 1]], "the image 1 twice"),
    ] {
        let error = permutations(&generators);
        assert!(error.contains(part) && error.contains("broken"), "{error}");
    }
    let shift = (0..7).map(|x| (x + 1) % 7).collect();
    let error = permutations(&[vec![1, 0, 2, 3, 4, 5, 6], shift]);
    assert!(error.contains("above 2048"), "{error}");

    let matrices = |generators: &[Matrix]| {
        MatrixGroup::generate("broken", generators)
            .unwrap_err()
            .to_string()
    };
    let turn = |cos: f64, sin: f64| Matrix::from([[cos, -sin], [sin, cos]]);
    let (sin, cos) = 1f64.sin_cos();
    let (tiny_sin, tiny_cos) = bounds::SMALL_ANGLE.sin_cos();
    for (generators, part) in [
        (vec![], "no entries"),
        (vec![Matrix::zeros(1, 3)], "1 x 3, not 1 x 1"),
        (
            vec![Matrix::identity(2), Matrix::identity(1)],
            "1 x 1, not 2 x 2",
        ),
        (vec![Matrix::from([[f64::NAN]])], "the entry NaN"),
        (vec![Matrix::from([[0.0]])], "not invertible"),
        (
            vec![Matrix::from([[2.0]])],
            "infinite (its matrices overflow)",
        ),
        // 710 radians are nearly 113 turns.
        (vec![turn(cos, sin)], "count as equal"),
        (vec![turn(tiny_cos, tiny_sin)], "count as equal"),
    ] {
        let error = matrices(&generators);
        assert!(error.contains(part) && error.contains("broken"), "{error}");
    }
}

#[test]
fn matrices_need_not_be_orthogonal() {
    // A shear of a threefold rotation, with integers: x -> -y, y -> x - y.
    let skew = MatrixGroup::generate("skew", &[Matrix::from([[0.0, -1.0], [1.0, -1.0]])]).unwrap();
    assert_eq!(skew.group().order(), 3);
    assert_eq!(
        skew.group()
            .element_name(skew.group().elements().last().unwrap()),
        "a^2"
    );
    assert!(skew.representation().is_err());
}
