//! Every layer commutes with its group, to round-off.

use burn::tensor::{DType, Device};
use schur_engine::{Activation, Geometry};
use schur_nn::network::PoolKind;
use schur_nn::{
    Domain, EquivariantConvConfig, FieldNorm, FieldType, GlobalPool, GroupPool, Layer, Pointwise,
    SpatialPool, assert_equivariant, tolerance,
};

use crate::support::groups::every_lattice_group;
use crate::support::{TYPES, field, field_types, generic, pixels, planar};

/// The bound for a number type.
pub(crate) fn bound(dtype: DType) -> f64 {
    match dtype {
        DType::F64 => tolerance::EXACT_F64,
        _ => tolerance::EXACT_F32,
    }
}

/// Asserts that a layer says it is exact, and is.
pub(crate) fn check(
    layer: &(impl Layer + ?Sized),
    size: (usize, usize),
    dtype: DType,
    device: &Device,
) {
    let what = format!(
        "{} from {} to {} on {size:?} in {dtype:?}",
        layer.name(),
        layer.input_type(),
        layer.output_type()
    );
    for g in layer
        .input_type()
        .group()
        .planar()
        .unwrap()
        .lattice_subgroup()
        .test_elements()
    {
        let doubt = layer.inexactness(&g.into(), &Domain::image(size.0, size.1));
        assert!(doubt.is_none(), "{what}: {}", doubt.unwrap());
    }
    let x = field(layer.input_type(), size, dtype, device);
    let y = layer.forward(x.clone()).unwrap();
    assert!(
        y.memory().clone().abs().max().into_scalar::<f64>() > 0.0,
        "{what}: nothing to compare"
    );
    if let Err(error) = assert_equivariant(layer, &x, bound(dtype)) {
        panic!("{what}: {error}");
    }
}

/// Sizes of odd and even pixels, square and oblong.
const SIZES: [(usize, usize); 3] = [(7, 7), (8, 8), (6, 9)];

fn check_conv(config: &EquivariantConvConfig, size: (usize, usize)) {
    let device = Device::flex();
    for dtype in TYPES {
        let layer = generic(config.init(&device).unwrap(), dtype);
        check(&layer, size, dtype, &device);
    }
}

fn convolutions_of_every_kernel_size(group: &str) {
    let group = planar(group);
    for input in field_types(&group) {
        for output in field_types(&group) {
            for kernel in 1..=5 {
                let config = EquivariantConvConfig::new(&input, &output, kernel);
                let padded = config.with_padding(kernel / 2).with_bias(true);
                check_conv(&padded, SIZES[kernel % 3]);
            }
        }
    }
}

every_lattice_group!(convolutions_of_every_kernel_size);

fn convolutions_of_every_geometry(group: &str) {
    let group = planar(group);
    let types = field_types(&group);
    for (kernel, stride, padding, dilation) in [
        (3, 1, 0, 1),
        (3, 1, 4, 1),
        (4, 1, 1, 2),
        (3, 1, 2, 2),
        (2, 1, 1, 3),
        (3, 2, 1, 1),
        (3, 2, 0, 1),
        (2, 2, 0, 1),
        (5, 3, 2, 1),
        (2, 3, 1, 2),
    ] {
        let exact = |size: usize| {
            let reach = dilation * (kernel - 1) + 1;
            (size + 2 * padding - reach).is_multiple_of(stride)
        };
        for (height, width) in SIZES {
            // The next sizes on which the stride fits.
            let fit = |from: usize| (from..).find(|&size| exact(size)).unwrap();
            let config = EquivariantConvConfig::new(&types[2], &types[1], kernel)
                .with_stride(stride)
                .with_padding(padding)
                .with_dilation(dilation);
            check_conv(&config, (fit(height), fit(width)));
        }
    }
}

every_lattice_group!(convolutions_of_every_geometry);

fn norms_in_inference_and_training(group: &str) {
    let group = planar(group);
    for fields in field_types(&group) {
        for activation in [Activation::Identity, Activation::Relu, Activation::Elu] {
            for device in [Device::flex(), Device::flex().autodiff()] {
                for dtype in TYPES {
                    let norm = FieldNorm::new(&fields, activation, &device).unwrap();
                    let norm = generic(norm, dtype);
                    for size in SIZES {
                        check(&norm, size, dtype, &device);
                    }
                }
            }
        }
    }
}

