//! Volumes of one's own: files, and folders of slices.

use std::path::{Path, PathBuf};

use image::DynamicImage;
use schur_data::{
    Volume, VolumeHeader, counted, cube_sizes, missing_slice, resampled_sizes, slices,
};

use super::listing::Example;
use crate::error::{ErrorKind, Result, fail};
use crate::images::config::DataConfig;
use crate::images::picture;

/// Distances of voxels that differ by less are equal: a share.
const EQUAL: f64 = crate::tolerance::SPACING;

/// What is done to every volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Recipe {
    /// Side of voxels in millimetres.
    spacing: Option<f64>,
    /// Side of a cube in voxels.
    side: Option<usize>,
}

impl Recipe {
    pub(crate) fn of(config: &DataConfig) -> Self {
        Self {
            spacing: config.spacing,
            side: config.size,
        }
    }

    /// Whether numbers are not interpolated.
    pub(super) fn keeps_numbers(&self) -> bool {
        self.spacing.is_none() && self.side.is_none()
    }

    /// Resampled, and made a cube: resized where nothing says how large a voxel is, otherwise cut or
    /// filled.
    pub(crate) fn apply(&self, volume: Volume) -> Result<Volume> {
        Ok(match (self.spacing, self.side) {
            (None, None) => volume,
            (None, Some(side)) => volume.cube(side)?,
            (Some(spacing), None) => volume.resampled(spacing)?,
            (Some(spacing), Some(side)) => volume.resampled(spacing)?.cropped([side; 3]),
        })
    }

    /// The same of classes, which are not interpolated.
    pub(super) fn apply_to_mask(&self, mask: Volume) -> Volume {
        let sizes = mask.sizes();
        match (self.spacing, self.side) {
            (None, None) => mask,
            (None, Some(side)) => {
                let cube = cube_sizes(sizes, mask.spacing());
                mask.filled(cube, 0.0).nearest([side; 3])
            }
            (Some(spacing), side) => {
                let resampled = mask.nearest(resampled_sizes(sizes, mask.spacing(), spacing));
                match side {
                    Some(side) => resampled.filled([side; 3], 0.0),
                    None => resampled,
                }
            }
        }
    }

    /// A mask of what [`apply`](Self::apply) has made of a volume of `sizes`, as one of that volume:
    /// background where nothing was seen.
    pub(crate) fn back(&self, mask: Volume, sizes: [usize; 3], old: Option<[f64; 3]>) -> Volume {
        match (self.spacing, self.side) {
            (None, None) => mask,
            (None, Some(_)) => mask.nearest(cube_sizes(sizes, old)).filled(sizes, 0.0),
            (Some(_), None) => mask.nearest(sizes),
            (Some(spacing), Some(_)) => {
                let resampled = resampled_sizes(sizes, old, spacing);
                mask.filled(resampled, 0.0).nearest(sizes)
            }
        }
    }

    /// Sizes of a volume afterwards.
    fn sizes(&self, header: &VolumeHeader) -> [usize; 3] {
        let [_, depth, rows, cols] = header.shape;
        match (self.spacing, self.side) {
            (_, Some(side)) => [side; 3],
            (Some(spacing), None) => resampled_sizes([depth, rows, cols], header.spacing, spacing),
            (None, None) => [depth, rows, cols],
        }
    }
}

/// The slices in a folder, of which none is missing.
fn whole(path: &Path) -> Result<Vec<PathBuf>> {
    let slices = slices(path)?;
    if let Some([before, after]) = missing_slice(&slices) {
        let text = format!(
            "{}: no slice between those numbered {before} and {after}; add what is missing, or number the \
             slices by equal steps",
            path.display()
        );
        return fail(ErrorKind::Data, text);
    }
    Ok(slices)
}

/// What a file, or the first slice of a folder, says of its volume.
pub(super) fn header(path: &Path) -> Result<VolumeHeader> {
    if !path.is_dir() {
        return Ok(VolumeHeader::read(path)?);
    }
    let slices = whole(path)?;
    let header = picture::header(&slices[0])?;
    Ok(VolumeHeader {
        shape: [
            if header.colour { 3 } else { 1 },
            slices.len(),
            header.height,
            header.width,
        ],
        spacing: None,
        bytes: !header.deep,
    })
}

