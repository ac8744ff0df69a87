//! The networks of the collection, and what descriptions can say beyond a chain of convolutions.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor};
use schur_nn::network::{
    AnyLayer, BlockConfig, Branch, Kernels, NonlinearityKind, model, models, own_group,
};
use schur_nn::{
    Domain, EquivariantConv, Field, GlobalPool, Layer, Network, NetworkConfig, Restriction,
    assert_equivariant, tolerance,
};

use crate::support::{field, generic, grid, normal, numbers, planar, tensor};
use crate::tolerance::{RECIPE_COUNTED, RECIPE_ROUNDED};

/// The groups of images that a model exists for.
pub(crate) fn groups_of(name: &str) -> Vec<&'static str> {
    match name {
        // That of spheres has tests of its own.
        "octahedral" | "se3" | "sphere" => Vec::new(),
        "large-restricted" | "wrn-16-8" | "wrn-28-10" => vec!["D4", "D8"],
        "large-quotient" => vec!["C4", "C8"],
        name if own_group(name).is_some() => vec![own_group(name).unwrap()],
        "tutorial" | "benchmark" | "large" => vec!["C1", "C4", "D8", "SO2"],
        _ => vec!["C1", "C4", "C8", "D4", "D8", "SO2", "O2"],
    }
}

/// The groups of volumes that a model exists for, and a small side that it takes without a rest.
pub(crate) fn in_space(name: &str) -> (&'static [&'static str], usize) {
    match name {
        "octahedral" => (
            &[
                "C1 in space",
                "O",
                "D4 in space",
                "C4v",
                "C4@0,90,0",
                "SO(3)",
                "O(3)",
                "cone",
            ],
            12,
        ),
        "wide-resnet" => (&["O", "Td", "SO(3)", "full cylinder"], 9),
        "u-net" => (&["O", "C4v", "SO(3)"], 8),
        "se3" => (&["SO(3)"], 33),
        "pose" => (&["C1 in space", "O", "Oh", "SO(3)"], 12),
        _ => (&[], 0),
    }
}

/// A narrow network of that name, moved off its initial weights, in `f64`.
pub(crate) fn narrow(name: &str, group: &str) -> (Network, usize) {
    with_width(name, group, 1)
}

/// The same with `width` copies of every representation.
pub(crate) fn with_width(name: &str, group: &str, width: usize) -> (Network, usize) {
    let (network, side) = initial(name, group, width);
    (generic(network, DType::F64), side)
}

/// That network with all widths set to `width`, and the side of its images.
pub(crate) fn of_width(name: &str, group: &str, width: usize) -> (NetworkConfig, usize) {
    let model = model(name, &grid(group)).unwrap();
    let mut config = model.config;
    for block in &mut config.blocks {
        let names = block
            .fields
            .parts()
            .map(|(_, name)| format!("{width} {name}"));
        block.fields = names.collect::<Vec<_>>().join(" + ").parse().unwrap();
    }
    config.hidden.iter_mut().for_each(|width| *width = 2);
    (config, model.image_size)
}

/// A narrow network of that name and the side of its images.
pub(crate) fn initial(name: &str, group: &str, width: usize) -> (Network, usize) {
    let (config, side) = of_width(name, group, width);
    let network = config.init(1, &Device::flex()).unwrap();
    assert_eq!(
        config.parameters().unwrap(),
        network.parameters(),
        "{name} {group}"
    );
    (network, side)
}

pub(crate) fn image(side: usize) -> Tensor<4> {
    tensor(
        normal(side * side, 5),
        [1, 1, side, side],
        DType::F64,
        &Device::flex(),
    )
}

/// Every model commutes with everything that permutes the pixels, to round-off.
#[test]
fn every_model_is_exact_on_the_lattice() {
    for name in models() {
        for group in groups_of(name) {
            let (network, side) = narrow(name, group);
            let x = field(
                network.image_type(),
                (side, side),
                DType::F64,
                &Device::flex(),
            );
            let worst = assert_equivariant(&network, &x, tolerance::EXACT_F64)
                .unwrap_or_else(|e| panic!("{name} {group}: {e}"));
            assert!(worst.defect.is_finite());
            network.check_size((side, side)).unwrap();
        }
    }
}

