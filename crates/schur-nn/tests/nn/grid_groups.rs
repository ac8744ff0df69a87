//! Groups of images and volumes as text, in field types, configs and checkpoints.

use burn::tensor::Device;
use schur_math::{PlanarGroup, SpatialGroup};
use schur_nn::network::Fields;
use schur_nn::{FieldType, GridGroup, Layer, NetworkConfig};

use crate::support::grid;

/// All families, with the orientations that they can have.
const PLANE: [&str; 8] = [
    "C1", "C8", "D1", "D4", "D4@22.5", "SO(2)", "O(2)", "O(2)@45",
];
const SPACE: [&str; 44] = [
    "C1 in space",
    "C4 in space",
    "D1 in space",
    "D4 in space",
    "D4@45 in space",
    "SO(2) in space",
    "O(2) in space",
    "O(2)@30 in space",
    "C4@45 in space",
    "C4@0,90,0",
    "D4@0,90,0",
    "D3@17,40,5",
    "SO(2)@0,90,0",
    "O(2)@0,90,0",
    "Cs",
    "Cs@0,90,0",
    "Ci",
    "S4",
    "S6",
    "C2h",
    "C4h",
    "C1v",
    "C4v",
    "C3v@45,54.735610317,90",
    "D2h",
    "D4h",
    "D2d",
    "D3d",
    "T",
    "O",
    "O@45",
    "I",
    "Td",
    "Th",
    "Oh",
    "Ih",
    "Ih@17,40,5",
    "cone",
    "cone@0,90,0",
    "cylinder",
    "full cylinder",
    "full cylinder@0,90,0",
    "SO(3)",
    "O(3)",
];

#[test]
fn groups_are_read_as_they_print() {
    for (texts, dimension) in [(&PLANE[..], 2), (&SPACE[..], 3)] {
        for text in texts {
            let group = grid(text);
            assert_eq!(
                (group.to_string().as_str(), group.dimension()),
                (*text, dimension)
            );
            let json = serde_json::to_string(&group).unwrap();
            assert_eq!(json, format!("{text:?}"));
            assert_eq!(serde_json::from_str::<GridGroup>(&json).unwrap(), group);
            // The suffix stands where the plane would understand the name but for its axis, and
            // nowhere else.
            if let Some(space) = group.space() {
                let (base, axis) = space.name().split_once('@').unwrap_or((space.name(), ""));
                let is_planar = PlanarGroup::parse(base).is_ok() && !axis.contains(',');
                assert_eq!(is_planar, text.ends_with(" in space"), "{text}");
                let plain: SpatialGroup = space.name().parse().unwrap();
                assert_eq!(&plain, space, "{text}");
            }
        }
    }
    // Spaces and case as in the names of either kind.
    for (text, same) in [
        (" so2 ", "SO(2)"),
        ("so3", "SO(3)"),
        ("oh", "Oh"),
        ("C4  in space", "C4 in space"),
        ("Oh in space", "Oh"),
        ("C4@x", "C4@0,90,0"),
    ] {
        assert_eq!(grid(text), grid(same), "{text}");
    }
    for text in PLANE {
        let space = grid(text).in_space().unwrap();
        assert_eq!(space.dimension(), 3);
        assert_eq!(space.to_string(), format!("{text} in space"));
        assert_eq!(space.in_space().unwrap(), space);
        assert!(!space.contains_group(&grid(text)) && !grid(text).contains_group(&space));
    }
}

#[test]
fn field_types_are_read_as_they_print() {
    for text in PLANE.iter().chain(&SPACE) {
        let group = grid(text);
        let again = |fields: &str| {
            let fields = FieldType::parse_blocks(&group, fields).unwrap();
            let printed = fields.to_string();
            assert!(printed.starts_with(&format!("{text}: ")), "{printed}");
            let read = FieldType::parse(&printed).unwrap();
            assert_eq!((read.to_string(), &read), (printed, &fields));
            fields
        };
        let vectors = again("2 trivial + 1 defining");
        assert_eq!(vectors.channels(), 2 + group.dimension());
        assert_eq!(vectors.group().name(), *text);
        again("spectral(1) + 2 (trivial + defining) + tensor(defining, defining)");
        again(&format!(
            "restricted({}, defining)",
            match &group {
                GridGroup::Plane(plane) => plane.name(),
                GridGroup::Space(space) => space.name(),
            }
        ));
        if group.finite().is_some_and(|group| group.order() <= 48) {
            again("2 regular + 3 quotient(C1) + induced(C1, trivial)");
        }
        let irreps: Vec<String> = match &group {
            GridGroup::Plane(group) => names(group),
            GridGroup::Space(group) => names(group),
        };
        for name in irreps {
            let short = again(&format!("2 {name}"));
            let long = again(&format!("2 irrep({name})"));
            assert_eq!(short.to_string(), format!("{text}: 2 irrep({name})"));
            assert_eq!(short, long);
        }
    }
}

/// The names of all irreps of low degree.
fn names<G: schur_math::SymmetryGroup>(group: &G) -> Vec<String>
where
    G::Irrep: std::fmt::Display,
{
    let irreps = group.irreps(2).unwrap();
    irreps.iter().map(ToString::to_string).collect()
}

