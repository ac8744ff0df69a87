//! The paths of the engine through whole networks.

use burn::tensor::{DType, Device};
use schur_engine::{ConvPlan, Path};
use schur_nn::{Layer, Network, relative_distance, tolerance};

use crate::backends::{distance, step_of};
use crate::support::{TYPES, field, generic};
use crate::tolerance::{BACKEND_F64, STEP_F32};
use crate::zoo::of_width;

/// A model, a group, and a path that its convolutions have; with residual blocks, too.
const CASES: [(&str, &str, Path); 7] = [
    ("p4", "C4", Path::Lattice),
    ("p4", "C4", Path::Dense),
    ("wrn-16-8", "D4", Path::Lattice),
    ("wrn-16-8", "D4", Path::Dense),
    ("tutorial", "C8", Path::BandLimited),
    ("tutorial", "C8", Path::Lattice),
    ("tutorial", "C8", Path::Dense),
];

fn on_path(network: &Network, path: Path) -> usize {
    let plans = network.plans();
    plans.iter().filter(|plan| plan.path() == path).count()
}

/// Every path gives the answers of the plan's own choice, in layers that learn and in prepared
/// ones, and is really taken.
#[test]
fn networks_give_the_same_on_every_path() {
    for (name, group, path) in CASES {
        let (config, side) = of_width(name, group, 4);
        let network = generic(config.init(1, &Device::flex()).unwrap(), DType::F64);
        let forced = network.clone().with_path(path);
        let has = |plan: &&ConvPlan| plan.costs().iter().any(|c| c.path == path);
        let possible = network.plans().into_iter().filter(has).count();
        assert!(possible > 1, "{name} {group} {path:?}");
        assert_eq!(on_path(&forced, path), possible, "{name} {group} {path:?}");
        assert_eq!(network.parameters(), forced.parameters());
        let x = field(
            network.image_type(),
            (side, side),
            DType::F64,
            &Device::flex(),
        );
        let x = x.to_tensor();
        let want = network.forward(x.clone()).unwrap().unsqueeze::<4>();
        let prepared = forced.for_inference().unwrap();
        assert_eq!(on_path(prepared.network(), path), possible);
        let answers = [
            forced.forward(x.clone()).unwrap(),
            prepared.forward(x).unwrap(),
        ];
        for got in answers {
            let defect = relative_distance(&got.unsqueeze::<4>(), &want);
            assert!(
                defect < tolerance::EXACT_F64,
                "{name} {group} {path:?}: {defect:e}"
            );
        }
    }
}

/// Answers, all gradients and running statistics of a training step, against those of the dense path
/// in `f64`.
#[test]
fn networks_learn_the_same_on_every_path() {
    for (name, group, path) in CASES {
        let (config, side) = of_width(name, group, 4);
        let of_type = |path, dtype| {
            let network = config.init(1, &Device::flex().autodiff()).unwrap();
            step_of(&generic(network.with_path(path), dtype), side, dtype)
        };
        let want = of_type(Path::Dense, DType::F64);
        for dtype in TYPES {
            let (error, place) = distance(&of_type(path, dtype), &want);
            let allowed = match dtype {
                DType::F32 => STEP_F32,
                _ => BACKEND_F64,
            };
            assert!(
                error < allowed,
                "{name} {group} {path:?} {dtype:?}: {error:e} {place}"
            );
        }
    }
}
