//! Handwritten digits, and pictures of one's own, for rotation-equivariant networks.
//!
//! - [`idx`] reads the IDX files in which MNIST and its relatives are published, [`amat`] the texts in
//!   which rotated MNIST is.
//! - [`Pictures`] holds upright pictures with labels: a subset of MNIST that is compiled in, the
//!   IDX files of a directory ([`Source`]), or any others, grey or in colour, with a
//!   [`Normalisation`]. [`ImageFolder`] lists image files by class and part, [`MaskFolder`] those with
//!   masks, [`TargetFolder`] those with a table of numbers and vectors ([`Targets`]), [`FilesBelow`] all
//!   below a directory.
//! - [`Split`] divides digits into training, validation and test parts.
//! - [`Dataset`] turns every picture by a random angle of its own, the way the rotated
//!   MNIST benchmark is made, and makes numbers of pixels.
//! - [`Scenes`] hides one whole digit among pieces of others, with the mask of its ink.
//! - [`blobs`] are test images that turn without interpolation.
//! - [`Triangles`] reads meshes from OFF, OBJ, PLY and STL files, [`MeshArchive`] many with labels.
//! - [`rotate()`] and [`resize()`] act on single images, [`values_at`] says what is between their pixels.
//!
//! Angles are in degrees, counter-clockwise as seen on the displayed image. Everything
//! random is a function of an explicit seed and gives the same bits on every machine and
//! for any number of threads.
//!
//! ```
//! use schur_data::{Dataset, Split, Stream, shuffled_indices};
//!
//! let split = Split::embedded()?;
//! let validation = Dataset::rotated(&split.validation, 1, Stream::Validation);
//! assert_eq!(validation.len(), 2000);
//! assert_eq!(validation.images.len(), 2000 * 28 * 28);
//!
//! let order = shuffled_indices(validation.len(), 1, 0);
//! for batch in order.chunks(64) {
//!     let first = validation.image(batch[0]);
//!     assert_eq!(first.len(), 28 * 28);
//! }
//! # Ok::<(), schur_data::DataError>(())
//! ```

pub mod amat;
pub mod idx;

mod between;
mod blobs;
mod dataset;
mod error;
mod file;
mod folder;
mod found;
mod globe;
mod mesh;
mod npz;
mod numbers;
mod pictures;
mod protocol;
mod random;
mod resize;
mod rotate;
mod scenes;
mod source;
mod strip;
mod targets;
mod tolerance;
mod volume;
mod words;

pub use between::values_at;
pub use blobs::{MAX_SOLID, blobs, moved_blobs, solid_blobs};
pub use dataset::{Dataset, Moves, Stream, TEST_ROTATION_SEED};
pub use error::{DataError, DataErrorKind};
pub use folder::{
    FilesBelow, ImageFile, ImageFolder, MaskFolder, MaskedFile, TargetFile, TargetFolder,
    missing_slice, slices,
};
pub use found::{is_found, mark_found};
pub use globe::Globe;
pub use mesh::{LabelledMesh, MeshArchive, Triangles};
pub use npz::NumpyArchive;
pub use numbers::Numbers;
pub use pictures::{CLASSES, MAX_SCENE, Normalisation, Pictures};
pub use protocol::Split;
pub use random::CLASSIC_SPLIT_SEED;
pub use random::shuffled_indices;
pub use resize::{MAX_RESIZED_PIXELS, resize, resize_volume};
pub use rotate::{
    MAX_OVERSAMPLING, move_mask, move_volume, rotate, rotate_oversampled, rotation_about_z,
};
pub use scenes::Scenes;
pub use source::Source;
pub use strip::Strip;
pub use targets::{Columns, FarOut, Quantities, Targets};
pub use volume::{Volume, VolumeHeader, cube_sizes, resampled_sizes};
pub use words::counted;
