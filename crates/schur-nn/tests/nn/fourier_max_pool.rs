//! The spatial maximum of functions on a group that are given by Fourier coefficients.

use burn::tensor::{DType, Device};
use schur_engine::pool::Windows;
use schur_math::PlaneIsometry;
use schur_nn::{Domain, Field, FieldType, FourierMaxPool, Layer, relative_distance, tolerance};

use crate::fourier::{band_limited, check_sampled};
use crate::support::{field, numbers, planar, tensor};

fn windows(window: usize, stride: usize, padding: usize) -> Windows {
    let pair = |n| (n, n);
    Windows::plane(pair(window), pair(stride), pair(padding)).unwrap()
}

/// All kinds of windows that treat both ends of four pixels alike, and one pixel.
#[test]
fn commutes_with_the_group() {
    for (fields, subgroup) in band_limited() {
        for windows in [windows(1, 1, 0), windows(3, 1, 1), windows(3, 3, 1)] {
            let pool = FourierMaxPool::on_cosets(&fields, &subgroup, windows);
            check_sampled(&pool.unwrap());
        }
    }
}

/// Windows of one pixel change nothing: the grid tells all coefficients apart.
#[test]
fn single_pixels_stay() {
    for (fields, subgroup) in band_limited() {
        let pool = FourierMaxPool::on_cosets(&fields, &subgroup, windows(1, 1, 0)).unwrap();
        let x = field(&fields, (2, 3), DType::F64, &Device::flex());
        let y = pool.forward(x.clone()).unwrap();
        let error = relative_distance(y.memory(), x.memory());
        assert!(error <= tolerance::EXACT_F64, "{fields}: {error}");
    }
}

/// Against the formula with cosines and sines: coefficients `(a_0, a_1, b_1, …)` of
/// `f(θ) = (a_0 + √2 Σ a_k cos kθ + b_k sin kθ) / √dim`.
#[test]
fn by_formula() {
    let fields = FieldType::parse("SO(2): spectral(2)").unwrap();
    let samples = 9;
    let pool = FourierMaxPool::new(&fields, 2, 2).unwrap();
    let pool = pool.with_rotations(samples).unwrap();
    assert_eq!(pool.samples(), [samples]);
    let x = field(&fields, (2, 2), DType::F64, &Device::flex());
    let y = pool.forward(x.clone()).unwrap();
    assert_eq!(y.size(), (1, 1));
    let basis = |theta: f64| {
        let root = std::f64::consts::SQRT_2;
        let waves = [1.0, 2.0].map(|k| [root * (k * theta).cos(), root * (k * theta).sin()]);
        [1.0, waves[0][0], waves[0][1], waves[1][0], waves[1][1]].map(|v| v / 5f64.sqrt())
    };
    let (x, y) = (numbers(x.memory()), numbers(y.memory()));
    for (x, y) in x.chunks(4 * 5).zip(y.chunks(5)) {
        let mut expected = [0.0; 5];
        for i in 0..samples {
            let at = basis(std::f64::consts::TAU * i as f64 / samples as f64);
            let value = |pixel: &[f64]| -> f64 { at.iter().zip(pixel).map(|(b, x)| b * x).sum() };
            let largest = x.chunks(5).map(value).fold(f64::NEG_INFINITY, f64::max);
            for (e, b) in expected.iter_mut().zip(at) {
                *e += 5.0 / samples as f64 * largest * b;
            }
        }
        for (found, expected) in y.iter().zip(expected) {
            let error = (found - expected).abs();
            assert!(error <= tolerance::EXACT_F64, "{found} {expected}");
        }
    }
}

