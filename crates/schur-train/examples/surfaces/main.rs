//! Learning on surfaces: a gauge-equivariant network against two without that symmetry, of equally many
//! parameters, on meshes that were not trained on.
//!
//! ```text
//! surfaces heat DIR [EPOCHS [SEED]]             the heat equation, by an implicit solver
//! surfaces wave DIR [EPOCHS [SEED]]             the wave equation, from places and velocities
//! surfaces segments FILE DIR [EPOCHS [SEED]]    a class for every vertex, from an archive of meshes
//!                                               (`MeshArchive`)
//! surfaces digits SURFACE PLACES DIR [EPOCHS [SEED]]
//!                                               MNIST digits on a `sphere`, an `ellipsoid`, `bumps` or a
//!                                               `torus`, trained `upright` (near one vertex, in one turn)
//!                                               or `turned` (anywhere, in any turn), tested as both, and
//!                                               turned on the other surfaces
//! ```
//!
//! The networks are the same residual network with other fields: `gauge` has functions on SO(2) up to
//! frequency 2 (for digits and segments scalars, and vectors with gates), carried along by parallel
//! transport; `scalars` has scalars only, whose kernels are isotropic; `no-transport` has no symmetry and takes the frames of all vertices for one. DIR has the run of
//! each of them: what is interrupted goes on when the command is given again, and another one is refused. The
//! epoch is chosen by the loss on meshes for validation; files `test-*.json` have what it gives on others.
//! `bench/surfaces` runs several seeds.

mod compare;
mod digits;
mod meshes;
mod net;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::Tensor;
use schur_data::{LabelledMesh, MeshArchive};
use schur_math::surface::Reach;
use schur_nn::{Field, FieldType, PointGraph};
use schur_train::{LossAndScore, LossOnly, Result, Tally};

use compare::{Example, NETWORKS, Parts, Set, Task, over};
use digits::digits_task;
use meshes::{Equation, Labels, SHAPE, Segmented, bumpy, solved, surface};
use net::Net;

/// Keeps the memory of large tensors from one step to the next.
#[global_allocator]
static ALLOCATOR: schur_engine::KeepingAllocator = schur_engine::KeepingAllocator::new();

type Anything<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Copies of functions on SO(2) in the network with gauge symmetry.
const COPIES: usize = 8;
/// Copies of every vector field and half of those of scalars in the network for segments.
const SEGMENT_COPIES: usize = 12;

