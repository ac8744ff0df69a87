//! Fields that are neither scalar nor regular: quotients, irreps, vectors, and a regular
//! representation in another basis.

use burn::tensor::{DType, Device};
use schur_engine::Activation;
use schur_math::{PlanarGroup, Representation, irreps};
use schur_nn::network::{GlobalPooling, PoolKind};
use schur_nn::{
    EquivariantConvConfig, FieldNorm, FieldType, GlobalPool, GroupPool, NnError, Pointwise,
    SpatialPool,
};

use crate::equivariance::check;
use crate::support::{GROUPS, TYPES, generic, planar};

/// The action on the cosets of every subgroup.
fn quotients(group: &PlanarGroup) -> Vec<Representation> {
    let subgroups = group.group().subgroups().unwrap();
    let quotient = |h| Representation::quotient(group.group(), h).unwrap();
    subgroups.iter().map(quotient).collect()
}

fn irreducibles(group: &PlanarGroup) -> Vec<Representation> {
    let all = irreps(group.group()).unwrap();
    all.iter().map(|i| i.representation().clone()).collect()
}

/// The regular representation after a reflection of its space, which fills the matrices.
fn turned_regular(group: &PlanarGroup) -> Representation {
    let regular = Representation::regular(group.group());
    let dim = regular.dim();
    let normal: Vec<f64> = (0..dim).map(|i| 1.0 + i as f64).collect();
    let square: f64 = normal.iter().map(|v| v * v).sum();
    let reflection =
        |i: usize, j: usize| f64::from(u8::from(i == j)) - 2.0 * normal[i] * normal[j] / square;
    let conjugate = |m: Vec<f64>| {
        let entry = |i: usize, j: usize| -> f64 {
            (0..dim * dim)
                .map(|kl| reflection(i, kl / dim) * m[kl] * reflection(kl % dim, j))
                .sum()
        };
        (0..dim * dim).map(|ij| entry(ij / dim, ij % dim)).collect()
    };
    let elements = group.group().elements();
    let matrices: Vec<Vec<f64>> = elements.map(|g| conjugate(regular.matrix(g))).collect();
    Representation::from_matrices(group.group(), "turned regular", &matrices).unwrap()
}

/// One field type of each kind, with copies so that layouts matter.
fn exotic_types(group: &PlanarGroup) -> Vec<FieldType> {
    let copies = |list: Vec<Representation>| {
        let blocks = list.into_iter().enumerate().map(|(i, r)| (r, 1 + i % 2));
        FieldType::new(group, blocks).unwrap()
    };
    vec![
        copies(quotients(group)),
        copies(irreducibles(group)),
        copies(vec![
            Representation::defining(group),
            turned_regular(group),
            Representation::trivial(group.group()),
        ]),
    ]
}

#[test]
fn convolutions() {
    let device = Device::flex();
    for group in GROUPS.map(planar) {
        for input in exotic_types(&group) {
            for output in exotic_types(&group) {
                for (kernel, padding) in [(1, 0), (2, 1), (3, 1), (4, 0)] {
                    for dtype in TYPES {
                        let conv = EquivariantConvConfig::new(&input, &output, kernel)
                            .with_padding(padding)
                            .with_bias(true)
                            .init(&device)
                            .unwrap();
                        check(&generic(conv, dtype), (5, 5), dtype, &device);
                    }
                }
            }
        }
    }
}

#[test]
fn norms() {
    for group in GROUPS.map(planar) {
        let [quotients, irreps, _] = exotic_types(&group).try_into().unwrap();
        for (fields, activation) in [
            (&quotients, Activation::Relu),
            (&quotients, Activation::Elu),
            (&quotients, Activation::Identity),
            (&irreps, Activation::Identity),
        ] {
            for device in [Device::flex(), Device::flex().autodiff()] {
                for dtype in TYPES {
                    let norm = FieldNorm::new(fields, activation, &device).unwrap();
                    check(&generic(norm, dtype), (4, 4), dtype, &device);
                }
            }
        }
    }
}

#[test]
fn pools() {
    let device = Device::flex();
    for group in GROUPS.map(planar) {
        for fields in exotic_types(&group) {
            for dtype in TYPES {
                let pool = SpatialPool::new(&fields, PoolKind::Average, 2, 2).unwrap();
                check(&pool, (6, 6), dtype, &device);
                let pool = GlobalPool::new(&fields, GlobalPooling::Average).unwrap();
                // An average over the group or its elements may vanish exactly on tiny grids.
                check(&pool, (5, 5), dtype, &device);
            }
        }
        let quotients = &exotic_types(&group)[0];
        let pool = SpatialPool::new(quotients, PoolKind::Max, 3, 1).unwrap();
        check(&pool, (6, 6), DType::F32, &device);
        check(
            &GroupPool::new(quotients).unwrap(),
            (4, 4),
            DType::F32,
            &device,
        );
    }
}

/// What does not commute is a construction error that says what to use instead.
#[test]
fn inadmissible() {
    let device = Device::flex();
    let d4 = planar("D4");
    let vectors = FieldType::new(&d4, [(Representation::defining(&d4), 2)]).unwrap();
    let refusals: [(&str, Option<NnError>); 6] = [
        (
            "relu",
            FieldNorm::new(&vectors, Activation::Relu, &device).err(),
        ),
        (
            "elu",
            FieldNorm::new(&vectors, Activation::Elu, &device).err(),
        ),
        (
            "relu",
            Pointwise::new(&vectors, schur_nn::network::Activation::Relu).err(),
        ),
        (
            "max-pool",
            SpatialPool::new(&vectors, PoolKind::Max, 2, 2).err(),
        ),
        (
            "global max-pool",
            GlobalPool::new(&vectors, GlobalPooling::Max).err(),
        ),
        ("group max-pool", GroupPool::new(&vectors).err()),
    ];
    for (nonlinearity, error) in refusals {
        let error = error.unwrap_or_else(|| panic!("{nonlinearity} was accepted"));
        assert!(matches!(error, NnError::Inadmissible { .. }));
        let message = error.to_string();
        for part in [
            nonlinearity,
            "`defining`",
            "use it on trivial, regular or quotient",
        ] {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
    }
    let mixture = FieldType::new(&d4, [(turned_regular(&d4), 1)]).unwrap();
    let error = FieldNorm::new(&mixture, Activation::Identity, &device).unwrap_err();
    assert!(error.to_string().contains("batch norm"), "{error}");
}

/// A bias exists where it is invariant: once per permutation field, not on other irreps.
#[test]
fn biases() {
    let d4 = planar("D4");
    let image = FieldType::trivial(&d4, 1).unwrap();
    for (fields, expected) in exotic_types(&d4).iter().zip([
        exotic_types(&d4)[0].fields(),
        1, // `A1` alone is trivial.
        1, // The scalar of the third type.
    ]) {
        let config = EquivariantConvConfig::new(&image, fields, 3).with_bias(true);
        let conv = config.init(&Device::flex()).unwrap();
        let biases = conv.bias.as_ref().unwrap().val().dims()[0];
        assert_eq!(biases, expected, "{fields}");
    }
}
