//! Networks on Möbius strips, and their layers for fields that change their sign.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, Device, Tensor};
use schur_nn::export::Graph;
use schur_nn::network::{DomainKind, model, own_group};
use schur_nn::tolerance::EXACT_F32;
use schur_nn::{
    Atlas, Field, FieldType, Layer, NetworkConfig, Nonlinearity, NormMaxPool, NormNonlinearity,
    relative_distance,
};

use crate::support::{generic, tensor, uniform};
use crate::tolerance::BROKEN;

/// The networks of the published table by their names, with their parameters in thousands.
const PUBLISHED: [(&str, usize); 7] = [
    ("moebius-cnn", 1501),
    ("moebius-cnn-small", 832),
    ("moebius-scalar", 902),
    ("moebius-sign-flip", 820),
    ("moebius-regular", 752),
    ("moebius-irreps", 752),
    ("moebius-mixed", 752),
];

fn published(name: &str) -> NetworkConfig {
    let group = own_group(name).unwrap().parse().unwrap();
    model(name, &group).unwrap().config
}

/// What the layers have by hand: k² weights per pair of scalars of the conventional network, and so on;
/// rounded to thousands they are those of the published table.
#[test]
fn networks_have_the_published_numbers_of_parameters() {
    let exact = [
        1_501_162, 832_190, 901_962, 819_962, 751_914, 752_162, 752_038,
    ];
    for ((name, thousands), exact) in PUBLISHED.into_iter().zip(exact) {
        let config = published(name);
        assert_eq!(config.parameters().unwrap(), exact, "{name}");
        assert_eq!((exact + 500) / 1000, thousands, "{name}");
    }
}

/// Images of digits have the same logits wherever the strip is cut, in steps of the two pools, and
/// mirrored across; those of the conventional network depend on it.
#[test]
fn networks_give_the_same_logits_wherever_the_strip_is_cut() {
    let device = Device::flex();
    for (name, _) in PUBLISHED {
        let config = published(name);
        let network = generic(config.init(1, &device).unwrap(), DType::F32).valid();
        let values = uniform(2 * 28 * 28, 3);
        let images = tensor(values, [2, 1, 28, 28], DType::F32, &device);
        let field = network.fields(images.clone()).unwrap();
        assert!(
            field
                .domain()
                .to_string()
                .starts_with("a Möbius strip of 28 x 28")
        );
        let logits = network.forward(images.clone()).unwrap();
        let mut worst = 0.0f64;
        for k in 1..14 {
            let shifted = field.shifted(4 * k).unwrap().to_tensor();
            let found = network.forward(shifted).unwrap();
            worst = worst.max(relative_distance(&found, &logits));
        }
        match config.domain {
            DomainKind::Moebius => assert!(worst <= EXACT_F32, "{name}: {worst}"),
            _ => assert!(worst > BROKEN, "{name}: {worst}"),
        }
        // As a layer, an image is a picture of the strip too.
        let image = Field::from_tensor(images.clone(), network.image_type()).unwrap();
        let answer = Layer::forward(&network, image).unwrap();
        assert_eq!(relative_distance(&answer.to_rows(), &logits), 0.0, "{name}");
        // What is prepared for inference computes the same.
        let fast = network
            .for_inference()
            .unwrap()
            .forward(images.clone())
            .unwrap();
        assert!(relative_distance(&fast, &logits) <= EXACT_F32, "{name}");
        // A plain network, which has gathers of places for the seams, too.
        let graph = Graph::export(&network, 28, 28).unwrap();
        let plain = graph.run(images).unwrap().reshape([2, 10]);
        assert!(relative_distance(&plain, &logits) <= EXACT_F32, "{name}");
    }
}

