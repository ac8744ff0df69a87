//! The laws of groups, actions and representations, each written once as a function.
//!
//! A law looks at its cases and returns a [`LawReport`] with their number and the worst
//! defect, or a [`Violation`] with a witness. A law that had no case to look at is violated
//! too, so a passing law has always seen something. Use them to test your own tables and
//! matrices:
//!
//! ```
//! use schur_math::{CayleyTable, laws};
//!
//! let xor = CayleyTable::new(&[vec![0, 1], vec![1, 0]])?;
//! assert_eq!(laws::associativity(&xor)?.law, laws::Law::Associativity);
//! // A wrong entry: 1 · 1 = 1.
//! let or = CayleyTable::new(&[vec![0, 1], vec![1, 1]])?;
//! let violation = laws::inverse(&or).unwrap_err();
//! assert_eq!(violation.to_string(), "inverse fails at 1: no element is its inverse");
//! # Ok::<(), laws::Violation>(())
//! ```

mod action;
mod continuous;
mod kernel;
mod linear_group;

// What constructors demand stands with the types that they make.
pub use crate::cayley::laws::{associativity, closure, identity, inverse};
pub use crate::finite_representation::laws::{
    homomorphism, homomorphism_on_generators, orthogonality,
};
pub use crate::group::action::laws::{action_closure, action_compatibility, action_identity};
pub use crate::group::laws::group_homomorphism;
pub use crate::violation::{Law, LawReport, Violation};
pub use action::{Act, action_compatibility_at, action_identity_at, orbit_stabilizer};
pub use continuous::{
    Compose, Distance, MatrixOf, associativity_at, homomorphism_at, intertwining_at, inverse_at,
    orthogonality_at,
};
pub use kernel::{grid_steerability, steerability_at};
pub use linear_group::linear_equivariance;
