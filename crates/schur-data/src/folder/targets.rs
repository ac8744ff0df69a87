//! Pictures with a table of what is to be found of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::listing::{TABLE, also_written, is_image, is_table, problem, walk};
use super::{Parts, TEST_SHARE, VALIDATION, VALIDATION_SHARE, is_part, share_of};
use crate::targets::Table;
use crate::{Columns, DataError, Quantities, Volume, counted};

/// A picture with its row of a table.
///
/// ```
/// use schur_data::TargetFile;
///
/// // The second line of a table with the columns file, area.
/// let file = TargetFile { path: "train/a.png".into(), values: vec![12.5], line: 2 };
/// assert!(!file.is_volume());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct TargetFile {
    /// The picture, or volume; of a volume in slices their folder.
    pub path: PathBuf,
    /// Numbers, then components of vectors, in the units of the table ([`Quantities::components`]).
    pub values: Vec<f64>,
    /// The line of its row in the table, from 1.
    pub line: u64,
}

impl TargetFile {
    /// Whether it is a volume.
    pub fn is_volume(&self) -> bool {
        is_volume(&self.path)
    }
}

/// The files of a directory, and below it, with a table `targets.csv`:
///
/// ```text
/// file,area,tip_x,tip_y
/// train/a.png,12.5,1,0
/// test/b.png,17,0,-1
/// ```
///
/// The first column has names of files, relative to the directory; the others have numbers. Columns
/// `NAME_x` and `NAME_y`, of volumes also `NAME_z`, are together a vector that turns with the picture,
/// x to the right and y up; every other column is a number that does not change. Cells are separated by
/// commas, semicolons or tabs; with the last two a number may have a decimal comma.
///
/// What is in a folder `test` is for testing, in `validation` (or `val`, `valid`) for validation, in
/// whatever letters; all else is for training, of which parts without files are taken as those of an
/// [`ImageFolder`](super::ImageFolder) are. The order of the rows does not matter.
///
/// ```
/// use schur_data::{Columns, TargetFolder};
///
/// let directory = tempfile::tempdir()?;
/// let mut table = String::from("file,area\n");
/// for i in 0..10 {
///     std::fs::write(directory.path().join(format!("{i}.png")), "")?;
///     table += &format!("{i}.png,{}\n", i * i);
/// }
/// std::fs::write(directory.path().join("targets.csv"), table)?;
/// let folder = TargetFolder::open(directory.path(), None, Columns::All)?;
/// assert_eq!(folder.quantities.numbers(), ["area"]);
/// assert_eq!((folder.train.len(), folder.validation.len(), folder.test.len()), (7, 1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TargetFolder {
    /// The file of the table.
    pub table: PathBuf,
    /// What the table asks.
    pub quantities: Quantities,
    /// Files to train on.
    pub train: Vec<TargetFile>,
    /// Files to choose the best epoch by.
    pub validation: Vec<TargetFile>,
    /// Files to measure the final error on.
    pub test: Vec<TargetFile>,
    /// Where the parts come from, in words.
    pub description: String,
}

impl TargetFolder {
    /// Whether a directory has a table `targets.csv`, in small or capital letters.
    pub fn is_one(path: impl AsRef<Path>) -> bool {
        table_of(path.as_ref(), None).is_file()
    }

    /// Whether the files of a directory with a table, `targets.csv` or another file, are volumes: by
    /// the first that the table names, since [`open`](Self::open) refuses two kinds; the rest is not read.
    pub fn holds_volumes(path: impl AsRef<Path>, table: Option<&Path>) -> bool {
        let directory = path.as_ref();
        let first = Table::first_file(&table_of(directory, table));
        first.is_some_and(|name| is_volume(&directory.join(name.replace('\\', "/"))))
    }

