//! Times of a network or of a plain convolution, as one JSON object: our side of
//! `bench/network`.
//!
//! `network_times CASE THREADS ROUNDS [PRECISION]`, where PRECISION is `f32` or `bf16` and CASE is
//!
//! - a network of the collection and a group (`tutorial:C8`), on 64 images or 3 volumes;
//! - `volumes:GROUP`: a classifier of volumes with regular fields, on 32 volumes of 28^3;
//! - `fields:GROUP,FIELDS,BATCH,SIZE`: a 3x3x3 convolution between so many regular fields;
//! - `icosahedron:STEPS,FIELDS,BATCH`: a hexagonal convolution between so many regular fields of C6;
//! - a plain convolution (`dense:BATCH,IN,OUT,KERNEL,SIZE,PADDING`, of volumes `dense3:…`);
//! - `machine:`: what computes, and the products per second of a large matrix product.

use std::hint::black_box;
use std::time::Instant;

use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Int, Tensor, TensorData};
use schur_engine::{
    Activation, ConvPlan, ConvShape, Entry, Geometry, KeepingAllocator, Layout, PairBasis,
    Precision,
};
use schur_nn::network::{AnyLayerConfig, Fields, Model, PoolKind, configs, model};
use schur_nn::{
    Atlas, Domain, EquivariantConvConfig, Field, FieldType, KernelKind, Layer, NetworkConfig,
    NnError, Processor,
};

type Failure = Box<dyn std::error::Error>;

const BATCH: usize = 64;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: KeepingAllocator = KeepingAllocator::new();

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (case, threads, rounds, precision) = match &arguments[..] {
        [case, threads, rounds] => (case, threads, rounds, Precision::F32),
        [case, threads, rounds, precision] => (case, threads, rounds, precision.parse()?),
        _ => return Err("usage: network_times CASE THREADS ROUNDS [PRECISION]".into()),
    };
    let rounds: usize = rounds.parse()?;
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.parse()?)
        .build_global()?;
    let (kind, rest) = case.split_once(':').ok_or("a case has a colon")?;
    let result = match kind {
        "machine" => machine(rounds, precision)?,
        "dense" => dense(rest, false, (rounds, precision))?,
        "dense3" => dense(rest, true, (rounds, precision))?,
        "fields" if precision == Precision::F32 => fields(rest, rounds)?,
        "icosahedron" if precision == Precision::F32 => icosahedron(rest, rounds)?,
        "fields" | "icosahedron" => return Err("single layers are timed in f32 only".into()),
        "volumes" => volumes(rest, (rounds, precision))?,
        _ => network(kind, rest, (rounds, precision))?,
    };
    println!("{}", serde_json::to_string(&result)?);
    Ok(())
}

/// Median seconds after one run to warm up.
fn median<R>(rounds: usize, mut run: impl FnMut() -> R) -> f64 {
    black_box(run());
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Median seconds of two functions that take turns.
fn medians<R>(rounds: usize, mut a: impl FnMut() -> R, mut b: impl FnMut() -> R) -> (f64, f64) {
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for (times, run) in times
            .iter_mut()
            .zip([&mut a as &mut dyn FnMut() -> R, &mut b])
        {
            let start = Instant::now();
            black_box(run());
            // The first round warms up.
            times.extend((round > 0).then(|| start.elapsed().as_secs_f64()));
        }
    }
    let middle = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let [a, b] = times.map(middle);
    (a, b)
}

