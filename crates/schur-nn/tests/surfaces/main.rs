//! Layers on surfaces: gauge-equivariance, isometries, the flat limit.

mod gauge;
mod isometry;
mod limits;
mod support;
mod tolerance;
