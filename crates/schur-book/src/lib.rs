//! The README and the chapters of the book in `docs/book`, so that `cargo test` runs their code.

#[doc = include_str!("../../../README.md")]
pub mod readme {}

#[doc = include_str!("../../../docs/book/src/motivation.md")]
pub mod motivation {}

#[doc = include_str!("../../../docs/book/src/symmetry.md")]
pub mod symmetry {}

#[doc = include_str!("../../../docs/book/src/translation.md")]
pub mod translation {}

#[doc = include_str!("../../../docs/book/src/group-cnns.md")]
pub mod group_cnns {}

#[doc = include_str!("../../../docs/book/src/steerable.md")]
pub mod steerable {}

#[doc = include_str!("../../../docs/book/src/surfaces.md")]
pub mod surfaces {}

#[doc = include_str!("../../../docs/book/src/strips-spheres.md")]
pub mod strips_spheres {}

#[doc = include_str!("../../../docs/book/src/next.md")]
pub mod next {}

#[doc = include_str!("../../../docs/book/src/choosing.md")]
pub mod choosing {}

#[doc = include_str!("../../../docs/book/src/own-group.md")]
pub mod own_group {}

#[doc = include_str!("../../../docs/book/src/from-escnn.md")]
pub mod from_escnn {}

#[doc = include_str!("../../../docs/book/src/limits.md")]
pub mod limits {}

#[doc = include_str!("../../../docs/book/src/commands.md")]
pub mod commands {}

#[doc = include_str!("../../../docs/book/src/walkthrough.md")]
pub mod walkthrough {}

#[doc = include_str!("../../../docs/book/src/own-images.md")]
pub mod own_images {}
#[doc = include_str!("../../../docs/book/src/own-volumes.md")]
pub mod own_volumes {}

#[doc = include_str!("../../../docs/book/src/training.md")]
pub mod training {}

#[doc = include_str!("../../../docs/book/src/own-layer.md")]
pub mod own_layer {}

#[doc = include_str!("../../../docs/book/src/python.md")]
pub mod python {}

#[doc = include_str!("../../../docs/book/src/your-program.md")]
pub mod your_program {}

#[doc = include_str!("../../../docs/book/src/types.md")]
pub mod types {}
