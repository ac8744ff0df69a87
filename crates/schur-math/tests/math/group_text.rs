//! The text format for groups: what it means, that it comes back, and what is refused.

use proptest::prelude::*;
use schur_math::{Group, GroupDefinition};

const HEXAGON: &str = "
group hexagon
matrix r   # a sixth of a turn
  1/2        -sqrt(3)/2
  sqrt(3)/2  1/2
matrix s
  -1 0
  0  cos(2*pi)
";

#[test]
fn permutations_matrices_and_tables_describe_groups() {
    let square = "group square\r\npermutation r = (1 2 3 4)\r\npermutation s = (1,2) (3,4)\r\n";
    let square = GroupDefinition::from_text(square).unwrap();
    assert_eq!(square.group().name(), "square");
    assert_eq!(square.group().isomorphism_name().as_deref(), Some("D4"));
    assert_eq!(square.defining().unwrap().unwrap().dim(), 4);
    let names: Vec<&str> = square
        .group()
        .elements()
        .map(|g| square.group().element_name(g))
        .collect();
    assert!(
        names.contains(&"r^2 s") || names.contains(&"s r^2"),
        "{names:?}"
    );

    let hexagon = GroupDefinition::from_text(HEXAGON).unwrap();
    assert_eq!(hexagon.group().isomorphism_name().as_deref(), Some("D6"));
    let defining = hexagon.defining().unwrap().unwrap();
    assert_eq!((defining.dim(), defining.is_permutation()), (2, false));

    // The golden ratio in an icosahedral generator, and S5 from a swap and a turn.
    let icosahedron = "matrix\n 0 0 1\n 1 0 0\n 0 1 0\nmatrix\n 1/2 -(1+sqrt(5))/4 (-1+sqrt(5))/4\n (1+sqrt(5))/4 (-1+sqrt(5))/4 -1/2\n (-1+sqrt(5))/4 1/2 (1+sqrt(5))/4";
    assert_eq!(
        Group::from_text(icosahedron)
            .unwrap()
            .isomorphism_name()
            .as_deref(),
        Some("A5")
    );
    let s5 = Group::from_text("permutation (1 2)\npermutation (1 2 3 4 5)").unwrap();
    assert_eq!((s5.order(), s5.name()), (120, "unnamed"));

    // Points that nothing moves are points of the representation.
    let fixed = GroupDefinition::from_text("points 5\npermutation (1 2)").unwrap();
    assert_eq!(fixed.defining().unwrap().unwrap().dim(), 5);

    let xor = Group::from_text("table\n0 1 2 3\n1 0 3 2\n2 3 0 1\n3 2 1 0").unwrap();
    assert_eq!(xor.isomorphism_name().as_deref(), Some("C2 x C2"));
    // Names that are numbers go before numbers.
    let signs = Group::from_text("element -1\nelement 1\ntable\n 1 -1\n -1 1").unwrap();
    assert_eq!(signs.identity().index(), 1);
    assert!(
        GroupDefinition::from_text("table\n0")
            .unwrap()
            .defining()
            .unwrap()
            .is_none()
    );
}

