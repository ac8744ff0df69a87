//! Networks described layer by layer, with layers of this crate and of a caller's own.

use std::collections::BTreeSet;

use burn::tensor::{DType, Device, Tensor};
use schur_math::SphereGrid;
use schur_nn::network::{AnyLayerConfig, Site, models};
use schur_nn::{Checkpoint, Domain, FieldType, Layer, NetworkConfig, NnError, PointGraph};
use serde::Deserialize;

use crate::support::{field, grid, planar};
use crate::zoo::{groups_of, of_width};

/// Every kind of layer: an entry, what comes in, and what comes out.
const KINDS: [(&str, &str, &str); 50] = [
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
        "layer = 'from_harmonics', grid = 'healpix', rings = 2",
        "O(3): 2 harmonics(0, 3) + 1 pseudoharmonics(0, 3)",
        "O(3): 2 trivial + 1 0-",
    ),
    (
        "layer = 'from_harmonics', grid = 'icosahedral', rings = 3",
        "O(3): 2 harmonics(0, 3)",
        "O(3): 2 trivial",
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
        "layer = 'harmonic_pool', degree = 1, spin = 1",
        "SO(3): 2 harmonics(0, 3) + 4 harmonics(1, 3)",
        "SO(3): 2 harmonics(0, 1) + 4 harmonics(1, 1)",
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
        "layer = 'linear', fields = '2 regular + E1', bias = true",
        "C4: 2 regular",
        "C4: 2 regular + E1",
    ),
    (
        "layer = 'linear', fields = '3 trivial', gain = 1.0",
        "O(2): 2 trivial + E1",
        "O(2): 3 trivial",
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
        "layer = 'point_conv', fields = '2 E1', radius = 1.5, neighbours = 6",
        "O(2): 2 trivial",
        "O(2): 2 E1",
    ),
    (
        "layer = 'point_conv', fields = 2, radius = 2.0, rings = 2, neighbours = 4, aggregation = 'sum', groups = 1, bias = true",
        "D6: 1 regular",
        "D6: 2 regular",
    ),
    (
        "layer = 'point_pool'",
        "O(2): 1 trivial + 2 E1",
        "O(2): 1 trivial + 2 E1",
    ),
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
        "layer = 'sphere_conv', channels = 3, degree = 2, spin = 1, rings = 2, radius = 40.0, bias = true, gain = 1.0",
        "SO(3): 2 harmonics(0, 3)",
        "SO(3): 3 harmonics(0, 2) + 6 harmonics(1, 2)",
    ),
    (
        "layer = 'sphere_conv', channels = 2, pseudo_channels = 1, rings = 3",
        "O(3): 2 harmonics(0, 3) + 1 pseudoharmonics(0, 3)",
        "O(3): 2 harmonics(0, 3) + 1 pseudoharmonics(0, 3)",
    ),
    (
        "layer = 'sphere_conv', channels = 2, pseudo_channels = 2, spin = 1, rings = 3",
        "O(3): 2 harmonics(0, 3) + 1 pseudoharmonics(0, 3)",
        "O(3): 2 harmonics(0, 3) + 2 harmonics(1, 3) + 2 pseudoharmonics(1, 3) + 2 pseudoharmonics(0, 3) + 2 pseudoharmonics(1, 3) + 2 harmonics(1, 3)",
    ),
    (
        "layer = 'sphere_pointwise', function = 'relu'",
        "O(3): 2 harmonics(0, 3) + 2 harmonics(1, 3) + 2 pseudoharmonics(1, 3) + 2 pseudoharmonics(0, 3) + 2 pseudoharmonics(1, 3) + 2 harmonics(1, 3)",
        "O(3): 2 harmonics(0, 3) + 2 harmonics(1, 3) + 2 pseudoharmonics(1, 3) + 2 pseudoharmonics(0, 3) + 2 pseudoharmonics(1, 3) + 2 harmonics(1, 3)",
    ),
    (
        "layer = 'sphere_pointwise', function = 'elu', degree = 2, spin = 0, oversampling = 1.5",
        "SO(3): 2 harmonics(0, 3) + 4 harmonics(1, 3)",
        "SO(3): 2 harmonics(0, 2)",
    ),
    (
        "layer = 'tensor_product', fields = '2 trivial'",
        "C4: 2 E1",
        "C4: 2 trivial",
    ),
    (
        "layer = 'to_harmonics', degree = 2",
        "O(3): 2 trivial + 1 0-",
        "O(3): 2 harmonics(0, 2) + 1 pseudoharmonics(0, 2)",
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
    let mut x = field(&input, (8, 8), DType::F32, &device);
    if ["point_conv", "point_pool"].contains(&config.layer()) {
        let points: Vec<_> = (0..64)
            .map(|k| [f64::from(k % 8), f64::from(k / 8)])
            .collect();
        x = x
            .on(PointGraph::within(&points, 1.5).map_err(wrong)?)
            .map_err(wrong)?;
    }
    x = match config.layer() {
        "to_harmonics" => {
            let grid = SphereGrid::equiangular(8, 8).unwrap();
            x.on(grid).map_err(wrong)?
        }
        "from_harmonics" => {
            let x = field(&input, (1, 1), DType::F32, &device);
            x.on(Domain::Vector).map_err(wrong)?
        }
        _ => x,
    };
    let domain = layer.output_domain(x.domain()).map_err(wrong)?;
    let y = layer.forward(x).map_err(wrong)?;
    let equal = [
        ("text", again == config),
        ("parameters", outline.parameters == layer.parameters()),
        ("output type", outline.output == *layer.output_type()),
        ("result", y.field_type() == layer.output_type()),
        ("places", *y.domain() == domain),
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
    assert_eq!(network.group(), &grid("D8@22.5"));
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
        (format!("{{ layer = 'conv', fields = 2, kernel = 99 }}, {end}"), "network.layers#1.kernel: 99"),
        (format!("{{ layer = 'conv', fields = 3, kernel = 3 }}, {end}"), "the answer"),
        (format!("{{ layer = 'conv', fields = '2 E1', kernel = 3 }}, {end}"), "network.layers#2"),
        (
            format!("{{ layer = 'conv', fields = 2, kernel = 3, cutoff = 2.0 }}, {end}"),
            "network.layers#1.cutoff",
        ),
        (
            "{ layer = 'branch', join = 'add', body = [{ layer = 'conv', fields = 0, kernel = 1 }] }"
                .to_string(),
            "network.layers#1.body#1.fields: 0",
        ),
        (format!("{{ layer = 'mystery' }}, {end}"), "network.layers#1.layer: `mystery` is unknown"),
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
        .forward(Tensor::<4>::ones([1, 1, 3, 3], &Device::flex()))
        .unwrap_err();
    assert!(error.to_string().contains("3 x 3"), "{error}");
}
