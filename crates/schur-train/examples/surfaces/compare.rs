//! Networks of equally many parameters on different fields, trained and tested on the same meshes.

use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use schur_math::PlaneIsometry;
use schur_nn::checkpoint::Checkpoint;
use schur_nn::{Field, FieldType, PointGraph};
use schur_train::{
    EpochRecord, Examples, Objective, Observer, Result, RunDir, Tally, TrainConfig, Trainer,
};
use serde::{Deserialize, Serialize};

use super::net::{Net, band};
use super::{Anything, say};

/// The three networks.
pub(crate) const NETWORKS: [&str; 3] = ["gauge", "scalars", "no-transport"];
/// Numbers of a vertex of every kind: `[points, channels]` by network.
pub(crate) struct Inputs {
    pub(crate) scalars: Vec<f32>,
    pub(crate) tangent: Vec<f32>,
}

/// A mesh as a network sees it.
pub(crate) struct Example<T> {
    pub(crate) x: Field,
    pub(crate) y: T,
}

pub(crate) struct Set<T>(pub(crate) Vec<Example<T>>);

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

/// The field that a network is given: `[batch, points, channels]` of scalars, of all E1 and of all E2.
pub(crate) fn field(
    network: &str,
    of: &FieldType,
    graph: &PointGraph,
    inputs: &[Inputs],
) -> Anything<Field> {
    let points = graph.points().len();
    let mut numbers = Vec::new();
    for Inputs { scalars, tangent } in inputs {
        let own = scalars.len() / points;
        for point in 0..points {
            numbers.extend(&scalars[own * point..own * (point + 1)]);
            let vectors = &tangent[tangent.len() / points * point..][..tangent.len() / points];
            match network {
                "scalars" => numbers.extend(vectors.chunks(2).map(|v| v[0].hypot(v[1]))),
                _ => numbers.extend(vectors),
            }
        }
    }
    let data = TensorData::new(numbers, [inputs.len(), points, of.channels()]);
    let x = Tensor::<3>::from_data(data, &Device::flex());
    Ok(Field::from_points(x, seen_by(network, graph)?, of)?)
}

/// A graph as a network takes it: without symmetry, frames are taken for one.
pub(crate) fn seen_by(network: &str, graph: &PointGraph) -> Anything<PointGraph> {
    let graph = match (network, graph.offsets_in_frames()) {
        ("no-transport", Some(offsets)) => {
            let same = vec![PlaneIsometry::IDENTITY; offsets.len()];
            graph.clone().with_transports(offsets, &same)?
        }
        _ => graph.clone(),
    };
    Ok(graph.with_harmonics(&band()?))
}

/// Meshes to learn from, for validation, and for tests, each with a name.
pub(crate) struct Parts<T> {
    pub(crate) learnt: Set<T>,
    pub(crate) validation: Set<T>,
    pub(crate) tests: Vec<(String, Set<T>)>,
}

/// What is to be learnt: so many scalars and fields of E1 and of E2 come in, so many scalars go out.
pub(crate) struct Task<'a> {
    pub(crate) name: &'static str,
    pub(crate) scalars: usize,
    pub(crate) tangent: [usize; 2],
    pub(crate) out: usize,
    /// If whole surfaces are classified, `out` numbers of vertices go into so many.
    pub(crate) classes: Option<usize>,
    /// Of the first network: so many scalars beside every E1 and E2, which have gates; none for functions on
    /// SO(2).
    pub(crate) gated: Option<usize>,
    /// Copies of the hidden fields of the first network.
    pub(crate) copies: usize,
    pub(crate) example: PointGraph,
    pub(crate) dir: &'a Path,
    pub(crate) epochs: usize,
    pub(crate) seed: u64,
}

/// What determines the training of a network, and stands in its directory.
#[derive(Serialize, Deserialize, PartialEq)]
struct Setup {
    task: String,
    network: String,
    fields: [String; 3],
    parameters: usize,
    /// To train on, for validation, and for tests.
    meshes: [usize; 3],
    vertices: [usize; 3],
    seed: u64,
    train: TrainConfig,
}

/// What the weights of the epoch that was best in validation give on meshes that were not looked at.
#[derive(Serialize)]
struct Tested<'a> {
    network: &'a str,
    tested_on: &'a str,
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
        say(&format!(
            "{:>13}  {} parameters  epoch {}  training loss {:.5}  validation: loss {:.5} score \
             {:.4}  {per_second:.1} meshes/s",
            self.network,
            self.parameters,
            e.epoch,
            e.train_loss,
            e.validation_loss,
            e.validation_score
        ));
    }
}

