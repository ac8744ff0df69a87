//! Layers that act in the fibre: on what stands at a place, at every place alike. They serve every
//! domain.

pub(crate) mod change_of_basis;
pub(crate) mod dropout;
pub(crate) mod group_pool;
pub(crate) mod induction;
pub(crate) mod linear;
pub(crate) mod nonlinearity;
pub(crate) mod norm;
pub(crate) mod norm_pool;
pub(crate) mod normalization;
pub(crate) mod pointwise;
pub(crate) mod restriction;
pub(crate) mod sort_fields;
