//! Subgroups by name.

use schur_math::{Group, Inclusion, SubgroupClass};

use crate::error::{Result, fail};

/// The classes of subgroups of `group` that are isomorphic to the group of that name, each with
/// an inclusion of that group. At least one.
pub(crate) fn find(group: &Group, name: &str) -> Result<Vec<(SubgroupClass, Inclusion)>> {
    let wanted = Group::parse(name)?;
    let mut found = Vec::new();
    let classes = group.subgroup_classes()?;
    for class in classes
        .iter()
        .filter(|class| class.order() == wanted.order())
    {
        let inclusion = class.representative().inclusion();
        if let Some(isomorphism) = wanted.isomorphism_to(inclusion.source())? {
            let map = isomorphism.then(inclusion.homomorphism())?;
            found.push((class.clone(), Inclusion::new(map)?));
        }
    }
    if found.is_empty() {
        let mut known: Vec<String> = classes
            .iter()
            .filter_map(|class| {
                class
                    .representative()
                    .inclusion()
                    .source()
                    .isomorphism_name()
            })
            .collect();
        known.dedup();
        return fail(format!(
            "{group} has no subgroup {name}; it has {}",
            known.join(", ")
        ));
    }
    Ok(found)
}

/// Where the generators of the smaller group go: `r -> (1 2 3), s -> (1 2)`.
pub(crate) fn images(inclusion: &Inclusion) -> String {
    let (small, large) = (inclusion.source(), inclusion.target());
    let image = |&g| {
        let image = large.element_name(inclusion.apply(g));
        format!("{} → {image}", small.element_name(g))
    };
    let images: Vec<String> = small.generators().iter().map(image).collect();
    match images.is_empty() {
        true => "the identity alone".to_string(),
        false => images.join(", "),
    }
}
