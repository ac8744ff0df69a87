//! The layers on grids take volumes: every layer for every element of its group that maps voxels to
//! voxels, and kernels as many as there are.

use burn::tensor::{DType, Device, Tensor};
use schur_math::{KernelBand, SpaceIsometry, SpatialGroup, SpatialRepresentation, SymmetryGroup};
use schur_nn::export::Graph;
use schur_nn::tolerance::{EXACT_F32, EXACT_F64};
use schur_nn::{
    Activation, AdaptiveMaxPool, BlurPool, Domain, EquivariantConvConfig, Field, FieldNorm,
    FieldType, GlobalPool, KernelKind, Layer, Mask, NormMaxPool, NormPool, PaddingMode, PoolKind,
    Resampling, Resize, SelfAttentionConfig, SpatialPool, assert_equivariant, equivariance_error,
    relative_distance,
};

use crate::support::groups::every_group_of_voxels;
use crate::support::{TYPES, bits, generic, numbers, tensor, uniform};
use crate::tolerance::BROKEN;

fn spatial(name: &str) -> SpatialGroup {
    SpatialGroup::parse(name).expect("a group of space")
}

fn scalars(group: &SpatialGroup, count: usize) -> FieldType {
    FieldType::of([(SpatialRepresentation::trivial(group), count)]).unwrap()
}

/// Scalars, vectors and a regular field beside each other.
fn mixed(group: &SpatialGroup) -> FieldType {
    FieldType::of([
        (SpatialRepresentation::trivial(group), 2),
        (SpatialRepresentation::defining(group).unwrap(), 1),
        (SpatialRepresentation::regular(group).unwrap(), 1),
    ])
    .unwrap()
}

fn regular(group: &SpatialGroup, count: usize) -> FieldType {
    FieldType::of([(SpatialRepresentation::regular(group).unwrap(), count)]).unwrap()
}

pub(crate) fn volumes(fields: &FieldType, sizes: [usize; 3], dtype: DType) -> Field {
    let [depth, height, width] = sizes;
    let shape = [2, depth, height, width, fields.channels()];
    let values = uniform(shape.iter().product(), 23);
    Field::from_grid(tensor(values, shape, dtype, &Device::flex()), fields).unwrap()
}

/// Commutes with as many elements as said, and gives what it said of places.
fn commutes(layer: &dyn Layer, sizes: [usize; 3], dtype: DType, elements: usize) {
    let x = volumes(layer.input_type(), sizes, dtype);
    let y = layer.forward(x.clone()).unwrap();
    assert_eq!(*y.domain(), layer.output_domain(x.domain()).unwrap());
    let bound = if dtype == DType::F64 {
        EXACT_F64
    } else {
        EXACT_F32
    };
    let checked = assert_equivariant(layer, &x, bound)
        .unwrap_or_else(|e| panic!("{} on {}: {e}", layer.name(), layer.input_type()));
    assert_eq!(checked.elements.len(), elements, "{}", layer.name());
}

fn convolutions_commute_with_every_element(name: &str) {
    let device = Device::flex();
    let group = spatial(name);
    let order = group.finite().unwrap().order();
    let (image, hidden) = (scalars(&group, 1), mixed(&group));
    let lifting = EquivariantConvConfig::new(&image, &hidden, 3);
    let inner = EquivariantConvConfig::new(&hidden, &hidden, 3);
    let small = |config: EquivariantConvConfig| config.with_bias(true);
    let band = KernelBand::in_space(3).unwrap();
    let orbit = KernelKind::Orbit { band, point: None };
    for (config, size) in [
        (small(lifting.clone()), 5),
        (small(lifting.clone()).with_padding(1).with_stride(2), 5),
        (small(lifting.clone()).with_dilation(2).with_padding(2), 5),
        (small(EquivariantConvConfig::new(&image, &hidden, 2)), 4),
        (small(inner.clone()), 4),
        (small(inner.clone().with_kernels(orbit)), 4),
        (
            inner
                .with_padding(1)
                .with_padding_mode(PaddingMode::Circular),
            3,
        ),
        (
            lifting
                .clone()
                .with_padding(2)
                .with_padding_mode(PaddingMode::Reflect),
            4,
        ),
    ] {
        let conv = config.init(&device).unwrap();
        for dtype in TYPES {
            commutes(&generic(conv.clone(), dtype), [size; 3], dtype, order);
        }
    }
    let up = EquivariantConvConfig::new(&hidden, &image, 3)
        .with_stride(2)
        .with_padding(1);
    let up = generic(up.init_transposed(0, &device).unwrap(), DType::F64);
    commutes(&up, [3; 3], DType::F64, order);
}

