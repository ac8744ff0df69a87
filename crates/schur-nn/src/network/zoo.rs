//! Networks of the literature, for any planar group.

use schur_math::{KernelBand, MathError, PlanarGroup};

use super::config::{BlockConfig, NetworkConfig};
use crate::NnError;
use crate::field_type::Fields;
use crate::group::GridGroup;
use crate::kinds::{Kernels, NonlinearityKind, Output, PoolKind, Pooling};

/// A network of the collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Name of the model.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// Side of the images that it is made for, in pixels.
    pub image_size: usize,
    /// The network.
    pub config: NetworkConfig,
}

type Recipe = fn(&PlanarGroup) -> Result<NetworkConfig, NnError>;

/// Name, description, image size, recipe.
const MODELS: [(&str, &str, usize, Recipe); 10] = [
    (
        "p4",
        "seven 3x3 convolutions, one pool (Cohen & Welling 2016)",
        28,
        p4,
    ),
    (
        "tutorial",
        "six steerable convolutions, blur pools, dense head (the C8 tutorial of escnn)",
        29,
        tutorial,
    ),
    (
        "benchmark",
        "six convolutions with max pools (model benchmark of Weiler & Cesa 2019)",
        28,
        benchmark,
    ),
    (
        "large",
        "the final network of Weiler & Cesa 2019",
        28,
        large,
    ),
    (
        "large-restricted",
        "the same, from layer 6 on only equivariant to the rotations (groups with mirrors)",
        28,
        large_restricted,
    ),
    (
        "large-quotient",
        "the same with quotient fields beside the regular ones (C_n, n a multiple of 4)",
        28,
        large_quotient,
    ),
    (
        "wide-resnet",
        "wide residual network of ten layers (Zagoruyko & Komodakis 2016)",
        29,
        wide_resnet,
    ),
    (
        "wrn-16-8",
        "WRN-16-8 for colour images of 96 pixels, fewer symmetries in every stage (Weiler & Cesa 2019)",
        97,
        wrn_16_8,
    ),
    (
        "wrn-28-10",
        "WRN-28-10 for colour images of 32 pixels, fewer symmetries in every stage",
        33,
        wrn_28_10,
    ),
    (
        "u-net",
        "U-Net of three levels that gives a mask",
        40,
        u_net,
    ),
];

/// The direction network stands apart: it shares its body with `p4`.
const POSE: (&str, &str, usize, Recipe) = (
    "pose",
    "the p4 body with a vector as output, which turns with the image",
    28,
    pose,
);

/// The names of all models.
pub fn models() -> Vec<&'static str> {
    all().map(|(name, ..)| name).collect()
}

/// A model for a group. Widths are those of the source; [`NetworkConfig::with_parameter_budget`]
/// scales them. SO(2) and O(2) have no regular fields: there the widths count sets of irreps up
/// to frequency 3, with gated nonlinearities.
///
/// ```
/// use schur_nn::network::model;
///
/// let model = model("tutorial", &"C8".parse()?)?;
/// assert_eq!(model.image_size, 29);
/// assert_eq!(model.config.blocks[0].fields.to_string(), "24 regular");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the name is unknown, or the model does not exist for the group.
pub fn model(name: &str, group: &GridGroup) -> Result<Model, NnError> {
    let Some((name, description, image_size, recipe)) = all().find(|(known, ..)| *known == name)
    else {
        return Err(NnError::Config {
            at: "model".to_string(),
            problem: format!("`{name}` is unknown; choose one of {}", models().join(", ")),
        });
    };
    let Some(plane) = group.plane() else {
        return refuse(name, group, "a group of images, such as C8");
    };
    let mut config = NetworkConfig {
        group: group.clone(),
        ..recipe(plane)?
    };
    if group.finite().is_none() {
        // A maximum does not commute with irreps.
        let pools = config
            .blocks
            .iter_mut()
            .filter(|b| b.pool_kind == Pooling::Max);
        pools.for_each(|b| b.pool_kind = Pooling::Average);
    }
    Ok(Model {
        name,
        description,
        image_size,
        config,
    })
}

