//! Plain networks of layers that compare numbers, of attention, and of what has many choices.

use burn::tensor::{DType, Device};
use schur_engine::Activation;
use schur_nn::network::PoolKind;
use schur_nn::{
    Field, FieldNorm, FieldType, FourierMaxPool, Layer, NormMaxPool, Resampling, Resize,
    SampleNorm, SelfAttentionConfig, SpatialPool, VectorField, relative_distance, tolerance,
};

use crate::export::export;
use crate::support::{generic, tensor, uniform};

/// They are among all layers that `export` tests.
pub(crate) fn choices() -> Vec<Box<dyn Layer>> {
    let device = Device::flex();
    let fields = |text: &str| FieldType::parse(text).unwrap();
    let mut layers: Vec<Box<dyn Layer>> = Vec::new();
    for text in [
        "C4: 3 regular",
        "D8: 2 regular + regular",
        "SO(2): 2 spectral(2)",
        "O(2): 3 spectral(1) + spectral(2)",
    ] {
        layers.push(Box::new(VectorField::new(&fields(text)).unwrap()));
    }
    let mixed = fields("SO(2): 2 trivial + 3 E1 + spectral(2)");
    for (window, stride) in [(2, 2), (3, 1), (3, 2)] {
        layers.push(Box::new(NormMaxPool::new(&mixed, window, stride).unwrap()));
    }
    for (text, head) in [
        ("D4: 2 regular + trivial", "regular + E1"),
        ("SO(2): 3 E1 + 2 trivial", "2 E1 + trivial"),
    ] {
        let fields = fields(text);
        let head = FieldType::parse_blocks(fields.group().planar().unwrap(), head).unwrap();
        let attention = SelfAttentionConfig::new(&fields, &head, 3).with_distances(4);
        for radius in [None, Some(0.0), Some(1.5), Some(2.5), Some(20.0)] {
            let attention = match radius {
                None => attention.clone(),
                Some(radius) => attention.clone().with_radius(radius),
            };
            let attention = generic(attention.init(&device).unwrap(), DType::F32);
            layers.push(Box::new(attention));
        }
    }
    layers.extend(rounded_up());
    layers.extend(cubic());
    layers.extend(fourier_pools());
    layers.push(Box::new(crate::labelled::example(&device)));
    let in_place = crate::labelled::example(&device).in_place().unwrap();
    layers.push(Box::new(in_place));
    let norm = FieldNorm::new(&mixed, Activation::Identity, &device).unwrap();
    let norm = norm.with_epsilon(0.7).unwrap();
    layers.push(Box::new(generic(norm, DType::F32)));
    let norm = SampleNorm::instance(&mixed, &device)
        .unwrap()
        .with_epsilon(0.7);
    layers.push(Box::new(norm.unwrap()));
    layers
}

/// Pools of which the last windows reach beyond the image, and beyond its padding.
fn rounded_up() -> Vec<Box<dyn Layer>> {
    let fields = FieldType::parse("D4: 2 regular + trivial").unwrap();
    let mut layers: Vec<Box<dyn Layer>> = Vec::new();
    for kind in [PoolKind::Max, PoolKind::Average] {
        for (window, stride, padding, size) in [
            ((2, 2), (2, 2), (0, 0), (4, 4)),
            // Of the columns no third window begins inside.
            ((4, 3), (3, 4), (1, 1), (3, 2)),
            ((9, 9), (3, 3), (0, 0), (1, 1)),
            ((3, 3), (2, 2), (1, 1), (4, 4)),
        ] {
            let pool = SpatialPool::padded(&fields, kind, window, stride, padding).unwrap();
            let pool = pool.with_ceil_mode(true);
            assert_eq!(pool.output_size(7, 7).unwrap(), size, "{}", pool.name());
            layers.push(Box::new(pool));
        }
    }
    layers
}

fn cubic() -> Vec<Box<dyn Layer>> {
    let fields = FieldType::parse("D4: regular + E1").unwrap();
    let kinds = [
        Resampling::Cubic(2),
        Resampling::CubicTo((5, 9).into()),
        Resampling::CubicAligned((9, 4).into()),
    ];
    let layer = |kind| -> Box<dyn Layer> { Box::new(Resize::new(&fields, kind).unwrap()) };
    kinds.map(layer).into()
}

fn fourier_pools() -> Vec<Box<dyn Layer>> {
    let texts = [
        "SO(2): 2 spectral(2) + trivial",
        "O(2): 2 spectral(1) + spectral(3)",
        "C8: 2 regular + spectral(2)",
    ];
    let layer = |text| -> Box<dyn Layer> {
        let fields = FieldType::parse(text).unwrap();
        Box::new(FourierMaxPool::new(&fields, 3, 2).unwrap())
    };
    texts.map(layer).into()
}

/// Numbers of which many are equal, so that maxima are shared.
#[test]
fn ties_export() {
    let fields = FieldType::parse("C4: 3 regular").unwrap();
    let vectors = FieldType::parse("SO(2): 2 trivial + 3 E1").unwrap();
    let layers: [Box<dyn Layer>; 2] = [
        Box::new(VectorField::new(&fields).unwrap()),
        Box::new(NormMaxPool::new(&vectors, 3, 2).unwrap()),
    ];
    for layer in layers {
        let shape = [3, layer.input_type().channels(), 7, 7];
        let values = uniform(shape.iter().product(), 5);
        let values = values.into_iter().map(|v| (1.5 * v).round()).collect();
        let x = tensor(values, shape, DType::F32, &Device::flex());
        let x = Field::from_tensor(x, layer.input_type()).unwrap();
        let found = export(&*layer).run(x.to_tensor()).unwrap();
        let expected = layer.forward(x).unwrap().to_tensor();
        let defect = relative_distance(&found, &expected);
        assert!(defect < tolerance::EXACT_F32, "{}: {defect}", layer.name());
    }
}
