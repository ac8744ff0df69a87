//! Construction, names and structure of groups, and what is refused.

use proptest::prelude::*;
use schur_math::{
    CayleyTable, Family, FiniteRepresentation, Group, LatticeAction, MathError, Matrix,
    PlanarGroup, PlanarRepresentation, PlaneIsometry, decompose, irrep, irreps, laws, oracle,
    transform_feature_map, transform_filter,
};

use crate::support::groups::{finite as group, plane as planar};
use crate::support::kernels::lattice_kernels;

fn names(group: &Group) -> Vec<&str> {
    group.elements().map(|g| group.element_name(g)).collect()
}

#[test]
fn element_names() {
    assert_eq!(names(&group("C4")), ["e", "r", "r^2", "r^3"]);
    assert_eq!(names(&group("D1")), ["e", "s"]);
    assert_eq!(names(&group("D3")), ["e", "r", "r^2", "s", "r s", "r^2 s"]);
}

#[test]
fn relations_of_dihedral_groups() {
    for n in 1..=12 {
        let d = Group::dihedral(n).unwrap();
        let (r, s) = (d.element(1 % n).unwrap(), d.element(n).unwrap());
        assert_eq!(d.power(r, n as i64), d.identity());
        assert_eq!(d.power(s, 2), d.identity());
        assert_eq!(d.compose(d.compose(s, r), s), d.inverse(r));
        assert_eq!(d.power(r, -1), d.inverse(r));
        assert_eq!(
            d.compose(r, s).index(),
            1 % n + n,
            "r^i s^f stands at i + n f"
        );
    }
}

#[test]
fn the_mirror_is_left_right() {
    let d6 = planar("D6");
    let s = d6.finite().unwrap().element(6).unwrap();
    let defining = PlanarRepresentation::defining(&d6)
        .finite()
        .unwrap()
        .clone();
    assert_eq!(defining.matrix(s).values(), [-1.0, 0.0, 0.0, 1.0]);
    let s = d6.rotation(s).unwrap();
    assert_eq!(s, PlaneIsometry::MIRROR);
    let grid = LatticeAction::new(&d6, [1, 1, 3]).unwrap();
    assert_eq!(grid.source(&s).unwrap(), [2, 1, 0]);
}

#[test]
fn planar_matrices_are_exact_where_rational() {
    let c12 = planar("C12");
    let defining = PlanarRepresentation::defining(&c12)
        .finite()
        .unwrap()
        .clone();
    for g in c12.finite().unwrap().elements() {
        let [cos, minus_sin, sin, _] = defining.matrix(g).values()[..] else {
            panic!("2 x 2 entries")
        };
        assert_eq!(sin, 0.0 - minus_sin);
        let index = g.index();
        if index.is_multiple_of(3) {
            assert!(
                [cos, sin].iter().all(|v| v.fract() == 0.0),
                "{index}: {cos} {sin}"
            );
        } else {
            assert!(cos.abs() == 0.5 || sin.abs() == 0.5, "{index}: {cos} {sin}");
        }
        assert!(
            [cos, sin]
                .iter()
                .all(|v| v.to_bits() != (-0.0f64).to_bits())
        );
    }
}

#[test]
fn planar_matrices_match_cosine_and_sine() {
    for n in 1..=40 {
        let c = PlanarGroup::new(&Group::cyclic(n).unwrap()).unwrap();
        let defining = PlanarRepresentation::defining(&c).finite().unwrap().clone();
        for g in c.finite().unwrap().elements() {
            let (sin, cos) = c.rotation(g).unwrap().angle().sin_cos();
            let expected = [cos, -sin, sin, cos];
            for (found, expected) in defining.matrix(g).into_values().into_iter().zip(expected) {
                assert!((found - expected).abs() < 8.0 * f64::EPSILON, "C{n} {g:?}");
            }
        }
    }
}