impl NetworkConfig {
    /// This model with another nonlinearity. For `fourier` the sets of irreps of the collection
    /// become the functions on SO(2) or O(2) up to the same frequency, such as `spectral(3)`.
    #[must_use]
    pub fn with_activation(mut self, kind: NonlinearityKind) -> Self {
        self.activation = kind;
        for block in &mut self.blocks {
            let (counts, names): (Vec<usize>, Vec<&str>) = block.fields.parts().unzip();
            if kind == NonlinearityKind::Fourier && names.len() > 1 && IRREPS.starts_with(&names) {
                block.fields =
                    Fields::new([(counts[0], &*format!("spectral({})", names.len() - 1))]);
            }
        }
        self
    }
}

/// What takes the place of a regular field for SO(2) and O(2).
const IRREPS: [&str; 4] = ["trivial", "E1", "E2", "E3"];

fn all() -> impl Iterator<Item = (&'static str, &'static str, usize, Recipe)> {
    MODELS.into_iter().chain([POSE])
}

/// Order of the group; that of C16 for the continuous ones, whose irreps take its place.
fn order(group: &PlanarGroup) -> usize {
    group.finite().map_or(16, schur_math::Group::order)
}

/// `n` regular fields, or as many sets of irreps. In the first block only those frequencies that
/// kernels of this size have: from scalars they reach no others.
fn features(
    group: &PlanarGroup,
    n: usize,
    (index, kernel): (usize, usize),
) -> Result<Fields, NnError> {
    if group.finite().is_some() {
        return Ok(Fields::regular(n));
    }
    let highest = match index {
        0 => KernelBand::for_size(kernel)?.max_frequency(),
        _ => IRREPS.len() - 1,
    };
    let irreps = IRREPS.iter().take(highest + 1);
    Ok(Fields::new(irreps.map(|name| (n, *name))))
}

/// The nonlinearity that goes with these features.
fn nonlinearity(group: &PlanarGroup, pointwise: NonlinearityKind) -> NonlinearityKind {
    if group.finite().is_some() {
        pointwise
    } else {
        NonlinearityKind::Gated
    }
}

/// Steerable kernels as in the source, also where all kernels on the grid are known; the
/// conventional network has all kernels.
fn kernels(group: &PlanarGroup) -> Kernels {
    if order(group) == 1 {
        Kernels::Lattice
    } else {
        Kernels::Steerable
    }
}

/// Widths that keep the cost of a channel-by-channel product about that of C16.
fn balanced(group: &PlanarGroup, width: usize) -> usize {
    let factor = (order(group) as f64 / 16.0).sqrt();
    ((width as f64 / factor).round() as usize).max(1)
}

fn p4(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    let default = NetworkConfig::default();
    let mut blocks = default.blocks.clone();
    for (index, block) in blocks.iter_mut().enumerate() {
        block.fields = features(group, 10, (index, block.kernel))?;
    }
    Ok(NetworkConfig {
        activation: nonlinearity(group, default.activation),
        blocks,
        ..default
    })
}

fn tutorial(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    let widths = [24, 48, 48, 96, 96, 64];
    let shapes = [(7, 1), (5, 2), (5, 2), (5, 2), (5, 2), (5, 1)];
    let mut blocks = sequence(group, &widths, &shapes)?;
    for (i, pool) in [(1, 2), (3, 2), (5, 1)] {
        blocks[i].pool = pool;
        blocks[i].pool_kind = Pooling::Blur;
    }
    blocks[5].pool_padding = Some(0);
    Ok(NetworkConfig {
        activation: nonlinearity(group, NonlinearityKind::Relu),
        global_pool: PoolKind::Max,
        kernels: kernels(group),
        mask: true,
        hidden: vec![64],
        blocks,
        ..NetworkConfig::default()
    })
}

