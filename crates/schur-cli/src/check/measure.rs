//! The defects of every layer.

use burn::tensor::{Tensor, TensorData};
use schur_nn::network::{AnyLayer, Branch, Output};
use schur_nn::{
    Field, GroupElement, GroupPool, Layer, Network, NormPool, equivariance_error, exact_elements,
    relative_distance, tolerance,
};
use schur_train::images::Images;

use crate::error::Result;

use super::{LayerReport, OTHER_ANGLES, Report};

/// Sums of Gaussians on which other angles are measured.
const BLOBS: usize = 8;

/// All layers on images, and the whole network.
pub(super) fn all(network: &Network, images: &Images, run: &str) -> Result<Report> {
    let input = Field::from_tensor(
        images.tensor().to_device(&network.device()),
        network.image_type(),
    )?;
    let (elements, refused) = match exact_elements(network, input.domain()) {
        Ok(elements) => (elements, None),
        Err(error) => (Vec::new(), Some(error.to_string())),
    };
    let (height, width) = input.size();
    let mut layers = Vec::new();
    exact(network.layers(), "", input.clone(), &elements, &mut layers)?;
    let depth = by_depth(network, height.min(width), &OTHER_ANGLES)?;
    let top = layers.iter_mut().filter(|layer| !layer.place.contains('.'));
    for (layer, errors) in top.zip(depth) {
        layer.other_angle_errors = errors;
    }
    let other_angle_errors = layers
        .last()
        .map_or(Vec::new(), |last| last.other_angle_errors.clone());
    let whole = LayerReport {
        place: String::new(),
        name: "whole network".to_string(),
        input: network.image_type().to_string(),
        output: match network.output() {
            Output::Classes => format!("{} invariant logits", network.classes()),
            _ => network.output_type().to_string(),
        },
        height,
        width,
        errors: errors(network, &input, &elements)?,
        breaks: vec![None; elements.len()],
        other_angle_errors,
    };
    let passed = refused.is_none() && whole.passed() && layers.iter().all(LayerReport::passed);
    Ok(Report {
        run: run.to_string(),
        group: network.group().name().to_string(),
        images: images.len(),
        bound: tolerance::EXACT_F32,
        elements: elements.iter().map(|g| g.name().to_string()).collect(),
        refused,
        layers,
        network: whole,
        other_angles: OTHER_ANGLES.to_vec(),
        notices: network.notices(),
        passed,
    })
}

/// The defect for every element; 0 for those that a restriction has given up.
fn errors(layer: &impl Layer, field: &Field, elements: &[GroupElement]) -> Result<Vec<f64>> {
    let kept = |g: &GroupElement| {
        layer.input_type().group().contains(g) && layer.output_type().group().contains(g)
    };
    let error = |g: &GroupElement| match kept(g) {
        true => Ok(equivariance_error(layer, field, g)?),
        false => Ok(0.0),
    };
    elements.iter().map(error).collect()
}

/// Exact elements, layer by layer, the layers inside a branch before it. Gives what comes out.
fn exact(
    layers: &[AnyLayer],
    prefix: &str,
    mut field: Field,
    elements: &[GroupElement],
    all: &mut Vec<LayerReport>,
) -> Result<Field> {
    for (index, layer) in layers.iter().enumerate() {
        let place = format!("{prefix}{}", index + 1);
        if let Some(branch) = layer.downcast_ref::<Branch>() {
            let body = format!("{place}.body.");
            exact(branch.body(), &body, field.clone(), elements, all)?;
            let shortcut = format!("{place}.shortcut.");
            exact(branch.shortcut(), &shortcut, field.clone(), elements, all)?;
        }
        let (height, width) = field.size();
        let kept = layer.output_type().group();
        let why = |g: &GroupElement| {
            let why = layer.inexactness(g, field.domain())?;
            kept.contains(g).then(|| why.to_string())
        };
        all.push(LayerReport {
            place,
            name: layer.name(),
            input: layer.input_type().to_string(),
            output: layer.output_type().to_string(),
            height,
            width,
            errors: errors(layer, &field, elements)?,
            breaks: elements.iter().map(why).collect(),
            other_angle_errors: Vec::new(),
        });
        field = layer.forward(field)?;
    }
    Ok(field)
}

/// Sums of Gaussians, all turned by the same angle.
pub(super) fn blobs(network: &Network, side: usize, degrees: f64) -> Result<Field> {
    let channels = network.image_type().channels();
    let mut pixels = Vec::with_capacity(BLOBS * channels * side * side);
    for index in 0..BLOBS * channels {
        pixels.extend(schur_data::blobs(side, index, degrees)?);
    }
    let data = TensorData::new(pixels, [BLOBS, channels, side, side]);
    let images = Tensor::from_data(data, &network.device());
    Ok(Field::from_tensor(images, network.image_type())?)
}

/// For every layer and angle the defect from the image up to the layer.
pub(super) fn by_depth(network: &Network, side: usize, angles: &[f64]) -> Result<Vec<Vec<f64>>> {
    let mut upright = blobs(network, side, 0.0)?;
    let turned = angles.iter().map(|&degrees| blobs(network, side, degrees));
    let mut turned = turned.collect::<Result<Vec<_>>>()?;
    let layers = network.layers();
    let mut errors = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        upright = layer.forward(upright)?;
        for field in &mut turned {
            *field = layer.forward(field.clone())?;
        }
        let direction = index + 1 == layers.len() && network.output() == Output::Direction;
        let pairs = angles.iter().zip(&turned);
        let error = |(&degrees, turned): (&f64, &Field)| match direction {
            true => Ok(vector_error(&upright, turned, degrees)),
            false => other_angle_error(&upright, turned, degrees),
        };
        errors.push(pairs.map(error).collect::<Result<Vec<_>>>()?);
    }
    Ok(errors)
}

/// The relative distance of the features of turned images from the turned features. An angle
/// that is not in the group acts on no regular field, so the features are pooled over the group
/// first (or to their norms); the scalar maps that result are turned with bilinear interpolation,
/// which is part of the number.
fn other_angle_error(field: &Field, of_turned: &Field, degrees: f64) -> Result<f64> {
    let scalars = |field: &Field| -> Result<Tensor<4>> {
        let fields = field.field_type();
        let pooled = if fields.is_permutation() {
            GroupPool::new(fields)?.forward(field.clone())?
        } else {
            NormPool::new(fields)?.forward(field.clone())?
        };
        Ok(pooled.to_tensor())
    };
    let expected = Images::turn_maps(&scalars(field)?, degrees)?;
    Ok(relative_distance(&scalars(of_turned)?, &expected))
}

/// The relative defect of a vector, on which every rotation acts.
fn vector_error(field: &Field, of_turned: &Field, degrees: f64) -> f64 {
    let vectors = |field: &Field| -> Vec<f64> {
        let tensor = field.to_tensor();
        tensor.to_data().iter::<f64>().collect()
    };
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (mut distance, mut length) = (0.0, 0.0);
    let (expected, found) = (vectors(field), vectors(of_turned));
    for (v, w) in expected.chunks(2).zip(found.chunks(2)) {
        let turned = [cos * v[0] - sin * v[1], sin * v[0] + cos * v[1]];
        distance += (turned[0] - w[0]).powi(2) + (turned[1] - w[1]).powi(2);
        length += turned[0].powi(2) + turned[1].powi(2);
    }
    if distance == 0.0 {
        0.0
    } else {
        (distance / length).sqrt()
    }
}
