//! Every path of a plan against the dense oracle in `f64`.

use proptest::prelude::*;
use schur_engine::symmetry::{Action, Band, Columns, Fibre, Symmetry};
use schur_engine::{Block, ConvPlan, Entry, Geometry, Layout, PairBasis, Path, reference};

use crate::cases::{Case, case};
use crate::groups::PointGroup;
use crate::support::{Checked, Source, agree_as_sums, triples};

/// Groups with fields of every kind: permutations, signs, rotations, dense matrices; those of the
/// plane turn height and width.
const GROUPS: [(&str, &[&str]); 18] = [
    ("C1", &["trivial"]),
    ("C2", &["trivial", "regular", "irrep 1", "vector"]),
    ("C4", &["trivial", "regular", "irrep 2", "mixed"]),
    ("D1", &["trivial", "regular", "irrep 1"]),
    ("D1@0", &["regular", "trivial", "mixed"]),
    ("D2", &["regular", "trivial", "irrep 2"]),
    (
        "D4",
        &["regular", "trivial", "irrep 4", "irrep 1", "vector"],
    ),
    ("C8", &["regular", "trivial", "irrep 2", "mixed", "vector"]),
    ("D8", &["regular", "irrep 4", "irrep 1", "mixed"]),
    ("Ci", &["regular", "irrep 1", "vector"]),
    ("C3", &["regular", "irrep 1", "mixed"]),
    ("S4", &["regular", "irrep 2", "vector"]),
    ("D2h", &["irrep 5", "regular", "vector"]),
    ("T", &["irrep 1", "regular", "vector", "trivial"]),
    ("Th", &["irrep 2", "irrep 3", "regular", "mixed"]),
    ("O", &["irrep 2", "irrep 3", "regular", "vector"]),
    (
        "Oh",
        &["irrep 1", "irrep 4", "irrep 7", "regular", "vector"],
    ),
    ("I", &["irrep 2", "irrep 4", "vector", "mixed"]),
];

/// Groups that exchange height and width, and those that need kernels which are cubes.
const SQUARE: [&str; 3] = ["C4", "D4", "S4"];
const CUBIC: [&str; 5] = ["C3", "T", "Th", "O", "Oh"];
/// Those whose kernels are combinations of a few filters.
const BAND: [&str; 3] = ["C8", "D8", "I"];

fn side(
    names: &'static [&'static str],
    most: usize,
) -> impl Strategy<Value = Vec<(String, usize)>> {
    let copies = prop_oneof![Just(1_usize), 2..=5_usize, Just(9_usize)];
    let copies = copies.prop_map(move |copies| copies.min(most));
    prop::collection::vec((prop::sample::select(names), copies), 1..=2).prop_map(|side| {
        side.into_iter()
            .map(|(name, n)| (name.to_string(), n))
            .collect()
    })
}

/// Any small equivariant convolution of images or volumes, and a size for it.
pub(crate) fn cases() -> impl Strategy<Value = (Case, [usize; 3])> {
    let group = prop::sample::select(GROUPS.to_vec());
    (group, prop::bool::weighted(0.4)).prop_flat_map(move |((group, names), volume)| {
        let volume = volume || CUBIC.contains(&group) || ["S4", "I"].contains(&group);
        // The oracle is slow, and regular fields of large groups have many components.
        let order = PointGroup::named(group).matrices.len();
        let (most, largest) = match order {
            0..10 => (9, 5),
            10..20 => (2, 4),
            _ => (1, 3),
        };
        let kernel = (1..=if volume { largest } else { 5_usize })
            .prop_map(move |k| [if volume { k } else { 1 }, k, k]);
        let odd = triples(volume, 1, (1, 4));
        let wide = if volume { [5, 3, 3] } else { [1, 7, 7] };
        let kernel = prop_oneof![5 => kernel, 1 => Just(wide), 1 => odd];
        let stride = prop_oneof![3 => Just([1; 3]), 1 => triples(volume, 1, (1, 3))];
        let dilation = prop_oneof![3 => Just([1; 3]), 1 => triples(volume, 1, (1, 2))];
        let padding = triples(volume, 0, (0, if volume { 2 } else { 4 }));
        let size = if volume {
            (1..=5_usize, 1..=5_usize, 1..=6_usize)
        } else {
            (1..=1, 1..=9, 1..=11)
        };
        let sides = (side(names, most), side(names, most));
        let subgroups = any::<bool>();
        (sides, kernel, stride, padding, dilation, size, subgroups).prop_map(
            move |((input, output), mut kernel, stride, padding, dilation, size, subgroups)| {
                if CUBIC.contains(&group) {
                    kernel = [kernel[2]; 3];
                } else if SQUARE.contains(&group) {
                    kernel[1] = kernel[2];
                }
                let geometry = Geometry::new(kernel, stride, padding, dilation).unwrap();
                let case = Case {
                    group: group.to_string(),
                    band: BAND.contains(&group),
                    subgroups,
                    input,
                    output,
                    geometry,
                };
                (case, [size.0, size.1, size.2])
            },
        )
    })
}

