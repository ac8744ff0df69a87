//! The digits that the program carries as a folder of images.

use std::path::{Path, PathBuf};
use std::thread;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use schur_data::{Pictures, Split};
use schur_nn::NewDirectory;

use crate::args::DataExportArgs;
use crate::error::{CliError, Result, fail};
use crate::say::emit;

/// Files that are written at once: each waits for the disk, which takes them together.
const AT_ONCE: usize = 16;

pub(super) fn run(args: &DataExportArgs) -> Result<()> {
    let split = Split::embedded()?;
    let parts = [
        ("train", &split.train, args.max_train),
        ("validation", &split.validation, args.max_test),
        ("test", &split.test, args.max_test),
    ];
    if parts.iter().any(|(.., limit)| *limit == Some(0)) {
        return fail("--max-train, --max-test: 0 leaves no image; use at least 1");
    }
    let target = NewDirectory::beside(&args.directory)?;
    let mut count = 0;
    for (name, digits, limit) in parts {
        let all: Vec<usize> = (0..limit.unwrap_or(usize::MAX).min(digits.len())).collect();
        write(&target, Path::new(name), digits, &all)?;
        count += all.len();
    }
    target.finish()?;
    emit(&format!(
        "{}: {count} images in train, validation and test, one folder per digit",
        args.directory.display()
    ))
}

/// Writes digits as `CLASS/NUMBER.png`, numbered by their place.
fn write(target: &NewDirectory, part: &Path, digits: &Pictures, indices: &[usize]) -> Result<()> {
    let one = |&index: &usize| -> Result<()> {
        let name = format!("{}/{index:05}.png", digits.labels()[index]);
        let name: PathBuf = part.join(name);
        let mut png = Vec::new();
        let (rows, cols) = (digits.rows() as u32, digits.cols() as u32);
        PngEncoder::new(&mut png)
            .write_image(digits.image(index), cols, rows, ExtendedColorType::L8)
            .map_err(|e| CliError::Message(format!("encoding {}: {e}", name.display())))?;
        Ok(target.write(&name, &png)?)
    };
    let chunk = indices.len().div_ceil(AT_ONCE);
    thread::scope(|scope| {
        let chunks = indices.chunks(chunk);
        let threads: Vec<_> = chunks
            .map(|chunk| scope.spawn(|| chunk.iter().try_for_each(one)))
            .collect();
        // The first error in the order of the digits.
        let mut ended = threads.into_iter().map(|thread| thread.join());
        ended.try_for_each(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
