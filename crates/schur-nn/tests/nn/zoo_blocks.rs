//! Networks of the collection: what their blocks do in training, with colours and with other answers.

use burn::tensor::{DType, Device, Tensor};
use schur_nn::network::{AnyLayer, Branch, Output, model};
use schur_nn::{Domain, Field, Layer, Network, NetworkConfig, assert_equivariant, tolerance};

use crate::support::{field, generic, grid, planar};
use crate::tolerance::BROKEN;
use crate::zoo::{image, initial, narrow, with_width};

/// Inside residual blocks single numbers are dropped, between the nonlinearity and the second
/// convolution, and only in training. Images of even sides run too, inexactly.
#[test]
fn dropout_of_residual_blocks() {
    let config = |name: &str| model(name, &grid("D8")).unwrap().config;
    assert_eq!(config("wrn-16-8").block_dropout, 0.3);
    let device = Device::flex().autodiff();
    let (network, side) = initial("wrn-28-10", "D8", 1);
    let mut seen = 0;
    for layer in network.layers() {
        let Some(branch) = layer.downcast_ref::<Branch>() else {
            continue;
        };
        let names: Vec<String> = branch.body().iter().map(Layer::name).collect();
        let at = names.iter().position(|n| n == "pointwise dropout 0.3");
        let at = at.unwrap_or_else(|| panic!("{names:?}"));
        assert!(names[at - 1].contains("relu") && names[at + 1].starts_with("conv"));
        assert_eq!(at + 2, names.len(), "{names:?}");
        seen += 1;
    }
    assert_eq!(seen, 12);
    for size in [side - 1, side] {
        network.check_size((size, size)).unwrap();
        let turn = &network.output_type().group().test_elements()[1];
        assert_eq!(
            network
                .inexactness(turn, &Domain::image(size, size))
                .is_some(),
            size % 2 == 0
        );
    }
    // Fields of which channels are mixed are dropped as a whole.
    let vectors = NetworkConfig {
        block_dropout: 0.5,
        ..model("wide-resnet", &grid("SO2")).unwrap().config
    };
    let network = vectors.init(1, &device).unwrap();
    assert_eq!(network.parameters(), vectors.parameters().unwrap());
    let mut layers = network.layers().iter();
    let body = layers.find_map(AnyLayer::downcast_ref::<Branch>);
    let body = body.expect("a residual block").name();
    assert!(body.contains("field dropout 0.5, conv"), "{body}");
}

/// Images of three channels, each a scalar field.
#[test]
fn colour_images() {
    let config = NetworkConfig {
        channels: 3,
        ..NetworkConfig::default()
    };
    let grey = NetworkConfig::default();
    let more = config.parameters().unwrap() - grey.parameters().unwrap();
    assert_eq!(
        more,
        2 * 9 * 10,
        "two more channels for ten filters of 3 x 3"
    );
    let network: Network = generic(config.init(1, &Device::flex()).unwrap(), DType::F64);
    assert_eq!(network.parameters(), config.parameters().unwrap());
    assert_eq!(network.image_type().to_string(), "C4: 3 trivial");
    let x = field(network.image_type(), (28, 28), DType::F64, &Device::flex());
    assert_equivariant(&network, &x, tolerance::EXACT_F64).unwrap();
    let answer = network.forward(x.to_tensor()).unwrap();
    assert_eq!(answer.dims(), [2, 10]);
    // Colours are told apart.
    let swapped = x
        .to_tensor()
        .select(1, Tensor::from_data([1, 0, 2], &Device::flex()));
    let other = network.forward(swapped).unwrap();
    let [other, answer] = [other, answer].map(|y| y.reshape([2, 10, 1, 1]));
    assert!(schur_nn::relative_distance(&other, &answer) > BROKEN);
    let message = network.forward(image(28)).unwrap_err().to_string();
    assert!(
        message.contains("pass a tensor with 3 channels"),
        "{message}"
    );
    let none = NetworkConfig {
        channels: 0,
        ..grey
    };
    let message = none.validate().unwrap_err().to_string();
    assert!(message.contains("network.channels"), "{message}");
}

