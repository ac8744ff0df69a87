//! A plain network computes what the equivariant one does: with Burn, and from a file.

use burn::tensor::{DType, Device};
use schur_engine::Activation;
use schur_math::{KernelBand, PlanarGroup};
use schur_nn::export::Graph;
use schur_nn::network::{BlockConfig, PoolKind};
use schur_nn::{
    AdaptiveMaxPool, BlurPool, ChangeOfBasis, Concatenated, EquivariantConvConfig, Field,
    FieldDropout, FieldNorm, FieldType, FourierPointwise, Gated, GlobalPool, GroupPool,
    ImplicitConvConfig, Induction, KernelKind, Layer, Mask, MaxOut, NetworkConfig, Nonlinearity,
    NormNonlinearity, NormPool, PaddingMode, Pointwise, Resampling, Resize, Restriction,
    SampleNorm, SortFields, SpatialPool, TensorProduct, relative_distance, tolerance,
};

use crate::export_choices::choices;
use crate::nonlinearities::formulas;
use crate::support::{generic, grid, planar, tensor, uniform};

/// Every layer, with generic parameters.
pub(crate) fn layers() -> Vec<Box<dyn Layer>> {
    let device = Device::flex();
    let mut layers: Vec<Box<dyn Layer>> = Vec::new();
    for text in [
        "C4: 3 regular + 2 trivial",
        "D4: 2 regular",
        "SO(2): 2 spectral(1) + trivial",
    ] {
        let fields = FieldType::parse(text).unwrap();
        let output =
            FieldType::parse_blocks(fields.group().planar().unwrap(), "2 defining + 3 trivial")
                .unwrap();
        for mode in [
            PaddingMode::Zeros,
            PaddingMode::Circular,
            PaddingMode::Reflect,
        ] {
            let conv = EquivariantConvConfig::new(&fields, &output, 3)
                .with_padding(2)
                .with_padding_mode(mode)
                .with_stride(2)
                .with_bias(true);
            layers.push(Box::new(generic(conv.init(&device).unwrap(), DType::F32)));
        }
        let conv = EquivariantConvConfig::new(&fields, &output, 3)
            .with_kernels(KernelKind::Differences { order: 2 });
        layers.push(Box::new(generic(conv.init(&device).unwrap(), DType::F32)));
        let band = KernelBand::for_size(5).unwrap();
        let conv = EquivariantConvConfig::new(&fields, &output, 5)
            .with_kernels(KernelKind::Steerable(band))
            .with_dilation(2)
            .with_padding(4);
        layers.push(Box::new(generic(conv.init(&device).unwrap(), DType::F32)));
        let conv = ImplicitConvConfig::new(&fields, &output, 5)
            .with_padding(2)
            .with_padding_mode(PaddingMode::Reflect)
            .with_stride(2)
            .with_bias(true);
        layers.push(Box::new(generic(conv.init(&device).unwrap(), DType::F32)));
        let up = EquivariantConvConfig::new(&fields, &output, 3)
            .with_stride(2)
            .with_padding(1)
            .with_bias(true);
        layers.push(Box::new(generic(
            up.init_transposed(1, &device).unwrap(),
            DType::F32,
        )));
        layers.push(Box::new(NormPool::new(&fields).unwrap()));
        layers.push(Box::new(ChangeOfBasis::new(&fields).unwrap()));
        layers.push(Box::new(Mask::new(&fields, 0.1, 2.0).unwrap()));
        layers.push(Box::new(BlurPool::new(&fields, 0.66, 2).unwrap()));
        for kind in [
            Resampling::Nearest(2),
            Resampling::Linear(2),
            Resampling::LinearTo((5, 9).into()),
            Resampling::LinearAligned((9, 4).into()),
            Resampling::AdaptiveAverage((3, 2).into()),
        ] {
            layers.push(Box::new(Resize::new(&fields, kind).unwrap()));
        }
        layers.push(Box::new(
            GlobalPool::new(&fields, PoolKind::Average).unwrap(),
        ));
        let average = SpatialPool::new(&fields, PoolKind::Average, 3, 2).unwrap();
        layers.push(Box::new(average));
        let average = PoolKind::Average;
        let padded = SpatialPool::padded(&fields, average, (3, 2), (2, 1), (2, 1)).unwrap();
        layers.push(Box::new(padded));
        let half = planar("C2");
        layers.push(Box::new(Restriction::new(&fields, &half).unwrap()));
    }
    let regular = FieldType::parse("D4: 3 regular").unwrap();
    let mixed = FieldType::parse("D4: 3 regular + 2 trivial + quotient(C2)").unwrap();
    for activation in [Activation::Identity, Activation::Relu, Activation::Elu] {
        let norm = FieldNorm::new(&mixed, activation, &device).unwrap();
        layers.push(Box::new(generic(norm, DType::F32)));
    }
    let vectors = FieldType::parse("D4: 3 E1").unwrap();
    let norm = FieldNorm::new(&vectors, Activation::Identity, &device).unwrap();
    layers.push(Box::new(generic(norm, DType::F32)));
    layers.push(Box::new(
        Pointwise::new(&mixed, schur_engine::Activation::Relu).unwrap(),
    ));
    layers.push(Box::new(
        Pointwise::new(&mixed, schur_engine::Activation::Elu).unwrap(),
    ));
    layers.push(Box::new(
        SpatialPool::new(&mixed, PoolKind::Max, 2, 2).unwrap(),
    ));
    layers.push(Box::new(GlobalPool::new(&mixed, PoolKind::Max).unwrap()));
    for size in [(2, 3), (7, 1)] {
        layers.push(Box::new(AdaptiveMaxPool::new(&mixed, size).unwrap()));
    }
    let unsorted = FieldType::parse("D4: E1 + 2 trivial + 2 E1 + regular").unwrap();
    layers.push(Box::new(SortFields::new(&unsorted).unwrap()));
    layers.push(Box::new(GroupPool::new(&mixed).unwrap()));
    layers.push(Box::new(GroupPool::new(&mixed).unwrap().with_mean()));
    layers.push(Box::new(GroupPool::over(&regular, planar("D1")).unwrap()));
    layers.push(Box::new(GroupPool::over(&mixed, planar("D1")).unwrap()));
    let rotations = FieldType::parse("C4: 2 regular").unwrap();
    layers.push(Box::new(Induction::new(&rotations, planar("D4")).unwrap()));
    layers.extend(nonlinearities());
    layers.extend(choices());
    layers.extend(norms());
    layers
}

