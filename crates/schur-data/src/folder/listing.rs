//! What lies in a folder, sorted.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::ImageFile;
use crate::{DataError, Volume, counted, is_found};

/// Endings of the images that can be read, in small letters.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

/// How names of masks end that a network has found in the picture before it.
pub(super) const FOUND: &str = "-mask";

/// Most folders inside one another.
const MAX_DEPTH: usize = 32;

pub(super) fn problem(path: &Path, problem: String) -> DataError {
    DataError::Folder {
        path: path.to_owned(),
        problem,
    }
}

/// Whether a directory has a folder in it; no if it can't be read.
pub(super) fn has_folder(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.path().is_dir() && !is_hidden(&entry.file_name().to_string_lossy()))
    })
}

/// Names that begin with a dot, and what systems and archives leave in folders.
fn is_hidden(name: &str) -> bool {
    const LEFT: [&str; 7] = [
        "Thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "__MACOSX",
        "$RECYCLE.BIN",
        "System Volume Information",
        "Icon\r",
    ];
    name.starts_with('.') || LEFT.iter().any(|left| name.eq_ignore_ascii_case(left))
}

/// Names of what is in a directory, sorted, without hidden ones.
fn entries(directory: &Path) -> Result<Vec<OsString>, DataError> {
    let read = |source| DataError::Read {
        file: directory.display().to_string(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(read)? {
        let name = entry.map_err(read)?.file_name();
        if !is_hidden(&name.to_string_lossy()) {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Names of what is in a directory, sorted, without hidden ones, as a table or a config can have them.
pub(super) fn names(directory: &Path) -> Result<Vec<String>, DataError> {
    let text = |name: OsString| {
        let refuse = |name| {
            let text = "its name is no Unicode text, which configs and tables are; rename it";
            problem(&directory.join(name), text.into())
        };
        name.into_string().map_err(refuse)
    };
    entries(directory)?.into_iter().map(text).collect()
}

/// What is to be said of a name that is none of `others`, if it looks like one of them: a letter with a
/// mark is one code point or, as macOS writes names of files, a letter and the mark behind it.
pub(super) fn also_written<'a>(name: &str, others: impl IntoIterator<Item = &'a String>) -> String {
    match others.into_iter().find(|other| looks_like(name, other)) {
        Some(other) => format!(
            "; it looks like `{other}`, but is written in other code points (a letter with a mark is one \
             or two): give both one spelling, for example by copying the name"
        ),
        None => String::new(),
    }
}

/// Whether two names differ, but only in letters with marks: one has a letter and a mark behind it
/// where the other has one letter.
fn looks_like(a: &str, b: &str) -> bool {
    const MARKS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';
    /// A letter and how many marks follow it.
    fn letters(name: &str) -> Vec<(char, usize)> {
        let mut letters: Vec<(char, usize)> = Vec::new();
        for c in name.chars() {
            match letters.last_mut() {
                Some((_, marks)) if MARKS.contains(&c) => *marks += 1,
                _ => letters.push((c, 0)),
            }
        }
        letters
    }
    let one = |marked: (char, usize), other: (char, usize)| {
        marked.1 > 0 && other.1 < marked.1 && other.0.is_alphabetic() && !other.0.is_ascii()
    };
    let (left, right) = (letters(a), letters(b));
    let mut pairs = left.iter().zip(&right);
    a != b && left.len() == right.len() && pairs.all(|(&a, &b)| a == b || one(a, b) || one(b, a))
}

/// Calls `found` with every file of a directory and below it, by its name with `/` between folders, in
/// the order of these; and with every folder that `is_whole` takes for a file, a volume in slices. A
/// link to a folder that it is in is passed over: what is there is found anyway.
pub(super) fn walk(
    directory: &Path,
    is_whole: &dyn Fn(&str, &Path) -> bool,
    found: &mut dyn FnMut(String, PathBuf),
) -> Result<(), DataError> {
    walk_below(directory, "", &mut Vec::new(), is_whole, found)
}

fn walk_below(
    directory: &Path,
    prefix: &str,
    above: &mut Vec<PathBuf>,
    is_whole: &dyn Fn(&str, &Path) -> bool,
    found: &mut dyn FnMut(String, PathBuf),
) -> Result<(), DataError> {
    // Links lead back to folders in which they are.
    let place = directory.canonicalize();
    let place = place.unwrap_or_else(|_| directory.to_path_buf());
    if above.contains(&place) {
        return Ok(());
    }
    if above.len() > MAX_DEPTH {
        let text = format!("more than {MAX_DEPTH} folders inside one another; move it up");
        return Err(problem(directory, text));
    }
    above.push(place);
    for name in entries(directory)? {
        let path = directory.join(&name);
        let relative = format!("{prefix}{}", name.to_string_lossy());
        match path.is_dir() && !is_whole(&relative, &path) {
            true => walk_below(&path, &(relative + "/"), above, is_whole, found)?,
            false => found(relative, path),
        }
    }
    above.pop();
    Ok(())
}

/// Folders, images and volumes of a directory of which `is_out` says that nobody uses them, in words,
/// beside what `used` are used.
pub(crate) fn left_out(
    directory: &Path,
    used: &str,
    is_out: impl Fn(&Path) -> bool,
) -> Result<Option<String>, DataError> {
    let paths = names(directory)?
        .into_iter()
        .map(|name| directory.join(name));
    let out: Vec<PathBuf> = paths
        .filter(|path| path.is_dir() || is_image(&path.to_string_lossy()) || Volume::is_one(path))
        .filter(|path| is_out(path))
        .collect();
    let folders = out.iter().filter(|path| path.is_dir()).count();
    let words = [(folders, "folder"), (out.len() - folders, "file")];
    let words = words.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = words.map(|(count, one)| counted(count, one)).collect();
    let first = out.first().and_then(|path| path.file_name());
    Ok(first.map(|first| {
        format!(
            "left out of {}: {} beside the {used} that are used, the first is `{}`",
            directory.display(),
            words.join(" and "),
            first.to_string_lossy()
        )
    }))
}

/// What is to be done with a directory of images without folders, or with nothing in it.
pub(crate) fn without_classes(directory: &Path) -> Option<String> {
    let names = names(directory).ok()?;
    if names.is_empty() {
        let text = "nothing is in it; put images or volumes there, in one folder per class or with a table \
                    targets.csv, or the IDX files of a data set as MNIST";
        return Some(text.into());
    }
    let images = names.iter().filter(|name| is_image(name)).count();
    let is_volume = |name: &&String| Volume::is_one(directory.join(name));
    let volumes = names.iter().filter(is_volume).count();
    let kinds = [(images, "image"), (volumes, "volume")];
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0);
    let kinds: Vec<String> = kinds.map(|(count, one)| counted(count, one)).collect();
    let table = names.iter().find(|name| is_table(name));
    (!kinds.is_empty()).then(|| {
        format!(
            "{}, but no folders of classes: make one folder per class, or {}",
            kinds.join(" and "),
            match table {
                Some(table) => format!(
                    "learn the numbers and vectors of its table {table} (--task regression)"
                ),
                None => "a table targets.csv".to_string(),
            }
        )
    })
}

/// Name of the table in the directory of the pictures.
pub(super) const TABLE: &str = "targets.csv";

/// Whether a name is that of a table, in whatever letters.
pub(super) fn is_table(name: &str) -> bool {
    name.eq_ignore_ascii_case(TABLE)
}

/// Names of the folders in a directory.
pub(super) fn class_names(directory: &Path) -> Result<Vec<String>, DataError> {
    let mut names = names(directory)?;
    names.retain(|name| directory.join(name).is_dir());
    Ok(names)
}

/// The images of a class, none if there is no folder of its name, and how many masks lie among them
/// that a network has found. What is neither image nor volume is passed over, with its error in `strays`.
pub(super) fn images_of_class(
    root: &Path,
    name: &str,
    label: u8,
    strays: &mut Vec<DataError>,
) -> Result<(Vec<ImageFile>, usize), DataError> {
    let folder = root.join(name);
    if !folder.is_dir() {
        return Ok((Vec::new(), 0));
    }
    let (mut images, mut masks, before) = (Vec::new(), 0, strays.len());
    for name in names(&folder)? {
        let path = folder.join(&name);
        if is_answer(&name, &path) {
            masks += 1;
            continue;
        }
        if path.is_dir() {
            if !names(&path)?.iter().any(|name| is_image(name)) {
                strays.push(problem(
                    &path,
                    "a folder inside a class, without images; images lie directly in the folder of \
                     their class, and the slices of a volume in a folder of its own there"
                        .into(),
                ));
                continue;
            }
        } else if !is_image(&path.to_string_lossy()) && !Volume::is_one(&path) {
            strays.push(problem(
                &path,
                "no PNG or JPEG image and no volume (.nii, .nii.gz, .npy) by its ending; convert it, \
                 or remove it from the folder of the class"
                    .into(),
            ));
            continue;
        }
        images.push(ImageFile { path, label });
    }
    if images.is_empty() && strays.len() == before {
        strays.push(problem(
            &folder,
            "no image of this class; put PNG or JPEG files or volumes there, or remove the folder"
                .into(),
        ));
    }
    Ok((images, masks))
}

/// Whether a file is a mask that a network has found, beside what it was found in.
fn is_answer(name: &str, path: &Path) -> bool {
    name.contains(FOUND) && is_found(path)
}

/// Whether a name ends as that of an image does.
pub(super) fn is_image(name: &str) -> bool {
    let ending = Path::new(name).extension().map(|e| e.to_ascii_lowercase());
    let known = |known: &str| ending.as_deref() == Some(known.as_ref());
    ENDINGS.iter().any(|ending| known(ending))
}

/// The images in a folder that are the slices of a volume, from the first to the last: in the order
/// of their names, where numbers count by their value, so that `slice-10` comes after `slice-9`.
///
/// ```
/// let directory = tempfile::tempdir()?;
/// for name in ["10.png", "9.png", "1.png"] {
///     std::fs::write(directory.path().join(name), "")?;
/// }
/// let slices = schur_data::slices(directory.path())?;
/// assert_eq!(slices, ["1.png", "9.png", "10.png"].map(|name| directory.path().join(name)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`DataError::Read`] if the folder can't be read, [`DataError::Folder`] for one without images, and
/// for what is no image.
pub fn slices(directory: impl AsRef<Path>) -> Result<Vec<PathBuf>, DataError> {
    let directory = directory.as_ref();
    let mut names = names(directory)?;
    if let Some(other) = names.iter().find(|name| !is_image(name)) {
        return Err(problem(
            &directory.join(other),
            "no PNG or JPEG image by its ending, among the slices of a volume; convert it, or remove it"
                .into(),
        ));
    }
    if names.is_empty() {
        let text = "no slice of this volume; put PNG or JPEG files there, or remove the folder";
        return Err(problem(directory, text.into()));
    }
    // Names that differ in zeros before numbers alone keep the order of their bytes.
    names.sort_by_cached_key(|name| (natural(name), name.clone()));
    Ok(names.iter().map(|name| directory.join(name)).collect())
}

/// The numbers of the slices between which one is missing: names end with numbers that rise by equal steps,
/// but for a larger one. Nothing of names without numbers, and of fewer than three.
///
/// ```
/// use std::path::PathBuf;
/// let files = ["s1.png", "s2.png", "s4.png", "s5.png"].map(PathBuf::from);
/// assert_eq!(schur_data::missing_slice(&files), Some([2, 4]));
/// assert_eq!(schur_data::missing_slice(&files[..2]), None);
/// ```
pub fn missing_slice(slices: &[PathBuf]) -> Option<[u64; 2]> {
    let number = |path: &PathBuf| {
        let stem = path.file_stem()?.to_str()?;
        let start = stem.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| {
            at + stem[at..].chars().next().map_or(0, char::len_utf8)
        });
        stem[start..].parse::<u64>().ok()
    };
    let numbers: Vec<u64> = slices.iter().map(number).collect::<Option<_>>()?;
    let steps = numbers.windows(2).map(|pair| pair[1].checked_sub(pair[0]));
    let least = steps.collect::<Option<Vec<u64>>>()?.into_iter().min()?;
    let gap = numbers.windows(2).find(|pair| pair[1] - pair[0] > least);
    gap.filter(|_| least > 0).map(|pair| [pair[0], pair[1]])
}

/// Parts of a name: text, and numbers without leading zeros, by their length and then their digits.
fn natural(name: &str) -> Vec<(String, usize, String)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let end = |digit: bool, text: &str| {
            let other = text.find(|c: char| c.is_ascii_digit() != digit);
            other.unwrap_or(text.len())
        };
        let (text, after) = rest.split_at(end(false, rest));
        let (number, after) = after.split_at(end(true, after));
        let number = number.trim_start_matches('0');
        parts.push((text.to_owned(), number.len(), number.to_owned()));
        rest = after;
    }
    parts
}
