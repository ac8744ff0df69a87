//! Spins: Wigner's matrices and coupling coefficients.

mod half_integer;
mod real_wigner;
mod small_d;
mod wigner;

pub use half_integer::HalfInteger;
pub use real_wigner::{real_wigner_d, real_wigner_d_up_to};
pub use wigner::{wigner_d, wigner_small_d};
