//! One volume of one's own: reading it, and bringing it to a form.

mod nifti;
mod npy;
mod numbers;

use std::path::Path;

use crate::found::BLANKS;
use crate::{DataError, resize_volume};

pub(crate) use npy::{Array, unpack, write as write_array};

/// Most numbers of one volume: 4 GiB as 32-bit numbers.
const MAX_NUMBERS: u64 = 1 << 30;
/// Endings of files with one volume each, in small letters.
pub(crate) const ENDINGS: [&str; 3] = [".nii", ".nii.gz", ".npy"];

/// What a file says of its volume before the numbers are read.
///
/// ```
/// use schur_data::VolumeHeader;
///
/// // The first bytes of an array of NumPy; the numbers follow.
/// let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }\n";
/// let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
/// bytes.extend((header.len() as u16).to_le_bytes());
/// bytes.extend(header.bytes().chain([0; 4 * 2 * 3 * 4]));
/// let directory = tempfile::tempdir()?;
/// let file = directory.path().join("zeros.npy");
/// std::fs::write(&file, bytes)?;
/// assert_eq!(VolumeHeader::read(&file)?.shape, [1, 2, 3, 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeHeader {
    /// Channels, depth, rows, columns.
    pub shape: [usize; 4],
    /// Distances of neighbouring slices, rows and columns in millimetres, where the file says so.
    pub spacing: Option<[f64; 3]>,
    /// Whether the numbers are bytes.
    pub bytes: bool,
}

/// A volume, or several channels of one: numbers on a grid.
///
/// Axes are those of this crate: columns run along x, rows against y, slices along z. A NIfTI file
/// is turned by its header, to the nearest of the 48 orders of axes, so that x points to the right
/// of the patient, y to the front and z to the head; a NumPy array has its axes in the order (channel,)
/// slice, row, column.
///
/// ```
/// use schur_data::Volume;
///
/// let volume = Volume::new([1, 2, 4, 4], vec![0.5; 32])?.with_spacing([2.0, 1.0, 1.0]);
/// // Voxels of 1 mm: twice as many slices.
/// assert_eq!(volume.resampled(1.0)?.shape(), [1, 4, 4, 4]);
/// // The central cube has an edge of 4 mm, in 2 voxels.
/// assert_eq!(volume.cube(2)?.numbers(), [0.5; 8]);
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Volume {
    shape: [usize; 4],
    numbers: Vec<f32>,
    spacing: Option<[f64; 3]>,
}

/// A file that is no volume, or a damaged one.
pub(crate) fn problem(file: &Path, problem: impl Into<String>) -> DataError {
    DataError::Volume {
        file: file.display().to_string(),
        problem: problem.into(),
    }
}

impl VolumeHeader {
    /// Reads the header of a file: NIfTI (`.nii`, `.nii.gz`) or NumPy (`.npy`).
    ///
    /// # Errors
    ///
    /// [`DataError::Read`] if it can't be read, [`DataError::Volume`] if it is no volume: of another
    /// type, of more or fewer than three axes, or larger than 2^30 numbers.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let path = path.as_ref();
        match is_numpy(path) {
            true => npy::header(path),
            false => nifti::header(path),
        }
    }
}

impl Volume {
    /// Whether the name of a file ends as one of a volume does.
    pub fn is_one(path: impl AsRef<Path>) -> bool {
        let name = path.as_ref().file_name().unwrap_or_default();
        let name = name.to_string_lossy().to_lowercase();
        ENDINGS.iter().any(|ending| name.ends_with(ending))
    }

    /// A volume of `[channels, depth, rows, cols]`.
    ///
    /// # Errors
    ///
    /// [`DataError::Volume`] unless there are as many numbers as that, at least one.
    pub fn new(shape: [usize; 4], numbers: Vec<f32>) -> Result<Self, DataError> {
        let expected = shape.into_iter().try_fold(1_usize, usize::checked_mul);
        if numbers.is_empty() || expected != Some(numbers.len()) {
            let [channels, depth, rows, cols] = shape;
            return Err(DataError::Volume {
                file: format!("a volume of {channels} x {depth} x {rows} x {cols}"),
                problem: format!(
                    "{} numbers given; pass the product of its sizes",
                    numbers.len()
                ),
            });
        }
        Ok(Self {
            shape,
            numbers,
            spacing: None,
        })
    }