fn nonlinearities() -> Vec<Box<dyn Layer>> {
    let device = Device::flex();
    let fields = |text: &str| FieldType::parse(text).unwrap();
    let regular = fields("D4: 4 regular + 2 trivial");
    let vectors = fields("O(2): 2 trivial + 2 E1 + spectral(2)");
    let induced = fields("D4: 2 induced(C4, E1) + induced(C4, regular)");
    let c4 = planar("C4");
    let mut layers: Vec<Box<dyn Layer>> = vec![
        Box::new(NormNonlinearity::squash(&vectors).unwrap()),
        Box::new(Gated::new(&vectors).unwrap()),
        Box::new(Gated::induced(&induced, &c4).unwrap()),
        Box::new(Gated::within(&fields("SO(2): 2 spectral(1)")).unwrap()),
        Box::new(MaxOut::new(&regular, 2).unwrap()),
        Box::new(FieldDropout::new(&vectors, 0.5, 0, &device).unwrap()),
    ];
    for function in [
        Nonlinearity::Identity,
        Nonlinearity::Relu,
        Nonlinearity::LeakyRelu { slope: 0.1 },
        Nonlinearity::Elu { alpha: 1.0 },
        Nonlinearity::Elu { alpha: 0.5 },
        Nonlinearity::Gelu,
        Nonlinearity::Silu,
        Nonlinearity::Sigmoid,
        Nonlinearity::Softplus,
        Nonlinearity::Tanh,
        Nonlinearity::Softsign,
        formulas()[0].clone(),
        formulas()[1].clone(),
    ] {
        layers.push(Box::new(
            Pointwise::new(&regular, function.clone()).unwrap(),
        ));
        let norm = NormNonlinearity::new(&induced, function, &device).unwrap();
        let norm = norm.induced(&c4).unwrap();
        layers.push(Box::new(generic(norm, DType::F32)));
    }
    let norm = NormNonlinearity::new(&vectors, Nonlinearity::Softplus, &device).unwrap();
    layers.push(Box::new(generic(norm, DType::F32)));
    let signs = fields("D4: 2 E + regular");
    layers.push(Box::new(
        Concatenated::new(&signs, Nonlinearity::Relu).unwrap(),
    ));
    let spectral = fields("O(2): 2 spectral(1) + 2 spectral(2)");
    let finer = fields("O(2): 2 spectral(1) + 2 spectral(3)");
    let fourier = FourierPointwise::new(&spectral, Nonlinearity::Relu).unwrap();
    layers.push(Box::new(fourier.with_output(&finer).unwrap()));
    let output = fields("O(2): 3 trivial + 2 spectral(2)");
    let product = TensorProduct::new(&vectors, &output, 0, &device).unwrap();
    layers.push(Box::new(product));
    layers
}

