//! `schur scaling`: what a convolution costs against group order, width, batch and image size.

use burn::tensor::Device;
use schur_lab::Table;
use schur_lab::figure::{Axis, Chart, Figure, Series};
use schur_lab::page::Page;
use schur_nn::{EquivariantConv, EquivariantConvConfig, FieldType, Layer};
use serde::Serialize;

use crate::args::ScalingArgs;
use crate::error::Result;
use crate::made::{cpu, made};
use crate::say::{emit, say, to_json};
use crate::timing::{Times, peak};

/// Parameters of the layer at every group.
const PARAMETERS: usize = 100_000;
const GROUPS: [&str; 9] = ["C1", "C2", "C4", "C8", "C16", "D1", "D2", "D4", "D8"];
const KERNEL: usize = 5;

/// One layer: regular fields to as many, 5 x 5, padded to the same size.
#[derive(Serialize)]
struct Point {
    group: &'static str,
    order: usize,
    fields: usize,
    batch: usize,
    /// Height and width in pixels.
    size: usize,
    parameters: usize,
    /// Products per output pixel of the dense convolution.
    dense_products: u128,
    /// Products of the chosen path, transforms and filters included.
    path_products: u128,
    path: &'static str,
    /// Seconds of the chosen path.
    times: Times,
    /// Seconds densely, where measured.
    dense: Option<Times>,
}

#[derive(Serialize)]
struct Report {
    threads: usize,
    /// Products per second of a large matrix product.
    peak: f64,
    group: Vec<Point>,
    width: Vec<Point>,
    batch: Vec<Point>,
    size: Vec<Point>,
}

pub(crate) fn run(args: &ScalingArgs) -> Result<()> {
    schur_nn::try_directory(&args.out)?;
    let report = measure()?;
    let write = |name: String, text: &str| -> Result<()> {
        Ok(schur_nn::write_atomically(
            &args.out.join(name),
            text.as_bytes(),
        )?)
    };
    let figures = figures(&report);
    for figure in &figures {
        write(format!("{}.svg", figure.name), &figure.standalone())?;
    }
    write("scaling.json".to_string(), &to_json(&report)?)?;
    let mut page = Page::new("What a convolution costs");
    page.text(&format!(
        "Times are least of several runs, in f32 on {} threads; a large matrix product reaches {:.0} \
         GF/s.",
        report.threads,
        2.0 * report.peak / 1e9
    ));
    page.figures(&figures);
    page.table(&table(&report));
    page.made(&made(&cpu(), None), "");
    write("index.html".to_string(), &page.html())?;
    emit(&format!(
        "plots, scaling.json and a page, index.html, are in {}",
        args.out.display()
    ))
}

/// All points as a table of the page.
fn table(report: &Report) -> Table {
    let head = [
        "group",
        "fields",
        "batch",
        "pixels of a side",
        "parameters",
        "path",
        "forward ms",
        "input gradient ms",
        "weight gradient ms",
    ];
    let mut table = Table::new("scaling", "Measured", &head);
    let families = [&report.group, &report.width, &report.batch, &report.size];
    for p in families.into_iter().flatten() {
        let times = [
            p.times.forward,
            p.times.input_gradient,
            p.times.parameter_gradient,
        ];
        let numbers = [p.fields, p.batch, p.size, p.parameters].map(|n| n.to_string());
        let mut row = vec![p.group.to_string()];
        row.extend(numbers);
        row.push(p.path.to_string());
        row.extend(times.map(|t| format!("{:.2}", 1e3 * t)));
        table.row(row);
    }
    table
}

fn measure() -> Result<Report> {
    let peak = peak()?;
    say!(
        "{} threads; a large matrix product reaches {:.0} GF/s\n",
        threads(),
        2.0 * peak / 1e9
    );
    say!("{}", heading());
    let mut groups = Vec::new();
    for group in GROUPS {
        let one = layer(group, 1)?.parameters();
        let fields = ((PARAMETERS as f64 / one as f64).sqrt().round() as usize).max(1);
        groups.push(point(group, fields, 16, 16, true)?);
    }
    let family = |settings: &[(usize, usize, usize)]| -> Result<Vec<Point>> {
        say!();
        let points = settings.iter();
        points
            .map(|&(fields, batch, size)| point("C8", fields, batch, size, false))
            .collect()
    };
    Ok(Report {
        threads: threads(),
        peak,
        group: groups,
        width: family(&[4, 8, 16, 32, 64].map(|fields| (fields, 16, 16)))?,
        batch: family(&[1, 2, 4, 8, 16, 32, 64].map(|batch| (16, batch, 16)))?,
        size: family(&[7, 14, 28, 56].map(|size| (16, 8, size)))?,
    })
}

/// Threads of the engine.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn layer(group: &str, fields: usize) -> Result<EquivariantConv> {
    let fields = FieldType::parse(&format!("{group}: {fields} regular"))?;
    let config = EquivariantConvConfig::new(&fields, &fields, KERNEL);
    Ok(config.with_padding(KERNEL / 2).init(&Device::flex())?)
}

