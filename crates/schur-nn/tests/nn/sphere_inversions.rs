//! Functions with a direction and pseudo functions under all of O(3).

use burn::tensor::Device;
use schur_math::{SpaceIsometry, SpatialGroup};
use schur_nn::tolerance::EXACT_F64;
use schur_nn::{
    Domain, FieldType, GroupElement, HarmonicPool, Layer, NnError, Nonlinearity, SphereConv,
    SphereConvConfig, SphereFunctions, SpherePointwise, assert_equivariant, equivariance_error,
};

use crate::sphere::{double, on, random_elements};
use crate::tolerance::ALIASED;

const fn functions(channels: usize, spin: usize, pseudo: bool) -> SphereFunctions {
    SphereFunctions {
        channels,
        degree: 4,
        spin,
        pseudo,
    }
}

fn fields(kinds: &[SphereFunctions]) -> FieldType {
    SphereFunctions::fields(&SpatialGroup::o3(), kinds).unwrap()
}

fn conv(input: &FieldType, output: &FieldType) -> Result<SphereConv, NnError> {
    let config = SphereConvConfig::new(input, output, 4, 0.9)?.with_bias(true);
    Ok(double(config.init(&Device::flex())?))
}

/// Largest defect for random elements of O(3), by turns improper.
fn defect(layer: &dyn Layer) -> f64 {
    let x = on(Domain::Vector, layer.input_type());
    let elements = random_elements(true);
    assert!(elements.iter().any(|g| g.space().unwrap().is_improper()));
    let defects = elements
        .iter()
        .map(|g| equivariance_error(layer, &x, g).unwrap());
    defects.fold(0.0, f64::max)
}

#[test]
fn sines_of_third_angles_are_pseudo_functions() {
    let kinds = [
        functions(3, 2, false),
        functions(2, 1, true),
        functions(1, 0, false),
    ];
    let all = fields(&kinds);
    assert_eq!(
        all.to_string(),
        "O(3): 3 harmonics(0, 4) + 3 harmonics(1, 4) + 3 pseudoharmonics(1, 4) + 3 harmonics(2, 4) + \
         3 pseudoharmonics(2, 4) + 2 pseudoharmonics(0, 4) + 2 pseudoharmonics(1, 4) + \
         2 harmonics(1, 4) + 1 harmonics(0, 4)"
    );
    assert_eq!(SphereFunctions::of(&all, "a layer").unwrap(), kinds);
    assert_eq!(
        all.channels(),
        kinds
            .iter()
            .map(|kind| kind.channels * kind.coefficients())
            .sum::<usize>()
    );
    let text = FieldType::parse(&all.to_string()).unwrap();
    assert_eq!(SphereFunctions::of(&text, "a layer").unwrap(), kinds);
    // Cosines without sines, and with too many.
    for text in [
        "O(3): 2 harmonics(0, 4) + 2 harmonics(1, 4)",
        "O(3): 2 harmonics(0, 4) + 4 harmonics(1, 4)",
        "O(3): 2 harmonics(0, 4) + 2 harmonics(1, 4) + harmonics(1, 4)",
    ] {
        let refused = SphereFunctions::of(&FieldType::parse(text).unwrap(), "a layer");
        assert!(refused.is_err(), "{text}");
    }
}

#[test]
fn convolutions_and_pools_commute_with_inversions() {
    let kinds = [
        functions(2, 0, false),
        functions(2, 0, true),
        functions(1, 1, false),
        functions(2, 2, true),
    ];
    let rotations = |spins: [usize; 2]| {
        let [input, output] = spins.map(|spin| {
            SphereFunctions::fields(&SpatialGroup::so3(), &[functions(1, spin, false)]).unwrap()
        });
        SphereConvConfig::new(&input, &output, 4, 0.9)
            .unwrap()
            .parameters()
            .unwrap()
    };
    for input in kinds {
        for output in kinds {
            let [from, to] = [fields(&[input]), fields(&[output])];
            let mixes = input.pseudo != output.pseudo;
            let Ok(layer) = conv(&from, &to) else {
                assert!(mixes && input.spin == 0 && output.spin == 0);
                continue;
            };
            assert_equivariant(&layer, &on(Domain::Vector, &from), EXACT_F64).unwrap();
            assert!(defect(&layer) < EXACT_F64, "{from} to {to}");
            // Kernels of both parities together are those of SO(3).
            let count = |output: SphereFunctions| {
                let config = SphereConvConfig::new(&from, &fields(&[output]), 4, 0.9);
                let parameters = config.map_or(0, |config| config.parameters().unwrap());
                parameters / (input.channels * output.channels)
            };
            let other = SphereFunctions {
                pseudo: !output.pseudo,
                ..output
            };
            let found = [output, other].map(count);
            assert!(found[0] > 0);
            assert_eq!(found[0] + found[1], rotations([input.spin, output.spin]));
        }
    }
    let all = fields(&kinds);
    assert!(defect(&HarmonicPool::new(&all, 3, 1).unwrap()) < EXACT_F64);
    assert!(defect(&conv(&all, &all).unwrap()) < EXACT_F64);
}

