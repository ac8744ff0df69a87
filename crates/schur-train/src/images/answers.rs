//! What networks say of images and volumes.

use burn::tensor::Tensor;
use schur_math::SpaceIsometry;
use schur_nn::network::DomainKind;
use schur_nn::{GridGroup, InferenceNetwork, Network};

use crate::error::{ErrorKind, Result, fail};

/// A network whose answers can be judged: one that learns, or one that is only applied.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::NetworkConfig;
/// use schur_train::images::Answers;
///
/// let device = Device::flex();
/// let network = NetworkConfig::default().init(0, &device)?;
/// let images = Tensor::<5>::ones([2, 1, 1, 28, 28], &device);
/// assert_eq!(network.vectors(images.clone())?.dims(), [2, 10]);
/// assert_eq!(network.for_inference()?.vectors(images)?.dims(), [2, 10]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Answers {
    /// One vector per image, `[batch, classes or 2]`, for `[batch, channels, depth, height, width]`;
    /// images have depth 1.
    ///
    /// # Errors
    ///
    /// If the images do not fit the network.
    fn vectors(&self, images: Tensor<5>) -> Result<Tensor<2>>;

    /// One vector per pixel, `[batch * depth * height * width, classes]`.
    ///
    /// # Errors
    ///
    /// If the images do not fit the network.
    fn pixels(&self, images: Tensor<5>) -> Result<Tensor<2>>;
}

impl Answers for Network {
    fn vectors(&self, images: Tensor<5>) -> Result<Tensor<2>> {
        Ok(self.forward(images)?)
    }

    fn pixels(&self, images: Tensor<5>) -> Result<Tensor<2>> {
        Ok(rows(self.masks(images)?))
    }
}

impl Answers for InferenceNetwork {
    fn vectors(&self, images: Tensor<5>) -> Result<Tensor<2>> {
        Ok(self.forward(images)?)
    }

    fn pixels(&self, images: Tensor<5>) -> Result<Tensor<2>> {
        Ok(rows(self.masks(images)?))
    }
}

fn rows(masks: Tensor<5>) -> Tensor<2> {
    let [batch, depth, height, width, classes] = masks.dims();
    masks.reshape([batch * depth * height * width, classes])
}

/// Refuses images of sizes [depth, height, width] that do not pass through all layers, and images or
/// volumes for a network of the other.
///
/// # Errors
///
/// The first layer that they do not fit.
pub fn check_sizes(network: &Network, sizes: [usize; 3]) -> Result<()> {
    check_group(network.group(), network.domain(), sizes)?;
    Ok(network.check_size(sizes)?)
}

/// Refuses images or volumes for a network of the other.
pub(super) fn check_group(
    group: &GridGroup,
    domain: DomainKind,
    [depth, rows, cols]: [usize; 3],
) -> Result<()> {
    let problem = match (group.dimension(), depth) {
        (2, 2..) => format!(
            "the network has the group {group} of the plane, and the data are volumes of {depth} x {rows} x \
             {cols}; choose a group of space, for example `O` or `{}`",
            group.in_space()?
        ),
        (3, 1) if domain != DomainKind::Sphere => format!(
            "the network has the group {group} of space, and the data are images of {rows} x {cols} pixels; \
             choose a group of the plane, for example {}, or give it volumes (--data)",
            in_plane(group)
        ),
        _ => return Ok(()),
    };
    fail(ErrorKind::Network, problem)
}

/// The group of the plane that acts on slices of volumes as the elements of a group of space do that
/// keep them; `C4` if that is the identity alone.
fn in_plane(group: &GridGroup) -> String {
    let isometries = group.lattice_elements().into_iter();
    let matrices = isometries.filter_map(|g| g.space().and_then(SpaceIsometry::lattice_matrix));
    let (mut turns, mut mirrors) = (0, 0);
    for [[a, b, _], [c, d, _], up] in matrices {
        if up == [0, 0, 1] {
            *(if a * d - b * c > 0 {
                &mut turns
            } else {
                &mut mirrors
            }) += 1;
        }
    }
    match (turns, mirrors) {
        (2.., 0) => format!("C{turns}"),
        (_, 1..) => format!("D{turns}"),
        _ => "C4".to_string(),
    }
}
