//! Results are equal bit for bit whatever the number of threads.

use schur_engine::norm::Affine;
use schur_engine::pool::Windows;
use schur_engine::resample::{AxisMap, SeparableMap};
use schur_engine::{
    Activation, Block, ConvPlan, ConvShape, Entry, Epilogue, Geometry, Layout, NormPlan, PairBasis,
    PoolShape, Precision, carry::CarryMap, channels::ChannelMap, conv, gates::GateMap, pointwise,
    pool,
};

use crate::cases::case;
use crate::edges::Case;
use crate::support::{Source, narrow};

/// Runs `work` in pools of 1, 2 and 3 threads and compares the bits.
fn same_bits(what: &str, work: impl Fn() -> Vec<f32> + Sync) {
    let runs: Vec<Vec<u32>> = (1..=3)
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(&work).iter().map(|v| v.to_bits()).collect()
        })
        .collect();
    assert!(!runs[0].is_empty(), "{what}: nothing to compare");
    assert!(runs[0].iter().any(|&bits| bits != 0), "{what}: all zero");
    assert_eq!(runs[0], runs[1], "{what}: 2 threads");
    assert_eq!(runs[0], runs[2], "{what}: 3 threads");
}

#[test]
fn convolutions() {
    let image = [1, 19, 23];
    for (kernel, stride, inputs, outputs, batch, size) in [
        (5, 1, 10, 12, 7, image),
        (3, 2, 9, 8, 5, image),
        (3, 1, 1, 40, 9, image),
        (1, 1, 40, 24, 3, image),
        (7, 1, 33, 70, 1, image),
        (3, 1, 10, 12, 3, [7, 9, 11]),
        (3, 2, 9, 8, 2, [8, 7, 9]),
        (5, 1, 4, 6, 1, [9, 8, 7]),
    ] {
        let volume = size[0] > 1;
        let of = |value, flat| [if volume { value } else { flat }, value, value];
        let (kernel, stride, pad) = (of(kernel, 1), of(stride, 1), of(kernel / 2, 0));
        let geometry = Geometry::new(kernel, stride, pad, [1; 3]).unwrap();
        let shape = ConvShape::new(&geometry, batch, size, inputs, outputs).unwrap();
        let mut source = Source::new(11);
        let x = narrow(&source.signed(shape.input_len()));
        let dy = narrow(&source.signed(shape.output_len()));
        let weight = narrow(&source.signed(shape.weight_len()));
        same_bits("forward", || conv::forward(&shape, &x, &weight).unwrap());
        same_bits("input gradient", || {
            conv::backward_input(&shape, &dy, &weight).unwrap()
        });
        same_bits("weight gradient", || {
            conv::backward_weight(&shape, &x, &dy).unwrap()
        });
    }
}

#[test]
fn paths() {
    let mut seen = 0;
    let (image, volume) = ([1, 13, 11], [6, 7, 5]);
    for (group, fields, batch, stride, size) in [
        ("C4", "regular", 1, 1, image),
        ("C4", "regular", 9, 1, image),
        ("C4", "regular", 9, 2, image),
        ("D4", "regular", 2, 1, image),
        ("C8", "regular", 1, 1, image),
        ("C8", "regular", 7, 1, image),
        ("C8", "regular", 7, 3, image),
        ("Th", "mixed", 3, 1, volume),
        ("Oh", "vector", 2, 2, volume),
        ("I", "mixed", 2, 1, volume),
        ("I", "vector", 3, 2, volume),
    ] {
        let geometry = if size[0] == 1 {
            Geometry::plane((5, 5), (stride, stride), (2, 2), (1, 1))
        } else {
            Geometry::new([3; 3], [stride; 3], [1; 3], [1; 3])
        };
        let plan = case(group, &[(fields, 5)], &[(fields, 7)], geometry.unwrap()).plan();
        let mut source = Source::new(15);
        let shape = plan.shape(batch, size).unwrap();
        let x = narrow(&source.signed(shape.input_len()));
        let dy = narrow(&source.signed(shape.output_len()));
        let parameters = narrow(&source.signed(plan.parameters()));
        let costs = plan.costs();
        for (precision, cost) in [Precision::F32, Precision::Bf16]
            .into_iter()
            .flat_map(|precision| costs.iter().map(move |cost| (precision, cost)))
        {
            let plan = plan.clone().with_precision(precision);
            let plan = plan.with_path(cost.path).unwrap();
            same_bits(cost.path.name(), || {
                let weight = plan.prepare(&parameters).unwrap();
                let y = plan.forward(&shape, &x, &weight).unwrap();
                let epilogue = Epilogue::new(vec![0.5; plan.output().channels()], Activation::Elu);
                let finished = plan.forward_finished(&shape, &x, &weight, &epilogue);
                let dx = plan.backward_input(&shape, &dy, &parameters).unwrap();
                let gradient = plan.backward_parameters(&shape, &x, &dy).unwrap();
                [y, finished.unwrap(), dx, gradient].concat()
            });
            seen += 1;
        }
    }
    assert_eq!(seen, 2 * (4 * 2 + 3 * 3 + 2 * 2 + 2 * 3));
}

