//! `schur predict`.

mod mask;
mod values;

use std::path::{Path, PathBuf};

use schur_nn::network::DomainKind;
use schur_train::images::{Predictor, Prepared, Task, argmax};
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{CliError, Result, fail};
use crate::say::{emit, emit_data, line, to_json};

/// Angles of `--rotate-sweep`, in degrees apart.
const SWEEP_STEP: usize = 15;

#[derive(Serialize)]
struct Output {
    image: String,
    class: usize,
    name: String,
    probabilities: Vec<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<Turned>,
}

#[derive(Serialize)]
struct Turned {
    degrees: f64,
    class: usize,
    probabilities: Vec<f64>,
}

pub(crate) fn run(args: &PredictArgs) -> Result<()> {
    let predictor = Predictor::load(&args.run, &args.device.open()?)?;
    let masks = predictor.task() == Task::Segmentation;
    let images = &files(&args.images, masks, predictor.sees_volumes())?;
    if args.out.is_some() && predictor.task() != Task::Segmentation {
        return fail("--out: only networks that give masks write files; leave it out");
    }
    match predictor.task() {
        Task::Classification => {}
        Task::Pose => return directions(args, images, &predictor),
        Task::Segmentation => return mask::run(args, images, &predictor),
        Task::Regression => return values::run(args, images, &predictor),
    }
    let domain = predictor.network().network().domain();
    if args.rotate_sweep && domain == DomainKind::Sphere {
        return fail(
            "--rotate-sweep: it turns images in the plane, and this network sees them on a sphere; \
             `schur eval` tests it on digits that are turned with the sphere",
        );
    }
    // As text every answer goes out as soon as it is known; JSON is one list of all.
    let mut outputs = Vec::new();
    for path in images {
        let output = predict(&predictor, path, args.rotate_sweep)?;
        if args.json {
            outputs.push(output);
        } else {
            emit(&text(&output, predictor.class_names()))?;
        }
    }
    if args.json {
        emit_data(&to_json(&outputs)?)?;
    }
    Ok(())
}

/// The files that are named, and in place of directories the pictures in them, by name; without what
/// an earlier prediction of masks wrote beside them.
fn files(named: &[PathBuf], masks: bool, volumes: bool) -> Result<Vec<PathBuf>> {
    let picture = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if masks && name.contains("-mask.") {
            return false;
        }
        let ending = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        let hidden = path
            .file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with('.'));
        let known = match volumes {
            true => schur_data::Volume::is_one(path),
            false => ["png", "jpg", "jpeg"]
                .iter()
                .any(|e| e.eq_ignore_ascii_case(ending)),
        };
        !hidden && known && path.is_file()
    };
    let mut files = Vec::new();
    for path in named {
        // A folder with slices is a volume.
        if !path.is_dir() || volumes && schur_data::slices(path).is_ok() {
            files.push(path.clone());
            continue;
        }
        let refuse = |e: std::io::Error| CliError::io("reading directory", path, &e);
        let entries = std::fs::read_dir(path).map_err(refuse)?;
        let mut inside = Vec::new();
        for entry in entries {
            inside.push(entry.map_err(refuse)?.path());
        }
        inside.retain(picture);
        if inside.is_empty() {
            return fail(format!(
                "{}: there is no {} file in this directory; name the one below it that has some",
                path.display(),
                match volumes {
                    true => "NIfTI or NumPy",
                    false => "PNG or JPEG",
                }
            ));
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

#[derive(Serialize)]
struct Direction {
    image: String,
    /// By how much the digit is turned counter-clockwise, in (-180, 180].
    degrees: f64,
    /// (degrees by which the image was turned, found angle)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<(f64, f64)>,
}

fn directions(args: &PredictArgs, images: &[PathBuf], predictor: &Predictor) -> Result<()> {
    let mut found = Vec::new();
    for path in images {
        let seen = predictor.prepare_file(path)?;
        found.push(Direction {
            image: path.display().to_string(),
            degrees: predictor.degrees(&seen)?,
            sweep: sweep(&seen, args.rotate_sweep, |degrees, seen| {
                Ok((degrees, predictor.degrees(seen)?))
            })?,
        });
    }
    if args.json {
        return emit_data(&to_json(&found)?);
    }
    let mut out = String::new();
    for one in found {
        line!(out, "{}: turned by {:.1}°", one.image, one.degrees);
        for (turned, degrees) in one.sweep {
            line!(out, "  {turned:>4.0}°  found {degrees:>6.1}°");
        }
    }
    emit(&out)
}

fn predict(predictor: &Predictor, path: &Path, turn: bool) -> Result<Output> {
    let seen = predictor.prepare_file(path)?;
    let probabilities = predictor.probabilities(&seen)?;
    let class = argmax(&probabilities);
    Ok(Output {
        image: path.display().to_string(),
        class,
        name: predictor.class_names()[class].clone(),
        probabilities,
        sweep: sweep(&seen, turn, |degrees, seen| {
            let probabilities = predictor.probabilities(seen)?;
            Ok(Turned {
                degrees,
                class: argmax(&probabilities),
                probabilities,
            })
        })?,
    })
}

/// An answer for every angle of `--rotate-sweep`; none without it.
fn sweep<T>(
    seen: &Prepared,
    turn: bool,
    answer: impl Fn(f64, &Prepared) -> Result<T>,
) -> Result<Vec<T>> {
    let angles = (0..360_usize).step_by(SWEEP_STEP).filter(|_| turn);
    angles
        .map(|degrees| {
            let degrees = degrees as f64;
            answer(degrees, &seen.turned(degrees)?)
        })
        .collect()
}

fn text(output: &Output, names: &[String]) -> String {
    let mut out = String::new();
    let longest = names.iter().map(|name| name.chars().count()).max();
    let wide = longest.unwrap_or(0).max(3);
    line!(
        out,
        "{}: {} ({:.1} %)",
        output.image,
        output.name,
        100.0 * output.probabilities[output.class]
    );
    for (name, probability) in names.iter().zip(&output.probabilities) {
        let bar = "#".repeat((40.0 * probability).round() as usize);
        line!(out, "  {name:>wide$}  {:6.2} %  {bar}", 100.0 * probability);
    }
    if output.sweep.is_empty() {
        return out;
    }
    line!(out, "  turned counter-clockwise by");
    for turned in &output.sweep {
        let probability = turned.probabilities[turned.class];
        let of_upright = turned.probabilities[output.class];
        let bar = "#".repeat((40.0 * of_upright).round() as usize);
        line!(
            out,
            "  {:>4.0}°  class {} ({:6.2} %)   P({}) {:6.2} %  {bar}",
            turned.degrees,
            names[turned.class],
            100.0 * probability,
            output.name,
            100.0 * of_upright
        );
    }
    out
}
