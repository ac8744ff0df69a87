//! Layers for the fields of one label each.

use burn::module::Module;
use burn::tensor::{DType, Device};
use schur_nn::network::PoolKind;
use schur_nn::{
    Domain, EquivariantConv, EquivariantConvConfig, Field, FieldType, GroupPool, LabelledLayers,
    Layer, Nonlinearity, NormNonlinearity, Pointwise, SpatialPool,
};

use crate::nonlinearities::check_both;
use crate::support::{field, generic, numbers, planar};

const LABELS: [&str; 6] = ["relu", "norm", "relu", "norm", "norm", "relu"];

fn fields() -> FieldType {
    FieldType::parse("D4: regular + E1 + regular + 2 E1 + trivial").unwrap()
}

type Pair = (Pointwise, NormNonlinearity);

fn pair(device: &Device) -> Pair {
    let parts = fields().group_by_labels(&LABELS).unwrap();
    let relu = Pointwise::new(&parts[0].1, Nonlinearity::Relu).unwrap();
    let norm = NormNonlinearity::new(&parts[1].1, Nonlinearity::Relu, device).unwrap();
    (relu, norm)
}

/// A rectifier for regular and scalar fields, a function of the norm for vectors between them.
pub(crate) fn example(device: &Device) -> LabelledLayers<Pair> {
    let layers = LabelledLayers::new(&fields(), &LABELS, ["relu", "norm"], pair(device));
    generic(layers.unwrap(), DType::F32)
}

#[test]
fn fields_by_labels() {
    let parts = fields().group_by_labels(&LABELS).unwrap();
    let parts: Vec<(&str, String)> = (parts.iter())
        .map(|(label, part)| (label.as_str(), part.to_string()))
        .collect();
    let relu = ("relu", "D4: 2 regular + 1 trivial".to_string());
    assert_eq!(parts, [relu, ("norm", "D4: 3 irrep(E1)".to_string())]);
    let error = fields().group_by_labels(&LABELS[1..]).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("5 labels do not fit 6 fields"), "{error}");
}

/// The same by hand: parts, layers, and parts again, in both orders.
#[test]
fn parts_and_layers_by_hand() {
    let device = Device::flex();
    let layers = generic(example(&device), DType::F64);
    assert_eq!(layers.parameters(), 3);
    assert!(layers.name().starts_with("by label (relu: "));
    let (relu, norm) = pair(&device);
    // Only norms have parameters, which get the same numbers.
    let norm = generic(generic(norm, DType::F32), DType::F64);
    let x = field(&fields(), (3, 3), DType::F64, &device);
    let part = |places: &[usize]| x.select_fields(places).unwrap();
    let by_hand = relu.forward(part(&[0, 2, 5])).unwrap();
    let by_hand = by_hand.concat(&norm.forward(part(&[1, 3, 4])).unwrap());
    let by_hand = by_hand.unwrap();
    let y = layers.forward(x.clone()).unwrap();
    assert_eq!(y.field_type(), by_hand.field_type());
    assert_eq!(numbers(y.memory()), numbers(by_hand.memory()));
    let in_place = layers.in_place().unwrap();
    let z = in_place.forward(x).unwrap();
    assert_eq!(z.field_type(), &fields());
    let back = by_hand.select_fields(&[0, 3, 1, 4, 5, 2]).unwrap();
    assert_eq!(numbers(z.memory()), numbers(back.memory()));
}

#[test]
fn commute_with_the_group() {
    check_both(&example(&Device::flex()));
    check_both(&example(&Device::flex()).in_place().unwrap());
}

