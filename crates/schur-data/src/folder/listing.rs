//! What lies in a folder, sorted.

use std::fs;
use std::path::Path;

use super::ImageFile;
use crate::DataError;

/// Endings of the images that can be read, in small letters.
const ENDINGS: [&str; 3] = ["png", "jpg", "jpeg"];

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
fn names(directory: &Path) -> Result<Vec<String>, DataError> {
    let read = |source| DataError::Read {
        file: directory.display().to_string(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(read)? {
        let name = entry.map_err(read)?.file_name();
        match name.into_string() {
            Ok(name) if is_hidden(&name) => {}
            Ok(name) => names.push(name),
            Err(name) => {
                return Err(problem(
                    &directory.join(name),
                    "its name is no Unicode; rename it".into(),
                ));
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Names of the folders in a directory.
pub(super) fn class_names(directory: &Path) -> Result<Vec<String>, DataError> {
    let mut names = names(directory)?;
    names.retain(|name| directory.join(name).is_dir());
    Ok(names)
}

/// The images of a class, none if there is no folder of its name.
pub(super) fn images_of_class(
    root: &Path,
    name: &str,
    label: u8,
) -> Result<Vec<ImageFile>, DataError> {
    let folder = root.join(name);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut images = Vec::new();
    for name in names(&folder)? {
        let path = folder.join(name);
        if path.is_dir() {
            return Err(problem(
                &path,
                "a folder inside a class; images lie directly in the folder of their class".into(),
            ));
        }
        let ending = path.extension().map(|e| e.to_ascii_lowercase());
        let is_image = ENDINGS
            .iter()
            .any(|known| ending.as_deref() == Some(known.as_ref()));
        if !is_image {
            return Err(problem(
                &path,
                "no PNG or JPEG image by its ending; convert it, or remove it from the folder of \
                 the class"
                    .into(),
            ));
        }
        images.push(ImageFile { path, label });
    }
    if images.is_empty() {
        return Err(problem(
            &folder,
            "no image of this class; put PNG or JPEG files there, or remove the folder".into(),
        ));
    }
    Ok(images)
}