#[test]
fn every_mistake_names_its_line_and_a_remedy() {
    let cases: &[(&str, &[&str])] = &[
        ("", &["line 1", "`table`"]),
        ("# nothing\n\ngroup x", &["`permutation`s"]),
        ("group a\ngroup b", &["line 2", "once"]),
        ("group", &["line 1", "no name"]),
        ("\nspam 3", &["line 2", "\"spam\"", "permutation"]),
        ("permutation (1 2 1)", &["line 1", "1 occurs twice"]),
        ("permutation (0 1)", &["line 1", "\"0\""]),
        ("permutation (1 2", &["line 1", "(1 2 3)(4 5)"]),
        ("permutation", &["line 1", "no permutation"]),
        ("permutation (1 99999)", &["line 1", "99999", "4096"]),
        (
            "points 2\npermutation (1 3)",
            &["line 2", "point 3", "2 points"],
        ),
        ("points 0\npermutation ()", &["line 1", "\"0\""]),
        ("points 3\ntable\n0", &["line 1", "permutations"]),
        ("permutation r s = (1 2)", &["line 1", "\"r s\""]),
        ("permutation e = (1 2)", &["line 1", "\"e\"", "taken"]),
        (
            "permutation a = (1 2)\npermutation b = (1 2)",
            &["line 2", "equals another"],
        ),
        (
            "permutation (1 2 3 4 5 6 7)\npermutation (1 2)",
            &["line 1", "above 2048"],
        ),
        ("matrix\n 1 0\n 0 1 0", &["line 3", "row 2", "square"]),
        ("matrix\n 1 0", &["line 1", "1 rows are missing"]),
        (
            "matrix\n 1 0\n 0 sqrt(-1)",
            &["line 3", "sqrt(-1)", "finite"],
        ),
        ("matrix\n 1/0", &["line 2", "1/0"]),
        ("matrix\n inf", &["line 2", "inf"]),
        (
            "matrix\n 1\nmatrix\n 1 0\n 0 1",
            &["line 3", "2 rows", "first has 1"],
        ),
        ("matrix\n 1\nmatrix\n 0", &["line 3", "not invertible"]),
        ("matrix\n 1 1\n 0 1", &["line 1", "infinite"]),
        ("table\n0 1\n1 1", &["line 1", "no group"]),
        ("table\n0 1 2\n1 0 2\n2 1 0", &["line 1", "no group"]),
        ("table\n0 1\n1 2", &["line 3", "\"2\"", "0 to 1"]),
        ("table\n0\ntable\n0", &["line 3", "one table"]),
        ("element a\nelement a", &["line 2", "again"]),
        ("element a\npermutation (1 2)", &["line 1", "table"]),
        (
            "element a\nelement b\ntable\na",
            &["line 3", "1 elements", "2 have names"],
        ),
        (
            "element a\nelement b\ntable\na b\nb c",
            &["line 5", "\"c\"", "element"],
        ),
        ("permutation (1 2)\ntable\n0", &["line 2", "second way"]),
    ];
    for (text, words) in cases {
        let error = Group::from_text(text).expect_err(text).to_string();
        for word in *words {
            assert!(error.contains(word), "{text:?}: {error}");
        }
    }
    // A loop that is not associative: the error says where.
    let loop5 = "table\n0 1 2 3 4\n1 0 3 4 2\n2 4 0 1 3\n3 2 4 0 1\n4 3 1 2 0";
    let error = Group::from_text(loop5).unwrap_err().to_string();
    assert!(
        error.contains("associativity") && error.contains('('),
        "{error}"
    );
    // Deep nesting ends in an error, not in an overflow of the stack.
    let deep = format!("matrix\n{}1", "(".repeat(100_000));
    assert!(Group::from_text(&deep).is_err());
}

#[test]
fn matrices_that_are_not_orthogonal_have_no_defining_representation() {
    let shear = GroupDefinition::from_text("matrix\n 1 1\n 0 -1").unwrap();
    assert_eq!(shear.group().order(), 2);
    assert!(shear.defining().is_err());
}

#[test]
fn every_family_comes_back() {
    for name in [
        "C1",
        "C6",
        "D4",
        "S4",
        "A5",
        "Q8",
        "Dic3",
        "Oh",
        "C4 x D3",
        "C2 x C2 x C2",
    ] {
        let group = Group::parse(name).unwrap();
        let again = Group::from_text(&group.to_text()).unwrap();
        assert_eq!(again, group);
        assert_eq!(again.name(), group.name());
        for g in group.elements() {
            assert_eq!(again.element_name(g), group.element_name(g));
        }
    }
    let odd = Group::from_cayley_table(" # \n", &[vec![1, 0], vec![0, 1]]).unwrap();
    assert_eq!(Group::from_text(&odd.to_text()).unwrap(), odd);
}