#[test]
fn a_direction_turns_with_the_image_and_a_mask_moves_with_it() {
    let (network, side) = with_width("pose", "C4", 4);
    let x = image(side);
    let quarter = planar("C4").test_elements()[1];
    let field = Field::from_tensor(x.clone(), network.image_type()).unwrap();
    let turned = field.transform(quarter).unwrap().to_tensor();
    let vector = |x: Tensor<4>| -> Vec<f64> {
        network
            .forward(x)
            .unwrap()
            .to_data()
            .iter::<f64>()
            .collect()
    };
    let (before, after) = (vector(x), vector(turned));
    // A quarter turn counter-clockwise: (x, y) -> (-y, x).
    for (a, b) in after.iter().zip([-before[1], before[0]]) {
        assert!(
            (a - b).abs() <= tolerance::EXACT_F64 * before[0].hypot(before[1]),
            "{a} {b}"
        );
    }
    assert!(before[0].hypot(before[1]) > BROKEN, "{before:?}");

    let (network, side) = narrow("u-net", "C4");
    let mask = network.masks(image(side)).unwrap();
    assert_eq!(mask.dims(), [1, side, side, 2]);
    assert!(
        network
            .forward(image(side))
            .unwrap_err()
            .to_string()
            .contains("`masks`")
    );
    let classifier = NetworkConfig::default().init(0, &Device::flex()).unwrap();
    let error = classifier.masks(image(28)).unwrap_err().to_string();
    assert!(error.contains("`forward`"), "{error}");
}

/// Numbers first, then the components of one vector after the other, for groups with mirrors and without.
#[test]
fn numbers_stay_and_vectors_turn_with_the_image() {
    for group in ["C1", "C4", "D4"] {
        let config = NetworkConfig {
            output: Output::Values,
            scalars: 2,
            vectors: 2,
            ..model("p4", &grid(group)).unwrap().config
        };
        let config = config.with_parameter_budget(3000).unwrap();
        let network: Network = generic(config.init(1, &Device::flex()).unwrap(), DType::F64);
        assert_eq!(
            network.output_type().to_string(),
            format!("{group}: 2 trivial + 2 defining")
        );
        assert_eq!(network.parameters(), config.parameters().unwrap());
        let x = field(network.image_type(), (28, 28), DType::F64, &Device::flex());
        let rows = |x: &Field| -> Vec<f64> {
            let answer = network.forward(x.to_tensor()).unwrap();
            answer.to_data().iter::<f64>().collect()
        };
        let before = rows(&x);
        for g in planar(group).test_elements() {
            let [[a, b], [c, d]] = g.matrix();
            let after = rows(&x.transform(g).unwrap());
            for (before, after) in before.chunks(6).zip(after.chunks(6)) {
                let mut expected = before[..2].to_vec();
                for v in before[2..].chunks(2) {
                    expected.extend([a * v[0] + b * v[1], c * v[0] + d * v[1]]);
                }
                let size = before.iter().map(|v| v.abs()).fold(0.0, f64::max);
                for (found, expected) in after.iter().zip(expected) {
                    assert!(
                        (found - expected).abs() <= tolerance::EXACT_F64 * size,
                        "{group} {g}"
                    );
                }
            }
        }
        // The two vectors differ.
        assert!(
            (before[2] - before[4]).hypot(before[3] - before[5]) > BROKEN,
            "{before:?}"
        );
    }
    let none = NetworkConfig {
        output: Output::Values,
        scalars: 0,
        ..NetworkConfig::default()
    };
    let message = none.validate().unwrap_err().to_string();
    assert!(message.contains("network.vectors"), "{message}");
}

#[test]
fn a_restricted_network_keeps_the_subgroup_only() {
    let (network, side) = narrow("large-restricted", "D4");
    assert_eq!(network.group().name(), "D4");
    assert_eq!(network.output_type().group().name(), "C4");
    let x = Field::from_tensor(image(side), network.image_type()).unwrap();
    let mirror = planar("D4").test_elements()[4];
    let logits = |x: &Field| network.forward(x.to_tensor()).unwrap();
    let (a, b) = (logits(&x), logits(&x.transform(mirror).unwrap()));
    let difference: f64 = (a - b).abs().max().into_scalar();
    assert!(difference > BROKEN, "{difference}");
}
