//! `schur plan`: what every layer of a network costs.

mod config;
mod measured;
mod picture;

use burn::tensor::Device;
use schur_data::counted;
use schur_nn::network::{AnyLayer, Branch, TrainingMemory, output_bytes, weight_bytes};
use schur_nn::{Domain, Layer, Network};
use schur_train::images::{Parts, check_sizes};
use schur_train::{MAX_BATCH, in_range};
use serde::Serialize;

use crate::args::PlanArgs;
use crate::error::Result;
use crate::exact_sizes;
use crate::say::{PAGE, answer, bytes, columns, ending, fitted, line, width};
use crate::timing::{Times, peak};
use crate::waiting::Waiting;

/// Bytes of an `f32`.
const BYTES: u128 = 4;

#[derive(Serialize)]
struct Report {
    group: String,
    batch: usize,
    /// Slices of volumes, 1 of images.
    depth: usize,
    height: usize,
    width: usize,
    parameters: usize,
    /// Per image.
    products: u128,
    memory: Memory,
    /// Images for training, and steps of an epoch.
    images: usize,
    steps: usize,
    /// Products per second of a large matrix product, where measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    peak: Option<f64>,
    /// Seconds of a step of the training of a batch, where measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    step_seconds: Option<f64>,
    /// Seconds of an epoch of such steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch_seconds: Option<f64>,
    layers: Vec<Row>,
    /// What the layers have to say, for example of fields that no kernel reaches, and where the network
    /// is not exact.
    notices: Vec<String>,
}

impl Report {
    /// What the network sees, and what it is made of.
    fn words(&self) -> [&'static str; 2] {
        match self.depth {
            1 => ["image", "pixels"],
            _ => ["volume", "voxels"],
        }
    }
}

/// Bytes of a training with a batch, in `f32`.
#[derive(Serialize)]
struct Memory {
    parameters: u128,
    /// Gradients of the parameters and the two moments of AdamW.
    optimizer: u128,
    /// Dense weights that plans expand.
    weights: u128,
    /// Outputs of all layers, which are kept for the backward pass.
    activations: u128,
    total: u128,
}

impl From<TrainingMemory> for Memory {
    fn from(of: TrainingMemory) -> Self {
        Self {
            parameters: of.parameters,
            optimizer: of.optimizer,
            weights: of.weights,
            activations: of.activations,
            total: of.total(),
        }
    }
}

#[derive(Serialize)]
struct Row {
    /// `3.body.1` is the first layer of the body of the branch that is layer 3.
    place: String,
    name: String,
    output: String,
    depth: usize,
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
    if let Some(path) = &args.picture {
        ending(path, "--picture", &["svg", "html"])?;
    }
    let mut config = config::of(args)?;
    config.train.path = args.path.unwrap_or(config.train.path);
    config.train.precision = args.precision.unwrap_or(config.train.precision);
    let parts = Parts::load(&config.data, config.task(), &Waiting::new());
    let parts = parts.map_err(|e| config::with_place(e, args, &config.data))?;
    let config = parts.complete(config)?.resolve()?;
    let network = config.network(&Device::flex())?;
    check_sizes(&network, parts.sizes())?;
    let domain = network.domain_of(parts.sizes())?;
    let mut report = measure(&network, args.batch, &domain)?;
    report
        .notices
        .extend(exact_sizes::note(&network, parts.sizes(), parts.own()));
    report.images = parts.train_len();
    report.steps = report.images.div_ceil(args.batch);
    if args.time {
        report.peak = Some(peak()?);
        time(
            network.layers(),
            &domain,
            args.batch,
            &mut report.layers.iter_mut(),
        )?;
        let step = measured::step(&config, &parts, args.batch)?;
        report.step_seconds = Some(step);
        report.epoch_seconds = Some(step * report.images as f64 / args.batch as f64);
    }
    if let Some(path) = &args.picture {
        let drawn = picture::draw(&report);
        let html = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("html"));
        let text = match html {
            true => picture::page(drawn, &report, &fitted(&text(&report), PAGE), &config)?,
            false => drawn.standalone(),
        };
        schur_nn::write_atomically(path, text.as_bytes())?;
    }
    answer(args.json, &report, || text(&report))
}