    /// Reads a file: NIfTI (`.nii`, `.nii.gz`) or NumPy (`.npy`).
    ///
    /// # Errors
    ///
    /// As [`VolumeHeader::read`]; [`DataError::Truncated`], [`DataError::Gzip`], and
    /// [`DataError::Volume`] with the place for a number that is not finite.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DataError> {
        let path = path.as_ref();
        let volume = match is_numpy(path) {
            true => npy::read(path),
            false => nifti::read(path),
        }?;
        volume.check_finite(path, None)?;
        Ok(volume)
    }

    /// [`DataError::Volume`] with the place of the first number that is not finite; of a file with several
    /// volumes, one behind the other and each of so many channels, with the number of the volume too.
    pub(crate) fn check_finite(
        &self,
        file: &Path,
        channels: Option<usize>,
    ) -> Result<(), DataError> {
        let Some(at) = self.numbers.iter().position(|v| !v.is_finite()) else {
            return Ok(());
        };
        let [_, depth, rows, cols] = self.shape;
        // What a file stores in 64 bits may be finite there.
        let large = match self.numbers[at].is_infinite() {
            true => " in 32 bits, as numbers are kept; scale what is above 3.4e38, and",
            false => ";",
        };
        let name = match channels {
            Some(channels) => {
                let volume = at / (channels * depth * rows * cols);
                format!("{}, volume {volume}", file.display())
            }
            None => file.display().to_string(),
        };
        Err(problem(
            Path::new(&name),
            format!(
                "the number in slice {}, row {}, column {} is {} (counting from 0){large} replace what is \
                 not finite, for example by `numpy.nan_to_num`",
                at / (rows * cols) % depth,
                at / cols % rows,
                at % cols,
                self.numbers[at]
            ),
        ))
    }

    /// This volume with the distances of neighbouring slices, rows and columns in millimetres.
    pub fn with_spacing(self, spacing: [f64; 3]) -> Self {
        Self {
            spacing: Some(spacing),
            ..self
        }
    }

    /// Channels, depth, rows, columns.
    pub fn shape(&self) -> [usize; 4] {
        self.shape
    }

    /// Depth, rows, columns.
    pub fn sizes(&self) -> [usize; 3] {
        let [_, depth, rows, cols] = self.shape;
        [depth, rows, cols]
    }

    /// Numbers `[channels, depth, rows, cols]`.
    pub fn numbers(&self) -> &[f32] {
        &self.numbers
    }

    /// The numbers alone.
    pub fn into_numbers(self) -> Vec<f32> {
        self.numbers
    }

    /// Distances of neighbouring slices, rows and columns in millimetres, where they are known.
    pub fn spacing(&self) -> Option<[f64; 3]> {
        self.spacing
    }

    /// The numbers as classes of a mask.
    ///
    /// # Errors
    ///
    /// [`DataError::Volume`] unless there is one channel of whole numbers from 0 to 255; `file` is its
    /// name in errors.
    pub fn into_classes(self, file: impl AsRef<Path>) -> Result<Vec<u8>, DataError> {
        let file = file.as_ref();
        if self.shape[0] != 1 {
            let text = format!(
                "a mask with {} channels, where one number says the class; of pictures, save it in grey or \
                 with a palette whose indices are the classes",
                self.shape[0]
            );
            return Err(problem(file, text));
        }
        let class = |v: f32| {
            let class = v as u8;
            match f32::from(class) == v {
                true => Ok(class),
                false => Err(problem(
                    file,
                    format!(
                        "a mask with the number {v}; it has to hold the number of a class, from 0 to \
                         255, in every voxel"
                    ),
                )),
            }
        };
        self.numbers.into_iter().map(class).collect()
    }

    /// Resampled to cubes of `spacing` millimetres, every axis as [`resize_volume`] does it: as many
    /// voxels as fit best. Voxels of unknown size are cubes of 1 mm.
    ///
    /// # Errors
    ///
    /// [`DataError::Resize`] if it would have more than [`MAX_RESIZED_PIXELS`](crate::MAX_RESIZED_PIXELS)
    /// voxels.
    pub fn resampled(&self, spacing: f64) -> Result<Self, DataError> {
        let sizes = resampled_sizes(self.sizes(), self.spacing, spacing);
        let mut resized = self.resized(sizes)?;
        resized.spacing = Some([spacing; 3]);
        Ok(resized)
    }

    /// The central cube, as wide as the shortest axis in millimetres, resized to `side` voxels along
    /// each axis.
    ///
    /// # Errors
    ///
    /// [`DataError::Resize`] if it would have no or too many voxels.
    pub fn cube(&self, side: usize) -> Result<Self, DataError> {
        let cut = self.cropped(cube_sizes(self.sizes(), self.spacing));
        let mut cube = cut.resized([side; 3])?;
        cube.spacing = None;
        Ok(cube)
    }

    /// The part of these sizes (depth, rows, columns) about the centre; what is larger than the
    /// volume is filled with its least number. Where the margin can't be the same on both sides it is
    /// one voxel wider at the end.
    pub fn cropped(&self, sizes: [usize; 3]) -> Self {
        let least = self.numbers.iter().copied().fold(f32::INFINITY, f32::min);
        self.filled(sizes, least)
    }

    /// The part of these sizes about the centre as [`cropped`](Self::cropped) has it, but filled with
    /// a number, as a mask is with its background.
    pub fn filled(&self, sizes: [usize; 3], number: f32) -> Self {
        let old = self.sizes();
        if old == sizes {
            return self.clone();
        }
        let [depth, rows, cols] = sizes;
        let shape = [self.shape[0], depth, rows, cols];
        let mut numbers = vec![number; shape.iter().product()];
        // First place in the new and in the old volume, and how many there are.
        let common = [0, 1, 2].map(|axis| {
            let (new, old): (usize, usize) = (sizes[axis], old[axis]);
            let (into, from) = (new.saturating_sub(old) / 2, old.saturating_sub(new) / 2);
            (into, from, new.min(old))
        });
        let [(k0, k1, slices), (i0, i1, lines), (j0, j1, length)] = common;
        let place = |c: usize, sizes: [usize; 3], k: usize, i: usize, j: usize| {
            ((c * sizes[0] + k) * sizes[1] + i) * sizes[2] + j
        };
        for channel in 0..self.shape[0] {
            for k in 0..slices {
                for i in 0..lines {
                    let to = place(channel, sizes, k0 + k, i0 + i, j0);
                    let from = place(channel, old, k1 + k, i1 + i, j1);
                    numbers[to..to + length].copy_from_slice(&self.numbers[from..from + length]);
                }
            }
        }
        Self {
            shape,
            numbers,
            spacing: self.spacing,
        }
    }

    /// A mask of the volume in a file, of `sizes` [depth, rows, cols], as a file of the same kind: of a NIfTI file
    /// one with its axes and its place in the patient, packed if the name says so; otherwise the bytes
    /// of a `.npy` file. Both are marked, so that [`is_found`](crate::is_found) knows them.
    ///
    /// # Errors
    ///
    /// As [`VolumeHeader::read`], and [`DataError::Masks`] unless the mask has as many places as the
    /// volume.
    pub fn mask_file(
        path: impl AsRef<Path>,
        sizes: [usize; 3],
        mask: &[u8],
    ) -> Result<Vec<u8>, DataError> {
        let path = path.as_ref();
        check_mask(mask, sizes.into_iter().product())?;
        match path.is_dir() || is_numpy(path) {
            true => Ok(npy::write("|u1", &sizes, mask, BLANKS)),
            false => nifti::write_mask(path, mask),
        }
    }

    pub(crate) fn resized(&self, sizes: [usize; 3]) -> Result<Self, DataError> {
        let mut numbers = Vec::new();
        for channel in self.numbers.chunks_exact(self.sizes().iter().product()) {
            numbers.extend(resize_volume(channel, self.sizes(), sizes)?);
        }
        let [depth, rows, cols] = sizes;
        Ok(Self {
            shape: [self.shape[0], depth, rows, cols],
            numbers,
            spacing: self.spacing,
        })
    }

    /// This volume of classes in these sizes, each place with the class of the nearest voxel.
    pub fn nearest(&self, sizes: [usize; 3]) -> Self {
        let old = self.sizes();
        let [depth, rows, cols] = sizes;
        let from = |at: usize, axis: usize| (2 * at + 1) * old[axis] / (2 * sizes[axis]);
        let mut numbers = Vec::with_capacity(self.shape[0] * depth * rows * cols);
        for c in 0..self.shape[0] {
            for k in 0..depth {
                for i in 0..rows {
                    let line = ((c * old[0] + from(k, 0)) * old[1] + from(i, 1)) * old[2];
                    numbers.extend((0..cols).map(|j| self.numbers[line + from(j, 2)]));
                }
            }
        }
        Self {
            shape: [self.shape[0], depth, rows, cols],
            numbers,
            spacing: self.spacing,
        }
    }
}

