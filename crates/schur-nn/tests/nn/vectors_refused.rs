//! Layers on vectors that would not commute with the group are refused, with a remedy.

use burn::tensor::{DType, Device, Tensor};
use schur_engine::Activation;
use schur_math::LinearGroup;
use schur_nn::export::Graph;
use schur_nn::{
    Field, FieldDropout, FieldNorm, Gated, Layer, NnError, Nonlinearity, NormNonlinearity,
    NormPool, Pointwise, SampleNorm,
};

use crate::linear::vectors;
use crate::vectors::{lorentz, tensors};

#[test]
fn what_is_refused() {
    let device = Device::flex();
    fn message<L>(result: Result<L, NnError>) -> String {
        match result {
            Err(error) => error.to_string(),
            Ok(_) => panic!("not refused"),
        }
    }
    let o3 = LinearGroup::orthogonal(3).unwrap();
    let of = |text: &str| tensors(&o3, text);
    let relu = message(Pointwise::new(&of("T(0) + 2 T(1)"), Nonlinearity::Relu));
    assert!(relu.contains("`T(1)`") && relu.contains("gated"), "{relu}");
    assert!(message(Pointwise::new(&of("T(1)"), Nonlinearity::Tanh)).contains("gated"));
    let boosted = lorentz("T(0) + T(1)");
    let keeps = "does not keep its length; use `Gated`";
    let norm = message(NormNonlinearity::new(&boosted, Nonlinearity::Relu, &device));
    assert!(
        norm.contains(keeps) && norm.contains("T(1) of O(1, 3)"),
        "{norm}"
    );
    assert!(message(NormNonlinearity::squash(&boosted)).contains(keeps));
    let identity = Activation::Identity;
    assert!(message(FieldNorm::new(&boosted, identity, &device)).contains(keeps));
    assert!(message(FieldNorm::without_mean(&boosted, &device)).contains(keeps));
    assert!(message(SampleNorm::instance(&boosted, &device)).contains(keeps));
    assert!(message(NormPool::new(&boosted)).contains(keeps));
    assert!(message(Gated::new(&of("2 T(0)"))).contains("nothing to gate"));
    assert!(message(FieldDropout::new(&of("T(1)"), 1.0, 0, &device)).contains("[0, 1)"));
    assert!(message(of("T(0) + T(1)").select(1..3)).contains("at least one"));
    assert!(message(of("T(0) + T(1)").select(1..1)).contains("at least one"));
    // What needs places says so.
    let conv = schur_nn::EquivariantConvConfig::new(&of("T(0)"), &of("T(0)"), 3);
    let conv = message(conv.init(&device));
    assert!(
        conv.contains("a convolution") && conv.contains("on images or volumes"),
        "{conv}"
    );
    let x = Field::from_grid(Tensor::<4>::ones([1, 2, 2, 1], &device), &of("T(0)")).unwrap();
    let g = &of("T(0)").group().test_elements()[0];
    assert!(message(x.transform(g)).contains("does not act on an image"));

    let scalars = of("4 T(0)");
    let relu = Pointwise::new(&scalars, Nonlinearity::Relu).unwrap();
    let five = Tensor::<2>::ones([1, 5], &device);
    assert!(message(Field::from_vectors(five, &scalars)).contains("has 4"));
    let batch_norm = FieldNorm::new(&scalars, identity, &device).unwrap();
    let double = vectors(&scalars, 4, DType::F64, &device);
    assert!(message(batch_norm.forward(double)).contains("cast both"));
    // As many numbers, but of another type.
    let of_s4 = LinearGroup::symmetric(4).unwrap();
    let other = Pointwise::new(&tensors(&of_s4, "T(1)"), Nonlinearity::Relu).unwrap();
    let mixed = (relu, other);
    let x = vectors(&scalars, 1, DType::F32, &device);
    assert!(message(mixed.forward(x)).contains("4 T(0)"));
    assert!(message(Graph::export(&mixed, 1, 1)).contains("4 T(0)"));
}