/// A square has no aliasing on a fine grid, so it commutes with every element; and it makes pseudo functions
/// of functions times pseudo functions.
#[test]
fn pairs_of_functions_and_pseudo_functions_take_any_nonlinearity() {
    let square = || Nonlinearity::custom("square", |x| x.square());
    for spin in [0, 1] {
        let pairs = fields(&[functions(2, spin, false), functions(2, spin, true)]);
        let layer = SpherePointwise::new(&pairs, square()).unwrap();
        let layer = layer.with_oversampling(1.6).unwrap();
        assert!(defect(&layer) < EXACT_F64, "{spin}");
        assert!(layer.aliasing().unwrap() < EXACT_F64);
        let relu = SpherePointwise::new(&pairs, Nonlinearity::Relu).unwrap();
        let inversion = GroupElement::from(SpaceIsometry::INVERSION);
        let x = on(Domain::Vector, &pairs);
        assert!(equivariance_error(&relu, &x, &inversion).unwrap() < EXACT_F64);
        assert!(relu.inexactness(&inversion, &Domain::Vector).is_none());
        let fine = relu.clone().with_oversampling(3.0).unwrap();
        assert!(relu.aliasing().unwrap() < ALIASED);
        assert!(fine.aliasing().unwrap() < relu.aliasing().unwrap() / 2.0);
    }
    // Alone, behind others than their own, or behind pseudo functions they have none.
    let (function, pseudo) = (functions(2, 0, false), functions(2, 0, true));
    for kinds in [
        vec![pseudo],
        vec![functions(1, 0, false), pseudo],
        vec![functions(2, 1, false), pseudo],
        vec![function, pseudo, pseudo],
    ] {
        let message = SpherePointwise::new(&fields(&kinds), square())
            .unwrap_err()
            .to_string();
        assert!(message.contains("same degree before them"), "{message}");
    }
    // Odd ones act on every function for itself.
    let odd = SpherePointwise::new(&fields(&[pseudo, function]), Nonlinearity::Tanh);
    assert!(odd.is_ok());
}

/// `k·(∇a × ∇b)` of a function and a pseudo function, the part of transport that no nonlinearity of values
/// alone can give: a direction at every point is needed.
#[test]
fn directions_let_scalars_turn_into_pseudoscalars() {
    let scalars = fields(&[functions(1, 0, false)]);
    let pseudo = fields(&[functions(1, 0, true)]);
    assert!(conv(&scalars, &pseudo).is_err());
    let hidden = fields(&[functions(3, 1, false), functions(3, 1, true)]);
    let there = conv(&scalars, &hidden).unwrap();
    let square = SpherePointwise::new(&hidden, Nonlinearity::custom("square", |x| x.square()));
    let square = square.unwrap().with_oversampling(1.6).unwrap();
    let back = conv(&hidden, &pseudo).unwrap();
    let x = on(Domain::Vector, &scalars);
    let after = |x| back.forward(square.forward(there.forward(x)?)?);
    let y = after(x.clone()).unwrap();
    let size = y.memory().clone().abs().max().into_scalar::<f64>();
    assert!(size > 0.01, "{size:e}");
    for g in random_elements(true) {
        let found = after(x.transform(&g).unwrap()).unwrap();
        let expected = y.transform(&g).unwrap();
        let off = (found.into_memory() - expected.into_memory()).abs().max();
        assert!(off.into_scalar::<f64>() < EXACT_F64 * size.max(1.0));
    }
}