/// Sizes of a volume after [`Volume::resampled`].
pub fn resampled_sizes(sizes: [usize; 3], old: Option<[f64; 3]>, spacing: f64) -> [usize; 3] {
    let old = old.unwrap_or([1.0; 3]);
    [0, 1, 2].map(|axis| ((sizes[axis] as f64 * old[axis] / spacing).round() as usize).max(1))
}

/// Voxels of the central cube along each axis.
pub fn cube_sizes(sizes: [usize; 3], spacing: Option<[f64; 3]>) -> [usize; 3] {
    let spacing = spacing.unwrap_or([1.0; 3]);
    let length = |axis: usize| sizes[axis] as f64 * spacing[axis];
    let edge = (0..3).map(length).fold(f64::INFINITY, f64::min);
    [0, 1, 2].map(|axis| ((edge / spacing[axis]).round() as usize).clamp(1, sizes[axis]))
}

/// [`DataError::Masks`] unless a mask has as many places.
fn check_mask(mask: &[u8], expected: usize) -> Result<(), DataError> {
    match mask.len() == expected {
        true => Ok(()),
        false => Err(DataError::Masks {
            found: mask.len(),
            expected,
        }),
    }
}

fn is_numpy(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ending.eq_ignore_ascii_case("npy")
}

/// [`DataError::Volume`] for no numbers, or more than a volume may have.
fn check_count(file: &Path, sizes: &[u64]) -> Result<(), DataError> {
    let count = sizes.iter().try_fold(1_u64, |n, &size| n.checked_mul(size));
    let words: Vec<String> = sizes.iter().map(u64::to_string).collect();
    let words = words.join(" x ");
    match count {
        Some(0) => Err(problem(
            file,
            format!("{words} voxels are none; every size must be at least 1"),
        )),
        Some(count) if count <= MAX_NUMBERS => Ok(()),
        _ => Err(problem(
            file,
            format!(
                "{words} voxels are more than {MAX_NUMBERS}, which do not fit into memory; cut or \
                 resample the volume first"
            ),
        )),
    }
}
