//! Networks described layer by layer, with layers of this crate and of a caller's own.

use std::collections::BTreeSet;

use burn::module::{Module, Param};
use burn::tensor::{DType, Device, Tensor};
use schur_nn::exactness::Inexactness;
use schur_nn::export::{Graph, Op, Value};
use schur_nn::network::{AnyLayer, AnyLayerConfig, LayerConfig, Site, configs, models};
use schur_nn::{
    Checkpoint, Domain, EquivariantConv, EquivariantConvConfig, Field, FieldType, GroupElement,
    Layer, NetworkConfig, NnError, assert_equivariant, tolerance,
};
use serde::{Deserialize, Serialize};

use crate::support::{bits, field, generic, numbers, planar, tensor, train, uniform};
use crate::zoo::{groups_of, of_width};

/// Every kind of layer: an entry, what comes in, and what comes out.
const KINDS: [(&str, &str, &str); 36] = [
    (
        "layer = 'adaptive_max_pool', size = [2, 2]",
        "C4: 2 regular",
        "C4: 2 regular",
    ),
    (
        "layer = 'attention', head = 2, heads = 2",
        "C4: 3 regular",
        "C4: 3 regular",
    ),
    ("layer = 'blur_pool', stride = 2", "D4: 2 E1", "D4: 2 E1"),
    (
        "layer = 'branch', join = 'concat', body = [{ layer = 'conv', fields = 2, kernel = 3, padding = 1 }]",
        "C4: 1 trivial",
        "C4: 1 trivial + 2 regular",
    ),
    (
        "layer = 'branch', join = 'add', body = [{ layer = 'conv', fields = 2, kernel = 1 }], shortcut = [{ layer = 'conv', fields = 2, kernel = 1 }]",
        "C4: 1 trivial",
        "C4: 2 regular",
    ),
    ("layer = 'change_of_basis'", "D2: 2 regular", ""),
    (
        "layer = 'concatenated', function = 'relu'",
        "C2: 2 trivial",
        "",
    ),
    (
        "layer = 'conv', fields = '2 regular + E1', kernel = 3, bias = true",
        "C4: 2 trivial",
        "C4: 2 regular + E1",
    ),
    (
        "layer = 'conv', fields = '2 E1', kernel = 5, kernels = 'steerable', cutoff = 2.0",
        "SO(2): 2 trivial",
        "SO(2): 2 E1",
    ),
    (
        "layer = 'conv', fields = '1 regular + 1 trivial', kernel = 3, padding_mode = 'circular', padding = 1, groups = 2",
        "C4: 1 regular + 1 trivial",
        "",
    ),
    (
        "layer = 'conv_transposed', conv = { fields = 2, kernel = 3, stride = 2, padding = 1 }",
        "C4: 1 regular",
        "C4: 2 regular",
    ),
    (
        "layer = 'dropout', probability = 0.5",
        "C4: 1 regular",
        "C4: 1 regular",
    ),
    (
        "layer = 'fourier', function = 'elu', rotations = 8",
        "SO(2): 2 spectral(1)",
        "SO(2): 2 spectral(1)",
    ),
    (
        "layer = 'fourier_max_pool', window = 2",
        "C4: 2 regular",
        "C4: 2 regular",
    ),
    (
        "layer = 'gated', fields = '2 E1'",
        "C4: 2 E1 + 2 trivial",
        "C4: 2 E1",
    ),
    ("layer = 'gated'", "SO(2): 2 spectral(1)", "SO(2): 2 E1"),
    (
        "layer = 'global_pool', kind = 'average'",
        "C4: 2 E1",
        "C4: 2 E1",
    ),
    ("layer = 'group_pool'", "C4: 2 regular", "C4: 2 trivial"),
    (
        "layer = 'group_pool', kind = 'average', subgroup = 'C2'",
        "C4: 2 regular",
        "",
    ),
    (
        "layer = 'implicit_conv', fields = 1, kernel = 3, hidden = [4, 3], bias = true",
        "C4: 1 regular",
        "C4: 1 regular",
    ),
    ("layer = 'induction', group = 'D4'", "C4: 1 regular", ""),
    (
        "layer = 'labelled', labels = ['a', 'b', 'a'], in_place = true, layers = { a = { layer = 'pointwise', function = 'relu' }, b = { layer = 'norm_nonlinearity', function = 'relu' } }",
        "C4: 1 regular + 1 E1 + 1 trivial",
        "C4: 1 regular + 1 E1 + 1 trivial",
    ),
    (
        "layer = 'mask', sigma = 2.0",
        "C4: 1 regular",
        "C4: 1 regular",
    ),
    (
        "layer = 'max_out', over = 2",
        "C4: 4 regular",
        "C4: 2 regular",
    ),
    (
        "layer = 'norm', activation = 'relu', momentum = 0.2, epsilon = 0.001",
        "C4: 2 regular",
        "C4: 2 regular",
    ),
    (
        "layer = 'norm_max_pool', window = 2",
        "C4: 2 E1",
        "C4: 2 E1",
    ),
    ("layer = 'norm_nonlinearity'", "C4: 2 E1", "C4: 2 E1"),
    ("layer = 'norm_pool'", "C4: 2 E1", "C4: 2 trivial"),
    (
        "layer = 'pointwise', function = 'leaky relu(0.1)'",
        "C4: 2 regular",
        "C4: 2 regular",
    ),
    (
        "layer = 'pool', window = 3, stride = 2, padding = 1, ceil = true",
        "C4: 2 regular",
        "C4: 2 regular",
    ),
    (
        "layer = 'resize', to = { bilinear = 2 }",
        "C4: 2 regular",
        "C4: 2 regular",
    ),
    ("layer = 'restriction', group = 'C2'", "C4: 1 regular", ""),
    (
        "layer = 'sample_norm', kind = { groups = 2 }",
        "C4: 2 regular",
        "C4: 2 regular",
    ),
    (
        "layer = 'sort_fields'",
        "C4: 1 regular + 1 trivial + 1 regular",
        "",
    ),
    (
        "layer = 'tensor_product', fields = '2 trivial'",
        "C4: 2 E1",
        "C4: 2 trivial",
    ),
    ("layer = 'vector_field'", "C4: 2 regular", ""),
];

