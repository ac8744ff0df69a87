//! Every path of a plan against the dense oracle in `f64`.

use proptest::prelude::*;
use schur_engine::{
    Block, ConvPlan, Entry, Geometry, Layout, PairBasis, Path, Symmetry, reference,
};
use schur_math::{
    KernelBand, KernelEntry, LatticeKernelBasis, PlanarGroup, PlanarRepresentation,
    SteerableKernelBasis,
};

use crate::support::{Source, agree_as_sums, narrow};

/// Fields of a group: representations with multiplicities.
type Fields = Vec<(PlanarRepresentation, usize)>;

/// What a convolution is made of.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    group: String,
    steerable: bool,
    input: Vec<(String, usize)>,
    output: Vec<(String, usize)>,
    geometry: Geometry,
}

fn fields(group: &PlanarGroup, side: &[(String, usize)]) -> Fields {
    side.iter()
        .map(|(name, copies)| (PlanarRepresentation::parse(group, name).unwrap(), *copies))
        .collect()
}

fn layout(fields: &Fields) -> Layout {
    let block = |(rho, multiplicity): &(PlanarRepresentation, usize)| Block {
        dim: rho.dim(),
        multiplicity: *multiplicity,
    };
    Layout::new(fields.iter().map(block).collect()).unwrap()
}

fn pair_basis(elements: Vec<Vec<KernelEntry>>, cols: usize) -> PairBasis {
    let entry = |e: KernelEntry| Entry {
        out: e.out,
        input: e.input,
        row: e.tap / cols,
        col: e.tap % cols,
        value: e.value,
    };
    let elements = elements
        .into_iter()
        .map(|e| e.into_iter().map(entry).collect());
    PairBasis {
        elements: elements.collect(),
    }
}

impl Case {
    pub(crate) fn plan(&self) -> ConvPlan {
        let group = PlanarGroup::parse(&self.group).unwrap();
        let (input, output) = (fields(&group, &self.input), fields(&group, &self.output));
        let (rows, cols) = self.geometry.kernel();
        let mut bases = Vec::new();
        for (out, _) in &output {
            for (input, _) in &input {
                bases.push(pair_basis(
                    if self.steerable {
                        let band = KernelBand::for_size(rows.max(cols)).unwrap();
                        let basis = SteerableKernelBasis::new(out, input, &band).unwrap();
                        basis.on_grid(rows, cols).unwrap()
                    } else {
                        LatticeKernelBasis::new(out, input, [1, rows, cols])
                            .unwrap()
                            .into_elements()
                    },
                    cols,
                ));
            }
        }
        let names = |fields: &Fields| fields.iter().map(|f| f.0.clone()).collect::<Vec<_>>();
        let (inputs, outputs, kernel) = (names(&input), names(&output), (rows, cols));
        let symmetry = if self.steerable {
            let band = KernelBand::for_size(rows.max(cols)).unwrap();
            Symmetry::in_band(&inputs, &outputs, kernel, &band).unwrap()
        } else {
            Symmetry::on_lattice(&inputs, &outputs, kernel).unwrap()
        };
        ConvPlan::with_symmetry(
            layout(&input),
            layout(&output),
            self.geometry,
            bases,
            &symmetry,
        )
        .unwrap()
    }
}

/// Groups with representations of every kind: permutations, signs, rotations, dense matrices.
const GROUPS: [(&str, &[&str]); 10] = [
    ("C1", &["trivial"]),
    ("C2", &["trivial", "regular", "B"]),
    ("C4", &["trivial", "regular", "E", "quotient(C2)"]),
    ("D1", &["trivial", "regular", "A2"]),
    ("D1@0", &["regular", "trivial"]),
    ("D2", &["regular", "trivial", "B1"]),
    ("D4", &["regular", "trivial", "E", "A2", "quotient(D1)"]),
    ("C8", &["regular", "trivial", "E1", "E3", "spectral(2)"]),
    ("D8", &["regular", "E1", "A2"]),
    ("SO2", &["E1", "E2", "trivial", "spectral(2)"]),
];

