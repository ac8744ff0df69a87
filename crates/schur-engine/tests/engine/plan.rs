//! The expansion of parameters into dense weights.

use crate::tolerance::ORACLE_F64;
use proptest::prelude::*;
use schur_engine::{Block, ConvPlan, Entry, Geometry, Layout, PairBasis};

use crate::support::{Source, agree_as_sums, dot, layouts, narrow};

/// Random sparse bases, some empty, some with repeated places.
fn bases(
    input: &Layout,
    output: &Layout,
    geometry: &Geometry,
    source: &mut Source,
) -> Vec<PairBasis> {
    let mut bases = Vec::new();
    for out_block in output.blocks() {
        for in_block in input.blocks() {
            let mut entry = || Entry {
                out: source.below(out_block.dim),
                input: source.below(in_block.dim),
                tap: source.below(geometry.taps()),
                value: source.signed(1)[0],
            };
            let mut elements = vec![Vec::new(); entry().tap % 4];
            for element in &mut elements {
                *element = (0..6).map(|_| entry()).collect();
            }
            bases.push(PairBasis { elements });
        }
    }
    bases
}

/// The formula of `ConvPlan`, entry by entry.
fn expand(plan: &ConvPlan, bases: &[PairBasis], parameters: &[f64]) -> Vec<f64> {
    let (input, output) = (plan.input(), plan.output());
    let mut weight = vec![0.0; plan.weight_len()];
    let mut next = 0;
    for (pair, basis) in bases.iter().enumerate() {
        let (o, i) = (pair / input.blocks().len(), pair % input.blocks().len());
        assert_eq!(plan.pair_ranges()[pair].start, next);
        for element in &basis.elements {
            for u in 0..input.blocks()[i].multiplicity {
                for v in 0..output.blocks()[o].multiplicity {
                    for entry in element {
                        let a = input.channel(i, entry.input, u);
                        let b = output.channel(o, entry.out, v);
                        let place = (entry.tap * input.channels() + a) * output.channels() + b;
                        weight[place] += entry.value * parameters[next];
                    }
                    next += 1;
                }
            }
        }
        assert_eq!(plan.pair_ranges()[pair].end, next);
    }
    assert_eq!(plan.parameters(), next);
    weight
}

proptest! {
    #[test]
    fn expansion(input in layouts(), output in layouts(), k in prop::array::uniform3(1..=4_usize), seed in any::<u64>()) {
        let geometry = Geometry::new(k, [1; 3], [0; 3], [1; 3]).unwrap();
        let mut source = Source::new(seed);
        let bases = bases(&input, &output, &geometry, &mut source);
        let plan = ConvPlan::new(input, output, geometry, bases.clone()).unwrap();
        let parameters = source.signed(plan.parameters());
        let want = expand(&plan, &bases, &parameters);
        let weight = plan.expand(&parameters).unwrap();
        agree_as_sums("weight", &weight, &want)?;
        agree_as_sums("weight", &plan.expand(&narrow(&parameters)).unwrap(), &want)?;
        // <E p, D> = <p, E^T D>.
        let gradient = source.signed(plan.weight_len());
        let back = plan.expand_backward(&gradient).unwrap();
        let (left, right) = (dot(&weight, &gradient), dot(&parameters, &back));
        let scale = 1.0 + parameters.len() as f64;
        prop_assert!((left - right).abs() < ORACLE_F64 * scale, "{left} against {right}");
        let short = plan.expand_backward(&narrow(&gradient)).unwrap();
        agree_as_sums("parameter gradient", &short, &back)?;
    }
}

/// The adjointness check is not blind: a transpose that forgets one parameter fails it.
#[test]
fn a_wrong_transpose_is_seen() {
    let entry = |tap, value| Entry {
        out: 0,
        input: 0,
        tap,
        value,
    };
    let basis = PairBasis {
        elements: vec![vec![entry(0, 1.0)], vec![entry(1, 2.0)]],
    };
    let geometry = Geometry::square(2).unwrap();
    let scalar = || Layout::scalars(1).unwrap();
    let plan = ConvPlan::new(scalar(), scalar(), geometry, vec![basis]).unwrap();
    let weight = plan.expand(&[3.0, 5.0]).unwrap();
    assert_eq!(weight, [3.0, 10.0, 0.0, 0.0]);
    let mut back = plan.expand_backward(&[1.0, 1.0, 1.0, 1.0]).unwrap();
    assert_eq!(back, [1.0, 2.0]);
    assert_eq!(dot(&weight, &[1.0; 4]), dot(&[3.0, 5.0], &back));
    back[1] = 0.0;
    assert_ne!(dot(&weight, &[1.0; 4]), dot(&[3.0, 5.0], &back));
}

#[test]
fn counts_and_words() {
    let layout = Layout::new(vec![Block {
        dim: 8,
        multiplicity: 5,
    }])
    .unwrap();
    let entry = Entry {
        out: 7,
        input: 7,
        tap: 8,
        value: 1.0,
    };
    let basis = PairBasis {
        elements: vec![vec![entry]; 6],
    };
    let geometry = Geometry::square(3).unwrap();
    let plan = ConvPlan::new(layout.clone(), layout, geometry, vec![basis]).unwrap();
    assert_eq!(plan.parameters(), 6 * 25);
    assert_eq!(
        plan.dense_products([1, 26, 26]).unwrap(),
        24 * 24 * 9 * 40 * 40
    );
    assert_eq!(
        plan.explain(),
        "3 x 3 convolution, 40 channels (5 fields) -> 40 channels (5 fields): \
         150 free parameters for 14400 dense weights, 6 basis entries; path: dense; \
         products per pixel: dense 14400, lattice Fourier none (no symmetry is known), \
         band limit none (no band is known)"
    );
    assert!(format!("{plan:?}").starts_with("ConvPlan"));
    let scalar = || Layout::scalars(1).unwrap();
    let cube = Geometry::cube(2).unwrap();
    let plan = ConvPlan::new(scalar(), scalar(), cube, vec![PairBasis::default()]).unwrap();
    assert!(plan.explain().starts_with("2 x 2 x 2 convolution"));
}

#[test]
fn results_beyond_all_memory_are_refused() {
    let (one, many) = (
        Layout::scalars(1).unwrap(),
        Layout::scalars(1 << 12).unwrap(),
    );
    let geometry = Geometry::square(1).unwrap();
    let plan = ConvPlan::new(one, many, geometry, vec![PairBasis::default()]).unwrap();
    assert!(plan.shape(1, [1, 8, 8]).is_ok());
    let error = plan
        .shape(1 << 12, [1, 1 << 12, 1 << 12])
        .unwrap_err()
        .to_string();
    assert!(error.contains("would take 1048576 GiB"), "{error}");
}