#[test]
fn structure_of_d4() {
    let d4 = group("D4");
    let classes: Vec<Vec<&str>> = d4
        .conjugacy_classes()
        .iter()
        .map(|class| class.iter().map(|&g| d4.element_name(g)).collect())
        .collect();
    assert_eq!(
        classes,
        [
            vec!["e"],
            vec!["r", "r^3"],
            vec!["r^2"],
            vec!["s", "r^2 s"],
            vec!["r s", "r^3 s"]
        ]
    );
    assert_eq!(d4.center().to_string(), "{e, r^2}");
    assert!(d4.center().is_normal());
    let mirror = d4.subgroup_generated(&[d4.element(4).unwrap()]);
    assert!(!mirror.is_normal());
    assert_eq!(d4.left_cosets(&mirror).unwrap().len(), 4);
    let orders: Vec<usize> = d4.elements().map(|g| d4.element_order(g)).collect();
    assert_eq!(orders, [1, 4, 2, 4, 2, 2, 2, 2]);
    assert!(!d4.is_abelian() && group("D2").is_abelian() && group("C7").is_abelian());
}

/// `C_n` has one subgroup per divisor `d` of `n`, `D_n` one cyclic and `d` dihedral ones.
#[test]
fn numbers_of_subgroups() {
    for n in 1..=12 {
        let divisors: Vec<usize> = (1..=n).filter(|d| n % d == 0).collect();
        let sum: usize = divisors.iter().sum();
        let count = |group: Group| group.subgroups().unwrap().len();
        assert_eq!(count(Group::cyclic(n).unwrap()), divisors.len());
        assert_eq!(count(Group::dihedral(n).unwrap()), divisors.len() + sum);
    }
}

#[test]
fn cosets_partition_the_group() {
    let d6 = group("D6");
    for subgroup in d6.subgroups().unwrap() {
        let cosets = d6.left_cosets(&subgroup).unwrap();
        let mut members = cosets.concat();
        members.sort_unstable();
        assert!(members.into_iter().eq(d6.elements()));
        assert!(cosets.iter().all(|coset| coset.len() == subgroup.order()));
    }
}

/// The quaternion group by its table, with the identity at the end.
#[test]
fn a_group_from_a_table() {
    // ±1, ±i, ±j, ±k as (unit, sign), multiplied by the rules i j = k and i² = -1.
    let unit = [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]];
    let sign = [[0, 0, 0, 0], [0, 1, 0, 1], [0, 1, 1, 0], [0, 0, 1, 1]];
    let product = |a: usize, b: usize| {
        let (a, b) = (7 - a, 7 - b);
        let (u, v) = (a % 4, b % 4);
        7 - (unit[u][v] + 4 * (sign[u][v] ^ (a / 4) ^ (b / 4)))
    };
    let rows: Vec<Vec<usize>> = (0..8)
        .map(|a| (0..8).map(|b| product(a, b)).collect())
        .collect();
    let q8 = Group::from_cayley_table("Q8", &rows).unwrap();
    assert_eq!((q8.identity().index(), q8.family()), (7, Family::Table));
    assert_eq!(q8.conjugacy_classes()[0], [q8.identity()]);
    assert_eq!(q8.conjugacy_classes().len(), 5);
    assert_eq!(
        q8.elements().filter(|&g| q8.element_order(g) == 4).count(),
        6
    );
    assert_ne!(q8, group("D4"));
    assert!(matches!(
        PlanarGroup::new(&q8),
        Err(MathError::NotPlanar { .. })
    ));
    let dims = irreps(&q8)
        .into_iter()
        .map(|irrep| irrep.representation().dim());
    assert_eq!(dims.collect::<Vec<_>>(), [1, 1, 1, 1, 4]);
    assert_eq!(
        decompose(&FiniteRepresentation::regular(&q8))
            .unwrap()
            .len(),
        5
    );
}

#[test]
fn names_that_are_refused() {
    let understood = ["C4", "c4", " d1 ", "D4", "C1", "C2048", "D1024", "C007"];
    assert!(understood.iter().all(|name| Group::parse(name).is_ok()));
    for name in [
        "", "D", "X4", "4", "C-1", "C+4", "C4x", "C 4", "É4", "ſ4", "SO(2)",
    ] {
        let error = Group::parse(name).unwrap_err();
        assert!(matches!(error, MathError::UnknownGroup { .. }), "{name}");
        assert!(error.to_string().contains("such as C4 or D4"));
    }
    for name in [
        "C0",
        "D0",
        "C2049",
        "D1025",
        "C99999999999999999999",
        "D99999999999999999999",
    ] {
        let error = Group::parse(name).unwrap_err();
        assert!(matches!(error, MathError::Order { .. }), "{name}: {error}");
    }
    assert!(Group::cyclic(usize::MAX).is_err() && Group::dihedral(usize::MAX).is_err());
}

