//! Descriptions of networks: branches, budgets, text, and what is refused.

use burn::tensor::{DType, Device};
use schur_nn::network::{
    AnyLayer, BlockConfig, BlockPooling, Branch, Kernels, Output, model, models,
};
use schur_nn::{
    Domain, Field, FieldType, Layer, NetworkConfig, SpatialPool, assert_equivariant,
    equivariance_error, tolerance,
};

use crate::support::{grid, planar, tensor, uniform};
use crate::tolerance::BROKEN;
use crate::zoo::{groups_of, narrow};

#[test]
fn residual_blocks_and_bridges_have_the_shape_that_they_say() {
    let (network, _) = narrow("wide-resnet", "C4");
    let branches: Vec<_> = network
        .layers()
        .iter()
        .filter_map(AnyLayer::downcast_ref::<Branch>)
        .collect();
    assert_eq!(branches.len(), 3);
    // Norm and nonlinearity before each of two convolutions.
    assert_eq!(branches[0].body().len(), 4);
    assert!(
        branches[0].shortcut().is_empty(),
        "equal widths need no map"
    );
    assert_eq!(branches[1].shortcut().len(), 1, "a stride needs one");
    assert!(branches.iter().all(|b| b.name().starts_with("residual")));
    let (network, _) = narrow("u-net", "C4");
    let names: Vec<String> = network.layers().iter().map(Layer::name).collect();
    assert!(
        names
            .iter()
            .any(|n| n.starts_with("bridge") && n.contains("bridge (")),
        "{names:?}"
    );
    // 40 is divisible by 4; 42 is not, and comes back with another size.
    let error = network.check_size((42, 42)).unwrap_err().to_string();
    assert!(error.contains("do not fit the shortcut's"), "{error}");
}

/// A branch whose shortcut shifts the image would break the symmetry, and is caught.
#[test]
fn a_branch_that_breaks_the_symmetry_is_caught() {
    let mut config = model("wide-resnet", &grid("C4")).unwrap().config;
    config.blocks.truncate(3);
    let network = config.init(1, &Device::flex()).unwrap();
    let field = |side: usize| {
        let values = tensor(
            uniform(side * side, 1),
            [1, 1, side, side],
            DType::F32,
            &Device::flex(),
        );
        Field::from_tensor(values, network.image_type()).unwrap()
    };
    assert_equivariant(&network, &field(29), tolerance::EXACT_F32).unwrap();
    // An even size with stride 2 leaves a row at one end only.
    let error = assert_equivariant(&network, &field(28), tolerance::EXACT_F32).unwrap_err();
    assert!(error.to_string().contains("stride 2"), "{error}");
    let quarter = planar("C4").test_elements()[1];
    assert!(equivariance_error(&network, &field(28), quarter).unwrap() > BROKEN);
}

