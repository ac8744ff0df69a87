//! Images of one's own, from a folder with one sub-folder per class.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use schur_data::{ImageFile, ImageFolder, Normalisation, Pictures};

use super::Loaded;
use crate::error::{ErrorKind, Result, fail};
use crate::images::config::DataConfig;
use crate::images::picture::{self, Header};
use crate::observer::Observer;

/// Most numbers that all images may have together: as bytes 1 GiB, and in training four times as
/// much again.
const MAX_NUMBERS: usize = 1 << 30;

/// Channels and side to which every image is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub channels: usize,
    pub size: usize,
}

/// All parts, normalised by the training images, or as the config says.
pub(crate) fn load(
    directory: &Path,
    config: &DataConfig,
    observer: &dyn Observer,
) -> Result<Loaded> {
    let mut folder = ImageFolder::open(directory)?;
    if !config.classes.is_empty() && config.classes != folder.classes {
        return fail(
            ErrorKind::Data,
            format!(
                "{}: its classes are {}, but data.classes has {}; put the folders back, or start a new \
             run without that entry",
                directory.display(),
                folder.classes.join(", "),
                config.classes.join(", ")
            ),
        );
    }
    let limits = [config.max_train, config.max_validation, config.max_test];
    let parts = [&mut folder.train, &mut folder.validation, &mut folder.test];
    for (files, limit) in parts.into_iter().zip(limits) {
        files.truncate(limit.unwrap_or(usize::MAX));
    }
    let all = [&folder.train[..], &folder.validation, &folder.test].concat();
    let form = Form::of(&all, config)?;
    form.check_memory(all.len())?;
    let train = form.read(&folder.train, observer)?;
    let normalisation = match config.normalisation() {
        Some(normalisation) => normalisation?,
        None => Normalisation::of(&train),
    };
    let other = |files: &[ImageFile]| -> Result<Pictures> {
        Ok(form
            .read(files, observer)?
            .normalised(normalisation.clone())?)
    };
    let (validation, test) = (other(&folder.validation)?, other(&folder.test)?);
    let train = train.normalised(normalisation)?;
    let seen = test.len() - test.excluding(&[&train]).len();
    let warning = match seen {
        0 => String::new(),
        _ => format!(" (note: {seen} of the test images are training images, too)"),
    };
    Ok(Loaded {
        train,
        validation,
        test,
        description: format!(
            "{} classes of {}, {}, images of {form}{warning}",
            folder.classes.len(),
            directory.display(),
            folder.description,
        ),
        classes: folder.classes,
        own: true,
        turned: false,
    })
}

/// Images to test a trained network on, normalised as it was trained.
pub(crate) fn load_test(
    directory: &Path,
    config: &DataConfig,
    observer: &dyn Observer,
) -> Result<Pictures> {
    let files = ImageFolder::open_test(directory, &config.classes)?;
    let form = Form::of(&files, config)?;
    form.check_memory(files.len())?;
    let pictures = form.read(&files, observer)?;
    match config.normalisation() {
        Some(normalisation) => Ok(pictures.normalised(normalisation?)?),
        None => Ok(pictures),
    }
}

impl Form {
    /// As the config says, or else as all files have it: colour if one has it.
    fn of(files: &[ImageFile], config: &DataConfig) -> Result<Self> {
        if let (Some(channels), Some(size)) = (config.channels, config.size) {
            return Ok(Self { channels, size });
        }
        let headers = in_parallel(files, |file| picture::header(&file.path))?;
        let channels = match headers.iter().any(|header| header.colour) {
            true => 3,
            false => 1,
        };
        let size = match config.size {
            Some(size) => size,
            None => common_size(files, &headers)?,
        };
        Ok(Self {
            channels: config.channels.unwrap_or(channels),
            size,
        })
    }

    fn check_memory(self, count: usize) -> Result<()> {
        let numbers = count as u128 * (self.channels * self.size * self.size) as u128;
        if numbers > MAX_NUMBERS as u128 {
            return fail(
                ErrorKind::Data,
                format!(
                    "{count} images of {self} have {numbers} numbers, more than {MAX_NUMBERS}; make \
                 them smaller with --size, or use fewer with --max-train and --max-test"
                ),
            );
        }
        Ok(())
    }

    /// Decodes files on all cores, in their order.
    fn read(self, files: &[ImageFile], observer: &dyn Observer) -> Result<Pictures> {
        let done = AtomicUsize::new(0);
        let images = in_parallel(files, |file| {
            let image = picture::decode(&file.path)?;
            observer.reading(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
            picture::square(&image, self.channels, self.size)
        });
        let labels = files.iter().map(|file| file.label).collect();
        let shape = [self.channels, self.size, self.size];
        Ok(Pictures::new(shape, images?.concat(), labels)?)
    }
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let colour = if self.channels == 1 { "grey" } else { "colour" };
        write!(f, "{0} x {0} pixels in {colour}", self.size)
    }
}

/// The side that all images have.
fn common_size(files: &[ImageFile], headers: &[Header]) -> Result<usize> {
    let remedy = "choose a size with --size: every image is then cut to its central square and \
                  resized";
    let (file, first) = match (files.first(), headers.first()) {
        (Some(file), Some(header)) => (file.path.display(), header),
        _ => {
            return fail(
                ErrorKind::Data,
                "there are no images; put some into the folders of the classes",
            );
        }
    };
    let size = |header: &Header| (header.height, header.width);
    let other = headers
        .iter()
        .position(|header| size(header) != size(first));
    if let Some(other) = other {
        let (height, width) = size(&headers[other]);
        return fail(
            ErrorKind::Data,
            format!(
                "images of different sizes: {file} has {} x {} pixels, {} has {width} x {height}; \
             {remedy}",
                first.width,
                first.height,
                files[other].path.display()
            ),
        );
    }
    if first.height != first.width {
        return fail(
            ErrorKind::Data,
            format!(
                "{file}: an image of {} x {} pixels is no square, which quarter turns need; {remedy}",
                first.width, first.height
            ),
        );
    }
    Ok(first.height)
}

/// One result per item, in the order of the items; the first error in that order.
fn in_parallel<I: Sync, T: Send>(
    items: &[I],
    work: impl Fn(&I) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let chunk = items.len().div_ceil(threads).max(1);
    let of_chunk = |items: &[I]| items.iter().map(&work).collect::<Result<Vec<T>>>();
    let results: Vec<Result<Vec<T>>> = thread::scope(|scope| {
        let threads: Vec<_> = items
            .chunks(chunk)
            .map(|items| scope.spawn(|| of_chunk(items)))
            .collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended
            .map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut all = Vec::with_capacity(items.len());
    for result in results {
        all.extend(result?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::{Form, in_parallel};
    use crate::error::{ErrorKind, fail};

    #[test]
    fn results_keep_their_order_and_the_first_error_wins() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(in_parallel(&items, |i| Ok(*i)).unwrap(), items);
        let error = in_parallel(&items, |i| match i % 300 {
            299 => fail(ErrorKind::Data, format!("item {i}")),
            _ => Ok(()),
        });
        assert_eq!(error.unwrap_err().to_string(), "item 299");
        assert!(in_parallel(&[0; 0], |i| Ok(*i)).unwrap().is_empty());
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_size() {
        let form = Form {
            channels: 3,
            size: 512,
        };
        assert!(form.check_memory(1365).is_ok());
        let error = form.check_memory(1366).unwrap_err().to_string();
        for part in [
            "1366 images of 512 x 512",
            "1074266112 numbers",
            "--size",
            "--max-train",
        ] {
            assert!(error.contains(part), "{error}");
        }
    }
}
