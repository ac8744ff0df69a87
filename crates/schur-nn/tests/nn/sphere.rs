//! Fields on the sphere, and on coefficients of functions on it and on SO(3).

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use schur_engine::sphere::Weighting;
use schur_math::{SpaceIsometry, SphereGrid, SphericalHarmonics};
use schur_nn::tolerance::EXACT_F64;
use schur_nn::{
    Domain, EquivariantLinearConfig, Field, FieldNorm, FieldType, FromHarmonics, GroupElement,
    HarmonicPool, Layer, NnError, Nonlinearity, SphereConvConfig, SphereMap, SpherePointwise,
    SphereTransform, TensorProduct, ToHarmonics, assert_equivariant, equivariance_error,
    exact_elements, in_precision, ops,
};

use crate::tolerance::{ALIASED, SLOPE_STEP, SLOPES};

fn random<const D: usize>(shape: [usize; D], seed: u64) -> Tensor<D> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count = shape.iter().product();
    let values: Vec<f64> = (0..count)
        .map(|_| f64::from(rng.next_u32()) / f64::from(1u32 << 31) - 1.0)
        .collect();
    Tensor::from_data(
        TensorData::new(values, shape),
        (&Device::flex(), DType::F64),
    )
}

fn fields(text: &str) -> FieldType {
    FieldType::parse(text).unwrap()
}

pub(crate) fn on(domain: impl Into<Domain>, of: &FieldType) -> Field {
    let domain = domain.into();
    let x = random([2, domain.places(), of.channels()], 5);
    Field::from_memory(x, domain, of).unwrap()
}

/// In `f64`, with random constants.
pub(crate) fn double<M: Module>(module: M) -> M {
    in_precision(module, DType::F64)
}

fn grids() -> Vec<SphereGrid> {
    vec![
        SphereGrid::equiangular(12, 12).unwrap(),
        SphereGrid::equiangular(9, 20).unwrap(),
        SphereGrid::gauss_legendre(6, 12).unwrap(),
        SphereGrid::icosahedral(3).unwrap(),
    ]
}

/// Random elements of SO(3), or of O(3) by turns improper.
pub(crate) fn random_elements(inversions: bool) -> Vec<GroupElement> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let each = (0..4).map(|k| {
        let g = SpaceIsometry::random(&mut rng);
        match inversions && k % 2 == 1 {
            true => g.compose(&SpaceIsometry::INVERSION).into(),
            false => GroupElement::from(g),
        }
    });
    each.collect()
}

#[test]
fn coefficients_are_those_of_the_harmonics() {
    let scalars = fields("SO(3): 2 trivial");
    let harmonics = SphericalHarmonics::new(4).unwrap();
    for grid in grids() {
        let x = on(grid.clone(), &scalars);
        let layer = ToHarmonics::new(&scalars, 4).unwrap();
        let y = layer.forward(x.clone()).unwrap();
        let found: Vec<f64> = y.memory().to_data().iter().collect();
        let values: Vec<f64> = x.memory().to_data().iter().collect();
        let mut expected = vec![0.0; found.len()];
        let scale = (4.0 * std::f64::consts::PI).sqrt();
        for (place, (point, weight)) in grid.points().iter().zip(grid.weights()).enumerate() {
            for (k, y) in harmonics.values(*point).unwrap().iter().enumerate() {
                for b in 0..2 {
                    for c in 0..2 {
                        let value = values[(b * grid.places() + place) * 2 + c];
                        expected[(b * 25 + k) * 2 + c] += weight * scale * y * value;
                    }
                }
            }
        }
        let distance = found.iter().zip(&expected).map(|(a, b)| (a - b).abs());
        assert!(distance.fold(0.0, f64::max) < EXACT_F64, "{grid}");
    }
}

