//! Networks whose description asks for other kernels.

use burn::module::Module;
use burn::tensor::{DType, Device};
use schur_nn::export::Graph;
use schur_nn::network::{AnyLayer, BlockConfig, Kernels, NonlinearityKind};
use schur_nn::{
    Checkpoint, EquivariantConv, ImplicitConv, Layer, Network, NetworkConfig, assert_equivariant,
    relative_distance, tolerance,
};

use crate::support::{TYPES, bits, field, generic, grid, train};

const KERNELS: [(&str, Kernels); 6] = [
    ("bessel", Kernels::Bessel),
    ("zernike", Kernels::Zernike),
    ("orbit", Kernels::Orbit),
    ("differences", Kernels::Differences),
    ("gaussian", Kernels::Gaussian),
    ("implicit", Kernels::Implicit),
];

/// Kernels of even and odd size, a residual block with a shortcut of one pixel, dense layers.
fn config(group: &str, kernels: Kernels) -> NetworkConfig {
    let continuous = group.starts_with("SO") || group.starts_with("O(");
    let fields = |count: usize| {
        let irreps = if continuous { "spectral(1)" } else { "regular" };
        format!("{count} {irreps}")
            .parse::<schur_nn::network::Fields>()
            .unwrap()
    };
    let mut residual = BlockConfig::new(fields(3), 3).with_padding(1);
    residual.residual = true;
    NetworkConfig {
        group: grid(group),
        classes: 3,
        kernels,
        activation: if continuous {
            NonlinearityKind::Fourier
        } else {
            NonlinearityKind::Elu
        },
        hidden: vec![4],
        blocks: vec![
            BlockConfig::new(fields(2), 5).with_padding(2),
            residual,
            BlockConfig::new(fields(2), 4),
        ],
        ..NetworkConfig::default()
    }
}

/// Every word: as many parameters as counted, exact, the same for inference, as a plain network
/// and from a checkpoint.
#[test]
fn networks_of_every_kind_of_kernels() {
    let device = Device::flex();
    for (word, kernels) in KERNELS {
        let text = format!("\"kernels\":\"{word}\"");
        // Orbits of a continuous group have no points.
        let groups = match kernels {
            Kernels::Orbit => &["C4", "D8"][..],
            _ => &["C4", "D8", "SO(2)"],
        };
        for group in groups {
            let config = config(group, kernels);
            let written = serde_json::to_string(&config).unwrap();
            assert!(written.contains(&text), "{written}");
            assert_eq!(
                serde_json::from_str::<NetworkConfig>(&written).unwrap(),
                config
            );
            let network = config.init(3, &device).unwrap();
            assert_eq!(
                config.parameters().unwrap(),
                network.parameters(),
                "{word} {group}"
            );
            for dtype in TYPES {
                let bound = match dtype {
                    DType::F32 => tolerance::EXACT_F32,
                    _ => tolerance::EXACT_F64,
                };
                let network: Network = generic(network.clone(), dtype);
                let x = field(network.image_type(), (9, 9), dtype, &device);
                assert_equivariant(&network, &x, bound)
                    .unwrap_or_else(|e| panic!("{word} {group}: {e}"));
                let y = Layer::forward(&network, x.clone()).unwrap();
                let fast = Layer::forward(&network.for_inference().unwrap(), x.clone());
                let defect = relative_distance(fast.unwrap().memory(), y.memory());
                assert!(defect < bound, "{word} {group}: {defect}");
                if dtype == DType::F32 {
                    let plain = Graph::export(&network, 9, 9)
                        .unwrap()
                        .run(x.to_tensor())
                        .unwrap();
                    let defect = relative_distance(&plain, &y.to_tensor());
                    assert!(defect < bound, "{word} {group}: {defect}");
                }
            }
        }
    }
}

/// Implicit kernels stand where there is more than one pixel, have plans, and learn.
#[test]
fn implicit_networks_train_and_come_back() {
    let device = Device::flex().autodiff();
    let config = config("C4", Kernels::Implicit);
    let network = config.init(1, &device).unwrap();
    let implicit = |layer: &&AnyLayer| layer.downcast_ref::<ImplicitConv>().is_some();
    assert_eq!(network.layers().iter().filter(implicit).count(), 2);
    for layer in network.layers() {
        if let Some(conv) = layer.downcast_ref::<ImplicitConv>() {
            assert_eq!(layer.plan().unwrap().parameters(), conv.plan().parameters());
        } else if let Some(conv) = layer.downcast_ref::<EquivariantConv>() {
            assert_eq!(conv.plan().geometry().kernel(), [1; 3]);
        } else {
            assert!(layer.plan().is_none());
        }
    }
    let first = |network: &Network| -> ImplicitConv {
        let conv = network.layers()[0].downcast_ref();
        conv.cloned().expect("an implicit convolution")
    };
    let trained = train(network.clone(), 9, 2);
    let (before, after) = (first(&network), first(&trained));
    assert_ne!(bits(&before.readout.val()), bits(&after.readout.val()));
    let weights = |conv: &schur_nn::ImplicitConv| bits(&conv.radial.weights[0].val());
    assert_ne!(weights(&before), weights(&after));
    let capture = |network: &Network| Checkpoint::capture(network, network.description());
    let other = config.init(2, &device).unwrap();
    let restored = capture(&trained)
        .restore(other, &trained.description())
        .unwrap();
    assert_eq!(capture(&restored), capture(&trained));
    let x = field(network.image_type(), (9, 9), DType::F32, &Device::flex());
    let answer = |network: &Network| {
        let network = network.valid();
        bits(&Layer::forward(&network, x.clone()).unwrap().into_memory())
    };
    assert_eq!(answer(&restored), answer(&trained));
    assert_ne!(answer(&network), answer(&trained));
    // A network of other kernels is not restored into.
    let other = NetworkConfig {
        kernels: Kernels::Steerable,
        ..config.clone()
    };
    let other = other.init(2, &device).unwrap();
    assert!(
        capture(&trained)
            .restore(other.clone(), &other.description())
            .is_err()
    );
}

/// The radial networks cost the same however wide the blocks are, and budgets count them.
#[test]
fn budgets_and_orders() {
    let config = config("C8", Kernels::Implicit);
    let fitted = config.with_parameter_budget(20_000).unwrap();
    let network = fitted.init(0, &Device::flex()).unwrap();
    assert_eq!(fitted.parameters().unwrap(), network.parameters());
    assert!((18_000..=20_000).contains(&network.parameters()));
    // From an image to scalars there are the identity and the Laplacian, of order 4 its square.
    let scalars = |order, kernel| {
        let config = NetworkConfig {
            group: grid("SO(2)"),
            kernels: Kernels::Differences,
            order,
            blocks: vec![BlockConfig::new(
                "1 trivial".parse::<schur_nn::network::Fields>().unwrap(),
                kernel,
            )],
            ..NetworkConfig::default()
        };
        // Without scale, shift and logits.
        config.parameters().unwrap() - 2 - 20
    };
    assert_eq!(
        (scalars(None, 5), scalars(Some(4), 5), scalars(Some(4), 3)),
        (2, 3, 2)
    );
    let refused = |order, kernels| {
        let config = NetworkConfig {
            order: Some(order),
            kernels,
            ..NetworkConfig::default()
        };
        config.init(0, &Device::flex()).unwrap_err().to_string()
    };
    assert!(refused(0, Kernels::Gaussian).starts_with("network.order: 0"));
    assert!(refused(13, Kernels::Gaussian).starts_with("network.order: 13"));
    assert!(refused(2, Kernels::Implicit).contains("kernels = \"differences\""));
}