    /// Reads columns of the table, `targets.csv` or another file, and finds its files.
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] for a table or directory that can't be read; [`DataError::Table`] with line
    /// and column for a cell that is no number, a row without a file, two rows of one file, columns
    /// that are not there or make no vector; [`DataError::Folder`] for a file without a row, images and
    /// volumes together, and fewer files than parts.
    pub fn open(
        path: impl AsRef<Path>,
        table: Option<&Path>,
        columns: Columns<'_>,
    ) -> Result<Self, DataError> {
        let directory = path.as_ref();
        let table = table_of(directory, table);
        let (quantities, files) = listed(directory, &table, columns)?;
        let [mut train, mut validation, mut test] = by_part(files);
        let folder = |files: &Named| {
            let folders = files.iter().filter_map(|(name, _)| name.split_once('/'));
            let mut folders = folders.map(|(folder, _)| folder);
            folders
                .find(|folder| part_named(folder).is_some())
                .map(|folder| directory.join(folder))
        };
        let parts = Parts {
            train: folder(&train),
            validation: folder(&validation),
            test: folder(&test),
        };
        for (part, stream, share) in [
            (&mut test, 0, TEST_SHARE),
            (&mut validation, 1, VALIDATION_SHARE),
        ] {
            if !part.is_empty() {
                continue;
            }
            if train.len() < 2 {
                return Err(problem(
                    directory,
                    "too few images to set some aside for validation and test; give at least 3, or \
                     folders `validation` and `test`"
                        .into(),
                ));
            }
            part.extend(share_of(&mut train, share, stream));
        }
        if train.is_empty() {
            let text = "no image is for training; put some outside of `validation` and `test`";
            return Err(problem(directory, text.into()));
        }
        let in_order =
            |files: Vec<(String, TargetFile)>| files.into_iter().map(|(_, file)| file).collect();
        let [train, validation, test] = [train, validation, test].map(in_order);
        Ok(Self {
            table,
            quantities,
            train,
            validation,
            test,
            description: parts.describe("the images"),
        })
    }

    /// The files of a directory to test a trained network on: those in its folder `test`, or all;
    /// with a table that has the columns of what the network was trained for.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_test(
        path: impl AsRef<Path>,
        table: Option<&Path>,
        quantities: &Quantities,
    ) -> Result<Vec<TargetFile>, DataError> {
        let directory = path.as_ref();
        let columns = Columns::Of(quantities);
        let (_, files) = listed(directory, &table_of(directory, table), columns)?;
        let tested = |name: &str| part_of(name) == 2;
        let only = files.iter().any(|(name, _)| tested(name));
        let files = files.into_iter().filter(|(name, _)| !only || tested(name));
        Ok(files.map(|(_, file)| file).collect())
    }
}

fn is_volume(path: &Path) -> bool {
    Volume::is_one(path) || path.is_dir()
}

/// The table that is given, or else that of a directory, in whatever letters its name is written.
fn table_of(directory: &Path, given: Option<&Path>) -> PathBuf {
    if let Some(given) = given {
        return given.to_path_buf();
    }
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_str().is_some_and(is_table)
    };
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(named).collect();
    found.sort();
    // On systems that tell them apart, the one in small letters comes last.
    found.pop().unwrap_or_else(|| directory.join(TABLE))
}

/// The part of a file by the first folder of its name: training, validation, test.
fn part_of(name: &str) -> usize {
    let folder = name.split_once('/').map(|(folder, _)| folder);
    folder.and_then(part_named).unwrap_or(0)
}

/// The part that a folder is called by.
fn part_named(folder: &str) -> Option<usize> {
    let is = |part: &&str| is_part(folder, part);
    let parts: [&[&str]; 3] = [&["train"], &VALIDATION, &["test"]];
    parts.into_iter().position(|names| names.iter().any(is))
}

type Named = Vec<(String, TargetFile)>;

fn by_part(files: Named) -> [Named; 3] {
    let mut parts: [Named; 3] = Default::default();
    for (name, file) in files {
        parts[part_of(&name)].push((name, file));
    }
    parts
}

