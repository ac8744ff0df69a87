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

/// What is measured: layers of images or of volumes.
struct Grid {
    /// Two axes or three.
    axes: usize,
    kernel: usize,
    groups: &'static [&'static str],
    /// Those that do not begin with a C, in words.
    others: &'static str,
    /// The group whose width, batch and size are varied.
    group: &'static str,
    /// Batch and side at which groups and widths are compared.
    batch: usize,
    side: usize,
    /// Fields that are compared, and how many while batch and side vary.
    widths: &'static [usize],
    fields: usize,
    batches: &'static [usize],
    /// Sides, at half of the batch.
    sides: &'static [usize],
}

const IMAGES: Grid = Grid {
    axes: 2,
    kernel: 5,
    groups: &["C1", "C2", "C4", "C8", "C16", "D1", "D2", "D4", "D8"],
    others: "D_n",
    group: "C8",
    batch: 16,
    side: 16,
    widths: &[4, 8, 16, 32, 64],
    fields: 16,
    batches: &[1, 2, 4, 8, 16, 32, 64],
    sides: &[7, 14, 28, 56],
};

const VOLUMES: Grid = Grid {
    axes: 3,
    kernel: 3,
    groups: &[
        "C1 in space",
        "C2 in space",
        "C4 in space",
        "D2 in space",
        "D4 in space",
        "T",
        "O",
        "Oh",
    ],
    others: "D_n, T, O, O_h",
    group: "O",
    batch: 4,
    side: 12,
    widths: &[1, 2, 4, 8],
    fields: 4,
    batches: &[1, 2, 4, 8],
    sides: &[6, 12, 24],
};

impl Grid {
    /// Pixels or voxels.
    fn places(&self) -> &'static str {
        ["pixels", "voxels"][self.axes - 2]
    }

    /// One that the network sees.
    fn image(&self) -> &'static str {
        ["image", "volume"][self.axes - 2]
    }

    /// `n` along every axis, such as "5 x 5".
    fn along(&self, n: usize) -> String {
        vec![n.to_string(); self.axes].join(" x ")
    }

    /// Depth, height, width.
    fn sizes(&self, side: usize) -> [usize; 3] {
        [if self.axes == 2 { 1 } else { side }, side, side]
    }
}

/// One layer: regular fields to as many, padded to the same size.
#[derive(Serialize)]
struct Point {
    group: &'static str,
    order: usize,
    fields: usize,
    batch: usize,
    /// Pixels or voxels along each axis.
    size: usize,
    parameters: usize,
    /// Products per output pixel or voxel of the dense convolution.
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
    let grid = if args.volumes { VOLUMES } else { IMAGES };
    let report = measure(&grid)?;
    let write = |name: String, text: &str| -> Result<()> {
        Ok(schur_nn::write_atomically(
            &args.out.join(name),
            text.as_bytes(),
        )?)
    };
    let figures = figures(&grid, &report);
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
    page.table(&table(&grid, &report));
    page.made(&made(&cpu(), None), "");
    write("index.html".to_string(), &page.html())?;
    emit(&format!(
        "plots, scaling.json and a page, index.html, are in {}",
        args.out.display()
    ))
}

