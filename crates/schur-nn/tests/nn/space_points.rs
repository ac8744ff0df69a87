//! Points in space, and what fields of groups of space refuse.

use burn::tensor::{DType, Device};
use schur_math::{PlaneIsometry, PointGroup, SpaceIsometry, SpatialRepresentation};
use schur_nn::{
    Domain, EquivariantLinearConfig, FieldType, FourierPointwise, Layer, NnError, Nonlinearity,
    PointConvConfig, PointGraph, SelfAttentionConfig, VectorField, assert_equivariant,
    relative_distance, tolerance,
};

use crate::space::{domains, group, on, vectors};
use crate::support::generic;
use crate::support::groups::every_group_of_space;
use crate::tolerance::BROKEN;

/// Points know what they lie in and who moves them.
#[test]
fn points_in_space() {
    let Domain::Points(graph) = domains()[1].clone() else {
        panic!("points")
    };
    assert_eq!(
        (graph.dimension(), graph.to_string()),
        (3, "5 points in space".to_string())
    );
    let g = SpaceIsometry::from_axis_angle([1.0, 2.0, -1.0], 0.7).unwrap();
    let moved = graph.transform(g).unwrap();
    for (before, after) in graph.points().iter().zip(moved.points()) {
        assert_eq!(g.apply(*before), *after);
    }
    // Who sees whom stays, and distances with it.
    assert_eq!(moved.edges(), graph.edges());
    let again = PointGraph::within(moved.points(), 1.0).unwrap();
    assert_eq!(again.edges(), graph.edges());
    // Beyond the plane there are neighbours above each other.
    let tower = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.9], [0.0, 0.0, 1.9]];
    let tower = PointGraph::within(&tower, 1.0).unwrap();
    assert_eq!(
        tower.edges(),
        [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (1, 2), (2, 2)]
    );
    let turn = PlaneIsometry::rotation(0.3).unwrap();
    let error = graph.transform(turn).unwrap_err().to_string();
    assert!(
        error.contains("does not act on 5 points in space"),
        "{error}"
    );
    let flat = PointGraph::within(&[[0.0, 0.0], [1.0, 0.0]], 1.0).unwrap();
    let error = flat.transform(g).unwrap_err().to_string();
    assert!(error.contains("does not act on 2 points;"), "{error}");
    assert!(flat != PointGraph::within(&[[0.0; 3], [1.0, 0.0, 0.0]], 1.0).unwrap());
    let error = PointGraph::new(&[[0.0; 4]], &[]).unwrap_err().to_string();
    assert!(error.contains("4 coordinates; use 2 or 3"), "{error}");
    let error = PointGraph::new(&[[0.0, f64::NAN, 0.0]], &[])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("point 0") && error.contains("not in space"),
        "{error}"
    );
}

/// What every element of a group does to points it does to what they see of each other.
#[test]
fn attention_between_points_in_space() {
    let graph = &domains()[1];
    for (fields, head) in [
        ("SO(3): 2 trivial + 2 irrep(1)", "SO(3): trivial + irrep(1)"),
        ("O: 1 regular", "O: 1 defining + 1 trivial"),
        ("Ih: 2 defining", "Ih: 1 defining"),
    ] {
        let [fields, head] = [fields, head].map(|text| FieldType::parse(text).unwrap());
        let config = SelfAttentionConfig::new(&fields, &head, 2).with_distances(4);
        let layer = config.with_spacing(0.4).init(&Device::flex()).unwrap();
        let layer = generic(layer, DType::F64);
        let x = on(&fields, graph, DType::F64, &Device::flex());
        let y = layer.forward(x.clone()).unwrap();
        assert!(
            relative_distance(y.memory(), x.memory()) > BROKEN,
            "{fields}"
        );
        if let Err(error) = assert_equivariant(&layer, &x, tolerance::EXACT_F64) {
            panic!("{fields}: {error}");
        }
    }
}

/// Layers of the plane say so, and fields of the plane do not move points in space.
#[test]
fn what_needs_the_plane_says_so() {
    let device = Device::flex();
    let fields = vectors(&group("C4v"), 2);
    let needs = |error: NnError| {
        let error = error.to_string();
        assert!(error.contains("plane"), "{error}");
    };
    let planar = FieldType::parse("C4: 2 E1").unwrap();
    let x = on(&planar, &domains()[1], DType::F32, &device);
    needs_space(
        x.transform(PlaneIsometry::rotation(0.0).unwrap())
            .unwrap_err(),
    );
    let band = schur_math::KernelBand::for_points(1.5, 2).unwrap();
    let conv = |fields: &FieldType| {
        let conv = PointConvConfig::new(fields, fields, &band);
        conv.init_spread(5, 1.5, &device)
    };
    needs(conv(&planar).unwrap().forward(x).unwrap_err());
    let flat = PointGraph::within(&[[0.0, 0.0], [1.0, 0.0]], 1.0).unwrap();
    let x = on(&fields, &flat.into(), DType::F32, &device);
    needs(conv(&fields).unwrap().forward(x).unwrap_err());
    let elsewhere = conv(&FieldType::parse("S5: 1 regular").unwrap()).unwrap_err();
    assert!(
        elsewhere.to_string().contains("use one of the plane"),
        "{elsewhere}"
    );
    // An image is a volume of depth 1.
    let image = on(&fields, &Domain::image(4, 4), DType::F32, &device);
    let linear = EquivariantLinearConfig::new(&fields, &fields).unwrap();
    let linear = linear.init(&device).unwrap();
    assert_equivariant(&linear, &image, tolerance::EXACT_F32).unwrap();
    // Samples on a group of space need no plane.
    let samples = FourierPointwise::new(&fields, Nonlinearity::Relu).unwrap();
    assert_equivariant(&samples, &image, tolerance::EXACT_F32).unwrap();
    // A mirror keeps a sample of vectors, but not the direction of its element.
    let refused = VectorField::new(&fields).unwrap_err().to_string();
    assert!(refused.contains("do not tell elements apart"), "{refused}");
}

fn needs_space(error: NnError) {
    assert!(error.to_string().contains("points in space"), "{error}");
}

/// Every element of a group is an isometry that the matrices of `defining` are.
fn vectors_turn_as_points_do(name: &str) {
    let group = group(name);
    let rho = SpatialRepresentation::defining(&group).unwrap();
    for g in group.test_elements() {
        let point = [0.3, -0.7, 1.1];
        let by_matrix = rho.matrix(&g).unwrap().apply(&point);
        for (a, b) in g.apply(point).iter().zip(by_matrix) {
            assert!((a - b).abs() < tolerance::EXACT_F64, "{name}");
        }
    }
}

every_group_of_space!(vectors_turn_as_points_do);
