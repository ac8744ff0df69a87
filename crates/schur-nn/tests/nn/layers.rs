//! Restriction, induction, changes of basis, and the ways to pool and resample.

use burn::tensor::{DType, Device};
use schur_math::{PlanarGroup, PlanarRepresentation};
use schur_nn::network::PoolKind;
use schur_nn::{
    BlurPool, ChangeOfBasis, FieldType, GlobalPool, GroupPool, Induction, Layer, Mask, NnError,
    NormPool, Resampling, Resize, Restriction, SpatialPool,
};

use crate::equivariance::check;
use crate::support::groups::every_group;
use crate::support::{TYPES, field, numbers, planar};

/// Fields of every admissible kind.
fn types(group: &PlanarGroup) -> Vec<FieldType> {
    let mut texts = vec![
        "3 trivial",
        "2 defining + trivial",
        "spectral(2) + 2 spectral(1)",
    ];
    if group.finite().is_some() {
        texts.extend(["2 regular", "2 regular + 3 quotient(C1) + defining"]);
    }
    let parse = |text: &&str| FieldType::parse_blocks(group, text).unwrap();
    texts.iter().map(parse).collect()
}

fn layers_for_all_fields(group: &str) {
    let device = Device::flex();
    for fields in types(&planar(group)) {
        for dtype in TYPES {
            let mut layers: Vec<(Box<dyn Layer>, usize)> = vec![
                (Box::new(NormPool::new(&fields).unwrap()), 5),
                (Box::new(ChangeOfBasis::new(&fields).unwrap()), 4),
                (Box::new(ChangeOfBasis::new(&fields).unwrap().inverse()), 4),
                (Box::new(Mask::new(&fields, 0.1, 2.0).unwrap()), 6),
                (Box::new(BlurPool::new(&fields, 0.66, 1).unwrap()), 6),
                (Box::new(BlurPool::new(&fields, 0.66, 2).unwrap()), 7),
                (
                    Box::new(BlurPool::with_padding(&fields, 0.66, 1, 0).unwrap()),
                    6,
                ),
            ];
            for kind in [
                Resampling::Nearest(2),
                Resampling::Linear(2),
                Resampling::Linear(3),
                Resampling::LinearTo((9, 9).into()),
                Resampling::LinearTo((4, 4).into()),
                Resampling::LinearAligned((9, 9).into()),
                Resampling::LinearAligned((4, 4).into()),
                Resampling::AdaptiveAverage((2, 2).into()),
            ] {
                layers.push((Box::new(Resize::new(&fields, kind).unwrap()), 6));
            }
            // Maxima where they are admissible, means everywhere.
            for (window, stride, size) in [(2, 2, 6), (3, 2, 7), (3, 1, 5)] {
                for kind in [PoolKind::Max, PoolKind::Average] {
                    match SpatialPool::new(&fields, kind, window, stride) {
                        Ok(pool) => layers.push((Box::new(pool), size)),
                        Err(error) => assert!(kind == PoolKind::Max, "{error}"),
                    }
                }
            }
            for kind in [PoolKind::Max, PoolKind::Average] {
                match GlobalPool::new(&fields, kind) {
                    Ok(pool) => layers.push((Box::new(pool), 5)),
                    Err(error) => assert!(kind == PoolKind::Max, "{error}"),
                }
            }
            for (layer, size) in &layers {
                check(&**layer, (*size, *size), dtype, &device);
                let x = field(layer.input_type(), (*size, *size), dtype, &device);
                let y = layer.forward(x).unwrap();
                assert_eq!(y.size(), layer.output_size(*size, *size).unwrap());
            }
        }
    }
}

every_group!(layers_for_all_fields);

