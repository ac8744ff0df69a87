//! `schur plan`: what every layer of a network costs.

mod picture;

use burn::tensor::Device;
use schur_nn::network::{AnyLayer, Branch};
use schur_nn::{Layer, Network};
use schur_train::images::{Config, Parts};
use schur_train::{MAX_BATCH, in_range};
use serde::Serialize;

use crate::args::PlanArgs;
use crate::error::Result;
use crate::reading::Reading;
use crate::say::{emit, line, to_json};
use crate::timing::{Times, peak};

/// Bytes of an `f32`.
const BYTES: u128 = 4;

#[derive(Serialize)]
struct Report {
    group: String,
    batch: usize,
    height: usize,
    width: usize,
    parameters: usize,
    /// Per image.
    products: u128,
    /// Products per second of a large matrix product, where measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    peak: Option<f64>,
    layers: Vec<Row>,
    /// What the layers have to say, for example of fields that no kernel reaches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    /// `3.body.1` is the second layer of the body of the branch that is layer 3.
    place: String,
    name: String,
    output: String,
    height: usize,
    width: usize,
    parameters: usize,
    /// Multiplications per image of the dense convolution.
    products: u128,
    /// Multiplications per image of the path that the plan has chosen.
    path_products: u128,
    /// Expected time of that path per image, in products of a large matrix product.
    work: u128,
    /// Share of the work of all layers.
    share: f64,
    /// Bytes of the output of a whole batch.
    activation_bytes: u128,
    /// Bytes of the dense weight that the plan expands.
    weight_bytes: u128,
    /// What the engine says of its plan.
    path: String,
    /// Seconds for a batch, where measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<Times>,
}

pub(crate) fn run(args: &PlanArgs) -> Result<()> {
    in_range("--batch", args.batch, 1, MAX_BATCH)?;
    let mut config = Config::read(&args.config)?;
    config.train.path = args.path.unwrap_or(config.train.path);
    let parts = Parts::load(&config.data, config.task(), &Reading::new())?;
    let config = parts.complete(config)?.resolve()?;
    let network = config.network(&Device::flex())?;
    let (height, width) = (parts.height(), parts.width());
    network.check_size(height, width)?;
    let mut report = measure(&network, args.batch, height, width)?;
    if args.time {
        report.peak = Some(peak()?);
        time(
            network.layers(),
            (height, width),
            args.batch,
            &mut report.layers.iter_mut(),
        )?;
    }
    if let Some(path) = &args.picture {
        schur_nn::write_atomically(path, picture::svg(&report).as_bytes())?;
    }
    emit(&if args.json {
        to_json(&report)?
    } else {
        text(&report)
    })
}

fn measure(network: &Network, batch: usize, height: usize, width: usize) -> Result<Report> {
    let mut layers = Vec::new();
    rows(network.layers(), "", (height, width), batch, &mut layers)?;
    let products: u128 = layers.iter().map(|row| row.products).sum();
    let work: u128 = layers.iter().map(|row| row.work).sum();
    for row in &mut layers {
        row.share = row.work as f64 / work.max(1) as f64;
    }
    Ok(Report {
        group: network.group().name().to_string(),
        batch,
        height,
        width,
        parameters: network.parameters(),
        products,
        peak: None,
        layers,
        notices: network.notices(),
    })
}

/// Multiplications per image of all dense convolutions, also inside branches.
pub(crate) fn products(layers: &[AnyLayer], height: usize, width: usize) -> Result<u128> {
    let mut all = Vec::new();
    rows(layers, "", (height, width), 1, &mut all)?;
    Ok(all.iter().map(|row| row.products).sum())
}

