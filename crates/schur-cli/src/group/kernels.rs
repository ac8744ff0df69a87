//! `--kernels`: how many kernels there are between the representations of a group of the plane.

use burn::tensor::Device;
use schur_math::{PlanarGroup, PlanarRepresentation};
use schur_nn::{EquivariantConv, EquivariantConvConfig, FieldType};
use serde::Serialize;

use crate::error::{CliError, Result};
use crate::say::{line, to_json};

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
    let name = |full: &str| {
        let inside = full
            .strip_prefix("irrep(")
            .and_then(|rest| rest.strip_suffix(')'));
        inside.unwrap_or(full).to_string()
    };
    let mut representations: Vec<String> = irreps.iter().map(|irrep| name(irrep.name())).collect();
    let order = group.finite().map(schur_math::Group::order);
    if order.is_some_and(|order| (2..=REGULAR).contains(&order)) {
        representations.push("regular".to_string());
    }
    let fields: Vec<FieldType> = representations
        .iter()
        .map(|name| FieldType::parse(&format!("{}: 1 {name}", group.name())))
        .collect::<std::result::Result<_, _>>()?;
    let dimension = |input: &FieldType, out: &FieldType| -> Result<usize> {
        let conv: EquivariantConv =
            EquivariantConvConfig::new(input, out, size).init(&Device::flex())?;
        Ok(conv.plan().parameters())
    };
    let dimensions = fields
        .iter()
        .map(|out| fields.iter().map(|input| dimension(input, out)).collect())
        .collect::<Result<_>>()?;
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
