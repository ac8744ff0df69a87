//! Plots of the defect against angle, depth and image size.

use std::path::Path;

use schur_nn::{Layer, Network, equivariance_error, write_atomically};

use crate::error::{CliError, Result};
use crate::report::plots::{TRAIN, VALIDATION, lines};

use super::measure::{blobs, by_depth};
use super::{Report, worst};

/// Angles of the plot against the depth, in degrees.
const ANGLES: [f64; 5] = [15.0, 30.0, 45.0, 60.0, 75.0];
/// Degrees between two points of the plot against the angle.
const STEP: usize = 5;
/// Sizes on either side of the image's own.
const SIZES: usize = 8;
/// Smallest defect that is drawn: less is round-off of `f32` and no point of a logarithm.
const FLOOR: f64 = crate::tolerance::SMALLEST_DRAWN;

/// Writes `error-angle.svg`, `error-depth.svg` and `error-size.svg` into a directory.
pub(super) fn write(
    directory: &Path,
    network: &Network,
    report: &Report,
    side: usize,
) -> Result<()> {
    std::fs::create_dir_all(directory)
        .map_err(|e| CliError::io("creating directory", directory, &e))?;
    let plots = [
        ("error-angle.svg", angle(network, side)?),
        ("error-depth.svg", depth(network, report, side)?),
        ("error-size.svg", size(network, side)?),
    ];
    for (name, svg) in plots {
        write_atomically(&directory.join(name), svg.as_bytes())?;
    }
    Ok(())
}

fn logarithm(error: f64) -> f64 {
    error.max(FLOOR).log10()
}

const AXIS: &str = "log10 of the relative defect";

/// The whole network over a full turn.
fn angle(network: &Network, side: usize) -> Result<String> {
    let angles: Vec<f64> = (0..=360)
        .step_by(STEP)
        .map(|degrees| degrees as f64)
        .collect();
    let errors = by_depth(network, side, &angles)?;
    let last = errors.last().cloned().unwrap_or_default();
    let points = angles.into_iter().zip(last.into_iter().map(logarithm));
    let series = [(
        "whole network, on sums of Gaussians",
        TRAIN,
        points.collect(),
    )];
    let title = format!("{}: defect against angle", network.group());
    lines(&title, "angle in degrees, counter-clockwise", AXIS, &series)
}

/// Every layer: the worst exact element, and the mean of the other angles up to there.
fn depth(network: &Network, report: &Report, side: usize) -> Result<String> {
    let numbered = |values: Vec<f64>| -> Vec<(f64, f64)> {
        let values = values.into_iter().enumerate();
        values
            .map(|(i, v)| (i as f64 + 1.0, logarithm(v)))
            .collect()
    };
    let exact = report
        .layers
        .iter()
        .filter(|layer| !layer.place.contains('.'));
    let worst = |errors: &[f64]| worst(errors.iter().copied()).map_or(0.0, |(_, error)| error);
    let exact = numbered(exact.map(|layer| worst(&layer.round_off)).collect());
    let mean = |errors: Vec<f64>| errors.iter().sum::<f64>() / errors.len() as f64;
    let other = by_depth(network, side, &ANGLES)?;
    let other = numbered(other.into_iter().map(mean).collect());
    let series = [
        ("the layer, worst exact element", TRAIN, exact),
        ("image to layer, other angles", VALIDATION, other),
    ];
    let title = format!("{}: defect against depth", network.group());
    lines(&title, "layer", AXIS, &series)
}

/// The worst exact element for images of other sizes: where strides and pools leave pixels
/// unvisited at one end only, the defect is no round-off any more.
fn size(network: &Network, side: usize) -> Result<String> {
    let (group, kept) = (network.group(), network.output_type().group());
    let elements = group.lattice_subgroup().test_elements();
    let mut points = Vec::new();
    for size in side.saturating_sub(SIZES).max(1)..=side + SIZES {
        // Sizes that do not pass through the layers have no point.
        if network.check_size(size, size).is_err() {
            continue;
        }
        let image = blobs(network, size, 0.0)?;
        let mut worst = 0.0f64;
        for g in elements.iter().filter(|g| kept.contains(*g)) {
            worst = worst.max(equivariance_error(network, &image, g)?);
        }
        points.push((size as f64, logarithm(worst)));
    }
    let series = [("whole network, worst exact element", TRAIN, points)];
    let title = format!("{}: defect against image size", network.group());
    lines(&title, "side of the image in pixels", AXIS, &series)
}