fn point(
    group: &'static str,
    fields: usize,
    batch: usize,
    size: usize,
    densely: bool,
) -> Result<Point> {
    let conv = layer(group, fields)?;
    let plan = conv.plan();
    let costs = plan.costs();
    let dense = costs[0];
    let chosen = costs.iter().find(|cost| cost.path == plan.path());
    let chosen = *chosen.unwrap_or(&dense);
    let times = Times::of(plan, batch, [1, size, size])?;
    let dense_times = if !densely {
        None
    } else if chosen.path == dense.path {
        Some(times)
    } else {
        let plan = plan
            .clone()
            .with_path(dense.path)
            .map_err(schur_nn::NnError::from)?;
        Some(Times::of(&plan, batch, [1, size, size])?)
    };
    let point = Point {
        group,
        order: conv.output_type().channels() / fields,
        fields,
        batch,
        size,
        parameters: conv.parameters(),
        dense_products: dense.products,
        path_products: chosen.products + chosen.transform + chosen.filters,
        path: chosen.path.name(),
        times,
        dense: dense_times,
    };
    say!("{}", row(&point));
    Ok(point)
}

fn heading() -> String {
    format!(
        "Times in ms; dX, dW: gradients by the input and by the weights; GF/s: of the products of the \
         path itself, forward.\n\n\
         {:<5} {:>6} {:>5} {:>4} {:>7} {:>8} {:>7} {:>7} {:>5}  path",
        "group", "fields", "batch", "size", "weights", "forward", "dX", "dW", "GF/s"
    )
}

fn row(point: &Point) -> String {
    let pixels = (point.batch * point.size * point.size) as f64;
    let rate = 2.0 * point.path_products as f64 * pixels / point.times.forward;
    format!(
        "{:<5} {:>6} {:>5} {:>4} {:>7} {:>8.2} {:>7.2} {:>7.2} {:>5.0}  {}",
        point.group,
        point.fields,
        point.batch,
        point.size,
        point.parameters,
        1e3 * point.times.forward,
        1e3 * point.times.input_gradient,
        1e3 * point.times.parameter_gradient,
        rate / 1e9,
        point.path
    )
}

fn figures(report: &Report) -> Vec<Figure> {
    // Groups have a few parameters more or less than planned.
    let per = |point: &Point, step: f64| 1e3 * step * PARAMETERS as f64 / point.parameters as f64;
    let of_groups = |cyclic: bool, dense: bool| -> Vec<(f64, f64)> {
        (report.group.iter())
            .filter(|p| p.group.starts_with('C') == cyclic)
            .map(|p| {
                let times = if dense {
                    p.dense.unwrap_or(p.times)
                } else {
                    p.times
                };
                (p.order as f64, per(p, times.step()))
            })
            .collect()
    };
    let chart = Chart::new(
        Axis::new("order of the group")
            .logarithmic()
            .ticks(&[1.0, 2.0, 4.0, 8.0, 16.0]),
        Axis::new("ms per training step of the layer").logarithmic(),
    );
    let groups = chart
        .with(Series::new(
            "C_n, path of the plan",
            0,
            of_groups(true, false),
        ))
        .with(Series::new("C_n, dense", 0, of_groups(true, true)).dashed())
        .with(Series::new(
            "D_n, path of the plan",
            1,
            of_groups(false, false),
        ))
        .with(Series::new("D_n, dense", 1, of_groups(false, true)).dashed());
    let line = |name, title: &str, x: &str, points: Vec<(f64, [f64; 3])>| {
        let measured: Vec<f64> = points.iter().map(|p| p.0).collect();
        let of = |index: usize| points.iter().map(|(x, y)| (*x, y[index])).collect();
        let chart = Chart::new(
            Axis::new(x).logarithmic().ticks(&measured),
            Axis::new("microseconds per image").logarithmic(),
        );
        let chart = chart
            .with(Series::new("forward", 0, of(0)))
            .with(Series::new("input gradient", 1, of(1)))
            .with(Series::new("parameter gradient", 2, of(2)));
        Figure::new(name, title, "", chart.draw())
    };
    let per_image = |points: &[Point], x: fn(&Point) -> usize| {
        let values = points.iter().map(|p| {
            let image = |seconds: f64| 1e6 * seconds / p.batch as f64;
            let t = &p.times;
            let times = [t.forward, t.input_gradient, t.parameter_gradient];
            (x(p) as f64, times.map(image))
        });
        values.collect()
    };
    vec![
        Figure::new(
            "scaling-group",
            format!(
                "Regular fields, {KERNEL} x {KERNEL}, {PARAMETERS} parameters, 16 images of 16 x 16"
            ),
            "",
            groups.draw(),
        ),
        line(
            "scaling-width",
            "C8, 16 images of 16 x 16 pixels: cost against the number of fields",
            "regular fields in and out",
            per_image(&report.width, |p| p.fields),
        ),
        line(
            "scaling-batch",
            "C8, 16 fields, 16 x 16 pixels: cost per image against the batch",
            "images",
            per_image(&report.batch, |p| p.batch),
        ),
        line(
            "scaling-size",
            "C8, 16 fields, 8 images: cost against the size of the image",
            "pixels of a side",
            per_image(&report.size, |p| p.size),
        ),
    ]
}
