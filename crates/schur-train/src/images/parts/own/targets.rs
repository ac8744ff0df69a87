//! Images and volumes of one's own with a table of numbers and vectors.

use std::fmt;
use std::path::{Path, PathBuf};

use schur_data::{Columns, FarOut, Pictures, Quantities, TargetFolder, Targets, counted};
use serde::Serialize;

use super::listing::{Example, Listing};
use super::{Loaded, asked, loaded, read};
use crate::error::{ErrorKind, Result, fail};
use crate::images::config::DataConfig;
use crate::images::regression::significant;
use crate::observer::Observer;

/// A row of a table with a number or vector that lies far from those of the training images.
///
/// ```
/// use schur_train::images::{DataConfig, Parts, Task};
///
/// let directory = tempfile::tempdir()?;
/// let mut table = String::from("file,area\n");
/// for i in 0..20 {
///     let pixels = vec![[0, 255][i % 2]; 64];
///     let image = image::GrayImage::from_raw(8, 8, pixels).expect("64 pixels");
///     image.save(directory.path().join(format!("{i:02}.png")))?;
///     table += &format!("{i:02}.png,{}\n", if i == 4 { 1e30 } else { i as f64 });
/// }
/// std::fs::write(directory.path().join("targets.csv"), table)?;
/// let config = DataConfig { directory: Some(directory.path().into()), ..DataConfig::default() };
/// let parts = Parts::load(&config, Task::Regression, &())?;
/// let [far] = parts.far_out() else { panic!("one row") };
/// assert_eq!((far.line, &far.name[..], &far.value[..]), (6, "area", &[1e30][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FarRow {
    /// The file of the table.
    pub table: PathBuf,
    /// The line of the row, from 1.
    pub line: u64,
    /// The picture or volume.
    pub file: PathBuf,
    /// What it is for: `training`, `validation` or `test`.
    pub part: &'static str,
    /// Name of the number or vector.
    pub name: String,
    /// The number, or the components of the vector, in the units of the table.
    pub value: Vec<f64>,
    /// How many deviations it is from the mean of the rest of the training images
    /// ([`Targets::far_out`]).
    pub deviations: f64,
}

impl fmt::Display for FarRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value: Vec<String> = self.value.iter().copied().map(significant).collect();
        let value = match &value[..] {
            [number] => number.clone(),
            _ => format!("({})", value.join(", ")),
        };
        write!(
            f,
            "{}, line {}: `{}` of {} ({}) is {value}, {} deviations from the rest of the training images",
            self.table.display(),
            self.line,
            self.name,
            self.file.display(),
            self.part,
            significant(self.deviations)
        )
    }
}

impl FarRow {
    /// What lies far out, with its file and place.
    pub(crate) fn of(row: FarOut, files: &[Example], table: &Path, part: &'static str) -> Self {
        Self {
            table: table.to_path_buf(),
            line: files[row.index].line,
            file: files[row.index].path.clone(),
            part,
            name: row.name,
            value: row.value,
            deviations: row.deviations,
        }
    }
}

/// Names of the parts.
pub(crate) const PARTS: [&str; 3] = ["training", "validation", "test"];

/// The files with the rows that the config asks for.
pub(super) fn folder(path: &Path, config: &DataConfig) -> Result<TargetFolder> {
    let known = config.quantities().transpose()?;
    let columns = match &known {
        Some(known) => Columns::Of(known),
        None if config.columns.is_empty() => Columns::All,
        None => Columns::Named(&config.columns),
    };
    Ok(TargetFolder::open(
        path,
        config.targets.as_deref(),
        columns,
    )?)
}

/// All parts, with targets that are standardised by those of the training images, or as the config
/// says.
pub(super) fn load(path: &Path, config: &DataConfig, observer: &dyn Observer) -> Result<Loaded> {
    let known = config.quantities().transpose()?;
    let folder = folder(path, config)?;
    let (found, table) = (folder.quantities.clone(), folder.table.clone());
    let mut listing = Listing::of_targets(folder);
    let (parts, form) = read(&mut listing, config, observer)?;
    let train = targets(&listing.parts[0], found)?;
    check_directions(&train, config)?;
    let standard = match known {
        Some(known) => known,
        None => train.standard()?,
    };
    let description = format!(
        "{} of {}, {}, {}",
        words(&standard),
        path.display(),
        listing.description,
        form.words()
    );
    let mut far = Vec::new();
    for (files, part) in listing.parts.iter().zip(PARTS) {
        let rows = train.far_out(&targets(files, standard.clone())?);
        far.extend(
            rows.into_iter()
                .map(|row| FarRow::of(row, files, &table, part)),
        );
    }
    let parts = put(parts, &listing.parts, standard)?;
    let loaded = loaded(parts, Vec::new(), description, config)?;
    let files = listing.paths();
    Ok(Loaded {
        far,
        files,
        ..loaded
    })
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
    let of = |names: &[String], one: &str| {
        let words = || format!("{} ({})", counted(names.len(), one), names.join(", "));
        (!names.is_empty()).then(words)
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
