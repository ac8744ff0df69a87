//! The finite subgroups of O(3) by name.

use schur_math::{
    CompactHomomorphism, FiniteSubgroup, MathError, Representation, SpaceIsometry, SpatialGroup,
    SymmetryGroup,
};

use crate::support::tolerance as bounds;

#[test]
fn orders_and_proper_parts() {
    let mut names: Vec<(String, usize, usize)> = Vec::new();
    for n in 1..=8 {
        names.push((format!("C{n}"), n, n));
        names.push((format!("C{n}v"), 2 * n, n));
        names.push((format!("C{n}h"), 2 * n, n));
        names.push((format!("S{}", 2 * n), 2 * n, n));
        names.push((format!("D{n}"), 2 * n, 2 * n));
        names.push((format!("D{n}h"), 4 * n, 2 * n));
        names.push((format!("D{n}d"), 4 * n, 2 * n));
    }
    for (name, order, proper) in [
        ("Cs", 2, 1),
        ("Ci", 2, 1),
        ("T", 12, 12),
        ("O", 24, 24),
        ("I", 60, 60),
        ("Td", 24, 12),
        ("Th", 24, 12),
        ("Oh", 48, 24),
        ("Ih", 120, 60),
    ] {
        names.push((name.to_string(), order, proper));
    }
    for (name, order, proper) in names {
        let group = SpatialGroup::parse(&name).unwrap();
        let point = group.finite_subgroup().unwrap();
        let group = point.group();
        assert_eq!(group.order(), order, "{name}");
        let found = group
            .elements()
            .filter(|&g| !point.image(g).is_improper())
            .count();
        assert_eq!(found, proper, "{name}");
        // Checked again as a general inclusion.
        let images: Vec<SpaceIsometry> = group.elements().map(|g| *point.image(g)).collect();
        FiniteSubgroup::new(group, &images).unwrap();
        // The inversion is in those that have a centre.
        let inversion = images
            .iter()
            .any(|g| g.distance(&SpaceIsometry::INVERSION) < bounds::DENSE);
        let n: usize = name
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
            .parse()
            .unwrap_or(0);
        let centred = match name.trim_matches(|c: char| c.is_ascii_digit()) {
            "Ci" | "Th" | "Oh" | "Ih" => true,
            kind => match (&kind[..1], &kind[kind.len() - 1..]) {
                ("C" | "D", "h") => n.is_multiple_of(2) && n > 0,
                ("S", _) => n % 4 == 2,
                ("D", "d") => n % 2 == 1,
                _ => false,
            },
        };
        assert_eq!(inversion, centred, "{name}");
    }
}

#[test]
fn polar_vectors_split_as_in_the_character_tables() -> Result<(), MathError> {
    let vector = Representation::irreducible(&SpatialGroup::o3().irrep("1-")?);
    let axial = Representation::irreducible(&SpatialGroup::o3().irrep("1+")?);
    for (name, polar, pseudo) in [
        ("C3v", "A1 + E1", "A2 + E1"),
        ("D4", "A2 + E1", "A2 + E1"),
        ("D2d", "B2 + E1", "A2 + E1"),
        ("C4", "A + E1", "A + E1"),
        ("S4", "B + E1", "A + E1"),
        ("T", "T", "T"),
        ("O", "T1", "T1"),
        ("Td", "T2", "T1"),
        ("Oh", "T1u", "T1g"),
        ("Cs", "2 A' + A''", "A' + 2 A''"),
        ("Ci", "3 Au", "3 Ag"),
        ("C2h", "Au + 2 Bu", "Ag + 2 Bg"),
        ("C3h", "A'' + E'", "A' + E''"),
        ("C4h@x", "Au + Eu", "Ag + Eg"),
        ("S6", "Au + Eu", "Ag + Eg"),
        ("D2h", "B1u + B2u + B3u", "B1g + B2g + B3g"),
        ("D3h@20", "A2'' + E'", "A2' + E''"),
        ("D4h", "A2u + Eu", "A2g + Eg"),
        ("D6h", "A2u + E1u", "A2g + E1g"),
        ("D3d", "A2u + Eu", "A2g + Eg"),
        ("D5d@1,2,3", "A2u + E1u", "A2g + E1g"),
        ("Ih", "T1u", "T1g"),
    ] {
        let group = SpatialGroup::parse(name)?;
        let inclusion = CompactHomomorphism::of_space(&group, &SpatialGroup::o3())?;
        // In whatever order.
        let parts = |text: &str| {
            let mut parts: Vec<String> = text.split(" + ").map(str::to_string).collect();
            parts.sort();
            parts
        };
        for (rho, expected) in [(&vector, polar), (&axial, pseudo)] {
            let found = rho.restricted_along(&inclusion)?.to_string();
            assert_eq!(parts(&found), parts(expected), "{name}");
        }
    }
    Ok(())
}

/// Symbols, with E1 for a lone E, and the names of the abstract group.
#[test]
fn irreps_are_read_by_all_their_names() -> Result<(), MathError> {
    for name in [
        "Cs", "Ci", "C2h", "C3h", "C6h", "S6", "D2h", "D3h", "D4h", "D3d", "D5d", "D12h",
    ] {
        let group = SpatialGroup::parse(name)?;
        let mut names: Vec<String> = Vec::new();
        for irrep in group.irreps(0)? {
            let (symbol, plain) = (irrep.to_string(), irrep.finite().unwrap().name());
            assert_eq!(group.irrep(&symbol)?, irrep, "{name}");
            assert_eq!(group.irrep(plain)?, irrep, "{name}");
            assert!(!names.contains(&symbol), "{name} {symbol}");
            names.push(symbol);
        }
    }
    let group = SpatialGroup::parse("D4h")?;
    assert_eq!(group.irrep("E1u")?, group.irrep("Eu")?);
    assert!(SpatialGroup::parse("D6h")?.irrep("Eu").is_err());
    Ok(())
}

#[test]
fn strange_names_are_refused() {
    for wrong in [
        "", "C", "C0", "S3", "S", "E4", "C4x", "D4hh", "C4@", "C4@u", "C4@1,2", "C4@nan", "Cv",
        "µ", "C0v", "D0h", "S0",
    ] {
        assert!(SpatialGroup::parse(wrong).is_err(), "{wrong}");
    }
    for large in ["C5000", "D99999999999999999999999d", "D1024h"] {
        let error = SpatialGroup::parse(large).unwrap_err();
        assert!(matches!(error, MathError::Order { .. }), "{large} {error}");
    }
}
