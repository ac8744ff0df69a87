//! Which fields and nonlinearities a group has, and how many of them.

use schur_math::{
    Coupling, Group, KernelBand, MathError, PointGroup, SpatialGroup, SpatialIrrep, SymmetryGroup,
    SymmetryIrrep,
};

use crate::NnError;
use crate::field_type::Fields;
use crate::group::GridGroup;
use crate::kinds::{Kernels, NonlinearityKind};
use crate::network::config::BlockConfig;

/// What takes the place of a regular field for SO(2) and O(2).
pub(super) const IRREPS: [&str; 4] = ["trivial", "E1", "E2", "E3"];

/// The degree up to which irreps take the place of a regular field for infinite groups of space: that
/// of the default kernels of 3 x 3 x 3 voxels.
const MAX_DEGREE: usize = 2;

/// Order of the group; that of C16 for the continuous ones, whose irreps take its place.
fn order(group: &GridGroup) -> usize {
    group.finite().map_or(16, Group::order)
}

/// `n` regular fields, or as many sets of irreps: in the first blocks only those that kernels reach from
/// scalars.
pub(super) fn features(
    group: &GridGroup,
    n: usize,
    index: usize,
    kernel: usize,
) -> Result<Fields, NnError> {
    if group.finite().is_some() {
        return Ok(Fields::regular(n));
    }
    match group {
        GridGroup::Plane(_) => {
            let highest = match index {
                0 => KernelBand::for_size(kernel)?.max_frequency(),
                _ => IRREPS.len() - 1,
            };
            let irreps = IRREPS.iter().take(highest + 1);
            Ok(Fields::new(irreps.map(|name| (n, *name))))
        }
        GridGroup::Space(group) => {
            let reached = reached(group, index + 1)?;
            Ok(named(reached.iter().map(|irrep| (n, irrep))))
        }
    }
}

/// The irreps up to [`MAX_DEGREE`] that so many convolutions reach from scalars.
fn reached(group: &SpatialGroup, convolutions: usize) -> Result<Vec<SpatialIrrep>, MathError> {
    let mut kernels = Vec::new();
    for degree in 0..=MAX_DEGREE {
        kernels.extend(group.harmonics(degree)?);
    }
    let mut reached = vec![group.trivial()];
    for _ in 0..convolutions {
        let mut next = Vec::new();
        for coupling in pairs(&reached, &kernels) {
            next.extend(coupling?.iter().map(|part| part.irrep().clone()));
        }
        reached = group.irreps(MAX_DEGREE)?;
        reached.retain(|irrep| next.contains(irrep));
    }
    Ok(reached)
}

/// What the products of some irreps with others consist of.
fn pairs<'a>(
    left: &'a [SpatialIrrep],
    right: &'a [SpatialIrrep],
) -> impl Iterator<Item = Result<Vec<Coupling<SpatialIrrep>>, MathError>> + 'a {
    let all = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    all.map(|(a, b)| a.couplings(b))
}

/// The irreps in the harmonics up to [`MAX_DEGREE`], which kernels reach from scalars, so many times
/// as their degrees say.
pub(super) fn harmonics(
    group: &SpatialGroup,
    count: impl Fn(usize) -> usize,
) -> Result<Fields, NnError> {
    let mut found: Vec<(usize, SpatialIrrep)> = Vec::new();
    for degree in 0..=MAX_DEGREE {
        for irrep in group.harmonics(degree)? {
            match found.iter_mut().find(|(_, known)| *known == irrep) {
                Some((copies, _)) => *copies += count(degree),
                None => found.push((count(degree), irrep)),
            }
        }
    }
    Ok(named(found.iter().map(|(n, irrep)| (*n, irrep))))
}

/// Irreps by their names; scalars are trivial.
fn named<'a, I: SymmetryIrrep + 'a>(irreps: impl Iterator<Item = (usize, &'a I)>) -> Fields {
    let name = |irrep: &I| match irrep.is_trivial() {
        true => "trivial".to_string(),
        false => irrep.to_string(),
    };
    let named: Vec<(usize, String)> = irreps.map(|(n, irrep)| (n, name(irrep))).collect();
    Fields::new(named.iter().map(|(n, name)| (*n, name.as_str())))
}

/// The nonlinearity that goes with these features.
pub(super) fn nonlinearity(group: &GridGroup, pointwise: NonlinearityKind) -> NonlinearityKind {
    if group.finite().is_some() {
        pointwise
    } else {
        NonlinearityKind::Gated
    }
}

/// Steerable kernels as in the source, also where all kernels on the grid are known; the
/// conventional network has all kernels.
pub(super) fn kernels(group: &GridGroup) -> Kernels {
    if order(group) == 1 {
        Kernels::Lattice
    } else {
        Kernels::Steerable
    }
}

/// Widths that keep the cost of a channel-by-channel product about that of C16.
pub(super) fn balanced(group: &GridGroup, width: usize) -> usize {
    let factor = (order(group) as f64 / 16.0).sqrt();
    ((width as f64 / factor).round() as usize).max(1)
}

/// Blocks of these widths, kernels and paddings.
pub(super) fn sequence(
    group: &GridGroup,
    widths: &[usize],
    shapes: &[(usize, usize)],
) -> Result<Vec<BlockConfig>, NnError> {
    let blocks = widths.iter().zip(shapes).enumerate();
    blocks
        .map(|(index, (&width, &(kernel, padding)))| {
            let fields = features(group, width, index, kernel)?;
            Ok(BlockConfig::new(fields, kernel).with_padding(padding))
        })
        .collect()
}
