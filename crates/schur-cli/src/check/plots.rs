//! Plots of the defect against angle, depth and image size, and a page with them.

use std::path::Path;

use schur_lab::figure::{Axis, Chart, Figure, Series};
use schur_lab::page::Page;
use schur_nn::{Layer, Network, equivariance_error, try_directory, write_atomically};

use crate::error::Result;
use crate::made::{cpu, made};
use crate::report::plots::turn;
use crate::say::keep_others;

use super::measure::{blobs, by_depth};
use super::{Report, worst};

/// Angles of the plot against the depth, in degrees.
const ANGLES: [f64; 5] = [15.0, 30.0, 45.0, 60.0, 75.0];
/// Degrees between two points of the plot against the angle, of images and of volumes.
const STEPS: [usize; 2] = [5, 15];
/// Angles that are measured at once: as many images are in memory.
const AT_ONCE: usize = 8;
/// Sizes on either side of the image's own, of images and of volumes.
const SIZES: [usize; 2] = [8, 4];
/// Smallest defect that is drawn: less is round-off of `f32` and no point of a logarithm.
const FLOOR: f64 = crate::tolerance::SMALLEST_DRAWN;

/// The first plot that is written.
const FIRST: &str = "error-angle";

/// Refuses a directory of others, before anything is measured.
pub(super) fn check_place(directory: &Path) -> Result<()> {
    keep_others(directory, "check", |path| {
        path.ends_with(format!("{FIRST}.svg"))
    })
}

/// Writes `error-angle.svg`, `error-depth.svg` and `error-size.svg` into a directory, and
/// `index.html` with all of them and `text`, the report.
pub(super) fn write(
    directory: &Path,
    network: &Network,
    report: &Report,
    side: usize,
    text: &str,
    configuration: &str,
) -> Result<()> {
    try_directory(directory)?;
    let figures = [
        angle(network, side)?,
        depth(network, report, side)?,
        size(network, side)?,
    ];
    for figure in &figures {
        let path = directory.join(format!("{}.svg", figure.name));
        write_atomically(&path, figure.standalone().as_bytes())?;
    }
    let mut page = Page::new(format!("{}: how exactly it commutes", report.run));
    page.figures(&figures);
    page.preformatted(text);
    page.made(&made(&cpu(), None), configuration);
    let path = directory.join("index.html");
    Ok(write_atomically(&path, page.html().as_bytes())?)
}

/// An axis of defects.
fn defect() -> Axis {
    Axis::new("relative defect").logarithmic()
}

/// 1 of networks of volumes, else 0.
fn in_space(network: &Network) -> usize {
    usize::from(network.group().space().is_some())
}

/// The whole network over a full turn.
fn angle(network: &Network, side: usize) -> Result<Figure> {
    let space = in_space(network);
    let angles: Vec<f64> = (0..=360)
        .step_by(STEPS[space])
        .map(|degrees| degrees as f64)
        .collect();
    let mut points = Vec::new();
    for angles in angles.chunks(AT_ONCE) {
        let errors = by_depth(network, side, angles)?;
        let last = errors.last().into_iter().flatten();
        points.extend(angles.iter().zip(last).map(|(&a, e)| (a, e.max(FLOOR))));
    }
    let chart = Chart::new(turn(), defect());
    Ok(Figure::new(
        FIRST,
        format!("{}: defect against angle", network.group()),
        format!(
            "The whole network, on sums of Gaussians, which turn without interpolation; the angle is \
             counter-clockwise{}",
            ["", " about z"][space]
        ),
        chart.with(Series::new("whole network", 0, points)).draw(),
    ))
}

/// Every layer: the worst exact element, and the mean of the other angles up to there.
fn depth(network: &Network, report: &Report, side: usize) -> Result<Figure> {
    let numbered = |values: Vec<f64>| -> Vec<(f64, f64)> {
        let values = values.into_iter().enumerate();
        values
            .map(|(i, v)| (i as f64 + 1.0, v.max(FLOOR)))
            .collect()
    };
    let exact = report
        .layers
        .iter()
        .filter(|layer| !layer.place.contains('.'));
    let worst =
        |errors: &[Option<f64>]| worst(errors.iter().copied()).map_or(0.0, |(_, error)| error);
    let exact = numbered(exact.map(|layer| worst(&layer.round_off)).collect());
    let mean = |errors: Vec<f64>| errors.iter().sum::<f64>() / errors.len() as f64;
    let other = by_depth(network, side, &ANGLES)?;
    let other = numbered(other.into_iter().map(mean).collect());
    let chart = Chart::new(Axis::new("layer").whole(), defect());
    Ok(Figure::new(
        "error-depth",
        format!("{}: defect against depth", network.group()),
        "",
        chart
            .with(Series::new("the layer, worst exact element", 0, exact))
            .with(Series::new("image to layer, other angles", 1, other).dashed())
            .draw(),
    ))
}

/// The worst exact element for images of other sizes: where strides and pools leave pixels
/// unvisited at one end only, the defect is no round-off any more.
fn size(network: &Network, side: usize) -> Result<Figure> {
    let (group, kept) = (network.group(), network.output_type().group());
    let elements = group.lattice_elements();
    let mut points = Vec::new();
    let (space, more) = (in_space(network), SIZES[in_space(network)]);
    for size in side.saturating_sub(more).max(1)..=side + more {
        let depth = if space == 1 { size } else { 1 };
        // Sizes that do not pass through the layers have no point.
        if network.check_size([depth, size, size]).is_err() {
            continue;
        }
        let image = blobs(network, size, 0.0)?;
        let mut worst = 0.0f64;
        for g in elements.iter().filter(|g| kept.contains(*g)) {
            worst = worst.max(equivariance_error(network, &image, g)?);
        }
        points.push((size as f64, worst.max(FLOOR)));
    }
    let chart = Chart::new(
        Axis::new(
            [
                "side of the image in pixels",
                "side of the volume in voxels",
            ][space],
        )
        .whole(),
        defect(),
    );
    Ok(Figure::new(
        "error-size",
        format!("{}: defect against image size", network.group()),
        "The whole network, the worst exact element",
        chart.with(Series::new("whole network", 0, points)).draw(),
    ))
}