fn side(names: &'static [&'static str]) -> impl Strategy<Value = Vec<(String, usize)>> {
    let copies = prop_oneof![Just(1_usize), 2..=5_usize, Just(9_usize)];
    prop::collection::vec((prop::sample::select(names), copies), 1..=2).prop_map(|side| {
        side.into_iter()
            .map(|(name, n)| (name.to_string(), n))
            .collect()
    })
}

/// Any small equivariant convolution.
fn cases() -> impl Strategy<Value = Case> {
    let pair = |low: usize, high: usize| (low..=high, low..=high);
    prop::sample::select(GROUPS.to_vec()).prop_flat_map(move |(group, names)| {
        let lattice_only = ["C1", "C2", "C4", "D1", "D1@0", "D2", "D4"].contains(&group);
        let kernel = prop_oneof![5 => (1..=5_usize).prop_map(|k| (k, k)), 1 => Just((7, 7)), 1 => pair(1, 4)];
        let stride = prop_oneof![3 => Just((1, 1)), 1 => pair(1, 3)];
        let dilation = prop_oneof![3 => Just((1, 1)), 1 => pair(1, 2)];
        (side(names), side(names), kernel, stride, pair(0, 4), dilation).prop_map(
            move |(input, output, mut kernel, stride, padding, dilation)| {
                let steerable = !lattice_only;
                let quarter_turns = !["C1", "C2", "D1", "D1@0", "D2"].contains(&group);
                if quarter_turns && !steerable {
                    kernel.1 = kernel.0;
                }
                let geometry = Geometry::new(kernel, stride, padding, dilation).unwrap();
                Case { group: group.to_string(), steerable, input, output, geometry }
            },
        )
    })
}

fn check_f64(
    plan: &ConvPlan,
    batch: usize,
    size: (usize, usize),
    seed: u64,
) -> Result<(), TestCaseError> {
    let Ok(shape) = plan.shape(batch, size.0, size.1) else {
        return Ok(());
    };
    let mut source = Source::new(seed);
    let x = source.signed(shape.input_len());
    let parameters = source.signed(plan.parameters());
    let dy = source.signed(shape.output_len());
    let weight = plan.expand(&parameters).unwrap();
    let y = plan
        .forward(&shape, &x, &plan.prepare(&parameters).unwrap())
        .unwrap();
    agree_as_sums("y", &y, &reference::conv::forward(&shape, &x, &weight))?;
    let dx = plan.backward_input(&shape, &dy, &parameters).unwrap();
    agree_as_sums(
        "dx",
        &dx,
        &reference::conv::backward_input(&shape, &dy, &weight),
    )?;
    let gradient = plan.backward_parameters(&shape, &x, &dy).unwrap();
    let dw = reference::conv::backward_weight(&shape, &x, &dy);
    agree_as_sums("gradient", &gradient, &plan.expand_backward(&dw).unwrap())
}

