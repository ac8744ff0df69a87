//! Convolutions against their oracle and finite differences.

use proptest::prelude::*;
use schur_engine::{ConvShape, Geometry, conv, reference};

use crate::support::{Source, agree, agree_as_sums, agree_roughly, dot, moved, narrow, shapes};

fn check_f64(shape: &ConvShape, seed: u64) -> Result<(), TestCaseError> {
    let mut source = Source::new(seed);
    let x = source.signed(shape.input_len());
    let weight = source.signed(shape.weight_len());
    let dy = source.signed(shape.output_len());
    let y = conv::forward(shape, &x, &weight).unwrap();
    agree_as_sums("y", &y, &reference::conv::forward(shape, &x, &weight))?;
    let dx = conv::backward_input(shape, &dy, &weight).unwrap();
    agree_as_sums(
        "dx",
        &dx,
        &reference::conv::backward_input(shape, &dy, &weight),
    )?;
    let dw = conv::backward_weight(shape, &x, &dy).unwrap();
    agree_as_sums("dw", &dw, &reference::conv::backward_weight(shape, &x, &dy))
}

fn check_f32(shape: &ConvShape, seed: u64) -> Result<(), TestCaseError> {
    let mut source = Source::new(seed);
    let x = source.positive(shape.input_len());
    let weight = source.positive(shape.weight_len());
    let dy = source.positive(shape.output_len());
    let (x32, weight32, dy32) = (narrow(&x), narrow(&weight), narrow(&dy));
    let y = conv::forward(shape, &x32, &weight32).unwrap();
    agree("y", &y, &reference::conv::forward(shape, &x, &weight))?;
    let dx = conv::backward_input(shape, &dy32, &weight32).unwrap();
    agree(
        "dx",
        &dx,
        &reference::conv::backward_input(shape, &dy, &weight),
    )?;
    let dw = conv::backward_weight(shape, &x32, &dy32).unwrap();
    agree("dw", &dw, &reference::conv::backward_weight(shape, &x, &dy))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn f64_agrees_with_the_oracle(shape in shapes(), seed in any::<u64>()) {
        check_f64(&shape, seed)?;
    }

    #[test]
    fn f32_agrees_with_the_oracle(shape in shapes(), seed in any::<u64>()) {
        check_f32(&shape, seed)?;
    }

    // The convolution is linear in each argument, so a unit step has no truncation error.
    #[test]
    fn gradients_agree_with_finite_differences(shape in shapes(), seed in any::<u64>()) {
        let mut source = Source::new(seed);
        let x = source.signed(shape.input_len());
        let weight = source.signed(shape.weight_len());
        let dy = source.signed(shape.output_len());
        let loss = |x: &[f64], weight: &[f64]| dot(&conv::forward(&shape, x, weight).unwrap(), &dy);
        let scale = 1.0 + dy.len() as f64;
        let dx = conv::backward_input(&shape, &dy, &weight).unwrap();
        let way = source.signed(x.len());
        let slope = (loss(&moved(&x, 1.0, &way), &weight) - loss(&moved(&x, -1.0, &way), &weight)) / 2.0;
        agree_roughly("dx", dot(&dx, &way), slope, scale)?;
        let dw = conv::backward_weight(&shape, &x, &dy).unwrap();
        let way = source.signed(weight.len());
        let slope = (loss(&x, &moved(&weight, 1.0, &way)) - loss(&x, &moved(&weight, -1.0, &way))) / 2.0;
        agree_roughly("dw", dot(&dw, &way), slope, scale)?;
    }
}

