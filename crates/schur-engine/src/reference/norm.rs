//! Oracle of the norm: field by field, two passes for the moments.

use crate::Activation;
use crate::cpu::norm::{Affine, Centering, Moments, NormGradient, NormPlan};

/// The activation, written anew.
fn value(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Identity => z,
        Activation::Relu => z.max(0.0),
        Activation::Elu => z.max(z.min(0.0).exp_m1()),
    }
}

/// Its derivative.
fn slope(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Identity => 1.0,
        Activation::Relu => f64::from(u8::from(z > 0.0)),
        Activation::Elu => z.min(0.0).exp(),
    }
}

/// The channels of every field, and whether it has a mean.
fn fields(plan: &NormPlan) -> Vec<(Vec<usize>, bool)> {
    let layout = plan.layout();
    let mut fields = Vec::new();
    for (b, block) in layout.blocks().iter().enumerate() {
        let centered = plan.centering()[b] == Centering::PerField;
        for u in 0..block.multiplicity {
            let channels = (0..block.dim).map(|c| layout.channel(b, c, u)).collect();
            fields.push((channels, centered));
        }
    }
    fields
}

/// The indices into `[pixels, channels]` of one field.
fn indices(plan: &NormPlan, len: usize, channels: &[usize]) -> Vec<usize> {
    (0..len)
        .step_by(plan.layout().channels())
        .flat_map(|pixel| channels.iter().map(move |c| pixel + c))
        .collect()
}

/// Oracle of the moments of [`NormPlan::forward_train`].
#[must_use]
pub fn moments(plan: &NormPlan, x: &[f64]) -> Moments<f64> {
    let (mut means, mut variances) = (Vec::new(), Vec::new());
    for (channels, centered) in fields(plan) {
        let values: Vec<f64> = indices(plan, x.len(), &channels)
            .iter()
            .map(|&i| x[i])
            .collect();
        let count = values.len() as f64;
        let mean = if centered {
            values.iter().sum::<f64>() / count
        } else {
            0.0
        };
        means.push(mean);
        variances.push(values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count);
    }
    Moments {
        mean: means,
        variance: variances,
    }
}

/// Oracle of [`NormPlan::forward_eval`].
///
/// # Panics
///
/// If a slice is shorter than the plan asks for.
#[must_use]
pub fn forward(
    plan: &NormPlan,
    x: &[f64],
    affine: Affine<'_, f64>,
    moments: &Moments<f64>,
) -> Vec<f64> {
    let mut y = vec![0.0; x.len()];
    for (f, (channels, centered)) in fields(plan).iter().enumerate() {
        let beta = if *centered { affine.beta[f] } else { 0.0 };
        let mean = if *centered { moments.mean[f] } else { 0.0 };
        let deviation = (moments.variance[f] + affine.eps).sqrt();
        for i in indices(plan, x.len(), channels) {
            let z = affine.gamma[f] * (x[i] - mean) / deviation + beta;
            y[i] = value(plan.activation(), z);
        }
    }
    y
}

/// Oracle of [`NormPlan::backward_train`]: the chain rule through x, mean and variance, written
/// out.
///
/// # Panics
///
/// If a slice is shorter than the plan asks for.
#[must_use]
pub fn backward(
    plan: &NormPlan,
    x: &[f64],
    affine: Affine<'_, f64>,
    dy: &[f64],
) -> NormGradient<f64> {
    let moments = moments(plan, x);
    let mut dx = vec![0.0; x.len()];
    let (mut dgamma, mut dbeta) = (Vec::new(), Vec::new());
    for (f, (channels, centered)) in fields(plan).iter().enumerate() {
        let (gamma, mean) = (affine.gamma[f], moments.mean[f]);
        let beta = if *centered { affine.beta[f] } else { 0.0 };
        let deviation = (moments.variance[f] + affine.eps).sqrt();
        let places = indices(plan, x.len(), channels);
        let count = places.len() as f64;
        let (mut d_gamma, mut d_beta, mut d_mean, mut d_variance) = (0.0, 0.0, 0.0, 0.0);
        for &i in &places {
            let hat = (x[i] - mean) / deviation;
            let dz = dy[i] * slope(plan.activation(), gamma * hat + beta);
            d_gamma += dz * hat;
            d_beta += dz;
            d_mean -= dz * gamma / deviation;
            d_variance -= dz * gamma * (x[i] - mean) / (2.0 * deviation.powi(3));
            dx[i] = dz * gamma / deviation;
        }
        for &i in &places {
            // The derivative of the variance in the mean vanishes at the mean.
            dx[i] += d_variance * 2.0 * (x[i] - mean) / count;
            if *centered {
                dx[i] += d_mean / count;
            }
        }
        dgamma.push(d_gamma);
        dbeta.push(if *centered { d_beta } else { 0.0 });
    }
    NormGradient { dx, dgamma, dbeta }
}