fn norms() -> Vec<Box<dyn Layer>> {
    let device = Device::flex();
    let mixed = FieldType::parse("O(2): 2 trivial + 4 E1 + 2 spectral(2)").unwrap();
    let regular = FieldType::parse("D4: 4 regular + 2 E1").unwrap();
    let batch = FieldNorm::new(&mixed, Activation::Identity, &device).unwrap();
    let scaled = FieldNorm::without_mean(&regular, &device).unwrap();
    let samples = [
        SampleNorm::instance(&mixed, &device).unwrap(),
        SampleNorm::groups(&mixed, 2, &device).unwrap(),
        SampleNorm::layer(&mixed, &device).unwrap(),
        SampleNorm::location(&regular, &device).unwrap(),
    ];
    let mut layers: Vec<Box<dyn Layer>> = vec![
        Box::new(generic(batch, DType::F32)),
        Box::new(generic(scaled, DType::F32)),
    ];
    for norm in samples {
        layers.push(Box::new(generic(norm, DType::F32)));
    }
    layers
}

/// Numbers for a layer, `[3, channels, 7, 7]` outward.
pub(crate) fn input(layer: &dyn Layer) -> Field {
    let shape = [3, layer.input_type().channels(), 7, 7];
    let values = uniform(shape.iter().product(), 21);
    let x = tensor(values, shape, DType::F32, &Device::flex());
    Field::from_tensor(x, layer.input_type()).unwrap()
}

pub(crate) fn export(layer: &dyn Layer) -> Graph {
    let graph = Graph::export(layer, 7, 7);
    graph.unwrap_or_else(|error| panic!("{} from {}: {error}", layer.name(), layer.input_type()))
}

#[test]
fn every_layer_exports() {
    for layer in layers() {
        let x = input(&*layer);
        let graph = export(&*layer);
        let found = graph.run(x.to_tensor()).unwrap();
        let expected = layer.forward(x).unwrap().to_tensor();
        let [_, c, h, w] = expected.dims();
        assert_eq!(graph.output(), (c, h, w).into(), "{}", layer.name());
        assert_eq!(found.dims(), expected.dims(), "{}", layer.name());
        let defect = relative_distance(&found, &expected);
        let what = format!("{} from {}", layer.name(), layer.input_type());
        assert!(defect < tolerance::EXACT_F32, "{what}: {defect}");
    }
}