impl Task<'_> {
    /// Input, hidden and output fields of a network.
    pub(crate) fn types(&self, network: &str, width: usize) -> Anything<[FieldType; 3]> {
        let (scalars, out) = (self.scalars, self.out);
        let [e1, e2] = self.tangent;
        let with = |numbers: usize| scalars + numbers * (e1 + e2);
        let trivial = |group: &str, all: usize| {
            [all, width, out].map(|count| format!("{group}: {count} trivial"))
        };
        let text = match network {
            "gauge" => {
                let tangent = match e1 + e2 {
                    0 => String::new(),
                    _ => format!(" + {e1} E1 + {e2} E2"),
                };
                let hidden = match self.gated {
                    None => format!("SO(2): {width} spectral(2)"),
                    Some(scalars) => {
                        let scalars = scalars * width;
                        format!("SO(2): {scalars} trivial + {width} E1 + {width} E2")
                    }
                };
                [
                    format!("SO(2): {scalars} trivial{tangent}"),
                    hidden,
                    format!("SO(2): {out} trivial"),
                ]
            }
            "scalars" => trivial("SO(2)", with(1)),
            _ => trivial("C1", with(2)),
        };
        let [a, b, c] = text.map(|text| FieldType::parse(&text));
        Ok([a?, b?, c?])
    }

    pub(crate) fn net(&self, network: &str, width: usize) -> Anything<Net> {
        let types = self.types(network, width)?;
        let gated = self.gated.is_some();
        Ok(Net::new(
            &types,
            (self.classes, gated),
            &self.example,
            self.seed,
        )?)
    }

    /// The width at which a network has as many parameters as the first one, as nearly as can be.
    pub(crate) fn width(&self, network: &str) -> Anything<usize> {
        let count = |network, width| self.net(network, width).map(|net| net.num_params());
        let goal = count(NETWORKS[0], self.copies)?;
        let off = |width| -> Anything<usize> { Ok(count(network, width)?.abs_diff(goal)) };
        if network == NETWORKS[0] {
            return Ok(self.copies);
        }
        let mut width = 1;
        while off(width + 1)? < off(width)? {
            width += 1;
        }
        Ok(width)
    }

    /// Trains every network from where its state says, with its own view of the meshes.
    pub(crate) fn compare<T: Clone, O: Objective<Net, Batch = Vec<(Field, T)>>>(
        &self,
        sets: impl Fn(&str, &FieldType) -> Anything<Parts<T>>,
        objective: impl Fn() -> O,
    ) -> Anything<()> {
        for network in NETWORKS {
            let width = self.width(network)?;
            let (net, types) = (self.net(network, width)?, self.types(network, width)?);
            let Parts {
                mut learnt,
                validation,
                tests,
            } = sets(network, &types[0])?;
            let of_tests =
                |count: fn(&Set<T>) -> usize| tests.iter().map(|(_, test)| count(test)).sum();
            let setup = Setup {
                task: self.name.to_string(),
                network: network.to_string(),
                fields: types.map(|fields| fields.to_string()),
                parameters: net.num_params(),
                meshes: [learnt.len(), validation.len(), of_tests(Set::len)],
                vertices: [
                    learnt.vertices(),
                    validation.vertices(),
                    of_tests(Set::vertices),
                ],
                seed: self.seed,
                train: TrainConfig {
                    epochs: self.epochs,
                    batch: 1,
                    learning_rate: 3e-3,
                    ..TrainConfig::default()
                },
            };
            let parameters = setup.parameters;
            let trainer = Trainer::new(net, objective(), setup.train.clone(), self.seed)?;
            let run = begun(&self.dir.join(network), &setup)?;
            let _claim = run.lock()?;
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
            for (name, test) in &tests {
                let found = objective().measure(&net, test)?;
                say(&format!(
                    "{network:>13}  {parameters} parameters  epoch {} is best  test ({name}): loss {:.5} \
                     score {:.4}",
                    best.epoch, found.loss, found.score
                ));
                let tested = Tested {
                    network,
                    tested_on: name,
                    parameters,
                    seed: self.seed,
                    epoch: best.epoch,
                    validation_loss: best.validation_loss,
                    loss: found.loss,
                    score: found.score,
                };
                run.write_json(&format!("test-{}.json", name.replace(' ', "-")), &tested)?;
            }
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
pub(crate) fn over<T>(
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
