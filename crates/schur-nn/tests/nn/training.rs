//! Training, frozen and inference are states of a layer, not of what it is applied to: on every
//! domain, alone and inside of every container.

use burn::module::{Module, ParamGroup};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{DType, Device, Tensor};
use schur_nn::network::{AnyLayer, Branch, Join};
use schur_nn::{
    Activation, Checkpoint, Domain, Field, FieldDropout, FieldNorm, FieldType, LabelledLayers,
    Layer, ModelDescription, NetworkConfig, NnError, PointGraph, Pointwise, remeasure_statistics,
};

use crate::support::{bits, generic, numbers, tensor, uniform};

fn device() -> Device {
    Device::flex().autodiff()
}

/// Values of three samples on every domain, with gradients recorded or without.
fn inputs(fields: &FieldType, device: &Device) -> Vec<Field> {
    let places = [[0.0, 0.1], [0.7, 0.2], [0.3, -0.5]];
    let cloud = PointGraph::within(&places, 1.0).unwrap();
    let domains = [Domain::Vector, Domain::image(2, 3), cloud.into()];
    let on = |domain: Domain| {
        let shape = [3, domain.places(), fields.channels()];
        let values = uniform(shape.iter().product(), 5);
        let values = tensor(values, shape, DType::F32, device);
        Field::from_memory(values, domain, fields).unwrap()
    };
    domains.map(on).into()
}

/// All numbers that a module keeps, running ones too.
fn state<M: Module>(module: &M) -> Checkpoint {
    Checkpoint::capture(module, ModelDescription::of_module(module))
}

/// A fresh module, made with its running numbers off their initial values.
fn fresh<M: Module>(make: &dyn Fn(&Device) -> M) -> M {
    generic(make(&device()), DType::F32)
}

/// Applies the module: whether its numbers moved, and the bits of what it gives.
fn applied<M: Module + Layer>(module: &M, x: &Field) -> (bool, Vec<u32>) {
    let before = state(module);
    let y = module.forward(x.clone()).unwrap();
    (state(module) != before, bits(y.memory()))
}

/// A layer that keeps numbers of its training trains when it should, and only then.
fn keeps_its_state<M: Module + Layer>(fields: &FieldType, make: &dyn Fn(&Device) -> M) {
    let recorded = inputs(fields, &device());
    for (x, plain) in recorded.iter().zip(inputs(fields, &Device::flex())) {
        // What inference gives, by a module that never was on a device with gradients.
        let (moved, inference) = applied(&generic(make(&Device::flex()), DType::F32), &plain);
        assert!(!moved);
        let trains = |module: M| {
            let (moved, y) = applied(&module, x);
            assert_eq!(moved, y != inference, "numbers move as results differ");
            moved
        };
        assert!(trains(fresh(make)));
        // Gradients of parameters alone are off, as in Burn's own layers.
        assert!(trains(fresh(make).no_grad()));
        assert!(!trains(fresh(make).freeze()));
        assert!(!trains(fresh(make).freeze_group(ParamGroup::all())));
        assert!(!trains(fresh(make).valid()));
        assert!(!trains(fresh(make).valid().valid()));
        // Back again: what was frozen stays frozen.
        assert!(trains(fresh(make).valid().train()));
        assert!(!trains(fresh(make).freeze().valid().train()));
        assert!(trains(fresh(make).freeze().unfreeze()));
        // Numbers that are read change no state.
        let read = |module: M| {
            let description = ModelDescription::of_module(&module);
            state(&module).restore(module, &description).unwrap()
        };
        assert!(trains(read(fresh(make))));
        assert!(!trains(read(fresh(make).freeze())));
        assert!(!trains(read(fresh(make).valid())));
        assert!(trains(read(fresh(make).valid()).train()));
        assert!(!trains(read(fresh(make).freeze()).valid().train()));
        // Without gradients nothing trains.
        let (moved, y) = applied(&fresh(make).valid(), &plain);
        assert!(!moved && y == inference);
    }
}

fn regular() -> FieldType {
    FieldType::parse("C4: 2 regular + trivial").unwrap()
}