fn check_f32(
    plan: &ConvPlan,
    batch: usize,
    size: (usize, usize),
    seed: u64,
) -> Result<(), TestCaseError> {
    let Ok(shape) = plan.shape(batch, size.0, size.1) else {
        return Ok(());
    };
    let mut source = Source::new(seed);
    let single = |values: Vec<f64>| {
        values
            .into_iter()
            .map(|v| f64::from(v as f32))
            .collect::<Vec<_>>()
    };
    let x = single(source.signed(shape.input_len()));
    let parameters = single(source.signed(plan.parameters()));
    let dy = single(source.signed(shape.output_len()));
    let weight = plan.expand(&parameters).unwrap();
    let (x32, p32, dy32) = (narrow(&x), narrow(&parameters), narrow(&dy));
    let y = plan
        .forward(&shape, &x32, &plan.prepare(&p32).unwrap())
        .unwrap();
    agree_as_sums("y", &y, &reference::conv::forward(&shape, &x, &weight))?;
    let dx = plan.backward_input(&shape, &dy32, &p32).unwrap();
    agree_as_sums(
        "dx",
        &dx,
        &reference::conv::backward_input(&shape, &dy, &weight),
    )?;
    let gradient = plan.backward_parameters(&shape, &x32, &dy32).unwrap();
    let dw = reference::conv::backward_weight(&shape, &x, &dy);
    agree_as_sums("gradient", &gradient, &plan.expand_backward(&dw).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn paths_agree_with_the_oracle(
        case in cases(),
        batch in prop_oneof![0..=3_usize, Just(65_usize)],
        size in (1..=9_usize, 1..=11_usize),
        seed in any::<u64>(),
    ) {
        let plan = case.plan();
        // Large batches only on images that the oracle can do quickly.
        let batch = if size.0 * size.1 > 12 { batch.min(3) } else { batch };
        let costs = plan.costs();
        prop_assert!(costs.len() >= 2, "{}", plan.explain());
        for cost in &costs[1..] {
            let plan = plan.clone().with_path(cost.path).unwrap();
            check_f64(&plan, batch, size, seed)?;
            check_f32(&plan, batch, size, seed)?;
        }
    }
}

pub(crate) fn case(
    group: &str,
    input: &[(&str, usize)],
    output: &[(&str, usize)],
    geometry: Geometry,
) -> Case {
    let side = |side: &[(&str, usize)]| side.iter().map(|(n, c)| (n.to_string(), *c)).collect();
    let steerable = ["C8", "C16", "D8", "SO2"].contains(&group);
    Case {
        group: group.to_string(),
        steerable,
        input: side(input),
        output: side(output),
        geometry,
    }
}

/// Several chunks, many tiles, and a batch above the tile of a register block.
#[test]
fn larger_convolutions() {
    for stride in [(1, 1), (2, 3)] {
        let geometry = Geometry::new((5, 5), stride, (2, 2), (1, 1)).unwrap();
        for (group, copies) in [("C4", 19), ("D4", 9), ("C8", 11), ("D8", 3)] {
            let plan = case(group, &[("regular", copies)], &[("regular", 7)], geometry).plan();
            for cost in plan.costs() {
                let plan = plan.clone().with_path(cost.path).unwrap();
                assert_eq!(plan.input_gradient_path(), cost.path);
                check_f64(&plan, 3, (11, 10), 5).unwrap();
                check_f32(&plan, 3, (11, 10), 5).unwrap();
            }
        }
    }
}

/// `sum d^2 m_in m_out` over irreps, counted by hand.
#[test]
fn products_are_counted() {
    let geometry = Geometry::square(5).unwrap();
    // Six free orbits of taps and the centre: 25 copies of the regular representation times 4.
    for (group, order, sum_of_cubes) in [
        ("C2", 2, 2),
        ("C4", 4, 6),
        ("D1", 2, 2),
        ("D2", 4, 4),
        ("D4", 8, 12),
    ] {
        let plan = case(group, &[("regular", 3)], &[("regular", 5)], geometry).plan();
        let costs = plan.costs();
        assert_eq!(costs[0].products, 25 * 15 * order * order, "{group}");
        assert_eq!(costs[1].path, Path::Lattice);
        assert_eq!(costs[1].products, 25 * 15 * sum_of_cubes, "{group}");
        // As many block weights as parameters, with the two numbers of a complex block twice.
        let complex = if group == "C4" { 6 } else { order };
        assert_eq!(costs[1].weights, 25 * 15 * complex, "{group}");
    }
}

/// `F_k sum d^3` over the irreps of the whole group, per pair of regular fields.
#[test]
fn products_of_a_band_are_counted() {
    let geometry = Geometry::square(5).unwrap();
    for (group, sum_of_cubes) in [
        ("C8", 1 + 1 + 3 * 4),
        ("C16", 1 + 1 + 7 * 4),
        ("D8", 4 + 3 * 8),
    ] {
        let plan = case(group, &[("regular", 3)], &[("regular", 5)], geometry).plan();
        let costs = plan.costs();
        assert_eq!(costs[2].path, Path::BandLimited, "{}", plan.explain());
        assert_eq!(costs[2].products, 11 * 15 * sum_of_cubes, "{group}");
        let order = PlanarGroup::parse(group).unwrap().elements().unwrap().len() as u128;
        assert_eq!(costs[2].filters, 11 * 25 * 3 * order);
    }
}

/// A plan from two fields of dimension `dim` to two.
fn with_two_fields(
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
    let group = PlanarGroup::parse("C4").unwrap();
    let regular = [PlanarRepresentation::regular(&group).unwrap()];
    let entry = |row, value| Entry {
        out: 0,
        input: 1,
        row,
        col: 0,
        value,
    };
    let symmetry = Symmetry::on_lattice(&regular, &regular, (3, 3)).unwrap();
    let bases = vec![PairBasis {
        elements: vec![vec![entry(0, 1.0), entry(2, 0.5)]],
    }];
    let plan = with_two_fields(4, geometry, bases, &symmetry).unwrap();
    assert_eq!(plan.path(), Path::Dense);
    assert!(
        plan.explain().contains("does not commute"),
        "{}",
        plan.explain()
    );
    let refused = plan
        .clone()
        .with_path(Path::Lattice)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("no lattice Fourier path"), "{refused}");
    check_f64(&plan, 1, (4, 4), 1).unwrap();
}