every_group_of_voxels!(convolutions_commute_with_every_element);

/// An oblong kernel, and a volume that is no cube, keep what maps them to themselves.
#[test]
fn what_is_no_cube_says_what_it_keeps() {
    let group = spatial("Oh");
    let (image, hidden) = (scalars(&group, 1), regular(&group, 1));
    let device = Device::flex();
    let prism = spatial("D4h");
    let flat = EquivariantConvConfig::new(&scalars(&prism, 1), &regular(&prism, 1), (3, 3))
        .init(&device)
        .unwrap();
    assert_eq!(flat.name(), "conv 1x3x3");
    commutes(&flat, [4, 4, 4], DType::F32, 16);
    let cube = EquivariantConvConfig::new(&image, &hidden, 3)
        .init(&device)
        .unwrap();
    assert_eq!(cube.name(), "conv 3x3x3");
    // Turned volumes have other sizes, which is as good.
    commutes(&cube, [3, 4, 5], DType::F32, 48);
    let strided = EquivariantConvConfig::new(&image, &hidden, 3).with_stride(2);
    let strided = strided.init(&device).unwrap();
    // Windows end with 5 and 7 cells and not with 6: no element may reverse that axis.
    let x = volumes(&image, [5, 6, 7], DType::F32);
    let mut exact = 0;
    for g in image.group().test_elements() {
        let defect = equivariance_error(&strided, &x, &g).unwrap();
        let claimed = strided.inexactness(&g, x.domain()).is_none();
        assert_eq!(claimed, defect <= EXACT_F32, "{g}: {defect}");
        exact += usize::from(claimed);
    }
    assert_eq!(exact, 24);
    let inversion = SpaceIsometry::INVERSION.into();
    let why = strided
        .inexactness(&inversion, &Domain::volume(5, 6, 7))
        .unwrap();
    assert!(
        why.reason.contains("height") && why.remedy.contains('7'),
        "{why}"
    );
    let turn = SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], 0.3)
        .unwrap()
        .into();
    let why = cube.inexactness(&turn, &Domain::volume(5, 5, 5)).unwrap();
    assert!(
        why.to_string().contains("48 symmetries of the cube"),
        "{why}"
    );
}

/// Pools, resampling and norms, each with the side of a cube that suits it.
fn pools(group: &SpatialGroup) -> Vec<(Box<dyn Layer>, usize)> {
    let device = Device::flex();
    let (fields, permuted) = (mixed(group), regular(group, 1));
    let resize = |kind| Box::new(Resize::new(&fields, kind).unwrap());
    vec![
        (
            Box::new(SpatialPool::new(&permuted, PoolKind::Max, 2, 2).unwrap()),
            4,
        ),
        (
            Box::new(SpatialPool::padded(&permuted, PoolKind::Max, 3, 2, 1).unwrap()),
            5,
        ),
        (
            Box::new(SpatialPool::new(&fields, PoolKind::Average, 3, 1).unwrap()),
            4,
        ),
        (
            Box::new(GlobalPool::new(&permuted, PoolKind::Max).unwrap()),
            3,
        ),
        (
            Box::new(GlobalPool::new(&fields, PoolKind::Average).unwrap()),
            3,
        ),
        (Box::new(BlurPool::new(&fields, 0.66, 2).unwrap()), 5),
        (Box::new(NormMaxPool::new(&fields, 2, 2).unwrap()), 4),
        (Box::new(AdaptiveMaxPool::new(&permuted, 2).unwrap()), 5),
        (Box::new(NormPool::new(&fields).unwrap()), 3),
        (Box::new(Mask::new(&fields, 0.1, 1.0).unwrap()), 5),
        (resize(Resampling::Nearest(2)), 3),
        (resize(Resampling::Linear(2)), 3),
        (resize(Resampling::LinearTo(4.into())), 3),
        (resize(Resampling::Cubic(2)), 3),
        (resize(Resampling::CubicAligned([5, 5, 5].into())), 3),
        (resize(Resampling::AdaptiveAverage(2.into())), 4),
        (
            Box::new(FieldNorm::new(&fields, Activation::Identity, &device).unwrap()),
            3,
        ),
    ]
}

