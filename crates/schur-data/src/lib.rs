//! Handwritten digits for rotation-equivariant networks.
//!
//! - [`idx`] reads the IDX files in which MNIST and its relatives are published.
//! - [`Digits`] holds upright digits: a subset of MNIST that is compiled in, or the
//!   files of a directory ([`Source`]).
//! - [`Split`] divides digits into training, validation and test parts.
//! - [`Dataset`] turns every digit by a random angle of its own, the way the rotated
//!   MNIST benchmark is made, and scales pixels to [0, 1].
//! - [`Scenes`] hides one whole digit among pieces of others, with the mask of its ink.
//! - [`rotate()`] and [`resize()`] act on single images.
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

pub mod idx;

mod dataset;
mod digits;
mod error;
mod protocol;
mod random;
mod resize;
mod rotate;
mod scenes;
mod source;
#[cfg(test)]
mod tolerance;

pub use dataset::{Dataset, Stream, TEST_ROTATION_SEED};
pub use digits::{CLASSES, Digits};
pub use error::DataError;
pub use protocol::{CLASSIC_SPLIT_SEED, Split};
pub use random::shuffled_indices;
pub use resize::{MAX_RESIZED_PIXELS, resize};
pub use rotate::{MAX_OVERSAMPLING, rotate, rotate_oversampled};
pub use scenes::{MAX_SCENE, Scenes};
pub use source::Source;
