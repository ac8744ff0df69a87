//! A group by its name, or from a file in the text format.

use std::path::Path;

use schur_math::{
    CompactGroup, Family, FiniteRepresentation, Group, GroupDefinition, MatrixGroup,
    PermutationGroup, PlanarGroup, PlanarRepresentation,
};
use schur_nn::AnyGroup;

use crate::error::{CliError, Result, fail};

/// Most factors: the irreps of a product are as many as those of its factors multiplied.
const MAX_FACTORS: usize = 4;

/// What the name of a group stands for.
pub(crate) enum Named {
    /// A finite group by itself, with no action: of this name, or from a file.
    Abstract(Source),
    /// What [`AnyGroup::parse`] finds otherwise: a group of the plane or of space, or a product.
    Other(AnyGroup),
}

impl Named {
    /// The abstract group of that name, that of the file, or another group of that name, whichever
    /// is there first.
    pub(crate) fn load(name: &str) -> Result<Self> {
        let is_abstract = name == "-" || Group::parse(name).is_ok() || Path::new(name).is_file();
        let compact = |_| CompactGroup::parse(name).map(|group| AnyGroup::from(&group));
        // Names such as `axial` are those of factors alone.
        match AnyGroup::parse(name).or_else(compact) {
            Ok(group) if !is_abstract => {
                let factors = (group.get::<CompactGroup>()).map_or(1, |of| of.factors().len());
                if factors > MAX_FACTORS {
                    return fail(format!(
                        "{group} has {factors} factors; take at most {MAX_FACTORS}"
                    ));
                }
                Ok(Self::Other(group))
            }
            // Its error is about all kinds.
            _ => Ok(Self::Abstract(Source::load(name)?)),
        }
    }
}

/// A finite group and how it was given.
pub(crate) struct Source {
    group: Group,
    /// `None` for a group by its name.
    definition: Option<GroupDefinition>,
}

impl Source {
    /// The group of that name; if there is none, that of the file.
    fn load(name: &str) -> Result<Self> {
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
            None => family_defining(&self.group)?,
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

/// What the elements of a family do by their making.
fn family_defining(group: &Group) -> Result<Option<FiniteRepresentation>> {
    let permutations = match group.family() {
        Family::Cyclic(_) | Family::Dihedral(_) => {
            let vectors = PlanarRepresentation::defining(&PlanarGroup::new(group)?);
            return Ok(vectors.finite().cloned());
        }
        Family::Polyhedral(kind) => {
            return Ok(Some(MatrixGroup::polyhedral(kind).representation()?));
        }
        Family::Symmetric(n) => PermutationGroup::symmetric(n)?,
        Family::Alternating(n) => PermutationGroup::alternating(n)?,
        _ => return Ok(None),
    };
    Ok(Some(FiniteRepresentation::of_action(
        &permutations.action(),
    )?))
}
