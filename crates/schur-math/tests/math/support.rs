//! What several test files share.

pub(crate) mod compact;
pub(crate) mod golden;
pub(crate) mod groups;
pub(crate) mod kernels;
pub(crate) mod table;
pub(crate) mod tolerance;