#[test]
fn transforms_commute_with_all_of_o3() {
    let values = fields("O(3): 2 trivial + 1 0-");
    for grid in grids() {
        let there = ToHarmonics::new(&values, 4).unwrap();
        let x = on(grid.clone(), &values);
        let checked = assert_equivariant(&there, &x, EXACT_F64).unwrap();
        // Not only those that permute places.
        assert!(checked.elements.iter().any(|g| !x.domain().is_exact(g)));
        let back = FromHarmonics::new(there.output_type(), Arc::new(grid)).unwrap();
        let y = there.forward(x.clone()).unwrap();
        assert_equivariant(&back, &y, EXACT_F64).unwrap();
        for g in random_elements(true) {
            assert!(equivariance_error(&there, &x, &g).unwrap() < EXACT_F64);
            assert!(equivariance_error(&back, &y, &g).unwrap() < EXACT_F64);
        }
        // There and back again nothing is lost of functions of the band.
        let again = there.forward(back.forward(y.clone()).unwrap()).unwrap();
        let lost = (again.memory().clone() - y.memory().clone()).abs().max();
        assert!(lost.into_scalar::<f64>() < EXACT_F64);
    }
}

#[test]
fn turning_a_field_on_the_sphere_moves_its_function() {
    // A function of degree 3, turned by coefficients and at the places.
    let grid = SphereGrid::equiangular(10, 10).unwrap();
    let harmonics = SphericalHarmonics::new(3).unwrap();
    let function = |point: [f64; 3]| -> f64 {
        let values = harmonics.values(point).unwrap();
        values
            .iter()
            .enumerate()
            .map(|(k, y)| y * ((k * 5) % 7) as f64)
            .sum()
    };
    let scalars = fields("O(3): trivial");
    let field = |values: Vec<f64>| {
        let shape = [1, grid.places(), 1];
        let x = Tensor::from_data(
            TensorData::new(values, shape),
            (&Device::flex(), DType::F64),
        );
        Field::from_memory(x, grid.clone().into(), &scalars).unwrap()
    };
    let x = field(grid.points().iter().map(|&p| function(p)).collect());
    for g in random_elements(true) {
        let back = g.space().unwrap().inverse();
        let expected = field(
            grid.points()
                .iter()
                .map(|&p| function(back.apply(p)))
                .collect(),
        );
        let found = x.transform(&g).unwrap();
        let distance = (found.memory().clone() - expected.memory().clone())
            .abs()
            .max();
        assert!(distance.into_scalar::<f64>() < 1e2 * EXACT_F64);
    }
}

#[test]
fn layers_of_coefficients_commute_with_every_rotation() {
    let device = Device::flex();
    let sphere = fields("SO(3): 2 harmonics(0, 5)");
    let rotations = fields("SO(3): 3 harmonics(0, 4) + 6 harmonics(1, 4) + 6 harmonics(2, 4)");
    let all = fields("SO(3): 1 harmonics(0, 2) + 2 harmonics(1, 2) + 2 harmonics(2, 2)");
    let o3 = fields("O(3): 2 harmonics(0, 3) + 1 pseudoharmonics(0, 3)");
    let conv = |input: &FieldType, output: &FieldType| {
        let config = SphereConvConfig::new(input, output, 3, 0.7).unwrap();
        double(config.with_bias(true).init(&device).unwrap())
    };
    let pairs = [
        (&sphere, &sphere),
        (&sphere, &rotations),
        (&rotations, &rotations),
        (&rotations, &all),
        (&all, &sphere),
        (&o3, &o3),
    ];
    for (input, output) in pairs {
        let layer = conv(input, output);
        let x = on(Domain::Vector, input);
        let checked = assert_equivariant(&layer, &x, EXACT_F64).unwrap();
        assert!(
            checked.elements.len() > 24,
            "also others than those of the cube"
        );
        let weights = layer.parameters();
        let expected = SphereConvConfig::new(input, output, 3, 0.7)
            .unwrap()
            .with_bias(true);
        assert_eq!(weights, expected.parameters().unwrap());
    }
    let x = on(Domain::Vector, &rotations);
    assert_equivariant(&HarmonicPool::new(&rotations, 2, 1).unwrap(), &x, EXACT_F64).unwrap();
    // The layers of the fibre that there were before.
    let identity = schur_nn::Activation::Identity;
    let norm = double(FieldNorm::new(&rotations, identity, &device).unwrap());
    assert_equivariant(&norm, &x, EXACT_F64).unwrap();
    let linear = EquivariantLinearConfig::new(&rotations, &all).unwrap();
    assert_equivariant(&double(linear.init(&device).unwrap()), &x, EXACT_F64).unwrap();
    let product = fields("SO(3): 2 harmonics(0, 2)");
    let small = on(Domain::Vector, &product);
    let product = double(TensorProduct::new(&product, &product, 1, &device).unwrap());
    assert_equivariant(&product, &small, EXACT_F64).unwrap();
}

