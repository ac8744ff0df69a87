//! Elements of the compact groups of the plane and of space.
//!
//! | group | element | composed of |
//! |---|---|---|
//! | SO(2), O(2) | [`PlaneIsometry`] | an angle and a parity |
//! | SO(3), O(3) | [`SpaceIsometry`] | a unit quaternion and a parity |
//! | SU(2) | [`UnitQuaternion`] | four numbers |

mod axial;
mod euler;
mod haar;
mod plane;
mod quaternion;
mod quaternion_matrix;
mod space;

pub(crate) use axial::{cone, cone_part, dihedral, dihedral_part};
pub use euler::EulerZyz;
pub(crate) use haar::uniform;
pub use plane::PlaneIsometry;
pub use quaternion::UnitQuaternion;
pub(crate) use quaternion::{generating_turns, unit};
pub use space::SpaceIsometry;
