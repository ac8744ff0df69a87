//! Products of bf16.

use proptest::prelude::*;
use schur_engine::reference::{self, relative_error};
use schur_engine::{ConvPlan, ConvShape, Entry, Layout, PairBasis, Path, Precision};

use crate::paths::cases;
use crate::support::{Source, agree, agree_as_sums, narrow, shapes};
use crate::tolerance::ORACLE_BF16;

/// Numbers that bf16 holds: their sums are those of `f32` up to its rounding.
fn exact(source: &mut Source, len: usize) -> Vec<f64> {
    (0..len)
        .map(|_| (source.below(129) as f64 - 64.0) / 64.0)
        .collect()
}

/// Any convolution of this shape, a free parameter per weight.
fn free(shape: &ConvShape) -> ConvPlan {
    let element = |tap| {
        vec![Entry {
            out: 0,
            input: 0,
            tap,
            value: 1.0,
        }]
    };
    let basis = PairBasis {
        elements: (0..shape.geometry().taps()).map(element).collect(),
    };
    let layout = |channels| Layout::scalars(channels).unwrap();
    let (input, output) = (layout(shape.in_channels()), layout(shape.out_channels()));
    ConvPlan::new(input, output, *shape.geometry(), vec![basis])
        .unwrap()
        .with_precision(Precision::Bf16)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn dense_products_of_bf16_numbers_are_exact(shape in shapes(), seed in any::<u64>()) {
        let mut source = Source::new(seed);
        let plan = free(&shape);
        let (x, weight) = (exact(&mut source, shape.input_len()), exact(&mut source, shape.weight_len()));
        let dy = exact(&mut source, shape.output_len());
        let (x32, weight32, dy32) = (narrow(&x), narrow(&weight), narrow(&dy));
        let y = plan.forward(&shape, &x32, &plan.prepare(&weight32).unwrap()).unwrap();
        agree_as_sums("y", &y, &reference::conv::forward(&shape, &x, &weight))?;
        let dx = plan.backward_input(&shape, &dy32, &weight32).unwrap();
        agree_as_sums("dx", &dx, &reference::conv::backward_input(&shape, &dy, &weight))?;
        let dw = plan.backward_parameters(&shape, &x32, &dy32).unwrap();
        agree_as_sums("dw", &dw, &reference::conv::backward_weight(&shape, &x, &dy))?;
    }

    #[test]
    fn paths_of_bf16_are_near_the_oracle(
        (case, size) in cases(),
        batch in 0..=3_usize,
        seed in any::<u64>(),
    ) {
        let plan = case.plan().with_precision(Precision::Bf16);
        let Ok(shape) = plan.shape(batch, size) else { return Ok(()) };
        let mut source = Source::new(seed);
        let [x, parameters, dy] = [shape.input_len(), plan.parameters(), shape.output_len()]
            .map(|len| source.signed(len));
        let (x32, parameters32, dy32) = (narrow(&x), narrow(&parameters), narrow(&dy));
        let weight = plan.expand(&parameters).unwrap();
        let dw = reference::conv::backward_weight(&shape, &x, &dy);
        let want = [
            reference::conv::forward(&shape, &x, &weight),
            reference::conv::backward_input(&shape, &dy, &weight),
            plan.expand_backward(&dw).unwrap(),
        ];
        for cost in plan.costs() {
            let plan = plan.clone().with_path(cost.path).unwrap();
            let got = [
                plan.forward(&shape, &x32, &plan.prepare(&parameters32).unwrap()).unwrap(),
                plan.backward_input(&shape, &dy32, &parameters32).unwrap(),
                plan.backward_parameters(&shape, &x32, &dy32).unwrap(),
            ];
            for (what, (got, want)) in ["y", "dx", "gradient"].iter().zip(got.iter().zip(&want)) {
                // As for sums: an error is measured against the terms.
                let (got, want) = ([&got[..], &[1.0]].concat(), [&want[..], &[1.0]].concat());
                let error = relative_error(&got, &want);
                prop_assert!(error < ORACLE_BF16, "{what} by {:?} is off by {error:e}", cost.path);
            }
        }
    }

    #[test]
    fn f64_takes_no_notice((case, size) in cases(), seed in any::<u64>()) {
        let plan = case.plan();
        let Ok(shape) = plan.shape(1, size) else { return Ok(()) };
        let mut source = Source::new(seed);
        let [x, parameters, dy] = [shape.input_len(), plan.parameters(), shape.output_len()]
            .map(|len| source.signed(len));
        let all = |plan: &ConvPlan| {
            let y = plan.forward(&shape, &x, &plan.prepare(&parameters).unwrap()).unwrap();
            let dx = plan.backward_input(&shape, &dy, &parameters).unwrap();
            [y, dx, plan.backward_parameters(&shape, &x, &dy).unwrap()]
        };
        for cost in plan.costs() {
            let [single, half] = [Precision::F32, Precision::Bf16].map(|precision| {
                let plan = plan.clone().with_precision(precision);
                all(&plan.with_path(cost.path).unwrap())
            });
            prop_assert!(single == half, "{:?}", cost.path);
        }
    }
}

/// Numbers that bf16 does not hold are rounded to the nearest, ties to even; weights that were
/// prepared in one precision are run so by every plan.
#[test]
fn numbers_are_rounded() {
    let shape = ConvShape::new(
        &schur_engine::Geometry::square(1).unwrap(),
        1,
        [1, 1, 4],
        1,
        1,
    );
    let shape = shape.unwrap();
    let plan = free(&shape);
    let step = 1.0_f32 / 128.0;
    let x = [1.0 + step / 2.0, 1.0 + 1.5 * step, 1.0 + 0.51 * step, -0.0];
    let weight = plan.prepare(&[1.0_f32]).unwrap();
    let want = [1.0, 1.0 + 2.0 * step, 1.0 + step, 0.0];
    assert_eq!(plan.forward(&shape, &x, &weight).unwrap(), want);
    let single = plan.clone().with_precision(Precision::F32);
    assert_eq!(single.forward(&shape, &x, &weight).unwrap(), want);
    let weight = single.prepare(&[1.0_f32]).unwrap();
    assert_eq!(plan.forward(&shape, &x, &weight).unwrap()[..3], x[..3]);
    assert_eq!(plan.path(), Path::Dense);
    let endless = [f32::INFINITY, f32::NAN, f32::MAX, 0.0];
    let y = plan
        .forward(&shape, &endless, &plan.prepare(&[1.0_f32]).unwrap())
        .unwrap();
    assert!(y[0] == f32::INFINITY && y[1].is_nan() && y[2] == f32::INFINITY);
}

/// Long sums: rounding of single products averages out.
#[test]
fn long_sums_of_positive_numbers_are_near() {
    let geometry = schur_engine::Geometry::plane((5, 5), (1, 1), (2, 2), (1, 1)).unwrap();
    let shape = ConvShape::new(&geometry, 2, [1, 9, 7], 67, 33).unwrap();
    let plan = free(&shape);
    let mut source = Source::new(3);
    let (x, weight) = (
        source.positive(shape.input_len()),
        source.positive(shape.weight_len()),
    );
    let y = plan
        .forward(
            &shape,
            &narrow(&x),
            &plan.prepare(&narrow(&weight)).unwrap(),
        )
        .unwrap();
    let want = reference::conv::forward(&shape, &x, &weight);
    assert!(relative_error(&y, &want) < ORACLE_BF16 / 30.0);
    assert!(agree("bf16 is no f32", &y, &want).is_err());
}
