//! Pooling over the whole image.

use burn::module::Module;

use crate::export::{Graph, Op, Value};
use crate::kinds::PoolKind;
use crate::{Field, FieldType, Layer, NnError};

/// Maximum or mean over all pixels: the result has one pixel, so that only `ρ(g)` is left of
/// the action; on scalar fields it is invariant.
#[derive(Module, Debug)]
pub struct GlobalPool {
    #[module(skip)]
    field_type: FieldType,
    #[module(skip)]
    kind: PoolKind,
}

impl GlobalPool {
    /// A pool for fields of this type.
    ///
    /// # Errors
    ///
    /// If a maximum is asked for on fields whose channels the group does not permute.
    pub fn new(field_type: &FieldType, kind: PoolKind) -> Result<Self, NnError> {
        if kind == PoolKind::Max {
            super::require_permutation(field_type, "global max-pool")?;
        }
        Ok(Self {
            field_type: field_type.clone(),
            kind,
        })
    }
}

impl Layer for GlobalPool {
    fn name(&self) -> String {
        match self.kind {
            PoolKind::Max => "global max pool".to_string(),
            PoolKind::Average => "global average pool".to_string(),
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let op = match self.kind {
            PoolKind::Max => Op::GlobalMax,
            PoolKind::Average => Op::GlobalMean,
        };
        Ok(graph.push(op, &[x], &self.name(), (x.channels, 1, 1)))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let [batch, height, width, channels] = field.memory().dims();
        if height * width == 1 {
            return Ok(field);
        }
        let pixels = field
            .into_memory()
            .reshape([batch, height * width, channels]);
        let pooled = match self.kind {
            PoolKind::Max => pixels.max_dim(1),
            PoolKind::Average => pixels.mean_dim(1),
        };
        Ok(Field::new(
            pooled.reshape([batch, 1, 1, channels]),
            self.field_type.clone(),
        ))
    }

    fn output_size(&self, _: usize, _: usize) -> Result<(usize, usize), NnError> {
        Ok((1, 1))
    }
}
