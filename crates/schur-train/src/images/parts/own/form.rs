//! The form to which every image and every volume is brought.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use schur_data::{Numbers, Pictures, Volume, counted};

use super::listing::Example;
use super::volumes::{self, Recipe};
use crate::error::{ErrorKind, Result, TrainError, fail};
use crate::images::config::DataConfig;
use crate::images::picture::{self, Header};
use crate::observer::Observer;

/// Most numbers that all images may have together: as bytes 1 GiB, and in training four times as
/// much again.
const MAX_NUMBERS: usize = 1 << 30;

/// Channels and sizes to which every image is brought.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    channels: usize,
    /// Depth, rows, columns.
    sizes: [usize; 3],
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// The central square of an image, resized.
    Images,
    Volumes {
        recipe: Recipe,
        /// Whether numbers are bytes, and stay so.
        bytes: bool,
        /// What is to be said of distances of voxels.
        note: String,
    },
}

impl Form {
    /// As the config says, or else as all files have it: colour if one has it.
    pub(super) fn of(files: &[Example], config: &DataConfig) -> Result<Self> {
        if config.volume.is_some() || files.first().is_some_and(Example::is_volume) {
            return Self::of_volumes(files, config);
        }
        if config.spacing.is_some() {
            let text = "--spacing: images have no millimetres; leave it out (data.spacing)";
            return fail(ErrorKind::Data, text);
        }
        let square = |channels, size| Self {
            channels,
            sizes: [1, size, size],
            kind: Kind::Images,
        };
        if let (Some(channels), Some(size)) = (config.channels, config.size) {
            return Ok(square(channels, size));
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
        Ok(square(config.channels.unwrap_or(channels), size))
    }

    fn of_volumes(files: &[Example], config: &DataConfig) -> Result<Self> {
        let recipe = Recipe::of(config);
        let headers = in_parallel(files, |file| volumes::header(&file.path))?;
        let (shape, note) = volumes::common(files, &headers, &recipe, config.volume.is_some())?;
        let [channels, depth, rows, cols] = shape;
        let trained = (config.channels, config.volume);
        if let (Some(wanted), Some(sizes)) = trained
            && (wanted, sizes) != (channels, [depth, rows, cols])
        {
            return fail(
                ErrorKind::Data,
                format!(
                    "volumes of {depth} x {rows} x {cols} voxels with {}, but the network was trained on \
                     {} x {} x {} with {}; use such volumes, or train with --size",
                    counted(channels, "channel"),
                    sizes[0],
                    sizes[1],
                    sizes[2],
                    counted(wanted, "channel")
                ),
            );
        }
        Ok(Self {
            channels,
            sizes: [depth, rows, cols],
            kind: Kind::Volumes {
                bytes: recipe.keeps_numbers() && headers.iter().all(|header| header.bytes),
                recipe,
                note,
            },
        })
    }

    pub(super) fn check_memory(&self, count: usize) -> Result<()> {
        let places: usize = self.sizes.iter().product();
        let numbers = count as u128 * (self.channels * places) as u128;
        if numbers > MAX_NUMBERS as u128 {
            return fail(
                ErrorKind::Data,
                format!(
                    "{count} {} have {numbers} numbers, more than {MAX_NUMBERS}; make them smaller with \
                     --size{}, or use fewer with --max-train and --max-test",
                    self.words(),
                    match self.kind {
                        Kind::Images => "",
                        Kind::Volumes { .. } => " or --spacing",
                    }
                ),
            );
        }
        Ok(())
    }

    /// Decodes files on all cores, in their order.
    pub(super) fn read(&self, files: &[Example], observer: &dyn Observer) -> Result<Pictures> {
        let done = AtomicUsize::new(0);
        let told = || observer.reading(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
        let [depth, rows, cols] = self.sizes;
        let labels = files.iter().map(|file| file.label).collect();
        let pictures = match &self.kind {
            Kind::Images => {
                let images = in_parallel(files, |file| {
                    let image = picture::decode(&file.path)?;
                    told();
                    picture::square(&image, self.channels, rows)
                });
                Pictures::new([self.channels, rows, cols], images?.concat(), labels)?
            }
            Kind::Volumes { recipe, bytes, .. } => {
                let shape = [self.channels, depth, rows, cols];
                let one = |file: &Example| -> Result<Volume> {
                    let volume = recipe.apply(volumes::read(&file.path)?)?;
                    told();
                    volumes::check_shape(&file.path, &volume, shape)?;
                    Ok(volume)
                };
                let numbers = match bytes {
                    true => {
                        let byte = |volume: Volume| -> Vec<u8> {
                            volume.numbers().iter().map(|&v| v as u8).collect()
                        };
                        Numbers::Bytes(in_parallel(files, |file| Ok(byte(one(file)?)))?.concat())
                    }
                    false => Numbers::Floats(
                        in_parallel(files, |file| Ok(one(file)?.into_numbers()))?.concat(),
                    ),
                };
                Pictures::volumes(shape, numbers, labels)?
            }
        };
        if files.iter().all(|file| file.mask.is_none()) {
            return Ok(pictures);
        }
        let masks = in_parallel(files, |file| self.mask(file))?;
        Ok(pictures.with_masks(masks.concat())?)
    }

    /// The mask of a file in the form of its picture.
    fn mask(&self, file: &Example) -> Result<Vec<u8>> {
        let path = file.mask.as_deref().unwrap_or(&file.path);
        let (mask, picture) = match &self.kind {
            Kind::Images => {
                let mask = volumes::mask(path)?;
                let header = picture::header(&file.path)?;
                (mask, [1, 1, header.height, header.width])
            }
            Kind::Volumes { .. } => (volumes::read(path)?, volumes::header(&file.path)?.shape),
        };
        let [_, depth, rows, cols] = picture;
        if mask.sizes() != [depth, rows, cols] {
            let [a, b, c] = mask.sizes();
            return fail(
                ErrorKind::Data,
                format!(
                    "{}: a mask of {a} x {b} x {c} pixels for a picture of {depth} x {rows} x {cols}; they \
                     have to be equal",
                    path.display()
                ),
            );
        }
        let mask = match &self.kind {
            Kind::Images => {
                let side = rows.min(cols);
                mask.cropped([1, side, side]).nearest(self.sizes)
            }
            Kind::Volumes { recipe, .. } => recipe.apply_to_mask(mask),
        };
        Ok(mask.into_classes(path)?)
    }

    /// In words, for the description of the data.
    pub(super) fn words(&self) -> String {
        let [depth, rows, cols] = self.sizes;
        match &self.kind {
            Kind::Images => {
                let colour = if self.channels == 1 { "grey" } else { "colour" };
                format!("images of {rows} x {cols} pixels in {colour}")
            }
            Kind::Volumes { note, .. } => {
                let channels = match self.channels {
                    1 => String::new(),
                    n => format!(" with {n} channels"),
                };
                format!("volumes of {depth} x {rows} x {cols} voxels{channels}{note}")
            }
        }
    }
}

/// What is wrong with the files that can't be read, and with their masks.
pub(super) fn unreadable(files: &[Example], observer: &dyn Observer) -> Result<Vec<TrainError>> {
    let done = AtomicUsize::new(0);
    let bad = in_parallel(files, |file| {
        let found = match file.is_volume() {
            true => volumes::read(&file.path).map(drop),
            false => picture::decode(&file.path).map(drop),
        };
        let mask = match &file.mask {
            Some(mask) if file.is_volume() => volumes::read(mask).map(drop),
            Some(mask) => volumes::mask(mask).map(drop),
            None => Ok(()),
        };
        observer.reading(done.fetch_add(1, Ordering::Relaxed) + 1, files.len());
        Ok([found.err(), mask.err()])
    });
    Ok(bad?.into_iter().flatten().flatten().collect())
}

/// The side that all images have.
fn common_size(files: &[Example], headers: &[Header]) -> Result<usize> {
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
                "{file}: an image of {} x {} pixels is no square, and networks are trained on \
                 squares, whatever their group; {remedy}",
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
    use super::{Form, Kind, in_parallel};
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
            sizes: [1, 512, 512],
            kind: Kind::Images,
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
