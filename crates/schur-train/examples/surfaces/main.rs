//! Learning on surfaces: a gauge-equivariant network against two without that symmetry, of equally many
//! parameters, on meshes that were not trained on.
//!
//! ```text
//! surfaces heat DIR [EPOCHS [SEED]]             the heat equation, by an implicit solver
//! surfaces wave DIR [EPOCHS [SEED]]             the wave equation, from places and velocities
//! surfaces segments FILE DIR [EPOCHS [SEED]]    a class for every vertex, from an archive of meshes
//!                                               (`MeshArchive`)
//! ```
//!
//! The networks are the same residual network with other fields: `gauge` has functions on SO(2) up to
//! frequency 2, carried along by parallel transport; `scalars` has scalars only, whose kernels are isotropic;
//! `no-transport` has no symmetry and takes the frames of all vertices for one. DIR has the run of each of
//! them: what is interrupted goes on when the command is given again, and another one is refused. The epoch
//! is chosen by the loss on meshes for validation; `test.json` has what it gives on others. `bench/surfaces`
//! runs several seeds.

mod meshes;
mod net;

use std::path::Path;

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Device, Tensor, TensorData};
use schur_data::MeshArchive;
use schur_math::PlaneIsometry;
use schur_math::surface::Reach;
use schur_nn::checkpoint::Checkpoint;
use schur_nn::{Field, FieldType, PointGraph};
use schur_train::{
    EpochRecord, Examples, LossAndScore, LossOnly, Objective, Observer, Result, RunDir, Tally,
    TrainConfig, Trainer,
};
use serde::{Deserialize, Serialize};

use meshes::{Equation, Labels, bumpy, segments, solved, surface};
use net::{Net, band};

type Anything<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The three networks.
const NETWORKS: [&str; 3] = ["gauge", "scalars", "no-transport"];
/// Copies of functions on SO(2) of the first network.
const WIDTH: usize = 8;

/// Numbers of a vertex of every kind: `[points, channels]` by network.
struct Inputs {
    scalars: Vec<f32>,
    tangent: Vec<f32>,
}

/// A mesh as a network sees it.
struct Example<T> {
    x: Field,
    y: T,
}

struct Set<T>(Vec<Example<T>>);

impl<T> Set<T> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn vertices(&self) -> usize {
        self.0
            .iter()
            .map(|example| example.x.domain().places())
            .sum()
    }
}

impl<T: Clone> Examples for Set<T> {
    type Batch = Vec<(Field, T)>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn at_once(&self) -> usize {
        1
    }

    fn batch(&self, indices: &[usize], device: &Device) -> Result<Self::Batch> {
        let example = |&index: &usize| -> Result<(Field, T)> {
            let Example { x, y } = &self.0[index];
            let memory = x.memory().clone().to_device(device);
            let x = Field::from_memory(memory, x.domain().clone(), x.field_type())?;
            Ok((x, y.clone()))
        };
        indices.iter().map(example).collect()
    }
}

/// The field that a network is given: `[batch, points, channels]` of scalars and of E1 and E2.
fn field(network: &str, of: &FieldType, graph: &PointGraph, inputs: &[Inputs]) -> Anything<Field> {
    let points = graph.points().len();
    let mut numbers = Vec::new();
    for Inputs { scalars, tangent } in inputs {
        let own = scalars.len() / points;
        for point in 0..points {
            numbers.extend(&scalars[own * point..own * (point + 1)]);
            let vectors = tangent.get(4 * point..4 * point + 4).unwrap_or_default();
            match network {
                "scalars" => numbers.extend(vectors.chunks(2).map(|v| v[0].hypot(v[1]))),
                _ => numbers.extend(vectors),
            }
        }
    }
    let data = TensorData::new(numbers, [inputs.len(), points, of.channels()]);
    let x = Tensor::<3>::from_data(data, &Device::flex());
    // Without symmetry, frames are taken for one.
    let graph = match (network, graph.offsets_in_frames()) {
        ("no-transport", Some(offsets)) => {
            let same = vec![PlaneIsometry::IDENTITY; offsets.len()];
            graph.clone().with_transports(offsets, &same)?
        }
        _ => graph.clone(),
    };
    Ok(Field::from_points(x, graph.with_harmonics(&band()?), of)?)
}

/// What is to be learnt: so many scalars and, if `tangent`, tangent numbers (E1, E2) come in, so many
/// scalars go out.
struct Task<'a> {
    name: &'static str,
    scalars: usize,
    tangent: bool,
    out: usize,
    example: PointGraph,
    dir: &'a Path,
    epochs: usize,
    seed: u64,
}

/// What determines the training of a network, and stands in its directory.
#[derive(Serialize, Deserialize, PartialEq)]
struct Setup {
    task: String,
    network: String,
    fields: [String; 3],
    parameters: usize,
    /// To train on, for validation, and for the test.
    meshes: [usize; 3],
    vertices: [usize; 3],
    seed: u64,
    train: TrainConfig,
}

/// What the weights of the epoch that was best in validation give on meshes that were not looked at.
#[derive(Serialize)]
struct Tested<'a> {
    network: &'a str,
    parameters: usize,
    seed: u64,
    epoch: usize,
    validation_loss: f64,
    loss: f64,
    score: f64,
}

