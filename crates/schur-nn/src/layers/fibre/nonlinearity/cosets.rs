//! Representations that permute blocks of components as the group permutes cosets.

use schur_math::tolerance::REPRESENTATION_DEFECT;

use crate::NnError;
use crate::group::{AnyGroup, AnyRepresentation, GridGroup};

/// The representation on functions on the cosets of `subgroup`, if `rho` permutes blocks of
/// `rho.dim() / cosets` components as the group permutes the cosets. A representation induced
/// from the subgroup does.
pub(in crate::layers) fn coset_representation(
    rho: &AnyRepresentation,
    subgroup: &GridGroup,
    layer: &str,
) -> Result<AnyRepresentation, NnError> {
    let group = rho.group();
    let refuse = |problem: String| NnError::Unsuitable {
        layer: layer.to_string(),
        representation: rho.name().to_string(),
        problem,
    };
    let Some(whole) = GridGroup::of(&group) else {
        return Err(refuse(format!(
            "{group} acts neither on images nor on volumes, so {subgroup} is no subgroup; treat \
             whole fields"
        )));
    };
    let trivial = AnyGroup::from(subgroup).trivial()?;
    let cosets = trivial.induced_to(&whole)?;
    let (dim, count) = (rho.dim(), cosets.dim());
    let other_blocks = || {
        refuse(format!(
            "it does not permute blocks of components as {group} permutes the cosets of \
             {subgroup}; use `induced({subgroup}, ...)`, or treat whole fields"
        ))
    };
    if dim % count != 0 {
        return Err(other_blocks());
    }
    let size = dim / count;
    for g in &group.test_elements() {
        let (matrix, moves) = (rho.matrix(g)?, cosets.matrix(g)?);
        let leaves_block = |(k, value): (usize, &f64)| {
            let (row, col) = (k / dim / size, k % dim / size);
            value.abs() > REPRESENTATION_DEFECT && moves[(row, col)].abs() < 0.5
        };
        if matrix.values().iter().enumerate().any(leaves_block) {
            return Err(other_blocks());
        }
    }
    Ok(cosets)
}
