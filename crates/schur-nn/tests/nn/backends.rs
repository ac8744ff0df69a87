//! Whole networks on the engine against the same networks composed of Burn's primitives, on the
//! CPU and on every graphics processor that the tests are built for and the machine has.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Device, Gradients, Tensor};
use schur_nn::network::models;
use schur_nn::{Field, Layer, Network, NetworkConfig, Processor, ops};

use crate::gradients::weigh;
use crate::support::{generic, normal, numbers, tensor};
use crate::tolerance::{BACKEND_F32, BACKEND_F64, BROKEN, SMALL_GRADIENT};
use crate::zoo::of_width;

/// What can differ between two ways to make one training step: name and numbers.
pub(crate) type Findings = Vec<(String, Vec<f64>)>;

/// Answers, gradients and running statistics of one step, and the answers in use after it.
fn step(config: &NetworkConfig, side: usize, device: &Device, dtype: DType) -> Findings {
    let device = device.clone().autodiff();
    let network = generic(config.init(1, &device).unwrap(), dtype);
    step_of(&network, side, dtype)
}

/// The same of a network on an autodiff device.
pub(crate) fn step_of(network: &Network, side: usize, dtype: DType) -> Findings {
    let device = network.device();
    let channels = network.image_type().channels();
    let images: Tensor<4> = tensor(
        normal(2 * channels * side * side, 5),
        [2, channels, side, side],
        dtype,
        &device,
    );
    let images = images.require_grad();
    let answer = |network: &Network, images| {
        let x = Field::from_tensor(images, network.image_type()).unwrap();
        Layer::forward(network, x).unwrap().into_memory()
    };
    let answers = answer(network, images.clone());
    let gradients = weigh(answers.clone()).backward();
    let mut findings = vec![
        ("answers".to_string(), numbers(&answers)),
        (
            IMAGE_GRADIENT.to_string(),
            numbers(&images.grad(&gradients).unwrap()),
        ),
    ];
    network.visit(&mut GradientsOf(&gradients, &mut findings));
    let network = network.valid();
    network.visit(&mut Statistics {
        running: false,
        findings: &mut findings,
    });
    findings.push((
        "answers in use".to_string(),
        numbers(&answer(&network, images.inner())),
    ));
    findings
}

const IMAGE_GRADIENT: &str = "gradient in the image";

struct GradientsOf<'a>(&'a Gradients, &'a mut Findings);

impl ModuleVisitor for GradientsOf<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if param.val().is_require_grad() {
            let gradient = param
                .val()
                .grad(self.0)
                .expect("a gradient for every parameter");
            self.1
                .push((format!("gradient {}", self.1.len()), numbers(&gradient)));
        }
    }
}

struct Statistics<'a> {
    running: bool,
    findings: &'a mut Findings,
}

impl ModuleVisitor for Statistics<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.running = name.starts_with("running");
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self.running {
            let name = format!("running statistic {}", self.findings.len());
            self.findings.push((name, numbers(&param.val())));
        }
    }
}

/// The largest difference, relative to the largest number of its kind, and where it is. What
/// cancels, such as the gradient of a bias before a norm, is relative to all gradients.
pub(crate) fn distance(found: &Findings, expected: &Findings) -> (f64, String) {
    let largest = |values: &[f64]| values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let is_gradient = |name: &str| name.starts_with("gradient");
    let of_parameters = expected
        .iter()
        .filter(|(name, _)| is_gradient(name) && name != IMAGE_GRADIENT);
    let all = of_parameters.fold(0.0f64, |m, (_, values)| m.max(largest(values)));
    assert!(all > 0.0 && found.len() == expected.len());
    let mut worst = (0.0, String::new());
    for ((name, found), (_, expected)) in found.iter().zip(expected) {
        assert_eq!(found.len(), expected.len(), "{name}");
        let floor = if is_gradient(name) {
            SMALL_GRADIENT * all
        } else {
            0.0
        };
        let scale = largest(expected).max(floor);
        for (found, expected) in found.iter().zip(expected) {
            let error = (found - expected).abs() / scale;
            if error.is_nan() || error > worst.0 {
                worst = (error, name.clone());
            }
        }
    }
    worst
}