/// Reads the entries of a layer as in a config file.
fn read(entries: &str) -> AnyLayerConfig {
    #[derive(Deserialize)]
    struct File {
        layers: Vec<AnyLayerConfig>,
    }
    let text = format!("layers = [{{ {entries} }}]");
    let file: File = toml::from_str(&text).unwrap_or_else(|e| panic!("{text}: {e}"));
    file.layers.into_iter().next().unwrap()
}

/// Reads, writes and builds a layer, which must be what its description knows without weights.
fn stands_in_a_file(entries: &str, input: &str, output: &str) -> Result<(), String> {
    let device = Device::flex();
    let wrong = |e: NnError| e.to_string();
    let config = read(entries);
    let text = serde_json::to_string(&config).map_err(|e| e.to_string())?;
    let again = serde_json::from_str::<AnyLayerConfig>(&text).map_err(|e| e.to_string())?;
    let input = FieldType::parse(input).map_err(wrong)?;
    let layer = config
        .init(&input, &mut Site::new(3, &device))
        .map_err(wrong)?;
    let outline = config
        .outline(&input, &mut Site::new(0, &device))
        .map_err(wrong)?;
    let x = field(&input, (8, 8), DType::F32, &device);
    let y = layer.forward(x).map_err(wrong)?;
    let equal = [
        ("text", again == config),
        ("parameters", outline.parameters == layer.parameters()),
        ("output type", outline.output == *layer.output_type()),
        ("result", y.field_type() == layer.output_type()),
        ("size", y.size() == layer.output_size(8, 8).map_err(wrong)?),
        (
            "expected type",
            output.is_empty() || FieldType::parse(output).map_err(wrong)? == outline.output,
        ),
    ];
    match equal.into_iter().find(|(_, equal)| !equal) {
        Some((what, _)) => Err(format!("{what} of {text}: {outline:?}")),
        None => Ok(()),
    }
}

