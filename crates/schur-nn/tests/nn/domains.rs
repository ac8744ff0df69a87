//! Checks on every sort of domain say what they did, and can fail on each.

use burn::tensor::{DType, Device, Tensor, TensorData};
use schur_math::SphereGrid;
use schur_math::surface::{Reach, Surface, TriangleMesh};
use schur_nn::{
    Atlas, Domain, EquivariantConvConfig, Field, FieldType, GlobalPool, Layer, NnError,
    Nonlinearity, NormNonlinearity, PointGraph, Pointwise, assert_equivariant, exact_elements,
};

use crate::support::{field, tensor, uniform};
use crate::tolerance::BROKEN;
use schur_nn::network::PoolKind;
use schur_nn::tolerance::{EXACT_F32, EXACT_F64};

fn cloud() -> PointGraph {
    let places: Vec<[f64; 2]> = uniform(14, 3).chunks(2).map(|p| [p[0], p[1]]).collect();
    PointGraph::within(&places, 0.8).unwrap()
}

fn on(of: &FieldType, domain: Domain) -> Field {
    let shape = [2, domain.places(), of.channels()];
    let values = uniform(shape.iter().product(), 4);
    let values = tensor(values, shape, DType::F64, &Device::flex());
    Field::from_memory(values, domain, of).unwrap()
}

/// A domain of every sort, with a group that acts there and a field of it that is no scalar.
fn domains() -> [(Domain, &'static str, &'static str); 7] {
    let strip = Atlas::moebius(4, 4).unwrap();
    let sphere = SphereGrid::equiangular(6, 12).unwrap();
    let mesh = Surface::new(TriangleMesh::icosphere(1).unwrap());
    let surface = PointGraph::on_surface(&mesh, Reach::Rings(1)).unwrap();
    [
        (Domain::image(4, 4), "D4", "regular"),
        (Domain::Grid([3, 4, 4]), "O", "regular"),
        (strip.into(), "D4", "regular"),
        (cloud().into(), "D4", "regular"),
        (surface.into(), "O(2)", "spectral(1)"),
        (sphere.into(), "O(3)", "harmonics(0, 1)"),
        (Domain::Vector, "D4", "regular"),
    ]
}

/// Whether the elements of the group move places of a domain: on surfaces they turn frames alone.
fn moves_places(domain: &Domain) -> bool {
    match domain {
        Domain::Vector => false,
        Domain::Points(graph) => !graph.is_on_surface(),
        _ => true,
    }
}

