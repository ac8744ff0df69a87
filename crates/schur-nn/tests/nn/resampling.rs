//! Resampling: numbers by hand, and which symmetries it keeps.

use burn::tensor::{DType, Device};
use schur_nn::{BlurPool, Domain, FieldType, Layer, Resampling, Resize, tolerance};

use crate::support::{field, numbers, planar};
#[test]
fn resampling_by_example() {
    let device = Device::flex();
    let image = FieldType::parse("C1: trivial").unwrap();
    let ramp = crate::support::tensor(vec![0.0, 1.0, 2.0, 3.0], [1, 1, 1, 4], DType::F64, &device);
    let ramp = schur_nn::Field::from_tensor(ramp, &image).unwrap();
    let of = |kind| {
        let layer = Resize::new(&image, kind).unwrap();
        numbers(&layer.forward(ramp.clone()).unwrap().to_tensor())
    };
    let twice = [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0];
    assert_eq!(of(Resampling::Nearest(2)), [twice, twice].concat());
    let between = [0.0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.0];
    assert_eq!(of(Resampling::Linear(2)), [between, between].concat());
    assert_eq!(
        of(Resampling::LinearTo((2, 8).into())),
        [between, between].concat()
    );
    // Centres at 1/6, 3/2 and 17/6; where they are far apart, nothing is averaged.
    let third = of(Resampling::LinearTo((1, 3).into()));
    for (found, expected) in third.iter().zip([1.0 / 6.0, 1.5, 17.0 / 6.0]) {
        assert!(
            (found - expected).abs() < schur_nn::tolerance::EXACT_F64,
            "{third:?}"
        );
    }
    assert_eq!(of(Resampling::LinearTo((1, 1).into())), [1.5]);
    // The ends stay; steps of 3/6 and 3/2.
    let aligned = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0];
    assert_eq!(of(Resampling::LinearAligned((1, 7).into())), aligned);
    assert_eq!(
        of(Resampling::LinearAligned((1, 3).into())),
        [0.0, 1.5, 3.0]
    );
    assert_eq!(of(Resampling::LinearAligned((1, 1).into())), [1.5]);
    assert_eq!(
        of(Resampling::LinearAligned((1, 4).into())),
        [0.0, 1.0, 2.0, 3.0]
    );
    assert_eq!(of(Resampling::AdaptiveAverage((1, 2).into())), [0.5, 2.5]);
    assert_eq!(
        of(Resampling::AdaptiveAverage((1, 3).into())),
        [0.5, 1.5, 2.5]
    );
}

/// The values of `torch.nn.functional.interpolate(mode='bicubic')`, by its formula: four taps of
/// Keys' kernel with the parameter -3/4 around `(i + 1/2) scale - 1/2`, or `i (n - 1) / (m - 1)`
/// with aligned corners, where taps beyond the border read it.
#[test]
fn cubic_resampling_by_example() {
    let image = FieldType::parse("C1: trivial").unwrap();
    let x = [1.0, -2.0, 4.0, 0.5];
    let of = |kind, values: &[f64]| {
        let shape = [1, 1, 1, values.len()];
        let x = crate::support::tensor(values.to_vec(), shape, DType::F64, &Device::flex());
        let x = schur_nn::Field::from_tensor(x, &image).unwrap();
        let layer = Resize::new(&image, kind).unwrap();
        numbers(&layer.forward(x).unwrap().to_tensor())
    };
    let close = |found: &[f64], expected: &[f64]| {
        assert_eq!(found.len(), expected.len());
        let mut pairs = found.iter().zip(expected);
        let near = |(f, e): (&f64, &f64)| (f - e).abs() <= schur_nn::tolerance::EXACT_F64;
        assert!(pairs.all(near), "{found:?} {expected:?}");
    };
    // Halfway between pixels the taps are -3/32, 19/32, 19/32, -3/32.
    let half = |a: f64, b: f64, c: f64, d: f64| (19.0 * (b + c) - 3.0 * (a + d)) / 32.0;
    let aligned = [
        1.0,
        half(1.0, 1.0, -2.0, 4.0),
        -2.0,
        half(1.0, -2.0, 4.0, 0.5),
        4.0,
        half(-2.0, 4.0, 0.5, 0.5),
        0.5,
    ];
    close(&of(Resampling::CubicAligned((1, 7).into()), &x), &aligned);
    close(&of(Resampling::CubicAligned((1, 4).into()), &x), &x);
    close(
        &of(Resampling::CubicAligned((1, 1).into()), &x),
        &aligned[3..4],
    );
    close(&of(Resampling::CubicTo((1, 1).into()), &x), &aligned[3..4]);
    close(&of(Resampling::CubicTo((1, 4).into()), &x), &x);
    // A quarter behind a pixel: -27/256, 225/256, 67/256, -9/256.
    let quarter =
        |a: f64, b: f64, c: f64, d: f64| (-27.0 * a + 225.0 * b + 67.0 * c - 9.0 * d) / 256.0;
    let twice = [
        quarter(-2.0, 1.0, 1.0, 1.0),
        quarter(1.0, 1.0, -2.0, 4.0),
        quarter(4.0, -2.0, 1.0, 1.0),
        quarter(1.0, -2.0, 4.0, 0.5),
        quarter(0.5, 4.0, -2.0, 1.0),
        quarter(-2.0, 4.0, 0.5, 0.5),
        quarter(0.5, 0.5, 4.0, -2.0),
        quarter(4.0, 0.5, 0.5, 0.5),
    ];
    close(&of(Resampling::Cubic(2), &x), &[twice, twice].concat());
    close(&of(Resampling::CubicTo((1, 8).into()), &x), &twice);
    // A constant stays.
    close(
        &of(Resampling::CubicTo((1, 5).into()), &[3.0; 3]),
        &[3.0; 5],
    );
}

