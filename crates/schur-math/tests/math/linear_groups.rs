//! Groups of matrices: invariants, equivariant maps, and their counts.

use crate::support::table;

use proptest::prelude::*;
use schur_math::laws::linear_equivariance;
use schur_math::{LinearGroup, MathError, Matrix, TensorType, oracle, rubik_turns, tolerance};

fn group(name: &str) -> LinearGroup {
    match name {
        "S3" => LinearGroup::symmetric(3),
        "S5" => LinearGroup::symmetric(5),
        "C4" => LinearGroup::cyclic(4),
        "SO(2)" => LinearGroup::special_orthogonal(2),
        "O(2)" => LinearGroup::orthogonal(2),
        "SO(3)" => LinearGroup::special_orthogonal(3),
        "O(3)" => LinearGroup::orthogonal(3),
        "SO(4)" => LinearGroup::special_orthogonal(4),
        "O(5)" => LinearGroup::orthogonal(5),
        "U(1)" => LinearGroup::unitary(1),
        "U(2)" => LinearGroup::unitary(2),
        "SU(2)" => LinearGroup::special_unitary(2),
        "SU(3)" => LinearGroup::special_unitary(3),
        "Sp(2)" => LinearGroup::symplectic(1),
        "Sp(4)" => LinearGroup::symplectic(2),
        "SL(2)" => LinearGroup::special_linear(2),
        "SL(3)" => LinearGroup::special_linear(3),
        "O(1;3)" => Ok(LinearGroup::lorentz()),
        "SO+(1;3)" => Ok(LinearGroup::proper_lorentz()),
        _ => panic!("no group {name}"),
    }
    .unwrap()
}

fn parse(text: &str) -> TensorType {
    text.parse().unwrap()
}

#[test]
fn invariants_of_powers_have_the_published_counts() {
    for row in table::rows("tensor_invariants.csv") {
        let group = group(&row[0]);
        for (k, count) in row[1..].iter().enumerate() {
            if let Ok(expected) = count.parse::<usize>() {
                let found = group.invariants(k, 0).unwrap();
                assert_eq!(found.dim(), expected, "{} on V^{k}", row[0]);
                assert!(found.residual() <= tolerance::INVARIANT_RESIDUAL);
            }
        }
    }
}

/// Bell numbers: partitions of `a + b` indices (Maron et al. 2019).
#[test]
fn maps_between_tensors_over_a_set() {
    let bell = [1, 1, 2, 5, 15, 52, 203];
    let set = LinearGroup::symmetric(6).unwrap();
    for a in 0..=3 {
        for b in 0..=3 {
            let maps = set
                .maps(&TensorType::tensor(a, 0), &TensorType::tensor(b, 0))
                .unwrap();
            assert_eq!(maps.dim(), bell[a + b]);
        }
    }
    // Sets (Zaheer et al. 2017), graphs, and the mixed features of Finzi et al. (2021).
    let count = |source, target| {
        let maps = group("S5").maps(&parse(source), &parse(target)).unwrap();
        maps.dim()
    };
    assert_eq!(count("T(1)", "T(1)"), 2);
    assert_eq!(count("T(2)", "T(2)"), 15);
    assert_eq!(count("10T(1) + 5T(2)", "3T(0) + T(2)"), 185);
}

#[test]
fn rubiks_cube() {
    let cube = LinearGroup::rubik();
    assert_eq!(cube.maps(&parse("T(1)"), &parse("T(1)")).unwrap().dim(), 9);
    // Corners and edges.
    assert_eq!(cube.invariants(1, 0).unwrap().dim(), 2);
    let [u, d, _, r, _, b] = rubik_turns();
    let inverse = |turn: &Vec<usize>| {
        let mut back = vec![0; 48];
        (0..48).for_each(|k| back[turn[k]] = k);
        back
    };
    let order = |word: &[&Vec<usize>]| {
        let once = |k: usize| word.iter().fold(k, |k, turn| turn[k]);
        let mut power: Vec<usize> = (0..48).map(once).collect();
        let mut order = 1;
        while power.iter().enumerate().any(|(k, &image)| k != image) {
            power = power.into_iter().map(once).collect();
            order += 1;
        }
        order
    };
    for turn in &rubik_turns() {
        assert_eq!(order(&[turn]), 4);
    }
    let (r_back, u_back, d_back) = (inverse(&r), inverse(&u), inverse(&d));
    // Known orders (Joyner 2008): a commutator has 6, R U has 105, the largest is 1260.
    assert_eq!(order(&[&r, &u, &r_back, &u_back]), 6);
    assert_eq!(order(&[&r, &u]), 105);
    assert_eq!(order(&[&r, &u, &u, &d_back, &b, &d_back]), 1260);
    assert_eq!(order(&[&u, &d]), 4);
}