/// A convolution that adds a constant to a component.
struct Broken(Box<dyn Layer>);

impl Layer for Broken {
    fn name(&self) -> String {
        "broken".to_string()
    }

    fn input_type(&self) -> &FieldType {
        self.0.input_type()
    }

    fn output_type(&self) -> &FieldType {
        self.0.output_type()
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        let output = self.output_type().clone();
        self.0.forward(field)?.map(&output, |x| {
            let [batch, places, channels] = x.dims();
            let last = x.clone().narrow(2, channels - 1, 1) + 0.1;
            Tensor::cat(
                vec![x.slice([0..batch, 0..places, 0..channels - 1]), last],
                2,
            )
        })
    }
}

#[test]
fn a_broken_layer_is_refused() {
    let sphere = fields("SO(3): 2 harmonics(0, 3)");
    let config = SphereConvConfig::new(&sphere, &sphere, 2, 0.7).unwrap();
    let conv = double(config.init(&Device::flex()).unwrap());
    let x = on(Domain::Vector, &sphere);
    let refused = assert_equivariant(&Broken(Box::new(conv)), &x, EXACT_F64);
    assert!(matches!(refused, Err(NnError::NotEquivariant(_))));
    // A pool over degrees is no pool over orders: the first nine coefficients are, the first
    // eight are not.
    let wrong = Wrong(sphere.clone(), fields("SO(3): 2 harmonics(0, 3)"));
    assert!(assert_equivariant(&wrong, &x, EXACT_F64).is_err());
}

/// Sets all coefficients behind the eighth to 0.
struct Wrong(FieldType, FieldType);

impl Layer for Wrong {
    fn name(&self) -> String {
        "wrong".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.0
    }

    fn output_type(&self) -> &FieldType {
        &self.1
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        field.map(&self.1, |x| {
            let kept = x.clone().narrow(2, 0, 16);
            let rest = x.narrow(2, 16, 16);
            Tensor::cat(vec![kept, rest * 0.0], 2)
        })
    }
}

#[test]
fn kernels_are_those_of_their_rings() {
    // A kernel on one ring, applied to a function at one point: the mean over the circle.
    let sphere = fields("SO(3): 1 harmonics(0, 4)");
    let angle = 0.6f64;
    let config = SphereConvConfig::on_rings(&sphere, &sphere, &[angle]).unwrap();
    let layer = double(config.init(&Device::flex()).unwrap());
    let weight: f64 = layer.weight.val().into_scalar();
    let x = on(Domain::Vector, &sphere);
    let y = layer.forward(x.clone()).unwrap();
    let harmonics = SphericalHarmonics::new(4).unwrap();
    let value = |field: &Field, point: [f64; 3]| -> f64 {
        let coefficients: Vec<f64> = field.memory().to_data().iter().collect();
        let values = harmonics.values(point).unwrap();
        let sum: f64 = values.iter().zip(&coefficients).map(|(y, c)| y * c).sum();
        sum * (4.0 * std::f64::consts::PI).sqrt()
    };
    let turn = SpaceIsometry::random(&mut ChaCha8Rng::seed_from_u64(9));
    let count = 64;
    let circle = (0..count).map(|k| {
        let phi = std::f64::consts::TAU * f64::from(k) / f64::from(count);
        turn.apply([
            angle.sin() * phi.cos(),
            angle.sin() * phi.sin(),
            angle.cos(),
        ])
    });
    let mean = circle.map(|point| value(&x, point)).sum::<f64>() / f64::from(count);
    let found = value(&y, turn.apply([0.0, 0.0, 1.0]));
    assert!(
        (found - weight * mean).abs() < EXACT_F64 * 10.0,
        "{found} {mean}"
    );
}

