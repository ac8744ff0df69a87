//! `schur check`: how exactly every layer commutes with every group element.

mod alike;
mod elements;
mod measure;
mod plots;
mod shifts;
mod verdict;

use std::process::ExitCode;

use burn::tensor::Device;
use schur_data::counted;
use schur_nn::Processor;
use schur_nn::network::DomainKind;
use schur_train::RunDir;
use schur_train::images::{Task, check_sizes};
use serde::Serialize;

use crate::args::CheckArgs;
use crate::error::{Result, fail};
use crate::plan::size_words;
use crate::say::{PAGE, answer, fitted, line, shortened};
use crate::waiting::Waiting;

use shifts::Shifts;

/// Most images to measure on: all go through the network at once.
const MAX_IMAGES: usize = 500;

#[derive(Serialize)]
struct Report {
    run: String,
    group: String,
    images: usize,
    /// These in words.
    tried_on: String,
    /// Largest defect that counts as exact, in `f64`.
    bound: f64,
    /// The elements that move pixels to pixels; none if that is the identity alone.
    elements: Vec<String>,
    /// Those of the group that move pixels between pixels.
    between: Vec<String>,
    /// How many further elements of the group were left out because they are many.
    omitted: usize,
    /// Rotations outside the group, in degrees.
    outside: Vec<f64>,
    /// Where the network goes over to a subgroup.
    restrictions: Vec<Restriction>,
    layers: Vec<LayerReport>,
    /// The whole network from image to logits.
    network: LayerReport,
    /// Shifts along the strip that the images are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    shifts: Option<Shifts>,
    /// What the layers have to say, for example of fields that no kernel reaches.
    notices: Vec<String>,
}

/// A layer behind which fields are of a subgroup.
#[derive(Serialize)]
struct Restriction {
    layer: String,
    from: String,
    to: String,
}

/// A report with what follows from it.
#[derive(Serialize)]
struct Said<'a> {
    #[serde(flatten)]
    report: &'a Report,
    passed: bool,
    verdict: String,
}

/// Defects `‖L(g x) - g L(x)‖ / ‖L(x)‖`.
#[derive(Serialize)]
struct LayerReport {
    /// `3.body.1` is the first layer of the body of the branch that is layer 3.
    place: String,
    name: String,
    input: String,
    output: String,
    /// Slices of volumes, 1 of images.
    depth: usize,
    height: usize,
    width: usize,
    /// Of this layer alone for every element of `elements`, in `f64`: these decide. Null for one that
    /// the network has given up.
    errors: Vec<Option<f64>>,
    /// The same as the network computes it, in `f32`: round-off.
    round_off: Vec<Option<f64>>,
    /// Largest of these that round-off explains.
    round_off_bound: f64,
    /// For every element of `elements`: why it can't be exact, if so.
    breaks: Vec<Option<String>>,
    /// From the image up to and including this layer, for every element of `between`, on sums of
    /// Gaussians and inside the disc; empty inside branches, null where no pixel is in the disc.
    between: Vec<Option<f64>>,
    /// From the image up to here, at every angle of `outside`, of features pooled over the group;
    /// empty inside branches.
    outside: Vec<f64>,
}

/// The index and the value of the largest number, or of the first that is none.
fn worst(errors: impl IntoIterator<Item = impl Into<Option<f64>>>) -> Option<(usize, f64)> {
    let larger = |a: (usize, f64), b: (usize, f64)| if b.1 <= a.1 || a.1.is_nan() { a } else { b };
    let known = errors.into_iter().map(Into::into).enumerate();
    known
        .filter_map(|(i, error)| Some((i, error?)))
        .reduce(larger)
}

pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode> {
    let run = RunDir::open(&args.run)?;
    let device = args.device.open()?;
    let trained = run.best_network(&device)?;
    if !(1..=MAX_IMAGES).contains(&args.images) {
        return fail(format!(
            "--images: {} is out of range; use 1 to {MAX_IMAGES}",
            args.images
        ));
    }
    let task = trained.config.task();
    let samples = trained.samples(&run, args.data.as_deref(), &Waiting::new())?;
    let (network, sizes) = (&trained.network, samples.sizes());
    check_sizes(network, sizes)?;
    let images = match task {
        Task::Segmentation => samples.images()?.first(args.images),
        _ => samples.upright().first(args.images),
    };
    let on_cpu = match Processor::is_cpu(&device) {
        true => None,
        false => Some(run.best_network(&Device::flex())?.network),
    };
    let name = args.run.display().to_string();
    let shrink = trained.config.data.is_own();
    if let Some(directory) = &args.out {
        if network.domain() != DomainKind::Image {
            return fail(
                "--out: plots are drawn of networks of images and volumes; leave it out, the text has all numbers",
            );
        }
        plots::check_place(directory)?;
    }
    let mut report = measure::all(network, on_cpu.as_ref(), &images, &name, shrink)?;
    report.tried_on = samples.words(report.images);
    if let Some(directory) = &args.out {
        let configuration = trained.config.to_toml()?;
        plots::write(
            directory,
            network,
            &report,
            measure::side(sizes),
            &fitted(&text(&report), PAGE),
            &configuration,
        )?;
    }
    let said = Said {
        report: &report,
        passed: report.passed(),
        verdict: report.verdict(),
    };
    answer(args.json, &said, || text(&report))?;
    Ok(if report.passed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Letters of elements whose names do not fit into the table: those that move pixels to pixels, and
/// the others.
const EXACT: char = 'g';
const BETWEEN: char = 'h';

fn text(report: &Report) -> String {
    let mut out = String::new();
    line!(
        out,
        "{}: {} on {}; defect ‖L(g x) - g L(x)‖ / ‖L(x)‖\n",
        report.run,
        report.group,
        report.tried_on
    );
    line!(
        out,
        "  {:<22} {:>6} {:>7} {:<7} {:>7} {:>7} {:<7} {:>7}",
        "layer",
        "input",
        "exact",
        "at",
        "32 bits",
        "between",
        "at",
        "outside"
    );
    let table = Table {
        bound: report.bound,
        elements: keys(&report.elements, EXACT),
        between: keys(&report.between, BETWEEN),
        volumes: report.network.depth > 1,
    };
    for layer in report.layers.iter().chain([&report.network]) {
        table.line(&mut out, layer);
    }
    line!(
        out,
        "
exact    each layer alone, in 64 bits, at what moves pixels to pixels; the
         bound is {:.0e}
32 bits  the same in the numbers that the network computes with: round-off
between  from the image to the layer, at elements that move pixels between
         pixels; on sums of Gaussians, in the disc, features interpolated
outside  the same at rotations that are not in the group{}
!        not exact",
        report.bound,
        match report.outside.len() {
            0 => "; none was tried".to_string(),
            n => format!(
                ", mean of {}{};\n         features pooled over the group",
                counted(n, "angle"),
                if report.network.depth > 1 {
                    " about z"
                } else {
                    ""
                }
            ),
        }
    );
    element_lines(&mut out, report);
    for layer in &report.layers {
        let mut breaks = layer.breaks.iter().enumerate();
        if let Some((element, why)) = breaks.find_map(|(i, why)| Some((i, why.as_deref()?))) {
            line!(
                out,
                "\nlayer {} ({}) does not commute with {}: {why}",
                layer.place,
                layer.name,
                report.elements[element]
            );
        }
    }
    if let Some(shifts) = &report.shifts {
        line!(out, "\n{}", shifts.text(report.bound));
    }
    for notice in &report.notices {
        line!(out, "\nnote: {notice}");
    }
    line!(out, "\n{}", report.verdict());
    out
}

/// What stands for elements in the columns of a table: their names, or where one is too long a
/// letter with the number from 1.
fn keys(names: &[String], letter: char) -> Vec<String> {
    const ROOM: usize = 7;
    let fits = names.iter().all(|name| name.chars().count() <= ROOM);
    let key = |(index, name): (usize, &String)| match fits {
        true => name.clone(),
        false => format!("{letter}{}", index + 1),
    };
    names.iter().enumerate().map(key).collect()
}

/// The names with what stands for them.
fn explained(names: &[String], letter: char) -> Vec<String> {
    let both = |(key, name): (String, &String)| match key == *name {
        true => key,
        false => format!("{key} {name}"),
    };
    keys(names, letter)
        .into_iter()
        .zip(names)
        .map(both)
        .collect()
}

/// Every element of the group and every rotation outside it, for the whole network.
fn element_lines(out: &mut String, report: &Report) {
    line!(out, "\nwhole network, element by element");
    let of_layers = |element: usize| {
        let layers = report.layers.iter().chain([&report.network]);
        let errors = layers.filter_map(|layer| layer.errors[element]);
        errors.fold(0.0, f64::max)
    };
    let given_up = |element: usize| {
        let layer = (report.layers.iter()).find(|layer| layer.errors[element].is_none());
        layer.map_or("", |layer| &layer.place)
    };
    let names = explained(&report.elements, EXACT);
    let between = explained(&report.between, BETWEEN);
    let all = names.iter().chain(&between);
    let wide = all.map(|name| name.chars().count()).max().unwrap_or(0);
    let wide = wide.max(12);
    for (element, name) in names.iter().enumerate() {
        let network = &report.network;
        let of_network = match (network.errors[element], network.round_off[element]) {
            (Some(double), Some(single)) => {
                format!("{double:>8.1e} in 64 bits, {single:>8.1e} in 32")
            }
            _ => format!("given up by layer {}", given_up(element)),
        };
        line!(
            out,
            "   {name:<wide$} {of_network}; worst layer {:.1e}",
            of_layers(element),
        );
    }
    let measured = between.iter().zip(&report.network.between);
    for (name, error) in measured.filter_map(|(name, error)| Some((name, (*error)?))) {
        line!(
            out,
            "   {name:<wide$} {error:>8.4} measured, between the pixels"
        );
    }
    for (degrees, error) in report.outside.iter().zip(&report.network.outside) {
        line!(
            out,
            "   {:<wide$} {error:>8.4} measured, not in the group",
            format!("{degrees}°")
        );
    }
}

/// What all lines of the table of layers share.
struct Table {
    bound: f64,
    /// What stands for the elements ([`keys`]).
    elements: Vec<String>,
    between: Vec<String>,
    volumes: bool,
}

impl Table {
    fn line(&self, out: &mut String, layer: &LayerReport) {
        let name = match layer.name.split_once('(') {
            // What is inside stands in the lines before.
            Some((kind, _)) => kind.trim_end(),
            None => &layer.name,
        };
        let name = format!("{} {name}", layer.place);
        let at = |worst: Option<(usize, f64)>, names: &[String]| match worst {
            Some((element, error)) if error != 0.0 => names[element].clone(),
            _ => "-".to_string(),
        };
        let exact = |worst: Option<(usize, f64)>| match worst {
            Some((_, error)) => format!("{error:.1e}"),
            None => "-".to_string(),
        };
        let measured = |error: Option<f64>| match error {
            Some(error) => format!("{error:.4}"),
            None => "-".to_string(),
        };
        let of = |errors: &[Option<f64>]| worst(errors.iter().copied());
        let between = worst(layer.between.iter().copied());
        let mean = |errors: &[f64]| {
            let sum: f64 = errors.iter().sum();
            (!errors.is_empty()).then(|| sum / errors.len() as f64)
        };
        let size = size_words(self.volumes, [layer.depth, layer.height, layer.width], "x");
        // Wide sizes take the room of the name.
        let wide = 28 - size.chars().count().max(6);
        line!(
            out,
            "{} {:<wide$} {size:>6} {:>7} {:<7} {:>7} {:>7} {:<7} {:>7}",
            match layer.is_exact(self.bound) {
                true => " ",
                false => "!",
            },
            shortened(&name, wide),
            exact(of(&layer.errors)),
            at(of(&layer.errors), &self.elements),
            exact(of(&layer.round_off)),
            measured(between.map(|(_, error)| error)),
            at(between, &self.between),
            measured(mean(&layer.outside)),
        );
    }
}