#[test]
fn bases_agree_with_the_null_space() {
    let cases: [(&str, &[(usize, usize)]); 14] = [
        ("S3", &[(2, 0), (3, 1)]),
        ("C4", &[(2, 1)]),
        ("SO(2)", &[(4, 0), (3, 3)]),
        ("SO(3)", &[(3, 0), (2, 2), (5, 0)]),
        ("O(3)", &[(4, 0), (3, 1)]),
        ("SO(4)", &[(4, 0)]),
        ("U(1)", &[(2, 0), (3, 3)]),
        ("U(2)", &[(2, 0), (2, 2)]),
        ("SU(2)", &[(2, 2)]),
        ("SU(3)", &[(3, 0)]),
        ("Sp(4)", &[(2, 0), (2, 2), (4, 0)]),
        ("SL(3)", &[(1, 1), (3, 0), (2, 2), (3, 1)]),
        ("O(1;3)", &[(2, 0), (1, 1), (2, 2)]),
        ("SO+(1;3)", &[(4, 0), (3, 1), (0, 2)]),
    ];
    for (name, orders) in cases {
        let group = group(name);
        for &(vectors, covectors) in orders {
            let fast = group.invariants(vectors, covectors).unwrap();
            let fast: Vec<Vec<f64>> = (0..fast.dim()).map(|i| fast.tensor(i)).collect();
            for (i, a) in fast.iter().enumerate() {
                for (j, b) in fast.iter().enumerate() {
                    let product: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
                    let delta = f64::from(u8::from(i == j));
                    assert!((product - delta).abs() < tolerance::INDEPENDENCE, "{name}");
                }
            }
            let slow = oracle::invariant_tensors(&group, vectors, covectors).unwrap();
            assert_eq!(fast.len(), slow.len(), "{name} T({vectors}, {covectors})");
            let distance = oracle::span_distance(&fast, &slow);
            assert!(distance < tolerance::INDEPENDENCE, "{name}: {distance}");
        }
    }
}

/// The signed permutations of the families belong to the connected groups: without them, and
/// with all of the Lie algebra, the invariants are the same.
#[test]
fn signed_permutations_change_no_connected_group() {
    let unit = |n: usize, entries: &[(usize, usize, f64)]| {
        let mut matrix = Matrix::zeros(n, n);
        entries.iter().for_each(|&(i, j, v)| matrix[(i, j)] = v);
        matrix
    };
    let (mut rotations, mut lorentz, mut linear) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..3 {
        for j in 0..i {
            rotations.push(unit(3, &[(i, j, 1.0), (j, i, -1.0)]));
            lorentz.push(unit(4, &[(i + 1, j + 1, 1.0), (j + 1, i + 1, -1.0)]));
            linear.push(unit(3, &[(i, j, 1.0)]));
            linear.push(unit(3, &[(j, i, 1.0)]));
            linear.push(unit(3, &[(i, i, 1.0), (j, j, -1.0)]));
        }
        lorentz.push(unit(4, &[(0, i + 1, 1.0), (i + 1, 0, 1.0)]));
    }
    // The unitary and symplectic algebras from their definitions: all matrices that satisfy
    // them, from a null space of unit matrices.
    let cases = [
        ("SO(3)", 3, rotations),
        ("SO+(1;3)", 4, lorentz),
        ("SL(3)", 3, linear),
        ("Sp(4)", 4, symplectic_algebra()),
        ("SU(2)", 4, unitary_algebra()),
    ];
    for (name, dim, algebra) in cases {
        let connected = LinearGroup::new(name, dim, &[], &algebra).unwrap();
        for (vectors, covectors) in [(2, 0), (1, 1), (3, 0), (2, 2)] {
            let spans = [&connected, &group(name)].map(|group| {
                let basis = group.invariants(vectors, covectors).unwrap();
                (0..basis.dim())
                    .map(|i| basis.tensor(i))
                    .collect::<Vec<_>>()
            });
            assert_eq!(spans[0].len(), spans[1].len(), "{name}");
            let distance = oracle::span_distance(&spans[0], &spans[1]);
            assert!(distance < tolerance::INDEPENDENCE, "{name}: {distance}");
        }
    }
}

