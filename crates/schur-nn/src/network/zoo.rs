//! Networks of the literature, for any group of the plane or of space.

mod answers;
mod features;
mod space;
mod sphere;
mod strip;

use schur_math::{MathError, PlanarGroup};

use self::features::{IRREPS, balanced, features, kernels, nonlinearity, sequence};
use super::config::{BlockConfig, NetworkConfig};
use crate::NnError;
use crate::field_type::Fields;
use crate::group::GridGroup;
use crate::kinds::{BlockPooling, Kernels, NonlinearityKind, PoolKind};

/// A network of the collection.
///
/// ```
/// use schur_nn::network::model;
///
/// let p4 = model("p4", &"C4".parse()?)?;
/// assert_eq!((p4.name, p4.image_size), ("p4", 28));
/// assert_eq!(p4.config.group.name(), "C4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Name of the model.
    pub name: &'static str,
    /// What it is, in one line.
    pub description: &'static str,
    /// Side of the images or volumes that it is made for, in pixels or voxels.
    pub image_size: usize,
    /// The network.
    pub config: NetworkConfig,
}

type Recipe = fn(&GridGroup) -> Result<NetworkConfig, NnError>;

/// Name, description, sides of images and of volumes if it is for such, recipe.
type Row = (&'static str, &'static str, [Option<usize>; 2], Recipe);

const MODELS: [Row; 21] = [
    (
        "p4",
        "seven 3x3 convolutions, one pool (Cohen & Welling 2016)",
        [Some(28), None],
        p4,
    ),
    (
        "tutorial",
        "six steerable convolutions, blur pools, dense head (the C8 tutorial of escnn)",
        [Some(29), None],
        tutorial,
    ),
    (
        "benchmark",
        "six convolutions with max pools (model benchmark of Weiler & Cesa 2019)",
        [Some(28), None],
        benchmark,
    ),
    (
        "large",
        "the final network of Weiler & Cesa 2019",
        [Some(28), None],
        large,
    ),
    (
        "large-restricted",
        "`large`, from layer 6 on only equivariant to the rotations (groups with mirrors)",
        [Some(28), None],
        large_restricted,
    ),
    (
        "large-quotient",
        "`large` with quotient fields beside the regular ones (C_n, n a multiple of 4)",
        [Some(28), None],
        large_quotient,
    ),
    (
        "wide-resnet",
        "wide residual network of ten layers (Zagoruyko & Komodakis 2016)",
        [Some(29), Some(29)],
        wide_resnet,
    ),
    (
        "wrn-16-8",
        "WRN-16-8 for colour images of 96 pixels, fewer symmetries in every stage (Weiler & Cesa 2019)",
        [Some(97), None],
        wrn_16_8,
    ),
    (
        "wrn-28-10",
        "WRN-28-10 for colour images of 32 pixels, fewer symmetries in every stage",
        [Some(33), None],
        wrn_28_10,
    ),
    (
        "octahedral",
        "four convolutions with two pools, for volumes such as those of MedMNIST",
        [None, Some(28)],
        space::octahedral,
    ),
    (
        "se3",
        "residual network on polynomials of vectors (the SE(3) CNN of escnn, Cesa et al. 2022)",
        [None, Some(33)],
        space::se3,
    ),
    (
        "u-net",
        "U-Net of three levels that gives a mask",
        [Some(40), Some(32)],
        answers::u_net,
    ),
    // It stands apart: it shares its body with `p4`, of volumes with `octahedral`.
    (
        "pose",
        "a classifier's body with a vector as output, which turns with the image, or a rotation of volumes",
        [Some(28), Some(28)],
        answers::pose,
    ),
    (
        "moebius-scalar",
        "digits on a Möbius strip, scalar fields of D1@0 (Weiler et al. 2021)",
        [Some(28), None],
        strip::scalar,
    ),
    (
        "moebius-sign-flip",
        "digits on a Möbius strip, fields that the mirror negates",
        [Some(28), None],
        strip::sign_flip,
    ),
    (
        "moebius-regular",
        "digits on a Möbius strip, regular fields",
        [Some(28), None],
        strip::regular,
    ),
    (
        "moebius-irreps",
        "digits on a Möbius strip, scalars and fields that the mirror negates",
        [Some(28), None],
        strip::irreps,
    ),
    (
        "moebius-mixed",
        "digits on a Möbius strip, all three kinds of fields",
        [Some(28), None],
        strip::mixed,
    ),
    (
        "moebius-cnn",
        "the conventional network with as many channels, for C1",
        [Some(28), None],
        strip::channels,
    ),
    (
        "moebius-cnn-small",
        "the conventional network with about as many parameters, for C1",
        [Some(28), None],
        strip::parameters,
    ),
    (
        "sphere",
        "digits on the sphere: correlations with values on SO(3)",
        // A group of space, on pictures of 60 x 60 places.
        [None, Some(60)],
        sphere::sphere,
    ),
];

/// The group that a model is made for, where it is made for one alone.
///
/// ```
/// use schur_nn::network::own_group;
///
/// assert_eq!(own_group("moebius-mixed"), Some("D1@0"));
/// assert_eq!(own_group("p4"), None);
/// ```
pub fn own_group(model: &str) -> Option<&'static str> {
    match model {
        "sphere" => Some(sphere::ROTATIONS),
        "moebius-cnn" | "moebius-cnn-small" => Some("C1"),
        _ => model.starts_with("moebius-").then_some(strip::MIRROR),
    }
}

