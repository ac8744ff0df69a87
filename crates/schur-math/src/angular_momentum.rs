//! Spins: Wigner's matrices and coupling coefficients.

mod clebsch_gordan;
mod exact;
mod half_integer;
mod real_coupling;
mod real_wigner;
mod six_j;
mod small_d;
mod wigner;

pub use clebsch_gordan::{clebsch_gordan, clebsch_gordan_matrix, wigner_3j};
pub use half_integer::HalfInteger;
pub use real_coupling::real_clebsch_gordan;
pub(crate) use real_coupling::real_parts;
pub use real_wigner::{real_wigner_d, real_wigner_d_up_to};
pub use six_j::wigner_6j;
pub use wigner::{wigner_d, wigner_small_d};