/// As GAP breaks long lines, in the middle of numbers too, and with the minus sign of typographers.
#[test]
fn texts_of_other_programs_are_read() {
    let whole = Group::from_text("permutation r = (1,2,10)(3,4)\n").unwrap();
    for broken in [
        "permutation r = (1,2,1\\\n0)(3,4)\n",
        "permutation r = (1,2,1\\\r\n0)(3,\\\r\n4)\r\n",
        "permutation r = (1,2,10)(3,4)\\",
    ] {
        assert_eq!(Group::from_text(broken).unwrap(), whole, "{broken:?}");
    }
    // Lines keep their numbers, and a comment ends where its line does.
    for (text, line) in [
        ("permutation r = (1,\\\n2)\nnonsense\n", "line 3"),
        ("# a path C:\\\nnonsense\n", "line 2"),
    ] {
        let error = Group::from_text(text).unwrap_err().to_string();
        assert!(error.contains(line), "{error}");
    }
    let turn = |minus: &str| {
        format!("matrix r\n {minus}1/2 {minus}sqrt(3)/2\n sqrt(3)/2 {minus}5e{minus}1\n")
    };
    let typographic = Group::from_text(&turn("\u{2212}")).unwrap();
    assert_eq!(typographic, Group::from_text(&turn("-")).unwrap());
    assert_eq!(typographic.order(), 3);
}

fn shuffled_product() -> impl Strategy<Value = Group> {
    let names = ["C5", "D3", "Q8", "S3", "A4", "C2"];
    let pair = (0..names.len(), 0..names.len());
    pair.prop_flat_map(move |(i, j)| {
        let group = Group::parse(&format!("{} x {}", names[i], names[j])).unwrap();
        let order: Vec<usize> = (0..group.order()).collect();
        Just(order).prop_shuffle().prop_map(move |order| {
            let mut place = vec![0; order.len()];
            for (new, &old) in order.iter().enumerate() {
                place[old] = new;
            }
            let product = |&g: &usize, &h: &usize| {
                let [g, h] = [g, h].map(|index| group.element(index).unwrap());
                place[group.compose(g, h).index()]
            };
            let row = |g| order.iter().map(|h| product(g, h)).collect();
            let rows: Vec<Vec<usize>> = order.iter().map(row).collect();
            Group::from_cayley_table(group.name(), &rows).unwrap()
        })
    })
}

/// Matrices of a finite group that are no defining representation, and of an infinite one: what helps.
#[test]
fn matrices_are_refused_with_what_is_wrong_with_them() {
    let defining = |matrix: &str| {
        let text = format!("group m\nmatrix r\n{matrix}");
        let group = GroupDefinition::from_text(&text).map_err(|e| e.to_string())?;
        let rho = group.defining().map_err(|e| e.to_string())?;
        Ok::<_, String>(rho.map(|rho| rho.dim()))
    };
    let turn = "1/2 -sqrt(3)/2\n sqrt(3)/2 1/2";
    assert_eq!(defining(turn), Ok(Some(2)));
    for (matrix, parts) in [
        (
            "0.5 -0.8660254\n 0.8660254 0.5",
            ["only up to 3.3e-8", "sqrt(3)/2"],
        ),
        ("0 1\n -1 -1", ["not orthogonal", "orthonormal basis"]),
        ("1 1\n 0 1", ["infinite", "no power of one of its matrices"]),
        (
            "-1 1\n 0 -1",
            ["infinite", "no power of one of its matrices"],
        ),
        ("2 0\n 0 1/2", ["infinite", "correct the generators"]),
        // Two turns that differ by too little are no infinite group yet.
        ("0.5 -0.866\n 0.866 0.5", ["differ by", "give more digits"]),
    ] {
        let error = defining(matrix).unwrap_err();
        for part in parts {
            assert!(error.contains(part), "no {part:?} in {error}");
        }
    }
    // Permutations are finitely many.
    let seven = GroupDefinition::from_text("permutation (1 2)\npermutation (1 2 3 4 5 6 7)");
    let error = seven.unwrap_err().to_string();
    assert!(
        error.contains("above 2048") && !error.contains("infinite"),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_undoes_writing(group in shuffled_product()) {
        prop_assert_eq!(Group::from_text(&group.to_text()).unwrap(), group);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let _ = Group::from_text(&text);
    }

    #[test]
    fn no_text_of_the_right_words_panics(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "group ", "points ", "permutation ", "matrix", "element ", "table", "\n", "\n", "\n",
                " ", "(1 2)", "(2 3 4)", "()", "(", ")", "=", "a", "b", "e", "0", "1", "-1", "2", "1/2",
                "sqrt(3)", "cos(", "pi", "*", "/", "-", "#", "1e5", "9999999999999999999999", "0.5",
            ]),
            0..40,
        )
    ) {
        let _ = Group::from_text(&words.concat());
    }
}
