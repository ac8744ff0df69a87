//! Networks in files of 16-bit numbers, and with products of such.

use burn::tensor::{DType, Device};
use schur_nn::export::Graph;
use schur_nn::{Field, Layer, Precision, relative_distance, tolerance};

use crate::export::network;
use crate::support::{generic, tensor, uniform};
use crate::tolerance::{BF16_EQUIVARIANCE, BF16_NETWORK};
use crate::zoo::of_width;

/// Rounding every copy of a number alike keeps the symmetry.
#[test]
fn half_precision_is_less_exact_and_as_equivariant() {
    let network = generic(network(), DType::F32);
    let half = Graph::export(&network, 28, 28).unwrap();
    let half = half.in_half_precision().unwrap();
    let shape = [3, 1, 28, 28];
    let x = tensor(
        uniform(shape.iter().product(), 6),
        shape,
        DType::F32,
        &Device::flex(),
    );
    let y = half.run(x.clone()).unwrap();
    let x = Field::from_tensor(x, network.input_type()).unwrap();
    let exact = Layer::forward(&network, x.clone()).unwrap().to_tensor();
    let defect = relative_distance(&y, &exact);
    assert!(
        defect > tolerance::EXACT_F32 && defect < tolerance::HALF_PRECISION,
        "{defect}"
    );
    for element in network
        .input_type()
        .group()
        .planar()
        .unwrap()
        .lattice_subgroup()
        .elements()
        .unwrap()
    {
        let turned = x.transform(element).unwrap().to_tensor();
        let defect = relative_distance(&half.run(turned).unwrap(), &y);
        assert!(defect < tolerance::EXACT_F32, "{defect}");
    }
}

/// Products of bf16 keep the symmetry of every layer: every copy of a weight is rounded alike, and so
/// is every turned copy of a feature, but for those whose round-off in `f32` lies about the middle
/// between two numbers of bf16. In a deep network these few change many, until its defect is about what
/// the rounding changes in the answers, and no more.
#[test]
fn products_of_bf16_are_less_exact_and_nearly_as_equivariant() {
    for (name, group) in [("p4", "C4"), ("tutorial", "C8"), ("tutorial", "D4")] {
        let (config, side) = of_width(name, group, 4);
        let network = generic(config.init(1, &Device::flex()).unwrap(), DType::F32);
        let half = network.clone().with_precision(Precision::Bf16);
        let shape = [3, network.image_type().channels(), side, side];
        let x = tensor(
            uniform(shape.iter().product(), 6),
            shape,
            DType::F32,
            &Device::flex(),
        );
        let x = Field::from_tensor(x, network.input_type()).unwrap();
        let answers = |network: &schur_nn::Network, x: &Field| {
            let learns = network.forward(x.clone().to_tensor()).unwrap();
            let prepared = network.for_inference().unwrap();
            let prepared = prepared.forward(x.clone().to_tensor()).unwrap();
            [learns, prepared].map(|logits| logits.unsqueeze::<4>())
        };
        let (exact, [learns, prepared]) = (answers(&network, &x), answers(&half, &x));
        for y in [&learns, &prepared] {
            let defect = relative_distance(y, &exact[0]);
            assert!(
                defect > tolerance::EXACT_F32 && defect < BF16_NETWORK,
                "{name}: {defect}"
            );
        }
        let group = network.input_type().group().planar().unwrap();
        for element in group.lattice_subgroup().elements().unwrap() {
            let x = x.transform(element).unwrap();
            let [turned, _] = answers(&network, &x);
            assert!(relative_distance(&turned, &exact[0]) < tolerance::EXACT_F32);
            let [turned, _] = answers(&half, &x);
            let defect = relative_distance(&turned, &learns);
            assert!(defect < BF16_EQUIVARIANCE, "{name}: {defect}");
        }
    }
}

#[test]
fn numbers_too_large_for_half_precision() {
    let graph = Graph::build((1, 1, 1), |graph, value| {
        Ok(graph.affine(value, vec![1e5], vec![0.0], "scale"))
    });
    let message = graph.unwrap().in_half_precision().unwrap_err().to_string();
    assert!(
        message.contains("c0") && message.contains("65504"),
        "{message}"
    );
}

#[test]
fn files_of_half_the_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("network.safetensors");
    let graph = Graph::export(&network(), 28, 28).unwrap();
    graph.save(&path).unwrap();
    let size = std::fs::metadata(&path).unwrap().len();
    let half = graph.clone().in_half_precision().unwrap();
    half.save(&path).unwrap();
    assert_eq!(Graph::load(&path).unwrap(), half);
    let numbers: usize = graph.constants().iter().map(|c| c.values.len()).sum();
    // Two bytes less per number; headers are padded to eight.
    let saved = size - std::fs::metadata(&path).unwrap().len();
    assert!(
        saved.abs_diff(2 * numbers as u64) <= 8,
        "{saved} for {numbers}"
    );
}