/// The volume of a file, or of a folder of slices.
pub(crate) fn read(path: &Path) -> Result<Volume> {
    if !path.is_dir() {
        return Ok(Volume::read(path)?);
    }
    let mut volume: Option<([usize; 4], Vec<Vec<f32>>)> = None;
    let slices = whole(path)?;
    for file in &slices {
        let slice = slice(file)?;
        let shape = slice.shape();
        let (first, numbers) = volume.get_or_insert_with(|| (shape, vec![Vec::new(); shape[0]]));
        if *first != shape {
            let words = |[channels, _, rows, cols]: [usize; 4]| {
                format!(
                    "{rows} x {cols} pixels in {}",
                    if channels == 1 { "grey" } else { "colour" }
                )
            };
            return fail(
                ErrorKind::Data,
                format!(
                    "{}: a slice of {}, but {} has {}; all slices of a volume have to be alike",
                    file.display(),
                    words(shape),
                    slices[0].display(),
                    words(*first)
                ),
            );
        }
        let size = shape[2] * shape[3];
        for (channel, numbers) in slice.numbers().chunks_exact(size).zip(numbers) {
            numbers.extend(channel);
        }
    }
    let ([channels, _, rows, cols], numbers) = volume.unwrap_or(([0; 4], Vec::new()));
    Ok(Volume::new(
        [channels, slices.len(), rows, cols],
        numbers.concat(),
    )?)
}

/// An image as a volume of one slice: its numbers as they are in the file, from 0 to 255 or to 65535.
fn slice(path: &Path) -> Result<Volume> {
    let image = picture::decode(path)?;
    let (rows, cols) = (image.height() as usize, image.width() as usize);
    let bytes = |bytes: Vec<u8>| bytes.into_iter().map(f32::from).collect::<Vec<_>>();
    let (channels, pixels) = match (image.color().has_color(), &image) {
        (false, DynamicImage::ImageLuma16(_) | DynamicImage::ImageLumaA16(_)) => {
            let words = image.into_luma16().into_raw();
            (1, words.into_iter().map(f32::from).collect())
        }
        (false, _) => (1, bytes(image.into_luma8().into_raw())),
        (true, DynamicImage::ImageRgb16(_) | DynamicImage::ImageRgba16(_)) => {
            let words = image.into_rgb16().into_raw();
            (3, words.into_iter().map(f32::from).collect())
        }
        (true, _) => (3, bytes(image.into_rgb8().into_raw())),
    };
    let maps = (0..channels).flat_map(|c| pixels.iter().skip(c).step_by(channels).copied());
    Ok(Volume::new([channels, 1, rows, cols], maps.collect())?)
}

/// A mask in a picture file as a volume of one slice: its numbers as they are stored.
pub(super) fn mask(path: &Path) -> Result<Volume> {
    match picture::stored_numbers(path)? {
        Some((rows, cols, numbers)) => {
            let numbers = numbers.into_iter().map(f32::from).collect();
            Ok(Volume::new([1, 1, rows, cols], numbers)?)
        }
        None => slice(path),
    }
}

/// Refuses a volume of another form than its header promised.
pub(super) fn check_shape(path: &Path, volume: &Volume, shape: [usize; 4]) -> Result<()> {
    match volume.shape() == shape {
        true => Ok(()),
        false => fail(
            ErrorKind::Data,
            format!(
                "{}: (channels, slices, rows, columns) are {:?}, not {shape:?} as its header says; get it \
                 again",
                path.display(),
                volume.shape()
            ),
        ),
    }
}

/// The shape that all volumes have after a recipe, and what is to be said of the distances of their
/// voxels. Those for a network that is `trained` can't be brought to another.
pub(super) fn common(
    files: &[Example],
    headers: &[VolumeHeader],
    recipe: &Recipe,
    trained: bool,
) -> Result<([usize; 4], String)> {
    let (Some(file), Some(first)) = (files.first(), headers.first()) else {
        let text = "there are no volumes; put some into the folders of the classes";
        return fail(ErrorKind::Data, text);
    };
    let shape = |header: &VolumeHeader| (header.shape[0], recipe.sizes(header));
    let words = |header: &VolumeHeader| {
        let (channels, [depth, rows, cols]) = shape(header);
        let millimetres = header.spacing.map_or(String::new(), |[z, y, x]| {
            let of = format!(" of {z:.3} x {y:.3} x {x:.3} mm");
            match recipe.spacing {
                Some(spacing) => format!(" of {spacing} mm, made of such{of}"),
                None => of,
            }
        });
        match channels {
            1 => format!("{depth} x {rows} x {cols} voxels{millimetres}"),
            n => format!("{depth} x {rows} x {cols} voxels{millimetres} and {n} channels"),
        }
    };
    if let Some(at) = headers
        .iter()
        .position(|header| shape(header) != shape(first))
    {
        let (what, remedy) = match shape(&headers[at]).0 == shape(first).0 {
            false => (
                "numbers of channels",
                "leave out those of one number, or write all with the same channels",
            ),
            true if trained => (
                "sizes",
                "use volumes of the size on which the network was trained",
            ),
            true => (
                "sizes",
                "choose a size with --size: the central cube of every volume is then resized to it, or with \
                 --spacing too cut out of the resampled volume",
            ),
        };
        return fail(
            ErrorKind::Data,
            format!(
                "volumes of different {what}: {} has {}, {} has {}; {remedy}",
                file.path.display(),
                words(first),
                files[at].path.display(),
                words(&headers[at])
            ),
        );
    }
    let (channels, [depth, rows, cols]) = shape(first);
    if depth == 1 {
        let place = file.path.display();
        let text = match recipe.spacing {
            Some(spacing) if first.shape[1] > 1 => format!(
                "{place}: voxels of {spacing} mm leave one slice of {rows} x {cols}; use a smaller --spacing"
            ),
            None if first.shape[1] > 1 => format!(
                "{place}: of {} slices a size of 1 leaves one; use a larger --size",
                first.shape[1]
            ),
            _ => format!(
                "{place}: a volume of one slice of {rows} x {cols} pixels is an image; save such as PNG"
            ),
        };
        return fail(ErrorKind::Data, text);
    }
    Ok(([channels, depth, rows, cols], note(files, headers, recipe)))
}

