//! Pools against their oracles.

use proptest::prelude::*;
use schur_engine::pool::Windows;
use schur_engine::{PoolShape, pool, reference};

use crate::support::{Source, agree, narrow};

fn shapes() -> impl Strategy<Value = PoolShape> {
    let pair = |high: usize| (1..=high, 1..=high);
    let padding = (0..=2_usize, 0..=2_usize);
    (
        0..=4_usize,
        pair(13),
        1..=20_usize,
        pair(5),
        pair(4),
        padding,
        any::<bool>(),
    )
        .prop_filter_map(
            "the window does not fit",
            |(batch, size, channels, window, stride, padding, ceil)| {
                let windows = Windows::new(window, stride, padding).ok()?;
                PoolShape::with_windows(batch, size, channels, windows.with_ceil_mode(ceil)).ok()
            },
        )
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
    let shape = PoolShape::new(1, (1, 3), 1, (1, 3), (1, 1)).unwrap();
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
    let one = PoolShape::new(2, (5, 3), 4, (1, 1), (1, 1)).unwrap();
    assert_eq!(pool::max_pool(&one, &x).unwrap().y, x);
    assert_eq!(pool::average_pool(&one, &x).unwrap(), x);
    let global = PoolShape::new(2, (5, 3), 4, (5, 3), (1, 1)).unwrap();
    assert_eq!(pool::max_pool(&global, &x).unwrap().y.len(), 8);
}

/// Padding is no number that could win, and a zero for the mean.
#[test]
fn padding_holds_nothing() {
    let shape = PoolShape::padded(1, (2, 3), 1, (2, 2), (2, 2), (1, 1)).unwrap();
    assert_eq!(shape.out_size(), (2, 2));
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
    let shape = PoolShape::padded(1, (1, 1), 2, (3, 3), (1, 1), (1, 1)).unwrap();
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
        let windows = Windows::new((window, 1), (stride, 1), (padding, 0)).unwrap();
        let found = windows.output_size(size, 1).ok().map(|(rows, _)| rows);
        assert_eq!(found, floor, "{size} {window} {stride} {padding}");
        let found = windows.with_ceil_mode(true).output_size(size, 1).unwrap();
        assert_eq!(found, (ceil, 1), "{size} {window} {stride} {padding}");
    }
    let windows = Windows::new((1, 3), (1, 2), (0, 1)).unwrap();
    let windows = windows.with_ceil_mode(true);
    let shape = PoolShape::with_windows(1, (1, 4), 1, windows).unwrap();
    // Of -1..=1, 1..=3, 3..=5, where 4 is padding and 5 beyond it.
    let x = [3.0, -6.0, -9.0, -12.0];
    let mean = pool::average_pool(&shape, &x).unwrap();
    assert_eq!(mean, [-1.0, -9.0, -6.0]);
    assert_eq!(pool::max_pool(&shape, &x).unwrap().y, [3.0, -6.0, -12.0]);
    assert_eq!(windows.counts(1, 4).unwrap(), [vec![1], vec![3, 3, 2]]);
    assert_eq!(windows.overhang(1, 4).unwrap(), (0, 1));
    let none = Windows::new((1, 4), (1, 2), (0, 0)).unwrap();
    assert!(none.with_ceil_mode(true).output_size(1, 2).is_err());
    assert!(none.with_ceil_mode(true).output_size(1, 3).is_ok());
    assert!(
        none.with_ceil_mode(true)
            .output_size(1, usize::MAX)
            .is_err()
    );
}
