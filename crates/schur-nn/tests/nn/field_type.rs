//! Field types: what they refuse, when they are equal, and how they read.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use burn::tensor::{DType, Device};
use schur_engine::Activation;
use schur_math::{PlanarRepresentation as Representation, PlaneIsometry};
use schur_nn::network::PoolKind;
use schur_nn::{
    EquivariantConvConfig, Field, FieldNorm, FieldType, Layer, NetworkConfig, NnError, SpatialPool,
};

use crate::support::{bits, field, planar, tensor};

/// Asserts that an error says these things.
fn says<T>(result: Result<T, NnError>, parts: &[&str]) {
    let message = match result {
        Ok(_) => panic!("no error that says {parts:?}"),
        Err(error) => error.to_string(),
    };
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn refused() {
    let (c2, c4) = (planar("C2"), planar("C4"));
    let none: [(schur_math::PlanarRepresentation, usize); 0] = [];
    says(FieldType::new(&c4, none), &["at least one field"]);
    says(
        FieldType::regular(&c4, 0),
        &["0 fields of `regular`", "at least 1"],
    );
    says(FieldType::trivial(&c4, 0), &["0 fields of `trivial`"]);
    let foreign = Representation::regular(&c2).unwrap();
    says(
        FieldType::new(&c4, [(foreign, 1)]),
        &["`regular` is of group C2", "C4"],
    );
    let regular = Representation::regular(&c4).unwrap();
    let twice = [(regular.clone(), usize::MAX / 4), (regular, 1)];
    says(FieldType::new(&c4, twice), &["number of channels"]);
    says(FieldType::regular(&c4, usize::MAX), &["number of channels"]);
}

#[test]
fn counts() {
    let d4 = planar("D4");
    let (trivial, regular) = (
        Representation::trivial(&d4),
        Representation::regular(&d4).unwrap(),
    );
    let fields = FieldType::new(&d4, [(regular, 2), (trivial, 5)]).unwrap();
    assert_eq!((fields.channels(), fields.fields()), (21, 7));
    assert_eq!(fields.blocks().len(), 2);
    assert!(fields.is_permutation());
    assert_eq!(fields.layout().channels(), 21);
}

#[test]
fn reads() {
    let c4 = planar("C4");
    let (trivial, regular) = (
        Representation::trivial(&c4),
        Representation::regular(&c4).unwrap(),
    );
    let fields = FieldType::new(&c4, [(regular, 8), (trivial, 2)]).unwrap();
    assert_eq!(fields.to_string(), "C4: 8 regular + 2 trivial");
    assert_eq!(
        format!("{fields:?}"),
        "FieldType(C4: 8 regular + 2 trivial)"
    );
}

#[test]
fn equality() {
    let (c4, d2) = (planar("C4"), planar("D2"));
    let regular = |n| FieldType::regular(&c4, n).unwrap();
    // Built again from a group parsed again.
    assert_eq!(regular(3), FieldType::regular(planar("C4"), 3).unwrap());
    assert_ne!(regular(3), regular(4));
    assert_ne!(regular(4), FieldType::trivial(&c4, 4).unwrap());
    // The same order and the same words, but another group.
    assert_ne!(regular(3), FieldType::regular(&d2, 3).unwrap());
    let pair = |first: usize| {
        let blocks = [
            Representation::trivial(&c4),
            Representation::regular(&c4).unwrap(),
        ];
        let order = [first, 1 - first].map(|i| (blocks[i].clone(), 1));
        FieldType::new(&c4, order).unwrap()
    };
    assert_eq!(pair(0), pair(0));
    assert_ne!(pair(0), pair(1), "the order of the blocks matters");
}

/// Equal types have equal hashes, and types that differ in group, fields or order others (which
/// they need not have, but a hash that is always the same would be of no use).
#[test]
fn hashes() {
    let hash = |fields: &FieldType| {
        let mut hasher = DefaultHasher::new();
        fields.hash(&mut hasher);
        hasher.finish()
    };
    let parse = |text: &str| FieldType::parse(text).unwrap();
    let texts = [
        "C4: 3 regular",
        "C4: 4 regular",
        "C4: 2 regular + regular",
        "D4: 3 regular",
        "C8: 3 regular",
        "C4: 2 trivial + regular",
        "C4: regular + 2 trivial",
        "C4: E1",
        "C8: E1",
        "C8: E2",
        "SO(2): E1",
        "O(2): E1",
    ];
    for (i, text) in texts.iter().enumerate() {
        for (j, other) in texts.iter().enumerate() {
            let (a, b) = (parse(text), parse(other));
            assert_eq!(a == b, i == j, "{text} {other}");
            assert_eq!(hash(&a) == hash(&b), i == j, "{text} {other}");
        }
    }
    // Other names and other ways to the same matrices.
    for (text, other) in [
        ("C4: regular", "C4: quotient(C1)"),
        ("D4: quotient(D4)", "D4: trivial"),
        ("C4: E1", "C4: defining"),
        ("D4@45: 2 regular", "D4@45: 2 induced(C1, trivial)"),
    ] {
        let (a, b) = (parse(text), parse(other));
        assert_eq!(a, b);
        assert_eq!(hash(&a), hash(&b), "{text} {other}");
    }
    #[allow(
        clippy::mutable_key_type,
        reason = "what is computed late is no part of equality and hash"
    )]
    let set: HashSet<FieldType> = texts.iter().chain(&texts).map(|text| parse(text)).collect();
    assert_eq!(set.len(), texts.len());
}

