//! Pooling over all places.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::export::{Graph, Op, Value};
use crate::field::check_summable;
use crate::kinds::PoolKind;
use crate::{Domain, Field, FieldType, Layer, NnError};

/// Maximum or mean over all places. An image, or an atlas of charts, becomes an image of a single
/// pixel, points become a vector: only `ρ(g)` is left of the action, and on scalar fields it is
/// invariant. On an atlas the way around must not change the fields, as it does not change scalars.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use schur_nn::{Field, FieldType, GlobalPool, Layer, PoolKind};
///
/// let vectors = FieldType::parse("C4: 2 E1")?;
/// let pool = GlobalPool::new(&vectors, PoolKind::Average)?;
/// let x = Field::from_tensor(Tensor::ones([1, 4, 6, 6], &Device::flex()), &vectors)?;
/// assert_eq!(pool.forward(x)?.to_tensor().dims(), [1, 4, 1, 1]);
/// # Ok::<(), schur_nn::NnError>(())
/// ```
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
            crate::layers::require_permutation(field_type, "global max-pool")?;
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
        Ok(graph.push(op, &[x], &self.name(), x.shape().with_size([1; 3])))
    }

    fn input_type(&self) -> &FieldType {
        &self.field_type
    }

    fn output_type(&self) -> &FieldType {
        &self.field_type
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        let pooled = self.output_domain(field.domain())?;
        let rule = |values: Tensor<3>| match self.kind {
            _ if values.dims()[1] == 1 => values,
            PoolKind::Max => values.max_dim(1),
            PoolKind::Average => values.mean_dim(1),
        };
        Field::from_memory(rule(field.into_proper()), pooled, &self.field_type)
    }

    fn output_domain(&self, domain: &Domain) -> Result<Domain, NnError> {
        check_summable(domain, &self.field_type, &self.name())?;
        Ok(domain.pooled())
    }
}
