//! The structured weight sharing of the introduction, letter by letter: the four filters of a
//! C4 lifting convolution are the rotated copies of one, and the network is invariant.

use burn::module::Param;
use burn::tensor::{DType, Device, Distribution, Tensor};
use schur_nn::network::BlockConfig;
use schur_nn::{
    EquivariantConv, EquivariantConvConfig, Field, FieldType, Layer, Network, NetworkConfig,
    assert_equivariant, tolerance,
};

use crate::support::groups::every_lattice_group;
use crate::support::{
    bits, field, field_types, generic, grid, numbers, pixels, planar, tensor, uniform,
};

/// W, and its copies turned counter-clockwise by one, two and three quarter turns. The text
/// turns clockwise: its W_r is our r⁻¹ = r³.
const FILTERS: [&str; 4] = ["abcdefghi", "cfibehadg", "ihgfedcba", "gdahebifc"];

/// A lifting convolution whose free parameters are the letters, so that filter `e` is W.
fn lettered() -> EquivariantConv {
    let device = Device::flex();
    let c4 = planar("C4");
    let image = FieldType::trivial(&c4, 1).unwrap();
    let features = FieldType::regular(&c4, 1).unwrap();
    let mut conv = EquivariantConvConfig::new(&image, &features, 3)
        .init(&device)
        .unwrap();
    assert_eq!(conv.parameters(), 9, "one parameter per letter");
    // The order of the basis is its own affair: look where each parameter lands in W.
    let mut parameters = vec![0.0; 9];
    for p in 0..9 {
        let mut unit = vec![0.0; 9];
        unit[p] = 1.0;
        let filter = &filters(&conv, &unit)[0];
        let place = filter.iter().position(|&v| v != 0.0).expect("W is free");
        assert_eq!(filter.iter().filter(|&&v| v != 0.0).count(), 1);
        parameters[p] = f64::from(b"abcdefghi"[place]) / filter[place];
    }
    conv.weight = Param::from_tensor(tensor(parameters, [9], DType::F32, &device));
    conv
}

/// The dense filters, one per group element, row by row.
fn filters(conv: &EquivariantConv, parameters: &[f64]) -> [Vec<f64>; 4] {
    let dense = conv.plan().expand(parameters).unwrap();
    // [row][column][one input channel][element].
    std::array::from_fn(|g| dense.iter().skip(g).step_by(4).copied().collect())
}

#[test]
fn the_four_filters() {
    let conv = lettered();
    let parameters = numbers(&conv.weight.val());
    for (filter, expected) in filters(&conv, &parameters).iter().zip(FILTERS) {
        let letters: String = filter.iter().map(|&v| char::from(v as u8)).collect();
        assert!(filter.iter().all(|v| v.fract() == 0.0), "{filter:?}");
        assert_eq!(letters, expected);
    }
}

/// The layer itself correlates the image with exactly these filters: on a unit impulse the
/// response is the filter, reversed.
#[test]
fn the_layer_applies_the_four_filters() {
    let conv = lettered();
    let mut impulse = vec![0.0; 25];
    impulse[12] = 1.0;
    let impulse = tensor(impulse, [1, 1, 5, 5], DType::F32, &Device::flex());
    let x = Field::from_tensor(impulse, conv.input_type()).unwrap();
    let response = numbers(&conv.forward(x).unwrap().to_tensor());
    for (response, expected) in response.chunks(9).zip(FILTERS) {
        let letters: String = response
            .iter()
            .rev()
            .map(|&v| char::from(v as u8))
            .collect();
        assert_eq!(letters, expected);
    }
}

fn network(group: &str, device: &Device) -> Network {
    let config = NetworkConfig {
        group: grid(group),
        classes: 3,
        blocks: vec![
            BlockConfig::new(4, 3).with_pool(2),
            BlockConfig::new(4, 3),
            BlockConfig::new(8, 2),
        ],
        ..NetworkConfig::default()
    };
    config.init(5, device).unwrap()
}

/// f(g x) = f(x), in inference and while training.
fn the_network_is_invariant(name: &str) {
    for device in [Device::flex(), Device::flex().autodiff()] {
        for (dtype, bound) in [
            (DType::F32, tolerance::EXACT_F32),
            (DType::F64, tolerance::EXACT_F64),
        ] {
            let network = generic(network(name, &device), dtype);
            let x = field(network.image_type(), (10, 10), dtype, &device);
            let logits = |x: &Field| {
                let logits = network.forward(x.to_tensor()).unwrap();
                let [batch, classes] = logits.dims();
                logits.reshape([batch, classes, 1, 1])
            };
            let upright = logits(&x);
            for g in network.image_type().group().test_elements() {
                let turned = logits(&x.transform(g).unwrap());
                let defect = schur_nn::relative_distance(&turned, &upright);
                assert!(defect <= bound, "{name} in {dtype:?}: {defect:e}");
            }
            let [first, second] = [0, 3].map(|i| numbers(&upright)[i]);
            assert_ne!(
                first, second,
                "{name}: the logits do not depend on the image"
            );
        }
    }
}

