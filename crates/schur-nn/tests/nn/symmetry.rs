//! The symmetries that plans are made with: what they promise holds for every planar group.

use burn::tensor::Device;
use proptest::prelude::*;
use schur_engine::reference::relative_error;
use schur_engine::{ConvPlan, ConvShape, Layout, PairBasis, Path, Scalar, reference};
use schur_math::{KernelBand, PlanarGroup, PlanarRepresentation};
use schur_nn::{EquivariantConvConfig, FieldType, symmetry, tolerance};

use crate::support::uniform;

/// Groups with representations of every kind: permutations, signs, rotations, dense matrices.
const GROUPS: [(&str, &[&str]); 11] = [
    ("C1", &["trivial"]),
    ("C2", &["trivial", "regular", "B"]),
    ("C4", &["trivial", "regular", "E", "quotient(C2)"]),
    ("D1", &["trivial", "regular", "A2"]),
    ("D1@0", &["regular", "trivial"]),
    ("D2", &["regular", "trivial", "B1"]),
    ("D4", &["regular", "trivial", "E", "A2", "quotient(D1)"]),
    ("C3", &["regular", "trivial", "E"]),
    ("C8", &["regular", "trivial", "E1", "E3", "spectral(2)"]),
    ("D8", &["regular", "E1", "A2"]),
    ("SO2", &["E1", "E2", "trivial", "spectral(2)"]),
];

/// Paths beside the dense one that the default kernels of a group have.
fn paths(group: &str) -> Vec<Path> {
    match group {
        "C3" | "C8" | "D8" | "SO2" => vec![Path::Lattice, Path::BandLimited],
        _ => vec![Path::Lattice],
    }
}

fn plan(group: &str, sides: [&str; 2], size: usize, stride: usize, padding: usize) -> ConvPlan {
    let [input, output] = sides.map(|side| {
        FieldType::parse(&format!("{group}: {side}")).unwrap_or_else(|e| panic!("{e}"))
    });
    EquivariantConvConfig::new(&input, &output, size)
        .with_stride(stride)
        .with_padding(padding)
        .init(&Device::flex())
        .unwrap()
        .plan()
        .clone()
}

fn side(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let copies = prop_oneof![Just(1_usize), 2..=5_usize, Just(9_usize)];
    prop::collection::vec((copies, prop::sample::select(names)), 1..=2).prop_map(|blocks| {
        let blocks: Vec<String> = blocks
            .iter()
            .map(|(n, name)| format!("{n} {name}"))
            .collect();
        blocks.join(" + ")
    })
}

fn numbers<T: Scalar>(len: usize, seed: u64) -> (Vec<T>, Vec<f64>) {
    let given: Vec<T> = uniform(len, seed).into_iter().map(T::from_f64).collect();
    let exact = given.iter().map(|v| v.to_f64()).collect();
    (given, exact)
}

