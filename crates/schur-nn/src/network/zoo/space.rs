//! Networks for volumes alone.

use schur_engine::Activation;

use super::features::{balanced, harmonics, kernels, nonlinearity, sequence};
use crate::field_type::Fields;
use crate::group::GridGroup;
use crate::kinds::{NonlinearityKind, PoolKind};
use crate::network::branch::Join;
use crate::network::config::NetworkConfig;
use crate::network::layer_config::{AnyLayerConfig, configs};
use crate::{NnError, Nonlinearity};

/// On 28 x 28 x 28 voxels, whose even sides pools of two voxels divide without a rest twice.
pub(super) fn octahedral(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    let widths = [3, 5, 5, 10].map(|width| balanced(group, width));
    let mut blocks = sequence(group, &widths, &[(5, 2), (3, 1), (3, 1), (3, 1)])?;
    (blocks[0].pool, blocks[2].pool) = (2, 2);
    Ok(NetworkConfig {
        classes: 2,
        activation: nonlinearity(group, NonlinearityKind::Relu),
        global_pool: PoolKind::Average,
        blocks,
        ..NetworkConfig::default()
    })
}

/// Standard deviation of the blur in front of strided shortcuts, in voxels.
const BLUR: f64 = 0.33;

/// Four strided residual blocks between polynomials of vectors, then the lengths of functions on the
/// sphere and a dense head. In the middle of a block stand the irreps of functions on SO(3) up to degree 2;
/// the source applies ELU to samples of these functions, here ELU is applied to the scalars and gates to
/// the others. Finite groups have as many channels of regular fields there.
pub(super) fn se3(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    let Some(space) = group.space() else {
        return super::refuse("se3", group, "a group of volumes, such as SO(3)");
    };
    let kernels = kernels(group);
    let conv = |fields: &Fields, kernel: usize| configs::Conv {
        padding: kernel / 2,
        kernels,
        ..configs::Conv::new(fields.clone(), kernel)
    };
    // Per block the functions in its middle and the polynomials behind it.
    let blocks: [(usize, usize, usize); 4] = [(2, 2, 3), (5, 6, 3), (5, 12, 3), (10, 8, 3)];
    let mut layers: Vec<AnyLayerConfig> = vec![conv(&polynomials(3, 2)?, 5).into()];
    for (functions, count, degree) in blocks {
        let output = polynomials(count, degree)?;
        let middle = match group.finite() {
            // As many channels as functions on SO(3) to degree 2.
            Some(group) => Fields::regular((35 * functions).div_ceil(group.order())),
            None => harmonics(space, |degree| functions * (2 * degree + 1))?,
        };
        let gated = group.finite().is_none();
        let with_gates = match gated {
            true => with_gates(&middle),
            false => middle.clone(),
        };
        let mut body = vec![conv(&with_gates, 3).into()];
        if gated {
            body.push(configs::Norm::new(Activation::Identity).into());
            body.push(gates(middle).into());
        } else {
            body.push(configs::Norm::new(Activation::Elu).into());
        }
        let strided = configs::Conv {
            stride: 2,
            gain: 1.0,
            ..conv(&output, 3)
        };
        body.push(strided.into());
        let blur = configs::BlurPool {
            sigma: BLUR,
            ..configs::BlurPool::new(2)
        };
        let skip = configs::Conv {
            gain: 1.0,
            ..conv(&output, 1)
        };
        layers.push(
            configs::Branch {
                body,
                shortcut: vec![blur.into(), skip.into()],
                join: Join::Add,
            }
            .into(),
        );
    }
    // Three voxels of each axis are left.
    let sphere = "128 (harmonics(0) + harmonics(1) + harmonics(2))".parse()?;
    let last = configs::Conv {
        padding: 0,
        ..conv(&sphere, 3)
    };
    layers.push(last.into());
    layers.push(configs::NormPool::default().into());
    layers.push(
        configs::GlobalPool {
            kind: PoolKind::Average,
        }
        .into(),
    );
    for width in [256, 128] {
        layers.push(conv(&Fields::new([(width, "trivial")]), 1).into());
        layers.push(configs::Norm::new(Activation::Elu).into());
    }
    let logits = configs::Conv {
        bias: true,
        gain: 1.0,
        ..conv(&Fields::new([(10, "trivial")]), 1)
    };
    layers.push(logits.into());
    Ok(NetworkConfig::of_layers(group.clone(), layers))
}

/// So many fields that consist of all powers of vectors up to one.
fn polynomials(count: usize, degree: usize) -> Result<Fields, NnError> {
    let powers = [
        "trivial",
        "defining",
        "tensor(defining, defining)",
        "tensor(defining, defining, defining)",
    ];
    format!("{count} ({})", powers[..=degree].join(" + ")).parse()
}

/// These fields and one scalar for each that is not scalar.
fn with_gates(fields: &Fields) -> Fields {
    let vectors = fields.parts().filter(|(_, name)| *name != "trivial");
    let gates = vectors.map(|(count, _)| count).sum();
    Fields::new(fields.parts().chain([(gates, "trivial")]))
}

fn gates(fields: Fields) -> configs::Gated {
    configs::Gated {
        scalar_function: Nonlinearity::Elu { alpha: 1.0 },
        ..configs::Gated::new(fields)
    }
}