/// Layers that change sizes, fields and groups of fields, and their sizes.
#[test]
fn convolutions_and_pools() {
    let device = Device::flex();
    let fields = FieldType::parse("C4: 2 regular + 2 E1").unwrap();
    let labels = ["a", "b", "a", "b"];
    let parts = fields.group_by_labels(&labels).unwrap();
    let half = &parts[0].1;
    assert_eq!(half, &parts[1].1);
    let output = FieldType::parse("C4: 3 regular").unwrap();
    let conv = |padding| -> EquivariantConv {
        let config = EquivariantConvConfig::new(half, &output, 3).with_padding(padding);
        config.init(&device).unwrap()
    };
    let by = |a, b| LabelledLayers::new(&fields, &labels, ["a", "b"], (a, b));
    let layers = by(conv(1), conv(1)).unwrap();
    assert_eq!(layers.output_size(6, 6).unwrap(), (6, 6));
    assert_eq!(
        layers.output_type().to_string(),
        "C4: 3 regular + 3 regular"
    );
    assert_eq!(layers.parameters(), 2 * conv(1).parameters());
    crate::nonlinearities::check_lattice(&layers);
    let error = layers.in_place().unwrap_err().to_string();
    assert!(error.contains("it makes 3 fields of 2"), "{error}");
    // The part whose size differs is named, before and while applying.
    let layers = by(conv(1), conv(0)).unwrap();
    let error = layers.output_size(6, 6).unwrap_err().to_string();
    assert!(error.contains("`b` an image of 4 x 4 pixels"), "{error}");
    let x = field(&fields, (6, 6), DType::F32, &device);
    assert!(layers.forward(x).is_err());
    // What is not exact is said with the label.
    let image = FieldType::parse("C4: 2 regular").unwrap();
    let pools = LabelledLayers::new(
        &image,
        &["left", "right"],
        ["right", "left"],
        (
            SpatialPool::new(&image.select_fields(&[1]).unwrap(), PoolKind::Max, 2, 2).unwrap(),
            SpatialPool::new(&image.select_fields(&[0]).unwrap(), PoolKind::Max, 3, 2).unwrap(),
        ),
    );
    let why = pools.unwrap().inexactness(
        &planar("C4").test_elements()[1].into(),
        &Domain::image(4, 4),
    );
    assert!(why.unwrap().reason.starts_with("`left` (max pool"));
}

/// What does not fit is refused by label.
#[test]
fn labels_that_do_not_fit() {
    let device = Device::flex();
    let says = |labels: &[&str], of_layers: &[&str], what: &str| {
        let layers = LabelledLayers::new(&fields(), labels, of_layers, pair(&device));
        let error = layers.unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    };
    says(
        &LABELS[1..],
        &["relu", "norm"],
        "5 labels do not fit 6 fields",
    );
    says(&LABELS, &["relu"], "1 labels do not fit 2 layers");
    says(
        &LABELS,
        &["relu", "relu"],
        "no field is left for the layer `relu`",
    );
    says(&LABELS, &["norm", "relu"], "expects fields of type");
    let mut more = LABELS;
    more[4] = "gate";
    let layers = pair(&device);
    let three = fields().group_by_labels(&more).unwrap();
    let norm = NormNonlinearity::new(&three[1].1, Nonlinearity::Relu, &device).unwrap();
    let layers = LabelledLayers::new(&fields(), &more, ["relu", "norm"], (layers.0, norm));
    let error = layers.unwrap_err().to_string();
    assert!(error.contains("label `gate` have no layer"), "{error}");
    let wrong = FieldType::parse("D4: regular").unwrap();
    let x = field(&wrong, (2, 2), DType::F32, &device);
    assert!(example(&device).forward(x).is_err());
}

/// Three layers that give other fields than they take, and gradients to their parameters.
#[test]
fn three_layers_learn() {
    let device = Device::flex().autodiff();
    let fields = FieldType::parse("C4: 3 regular").unwrap();
    let parts = fields.group_by_labels(&["x", "y", "z"]).unwrap();
    let output = FieldType::parse("C4: 2 E1").unwrap();
    let conv = EquivariantConvConfig::new(&parts[1].1, &output, 1);
    let layers = (
        GroupPool::new(&parts[0].1).unwrap(),
        conv.init(&device).unwrap(),
        Pointwise::new(&parts[2].1, Nonlinearity::Relu).unwrap(),
    );
    let layers = LabelledLayers::new(&fields, &["x", "y", "z"], ["x", "y", "z"], layers);
    let layers = layers.unwrap();
    let y = layers
        .forward(field(&fields, (2, 2), DType::F32, &device))
        .unwrap();
    let expected = "C4: 1 trivial + 2 irrep(E1) + 1 regular";
    assert_eq!(y.field_type().to_string(), expected);
    let gradients = y.memory().clone().square().sum().backward();
    let gradients = burn::optim::GradientsParams::from_grads(gradients, &layers);
    assert_eq!(gradients.len(), 1);
    let plain: Field = layers
        .valid()
        .forward(field(&fields, (2, 2), DType::F32, &Device::flex()))
        .unwrap();
    assert_eq!(numbers(plain.memory()), numbers(y.memory()));
}