fn measure(network: &Network, batch: usize, domain: &Domain) -> Result<Report> {
    let [depth, height, width] = sizes_of(domain);
    let mut layers = Vec::new();
    rows(network.layers(), "", domain, batch, &mut layers)?;
    let products: u128 = layers.iter().map(|row| row.products).sum();
    let work: u128 = layers.iter().map(|row| row.work).sum();
    for row in &mut layers {
        row.share = row.work as f64 / work.max(1) as f64;
    }
    Ok(Report {
        group: network.group().name().to_string(),
        batch,
        depth,
        height,
        width,
        parameters: network.parameters(),
        products,
        memory: TrainingMemory::of(network, batch, domain)?.into(),
        images: 0,
        steps: 0,
        peak: None,
        step_seconds: None,
        epoch_seconds: None,
        layers,
        notices: network.notices(),
    })
}

/// [depth, height, width] of places: images have depth 1.
pub(crate) fn sizes_of(domain: &Domain) -> [usize; 3] {
    match domain {
        Domain::Grid(sizes) => *sizes,
        other => [1, other.size().0, other.size().1],
    }
}

/// Multiplications per image of all dense convolutions, also inside branches.
pub(crate) fn products(layers: &[AnyLayer], domain: &Domain) -> Result<u128> {
    let mut all = Vec::new();
    rows(layers, "", domain, 1, &mut all)?;
    Ok(all.iter().map(|row| row.products).sum())
}

/// One row per layer; a branch gives the rows of its layers.
fn rows(
    layers: &[AnyLayer],
    prefix: &str,
    domain: &Domain,
    batch: usize,
    all: &mut Vec<Row>,
) -> Result<()> {
    let mut domain = domain.clone();
    for (index, layer) in layers.iter().enumerate() {
        let place = format!("{prefix}{}", index + 1);
        let output = layer.output_domain(&domain)?;
        if let Some(branch) = layer.downcast_ref::<Branch>() {
            rows(
                branch.body(),
                &format!("{place}.body."),
                &domain,
                batch,
                all,
            )?;
            let shortcut = format!("{place}.shortcut.");
            rows(branch.shortcut(), &shortcut, &domain, batch, all)?;
            domain = output;
            continue;
        }
        let (mut products, mut path) = (0, String::new());
        let (mut path_products, mut work) = (0, 0);
        if let Some(plan) = layer.plan() {
            products = plan
                .dense_products(sizes_of(&domain))
                .map_err(schur_nn::NnError::from)?;
            let shape = plan.shape(batch, sizes_of(&domain));
            let cut = shape.and_then(|shape| plan.explain_cut(&shape));
            let cut = cut.map_err(schur_nn::NnError::from)?;
            path = format!("{}; {cut}", plan.explain());
            let mut costs = plan.costs().into_iter();
            if let Some(cost) = costs.find(|cost| cost.path == plan.path()) {
                let pixels = output.places() as u128;
                path_products = pixels * (cost.products + cost.transform + cost.filters);
                work = pixels * cost.work;
            }
        }
        domain = output;
        let [depth, height, width] = sizes_of(&domain);
        all.push(Row {
            place,
            name: layer.name(),
            output: layer.output_type().to_string(),
            depth,
            height,
            width,
            parameters: layer.parameters(),
            products,
            path_products,
            work,
            share: 0.0,
            activation_bytes: output_bytes(layer, batch, &domain),
            weight_bytes: weight_bytes(layer),
            path,
            times: None,
        });
    }
    Ok(())
}

/// Measures the convolutions, in the order of [`rows`].
fn time<'a>(
    layers: &[AnyLayer],
    domain: &Domain,
    batch: usize,
    rows: &mut impl Iterator<Item = &'a mut Row>,
) -> Result<()> {
    let mut domain = domain.clone();
    for layer in layers {
        if let Some(branch) = layer.downcast_ref::<Branch>() {
            time(branch.body(), &domain, batch, rows)?;
            time(branch.shortcut(), &domain, batch, rows)?;
        } else if let (Some(row), Some(plan)) = (rows.next(), layer.plan()) {
            row.times = Some(Times::of(plan, batch, sizes_of(&domain))?);
        }
        domain = layer.output_domain(&domain)?;
    }
    Ok(())
}

/// Sizes of places as people read them, of volumes even of one slice with all axes.
pub(crate) fn size_words(volumes: bool, sizes: [usize; 3], between: &str) -> String {
    let axes = &sizes[usize::from(!volumes)..];
    let axes: Vec<String> = axes.iter().map(usize::to_string).collect();
    axes.join(between)
}

