//! The mathematics of equivariant networks: groups, actions, representations and the complete
//! bases of kernels that commute with them. Plain `f64` numbers, no tensors and no files.
//!
//! # Conventions
//!
//! - `x` points right, `y` up; angles are counter-clockwise as seen on the displayed image.
//!   Pixel (row `i`, column `j`) of an `H x W` image sits at `(j - (W-1)/2, (H-1)/2 - i)`.
//! - A group acts on feature fields by `$[g f](x) = \rho(g)\, f(g^{-1} x)$`. Equivariant kernels
//!   satisfy `$K(g t) = \rho_\mathrm{out}(g)\, K(t)\, \rho_\mathrm{in}(g)^{-1}$`.
//! - `C_n = <r>` has the elements `r^i` at index `i`. `D_n = <r, s>` has order `2n` and the
//!   elements `r^i s^f` at index `i + n f`, with `s r s = r⁻¹`. On the plane `r` is the
//!   rotation by `2π/n` and `s` the left-right mirror `(x, y) -> (-x, y)`.
//! - O(2) has the elements `r(θ) s^f` with the same `r` and `s`. O(3) is SO(3) times the
//!   inversion; Euler angles are `R_z(α) R_y(β) R_z(γ)`. Real spherical harmonics of degree `l`
//!   stand in the order `m = -l, …, l`, so a vector `(x, y, z)` is the irrep `l = 1` in the
//!   order `y, z, x`. Coupling coefficients have the phases of Condon and Shortley.
//! - Matrices are row-major.
//!
//! # Where to start
//!
//! [`PlanarGroup`] is a group, [`PlanarRepresentation`] how the values of a field transform,
//! [`LatticeKernelBasis`] and [`SteerableKernelBasis`] are the kernels that commute with it,
//! [`Matrix`] is what all of them are made of, and [`MathError`] says what went wrong. Other groups
//! are [`SymmetryGroup`]s, with [`Representation`]s of the same kind; [`Group`] is any finite one.
//! [`laws`] checks, [`oracle`] solves the slow way.
//!
//! # Example
//!
//! The kernels of a group convolution for the symmetries of the square:
//!
//! ```
//! use schur_math::{LatticeKernelBasis, PlanarGroup, PlanarRepresentation};
//!
//! let regular = PlanarRepresentation::regular(&PlanarGroup::parse("D4")?)?;
//! let basis = LatticeKernelBasis::new(&regular, &regular, [1, 3, 3])?;
//! // One parameter where an unconstrained 8 -> 8 channel convolution has eight.
//! assert_eq!(basis.dim(), 9 * 8 * 8 / 8);
//! # Ok::<(), schur_math::MathError>(())
//! ```

// Modules in the order of the floors: each stands on those above it.

// What everything needs: errors, what a law returns, reasons for tolerances.
mod error;
pub mod tolerance;
mod violation;

// Matrices and what is solved with them; exact turns.
mod linear;
mod matrix;
mod mixer;
mod turn;

// Elements of O(2), O(3) and SU(2); harmonics, spins and means over circles, spheres and groups.
pub mod angular_momentum;
mod harmonics;
pub mod quadrature;
mod rotation;

// Finite groups: tables, characters, matrices for every element, irreps, Fourier transforms.
mod cayley;
mod characters;
mod finite_representation;
pub mod fourier;
mod group;
mod irreps;

// What a group and an irrep are; groups that act on the plane or on space, compact groups.
mod compact;
mod continuous;
mod point_group;
mod symmetry;

// Representations of all of them, and the maps between two.
mod intertwiners;
mod representation;

// What groups do to pixels, voxels and filters, and the kernels that commute with that.
mod action;
mod hierarchy;
mod kernel;
mod lattice;

// Groups of matrices by their generators.
mod linear_group;

// Every law as a function; slow methods that check the fast ones.
pub mod laws;
pub mod oracle;

pub use action::FiniteAction;
pub use cayley::CayleyTable;
pub use characters::{Character, CharacterTable};
pub use compact::{
    CompactGroup, CompactHomomorphism, Factor, FactorElement, FactorIrrep, ProductElement,
    ProductIrrep, SpectralField, SpinRotations,
};
pub use continuous::{CompactElement, FiniteSubgroup, Parity, SpinIrrep};
pub use error::MathError;
pub use finite_representation::FiniteRepresentation;
pub use group::{
    Element, Family, Group, GroupDefinition, Homomorphism, Inclusion, MatrixGroup,
    PermutationGroup, Polyhedral, Subgroup, SubgroupClass,
};
pub use harmonics::{CircularHarmonics, SphericalHarmonics};
pub use hierarchy::{Boundary, MapLevel, MapSubspace, hierarchy};
pub use intertwiners::IntertwinerBasis;
pub use irreps::{EndomorphismType, Irrep, decompose, irrep, irreps};
pub use kernel::{
    DerivativeTerm, DifferentialBasis, FrequencyPolicy, GaussianDerivatives, HarmonicCoefficient,
    ImplicitKernelBasis, KernelAttributes, KernelBand, KernelBasis, KernelEntry, KernelSample,
    LatticeKernelBasis, Ring, Shell, SteerableKernelBasis, UnionBasis, independent, sample_on_grid,
    unit_length,
};
pub use lattice::{LatticeAction, transform_feature_map, transform_filter};
pub use linear_group::{
    InvariantTensors, LinearGroup, TensorMaps, TensorTerm, TensorType, rubik_turns,
};
pub use matrix::Matrix;
pub use num_complex::Complex64;
pub use point_group::plane::{PlanarGroup, PlanarIrrep};
pub use point_group::{PointGroup, Schoenflies, SpatialGroup, SpatialIrrep};
pub use representation::{PlanarRepresentation, Representation, SpatialRepresentation};
pub use rotation::{EulerZyz, PlaneIsometry, SpaceIsometry, UnitQuaternion};
pub use symmetry::{Coupling, ElementOf, SymmetryGroup, SymmetryIrrep};