#[test]
fn nonlinearities_alias_less_on_finer_grids() {
    let rotations = fields("SO(3): 2 harmonics(0, 4) + 4 harmonics(1, 4)");
    let layer = SpherePointwise::new(&rotations, Nonlinearity::Relu).unwrap();
    let [plain, fine] = [1.0, 3.0].map(|factor| {
        let layer = layer.clone().with_oversampling(factor).unwrap();
        layer.aliasing().unwrap()
    });
    assert!(
        fine < plain / 2.0 && plain < ALIASED && fine > EXACT_F64,
        "{plain} {fine}"
    );
    // Of a function that is none nothing is left.
    let same = SpherePointwise::new(&rotations, Nonlinearity::Identity).unwrap();
    assert!(same.aliasing().unwrap() < EXACT_F64);
    let x = on(Domain::Vector, &rotations);
    let y = same.forward(x.clone()).unwrap();
    let lost = (y.memory().clone() - x.memory().clone()).abs().max();
    assert!(lost.into_scalar::<f64>() < EXACT_F64);
    // A square is exact where the grid is.
    let square = Nonlinearity::custom("square", |x| x.square());
    let square = SpherePointwise::new(&rotations, square).unwrap();
    let square = square.with_oversampling(2.0).unwrap();
    assert!(square.aliasing().unwrap() < EXACT_F64);
    // Turns by steps of the grid are exact, others are not, and it says so.
    let step = std::f64::consts::TAU / 12.0;
    let axis = [0.0, 0.0, 1.0];
    let turn = |angle| GroupElement::from(SpaceIsometry::from_axis_angle(axis, angle).unwrap());
    assert!(layer.inexactness(&turn(step), &Domain::Vector).is_none());
    assert!(equivariance_error(&layer, &x, turn(step)).unwrap() < EXACT_F64);
    let half = SpaceIsometry::from_axis_angle([1.0, 0.0, 0.0], std::f64::consts::PI).unwrap();
    let half = GroupElement::from(half);
    assert!(layer.inexactness(&half, &Domain::Vector).is_none());
    assert!(equivariance_error(&layer, &x, &half).unwrap() < EXACT_F64);
    assert!(
        layer
            .inexactness(&turn(step / 2.0), &Domain::Vector)
            .is_some()
    );
    assert!(equivariance_error(&layer, &x, turn(step / 2.0)).unwrap() > EXACT_F64);
    // Pseudo functions have no ReLU.
    let pseudo = fields("O(3): 1 pseudoharmonics(0, 3)");
    assert!(SpherePointwise::new(&pseudo, Nonlinearity::Relu).is_err());
    let odd = SpherePointwise::new(&pseudo, Nonlinearity::Tanh).unwrap();
    let inversion = GroupElement::from(SpaceIsometry::INVERSION);
    let x = on(Domain::Vector, &pseudo);
    assert!(equivariance_error(&odd, &x, &inversion).unwrap() < ALIASED);
}

#[test]
fn gradients_are_those_of_differences() {
    let sphere = fields("SO(3): 2 harmonics(0, 2) + 4 harmonics(1, 2)");
    let device = Device::flex().autodiff();
    let conv = SphereConvConfig::new(&sphere, &sphere, 2, 0.7).unwrap();
    let conv = double(conv.init(&device).unwrap());
    let point = SpherePointwise::new(&sphere, Nonlinearity::Tanh).unwrap();
    let value = |x: Tensor<2>| -> Tensor<1> {
        let field = Field::from_vectors(x, &sphere).unwrap();
        let y = point.forward(conv.forward(field).unwrap()).unwrap();
        let factors = random(y.memory().dims(), 8).to_device(&y.device());
        (y.into_memory() * factors).sum()
    };
    let start = random([1, sphere.channels()], 3);
    let leaf = Tensor::<2>::from_data(start.to_data(), (&device, DType::F64)).require_grad();
    let gradients = value(leaf.clone()).backward();
    let found: Vec<f64> = leaf.grad(&gradients).unwrap().to_data().iter().collect();
    let numbers: Vec<f64> = start.to_data().iter().collect();
    for k in (0..numbers.len()).step_by(7) {
        let at = |step: f64| -> f64 {
            let mut moved = numbers.clone();
            moved[k] += step;
            let data = TensorData::new(moved, [1, sphere.channels()]);
            value(Tensor::from_data(data, (&device, DType::F64))).into_scalar()
        };
        let slope = (at(SLOPE_STEP) - at(-SLOPE_STEP)) / (2.0 * SLOPE_STEP);
        assert!(
            (slope - found[k]).abs() < SLOPES,
            "{k}: {slope} {}",
            found[k]
        );
    }
}

