//! Convolutions with steerable kernels, for groups beyond the pixel grid.

use burn::tensor::{DType, Device};
use schur_math::{KernelBand, PlanarGroup, PlaneIsometry};
use schur_nn::{
    EquivariantConvConfig, Field, FieldType, KernelKind, Layer, equivariance_error_interpolated,
};

use crate::equivariance::check;
use crate::support::groups::every_group;
use crate::support::{TYPES, generic, planar, tensor};

fn types(group: &PlanarGroup) -> Vec<FieldType> {
    let mut texts = vec!["3 trivial", "2 defining + trivial", "2 spectral(2) + E1"];
    if group.finite().is_some() {
        texts.push("2 regular");
    }
    // C1-like groups have no E1.
    let parsed = texts
        .iter()
        .filter_map(|text| FieldType::parse_blocks(group, text).ok());
    parsed.collect()
}

/// On elements that permute the pixels the sampled kernels are exact.
fn exact_on_the_lattice(group: &str) {
    let group = planar(group);
    let device = Device::flex();
    for input in types(&group) {
        for output in types(&group) {
            for (kernel, padding) in [(3, 1), (4, 0), (5, 2)] {
                let band = KernelBand::for_size(kernel).unwrap();
                let conv = EquivariantConvConfig::new(&input, &output, kernel)
                    .with_kernels(KernelKind::Steerable(band))
                    .with_padding(padding)
                    .with_bias(true)
                    .init(&device)
                    .unwrap();
                for dtype in TYPES {
                    check(&generic(conv.clone(), dtype), (7, 7), dtype, &device);
                }
            }
        }
    }
}

every_group!(exact_on_the_lattice);

/// A sum of Gaussians, smooth on the scale of the pixels, turned by `degrees` without
/// interpolation.
pub(crate) fn blobs(size: usize, degrees: f64) -> Vec<f64> {
    let turn = PlaneIsometry::rotation(degrees.to_radians()).unwrap();
    let centres = [[4.0, 1.0, 1.0], [-2.0, 3.0, -0.7], [-1.0, -4.0, 0.5]];
    let middle = (size as f64 - 1.0) / 2.0;
    let mut image = Vec::with_capacity(size * size);
    for row in 0..size {
        for col in 0..size {
            let at = [col as f64 - middle, middle - row as f64];
            let value = centres.iter().map(|&[x, y, height]| {
                let [x, y] = turn.apply([x, y]);
                height * (-((at[0] - x).powi(2) + (at[1] - y).powi(2)) / 8.0).exp()
            });
            image.push(value.sum());
        }
    }
    image
}

/// At other angles a steerable convolution is nearly equivariant and a plain one is not.
#[test]
fn nearly_exact_at_other_angles() {
    let device = Device::flex();
    let (size, angle) = (25, 45.0);
    let turn = PlaneIsometry::rotation(f64::to_radians(angle)).unwrap();
    let error = |kind: &KernelKind, group: &str| {
        let group = planar(group);
        let image = FieldType::trivial(&group, 1).unwrap();
        let features = FieldType::parse_blocks(&group, "4 spectral(2)").unwrap();
        let conv = EquivariantConvConfig::new(&image, &features, 7)
            .with_kernels(kind.clone())
            .with_padding(3)
            .init(&device)
            .unwrap();
        let field = |degrees| {
            let values = blobs(size, degrees);
            let tensor = tensor(values, [1, 1, size, size], DType::F32, &device);
            Field::from_tensor(tensor, &image).unwrap()
        };
        let of_turned = conv.forward(field(angle)).unwrap();
        let turned = conv.forward(field(0.0)).unwrap();
        let turned = turned.transform_interpolated(turn).unwrap();
        schur_nn::relative_distance(of_turned.memory(), turned.memory())
    };
    let steerable = KernelKind::Steerable(KernelBand::for_size(7).unwrap());
    let (good, bad) = (
        error(&steerable, "SO(2)"),
        error(&KernelKind::Lattice, "SO(2)"),
    );
    assert!(good < crate::tolerance::INTERPOLATION, "{good}");
    assert!(bad > 4.0 * good, "{bad} against {good}");
}

/// The identity commutes with every interpolated rotation of a smooth image, up to the
/// interpolation itself.
#[test]
fn interpolated_transforms_are_an_action() {
    let device = Device::flex();
    let image = FieldType::parse("SO(2): trivial").unwrap();
    let tensor = tensor(blobs(21, 0.0), [1, 1, 21, 21], DType::F64, &device);
    let field = Field::from_tensor(tensor, &image).unwrap();
    for quarter in [0.0, 90.0, 180.0, 270.0] {
        let g = PlaneIsometry::rotation(f64::to_radians(quarter)).unwrap();
        let (exact, other) = (field.transform(g), field.transform_interpolated(g));
        let distance =
            schur_nn::relative_distance(other.unwrap().memory(), exact.unwrap().memory());
        assert!(
            distance < schur_nn::tolerance::EXACT_F64,
            "{quarter}: {distance}"
        );
    }
    let features = FieldType::parse("SO(2): 2 E1").unwrap();
    let conv = EquivariantConvConfig::new(&image, &features, 5).with_padding(2);
    let conv = generic(conv.init(&device).unwrap(), DType::F64);
    let g = PlaneIsometry::rotation(0.7).unwrap();
    let error = equivariance_error_interpolated(&conv, &field, g).unwrap();
    assert!(error < crate::tolerance::INTERPOLATION, "{error}");
}
