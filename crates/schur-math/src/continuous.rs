//! Real irreps of the compact groups of the plane and of space, and their restriction to
//! finite subgroups.

mod element;
mod space_irrep;
mod spin_irrep;
mod subgroup;

pub use element::CompactElement;
pub use space_irrep::{Parity, SpaceIrrep};
pub use spin_irrep::SpinIrrep;
pub use subgroup::FiniteSubgroup;