#[test]
fn other_devices_compute_the_same() {
    let grid = Arc::new(SphereGrid::gauss_legendre(5, 9).unwrap());
    let transform = SphereTransform::new(&grid, 4, 1, 3).unwrap();
    for map in [
        SphereMap::Synthesis(Weighting::Plain),
        SphereMap::Analysis(Weighting::Weighted),
        SphereMap::Synthesis(Weighting::Weighted),
    ] {
        let size = match map {
            SphereMap::Synthesis(_) => transform.coefficients(),
            SphereMap::Analysis(_) => transform.samples(),
        };
        let x = random([3, size, 2], 1);
        let engine = ops::sphere_transform(x.clone(), &transform, map);
        let dense = ops::composed(|| ops::sphere_transform(x, &transform, map));
        let distance = (engine - dense).abs().max();
        assert!(distance.into_scalar::<f64>() < EXACT_F64);
    }
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let scalars = fields("SO(3): 1 trivial");
    let message = |result: Result<Field, NnError>| result.unwrap_err().to_string();
    let layer = ToHarmonics::new(&scalars, 5).unwrap();
    let coarse = on(SphereGrid::equiangular(8, 8).unwrap(), &scalars);
    assert!(message(layer.forward(coarse.clone())).contains("up to degree 3"));
    let healpix = on(SphereGrid::healpix(4).unwrap(), &scalars);
    assert!(message(layer.forward(healpix.clone())).contains("any_grid"));
    assert!(layer.clone().with_any_grid(true).forward(healpix).is_ok());
    let image = on(Domain::image(8, 8), &scalars);
    assert!(message(layer.forward(image)).contains("Field::from_sphere"));
    let planar = fields("SO(2): 1 trivial");
    assert!(ToHarmonics::new(&planar, 2).is_err());
    let vectors = fields("SO(3): 1 irrep(1)");
    assert!(ToHarmonics::new(&vectors, 2).is_err());
    assert!(SpherePointwise::new(&vectors, Nonlinearity::Relu).is_err());
    // Functions with a third angle beside the wrong number of others.
    let odd = fields("SO(3): 2 harmonics(0, 3) + 3 harmonics(1, 3)");
    assert!(HarmonicPool::new(&odd, 1, 0).is_err());
    let rotations = fields("SO(3): 1 harmonics(0, 3) + 2 harmonics(1, 3)");
    let grid = Arc::new(SphereGrid::healpix(1).unwrap());
    assert!(FromHarmonics::new(&rotations, grid).is_err());
    let [functions, pseudo] = ["O(3): 1 harmonics(0, 3)", "O(3): 1 pseudoharmonics(0, 3)"];
    let [functions, pseudo] = [functions, pseudo].map(fields);
    assert!(SphereConvConfig::new(&functions, &pseudo, 2, 0.5).is_err());
    assert!(SphereConvConfig::new(&functions, &functions, 0, 0.5).is_err());
    assert!(SphereConvConfig::new(&functions, &functions, 2, f64::NAN).is_err());
    // A pointwise function at places is exact for turns by steps only.
    let relu = schur_nn::Pointwise::new(&scalars, Nonlinearity::Relu).unwrap();
    let elements = exact_elements(&relu, coarse.domain()).unwrap();
    assert!(elements.iter().all(|g| coarse.domain().is_exact(g)) && elements.len() >= 4);
    assert_equivariant(&relu, &coarse, EXACT_F64).unwrap();
}