#[test]
fn restrictions() {
    let device = Device::flex();
    for (large, small) in [
        ("D4", "C4"),
        ("D8", "D4"),
        ("D4", "D1@45"),
        ("C8", "C2"),
        ("O(2)", "D4"),
        ("O(2)", "SO(2)"),
        ("SO(2)", "C4"),
        ("D4", "C1"),
        ("D4", "D4"),
    ] {
        let (large, small) = (planar(large), planar(small));
        for fields in types(&large) {
            let layer = Restriction::new(&fields, &small).unwrap();
            assert_eq!(layer.output_type().group().planar(), Some(&small));
            assert_eq!(layer.output_type().channels(), fields.channels());
            for dtype in TYPES {
                check(&layer, (4, 4), dtype, &device);
            }
        }
    }
    let c4 = FieldType::parse("C4: regular").unwrap();
    assert!(matches!(
        Restriction::new(&c4, planar("D4")),
        Err(NnError::Math(_))
    ));
}

#[test]
fn inductions() {
    let device = Device::flex();
    for (small, large) in [("C4", "D4"), ("C2", "C8"), ("D1", "D4"), ("SO(2)", "O(2)")] {
        let (small, large) = (planar(small), planar(large));
        for fields in types(&small) {
            let layer = Induction::new(&fields, &large).unwrap();
            check(&layer, (4, 4), DType::F64, &device);
        }
    }
    let d1 = FieldType::parse("D1: regular").unwrap();
    assert!(Induction::new(&d1, planar("O(2)")).is_err());
}

#[test]
fn pools_over_the_group() {
    let device = Device::flex();
    for name in ["C4", "D4", "D8"] {
        let group = planar(name);
        let subgroups = ["C1", "C2", "C4", "D1", "D1@45", "D2", "D4"].map(planar);
        let subgroups: Vec<_> = subgroups
            .iter()
            .filter(|h| group.contains_group(h))
            .collect();
        // Functions on all cosets, and scalars.
        let mut text = "3 regular + 2 trivial".to_string();
        for subgroup in &subgroups {
            text += &format!(" + quotient({subgroup})");
        }
        let fields = FieldType::parse_blocks(&group, &text).unwrap();
        let mut pools = vec![GroupPool::new(&fields).unwrap()];
        for subgroup in &subgroups {
            pools.push(GroupPool::over(&fields, *subgroup).unwrap());
        }
        for pool in pools {
            check(&pool, (4, 4), DType::F64, &device);
            check(&pool.with_mean(), (4, 4), DType::F64, &device);
        }
    }
    // The same permutations from another coset on: no subgroup belongs to the first component.
    let d4 = planar("D4");
    let other = PlanarRepresentation::quotient(&d4, &planar("D1")).unwrap();
    let order = [1, 0, 2, 3];
    let swap = schur_math::Matrix::from_fn(4, 4, |i, j| f64::from(u8::from(order[i] == j)));
    let swapped = FieldType::new(&d4, [(other.in_basis(&swap).unwrap(), 1)]).unwrap();
    let irreps = FieldType::parse("D4: regular + E1").unwrap();
    let sum = FieldType::parse("D4: induced(C4, E1)").unwrap();
    for fields in [swapped, irreps, sum] {
        let message = GroupPool::over(&fields, planar("C2")).unwrap_err();
        let message = message.to_string();
        assert!(
            message.contains("group pool over C2") && message.contains("norm pool"),
            "{message}"
        );
    }
    for (fields, subgroup) in [("C4: regular", "D1"), ("O(2): trivial", "C2")] {
        let fields = FieldType::parse(fields).unwrap();
        assert!(matches!(
            GroupPool::over(&fields, planar(subgroup)),
            Err(NnError::Math(_))
        ));
    }
}

/// A subgroup pool over nothing is the field itself, over everything the group pool.
#[test]
fn subgroup_pools_lie_between() {
    let fields = FieldType::parse("D4: 2 regular").unwrap();
    let x = field(&fields, (3, 3), DType::F64, &Device::flex());
    let none = GroupPool::over(&fields, planar("C1")).unwrap();
    assert_eq!(
        numbers(none.forward(x.clone()).unwrap().memory()),
        numbers(x.memory())
    );
    let all = GroupPool::over(&fields, planar("D4")).unwrap();
    let pooled = GroupPool::new(&fields).unwrap().forward(x.clone()).unwrap();
    assert_eq!(
        numbers(all.forward(x).unwrap().memory()),
        numbers(pooled.memory())
    );
}

