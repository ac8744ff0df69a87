//! SU(2), products of groups, homomorphisms, and functions on compact groups.

mod factor;
mod finite;
mod group;
mod homomorphism;
mod inclusions;
mod parse;
mod product;
mod product_coupling;
mod product_irrep;
mod spectral;
mod spin;

pub use factor::{Factor, FactorElement, FactorIrrep};
pub use group::{CompactGroup, ProductElement};
pub use homomorphism::CompactHomomorphism;
pub use product_irrep::ProductIrrep;
pub use spectral::SpectralField;
pub use spin::SpinRotations;