/// The line of a network in the table, after every epoch.
struct Line<'a> {
    network: &'a str,
    parameters: usize,
}

impl Observer for Line<'_> {
    fn epoch_ends(&self, e: &EpochRecord, per_second: f64) {
        println!(
            "{:>13}  {} parameters  epoch {}  training loss {:.5}  validation: loss {:.5} score \
             {:.4}  {per_second:.1} meshes/s",
            self.network,
            self.parameters,
            e.epoch,
            e.train_loss,
            e.validation_loss,
            e.validation_score
        );
    }
}

impl Task<'_> {
    /// Input, hidden and output fields of a network.
    fn types(&self, network: &str, width: usize) -> Anything<[FieldType; 3]> {
        let (scalars, out) = (self.scalars, self.out);
        let with = |numbers: usize| scalars + numbers * usize::from(self.tangent);
        let trivial = |group: &str, all: usize| {
            [all, width, out].map(|count| format!("{group}: {count} trivial"))
        };
        let text = match network {
            "gauge" => {
                let tangent = if self.tangent { " + 1 E1 + 1 E2" } else { "" };
                [
                    format!("SO(2): {scalars} trivial{tangent}"),
                    format!("SO(2): {width} spectral(2)"),
                    format!("SO(2): {out} trivial"),
                ]
            }
            "scalars" => trivial("SO(2)", with(2)),
            _ => trivial("C1", with(4)),
        };
        let [a, b, c] = text.map(|text| FieldType::parse(&text));
        Ok([a?, b?, c?])
    }

    fn net(&self, network: &str, width: usize) -> Anything<Net> {
        let types = self.types(network, width)?;
        Ok(Net::new(&types, &self.example, self.seed)?)
    }

    /// The width at which a network has as many parameters as the first one, as nearly as can be.
    fn width(&self, network: &str) -> Anything<usize> {
        let count = |network, width| self.net(network, width).map(|net| net.num_params());
        let goal = count(NETWORKS[0], WIDTH)?;
        let off = |width| -> Anything<usize> { Ok(count(network, width)?.abs_diff(goal)) };
        let mut width = 1;
        while off(width + 1)? < off(width)? {
            width += 1;
        }
        Ok(width)
    }

    /// Trains every network from where its state says, with its own meshes to learn from, for validation and
    /// for the test.
    fn compare<T: Clone, O: Objective<Net, Batch = Vec<(Field, T)>>>(
        &self,
        sets: impl Fn(&str, &FieldType) -> Anything<[Set<T>; 3]>,
        objective: impl Fn() -> O,
    ) -> Anything<()> {
        for network in NETWORKS {
            let width = self.width(network)?;
            let (net, types) = (self.net(network, width)?, self.types(network, width)?);
            let [mut learnt, validation, test] = sets(network, &types[0])?;
            let setup = Setup {
                task: self.name.to_string(),
                network: network.to_string(),
                fields: types.map(|fields| fields.to_string()),
                parameters: net.num_params(),
                meshes: [&learnt, &validation, &test].map(Set::len),
                vertices: [&learnt, &validation, &test].map(Set::vertices),
                seed: self.seed,
                train: TrainConfig {
                    epochs: self.epochs,
                    batch: 1,
                    learning_rate: 3e-3,
                    ..TrainConfig::default()
                },
            };
            let run = begun(&self.dir.join(network), &setup)?;
            let _claim = run.lock()?;
            let parameters = setup.parameters;
            let trainer = Trainer::new(net, objective(), setup.train, self.seed)?;
            let mut trainer = run.resume(trainer)?;
            let line = Line {
                network,
                parameters,
            };
            trainer.fit(&mut learnt, &validation, Some(&run), &line)?;
            let Some(best) = trainer.history().best().cloned() else {
                continue;
            };
            let weights = Checkpoint::read(&run.best_path())?;
            let net = weights.restore(trainer.into_network(), weights.description())?;
            let found = objective().measure(&net, &test)?;
            println!(
                "{network:>13}  {parameters} parameters  epoch {} is best  test: loss {:.5} score {:.4}",
                best.epoch, found.loss, found.score
            );
            let tested = Tested {
                network,
                parameters,
                seed: self.seed,
                epoch: best.epoch,
                validation_loss: best.validation_loss,
                loss: found.loss,
                score: found.score,
            };
            run.write_json("test.json", &tested)?;
        }
        Ok(())
    }
}

/// The directory of a training, a new one or one of the same setup.
fn begun(path: &Path, setup: &Setup) -> Anything<RunDir> {
    let Ok(run) = RunDir::open(path) else {
        return Ok(RunDir::create(path, setup)?);
    };
    match run.read_config::<Setup>() {
        Ok(kept) if kept == *setup => Ok(run),
        _ => Err(format!(
            "{}: it holds the training of another task, other meshes, another network, SEED or EPOCHS; \
             its config.toml says which. Choose another DIR, or remove it",
            path.display()
        )
        .into()),
    }
}

