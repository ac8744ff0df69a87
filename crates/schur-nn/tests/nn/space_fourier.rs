//! Functions on rotations and on the sphere that are sampled, on vectors and on volumes.

use burn::tensor::{DType, Device, Tensor, TensorData};
use schur_math::{PointGroup, SpaceIsometry, SpatialGroup, SymmetryGroup};
use schur_nn::{
    Domain, Field, FieldType, FourierMaxPool, FourierPointwise, GridGroup, Layer, NnError,
    Nonlinearity, VectorField, equivariance_error, tolerance,
};

fn random(fields: &FieldType, domain: impl Into<Domain>) -> Field {
    let domain = domain.into();
    let shape = [3, domain.places(), fields.channels()];
    let mut state = 7u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 30) - 1.0
    };
    let values = (0..shape.iter().product()).map(|_| next()).collect();
    let data = TensorData::new(values, shape);
    let x: Tensor<3> = Tensor::from_data(data, (&Device::flex(), DType::F64));
    Field::from_memory(x, domain, fields).unwrap()
}

/// Elements of SO(3) that have nothing to do with the cube.
fn generic() -> [SpaceIsometry; 2] {
    [([1.0, 2.0, -0.5], 0.7), ([0.2, -1.0, 1.0], 2.1)]
        .map(|(axis, angle)| SpaceIsometry::from_axis_angle(axis, angle).unwrap())
}

const TYPES: [(&str, Option<&str>, usize); 6] = [
    ("SO(3): 2 spectral(1)", None, 48),
    ("SO(3): spectral(2)", None, 96),
    ("SO(3): 3 spectral(2, SO(2))", Some("SO(2) in space"), 48),
    ("SO(3): 2 spectral(3, SO(2))", Some("SO(2) in space"), 48),
    ("O(3): spectral(1)", None, 96),
    ("SO(2) in space: 2 spectral(3)", None, 16),
];

fn layer(text: &str, subgroup: Option<&str>, function: Nonlinearity) -> FourierPointwise {
    let fields = FieldType::parse(text).unwrap();
    match subgroup {
        Some(name) => {
            FourierPointwise::on_cosets(&fields, GridGroup::parse(name).unwrap(), function)
        }
        None => FourierPointwise::new(&fields, function),
    }
    .unwrap()
}

#[test]
fn what_permutes_the_samples_commutes_and_everything_else_up_to_aliasing() {
    for (text, subgroup, samples) in TYPES {
        let layer = layer(text, subgroup, Nonlinearity::Elu { alpha: 1.0 });
        assert_eq!(layer.samples(), [samples], "{text}");
        let x = random(layer.input_type(), Domain::Vector);
        let group = layer.input_type().group().spatial().unwrap().clone();
        let cube = SpatialGroup::parse("Oh").unwrap().elements().unwrap();
        let mut exact = 0;
        for g in cube.iter().filter(|g| group.contains(g)) {
            assert!(
                layer.inexactness(&g.into(), x.domain()).is_none(),
                "{text} {g}"
            );
            let found = equivariance_error(&layer, &x, g).unwrap();
            assert!(found <= tolerance::EXACT_F64, "{text} {g}: {found:e}");
            exact += 1;
        }
        assert!(exact >= 4, "{text}");
        let aliasing = layer.aliasing().unwrap();
        println!("{text}: aliasing {aliasing:.3}");
        assert!(aliasing < 0.3, "{text}: {aliasing}");
        for g in generic().iter().filter(|g| group.contains(g)) {
            assert!(layer.inexactness(&g.into(), x.domain()).is_some());
            let found = equivariance_error(&layer, &x, g).unwrap();
            assert!(
                found < 3.0 * aliasing && found > tolerance::EXACT_F64,
                "{text}: {found}"
            );
        }
    }
}