#[test]
fn fields_and_layers_check_their_types() {
    let device = Device::flex();
    let c4 = planar("C4");
    let (image, features) = (
        FieldType::trivial(&c4, 1).unwrap(),
        FieldType::regular(&c4, 2).unwrap(),
    );
    let wrong = || tensor(vec![0.0; 12], [1, 3, 2, 2], DType::F32, &device);
    says(
        Field::from_tensor(wrong(), &features),
        &["3 channels", "`C4: 2 regular` has 8"],
    );
    says(
        Field::from_grid(wrong(), &features),
        &["2 channels", "`C4: 2 regular` has 8"],
    );
    let conv = EquivariantConvConfig::new(&image, &features, 3);
    let conv = conv.init(&device).unwrap();
    says(
        conv.forward(field(&features, (5, 5), DType::F32, &device)),
        &[
            "conv 3x3",
            "expects fields of type `C4: 1 trivial`",
            "`C4: 2 regular`",
        ],
    );
    says(
        conv.forward(field(&image, (2, 5), DType::F32, &device)),
        &["3 x 3", "2 x 5"],
    );
    let norm = FieldNorm::new(&features, Activation::Relu, &device).unwrap();
    says(
        norm.forward(field(&image, (5, 5), DType::F32, &device)),
        &["batch norm + relu", "`C4: 2 regular`"],
    );
    let other = FieldType::regular(planar("D4"), 1).unwrap();
    says(
        EquivariantConvConfig::new(&image, &other, 3).init(&device),
        &["`C4: 1 trivial`", "`D4: 1 regular`", "two groups"],
    );
    says(
        EquivariantConvConfig::new(&image, &features, 0).init(&device),
        &["kernel"],
    );
    for config in [
        EquivariantConvConfig::new(&image, &features, 3).with_stride(0),
        EquivariantConvConfig::new(&image, &features, 3).with_dilation(0),
    ] {
        says(config.init(&device), &["(0, 0)", "at least 1"]);
    }
}

#[test]
fn transforms_need_the_grid() {
    let device = Device::flex();
    let image = FieldType::trivial(&planar("C4"), 1).unwrap();
    let oblong = field(&image, (3, 4), DType::F32, &device);
    let elements: Vec<_> = image.group().test_elements();
    // A quarter turn, counter-clockwise: the last column becomes the first row.
    let turned = oblong.transform(&elements[1]).unwrap();
    assert_eq!(turned.size(), (4, 3));
    assert_eq!(
        crate::support::numbers(&turned.to_tensor()),
        crate::support::numbers(&oblong.to_tensor().swap_dims(2, 3).flip([2])),
    );
    let back = turned.transform(&elements[3]).unwrap();
    assert_eq!(bits(back.memory()), bits(oblong.memory()));
    let eighth = PlaneIsometry::rotation(std::f64::consts::FRAC_PI_4).unwrap();
    assert!(oblong.transform(eighth).is_err());
    let half = oblong.transform(&elements[2]).unwrap();
    assert_eq!(
        crate::support::numbers(&half.to_tensor()),
        crate::support::numbers(&oblong.to_tensor().flip([2, 3])),
    );
}

/// Number types that the engine does not know, or of another type than the parameters.
#[test]
fn number_types() {
    let device = Device::flex();
    let features = FieldType::regular(planar("C4"), 2).unwrap();
    let conv = EquivariantConvConfig::new(&features, &features, 3);
    let layers: [Box<dyn Layer>; 4] = [
        Box::new(conv.init(&device).unwrap()),
        Box::new(FieldNorm::new(&features, Activation::Relu, &device).unwrap()),
        Box::new(SpatialPool::new(&features, PoolKind::Max, 2, 2).unwrap()),
        Box::new(SpatialPool::new(&features, PoolKind::Average, 2, 2).unwrap()),
    ];
    for (i, layer) in layers.iter().enumerate() {
        says(
            layer.forward(field(&features, (4, 4), DType::F16, &device)),
            &[&layer.name(), "F16", "F32", "F64"],
        );
        if i < 2 {
            says(
                layer.forward(field(&features, (4, 4), DType::F64, &device)),
                &[&layer.name(), "F64", "F32"],
            );
        }
    }
}