#[test]
fn descriptions_that_make_no_sense_are_refused_by_entry() {
    type Change = fn(&mut NetworkConfig);
    let cases: [(&str, Change); 24] = [
        ("network.blocks#1.fields", |c| {
            c.blocks[0].fields = "2 regula".parse().unwrap()
        }),
        ("network.blocks#1.fields", |c| c.group = grid("SO2")),
        ("network.blocks#2", |c| {
            c.blocks[1].fields = "2 E1".parse().unwrap()
        }),
        ("network.blocks#2.join", |c| c.blocks[1].join = true),
        ("network.blocks: 1 blocks with `keep`", |c| {
            c.blocks[1].keep = true
        }),
        ("network.blocks#2.residual", |c| c.blocks[1].residual = true),
        ("network.blocks#2.restrict", |c| {
            c.blocks[1].restrict = Some(grid("D4"))
        }),
        ("network.blocks#2.upsample", |c| c.blocks[1].upsample = 65),
        ("network.blocks#2.pool_padding", |c| {
            c.blocks[1].pool_padding = Some(65)
        }),
        ("network.blocks#2.pool_padding: 2", |c| {
            c.blocks[1].pool_padding = Some(2)
        }),
        ("network.blocks#1.pool_padding: there is no pool", |c| {
            c.blocks[0].pool_padding = Some(0)
        }),
        ("network.blocks#1.pool_stride", |c| {
            c.blocks[0].pool_stride = Some(2)
        }),
        ("network.blocks#2.pool_stride: 0", |c| {
            c.blocks[1].pool_stride = Some(0)
        }),
        ("network.blocks#1.pool_ceil", |c| {
            c.blocks[0].pool_ceil = true
        }),
        ("network.blocks#2.pool_ceil: `pool_kind", |c| {
            (c.blocks[1].pool_ceil, c.blocks[1].pool_kind) = (true, BlockPooling::Blur)
        }),
        ("network.block_dropout: 1 is", |c| c.block_dropout = 1.0),
        ("network.block_dropout: it acts", |c| c.block_dropout = 0.5),
        ("network.hidden#1", |c| c.hidden = vec![0]),
        ("network.hidden", |c| {
            (c.hidden, c.output) = (vec![4], Output::Mask)
        }),
        ("network.dropout", |c| {
            (c.dropout, c.output) = (0.5, Output::Direction)
        }),
        ("network.dropout", |c| c.dropout = 1.0),
        ("network.dropout", |c| c.dropout = f64::NAN),
        ("network.cutoff: only steerable", |c| c.cutoff = Some(3.0)),
        ("network.cutoff: 9", |c| {
            (c.kernels, c.cutoff) = (Kernels::Steerable, Some(9.0))
        }),
    ];
    for (entry, change) in cases {
        let mut config = NetworkConfig::default();
        change(&mut config);
        let errors = [
            config.validate().err(),
            config.init(0, &Device::flex()).err(),
            config.with_parameter_budget(100_000).err(),
        ];
        for error in errors {
            let message = error
                .unwrap_or_else(|| panic!("{entry} accepted"))
                .to_string();
            assert!(message.starts_with(entry), "`{entry}` is not in: {message}");
        }
    }
    for text in ["", "3 +", "99999999999999999999 regular"] {
        assert!(text.parse::<schur_nn::network::Fields>().is_err(), "{text}");
    }
    // A number alone is the name of an irrep of other groups, and of none of C4.
    let error = FieldType::parse_blocks(&planar("C4"), "3").unwrap_err();
    assert!(error.to_string().contains('3'), "{error}");
    let error = model("nonsense", &grid("C4")).unwrap_err().to_string();
    assert!(error.contains("tutorial"), "{error}");
    assert!(
        model("large-restricted", &grid("C8")).is_err()
            && model("large-quotient", &grid("C6")).is_err()
    );
}

/// Budgets scale mixed fields too, and every kind of field keeps at least one.
#[test]
fn budgets_of_mixed_fields() {
    for (name, group) in [
        ("large-quotient", "C8"),
        ("benchmark", "SO2"),
        ("u-net", "D4"),
    ] {
        let config = model(name, &grid(group)).unwrap().config;
        let fitted = config.with_parameter_budget(60_000).unwrap();
        let parameters = fitted.parameters().unwrap();
        assert!(
            parameters <= 60_000 && parameters > 54_000,
            "{name} {group}: {parameters}"
        );
        let kinds = |c: &NetworkConfig| {
            c.blocks
                .iter()
                .map(|b| b.fields.parts().len())
                .sum::<usize>()
        };
        assert_eq!(kinds(&fitted), kinds(&config));
    }
    let text = toml_like(&model("large-quotient", &grid("C8")).unwrap().config);
    assert!(text.contains("quotient(C4)"));
}

/// Descriptions survive their text form.
fn toml_like(config: &NetworkConfig) -> String {
    let text = serde_json::to_string(config).unwrap();
    assert_eq!(
        serde_json::from_str::<NetworkConfig>(&text).unwrap(),
        *config
    );
    text
}