pub(crate) fn network() -> schur_nn::Network {
    let config = NetworkConfig {
        group: grid("D4"),
        blocks: vec![
            BlockConfig::new(3, 3).with_pool(2),
            BlockConfig::new(4, 3),
            BlockConfig::new(2, 3),
        ],
        ..NetworkConfig::default()
    };
    config.init(3, &Device::flex()).unwrap()
}

/// Norms become part of the convolutions before them.
#[test]
fn norms_are_folded() {
    let graph = Graph::export(&network(), 28, 28).unwrap();
    let ops: Vec<String> = graph
        .nodes()
        .iter()
        .map(|n| format!("{:?}", n.op))
        .collect();
    let count = |name: &str| ops.iter().filter(|op| op.starts_with(name)).count();
    assert_eq!((count("Conv"), count("Scale"), count("Shift")), (4, 0, 0));
}

#[test]
fn files_give_the_same_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("network.safetensors");
    let graph = Graph::export(&network(), 28, 28).unwrap();
    graph.save(&path).unwrap();
    assert_eq!(Graph::load(&path).unwrap(), graph);
    // Damage is refused.
    let bytes = std::fs::read(&path).unwrap();
    for cut in [0, 7, 100, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let message = Graph::load(&path).unwrap_err().to_string();
        assert!(message.contains("network.safetensors"), "{message}");
    }
    let other = schur_nn::Checkpoint::capture(&network(), network().description());
    other.write(&path).unwrap();
    let message = Graph::load(&path).unwrap_err().to_string();
    assert!(message.contains("network.safetensors"), "{message}");
    assert!(Graph::load(&folder.path().join("none")).is_err());
    // A product of a single value.
    let norms = NormPool::new(&FieldType::parse("C4: E1").unwrap()).unwrap();
    export(&norms).save(&path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let product = bytes.windows(3).position(|w| w == b"mul").unwrap();
    let comma = product
        + bytes[product..]
            .windows(3)
            .position(|w| w == b"0,0")
            .unwrap();
    assert!(Graph::load(&path).is_ok());
    bytes[comma + 1..comma + 3].fill(b' ');
    std::fs::write(&path, &bytes).unwrap();
    let message = Graph::load(&path).unwrap_err().to_string();
    assert!(message.contains("wrong number of inputs, 1"), "{message}");
}

/// A layer of a user that has no export is named, and so is a wrong input.
#[test]
fn what_is_refused() {
    struct Opaque(FieldType);
    impl Layer for Opaque {
        fn name(&self) -> String {
            "opaque".to_string()
        }
        fn input_type(&self) -> &FieldType {
            &self.0
        }
        fn output_type(&self) -> &FieldType {
            &self.0
        }
        fn forward(&self, field: Field) -> Result<Field, schur_nn::NnError> {
            Ok(field)
        }
    }
    let fields = FieldType::trivial(&PlanarGroup::parse("C4").unwrap(), 1).unwrap();
    let square = Nonlinearity::custom("square", |x| x.square());
    let message = Graph::export(&Pointwise::new(&fields, square).unwrap(), 5, 5);
    let message = message.unwrap_err().to_string();
    assert!(message.contains("square can't be exported"), "{message}");
    let message = Graph::export(&Opaque(fields), 5, 5)
        .unwrap_err()
        .to_string();
    assert!(message.contains("opaque can't be exported"), "{message}");
    let graph = Graph::export(&network(), 28, 28).unwrap();
    let small = tensor(
        vec![0.0; 27 * 28],
        [1, 1, 27, 28],
        DType::F32,
        &Device::flex(),
    );
    let message = graph.run(small).unwrap_err().to_string();
    assert!(
        message.contains("27 x 28") && message.contains("28 x 28"),
        "{message}"
    );
    assert!(Graph::export(&network(), 3, 3).is_err());
}