/// One row per layer; a branch gives the rows of its layers.
fn rows(
    layers: &[AnyLayer],
    prefix: &str,
    mut size: (usize, usize),
    batch: usize,
    all: &mut Vec<Row>,
) -> Result<()> {
    for (index, layer) in layers.iter().enumerate() {
        let place = format!("{prefix}{}", index + 1);
        if let Some(branch) = layer.downcast_ref::<Branch>() {
            rows(branch.body(), &format!("{place}.body."), size, batch, all)?;
            let shortcut = format!("{place}.shortcut.");
            rows(branch.shortcut(), &shortcut, size, batch, all)?;
            size = layer.output_size(size.0, size.1)?;
            continue;
        }
        let (mut products, mut weight_bytes, mut path) = (0, 0, String::new());
        let (mut path_products, mut work) = (0, 0);
        if let Some(plan) = layer.plan() {
            products = plan
                .dense_products([1, size.0, size.1])
                .map_err(schur_nn::NnError::from)?;
            weight_bytes = plan.weight_len() as u128 * BYTES;
            path = plan.explain();
            let (height, width) = layer.output_size(size.0, size.1)?;
            let chosen = plan
                .costs()
                .into_iter()
                .find(|cost| cost.path == plan.path());
            if let Some(cost) = chosen {
                let pixels = (height * width) as u128;
                path_products = pixels * (cost.products + cost.transform + cost.filters);
                work = pixels * cost.work;
            }
        }
        size = layer.output_size(size.0, size.1)?;
        let channels = layer.output_type().channels();
        all.push(Row {
            place,
            name: layer.name(),
            output: layer.output_type().to_string(),
            height: size.0,
            width: size.1,
            parameters: layer.parameters(),
            products,
            path_products,
            work,
            share: 0.0,
            activation_bytes: (batch * size.0 * size.1 * channels) as u128 * BYTES,
            weight_bytes,
            path,
            times: None,
        });
    }
    Ok(())
}

/// Measures the convolutions, in the order of [`rows`].
fn time<'a>(
    layers: &[AnyLayer],
    mut size: (usize, usize),
    batch: usize,
    rows: &mut impl Iterator<Item = &'a mut Row>,
) -> Result<()> {
    for layer in layers {
        if let Some(branch) = layer.downcast_ref::<Branch>() {
            time(branch.body(), size, batch, rows)?;
            time(branch.shortcut(), size, batch, rows)?;
        } else if let (Some(row), Some(plan)) = (rows.next(), layer.plan()) {
            row.times = Some(Times::of(plan, batch, size)?);
        }
        size = layer.output_size(size.0, size.1)?;
    }
    Ok(())
}

/// Milliseconds and the part of the peak that the products of the path itself reach.
fn times(report: &Report, peak: f64, out: &mut String) {
    line!(
        out,
        "\nMeasured, batch {}: a large matrix product reaches {:.0} GF/s\n",
        report.batch,
        2.0 * peak / 1e9
    );
    line!(
        out,
        "{:<12} {:<24} {:>10} {:>10} {:>10} {:>8} {:>16}",
        "layer",
        "",
        "forward ms",
        "dX ms",
        "dW ms",
        "of peak",
        "effective GF/s"
    );
    for row in &report.layers {
        let Some(times) = row.times else { continue };
        let per_second = |products: u128| (products * report.batch as u128) as f64 / times.forward;
        line!(
            out,
            "{:<12} {:<24} {:>10.2} {:>10.2} {:>10.2} {:>7.0}% {:>16.0}",
            row.place,
            row.name,
            1e3 * times.forward,
            1e3 * times.input_gradient,
            1e3 * times.parameter_gradient,
            100.0 * per_second(row.path_products) / peak,
            2.0 * per_second(row.products) / 1e9
        );
    }
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    line!(
        out,
        "{}: {} parameters, {:.1} M products per image of {} x {} pixels\n",
        report.group,
        report.parameters,
        report.products as f64 / 1e6,
        report.height,
        report.width
    );
    line!(
        out,
        "{:<12} {:<24} {:>9} {:>8} {:>10} {:>12} {:>12} {:>6}  {:>11} {:>10}",
        "layer",
        "",
        "output",
        "channels",
        "parameters",
        "dense",
        "products",
        "time",
        format!("MB, batch {}", report.batch),
        "weight MB"
    );
    for row in &report.layers {
        let channels =
            row.activation_bytes / (BYTES * (report.batch * row.height * row.width) as u128).max(1);
        line!(
            out,
            "{:<12} {:<24} {:>9} {channels:>8} {:>10} {:>10.2} M {:>10.2} M {:>5.1}%  {:>11.2} {:>10.3}",
            row.place,
            row.name,
            format!("{}x{}", row.height, row.width),
            row.parameters,
            row.products as f64 / 1e6,
            row.path_products as f64 / 1e6,
            100.0 * row.share,
            row.activation_bytes as f64 / 1e6,
            row.weight_bytes as f64 / 1e6,
        );
    }
    if let Some(peak) = report.peak {
        times(report, peak, &mut out);
    }
    for notice in &report.notices {
        line!(out, "\nnote: {notice}");
    }
    line!(out, "\nConvolutions, as the engine plans them:");
    for row in report.layers.iter().filter(|row| !row.path.is_empty()) {
        line!(out, "\n{} {}, to {}", row.place, row.name, row.output);
        for part in row.path.lines() {
            line!(out, "  {part}");
        }
    }
    out
}