/// The dimensions that mathematics gives.
#[test]
fn representations_in_space() {
    for (text, channels) in [
        ("Oh: 2 regular + 4 trivial + 1 irrep(T1u)", 2 * 48 + 4 + 3),
        (
            "O: 2 quotient(C4) + quotient(D4) + quotient(T)",
            2 * 6 + 3 + 2,
        ),
        ("Oh: quotient(C3v@45,54.735610317,90)", 8),
        ("D4@0,90,0: quotient(C4) + quotient(C2@90)", 2 + 4),
        ("D4@45: quotient(D1) + quotient(D1@90)", 4 + 4),
        (
            "SO(3): spectral(2) + 2 spectral(3, SO(2)) + 1 + 2",
            35 + 2 * 16 + 3 + 5,
        ),
        ("O(3): spectral(1) + 3 1- + 2 0+", 2 * 10 + 3 * 3 + 2),
        (
            "O(3): induced(SO(3), 1) + tensor(1-, 1-) + harmonics(2)",
            6 + 9 + 5,
        ),
        ("O: restricted(SO(3), 2) + defining", 5 + 3),
        ("cone: 2 E1 + induced(SO(2), E2)", 4 + 4),
    ] {
        let fields = FieldType::parse(text).unwrap();
        assert_eq!(fields.channels(), channels, "{text}");
        let again = FieldType::parse(&fields.to_string()).unwrap();
        assert_eq!(again, fields, "{text}");
        assert_eq!(again.to_string(), fields.to_string());
    }
    // Functions on the cosets of one mirror and of another are different fields.
    let [first, second] = ["quotient(D1)", "quotient(D1@90)"]
        .map(|name| FieldType::parse(&format!("D4@45: {name}")).unwrap());
    assert_ne!(first, second);
    // Subgroups of a group of space are of space, whether they say so or not.
    for (text, same) in [
        (
            "D4 in space: quotient(C4 in space)",
            "D4 in space: quotient(C4)",
        ),
        ("O: induced(D4 in space, A2)", "O: induced(D4, A2)"),
    ] {
        assert_eq!(
            FieldType::parse(text).unwrap(),
            FieldType::parse(same).unwrap()
        );
    }
    // The plane has other groups of the same names.
    assert_ne!(
        FieldType::parse("D4: regular").unwrap(),
        FieldType::parse("D4 in space: regular").unwrap()
    );
}

#[test]
fn what_is_no_group_or_representation_says_what_is() {
    for (text, parts) in [
        ("X9: regular", &["`X9`", "D<n>", "Oh", "C4 in space"][..]),
        ("C4 in spce: regular", &["`C4 in spce`", "C4 in space"]),
        ("X9 in space: regular", &["X9", "C<n>v"]),
        ("C4@45: regular", &["C4@45", "no mirrors"]),
        ("C0: regular", &["C0", "between 1 and"]),
        ("A5: defining", &["A5", "no irrep \"defining\""]),
        ("SU(2): spectral(1)", &["spectral(1)", "SU(2)"]),
        ("SO(3): regular", &["SO(3)", "spectral"]),
        ("Oh: 2 T1", &["Oh has no irrep", "T1u"]),
        ("Oh: harmonic(2)", &["harmonic(2)", "harmonics(DEGREE)"]),
        ("C4: harmonics(2)", &["harmonics(2)", "irrep(NAME)"]),
        ("O: quotient(C5)", &["C5", "O"]),
        ("SO(3): induced(SO(2), E1)", &["SO(3)", "infinite"]),
        ("SO(3): spectral(100)", &["band-limited"]),
        ("SO(3): spectral(1000)", &["1000", "256"]),
    ] {
        let error = FieldType::parse(text).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "{text}: `{part}` is not in: {error}");
        }
    }
}

#[test]
fn configs_have_groups_of_space() {
    let config: NetworkConfig = toml::from_str("group = \"Oh\"").unwrap();
    assert_eq!(config.group, grid("Oh"));
    for text in ["C4 in space", "C4@0,90,0", "SO(3)", "D4@22.5"] {
        let config = NetworkConfig {
            group: grid(text),
            ..NetworkConfig::default()
        };
        let written = toml::to_string(&config).unwrap();
        assert!(
            written.contains(&format!("group = \"{text}\"")),
            "{written}"
        );
        assert_eq!(toml::from_str::<NetworkConfig>(&written).unwrap(), config);
    }
    let error = toml::from_str::<NetworkConfig>("group = \"X9\"").unwrap_err();
    assert!(error.to_string().contains("unknown group `X9`"), "{error}");
    let fields: Fields = "2 T1u + 3 quotient(C4)".parse().unwrap();
    assert_eq!(fields.of(grid("Oh")).unwrap().channels(), 2 * 3 + 3 * 12);
}

/// In a network for volumes a subgroup is one of space, whether it says so or not.
#[test]
fn descriptions_of_networks_restrict_to_groups_of_space() {
    let read = |subgroup: &str| -> NetworkConfig {
        let text = format!(
            "group = \"O\"\n[[blocks]]\nfields = 2\nkernel = 3\nrestrict = \"{subgroup}\"\n\
             [[blocks]]\nfields = \"2 regular + quotient(C4)\"\nkernel = 3\n"
        );
        toml::from_str(&text).unwrap()
    };
    for subgroup in ["D4", "D4 in space"] {
        let config = read(subgroup);
        let network = config.init(0, &Device::flex()).unwrap();
        assert_eq!(network.output_type().group().name(), "D4 in space");
        assert_eq!(network.parameters(), config.parameters().unwrap());
        let fitted = config.with_parameter_budget(20_000).unwrap();
        let parameters = fitted.parameters().unwrap();
        assert!(parameters <= 20_000 && parameters > 18_000, "{parameters}");
    }
    let error = read("D5").parameters().unwrap_err().to_string();
    assert!(
        error.contains("blocks#1.restrict") && error.contains("D5"),
        "{error}"
    );
}