/// Networks that between them have every kind of layer that a description knows.
fn networks() -> impl Iterator<Item = (String, NetworkConfig, usize)> {
    let groups = |name: &str| match name {
        // Large, and of the kinds of layers that "wide-resnet" and "large-restricted" have.
        // The last are for volumes, spheres and strips only.
        name if name.starts_with("moebius") => vec![],
        "wrn-16-8" | "wrn-28-10" | "octahedral" | "se3" | "sphere" => vec![],
        "large-restricted" => vec!["D4"],
        "p4" => vec!["C1", "C4", "D4"],
        "wide-resnet" => vec!["C8", "SO2"],
        _ => vec!["C4"],
    };
    let pairs = models()
        .into_iter()
        .flat_map(move |name| groups(name).into_iter().map(move |g| (name, g)));
    pairs.map(|(name, group)| {
        let (config, side) = of_width(name, group, 1);
        (format!("{name} {group}"), config, side)
    })
}

/// The engine and Burn's primitives agree to round-off on one training step of every network of
/// the collection.
#[test]
fn a_step_of_every_network_composed_of_primitives() {
    let device = Device::flex();
    for (name, config, side) in networks() {
        let engine = step(&config, side, &device, DType::F64);
        let composed = ops::composed(|| step(&config, side, &device, DType::F64));
        let (error, place) = distance(&composed, &engine);
        println!("{name}: {error:.1e} in {place}");
        assert!(error <= BACKEND_F64, "{name}: {error:.1e} in {place}");
    }
}

/// The same on graphics processors, in `f32`.
#[test]
#[ignore = "needs a graphics processor and the feature `cuda` or `wgpu`: run with --ignored"]
fn a_step_of_every_network_on_graphics_processors() {
    let processors = Processor::ALL.into_iter().skip(1);
    let opened = processors.filter_map(|p| Some((p, p.open().ok()?)));
    let opened: Vec<_> = opened.collect();
    assert!(
        !opened.is_empty(),
        "there is no graphics processor in this build or machine"
    );
    for (processor, device) in opened {
        for (name, config, side) in networks() {
            let engine = step(&config, side, &Device::flex(), DType::F32);
            let (error, place) = distance(&step(&config, side, &device, DType::F32), &engine);
            println!("{processor}, {name}: {error:.1e} in {place}");
            assert!(
                error <= BACKEND_F32,
                "{processor}, {name}: {error:.1e} in {place}"
            );
        }
    }
}

/// The comparison sees another network, and one wrong number anywhere.
#[test]
fn the_comparison_can_fail() {
    let device = Device::flex();
    let (config, side) = of_width("p4", "C4", 1);
    let right = step(&config, side, &device, DType::F64);
    assert_eq!(distance(&right, &right).0, 0.0);
    let (wider, _) = of_width("p4", "C4", 1);
    let other = step(
        &NetworkConfig {
            activation: schur_nn::network::NonlinearityKind::Elu,
            ..wider
        },
        side,
        &device,
        DType::F64,
    );
    assert!(distance(&other, &right).0 > BROKEN);
    for place in 0..right.len() {
        let mut wrong = right.clone();
        let largest = wrong[place].1.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        wrong[place].1[0] += 0.1 * largest;
        let (error, name) = distance(&wrong, &right);
        assert!(
            largest == 0.0 || error > BACKEND_F32 && name == right[place].0,
            "{name}: {error}"
        );
    }
}

/// Inside `composed` the operations are composed, outside they aren't, whatever happens inside.
#[test]
fn composing_ends_where_it_should() {
    use schur_engine::norm::NormPlan;
    use schur_engine::{Activation, Layout};

    let plan = std::sync::Arc::new(NormPlan::new(Layout::scalars(2).unwrap(), Activation::Relu));
    let device = Device::flex().autodiff();
    let x = Tensor::<4>::ones([1, 2, 2, 2], &device).require_grad();
    // The engine's statistics are not differentiable, the composed ones are.
    let is_composed = || ops::field_statistics(x.clone(), &plan).is_tracked();
    assert!(!is_composed());
    assert!(ops::composed(|| ops::composed(is_composed) && is_composed()));
    let panicked =
        std::panic::catch_unwind(|| ops::composed(|| std::panic::resume_unwind(Box::new(()))));
    assert!(panicked.is_err() && !is_composed());
}

/// What is not there is refused by name, with the remedy.
#[test]
fn devices_that_are_not_there_are_refused() {
    for processor in Processor::ALL {
        assert_eq!(processor.name().parse::<Processor>().unwrap(), processor);
        if !processor.is_compiled() {
            assert!(processor.devices().is_empty());
            let message = processor.open().unwrap_err().to_string();
            assert!(
                message.contains(&format!("--features {processor}")),
                "{message}"
            );
        }
    }
    let message = "tpu".parse::<Processor>().unwrap_err().to_string();
    assert!(message.contains("cpu, wgpu, vulkan, cuda"), "{message}");
}