every_lattice_group!(norms_in_inference_and_training);

fn pointwise_nonlinearities(group: &str) {
    let group = planar(group);
    for fields in field_types(&group) {
        for activation in [
            schur_engine::Activation::Relu,
            schur_engine::Activation::Elu,
        ] {
            let layer = Pointwise::new(&fields, activation).unwrap();
            for dtype in TYPES {
                check(&layer, (4, 4), dtype, &Device::flex());
            }
        }
    }
}

every_lattice_group!(pointwise_nonlinearities);

fn spatial_pools(group: &str) {
    let group = planar(group);
    for fields in field_types(&group) {
        for kind in [PoolKind::Max, PoolKind::Average] {
            for (window, stride) in [(1, 1), (2, 2), (3, 3), (3, 1), (2, 1), (3, 2), (1, 2)] {
                for padding in [0, window / 2] {
                    let pairs = [window, stride, padding].map(|n| (n, n));
                    let [w, s, p] = pairs;
                    let pool = SpatialPool::padded(&fields, kind, w, s, p).unwrap();
                    let exact = |size: &usize| (size + 2 * padding - window).is_multiple_of(stride);
                    let fit = |from: usize| (from..).find(exact).unwrap();
                    for (height, width) in SIZES {
                        for dtype in TYPES {
                            check(&pool, (fit(height), fit(width)), dtype, &Device::flex());
                        }
                    }
                }
            }
        }
    }
}

every_lattice_group!(spatial_pools);

fn pools_over_the_group_and_the_image(group: &str) {
    let group = planar(group);
    for fields in field_types(&group) {
        for size in SIZES.into_iter().chain([(1, 1)]) {
            for dtype in TYPES {
                let device = Device::flex();
                check(&GroupPool::new(&fields).unwrap(), size, dtype, &device);
                for kind in [PoolKind::Max, PoolKind::Average] {
                    let pool = GlobalPool::new(&fields, kind).unwrap();
                    check(&pool, size, dtype, &device);
                }
            }
        }
    }
}

every_lattice_group!(pools_over_the_group_and_the_image);

fn convolutions_commute_with_translations_in_the_interior(group: &str) {
    let group = planar(group);
    let (kernel, padding, size) = (3, 1, 9);
    let types = field_types(&group);
    let device = Device::flex();
    for dtype in TYPES {
        let conv = EquivariantConvConfig::new(&types[2], &types[1], kernel)
            .with_padding(padding)
            .init(&device)
            .unwrap();
        let conv = generic(conv, dtype);
        let x = pixels(&field(&types[2], (size, size), dtype, &device));
        let y = apply(&conv, &x);
        for (down, right) in [(1, 0), (0, 1), (2, 3)] {
            let moved = apply(&conv, &x.clone().roll(&[down, right], &[1, 2]));
            let expected = y.clone().roll(&[down, right], &[1, 2]);
            // What the shift has brought in from the other side reaches `padding` pixels.
            let rows = down as usize + padding..size - padding;
            let columns = right as usize + padding..size - padding;
            let interior = [0..2, rows, columns, 0..types[1].channels()];
            let defect = schur_nn::relative_distance(
                &moved.slice(interior.clone()),
                &expected.slice(interior),
            );
            assert!(defect <= bound(dtype), "{}: {defect:e}", types[2]);
        }
    }
}

every_lattice_group!(convolutions_commute_with_translations_in_the_interior);

fn apply(
    conv: &schur_nn::EquivariantConv,
    memory: &burn::tensor::Tensor<4>,
) -> burn::tensor::Tensor<4> {
    let field = schur_nn::Field::from_grid(memory.clone(), conv.input_type()).unwrap();
    pixels(&conv.forward(field).unwrap())
}

/// The geometry that the exactness of a layer is decided by is the one that it runs with.
#[test]
fn layers_report_their_geometry() {
    let group = planar("C4");
    let fields = FieldType::regular(&group, 1).unwrap();
    let conv = EquivariantConvConfig::new(&fields, &fields, 3)
        .with_stride(2)
        .with_padding(1)
        .with_dilation(2)
        .init(&Device::flex())
        .unwrap();
    let expected = Geometry::plane((3, 3), (2, 2), (1, 1), (2, 2)).unwrap();
    assert_eq!(conv.plan().geometry(), &expected);
    assert_eq!(conv.name(), "conv 3x3 stride 2 padding 1 dilation 2");
}
