//! Plans and CPU execution of equivariant linear maps and the other hot operations of an
//! equivariant network, on plain slices: forward, input gradient, weight gradient.
//!
//! The crate knows no group, no tensor library, no automatic differentiation and no file.
//! Bases arrive as plain sparse entries, symmetries as the numbers by which they act, activations as
//! slices.
//!
//! A [`ConvPlan`] that knows its [`Symmetry`] computes one matrix product per irrep instead of a
//! dense convolution, and chooses its [`Path`] by counting. What such a path computes is a
//! [`program::Program`], plain data that other devices can run too.
//!
//! # Memory
//!
//! Activations are contiguous, channels last: `[batch, depth, height, width, channels]`. An image
//! is a volume of depth 1, a line an image of height 1.
//! The channels of a field type are laid out by a [`Layout`]: blocks of equal fields, and inside
//! a block *component-major*, so all copies of one component are contiguous.
//!
//! # Determinism
//!
//! Work is cut into parts that depend only on the shapes, and partial sums are added in a fixed
//! order. So every result is equal bit for bit whatever the number of threads.
//!
//! # Example
//!
//! A 3 x 3 convolution from one scalar field to two, with one free parameter per pair of fields
//! (a blurring cross), applied to a 4 x 4 image:
//!
//! ```
//! use schur_engine::{ConvPlan, Entry, Geometry, Layout, PairBasis, conv};
//!
//! let geometry = Geometry::plane((3, 3), (1, 1), (1, 1), (1, 1))?;
//! let cross = [1, 3, 4, 5, 7].map(|tap| Entry { out: 0, input: 0, tap, value: 1.0 });
//! let plan = ConvPlan::new(
//!     Layout::scalars(1)?,
//!     Layout::scalars(2)?,
//!     geometry,
//!     vec![PairBasis { elements: vec![cross.to_vec()] }],
//! )?;
//! assert_eq!(plan.parameters(), 2);
//!
//! let weight = plan.expand(&[1.0_f32, -1.0])?;
//! let shape = plan.shape(1, [1, 4, 4])?;
//! let y = conv::forward(&shape, &[1.0; 16], &weight)?;
//! // The corner pixel sees three pixels of the cross, the next one four.
//! assert_eq!(&y[..4], &[3.0, -3.0, 4.0, -4.0]);
//! # Ok::<(), schur_engine::EngineError>(())
//! ```

mod basis;
mod conv_shape;
mod cpu;
mod error;
mod geometry;
mod known;
mod layout;
pub mod parallel;
mod plan;
mod pool_shape;
pub mod program;
pub mod reference;
mod sampling;
pub mod symmetry;
mod tolerance;
mod windows;

pub use basis::{BasisMatrix, Entry, PairBasis};
pub use conv_shape::ConvShape;
pub use cpu::epilogue::Epilogue;
pub use cpu::keeping_unsafe::KeepingAllocator;
pub use cpu::machine::{Caches, Machine};
pub use cpu::norm::{Activation, Centering, NormPlan};
pub use cpu::pool::MaxPool;
pub use cpu::scalar::Scalar;
pub use cpu::scratch::release_memory;
pub use cpu::{carry, channels, conv, edges, gates, norm, pointwise, pool, resample, sphere};
pub use error::EngineError;
pub use geometry::Geometry;
pub use layout::{Block, Layout};
pub use plan::{ConvPlan, Path, PathCost, Precision, PreparedWeight};
pub use pool_shape::PoolShape;
pub use symmetry::Symmetry;

/// What every fallible function of this crate returns.
///
/// ```
/// use schur_engine::{Geometry, Result};
/// let kernel = |k: usize| -> Result<usize> { Ok(Geometry::square(k)?.taps()) };
/// assert_eq!(kernel(3)?, 9);
/// assert!(kernel(0).is_err());
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
pub type Result<T> = std::result::Result<T, EngineError>;
