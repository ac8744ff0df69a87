//! Names of representations of finite groups.

use schur_math::{
    Family, FiniteRepresentation, Group, Inclusion, NamedGroup, PlanarGroup, PlanarIrrep,
    PointGroup, Representation, RepresentationText, RepresentationWords, Schoenflies, SpatialGroup,
    SpatialIrrep, SymmetryIrrep, irrep,
};

use crate::error::{CliError, Result, fail};
use crate::group::source::Source;
use crate::group::{subgroup_image_words, subgroups_named};

/// The sum of named representations that a text describes, as in [`RepresentationText`].
pub(super) fn representation(source: &Source, text: &str) -> Result<FiniteRepresentation> {
    let rho = text.parse::<RepresentationText>()?.of(&Words(source))?;
    Ok(rho.with_name(text.trim()))
}

struct Words<'a>(&'a Source);

impl RepresentationWords for Words<'_> {
    type Representation = FiniteRepresentation;
    type Error = CliError;

    fn name(&self, name: &str) -> Result<FiniteRepresentation> {
        let group = self.0.group();
        match name {
            "regular" => Ok(FiniteRepresentation::regular(group)),
            "trivial" => Ok(FiniteRepresentation::trivial(group)),
            "defining" => self.0.defining(),
            _ => match irrep(group, name) {
                Ok(irrep) => Ok(irrep.representation().clone()),
                Err(error) => fail(format!(
                    "{error}; or write regular, trivial, defining, quotient(SUBGROUP), \
                     induced(SUBGROUP, ...), tensor(..., ...), of a group of the plane or of \
                     space also spectral(BAND) and restricted(GROUP, ...), of space harmonics(DEGREE)"
                )),
            },
        }
    }

    fn of(&self, word: &str, arguments: &[&str]) -> Result<FiniteRepresentation> {
        let group = self.0.group();
        match (word, arguments) {
            ("irrep", [name]) => self.name(name),
            ("quotient", [subgroup]) => {
                let subgroup = inclusion(group, word, subgroup)?.image();
                Ok(FiniteRepresentation::quotient(group, &subgroup)?)
            }
            ("induced", [subgroup, inner]) => {
                let inclusion = inclusion(group, word, subgroup)?;
                let inner = representation(&Source::of(inclusion.source()), inner)?;
                Ok(FiniteRepresentation::induced_from(&inclusion, &inner)?)
            }
            ("tensor", [first, more @ ..]) => {
                let mut product = representation(self.0, first)?;
                for factor in more {
                    product = product.tensor_product(&representation(self.0, factor)?)?;
                }
                Ok(product)
            }
            ("spectral" | "restricted" | "harmonics", _) => {
                let text = format!("{word}({})", arguments.join(", "));
                // One from a file has no place in space.
                match group.family() {
                    Family::Polyhedral(kind) => {
                        let space = SpatialGroup::new(Schoenflies::Polyhedral(kind))?;
                        acting::<SpatialIrrep>(group, &space, text)
                    }
                    _ => acting::<PlanarIrrep>(group, &PlanarGroup::new(group)?, text),
                }
            }
            _ => self.name(&format!("{word}({})", arguments.join(", "))),
        }
    }

    fn sum(
        &self,
        left: &FiniteRepresentation,
        right: &FiniteRepresentation,
    ) -> Result<FiniteRepresentation> {
        Ok(left.direct_sum(right)?)
    }
}

/// A representation by its name in the plane or in space.
fn acting<I>(group: &Group, place: &I::Group, text: String) -> Result<FiniteRepresentation>
where
    I: SymmetryIrrep<Group: NamedGroup> + Send + Sync + 'static,
{
    let rho = Representation::<I>::parse(place, &text)?;
    let mut matrices = Vec::new();
    for g in place.elements().unwrap_or_default() {
        matrices.push(rho.matrix(&g)?);
    }
    Ok(FiniteRepresentation::from_matrices(group, text, &matrices)?)
}

/// A subgroup by name, `C2` or, if there are several classes of that name, `C2#1`.
fn inclusion(group: &Group, word: &str, text: &str) -> Result<Inclusion> {
    let (name, number) = match text.split_once('#') {
        Some((name, number)) => (name, Some(number)),
        None => (text, None),
    };
    let mut classes = subgroups_named(group, name)?;
    let index = match number {
        None if classes.len() == 1 => Some(0),
        None => None,
        Some(number) => number.parse().ok().and_then(|n: usize| n.checked_sub(1)),
    };
    if let Some(index) = index.filter(|&index| index < classes.len()) {
        return Ok(classes.swap_remove(index).1);
    }
    let numbered = classes.iter().enumerate().map(|(i, (_, inclusion))| {
        let images = subgroup_image_words(inclusion);
        format!("{word}({name}#{}) ({images})", i + 1)
    });
    let count = match classes.len() {
        1 => format!("one class of subgroups {name}"),
        n => format!("{n} classes of subgroups {name}"),
    };
    let none = number.map_or(String::new(), |number| format!(", and no #{number}"));
    fail(format!(
        "{group} has {count}{none}; write {}",
        numbered.collect::<Vec<_>>().join(" or ")
    ))
}
