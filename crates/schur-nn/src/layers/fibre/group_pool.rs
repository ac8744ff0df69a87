//! Pooling over the group or a subgroup: from fields that the group permutes to fields with
//! fewer components.

use burn::module::Module;
use burn::tensor::{Int, Tensor, TensorData};
use schur_math::{Element, Subgroup};

use super::norm_pool::scalars;
use crate::export::{Graph, Op, Value};
use crate::group::{AnyRepresentation, GridGroup};
use crate::kinds::PoolKind;
use crate::layers::map_blocks;
use crate::{Field, FieldType, Layer, NnError};

/// Maximum or mean over the components of every field: `y_u(x) = max_c f_{u,c}(x)`.
///
/// On permutation fields (regular, quotient, trivial) the group permutes the components, so
/// their maximum is a scalar field: it still moves with the pixels but has no components left
/// to mix (Cohen & Welling 2016, section 6.3, "coset pooling").
///
/// Over a subgroup `H` of the group ([`over`](Self::over)) a regular field becomes a field on
/// the cosets `g H`, with the maximum over each; a field on the cosets `g K` becomes one on those
/// of the smallest subgroup that contains `H` and `K`, and a scalar field stays what it is.
///
/// ```
/// use schur_math::PlanarGroup;
/// use schur_nn::{Layer, FieldType, GroupPool};
///
/// let fields = FieldType::parse("D4: 6 regular")?;
/// assert_eq!(GroupPool::new(&fields)?.output_type().to_string(), "D4: 6 trivial");
/// let mixed = FieldType::parse("D4: 6 regular + 2 quotient(C2) + 3 trivial")?;
/// let mirrors = GroupPool::over(&mixed, &PlanarGroup::parse("D1")?)?;
/// let output = FieldType::parse("D4: 6 quotient(D1) + 2 quotient(D2) + 3 trivial")?;
/// assert_eq!(mirrors.output_type(), &output);
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
    /// For every block the components that are pooled together, in sets of equal size.
    #[module(skip)]
    pooled: Vec<Vec<Vec<usize>>>,
    /// What is pooled over, if not the whole group.
    #[module(skip)]
    subgroup: Option<GridGroup>,
}

impl GroupPool {
    /// The maximum over the whole group.
    ///
    /// # Errors
    ///
    /// If a representation is no permutation representation: then the maximum of the
    /// components is no invariant.
    pub fn new(input: &FieldType) -> Result<Self, NnError> {
        crate::layers::require_permutation(input, "group max-pool")?;
        let blocks = input.blocks().iter();
        Ok(Self {
            input: input.clone(),
            output: scalars(input)?,
            kind: PoolKind::Max,
            pooled: blocks
                .map(|b| vec![(0..b.representation.dim()).collect()])
                .collect(),
            subgroup: None,
        })
    }

    /// The maximum over the cosets of a subgroup of a finite group.
    ///
    /// # Errors
    ///
    /// If it is no subgroup, the group is infinite, or a field is neither trivial nor regular nor
    /// quotient.
    pub fn over(input: &FieldType, subgroup: impl Into<GridGroup>) -> Result<Self, NnError> {
        let (group, subgroup) = (input.grid_group("group pool")?, subgroup.into());
        let elements = subgroup.inclusion_in(&group)?.image();
        let mut pooled = Vec::with_capacity(input.blocks().len());
        let mut blocks = Vec::with_capacity(input.blocks().len());
        for block in input.blocks() {
            let rho = &block.representation;
            let pools = pool_cosets(&group, rho, &elements)?;
            let (rho, sets) = pools.ok_or_else(|| NnError::Unsuitable {
                layer: format!("group pool over {subgroup}"),
                representation: rho.name().to_string(),
                problem: "it does not act on functions on cosets; use trivial, regular and \
                          quotient fields, or the norm pool of induced ones"
                    .to_string(),
            })?;
            blocks.push((rho, block.multiplicity));
            pooled.push(sets);
        }
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(input.group(), blocks)?,
            kind: PoolKind::Max,
            pooled,
            subgroup: Some(subgroup),
        })
    }

    /// The mean instead of the maximum.
    #[must_use]
    pub fn with_mean(mut self) -> Self {
        self.kind = PoolKind::Average;
        self
    }

    /// The components of a block, the first ones of all sets, then the second ones, and so on.
    fn order(&self, block: usize) -> Vec<usize> {
        let sets = &self.pooled[block];
        let members = 0..sets[0].len();
        members
            .flat_map(|member| sets.iter().map(move |set| set[member]))
            .collect()
    }
}