/// The corners that a random search may miss: (kernel, stride, padding, dilation, batch, size,
/// channels).
#[test]
fn corner_cases() {
    type Sizes = [usize; 3];
    type Corner = (Sizes, Sizes, Sizes, Sizes, usize, Sizes, (usize, usize));
    let cases: [Corner; 22] = [
        // Pointwise, with and without the copy-free path.
        ([1, 1, 1], [1; 3], [0; 3], [1; 3], 3, [1, 13, 11], (17, 9)),
        (
            [1, 1, 1],
            [1, 2, 1],
            [0; 3],
            [1; 3],
            3,
            [1, 13, 11],
            (17, 9),
        ),
        ([1, 1, 1], [1; 3], [0, 2, 1], [1; 3], 2, [1, 5, 4], (9, 9)),
        ([1, 1, 1], [1; 3], [0; 3], [1; 3], 2, [4, 5, 6], (17, 9)),
        (
            [1, 1, 1],
            [2, 1, 1],
            [1, 0, 0],
            [1; 3],
            2,
            [4, 5, 6],
            (17, 9),
        ),
        // Images of one pixel, inside a larger kernel.
        ([1, 7, 7], [1; 3], [0, 3, 3], [1; 3], 4, [1, 1, 1], (3, 5)),
        ([1, 7, 4], [1; 3], [0, 6, 3], [1; 3], 4, [1, 1, 1], (11, 11)),
        ([5, 5, 5], [1; 3], [2; 3], [1; 3], 3, [1, 1, 1], (5, 7)),
        // Padding beyond the reach of the kernel: output pixels that see nothing.
        ([1, 2, 2], [1; 3], [0, 4, 4], [1; 3], 2, [1, 3, 3], (8, 8)),
        ([2, 2, 2], [1; 3], [4, 3, 2], [1; 3], 2, [2, 1, 3], (8, 8)),
        // Stride beyond the kernel: input pixels that are never read.
        ([1, 2, 1], [1, 3, 4], [0; 3], [1; 3], 2, [1, 11, 13], (9, 4)),
        ([2, 1, 2], [3, 4, 3], [0; 3], [1; 3], 2, [8, 6, 7], (9, 4)),
        // Dilation that only touches the padding at its ends.
        (
            [1, 3, 3],
            [1; 3],
            [0, 5, 5],
            [1, 5, 5],
            1,
            [1, 4, 7],
            (10, 12),
        ),
        (
            [3, 3, 3],
            [1; 3],
            [4, 5, 3],
            [4, 5, 3],
            1,
            [3, 4, 2],
            (6, 5),
        ),
        // Dilation and stride with a common divisor, and without one.
        (
            [3, 4, 5],
            [2, 3, 2],
            [2, 1, 3],
            [2, 2, 3],
            2,
            [7, 8, 9],
            (3, 4),
        ),
        // Many tiles and parts, one input channel, one output channel.
        ([1, 3, 3], [1; 3], [0, 1, 1], [1; 3], 5, [1, 31, 29], (1, 8)),
        ([1, 3, 3], [1; 3], [0, 1, 1], [1; 3], 5, [1, 31, 29], (8, 1)),
        ([3, 3, 3], [1; 3], [1; 3], [1; 3], 2, [9, 10, 11], (1, 8)),
        ([3, 3, 3], [2; 3], [1; 3], [1; 3], 2, [9, 10, 11], (8, 1)),
        // The depth alone.
        (
            [5, 1, 1],
            [2, 1, 1],
            [2, 0, 0],
            [1; 3],
            2,
            [11, 3, 4],
            (6, 7),
        ),
        // A depth that forces the smallest tile.
        ([1, 7, 7], [1; 3], [0, 3, 3], [1; 3], 1, [1, 9, 11], (97, 2)),
        // An empty batch.
        ([3, 3, 3], [2; 3], [1; 3], [1; 3], 0, [7, 7, 7], (4, 4)),
    ];
    for (seed, (kernel, stride, padding, dilation, batch, size, channels)) in (0..).zip(cases) {
        let geometry = Geometry::new(kernel, stride, padding, dilation).unwrap();
        let shape = ConvShape::new(&geometry, batch, size, channels.0, channels.1).unwrap();
        check_f64(&shape, seed).unwrap_or_else(|error| panic!("{shape:?}: {error}"));
        check_f32(&shape, seed).unwrap_or_else(|error| panic!("{shape:?}: {error}"));
    }
}

/// A volume of depth 1, whichever axis has the size 1, is an image: the same numbers in the same
/// order give the same bits.
#[test]
fn an_image_is_a_volume_of_depth_one() {
    let mut source = Source::new(4);
    let image = Geometry::new([1, 3, 5], [1, 2, 1], [0, 1, 2], [1, 1, 2]).unwrap();
    let shape = ConvShape::new(&image, 2, [1, 9, 11], 6, 7).unwrap();
    let x = narrow(&source.signed(shape.input_len()));
    let weight = narrow(&source.signed(shape.weight_len()));
    let dy = narrow(&source.signed(shape.output_len()));
    let upright = Geometry::new([3, 1, 5], [2, 1, 1], [1, 0, 2], [1, 1, 2]).unwrap();
    let other = ConvShape::new(&upright, 2, [9, 1, 11], 6, 7).unwrap();
    let bits = |values: Vec<f32>| values.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    let both = [shape, other].map(|shape| {
        [
            bits(conv::forward(&shape, &x, &weight).unwrap()),
            bits(conv::backward_input(&shape, &dy, &weight).unwrap()),
            bits(conv::backward_weight(&shape, &x, &dy).unwrap()),
        ]
    });
    assert_eq!(both[0], both[1]);
}

/// The oracle itself, on a convolution done by hand.
#[test]
fn oracle_by_hand() {
    let geometry = Geometry::plane((2, 2), (1, 1), (0, 1), (1, 1)).unwrap();
    let shape = ConvShape::new(&geometry, 1, [1, 2, 2], 1, 1).unwrap();
    let (x, weight) = ([1.0, 2.0, 3.0, 4.0], [1.0, 10.0, 100.0, 1000.0]);
    assert_eq!(
        reference::conv::forward(&shape, &x, &weight),
        [3010.0, 4321.0, 402.0]
    );
    assert_eq!(
        reference::conv::backward_input(&shape, &[1.0, 0.0, 0.0], &weight),
        [10.0, 0.0, 1000.0, 0.0]
    );
    assert_eq!(
        reference::conv::backward_weight(&shape, &x, &[0.0, 1.0, 0.0]),
        [1.0, 2.0, 3.0, 4.0]
    );
}

/// And on a column of two values, as the depth.
#[test]
fn oracle_by_hand_in_depth() {
    let geometry = Geometry::new([2, 1, 1], [1; 3], [1, 0, 0], [1; 3]).unwrap();
    let shape = ConvShape::new(&geometry, 1, [2, 1, 1], 1, 1).unwrap();
    assert_eq!(
        reference::conv::forward(&shape, &[1.0, 2.0], &[1.0, 10.0]),
        [10.0, 21.0, 2.0]
    );
}