/// Every model for volumes commutes with everything that permutes the voxels.
#[test]
fn every_model_of_volumes_is_exact_on_the_lattice() {
    for name in models() {
        let (groups, side) = in_space(name);
        for group in groups {
            let (network, _) = narrow(name, group);
            let shape = [1, 1, side, side, side];
            let x = tensor(normal(side.pow(3), 5), shape, DType::F64, &Device::flex());
            let x = Field::from_volume(x, network.image_type()).unwrap();
            let checked = assert_equivariant(&network, &x, tolerance::EXACT_F64)
                .unwrap_or_else(|e| panic!("{name} {group}: {e}"));
            let elements = grid(group).lattice_elements().len();
            assert_eq!(checked.elements.len(), elements, "{name} {group}");
            network.check_size([side; 3]).unwrap();
        }
    }
}

/// A model is for images, for volumes or for both, and says which.
#[test]
fn models_know_their_dimension() {
    for name in models().into_iter().filter(|name| *name != "sphere") {
        let (space, _) = in_space(name);
        for (groups, other, remedy) in [
            (groups_of(name), "C8", "a group of space: "),
            (space.to_vec(), "Oh", "such as C8"),
        ] {
            if groups.is_empty() {
                let error = model(name, &grid(other)).unwrap_err().to_string();
                assert!(error.contains(name) && error.contains(remedy), "{error}");
            }
        }
        for group in space {
            let model = model(name, &grid(group)).unwrap();
            assert_eq!(model.config.group, grid(group));
            let written = toml::to_string(&model.config).unwrap();
            assert_eq!(
                toml::from_str::<NetworkConfig>(&written).unwrap(),
                model.config
            );
        }
    }
    // What no kernel reaches from scalars is not there: pseudoscalars need three convolutions.
    let config = model("octahedral", &grid("O(3)")).unwrap().config;
    let fields: Vec<String> = (config.blocks.iter().take(3))
        .map(|block| block.fields.to_string())
        .collect();
    assert_eq!(
        fields,
        [
            "3 trivial + 3 1- + 3 2+",
            "5 trivial + 5 1+ + 5 1- + 5 2+ + 5 2-",
            "5 trivial + 5 0- + 5 1+ + 5 1- + 5 2+ + 5 2-"
        ]
    );
}

/// Without nonlinearities the SE(3) network with functions on SO(3) in its blocks has as many parameters
/// as the peer counts: its own nonlinearities have none. Gates have their kernels besides.
#[test]
fn the_se3_network_is_the_published_one() {
    let config = model("se3", &grid("SO(3)")).unwrap().config;
    let mut published = serde_json::to_value(&config).unwrap();
    let functions = [2, 5, 5, 10];
    let mut blocks = functions.iter();
    for layer in published["layers"].as_array_mut().unwrap() {
        if layer["layer"] == "branch" {
            let body = layer["body"].as_array_mut().unwrap();
            body[0]["fields"] = format!("{} spectral(2)", blocks.next().unwrap()).into();
            assert_eq!(body.remove(2)["layer"], "gated");
        }
    }
    let published: NetworkConfig = serde_json::from_value(published).unwrap();
    assert_eq!(published.parameters().unwrap(), 228_796);
    // Per function 8 gates: their kernels from all scalars, vectors and so on of the input (21 of
    // three fields to degree 2, 14 of a field to degree 3); and scale and shift of the gates and of
    // nine irreps instead of those of the function.
    let gates: usize = [8 * 2 * 21, 8 * 5 * 2 * 14, 8 * 5 * 6 * 14, 8 * 10 * 12 * 14]
        .iter()
        .sum();
    let functions: usize = functions.iter().sum();
    let statistics = functions * (8 + 9 - 1) * 2;
    assert_eq!(config.parameters().unwrap(), 228_796 + gates + statistics);
}

/// The same with the other nonlinearities for irreps.
#[test]
fn every_nonlinearity_is_exact_on_the_lattice() {
    for (group, kind) in [
        ("SO2", NonlinearityKind::Norm),
        ("O2", NonlinearityKind::Norm),
        ("C4", NonlinearityKind::Norm),
        ("D4", NonlinearityKind::Gated),
        ("SO2", NonlinearityKind::Fourier),
        ("O2", NonlinearityKind::Fourier),
    ] {
        let config = model("wide-resnet", &grid(group)).unwrap().config;
        let mut config = config
            .with_activation(kind)
            .with_parameter_budget(4_000)
            .unwrap();
        config.blocks.truncate(3);
        let network = config.init(1, &Device::flex()).unwrap();
        assert_eq!(
            config.parameters().unwrap(),
            network.parameters(),
            "{kind:?} {group}"
        );
        let network: Network = generic(network, DType::F64);
        let x = Field::from_tensor(image(17), network.image_type()).unwrap();
        assert_equivariant(&network, &x, tolerance::EXACT_F64)
            .unwrap_or_else(|e| panic!("{kind:?} {group}: {e}"));
    }
}

