//! Compact groups as values: their elements, irreps, representations and spectral fields.
//!
//! [`SymmetryGroup`] and [`SymmetryIrrep`] are what every group here can do, finite ones
//! included; all constructions are written once, for any of them.

mod decompose;
mod dense;
mod factor;
mod finite;
mod group;
mod homomorphism;
mod inclusions;
mod intertwiners;
mod parse;
mod product_coupling;
mod product_irrep;
mod representation;
mod representation_algebra;
mod restriction;
mod space;
mod spectral;
mod spin;

pub use factor::{Factor, FactorElement, FactorIrrep};
pub use group::{CompactGroup, ProductElement};
pub use homomorphism::CompactHomomorphism;
pub use intertwiners::{CompactIntertwinerBasis, compact_intertwiner_basis};
pub use product_irrep::ProductIrrep;
pub use representation::CompactRepresentation;
pub use space::SpaceRotations;
pub use spectral::SpectralField;
pub use spin::SpinRotations;
