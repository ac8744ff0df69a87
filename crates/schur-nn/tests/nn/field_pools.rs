//! Pools by norm and to a given size, and sorted fields.

use burn::tensor::{DType, Device};
use schur_nn::{
    AdaptiveMaxPool, Domain, Field, FieldType, Layer, NormMaxPool, SortFields, assert_equivariant,
    tolerance,
};

use crate::equivariance::check;
use crate::gradients::{differences, point, weigh};
use crate::support::groups::every_group;
use crate::support::{TYPES, field, numbers, planar, tensor};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE};

fn types(group: &str) -> Vec<FieldType> {
    let group = planar(group);
    let mut texts = vec!["3 trivial + 2 E1 + trivial", "spectral(2) + 2 spectral(1)"];
    if group.finite().is_some() {
        texts.extend(["2 regular", "regular + 3 quotient(C1) + E1 + 2 regular"]);
    }
    // D1 has no E1.
    let parse = |text: &&str| FieldType::parse_blocks(&group, text).ok();
    texts.iter().filter_map(parse).collect()
}

fn commute_with_the_group(group: &str) {
    let device = Device::flex();
    for fields in types(group) {
        for dtype in TYPES {
            for (window, stride, size) in [(2, 2, 6), (3, 2, 7), (3, 1, 5), (1, 2, 5)] {
                let pool = NormMaxPool::new(&fields, window, stride).unwrap();
                check(&pool, (size, size), dtype, &device);
            }
            let sort = SortFields::new(&fields).unwrap();
            check(&sort, (4, 4), dtype, &device);
            check(&sort.inverse(), (4, 4), dtype, &device);
            if fields.is_permutation() {
                for (size, pooled) in [(7, 3), (6, 3), (4, 1), (3, 5)] {
                    let pool = AdaptiveMaxPool::new(&fields, (pooled, pooled)).unwrap();
                    check(&pool, (size, size), dtype, &device);
                }
            }
        }
    }
}

every_group!(commute_with_the_group);

/// The vector of largest norm in every window, in plain loops.
fn norms_decide(group: &str) {
    for fields in types(group) {
        let pool = NormMaxPool::new(&fields, 3, 2).unwrap();
        let x = field(&fields, (7, 5), DType::F64, &Device::flex());
        let (values, channels) = (numbers(x.memory()), fields.channels());
        let mut expected = Vec::new();
        let at =
            |b: usize, i: usize, j: usize, c: usize| values[((b * 7 + i) * 5 + j) * channels + c];
        let of_channel = fields.layout().field_of_channel();
        for (b, i, j) in
            (0..2).flat_map(|b| (0..3).flat_map(move |i| (0..2).map(move |j| (b, i, j))))
        {
            for c in 0..channels {
                let own = |k: &usize| of_channel[*k] == of_channel[c];
                let norm = |i, j| -> f64 {
                    let components = (0..channels).filter(own);
                    components.map(|k| at(b, i, j, k).powi(2)).sum()
                };
                let window = (0..9).map(|k| (2 * i + k / 3, 2 * j + k % 3));
                let best = window.max_by(|p, q| norm(p.0, p.1).total_cmp(&norm(q.0, q.1)));
                let (row, col) = best.unwrap();
                expected.push(at(b, row, col, c));
            }
        }
        let found = numbers(pool.forward(x).unwrap().memory());
        assert_eq!(found, expected, "{fields}");
    }
}

every_group!(norms_decide);

/// Where norms are equal the mean is taken, so that even then nothing depends on an order.
#[test]
fn equal_norms() {
    let fields = FieldType::parse("C4: E1").unwrap();
    let pool = NormMaxPool::new(&fields, 2, 2).unwrap();
    let values = vec![1.0, 0.0, 0.0, 1.0, 0.5, 0.0, 0.0, -1.0];
    let x = tensor(values, [1, 2, 2, 2], DType::F64, &Device::flex());
    let x = Field::from_grid(x, &fields).unwrap();
    let y = numbers(pool.forward(x.clone()).unwrap().memory());
    assert!(
        (y[0] - 1.0 / 3.0).abs() < tolerance::EXACT_F64 && y[1] == 0.0,
        "{y:?}"
    );
    assert_equivariant(&pool, &x, tolerance::EXACT_F64).unwrap();
    let nothing = x.scale(0.0);
    let y = numbers(pool.forward(nothing).unwrap().memory());
    assert_eq!(y, [0.0, 0.0]);
}

