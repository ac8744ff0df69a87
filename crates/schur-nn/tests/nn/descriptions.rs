//! Descriptions of networks: branches, budgets, text, and what is refused.

use burn::tensor::{DType, Device};
use schur_nn::network::{BlockConfig, Kernels, Layer, Output, model, models};
use schur_nn::{
    EquivariantLayer, FeatureField, NetworkConfig, assert_equivariant, equivariance_error,
    tolerance,
};

use crate::support::{planar, tensor, uniform};
use crate::tolerance::BROKEN;
use crate::zoo::{groups_of, narrow};

#[test]
fn residual_blocks_and_bridges_have_the_shape_that_they_say() {
    let (network, _) = narrow("wide-resnet", "C4");
    let branches: Vec<_> = network
        .layers()
        .iter()
        .filter_map(|layer| match layer {
            Layer::Branch(branch) => Some(branch),
            _ => None,
        })
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
    let names: Vec<String> = network
        .layers()
        .iter()
        .map(EquivariantLayer::name)
        .collect();
    assert!(
        names
            .iter()
            .any(|n| n.starts_with("bridge") && n.contains("bridge (")),
        "{names:?}"
    );
    // 40 is divisible by 4; 42 is not, and comes back with another size.
    let error = network.check_size(42, 42).unwrap_err().to_string();
    assert!(error.contains("do not fit the shortcut's"), "{error}");
}

/// A branch whose shortcut shifts the image would break the symmetry, and is caught.
#[test]
fn a_branch_that_breaks_the_symmetry_is_caught() {
    let mut config = model("wide-resnet", "C4").unwrap().config;
    config.blocks.truncate(3);
    let network = config.init(1, &Device::flex()).unwrap();
    let field = |side: usize| {
        let values = tensor(
            uniform(side * side, 1),
            [1, 1, side, side],
            DType::F32,
            &Device::flex(),
        );
        FeatureField::from_tensor(values, network.image_type()).unwrap()
    };
    assert_equivariant(&network, &field(29), tolerance::EXACT_F32).unwrap();
    // An even size with stride 2 leaves a row at one end only.
    let error = assert_equivariant(&network, &field(28), tolerance::EXACT_F32).unwrap_err();
    assert!(error.to_string().contains("stride 2"), "{error}");
    let quarter = planar("C4").test_elements()[1];
    assert!(equivariance_error(&network, &field(28), &quarter).unwrap() > BROKEN);
}

#[test]
fn descriptions_that_make_no_sense_are_refused_by_entry() {
    type Change = fn(&mut NetworkConfig);
    let cases: [(&str, Change); 17] = [
        ("network.blocks[0].fields", |c| {
            c.blocks[0].fields = "2 regula".parse().unwrap()
        }),
        ("network.blocks[0].fields", |c| c.group = "SO2".to_string()),
        ("network.blocks[1]", |c| {
            c.blocks[1].fields = "2 E1".parse().unwrap()
        }),
        ("network.blocks[1].join", |c| c.blocks[1].join = true),
        ("network.blocks: 1 blocks with `keep`", |c| {
            c.blocks[1].keep = true
        }),
        ("network.blocks[1].residual", |c| {
            c.blocks[1].residual = true
        }),
        ("network.blocks[1].restrict", |c| {
            c.blocks[1].restrict = Some("D4".to_string())
        }),
        ("network.blocks[1].restrict", |c| {
            c.blocks[1].restrict = Some("x".to_string())
        }),
        ("network.blocks[1].upsample", |c| c.blocks[1].upsample = 65),
        ("network.blocks[1].pool_padding", |c| {
            c.blocks[1].pool_padding = Some(1)
        }),
        ("network.hidden[0]", |c| c.hidden = vec![0]),
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
    for text in ["", "3", "3 +", "99999999999999999999 regular"] {
        assert!(text.parse::<schur_nn::network::Fields>().is_err(), "{text}");
    }
    let error = model("nonsense", "C4").unwrap_err().to_string();
    assert!(error.contains("tutorial"), "{error}");
    assert!(model("large-restricted", "C8").is_err() && model("large-quotient", "C6").is_err());
}

/// Budgets scale mixed fields too, and every kind of field keeps at least one.
#[test]
fn budgets_of_mixed_fields() {
    for (name, group) in [
        ("large-quotient", "C8"),
        ("benchmark", "SO2"),
        ("u-net", "D4"),
    ] {
        let config = model(name, group).unwrap().config;
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
    let text = toml_like(&model("large-quotient", "C8").unwrap().config);
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
            toml_like(&model(name, group).unwrap().config);
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
