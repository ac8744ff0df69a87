//! An element of a network's group, by the name that is printed of it.

use schur_math::PlaneIsometry;
use schur_nn::{AnyRepresentation, GroupElement, Layer, Network};

use crate::error::{Result, fail};

/// An element of the network's group by name; as it stands, the first that does something.
pub(super) fn element(network: &Network, name: Option<&str>) -> Result<GroupElement> {
    let group = network.group();
    let plane = group.plane();
    let elements: Vec<GroupElement> = match plane {
        Some(plane) => (plane.test_elements().into_iter())
            .map(|g| GroupElement::of_plane(plane, g))
            .collect(),
        None => network.input_type().group().test_elements(),
    };
    let Some(name) = name else {
        return match elements.get(1) {
            Some(g) => Ok(g.clone()),
            None => fail(format!(
                "the network's group {group} has no element but the identity; train one with \
                 another --group"
            )),
        };
    };
    let named = elements.iter().find(|g| g.to_string() == name);
    let turned = || {
        let plane = plane?;
        let g = of_angle(name).filter(|g| plane.contains(g))?;
        Some(GroupElement::of_plane(plane, g))
    };
    if let Some(g) = named.cloned().or_else(turned) {
        return Ok(g);
    }
    let names = match plane.filter(|plane| plane.finite().is_none()) {
        None => {
            let names: Vec<String> = elements.iter().map(GroupElement::to_string).collect();
            names.join(", ")
        }
        Some(plane) if plane.has_mirrors() => {
            "r(DEGREES) of any number, s, and both, for example 'r(45) s'".to_string()
        }
        Some(_) => "r(DEGREES) of any number, for example r(45)".to_string(),
    };
    fail(format!(
        "--element: {group} has no element `{name}`; it has {names}"
    ))
}

/// `r(DEGREES)`, `s`, or one after the other, as elements of continuous groups are printed, with or
/// without the sign of degrees.
fn of_angle(name: &str) -> Option<PlaneIsometry> {
    let name = name.trim();
    let (turn, mirrored) = match name.strip_suffix('s') {
        Some(rest) => (rest.trim_end(), true),
        None => (name, false),
    };
    let degrees = match (turn, mirrored) {
        ("e", false) | ("", true) => 0.0,
        _ => {
            let number = turn.strip_prefix("r(")?.strip_suffix(')')?;
            number.trim().trim_end_matches('°').trim().parse().ok()?
        }
    };
    PlaneIsometry::new(f64::to_radians(degrees), mirrored).ok()
}

/// The names of the group's elements, if the components of a field are these: of a representation that
/// permutes them as the group multiplies, `ρ(g) e_1 = e_g`. None of other fields.
pub(super) fn names_of_components(field: &AnyRepresentation) -> Vec<String> {
    let elements = field.group().test_elements();
    let is_image = |(row, g): (usize, &GroupElement)| {
        // One of the entries 0 and 1 of a permutation.
        field.matrix(g).is_ok_and(|matrix| matrix.row(row)[0] > 0.5)
    };
    let is_regular = field.is_permutation()
        && field.dim() == elements.len()
        && elements.iter().enumerate().all(is_image);
    match is_regular {
        true => elements.iter().map(|g| g.name().to_string()).collect(),
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use schur_nn::GridGroup;

    use super::{names_of_components, of_angle};

    #[test]
    fn components_are_elements_whatever_the_name() {
        let names = |group: &str, field: &str| {
            let group = GridGroup::parse(group).unwrap();
            names_of_components(&group.representation(field).unwrap())
        };
        assert_eq!(names("D2", "regular"), ["e", "r", "s", "r s"]);
        assert_eq!(names("D2", "induced(C1, trivial)"), names("D2", "regular"));
        assert_eq!(names("Oh", "regular").len(), 48);
        // As many components, none of which is an element.
        for (group, field) in [("D4", "quotient(C2)"), ("C3", "A + E1"), ("SO(2)", "E1")] {
            assert!(names(group, field).is_empty(), "{group}: {field}");
        }
    }

    #[test]
    fn what_is_printed_of_an_element_is_read() {
        for (name, printed) in [
            ("r(315°)", "r(315°)"),
            ("r(-45)", "r(315°)"),
            ("r( 22.5 ) s", "r(22.5°) s"),
            ("s", "r(0°) s"),
            ("e", "r(0°)"),
        ] {
            let found = of_angle(name).map(|g| g.to_string());
            assert_eq!(found.as_deref(), Some(printed), "{name}");
        }
        for name in ["", "r", "r()", "r(nan)", "r(inf)", "r(x°)", "t(3)", "r(3"] {
            assert_eq!(of_angle(name), None, "{name}");
        }
    }
}
