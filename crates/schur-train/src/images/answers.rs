//! What networks say of images and volumes.

use burn::tensor::Tensor;
use schur_nn::network::DomainKind;
use schur_nn::{InferenceNetwork, Network};

use crate::error::{ErrorKind, Result, fail};

/// A network whose answers can be judged: one that learns, or one that is only applied.
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
    let [depth, rows, cols] = sizes;
    let group = network.group();
    let problem = match (group.dimension(), depth) {
        (2, 2..) => format!(
            "the network has the group {group} of the plane, and the data are volumes of {depth} x {rows} x \
             {cols}; choose a group of space, for example `O` or `{}`",
            group.in_space()?
        ),
        (3, 1) if network.domain() != DomainKind::Sphere => format!(
            "the network has the group {group} of space, and the data are images of {rows} x {cols} pixels; \
             choose a group of the plane, for example C4"
        ),
        _ => return Ok(network.check_size(sizes)?),
    };
    fail(ErrorKind::Network, problem)
}
