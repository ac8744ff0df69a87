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
//! | name | what it is |
//! |---|---|
//! | [`PlanarGroup`], [`SpatialGroup`] | a group that acts on the plane or on space |
//! | [`Group`] | any finite group |
//! | [`Representation`] | how the values of a field transform under any of them |
//! | [`PlanarRepresentation`], [`SpatialRepresentation`] | that, with the constructions of the plane and of space |
//! | [`LatticeKernelBasis`] | all kernels on pixels or voxels that commute with a group |
//! | [`SteerableKernelBasis`] | all kernels on the plane and in space that do, in a band of frequencies or degrees |
//! | [`IntertwinerBasis`] | all matrices that do |
//! | [`surface::Surface`] | a triangle mesh with frames, its logarithmic map and parallel transport |
//! | [`Matrix`], [`MathError`] | what all are made of, and what can go wrong |
//!
//! [`SymmetryGroup`] and [`PointGroup`] say what a group is, for groups of your own. [`laws`]
//! checks, [`oracle`] solves the slow way.
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

// Modules by floors: one uses those of the floors above and of its own, and `scripts/circles` finds
// no circle among them.

// What everything needs: errors, what a law returns, reasons for tolerances.
mod error;
pub mod tolerance;
mod violation;

// Matrices and what is solved with them; vectors of space; exact turns.
mod linear;
mod matrix;
mod mixer;
mod turn;
mod vector;

// Elements of O(2), O(3) and SU(2); harmonics, spins and means over circles, spheres and groups.
pub mod angular_momentum;
mod harmonics;
pub mod quadrature;
mod rotation;
mod sphere;

// Finite groups: tables, actions, characters, matrices for every element, irreps, Fourier transforms.
mod cayley;
mod characters;
mod finite_representation;
pub mod fourier;
mod group;
mod irreps;

// What a group and an irrep are; groups that act on the plane or on space, compact groups.
mod compact;
mod continuous;
mod names;
mod point_group;
mod symmetry;

// Representations of all of them, and the maps between two.
mod intertwiners;
mod representation;

// What groups do to pixels, voxels and filters, and the kernels that commute with that.
pub mod hierarchy;
mod kernel;
mod lattice;

// Curved surfaces: meshes, frames, parallel transport.
pub mod surface;

// Groups of matrices by their generators.
mod linear_group;

// Every law as a function, those of constructors from above; slow methods that check the fast ones.
pub mod laws;
pub mod oracle;

// Groups: what one is, of the plane, of space, finite, SU(2), products.
pub use compact::{
    CompactGroup, CompactHomomorphism, Factor, FactorElement, FactorIrrep, ProductElement,
    ProductIrrep, SpinRotations,
};
pub use group::{
    Element, Family, Group, GroupDefinition, Homomorphism, Inclusion, MatrixGroup,
    PermutationGroup, Polyhedral, Subgroup, SubgroupClass,
};
pub use point_group::plane::PlanarGroup;
pub use point_group::{Isometry, PointGroup, Schoenflies, SpatialGroup};
pub use symmetry::{ElementOf, SymmetryGroup};

// Their elements, and finite groups of them.
pub use continuous::{CompactElement, FiniteSubgroup};
pub use rotation::{EulerZyz, PlaneIsometry, SpaceIsometry, UnitQuaternion};

// Their irreps and representations, and the maps between two.
pub use continuous::{Parity, SpinIrrep};
pub use finite_representation::FiniteRepresentation;
pub use intertwiners::IntertwinerBasis;
pub use irreps::{EndomorphismType, Irrep, decompose, irrep, irreps};
pub use point_group::SpatialIrrep;
pub use point_group::plane::PlanarIrrep;
pub use representation::{
    GroupSamples, NamedGroup, PlanarRepresentation, Representation, RepresentationTerm,
    RepresentationText, RepresentationWords, Sampled, SpatialRepresentation,
};
pub use symmetry::{Coupling, SymmetryIrrep};

// Kernels that commute with a group.
pub use kernel::{
    DerivativeTerm, DifferentialBasis, FrequencyPolicy, GaussianDerivatives, HarmonicCoefficient,
    ImplicitKernelBasis, KernelAttributes, KernelBand, KernelBasis, KernelEntry,
    LatticeKernelBasis, OrbitKernelBasis, Ring, Shell, SteerableKernelBasis, UnionBasis,
    hexagonal_kernels, hexagonal_turn, independent, sample_on_grid, unit_length,
};

// What a group does to pixels, voxels and feature maps.
pub use group::FiniteAction;
pub use lattice::{LatticeAction, middle, transform_feature_map, transform_filter};

// Groups of matrices by their generators, and invariant tensors.
pub use linear_group::{
    InvariantTensors, LinearGroup, TensorMaps, TensorTerm, TensorType, rubik_turns,
};

// Functions on groups and spheres, tables of groups.
pub use cayley::CayleyTable;
pub use characters::{Character, CharacterTable};
pub use harmonics::{CircularHarmonics, LegendreFunctions, SphericalHarmonics};
pub use representation::SpectralField;
pub use sphere::{ShallowWater, SphereGrid, SphereHeights, SphereRing, WaterState};

// Numbers.
pub use error::MathError;
pub use matrix::Matrix;
pub use num_complex::Complex64;
