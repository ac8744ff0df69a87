//! Output fields that no kernel leads to.

use schur_engine::ConvPlan;

use crate::FieldType;

/// The output fields that a plan has no basis element to from any input field.
pub(in crate::layers) fn fields(
    plan: &ConvPlan,
    input: &FieldType,
    output: &FieldType,
) -> Vec<usize> {
    let inputs = input.blocks().len();
    let ranges = plan.pair_ranges();
    of_blocks(output, |out| {
        let mut pairs = ranges[out * inputs..][..inputs].iter();
        pairs.any(|range| !range.is_empty())
    })
}

/// The fields of the blocks that are not reached.
pub(super) fn of_blocks(output: &FieldType, reached: impl Fn(usize) -> bool) -> Vec<usize> {
    let fields = output.ranges().enumerate();
    let unreached = fields.filter(|(index, _)| !reached(*index));
    unreached.flat_map(|(_, (fields, _))| fields).collect()
}

/// What a convolution says of them, if there are any.
pub(in crate::layers) fn notice(
    input: &FieldType,
    output: &FieldType,
    unreached: &[usize],
    bias: bool,
) -> Vec<String> {
    if unreached.is_empty() {
        return Vec::new();
    }
    let mut names: Vec<&str> = Vec::new();
    let mut moved = false;
    for (fields, block) in output.ranges() {
        let name = block.representation.name();
        if unreached.contains(&fields.start) {
            let constants = block.representation.invariant_basis();
            moved |= bias && constants.is_ok_and(|constants| !constants.is_empty());
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let state = if moved { "0 but for the bias" } else { "0" };
    vec![format!(
        "no kernel but 0 leads from `{input}` to {} of the {} output fields ({}), which stay \
         {state}; use larger kernels or more frequencies, or leave these fields out",
        unreached.len(),
        output.fields(),
        names.join(", ")
    )]
}
