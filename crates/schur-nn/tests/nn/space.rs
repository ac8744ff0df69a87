//! Fields of groups of space, on vectors and on points in space.

use burn::tensor::{DType, Device, Tensor, TensorData};
use schur_math::{SpatialGroup, SpatialRepresentation, SymmetryGroup};
use schur_nn::network::PoolKind;
use schur_nn::{
    Activation, ChangeOfBasis, Concatenated, Domain, EquivariantLinearConfig, Field, FieldDropout,
    FieldNorm, FieldType, Gated, GlobalPool, GridGroup, GroupPool, Induction, Layer, MaxOut,
    NnError, Nonlinearity, NormNonlinearity, NormPool, PointGraph, Pointwise, Restriction,
    SampleNorm, SortFields, TensorProduct, VectorField, assert_equivariant, relative_distance,
    tolerance,
};

use crate::equivariance::bound;
use crate::support::groups::every_group_of_space;
use crate::support::{TYPES, generic, grid, numbers, tensor, uniform};
use crate::tolerance::BROKEN;

pub(crate) fn group(name: &str) -> SpatialGroup {
    SpatialGroup::parse(name).unwrap()
}

pub(crate) fn of(rho: SpatialRepresentation, copies: usize) -> (SpatialRepresentation, usize) {
    (rho, copies)
}

/// Scalars, vectors, quadratic harmonics, and every irrep of low degree.
pub(crate) fn mixed(group: &SpatialGroup) -> FieldType {
    let irreps = group.irreps(2).unwrap();
    let irreps = irreps.iter().map(SpatialRepresentation::irreducible);
    let blocks = [
        of(SpatialRepresentation::trivial(group), 3),
        of(SpatialRepresentation::defining(group).unwrap(), 2),
        of(SpatialRepresentation::harmonics(group, 2).unwrap(), 1),
    ];
    FieldType::of(blocks.into_iter().chain(irreps.map(|rho| of(rho, 1)))).unwrap()
}

pub(crate) fn vectors(group: &SpatialGroup, copies: usize) -> FieldType {
    FieldType::of([of(SpatialRepresentation::defining(group).unwrap(), copies)]).unwrap()
}

/// Vectors, and five points in space.
pub(crate) fn domains() -> [Domain; 2] {
    let numbers = uniform(15, 8);
    let points: Vec<[f64; 3]> = numbers.chunks(3).map(|p| [p[0], p[1], p[2]]).collect();
    [
        Domain::Vector,
        PointGraph::within(&points, 1.0).unwrap().into(),
    ]
}

pub(crate) fn on(fields: &FieldType, domain: &Domain, dtype: DType, device: &Device) -> Field {
    let shape = [2, domain.places(), fields.channels()];
    let x = tensor(uniform(shape.iter().product(), 4), shape, dtype, device);
    Field::from_memory(x, domain.clone(), fields).unwrap()
}

/// Asserts that a layer commutes with its group on both domains, and is not 0.
pub(crate) fn check(layer: &impl Layer, dtype: DType) {
    for domain in domains() {
        let x = on(layer.input_type(), &domain, dtype, &Device::flex());
        let what = format!("{} of {} on {domain}", layer.name(), layer.input_type());
        let y = layer.forward(x.clone()).unwrap();
        assert!(
            numbers(y.memory()).iter().any(|v| v.abs() > BROKEN),
            "{what}"
        );
        match assert_equivariant(layer, &x, bound(dtype)) {
            Ok(checked) => assert!(checked.elements.len() > 1, "{what}: {checked}"),
            Err(error) => panic!("{what}: {error}"),
        }
    }
}