fn benchmark(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    let inner = [24, 32, 32, 48].map(|width| balanced(group, width));
    let widths = [16, inner[0], inner[1], inner[2], inner[3], 64];
    let shapes = [(7, 1), (5, 2), (5, 2), (5, 2), (5, 2), (5, 0)];
    let mut blocks = sequence(group, &widths, &shapes)?;
    (blocks[1].pool, blocks[3].pool) = (2, 2);
    Ok(NetworkConfig {
        activation: nonlinearity(group, NonlinearityKind::Elu),
        kernels: kernels(group),
        hidden: vec![64],
        blocks,
        ..NetworkConfig::default()
    })
}

fn large(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    let widths = [24, 32, 36, 36, 64, 96].map(|width| balanced(group, width));
    let shapes = [(9, 0), (7, 3), (7, 3), (7, 3), (7, 3), (5, 0)];
    let mut blocks = sequence(group, &widths, &shapes)?;
    (blocks[1].pool, blocks[3].pool) = (2, 2);
    Ok(NetworkConfig {
        activation: nonlinearity(group, NonlinearityKind::Elu),
        kernels: kernels(group),
        hidden: vec![96, 96],
        dropout: 0.3,
        blocks,
        ..NetworkConfig::default()
    })
}

fn large_restricted(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    let rotations = group.rotations().filter(|_| group.has_mirrors());
    let Some(rotations) = rotations else {
        return refuse("large-restricted", group, "a group D_n, such as D16");
    };
    let mut config = large(group)?;
    config.blocks[4].restrict = Some(PlanarGroup::cyclic(rotations)?.into());
    // Without mirrors a regular field has half as many channels.
    let width = config.blocks[5].fields.count();
    let factor = std::f64::consts::SQRT_2;
    config.blocks[5].fields = Fields::regular((width as f64 * factor).round() as usize);
    Ok(config)
}

/// Per 5 regular fields 2 functions on the directions modulo a half turn, 2 modulo a quarter
/// turn, and 4 scalars.
fn large_quotient(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    if !group
        .rotations()
        .is_some_and(|n| n % 4 == 0 && !group.has_mirrors())
    {
        return refuse("large-quotient", group, "C4, C8, C12 or C16");
    }
    let mut config = large(group)?;
    for block in &mut config.blocks {
        let part = |of_five: f64| {
            let width = block.fields.count() as f64 * of_five / 7.0;
            (width.round() as usize).max(1)
        };
        let (regular, quotients, scalars) = (part(5.0), part(2.0), part(4.0));
        block.fields = Fields::new([
            (regular, "regular"),
            (quotients, "quotient(C2)"),
            (quotients, "quotient(C4)"),
            (scalars, "trivial"),
        ]);
    }
    Ok(config)
}

/// WRN-10-1 on 29 x 29 pixels, whose strided convolutions end at the border on both sides.
fn wide_resnet(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    let widths = [8, 16, 32, 64].map(|width| balanced(group, width / 4));
    let mut blocks = sequence(group, &widths, &[(3, 1); 4])?;
    for (i, block) in blocks.iter_mut().enumerate().skip(1) {
        block.residual = true;
        block.stride = if i == 1 { 1 } else { 2 };
    }
    Ok(NetworkConfig {
        activation: nonlinearity(group, NonlinearityKind::Relu),
        global_pool: PoolKind::Average,
        blocks,
        ..NetworkConfig::default()
    })
}

fn wrn_16_8(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    wide_resnet_of("wrn-16-8", group, (16, 8), 2)
}

fn wrn_28_10(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    wide_resnet_of("wrn-28-10", group, (28, 10), 1)
}

