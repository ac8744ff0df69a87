//! The network of the collection on the sphere.

use burn::tensor::Device;
use schur_math::{SpaceIsometry, SphereGrid};
use schur_nn::tolerance::EXACT_F64;
use schur_nn::{GroupElement, Layer, equivariance_error};

use crate::sphere::{double, on, random_elements};
use crate::tolerance::ALIASED;

#[test]
fn the_network_of_the_collection_is_invariant() {
    let config = schur_nn::network::model("sphere", &"SO(3)".parse().unwrap()).unwrap();
    let network = double(config.config.init(3, &Device::flex()).unwrap());
    assert!(network.parameters() <= 60_000 && network.parameters() > 30_000);
    assert_eq!(network.parameters(), config.config.parameters().unwrap());
    let written = toml::to_string(&config.config).unwrap();
    assert!(written.contains("domain = \"sphere\""));
    assert_eq!(
        toml::from_str::<schur_nn::NetworkConfig>(&written).unwrap(),
        config.config
    );
    let (side, of) = (config.image_size, network.image_type().clone());
    let x = on(SphereGrid::equiangular(side, side).unwrap(), &of);
    // By images as the program has them.
    let images = x.to_tensor();
    assert_eq!(network.forward(images).unwrap().dims(), [2, 10]);
    assert!(network.check_size((side, side)).is_ok() && network.check_size((8, 8)).is_err());
    let quarter = SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], std::f64::consts::FRAC_PI_2);
    let quarter = GroupElement::from(quarter.unwrap());
    assert!(equivariance_error(&network, &x, &quarter).unwrap() < EXACT_F64 * 10.0);
    for g in random_elements(false) {
        let g = match network.image_type().group().contains(&g) {
            true => g,
            false => g.space().unwrap().compose(&SpaceIsometry::INVERSION).into(),
        };
        let error = equivariance_error(&network, &x, &g).unwrap();
        assert!(error < ALIASED && error > EXACT_F64, "{error}");
    }
    // Only rotations move it.
    assert!(schur_nn::network::model("sphere", &"C4".parse().unwrap()).is_err());
    assert_eq!(schur_nn::network::own_group("sphere"), Some("SO(3)"));
}
