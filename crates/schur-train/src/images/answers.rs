//! What networks say of images and volumes.

use burn::tensor::Tensor;
use schur_nn::network::Output;
use schur_nn::{Domain, Field, InferenceNetwork, Layer, Network};

use crate::error::{ErrorKind, Result, fail};

/// A network whose answers can be judged: one that learns, or one that is only applied.
pub trait Answers {
    /// One vector per image, `[batch, classes or 2]`, for `[batch, channels, depth, height, width]`.
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
        let answer = answer(self, self, images)?;
        vectors(answer, self.output())
    }

    fn pixels(&self, images: Tensor<5>) -> Result<Tensor<2>> {
        pixels(answer(self, self, images)?, self.output())
    }
}

impl Answers for InferenceNetwork {
    fn vectors(&self, images: Tensor<5>) -> Result<Tensor<2>> {
        vectors(answer(self, self.network(), images)?, self.output())
    }

    fn pixels(&self, images: Tensor<5>) -> Result<Tensor<2>> {
        pixels(answer(self, self.network(), images)?, self.output())
    }
}

/// The places of images of these sizes [depth, height, width].
pub fn domain(network: &Network, sizes: [usize; 3]) -> Domain {
    match (network.group().dimension(), sizes) {
        (2, [1, height, width]) => Domain::image(height, width),
        _ => Domain::Grid(sizes),
    }
}

/// Refuses images of sizes that do not pass through all layers.
///
/// # Errors
///
/// The first layer that they do not fit.
pub fn check_sizes(network: &Network, sizes: [usize; 3]) -> Result<()> {
    match (network.group().dimension(), sizes) {
        (2, [1, height, width]) => network.check_size(height, width)?,
        (2, [depth, rows, cols]) => {
            return fail(
                ErrorKind::Network,
                format!(
                    "the network has the group {} of the plane, and the data are volumes of {depth} x {rows} \
                     x {cols}; choose a group of space, for example `O` or `{}`",
                    network.group(),
                    network.group().in_space()?
                ),
            );
        }
        (_, [1, rows, cols]) => {
            return fail(
                ErrorKind::Network,
                format!(
                    "the network has the group {} of space, and the data are images of {rows} x {cols} \
                     pixels; choose a group of the plane, for example C4",
                    network.group()
                ),
            );
        }
        _ => drop(network.output_domain(&domain(network, sizes))?),
    }
    Ok(())
}

/// How many numbers the outputs of all layers have for one image of these sizes.
///
/// # Errors
///
/// As [`check_sizes`].
pub(super) fn activations(network: &Network, sizes: [usize; 3]) -> Result<u128> {
    if let (2, [1, height, width]) = (network.group().dimension(), sizes) {
        return Ok(network.activations(height, width)?);
    }
    check_sizes(network, sizes)?;
    let (mut domain, mut numbers) = (domain(network, sizes), 0);
    for layer in network.layers() {
        domain = layer.output_domain(&domain)?;
        numbers += (domain.places() * layer.output_type().channels()) as u128;
    }
    Ok(numbers)
}

/// Images `[batch, channels, depth, height, width]` as the network takes them: those of a network of
/// the plane have depth 1.
///
/// # Errors
///
/// If they have other channels than the network takes, or it is one of the plane and they are
/// volumes.
pub fn input(network: &Network, images: Tensor<5>) -> Result<Field> {
    let [batch, channels, depth, height, width] = images.dims();
    Ok(match (network.group().dimension(), depth) {
        (2, 1) => {
            let images = images.reshape([batch, channels, height, width]);
            Field::from_tensor(images, network.image_type())?
        }
        _ => {
            let places = images.reshape([batch, channels, depth * height * width]);
            let domain = Domain::Grid([depth, height, width]);
            Field::from_places(places.swap_dims(1, 2), domain, network.image_type())?
        }
    })
}

fn answer(run: &impl Layer, network: &Network, images: Tensor<5>) -> Result<Field> {
    Ok(run.forward(input(network, images)?)?)
}

fn vectors(answer: Field, output: Output) -> Result<Tensor<2>> {
    if output == Output::Mask {
        return fail(
            ErrorKind::Network,
            "the network gives masks, not one answer per image",
        );
    }
    let places = answer.domain().places();
    if places != 1 {
        let text = format!(
            "the answer of the network has {places} places; end with a pool over all, or set `output` to \
             \"mask\""
        );
        return fail(ErrorKind::Network, text);
    }
    Ok(rows(answer))
}

/// Classes and directions lie in memory as they are told.
fn rows(answer: Field) -> Tensor<2> {
    let rows = answer.batch() * answer.domain().places();
    let channels = answer.field_type().channels();
    answer.into_memory().reshape([rows, channels])
}

fn pixels(answer: Field, output: Output) -> Result<Tensor<2>> {
    match output {
        Output::Mask => Ok(rows(answer)),
        _ => fail(
            ErrorKind::Network,
            "the network gives one answer per image, no masks",
        ),
    }
}