#[test]
fn the_largest_groups_can_be_used() {
    let d = group("D1024");
    assert_eq!(FiniteRepresentation::regular(&d).dim(), d.order());
    assert!(laws::associativity(d.table()).is_ok());
    assert!(d.subgroups().is_err());
    let regular = FiniteRepresentation::regular(&d);
    assert!(matches!(
        regular.tensor_product(&regular),
        Err(MathError::TooLarge { .. })
    ));
}

#[test]
fn irreps_by_name() {
    assert_eq!(irrep(&group("D4"), "E").unwrap().name(), "E1");
    assert!(irrep(&group("D8"), "E").is_err(), "E is not unique");
    let error = irrep(&group("D2"), "E1").unwrap_err().to_string();
    assert!(error.contains("A1, A2, B1, B2"), "{error}");
    let frequencies: Vec<usize> = irreps(&group("D6"))
        .iter()
        .map(|irrep| irrep.frequency())
        .collect();
    assert_eq!(frequencies, [0, 0, 3, 3, 1, 2]);
}

#[test]
fn grids_that_are_refused() {
    let (c4, c8) = (planar("C4"), planar("C8"));
    let wide = LatticeAction::new(&c4, [1, 4, 6]).unwrap();
    let error = wide
        .source(&c4.elements().unwrap()[1])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("4 rows and 6 columns") && error.contains("make it square"),
        "{error}"
    );
    assert!(
        wide.source(&c4.elements().unwrap()[2]).is_ok(),
        "a half turn fits"
    );
    assert_eq!(wide.elements().len(), 2);
    assert!(wide.finite_action().is_err());
    let square = LatticeAction::new(&c8, [1, 4, 4]).unwrap();
    let error = square
        .source(&c8.elements().unwrap()[1])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("r of C8 does not map the pixel grid"),
        "{error}"
    );
    assert!(
        square.source(&c8.elements().unwrap()[2]).is_ok(),
        "a quarter turn fits"
    );
    let foreign = c8.elements().unwrap()[7];
    assert!(matches!(
        wide.source(&foreign),
        Err(MathError::NotInPointGroup { .. })
    ));
    for (height, width) in [(0, 3), (3, 0), (usize::MAX, 2), (1 << 20, 1 << 20)] {
        assert!(matches!(
            LatticeAction::new(&c4, [1, height, width]),
            Err(MathError::GridSize { .. })
        ));
    }
}

#[test]
fn kernels_that_are_refused() {
    let (c4, d3) = (planar("C4"), planar("D3"));
    let scalar = |planar: &PlanarGroup| FiniteRepresentation::trivial(planar.finite().unwrap());
    let new = |planar: &PlanarGroup, rho: &FiniteRepresentation, height, width| {
        lattice_kernels(planar, rho, rho, height, width).unwrap_err()
    };
    assert!(matches!(
        new(&c4, &scalar(&c4), 0, 3),
        MathError::GridSize { .. }
    ));
    assert!(matches!(
        new(&c4, &scalar(&c4), 3, 5),
        MathError::NotSquare { what: "kernel", .. }
    ));
    assert!(matches!(
        new(&c4, &scalar(&d3), 3, 3),
        MathError::ForeignGroup { .. }
    ));
    assert!(matches!(
        new(&c4, &scalar(&c4), 1 << 14, 1 << 14),
        MathError::TooLarge { .. }
    ));
    let rotated = rotated_defining(&c4);
    let slow = oracle::kernel_space(&c4, &rotated, &rotated, [1, 3, 3]).unwrap();
    let plain = PlanarRepresentation::defining(&c4)
        .finite()
        .unwrap()
        .clone();
    let same = lattice_kernels(&c4, &plain, &plain, 3, 3).unwrap();
    let fast = lattice_kernels(&c4, &rotated, &rotated, 3, 3).unwrap();
    assert_eq!(
        (slow.len(), fast.dim()),
        (same.dim(), same.dim()),
        "the basis does not matter"
    );
}

