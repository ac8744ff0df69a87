//! Pools against their oracles.

use proptest::prelude::*;
use schur_engine::pool::Windows;
use schur_engine::{PoolShape, pool, reference};

use crate::support::{Source, agree, narrow, triples};

fn shapes() -> impl Strategy<Value = PoolShape> {
    prop::bool::weighted(0.4).prop_flat_map(|volume| {
        let size = triples(volume, 1, (1, if volume { 7 } else { 13 }));
        (
            0..=4_usize,
            size,
            1..=20_usize,
            triples(volume, 1, (1, 5)),
            triples(volume, 1, (1, 4)),
            triples(volume, 0, (0, 2)),
            any::<bool>(),
        )
            .prop_filter_map(
                "the window does not fit",
                |(batch, size, channels, window, stride, padding, ceil)| {
                    let windows = Windows::new(window, stride, padding).ok()?;
                    PoolShape::new(batch, size, channels, windows.with_ceil_mode(ceil)).ok()
                },
            )
    })
}

/// Windows on images: (window, stride, padding).
fn planar(
    batch: usize,
    size: (usize, usize),
    channels: usize,
    (window, stride, padding): ((usize, usize), (usize, usize), (usize, usize)),
) -> PoolShape {
    let windows = Windows::plane(window, stride, padding).unwrap();
    PoolShape::new(batch, [1, size.0, size.1], channels, windows).unwrap()
}

proptest! {
    #[test]
    fn max_pool(shape in shapes(), seed in any::<u64>(), levels in 2..1000_u32) {
        let mut source = Source::new(seed);
        // Few levels make ties.
        let level = |v: f64| (v * f64::from(levels)).round();
        let x: Vec<f64> = source.signed(shape.input_len()).into_iter().map(level).collect();
        let dy = source.signed(shape.output_len());
        let want = reference::pool::max_pool(&shape, &x);
        let got = pool::max_pool(&shape, &x).unwrap();
        prop_assert_eq!(&got, &want);
        let got = pool::max_pool(&shape, &narrow(&x)).unwrap();
        prop_assert_eq!(&got.argmax, &want.argmax);
        prop_assert_eq!(got.y, narrow(&want.y));
        let dx = pool::max_pool_backward(&shape, &want.argmax, &dy).unwrap();
        agree("dx", &dx, &reference::pool::max_pool_backward(&shape, &want.argmax, &dy))?;
    }

    #[test]
    fn average_pool(shape in shapes(), seed in any::<u64>()) {
        let mut source = Source::new(seed);
        let x = source.positive(shape.input_len());
        let dy = source.positive(shape.output_len());
        let want = reference::pool::average_pool(&shape, &x);
        agree("y", &pool::average_pool(&shape, &x).unwrap(), &want)?;
        agree("y", &pool::average_pool(&shape, &narrow(&x)).unwrap(), &want)?;
        let want = reference::pool::average_pool_backward(&shape, &dy);
        agree("dx", &pool::average_pool_backward(&shape, &dy).unwrap(), &want)?;
        agree("dx", &pool::average_pool_backward(&shape, &narrow(&dy)).unwrap(), &want)?;
    }
}

#[test]
fn a_nan_is_not_hidden() {
    let shape = planar(1, (1, 3), 1, ((1, 3), (1, 1), (0, 0)));
    for place in 0..3 {
        let mut x = [1.0, 2.0, 3.0];
        x[place] = f64::NAN;
        let got = pool::max_pool(&shape, &x).unwrap();
        assert!(got.y[0].is_nan());
        assert_eq!(got.argmax, [u32::try_from(place).unwrap()]);
    }
}

/// The window of size one is the identity; the window of the image is global.
#[test]
fn extreme_windows() {
    let x = Source::new(3).signed(2 * 5 * 3 * 4);
    let one = planar(2, (5, 3), 4, ((1, 1), (1, 1), (0, 0)));
    assert_eq!(pool::max_pool(&one, &x).unwrap().y, x);
    assert_eq!(pool::average_pool(&one, &x).unwrap(), x);
    let global = planar(2, (5, 3), 4, ((5, 3), (1, 1), (0, 0)));
    assert_eq!(pool::max_pool(&global, &x).unwrap().y.len(), 8);
}

