//! `schur predict`.

mod answers;
mod mask;
mod rotation;
mod values;

use std::path::{Path, PathBuf};

use schur_data::{FilesBelow, counted};
use schur_nn::network::DomainKind;
use schur_train::RunDir;
use schur_train::images::{Predictor, Prepared, Task, argmax};
use serde::Serialize;

use crate::args::PredictArgs;
use crate::error::{Result, fail};
use crate::precision;
use crate::say::{complain, line};

use answers::{Answer, each};

/// Angles of `--rotate-sweep`, in degrees apart.
const SWEEP_STEP: usize = 15;

#[derive(Serialize)]
struct Class {
    class: usize,
    name: String,
    probabilities: Vec<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<Turned>,
    /// Of all classes.
    #[serde(skip)]
    names: Vec<String>,
    #[serde(skip)]
    volume: bool,
}

#[derive(Serialize)]
struct Turned {
    degrees: f64,
    class: usize,
    probabilities: Vec<f64>,
}

pub(crate) fn run(args: &PredictArgs) -> Result<()> {
    let mut trained = RunDir::open(&args.run)?.best_network(&args.device.open()?)?;
    precision::set(&mut trained, args.precision, args.device)?;
    let predictor = Predictor::new(trained)?;
    let images = &files(&args.images, predictor.sees_volumes());
    if args.out.is_some() && predictor.task() != Task::Segmentation {
        return fail("--out: only networks that give masks write files; leave it out");
    }
    match predictor.task() {
        Task::Classification => {}
        Task::Pose if predictor.sees_volumes() => return rotation::run(args, images, &predictor),
        Task::Pose => {
            let columns = ["degrees".to_string()];
            return each(args, images, &columns, |path| {
                Direction::of(&predictor, path, args.rotate_sweep)
            });
        }
        Task::Segmentation => return mask::run(args, images, &predictor),
        Task::Regression => return values::run(args, images, &predictor),
    }
    let domain = predictor.network().network().domain();
    if args.rotate_sweep && domain != DomainKind::Image {
        let place = if domain == DomainKind::Sphere {
            "sphere"
        } else {
            "strip"
        };
        return fail(format!(
            "--rotate-sweep: it turns images in the plane, and this network sees them on a {place}; \
             `schur eval` tests it on digits that are moved there"
        ));
    }
    let names = predictor.class_names().iter();
    let probabilities = names.map(|name| format!("P({name})"));
    let columns = ["class", "name"].map(str::to_string).into_iter();
    let columns: Vec<String> = columns.chain(probabilities).collect();
    each(args, images, &columns, |path| {
        Class::of(&predictor, path, args.rotate_sweep)
    })
}

/// A file to be answered, or a directory of which `problem` says why there is nothing to answer.
struct Asked {
    path: PathBuf,
    problem: Option<String>,
}

/// The files that are named, and in place of directories the pictures in them and below, by name;
/// without masks that an earlier prediction wrote beside them. These and others are counted.
fn files(named: &[PathBuf], volumes: bool) -> Vec<Asked> {
    let is_picture = |path: &PathBuf| !schur_data::is_found(path);
    let one = |path: PathBuf| Asked {
        path,
        problem: None,
    };
    let mut files = Vec::new();
    for path in named {
        let refuse = |problem: String| Asked {
            path: path.clone(),
            problem: Some(problem),
        };
        // A folder with slices is a volume.
        if !path.is_dir() || volumes && schur_data::slices(path).is_ok() {
            files.push(one(path.clone()));
            continue;
        }
        let mut below = match FilesBelow::open(path, volumes) {
            Ok(below) => below,
            Err(error) => {
                files.push(refuse(error.to_string()));
                continue;
            }
        };
        let all = below.files.len();
        below.files.retain(is_picture);
        let found = all - below.files.len();
        let found = (found > 0).then(|| counted(found, "mask") + " of an earlier prediction");
        let others = Some(below.other_words()).filter(|words| !words.is_empty());
        let others: Vec<String> = found.into_iter().chain(others).collect();
        let others = match others.is_empty() {
            true => String::new(),
            false => format!("passed over: {}", others.join(", ")),
        };
        if below.files.is_empty() {
            files.push(refuse(format!(
                "{}: there is no {} in this directory or below it{}",
                path.display(),
                match volumes {
                    true => "NIfTI or NumPy file and no folder of slices",
                    false => "PNG or JPEG file",
                },
                match (others.is_empty(), below.others.is_empty()) {
                    (true, _) => "; put some there".to_string(),
                    (_, true) => format!("; {others}"),
                    (_, false) => format!("; {others}: convert them"),
                }
            )));
            continue;
        }
        if !others.is_empty() {
            complain(&format!("{}: {others}", path.display()));
        }
        files.extend(below.files.into_iter().map(one));
    }
    files
}

