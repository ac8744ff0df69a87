//! Dense convolution of lines, images and volumes: forward, input gradient, weight gradient.
//!
//! No patches are gathered. In rows with zeros on their sides the patches of neighbouring pixels
//! are a constant distance apart, and so is everything that the matrix product of
//! `product_unsafe` reads: forward multiplies such rows by the weight in panels, the input
//! gradient does the same with the turned kernel, and the weight gradient multiplies the transposed
//! rows by the output gradient. Kernel rows outside an image are left out.
//!
//! | array | shape |
//! |---|---|
//! | `x`, `dx` | `[batch, depth, height, width, in_channels]` |
//! | `weight`, `dw` | `[kernel depth, kernel height, kernel width, in_channels, out_channels]` |
//! | `y`, `dy` | `[batch, out_depth, out_height, out_width, out_channels]` |
//!
//! ```
//! use schur_engine::{ConvShape, Geometry, conv};
//! // The 1 x 2 kernel (1, -1): differences of neighbours in a row.
//! let geometry = Geometry::plane((1, 2), (1, 1), (0, 0), (1, 1))?;
//! let shape = ConvShape::new(&geometry, 1, [1, 1, 3], 1, 1)?;
//! let (x, weight) = ([5.0, 3.0, 2.0], [1.0, -1.0]);
//! assert_eq!(conv::forward(&shape, &x, &weight)?, [2.0, 1.0]);
//! assert_eq!(conv::backward_input(&shape, &[1.0, 0.0], &weight)?, [1.0, -1.0, 0.0]);
//! assert_eq!(conv::backward_weight(&shape, &x, &[1.0, 1.0])?, [8.0, 5.0]);
//! # Ok::<(), schur_engine::EngineError>(())
//! ```

mod direct;
mod forward;
mod input_gradient;
mod matrix;
mod pieces;
mod weight_gradient;

pub use forward::forward;
pub(crate) use forward::{forward_cut, forward_packed, packed};
pub use input_gradient::backward_input;
pub(crate) use input_gradient::input_gradient;
pub(crate) use matrix::PanelMatrix;
pub use weight_gradient::backward_weight;
pub(crate) use weight_gradient::weight_gradient;
