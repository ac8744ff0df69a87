//! `--kernels`: how many kernels there are between the representations of a group of the plane.

use schur_math::{
    KernelBand, KernelBasis, LatticeKernelBasis, PlanarGroup, PlanarRepresentation,
    SteerableKernelBasis, middle,
};
use serde::Serialize;

use crate::error::{CliError, Result};
use crate::say::{line, to_json};
use crate::tolerance::ZERO_ENTRY;

use super::table::table;

/// Largest frequency of the irreps of SO(2) and O(2).
const FREQUENCY: usize = 3;
/// Largest order of a group whose regular representation is listed too.
const REGULAR: usize = 32;

#[derive(Serialize)]
struct Output {
    group: String,
    /// Side of the kernels in pixels.
    size: usize,
    representations: Vec<String>,
    /// `dimensions[to][from]`.
    dimensions: Vec<Vec<usize>>,
}

/// The dimensions of the spaces of kernels of `size x size` pixels.
pub(super) fn run(name: &str, size: usize, json: bool) -> Result<String> {
    let group = PlanarGroup::parse(name).map_err(|e| {
        CliError::Message(format!(
            "--kernels: {e}; kernels on pixels have the groups of the plane, Cn, Dn, SO(2) and O(2)"
        ))
    })?;
    let irreps =
        PlanarRepresentation::irreps(&group, FREQUENCY.max(group.rotations().unwrap_or(0)))?;
    let order = group.finite().map(schur_math::Group::order);
    let mut all = irreps;
    if order.is_some_and(|order| (2..=REGULAR).contains(&order)) {
        all.push(PlanarRepresentation::parse(&group, "regular")?);
    }
    let dimensions = all
        .iter()
        .map(|out| {
            all.iter()
                .map(|input| dimension(&group, out, input, size))
                .collect()
        })
        .collect::<Result<_>>()?;
    let name = |full: &str| {
        let inside = full
            .strip_prefix("irrep(")
            .and_then(|rest| rest.strip_suffix(')'));
        inside.unwrap_or(full).to_string()
    };
    let representations = all.iter().map(|representation| name(representation.name()));
    let representations: Vec<String> = representations.collect();
    let output = Output {
        group: group.name().to_string(),
        size,
        representations,
        dimensions,
    };
    match json {
        true => to_json(&output),
        false => Ok(text(&output, &group)),
    }
}

/// How many kernels there are from one representation to another: all that the pixels allow if the
/// group's elements permute them, or else the steerable ones that do not vanish there.
fn dimension(
    group: &PlanarGroup,
    out: &PlanarRepresentation,
    input: &PlanarRepresentation,
    size: usize,
) -> Result<usize> {
    if group.is_lattice_exact() {
        return Ok(LatticeKernelBasis::new(out, input, [1, size, size])?
            .elements()
            .len());
    }
    let basis = SteerableKernelBasis::new(out, input, &KernelBand::for_size(size)?)?;
    let kernel = out.dim() * input.dim();
    let middle = middle(size);
    let mut seen = vec![false; basis.dim()];
    for place in 0..size * size {
        let (row, column) = ((place / size) as f64, (place % size) as f64);
        let values = basis.sample([column - middle, middle - row]);
        for (seen, values) in seen.iter_mut().zip(values.chunks(kernel)) {
            *seen |= values.iter().any(|v| v.abs() > ZERO_ENTRY);
        }
    }
    Ok(seen.into_iter().filter(|&seen| seen).count())
}

fn text(output: &Output, group: &PlanarGroup) -> String {
    let mut out = String::new();
    line!(
        out,
        "{}: dimensions of the spaces of kernels of {1} x {1} pixels, the weights of a convolution \
         from one field to another\n",
        output.group,
        output.size
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
        match group.is_lattice_exact() {
            true =>
                "All kernels on these pixels that the group's elements, which permute pixels, allow.",
            false =>
                "Steerable kernels of the default band, sampled at these pixels; the elements that permute \
                 pixels keep them exactly.",
        }
    );
    out
}
