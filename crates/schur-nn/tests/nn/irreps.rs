//! Fields that are neither scalar nor regular: quotients, irreps, vectors, and a regular
//! representation in another basis.

use burn::module::Param;
use burn::tensor::{DType, Device};
use schur_engine::Activation;
use schur_math::{PlanarGroup, PlanarRepresentation as Representation};
use schur_nn::network::PoolKind;
use schur_nn::{
    EquivariantConvConfig, Field, FieldNorm, FieldType, GlobalPool, GroupPool, Layer, NnError,
    Pointwise, SpatialPool,
};

use crate::equivariance::check;
use crate::support::groups::every_lattice_group;
use crate::support::{TYPES, generic, numbers, planar, tensor};

/// The action on the cosets of every subgroup.
fn quotients(group: &PlanarGroup) -> Vec<Representation> {
    let finite = group.finite().unwrap();
    let subgroups = finite.subgroups().unwrap();
    let quotient = |h| schur_math::FiniteRepresentation::quotient(finite, h).unwrap();
    let of_plane = |rho| Representation::from_finite(group, rho).unwrap();
    subgroups.iter().map(quotient).map(of_plane).collect()
}

fn irreducibles(group: &PlanarGroup) -> Vec<Representation> {
    Representation::irreps(group, 8).unwrap()
}

/// The regular representation after a reflection of its space, which fills the matrices.
fn turned_regular(group: &PlanarGroup) -> Representation {
    let regular = Representation::regular(group).unwrap();
    let dim = regular.dim();
    let normal: Vec<f64> = (0..dim).map(|i| 1.0 + i as f64).collect();
    let square: f64 = normal.iter().map(|v| v * v).sum();
    let reflection =
        |i: usize, j: usize| f64::from(u8::from(i == j)) - 2.0 * normal[i] * normal[j] / square;
    let basis = schur_math::Matrix::from_fn(dim, dim, reflection);
    regular
        .in_basis(&basis)
        .unwrap()
        .with_name("turned regular")
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
            Representation::trivial(group),
        ]),
    ]
}

fn convolutions(group: &str) {
    let group = planar(group);
    let device = Device::flex();
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

every_lattice_group!(convolutions);

fn norms(group: &str) {
    let group = planar(group);
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

every_lattice_group!(norms);

fn pools(group: &str) {
    let group = planar(group);
    let device = Device::flex();
    let turned = FieldType::new(&group, [(turned_regular(&group), 2)]).unwrap();
    for fields in exotic_types(&group).into_iter().chain([turned]) {
        for dtype in TYPES {
            let pool = SpatialPool::new(&fields, PoolKind::Average, 2, 2).unwrap();
            check(&pool, (6, 6), dtype, &device);
            let pool = GlobalPool::new(&fields, PoolKind::Average).unwrap();
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

every_lattice_group!(pools);

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
            Pointwise::new(&vectors, schur_nn::Activation::Relu).err(),
        ),
        (
            "max-pool",
            SpatialPool::new(&vectors, PoolKind::Max, 2, 2).err(),
        ),
        (
            "global max-pool",
            GlobalPool::new(&vectors, PoolKind::Max).err(),
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
}

/// A bias exists where it is invariant: once per permutation field, not on nontrivial irreps.
#[test]
fn biases() {
    let d4 = planar("D4");
    let image = FieldType::trivial(&d4, 1).unwrap();
    for (fields, expected) in exotic_types(&d4).iter().zip([
        exotic_types(&d4)[0].fields(),
        1, // `A1` alone is trivial.
        2, // The two scalars of the third type.
    ]) {
        let config = EquivariantConvConfig::new(&image, fields, 3).with_bias(true);
        let conv = config.init(&Device::flex()).unwrap();
        let biases = conv.bias.as_ref().unwrap().val().dims()[0];
        assert_eq!(biases, expected, "{fields}");
    }
}

/// On a black image the answer is the bias: one constant per invariant direction, in the order
/// of the fields. Of a vector the mirror keeps the second component.
#[test]
fn biases_go_to_their_fields() {
    let device = Device::flex();
    let d1 = planar("D1");
    let blocks = [
        (Representation::regular(&d1).unwrap(), 2),
        (Representation::defining(&d1), 1),
        (Representation::trivial(&d1), 1),
    ];
    let fields = FieldType::new(&d1, blocks).unwrap();
    let image = FieldType::trivial(&d1, 1).unwrap();
    let config = EquivariantConvConfig::new(&image, &fields, 1).with_bias(true);
    let mut conv = config.init(&device).unwrap();
    let biases = tensor(vec![1.0, 2.0, 4.0, 3.0], [4], DType::F32, &device);
    conv.bias = Some(Param::from_tensor(biases));
    let black = tensor(vec![0.0], [1, 1, 1, 1], DType::F32, &device);
    let black = Field::from_tensor(black, &image).unwrap();
    let y = numbers(&conv.forward(black).unwrap().to_tensor());
    assert_eq!(y, [1.0, 1.0, 2.0, 2.0, 0.0, 4.0, 3.0]);
}
