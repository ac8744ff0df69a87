//! Gradients of nonlinearities and normalisations against finite differences in `f64`.

use burn::module::{Module, ModuleMapper, Param, ParamId};
use burn::tensor::{DType, Device, Tensor};
use schur_engine::Activation;
use schur_engine::pool::Windows;
use schur_math::PlanarGroup;
use schur_nn::{
    Concatenated, Field, FieldNorm, FieldType, FourierMaxPool, FourierPointwise, Gated, GroupPool,
    ImplicitConvConfig, Layer, MaxOut, Nonlinearity, NormNonlinearity, NormPool, Pointwise,
    Resampling, Resize, SampleNorm, TensorProduct, VectorField,
};

use crate::gradients::{differences, weigh};
use crate::support::{generic, numbers, planar, uniform};
use crate::tolerance::FINITE_DIFFERENCE;

/// Collects the lengths of the parameters, or replaces the parameters by given tensors.
struct Inject {
    given: Vec<Tensor<1>>,
    old: Vec<Vec<f64>>,
}

impl ModuleMapper for Inject {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        // Running statistics are no parameters.
        if !param.is_require_grad() {
            return param;
        }
        self.old.push(numbers(&param.val()));
        if self.given.is_empty() {
            return param;
        }
        let new = self.given.remove(0).reshape(param.val().shape());
        Param::initialized(ParamId::new(), new)
    }
}

/// Gradients in the input and in every parameter.
fn check<L: Layer + Module>(layer: L) {
    let layer = generic(layer, DType::F64);
    let fields = layer.input_type().clone();
    let shape = [2, 2, 1, fields.channels()];
    let mut collect = Inject {
        given: Vec::new(),
        old: Vec::new(),
    };
    let layer = layer.map(&mut collect);
    let parameters: usize = collect.old.iter().map(Vec::len).sum();
    assert_eq!(parameters, layer.parameters(), "{}", layer.name());
    let mut at = vec![uniform(shape.iter().product(), 7)];
    at.extend(collect.old);
    let what = format!("{} on {fields}", layer.name());
    differences(&what, &at, FINITE_DIFFERENCE, |inputs| {
        let mut inject = Inject {
            given: inputs[1..].to_vec(),
            old: Vec::new(),
        };
        let layer = layer.clone().map(&mut inject);
        let x = Field::from_grid(inputs[0].clone().reshape(shape), &fields);
        weigh(layer.forward(x.unwrap()).unwrap().into_memory())
    });
}

fn fields(text: &str) -> FieldType {
    FieldType::parse(text).unwrap()
}

fn device() -> Device {
    Device::flex().autodiff()
}

#[test]
fn nonlinearities() {
    let vectors = fields("O(2): 2 E1 + E2 + trivial");
    for function in [
        Nonlinearity::Relu,
        Nonlinearity::Sigmoid,
        Nonlinearity::Softplus,
    ] {
        check(NormNonlinearity::new(&vectors, function, &device()).unwrap());
    }
    check(NormNonlinearity::squash(&vectors).unwrap());
    let induced = fields("D4: 2 induced(C4, E1)");
    let norm = NormNonlinearity::new(&induced, Nonlinearity::Softplus, &device()).unwrap();
    check(norm.induced(planar("C4")).unwrap());
    check(Gated::induced(&induced, planar("C4")).unwrap());
    check(Gated::new(&vectors).unwrap());
    for scalar in [Nonlinearity::Elu { alpha: 1.0 }, Nonlinearity::Relu] {
        check(Gated::new(&vectors).unwrap().with_scalar_function(scalar));
    }
    check(Gated::within(&fields("SO(2): 2 spectral(1)")).unwrap());
    let spectral = fields("SO(2): 2 spectral(2)");
    for function in [Nonlinearity::Relu, Nonlinearity::Gelu] {
        check(FourierPointwise::new(&spectral, function).unwrap());
    }
    let circle = fields("O(2): spectral(2, D1)");
    let mirror: PlanarGroup = planar("D1");
    check(FourierPointwise::on_cosets(&circle, &mirror, Nonlinearity::Silu).unwrap());
    check(VectorField::new(&fields("C8: 2 regular")).unwrap());
    check(VectorField::new(&spectral).unwrap());
    check(Concatenated::new(&fields("D4: 2 E + regular"), Nonlinearity::Relu).unwrap());
    check(MaxOut::new(&fields("C4: 4 regular"), 2).unwrap());
    check(Pointwise::new(&fields("C4: 2 regular"), Nonlinearity::Softsign).unwrap());
    check(
        TensorProduct::new(&fields("C8: 2 E1 + A"), &fields("C8: E2 + A"), 0, &device()).unwrap(),
    );
}