/// Which files do not say how large their voxels are: arrays, and slices.
fn unsaid(files: &[Example], headers: &[VolumeHeader]) -> Option<String> {
    let all = files.iter().zip(headers);
    let mut without = all.filter(|(_, header)| header.spacing.is_none());
    let (first, _) = without.next()?;
    let more = match without.count() {
        0 => String::new(),
        n => format!(" and {}", counted(n, "other volume")),
    };
    Some(format!(
        "{}{more} without a size of voxels",
        first.path.display()
    ))
}

/// The option that makes volumes equally large, if they are not when their voxels are `spacing` wide.
fn one_size(headers: &[VolumeHeader], spacing: f64) -> String {
    let resampled = |header: &VolumeHeader| {
        let [_, depth, rows, cols] = header.shape;
        resampled_sizes([depth, rows, cols], header.spacing, spacing)
    };
    let sizes: Vec<[usize; 3]> = headers.iter().map(resampled).collect();
    match sizes.iter().all(|size| *size == sizes[0]) {
        true => String::new(),
        false => {
            let side = sizes.iter().flatten().max().copied().unwrap_or(1);
            format!(" with --size {side}")
        }
    }
}

/// How large voxels are, where that matters.
fn note(files: &[Example], headers: &[VolumeHeader], recipe: &Recipe) -> String {
    let unsaid = unsaid(files, headers);
    if let Some(spacing) = recipe.spacing {
        let unsaid = unsaid.map(|files| format!(" (note: {files}, which is taken for 1 mm)"));
        return format!(" of {spacing} mm{}", unsaid.unwrap_or_default());
    }
    let known = files.iter().zip(headers);
    let known: Vec<(&Example, [f64; 3])> = known
        .filter_map(|(file, header)| Some((file, header.spacing?)))
        .collect();
    let by_volume = |a: &&(&Example, [f64; 3]), b: &&(&Example, [f64; 3])| {
        let volume = |of: &[f64; 3]| of.iter().product::<f64>();
        let largest = |of: &[f64; 3]| of.iter().copied().fold(0.0, f64::max);
        let volumes = volume(&a.1).total_cmp(&volume(&b.1));
        volumes.then(largest(&a.1).total_cmp(&largest(&b.1)))
    };
    let least = known.iter().min_by(by_volume);
    let most = known.iter().max_by(by_volume);
    let (Some((small, [z, y, x])), Some((large, last))) = (least, most) else {
        return String::new();
    };
    let equal = |a: f64, b: f64| (a - b).abs() <= EQUAL * a.abs();
    let cubes = equal(*z, *y) && equal(*y, *x);
    let alike = known.iter().all(|(_, other)| {
        let pairs = other.iter().zip([z, y, x]);
        pairs.into_iter().all(|(a, b)| equal(*a, *b))
    });
    let shortest = known.iter().flat_map(|(_, spacing)| spacing);
    let shortest = shortest.copied().fold(f64::INFINITY, f64::min);
    match (alike, cubes, recipe.side) {
        (true, true, None) => {
            let unsaid =
                unsaid.map(|files| format!(" (note: {files}, and all are taken for equal)"));
            format!(" of {x:.3} mm{}", unsaid.unwrap_or_default())
        }
        // Cut and resized with the distances in mind: cubes, but not equally large ones.
        (_, _, Some(_)) => String::new(),
        (true, false, None) => format!(
            " (note: voxels of {z:.3} x {y:.3} x {x:.3} mm, which the network takes for cubes; --spacing \
             {shortest:.3} resamples them, and --size N resizes to cubes)"
        ),
        (false, _, None) => format!(
            " (note: voxels differ: {z:.3} x {y:.3} x {x:.3} mm ({}) to {:.3} x {:.3} x {:.3} mm ({}), and the \
             network takes all for equal cubes; --spacing {shortest:.3}{} resamples them)",
            small.path.display(),
            last[0],
            last[1],
            last[2],
            large.path.display(),
            one_size(headers, shortest)
        ),
    }
}