fn equation_task(
    (name, equation): (&'static str, Equation),
    dir: &Path,
    (epochs, seed): (usize, u64),
) -> Anything<()> {
    let task = Task {
        name,
        scalars: equation.inputs(),
        tangent: [0; 2],
        out: 1,
        classes: None,
        gated: None,
        copies: COPIES,
        example: PointGraph::on_surface(&surface(&bumpy(0)?)?, Reach::Rings(1))?,
        dir,
        epochs,
        seed,
    };
    let sets = |network: &str, fields: &FieldType| -> Anything<Parts<Tensor<3>>> {
        let set = |numbers: std::ops::Range<u64>| -> Anything<_> {
            let examples = numbers.map(|n| solved(equation, network, fields, n));
            Ok(Set(examples.collect::<Anything<Vec<_>>>()?))
        };
        Ok(Parts {
            learnt: set(0..24)?,
            validation: set(100..106)?,
            tests: vec![("unseen meshes".to_string(), set(200..212)?)],
        })
    };
    // Nothing learned: the beginning for the end.
    let Parts { tests, .. } = sets(NETWORKS[0], &task.types(NETWORKS[0], 1)?[0])?;
    let size = |x: Tensor<3>| x.square().sum().into_scalar::<f64>();
    let test: Vec<_> = tests.into_iter().flat_map(|(_, set)| set.0).collect();
    let (mut sum, count) = (0.0, test.len() as f64);
    for Example { x, y } in test {
        sum += size(before(&x) - y.clone()) / size(y);
    }
    say(&format!(
        "{:>13}  test: loss {:.5}",
        "no change",
        sum / count
    ));
    task.compare(sets, || {
        LossOnly::new(|net: &Net, batch: Vec<(Field, Tensor<3>)>| {
            let (loss, _) = over(batch, |x, y| {
                let y = y.to_device(&x.device());
                let after = before(&x) + net.forward(x, &[])?.to_places() * equation.change();
                let off = (after - y.clone()).square().mean();
                Ok((off / y.square().mean(), Tally::default()))
            })?;
            Ok(loss)
        })
    })?;
    say("losses are squared relative errors");
    Ok(())
}

/// The function at the beginning, the first number of every vertex.
fn before(x: &Field) -> Tensor<3> {
    x.to_places().narrow(2, 0, 1)
}

fn segments_task(file: &Path, dir: &Path, (epochs, seed): (usize, u64)) -> Anything<()> {
    let archive = MeshArchive::read(file)?;
    let labels = archive.train.iter().flat_map(|mesh| &mesh.labels);
    let classes = labels.max().map_or(1, |m| m + 1);
    let prepared = |of: &[LabelledMesh]| -> Anything<Vec<Segmented>> {
        of.iter()
            .map(|mesh| Segmented::new(mesh, classes))
            .collect()
    };
    let meshes = archive.train.len() + archive.test.len();
    say(&format!("looking at the shapes of {meshes} meshes ..."));
    let (train, test) = (prepared(&archive.train)?, prepared(&archive.test)?);
    let first = train.first().ok_or("the archive has no mesh to train on")?;
    let (scalars, tangent) = SHAPE;
    let task = Task {
        name: "segments",
        scalars,
        tangent,
        out: classes + 1,
        classes: None,
        gated: Some(2),
        copies: SEGMENT_COPIES,
        example: first.graph.clone(),
        dir,
        epochs,
        seed,
    };
    let sets = |network: &str, fields: &FieldType| -> Anything<Parts<Labels>> {
        let set = |of: &[Segmented]| -> Anything<_> {
            let examples = of.iter().map(|mesh| mesh.example(network, fields));
            Ok(Set(examples.collect::<Anything<Vec<_>>>()?))
        };
        // One mesh in eight of the first part is for validation.
        let (learnt, validation) = train.split_at(train.len() - train.len() / 8);
        Ok(Parts {
            learnt: set(learnt)?,
            validation: set(validation)?,
            tests: vec![("unseen meshes".to_string(), set(&test)?)],
        })
    };
    task.compare(sets, || {
        LossAndScore::new("accuracy", |net: &Net, batch: Vec<(Field, Labels)>| {
            over(batch, |x, y| judged(net.forward(x, &[])?.to_rows(), y))
        })
    })
}

/// Cross entropy of logits, one row for every answer, and the share of right ones.
fn judged(logits: Tensor<2>, y: Labels) -> Result<(Tensor<1>, Tally)> {
    let y = y.to_device(&logits.device());
    let answers = logits.clone().argmax(1).squeeze_dim::<1>(1);
    let right = answers.equal(y.clone()).int().sum().into_scalar::<i64>();
    let score = Tally::share(right as f64, y.dims()[0] as f64);
    let loss = CrossEntropyLossConfig::new().init(&logits.device());
    Ok((loss.forward(logits, y), score))
}

/// What is printed, if somebody listens.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// EPOCHS and SEED, the last words of a command.
fn settings(words: &[&str]) -> Anything<(usize, u64)> {
    let number = |index: usize, name: &str, otherwise: u64| -> Anything<u64> {
        let Some(word) = words.get(index) else {
            return Ok(otherwise);
        };
        let refused = |_| format!("{name} {word:?}: it is no number from 0 up").into();
        word.parse().map_err(refused)
    };
    let (epochs, seed) = (number(0, "EPOCHS", 20)?, number(1, "SEED", 0)?);
    match epochs {
        1..=10_000 => Ok((epochs as usize, seed)),
        _ => Err(format!("EPOCHS {epochs}: give 1 to 10000").into()),
    }
}

/// A directory, which is made.
fn directory(name: &str) -> Anything<&Path> {
    if name.is_empty() {
        return Err("DIR is empty; name a directory".into());
    }
    std::fs::create_dir_all(name).map_err(|error| format!("DIR {name}: {error}"))?;
    Ok(Path::new(name))
}

fn run(words: &[&str]) -> Anything<()> {
    match *words {
        ["heat", dir, ref rest @ ..] if rest.len() <= 2 => {
            let settings = settings(rest)?;
            equation_task(("heat", Equation::Heat), directory(dir)?, settings)
        }
        ["wave", dir, ref rest @ ..] if rest.len() <= 2 => {
            let settings = settings(rest)?;
            equation_task(("wave", Equation::Wave), directory(dir)?, settings)
        }
        ["segments", file, dir, ref rest @ ..] if rest.len() <= 2 => {
            let settings = settings(rest)?;
            segments_task(Path::new(file), directory(dir)?, settings)
        }
        ["digits", surface, places, dir, ref rest @ ..] if rest.len() <= 2 => {
            let settings = settings(rest)?;
            digits_task([surface, places], directory(dir)?, settings)
        }
        _ => {
            let text = "use: surfaces heat|wave DIR [EPOCHS [SEED]], surfaces segments FILE DIR [EPOCHS [SEED]], or \
                        surfaces digits sphere|ellipsoid|bumps|torus upright|turned DIR [EPOCHS [SEED]]";
            Err(text.into())
        }
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}
