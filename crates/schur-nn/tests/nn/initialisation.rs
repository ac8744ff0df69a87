//! Initial weights have the promised spread, and numbers depend on nothing but the seed.

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{DType, Device};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use schur_math::PlanarRepresentation as Representation;
use schur_nn::network::{AnyLayerConfig, BlockConfig, configs};
use schur_nn::{
    Checkpoint, EquivariantConv, EquivariantConvConfig, Field, FieldType, ImplicitConvConfig,
    Layer, NetworkConfig,
};

use crate::support::groups::every_lattice_group;
use crate::support::{bits, grid, loss, normal, numbers, planar, tensor, train};
use crate::tolerance::VARIANCE;

/// The mean square of every output channel of a convolution on white noise, averaged over
/// images, pixels and several draws of the weights.
fn powers<L: Layer>(init: impl Fn(u64) -> L, input: &FieldType, size: usize) -> Vec<f64> {
    let draws = 6;
    let device = Device::flex();
    let mut powers = Vec::new();
    for seed in 0..draws {
        let conv = init(seed);
        let shape = [2, size, size, input.channels()];
        let noise = normal(shape.iter().product(), 70 + seed);
        let noise = tensor(noise, shape, DType::F32, &device);
        let x = Field::from_grid(noise, input).unwrap();
        let y = conv.forward(x).unwrap().into_memory();
        let [.., channels] = y.dims();
        powers.resize(channels, 0.0);
        let y = numbers(&y);
        let share = (draws as usize * (y.len() / channels)) as f64;
        for pixel in y.chunks(channels) {
            for (power, value) in powers.iter_mut().zip(pixel) {
                *power += value * value / share;
            }
        }
    }
    powers
}

/// Asserts the mean power of every component of the output.
pub(crate) fn spread<L: Layer>(
    init: impl Fn(u64) -> L,
    input: &FieldType,
    output: &FieldType,
    gain: f64,
) {
    let powers = powers(init, input, 12);
    for (block, part) in output.blocks().iter().enumerate() {
        let channels = &powers[output.layout().block_channels(block)];
        for component in channels.chunks(part.multiplicity) {
            let power = component.iter().sum::<f64>() / component.len() as f64;
            let error = (power / gain.powi(2) - 1.0).abs();
            let what = part.representation.name();
            assert!(error < VARIANCE, "{input} to {what}: {power} for {gain}²");
        }
    }
}

fn white_noise_keeps_its_power(group: &str) {
    let group = planar(group);
    let trivial = Representation::trivial(&group);
    let regular = Representation::regular(&group).unwrap();
    let image = FieldType::trivial(&group, 8).unwrap();
    let features = FieldType::regular(&group, 24).unwrap();
    let mixed = FieldType::new(&group, [(trivial, 96), (regular, 24)]).unwrap();
    for (input, output, kernel, gain) in [
        (&image, &mixed, 5, 1.0),
        (&features, &features, 3, std::f64::consts::SQRT_2),
        (&features, &features, 4, 1.0),
        (&mixed, &mixed, 2, 3.0),
    ] {
        let config = EquivariantConvConfig::new(input, output, kernel).with_gain(gain);
        let init = |seed| {
            config
                .clone()
                .with_seed(seed)
                .init(&Device::flex())
                .unwrap()
        };
        spread(init, input, output, gain);
    }
}

every_lattice_group!(white_noise_keeps_its_power);