/// `A` with `Aᵀ Ω + Ω A = 0`: `A = Ω S` for symmetric `S`.
fn symplectic_algebra() -> Vec<Matrix> {
    let mut all = Vec::new();
    for i in 0..4usize {
        for j in 0..=i {
            let mut matrix = Matrix::zeros(4, 4);
            for (row, column) in [(i, j), (j, i)] {
                let sign = if row < 2 { -1.0 } else { 1.0 };
                matrix[((row + 2) % 4, column)] = sign;
            }
            all.push(matrix);
        }
    }
    all
}

/// `i` times the three matrices of Pauli, on `(Re z, Im z)`.
fn unitary_algebra() -> Vec<Matrix> {
    let real = |re: [f64; 4], im: [f64; 4]| {
        let mut matrix = Matrix::zeros(4, 4);
        for k in 0..4 {
            let (row, column) = (k / 2, k % 2);
            matrix[(row, column)] = re[k];
            matrix[(row + 2, column + 2)] = re[k];
            matrix[(row + 2, column)] = im[k];
            matrix[(row, column + 2)] = -im[k];
        }
        matrix
    };
    vec![
        real([0.0; 4], [0.0, 1.0, 1.0, 0.0]),
        real([0.0, 1.0, -1.0, 0.0], [0.0; 4]),
        real([0.0; 4], [1.0, 0.0, 0.0, -1.0]),
    ]
}

#[test]
fn maps_commute_and_others_do_not() {
    let cases = [
        ("SO(3)", "T(1) + T(0)", "T(2) + 2T(1)"),
        ("SL(3)", "T(1, 1)", "2T(0) + T(1, 1)"),
        ("SL(2)", "T(0, 1)", "T(1)"),
        ("SO+(1;3)", "T(1) + T(0, 1)", "T(0, 1) + T(1)"),
        ("Sp(4)", "T(1, 1)", "T(2)"),
        ("SL(3)", "T(2)", "T(0, 1) + T(2)"),
        ("S3", "2T(1)", "T(2) + T(0)"),
    ];
    for (name, source, target) in cases {
        let (group, source, target) = (group(name), parse(source), parse(target));
        let maps = group.maps(&source, &target).unwrap();
        assert!(maps.dim() > 0, "{name}");
        let weights: Vec<f64> = (0..maps.dim()).map(|i| 1.0 + i as f64).collect();
        let mut map = maps.expand(&weights).unwrap();
        let square: f64 = map.values().iter().map(|v| v * v).sum();
        let expected: f64 = weights.iter().map(|w| w * w).sum();
        assert!((square / expected - 1.0).abs() < tolerance::INDEPENDENCE);
        let law = |map: &Matrix| {
            linear_equivariance(&group, &source, &target, map, tolerance::INDEPENDENCE)
        };
        let report = law(&map).unwrap();
        let columns = source.dim(group.dim()).unwrap();
        assert_eq!(report.cases, group.generators() * columns);
        *map.values_mut().last_mut().unwrap() += 0.5;
        let violation = law(&map).unwrap_err();
        assert!(violation.witness.contains("generator"), "{violation}");
        assert!(law(&map.columns(1, map.cols() - 1)).is_err());
        assert!(maps.expand(&weights[1..]).is_err() && maps.matrix(maps.dim()).is_err());
    }
}

