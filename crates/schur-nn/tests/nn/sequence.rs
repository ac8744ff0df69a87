//! Tuples of layers are their composition.

use burn::module::Module;
use burn::tensor::{DType, Device};
use schur_engine::Activation;
use schur_nn::export::Graph;
use schur_nn::network::PoolKind;
use schur_nn::{
    EquivariantConv, EquivariantConvConfig, FieldNorm, FieldType, GroupPool, Layer, NnError,
    Pointwise, SpatialPool, assert_equivariant, relative_distance, tolerance,
};

use crate::equivariance::check;
use crate::gradients::{Substitute, differences, lengths, point, weigh};
use crate::support::{TYPES, field, generic, numbers};
use crate::tolerance::{BROKEN, FINITE_DIFFERENCE_NETWORK};

type Block = (EquivariantConv, FieldNorm, SpatialPool);

fn block(input: &FieldType, output: &FieldType, device: &Device) -> Block {
    (
        EquivariantConvConfig::new(input, output, 3)
            .init(device)
            .unwrap(),
        FieldNorm::new(output, Activation::Relu, device).unwrap(),
        SpatialPool::new(output, PoolKind::Max, 2, 2).unwrap(),
    )
}

fn types() -> (FieldType, FieldType) {
    let parse = |text| FieldType::parse(text).unwrap();
    (parse("D4: 2 trivial"), parse("D4: 2 regular + trivial"))
}

#[test]
fn the_layers_one_after_the_other() {
    let device = Device::flex();
    let (image, hidden) = types();
    let pool = GroupPool::new(&hidden).unwrap();
    let layers = (
        block(&image, &hidden, &device),
        block(&hidden, &hidden, &device),
        pool,
    );
    for dtype in TYPES {
        let layers = generic(layers.clone(), dtype);
        check(&layers, (10, 10), dtype, &device);
        let x = field(&image, (10, 10), dtype, &device);
        let (first, second, pool) = &layers;
        let y = first.0.forward(x.clone()).unwrap();
        let y = first.2.forward(first.1.forward(y).unwrap()).unwrap();
        let y = second.0.forward(y).unwrap();
        let y = second.2.forward(second.1.forward(y).unwrap()).unwrap();
        let expected = pool.forward(y).unwrap();
        let found = layers.forward(x.clone()).unwrap();
        assert_eq!(numbers(found.memory()), numbers(expected.memory()));
        assert_eq!(found.field_type(), layers.output_type());
        assert_eq!(found.size(), layers.output_size(10, 10).unwrap());
        if dtype == DType::F32 {
            let plain = Graph::export(&layers, 10, 10).unwrap();
            let plain = plain.run(x.to_tensor()).unwrap();
            assert!(relative_distance(&plain, &expected.to_tensor()) < tolerance::EXACT_F32);
        }
    }
}

/// The layer that is not exact is named by its place; types that do not meet, and images that
/// are too small, are errors.
#[test]
fn what_does_not_fit() {
    let device = Device::flex();
    let (image, hidden) = types();
    let (conv, norm, pool) = block(&image, &hidden, &device);
    let layers = generic((conv.clone(), norm, pool), DType::F64);
    let x = field(&image, (9, 9), DType::F64, &device);
    let message = assert_equivariant(&layers, &x, BROKEN)
        .unwrap_err()
        .to_string();
    for part in [
        "conv 3x3, batch norm + relu, max pool 2x2",
        "layer 3 (max pool 2x2)",
        "6 or 8",
    ] {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    assert!(layers.output_size(2, 9).is_err());
    let wrong = (
        conv,
        Pointwise::new(&image, schur_nn::Nonlinearity::Relu).unwrap(),
    );
    let x = field(&image, (9, 9), DType::F32, &device);
    let error = wrong.forward(x).unwrap_err();
    assert!(matches!(error, NnError::WrongFieldType { .. }), "{error}");
}

/// It is a module: gradients in its input and in all parameters.
#[test]
fn gradients() {
    let device = Device::flex().autodiff();
    let (image, hidden) = types();
    let layers = generic(block(&image, &hidden, &device), DType::F64);
    let shape = [2, 4, 4, image.channels()];
    let mut sizes = vec![shape.iter().product()];
    sizes.extend(lengths(&layers));
    assert_eq!(sizes[1..].iter().sum::<usize>(), layers.parameters());
    differences(
        "a tuple",
        &point(&sizes),
        FINITE_DIFFERENCE_NETWORK,
        |inputs| {
            let layers = layers.clone().map(&mut Substitute::new(&inputs[1..]));
            let x = inputs[0].clone().reshape(shape);
            let x = schur_nn::Field::from_grid(x, &image).unwrap();
            weigh(layers.forward(x).unwrap().into_memory())
        },
    );
}
