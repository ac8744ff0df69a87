//! A group by its name, or from a file in the text format.

use std::path::Path;

use schur_math::{
    FiniteRepresentation, Group, GroupDefinition, MatrixGroup, PermutationGroup, PlanarGroup,
    PlanarRepresentation, Polyhedral,
};

use crate::error::{CliError, Result, fail};

/// A group and how it was given.
pub(crate) struct Source {
    group: Group,
    /// `None` for a group by its name.
    definition: Option<GroupDefinition>,
}

impl Source {
    /// The group of that name; if there is none, that of the file.
    pub(crate) fn load(name: &str) -> Result<Self> {
        let unknown = match Group::parse(name) {
            Ok(group) => {
                let definition = None;
                return Ok(Self { group, definition });
            }
            Err(error) => error,
        };
        let path = Path::new(name);
        let standard_input = name == "-";
        // A pipe is no regular file.
        if !standard_input && (!path.exists() || path.is_dir()) {
            let looks_like_a_file = name.contains(['/', '.']);
            return match looks_like_a_file {
                true => fail(format!(
                    "{name} is neither the name of a group nor a file; `schur group --help` \
                     describes both"
                )),
                false => fail(format!(
                    "{unknown}; SO(2), O(2), SO(3), O(3) and SU(2) are groups too, and factors as \
                     in C2 x SO(3)"
                )),
            };
        }
        let text = match standard_input {
            true => std::io::read_to_string(std::io::stdin()),
            false => std::fs::read_to_string(path),
        };
        let text = text.map_err(|e| CliError::io("reading", path, &e))?;
        let definition = GroupDefinition::from_text(&text)
            .map_err(|e| CliError::Message(format!("{name}: {e}")))?;
        Ok(Self {
            group: definition.group().clone(),
            definition: Some(definition),
        })
    }

    /// A group that is there already.
    pub(crate) fn of(group: &Group) -> Self {
        Self {
            group: group.clone(),
            definition: None,
        }
    }

    pub(crate) fn group(&self) -> &Group {
        &self.group
    }

    /// The representation that defines the group: matrices on the plane or in space, or the
    /// permutations of the points.
    pub(crate) fn defining(&self) -> Result<FiniteRepresentation> {
        let found = match &self.definition {
            Some(definition) => definition.defining()?,
            None => named_defining(&self.group)?,
        };
        match found {
            Some(rho) => Ok(rho),
            None => fail(format!(
                "{} has no defining representation; use regular, trivial, quotient(...) or an \
                 irrep",
                self.group
            )),
        }
    }
}

fn named_defining(group: &Group) -> Result<Option<FiniteRepresentation>> {
    if let Ok(planar) = PlanarGroup::new(group) {
        return Ok(PlanarRepresentation::defining(&planar).finite().cloned());
    }
    let kind = Polyhedral::ALL
        .into_iter()
        .find(|kind| kind.name() == group.name());
    if let Some(kind) = kind {
        return Ok(Some(MatrixGroup::polyhedral(kind).representation()?));
    }
    let degree = |letter| group.name().strip_prefix(letter)?.parse().ok();
    let permutations = match (degree('S'), degree('A')) {
        (Some(n), _) => PermutationGroup::symmetric(n)?,
        (_, Some(n)) => PermutationGroup::alternating(n)?,
        _ => return Ok(None),
    };
    Ok(Some(FiniteRepresentation::of_action(
        &permutations.action(),
    )?))
}