/// Padding is no number that could win, and a zero for the mean.
#[test]
fn padding_holds_nothing() {
    let shape = planar(1, (2, 3), 1, ((2, 2), (2, 2), (1, 1)));
    assert_eq!(shape.out_size(), [1, 2, 2]);
    let x = [-1.0, -2.0, -3.0, -4.0, -5.0, -6.0];
    let max = pool::max_pool(&shape, &x).unwrap();
    assert_eq!(max.y, [-1.0, -2.0, -4.0, -5.0]);
    assert_eq!(max.argmax, [3, 2, 1, 0]);
    let mean = pool::average_pool(&shape, &x).unwrap();
    assert_eq!(mean, [-0.25, -1.25, -1.0, -2.75]);
}

/// A window may be larger than the image.
#[test]
fn one_pixel() {
    let shape = planar(1, (1, 1), 2, ((3, 3), (1, 1), (1, 1)));
    let x = [-9.0, 18.0];
    assert_eq!(pool::max_pool(&shape, &x).unwrap().y, x);
    assert_eq!(pool::average_pool(&shape, &x).unwrap(), [-1.0, 2.0]);
}

/// Sizes as PyTorch's `pooling_output_shape` gives them with and without `ceil_mode`, and means
/// that divide by what lies in image and padding (`count_include_pad`).
#[test]
fn ceil_mode() {
    // (size, window, stride, padding), then windows without and with ceil mode.
    for ((size, window, stride, padding), floor, ceil) in [
        ((6, 3, 2, 0), Some(2), 3),
        ((7, 3, 2, 0), Some(3), 3),
        ((6, 3, 2, 1), Some(3), 4),
        ((5, 3, 2, 1), Some(3), 3),
        // The third window would begin at 4, behind the four pixels.
        ((4, 2, 4, 1), Some(2), 2),
        ((3, 2, 4, 1), Some(1), 1),
        ((3, 1, 4, 0), Some(1), 1),
        ((2, 3, 2, 0), None, 1),
        ((9, 2, 3, 0), Some(3), 3),
        ((10, 2, 3, 0), Some(3), 4),
    ] {
        for axis in 0..3 {
            let along = |value, other| {
                let mut sizes = [other; 3];
                sizes[axis] = value;
                sizes
            };
            let (window, stride, padding) = (along(window, 1), along(stride, 1), along(padding, 0));
            let windows = Windows::new(window, stride, padding).unwrap();
            let found = windows.output_size(along(size, 1)).ok();
            assert_eq!(found, floor.map(|n| along(n, 1)), "{size} {windows:?}");
            let found = windows.with_ceil_mode(true).output_size(along(size, 1));
            assert_eq!(found.unwrap(), along(ceil, 1), "{size} {windows:?}");
        }
    }
    let windows = Windows::plane((1, 3), (1, 2), (0, 1)).unwrap();
    let windows = windows.with_ceil_mode(true);
    let shape = PoolShape::new(1, [1, 1, 4], 1, windows).unwrap();
    // Of -1..=1, 1..=3, 3..=5, where 4 is padding and 5 beyond it.
    let x = [3.0, -6.0, -9.0, -12.0];
    let mean = pool::average_pool(&shape, &x).unwrap();
    assert_eq!(mean, [-1.0, -9.0, -6.0]);
    assert_eq!(pool::max_pool(&shape, &x).unwrap().y, [3.0, -6.0, -12.0]);
    assert_eq!(
        windows.counts([1, 1, 4]).unwrap(),
        [vec![1], vec![1], vec![3, 3, 2]]
    );
    assert_eq!(windows.overhang([1, 1, 4]).unwrap(), [0, 0, 1]);
    assert_eq!(windows.gains([1, 1, 4]).unwrap(), [1.0, 1.0, 1.5]);
    let none = Windows::plane((1, 4), (1, 2), (0, 0)).unwrap();
    assert!(none.with_ceil_mode(true).output_size([1, 1, 2]).is_err());
    assert!(none.with_ceil_mode(true).output_size([1, 1, 3]).is_ok());
    assert!(
        none.with_ceil_mode(true)
            .output_size([1, 1, usize::MAX])
            .is_err()
    );
}