/// All points as a table of the page.
fn table(grid: &Grid, report: &Report) -> Table {
    let side = ["pixels of a side", "voxels of a side"][grid.axes - 2];
    let head = [
        "group",
        "fields",
        "batch",
        side,
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

fn measure(grid: &Grid) -> Result<Report> {
    let peak = peak()?;
    say!(
        "{} threads; a large matrix product reaches {:.0} GF/s\n",
        threads(),
        2.0 * peak / 1e9
    );
    say!("{}", heading());
    let mut groups = Vec::new();
    for group in grid.groups {
        let one = layer(grid, group, 1)?.parameters();
        let fields = ((PARAMETERS as f64 / one as f64).sqrt().round() as usize).max(1);
        groups.push(point(grid, group, (fields, grid.batch, grid.side), true)?);
    }
    // Of fields, batch and side.
    let family = |settings: &[usize], of: &dyn Fn(usize) -> (usize, usize, usize)| {
        say!();
        let points = settings.iter();
        points
            .map(|&n| point(grid, grid.group, of(n), false))
            .collect::<Result<Vec<Point>>>()
    };
    Ok(Report {
        threads: threads(),
        peak,
        group: groups,
        width: family(grid.widths, &|fields| (fields, grid.batch, grid.side))?,
        batch: family(grid.batches, &|batch| (grid.fields, batch, grid.side))?,
        size: family(grid.sides, &|side| (grid.fields, grid.batch / 2, side))?,
    })
}

/// Threads of the engine.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn layer(grid: &Grid, group: &str, fields: usize) -> Result<EquivariantConv> {
    let fields = FieldType::parse(&format!("{group}: {fields} regular"))?;
    let config = EquivariantConvConfig::new(&fields, &fields, grid.kernel);
    let config = config.with_padding(grid.kernel / 2);
    Ok(config.init(&Device::flex())?)
}

fn point(
    grid: &Grid,
    group: &'static str,
    (fields, batch, size): (usize, usize, usize),
    densely: bool,
) -> Result<Point> {
    let conv = layer(grid, group, fields)?;
    let plan = conv.plan();
    let costs = plan.costs();
    let dense = costs[0];
    let chosen = costs.iter().find(|cost| cost.path == plan.path());
    let chosen = *chosen.unwrap_or(&dense);
    let times = Times::of(plan, batch, grid.sizes(size))?;
    let dense_times = if !densely {
        None
    } else if chosen.path == dense.path {
        Some(times)
    } else {
        let plan = plan
            .clone()
            .with_path(dense.path)
            .map_err(schur_nn::NnError::from)?;
        Some(Times::of(&plan, batch, grid.sizes(size))?)
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
    say!("{}", row(grid, &point));
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

fn row(grid: &Grid, point: &Point) -> String {
    let pixels = (point.batch * grid.sizes(point.size).iter().product::<usize>()) as f64;
    let rate = 2.0 * point.path_products as f64 * pixels / point.times.forward;
    format!(
        "{:<5} {:>6} {:>5} {:>4} {:>7} {:>8.2} {:>7.2} {:>7.2} {:>5.0}  {}",
        // All or none of them are of space.
        point.group.trim_end_matches(" in space"),
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

fn figures(grid: &Grid, report: &Report) -> Vec<Figure> {
    let image = grid.image();
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
    let mut orders: Vec<f64> = report.group.iter().map(|p| p.order as f64).collect();
    orders.sort_by(f64::total_cmp);
    orders.dedup();
    let chart = Chart::new(
        Axis::new("order of the group").logarithmic().ticks(&orders),
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
            format!("{}, path of the plan", grid.others),
            1,
            of_groups(false, false),
        ))
        .with(Series::new(format!("{}, dense", grid.others), 1, of_groups(false, true)).dashed());
    let line = |name, title: &str, x: &str, points: Vec<(f64, [f64; 3])>| {
        let measured: Vec<f64> = points.iter().map(|p| p.0).collect();
        let of = |index: usize| points.iter().map(|(x, y)| (*x, y[index])).collect();
        let chart = Chart::new(
            Axis::new(x).logarithmic().ticks(&measured),
            Axis::new(format!("microseconds per {image}")).logarithmic(),
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
    let (group, batch, fields) = (grid.group, grid.batch, grid.fields);
    let size = format!("{} {}", grid.along(grid.side), grid.places());
    vec![
        Figure::new(
            "scaling-group",
            format!(
                "Regular fields, {}, {PARAMETERS} parameters, {batch} {image}s of {size}",
                grid.along(grid.kernel)
            ),
            "",
            groups.draw(),
        ),
        line(
            "scaling-width",
            &format!("{group}, {batch} {image}s of {size}: cost against the number of fields"),
            "regular fields in and out",
            per_image(&report.width, |p| p.fields),
        ),
        line(
            "scaling-batch",
            &format!("{group}, {fields} fields, {size}: cost per {image} against the batch"),
            &format!("{image}s"),
            per_image(&report.batch, |p| p.batch),
        ),
        line(
            "scaling-size",
            &format!(
                "{group}, {fields} fields, {} {image}s: cost against the size of the {image}",
                batch / 2
            ),
            &format!("{} of a side", grid.places()),
            per_image(&report.size, |p| p.size),
        ),
    ]
}
