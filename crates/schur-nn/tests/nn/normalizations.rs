//! Normalisation and dropout of fields of any representation.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor};
use schur_engine::Activation;
use schur_math::PlanarRepresentation;
use schur_nn::{
    ChangeOfBasis, Field, FieldDropout, FieldNorm, FieldType, Layer, SampleNorm, relative_distance,
    tolerance,
};

use crate::equivariance::bound;
use crate::nonlinearities::{any_types, check_both, types};
use crate::support::groups::every_group;
use crate::support::{TYPES, field, generic, numbers, planar, tensor};

/// Asserts that a layer in training commutes with the lattice elements. Every type has its own
/// layer, since copies share their running statistics.
fn check_training<L: Layer + Module>(layer: impl Fn(&Device) -> L) {
    for dtype in TYPES {
        let layer = generic(layer(&Device::flex().autodiff()), dtype);
        let x = field(
            layer.input_type(),
            (4, 4),
            dtype,
            &Device::flex().autodiff(),
        );
        schur_nn::assert_equivariant(&layer, &x, bound(dtype)).unwrap();
    }
}

fn batch_norm_of_all_fields(group: &str) {
    let group = planar(group);
    for fields in any_types(&group) {
        let device = Device::flex();
        check_both(&FieldNorm::new(&fields, Activation::Identity, &device).unwrap());
        check_both(&FieldNorm::without_mean(&fields, &device).unwrap());
        check_training(|on| FieldNorm::new(&fields, Activation::Identity, on).unwrap());
        check_training(|on| FieldNorm::without_mean(&fields, on).unwrap());
    }
}

every_group!(batch_norm_of_all_fields);

fn norms_per_sample(group: &str) {
    let group = planar(group);
    let device = Device::flex();
    for fields in any_types(&group) {
        check_both(&SampleNorm::instance(&fields, &device).unwrap());
        check_both(&SampleNorm::groups(&fields, 1, &device).unwrap());
        match SampleNorm::layer(&fields, &device) {
            Ok(layer) => check_both(&layer),
            Err(error) => assert!(error.to_string().contains("instance norm"), "{error}"),
        }
        if let Ok(layer) = SampleNorm::location(&fields, &device) {
            check_both(&layer);
        }
    }
    for fields in types(&group, &["4 trivial + 2 defining + 6 spectral(1)"]) {
        check_both(&SampleNorm::groups(&fields, 2, &device).unwrap());
        let error = SampleNorm::groups(&fields, 4, &device).unwrap_err();
        assert!(error.to_string().contains("a divisor of 2"), "{error}");
        assert!(SampleNorm::groups(&fields, 0, &device).is_err());
        assert!(SampleNorm::location(&fields, &device).is_err());
    }
}

every_group!(norms_per_sample);

/// One copy of a regular field in the basis of its irreps is normed by Burn's operations, the
/// field itself by the engine: the results are the same vectors, and so are the statistics.
#[test]
fn both_methods_of_batch_norm_agree() {
    let regular = FieldType::parse("D4: 3 regular").unwrap();
    let rho = PlanarRepresentation::regular(regular.group().planar().unwrap()).unwrap();
    let turned = rho.in_basis(rho.change_of_basis()).unwrap();
    let turned = FieldType::new(regular.group(), [(turned, 3)]).unwrap();
    let split = ChangeOfBasis::new(&regular).unwrap();
    let turn = |x: Field| {
        let split = split.forward(x).unwrap();
        split.map(&turned, |memory| memory).unwrap()
    };
    for device in [Device::flex(), Device::flex().autodiff()] {
        let fused = FieldNorm::new(&regular, Activation::Identity, &device).unwrap();
        let composed = FieldNorm::new(&turned, Activation::Identity, &device).unwrap();
        let double = |norm: FieldNorm| {
            let mut caster = Double;
            norm.map(&mut caster)
        };
        let (fused, composed) = (double(fused), double(composed));
        let x = field(&regular, (3, 4), DType::F64, &device);
        let shifted = x.map(&regular, |values| values + 0.7).unwrap();
        for _ in 0..2 {
            let expected = turn(fused.forward(shifted.clone()).unwrap());
            let found = composed.forward(turn(shifted.clone())).unwrap();
            let error = relative_distance(found.memory(), expected.memory());
            assert!(error <= tolerance::EXACT_F64, "{error}");
        }
        // The mean of the components, times the length of the invariant (1, …, 1) / √8.
        let means = fused.running_mean.value_sync() * 8f64.sqrt();
        let pairs = [
            (means.abs(), composed.running_mean.value_sync().abs()),
            (
                fused.running_variance.value_sync(),
                composed.running_variance.value_sync(),
            ),
        ];
        for (a, b) in pairs {
            for (a, b) in numbers(&a).into_iter().zip(numbers(&b)) {
                assert!((a - b).abs() <= tolerance::EXACT_F64, "{a} {b}");
            }
        }
    }
}

/// Casts a module to `f64`.
pub(crate) struct Double;

impl burn::module::ModuleMapper for Double {
    fn map_float<const D: usize>(
        &mut self,
        param: burn::module::Param<Tensor<D>>,
    ) -> burn::module::Param<Tensor<D>> {
        let old = param.val();
        let new = tensor(numbers(&old), old.dims(), DType::F64, &old.device());
        param.map(|old| new.set_require_grad(old.is_require_grad()))
    }
}