/// Checks everything that a plan computes, in both number types.
fn check(plan: &ConvPlan, batch: usize, size: [usize; 3], seed: u64) -> Result<(), TestCaseError> {
    check_in::<f64>(plan, batch, size, seed)?;
    check_in::<f32>(plan, batch, size, seed)
}

fn check_in<T: Checked>(
    plan: &ConvPlan,
    batch: usize,
    size: [usize; 3],
    seed: u64,
) -> Result<(), TestCaseError> {
    let Ok(shape) = plan.shape(batch, size) else {
        return Ok(());
    };
    let mut source = Source::new(seed);
    // Numbers that `T` holds, for both sides.
    let mut numbers = |len: usize| -> (Vec<T>, Vec<f64>) {
        let given: Vec<T> = source.signed(len).into_iter().map(T::from_f64).collect();
        let exact = given.iter().map(|v| v.to_f64()).collect();
        (given, exact)
    };
    let (x, x64) = numbers(shape.input_len());
    let (parameters, parameters64) = numbers(plan.parameters());
    let (dy, dy64) = numbers(shape.output_len());
    let weight = plan.expand(&parameters64).unwrap();
    let y = plan
        .forward(&shape, &x, &plan.prepare(&parameters).unwrap())
        .unwrap();
    agree_as_sums("y", &y, &reference::conv::forward(&shape, &x64, &weight))?;
    let dx = plan.backward_input(&shape, &dy, &parameters).unwrap();
    let want = reference::conv::backward_input(&shape, &dy64, &weight);
    agree_as_sums("dx", &dx, &want)?;
    let gradient = plan.backward_parameters(&shape, &x, &dy).unwrap();
    let dw = reference::conv::backward_weight(&shape, &x64, &dy64);
    agree_as_sums("gradient", &gradient, &plan.expand_backward(&dw).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn paths_agree_with_the_oracle(
        (case, size) in cases(),
        batch in prop_oneof![0..=3_usize, Just(65_usize)],
        seed in any::<u64>(),
    ) {
        let plan = case.plan();
        // Large batches only on images that the oracle can do quickly.
        let places = size.iter().product::<usize>();
        let batch = if places > 12 { batch.min(3) } else { batch };
        let costs = plan.costs();
        // A band on few taps depends on itself; the lattice is always known.
        prop_assert!(costs.len() >= 2, "{}", plan.explain());
        for cost in &costs[1..] {
            let plan = plan.clone().with_path(cost.path).unwrap();
            check(&plan, batch, size, seed)?;
        }
    }
}

/// Several chunks, many tiles, and a batch above the tile of a register block.
#[test]
fn larger_convolutions() {
    for stride in [(1, 1), (2, 3)] {
        let geometry = Geometry::plane((5, 5), stride, (2, 2), (1, 1)).unwrap();
        for (group, copies) in [("C4", 19), ("D4", 9), ("C8", 11), ("D8", 3)] {
            let plan = case(group, &[("regular", copies)], &[("regular", 7)], geometry).plan();
            every_path(&plan, 3, [1, 11, 10]);
        }
    }
    for stride in [[1; 3], [2, 1, 3]] {
        let geometry = Geometry::new([3; 3], stride, [1; 3], [1; 3]).unwrap();
        for (group, field, copies) in [
            ("C4", "regular", 5),
            ("Oh", "regular", 1),
            ("I", "mixed", 9),
        ] {
            let plan = case(group, &[(field, copies)], &[("vector", 7)], geometry).plan();
            every_path(&plan, 2, [6, 7, 5]);
        }
    }
}

/// Checks a plan forced to each of its paths.
fn every_path(plan: &ConvPlan, batch: usize, size: [usize; 3]) {
    for cost in plan.costs() {
        let plan = plan.clone().with_path(cost.path).unwrap();
        assert_eq!(plan.input_gradient_path(), cost.path);
        check(&plan, batch, size, 5).unwrap();
    }
}

/// `sum d^2 m_in m_out` over irreps, counted by hand.
#[test]
fn products_are_counted() {
    let square = Geometry::square(5).unwrap();
    let cube = Geometry::cube(3).unwrap();
    // All taps times the regular representation are as many copies of the regular one; an irrep of
    // complex type takes three products of its numbers.
    for (group, geometry, order, sum_of_cubes, weights) in [
        ("C2", square, 2, 2, 2),
        ("C4", square, 4, 2 + 3, 2 + 3),
        ("D1", square, 2, 2, 2),
        ("D2", square, 4, 4, 4),
        ("D4", square, 8, 12, 8),
        ("Ci", cube, 2, 2, 2),
        ("D2h", cube, 8, 8, 8),
        ("T", cube, 12, 1 + 3 + 27, 1 + 3 + 9),
        ("O", cube, 24, 1 + 1 + 8 + 27 + 27, 24),
        ("Oh", cube, 48, 2 * 64, 48),
    ] {
        let plan = case(group, &[("regular", 3)], &[("regular", 5)], geometry).plan();
        let (costs, taps) = (plan.costs(), geometry.taps() as u128);
        assert_eq!(costs[0].products, taps * 15 * order * order, "{group}");
        assert_eq!(costs[1].path, Path::Lattice);
        assert_eq!(costs[1].products, taps * 15 * sum_of_cubes, "{group}");
        assert_eq!(costs[1].weights, taps * 15 * weights, "{group}");
    }
}

/// Blocks of a subgroup are larger, but its transforms cost less: with few fields it is faster, with
/// many the whole group.
#[test]
fn the_work_decides_between_a_group_and_its_mirrors() {
    let cube = Geometry::cube(3).unwrap();
    for (group, fields, products, name) in [
        ("O", 4, 4 * 36, "O signs"),
        ("O", 80, 64, "O on taps"),
        ("Oh", 4, 8 * 36, "Oh signs"),
    ] {
        let side = [("regular", fields)];
        let case = Case {
            subgroups: true,
            ..case(group, &side, &side, cube)
        };
        let plan = case.plan();
        let copies = (fields * fields) as u128;
        assert_eq!(plan.costs()[1].products, 27 * copies * products, "{group}");
        assert!(plan.explain().contains(name), "{}", plan.explain());
    }
}

/// `F sum d^3` over the irreps of the whole group for F filters, per pair of regular fields.
#[test]
fn products_of_a_band_are_counted() {
    let (square, cube) = (Geometry::square(5).unwrap(), Geometry::cube(3).unwrap());
    for (group, geometry, filters, order, sum_of_cubes) in [
        ("C8", square, 6, 8, 1 + 1 + 3 * 3),
        ("D8", square, 6, 16, 4 + 3 * 8),
        ("I", cube, 10, 60, 1 + 27 + 27 + 64 + 125),
    ] {
        let plan = case(group, &[("regular", 3)], &[("regular", 5)], geometry).plan();
        let (costs, taps) = (plan.costs(), geometry.taps() as u128);
        assert_eq!(costs[2].path, Path::BandLimited, "{}", plan.explain());
        assert_eq!(costs[2].products, filters * 15 * sum_of_cubes, "{group}");
        assert_eq!(costs[2].filters, filters * taps * 3 * order, "{group}");
    }
}

/// A plan from two fields of dimension `dim` to two.
pub(crate) fn with_two_fields(
    dim: usize,
    geometry: Geometry,
    bases: Vec<PairBasis>,
    symmetry: &Symmetry,
) -> schur_engine::Result<ConvPlan> {
    let multiplicity = 2;
    let layout = Layout::new(vec![Block { dim, multiplicity }])?;
    ConvPlan::with_symmetry(layout.clone(), layout, geometry, bases, symmetry)
}

/// A basis that does not commute is noticed: the plan stays dense and right.
#[test]
fn a_wrong_symmetry_is_not_used() {
    let geometry = Geometry::square(3).unwrap();
    let symmetry = case("C4", &[("regular", 2)], &[("regular", 2)], geometry).symmetry();
    let entry = |tap, value| Entry {
        out: 0,
        input: 1,
        tap,
        value,
    };
    let bases = vec![PairBasis {
        elements: vec![vec![entry(0, 1.0), entry(6, 0.5)]],
    }];
    let plan = with_two_fields(4, geometry, bases, &symmetry).unwrap();
    assert_eq!(plan.path(), Path::Dense);
    let words = plan.explain();
    assert!(words.contains("does not commute"), "{words}");
    let refused = plan.clone().with_path(Path::Lattice).unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("no lattice Fourier path"), "{refused}");
    check(&plan, 1, [1, 4, 4], 1).unwrap();
}

