//! SU(2), products of groups, homomorphisms.

mod factor;
mod group;
mod homomorphism;
mod inclusions;
mod parse;
mod product;
mod product_coupling;
mod product_irrep;
mod spin;

pub use factor::{Factor, FactorElement, FactorIrrep};
pub use group::{CompactGroup, ProductElement};
pub use homomorphism::CompactHomomorphism;
pub use product_irrep::ProductIrrep;
pub use spin::SpinRotations;