/// Kernels outside the claimed band are noticed too; the pixel symmetries still hold for them.
#[test]
fn a_wrong_band_is_not_used() {
    let group = PlanarGroup::parse("C8").unwrap();
    let regular = [PlanarRepresentation::regular(&group).unwrap()];
    let band = KernelBand::for_size(5).unwrap();
    let symmetry = Symmetry::in_band(&regular, &regular, (5, 5), &band).unwrap();
    let basis = LatticeKernelBasis::new(&regular[0], &regular[0], [1, 5, 5]).unwrap();
    let geometry = Geometry::square(5).unwrap();
    let bases = vec![pair_basis(basis.into_elements(), 5)];
    let plan = with_two_fields(8, geometry, bases, &symmetry).unwrap();
    assert!(
        plan.explain().contains("not in the band"),
        "{}",
        plan.explain()
    );
    assert!(plan.clone().with_path(Path::BandLimited).is_err());
    check_f64(&plan.with_path(Path::Lattice).unwrap(), 1, (6, 5), 3).unwrap();
}

#[test]
fn wrong_requests_are_named() {
    let geometry = Geometry::square(3).unwrap();
    let plan = case("C4", &[("regular", 2)], &[("regular", 2)], geometry).plan();
    let plan = plan.with_path(Path::Lattice).unwrap();
    let other = case("C4", &[("regular", 3)], &[("regular", 2)], geometry).plan();
    let other = other.with_path(Path::Lattice).unwrap();
    let shape = plan.shape(1, 5, 5).unwrap();
    let weight = plan.prepare(&vec![0.0_f64; plan.parameters()]).unwrap();
    let says = |result: schur_engine::Result<Vec<f64>>, part: &str| {
        let message = result.unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    };
    says(
        plan.forward(&other.shape(1, 5, 5).unwrap(), &[], &weight),
        "12 -> 8 channels",
    );
    says(plan.forward(&shape, &[0.0; 3], &weight), "x has 3 entries");
    says(
        plan.backward_input(&shape, &[0.0; 3], &[]),
        "dy has 3 entries",
    );
    says(
        plan.backward_parameters(&shape, &[0.0; 200], &[0.0; 2]),
        "dy has 2 entries",
    );
    let dense = plan.clone().with_path(Path::Dense).unwrap();
    says(dense.forward(&shape, &[0.0; 200], &weight), "another path");
    assert!(plan.prepare(&[0.0_f32; 3]).is_err());
    let other = other.prepare(&vec![0.0_f64; other.parameters()]).unwrap();
    says(plan.forward(&shape, &[0.0; 200], &other), "prepared weight");
    let group = PlanarGroup::parse("C4").unwrap();
    let trivial = [PlanarRepresentation::trivial(&group)];
    let symmetry = Symmetry::on_lattice(&trivial, &trivial, (3, 3)).unwrap();
    let bases = vec![PairBasis::default()];
    let error = with_two_fields(4, geometry, bases, &symmetry).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("input block 0: the layout has dimension 4"),
        "{error}"
    );
}