/// Every kind is read, written, built, and knows what it gives and learns without weights.
#[test]
fn every_kind_of_layer_stands_in_a_file() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (entries, input, output) in KINDS {
        seen.insert(read(entries).layer().to_string());
        if let Err(error) = stands_in_a_file(entries, input, output) {
            wrong.push(format!("{entries}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The refusal of an unknown kind names all of them.
    let unknown = read("layer = 'konv', fields = 2");
    let fields = FieldType::parse("C4: trivial").unwrap();
    let error = unknown.init(&fields, &mut Site::new(0, &Device::flex()));
    let error = error.unwrap_err().to_string();
    let known = error.split("use one of ").nth(1).unwrap();
    let known = known.split(", or register").next().unwrap().split(", ");
    assert_eq!(known.map(str::to_string).collect::<BTreeSet<_>>(), seen);
}

/// Blocks and the layers that they stand for draw the same bits.
#[test]
fn blocks_and_their_layers_are_one_network() {
    for name in models() {
        for group in groups_of(name) {
            let (config, _) = of_width(name, group, 1);
            let text = toml::to_string(&config.as_layers().unwrap()).unwrap();
            assert!(!text.contains("blocks"), "{text}");
            let read: NetworkConfig = toml::from_str(&text).unwrap();
            assert_eq!(read, config.as_layers().unwrap());
            assert_eq!(read.parameters().unwrap(), config.parameters().unwrap());
            let [a, b] = [&config, &read].map(|config| config.init(5, &Device::flex()).unwrap());
            assert_eq!(a.description(), b.description());
            let capture = |network| Checkpoint::capture(network, a.description());
            assert_eq!(capture(&a), capture(&b), "{name} {group}");
        }
    }
}

/// Files from before groups were values and layers had entries are read as they were meant.
#[test]
fn old_files() {
    let old = "
        group = 'd8@22.5'
        channels = 3
        classes = 10
        activation = 'relu'
        global_pool = 'average'
        kernels = 'steerable'
        cutoff = 3.0
        block_dropout = 0.3

        [[blocks]]
        fields = 2
        kernel = 5
        padding = 2
        pool = 2
        pool_kind = 'blur'

        [[blocks]]
        fields = '2 regular + trivial'
        kernel = 5
        padding = 2
        residual = true
        restrict = 'D4@22.5'

        [[blocks]]
        fields = 3
        kernel = 3
        padding = 1
        residual = true
        stride = 2
        restrict = 'c1'
    ";
    let config: NetworkConfig = toml::from_str(old).unwrap();
    assert_eq!(config.group.name(), "D8@22.5");
    let again = toml::to_string(&config).unwrap();
    assert!(
        again.contains("restrict = \"C1\"") && !again.contains("layers"),
        "{again}"
    );
    assert_eq!(toml::from_str::<NetworkConfig>(&again).unwrap(), config);
    let network = config.init(1, &Device::flex()).unwrap();
    assert_eq!(network.group(), &planar("D8@22.5"));
    assert_eq!(network.output_type().group().planar(), Some(&planar("C1")));
    assert_eq!(network.parameters(), config.parameters().unwrap());
    // Without blocks those of the default network are meant.
    let short: NetworkConfig = toml::from_str("group = 'C8'").unwrap();
    assert_eq!(short.blocks, NetworkConfig::default().blocks);
}

/// What is wrong in a file is named with its place.
#[test]
fn what_is_refused_in_layers() {
    let config = |layers: &str| {
        let text = format!("group = 'C4'\nclasses = 2\nlayers = [{layers}]");
        toml::from_str::<NetworkConfig>(&text)
    };
    let end = "{ layer = 'group_pool' }, { layer = 'global_pool' }";
    for (layers, part) in [
        ("{ fields = 2 }".to_string(), "`layer`"),
        ("{ layer = 'conv', fields = 2 }".to_string(), "kernel"),
        (
            "{ layer = 'conv', fields = 2, kernel = 3, speed = 3 }".to_string(),
            "speed",
        ),
        (
            "{ layer = 'pointwise', function = 'sinc' }".to_string(),
            "sinc",
        ),
    ] {
        let error = config(&layers).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    for (layers, part) in [
        (format!("{{ layer = 'conv', fields = 2, kernel = 99 }}, {end}"), "network.layers[0]: kernel: 99"),
        (format!("{{ layer = 'conv', fields = 3, kernel = 3 }}, {end}"), "the answer"),
        (format!("{{ layer = 'conv', fields = '2 E1', kernel = 3 }}, {end}"), "network.layers[1]"),
        (
            format!("{{ layer = 'conv', fields = 2, kernel = 3, cutoff = 2.0 }}, {end}"),
            "network.layers[0]: cutoff",
        ),
        (
            "{ layer = 'branch', join = 'add', body = [{ layer = 'conv', fields = 0, kernel = 1 }] }"
                .to_string(),
            "network.layers[0]: body[0]: fields: 0",
        ),
        (format!("{{ layer = 'mystery' }}, {end}"), "network.layers[0]: layer: `mystery` is unknown"),
    ] {
        let config = config(&layers).unwrap();
        for error in [config.validate().err(), config.init(0, &Device::flex()).err()] {
            let error = error.unwrap_or_else(|| panic!("{layers}")).to_string();
            assert!(error.contains(part), "`{part}` is not in: {error}");
        }
    }
    let mut both = NetworkConfig::default().as_layers().unwrap();
    both.hidden = vec![3];
    let error = both.validate().unwrap_err().to_string();
    assert!(
        error.contains("network.layers: they are the whole network"),
        "{error}"
    );
    // A network whose answer has more than one pixel is no classifier.
    let wide = config("{ layer = 'conv', fields = '2 trivial', kernel = 1 }").unwrap();
    let wide = wide.init(0, &Device::flex()).unwrap();
    let error = wide
        .forward(Tensor::ones([1, 1, 3, 3], &Device::flex()))
        .unwrap_err();
    assert!(error.to_string().contains("3 x 3"), "{error}");
}

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
        error.contains("network.layers[1]") && error.contains("Site::with_layer"),
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

/// The streams of weights are those of the layers' numbers, whatever stands between.
#[test]
fn another_layer_leaves_the_weights_of_others() {
    let conv = || AnyLayerConfig::from(configs::Conv::new(2, 3));
    let relu = configs::Norm::new(schur_nn::Activation::Relu);
    let weights = |layers: Vec<AnyLayerConfig>, at: usize| {
        let end = [
            configs::GroupPool::default().into(),
            configs::GlobalPool::default().into(),
        ];
        let layers = layers.into_iter().chain(end).collect();
        let mut config = NetworkConfig::of_layers(planar("C4"), layers);
        config.classes = 2;
        let network = config.init(9, &Device::flex()).unwrap();
        bits(
            &network.layers()[at]
                .downcast_ref::<EquivariantConv>()
                .unwrap()
                .weight
                .val(),
        )
    };
    let plain = weights(vec![conv(), conv()], 1);
    assert_eq!(plain, weights(vec![conv(), relu.into(), conv()], 2));
    assert_ne!(plain, weights(vec![conv(), conv(), conv()], 2));
}
