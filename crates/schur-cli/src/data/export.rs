//! The digits that the program carries as a folder of images.

use std::fs;
use std::path::{Path, PathBuf};

use image::GrayImage;
use schur_data::{Pictures, Split};

use crate::args::DataExportArgs;
use crate::error::{CliError, Result, fail};
use crate::say::emit;

pub(super) fn run(args: &DataExportArgs) -> Result<()> {
    let target = &args.directory;
    if target.exists() {
        return fail(format!(
            "{}: it is there already; choose another directory",
            target.display()
        ));
    }
    let split = Split::embedded()?;
    let parts = [
        ("train", &split.train, args.max_train),
        ("validation", &split.validation, args.max_test),
        ("test", &split.test, args.max_test),
    ];
    if parts.iter().any(|(.., limit)| *limit == Some(0)) {
        return fail("--max-train, --max-test: 0 leaves no image; use at least 1");
    }
    // Under another name until it is whole.
    let half = beside(target);
    let written = parts
        .into_iter()
        .try_fold(0, |count, (name, digits, limit)| {
            Ok(count + write(&half.join(name), digits, limit.unwrap_or(usize::MAX))?)
        });
    let renamed = written.and_then(|count| {
        fs::rename(&half, target).map_err(|e| CliError::io("creating", target, &e))?;
        Ok(count)
    });
    match renamed {
        Ok(count) => emit(&format!(
            "{}: {count} images in train, validation and test, one folder per digit",
            target.display()
        )),
        Err(error) => {
            // The error that is reported is the first one.
            let _ = fs::remove_dir_all(&half);
            Err(error)
        }
    }
}

/// `DIR.tmp`.
fn beside(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(".tmp");
    target.with_file_name(name)
}

/// Writes the first digits, `CLASS/NUMBER.png`, numbered by their place; returns how many.
fn write(folder: &Path, digits: &Pictures, limit: usize) -> Result<usize> {
    let (rows, cols) = (digits.rows() as u32, digits.cols() as u32);
    let count = limit.min(digits.len());
    for index in 0..count {
        let class = folder.join(digits.labels()[index].to_string());
        fs::create_dir_all(&class).map_err(|e| CliError::io("creating", &class, &e))?;
        let path = class.join(format!("{index:05}.png"));
        let pixels = digits.image(index).to_vec();
        let image = GrayImage::from_raw(cols, rows, pixels).ok_or_else(|| {
            CliError::Message(format!("writing {}: pixels are missing", path.display()))
        })?;
        image
            .save(&path)
            .map_err(|e| CliError::Message(format!("writing {}: {e}", path.display())))?;
    }
    Ok(count)
}
