//! Resampling against plain sums in `f64`.

use proptest::prelude::*;
use schur_engine::resample::{AxisMap, SeparableMap};

use crate::support::{Source, agree, dot, narrow};

/// Weights of one axis: kept, a band that moves in steps, or anything, rows of zeros among it.
fn axes() -> impl Strategy<Value = AxisMap> {
    (0..3_u8, 0..=9_usize, 0..=9_usize, 1..=3_usize, any::<u64>()).prop_map(
        |(kind, outputs, inputs, step, seed)| {
            let weights = Source::new(seed).signed(outputs * inputs);
            AxisMap::new(outputs, inputs, |out, input| {
                let weight = weights[out * inputs + input];
                match kind {
                    0 if outputs == inputs => f64::from(u8::from(out == input)),
                    1 if input.abs_diff(out * step) > step => 0.0,
                    2 if out % 3 == 1 => 0.0,
                    _ => weight,
                }
            })
        },
    )
}

fn plain_sums(map: &SeparableMap, batch: usize, channels: usize, x: &[f64]) -> Vec<f64> {
    let matrices = map.axes().each_ref().map(AxisMap::matrix);
    let [d, h, w] = map.axes().each_ref().map(AxisMap::inputs);
    let [depth, height, width] = map.out_size();
    let mut y = Vec::new();
    for at in 0..batch * depth * height * width * channels {
        let (channel, at) = (at % channels, at / channels);
        let (k, at) = (at % width, at / width);
        let (j, at) = (at % height, at / height);
        let (i, item) = (at % depth, at / depth);
        let mut sum = 0.0;
        for (p, q, r) in (0..d * h * w).map(|at| (at / (h * w), at / w % h, at % w)) {
            let weight = matrices[0][i * d + p] * matrices[1][j * h + q] * matrices[2][k * w + r];
            sum += weight * x[(((item * d + p) * h + q) * w + r) * channels + channel];
        }
        y.push(sum);
    }
    y
}

proptest! {
    #[test]
    fn maps_are_plain_sums_and_their_adjoints_transposed(
        axes in (axes(), axes(), axes()),
        batch in 0..=3_usize,
        channels in prop::sample::select(vec![0_usize, 1, 3, 16, 17, 64, 85]),
        seed in any::<u64>(),
    ) {
        let map = SeparableMap::new([axes.0, axes.1, axes.2]);
        let size: usize = map.axes().iter().map(AxisMap::inputs).product();
        let out: usize = map.out_size().iter().product();
        let mut source = Source::new(seed);
        let x = source.signed(batch * size * channels);
        let dy = source.signed(batch * out * channels);
        let want = plain_sums(&map, batch, channels, &x);
        agree("f64", &map.apply(batch, channels, &x).unwrap(), &want)?;
        agree("f32", &map.apply(batch, channels, &narrow(&x)).unwrap(), &want)?;
        let back = plain_sums(&map.adjoint(), batch, channels, &dy);
        agree("adjoint", &map.adjoint().apply(batch, channels, &dy).unwrap(), &back)?;
        let (there, and_back) = (dot(&want, &dy), dot(&x, &back));
        agree("<A x, y> = <x, A^T y>", &[1.0, there], &[1.0, and_back])?;
    }
}

#[test]
fn planes_larger_than_a_band_are_the_same_sums() {
    let blur = |size: usize| {
        AxisMap::new(size.div_ceil(2), size, |out, input| {
            match input.abs_diff(2 * out) {
                0 => 0.5,
                1 => 0.25,
                _ => 0.0,
            }
        })
    };
    let map = SeparableMap::new([blur(3), blur(67), blur(33)]);
    let x = Source::new(5).signed(3 * 67 * 33 * 70);
    let got = map.apply(1, 70, &x).unwrap();
    agree("volume", &got, &plain_sums(&map, 1, 70, &x)).unwrap();
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let map = SeparableMap::new([1, 2, 3].map(AxisMap::identity));
    let error = map.apply(1, 2, &[0.0_f32; 11]).unwrap_err().to_string();
    assert_eq!(error, "x has 11 entries where the shapes ask for 12");
}