/// The sum of the losses of meshes, and their scores together.
fn over<T>(
    batch: Vec<(Field, T)>,
    judge: impl Fn(Field, T) -> Result<(Tensor<1>, Tally)>,
) -> Result<(Tensor<1>, Tally)> {
    let (mut losses, mut all) = (Vec::new(), Tally::default());
    for (x, y) in batch {
        let (loss, tally) = judge(x, y)?;
        losses.push(loss);
        all.add(tally);
    }
    Ok((Tensor::cat(losses, 0).sum(), all))
}

fn equation_task(
    (name, equation): (&'static str, Equation),
    dir: &Path,
    (epochs, seed): (usize, u64),
) -> Anything<()> {
    let task = Task {
        name,
        scalars: equation.inputs(),
        tangent: false,
        out: 1,
        example: PointGraph::on_surface(&surface(&bumpy(0)?)?, Reach::Rings(1))?,
        dir,
        epochs,
        seed,
    };
    let sets = |network: &str, fields: &FieldType| -> Anything<[Set<Tensor<3>>; 3]> {
        let set = |numbers: std::ops::Range<u64>| -> Anything<_> {
            let examples = numbers.map(|n| solved(equation, network, fields, n));
            Ok(Set(examples.collect::<Anything<Vec<_>>>()?))
        };
        Ok([set(0..24)?, set(100..106)?, set(200..212)?])
    };
    // Nothing learned: the beginning for the end.
    let [_, _, test] = sets(NETWORKS[0], &task.types(NETWORKS[0], 1)?[0])?;
    let size = |x: Tensor<3>| x.square().sum().into_scalar::<f64>();
    let (mut sum, count) = (0.0, test.len() as f64);
    for Example { x, y } in test.0 {
        sum += size(before(&x) - y.clone()) / size(y);
    }
    println!("{:>13}  test: loss {:.5}", "no change", sum / count);
    task.compare(sets, || {
        LossOnly::new(|net: &Net, batch: Vec<(Field, Tensor<3>)>| {
            let (loss, _) = over(batch, |x, y| {
                let y = y.to_device(&x.device());
                let after = before(&x) + net.forward(x)?.to_places() * equation.change();
                let off = (after - y.clone()).square().mean();
                Ok((off / y.square().mean(), Tally::default()))
            })?;
            Ok(loss)
        })
    })?;
    println!("losses are squared relative errors");
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
    let fields = FieldType::parse("SO(2): 2 trivial + 1 E1 + 1 E2")?;
    let first = segments(NETWORKS[0], &fields, &archive.train[0], classes)?;
    let task = Task {
        name: "segments",
        scalars: 2,
        tangent: true,
        out: classes + 1,
        example: PointGraph::clone(first.x.domain().graph("an example")?),
        dir,
        epochs,
        seed,
    };
    let sets = |network: &str, fields: &FieldType| -> Anything<[Set<Labels>; 3]> {
        let set = |of: &[schur_data::LabelledMesh]| -> Anything<_> {
            let examples = of
                .iter()
                .map(|mesh| segments(network, fields, mesh, classes));
            Ok(Set(examples.collect::<Anything<Vec<_>>>()?))
        };
        // One mesh in eight of the first part is for validation.
        let (train, validation) = archive
            .train
            .split_at(archive.train.len() - archive.train.len() / 8);
        Ok([set(train)?, set(validation)?, set(&archive.test)?])
    };
    task.compare(sets, || {
        LossAndScore::new("accuracy", |net: &Net, batch: Vec<(Field, Labels)>| {
            over(batch, |x, y| {
                let y = y.to_device(&x.device());
                let logits = net.forward(x)?.to_rows();
                let answers = logits.clone().argmax(1).squeeze_dim::<1>(1);
                let right = answers.equal(y.clone()).int().sum().into_scalar::<i64>();
                let score = Tally::share(right as f64, y.dims()[0] as f64);
                let loss = CrossEntropyLossConfig::new().init(&logits.device());
                Ok((loss.forward(logits, y), score))
            })
        })
    })
}

fn main() -> Anything<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let settings = |rest: &[&str]| -> Anything<(usize, u64)> {
        let epochs = rest.first().map_or(Ok(20), |text| text.parse())?;
        Ok((epochs, rest.get(1).map_or(Ok(0), |text| text.parse())?))
    };
    match words[..] {
        ["heat", dir, ref rest @ ..] if rest.len() <= 2 => {
            std::fs::create_dir_all(dir)?;
            equation_task(("heat", Equation::Heat), Path::new(dir), settings(rest)?)
        }
        ["wave", dir, ref rest @ ..] if rest.len() <= 2 => {
            std::fs::create_dir_all(dir)?;
            equation_task(("wave", Equation::Wave), Path::new(dir), settings(rest)?)
        }
        ["segments", file, dir, ref rest @ ..] if rest.len() <= 2 => {
            std::fs::create_dir_all(dir)?;
            segments_task(Path::new(file), Path::new(dir), settings(rest)?)
        }
        _ => {
            let text = "use: surfaces heat|wave DIR [EPOCHS [SEED]], or surfaces segments FILE DIR [EPOCHS [SEED]]";
            Err(text.into())
        }
    }
}