fn pools_and_resampling_commute_with_every_element(name: &str) {
    let group = spatial(name);
    let order = group.finite().unwrap().order();
    for (layer, size) in &pools(&group) {
        commutes(&**layer, [*size; 3], DType::F32, order);
    }
}

every_group_of_voxels!(pools_and_resampling_commute_with_every_element);

/// Layers on volumes that have exports, each with a side that suits it.
pub(crate) fn exported_layers() -> Vec<(Box<dyn Layer>, usize)> {
    let device = Device::flex();
    let group = spatial("C4v");
    let (fields, image) = (mixed(&group), scalars(&group, 1));
    let mut layers = pools(&group);
    for (conv, size) in [
        (
            EquivariantConvConfig::new(&fields, &fields, 3)
                .with_padding(1)
                .with_bias(true),
            3,
        ),
        (
            EquivariantConvConfig::new(&image, &fields, 2).with_stride(2),
            5,
        ),
        (
            EquivariantConvConfig::new(&image, &fields, (3, 3))
                .with_dilation(2)
                .with_padding(2),
            5,
        ),
        (
            EquivariantConvConfig::new(&image, &fields, 3)
                .with_padding(1)
                .with_padding_mode(PaddingMode::Circular),
            4,
        ),
    ] {
        let conv = generic(conv.init(&device).unwrap(), DType::F32);
        layers.push((Box::new(conv), size));
    }
    let up = EquivariantConvConfig::new(&fields, &image, 3)
        .with_stride(2)
        .with_padding(1);
    let up = up.init_transposed(1, &device).unwrap();
    layers.push((Box::new(generic(up, DType::F32)), 3));
    for radius in [None, Some(1.5)] {
        let config = SelfAttentionConfig::new(&fields, &scalars(&group, 2), 2);
        let config = match radius {
            Some(radius) => config.with_radius(radius),
            None => config,
        };
        let layer = generic(config.init(&device).unwrap(), DType::F32);
        layers.push((Box::new(layer), 3));
    }
    layers
}

/// Plain networks of volumes compute what the layers do, and read back from files.
#[test]
fn exports_compute_what_the_layers_do() {
    for (layer, size) in exported_layers() {
        let sizes = [size, size + 1, size + 2];
        let x = volumes(layer.input_type(), sizes, DType::F32);
        let graph = Graph::of_size(&*layer, sizes).unwrap();
        let graph = Graph::from_bytes(&graph.to_bytes().unwrap()).unwrap();
        let found = graph.run(x.to_volume()).unwrap();
        let expected = layer.forward(x).unwrap().to_volume();
        assert_eq!(found.dims(), expected.dims(), "{}", layer.name());
        assert_eq!(
            graph.output().numbers(),
            expected.dims()[1..],
            "{}",
            layer.name()
        );
        let defect = relative_distance(&found, &expected);
        assert!(defect < EXACT_F32, "{}: {defect}", layer.name());
    }
}

#[test]
fn attention_commutes_with_every_element() {
    let device = Device::flex();
    for name in ["O", "C4v"] {
        let group = spatial(name);
        let order = group.finite().unwrap().order();
        let fields = mixed(&group);
        let head = scalars(&group, 2);
        for radius in [None, Some(1.5)] {
            let config = SelfAttentionConfig::new(&fields, &head, 2);
            let config = match radius {
                Some(radius) => config.with_radius(radius),
                None => config,
            };
            let layer = generic(config.init(&device).unwrap(), DType::F64);
            commutes(&layer, [3, 3, 3], DType::F64, order);
        }
    }
}

/// A filter that differs along the axes does not commute, and the test sees it.
#[test]
fn a_broken_layer_on_volumes_is_refused() {
    struct Slanted(FieldType);
    impl Layer for Slanted {
        fn name(&self) -> String {
            "slanted".to_string()
        }
        fn input_type(&self) -> &FieldType {
            &self.0
        }
        fn forward(&self, field: Field) -> Result<Field, schur_nn::NnError> {
            let x = field.into_grid("slanted")?;
            let moved = Tensor::cat(
                vec![x.clone().narrow(3, 1, 2), x.clone().narrow(3, 0, 1)],
                3,
            );
            Field::from_grid(x + moved, &self.0)
        }
    }
    for name in ["O", "C4v", "Ci"] {
        let fields = scalars(&spatial(name), 1);
        let x = volumes(&fields, [3; 3], DType::F64);
        let error = assert_equivariant(&Slanted(fields), &x, BROKEN).unwrap_err();
        assert!(error.to_string().contains("slanted"), "{error}");
    }
}

