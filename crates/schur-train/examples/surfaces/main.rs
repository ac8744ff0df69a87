//! Learning on surfaces: a gauge-equivariant network against two without that symmetry, of equally many
//! parameters, on meshes that were not trained on.
//!
//! ```text
//! surfaces heat DIR [EPOCHS]             the heat equation, exact solutions of an implicit solver
//! surfaces segments FILE DIR [EPOCHS]    a class for every vertex, from an archive of meshes (`MeshArchive`)
//! ```
//!
//! The networks are the same residual network with other fields: `gauge` has functions on SO(2) up to
//! frequency 2, carried along by parallel transport; `scalars` has scalars only, whose kernels are isotropic;
//! `no-transport` has no symmetry and takes the frames of all vertices for one. States are kept in DIR after
//! every epoch: what is interrupted goes on when the command is given again.

mod meshes;

use std::path::Path;
use std::time::Instant;

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Device, Tensor, TensorData};
use schur_data::MeshArchive;
use schur_engine::Activation;
use schur_math::surface::Reach;
use schur_math::{KernelBand, PlaneIsometry, Ring};
use schur_nn::{
    Checkpoint, Field, FieldNorm, FieldType, FourierPointwise, Layer, NnError, Nonlinearity,
    PointConv, PointConvConfig, PointGraph,
};
use schur_train::{
    Examples, LossAndScore, LossOnly, Objective, Result, Tally, TrainConfig, Trainer,
};

use meshes::{Labels, bumpy, heat, segments, surface};

type Anything<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The three networks.
const NETWORKS: [&str; 3] = ["gauge", "scalars", "no-transport"];
/// Convolutions with a residual.
const BLOCKS: usize = 4;
/// The heat after a time is the heat before and so many times what the network gives, so that a network
/// with initial weights says nearly that nothing changes.
const CHANGE: f64 = 0.1;
/// Copies of functions on SO(2) of the first network.
const WIDTH: usize = 8;

/// `x + a(n(K x))` a few times, between a first and a last convolution.
#[derive(Module, Debug)]
struct Net {
    first: PointConv,
    convolutions: Vec<PointConv>,
    norms: Vec<FieldNorm>,
    functions: Vec<FourierPointwise>,
    last: PointConv,
}

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

impl Net {
    fn new(types: &[FieldType; 3], example: &PointGraph) -> std::result::Result<Self, NnError> {
        let (device, [input, hidden, output]) = (Device::flex(), types);
        let band = band()?;
        let conv = |from: &FieldType, to: &FieldType, seed| {
            let config = PointConvConfig::new(from, to, &band).with_bias(true);
            config.with_seed(seed).init(example, &device)
        };
        let blocks = 0..BLOCKS as u64;
        let norm = |_| FieldNorm::new(hidden, Activation::Identity, &device);
        let elu = |_| FourierPointwise::new(hidden, Nonlinearity::Elu { alpha: 1.0 });
        Ok(Self {
            first: conv(input, hidden, 100)?,
            convolutions: blocks
                .clone()
                .map(|k| conv(hidden, hidden, k))
                .collect::<std::result::Result<_, _>>()?,
            norms: blocks
                .clone()
                .map(norm)
                .collect::<std::result::Result<_, _>>()?,
            functions: blocks.map(elu).collect::<std::result::Result<_, _>>()?,
            last: conv(hidden, output, 101)?,
        })
    }

    fn forward(&self, x: Field) -> std::result::Result<Field, NnError> {
        let mut x = self.first.forward(x)?;
        let blocks = self
            .convolutions
            .iter()
            .zip(&self.norms)
            .zip(&self.functions);
        for ((conv, norm), function) in blocks {
            x = x.add(&function.forward(norm.forward(conv.forward(x.clone())?)?)?)?;
        }
        self.last.forward(x)
    }

    fn parameters(&self) -> usize {
        self.num_params()
    }
}

/// Kernels on the vertex itself and on a ring of neighbours, in units of the mean edge.
fn band() -> std::result::Result<KernelBand, NnError> {
    let ring = |radius, sigma, max_frequency| Ring {
        radius,
        sigma,
        max_frequency,
    };
    Ok(KernelBand::new(vec![ring(0.0, 0.3, 0), ring(1.0, 0.5, 4)])?)
}