/// The sum of a sign and a half-turn pair in a slanted basis: no signed permutations.
fn rotated_defining(c4: &PlanarGroup) -> FiniteRepresentation {
    let (c, s) = (0.6, 0.8);
    let matrices: Vec<Matrix> = c4
        .finite()
        .unwrap()
        .elements()
        .map(|g| {
            // diag((-1)^i, 1) conjugated by the rotation with cosine 0.6.
            let sign = if g.index() % 2 == 1 { -1.0 } else { 1.0 };
            let (a, b) = (sign * c * c + s * s, (sign - 1.0) * c * s);
            Matrix::from([[a, b], [b, sign * s * s + c * c]])
        })
        .collect();
    FiniteRepresentation::from_matrices(c4.finite().unwrap(), "slanted", &matrices).unwrap()
}

#[test]
fn slices_of_the_wrong_length_are_refused() {
    let c4 = planar("C4");
    let grid = LatticeAction::new(&c4, [1, 2, 2]).unwrap();
    let (e, scalar) = (
        c4.finite().unwrap().identity(),
        FiniteRepresentation::trivial(c4.finite().unwrap()),
    );
    assert!(transform_feature_map(&scalar, &grid, e, &[0.0; 5]).is_err());
    assert!(transform_filter(&c4, &PlaneIsometry::IDENTITY, &[0; 8], [1, 3, 3]).is_err());
    let basis = lattice_kernels(&c4, &scalar, &scalar, 3, 3).unwrap();
    assert!(basis.expand(&[0.0]).is_err());
    let other = FiniteRepresentation::trivial(group("C2").subgroups().unwrap()[0].group());
    assert!(scalar.inner_product(&other).is_err() && scalar.direct_sum(&other).is_err());
    assert!(transform_feature_map(&other, &grid, e, &[0.0; 4]).is_err());
    let foreign = group("C2").subgroup_generated(&[]);
    assert!(FiniteRepresentation::quotient(c4.finite().unwrap(), &foreign).is_err());
}

proptest! {
    #[test]
    fn parsing_never_panics(name in ".*") {
        let _ = Group::parse(&name);
    }

    #[test]
    fn parsing_names_like_groups_never_panics(name in "[CcDd ][0-9+^ -]{0,24}") {
        if let Ok(group) = Group::parse(&name) {
            prop_assert_eq!(Group::parse(group.name()), Ok(group.clone()));
        }
    }

    /// Light's test and the definition agree on arbitrary small tables.
    #[test]
    fn associativity_agrees_with_its_definition(
        rows in (1usize..4).prop_flat_map(|n| {
            prop::collection::vec(prop::collection::vec(0..n, n), n)
        }),
    ) {
        let table = CayleyTable::new(&rows).unwrap();
        let all = || 0..rows.len();
        let p = |g: usize, h: usize| rows[g][h];
        let associative = all().all(|x| {
            all().all(|a| all().all(|y| p(p(x, a), y) == p(x, p(a, y))))
        });
        prop_assert_eq!(laws::associativity(&table).is_ok(), associative);
    }

    /// A group with one wrong entry is no group.
    #[test]
    fn one_wrong_entry_is_found(
        name in prop::sample::select(vec!["C5", "C8", "D3", "D4", "D6"]),
        (g, h, shift) in (0usize..64, 0usize..64, 1usize..64),
    ) {
        let group = group(name);
        let n = group.order();
        let mut rows: Vec<Vec<usize>> = group
            .elements()
            .map(|g| group.elements().map(|h| group.compose(g, h).index()).collect())
            .collect();
        let entry = &mut rows[g % n][h % n];
        *entry = (*entry + 1 + shift % (n - 1)) % n;
        prop_assert!(Group::from_cayley_table("broken", &rows).is_err());
    }
}
