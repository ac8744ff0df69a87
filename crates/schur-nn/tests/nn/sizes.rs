//! Images of few pixels and empty batches: a result of the size that was announced, or an error,
//! but never a panic.

use burn::tensor::{DType, Device, Tensor};
use schur_math::LinearGroup;
use schur_nn::export::Graph;
use schur_nn::network::PoolKind;
use schur_nn::{
    AdaptiveMaxPool, BlurPool, Domain, EquivariantConvConfig, EquivariantLinearConfig, Field,
    FieldType, Layer, MaxOut, NetworkConfig, NormMaxPool, PaddingMode, Resampling, Resize,
    SampleNorm, SelfAttentionConfig, SpatialPool, VectorField,
};

fn layers() -> Vec<Box<dyn Layer>> {
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
            let x = Field::from_grid(x, layer.input_type()).unwrap();
            let size = layer.output_size(height, width);
            for g in layer
                .input_type()
                .group()
                .planar()
                .unwrap()
                .lattice_subgroup()
                .test_elements()
            {
                layer.inexactness(&g.into(), &Domain::image(height, width));
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
                .planar()
                .unwrap()
                .lattice_subgroup()
                .test_elements()
            {
                layer.inexactness(&g.into(), &Domain::image(0, width));
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
    let group = LinearGroup::orthogonal(3).unwrap();
    let of = |text: &str| FieldType::tensors(&group, &text.parse().unwrap()).unwrap();
    let layer = EquivariantLinearConfig::new(&of("2 T(1)"), &of("3 T(1)"));
    let layer = layer.and_then(|layer| layer.with_bias(true).init(&device));
    let x = Field::from_vectors(Tensor::zeros([0, 6], &device), &of("2 T(1)")).unwrap();
    let y = layer.unwrap().forward(x).unwrap();
    assert_eq!(y.to_rows().dims(), [0, 9]);
    let g = &of("T(1)").group().test_elements()[0];
    assert_eq!(y.transform(g).unwrap().to_rows().dims(), [0, 9]);
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
        let memory = Field::from_grid(of([1, height, width, 8]), &fields);
        let outward = Field::from_tensor(of([1, 8, height, width]), &fields);
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

#[test]
fn a_grid_has_two_or_three_axes() {
    let fields = FieldType::parse("C4: 1 trivial").unwrap();
    let line = Tensor::<3>::zeros([1, 5, 1], &Device::flex());
    let message = Field::from_grid(line, &fields).unwrap_err().to_string();
    assert!(
        message.contains("pass [batch, height, width, channels]"),
        "{message}"
    );
}

/// Numbers that nobody means are refused by constructors, or by the first use.
#[test]
fn absurd_numbers() {
    let device = Device::flex();
    let (image, hidden) = (
        FieldType::parse("D4: trivial").unwrap(),
        FieldType::parse("D4: regular").unwrap(),
    );
    let big = [1 << 20, usize::MAX / 2, usize::MAX - 1, usize::MAX];
    let conv = || EquivariantConvConfig::new(&image, &hidden, 3);
    let mut layers: Vec<Box<dyn Layer>> = Vec::new();
    let mut refused = 0;
    for n in big {
        let configs = [
            EquivariantConvConfig::new(&image, &hidden, n),
            EquivariantConvConfig::new(&image, &hidden, (n, 3)),
            EquivariantConvConfig::new(&image, &hidden, (1, n)),
            conv().with_stride(n),
            conv().with_padding(n),
            conv().with_padding((n, 0)),
            conv()
                .with_padding(n)
                .with_padding_mode(PaddingMode::Circular),
            conv()
                .with_padding(n)
                .with_padding_mode(PaddingMode::Replicate),
            conv().with_dilation(n),
            conv().with_groups(n),
        ];
        for config in configs {
            match config.init(&device) {
                Ok(layer) => layers.push(Box::new(layer)),
                Err(_) => refused += 1,
            }
            match config.init_transposed(n, &device) {
                Ok(layer) => layers.push(Box::new(layer)),
                Err(_) => refused += 1,
            }
        }
        for kind in [PoolKind::Max, PoolKind::Average] {
            for (window, stride) in [(n, 1), (1, n), (n, n)] {
                match SpatialPool::new(&image, kind, window, stride) {
                    Ok(layer) => layers.push(Box::new(layer)),
                    Err(_) => refused += 1,
                }
            }
        }
        for (stride, padding) in [(n, 0), (1, n), (n, n)] {
            match BlurPool::with_padding(&image, 1.0, stride, padding) {
                Ok(layer) => layers.push(Box::new(layer)),
                Err(_) => refused += 1,
            }
        }
        for (window, stride) in [(n, 1), (1, n)] {
            match NormMaxPool::new(&image, window, stride) {
                Ok(layer) => layers.push(Box::new(layer)),
                Err(_) => refused += 1,
            }
        }
        for kind in [
            Resampling::Nearest(n),
            Resampling::Linear(n),
            Resampling::LinearTo((1, n).into()),
            Resampling::AdaptiveAverage((n, 1).into()),
        ] {
            assert!(Resize::new(&image, kind).is_err());
        }
        assert!(AdaptiveMaxPool::new(&image, (n, 1)).is_err());
        assert!(SampleNorm::groups(&image, n, &device).is_err());
        assert!(MaxOut::new(&hidden, n).is_err());
        assert!(hidden.select_fields(&[n]).is_err());
    }
    assert!(refused > 80, "{refused}");
    let x = Tensor::<4>::ones([1, 5, 5, 1], &device);
    for layer in layers {
        let size = layer.output_size(5, 5);
        for g in image.group().test_elements() {
            layer.inexactness(&g, &Domain::image(5, 5));
        }
        let x = Field::from_grid(x.clone(), layer.input_type());
        let y = x.and_then(|x| layer.forward(x));
        if let Ok(y) = y {
            assert_eq!(y.size(), size.unwrap(), "{}", layer.name());
        }
        let _ = Graph::export(&*layer, 5, 5);
    }
}
