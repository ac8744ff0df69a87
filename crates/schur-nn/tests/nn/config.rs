//! Network descriptions: parameters, budgets, and what is refused.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use schur_nn::Layer;
use schur_nn::network::{BlockConfig, BlockPooling, Fields, NonlinearityKind, PoolKind};
use schur_nn::{Domain, Network, NetworkConfig, NnError};

use crate::support::{GROUPS, grid};

fn block() -> impl Strategy<Value = BlockConfig> {
    let kind = prop::sample::select(vec![BlockPooling::Max, BlockPooling::Average]);
    (1usize..7, 1usize..5, 1usize..4, 0usize..3, 0usize..4, kind).prop_map(
        |(fields, kernel, stride, padding, pool, pool_kind)| BlockConfig {
            stride,
            // Less than the kernel, as `validate` asks.
            padding: padding % kernel,
            pool,
            pool_kind,
            ..BlockConfig::new(fields, kernel)
        },
    )
}

fn config() -> impl Strategy<Value = NetworkConfig> {
    (
        prop::sample::select(GROUPS.to_vec()),
        1usize..6,
        prop::sample::select(vec![NonlinearityKind::Relu, NonlinearityKind::Elu]),
        prop::sample::select(vec![PoolKind::Max, PoolKind::Average]),
        prop::collection::vec(block(), 1..4),
    )
        .prop_map(
            |(group, classes, activation, global_pool, blocks)| NetworkConfig {
                group: grid(group),
                classes,
                activation,
                global_pool,
                blocks,
                ..NetworkConfig::default()
            },
        )
}

/// Counts the numbers that training changes.
#[derive(Default)]
struct Learnable(usize);

impl ModuleVisitor for Learnable {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.val().is_require_grad() {
            self.0 += param.val().dims().iter().product::<usize>();
        }
    }
}

fn learnable(network: &Network) -> usize {
    let mut count = Learnable::default();
    network.visit(&mut count);
    count.0
}

/// The same blocks with all widths multiplied and rounded, none below 1.
fn scaled(config: &NetworkConfig, factor: f64) -> NetworkConfig {
    let mut config = config.clone();
    for block in &mut config.blocks {
        let fields = (block.fields.count() as f64 * factor).round() as usize;
        block.fields = Fields::regular(fields.max(1));
    }
    config
}

/// The widest scaling within the budget, by trying all factors at which a width changes.
fn widest(config: &NetworkConfig, budget: usize) -> Option<NetworkConfig> {
    let mut factors = vec![0.0];
    for block in &config.blocks {
        // Half a field more than k; half of an ulp more, since the division rounds.
        let steps = (0..4_096).map(|k| (k as f64 + 0.5) / block.fields.count() as f64);
        factors.extend(steps.map(f64::next_up));
    }
    factors.sort_by(f64::total_cmp);
    let fitting = factors.into_iter().map(|factor| scaled(config, factor));
    fitting
        .take_while(|config| config.parameters().unwrap() <= budget)
        .last()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_formula_counts_what_is_there(config in config()) {
        let network = config.init(1, &Device::flex().autodiff()).unwrap();
        prop_assert_eq!(config.parameters().unwrap(), network.parameters());
        prop_assert_eq!(network.parameters(), learnable(&network));
        prop_assert_eq!(network.description().parameters, network.parameters());
    }

    #[test]
    fn a_budget_is_kept_and_used(config in config(), budget in 1usize..16_000) {
        let (small, base) = (scaled(&config, 0.0).parameters().unwrap(), widest(&config, budget));
        let Some(base) = base else {
            let error = config.with_parameter_budget(budget).unwrap_err().to_string();
            let least = format!("params: {budget} is too few");
            prop_assert!(error.contains(&least) && error.contains(&small.to_string()), "{}", error);
            return Ok(());
        };
        let fitted = config.with_parameter_budget(budget).unwrap();
        prop_assert!(fitted.parameters().unwrap() <= budget);
        // At least the widest common scaling, and not one field more fits anywhere.
        for i in 0..config.blocks.len() {
            let fields = fitted.blocks[i].fields.count();
            prop_assert!(fields >= base.blocks[i].fields.count());
            let mut wider = fitted.clone();
            wider.blocks[i].fields = Fields::regular(fields + 1);
            prop_assert!(wider.parameters().unwrap() > budget);
        }
        // Nothing but the widths has changed.
        let mut widths = fitted.clone();
        for (block, original) in widths.blocks.iter_mut().zip(&config.blocks) {
            block.fields = original.fields.clone();
        }
        prop_assert_eq!(widths, config);
    }

    #[test]
    fn serde_round_trip(config in config()) {
        let text = serde_json::to_string(&config).unwrap();
        prop_assert_eq!(serde_json::from_str::<NetworkConfig>(&text).unwrap(), config);
    }
}