#[test]
fn all_models_survive_their_text_form() {
    for name in models() {
        for group in groups_of(name) {
            toml_like(&model(name, &grid(group)).unwrap().config);
        }
    }
    // What has its default is not written, so that old files and new ones are alike.
    let text = toml_like(&NetworkConfig::default());
    for word in [
        "output", "kernels", "cutoff", "mask", "hidden", "dropout", "residual", "upsample", "keep",
        "join", "channels",
    ] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    assert_eq!(NetworkConfig::default().blocks[0], BlockConfig::new(10, 3));
}

/// Windows, steps, padding and rounding of pools are those of the layer.
#[test]
fn pools_of_descriptions() {
    let mut block = BlockConfig::new(2, 3).with_padding(1).with_pool(3);
    let name = |block: &BlockConfig| {
        let config = NetworkConfig {
            blocks: vec![block.clone()],
            ..NetworkConfig::default()
        };
        toml_like(&config);
        let network = config.init(0, &Device::flex()).unwrap();
        let mut layers = network.layers().iter();
        let pool = layers.find_map(AnyLayer::downcast_ref::<SpatialPool>);
        let pool = pool.expect("a pool");
        (pool.name(), pool.output_size(8, 8).unwrap())
    };
    assert_eq!(name(&block), ("max pool 3x3".to_string(), (2, 2)));
    (block.pool_stride, block.pool_padding) = (Some(2), Some(1));
    let resnet = "max pool 3x3 stride 2 padding 1".to_string();
    assert_eq!(name(&block), (resnet, (4, 4)));
    (block.pool_ceil, block.pool_kind) = (true, BlockPooling::Average);
    let rounded = "average pool 3x3 stride 2 padding 1 rounded up".to_string();
    assert_eq!(name(&block), (rounded, (5, 5)));
    // The network is exact where its pool is.
    let config = NetworkConfig {
        blocks: vec![block],
        ..NetworkConfig::default()
    };
    let network = config.init(0, &Device::flex()).unwrap();
    let quarter = planar("C4").test_elements()[1];
    assert!(
        network
            .inexactness(&quarter.into(), &Domain::image(9, 9))
            .is_none()
    );
    let why = network
        .inexactness(&quarter.into(), &Domain::image(8, 8))
        .unwrap()
        .to_string();
    assert!(why.contains("reaches 1 beyond 8 places"), "{why}");
}

/// What no kernel reaches is said by the network, with the place of the layer.
#[test]
fn unreached_fields_are_noticed() {
    let config = |fields: &str| NetworkConfig {
        group: grid("SO2"),
        blocks: vec![BlockConfig::new(
            fields.parse::<schur_nn::network::Fields>().unwrap(),
            3,
        )],
        activation: schur_nn::network::NonlinearityKind::Norm,
        ..NetworkConfig::default()
    };
    let init = |fields| config(fields).init(0, &Device::flex()).unwrap();
    assert_eq!(init("2 trivial + 2 E1").notices(), Vec::<String>::new());
    let network = init("2 trivial + 3 E4");
    let [notice] = &network.notices()[..] else {
        panic!("{:?}", network.notices());
    };
    for part in [
        "layer 1 (conv 3x3)",
        "3 of the 5 output fields",
        "irrep(E4)",
        "larger kernels",
    ] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
    assert_eq!(
        network.for_inference().unwrap().notices(),
        network.notices()
    );
    // No model of the collection has such fields.
    let mut noticed = Vec::new();
    for name in models() {
        for group in groups_of(name) {
            let (network, _) = narrow(name, group);
            let notices = network.notices().into_iter();
            noticed.extend(notices.map(|notice| format!("{name} {group}: {notice}")));
        }
    }
    assert!(noticed.is_empty(), "{noticed:#?}");
}