/// As many weights as kernels commute: characters say so (Burnside's count over orbits of taps).
#[test]
fn kernels_are_as_many_as_there_are() {
    let device = Device::flex();
    for (name, k, between_regular, scalar) in [
        ("O", 3, 648, 4),
        ("O", 5, 3000, 10),
        ("Oh", 3, 1296, 4),
        ("C4", 3, 108, 9),
    ] {
        let group = spatial(name);
        let parameters = |fields: FieldType| {
            let conv = EquivariantConvConfig::new(&fields, &fields, k);
            conv.init(&device).unwrap().parameters()
        };
        assert_eq!(
            parameters(regular(&group, 1)),
            between_regular,
            "{name} {k}"
        );
        assert_eq!(parameters(scalars(&group, 1)), scalar, "{name} {k}");
    }
}

/// Depth, height and width are where they are said to be, and channels contiguous per field.
#[test]
fn tensors_go_in_and_out() {
    let fields = mixed(&spatial("D4"));
    let shape = [2, fields.channels(), 2, 3, 4];
    let x = tensor(
        uniform(shape.iter().product(), 3),
        shape,
        DType::F32,
        &Device::flex(),
    );
    let field = Field::from_volume(x.clone(), &fields).unwrap();
    assert_eq!(*field.domain(), Domain::volume(2, 3, 4));
    assert_eq!(bits(&field.to_volume()), bits(&x));
    // A quarter turn about z exchanges height and width: column j comes from row j.
    let quarter = std::f64::consts::FRAC_PI_2;
    let turn = SpaceIsometry::from_axis_angle([0.0, 0.0, 1.0], quarter).unwrap();
    let scalar = scalars(&spatial("D4"), 1);
    let x = x.narrow(1, 0, 1);
    let turned = Field::from_volume(x.clone(), &scalar)
        .unwrap()
        .transform(turn)
        .unwrap();
    let turned = turned.to_volume();
    assert_eq!(turned.dims(), [2, 1, 2, 4, 3]);
    let expected = x.swap_dims(3, 4).flip([3]);
    assert_eq!(bits(&turned), bits(&expected));
    // Fields of a group of the plane live on images.
    let planar = FieldType::parse("C4: trivial").unwrap();
    let refused = Field::from_volume(Tensor::<5>::ones([1, 1, 2, 2, 2], &Device::flex()), &planar);
    assert!(refused.unwrap_err().to_string().contains("group of space"));
}

/// Trilinear turns: exact for symmetries of the cube, and back again for smooth fields.
#[test]
fn other_rotations_are_interpolated() {
    let group = SpatialGroup::so3();
    let fields = FieldType::of([
        (SpatialRepresentation::trivial(&group), 1),
        (SpatialRepresentation::defining(&group).unwrap(), 1),
    ])
    .unwrap();
    let size = 17;
    let middle = (size - 1) as f64 / 2.0;
    let value = |place: usize| {
        let [k, i, j] = [place / (size * size), place / size % size, place % size];
        let at = [j, size - 1 - i, k].map(|n| (n as f64 - middle) / middle);
        let bump = (-6.0 * at.iter().map(|x| x * x).sum::<f64>()).exp();
        std::iter::once(bump).chain(at.map(|x| x * bump))
    };
    let values: Vec<f64> = (0..size * size * size).flat_map(value).collect();
    let shape = [1, size, size, size, 4];
    let x = Field::from_grid(tensor(values, shape, DType::F64, &Device::flex()), &fields).unwrap();
    let lattice = SpaceIsometry::from_axis_angle([1.0, 1.0, 1.0], std::f64::consts::TAU / 3.0);
    let lattice = lattice.unwrap();
    let exact = x.transform(lattice).unwrap();
    let close = x.transform_interpolated(lattice).unwrap();
    assert!(relative_distance(close.memory(), exact.memory()) <= EXACT_F64);
    // A bump and its vectors (x, y, z) times it turn into themselves, if vectors turn rightly.
    let turn = SpaceIsometry::from_axis_angle([0.3, -1.0, 0.5], 0.7).unwrap();
    let turned = x.transform_interpolated(turn).unwrap();
    let defect = relative_distance(turned.memory(), x.memory());
    assert!(defect < 0.05, "{defect}");
    assert_eq!(numbers(turned.memory()).len(), 4 * size * size * size);
}