/// No field is without a kernel that reaches it: behind the first convolution every channel
/// depends on the image.
#[test]
fn no_channel_is_idle() {
    for name in models() {
        for group in groups_of(name) {
            let (network, side) = narrow(name, group);
            let mut layers = network.layers().iter();
            let convolution = layers.find_map(AnyLayer::downcast_ref::<EquivariantConv>);
            let convolution = convolution.unwrap();
            let (fields, device) = (network.image_type(), Device::flex());
            let image = field(fields, (side, side), DType::F64, &device);
            let y = convolution.forward(image).unwrap().into_memory();
            let [.., channels] = y.dims();
            let values = crate::support::numbers(&y);
            for channel in 0..channels {
                let mut of_channel = values.iter().skip(channel).step_by(channels);
                let used = of_channel.any(|v| *v != 0.0);
                assert!(used, "{name} {group}: channel {channel} of {channels}");
            }
        }
    }
}

/// Dropout stands before each of the three dense layers of the last recipe; it changes what a
/// network gives in training and nothing else.
#[test]
fn dropout_of_dense_layers() {
    let config = NetworkConfig {
        blocks: vec![BlockConfig::new(3, 3)],
        hidden: vec![6, 5],
        dropout: model("large", &grid("C4")).unwrap().config.dropout,
        ..NetworkConfig::default()
    };
    let device = Device::flex().autodiff();
    let network = config.init(1, &device).unwrap();
    let names = network.layers().iter().map(Layer::name);
    let names: Vec<String> = names.collect();
    let is_dropout = |name: &String| name == "field dropout 0.3";
    let at: Vec<usize> = (0..names.len())
        .filter(|&i| is_dropout(&names[i]))
        .collect();
    assert_eq!(at.len(), 3, "{names:?}");
    assert!(at.iter().all(|&i| names[i + 1] == "conv 1x1"), "{names:?}");
    let plain = NetworkConfig {
        dropout: 0.0,
        ..config
    };
    let plain = plain.init(1, &device).unwrap();
    assert_eq!(network.parameters(), plain.parameters());
    let x = || tensor(normal(4 * 64, 2), [4, 1, 8, 8], DType::F32, &Device::flex());
    let answer = |n: &Network| numbers(&n.valid().forward(x()).unwrap());
    assert_eq!(answer(&network), answer(&plain));
    let train = |n: &Network| {
        let x = Tensor::<4>::from_data(x().into_data(), &device);
        numbers(&n.forward(x).unwrap())
    };
    let (first, second) = (train(&network), train(&network));
    assert!(first != second && first != train(&plain));
    // The layers draw different masks.
    let masks = at.iter().map(|&i| {
        let layer = &network.layers()[i];
        let fields = layer.input_type();
        let ones = Tensor::<4>::ones([64, 1, 1, fields.channels()], &device);
        let x = Field::from_grid(ones, fields).unwrap();
        numbers(&layer.forward(x).unwrap().memory().clone().narrow(2, 0, 1))
    });
    let masks: Vec<Vec<f64>> = masks.collect();
    assert!(masks[0] != masks[1] && masks[1] != masks[2] && masks[0] != masks[2]);
}

/// With a cut-off there are as many harmonics as it says, and the network is as exact.
#[test]
fn frequencies_by_cutoff() {
    let with = |cutoff| NetworkConfig {
        group: grid("C8"),
        kernels: Kernels::Steerable,
        cutoff,
        blocks: vec![BlockConfig::new(2, 5).with_padding(2)],
        ..NetworkConfig::default()
    };
    // From an image to 2 regular fields: one coefficient per harmonic of a ring and field. Then
    // scale and shift per field, and the logits.
    let rest = 2 * 2 + 10 * 2 + 10;
    for (cutoff, harmonics) in [
        (None, 1 + 5 + 5),
        (Some(0.0), 3),
        (Some(1.5), 1 + 3 + 7),
        (Some(3.0), 1 + 7 + 13),
    ] {
        let config = with(cutoff);
        assert_eq!(config.parameters().unwrap(), 2 * harmonics + rest);
        let network: Network = generic(config.init(1, &Device::flex()).unwrap(), DType::F64);
        let x = Field::from_tensor(image(9), network.image_type()).unwrap();
        assert_equivariant(&network, &x, tolerance::EXACT_F64).unwrap();
    }
}