#[test]
fn configs_say_where_images_live() {
    let strip = published("moebius-mixed");
    let text = toml::to_string(&strip).unwrap();
    assert!(text.contains("domain = \"moebius\""), "{text}");
    let read: NetworkConfig = toml::from_str(&text).unwrap();
    assert_eq!(read, strip);
    // Images are not written.
    let plain = toml::to_string(&NetworkConfig::default()).unwrap();
    assert!(!plain.contains("domain"), "{plain}");
    // Without the mirror nothing is carried over the cut.
    let config = NetworkConfig {
        domain: DomainKind::Moebius,
        ..NetworkConfig::default()
    };
    let error = config.validate().unwrap_err().to_string();
    assert!(
        error.contains("network.domain") && error.contains("no element of C4"),
        "{error}"
    );
    let cylinder = NetworkConfig {
        domain: DomainKind::Cylinder,
        ..NetworkConfig::default()
    };
    // The default network pads nothing, and so can't go around.
    let network = cylinder.init(0, &Device::flex()).unwrap();
    let error = network.check_size((28, 28)).unwrap_err().to_string();
    assert!(error.contains("use padding 1"), "{error}");
    let error = network.domain_of([4, 28, 28]).unwrap_err().to_string();
    assert!(error.contains("is no strip"), "{error}");
    // Models for one group refuse others.
    for (name, _) in PUBLISHED {
        assert!(model(name, &"C4".parse().unwrap()).is_err());
    }
}

/// `sign(x) ELU(|x| + b)`: the function of the norm on fields of one channel.
#[test]
fn the_norm_nonlinearity_is_the_sign_flip_one() {
    let device = Device::flex();
    let fields = FieldType::parse("D1@0: 1 A2").unwrap();
    let layer = NormNonlinearity::new(&fields, Nonlinearity::Elu { alpha: 1.0 }, &device).unwrap();
    let bias = -0.7f64;
    let layer = layer.map(&mut Shifted(bias));
    let values = [-2.0f64, -0.5, 0.25, 1.5];
    let x = Tensor::<1>::from_data(values, &device).reshape([1, 1, 2, 2]);
    let x = Field::from_tensor(x, &fields)
        .unwrap()
        .on(Atlas::moebius(2, 2).unwrap())
        .unwrap();
    let found = layer.forward(x).unwrap().to_tensor().to_data();
    for (found, x) in found.iter::<f64>().zip(values) {
        let t: f64 = x.abs() + bias;
        let elu = if t > 0.0 { t } else { t.exp() - 1.0 };
        // The norm is softened near 0.
        assert!(
            (found - x.signum() * elu).abs() < schur_nn::tolerance::SOFT_NORM,
            "{x}: {found}"
        );
    }
    // And the pool keeps the number of largest absolute value, with its sign.
    let pool = NormMaxPool::new(&fields, 2, 2).unwrap();
    let x = Tensor::<1>::from_data(values, &device).reshape([1, 1, 2, 2]);
    let x = Field::from_tensor(x, &fields)
        .unwrap()
        .on(Atlas::moebius(2, 2).unwrap())
        .unwrap();
    let largest = pool.forward(x).unwrap().to_tensor().into_scalar::<f64>();
    assert_eq!(largest, -2.0);
}

/// Adds a constant to every parameter.
struct Shifted(f64);

impl ModuleMapper for Shifted {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|old| old + self.0)
    }
}

/// Large features, as those of networks without norms, have gradients: 1 above 0.
#[test]
fn elu_has_gradients_where_its_exponential_overflows() {
    let device = Device::flex().autodiff();
    let x = Tensor::<1>::from_floats([1e3, 1.0, 0.0, -1.0, -1e3], &device).require_grad();
    let elu = Nonlinearity::Elu { alpha: 2.0 };
    let y = elu.apply(x.clone());
    let values: Vec<f64> = y.to_data().iter::<f64>().collect();
    let expected = [1e3, 1.0, 0.0, 2.0 * ((-1.0f64).exp() - 1.0), -2.0];
    let gradient = x.grad(&y.sum().backward()).unwrap().to_data();
    let gradient: Vec<f64> = gradient.iter::<f64>().collect();
    let slopes = [1.0, 1.0, 2.0, 2.0 * (-1.0f64).exp(), 0.0];
    for (found, expected) in [(values, expected), (gradient, slopes)] {
        let pairs = found.iter().zip(expected);
        let far = pairs.filter(|(found, expected)| (**found - expected).abs() > EXACT_F32);
        assert_eq!(far.count(), 0, "{found:?}");
    }
}