/// Sampling and the way back are one: only the nonlinearity brings in what aliases.
#[test]
fn sampling_alone_commutes_with_everything() {
    for (text, subgroup, _) in TYPES {
        let layer = layer(text, subgroup, Nonlinearity::LeakyRelu { slope: 1.0 });
        let x = random(layer.input_type(), Domain::Vector);
        let y = layer.forward(x.clone()).unwrap();
        let distance = schur_nn::relative_distance(y.memory(), x.memory());
        assert!(distance <= tolerance::EXACT_F64, "{text}: {distance:e}");
    }
}

#[test]
fn more_samples_alias_less() {
    let coarse = layer("SO(3): spectral(2)", None, Nonlinearity::Elu { alpha: 1.0 });
    let fine = coarse.clone().with_rotations(480).unwrap();
    assert_eq!(fine.samples(), [480]);
    let [fine, coarse] = [fine, coarse].map(|layer| layer.aliasing().unwrap());
    assert!(fine < 0.5 * coarse, "{fine} {coarse}");
    let refused = layer("SO(3): spectral(2)", None, Nonlinearity::Relu).with_rotations(24);
    assert!(refused.unwrap_err().to_string().contains("24 rotations"));
}

/// The invariant part alone comes out: a pool over the group.
#[test]
fn the_result_may_have_another_band() {
    let fields = FieldType::parse("SO(3): 5 spectral(2, SO(2))").unwrap();
    let scalars = FieldType::parse("SO(3): 5 trivial").unwrap();
    let sphere = GridGroup::parse("SO(2) in space").unwrap();
    let layer = FourierPointwise::on_cosets(&fields, sphere, Nonlinearity::Elu { alpha: 1.0 });
    let layer = layer.unwrap().with_output(&scalars).unwrap();
    let x = random(&fields, Domain::Vector);
    assert_eq!(layer.output_type(), &scalars);
    for g in SpatialGroup::parse("O").unwrap().elements().unwrap() {
        let found = equivariance_error(&layer, &x, g).unwrap();
        assert!(found <= tolerance::EXACT_F64, "{found:e}");
    }
    assert!(layer.aliasing().unwrap() < 0.1);
}

#[test]
fn pools_and_directions_of_volumes() -> Result<(), NnError> {
    let fields = FieldType::parse("SO(3): 2 spectral(1)")?;
    let x = random(&fields, [4, 4, 4]);
    let (pool, vectors) = (
        FourierMaxPool::new(&fields, 2, 2)?,
        VectorField::new(&fields)?,
    );
    assert_eq!(vectors.output_type().to_string(), "SO(3): 2 defining");
    let layers: [&dyn Layer; 2] = [&pool, &vectors];
    for g in SpatialGroup::parse("O")?.elements().unwrap() {
        for layer in layers {
            assert!(layer.inexactness(&g.into(), x.domain()).is_none());
            let found = equivariance_error(layer, &x, g)?;
            assert!(
                found <= tolerance::EXACT_F64,
                "{} {g}: {found:e}",
                layer.name()
            );
        }
    }
    assert!(pool.aliasing()? > tolerance::EXACT_F64);
    let text = format!("{}", pool.output_domain(x.domain())?);
    assert_eq!(text, "a volume of 2 x 2 x 2 cells");
    Ok(())
}

/// Of finite groups the samples are all elements: everything is exact.
#[test]
fn finite_groups_have_no_aliasing() -> Result<(), NnError> {
    let group = GridGroup::parse("O")?;
    let irreps = "A1 + A2 + 2 E + 3 T1 + 3 T2";
    let fields = FieldType::of([(group.representation(irreps)?, 2)])?;
    let layer = FourierPointwise::new(&fields, Nonlinearity::Relu)?;
    assert_eq!((layer.samples(), layer.aliasing()?), (vec![24], 0.0));
    let x = random(&fields, [3, 3, 3]);
    for g in group.space().unwrap().elements().unwrap() {
        assert!(equivariance_error(&layer, &x, g)? <= tolerance::EXACT_F64);
    }
    Ok(())
}