every_lattice_group!(the_network_is_invariant);

/// A quarter turn of C4 is not a symmetry of a network built for the half turn.
#[test]
fn invariance_is_that_of_the_group_only() {
    let device = Device::flex();
    let network = generic(network("C2", &device), DType::F32);
    let c4 = FieldType::trivial(&planar("C4"), 1).unwrap();
    let x = field(&c4, (10, 10), DType::F32, &device);
    let turn = &c4.group().test_elements()[1];
    let upright = numbers(&network.forward(x.to_tensor()).unwrap());
    let turned = x.transform(turn).unwrap().to_tensor();
    let turned = numbers(&network.forward(turned).unwrap());
    let distance = |(a, b): (&f64, &f64)| (a - b).abs();
    let largest = upright
        .iter()
        .zip(&turned)
        .map(distance)
        .fold(0.0, f64::max);
    assert!(largest > crate::tolerance::BROKEN, "{largest}");
}

fn layout_round_trip(group: &str) {
    let group = planar(group);
    let device = Device::flex();
    for fields in field_types(&group) {
        let shape = [2, fields.channels(), 3, 4];
        let values = uniform(shape.iter().product(), 3);
        let outward = tensor(values, shape, DType::F32, &device);
        let there = Field::from_tensor(outward.clone(), &fields).unwrap();
        assert_eq!((there.batch(), there.size()), (2, (3, 4)));
        assert_eq!(bits(&there.to_tensor()), bits(&outward));
        let back = Field::from_grid(pixels(&there), &fields).unwrap();
        assert_eq!(bits(&back.to_tensor()), bits(&outward));
    }
}

every_lattice_group!(layout_round_trip);

/// Outward the channels of one field are contiguous; in memory those of one component are.
#[test]
fn layout_by_example() {
    let d1 = planar("D1");
    let regular = schur_math::PlanarRepresentation::regular(&d1).unwrap();
    let trivial = schur_math::PlanarRepresentation::trivial(&d1);
    let fields = FieldType::new(&d1, [(trivial, 1), (regular, 3)]).unwrap();
    let outward = tensor(
        (0..7).map(f64::from).collect(),
        [1, 7, 1, 1],
        DType::F32,
        &Device::flex(),
    );
    let field = Field::from_tensor(outward, &fields).unwrap();
    assert_eq!(numbers(field.memory()), [0.0, 1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    // The mirror exchanges the two components of every regular field.
    let mirror = d1.test_elements()[1];
    let moved = field.transform(mirror).unwrap();
    assert_eq!(
        numbers(&moved.to_tensor()),
        [0.0, 2.0, 1.0, 4.0, 3.0, 6.0, 5.0]
    );
}

/// A whole network is one layer, and says where it is not exact.
#[test]
fn a_network_is_an_equivariant_layer() {
    let device = Device::flex();
    let config = NetworkConfig {
        group: grid("D4"),
        ..NetworkConfig::default()
    };
    let config = config.with_parameter_budget(1_500).unwrap();
    let network = config.init(5, &device).unwrap();
    let images = Tensor::random([2, 1, 28, 28], Distribution::Default, &device);
    let images = Field::from_tensor(images, network.image_type()).unwrap();
    assert_equivariant(&network, &images, tolerance::EXACT_F32).unwrap();

    let mut broken = config;
    broken.blocks[0].stride = 2;
    broken.blocks[0].kernel = 1;
    broken.blocks.truncate(1);
    let network = broken.init(5, &device).unwrap();
    let message = assert_equivariant(&network, &images, tolerance::EXACT_F32)
        .unwrap_err()
        .to_string();
    assert!(message.contains("layer 1 (conv 1x1 stride 2)"), "{message}");
    // Convolution, norm, group pool, global pool, head.
    let fields = broken.blocks[0].fields.count() as u128;
    let counted = network.activations((28, 28)).unwrap();
    assert_eq!(
        counted,
        2 * 14 * 14 * 8 * fields + 14 * 14 * fields + fields + 10
    );
}
