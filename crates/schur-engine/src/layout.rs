//! How the channels of a field type lie in memory.

use std::ops::Range;

use crate::error::checked_product;
use crate::{EngineError, Result};

/// `multiplicity` copies of one representation of dimension `dim`.
///
/// ```
/// use schur_engine::Block;
/// let five_regular_fields_of_c8 = Block { dim: 8, multiplicity: 5 };
/// assert_eq!(five_regular_fields_of_c8.channels(), 40);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Block {
    /// Dimension of the representation: components per field.
    pub dim: usize,
    /// Number of fields.
    pub multiplicity: usize,
}

impl Block {
    /// `dim * multiplicity` (a `Layout` has checked that this does not overflow).
    #[must_use]
    pub fn channels(&self) -> usize {
        self.dim * self.multiplicity
    }
}

/// The channels of a field type: a list of blocks, one after the other.
///
/// Inside a block the channels are *component-major*:
///
/// ```text
/// channel(component c, copy u) = offset + c * multiplicity + u
/// ```
///
/// so all copies of one component are contiguous. The reason: everything that a group does mixes
/// components and never copies. A kernel expansion writes one basis entry into a run of copies,
/// a group transform adds and subtracts whole runs, and a gather moves whole runs. With the
/// components contiguous instead, each of these would be a strided loop of length `dim`, which
/// is 1, 2 or 8 and not a vector length.
///
/// ```
/// use schur_engine::{Block, Layout};
/// let layout = Layout::new(vec![
///     Block { dim: 1, multiplicity: 3 },
///     Block { dim: 2, multiplicity: 4 },
/// ])?;
/// assert_eq!(layout.channels(), 11);
/// assert_eq!(layout.fields(), 7);
/// // Component 1 of field copy 2 of block 1.
/// assert_eq!(layout.channel(1, 1, 2), 3 + 4 + 2);
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Layout {
    blocks: Vec<Block>,
    offsets: Vec<usize>,
    field_offsets: Vec<usize>,
    channels: usize,
    fields: usize,
}

impl Layout {
    /// The layout of `blocks` in the given order.
    ///
    /// # Errors
    ///
    /// [`EngineError::NoBlocks`] and [`EngineError::EmptyBlock`] if there would be nothing to
    /// lay out, [`EngineError::Overflow`] for absurd sizes.
    pub fn new(blocks: Vec<Block>) -> Result<Self> {
        if blocks.is_empty() {
            return Err(EngineError::NoBlocks);
        }
        let overflow = EngineError::Overflow {
            what: "the number of channels",
        };
        let mut offsets = Vec::with_capacity(blocks.len());
        let mut field_offsets = Vec::with_capacity(blocks.len());
        let (mut channels, mut fields) = (0_usize, 0_usize);
        for (index, block) in blocks.iter().enumerate() {
            let Block { dim, multiplicity } = *block;
            if dim == 0 || multiplicity == 0 {
                return Err(EngineError::EmptyBlock {
                    index,
                    dim,
                    multiplicity,
                });
            }
            offsets.push(channels);
            field_offsets.push(fields);
            let here = checked_product("the number of channels", &[dim, multiplicity])?;
            channels = channels.checked_add(here).ok_or(overflow.clone())?;
            fields += multiplicity;
        }
        Ok(Self {
            blocks,
            offsets,
            field_offsets,
            channels,
            fields,
        })
    }

    /// `count` scalar fields: one block of dimension 1.
    ///
    /// # Errors
    ///
    /// [`EngineError::EmptyBlock`] if `count` is 0.
    pub fn scalars(count: usize) -> Result<Self> {
        Self::new(vec![Block {
            dim: 1,
            multiplicity: count,
        }])
    }

    /// The blocks in order.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// First channel of every block.
    #[must_use]
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// Index of the first field of every block, counting fields over all blocks.
    #[must_use]
    pub fn field_offsets(&self) -> &[usize] {
        &self.field_offsets
    }

    /// Number of channels: the sum of `dim * multiplicity`.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of fields: the sum of the multiplicities.
    #[must_use]
    pub fn fields(&self) -> usize {
        self.fields
    }

    /// The channel of component `component` of copy `copy` in block `block`.
    ///
    /// # Panics
    ///
    /// If `block` is not below the number of blocks, as for an index into a slice.
    #[must_use]
    pub fn channel(&self, block: usize, component: usize, copy: usize) -> usize {
        self.offsets[block] + component * self.blocks[block].multiplicity + copy
    }

    /// The channels of block `block`.
    ///
    /// # Panics
    ///
    /// If `block` is not below the number of blocks, as for an index into a slice.
    #[must_use]
    pub fn block_channels(&self, block: usize) -> Range<usize> {
        self.offsets[block]..self.offsets[block] + self.blocks[block].channels()
    }

    /// The field of every channel: `field_of_channel()[channel(b, c, u)] = field_offsets[b] + u`.
    #[must_use]
    pub fn field_of_channel(&self) -> Vec<usize> {
        let mut fields = Vec::with_capacity(self.channels);
        for (block, &first) in self.blocks.iter().zip(&self.field_offsets) {
            for _ in 0..block.dim {
                fields.extend(first..first + block.multiplicity);
            }
        }
        fields
    }
}
