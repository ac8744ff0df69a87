//! Wrong requests: an error that names the value, never a panic.

use schur_engine::norm::{Affine, Moments, NormPlan};
use schur_engine::pool::Windows;
use schur_engine::{
    Activation, Block, Centering, ConvPlan, ConvShape, EngineError, Entry, Geometry, Layout,
    PairBasis, PoolShape, conv, pool,
};

/// The error message of a result that must be an error.
fn message<T>(result: Result<T, EngineError>) -> String {
    match result {
        Ok(_) => panic!("a wrong request was accepted"),
        Err(error) => error.to_string(),
    }
}

fn says<T>(result: Result<T, EngineError>, part: &str) {
    let message = message(result);
    assert!(message.contains(part), "{message:?} does not say {part:?}");
}

#[test]
fn layouts() {
    says(Layout::new(vec![]), "no blocks");
    let block = |dim, multiplicity| Block { dim, multiplicity };
    says(
        Layout::new(vec![block(1, 1), block(3, 0)]),
        "block 1 of a layout has dim 3 and multiplicity 0",
    );
    says(Layout::new(vec![block(0, 3)]), "dim 0");
    says(Layout::new(vec![block(usize::MAX, 2)]), "overflows");
    says(
        Layout::new(vec![block(1, usize::MAX / 32); 100]),
        "overflows",
    );
}

#[test]
fn geometries() {
    let new = |k, s, p, d| Geometry::plane(k, s, p, d);
    says(new((0, 3), (1, 1), (0, 0), (1, 1)), "kernel is (0, 3)");
    says(new((3, 3), (1, 0), (0, 0), (1, 1)), "stride is (1, 0)");
    says(new((3, 3), (1, 1), (0, 0), (0, 1)), "dilation is (0, 1)");
    says(
        new((3, 3), (1, 1), (usize::MAX, 0), (1, 1)),
        "the padding overflows",
    );
    says(new((usize::MAX, 3), (1, 1), (0, 0), (1, 1)), "overflows");
    says(
        new((3, 3), (1, 1), (0, 0), (1, usize::MAX / 2)),
        "overflows",
    );
    let dilated = new((3, 3), (1, 1), (1, 0), (2, 2)).unwrap();
    says(
        dilated.output_size([1, 2, 9]),
        "a 5 x 5 window (dilation included) does not fit into a 4 x 9",
    );
    says(dilated.output_size([1, 0, 9]), "image is (0, 9)");
    says(dilated.output_size([1, usize::MAX, 9]), "overflows");
    let far = new((1, 1), (usize::MAX, usize::MAX), (0, 0), (1, 1)).unwrap();
    assert_eq!(far.output_size([1, 5, 5]), Ok([1, 1, 1]));
    says(
        Geometry::new([2, 3, 3], [0, 1, 1], [0; 3], [1; 3]),
        "stride is (0, 1, 1)",
    );
    says(
        Geometry::cube(3).unwrap().output_size([2, 9, 9]),
        "a 3 x 3 x 3 window (dilation included) does not fit into a 2 x 9 x 9 image",
    );
    says(
        Geometry::cube(3).unwrap().output_size([1, 9, 9]),
        "a 3 x 3 x 3 window (dilation included) does not fit into a 1 x 9 x 9 image",
    );
    says(
        Geometry::square(3).unwrap().output_size([2, 2, 9]),
        "a 1 x 3 x 3 window (dilation included) does not fit into a 2 x 2 x 9 image",
    );
}

#[test]
fn convolutions() {
    let geometry = Geometry::square(3).unwrap();
    says(
        ConvShape::new(&geometry, 1, [1, 5, 5], 0, 4),
        "(output, input) channels is (4, 0)",
    );
    says(
        ConvShape::new(&geometry, usize::MAX, [1, 5, 5], 1, 1),
        "the input overflows",
    );
    says(
        ConvShape::new(&geometry, 1, [1, 5, 5], 1, usize::MAX),
        "overflows",
    );
    let shape = ConvShape::new(&geometry, 2, [1, 5, 5], 3, 4).unwrap();
    let zeros = |len| vec![0.0_f32; len];
    says(
        conv::forward(&shape, &zeros(149), &zeros(108)),
        "x has 149 entries where the shapes ask for 150",
    );
    says(
        conv::forward(&shape, &zeros(150), &zeros(107)),
        "weight has 107",
    );
    says(
        conv::backward_input(&shape, &zeros(1), &zeros(108)),
        "dy has 1 entries",
    );
    says(
        conv::backward_input(&shape, &zeros(72), &zeros(1)),
        "weight has 1 entries",
    );
    says(
        conv::backward_weight(&shape, &zeros(1), &zeros(72)),
        "x has 1 entries",
    );
    says(
        conv::backward_weight(&shape, &zeros(150), &zeros(1)),
        "dy has 1 entries",
    );
}