fn layers_of_the_fibre_commute_with_every_group(name: &str) {
    let device = Device::flex();
    let group = group(name);
    let fields = mixed(&group);
    for dtype in TYPES {
        let norm = NormNonlinearity::new(&fields, Nonlinearity::Tanh, &device).unwrap();
        check(&generic(norm, dtype), dtype);
        check(&Gated::new(&vectors(&group, 3)).unwrap(), dtype);
        let norm = FieldNorm::new(&fields, Activation::Identity, &device).unwrap();
        check(&generic(norm, dtype), dtype);
        let norm = FieldNorm::without_mean(&fields, &device).unwrap();
        check(&generic(norm, dtype), dtype);
        let norm = SampleNorm::groups(&vectors(&group, 4), 2, &device).unwrap();
        check(&generic(norm, dtype), dtype);
        check(&NormPool::new(&fields).unwrap(), dtype);
        check(&ChangeOfBasis::new(&fields).unwrap(), dtype);
        check(&ChangeOfBasis::new(&fields).unwrap().inverse(), dtype);
        check(&SortFields::new(&fields).unwrap(), dtype);
        check(&GlobalPool::new(&fields, PoolKind::Average).unwrap(), dtype);
        let layers = (
            NormNonlinearity::new(&fields, Nonlinearity::Relu, &device).unwrap(),
            NormPool::new(&fields).unwrap(),
        );
        check(&generic(layers, dtype), dtype);
    }
}

every_group_of_space!(layers_of_the_fibre_commute_with_every_group);

/// Functions on the group are permuted.
#[test]
fn layers_of_permuted_fields() {
    for name in ["Cs", "C4@x", "D3d", "C3v@17,40,5", "T", "Oh"] {
        let group = group(name);
        let regular = SpatialRepresentation::regular(&group).unwrap();
        let fields = FieldType::of([(regular, 2)]).unwrap();
        let device = Device::flex();
        for dtype in TYPES {
            check(&Pointwise::new(&fields, Nonlinearity::Relu).unwrap(), dtype);
            check(&MaxOut::new(&fields, 2).unwrap(), dtype);
            check(&GroupPool::new(&fields).unwrap(), dtype);
            check(&GlobalPool::new(&fields, PoolKind::Max).unwrap(), dtype);
            let norm = FieldNorm::new(&fields, Activation::Relu, &device).unwrap();
            check(&generic(norm, dtype), dtype);
        }
        // Vectors are permuted by no group of more than mirrors and half turns about the axes.
        let vectors = Pointwise::new(&vectors(&group, 1), Nonlinearity::Relu);
        assert!(vectors.is_err(), "{name}");
    }
}

fn parse(text: &str) -> FieldType {
    FieldType::parse(text).unwrap()
}

/// Fields that a subgroup induces, finite and infinite ones, in any orientation.
#[test]
fn layers_between_a_group_and_a_subgroup() {
    let device = Device::flex();
    for (fields, subgroup) in [
        ("Oh: 2 induced(O, T1)", "O"),
        ("D4 in space: 2 induced(C4, E)", "C4 in space"),
        ("C4v: 2 induced(C4, E)", "C4 in space"),
        ("C3v@17,40,5: 2 induced(C3, E)", "C3@17,40,5"),
        (
            "D4@0,90,0: 2 induced(C2@90, A) + induced(C2@90, B)",
            "C2 in space",
        ),
        ("O(3): 2 induced(SO(3), 1) + induced(SO(3), 2)", "SO(3)"),
        ("cone: 2 induced(SO(2), E1)", "SO(2) in space"),
        ("full cylinder: induced(SO(2), E1)", "SO(2) in space"),
    ] {
        let (fields, subgroup) = (parse(fields), grid(subgroup));
        for dtype in TYPES {
            check(&NormPool::induced(&fields, &subgroup).unwrap(), dtype);
            check(&Gated::induced(&fields, &subgroup).unwrap(), dtype);
            let norm = NormNonlinearity::new(&fields, Nonlinearity::Tanh, &device).unwrap();
            check(&generic(norm.induced(&subgroup).unwrap(), dtype), dtype);
            let smaller = Restriction::new(&fields, &subgroup).unwrap();
            check(&smaller, dtype);
            let group = GridGroup::parse(fields.group().name()).unwrap();
            let larger = Induction::new(smaller.output_type(), &group).unwrap();
            check(&larger, dtype);
            assert_eq!(larger.output_type().group(), fields.group());
        }
        // Whole fields of other kinds have no parts that the cosets permute.
        let whole = FieldType::of([(SpatialRepresentation::trivial(&group("Oh")), 1)]).unwrap();
        assert!(NormPool::induced(&whole, &subgroup).is_err());
    }
    for (fields, subgroup) in [
        ("O: regular", "C4"),
        ("O: regular", "Oh"),
        ("SO(3): 1", "C4"),
        ("C4: regular", "C2 in space"),
    ] {
        assert!(Restriction::new(&parse(fields), grid(subgroup)).is_err());
        assert!(NormPool::induced(&parse(fields), grid(subgroup)).is_err());
    }
    let error = Restriction::new(&parse("O: regular"), grid("C4")).unwrap_err();
    assert!(error.to_string().contains("`C4 in space`"), "{error}");
    assert!(Induction::new(&parse("C4 in space: regular"), grid("SO(3)")).is_err());
}