#[test]
fn arithmetic() {
    let device = Device::flex();
    let fields = FieldType::parse("D4: 2 regular + 3 trivial").unwrap();
    let x = field(&fields, (3, 3), DType::F64, &device);
    let twice = numbers(x.scale(2.0).memory());
    assert_eq!(numbers(x.add(&x).unwrap().memory()), twice);
    let (head, tail) = (x.select(0..1).unwrap(), x.select(1..2).unwrap());
    let again = head.concat(&tail).unwrap();
    assert_eq!(again.field_type(), x.field_type());
    assert_eq!(numbers(again.memory()), numbers(x.memory()));
    assert!(x.select(1..3).is_err() && x.select(1..1).is_err());
    assert!(head.add(&tail).is_err());
    let smaller = field(&fields, (2, 3), DType::F64, &device);
    let message = x.add(&smaller).unwrap_err().to_string();
    assert!(
        message.contains("3 x 3") && message.contains("2 x 3"),
        "{message}"
    );
    let other = FieldType::parse("C4: trivial").unwrap();
    assert!(
        x.concat(&field(&other, (3, 3), DType::F64, &device))
            .is_err()
    );
}

/// Any fields in any order: outwardly their channels, one field after the other.
#[test]
fn single_fields() {
    let fields = FieldType::parse("D4: 3 regular + 2 E1 + regular + trivial").unwrap();
    let x = field(&fields, (3, 3), DType::F64, &Device::flex());
    let widths = [8, 8, 8, 2, 2, 8, 1];
    let outward = x.to_tensor();
    for (chosen, text) in [
        (
            vec![0, 1, 2, 3, 4, 5, 6],
            "D4: 3 regular + 2 irrep(E1) + 1 regular + 1 trivial",
        ),
        (
            vec![4, 6, 5, 2, 0],
            "D4: 1 irrep(E1) + 1 trivial + 3 regular",
        ),
        (vec![3, 3, 1], "D4: 2 irrep(E1) + 1 regular"),
    ] {
        let part = x.select_fields(&chosen).unwrap();
        assert_eq!(part.field_type().to_string(), text);
        assert_eq!(part.field_type(), &fields.select_fields(&chosen).unwrap());
        let channels = chosen.iter().map(|&f| {
            let first = widths[..f].iter().sum();
            outward.clone().narrow(1, first, widths[f])
        });
        let expected = burn::tensor::Tensor::cat(channels.collect(), 1);
        assert_eq!(numbers(&part.to_tensor()), numbers(&expected), "{chosen:?}");
    }
    let message = x.select_fields(&[0, 7]).unwrap_err().to_string();
    assert!(
        message.contains("field 7") && message.contains("use 0 to 6"),
        "{message}"
    );
    assert!(x.select_fields(&[]).is_err());
}

#[test]
fn refused() {
    let fields = FieldType::parse("C4: trivial").unwrap();
    for sigma in [0.0, -1.0, f64::NAN, 1e9] {
        assert!(BlurPool::new(&fields, sigma, 2).is_err(), "{sigma}");
    }
    assert!(BlurPool::new(&fields, 0.66, 0).is_err());
    assert!(Mask::new(&fields, 1.0, 2.0).is_err() && Mask::new(&fields, 0.0, 0.0).is_err());
    assert!(Resize::new(&fields, Resampling::Nearest(0)).is_err());
    assert!(Resize::new(&fields, Resampling::AdaptiveAverage((1, 1 << 20).into())).is_err());
    assert!(Resize::new(&fields, Resampling::LinearTo((0, 3).into())).is_err());
    assert!(Resize::new(&fields, Resampling::LinearAligned((3, 0).into())).is_err());
    let unpadded = BlurPool::with_padding(&fields, 3.0, 1, 0).unwrap();
    let message = unpadded.output_size(5, 5).unwrap_err().to_string();
    assert!(
        message.contains("19 pixels does not fit into 5"),
        "{message}"
    );
    for text in [
        "C4",
        "C4:",
        "C4: 2",
        "C4: 2 nothing",
        "C4: + trivial",
        "X9: trivial",
    ] {
        assert!(FieldType::parse(text).is_err(), "{text}");
    }
}
