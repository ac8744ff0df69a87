//! A layer of a caller's own in a network from a config file.

use burn::module::{Module, Param};
use burn::tensor::{DType, Device, Tensor};
use schur_nn::exactness::Inexactness;
use schur_nn::export::{Graph, Op, Value};
use schur_nn::network::{AnyLayer, LayerConfig, Site};
use schur_nn::{
    Checkpoint, Domain, EquivariantConv, EquivariantConvConfig, Field, FieldType, GroupElement,
    Layer, NetworkConfig, NnError, assert_equivariant, tolerance,
};
use serde::{Deserialize, Serialize};

use crate::support::{bits, field, generic, numbers, tensor, train, uniform};

/// A caller's own layer: a convolution beside the identity times a learned factor per field, with
/// parameters of one and of three axes, and another layer inside.
#[derive(Module, Debug)]
struct Leaky {
    factor: Param<Tensor<3>>,
    inner: EquivariantConv,
    #[module(skip)]
    fields: FieldType,
}

impl Layer for Leaky {
    fn name(&self) -> String {
        "leaky".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.fields
    }

    fn output_type(&self) -> &FieldType {
        &self.fields
    }

    fn parameters(&self) -> usize {
        1 + self.inner.parameters()
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        let around = self.inner.forward(field.clone())?.to_tensor();
        let same = field.to_tensor() * self.factor.val().unsqueeze::<4>();
        Field::from_tensor(around + same, &self.fields)
    }

    fn inexactness(&self, g: &GroupElement, domain: &Domain) -> Option<Inexactness> {
        self.inner.inexactness(g, domain)
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        // It says how: the factor is a number of the moment.
        let factor = numbers(&self.factor.val())[0] as f32;
        let by = graph.constant(&[1, 1, 1, 1], vec![factor]);
        let same = graph.elementwise(Op::Scale { by }, &[x], "leaky");
        let around = self.inner.export(graph, x)?;
        Ok(graph.elementwise(Op::Add, &[around, same], "leaky"))
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeakyConfig {
    kernel: usize,
    #[serde(default)]
    start: f64,
}

impl LayerConfig for LeakyConfig {
    const NAME: &'static str = "leaky";

    fn init(&self, input: &FieldType, site: &mut Site) -> Result<AnyLayer, NnError> {
        let inner = EquivariantConvConfig::new(input, input, self.kernel)
            .with_padding(self.kernel / 2)
            .with_seed(site.next_seed())
            .init(site.device())?;
        let factor = tensor(vec![self.start], [1, 1, 1], DType::F32, site.device());
        Ok(AnyLayer::new(Leaky {
            factor: Param::from_tensor(factor),
            inner,
            fields: input.clone(),
        }))
    }
}

const OWN: &str = "
group = 'D4'
classes = 3

[[layers]]
layer = 'conv'
fields = '2 regular + 1 E1'
kernel = 3

[[layers]]
layer = 'leaky'
kernel = 3
start = 0.5

[[layers]]
layer = 'branch'
join = 'concat'

[[layers.body]]
layer = 'leaky'
kernel = 1

[[layers]]
layer = 'norm_pool'

[[layers]]
layer = 'global_pool'
kind = 'average'

[[layers]]
layer = 'conv'
fields = '3 trivial'
kernel = 1
bias = true
gain = 1.0
";

/// From a config file to a network that is trained, saved, loaded, checked and exported.
#[test]
fn a_layer_of_ones_own() {
    let config: NetworkConfig = toml::from_str(OWN).unwrap();
    assert_eq!(
        toml::from_str::<NetworkConfig>(&toml::to_string(&config).unwrap()).unwrap(),
        config
    );
    let error = config.init(0, &Device::flex()).unwrap_err().to_string();
    assert!(
        error.contains("network.layers#2") && error.contains("Site::with_layer"),
        "{error}"
    );

    let device = Device::flex().autodiff();
    let site = |seed| Site::new(seed, &device).with_layer::<LeakyConfig>();
    let build = |seed| config.build(&mut site(seed)).unwrap();
    let network = build(1);
    let outline = config.outline(&mut site(0)).unwrap();
    assert_eq!(outline.parameters, network.parameters());
    assert_eq!(outline.parameters, network.num_params());
    let own = |network: &schur_nn::Network| -> Leaky {
        network.layers()[1]
            .downcast_ref::<Leaky>()
            .cloned()
            .unwrap()
    };

    // It learns, also where it is inside a branch.
    let trained = train(network.clone(), 7, 1);
    let (before, after) = (own(&network), own(&trained));
    assert_ne!(bits(&before.factor.val()), bits(&after.factor.val()));
    assert_ne!(
        bits(&before.inner.weight.val()),
        bits(&after.inner.weight.val())
    );

    // It is saved under its names and comes back.
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("own.safetensors");
    let captured = Checkpoint::capture(&trained, trained.description());
    captured.write(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    for name in [
        "layers.1.factor",
        "layers.1.inner.weight",
        "layers.2.body.0.factor",
    ] {
        let name = format!("model.{name}");
        assert!(
            bytes.windows(name.len()).any(|w| w == name.as_bytes()),
            "{name}"
        );
    }
    let other = build(2);
    let restored = Checkpoint::read(&path)
        .unwrap()
        .restore(other, &trained.description())
        .unwrap();
    assert_eq!(
        Checkpoint::capture(&restored, trained.description()),
        captured
    );
    let images = || {
        tensor(
            uniform(2 * 81, 4),
            [2, 1, 9, 9],
            DType::F32,
            &Device::flex(),
        )
    };
    let (kept, loaded) = (trained.valid(), restored.valid());
    let answers = bits(&kept.forward(images()).unwrap());
    assert_eq!(answers, bits(&loaded.forward(images()).unwrap()));

    // It is checked, prepared and exported like any other.
    let double = generic(loaded.clone(), DType::F64);
    let x = field(double.image_type(), (9, 9), DType::F64, &Device::flex());
    assert_equivariant(&double, &x, tolerance::EXACT_F64).unwrap();
    let flat = |x: Tensor<2>| x.unsqueeze::<4>();
    let expected = flat(loaded.forward(images()).unwrap());
    let prepared = loaded.for_inference().unwrap().forward(images()).unwrap();
    let graph = Graph::export(&loaded, 9, 9).unwrap();
    let exported = graph.run(images()).unwrap().reshape([2, 3]);
    for other in [prepared, exported] {
        let difference = schur_nn::relative_distance(&expected, &flat(other));
        assert!(difference < tolerance::EXACT_F32, "{difference}");
    }
}

/// The trap of own layers: one that does not commute is found.
#[test]
fn an_own_layer_that_is_not_equivariant_is_found() {
    #[derive(Module, Debug)]
    struct First {
        #[module(skip)]
        fields: FieldType,
    }
    impl Layer for First {
        fn name(&self) -> String {
            "first".to_string()
        }
        fn input_type(&self) -> &FieldType {
            &self.fields
        }
        fn output_type(&self) -> &FieldType {
            &self.fields
        }
        fn forward(&self, field: Field) -> Result<Field, NnError> {
            let x = field.to_tensor();
            let first = x.clone().narrow(1, 0, 1);
            Field::from_tensor(x + first, &self.fields)
        }
    }
    let fields = FieldType::parse("C4: 1 regular").unwrap();
    let layer = AnyLayer::new(First {
        fields: fields.clone(),
    });
    let x = field(&fields, (5, 5), DType::F64, &Device::flex());
    assert!(assert_equivariant(&layer, &x, tolerance::EXACT_F64).is_err());
}
