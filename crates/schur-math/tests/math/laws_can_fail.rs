//! For every law one broken object that it must reject, with the right witness.

use schur_math::laws::{self, Law, Violation};
use schur_math::{
    CayleyTable, FiniteAction, FiniteRepresentation, Group, KernelBand, KernelEntry, LatticeAction,
    Matrix, PlanarGroup, PlanarRepresentation, PlaneIsometry, SteerableKernelBasis, tolerance,
};

fn c2() -> Group {
    Group::cyclic(2).unwrap()
}

fn table(rows: &[&[usize]]) -> CayleyTable {
    CayleyTable::new(&rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>()).unwrap()
}

fn assert_fails(result: Result<laws::LawReport, Violation>, law: Law, witness: &str) {
    let violation = result.expect_err("the object is broken");
    assert_eq!((violation.law, violation.witness.as_str()), (law, witness));
    assert!(violation.worst > 0.0);
}

/// A loop of order 5: a Latin square with identity and inverses that is not associative.
const LOOP: [[usize; 5]; 5] = [
    [0, 1, 2, 3, 4],
    [1, 0, 3, 4, 2],
    [2, 4, 0, 1, 3],
    [3, 2, 4, 0, 1],
    [4, 3, 1, 2, 0],
];

#[test]
fn closure() {
    assert_fails(
        laws::closure(&[vec![0, 1], vec![1, 2]]),
        Law::Closure,
        "(1, 1)",
    );
    assert_fails(laws::closure(&[vec![0, 1], vec![1]]), Law::Closure, "row 1");
    assert_fails(laws::closure(&[]), Law::Closure, "nothing");
}

#[test]
fn identity() {
    // Every product is its left factor: 0 is an identity from the right only.
    let left_zero = table(&[&[0, 0], &[1, 1]]);
    assert_fails(laws::identity(&left_zero), Law::Identity, "(0, 1)");
}

#[test]
fn inverse() {
    let or = table(&[&[0, 1], &[1, 1]]);
    assert_fails(laws::inverse(&or), Law::Inverse, "1");
    let left_zero = table(&[&[0, 0], &[1, 1]]);
    assert_fails(laws::inverse(&left_zero), Law::Identity, "(0, 1)");
}

#[test]
fn associativity() {
    let rows: Vec<Vec<usize>> = LOOP.iter().map(|row| row.to_vec()).collect();
    let table = CayleyTable::new(&rows).unwrap();
    assert!(laws::identity(&table).is_ok() && laws::inverse(&table).is_ok());
    let violation = laws::associativity(&table).unwrap_err();
    assert_eq!(violation.law, Law::Associativity);
    let numbers = violation.witness.trim_matches(['(', ')']).split(", ");
    let [x, a, y] = numbers.map(|n| n.parse().unwrap()).collect::<Vec<usize>>()[..] else {
        panic!("{}", violation.witness);
    };
    let product = |g, h| table.product(g, h);
    assert_ne!(product(product(x, a), y), product(x, product(a, y)));
    let error = Group::from_cayley_table("loop", &rows)
        .unwrap_err()
        .to_string();
    assert!(error.contains("associativity fails at ("), "{error}");
}

#[test]
fn action_closure() {
    let group = c2();
    let result = laws::action_closure(&group, &[vec![0, 1], vec![1, 2]]);
    assert_fails(result, Law::ActionClosure, "(1, 1)");
    assert_fails(
        laws::action_closure(&group, &[vec![0]]),
        Law::ActionClosure,
        "1 rows",
    );
    assert_fails(
        laws::action_closure(&group, &[vec![0], vec![]]),
        Law::ActionClosure,
        "row 1",
    );
    assert_fails(
        laws::action_closure(&group, &[vec![], vec![]]),
        Law::ActionClosure,
        "nothing",
    );
}

#[test]
fn action_identity() {
    let moving = [vec![1, 0], vec![1, 0]];
    assert_fails(
        laws::action_identity(&c2(), &moving),
        Law::ActionIdentity,
        "0",
    );
    assert!(FiniteAction::new(&c2(), moving.to_vec()).is_err());
}

#[test]
fn action_compatibility() {
    // A cyclic shift of three points has order 3, not 2.
    let shift = [vec![0, 1, 2], vec![1, 2, 0]];
    let result = laws::action_compatibility(&c2(), &shift);
    assert_fails(result, Law::ActionCompatibility, "(1, 1, 0)");
    assert!(FiniteAction::new(&c2(), shift.to_vec()).is_err());
}

#[test]
fn orbit_stabilizer() {
    // The identity moves both points, so nothing fixes them.
    let moving = [vec![1, 0], vec![1, 0]];
    assert_fails(
        laws::orbit_stabilizer(&c2(), &moving),
        Law::OrbitStabilizer,
        "0",
    );
}

