//! What batch norm remembers, and what it does with it, by hand.

use burn::module::Module;
use burn::tensor::{DType, Device};
use schur_engine::Activation;
use schur_nn::{Field, FieldNorm, FieldType, Layer, in_precision, tolerance};

use crate::support::{field, field_types, generic, numbers, planar};

/// Mean and biased variance of every field over batch, pixels and components.
fn moments(x: &Field) -> [Vec<f64>; 2] {
    let layout = x.field_type().layout().clone();
    let (fields, values) = (layout.field_of_channel(), numbers(x.memory()));
    let average = |of: &dyn Fn(usize, f64) -> f64| -> Vec<f64> {
        let (mut sums, mut counts) = (vec![0.0; layout.fields()], vec![0.0; layout.fields()]);
        for (i, &value) in values.iter().enumerate() {
            let field = fields[i % fields.len()];
            sums[field] += of(field, value);
            counts[field] += 1.0;
        }
        sums.iter().zip(&counts).map(|(s, n)| s / n).collect()
    };
    let mean = average(&|_, value| value);
    let variance = average(&|field, value| (value - mean[field]).powi(2));
    [mean, variance]
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() <= tolerance::EXACT_F64, "{f} against {e}");
    }
}

fn mixture() -> FieldType {
    field_types(&planar("C4")).pop().unwrap()
}

/// Each batch moves the running values a tenth of the way towards its own.
#[test]
fn running_statistics() {
    let device = Device::flex().autodiff();
    let fields = mixture();
    let norm = FieldNorm::new(&fields, Activation::Relu, &device).unwrap();
    let norm = generic(norm, DType::F64);
    let read = |norm: &FieldNorm| {
        let norm = norm.valid();
        [&norm.running_mean, &norm.running_variance].map(|state| numbers(&state.value()))
    };
    let mut expected = read(&norm);
    for size in [(3, 4), (2, 5), (4, 4)] {
        let x = field(&fields, size, DType::F64, &device);
        for (running, batch) in expected.iter_mut().zip(moments(&x)) {
            for (running, batch) in running.iter_mut().zip(batch) {
                *running = 0.9 * *running + 0.1 * batch;
            }
        }
        norm.forward(x).unwrap();
        for (found, expected) in read(&norm).iter().zip(&expected) {
            close(found, expected);
        }
    }
}

/// The first values are those of no batch: they are evaluated with never, whatever the method, and the
/// mean of a network that has made three steps is not one part in four of nothing.
#[test]
fn the_first_batch_gives_the_first_statistics() {
    let device = Device::flex().autodiff();
    let composed = FieldType::parse("O(2): 2 trivial + 2 spectral(1)").unwrap();
    for fields in [mixture(), composed] {
        let norm = FieldNorm::new(&fields, Activation::Identity, &device).unwrap();
        let norm = in_precision(norm, DType::F64).train();
        let read = |norm: &FieldNorm| {
            let norm = norm.valid();
            [&norm.running_mean, &norm.running_variance].map(|state| numbers(&state.value()))
        };
        let [first, second] = [(3, 4), (2, 5)].map(|size| {
            let x = field(&fields, size, DType::F64, &device);
            x.map(&fields, |x| x * 3.0 + 0.5).unwrap()
        });
        // By a norm that keeps nothing but the last batch.
        let last = |x: &Field| {
            let norm = FieldNorm::new(&fields, Activation::Identity, &device).unwrap();
            let norm = in_precision(norm, DType::F64).train();
            let norm = norm.with_momentum(1.0).unwrap();
            norm.forward(x.clone()).unwrap();
            read(&norm)
        };
        norm.forward(first.clone()).unwrap();
        for (found, expected) in read(&norm).iter().zip(last(&first)) {
            close(found, &expected);
        }
        norm.forward(second.clone()).unwrap();
        let batches = last(&first).into_iter().zip(last(&second));
        let blended = batches.map(|(first, second)| {
            let pairs = first.iter().zip(&second);
            pairs.map(|(a, b)| 0.9 * a + 0.1 * b).collect::<Vec<f64>>()
        });
        for (found, expected) in read(&norm).iter().zip(blended) {
            close(found, &expected);
        }
    }
}