/// Of odd cyclic groups only the identity permutes pixels.
#[test]
fn the_identity_alone_proves_nothing() {
    for n in [3, 5, 7] {
        let fields = FieldType::parse(&format!("C{n}: 2 regular")).unwrap();
        let layer = Pointwise::new(&fields, Nonlinearity::Relu).unwrap();
        let x = on(&fields, Domain::image(5, 5));
        let refused = assert_equivariant(&layer, &x, EXACT_F64).unwrap_err();
        let message = refused.to_string();
        for part in [
            &format!("of C{n} only the identity"),
            "points or vectors",
            "Gaussians",
        ] {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
        for domain in [cloud().into(), Domain::Vector] {
            let checked = assert_equivariant(&layer, &on(&fields, domain), EXACT_F64).unwrap();
            assert_eq!(checked.elements.len(), n);
            assert!(
                checked
                    .to_string()
                    .starts_with(&format!("all {n} elements of C{n} (e, r"))
            );
        }
        // A layer on images only has no exact test at all.
        let conv = EquivariantConvConfig::new(&fields, &fields, 3)
            .init(&Device::flex())
            .unwrap();
        assert!(exact_elements(&conv, &Domain::image(5, 5)).is_err());
    }
    // Nothing is left out where the identity is the whole group.
    let fields = FieldType::parse("C1: 2 trivial").unwrap();
    let layer = Pointwise::new(&fields, Nonlinearity::Relu).unwrap();
    let checked = assert_equivariant(&layer, &on(&fields, Domain::image(5, 5)), EXACT_F64);
    assert_eq!(checked.unwrap().elements.len(), 1);
    // Quarter turns make other images of oblong ones, which is as good.
    let fields = FieldType::parse("D4: regular").unwrap();
    let layer = Pointwise::new(&fields, Nonlinearity::Relu).unwrap();
    for (domain, count) in [(Domain::image(4, 6), 8), (Domain::image(6, 6), 8)] {
        assert_eq!(exact_elements(&layer, &domain).unwrap().len(), count);
        let x = on(&fields, domain);
        assert_equivariant(&layer, &x, EXACT_F64).unwrap();
    }
}

/// A function of all values and places that says that it commutes.
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

/// Factors by the first coordinate of every place, which turns change.
fn by_place(x: Tensor<3>, domain: &Domain) -> Tensor<3> {
    let factors: Vec<f64> = match domain {
        Domain::Points(graph) => graph.points().iter().map(|p| p[0]).collect(),
        _ => (0..domain.places()).map(|place| place as f64).collect(),
    };
    let shape = [1, factors.len(), 1];
    x.clone() * Tensor::from_data(TensorData::new(factors, shape), (&x.device(), x.dtype()))
}

#[test]
fn broken_layers_are_caught_on_every_domain() {
    type Rule = fn(Tensor<3>, &Domain) -> Tensor<3>;
    let fibre: [(&str, Rule); 3] = [
        ("defining", |x, _| burn::tensor::activation::relu(x)),
        ("defining", |x, _| x + 0.5),
        ("mixed", |x, _| x.clone() * x.narrow(2, 1, 1)),
    ];
    for (domain, group, mixed) in domains() {
        for (fields, rule) in fibre {
            let fields = fields.replace("mixed", mixed);
            let fields = FieldType::parse(&format!("{group}: {fields}")).unwrap();
            let layer = Claimed { fields, rule };
            let x = on(&layer.fields, domain.clone());
            let error = assert_equivariant(&layer, &x, BROKEN)
                .unwrap_err()
                .to_string();
            assert!(error.contains("claimed does not commute with"), "{error}");
            // The same rule at every place, and one that knows where it is.
            let scalars = FieldType::parse(&format!("{group}: trivial")).unwrap();
            let fair = Claimed {
                fields: scalars.clone(),
                rule: |x, _| burn::tensor::activation::relu(x) + 0.5,
            };
            assert_equivariant(&fair, &on(&scalars, domain.clone()), EXACT_F64).unwrap();
            let biased = Claimed {
                fields: scalars.clone(),
                rule: by_place,
            };
            let caught = assert_equivariant(&biased, &on(&scalars, domain.clone()), BROKEN);
            assert_eq!(caught.is_err(), moves_places(&domain), "{domain}");
        }
    }
}

/// What acts in the fibre acts on every domain; what does not says where it acts.
#[test]
fn who_acts_where() {
    let device = Device::flex();
    for (domain, group, mixed) in domains() {
        let fields = FieldType::parse(&format!("{group}: 2 {mixed}")).unwrap();
        let norm = NormNonlinearity::new(&fields, Nonlinearity::Relu, &device).unwrap();
        let pooled = match domain {
            Domain::Grid(_) | Domain::Atlas(_) => Domain::image(1, 1),
            _ => Domain::Vector,
        };
        let x = on(&fields, domain.clone());
        // All places of a strip, or of a surface, have nothing but scalars in common.
        let has_frames = matches!(&domain, Domain::Points(graph) if graph.is_on_surface());
        let summed = match domain {
            Domain::Atlas(_) => FieldType::parse("D4: 4 trivial").unwrap(),
            _ if has_frames => FieldType::parse("O(2): 4 trivial").unwrap(),
            _ => fields.clone(),
        };
        let pool = GlobalPool::new(&summed, PoolKind::Average).unwrap();
        let summed = on(&summed, domain.clone());
        let y = pool.forward(summed.clone()).unwrap();
        assert_eq!(y.domain(), &pooled);
        assert_eq!(pool.output_domain(&domain).unwrap(), pooled);
        assert_equivariant(&pool, &summed, EXACT_F64).unwrap();
        assert_eq!(norm.output_domain(&domain).unwrap(), domain);
        let x = Field::from_memory(x.into_memory().cast(DType::F32), domain, &fields).unwrap();
        assert_equivariant(&norm, &x, EXACT_F32).unwrap();
    }
    let fields = FieldType::parse("D4: 2 regular").unwrap();
    let conv = EquivariantConvConfig::new(&fields, &fields, 3)
        .init(&device)
        .unwrap();
    for domain in [cloud().into(), Domain::Vector] {
        let expected = format!("acts on images and volumes, not on {domain}");
        let error = conv.output_domain(&domain).unwrap_err().to_string();
        assert!(error.contains(&expected), "{error}");
        let x = on(&fields, domain);
        let x = x
            .clone()
            .map(&fields, |values| values.cast(DType::F32))
            .unwrap();
        let error = conv.forward(x).unwrap_err().to_string();
        assert!(error.contains(&expected), "{error}");
    }
    // Fields keep their values on other places, and refuses too many.
    let x = field(&fields, (2, 3), DType::F32, &device);
    assert!(x.on(Domain::image(3, 2)).is_ok());
    assert!(
        x.on(Domain::Vector)
            .unwrap_err()
            .to_string()
            .contains("6 places")
    );
}
