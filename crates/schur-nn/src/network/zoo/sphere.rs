//! Networks for functions on the sphere.

use schur_engine::Activation;

use crate::NnError;
use crate::field_type::Fields;
use crate::group::GridGroup;
use crate::kinds::DomainKind;
use crate::network::config::NetworkConfig;
use crate::network::layer_config::{AnyLayerConfig, configs};

/// The group that it is made for.
pub(super) const ROTATIONS: &str = "SO(3)";

/// Degrees behind the layers: pictures of 60 x 60 places tell 29 degrees apart.
const DEGREES: [usize; 4] = [24, 12, 8, 6];
/// Functions behind the convolutions.
const CHANNELS: [usize; 3] = [12, 20, 28];
/// Frequencies in the third angle: five directions at a point.
const SPIN: usize = 2;
/// Rings of a kernel, the centre included.
const RINGS: usize = 3;

/// Correlations with values on SO(3), nonlinearities on samples that halve the degree, and the means as
/// invariants.
pub(super) fn sphere(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    if group.to_string() != ROTATIONS {
        return super::refuse("sphere", group, "the rotations of the sphere, SO(3)");
    }
    let mut layers: Vec<AnyLayerConfig> = vec![
        configs::ToHarmonics {
            degree: DEGREES[0],
            any_grid: false,
        }
        .into(),
    ];
    for (index, &channels) in CHANNELS.iter().enumerate() {
        let conv = configs::SphereConv {
            spin: SPIN,
            ..configs::SphereConv::new(channels, RINGS)
        };
        layers.push(conv.into());
        layers.push(configs::Norm::new(Activation::Identity).into());
        let last = index + 1 == CHANNELS.len();
        let nonlinearity = configs::SpherePointwise {
            degree: Some(if last { 0 } else { DEGREES[index + 1] }),
            spin: last.then_some(0),
            ..configs::SpherePointwise::default()
        };
        layers.push(nonlinearity.into());
    }
    let classes = NetworkConfig::default().classes;
    layers.push(
        configs::Linear {
            bias: true,
            gain: 1.0,
            fields: Fields::new([(classes, "trivial")]),
        }
        .into(),
    );
    Ok(NetworkConfig {
        domain: DomainKind::Sphere,
        ..NetworkConfig::of_layers(group.clone(), layers)
    })
}