#[test]
fn inexact_windows_are_announced() {
    let fields = FieldType::parse("C4: 2 E1").unwrap();
    let turn = &fields.group().test_elements()[1];
    let pool = NormMaxPool::new(&fields, 2, 2).unwrap();
    assert!(pool.inexactness(turn, &Domain::image(7, 7)).is_some());
    let x = field(&fields, (7, 7), DType::F64, &Device::flex());
    assert!(assert_equivariant(&pool, &x, BROKEN).is_err());
    let regular = FieldType::parse("C4: 2 regular").unwrap();
    let oblong = AdaptiveMaxPool::new(&regular, (2, 3)).unwrap();
    let half = &fields.group().test_elements()[2];
    assert!(oblong.inexactness(turn, &Domain::image(6, 6)).is_some());
    assert!(oblong.inexactness(half, &Domain::image(5, 4)).is_none());
}

#[test]
fn adaptive_maxima_by_example() {
    let image = FieldType::parse("C1: trivial").unwrap();
    let ramp = tensor(
        vec![0.0, 3.0, 2.0, 1.0],
        [1, 1, 1, 4],
        DType::F64,
        &Device::flex(),
    );
    let ramp = Field::from_tensor(ramp, &image).unwrap();
    let of = |columns| {
        let pool = AdaptiveMaxPool::new(&image, (1, columns)).unwrap();
        numbers(pool.forward(ramp.clone()).unwrap().memory())
    };
    assert_eq!(of(1), [3.0]);
    assert_eq!(of(2), [3.0, 2.0]);
    assert_eq!(of(3), [3.0, 3.0, 2.0]);
    assert_eq!(of(5), [0.0, 3.0, 3.0, 2.0, 1.0]);
    for size in [(0, 1), (1, 0), (usize::MAX, 1)] {
        let error = AdaptiveMaxPool::new(&image, size).unwrap_err().to_string();
        assert!(error.contains("use 1 to"), "{error}");
    }
    let vectors = FieldType::parse("O(2): E1").unwrap();
    assert!(AdaptiveMaxPool::new(&vectors, (1, 1)).is_err());
    assert!(NormMaxPool::new(&vectors, 0, 1).is_err());
}

/// Sorting keeps every field, as seen from outside.
#[test]
fn sorted_fields() {
    let fields = FieldType::parse("D4: 2 E1 + trivial + 2 regular + 3 E1 + regular").unwrap();
    let sort = SortFields::new(&fields).unwrap();
    let output = sort.output_type().to_string();
    assert_eq!(output, "D4: 5 irrep(E1) + 1 trivial + 3 regular");
    let x = field(&fields, (3, 3), DType::F64, &Device::flex());
    let y = sort.forward(x.clone()).unwrap();
    let outward = x.to_tensor();
    let part = |first: usize, count: usize| outward.clone().narrow(1, first, count);
    let parts = vec![
        part(0, 4),
        part(21, 6),
        part(4, 1),
        part(5, 16),
        part(27, 8),
    ];
    let expected = burn::tensor::Tensor::cat(parts, 1);
    assert_eq!(numbers(&y.to_tensor()), numbers(&expected));
    let back = sort.inverse().forward(y).unwrap();
    assert_eq!(numbers(back.memory()), numbers(x.memory()));
    // Already sorted: nothing changes.
    let again = SortFields::new(sort.output_type()).unwrap();
    assert_eq!(again.output_type(), sort.output_type());
}

#[test]
fn gradients() {
    let vectors = FieldType::parse("SO(2): 2 E1 + trivial").unwrap();
    let regular = FieldType::parse("C4: regular + trivial").unwrap();
    let norms = NormMaxPool::new(&vectors, 3, 2).unwrap();
    let adaptive = AdaptiveMaxPool::new(&regular, (2, 3)).unwrap();
    let layers: [&dyn Layer; 2] = [&norms, &adaptive];
    for layer in layers {
        let shape = [2, 5, 5, layer.input_type().channels()];
        let at = point(&[shape.iter().product()]);
        differences(&layer.name(), &at, FINITE_DIFFERENCE, |inputs| {
            let x = inputs[0].clone().reshape(shape);
            let x = Field::from_grid(x, layer.input_type()).unwrap();
            weigh(layer.forward(x).unwrap().into_memory())
        });
    }
}
