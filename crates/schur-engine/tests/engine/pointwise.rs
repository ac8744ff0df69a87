//! Activations of every number against their definitions in `f64`.

use schur_engine::{Activation, pointwise};

use crate::support::{Source, agree, narrow};

/// More than a part of the work, and no multiple of a vector.
const LEN: usize = 40_003;

#[test]
fn values_and_slopes_are_those_of_single_numbers() {
    let mut source = Source::new(3);
    let mut x = source.signed(LEN);
    x[..3].copy_from_slice(&[0.0, -700.0, 700.0]);
    let dy = source.signed(LEN);
    for activation in [Activation::Identity, Activation::Relu, Activation::Elu] {
        let want: Vec<f64> = x.iter().map(|&x| activation.value(x)).collect();
        let slopes = x.iter().zip(&dy).map(|(&x, dy)| activation.slope(x) * dy);
        let slopes: Vec<f64> = slopes.collect();
        agree("f64", &pointwise::forward(activation, &x), &want).unwrap();
        agree("f32", &pointwise::forward(activation, &narrow(&x)), &want).unwrap();
        let mut y = x.clone();
        pointwise::forward_in_place(activation, &mut y);
        agree("in place", &y, &want).unwrap();
        let mut dx = dy.clone();
        pointwise::backward_in_place(activation, &x, &mut dx).unwrap();
        agree("gradient", &dx, &slopes).unwrap();
        let mut dx = narrow(&dy);
        pointwise::backward_in_place(activation, &narrow(&x), &mut dx).unwrap();
        agree("gradient in f32", &dx, &slopes).unwrap();
    }
    let error = pointwise::backward_in_place(Activation::Elu, &x, &mut [0.0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "dy has 1 entries where the shapes ask for 40003"
    );
}
