//! `--kernels`: how many kernels there are between the representations of a group of the plane or of
//! space.

use schur_math::{
    ElementOf, Isometry, KernelBand, LatticeKernelBasis, NamedGroup, PlanarIrrep, PointGroup,
    Representation, SpatialIrrep, SteerableKernelBasis, SymmetryGroup, SymmetryIrrep,
};
use schur_nn::GridGroup;
use serde::Serialize;

use super::table::table;
use crate::error::{CliError, Result};
use crate::say::{line, to_json};

/// Largest frequency or degree of the irreps of infinite groups.
const FREQUENCY: usize = 3;
/// Largest order of a group whose regular representation is listed too: that of the cube.
const REGULAR: usize = 48;

#[derive(Serialize)]
struct Output {
    group: String,
    /// Side of the kernels in pixels or voxels.
    size: usize,
    representations: Vec<String>,
    /// `dimensions[to][from]`.
    dimensions: Vec<Vec<usize>>,
}

/// The dimensions of the spaces of kernels of `size x size` pixels, or of as many voxels on each axis.
pub(super) fn run(name: &str, size: usize, json: bool) -> Result<String> {
    let group = GridGroup::parse(name).map_err(|e| CliError::Message(format!("--kernels: {e}")))?;
    let output = match &group {
        GridGroup::Plane(plane) => {
            let band = KernelBand::for_size(size)?;
            output::<2, PlanarIrrep>(&group, plane, [1, size, size], &band)?
        }
        GridGroup::Space(space) => {
            let band = KernelBand::in_space(size)?;
            output::<3, SpatialIrrep>(&group, space, [size; 3], &band)?
        }
    };
    match json {
        true => to_json(&output),
        false => Ok(text(&output, &group)),
    }
}

fn output<const D: usize, I>(
    grid: &GridGroup,
    group: &I::Group,
    sizes: [usize; 3],
    band: &KernelBand,
) -> Result<Output>
where
    I: SymmetryIrrep<Group: NamedGroup> + ToString + Send + Sync + 'static,
    ElementOf<I>: Isometry<D>,
{
    let mut all = Vec::new();
    let largest = grid.finite().map_or(FREQUENCY, schur_math::Group::order);
    for irrep in group.irreps(largest)? {
        all.push((irrep.to_string(), Representation::of_irrep(&irrep)));
    }
    let order = grid.finite().map(schur_math::Group::order);
    if order.is_some_and(|order| (2..=REGULAR).contains(&order)) {
        let regular = Representation::<I>::regular(group)?;
        all.push((regular.name().to_string(), regular));
    }
    let mut dimensions = Vec::new();
    for (_, out) in &all {
        let row = all
            .iter()
            .map(|(_, input)| dimension(out, input, sizes, band));
        dimensions.push(row.collect::<Result<_>>()?);
    }
    Ok(Output {
        group: grid.to_string(),
        size: sizes[2],
        representations: all.into_iter().map(|(name, _)| name).collect(),
        dimensions,
    })
}

/// How many kernels there are from one representation to another: all that the places allow if the
/// group's elements permute them, or else the steerable ones that do not vanish there.
fn dimension<const D: usize, I: SymmetryIrrep<Group: PointGroup>>(
    out: &Representation<I>,
    input: &Representation<I>,
    sizes: [usize; 3],
    band: &KernelBand,
) -> Result<usize>
where
    ElementOf<I>: Isometry<D>,
{
    if out.group().is_lattice_exact() {
        return Ok(LatticeKernelBasis::new(out, input, sizes)?.dim());
    }
    let basis = SteerableKernelBasis::<D>::new(out, input, band)?;
    Ok(basis.on_grid(sizes)?.len())
}

fn text(output: &Output, group: &GridGroup) -> String {
    let mut out = String::new();
    let (places, exact) = match group {
        GridGroup::Plane(group) => ("pixels", group.is_lattice_exact()),
        GridGroup::Space(group) => ("voxels", group.is_lattice_exact()),
    };
    line!(
        out,
        "{}: dimensions of the spaces of kernels of {} {places}, the weights of a convolution \
         from one field to another\n",
        output.group,
        vec![output.size.to_string(); group.dimension()].join(" x ")
    );
    let mut head = vec!["to \\ from".to_string()];
    head.extend(output.representations.iter().cloned());
    let rows: Vec<Vec<String>> = output
        .representations
        .iter()
        .zip(&output.dimensions)
        .map(|(name, row)| {
            let numbers = row.iter().map(ToString::to_string);
            std::iter::once(name.clone()).chain(numbers).collect()
        })
        .collect();
    table(&mut out, &head, &rows, &[0]);
    line!(
        out,
        "\n{}",
        match exact {
            true => format!(
                "All kernels on these {places} that the group's elements, which permute {places}, \
                 allow."
            ),
            false => format!(
                "Steerable kernels of the default band, sampled at these {places}; the elements \
                 that permute {places} keep them exactly."
            ),
        }
    );
    out
}
