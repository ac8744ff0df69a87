//! Images of few pixels and empty batches: a result of the size that was announced, or an error,
//! but never a panic.

use burn::tensor::{DType, Device, Tensor};
use schur_math::LinearGroup;
use schur_nn::export::Graph;
use schur_nn::{
    EquivariantLayer, EquivariantLinearConfig, FeatureField, FieldType, NetworkConfig, NormMaxPool,
    SelfAttentionConfig, VectorField,
};

fn layers() -> Vec<Box<dyn EquivariantLayer>> {
    let mut layers = crate::export::layers();
    let fields = FieldType::parse("C4: 2 regular").unwrap();
    layers.push(Box::new(NormMaxPool::new(&fields, 2, 2).unwrap()));
    layers.push(Box::new(VectorField::new(&fields).unwrap()));
    let head = FieldType::parse("C4: regular").unwrap();
    for radius in [None, Some(1.0)] {
        let config = SelfAttentionConfig::new(&fields, &head, 1);
        let config = match radius {
            Some(radius) => config.with_radius(radius),
            None => config,
        };
        layers.push(Box::new(config.init(&Device::flex()).unwrap()));
    }
    layers
}

#[test]
fn few_pixels_and_empty_batches() {
    let mut results = 0;
    for layer in layers() {
        let channels = layer.input_type().channels();
        for [batch, height, width] in [
            [0, 7, 7],
            [0, 1, 1],
            [1, 1, 1],
            [1, 1, 9],
            [1, 2, 2],
            [2, 5, 1],
        ] {
            let what = format!("{} on {batch} x {height} x {width}", layer.name());
            let place = (&Device::flex(), DType::F32);
            let x = Tensor::<4>::ones([batch, height, width, channels], place);
            let x = FeatureField::from_memory(x, layer.input_type()).unwrap();
            let size = layer.output_size(height, width);
            for g in layer
                .input_type()
                .group()
                .lattice_subgroup()
                .test_elements()
            {
                layer.inexactness(&g, height, width);
            }
            if let Ok(y) = layer.forward(x) {
                assert_eq!((y.batch(), y.size()), (batch, size.unwrap()), "{what}");
                assert_eq!(y.field_type(), layer.output_type(), "{what}");
                assert_eq!(y.to_tensor().dims()[0], batch);
                results += 1;
            }
            // No size is too small to ask about.
            for g in layer
                .input_type()
                .group()
                .lattice_subgroup()
                .test_elements()
            {
                layer.inexactness(&g, 0, width);
            }
            let _ = layer.output_size(height, 0);
        }
    }
    assert!(results > 300, "{results}");
}

/// Layers between vectors, and plain networks.
#[test]
fn empty_batches_without_pixels() {
    let device = Device::flex();
    let config = |text: &str| text.parse().unwrap();
    let group = LinearGroup::orthogonal(3).unwrap();
    let layer = EquivariantLinearConfig::tensors(&group, &config("2 T(1)"), &config("3 T(1)"));
    let layer = layer.and_then(|layer| layer.with_bias(true).init(&device));
    let layer = layer.unwrap();
    let y = layer.forward(Tensor::zeros([0, 6], &device)).unwrap();
    assert_eq!(y.dims(), [0, 9]);
    assert_eq!(layer.output_type().act(0, y).unwrap().dims(), [0, 9]);
    let network = NetworkConfig::default().init(0, &device).unwrap();
    let graph = Graph::export(&network, 28, 28).unwrap();
    let y = graph.run(Tensor::zeros([0, 1, 28, 28], &device)).unwrap();
    assert_eq!(y.dims(), [0, 10, 1, 1]);
}

#[test]
fn images_without_pixels_are_refused() {
    let fields = FieldType::parse("C4: 2 regular").unwrap();
    for [height, width] in [[0, 0], [0, 5], [5, 0]] {
        let of = |shape: [usize; 4]| Tensor::<4>::zeros(shape, &Device::flex());
        let memory = FeatureField::from_memory(of([1, height, width, 8]), &fields);
        let outward = FeatureField::from_tensor(of([1, 8, height, width]), &fields);
        for result in [memory, outward] {
            let message = result.unwrap_err().to_string();
            let size = format!("{height} x {width} pixels");
            assert!(
                message.contains(&size) && message.contains("1 x 1"),
                "{message}"
            );
        }
    }
}
