//! Images and volumes of one's own with a table of numbers and vectors.

use std::path::Path;

use schur_data::{Pictures, Quantities, TargetFolder, Targets};

use super::listing::{Example, Listing};
use super::{Loaded, asked, loaded, read};
use crate::error::{ErrorKind, Result, fail};
use crate::images::config::DataConfig;
use crate::observer::Observer;

/// All parts, with targets that are standardised by those of the training images, or as the config
/// says.
pub(super) fn load(path: &Path, config: &DataConfig, observer: &dyn Observer) -> Result<Loaded> {
    let folder = TargetFolder::open(path, config.targets.as_deref())?;
    let found = folder.quantities.clone();
    if let Some(known) = config.quantities() {
        let (known, found) = (known?.components(), found.components());
        if known != found {
            return fail(
                ErrorKind::Data,
                format!(
                    "{}: its table has the columns {}, but data.numbers and data.vectors say {}; put the table \
                     back, or start a new run without these entries",
                    path.display(),
                    found.join(", "),
                    known.join(", ")
                ),
            );
        }
    }
    let mut listing = Listing::of_targets(folder);
    let (parts, form) = read(&mut listing, config, observer)?;
    let train = targets(&listing.parts[0], found)?;
    check_directions(&train, config)?;
    let standard = match config.quantities() {
        Some(known) => known?,
        None => train.standard()?,
    };
    let description = format!(
        "{} of {}, {}, {}",
        words(&standard),
        path.display(),
        listing.description,
        form.words()
    );
    let parts = put(parts, &listing.parts, standard)?;
    loaded(parts, Vec::new(), description, config)
}

/// The files to test a trained network on.
pub(super) fn list_test(path: &Path, config: &DataConfig) -> Result<Vec<Example>> {
    let files = TargetFolder::open_test(path, config.targets.as_deref(), &asked(config)?)?;
    Ok(Example::of_targets(files))
}

/// Parts with the targets of their files.
pub(super) fn put(
    parts: Vec<Pictures>,
    files: &[Vec<Example>],
    standard: Quantities,
) -> Result<Vec<Pictures>> {
    let pairs = parts.into_iter().zip(files);
    pairs
        .map(|(part, files)| Ok(part.with_targets(targets(files, standard.clone())?)?))
        .collect()
}

fn targets(files: &[Example], quantities: Quantities) -> Result<Targets> {
    let values = files.iter().flat_map(|file| file.values.iter().copied());
    Ok(Targets::new(quantities, values.collect())?)
}

/// Refuses vectors that are one and the same on images that are not turned: there is nothing to learn.
fn check_directions(train: &Targets, config: &DataConfig) -> Result<()> {
    if config.augment || config.rotated {
        return Ok(());
    }
    let asked = train.quantities();
    for (name, place) in asked.places().skip(asked.numbers().len()) {
        let first = &train.row(0)[place.clone()];
        if (1..train.len()).all(|i| train.row(i)[place.clone()] == *first) {
            return fail(
                ErrorKind::Data,
                format!(
                    "targets: `{name}` is the same vector {first:?} in all training images, so that there is \
                     nothing to learn; take it out of the table, or turn the images with --rotated or --augment"
                ),
            );
        }
    }
    Ok(())
}

/// How many numbers and vectors, and their names.
fn words(asked: &Quantities) -> String {
    let of = |names: &[String], one: &str| match names.len() {
        0 => None,
        1 => Some(format!("1 {one} ({})", names[0])),
        n => Some(format!("{n} {one}s ({})", names.join(", "))),
    };
    let both = [of(asked.numbers(), "number"), of(asked.vectors(), "vector")];
    let mut text = both.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    if let Some((x, y)) = like_a_vector(asked.numbers()) {
        text += &format!(
            " (`{x}` and `{y}` stay as they are when the image turns; if they are a direction, call them \
             `NAME_x` and `NAME_y`)"
        );
    }
    text
}

/// Two numbers whose names differ by an x in place of a y, and are not read as a vector.
fn like_a_vector(names: &[String]) -> Option<(&str, &str)> {
    let differ = |x: &str, y: &str| {
        let (x, y) = (x.to_lowercase(), y.to_lowercase());
        let mut pairs = x.chars().zip(y.chars()).filter(|(a, b)| a != b);
        x.len() == y.len() && pairs.next() == Some(('x', 'y')) && pairs.next().is_none()
    };
    let all = names.iter().flat_map(|x| names.iter().map(move |y| (x, y)));
    let found = all.into_iter().find(|(x, y)| differ(x, y));
    found.map(|(x, y)| (x.as_str(), y.as_str()))
}

#[cfg(test)]
mod tests {
    use super::like_a_vector;

    #[test]
    fn numbers_that_look_like_a_vector_are_found() {
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| name.to_string()).collect();
            like_a_vector(&names).map(|(x, y)| (x.to_string(), y.to_string()))
        };
        for [x, y] in [["x", "y"], ["dx", "dy"], ["tip.X", "tip.y"], ["x1", "y1"]] {
            let found = of(&["area", y, x]);
            assert_eq!(found, Some((x.to_string(), y.to_string())));
        }
        assert_eq!(of(&["x", "length", "xy", "yx", "z"]), None);
    }
}
