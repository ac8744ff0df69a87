//! Dense planar convolution: forward, input gradient, weight gradient.
//!
//! All three work on a *column tile*: the patches that a few output pixels see, one row per
//! pixel, one column per kernel tap and channel, small enough for the second-level cache. Forward
//! and the weight gradient gather it and multiply it with a matrix; the input gradient computes
//! it by a product and adds it back. A tile never leaves the thread that made it.
//!
//! | array | shape |
//! |---|---|
//! | `x`, `dx` | `[batch, height, width, in_channels]` |
//! | `weight`, `dw` | `[kernel rows, kernel columns, in_channels, out_channels]` |
//! | `y`, `dy` | `[batch, out_height, out_width, out_channels]` |
//!
//! ```
//! use schur_engine::{ConvShape, Geometry, conv};
//! // The 1 x 2 kernel (1, -1): differences of neighbours in a row.
//! let geometry = Geometry::new((1, 2), (1, 1), (0, 0), (1, 1))?;
//! let shape = ConvShape::new(&geometry, 1, (1, 3), 1, 1)?;
//! let (x, weight) = ([5.0, 3.0, 2.0], [1.0, -1.0]);
//! assert_eq!(conv::forward(&shape, &x, &weight)?, [2.0, 1.0]);
//! assert_eq!(conv::backward_input(&shape, &[1.0, 0.0], &weight)?, [1.0, -1.0, 0.0]);
//! assert_eq!(conv::backward_weight(&shape, &x, &[1.0, 1.0])?, [8.0, 5.0]);
//! # Ok::<(), schur_engine::EngineError>(())
//! ```

mod columns;
mod forward;
mod input_gradient;
mod shape;
mod weight_gradient;

pub(crate) use columns::Sampling;
pub use forward::forward;
pub use input_gradient::backward_input;
pub use shape::ConvShape;
pub use weight_gradient::backward_weight;