/// What of the report the option `--time` has measured.
fn times(report: &Report, peak: f64, out: &mut String) {
    let per_second = |row: &Row, products: u128| {
        let seconds = row.times.map(|times| times.forward);
        seconds.map(|seconds| (products * report.batch as u128) as f64 / seconds)
    };
    // A small layer may be faster than the large matrix product: the whole of it is in the cache.
    let rates = report.layers.iter();
    let rates = rates.filter_map(|row| per_second(row, row.path_products));
    let best = rates.fold(peak, f64::max);
    line!(
        out,
        "\nMeasured, batch {}, times in ms. dX, dW: gradients by the input and by the weights; GF/s: \
         what a dense convolution would have to reach for this time; of best: the rate of the path's \
         own products, as a share of the best rate seen, {:.0} GF/s (a large matrix product reaches \
         {:.0}).\n",
        report.batch,
        2.0 * best / 1e9,
        2.0 * peak / 1e9
    );
    let head = ["layer", "", "forward", "dX", "dW", "GF/s", "of best"];
    let mut rows = vec![head.map(str::to_string).to_vec()];
    for row in &report.layers {
        let (Some(times), Some(own), Some(dense)) = (
            row.times,
            per_second(row, row.path_products),
            per_second(row, row.products),
        ) else {
            continue;
        };
        let ms = |seconds: f64| format!("{:.2}", 1e3 * seconds);
        rows.push(vec![
            row.place.clone(),
            row.name.clone(),
            ms(times.forward),
            ms(times.input_gradient),
            ms(times.parameter_gradient),
            format!("{:.0}", 2.0 * dense / 1e9),
            format!("{:.0} %", 100.0 * own / best),
        ]);
    }
    out.push_str(&columns(&rows, 2, width()));
    if let (Some(step), Some(epoch)) = (report.step_seconds, report.epoch_seconds) {
        line!(
            out,
            "\nA step of the whole training takes {:.1} ms, an epoch of {} and {} {}.",
            1e3 * step,
            counted(report.images, report.words()[0]),
            counted(report.steps, "step"),
            crate::made::duration(epoch)
        );
    }
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    let volumes = report.depth > 1;
    let [image, pixels] = report.words();
    line!(
        out,
        "{}: {} parameters, {} per {image} of {} {pixels}\n",
        report.group,
        report.parameters,
        match report.products {
            // Those on a sphere have no plan that counts.
            0 => "uncounted products".to_string(),
            n => format!("{:.1} M products", n as f64 / 1e6),
        },
        size_words(volumes, [report.depth, report.height, report.width], " x ")
    );
    let head = [
        "layer", "", pixels, "channels", "weights", "dense M", "path M", "time", "MB",
    ];
    let mut rows = vec![head.map(str::to_string).to_vec()];
    for row in &report.layers {
        let channels = row.activation_bytes
            / (BYTES * (report.batch * row.depth * row.height * row.width) as u128).max(1);
        let million = |n: u128| match n {
            0 => "-".to_string(),
            n => format!("{:.2}", n as f64 / 1e6),
        };
        rows.push(vec![
            row.place.clone(),
            row.name.clone(),
            size_words(volumes, [row.depth, row.height, row.width], "x"),
            channels.to_string(),
            row.parameters.to_string(),
            million(row.products),
            million(row.path_products),
            format!("{:.1}%", 100.0 * row.share),
            format!("{:.2}", row.activation_bytes as f64 / 1e6),
        ]);
    }
    out.push_str(&columns(&rows, 2, width()));
    line!(
        out,
        "\n{pixels}, channels: of the output. weights: parameters. dense M: million products \
         (multiplications with an addition) per {image} of the dense convolution; path M: of the path \
         that the engine takes, its transforms included. time: expected share of the time of all \
         convolutions. MB: the output of a batch of {}.",
        report.batch
    );
    let m = &report.memory;
    line!(
        out,
        "\nMemory of a training with batch {}: about {}: parameters {}, their gradients and the \
         optimizer's moments {}, expanded kernels {}, outputs of all layers {}, and gradients of the \
         two largest.",
        report.batch,
        bytes(m.total),
        bytes(m.parameters),
        bytes(m.optimizer),
        bytes(m.weights),
        bytes(m.activations)
    );
    match report.peak {
        Some(peak) => times(report, peak, &mut out),
        None => line!(
            out,
            "An epoch has {}, {}; --time measures how long that takes on this machine.",
            counted(report.images, image),
            counted(report.steps, "step")
        ),
    }
    for notice in &report.notices {
        line!(out, "\nnote: {notice}");
    }
    if report.layers.iter().any(|row| !row.path.is_empty()) {
        line!(out, "\nConvolutions, as the engine plans them:");
    }
    for row in report.layers.iter().filter(|row| !row.path.is_empty()) {
        line!(out, "\n{} {}, to {}", row.place, row.name, row.output);
        for part in row.path.lines() {
            line!(out, "  {part}");
        }
    }
    out
}