/// Kernels outside the claimed band are noticed too; the pixel symmetries still hold for them.
#[test]
fn a_wrong_band_is_not_used() {
    let geometry = Geometry::square(5).unwrap();
    let regular = [("regular", 2)];
    let in_band = case("C8", &regular, &regular, geometry).symmetry();
    let on_lattice = Symmetry {
        band: None,
        ..in_band.clone()
    };
    let bases = case("C8", &regular, &regular, geometry).bases(&on_lattice);
    let plan = with_two_fields(8, geometry, bases, &in_band).unwrap();
    let words = plan.explain();
    assert!(words.contains("not in the band"), "{words}");
    assert!(plan.clone().with_path(Path::BandLimited).is_err());
    check(&plan.with_path(Path::Lattice).unwrap(), 1, [1, 6, 5], 3).unwrap();
}

/// Matrices that are no orthogonal representation are noticed, whatever the bases.
#[test]
fn no_representation_is_not_used() {
    let geometry = Geometry::square(3).unwrap();
    let regular = [("regular", 2)];
    let good = case("C4", &regular, &regular, geometry);
    let mut symmetry = good.symmetry();
    let bases = good.bases(&symmetry);
    symmetry.action.inputs[0][1][0][0].1 = 0.5;
    let plan = with_two_fields(4, geometry, bases.clone(), &symmetry).unwrap();
    let words = plan.explain();
    assert!(words.contains("no representation"), "{words}");
    // The elements in another order than the irreps'.
    let mut symmetry = good.symmetry();
    symmetry.action.positions.swap(1, 2);
    let plan = with_two_fields(4, geometry, bases, &symmetry).unwrap();
    assert_eq!(plan.costs().len(), 1, "{}", plan.explain());
    check(&plan, 1, [1, 4, 4], 1).unwrap();
}

/// A band without filters, or with one twice, has no path; kernels of zeros are in any band.
#[test]
fn filters_that_tell_nothing_are_not_used() {
    let geometry = Geometry::square(3).unwrap();
    let fields = [("trivial", 2)];
    let good = case("C4", &fields, &fields, geometry).symmetry();
    let fibre = Fibre {
        basis: vec![1.0],
        parts: vec![1],
        in_basis: vec![vec![vec![(0, 1.0)]]; 4],
    };
    for count in [0, 2] {
        let unit: Columns = (0..count).map(|f| vec![(f, 1.0)]).collect();
        let band = Band {
            name: "nothing".to_string(),
            action: Action {
                positions: vec![unit; 4],
                ..good.action.clone()
            },
            filters: vec![1.0; 9 * count],
            fibres: [vec![fibre.clone()], vec![fibre.clone()]],
        };
        let symmetry = Symmetry {
            band: Some(band),
            ..good.clone()
        };
        let bases = vec![PairBasis {
            elements: vec![Vec::new()],
        }];
        let plan = with_two_fields(1, geometry, bases, &symmetry).unwrap();
        let words = plan.explain();
        assert!(words.contains("there are no filters"), "{words}");
    }
}