#[test]
fn plans() {
    let layout = || {
        Layout::new(vec![Block {
            dim: 2,
            multiplicity: 3,
        }])
        .unwrap()
    };
    let plan = |bases| ConvPlan::new(layout(), layout(), Geometry::square(3).unwrap(), bases);
    says(plan(vec![]), "0 pair bases for 1 output and 1 input blocks");
    let good = Entry {
        out: 1,
        input: 1,
        tap: 8,
        value: 1.0,
    };
    let with = |entry| {
        plan(vec![PairBasis {
            elements: vec![vec![good], vec![good, entry]],
        }])
    };
    says(
        with(Entry { out: 2, ..good }),
        "element 1: entry out is 2 but must be below 2",
    );
    says(
        with(Entry { input: 9, ..good }),
        "entry input is 9 but must be below 2",
    );
    says(
        with(Entry { tap: 9, ..good }),
        "entry tap is 9 but must be below 9",
    );
    says(
        with(Entry {
            tap: usize::MAX,
            ..good
        }),
        "must be below 9",
    );
    says(
        with(Entry {
            value: f64::NAN,
            ..good
        }),
        "the value NaN",
    );
    let plan = with(good).unwrap();
    says(
        plan.expand(&[0.0_f64; 17]),
        "parameters has 17 entries where the shapes ask for 18",
    );
    says(
        plan.expand_backward(&[0.0_f64; 1]),
        "the weight gradient has 1 entries",
    );
    says(plan.shape(1, [1, 2, 2]), "does not fit");
    says(plan.dense_products([1, 2, 2]), "does not fit");
    // A pair that is not connected is no error, even if no pair is.
    let layout = layout();
    let empty = vec![PairBasis::default()];
    let plan = ConvPlan::new(layout.clone(), layout, Geometry::square(3).unwrap(), empty).unwrap();
    assert_eq!(plan.expand::<f32>(&[]).unwrap(), vec![0.0; 9 * 36]);
    assert!(plan.expand_backward(&[1.0; 9 * 36]).unwrap().is_empty());
}

#[test]
fn norms() {
    let layout = Layout::new(vec![Block {
        dim: 2,
        multiplicity: 3,
    }])
    .unwrap();
    says(
        NormPlan::with_centering(layout.clone(), vec![Centering::None; 2], Activation::Relu),
        "2 centerings for a layout of 1 blocks",
    );
    let plan = NormPlan::new(layout, Activation::Relu);
    let good = Affine {
        gamma: &[1.0; 3],
        beta: &[0.0; 3],
        eps: 0.1,
    };
    says(plan.forward_train(&[0.0; 13], good), "x has 13 entries");
    says(plan.forward_train(&[], good), "no pixel");
    says(
        plan.forward_train(
            &[0.0; 12],
            Affine {
                gamma: &[1.0; 2],
                ..good
            },
        ),
        "gamma has 2 entries",
    );
    says(
        plan.forward_train(&[0.0; 12], Affine { beta: &[], ..good }),
        "beta has 0 entries",
    );
    for eps in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        says(
            plan.forward_train(&[0.0; 12], Affine { eps, ..good }),
            "eps is",
        );
    }
    let moments = Moments {
        mean: vec![0.0; 3],
        variance: vec![1.0; 3],
    };
    let short = Moments {
        mean: vec![0.0; 2],
        variance: vec![1.0; 3],
    };
    says(
        plan.forward_eval(&[0.0; 12], good, &short),
        "mean has 2 entries",
    );
    says(
        plan.backward_train(&[0.0; 12], good, &moments, &[0.0; 6]),
        "dy has 6 entries",
    );
    says(plan.backward_train(&[], good, &moments, &[]), "no pixel");
    assert!(plan.forward_eval(&[], good, &moments).unwrap().is_empty());
    assert!(
        plan.backward_eval(&[], good, &moments, &[])
            .unwrap()
            .dx
            .is_empty()
    );
}

#[test]
fn pools() {
    let new = |batch, (rows, cols), channels, window, stride| {
        let windows = Windows::plane(window, stride, (0, 0))?;
        PoolShape::new(batch, [1, rows, cols], channels, windows)
    };
    says(new(1, (4, 4), 0, (2, 2), (2, 2)), "channels");
    says(new(1, (4, 4), 1, (0, 2), (2, 2)), "kernel is (0, 2)");
    says(new(1, (4, 4), 1, (5, 2), (2, 2)), "a 5 x 2 window");
    let padded = |padding| Windows::plane((2, 2), (2, 2), padding);
    says(padded((1, 2)), "a padding of (1, 2)");
    says(
        Windows::new([2; 3], [2; 3], [2, 1, 1]),
        "a padding of (2, 1, 1) around a pool with a window of (2, 2, 2)",
    );
    says(padded((usize::MAX, 0)), "overflows");
    says(new(usize::MAX, (4, 4), 1, (2, 2), (2, 2)), "overflows");
    let shape = new(1, (4, 4), 1, (2, 2), (2, 2)).unwrap();
    says(pool::max_pool(&shape, &[0.0_f32; 15]), "x has 15 entries");
    says(
        pool::average_pool(&shape, &[0.0_f32; 15]),
        "x has 15 entries",
    );
    says(
        pool::average_pool_backward(&shape, &[0.0_f32; 3]),
        "dy has 3 entries",
    );
    says(
        pool::max_pool_backward(&shape, &[0; 4], &[0.0_f32; 3]),
        "dy has 3 entries",
    );
    says(
        pool::max_pool_backward(&shape, &[0; 3], &[0.0_f32; 4]),
        "argmax has 3 entries",
    );
    says(
        pool::max_pool_backward(&shape, &[0, 1, 4, 0], &[0.0_f32; 4]),
        "saved argmax 4 at output entry 2 lies outside a window of 4 pixels",
    );
}