#[test]
fn homomorphism() {
    let group = Group::cyclic(3).unwrap();
    let signs = [1.0, -1.0, 1.0].map(|sign| Matrix::from([[sign]]));
    assert_fails(
        laws::homomorphism(&group, &signs),
        Law::Homomorphism,
        "(1, 2)",
    );
    assert_fails(
        laws::homomorphism_on_generators(&group, &signs),
        Law::Homomorphism,
        "(1, 2)",
    );
    let no_identity = vec![Matrix::from([[-1.0]]); 3];
    assert_fails(
        laws::homomorphism(&group, &no_identity),
        Law::Homomorphism,
        "0",
    );
    assert_fails(
        laws::homomorphism(&group, &signs[..2]),
        Law::Homomorphism,
        "2 matrices",
    );
    for (sizes, witness) in [
        ([(1, 1), (1, 1), (2, 2)], "2"),
        ([(1, 1), (1, 2), (1, 1)], "1"),
        ([(1, 2), (1, 2), (1, 2)], "0"),
        ([(0, 0), (0, 0), (0, 0)], "0"),
    ] {
        let sized = sizes.map(|(rows, columns)| Matrix::zeros(rows, columns));
        assert_fails(
            laws::homomorphism(&group, &sized),
            Law::Homomorphism,
            witness,
        );
        assert!(FiniteRepresentation::from_matrices(&group, "sized", &sized).is_err());
    }
    assert!(FiniteRepresentation::from_matrices(&group, "signs", &signs).is_err());
}

#[test]
fn orthogonality() {
    // A homomorphism that is a reflection along a slanted direction.
    let group = c2();
    let slanted = [Matrix::identity(2), Matrix::from([[1.0, 1.0], [0.0, -1.0]])];
    assert!(laws::homomorphism(&group, &slanted).is_ok());
    assert_fails(
        laws::orthogonality(&group, &slanted),
        Law::Orthogonality,
        "1",
    );
    assert!(FiniteRepresentation::from_matrices(&group, "slanted", &slanted).is_err());
}

#[test]
fn not_a_number_is_a_violation() {
    let broken = [1.0, f64::NAN].map(|number| Matrix::from([[number]]));
    assert_fails(laws::orthogonality(&c2(), &broken), Law::Orthogonality, "1");
    assert_fails(
        laws::homomorphism(&c2(), &broken),
        Law::Homomorphism,
        "(0, 1)",
    );
}

#[test]
fn steerability() {
    let c4 = PlanarGroup::parse("C4").unwrap();
    let [scalar, vector] =
        ["trivial", "defining"].map(|name| PlanarRepresentation::parse(&c4, name).unwrap());
    let band = KernelBand::for_size(3).unwrap();
    let basis = SteerableKernelBasis::new(&vector, &scalar, &band).unwrap();
    let elements = c4.elements().unwrap();
    let one = |_: &PlaneIsometry| Matrix::identity(1);
    let of_vector = |g: &PlaneIsometry| vector.matrix(g).unwrap();
    let points = [[0.0, 0.0], [1.0, 0.0]];
    let tolerance = tolerance::STEERABILITY;
    let check = |points: &[[f64; 2]], out: laws::MatrixOf<'_, PlaneIsometry>| {
        laws::steerability_at(&elements, points, &basis, out, &one, tolerance)
    };
    assert!(check(&points, &of_vector).is_ok());
    // A vector that does not turn: the half turn is wrong by twice its length.
    let still = |_: &PlaneIsometry| Matrix::identity(2);
    assert_fails(check(&points, &still), Law::Steerability, "(2, 1)");
    assert_fails(check(&points, &one), Law::Steerability, "(0, 0)");
    let nothing = |_: &PlaneIsometry| Matrix::default();
    assert_fails(check(&points, &nothing), Law::Steerability, "(0, 0)");
    assert_fails(check(&[], &of_vector), Law::Steerability, "nothing");

    let mut kernels = basis.on_grid([1, 3, 3]).unwrap();
    let taps = LatticeAction::new(&c4, [1, 3, 3]).unwrap();
    let check = |kernels: &[Vec<KernelEntry>]| {
        laws::grid_steerability(&taps, (2, 1), kernels, &of_vector, &one, tolerance)
    };
    assert!(check(&kernels).is_ok());
    assert_fails(check(&[]), Law::Steerability, "nothing");
    let first = kernels[1][0];
    kernels[1][0].value = -3.0 * first.value;
    let violation = check(&kernels).unwrap_err();
    assert!(violation.witness.starts_with("(1, "), "{violation}");
    kernels[1][0].tap = 9;
    assert_fails(check(&kernels), Law::Steerability, "1");
}