/// The space grows to 100,000 dimensions without a dense matrix.
#[test]
fn large_spaces() {
    // Matchings of five vectors in a hundred thousand entries: none; of two and three: ...
    let o10 = LinearGroup::orthogonal(10).unwrap();
    assert_eq!(o10.invariants(5, 0).unwrap().dim(), 0);
    let o17 = LinearGroup::orthogonal(17).unwrap();
    let maps = o17.maps(&parse("T(2)"), &parse("T(2)")).unwrap();
    assert_eq!(maps.dim(), 3);
    // The determinant is the invariant of seven vectors: 7^7 = 823,543 entries.
    let sl7 = LinearGroup::special_linear(7).unwrap();
    let volume = sl7.invariants(7, 0).unwrap();
    assert_eq!(volume.dim(), 1);
    let first = volume.tensor(0)[(0..7).fold(0, |at, k| at * 7 + k)];
    let factorial: f64 = (1..=7).map(f64::from).product();
    assert!((first * factorial.sqrt() - 1.0).abs() < tolerance::INDEPENDENCE);
}

#[test]
fn equal_input_equal_bits() {
    let basis = || group("SO+(1;3)").invariants(4, 0).unwrap();
    let (a, b) = (basis(), basis());
    assert!((0..a.dim()).all(|i| a.tensor(i) == b.tensor(i)));
}

#[test]
fn bad_input_is_refused_with_names() {
    let message = |error: Result<LinearGroup, MathError>| error.unwrap_err().to_string();
    let new = |dim, discrete: &[Matrix]| LinearGroup::new("mine", dim, discrete, &[]);
    assert!(message(new(0, &[])).contains("0 dimensions"));
    assert!(message(new(2, &[Matrix::zeros(2, 3)])).contains("2 x 3 instead of 2 x 2"));
    assert!(
        message(new(2, &[Matrix::from([[1.0, f64::NAN], [0.0, 1.0]])])).contains("row 0, column 1")
    );
    assert!(message(new(2, &[Matrix::from([[1.0; 2]; 2])])).contains("not invertible"));
    assert!(message(LinearGroup::special_orthogonal(0)).contains("SO(0)"));
    assert!(LinearGroup::symplectic(usize::MAX).is_err());
    assert!(LinearGroup::permutations("two", &[vec![0, 0]]).is_err());
    assert!(LinearGroup::permutations("none", &[]).is_err());
    let s5 = group("S5");
    let error = s5.invariants(10, 0).unwrap_err().to_string();
    assert!(
        error.contains("5^10") && error.contains("4194304"),
        "{error}"
    );
    assert!(s5.invariants(usize::MAX, usize::MAX).is_err());
    assert!(s5.act(9, &parse("T(1)"), &[0.0; 5]).is_err());
    assert!(s5.act(0, &parse("T(1)"), &[0.0; 4]).is_err());
    for text in [
        "",
        "T",
        "T(",
        "T(x)",
        "x T(1)",
        "T(1) +",
        "-1 T(1)",
        "T(1, 2, 3)",
        "3",
    ] {
        let error = text.parse::<TensorType>().unwrap_err().to_string();
        assert!(error.contains("is no tensor type"), "{error}");
    }
    let one = LinearGroup::cyclic(1).unwrap();
    assert!(one.invariants(usize::MAX, 0).is_err() && one.invariants(1000, 0).is_ok());
    // A group without transposes whose constraints are nearly dependent.
    let mut growing = Matrix::zeros(6, 6);
    (0..6).for_each(|k| growing[(k, k)] = 10f64.powi(k as i32));
    let growing = LinearGroup::new("growing", 6, &[growing], &[]).unwrap();
    match growing.invariants(3, 0) {
        Ok(basis) => assert!(basis.residual() <= tolerance::INVARIANT_RESIDUAL),
        Err(error) => assert!(matches!(error, MathError::NotConverged { .. }), "{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tensor_types_print_what_they_parse(terms in prop::collection::vec((0usize..20, 0usize..5, 0usize..3), 0..5)) {
        let terms: Vec<String> = terms.iter().map(|(m, p, q)| format!("{m} T({p}, {q})")).collect();
        let text = if terms.is_empty() { "0".to_string() } else { terms.join(" + ") };
        let parsed = parse(&text);
        prop_assert_eq!(parse(&parsed.to_string()), parsed);
    }
}
