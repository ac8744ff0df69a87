//! Fields seen by a smaller group.

use burn::module::Module;

use crate::export::{Graph, Value};
use crate::field::select_channels;
use crate::group::{AnyRepresentation, GridGroup};
use crate::{Field, FieldType, Layer, NnError};

/// Forgets a part of the group: the same numbers, from here on as fields of a subgroup
/// (Weiler & Cesa 2019, section 2.6). Costs nothing.
///
/// A regular field of `G` becomes `|G|/|H|` regular fields of `H`: one for every coset `H t`,
/// whose component `h` is the old component `h t`. Other fields keep their channels.
///
/// The layer commutes with the subgroup only; its output type says so.
///
/// ```
/// use schur_math::PlanarGroup;
/// use schur_nn::{Layer, FieldType, Restriction};
///
/// let fields = FieldType::parse("D8: 3 regular")?;
/// let restriction = Restriction::new(&fields, &PlanarGroup::parse("C8")?)?;
/// assert_eq!(restriction.output_type().to_string(), "C8: 6 regular");
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Module, Debug)]
pub struct Restriction {
    #[module(skip)]
    input: FieldType,
    #[module(skip)]
    output: FieldType,
    /// The input channel of every output channel.
    #[module(skip)]
    order: Vec<usize>,
}

impl Restriction {
    /// From fields of a group to fields of a subgroup.
    ///
    /// # Errors
    ///
    /// If it is no subgroup.
    pub fn new(input: &FieldType, subgroup: impl Into<GridGroup>) -> Result<Self, NnError> {
        let subgroup = subgroup.into();
        let mut blocks = Vec::with_capacity(input.blocks().len());
        let mut order = Vec::with_capacity(input.channels());
        for (offset, block) in input.parts() {
            let (dim, copies) = (block.representation.dim(), block.multiplicity);
            let rho = &block.representation;
            match cosets(rho, &subgroup)? {
                Some(cosets) => {
                    let regular = subgroup.representation("regular")?;
                    // New field `i * copies + u` is coset `i` of copy `u`.
                    for h in 0..regular.dim() {
                        for coset in &cosets {
                            let channel = offset + coset[h] * copies;
                            order.extend(channel..channel + copies);
                        }
                    }
                    blocks.push((regular, copies * cosets.len()));
                }
                None => {
                    order.extend(offset..offset + dim * copies);
                    blocks.push((rho.restricted_to(&subgroup)?, copies));
                }
            }
        }
        Ok(Self {
            input: input.clone(),
            output: FieldType::new(&subgroup, blocks)?,
            order,
        })
    }
}

/// For a regular representation of a finite group: for every coset `H t` the components `h t`,
/// by the index of `h` in the subgroup.
fn cosets(
    rho: &AnyRepresentation,
    subgroup: &GridGroup,
) -> Result<Option<Vec<Vec<usize>>>, NnError> {
    let whole = GridGroup::of(&rho.group());
    let Some(whole) = whole.filter(|group| group.finite().and(subgroup.finite()).is_some()) else {
        return Ok(None);
    };
    if *rho != whole.representation("regular")? || whole == *subgroup {
        return Ok(None);
    }
    let inclusion = subgroup.inclusion_in(&whole)?;
    let group = inclusion.target();
    let mut seen = vec![false; group.order()];
    let mut cosets = Vec::new();
    for t in group.elements() {
        if seen[t.index()] {
            continue;
        }
        let members = inclusion.source().elements();
        let coset: Vec<usize> = members
            .map(|h| group.compose(inclusion.apply(h), t).index())
            .collect();
        coset.iter().for_each(|&g| seen[g] = true);
        cosets.push(coset);
    }
    Ok(Some(cosets))
}

impl Layer for Restriction {
    fn name(&self) -> String {
        format!("restriction to {}", self.output.group())
    }

    fn export(&self, graph: &mut Graph, x: Value) -> Result<Value, NnError> {
        Ok(graph.gather(x, 1, self.order.clone(), &self.name()))
    }

    fn input_type(&self) -> &FieldType {
        &self.input
    }

    fn output_type(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, field: Field) -> Result<Field, NnError> {
        self.check_input(&field)?;
        field.map(&self.output, |memory| select_channels(memory, &self.order))
    }
}