/// A representation, and the components of another one that each of its own pools.
type Pooled = (AnyRepresentation, Vec<Vec<usize>>);

/// The functions on the cosets of the smallest subgroup that contains `subgroup` and the `K` of
/// `rho`, functions on the cosets of `K`; and which components of `rho` lie in each. `None` if `rho`
/// does not act on functions on cosets.
fn pool_cosets(
    grid: &GridGroup,
    rho: &AnyRepresentation,
    subgroup: &Subgroup,
) -> Result<Option<Pooled>, NnError> {
    let group = subgroup.group();
    // The first coset is that of the identity: what keeps it is the subgroup.
    let dim = rho.dim();
    let mut keeps = Vec::new();
    for (g, element) in group.elements().zip(grid.elements().unwrap_or_default()) {
        if rho.matrix(element)?[(0, 0)] == 1.0 {
            keeps.push(g);
        }
    }
    let of_field = group.subgroup_generated(&keeps);
    let is_quotient = rho.is_permutation()
        && of_field.order() * dim == group.order()
        && *rho == grid.quotient(&of_field)?;
    if !is_quotient {
        return Ok(None);
    }
    let joined = [of_field.elements(), subgroup.elements()].concat();
    let joined = group.subgroup_generated(&joined);
    let output = if joined.order() == of_field.order() {
        rho.clone()
    } else if joined.order() == group.order() {
        rho.group().trivial()?
    } else {
        grid.quotient(&joined)?
    };
    // Components are in the order of the cosets.
    let components = group.left_cosets(&of_field)?;
    let sets = group.left_cosets(&joined)?;
    let members = |set: &Vec<Element>| -> Vec<usize> {
        let lies_in = |coset: &Vec<Element>| set.contains(&coset[0]);
        (0..dim).filter(|&c| lies_in(&components[c])).collect()
    };
    Ok(Some((output, sets.iter().map(members).collect())))
}

impl Layer for GroupPool {
    fn name(&self) -> String {
        let kind = match self.kind {
            PoolKind::Max => "group pool",
            PoolKind::Average => "group mean",
        };
        match &self.subgroup {
            None => kind.to_string(),
            Some(subgroup) => format!("{kind} over {subgroup}"),
        }
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        let mut pooled = Vec::new();
        for (index, (offset, block)) in self.input.parts().enumerate() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let channels = self.order(index).into_iter().flat_map(|c| {
                let first = offset + c * copies;
                first..first + copies
            });
            let part = graph.gather(x, 1, channels.collect(), &self.name());
            let components = self.pooled[index][0].len();
            let op = match self.kind {
                PoolKind::Max => Op::ComponentMax { components },
                PoolKind::Average => Op::ComponentMean { components },
            };
            let shape = x.shape().with_channels(dim * copies / components);
            pooled.push(graph.push(op, &[part], &self.name(), shape));
        }
        Ok(graph.concat(&pooled, &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.output, |memory| {
            map_blocks(memory, &self.input, |mut x, block| {
                let [pixels, dim, copies] = x.dims();
                let sets = self.pooled[block].len();
                if sets > 1 {
                    let order: Vec<i64> = self.order(block).iter().map(|&c| c as i64).collect();
                    let order = TensorData::from(order.as_slice());
                    let order = Tensor::<1, Int>::from_data(order, &x.device());
                    x = x.select(1, order);
                }
                let x = x.reshape([pixels, dim / sets, sets * copies]);
                match self.kind {
                    PoolKind::Max => x.max_dim(1),
                    PoolKind::Average => x.mean_dim(1),
                }
            })
        })
    }
}
