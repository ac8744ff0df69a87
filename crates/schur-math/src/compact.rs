//! Compact groups as values: their elements, irreps, representations and spectral fields.
//!
//! [`SymmetryGroup`] and [`SymmetryIrrep`] are what every group here can do, finite ones
//! included; all constructions are written once, for any of them.

mod factor;
mod finite;
mod group;
mod homomorphism;
mod inclusions;
mod parse;
mod product;
mod product_coupling;
mod product_irrep;
mod space;
mod spectral;
mod spin;

pub use factor::{Factor, FactorElement, FactorIrrep};
pub use group::{CompactGroup, ProductElement};
pub use homomorphism::CompactHomomorphism;
pub use product_irrep::ProductIrrep;
pub use space::SpaceRotations;
pub use spectral::SpectralField;
pub use spin::SpinRotations;
