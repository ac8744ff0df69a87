//! Values of PyTorch.

use burn::tensor::{DType, Device};
use schur_nn::network::PoolKind;
use schur_nn::{Domain, Field, FieldType, Layer, Resampling, Resize, SpatialPool, tolerance};

use crate::support::{numbers, tensor};

/// The rows of a table behind its two comments and its head.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let rows = table.lines().skip(3);
    rows.map(|row| row.split(',').collect())
}

/// One row of pixels, `(7 i mod 11) - 5`.
fn row(size: usize) -> Field {
    let values = (0..size).map(|i| (7 * i % 11) as f64 - 5.0).collect();
    let x = tensor(values, [1, 1, 1, size], DType::F64, &Device::flex());
    Field::from_tensor(x, &FieldType::parse("C1: trivial").unwrap()).unwrap()
}

fn count(text: &str) -> usize {
    text.parse().unwrap()
}

fn compare(found: &[f64], expected: &str, what: &[&str]) {
    let expected: Vec<f64> = (expected.split(' ')).map(|v| v.parse().unwrap()).collect();
    assert_eq!(found.len(), expected.len(), "{what:?}: {found:?}");
    for (f, e) in found.iter().zip(&expected) {
        let error = (f - e).abs();
        assert!(error <= tolerance::EXACT_F64, "{what:?}: {found:?}");
    }
}

/// Number, means and maxima of all windows in ceil mode, and what has none.
#[test]
fn rounded_up_pools() {
    let (mut accepted, mut refused) = (0, 0);
    for what in rows(include_str!("../golden/rounded_up_pools.csv")) {
        let [size, window, stride, padding] = [0, 1, 2, 3].map(|i| count(what[i]));
        let x = row(size);
        for (kind, expected) in [(PoolKind::Average, what[4]), (PoolKind::Max, what[5])] {
            let shape = [(1, window), (1, stride), (0, padding)];
            let pool = SpatialPool::padded(x.field_type(), kind, shape[0], shape[1], shape[2]);
            let y = pool.unwrap().with_ceil_mode(true).forward(x.clone());
            if expected.is_empty() {
                assert!(y.is_err(), "{what:?}");
                refused += 1;
            } else {
                compare(&numbers(y.unwrap().memory()), expected, &what);
                accepted += 1;
            }
        }
    }
    assert!(accepted > 300 && refused > 20, "{accepted} {refused}");
}

#[test]
fn bicubic() {
    let mut compared = 0;
    for what in rows(include_str!("../golden/bicubic.csv")) {
        let (x, outputs) = (row(count(what[0])), count(what[1]));
        let kind = match what[2] {
            "1" => Resampling::CubicAligned((1, outputs).into()),
            _ => Resampling::CubicTo((1, outputs).into()),
        };
        let y = Resize::new(x.field_type(), kind).unwrap().forward(x);
        compare(&numbers(y.unwrap().memory()), what[3], &what);
        compared += 1;
    }
    assert_eq!(compared, 6 * (7 + 6));
}

#[test]
fn images_too_large_to_resample() {
    let image = FieldType::parse("D4: trivial").unwrap();
    for kind in [
        Resampling::Cubic(3),
        Resampling::CubicTo((1, 1).into()),
        Resampling::Nearest(2),
    ] {
        let resize = Resize::new(&image, kind).unwrap();
        let error = resize.output_size(usize::MAX, 4).unwrap_err().to_string();
        assert!(error.contains("1048576"), "{error}");
        let turn = image.group().planar().unwrap().elements().unwrap()[1];
        assert!(
            resize
                .inexactness(&turn.into(), &Domain::image(usize::MAX, 4))
                .is_some()
        );
    }
}