/// Another momentum moves them another part of the way, and another epsilon is added to
/// variances: in training and inference, in both methods, in networks for inference too.
#[test]
fn momentum_and_epsilon() {
    let device = Device::flex().autodiff();
    let composed = FieldType::parse("O(2): 2 trivial + 2 spectral(1)").unwrap();
    for fields in [mixture(), composed] {
        let norm = |momentum: f64| {
            let norm = FieldNorm::new(&fields, Activation::Identity, &device).unwrap();
            let norm = generic(norm, DType::F64);
            norm.with_momentum(momentum)
                .unwrap()
                .with_epsilon(0.75)
                .unwrap()
        };
        let running = |norm: &FieldNorm| numbers(&norm.valid().running_variance.value());
        let x = field(&fields, (3, 4), DType::F64, &device);
        let [still, some, all] = [0.0, 0.25, 1.0].map(norm);
        let before = running(&still);
        for norm in [&still, &some, &all] {
            norm.forward(x.clone()).unwrap();
        }
        close(&running(&still), &before);
        let blend = before.iter().zip(running(&all));
        let blend: Vec<f64> = blend.map(|(old, new)| 0.75 * old + 0.25 * new).collect();
        close(&running(&some), &blend);
        assert!(running(&all) != before);
        // With the statistics of its own batch as running ones, inference is training.
        let (trained, applied) = (all.forward(x.clone()).unwrap(), {
            let x = x.clone().map(&fields, |x| x.inner()).unwrap();
            all.valid().forward(x).unwrap()
        });
        close(&numbers(trained.memory()), &numbers(applied.memory()));
        // Deviations of the result are those of the field with a larger variance.
        let scalar = Field::select_fields(&applied, &[0]).unwrap();
        let given = Field::select_fields(&x, &[0]).unwrap();
        if fields != mixture() {
            let [variance, result] = [moments(&given), moments(&scalar)].map(|[_, v]| v[0]);
            let gamma = numbers(&all.gamma.val())[0];
            close(&[result], &[gamma * gamma * variance / (variance + 0.75)]);
        }
        let error = norm(0.5).with_momentum(-0.25).unwrap_err().to_string();
        assert!(
            error.contains("-0.25") && error.contains("use 0 to 1"),
            "{error}"
        );
        for epsilon in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = norm(0.5).with_epsilon(epsilon).unwrap_err().to_string();
            assert!(error.contains(&epsilon.to_string()), "{error}");
        }
        assert!(norm(0.5).with_momentum(f64::NAN).is_err());
    }
}

/// A norm of its own epsilon is folded into the weights of the convolution before it as it is.
#[test]
fn epsilon_of_folded_norms() {
    use schur_nn::{EquivariantConvConfig, export::Graph};
    let device = Device::flex();
    let fields = FieldType::parse("C4: 2 regular").unwrap();
    let conv = EquivariantConvConfig::new(&fields, &fields, 3);
    let norm = FieldNorm::new(&fields, Activation::Relu, &device).unwrap();
    let layers = (conv.init(&device).unwrap(), norm.with_epsilon(2.0).unwrap());
    let layers = generic(layers, DType::F32);
    let x = field(&fields, (5, 5), DType::F32, &device);
    let expected = layers.forward(x.clone()).unwrap().to_tensor();
    let graph = Graph::export(&layers, 5, 5).unwrap();
    let found = graph.run(x.to_tensor()).unwrap();
    assert!(schur_nn::relative_distance(&found, &expected) < tolerance::EXACT_F32);
}

/// Inference uses the running values and leaves them alone.
#[test]
fn inference() {
    let device = Device::flex();
    let fields = mixture();
    let norm = FieldNorm::new(&fields, Activation::Relu, &device).unwrap();
    let norm = generic(norm, DType::F64);
    let [gamma, beta] = [&norm.gamma, &norm.beta].map(|p| numbers(&p.val()));
    let read = || [&norm.running_mean, &norm.running_variance].map(|s| numbers(&s.value_sync()));
    let [mean, variance] = read();
    let x = field(&fields, (3, 4), DType::F64, &device);
    let y = numbers(norm.forward(x.clone()).unwrap().memory());
    let field_of_channel = fields.layout().field_of_channel();
    let expected: Vec<f64> = numbers(x.memory())
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let f = field_of_channel[i % field_of_channel.len()];
            let deviation = (variance[f] + tolerance::NORM_EPSILON).sqrt();
            (gamma[f] * (value - mean[f]) / deviation + beta[f]).max(0.0)
        })
        .collect();
    close(&y, &expected);
    assert!(expected.iter().any(|&v| v > 0.0) && expected.contains(&0.0));
    assert_eq!(read(), [mean, variance]);
}

/// The norms of induced fields at the cosets share one variance, or the cosets would differ: it
/// is the mean over batch, pixels and cosets of `|x|²` per component, which is what the batch
/// norm without mean of whole fields takes.
#[test]
fn norms_at_cosets() {
    let fields = FieldType::parse("D4: 2 induced(C4, E1) + induced(D2, A1)").unwrap();
    let norm = FieldNorm::without_mean(&fields, &Device::flex().autodiff()).unwrap();
    let norm = generic(norm, DType::F64);
    let gamma = numbers(&norm.gamma.val());
    let x = field(&fields, (3, 4), DType::F64, &Device::flex().autodiff());
    let x = x.map(&fields, |x| x + 0.3).unwrap();
    // Outward, `[pixel][field][coset][component]`: two cosets of vectors, two of numbers.
    let outward = numbers(&x.to_tensor().permute([0, 2, 3, 1]));
    let y = norm.forward(x).unwrap().to_tensor().permute([0, 2, 3, 1]);
    let sizes = [(0, 2), (4, 2), (8, 1)];
    let variance = sizes.map(|(first, size)| {
        let norms = outward.chunks(10).flat_map(|pixel| {
            let cosets = pixel[first..first + 2 * size].chunks(size);
            cosets.map(|v| v.iter().map(|c| c * c).sum::<f64>())
        });
        let norms: Vec<f64> = norms.collect();
        norms.iter().sum::<f64>() / norms.len() as f64 / size as f64
    });
    let of_channel = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2];
    let expected: Vec<f64> = (outward.iter().enumerate())
        .map(|(k, value)| {
            let u = of_channel[k % 10];
            gamma[u] * value / (variance[u] + tolerance::NORM_EPSILON).sqrt()
        })
        .collect();
    close(&numbers(&y), &expected);
}
