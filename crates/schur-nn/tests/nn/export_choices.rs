//! Plain networks of layers that compare numbers, and of attention.

use burn::tensor::{DType, Device};
use schur_nn::{
    EquivariantLayer, FeatureField, FieldType, NormMaxPool, SelfAttentionConfig, VectorField,
    relative_distance, tolerance,
};

use crate::export::export;
use crate::support::{generic, tensor, uniform};

/// They are among all layers that `export` tests.
pub(crate) fn choices() -> Vec<Box<dyn EquivariantLayer>> {
    let device = Device::flex();
    let fields = |text: &str| FieldType::parse(text).unwrap();
    let mut layers: Vec<Box<dyn EquivariantLayer>> = Vec::new();
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
        let head = FieldType::parse_blocks(fields.group(), head).unwrap();
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
    layers
}

/// Numbers of which many are equal, so that maxima are shared.
#[test]
fn ties_export() {
    let fields = FieldType::parse("C4: 3 regular").unwrap();
    let vectors = FieldType::parse("SO(2): 2 trivial + 3 E1").unwrap();
    let layers: [Box<dyn EquivariantLayer>; 2] = [
        Box::new(VectorField::new(&fields).unwrap()),
        Box::new(NormMaxPool::new(&vectors, 3, 2).unwrap()),
    ];
    for layer in layers {
        let shape = [3, layer.input_type().channels(), 7, 7];
        let values = uniform(shape.iter().product(), 5);
        let values = values.into_iter().map(|v| (1.5 * v).round()).collect();
        let x = tensor(values, shape, DType::F32, &Device::flex());
        let x = FeatureField::from_tensor(x, layer.input_type()).unwrap();
        let found = export(&*layer).run(x.to_tensor()).unwrap();
        let expected = layer.forward(x).unwrap().to_tensor();
        let defect = relative_distance(&found, &expected);
        assert!(defect < tolerance::EXACT_F32, "{}: {defect}", layer.name());
    }
}
