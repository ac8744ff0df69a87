//! Character tables against orthogonality and published values.

use schur_math::{CharacterTable, Complex64, Element, Group, tolerance};

use crate::support::table as golden_table;

use self::golden_table::rows;

fn table(name: &str) -> CharacterTable {
    CharacterTable::new(&Group::parse(name).unwrap())
}

/// `3''` is the third character of dimension 3.
fn character(table: &CharacterTable, name: &str) -> usize {
    let digits = name.trim_end_matches('\'');
    let dim: usize = digits.parse().unwrap();
    let mut of_dim = (0..)
        .zip(table.characters())
        .filter(|(_, c)| c.dim() == dim);
    of_dim.nth(name.len() - digits.len()).unwrap().0
}

/// One line adds a group.
const GROUPS: [&str; 24] = [
    "C1",
    "C2",
    "C7",
    "C12",
    "C2 x C4 x C6",
    "D1",
    "D2",
    "D3",
    "D4",
    "D9",
    "D12",
    "Q8",
    "Dic3",
    "Dic5",
    "A4",
    "S4",
    "A5",
    "S5",
    "Th",
    "Oh",
    "Ih",
    "C3 x Q8",
    "D3 x D4",
    "A6",
];

/// `1/|G| Σ_classes size f(class) conj h(class)`.
fn inner(table: &CharacterTable, f: &[Complex64], h: &[Complex64]) -> f64 {
    let sizes = table.classes().iter().map(Vec::len);
    let terms = sizes.zip(f.iter().zip(h));
    let sum: f64 = terms
        .map(|(size, (a, b))| size as f64 * (a.re * b.re + a.im * b.im))
        .sum();
    sum / table.group().order() as f64
}

/// The largest defect of `<χ_i, χ_j> = δ_ij`.
fn orthogonality_defect(table: &CharacterTable, characters: &[Vec<Complex64>]) -> f64 {
    assert!(!characters.is_empty());
    let mut worst = 0.0f64;
    for (i, f) in characters.iter().enumerate() {
        for (j, h) in characters.iter().enumerate() {
            let expected = if i == j { 1.0 } else { 0.0 };
            worst = worst.max((inner(table, f, h) - expected).abs());
        }
    }
    worst
}

#[test]
fn rows_are_orthonormal_and_complete() {
    for name in GROUPS {
        let table = table(name);
        let values: Vec<Vec<Complex64>> = table
            .characters()
            .iter()
            .map(|c| c.values().to_vec())
            .collect();
        assert_eq!(values.len(), table.classes().len(), "{name}");
        let defect = orthogonality_defect(&table, &values);
        assert!(
            defect < tolerance::REPRESENTATION_DEFECT,
            "{name}: {defect}"
        );
        let squares: usize = table.characters().iter().map(|c| c.dim().pow(2)).sum();
        assert_eq!(squares, table.group().order(), "{name}");
        let trivial = &table.characters()[0];
        assert!(trivial.values().iter().all(|v| (v.re, v.im) == (1.0, 0.0)));
    }
}

#[test]
fn orthogonality_can_fail() {
    let table = table("S4");
    let mut values: Vec<Vec<Complex64>> = table
        .characters()
        .iter()
        .map(|c| c.values().to_vec())
        .collect();
    values[3][1].re += 1.0;
    assert!(orthogonality_defect(&table, &values) > 0.1);
}

/// `Σ_χ fs(χ) χ(1)` is the number of `g` with `g² = e` (Serre 1977, section 13.2).
#[test]
fn indicators_count_square_roots() {
    for name in GROUPS {
        let table = table(name);
        let group = table.group();
        for target in group.elements() {
            let roots = group.elements().filter(|&g| group.compose(g, g) == target);
            let class = table.class_of(target);
            let terms = table.characters().iter();
            let sum: f64 = terms
                .map(|c| f64::from(c.frobenius_schur()) * c.values()[class].re)
                .sum();
            assert!(
                (sum - roots.count() as f64).abs() < tolerance::MULTIPLICITY,
                "{name}"
            );
        }
        for (i, c) in table.characters().iter().enumerate() {
            let conjugate = table.conjugate(i);
            assert_eq!(conjugate == i, c.is_real(), "{name}");
            assert_eq!(table.conjugate(conjugate), i);
        }
    }
}

#[test]
fn published_values() {
    for row in rows("character_tables.csv") {
        let table = table(&row[0]);
        let index = character(&table, &row[1]);
        let group = table.group();
        let g = group
            .elements()
            .find(|&g: &Element| group.element_name(g) == row[3])
            .unwrap_or_else(|| panic!("{row:?}"));
        let expected = match row[4].as_str() {
            "sqrt2" => std::f64::consts::SQRT_2,
            "-sqrt2" => -std::f64::consts::SQRT_2,
            text => text.parse().unwrap(),
        };
        let found = table.value(index, g);
        let exact = 4.0 * f64::EPSILON;
        assert!(
            (found.re - expected).abs() < exact && found.im == 0.0,
            "{row:?}: {found:?}"
        );
        let indicator = table.characters()[index].frobenius_schur();
        assert_eq!(indicator.to_string(), row[2], "{row:?}");
    }
}

#[test]
fn irrational_values() {
    let golden = (1.0 + 5f64.sqrt()) / 2.0;
    let a5 = table("A5");
    let [three, other] = ["3", "3'"].map(|name| character(&a5, name));
    let mut fives = Vec::new();
    for (class, members) in a5.classes().iter().enumerate() {
        if a5.group().element_order(members[0]) == 5 {
            let value = |i: usize| a5.characters()[i].values()[class].re;
            fives.push(value(three));
            assert!((value(three) + value(other) - 1.0).abs() < 4.0 * f64::EPSILON);
        }
    }
    fives.sort_by(f64::total_cmp);
    assert!((fives[0] - (1.0 - golden)).abs() < 4.0 * f64::EPSILON);
    assert!((fives[1] - golden).abs() < 4.0 * f64::EPSILON);
    let a4 = table("A4");
    for name in ["1'", "1''"] {
        let rotation = a4
            .group()
            .elements()
            .find(|&g| a4.group().element_order(g) == 3);
        let value = a4.value(character(&a4, name), rotation.unwrap());
        assert_eq!(value.re, -0.5);
        assert!((value.im.abs() - 0.75f64.sqrt()).abs() < 4.0 * f64::EPSILON);
    }
}

#[test]
fn tensor_products() {
    for row in rows("complex_tensor_products.csv") {
        let table = table(&row[0]);
        let product = table.tensor_product(character(&table, &row[1]), character(&table, &row[2]));
        let mut expected = vec![0; product.len()];
        for term in row[3].split('+') {
            let (times, name) = term.split_once('*').unwrap_or(("1", term));
            expected[character(&table, name)] = times.parse().unwrap();
        }
        assert_eq!(product, expected, "{row:?}");
    }
}

#[test]
fn dimensions() {
    for (name, cubes) in [
        ("D4", 12),
        ("D8", 28),
        ("S3", 10),
        ("A4", 30),
        ("S4", 64),
        ("A5", 244),
        ("S5", 596),
    ] {
        let sum: usize = table(name)
            .characters()
            .iter()
            .map(|c| c.dim().pow(3))
            .sum();
        assert_eq!(sum, cubes, "{name}");
    }
}
