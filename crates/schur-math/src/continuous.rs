//! Elements of O(2), O(3) and SU(2), finite groups made of them, and the irreps of SU(2).

mod element;
mod parity;
mod spin_irrep;
mod subgroup;

pub use element::CompactElement;
pub(crate) use element::of_compact_elements;
pub use parity::Parity;
pub use spin_irrep::SpinIrrep;
pub use subgroup::FiniteSubgroup;
