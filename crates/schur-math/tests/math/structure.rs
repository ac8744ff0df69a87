//! Homomorphisms, subgroups up to conjugacy, quotients, recognition.

use schur_math::{Group, Homomorphism, Inclusion, MathError};

use crate::support::groups::finite as group;

/// Numbers of subgroups and of their classes (Holt, Eick and O'Brien 2005; OEIS A005432,
/// A000638 for S_n).
#[test]
fn numbers_of_subgroups() {
    for (name, subgroups, classes) in [
        ("S3", 6, 4),
        ("S4", 30, 11),
        ("S5", 156, 19),
        ("A4", 10, 5),
        ("A5", 59, 9),
        ("Q8", 6, 6),
        ("C2 x C2 x C2 x C2 x C2 x C2", 2825, 2825),
        ("Oh", 98, 33),
        ("Ih", 164, 22),
    ] {
        let found = group(name).subgroup_classes().unwrap();
        let members: usize = found.iter().map(|class| class.members().len()).sum();
        assert_eq!((members, found.len()), (subgroups, classes), "{name}");
        assert_eq!(group(name).subgroups().unwrap().len(), subgroups);
        for class in &found {
            let normal = class.members().iter().all(|member| member.is_normal());
            assert_eq!(class.is_normal(), normal, "{name}");
            assert_eq!(group(name).order() % class.order(), 0, "Lagrange");
        }
    }
    let many = group("C2 x C2 x C2 x C2 x C2 x C2 x C2").subgroups();
    assert!(matches!(many, Err(MathError::TooLarge { .. })));
}

#[test]
fn recognition() {
    for (name, expected) in [
        ("C1", "C1"),
        ("D1", "C2"),
        ("D2", "C2 x C2"),
        ("C4 x C6", "C2 x C12"),
        ("C2 x C3", "C6"),
        ("S3", "D3"),
        ("D3 x C2", "D6"),
        ("Dic1", "C4"),
        ("Dic3", "Dic3"),
        ("Q8", "Q8"),
        ("T", "A4"),
        ("O", "S4"),
        ("I", "A5"),
        ("Td", "S4"),
        ("Th", "A4 x C2"),
        ("Ih", "A5 x C2"),
        ("D4 x C3", "D4 x C3"),
        ("S3 x S3", "D3 x D3"),
        ("C4 x C2 x Q8", "Q8 x C2 x C4"),
    ] {
        let found = group(name).isomorphism_name();
        assert_eq!(found.as_deref(), Some(expected), "{name}");
    }
    // The modular group of order 16 has the same element orders as C8 x C2.
    let table: Vec<Vec<usize>> = (0..16)
        .map(|p| {
            let product = |q: usize| {
                let (i, f, j, g) = (p % 8, p / 8, q % 8, q / 8);
                let twisted = if f == 1 { 5 * j } else { j };
                (i + twisted) % 8 + 8 * (f ^ g)
            };
            (0..16).map(product).collect()
        })
        .collect();
    let modular = Group::from_cayley_table("M16", &table).unwrap();
    assert_eq!(modular.isomorphism_name(), None);
}

#[test]
fn recognised_groups_are_isomorphic() {
    for name in ["Oh", "D4 x C3", "Dic6", "S5"] {
        let group = group(name);
        let target = Group::parse(&group.isomorphism_name().unwrap()).unwrap();
        let map = group.isomorphism_to(&target).unwrap().unwrap();
        let images = group.elements().map(|g| map.apply(g).index()).collect();
        let again = Homomorphism::new(&group, &target, images).unwrap();
        assert!(again.is_injective() && again.is_surjective());
    }
    assert!(group("D4").isomorphism_to(&group("Q8")).unwrap().is_none());
    assert!(group("D4").isomorphism_to(&group("D5")).unwrap().is_none());
}

#[test]
fn inclusions_and_quotients() {
    let s4 = group("S4");
    for class in s4.subgroup_classes().unwrap() {
        let subgroup = class.representative();
        let inclusion = subgroup.inclusion();
        assert_eq!(&inclusion.image(), subgroup);
        let images = inclusion
            .source()
            .elements()
            .map(|h| inclusion.apply(h).index());
        let checked = Homomorphism::new(inclusion.source(), &s4, images.collect()).unwrap();
        assert_eq!(&Inclusion::new(checked).unwrap(), &inclusion);
        let quotient = s4.quotient(subgroup);
        assert_eq!(quotient.is_ok(), class.is_normal());
        if let Ok(projection) = quotient {
            assert_eq!(&projection.kernel(), subgroup);
            assert_eq!(projection.target().order(), subgroup.index());
            let target = projection.target();
            let images = s4.elements().map(|g| projection.apply(g).index());
            assert!(Homomorphism::new(&s4, target, images.collect()).is_ok());
        }
    }
    let names: Vec<Option<String>> = s4
        .subgroup_classes()
        .unwrap()
        .iter()
        .filter_map(|class| s4.quotient(class.representative()).ok())
        .map(|projection| projection.target().isomorphism_name())
        .collect();
    assert_eq!(
        names,
        ["S4", "D3", "C2", "C1"].map(|name| Some(name.into()))
    );
}

#[test]
fn homomorphisms_from_generators() {
    let (d6, d3) = (group("D6"), group("D3"));
    let [r, s] = [1, 3].map(|k| d3.element(k).unwrap());
    let folding = Homomorphism::from_generators(&d6, &d3, &[r, s]).unwrap();
    assert_eq!(folding.kernel().to_string(), "{e, r^3}");
    assert_eq!(folding.image().order(), 6);
    let projection = d3.quotient(&d3.subgroup_generated(&[r])).unwrap();
    let both = folding.then(&projection).unwrap();
    assert_eq!((both.kernel().order(), both.target().order()), (6, 2));
    assert!(projection.then(&folding).is_err());
    // r has order 2 as an image, s order 3: no homomorphism.
    let error = Homomorphism::from_generators(&d6, &d3, &[s, r]).unwrap_err();
    assert!(error.to_string().contains("group homomorphism fails at ("));
    assert!(Homomorphism::from_generators(&d6, &d3, &[r]).is_err());
    let error = Inclusion::new(folding).unwrap_err().to_string();
    assert!(error.contains("maps r^3 to the identity"), "{error}");
    let mirror = d3.subgroup_generated(&[s]);
    let error = d3.quotient(&mirror).unwrap_err().to_string();
    assert!(error.contains("conjugating s by r leaves it"), "{error}");
}

#[test]
fn derived_subgroups_and_exponents() {
    for (name, derived, exponent) in [
        ("C12", 1, 12),
        ("D4", 2, 4),
        ("S4", 12, 12),
        ("A4", 4, 6),
        ("A5", 60, 30),
        ("Q8", 2, 4),
        ("D3 x C4", 3, 12),
    ] {
        let group = group(name);
        let subgroup = group.derived_subgroup();
        assert_eq!((subgroup.order(), group.exponent()), (derived, exponent));
        assert!(group.quotient(&subgroup).unwrap().target().is_abelian());
    }
}