/// Numbers in [0, 1) that look random.
fn numbers(count: usize) -> Vec<f32> {
    let mut state = 1u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as f32 / u32::MAX as f32
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn network(kind: &str, group: &str, how: (usize, Precision)) -> Result<serde_json::Value, Failure> {
    let Model {
        image_size: size,
        config,
        ..
    } = model(kind, &group.parse()?)?;
    let model = || Ok(model(kind, &group.parse()?)?.config);
    if config.group.space().is_some() {
        return times(model, [3, 1, size, size, size], how);
    }
    times(model, [BATCH, 1, size, size], how)
}

/// Regular fields of a group of space: four convolutions with norms, two blurs, pools over the group
/// and all voxels.
fn volumes(group: &str, how: (usize, Precision)) -> Result<serde_json::Value, Failure> {
    let conv = |fields: usize, kernel: usize| configs::Conv {
        padding: kernel / 2,
        ..configs::Conv::new(fields, kernel)
    };
    let network = || {
        let mut layers: Vec<AnyLayerConfig> = Vec::new();
        for (index, (fields, kernel)) in [(2, 5), (4, 3), (4, 3), (8, 3)].into_iter().enumerate() {
            layers.push(conv(fields, kernel).into());
            layers.push(configs::Norm::new(Activation::Relu).into());
            if index % 2 == 0 {
                layers.push(configs::BlurPool::new(2).into());
            }
        }
        layers.push(configs::GroupPool::default().into());
        let kind = PoolKind::Average;
        layers.push(configs::GlobalPool { kind }.into());
        let logits = configs::Conv {
            bias: true,
            ..configs::Conv::new("2 trivial".parse::<Fields>()?, 1)
        };
        layers.push(logits.into());
        let mut config = NetworkConfig::of_layers(group.parse()?, layers);
        config.classes = 2;
        Ok(config)
    };
    times(network, [32, 1, 28, 28, 28], how)
}

/// Construction, a training step of Adam, and inference of a network on a batch of this shape.
fn times<const D: usize>(
    config: impl Fn() -> Result<NetworkConfig, Failure>,
    shape: [usize; D],
    (rounds, precision): (usize, Precision),
) -> Result<serde_json::Value, Failure> {
    let device = Device::flex().autodiff();
    // The code is in memory before the clock starts, as the peer's is when it was imported.
    black_box(model("p4", &"C4".parse()?)?.config.init(0, &device)?);
    let start = Instant::now();
    let mut network = config()?.init(0, &device)?.with_precision(precision);
    let construct = start.elapsed().as_secs_f64();
    let parameters = network.parameters();
    let (batch, classes) = (shape[0], network.classes() as i64);
    let images = |device: &Device| {
        let data = TensorData::new(numbers(shape.iter().product()), shape);
        Tensor::<D>::from_data(data, device)
    };
    let labels: Vec<i64> = (0..batch as i64).map(|i| i % classes).collect();
    let x = images(&device);
    let targets = Tensor::<2, Int>::from_data(TensorData::new(labels, [batch, 1]), &device);
    let mut optimizer = AdamConfig::new().init();
    let train = median(rounds, || {
        let logits = network.forward(x.clone()).expect("images that fit");
        let loss = log_softmax(logits, 1)
            .gather(1, targets.clone())
            .mean()
            .neg();
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(5e-5, network.clone(), gradients);
    });
    let memory = peak_memory();
    let network = burn::module::Module::valid(&network);
    let x = images(&Device::flex());
    let one = x.clone().narrow(0, 0, 1);
    let layers = |x: &Tensor<D>| {
        let logits = network.forward(x.clone());
        logits.expect("images that fit").into_data()
    };
    let prepared = network.for_inference()?;
    let infer = |x: &Tensor<D>| {
        let logits = prepared.forward(x.clone());
        logits.expect("images that fit").into_data()
    };
    let (layers64, infer64) = medians(rounds, || layers(&x), || infer(&x));
    let (layers1, infer1) = medians(rounds, || layers(&one), || infer(&one));
    Ok(serde_json::json!({
        "construct": construct,
        "train": train,
        "layers": layers64,
        "infer": infer64,
        "layers1": layers1,
        "infer1": infer1,
        "memory": memory,
        "parameters": parameters,
    }))
}

/// The largest resident size so far in bytes, where the system tells (Linux).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// A convolution between regular fields of a group of space: construction, inference, and a step that
/// computes both gradients.
fn fields(case: &str, rounds: usize) -> Result<serde_json::Value, Failure> {
    let [group, fields, batch, size] = case.split(',').collect::<Vec<_>>()[..] else {
        return Err("a case of fields has a group, fields, batch and size".into());
    };
    let (batch, size): (usize, usize) = (batch.parse()?, size.parse()?);
    let fields = FieldType::parse(&format!("{group}: {fields} regular"))?;
    let config = EquivariantConvConfig::new(&fields, &fields, 3).with_padding(1);
    let shape = [batch, fields.channels(), size, size, size];
    layer(&config, shape, rounds, |x| Field::from_volume(x, &fields))
}

fn icosahedron(case: &str, rounds: usize) -> Result<serde_json::Value, Failure> {
    let sizes: Vec<usize> = case.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let &[steps, fields, batch] = &sizes[..] else {
        return Err("a case of the icosahedron has steps, fields and batch".into());
    };
    let fields = FieldType::parse(&format!("C6: {fields} regular"))?;
    let config = EquivariantConvConfig::new(&fields, &fields, 3)
        .with_padding(1)
        .with_kernels(KernelKind::Hexagonal);
    let atlas = Atlas::icosahedron(steps)?;
    let places = Domain::from(atlas.clone()).places();
    let shape = [batch, places, fields.channels()];
    layer(&config, shape, rounds, |x| {
        Field::from_memory(x, atlas.clone().into(), &fields)
    })
}

/// Times of one convolution, of which `field` makes the input of a tensor.
fn layer<const D: usize>(
    config: &EquivariantConvConfig,
    shape: [usize; D],
    rounds: usize,
    field: impl Fn(Tensor<D>) -> Result<Field, NnError>,
) -> Result<serde_json::Value, Failure> {
    let device = Device::flex().autodiff();
    let start = Instant::now();
    let conv = config.init(&device)?;
    let construct = start.elapsed().as_secs_f64();
    let x = |device: &Device| {
        let data = TensorData::new(numbers(shape.iter().product()), shape);
        Tensor::<D>::from_data(data, device)
    };
    let (learnt, plain) = (x(&device).require_grad(), x(&Device::flex()));
    let step = || {
        let y = field(learnt.clone()).and_then(|x| conv.forward(x));
        let y = y.expect("an input that fits").into_memory();
        black_box(y.square().sum().backward());
    };
    let train = median(rounds, step);
    let conv = burn::module::Module::valid(&conv);
    let infer = median(rounds, || {
        let y = field(plain.clone()).and_then(|x| conv.forward(x));
        y.expect("an input that fits").into_memory().into_data()
    });
    Ok(serde_json::json!({
        "construct": construct,
        "train": train,
        "infer": infer,
        "memory": peak_memory(),
        "parameters": conv.parameters(),
    }))
}

fn dense(
    sizes: &str,
    volumes: bool,
    (rounds, precision): (usize, Precision),
) -> Result<serde_json::Value, Failure> {
    let sizes: Vec<usize> = sizes.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let &[batch, inputs, outputs, kernel, size, padding] = &sizes[..] else {
        return Err("a dense case has six sizes".into());
    };
    let along = |value: usize, rest: usize| [if volumes { value } else { rest }, value, value];
    let geometry = Geometry::new(along(kernel, 1), [1; 3], along(padding, 0), [1; 3])?;
    let shape = ConvShape::new(&geometry, batch, along(size, 1), inputs, outputs)?;
    let (x, weight) = (numbers(shape.input_len()), numbers(shape.weight_len()));
    let dy = numbers(shape.output_len());
    // A plan without symmetry: a free parameter per weight, in the order of weights.
    let elements = (0..geometry.taps()).map(|tap| {
        vec![Entry {
            out: 0,
            input: 0,
            tap,
            value: 1.0,
        }]
    });
    let basis = PairBasis {
        elements: elements.collect(),
    };
    let (input, output) = (Layout::scalars(inputs)?, Layout::scalars(outputs)?);
    let plan = ConvPlan::new(input, output, geometry, vec![basis])?.with_precision(precision);
    let forward = median(rounds, || plan.forward(&shape, &x, &plan.prepare(&weight)?));
    let dx = median(rounds, || plan.backward_input(&shape, &dy, &weight));
    let dw = median(rounds, || plan.backward_parameters(&shape, &x, &dy));
    Ok(serde_json::json!({ "forward": forward, "dx": dx, "dw": dw }))
}

/// What computes, and how fast a product of matrices is of which all numbers stay in caches.
fn machine(rounds: usize, precision: Precision) -> Result<serde_json::Value, Failure> {
    let (side, inner, cols) = (78_usize, 768, 768);
    let case = format!("1,{inner},{cols},1,{side},0");
    let seconds = dense(&case, false, (rounds, precision));
    let seconds = seconds?["forward"].as_f64().ok_or("a time")?;
    let products = (side * side * inner * cols) as f64;
    Ok(serde_json::json!({
        "what": Processor::describe(&Device::flex()),
        "products": products / seconds,
    }))
}