#[test]
fn defaults_are_filled_in() {
    assert_eq!(
        serde_json::from_str::<NetworkConfig>("{}").unwrap(),
        NetworkConfig::default()
    );
    let short = r#"{"blocks": [{"fields": 3, "kernel": 5}]}"#;
    let config: NetworkConfig = serde_json::from_str(short).unwrap();
    assert_eq!(config.blocks, [BlockConfig::new(3, 5)]);
    for unknown in [
        r#"{"goup": "C4"}"#,
        r#"{"blocks": [{"fields": 3, "kernel": 5, "strides": 1}]}"#,
        r#"{"activation": "tanh"}"#,
    ] {
        assert!(
            serde_json::from_str::<NetworkConfig>(unknown).is_err(),
            "{unknown}"
        );
    }
}

/// The default is the network of Cohen & Welling: about 25,000 parameters, exact on 28 x 28.
#[test]
fn the_default() {
    let network = NetworkConfig::default().init(0, &Device::flex()).unwrap();
    assert_eq!(network.group().name(), "C4");
    let (mut height, mut width) = (28, 28);
    for layer in network.layers() {
        for g in network.image_type().group().test_elements() {
            assert_eq!(
                layer.inexactness(&g, &Domain::image(height, width)),
                None,
                "{}",
                layer.name()
            );
        }
        (height, width) = layer.output_size(height, width).unwrap();
    }
    assert_eq!((height, width), (1, 1));
    network.check_size((28, 28)).unwrap();
    let error = network.check_size((12, 28)).unwrap_err().to_string();
    assert!(
        error.contains("12 x 28") && error.contains("layer "),
        "{error}"
    );
}

#[test]
fn absurd_values_are_named() {
    let huge = usize::MAX;
    let mut cases: Vec<(NetworkConfig, &str)> = Vec::new();
    let mut case = |entry, change: &dyn Fn(&mut NetworkConfig)| {
        let mut config = NetworkConfig::default();
        change(&mut config);
        cases.push((config, entry));
    };
    case("number of network.blocks: 0", &|c| c.blocks.clear());
    case("number of network.blocks: 65", &|c| {
        c.blocks = vec![BlockConfig::new(1, 1); 65];
    });
    for value in [0, huge] {
        case("network.classes: ", &|c| c.classes = value);
        case("network.blocks#4.fields: ", &|c| {
            c.blocks[3].fields = Fields::regular(value);
        });
        case("network.blocks#7.kernel: ", &|c| c.blocks[6].kernel = value);
        case("network.blocks#1.stride: ", &|c| c.blocks[0].stride = value);
    }
    case("network.blocks#2.padding: ", &|c| {
        c.blocks[1].padding = huge
    });
    case("network.blocks#2.padding: 3", &|c| {
        c.blocks[1].padding = 3;
    });
    case("network.blocks#3.pool: ", &|c| c.blocks[2].pool = huge);
    for (config, entry) in cases {
        for error in [
            config.validate().err(),
            config.parameters().err(),
            config.with_parameter_budget(1_000_000).err(),
            config.init(0, &Device::flex()).err(),
        ] {
            let error = error.unwrap_or_else(|| panic!("{entry} was accepted"));
            assert!(matches!(error, NnError::Config { .. }));
            let message = error.to_string();
            assert!(message.starts_with(entry), "`{entry}` is not in: {message}");
        }
    }
}

#[test]
fn images_that_do_not_fit() {
    let device = Device::flex();
    let network = NetworkConfig::default().init(0, &device).unwrap();
    for shape in [[1, 1, 5, 5], [1, 3, 28, 28], [1, 1, 28, 3]] {
        let images = Tensor::<4>::zeros(shape, &device);
        assert!(network.forward(images).is_err(), "{shape:?}");
    }
}

/// Groups are found whatever the case of their letters, and written as they print.
#[test]
fn groups_in_descriptions() {
    let read = |group: &str| {
        let text = format!(
            r#"{{"group": "{group}", "blocks": [{{"fields": 1, "kernel": 3, "restrict": "{group}"}}]}}"#
        );
        serde_json::from_str::<NetworkConfig>(&text)
    };
    for name in GROUPS {
        let config = read(&name.to_lowercase()).unwrap();
        let network = config.init(0, &Device::flex()).unwrap();
        assert_eq!(network.description().group, name);
        let written = serde_json::to_value(&config).unwrap();
        assert_eq!(
            [&written["group"], &written["blocks"][0]["restrict"]],
            [name; 2]
        );
    }
    for name in ["", "C0", "X4", "D", "SO4", "C-4", "D𝟜", "C4@0"] {
        let error = read(name).unwrap_err().to_string();
        assert!(error.contains(name), "{name}: {error}");
    }
}