#[test]
fn pools() {
    let cosets = fields("D4: 2 regular + 2 quotient(D1@45) + trivial");
    for subgroup in ["C2", "D1"] {
        let pool = GroupPool::over(&cosets, planar(subgroup)).unwrap();
        check(pool.clone());
        check(pool.with_mean());
    }
    let induced = fields("D4: 2 induced(C4, E1)");
    check(NormPool::induced(&induced, planar("C4")).unwrap());
    let windows = Windows::plane((2, 1), (1, 1), (0, 0)).unwrap();
    let pool = |text, subgroup| FourierMaxPool::on_cosets(&fields(text), planar(subgroup), windows);
    check(pool("SO(2): 2 spectral(2) + trivial", "C1").unwrap());
    check(pool("O(2): 2 spectral(2, D1)", "D1").unwrap());
    check(pool("D4: 2 regular", "C1").unwrap());
}

#[test]
fn resampling() {
    for kind in [
        Resampling::Cubic(2),
        Resampling::CubicTo((3, 1).into()),
        Resampling::CubicAligned((4, 2).into()),
    ] {
        check(Resize::new(&fields("C4: regular + E1"), kind).unwrap());
    }
}

/// Through the network of the distance too.
#[test]
fn implicit_convolutions() {
    for (input, output) in [
        ("C8: regular + trivial", "C8: E1 + regular"),
        ("O(2): 2 E1 + trivial", "O(2): E1 + 2 trivial"),
    ] {
        let conv = ImplicitConvConfig::new(&fields(input), &fields(output), 3);
        let conv = conv.with_padding(1).with_hidden(&[3, 4]).with_bias(true);
        check(conv.init(&device()).unwrap());
    }
}

/// Through the statistics too.
#[test]
fn normalisations() {
    let mixed = fields("O(2): 2 trivial + 2 spectral(1) + 2 E2");
    check(FieldNorm::new(&mixed, Activation::Identity, &device()).unwrap());
    check(SampleNorm::instance(&mixed, &device()).unwrap());
    check(SampleNorm::groups(&mixed, 1, &device()).unwrap());
    check(SampleNorm::layer(&mixed, &device()).unwrap());
    let larger = fields("D4: 2 regular + 2 induced(D2, regular)");
    check(SampleNorm::location(&larger, &device()).unwrap());
}

/// Where a field vanishes, values and gradients are finite.
#[test]
fn at_zero() {
    let vectors = fields("O(2): 2 E1 + 2 spectral(1)");
    let functions = [
        Nonlinearity::Relu,
        Nonlinearity::Sigmoid,
        Nonlinearity::Softplus,
    ];
    let norms = functions.map(|f| NormNonlinearity::new(&vectors, f, &device()).unwrap());
    let squash = NormNonlinearity::squash(&vectors).unwrap();
    for dtype in [DType::F32, DType::F64] {
        for layer in norms.iter().chain([&squash]) {
            let layer = generic(layer.clone(), dtype);
            let place = (&device(), dtype);
            let x = Tensor::<4>::zeros([1, 2, 2, vectors.channels()], place).require_grad();
            let field = Field::from_grid(x.clone(), &vectors).unwrap();
            let y = layer.forward(field).unwrap().into_memory();
            let slopes = x.grad(&weigh(y.clone()).backward()).unwrap();
            assert!(numbers(&y).iter().all(|&v| v == 0.0));
            assert!(numbers(&slopes).iter().all(|v| v.is_finite()));
        }
    }
}
