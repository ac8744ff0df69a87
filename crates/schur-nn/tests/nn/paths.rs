//! The paths of the engine through whole networks.

use burn::tensor::DType;
use schur_engine::Path;
use schur_nn::{EquivariantLayer, relative_distance, tolerance};

use crate::support::{field, generic};
use crate::zoo::initial;

/// Every path gives the answers of the plan's own choice, in layers that learn and in prepared
/// ones, also inside residual blocks, and is really taken.
#[test]
fn networks_give_the_same_on_every_path() {
    for (name, group, path) in [
        ("p4", "C4", Path::Lattice),
        ("p4", "C4", Path::Dense),
        ("wrn-16-8", "D4", Path::Lattice),
        ("wrn-16-8", "D4", Path::Dense),
        ("tutorial", "C8", Path::BandLimited),
        ("tutorial", "C8", Path::Lattice),
        ("tutorial", "C8", Path::Dense),
    ] {
        let (network, side) = initial(name, group, 4);
        let network = generic(network, DType::F64);
        let forced = network.clone().with_path(path);
        let on_path = |n: &schur_nn::Network| n.plans().iter().filter(|p| p.path() == path).count();
        let has = |plan: &&schur_engine::ConvPlan| plan.costs().iter().any(|c| c.path == path);
        let possible = network.plans().into_iter().filter(has).count();
        assert!(possible > 1, "{name} {group} {path:?}");
        assert_eq!(on_path(&forced), possible, "{name} {group} {path:?}");
        assert_eq!(network.parameters(), forced.parameters());
        let x = field(
            network.image_type(),
            (side, side),
            DType::F64,
            &network.device(),
        )
        .to_tensor();
        let want = network.forward(x.clone()).unwrap();
        let prepared = forced.for_inference().unwrap();
        assert_eq!(on_path(prepared.network()), possible);
        for got in [
            forced.forward(x.clone()).unwrap(),
            prepared.forward(x).unwrap(),
        ] {
            let defect = relative_distance(&got.unsqueeze(), &want.clone().unsqueeze());
            assert!(
                defect < tolerance::EXACT_F64,
                "{name} {group} {path:?}: {defect:e}"
            );
        }
    }
}