#[test]
fn cubic_resampling_is_equivariant() {
    for group in ["C4", "D4", "D1", "SO(2)"] {
        let fields = FieldType::parse_blocks(&planar(group), "2 defining + trivial").unwrap();
        for kind in [
            Resampling::Cubic(3),
            Resampling::CubicTo((7, 7).into()),
            Resampling::CubicTo((3, 3).into()),
            Resampling::CubicAligned((6, 6).into()),
        ] {
            let layer = Resize::new(&fields, kind).unwrap();
            crate::nonlinearities::check_lattice(&layer);
            let g = planar("D1").test_elements()[1];
            assert!(layer.inexactness(&g.into(), &Domain::image(5, 9)).is_none());
        }
        let oblong = Resize::new(&fields, Resampling::CubicTo((5, 4).into())).unwrap();
        let turn = planar("C4").test_elements()[1];
        assert!(
            oblong
                .inexactness(&turn.into(), &Domain::image(6, 6))
                .is_some()
        );
        assert!(Resize::new(&fields, Resampling::Cubic(0)).is_err());
    }
}

/// What cannot be exact is announced, and what is announced is not exact.
#[test]
fn inexact_resampling_is_announced() {
    let fields = FieldType::parse("C4: 2 regular").unwrap();
    let turn = &fields.group().test_elements()[1];
    let blur = BlurPool::new(&fields, 0.66, 2).unwrap();
    let pool = Resize::new(&fields, Resampling::AdaptiveAverage((2, 3).into())).unwrap();
    let oblong = Resize::new(&fields, Resampling::Nearest(2)).unwrap();
    let to_oblong = Resize::new(&fields, Resampling::LinearTo((5, 4).into())).unwrap();
    let half = &fields.group().test_elements()[2];
    let aligned = Resize::new(&fields, Resampling::LinearAligned((5, 4).into())).unwrap();
    for layer in [&to_oblong, &aligned] {
        assert!(layer.inexactness(turn, &Domain::image(6, 6)).is_some());
        // Long axes are as symmetric as short ones.
        assert!(
            layer
                .inexactness(half, &Domain::image(9_973, 7_919))
                .is_none()
        );
    }
    assert!(
        blur.inexactness(turn, &Domain::image(7, 7)).is_none()
            && blur.inexactness(turn, &Domain::image(8, 8)).is_some()
    );
    assert!(pool.inexactness(turn, &Domain::image(6, 6)).is_some());
    // Of an oblong image a quarter turn makes another one, which is enlarged in the same way.
    assert!(oblong.inexactness(turn, &Domain::image(4, 6)).is_none());
    let x = field(&fields, (4, 6), DType::F64, &Device::flex());
    let checked = schur_nn::assert_equivariant(&oblong, &x, tolerance::EXACT_F64).unwrap();
    assert_eq!(checked.elements.len(), 4);
    let x = field(&fields, (8, 8), DType::F64, &Device::flex());
    assert!(schur_nn::assert_equivariant(&blur, &x, crate::tolerance::BROKEN).is_err());
}
