//! Published tables, kept as CSV in `tests/golden`.

use schur_math::{
    Element, FiniteRepresentation, Group, Irrep, LatticeAction, decompose, irrep, irreps, tolerance,
};

use crate::support::table as golden_table;

use self::golden_table::rows;

use crate::support::groups::{finite as group, plane as planar};
use crate::support::kernels::lattice_kernels;

fn element(group: &Group, name: &str) -> Element {
    group
        .elements()
        .find(|&g| group.element_name(g) == name)
        .unwrap()
}

fn number(text: &str) -> f64 {
    match text {
        "sqrt2" => std::f64::consts::SQRT_2,
        "-sqrt2" => -std::f64::consts::SQRT_2,
        _ => text.parse().unwrap(),
    }
}

#[test]
fn characters() {
    for row in rows("characters.csv") {
        let group = group(&row[0]);
        let g = element(&group, &row[2]);
        let irrep = irrep(&group, &row[1]).unwrap();
        let defect = irrep.representation().character(g) - number(&row[3]);
        assert!(defect.abs() < tolerance::REPRESENTATION_DEFECT, "{row:?}");
    }
}

#[test]
fn conjugacy_classes_cover_the_character_tables() {
    for (name, sizes) in [
        ("D4", vec![1, 2, 1, 2, 2]),
        ("D8", vec![1, 2, 2, 2, 1, 4, 4]),
    ] {
        let classes = group(name).conjugacy_classes();
        let found: Vec<usize> = classes.iter().map(Vec::len).collect();
        assert_eq!(found, sizes, "{name}: {classes:?}");
        assert_eq!(classes.len(), irreps(&group(name)).len());
    }
}

#[test]
fn tensor_products() {
    for row in rows("tensor_products.csv") {
        let group = group(&row[0]);
        let all = irreps(&group);
        let [left, right] = [&row[1], &row[2]].map(|name| irrep(&group, name).unwrap());
        let product = left
            .representation()
            .tensor_product(right.representation())
            .unwrap();
        let parts = decompose(&product).unwrap();
        assert!(parts.iter().all(|&(_, multiplicity)| multiplicity == 1));
        let names: Vec<&str> = parts.iter().map(|&(index, _)| all[index].name()).collect();
        assert_eq!(names.join("+"), row[3], "{row:?}");
    }
}

#[test]
fn scalar_kernels() {
    for row in rows("scalar_kernels.csv") {
        let planar = planar(&row[0]);
        let (k, dim) = (row[1].parse().unwrap(), row[2].parse::<usize>().unwrap());
        let scalar = FiniteRepresentation::trivial(planar.finite().unwrap());
        let basis = lattice_kernels(&planar, &scalar, &scalar, k, k).unwrap();
        assert_eq!(basis.dim(), dim, "{row:?}");
    }
}

#[test]
fn regular_kernels() {
    for name in ["C1", "C2", "C4", "D1", "D2", "D4"] {
        let planar = planar(name);
        let scalar = FiniteRepresentation::trivial(planar.finite().unwrap());
        let regular = FiniteRepresentation::regular(planar.finite().unwrap());
        for k in 1..=9 {
            let dim = |out, input| lattice_kernels(&planar, out, input, k, k).unwrap().dim();
            assert_eq!(
                dim(&regular, &regular),
                k * k * planar.finite().unwrap().order()
            );
            assert_eq!(dim(&regular, &scalar), k * k);
            assert_eq!(dim(&scalar, &regular), k * k);
        }
    }
}

#[test]
fn pixel_multiplicities() {
    for row in rows("pixel_multiplicities.csv") {
        let planar = planar(&row[0]);
        let (k, multiplicity) = (row[1].parse().unwrap(), row[3].parse::<usize>().unwrap());
        let all = irreps(planar.finite().unwrap());
        let index = all
            .iter()
            .position(|irrep: &Irrep| irrep.name() == row[2])
            .unwrap();
        let pixels = LatticeAction::new(&planar, [1, k, k])
            .unwrap()
            .finite_action()
            .unwrap();
        let parts = decompose(&FiniteRepresentation::of_action(&pixels).unwrap()).unwrap();
        let found = parts
            .iter()
            .find(|part| part.0 == index)
            .map_or(0, |part| part.1);
        assert_eq!(found, multiplicity, "{row:?}");
        let scalar = FiniteRepresentation::trivial(planar.finite().unwrap());
        let rho = all[index].representation();
        let basis = lattice_kernels(&planar, rho, &scalar, k, k).unwrap();
        let expected = multiplicity * all[index].endomorphism_type().dim();
        assert_eq!(basis.dim(), expected, "{row:?}");
    }
}

#[test]
fn irrep_dimensions() {
    for row in rows("irrep_dimensions.csv") {
        let all = irreps(&group(&row[0]));
        let sum = |power| {
            all.iter()
                .map(|i| i.representation().dim().pow(power))
                .sum::<usize>()
        };
        assert_eq!(
            [sum(2).to_string(), sum(3).to_string()],
            row[1..],
            "{row:?}"
        );
    }
}