/// A regular field is regular fields of a subgroup.
#[test]
fn restrictions_of_regular_fields() {
    for (fields, subgroup, restricted) in [
        ("Oh: 2 regular", "O", "O: 4 regular"),
        ("O: 1 regular", "D4 in space", "D4 in space: 3 regular"),
        (
            "C3v@17,40,5: regular",
            "C3@17,40,5",
            "C3@17,40,5: 2 regular",
        ),
    ] {
        let layer = Restriction::new(&parse(fields), grid(subgroup)).unwrap();
        assert_eq!(layer.output_type(), &parse(restricted));
        check(&layer, DType::F64);
    }
}

#[test]
fn pools_over_subgroups() {
    for (fields, subgroup, pooled) in [
        (
            "O: 2 regular + quotient(C4) + 3 trivial",
            "D4 in space",
            "O: 2 quotient(D4) + quotient(D4) + 3 trivial",
        ),
        ("Oh: 2 regular", "O", "Oh: 2 quotient(O)"),
        (
            "C3v@17,40,5: 2 regular",
            "C3@17,40,5",
            "C3v@17,40,5: 2 quotient(C3)",
        ),
        ("Cs: 2 regular", "Cs", "Cs: 2 trivial"),
    ] {
        let pool = GroupPool::over(&parse(fields), grid(subgroup)).unwrap();
        assert_eq!(pool.output_type(), &parse(pooled));
        for dtype in TYPES {
            check(&pool, dtype);
            check(&pool.clone().with_mean(), dtype);
        }
    }
    let error = GroupPool::over(&parse("O: 2 T1"), grid("D4 in space")).unwrap_err();
    assert!(
        error.to_string().contains("group pool over D4 in space"),
        "{error}"
    );
}

/// Signs become pairs of channels, vectors of functions on the group and gates within fields.
#[test]
fn nonlinearities_of_special_fields() {
    for text in [
        "Oh: 2 T1u + A2g",
        "C4v: A2 + 2 B1",
        "D4 in space: 2 A2 + regular",
        "O(3): 3 0-",
        "cone: 2 A2",
        "full cylinder: A1u + A2g",
    ] {
        let layer = Concatenated::new(&parse(text), Nonlinearity::Relu).unwrap();
        assert_eq!(
            layer.output_type().channels(),
            2 * layer.input_type().channels()
        );
        if layer.input_type().group().order().is_some() {
            assert!(layer.output_type().is_permutation(), "{text}");
        }
        TYPES.into_iter().for_each(|dtype| check(&layer, dtype));
    }
    assert!(Concatenated::new(&parse("SO(3): 1"), Nonlinearity::Relu).is_err());
    for text in [
        "O: 2 regular",
        "Oh: regular",
        "C4v: 3 regular",
        "Ih: regular",
    ] {
        let layer = VectorField::new(&parse(text)).unwrap();
        assert!(layer.output_type().channels() == 3 * layer.input_type().fields());
        check(&layer, DType::F64);
    }
    for text in [
        "SO(3): 3 (trivial + 1)",
        "O(3): 2 (2 trivial + 1- + 2+)",
        "O: 2 (trivial + E)",
    ] {
        let layer = Gated::within(&parse(text)).unwrap();
        TYPES.into_iter().for_each(|dtype| check(&layer, dtype));
    }
    assert!(Gated::within(&vectors(&group("C4v"), 2)).is_err());
}

fn products_and_linear_maps(name: &str) {
    let device = Device::flex();
    let group = group(name);
    let (fields, vectors) = (mixed(&group), vectors(&group, 2));
    for dtype in TYPES {
        let linear = EquivariantLinearConfig::new(&fields, &fields).unwrap();
        let linear = linear.with_bias(true).init(&device).unwrap();
        check(&generic(linear, dtype), dtype);
        let product = TensorProduct::new(&fields, &vectors, 0, &device).unwrap();
        check(&generic(product, dtype), dtype);
    }
}