#[test]
fn resampling() {
    let blur = |size: usize| {
        let weight = |out: usize, input: usize| 1.0 / (1.0 + input.abs_diff(2 * out) as f64);
        AxisMap::new(size / 2, size, weight)
    };
    for axes in [
        [AxisMap::identity(1), blur(13), blur(8)],
        [9, 7, 8].map(blur),
    ] {
        let map = SeparableMap::new(axes);
        let size: usize = map.axes().iter().map(AxisMap::inputs).product();
        let x = narrow(&Source::new(16).signed(5 * size * 37));
        same_bits("resample", || map.apply(5, 37, &x).unwrap());
    }
}

#[test]
fn carrying_and_activations() {
    let places: Vec<_> = (0..500)
        .map(|place| Some((place % 77, place % 2)))
        .collect();
    let transports = [1.0, -1.0].map(|sign| (0..31).map(|c| (c, sign)).collect());
    let map = CarryMap::new(77, transports.to_vec(), &places).unwrap();
    let x = narrow(&Source::new(17).signed(9 * 500 * 31));
    same_bits("carry", || map.apply(9, &x[..9 * 77 * 31]).unwrap());
    same_bits("carry back", || map.adjoint().apply(9, &x).unwrap());
    let mut source = Source::new(19);
    let edges = Case::new([300, 200], [2000, 5, 8], &mut source).map();
    let seen = narrow(&source.signed(3 * 300 * 18));
    same_bits("edges", || edges.apply(3, &seen).unwrap());
    let seeing = narrow(&source.signed(3 * 200 * 5 * 18));
    same_bits("edges back", || edges.adjoint().apply(3, &seeing).unwrap());
    let sources: Vec<usize> = (0..40).map(|channel| channel * 7 % 31).collect();
    let select = ChannelMap::select(31, &sources).unwrap();
    same_bits("select", || select.apply(&x).unwrap());
    let back = select.adjoint();
    same_bits("select back", || back.apply(&x[..40 * 31 * 100]).unwrap());
    let gates: Vec<usize> = (0..40).map(|channel| channel % 6 + 25).collect();
    let gates = GateMap::new(31, &sources, &gates).unwrap();
    same_bits("gates", || gates.forward(&x).unwrap());
    let free: Vec<_> = (0..40).map(|c| (c % 3 > 0).then_some(c % 6 + 25)).collect();
    let free = GateMap::with_activation(31, &sources, &free, Activation::Elu).unwrap();
    same_bits("free channels", || free.forward(&x).unwrap());
    let dy = narrow(&Source::new(18).signed(9 * 500 * 40));
    same_bits("free channels back", || free.backward(&x, &dy).unwrap());
    same_bits("gates back", || gates.backward(&x, &dy).unwrap());
    same_bits("activation", || pointwise::forward(Activation::Elu, &x));
}

#[test]
fn expansion() {
    let mut source = Source::new(12);
    let layout = Layout::new(vec![Block {
        dim: 4,
        multiplicity: 5,
    }])
    .unwrap();
    let elements = (0..12)
        .map(|_| {
            let mut entry = || Entry {
                out: source.below(4),
                input: source.below(4),
                tap: source.below(9),
                value: source.signed(1)[0],
            };
            (0..30).map(|_| entry()).collect()
        })
        .collect();
    let geometry = Geometry::square(3).unwrap();
    let basis = PairBasis { elements };
    let plan = ConvPlan::new(layout.clone(), layout, geometry, vec![basis]).unwrap();
    let parameters = narrow(&source.signed(plan.parameters()));
    let gradient = narrow(&source.signed(plan.weight_len()));
    same_bits("expand", || plan.expand(&parameters).unwrap());
    same_bits("expand_backward", || {
        plan.expand_backward(&gradient).unwrap()
    });
}

#[test]
fn norm() {
    let layout = Layout::new(vec![Block {
        dim: 8,
        multiplicity: 5,
    }])
    .unwrap();
    let mut source = Source::new(13);
    let x = narrow(&source.signed(40 * 997));
    let dy = narrow(&source.signed(40 * 997));
    for activation in [Activation::Identity, Activation::Relu, Activation::Elu] {
        let plan = NormPlan::new(layout.clone(), activation);
        let affine = Affine {
            gamma: &[0.7; 5],
            beta: &[0.1; 5],
            eps: 0.001,
        };
        same_bits("norm", || {
            let (mut all, moments) = plan.forward_train(&x, affine).unwrap();
            let gradient = plan.backward_train(&x, affine, &moments, &dy).unwrap();
            all.extend(moments.mean.into_iter().chain(moments.variance));
            all.extend(gradient.dx);
            all.extend(gradient.dgamma.into_iter().chain(gradient.dbeta));
            all
        });
    }
}

#[test]
fn pools() {
    for (size, windows) in [
        ([1, 17, 14], Windows::plane((3, 3), (2, 2), (0, 0))),
        ([6, 7, 8], Windows::new([3; 3], [2; 3], [1; 3])),
    ] {
        let shape = PoolShape::new(6, size, 12, windows.unwrap()).unwrap();
        let mut source = Source::new(14);
        let x = narrow(&source.signed(shape.input_len()));
        let dy = narrow(&source.signed(shape.output_len()));
        same_bits("max", || {
            let result = pool::max_pool(&shape, &x).unwrap();
            let dx = pool::max_pool_backward(&shape, &result.argmax, &dy).unwrap();
            [result.y, dx].concat()
        });
        same_bits("average", || {
            let y = pool::average_pool(&shape, &x).unwrap();
            [y, pool::average_pool_backward(&shape, &dy).unwrap()].concat()
        });
    }
}
