//! Inference networks give what the networks give that they were made from.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor};
use schur_nn::network::{Output, models};
use schur_nn::{
    Field, InferenceNetwork, Network, NetworkConfig, NnError, assert_equivariant,
    relative_distance, tolerance,
};

use crate::support::{Moved, TYPES, bits, field, generic, grid, normal, tensor, train};
use crate::tolerance::BROKEN;
use crate::zoo::{groups_of, initial};

fn images(count: usize, side: usize, dtype: DType) -> Tensor<4> {
    let values = normal(count * side * side, 3);
    tensor(values, [count, 1, side, side], dtype, &Device::flex())
}

/// The answers of both as one tensor.
fn answers(network: &Network, inference: &InferenceNetwork, x: &Tensor<4>) -> [Tensor<4>; 2] {
    if network.output() == Output::Mask {
        return [network.masks(x.clone()), inference.masks(x.clone())].map(Result::unwrap);
    }
    let both = [network.forward(x.clone()), inference.forward(x.clone())];
    both.map(|answer| answer.unwrap().unsqueeze())
}

fn distance(network: &Network, inference: &InferenceNetwork, x: &Tensor<4>) -> f64 {
    let [want, got] = answers(network, inference, x);
    relative_distance(&got, &want)
}

fn allowed(dtype: DType) -> f64 {
    match dtype {
        DType::F32 => tolerance::EXACT_F32,
        _ => tolerance::EXACT_F64,
    }
}

/// Every model of the collection, in both number types.
#[test]
fn every_model_is_the_same() {
    for name in models() {
        for group in groups_of(name) {
            for dtype in TYPES {
                let (network, side) = initial(name, group, 2);
                let network = generic(network, dtype);
                let inference = network.for_inference().unwrap();
                let x = field(network.image_type(), (side, side), dtype, &Device::flex());
                let error = distance(&network, &inference, &x.to_tensor());
                assert!(
                    error < allowed(dtype),
                    "{name} {group} {dtype:?}: {error:e}"
                );
            }
        }
    }
}

/// A large batch is run in parts, several at a time; every image gets its own answer.
#[test]
fn parts_of_a_batch() {
    let network = generic(small("C4").init(1, &Device::flex()).unwrap(), DType::F64);
    let numbers = network.activations((28, 28)).unwrap() as usize / network.layers().len();
    let batch = 5 * (2 << 20) / (8 * numbers) + 1;
    let x = images(batch, 28, DType::F64);
    let inference = network.for_inference().unwrap();
    let [want, got] = answers(&network, &inference, &x);
    assert!(relative_distance(&got, &want) < tolerance::EXACT_F64);
    let others = want.flip([2]);
    assert!(
        relative_distance(&got, &others) > BROKEN,
        "the order of images"
    );
}

fn small(group: &str) -> NetworkConfig {
    let config = NetworkConfig {
        group: grid(group),
        ..NetworkConfig::default()
    };
    config.with_parameter_budget(2_000).unwrap()
}

/// The running statistics of a trained network are those that are folded, and an inference
/// network keeps the numbers that it was made from.
#[test]
fn training_goes_on_without_it() {
    let device = Device::flex().autodiff();
    let x = images(3, 28, DType::F32);
    let network = train(small("C4").init(1, &device).unwrap(), 28, 3);
    let inference = network.for_inference().unwrap();
    let trained = network.valid();
    assert!(distance(&trained, &inference, &x) < tolerance::EXACT_F32);
    let before = bits(&inference.forward(x.clone()).unwrap());
    let further = train(network, 28, 3).valid();
    assert_eq!(bits(&inference.forward(x.clone()).unwrap()), before);
    assert!(distance(&further, &inference, &x) > BROKEN);
}

/// Whatever the folding leaves out would be seen: scales, shifts, means and variances that are
/// moved one by one change the answer.
#[test]
fn every_number_counts() {
    let network = generic(small("D4").init(1, &Device::flex()).unwrap(), DType::F64);
    let x = images(2, 28, DType::F64);
    let inference = network.for_inference().unwrap();
    for what in ["gamma", "beta", "running_mean", "running_variance"] {
        let changed = network.clone().map(&mut Moved::new(what));
        let error = distance(&changed, &inference, &x);
        assert!(error > BROKEN, "{what}: {error:e}");
        let again = changed.for_inference().unwrap();
        assert!(
            distance(&changed, &again, &x) < tolerance::EXACT_F64,
            "{what}"
        );
    }
}

#[test]
fn still_equivariant() {
    for group in ["C4", "D4"] {
        let network = generic(small(group).init(1, &Device::flex()).unwrap(), DType::F64);
        let x = Field::from_tensor(images(1, 28, DType::F64), network.image_type());
        let inference = network.for_inference().unwrap();
        assert_equivariant(&inference, &x.unwrap(), tolerance::EXACT_F64).unwrap();
    }
}

#[test]
fn threads_change_no_bit() {
    let network = generic(small("C8").init(1, &Device::flex()).unwrap(), DType::F32);
    let answers = [1, 2, 5].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            let inference = network.for_inference().unwrap();
            bits(&inference.forward(images(3, 28, DType::F32)).unwrap())
        })
    });
    assert!(answers[0].iter().any(|&bits| bits != 0));
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn what_it_cannot_take() {
    let network = small("C4").init(1, &Device::flex()).unwrap();
    let inference = network.for_inference().unwrap();
    let x = images(1, 28, DType::F32);
    let with_gradients = Tensor::<4>::from_data(x.to_data(), &Device::flex().autodiff());
    let refused = inference.forward(with_gradients);
    assert!(matches!(refused, Err(NnError::Prepared { .. })));
    let refused = inference.forward(images(1, 28, DType::F64));
    assert!(matches!(refused, Err(NnError::NumberType { .. })));
    let refused = inference.forward(images(1, 3, DType::F32));
    assert!(refused.is_err(), "too small");
    assert!(matches!(inference.masks(x), Err(NnError::Config { .. })));
    let none = images(0, 28, DType::F32);
    assert_eq!(inference.forward(none).unwrap().dims(), [0, 10]);
}
