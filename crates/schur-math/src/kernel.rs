//! Bases of equivariant kernels: in the continuous plane and in space, their samples, and on the
//! lattice.

mod angular;
mod band;
mod basis;
mod bessel;
mod coefficient;
mod differential;
mod harmonics;
mod hexagonal;
mod implicit;
mod lattice;
mod offset;
mod orbit_points;
mod orbits;
mod policy;
mod samples;
mod shell;
mod steerable;
mod union;
mod zernike;

pub use band::KernelBand;
pub use basis::{KernelAttributes, KernelBasis};
pub use coefficient::HarmonicCoefficient;
pub use differential::{DerivativeTerm, DifferentialBasis, GaussianDerivatives};
pub use hexagonal::{hexagonal_kernels, hexagonal_turn};
pub use implicit::ImplicitKernelBasis;
pub use lattice::{KernelEntry, LatticeKernelBasis};
pub use orbit_points::OrbitKernelBasis;
pub use policy::FrequencyPolicy;
pub use samples::{sample_on_grid, unit_length};
pub use shell::{Ring, Shell};
pub use steerable::SteerableKernelBasis;
pub use union::{UnionBasis, independent};
