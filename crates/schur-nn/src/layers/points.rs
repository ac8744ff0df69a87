//! Layers on points, along the edges of a graph.

mod attention;
pub(crate) mod conv;
pub(crate) mod pool;
