//! Curved surfaces as triangle meshes: frames of tangent planes, logarithmic maps, parallel transport.
//!
//! A tangent plane has no first axis of its own. Whoever writes down a tangent vector chooses one, at
//! every vertex anew: a *gauge*. What neighbours write down is compared by *parallel transport*, which
//! says how the frame of one vertex lies, seen from another. Transport around a loop comes back
//! turned, by the curvature inside: the *holonomy*.
//!
//! [`TriangleMesh`] is a mesh that has been checked, [`Surface`] a mesh with frames.
//!
//! # Method
//!
//! Around an inner vertex the corners of its triangles sum to `Θ`, on a flat surface to `2π`. All are
//! scaled by `2π/Θ`, so that directions at the vertex are angles of a full turn. Around a vertex on the
//! border they keep their size. An edge is straight: seen from `q`, where `p` lies at the angle `θ_qp`, the
//! direction from `p` to `q` is `θ_qp + π`, so a vector at the angle `a` at `p` arrives at `q` at
//! `a - θ_pq + θ_qp + π`. That is the discrete Levi-Civita connection of F. Knöppel, K. Crane, U.
//! Pinkall and P. Schröder, "Globally optimal direction fields" (2013). It spreads the angle defect
//! `2π - Θ` of a vertex over its triangles, in the proportion of their corners.
//!
//! ```
//! use schur_math::surface::{Surface, TriangleMesh};
//!
//! // All of the curvature of a sphere is 4π, whatever the mesh.
//! let sphere = Surface::new(TriangleMesh::icosphere(2)?);
//! let defects: f64 = sphere.mesh().angle_defects().iter().sum();
//! assert!((defects - 4.0 * std::f64::consts::PI).abs() < 1e-12);
//! // Around one triangle a vector comes back turned by the share of the triangle.
//! let turn = sphere.holonomy(&sphere.mesh().faces()[0])?;
//! assert!(turn.angle() > 0.03 && turn.angle() < 0.05 && !turn.is_reflected());
//! # Ok::<(), schur_math::MathError>(())
//! ```

mod fan;
mod frames;
mod geometry;
mod laplacian;
mod mesh;
mod neighbourhood;
mod orientation;
mod repair;
mod sampling;
mod shapes;
mod topology;
mod transport;

pub use frames::Surface;
pub use laplacian::Laplacian;
pub use mesh::{MAX_FACES, TriangleMesh};
pub use neighbourhood::{Reach, Seen};
pub use repair::Repaired;