/// Parameters of the published recipes. The first two are those that the peer counts, up to the
/// biases of its norms and heads; the others are given in millions (Weiler & Cesa 2019).
#[test]
fn sizes_of_the_recipes() {
    let parameters = |name, group| {
        let config = model(name, &grid(group)).unwrap().config;
        config.parameters().unwrap() as f64
    };
    for (name, group, published, share) in [
        ("tutorial", "C4", 1_037_619.0, RECIPE_COUNTED),
        ("tutorial", "C8", 2_068_275.0, RECIPE_COUNTED),
        ("benchmark", "C1", 1.68e6, RECIPE_ROUNDED),
        ("benchmark", "C4", 0.90e6, RECIPE_ROUNDED),
        ("benchmark", "C8", 1.02e6, RECIPE_ROUNDED),
        ("benchmark", "D4", 1.02e6, RECIPE_ROUNDED),
        ("benchmark", "C16", 1.20e6, RECIPE_ROUNDED),
        ("benchmark", "D8", 1.20e6, RECIPE_ROUNDED),
        ("benchmark", "D16", 1.47e6, RECIPE_ROUNDED),
        ("large", "C16", 2.69e6, RECIPE_ROUNDED),
    ] {
        let found = parameters(name, group);
        let off = (found - published).abs() / published;
        assert!(
            off <= share,
            "{name} {group}: {found}, published {published}"
        );
    }
}

/// The stages of the wide residual networks: groups, widths and sizes.
#[test]
fn wide_residual_networks_lose_symmetries() {
    for (name, group, groups, fields, blocks) in [
        ("wrn-16-8", "D8", ["D8", "D4", "D1"], [32, 90, 362], 2),
        ("wrn-28-10", "D8", ["D8", "D4", "D1"], [40, 113, 452], 4),
        ("wrn-28-10", "C8", ["C8", "C4", "C1"], [56, 160, 640], 4),
        (
            "wrn-28-10",
            "D4@45",
            ["D4@45", "D2@45", "D1@45"],
            [56, 160, 452],
            4,
        ),
    ] {
        let config = model(name, &grid(group)).unwrap().config;
        assert_eq!((config.channels, config.blocks.len()), (3, 1 + 3 * blocks));
        for (stage, (group, fields)) in groups.into_iter().zip(fields).enumerate() {
            for block in &config.blocks[1 + stage * blocks..][..blocks] {
                assert_eq!(block.fields.to_string(), format!("{fields} regular"));
                let quarters = planar(group).is_lattice_exact();
                assert_eq!(block.kernel, if quarters { 3 } else { 5 });
            }
        }
        let (network, side) = narrow(name, group);
        let mut found = vec![network.group().name().to_string()];
        for layer in network.layers() {
            if let Some(layer) = layer.downcast_ref::<Restriction>() {
                found.push(layer.output_type().group().name().to_string());
            }
        }
        assert_eq!(found, groups, "{name}");
        // A quarter of the pixels of a side, of an eighth with a stride in the first stage.
        let mut layers = network.layers().iter().rev();
        let last = layers.find_map(AnyLayer::downcast_ref::<Branch>);
        assert!(last.is_some_and(|l| l.name().contains("3x3")));
        let scales = if name == "wrn-16-8" { 8 } else { 4 };
        let mut size = (side, side);
        for layer in network.layers() {
            if layer.downcast_ref::<GlobalPool>().is_some() {
                break;
            }
            size = layer.output_size(size.0, size.1).unwrap();
        }
        assert_eq!(size, (side / scales + 1, side / scales + 1));
        let left = network.output_type().group();
        assert_eq!(left.planar(), Some(&planar(groups[2])));
        for g in left.test_elements() {
            let why = network.inexactness(&g, &Domain::image(side, side));
            assert!(why.is_none(), "{name} {g}: {why:?}");
        }
    }
    for group in ["C3", "SO2", "D1"] {
        let error = model("wrn-16-8", &grid(group)).unwrap_err().to_string();
        assert!(error.contains("such as D8"), "{error}");
    }
}