/// Input, hidden and output fields of a network: so many scalars and tangent numbers (E1, E2) come in, so
/// many scalars go out.
fn types(
    network: &str,
    scalars: usize,
    tangent: bool,
    out: usize,
    width: usize,
) -> Anything<[FieldType; 3]> {
    let text = match network {
        "gauge" => {
            let tangent = if tangent { " + 1 E1 + 1 E2" } else { "" };
            [
                format!("SO(2): {scalars} trivial{tangent}"),
                format!("SO(2): {width} spectral(2)"),
                format!("SO(2): {out} trivial"),
            ]
        }
        "scalars" => {
            let all = scalars + 2 * usize::from(tangent);
            [all, width, out].map(|count| format!("SO(2): {count} trivial"))
        }
        _ => {
            let all = scalars + 4 * usize::from(tangent);
            [all, width, out].map(|count| format!("C1: {count} trivial"))
        }
    };
    let [a, b, c] = text.map(|text| FieldType::parse(&text));
    Ok([a?, b?, c?])
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

/// The width at which a network has as many parameters as another one, as nearly as can be.
fn width(
    network: &str,
    io: (usize, bool, usize),
    example: &PointGraph,
    goal: usize,
) -> Anything<usize> {
    let count = |width: usize| -> Anything<usize> {
        let types = types(network, io.0, io.1, io.2, width)?;
        Ok(Net::new(&types, example)?.parameters())
    };
    let mut width = 1;
    while count(width + 1)? <= goal {
        width += 1;
    }
    let nearer = count(width + 1)?.abs_diff(goal) < count(width)?.abs_diff(goal);
    Ok(width + usize::from(nearer))
}

/// Trains a network from where its state in DIR says, and prints its line of the table.
fn train<T: Clone>(
    name: &str,
    net: Net,
    objective: impl Objective<Net, Batch = Vec<(Field, T)>>,
    (train, test): (&mut Set<T>, &Set<T>),
    dir: &Path,
    epochs: usize,
) -> Anything<()> {
    let settings = TrainConfig {
        epochs,
        batch: 1,
        learning_rate: 3e-3,
        ..TrainConfig::default()
    };
    let (parameters, path) = (net.parameters(), dir.join(format!("{name}.safetensors")));
    let mut trainer = Trainer::new(net, objective, settings, 0)?;
    if path.exists() {
        trainer = trainer.resume(&Checkpoint::read(&path)?)?;
    }
    while !trainer.is_finished() {
        let began = Instant::now();
        trainer.epoch(train, test, &())?;
        trainer.state()?.write(&path)?;
        if let Some(e) = trainer.history().epochs.last() {
            println!(
                "{name:>13}  {parameters} parameters  epoch {}  training loss {:.5}  unseen meshes: loss {:.5} \
                 score {:.4}  {:.1} meshes/s",
                e.epoch,
                e.train_loss,
                e.validation_loss,
                e.validation_score,
                (train.len() + test.len()) as f64 / began.elapsed().as_secs_f64()
            );
        }
    }
    Ok(())
}

fn heat_task(dir: &Path, epochs: usize) -> Anything<()> {
    const MESHES: [u64; 2] = [24, 6];
    let io = (1, false, 1);
    let example = PointGraph::on_surface(&surface(&bumpy(0)?)?, Reach::Rings(1))?;
    let goal = Net::new(&types("gauge", 1, false, 1, WIDTH)?, &example)?.parameters();
    // Nothing learned: the beginning for the end.
    let mut nothing = [0.0; 2];
    for network in NETWORKS {
        let width = width(network, io, &example, goal)?;
        let types = types(network, 1, false, 1, width)?;
        let set = |numbers: std::ops::Range<u64>| -> Anything<Set<Tensor<3>>> {
            let examples = numbers.map(|n| heat(network, &types[0], n));
            Ok(Set(examples.collect::<Anything<Vec<_>>>()?))
        };
        let (mut train_set, test) = (set(0..MESHES[0])?, set(100..100 + MESHES[1])?);
        if nothing[1] == 0.0 {
            for Example { x, y } in &test.0 {
                let off = (x.to_places() - y.clone())
                    .square()
                    .sum()
                    .into_scalar::<f64>();
                nothing[0] += off;
                nothing[1] += y.clone().square().sum().into_scalar::<f64>();
            }
            println!(
                "{:>13}  relative error {:.4}",
                "nothing",
                (nothing[0] / nothing[1]).sqrt()
            );
        }
        let objective = LossOnly::new(|net: &Net, batch: Vec<(Field, Tensor<3>)>| {
            let mut sum: Option<Tensor<1>> = None;
            for (x, y) in batch {
                let y = y.to_device(&x.device());
                let after = x.to_places() + net.forward(x)?.to_places() * CHANGE;
                let off = (after - y.clone()).square().mean();
                let loss = off / y.square().mean();
                sum = Some(match sum {
                    Some(sum) => sum + loss,
                    None => loss,
                });
            }
            Ok(sum.unwrap_or_else(|| Tensor::zeros([1], &Device::flex())))
        });
        let net = Net::new(&types, &example)?;
        train(
            network,
            net,
            objective,
            (&mut train_set, &test),
            dir,
            epochs,
        )?;
    }
    println!("losses are squared relative errors");
    Ok(())
}

fn segments_task(file: &Path, dir: &Path, epochs: usize) -> Anything<()> {
    let archive = MeshArchive::read(file)?;
    let classes = archive
        .train
        .iter()
        .flat_map(|mesh| &mesh.labels)
        .max()
        .map_or(1, |m| m + 1);
    let io = (2, true, classes + 1);
    let first = segments(
        "gauge",
        &types("gauge", 2, true, 1, 1)?[0],
        &archive.train[0],
        classes,
    )?;
    let example = first.x.domain().graph("an example")?.clone();
    let goal = Net::new(&types("gauge", 2, true, classes + 1, WIDTH)?, &example)?.parameters();
    for network in NETWORKS {
        let width = width(network, io, &example, goal)?;
        let types = types(network, 2, true, classes + 1, width)?;
        let set = |of: &[schur_data::LabelledMesh]| -> Anything<Set<Labels>> {
            let examples = of
                .iter()
                .map(|mesh| segments(network, &types[0], mesh, classes));
            Ok(Set(examples.collect::<Anything<Vec<_>>>()?))
        };
        let (mut train_set, test) = (set(&archive.train)?, set(&archive.test)?);
        let objective = LossAndScore::new("accuracy", |net: &Net, batch: Vec<(Field, Labels)>| {
            let (mut sum, mut tally) = (None, Tally::default());
            for (x, y) in batch {
                let y = y.to_device(&x.device());
                let logits = net.forward(x)?.to_rows();
                let right = logits
                    .clone()
                    .argmax(1)
                    .squeeze_dim::<1>(1)
                    .equal(y.clone())
                    .int()
                    .sum();
                tally.add(Tally::share(
                    right.into_scalar::<i64>() as f64,
                    y.dims()[0] as f64,
                ));
                let loss = CrossEntropyLossConfig::new()
                    .init(&logits.device())
                    .forward(logits, y);
                sum = Some(match sum {
                    Some(sum) => sum + loss,
                    None => loss,
                });
            }
            Ok((
                sum.unwrap_or_else(|| Tensor::zeros([1], &Device::flex())),
                tally,
            ))
        });
        let net = Net::new(&types, &example)?;
        train(
            network,
            net,
            objective,
            (&mut train_set, &test),
            dir,
            epochs,
        )?;
    }
    Ok(())
}

fn main() -> Anything<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |text: Option<&&str>| text.map_or(Ok(20), |text| text.parse());
    match words[..] {
        ["heat", dir, ref rest @ ..] => {
            std::fs::create_dir_all(dir)?;
            heat_task(Path::new(dir), number(rest.first())?)
        }
        ["segments", file, dir, ref rest @ ..] => {
            std::fs::create_dir_all(dir)?;
            segments_task(Path::new(file), Path::new(dir), number(rest.first())?)
        }
        _ => Err("use: surfaces heat DIR [EPOCHS], or surfaces segments FILE DIR [EPOCHS]".into()),
    }
}