/// What a fresh norm leaves has, in the set that it norms, no invariant part and the mean square
/// `σ² / (σ² + ε)` per component.
#[test]
fn statistics_after_norms() {
    let device = Device::flex();
    let fields = FieldType::parse("D4: 4 regular + 4 E1").unwrap();
    let (batch, pixels, copies) = (2, 12, 4);
    let x = field(&fields, (3, 4), DType::F64, &device);
    let cases = [
        (SampleNorm::instance(&fields, &device).unwrap(), 4, true),
        (SampleNorm::groups(&fields, 2, &device).unwrap(), 2, true),
        (SampleNorm::layer(&fields, &device).unwrap(), 1, false),
        (SampleNorm::location(&fields, &device).unwrap(), 4, false),
    ];
    for (layer, groups, over_pixels) in cases {
        let layer = layer.map(&mut Double);
        let y = numbers(layer.forward(x.clone()).unwrap().memory());
        let old = numbers(x.memory());
        let members = copies / groups;
        for (first, dim) in [(0, 8), (32, 2)] {
            for n in 0..batch {
                for group in 0..groups {
                    let sets: Vec<Vec<usize>> = if over_pixels {
                        vec![(0..pixels).collect()]
                    } else {
                        (0..pixels).map(|p| vec![p]).collect()
                    };
                    for set in sets {
                        let mut places = Vec::new();
                        for &p in &set {
                            for u in group * members..(group + 1) * members {
                                let place = (n * pixels + p) * 40 + first + u;
                                places.extend((0..dim).map(|c| place + c * copies));
                            }
                        }
                        // Mean and mean square.
                        let moments = |values: &[f64]| {
                            let count = places.len() as f64;
                            let sum = |power| -> f64 {
                                places.iter().map(|&i| values[i].powi(power)).sum()
                            };
                            [sum(1) / count, sum(2) / count]
                        };
                        let ([mean, square], [before, all]) = (moments(&y), moments(&old));
                        let centered = dim == 8;
                        let variance = if centered { all - before * before } else { all };
                        let expected = variance / (variance + tolerance::NORM_EPSILON);
                        let error = (square - expected).abs();
                        let name = layer.name();
                        assert!(error < tolerance::EXACT_F64, "{name}: {square}, {expected}");
                        assert!(
                            !centered || mean.abs() < tolerance::EXACT_F64,
                            "{name}: {mean}"
                        );
                    }
                }
            }
        }
    }
}

/// A field type with every kind of field.
fn mixture() -> FieldType {
    FieldType::parse("D4: 8 regular + 16 trivial + 8 E1").unwrap()
}

#[test]
fn dropout_of_fields() {
    let (fields, device) = (mixture(), Device::flex().autodiff());
    let x = field(&fields, (3, 3), DType::F64, &device);
    let fresh = || FieldDropout::new(&fields, 0.25, 9, &device).unwrap();
    let dropout = fresh();
    let [first, second] = [0, 1].map(|_| numbers(dropout.forward(x.clone()).unwrap().memory()));
    assert_ne!(first, second, "each pass draws another mask");
    let again = fresh();
    assert_eq!(numbers(again.forward(x.clone()).unwrap().memory()), first);
    assert_eq!(numbers(&dropout.step.value_sync()), [2.0]);
    // A copy that starts where the first has arrived draws the same masks.
    let mut resumed = fresh();
    resumed.step = burn::module::RunningState::new(again.step.value_sync());
    assert_eq!(
        numbers(resumed.forward(x.clone()).unwrap().memory()),
        second
    );
    // All of a field or nothing, in one sample.
    let field_of_channel = fields.layout().field_of_channel();
    let mut factors = vec![[None; 32]; 2];
    for (i, (y, x)) in first.iter().zip(numbers(x.memory())).enumerate() {
        let (sample, channel) = (i / (9 * 96), i % 96);
        let factor = y / x;
        let expected = factors[sample][field_of_channel[channel]].get_or_insert(factor);
        assert!((factor - *expected).abs() <= tolerance::EXACT_F64);
        let kept = (factor - 4.0 / 3.0).abs() <= tolerance::EXACT_F64;
        assert!(kept || factor == 0.0, "{factor}");
    }
    // One mask commutes with the group.
    for g in fields.group().test_elements() {
        let [a, b] = [fresh(), fresh()];
        let of_moved = a.forward(x.transform(&g).unwrap()).unwrap();
        let moved = b.forward(x.clone()).unwrap().transform(&g).unwrap();
        assert!(relative_distance(of_moved.memory(), moved.memory()) <= tolerance::EXACT_F64);
    }
    // Inference does nothing.
    let still = x.clone().map(&fields, |values| values.without_autodiff());
    let still = still.unwrap();
    let y = dropout.forward(still.clone()).unwrap();
    assert_eq!(numbers(y.memory()), numbers(still.memory()));
    check_both(&FieldDropout::new(&fields, 0.5, 0, &Device::flex()).unwrap());
}

#[test]
fn dropout_of_points() {
    let (fields, device) = (mixture(), Device::flex().autodiff());
    let dropout = FieldDropout::pointwise(&fields, 0.25, 0, &device).unwrap();
    let ones = Tensor::<4>::ones([8, 8, 8, fields.channels()], &device);
    let y = dropout.forward(Field::from_grid(ones, &fields).unwrap());
    let y = numbers(y.unwrap().memory());
    let kept = y.iter().filter(|&&v| v != 0.0).count() as f64 / y.len() as f64;
    // 49,152 draws: the standard deviation is 0.002.
    assert!((kept - 0.75).abs() < 0.01, "{kept}");
    let eighths = FieldType::parse("C8: E1").unwrap();
    let error = FieldDropout::pointwise(&eighths, 0.5, 0, &device).unwrap_err();
    assert!(error.to_string().contains("drop whole fields"), "{error}");
    for p in [-0.1, 1.0, f64::NAN] {
        let error = FieldDropout::new(&eighths, p, 0, &device).unwrap_err();
        assert!(error.to_string().contains("[0, 1)"), "{error}");
    }
}
