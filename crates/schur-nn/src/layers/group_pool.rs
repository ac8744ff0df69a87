//! Pooling over the group or a subgroup: from fields that the group permutes to fields with
//! fewer components.

use burn::module::Module;
use burn::tensor::{Int, Tensor, TensorData};
use schur_math::{PlanarGroup, PlanarRepresentation};

use super::norm_pool::{by_block, scalars};
use crate::export::{Graph, Op, Value};
use crate::network::PoolKind;
use crate::{EquivariantLayer, FeatureField, FieldType, NnError};

/// Maximum or mean over the components of every field: `y_u(x) = max_c f_{u,c}(x)`.
///
/// On permutation fields (regular, quotient, trivial) the group permutes the components, so
/// their maximum is a scalar field: it still moves with the pixels but has no components left
/// to mix (Cohen & Welling 2016, section 6.3, "coset pooling").
///
/// Over a subgroup `H` of the group ([`over`](Self::over)) a regular field becomes a field on
/// the cosets `g H`, with the maximum over each.
///
/// ```
/// use schur_math::PlanarGroup;
/// use schur_nn::{EquivariantLayer, FieldType, GroupPool};
///
/// let fields = FieldType::parse("D4: 6 regular")?;
/// assert_eq!(GroupPool::new(&fields)?.output_type().to_string(), "D4: 6 trivial");
/// let mirrors = GroupPool::over(&fields, &PlanarGroup::parse("D1")?)?;
/// assert_eq!(mirrors.output_type().to_string(), "D4: 6 quotient(D1)");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct GroupPool {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    #[module(skip)]
    kind: PoolKind,
    /// The components of every coset, or `None` to pool over all.
    #[module(skip)]
    cosets: Option<Vec<Vec<usize>>>,
}

impl GroupPool {
    /// The maximum over the whole group.
    ///
    /// # Errors
    ///
    /// If a representation is no permutation representation: then the maximum of the
    /// components is no invariant.
    pub fn new(input: &FieldType) -> Result<Self, NnError> {
        super::require_permutation(input, "group max-pool")?;
        Ok(Self {
            input: input.clone(),
            output: scalars(input)?,
            kind: PoolKind::Max,
            cosets: None,
        })
    }

    /// The maximum over the cosets of a subgroup.
    ///
    /// # Errors
    ///
    /// If it is no subgroup, or a field is not regular.
    pub fn over(input: &FieldType, subgroup: &PlanarGroup) -> Result<Self, NnError> {
        let group = input.group();
        let regular = PlanarRepresentation::regular(group)?;
        let mut blocks = input.blocks().iter();
        if let Some(block) = blocks.find(|b| b.representation != regular) {
            return Err(NnError::Inadmissible {
                nonlinearity: format!("group max-pool over {subgroup}"),
                representation: block.representation.name().to_string(),
            });
        }
        let quotient = PlanarRepresentation::quotient(group, subgroup)?;
        let image = subgroup.inclusion_in(group)?.image();
        // The cosets are in the order of the quotient's components.
        let cosets = image.group().left_cosets(&image)?;
        let indices = |coset: Vec<schur_math::Element>| coset.iter().map(|g| g.index()).collect();
        let blocks = input.blocks().iter();
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(group, blocks.map(|b| (quotient.clone(), b.multiplicity)))?,
            kind: PoolKind::Max,
            cosets: Some(cosets.into_iter().map(indices).collect()),
        })
    }

    /// The mean instead of the maximum.
    #[must_use]
    pub fn with_mean(mut self) -> Self {
        self.kind = PoolKind::Average;
        self
    }

    fn pool<const D: usize>(&self, x: Tensor<D>, axis: usize) -> Tensor<D> {
        match self.kind {
            PoolKind::Max => x.max_dim(axis),
            PoolKind::Average => x.mean_dim(axis),
        }
    }
}

impl EquivariantLayer for GroupPool {
    fn name(&self) -> String {
        let kind = match self.kind {
            PoolKind::Max => "group pool",
            PoolKind::Average => "group mean",
        };
        match &self.cosets {
            None => kind.to_string(),
            Some(cosets) => format!("{kind} over cosets of {}", cosets[0].len()),
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let mut offset = 0;
        let mut pooled = Vec::new();
        for block in self.input.blocks() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            // With cosets, the members of all cosets at one place in theirs come together.
            let order: Vec<usize> = match &self.cosets {
                None => (0..dim).collect(),
                Some(cosets) => (0..cosets[0].len())
                    .flat_map(|member| cosets.iter().map(move |coset| coset[member]))
                    .collect(),
            };
            let channels = order.iter().flat_map(|c| {
                let first = offset + c * copies;
                first..first + copies
            });
            let part = graph.gather(x, 1, channels.collect(), &self.name());
            let components = self.cosets.as_ref().map_or(dim, |cosets| cosets[0].len());
            let op = match self.kind {
                PoolKind::Max => Op::ComponentMax { components },
                PoolKind::Average => Op::ComponentMean { components },
            };
            let shape = (dim * copies / components, x.height, x.width);
            pooled.push(graph.push(op, &[part], &self.name(), shape));
            offset += dim * copies;
        }
        Ok(graph.concat(&pooled, &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: FeatureField) -> Result<FeatureField, NnError> {
        self.check_input(&field)?;
        let memory = by_block(field.into_memory(), &self.input, |x, _| {
            let Some(cosets) = &self.cosets else {
                return self.pool(x, 3).squeeze_dim(3);
            };
            let [batch, height, width, _, copies] = x.dims();
            let order: Vec<i64> = cosets.iter().flatten().map(|&c| c as i64).collect();
            let order =
                Tensor::<1, Int>::from_data(TensorData::from(order.as_slice()), &x.device());
            let by_coset: Tensor<5> = x.select(3, order).reshape([
                batch * height,
                width,
                cosets.len(),
                cosets[0].len(),
                copies,
            ]);
            let pooled = self.pool(by_coset, 3);
            pooled.reshape([batch, height, width, cosets.len() * copies])
        });
        Ok(FeatureField::new(memory, self.output.clone()))
    }
}