/// Where one pixel of a window is above the others on the whole group, the result is its vector,
/// also in windows that reach beyond the image or its padding.
#[test]
fn the_largest_function_stays() {
    let device = Device::flex();
    for text in [
        "SO(2): 2 spectral(2)",
        "O(2): 3 spectral(1)",
        "C8: 2 spectral(2)",
    ] {
        let fields = FieldType::parse(text).unwrap();
        let copies = fields.fields();
        for (windows, first, step) in [
            (windows(2, 2, 0).with_ceil_mode(true), 0, 2),
            (windows(3, 2, 1).with_ceil_mode(true), 0, 2),
            (windows(3, 3, 1), 1, 3),
        ] {
            let (height, width) = (5, 5);
            let x = field(&fields, (height, width), DType::F64, &device);
            let mut values = numbers(x.memory());
            let largest = |i: usize| i >= first && (i - first).is_multiple_of(step);
            let mut expected = Vec::new();
            for (k, pixel) in values.chunks_mut(fields.channels()).enumerate() {
                let (row, col) = (k / width % height, k % width);
                if largest(row) && largest(col) {
                    // The first component is the constant function.
                    pixel[..copies].iter_mut().for_each(|v| *v += 50.0);
                    expected.extend_from_slice(pixel);
                }
            }
            let shape = [2, height, width, fields.channels()];
            let x = tensor(values, shape, DType::F64, &device);
            let x = Field::from_grid(x, &fields).unwrap();
            let pool = FourierMaxPool::on_cosets(&fields, planar("C1"), windows).unwrap();
            let y = pool.forward(x).unwrap();
            let shape = y.memory().dims();
            let expected = tensor(expected, shape, DType::F64, &device);
            let error = relative_distance(y.memory(), &expected);
            assert!(error <= tolerance::EXACT_F64, "{text} {windows:?}: {error}");
        }
    }
}

/// More samples alias less; of a single pixel and of a finite group nothing does.
#[test]
fn aliasing_is_measured() {
    let fields = FieldType::parse("SO(2): 4 spectral(3)").unwrap();
    let aliasing = |window, rotations| {
        let pool = FourierMaxPool::new(&fields, window, 1).unwrap();
        pool.with_rotations(rotations).unwrap().aliasing().unwrap()
    };
    let of_two = [7, 16, 64].map(|n| aliasing(2, n));
    let falls = of_two[0] > 2.0 * of_two[1] && of_two[1] > 2.0 * of_two[2];
    assert!(falls, "{of_two:?}");
    assert!(aliasing(1, 7) <= tolerance::EXACT_F64);
    let finite = FieldType::parse("D8: spectral(2)").unwrap();
    let finite = FourierMaxPool::new(&finite, 2, 2).unwrap();
    assert_eq!(finite.aliasing().unwrap(), 0.0);
}

/// What cannot be sampled or does not fit is refused; samples that the group does not permute,
/// and windows that do not end with the image, are announced.
#[test]
fn says_what_is_wrong() {
    let fields = FieldType::parse("SO(2): spectral(3)").unwrap();
    let pool = FourierMaxPool::new(&fields, 2, 2).unwrap();
    let error = pool.clone().with_rotations(6).unwrap_err().to_string();
    assert!(error.contains("at least 7"), "{error}");
    assert!(FourierMaxPool::new(&fields, 0, 2).is_err());
    let twice = FieldType::parse("C4: induced(C2, defining)").unwrap();
    let error = FourierMaxPool::new(&twice, 2, 2).unwrap_err().to_string();
    assert!(error.contains("use `spectral"), "{error}");
    let turn = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_2).unwrap();
    assert!(
        pool.inexactness(&turn.into(), &Domain::image(4, 4))
            .is_none()
    );
    assert!(
        pool.inexactness(&turn.into(), &Domain::image(5, 5))
            .is_some()
    );
    let odd = pool.clone().with_rotations(9).unwrap();
    let why = odd.inexactness(&turn.into(), &Domain::image(4, 4)).unwrap();
    assert!(why.remedy.contains("multiple of 4"), "{why}");
    let x = field(&fields, (4, 4), DType::F64, &Device::flex());
    let error = schur_nn::assert_equivariant(&odd, &x, crate::tolerance::BROKEN).unwrap_err();
    assert!(error.to_string().contains("samples"), "{error}");
    let small = tensor(vec![0.0; 7], [1, 1, 1, 7], DType::F64, &Device::flex());
    let small = Field::from_grid(small, &fields).unwrap();
    assert!(pool.forward(small).is_err());
    assert_eq!(pool.name(), "fourier max pool 2x2 on 16 samples");
}