/// A batch of no images is no special case.
#[test]
fn empty_batches() {
    for device in [Device::flex(), Device::flex().autodiff()] {
        let config = NetworkConfig::default()
            .with_parameter_budget(1_000)
            .unwrap();
        let network = config.init(0, &device).unwrap();
        let none = tensor(vec![], [0, 1, 28, 28], DType::F32, &device);
        assert_eq!(network.forward(none).unwrap().dims(), [0, 10]);
    }
}

/// Texts of groups, fields, kinds and functions are read back, also from files.
#[test]
fn what_has_a_text_is_read_back() {
    use schur_math::{CompactGroup, Group, PlanarGroup, SpatialGroup};
    use schur_nn::Nonlinearity;
    use schur_nn::network::{Fields, Kernels, NonlinearityKind};
    use serde::{Serialize, de::DeserializeOwned};
    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    fn check<T>(value: &T)
    where
        T: FromStr<Err: Debug> + Display + Serialize + DeserializeOwned + PartialEq + Debug,
    {
        assert_eq!(&value.to_string().parse::<T>().unwrap(), value);
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
    }
    for name in ["C8", "D4@22.5", "SO(2)", "O(2)@30"] {
        check(&PlanarGroup::parse(name).unwrap());
    }
    for name in ["S4", "Q8 x C3", "Ih", "Dic5"] {
        check(&Group::parse(name).unwrap());
    }
    for name in ["SO(3)", "Oh", "C3v@17,40,5", "full cylinder"] {
        check(&SpatialGroup::parse(name).unwrap());
    }
    for name in ["SU(2)", "SO(3) x C2", "O(2) x D4"] {
        check(&CompactGroup::parse(name).unwrap());
    }
    for text in [
        "D4: 2 (trivial + E1) + 3 regular",
        "SO(2): spectral(3, C2) + 2 tensor(E1, E2)",
        "D4: 2 induced(C4, A + E1)",
    ] {
        check(&FieldType::parse(text).unwrap());
    }
    let fields = FieldType::parse("D4: 2(trivial+E1)+3 regular").unwrap();
    assert_eq!(
        (fields.blocks().len(), fields.fields(), fields.channels()),
        (2, 5, 2 * 3 + 24)
    );
    for text in ["10", "8 regular + 2 E1", "2 (trivial + E1)"] {
        let fields: Fields = match text.parse() {
            Ok(count) => Fields::regular(count),
            Err(_) => text.parse().unwrap(),
        };
        check(&fields);
    }
    Kernels::ALL.iter().for_each(check);
    NonlinearityKind::ALL.iter().for_each(check);
    for function in ["relu", "elu(0.5)", "leaky relu(0.2)", "softsign"] {
        let parsed: Nonlinearity = function.parse().unwrap();
        let json = serde_json::to_string(&parsed).unwrap();
        assert_eq!(json, format!("\"{function}\""));
        let again: Nonlinearity = serde_json::from_str(&json).unwrap();
        assert_eq!(again.to_string(), function);
    }
    // A group that no name gives back has no text in a file.
    let own = Group::from_text("group own\npermutation a = (1 2 3)").unwrap();
    assert!(
        serde_json::to_string(&own)
            .unwrap_err()
            .to_string()
            .contains("own")
    );
}

#[test]
fn texts_name_groups_of_every_kind() {
    for (text, channels) in [
        ("S5: 2 regular + trivial", 241),
        ("C4 x D3: regular + 2 irrep(4)", 32),
        ("SU(2): 2 irrep(1/2) + irrep(1)", 11),
        ("O(3) x S3: 2 irrep(1- x 2)", 12),
    ] {
        let fields = FieldType::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(fields.channels(), channels, "{text}");
        assert!(fields.group().dimension().is_none(), "{text}");
        let again = FieldType::parse(&fields.to_string());
        assert_eq!(again.unwrap(), fields, "{text}");
    }
    let refused = |text: &str| FieldType::parse(text).unwrap_err().to_string();
    let unknown = refused("X9: regular");
    for part in ["X9", "C<n>v", "SU(2)"] {
        assert!(unknown.contains(part), "{unknown}");
    }
    // What is almost right is said of the group that was meant.
    assert!(refused("C4000: regular").contains("between 1 and 2048"));
    assert!(refused("D0: regular").contains("order of D0"));
}
