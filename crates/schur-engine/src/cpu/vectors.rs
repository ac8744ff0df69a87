//! Element by element work in the widest vectors of the processor.

use pulp::{Arch, NullaryFnOnce};

/// Calls `work` in a copy that is compiled for the widest vectors that this processor has. Its
/// loops become vector instructions if `call` and all that it calls are `#[inline(always)]`,
/// which a closure can't be. No bit of a result depends on the width, since sums keep their order
/// and products are not fused.
#[inline(always)]
pub(crate) fn in_wide_vectors<W: NullaryFnOnce>(work: W) -> W::Output {
    Arch::new().dispatch(work)
}