#[derive(Serialize)]
struct Direction {
    /// By how much the digit is turned counter-clockwise, in (-180, 180].
    degrees: f64,
    /// (degrees by which the image was turned, found angle)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sweep: Vec<(f64, f64)>,
}

impl Direction {
    fn of(predictor: &Predictor, path: &Path, turn: bool) -> Result<Self> {
        let seen = predictor.prepare_file(path)?;
        Ok(Self {
            degrees: predictor.degrees(&seen)?,
            sweep: sweep(&seen, turn, |degrees, seen| {
                Ok((degrees, predictor.degrees(seen)?))
            })?,
        })
    }
}

impl Answer for Direction {
    fn text(&self) -> String {
        let mut out = String::new();
        line!(out, "turned by {:.1}°", self.degrees);
        for (turned, degrees) in &self.sweep {
            line!(out, "  {turned:>4.0}°  found {degrees:>6.1}°");
        }
        out
    }

    fn cells(&self) -> Vec<String> {
        vec![self.degrees.to_string()]
    }
}

impl Class {
    fn of(predictor: &Predictor, path: &Path, turn: bool) -> Result<Self> {
        let seen = predictor.prepare_file(path)?;
        let probabilities = predictor.probabilities(&seen)?;
        let class = argmax(&probabilities);
        Ok(Self {
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
            names: predictor.class_names().to_vec(),
            volume: predictor.sees_volumes(),
        })
    }
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

/// How images are turned, or volumes.
fn turned_words(volume: bool) -> &'static str {
    match volume {
        true => "turned counter-clockwise about z (along the slices)",
        false => "turned counter-clockwise",
    }
}

impl Answer for Class {
    fn text(&self) -> String {
        let (mut out, names) = (String::new(), &self.names);
        let longest = names.iter().map(|name| name.chars().count()).max();
        let wide = longest.unwrap_or(0).max(3);
        line!(
            out,
            "{} ({:.1} %)",
            self.name,
            100.0 * self.probabilities[self.class]
        );
        for (name, probability) in names.iter().zip(&self.probabilities) {
            let bar = "#".repeat((40.0 * probability).round() as usize);
            line!(out, "  {name:>wide$}  {:6.2} %  {bar}", 100.0 * probability);
        }
        if self.sweep.is_empty() {
            return out;
        }
        line!(
            out,
            "  {} by, what is found, and the probability of {}",
            turned_words(self.volume),
            self.name
        );
        for turned in &self.sweep {
            let of_upright = turned.probabilities[self.class];
            let bar = "#".repeat((40.0 * of_upright).round() as usize);
            line!(
                out,
                "  {:>4.0}°  {:<wide$}  {:6.2} %  {bar}",
                turned.degrees,
                names[turned.class],
                100.0 * of_upright
            );
        }
        out
    }

    fn cells(&self) -> Vec<String> {
        let first = [self.class.to_string(), self.name.clone()];
        let probabilities = self.probabilities.iter().map(f64::to_string);
        first.into_iter().chain(probabilities).collect()
    }
}