/// Everything that a plan computes against the dense oracle.
fn check<T: Scalar>(plan: &ConvPlan, shape: &ConvShape, allowed: f64) {
    let (x, x64) = numbers::<T>(shape.input_len(), 1);
    let (parameters, parameters64) = numbers::<T>(plan.parameters(), 2);
    let (dy, dy64) = numbers::<T>(shape.output_len(), 3);
    let weight = plan.expand(&parameters64).unwrap();
    let close = |what: &str, got: &[T], want: &[f64]| {
        // Sums may cancel: errors are measured against terms of size 1.
        let error = relative_error(&[got, &[T::ONE]].concat(), &[want, &[1.0]].concat());
        assert!(
            error < allowed,
            "{what} is off by {error:e}: {}",
            plan.explain()
        );
    };
    let y = plan
        .forward(shape, &x, &plan.prepare(&parameters).unwrap())
        .unwrap();
    close("y", &y, &reference::conv::forward(shape, &x64, &weight));
    let dx = plan.backward_input(shape, &dy, &parameters).unwrap();
    close(
        "dx",
        &dx,
        &reference::conv::backward_input(shape, &dy64, &weight),
    );
    let gradient = plan.backward_parameters(shape, &x, &dy).unwrap();
    let dw = reference::conv::backward_weight(shape, &x64, &dy64);
    close("gradient", &gradient, &plan.expand_backward(&dw).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_path_agrees_with_the_oracle(
        (group, input, output) in prop::sample::select(GROUPS.to_vec())
            .prop_flat_map(|(group, names)| (Just(group), side(names), side(names))),
        size in prop_oneof![3 => Just(5_usize), 1 => Just(3), 1 => Just(7)],
        stride in prop_oneof![2 => Just(1_usize), 1 => 2..=3_usize],
        padding in 0..=3_usize,
        image in (7..=9_usize, 7..=11_usize),
        batch in 0..=2_usize,
    ) {
        let input = format!("{input} + 1 trivial");
        let plan = plan(group, [&input, &format!("{output} + 1 trivial")], size, stride, padding);
        let shape = plan.shape(batch, [1, image.0, image.1]).unwrap();
        let found: Vec<Path> = plan.costs().iter().skip(1).map(|cost| cost.path).collect();
        if size > 3 {
            prop_assert_eq!(&found, &paths(group), "{}", plan.explain());
        }
        for path in found {
            let plan = plan.clone().with_path(path).unwrap();
            check::<f64>(&plan, &shape, tolerance::EXACT_F64);
            check::<f32>(&plan, &shape, tolerance::EXACT_F32);
        }
    }
}

/// `F_k sum d^3` over the irreps of the whole group, per pair of regular fields; of an irrep of complex
/// type three products.
#[test]
fn products_of_a_band_are_counted() {
    for (group, order, sum_of_cubes) in [
        ("C8", 8, 1 + 1 + 3 * 3),
        ("C16", 16, 1 + 1 + 7 * 3),
        ("D8", 16, 4 + 3 * 8),
    ] {
        let plan = plan(group, ["3 regular", "5 regular"], 5, 1, 0);
        let costs = plan.costs();
        assert_eq!(costs[2].path, Path::BandLimited, "{}", plan.explain());
        assert_eq!(costs[2].products, 11 * 15 * sum_of_cubes, "{group}");
        assert_eq!(costs[2].filters, 11 * 25 * 3 * order, "{group}");
    }
}

/// The largest subgroup that maps a kernel to itself, with as many elements as its order.
#[test]
fn kernels_decide_the_subgroup() {
    for (group, kernel, name, order) in [
        ("C8", (5, 5), "C4", 4),
        ("C8", (3, 5), "C2", 2),
        ("D8", (4, 4), "D4", 8),
        ("D4", (1, 3), "D2", 4),
        ("C3", (3, 3), "C1", 1),
        ("SO2", (2, 2), "C4", 4),
    ] {
        let group = PlanarGroup::parse(group).unwrap();
        let trivial = [PlanarRepresentation::trivial(&group)];
        let found = symmetry::on_lattice(&trivial, &trivial, [1, kernel.0, kernel.1]).unwrap();
        assert_eq!(
            (found.name.as_str(), found.action.positions.len()),
            (name, order)
        );
    }
}

/// A band claimed for kernels outside it is not used.
#[test]
fn a_wrong_band_is_not_used() {
    let group = PlanarGroup::parse("C8").unwrap();
    let regular = [PlanarRepresentation::regular(&group).unwrap()];
    let wide = plan("C8", ["2 regular", "2 regular"], 5, 1, 0);
    let narrow = KernelBand::for_size(3).unwrap();
    let symmetry = symmetry::in_band(&regular, &regular, [1, 5, 5], &narrow).unwrap();
    // The kernels of the layer, as the plan gives them back.
    let matrix = wide.basis_matrices().next().unwrap();
    let entry = |position: usize, element: usize| schur_engine::Entry {
        out: position % 8,
        input: position / 8 % 8,
        tap: position / 64,
        value: matrix.values[position * matrix.elements + element],
    };
    let element = |e| (0..matrix.positions).map(|p| entry(p, e)).collect();
    let basis = PairBasis {
        elements: (0..matrix.elements).map(element).collect(),
    };
    let layout: &Layout = wide.input();
    let made = |symmetry| {
        let (input, output) = (layout.clone(), layout.clone());
        let bases = vec![basis.clone()];
        ConvPlan::with_symmetry(input, output, *wide.geometry(), bases, symmetry).unwrap()
    };
    let words = made(&symmetry).explain();
    assert!(words.contains("not in the band"), "{words}");
    let right = KernelBand::for_size(5).unwrap();
    let right = symmetry::in_band(&regular, &regular, [1, 5, 5], &right).unwrap();
    assert_eq!(made(&right).costs().len(), 3);
}
