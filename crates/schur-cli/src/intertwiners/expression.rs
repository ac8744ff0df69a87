//! Representations as a person writes them: `regular + 2 E`.

use schur_math::{FiniteRepresentation, irrep};

use crate::error::{Result, fail};
use crate::group::source::Source;
use crate::group::{subgroup_image_words, subgroups_named};

/// Most terms with their multiplicities.
pub(super) const MAX_TERMS: usize = 64;

/// A sum of terms, each with an optional multiplicity in front.
pub(super) fn representation(source: &Source, text: &str) -> Result<FiniteRepresentation> {
    let mut sum: Option<FiniteRepresentation> = None;
    let mut count = 0;
    for part in split(text) {
        let (multiplicity, name) = multiplicity(part);
        count += multiplicity;
        if multiplicity == 0 || count > MAX_TERMS {
            return fail(format!(
                "{part:?} in {text:?}: multiplicities are at least 1, and at most {MAX_TERMS} in \
                 sum"
            ));
        }
        let term = term(source, name)?;
        for _ in 0..multiplicity {
            sum = Some(match sum {
                Some(sum) => sum.direct_sum(&term)?,
                None => term.clone(),
            });
        }
    }
    match sum {
        Some(sum) => Ok(sum.with_name(text.trim())),
        None => fail("an empty representation; write for example regular, or trivial + 2 E"),
    }
}

/// The terms between signs `+` that stand outside brackets and have spaces around them.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    let parts = outside_brackets(text, " + ");
    parts.into_iter().filter(|part| !part.is_empty())
}

/// The parts between separators that stand outside brackets.
pub(super) fn outside_brackets<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut depth, mut first, mut parts) = (0_usize, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && at >= first && text[at..].starts_with(separator) => {
                parts.push(text[first..at].trim());
                first = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(text[first..].trim());
    parts
}

/// `2 E` is twice `E`; the name may begin with a digit, as `3'`.
pub(super) fn multiplicity(part: &str) -> (usize, &str) {
    match part.split_once(' ') {
        Some((digits, name)) => match digits.parse() {
            Ok(multiplicity) => (multiplicity, name.trim()),
            Err(_) => (1, part),
        },
        None => (1, part),
    }
}

fn term(source: &Source, name: &str) -> Result<FiniteRepresentation> {
    let group = source.group();
    let quotient = name
        .strip_prefix("quotient(")
        .and_then(|rest| rest.strip_suffix(')'));
    if let Some(subgroup) = quotient {
        return quotient_by(source, subgroup.trim());
    }
    match name {
        "regular" => Ok(FiniteRepresentation::regular(group)),
        "trivial" => Ok(FiniteRepresentation::trivial(group)),
        "defining" => source.defining(),
        _ => match irrep(group, name) {
            Ok(irrep) => Ok(irrep.representation().clone()),
            Err(error) => fail(format!(
                "{error}; or write regular, trivial, defining or quotient(SUBGROUP)"
            )),
        },
    }
}

/// Functions on the cosets of a subgroup, `C2` or, if there are several of that name, `C2#1`.
fn quotient_by(source: &Source, text: &str) -> Result<FiniteRepresentation> {
    let group = source.group();
    let (name, number) = match text.split_once('#') {
        Some((name, number)) => (name, Some(number)),
        None => (text, None),
    };
    let classes = subgroups_named(group, name)?;
    let index = match number {
        None if classes.len() == 1 => Some(0),
        None => None,
        Some(number) => number.parse().ok().and_then(|n: usize| n.checked_sub(1)),
    };
    match index.and_then(|index| classes.get(index)) {
        Some((class, _)) => Ok(FiniteRepresentation::quotient(
            group,
            class.representative(),
        )?),
        None => {
            let numbered = classes.iter().enumerate().map(|(i, (_, inclusion))| {
                let images = subgroup_image_words(inclusion);
                format!("quotient({name}#{}) ({images})", i + 1)
            });
            fail(format!(
                "{group} has {} classes of subgroups {name}; write {}",
                classes.len(),
                numbered.collect::<Vec<_>>().join(" or ")
            ))
        }
    }
}