fn norm(fields: &FieldType, device: &Device) -> FieldNorm {
    FieldNorm::new(fields, Activation::Identity, device).unwrap()
}

fn dropout(fields: &FieldType, device: &Device) -> FieldDropout {
    FieldDropout::new(fields, 0.5, 3, device).unwrap()
}

#[test]
fn norms_in_one_pass() {
    let fields = regular();
    keeps_its_state(&fields, &|device| norm(&fields, device));
    keeps_its_state(&fields, &|device| {
        FieldNorm::without_mean(&fields, device).unwrap()
    });
}

#[test]
fn norms_composed_of_operations() {
    let fields = FieldType::parse("O(2): 2 trivial + 2 spectral(1)").unwrap();
    keeps_its_state(&fields, &|device| norm(&fields, device));
}

#[test]
fn dropout_of_fields_and_of_numbers() {
    let fields = regular();
    keeps_its_state(&fields, &|device| dropout(&fields, device));
    keeps_its_state(&fields, &|device| {
        FieldDropout::pointwise(&fields, 0.5, 3, device).unwrap()
    });
}

/// Containers hand the state down.
#[test]
fn containers() {
    let fields = regular();
    let relu = || Pointwise::new(&fields, schur_nn::Nonlinearity::Relu).unwrap();
    keeps_its_state(&fields, &|device| (norm(&fields, device), relu()));
    keeps_its_state(&fields, &|device| {
        ((relu(), dropout(&fields, device)), relu())
    });
    keeps_its_state(&fields, &|device| AnyLayer::new(norm(&fields, device)));
    keeps_its_state(&fields, &|device| {
        AnyLayer::new((AnyLayer::new(dropout(&fields, device)), relu()))
    });
    keeps_its_state(&fields, &|device| {
        let body = vec![AnyLayer::new(norm(&fields, device))];
        Branch::new(&fields, body, Vec::new(), Join::Add).unwrap()
    });
    keeps_its_state(&fields, &|device| {
        let labels = ["a", "b", "a"];
        let parts = fields.group_by_labels(&labels).unwrap();
        let layers = (norm(&parts[0].1, device), dropout(&parts[1].1, device));
        LabelledLayers::new(&fields, &labels, ["a", "b"], layers).unwrap()
    });
}

/// A whole network: frozen it gives the logits of inference, and none of its numbers move.
#[test]
fn networks() {
    let config = NetworkConfig::default()
        .with_parameter_budget(2_000)
        .unwrap();
    let make = || generic(config.init(0, &device()).unwrap(), DType::F32);
    let images = |device: &Device| tensor(uniform(2 * 784, 3), [2, 1, 28, 28], DType::F32, device);
    let expected = bits(&make().valid().forward(images(&Device::flex())).unwrap());
    let run = |network: schur_nn::Network| {
        let before = state(&network);
        let logits = bits(&network.forward(images(&device())).unwrap());
        assert_eq!(state(&network) != before, logits != expected);
        logits != expected
    };
    assert!(run(make()));
    assert!(!run(make().freeze()));
    assert!(!run(make().valid()));
    assert!(!run(make().freeze().valid().train()));
    assert!(run(make().valid().train()));
}