every_group_of_space!(products_and_linear_maps);

/// The linear maps from vectors to vectors that commute with a group, known by hand.
#[test]
fn linear_maps_are_complete() {
    for (name, maps, constants) in [
        ("Ci", 9, 0),
        ("Cs", 5, 2),
        ("C3", 3, 1),
        ("C4@x", 3, 1),
        ("cone", 2, 1),
        ("SO(2)", 3, 1),
        ("O(2)", 2, 0),
        ("T", 1, 0),
        ("Oh", 1, 0),
        ("SO(3)", 1, 0),
    ] {
        let vectors = [2, 3].map(|copies| vectors(&group(name), copies));
        let config = EquivariantLinearConfig::new(&vectors[0], &vectors[1]).unwrap();
        let layer = config.with_bias(true).init(&Device::flex()).unwrap();
        assert_eq!(layer.parameters(), 6 * maps + 3 * constants, "{name}");
    }
}

/// The same mask before and after.
#[test]
fn dropout_drops_whole_fields() {
    let device = Device::flex().autodiff();
    for name in ["D3d", "SO(3)"] {
        let fields = mixed(&group(name));
        for domain in domains() {
            let layer = || FieldDropout::new(&fields, 0.5, 3, &device).unwrap();
            let x = on(&fields, &domain, DType::F64, &device);
            for g in fields.group().test_elements() {
                let of_moved = layer().forward(x.transform(&g).unwrap()).unwrap();
                let moved = layer().forward(x.clone()).unwrap().transform(&g).unwrap();
                let defect = relative_distance(of_moved.memory(), moved.memory());
                assert!(defect < tolerance::EXACT_F64, "{name} {g}: {defect}");
            }
        }
    }
}

/// A rule of the values and places that says that it commutes.
struct Claimed {
    fields: FieldType,
    rule: fn(Tensor<3>, &Domain) -> Tensor<3>,
}

impl Layer for Claimed {
    fn name(&self) -> String {
        "claimed".to_string()
    }

    fn input_type(&self) -> &FieldType {
        &self.fields
    }

    fn output_type(&self) -> &FieldType {
        &self.fields
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        let domain = field.domain().clone();
        field.map(&self.fields, |values| (self.rule)(values, &domain))
    }
}

/// Multiplies with a number at every place.
fn times(x: Tensor<3>, factors: Vec<f64>) -> Tensor<3> {
    let shape = [1, factors.len(), 1];
    x.clone() * Tensor::from_data(TensorData::new(factors, shape), (&x.device(), x.dtype()))
}

#[test]
fn what_does_not_commute_is_caught() {
    let cube = group("Oh");
    let [vector, points] = domains();
    let broken = |fields: FieldType, rule, domain: &Domain| {
        let x = on(&fields, domain, DType::F64, &Device::flex());
        assert_equivariant(&Claimed { fields, rule }, &x, BROKEN).is_err()
    };
    for domain in [&vector, &points] {
        assert!(broken(vectors(&cube, 2), |x, _| x + 0.5, domain));
        assert!(broken(
            vectors(&cube, 2),
            |x, _| x.clone().abs() + x,
            domain
        ));
    }
    // Factors by a coordinate, which turns change, and by the distance from the origin.
    let scalars = FieldType::of([of(SpatialRepresentation::trivial(&cube), 2)]).unwrap();
    let by_height: fn(Tensor<3>, &Domain) -> Tensor<3> = |x, domain| match domain {
        Domain::Points(graph) => times(x, graph.points().iter().map(|p| p[2]).collect()),
        _ => x,
    };
    let by_distance: fn(Tensor<3>, &Domain) -> Tensor<3> = |x, domain| match domain {
        Domain::Points(graph) => {
            let distance = |[x, y, z]: &[f64; 3]| x.hypot(*y).hypot(*z);
            times(x, graph.points().iter().map(distance).collect())
        }
        _ => x,
    };
    assert!(broken(scalars.clone(), by_height, &points));
    assert!(!broken(scalars, by_distance, &points));
}