/// All files in the order of their names, with their rows.
fn listed(
    directory: &Path,
    path: &Path,
    columns: Columns<'_>,
) -> Result<(Quantities, Named), DataError> {
    if directory.is_dir() && !path.is_file() {
        let text = match path == directory.join(TABLE) {
            true => format!(
                "there is no such table; write one with the names of the files in {} and what is to be found \
                 of each (one in another place is given by `train` and `eval` --targets)",
                directory.display()
            ),
            false => "there is no such table; check the path".to_string(),
        };
        return Err(problem(path, text));
    }
    let table = Table::read(path)?;
    let rows = rows_of(&table, directory)?;
    let mut files = BTreeMap::new();
    // A folder that has a row is a volume in slices.
    let has_row = |name: &str, path: &Path| rows.contains_key(name) && super::slices(path).is_ok();
    walk(directory, &has_row, &mut |name, path| {
        if path.is_dir() || is_image(&name) || Volume::is_one(&path) {
            files.insert(name, path);
        }
    })?;
    let without = || rows.iter().filter(|(name, _)| !files.contains_key(*name));
    if let Some((name, (line, _))) = without().min_by_key(|(_, (line, _))| *line) {
        let more = match without().count() - 1 {
            0 => String::new(),
            n => format!(" (and {})", counted(n, "more such row")),
        };
        let text = match directory.join(name).exists() {
            true => format!(
                "`{name}` is no PNG or JPEG image and no volume (.nii, .nii.gz, .npy, a folder of slices){more}; \
                 convert it"
            ),
            false => format!(
                "there is no file `{name}` in {}{more}; names are relative to it and have their endings{}",
                directory.display(),
                also_written(name, files.keys())
            ),
        };
        return Err(table.refuse(*line, text));
    }
    let mut without = files.iter().filter(|(name, _)| !rows.contains_key(*name));
    if let Some((_, file)) = without.next() {
        let more = match without.count() {
            0 => String::new(),
            n => format!(" (nor for {} more)", counted(n, "file")),
        };
        let text = format!(
            "{} has no row for it{more}; add one, or take the file out of {}",
            path.display(),
            directory.display()
        );
        return Err(problem(file, text));
    }
    let mut kinds = files.values().map(|path| (path, is_volume(path)));
    let (first, volumes) = kinds
        .next()
        .ok_or_else(|| problem(directory, "there are no images; put some there".into()))?;
    if let Some((other, _)) = kinds.find(|(_, volume)| *volume != volumes) {
        let text = format!(
            "images and volumes together, as {}; train on one kind",
            first.display()
        );
        return Err(problem(other, text));
    }
    let (quantities, mut values) = table.values(if volumes { 3 } else { 2 }, columns)?;
    let file = |(name, path): (String, PathBuf)| {
        let (line, row) = rows[&name];
        let values = std::mem::take(&mut values[row]);
        (name, TargetFile { path, values, line })
    };
    Ok((quantities, files.into_iter().map(file).collect()))
}

/// Lines and numbers of rows, by the names of their files.
type Rows = BTreeMap<String, (u64, usize)>;

fn rows_of(table: &Table, directory: &Path) -> Result<Rows, DataError> {
    let mut rows = Rows::new();
    for (index, (line, written)) in table.files().enumerate() {
        let name = written.replace('\\', "/");
        let parts = name.split('/').filter(|part| *part != ".");
        let name = parts.collect::<Vec<_>>().join("/");
        if name.is_empty() || name.starts_with('/') || name.split('/').any(|part| part == "..") {
            let text = format!(
                "`{written}` is no name of a file in {}; names are relative to it",
                directory.display()
            );
            return Err(table.refuse(line, text));
        }
        if let Some((first, _)) = rows.insert(name, (line, index)) {
            let text = format!("`{written}` has a row in line {first} too; remove one of them");
            return Err(table.refuse(line, text));
        }
    }
    Ok(rows)
}