/// What is measured anew behind a frozen norm is measured of what that gives with its own statistics.
#[test]
fn norms_behind_frozen_ones_are_measured_behind_them() {
    let fields = FieldType::parse("C4: 1 trivial").unwrap();
    let field = |values: [f32; 4]| {
        let values = Tensor::<1>::from_floats(values, &device()).reshape([4, 1, 1, 1]);
        Field::from_tensor(values.require_grad(), &fields).unwrap()
    };
    let norm = || FieldNorm::new(&fields, Activation::Identity, &device()).unwrap();
    let (seen, new) = (field([1.0, 5.0, 1.0, 5.0]), field([7.0, 8.0, 9.0, 12.0]));
    let measured = |norms: (FieldNorm, FieldNorm), x: &Field| {
        remeasure_statistics(norms, 1, |(a, b), _| {
            b.forward(a.forward(x.clone())?)?;
            Ok::<_, NnError>(4)
        })
        .unwrap()
    };
    let (first, second) = measured((norm(), norm()), &seen);
    let number = |norm: &FieldNorm| norm.running_mean.value().into_scalar::<f32>();
    let near =
        |a: f32, b: f32| (a - b).abs() <= schur_nn::tolerance::EXACT_F32 as f32 * b.abs().max(1.0);
    assert!(near(number(&first), 3.0) && near(number(&second), 0.0));
    let frozen = first.clone().freeze();
    let behind = frozen.forward(new.clone()).unwrap().into_memory();
    let mean = behind.mean().into_scalar::<f32>();
    let before = state(&first);
    let (first, second) = measured((frozen, second), &new);
    assert!(state(&first) == before && mean > 1.0);
    let error = (number(&second) - mean).abs();
    assert!(
        error <= schur_nn::tolerance::EXACT_F32 as f32 * mean,
        "{error} of {mean}"
    );
    // Nothing is left to measure.
    let all = (first.freeze(), second.freeze());
    let before = state(&all);
    assert!(state(&measured(all, &seen)) == before);
}

/// Gradients go through a frozen norm as through the affine map that it is.
#[test]
fn gradients_through_frozen_norms() {
    for text in ["C4: 2 regular + trivial", "O(2): 2 trivial + 2 spectral(1)"] {
        let fields = FieldType::parse(text).unwrap();
        let layer = fresh(&|device: &Device| norm(&fields, device)).freeze();
        for x in inputs(&fields, &device()) {
            let values = x.memory().clone().require_grad();
            let direction = uniform(values.shape().num_elements(), 9);
            let dims = values.dims();
            let direction: Tensor<3> = tensor(direction, dims, DType::F32, &device());
            let x = Field::from_memory(values.clone(), x.domain().clone(), &fields).unwrap();
            let y = layer.forward(x.clone()).unwrap();
            let loss = (y.memory().clone() * direction.clone()).sum();
            let gradient = values.grad(&loss.backward()).unwrap();
            // `A(x + d) - A(x)` is linear in `d`, and the gradient its transpose.
            let other = uniform(values.shape().num_elements(), 10);
            let other: Tensor<3> = tensor(other, dims, DType::F32, &device());
            let moved = x.map(&fields, |x| x + other.clone()).unwrap();
            let change = layer.forward(moved).unwrap().into_memory() - y.into_memory();
            let along = (change * direction).sum().into_scalar::<f32>();
            let by_gradient = (gradient * other.inner()).sum().into_scalar::<f32>();
            let size = along.abs().max(1.0);
            assert!(
                (along - by_gradient).abs() <= schur_nn::tolerance::EXACT_F32 as f32 * size,
                "{text}: {along} along, {by_gradient} by the gradient"
            );
        }
    }
}

/// What `no_grad` means is Burn's to say: its own batch norm goes on, and ours does as that does.
#[test]
fn no_grad_is_that_of_burn() {
    let burn = |norm: BatchNorm| {
        let before = numbers(&norm.running_mean.value_sync());
        norm.forward(Tensor::<4>::ones([2, 3, 2, 2], &device()));
        numbers(&norm.running_mean.value_sync()) != before
    };
    let ours = |norm: FieldNorm| {
        let x = Tensor::<4>::ones([2, 3, 2, 2], &device());
        let x = Field::from_tensor(x, norm.output_type()).unwrap();
        applied(&norm, &x).0
    };
    let scalars = FieldType::parse("C4: 3 trivial").unwrap();
    let (theirs, own) = (
        || BatchNormConfig::new(3).init(&device()),
        || norm(&scalars, &device()),
    );
    for (theirs, own) in [
        (burn(theirs()), ours(own())),
        (burn(theirs().no_grad()), ours(own().no_grad())),
        (burn(theirs().freeze()), ours(own().freeze())),
        (
            burn(theirs().freeze().unfreeze()),
            ours(own().freeze().unfreeze()),
        ),
    ] {
        assert_eq!(theirs, own);
    }
}