/// The names of all models.
pub fn models() -> Vec<&'static str> {
    MODELS.iter().map(|(name, ..)| *name).collect()
}

/// A model for a group of images or volumes. Widths are those of the source;
/// [`NetworkConfig::with_parameter_budget`] scales those of blocks. Infinite groups have no regular
/// fields: there the widths count sets of irreps, up to frequency 3 in the plane and up to degree 2 in
/// space, with gated nonlinearities.
///
/// ```
/// use schur_nn::network::model;
///
/// let tutorial = model("tutorial", &"C8".parse()?)?;
/// assert_eq!(tutorial.image_size, 29);
/// assert_eq!(tutorial.config.blocks[0].fields.to_string(), "24 regular");
/// let volumes = model("wide-resnet", &"SO(3)".parse()?)?;
/// assert_eq!(volumes.config.blocks[0].fields.to_string(), "2 trivial + 2 1 + 2 2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the name is unknown, or the model does not exist for the group.
pub fn model(name: &str, group: &GridGroup) -> Result<Model, NnError> {
    let row = MODELS.iter().find(|(known, ..)| *known == name);
    let Some(&(name, description, [image, volume], recipe)) = row else {
        return Err(NnError::Config {
            at: "model".to_string(),
            problem: format!("`{name}` is unknown; choose one of {}", models().join(", ")),
        });
    };
    let sizes = [image, volume];
    let Some(image_size) = sizes[group.dimension() - 2] else {
        let remedy = match (group, name) {
            (GridGroup::Plane(_), "sphere") => "a group of space: SO(3)",
            (GridGroup::Plane(_), _) => "a group of space: SO(3), O, Oh, C4 in space",
            (GridGroup::Space(_), _) => "a group of images, such as C8, or another model",
        };
        return refuse(name, group, remedy);
    };
    let mut config = NetworkConfig {
        group: group.clone(),
        ..recipe(group)?
    };
    if group.finite().is_none() {
        // A maximum does not commute with irreps.
        let pools = config
            .blocks
            .iter_mut()
            .filter(|b| b.pool_kind == BlockPooling::Max);
        pools.for_each(|b| b.pool_kind = BlockPooling::Average);
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

fn p4(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    let default = NetworkConfig::default();
    let mut blocks = default.blocks.clone();
    for (index, block) in blocks.iter_mut().enumerate() {
        block.fields = features(group, 10, index, block.kernel)?;
    }
    Ok(NetworkConfig {
        activation: nonlinearity(group, default.activation),
        blocks,
        ..default
    })
}

fn tutorial(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    let widths = [24, 48, 48, 96, 96, 64];
    let shapes = [(7, 1), (5, 2), (5, 2), (5, 2), (5, 2), (5, 1)];
    let mut blocks = sequence(group, &widths, &shapes)?;
    for (i, pool) in [(1, 2), (3, 2), (5, 1)] {
        blocks[i].pool = pool;
        blocks[i].pool_kind = BlockPooling::Blur;
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

fn benchmark(group: &GridGroup) -> Result<NetworkConfig, NnError> {
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

fn large(group: &GridGroup) -> Result<NetworkConfig, NnError> {
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

fn large_restricted(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    let plane = group.plane().filter(|group| group.has_mirrors());
    let rotations = plane.and_then(PlanarGroup::rotations);
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
fn large_quotient(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    let plane = group.plane().filter(|group| !group.has_mirrors());
    let rotations = plane.and_then(PlanarGroup::rotations);
    if rotations.is_none_or(|n| n % 4 != 0) {
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
fn wide_resnet(group: &GridGroup) -> Result<NetworkConfig, NnError> {
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

fn wrn_16_8(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    wide_resnet_of("wrn-16-8", group, (16, 8), 2)
}

fn wrn_28_10(group: &GridGroup) -> Result<NetworkConfig, NnError> {
    wide_resnet_of("wrn-28-10", group, (28, 10), 1)
}

/// WRN-depth-width in three stages: of the whole group, of half its rotations, and of none but
/// the identity (with one mirror, if there are mirrors): "D8 D4 D1". A stage of `c` channels has
/// `c / √|G|` regular fields of its group. Images have an odd side, so that strides end at both
/// borders; the source has even ones, on which these networks run too but not exactly, and maps to
/// scalars in the last block.
fn wide_resnet_of(
    name: &str,
    group: &GridGroup,
    (depth, width): (usize, usize),
    first_stride: usize,
) -> Result<NetworkConfig, NnError> {
    let even = |group: &PlanarGroup| group.rotations().filter(|n| n % 2 == 0);
    let Some((n, group)) = group.plane().and_then(|group| Some((even(group)?, group))) else {
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

fn refuse<T>(model: &str, group: &dyn std::fmt::Display, remedy: &str) -> Result<T, NnError> {
    Err(NnError::Config {
        at: "model".to_string(),
        problem: format!("`{model}` does not exist for {group}; use {remedy}"),
    })
}