/// Weights are the Box-Muller transforms of consecutive pairs of 53 bits of ChaCha8, with the
/// logarithm and cosine of the platform, to half a unit in the last place of `f32` (a tie may
/// fall to either side). More numbers than one task of the parallel draw has.
#[test]
fn weights_are_box_muller() {
    let features = FieldType::regular(planar("C4"), 37).unwrap();
    let config = EquivariantConvConfig::new(&features, &features, 3).with_seed(12);
    let conv = config.init(&Device::flex()).unwrap();
    let weights = numbers(&conv.weight.val());
    assert!(weights.len() > 3 * 8192 && weights.len() % 128 != 0);
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let mut uniform = || (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let elements = 4 * 3 * 3;
    let deviation = (2.0 * 4.0 / (elements * 37) as f64 / 4.0).sqrt();
    for (place, weight) in weights.into_iter().enumerate() {
        let radius = (-2.0 * (1.0 - uniform()).ln()).sqrt();
        let want = deviation * radius * (std::f64::consts::TAU * uniform()).cos();
        let error = (weight / want - 1.0).abs();
        assert!(
            error <= f64::from(f32::EPSILON),
            "{place}: {weight} and {want}"
        );
    }
}

#[test]
fn seeds_decide() {
    let features = FieldType::regular(planar("D4"), 3).unwrap();
    let weights = |seed| {
        let config = EquivariantConvConfig::new(&features, &features, 3).with_seed(seed);
        bits(&config.init(&Device::flex()).unwrap().weight.val())
    };
    assert_eq!(weights(7), weights(7));
    assert_ne!(weights(7), weights(8));

    let network = |seed| {
        let network = small().init(seed, &Device::flex()).unwrap();
        Checkpoint::capture(&network, network.description())
    };
    assert_eq!(network(0), network(0));
    assert_ne!(network(0), network(1));
}

/// The layers of one network draw different numbers from its seed.
#[test]
fn layers_differ() {
    let mut config = small();
    config.blocks = vec![BlockConfig::new(3, 3); 3];
    let network = config.init(0, &Device::flex()).unwrap();
    let weights = |layer: usize| {
        let conv = network.layers()[layer].downcast_ref::<EquivariantConv>();
        bits(&conv.expect("a convolution").weight.val())
    };
    assert_eq!(weights(2).len(), weights(4).len());
    assert_ne!(weights(2), weights(4));
}

fn small() -> NetworkConfig {
    NetworkConfig {
        group: grid("D4"),
        classes: 4,
        blocks: vec![
            BlockConfig::new(3, 3).with_pool(2),
            BlockConfig::new(5, 3),
            BlockConfig::new(4, 2),
        ],
        ..NetworkConfig::default()
    }
}

/// Gradients, trained weights and running statistics are equal to the last bit whatever the
/// number of threads.
#[test]
fn threads_do_not_matter() {
    let work = || {
        let network = small().init(3, &Device::flex().autodiff()).unwrap();
        let gradients = loss(&network, 16, 0).backward();
        let gradients = GradientsParams::from_grads(gradients, &network);
        let mut slopes = Slopes {
            gradients,
            bits: Vec::new(),
        };
        network.visit(&mut slopes);
        let trained = train(network, 16, 3);
        let logits = trained.valid();
        let description = trained.description();
        let x = crate::support::field(logits.image_type(), (16, 16), DType::F32, &Device::flex());
        let logits = bits(&logits.forward(x.to_tensor()).unwrap());
        (
            slopes.bits,
            Checkpoint::capture(&trained, description),
            logits,
        )
    };
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(work)
    };
    let one = run(1);
    assert_eq!(one.0.len(), small().parameters().unwrap());
    assert!(one.0.iter().any(|&bits| bits != 0), "all gradients vanish");
    for threads in [2, 3] {
        assert!(run(threads) == one, "{threads} threads");
    }
}

/// The bits of the gradients of all parameters.
struct Slopes {
    gradients: GradientsParams,
    bits: Vec<u32>,
}

impl burn::module::ModuleVisitor for Slopes {
    fn visit_float<const D: usize>(
        &mut self,
        param: &burn::module::Param<burn::tensor::Tensor<D>>,
    ) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            self.bits.extend(bits(&gradient));
        }
    }
}

#[test]
fn gains_that_are_no_factors_are_refused() {
    let fields = FieldType::parse("C4: 2 regular").unwrap();
    let device = Device::flex();
    for gain in [f64::NAN, f64::INFINITY, 1e300] {
        let conv = EquivariantConvConfig::new(&fields, &fields, 3).with_gain(gain);
        assert!(conv.init(&device).unwrap_err().to_string().contains("gain"));
        let implicit = ImplicitConvConfig::new(&fields, &fields, 3).with_gain(gain);
        assert!(
            implicit
                .init(&device)
                .unwrap_err()
                .to_string()
                .contains("gain")
        );
    }
}

/// The streams of weights are those of the layers' numbers, whatever stands between.
#[test]
fn another_layer_leaves_the_weights_of_others() {
    let conv = || AnyLayerConfig::from(configs::Conv::new(2, 3));
    let relu = configs::Norm::new(schur_nn::Activation::Relu);
    let weights = |layers: Vec<AnyLayerConfig>, at: usize| {
        let end = [
            configs::GroupPool::default().into(),
            configs::GlobalPool::default().into(),
        ];
        let layers = layers.into_iter().chain(end).collect();
        let mut config = NetworkConfig::of_layers(grid("C4"), layers);
        config.classes = 2;
        let network = config.init(9, &Device::flex()).unwrap();
        bits(
            &network.layers()[at]
                .downcast_ref::<EquivariantConv>()
                .unwrap()
                .weight
                .val(),
        )
    };
    let plain = weights(vec![conv(), conv()], 1);
    assert_eq!(plain, weights(vec![conv(), relu.into(), conv()], 2));
    assert_ne!(plain, weights(vec![conv(), conv(), conv()], 2));
}