/// WRN-depth-width in three stages: of the whole group, of half its rotations, and of none but
/// the identity (with one mirror, if there are mirrors): "D8 D4 D1". A stage of `c` channels has
/// `c / √|G|` regular fields of its group. Images have an odd side, so that strides end at both
/// borders; the source has even ones, on which these networks run too but not exactly, and maps to
/// scalars in the last block.
fn wide_resnet_of(
    name: &str,
    group: &PlanarGroup,
    (depth, width): (usize, usize),
    first_stride: usize,
) -> Result<NetworkConfig, NnError> {
    let Some(n) = group.rotations().filter(|n| n % 2 == 0) else {
        return refuse(name, group, "C_n or D_n with an even n, such as D8");
    };
    let subgroup = |rotations: usize| -> Result<PlanarGroup, MathError> {
        if !group.has_mirrors() {
            return PlanarGroup::cyclic(rotations);
        }
        PlanarGroup::dihedral(rotations)?.with_mirror_axis(group.mirror_axis())
    };
    let fields = |channels: usize, rotations: usize| {
        let order = rotations * if group.has_mirrors() { 2 } else { 1 };
        ((channels as f64 / (order as f64).sqrt()) as usize).max(1)
    };
    let mut blocks = vec![BlockConfig::new(fields(16, n), 5).with_padding(2)];
    for (stage, rotations) in [n, n / 2, 1].into_iter().enumerate() {
        let count = fields((16 * width) << stage, rotations);
        // Angles of less than 90° need more than the eight pixels around.
        let kernel = if matches!(rotations, 1 | 2 | 4) { 3 } else { 5 };
        if stage > 0 {
            let before = blocks.last_mut().expect("it begins with one");
            before.restrict = Some(subgroup(rotations)?.into());
        }
        for place in 0..(depth - 4) / 6 {
            blocks.push(BlockConfig {
                residual: true,
                stride: match (stage, place) {
                    (0, 0) => first_stride,
                    (_, 0) => 2,
                    _ => 1,
                },
                ..BlockConfig::new(count, kernel).with_padding(kernel / 2)
            });
        }
    }
    Ok(NetworkConfig {
        channels: 3,
        activation: NonlinearityKind::Relu,
        global_pool: PoolKind::Average,
        kernels: Kernels::Steerable,
        cutoff: Some(3.0),
        block_dropout: 0.3,
        blocks,
        ..NetworkConfig::default()
    })
}

fn u_net(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    let widths = [4, 8, 16, 8, 4].map(|width| balanced(group, width));
    let mut blocks = sequence(group, &widths, &[(5, 2), (5, 2), (5, 2), (5, 2), (5, 2)])?;
    for i in 0..2 {
        (blocks[i].keep, blocks[i].pool) = (true, 2);
        (blocks[4 - i].join, blocks[4 - i].upsample) = (true, 2);
    }
    if group.finite().is_none() {
        blocks
            .iter_mut()
            .for_each(|b| b.pool_kind = Pooling::Average);
    }
    Ok(NetworkConfig {
        classes: 2,
        activation: nonlinearity(group, NonlinearityKind::Relu),
        output: Output::Mask,
        blocks,
        ..NetworkConfig::default()
    })
}

fn pose(group: &PlanarGroup) -> Result<NetworkConfig, NnError> {
    Ok(NetworkConfig {
        output: Output::Direction,
        ..p4(group)?
    })
}

fn sequence(
    group: &PlanarGroup,
    widths: &[usize],
    shapes: &[(usize, usize)],
) -> Result<Vec<BlockConfig>, NnError> {
    let blocks = widths.iter().zip(shapes).enumerate();
    blocks
        .map(|(index, (&width, &(kernel, padding)))| {
            let fields = features(group, width, (index, kernel))?;
            Ok(BlockConfig::new(fields, kernel).with_padding(padding))
        })
        .collect()
}

fn refuse<T>(model: &str, group: &dyn std::fmt::Display, remedy: &str) -> Result<T, NnError> {
    Err(NnError::Config {
        at: "model".to_string(),
        problem: format!("`{model}` does not exist for {group}; use {remedy}"),
    })
}
