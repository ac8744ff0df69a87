//! Compact groups made of factors, such as `C2 x SO(3)`: irreps and their products.

use std::fmt::Display;

use schur_math::{
    CompactGroup, EndomorphismType, Factor, Group, ProductIrrep, Representation, SymmetryGroup,
    SymmetryIrrep,
};
use serde::Serialize;

use super::branching::{Parts, Product};
use super::table::table;
use crate::args::GroupArgs;
use crate::error::{Result, fail};
use crate::say::{line, to_json};

/// Degree up to which irreps are listed without `--band`, and the largest.
const BAND: usize = 2;
const MAX_BAND: usize = 8;
/// Largest dimension of what is decomposed or listed, and most irreps.
const MAX_DIM: usize = 1024;
const MAX_IRREPS: usize = 1024;

pub(super) fn run(group: &CompactGroup, args: &GroupArgs) -> Result<String> {
    if let Some(names) = &args.tensor {
        return tensor(group, names, args.json);
    }
    if args.restrict.is_some() || args.induce.is_some() || args.irrep.is_some() {
        if let Some(finite) = of_one_finite(group) {
            return fail(format!(
                "--restrict and --induce have the names of abstract groups, and {group} is {finite}; \
                 write schur group '{finite}' with them"
            ));
        }
        return fail(format!(
            "--restrict and --induce are for finite groups, SO(2), O(2), SO(3) and O(3); {group} \
             has --tensor and --band"
        ));
    }
    describe(group, args.band.unwrap_or(BAND), args.json)
}

/// The abstract group of a single factor that acts on the plane or on space.
fn of_one_finite(group: &CompactGroup) -> Option<&Group> {
    let finite = match group.factors() {
        [Factor::Plane(plane)] => plane.finite(),
        [Factor::Space(space)] => space.finite(),
        _ => None,
    };
    finite.filter(|finite| Group::parse(finite.name()).is_ok_and(|named| named == **finite))
}

#[derive(Serialize)]
struct Description {
    group: String,
    /// Largest degree or frequency of a factor.
    band: usize,
    irreps: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    dimension: usize,
    /// `real`, `complex` or `quaternionic`.
    endomorphism_type: &'static str,
}

/// The real irreps up to a degree.
fn describe(group: &CompactGroup, band: usize, json: bool) -> Result<String> {
    check_size(group, band)?;
    let irreps = group.irreps(band)?;
    let row = |irrep: &ProductIrrep| Row {
        name: irrep.to_string(),
        dimension: irrep.dim(),
        endomorphism_type: match irrep.endomorphism_type() {
            EndomorphismType::Real => "real",
            EndomorphismType::Complex => "complex",
            EndomorphismType::Quaternionic => "quaternionic",
        },
    };
    let description = Description {
        group: group.to_string(),
        band,
        irreps: irreps.iter().map(row).collect(),
    };
    if json {
        return to_json(&description);
    }
    let mut out = String::new();
    line!(out, "{group}: real irreps to degree {band} (--band)\n");
    let rows: Vec<Vec<String>> = (description.irreps.iter())
        .map(|row| {
            let kind = row.endomorphism_type.to_string();
            vec![row.name.clone(), row.dimension.to_string(), kind]
        })
        .collect();
    table(&mut out, &["irrep", "dimension", "type"], &rows, &[0, 2]);
    line!(
        out,
        "\n  schur group '{group}' --tensor IRREP IRREP     products"
    );
    if let Some(finite) = of_one_finite(group) {
        line!(
            out,
            "  schur group '{finite}'     the abstract group: elements, classes, subgroups"
        );
    }
    Ok(out.trim_end().to_string())
}

/// Refuses a list that would be long, or irreps of large dimension.
fn check_size(group: &CompactGroup, band: usize) -> Result<()> {
    let (mut count, mut dim) = (1usize, 1usize);
    if band <= MAX_BAND {
        for factor in group.factors() {
            let irreps = factor.irreps(band)?;
            count = count.saturating_mul(irreps.len());
            dim = dim.saturating_mul(irreps.iter().map(SymmetryIrrep::dim).max().unwrap_or(1));
        }
    }
    if band > MAX_BAND || count > MAX_IRREPS || dim > MAX_DIM {
        return fail(format!(
            "--band {band} is too large for {group}; take at most {MAX_BAND}, {MAX_IRREPS} irreps \
             and dimension {MAX_DIM}"
        ));
    }
    Ok(())
}

/// The irrep of that name, if it is not too large to compute with.
pub(crate) fn irrep(group: &CompactGroup, name: &str) -> Result<ProductIrrep> {
    let names: Vec<&str> = name.split(" x ").collect();
    let mut dim = 1usize;
    if names.len() == group.factors().len() {
        for (factor, name) in group.factors().iter().zip(names) {
            let part = factor.irrep(name.trim().trim_end_matches('*'))?;
            dim = dim.saturating_mul(part.dim());
        }
    }
    check_dim(name, dim)?;
    Ok(group.irrep(name)?)
}

/// Refuses what is too large to decompose.
pub(crate) fn check_dim(what: &str, dim: usize) -> Result<()> {
    if dim <= MAX_DIM {
        return Ok(());
    }
    fail(format!(
        "{what} has more than {MAX_DIM} dimensions; take smaller representations"
    ))
}

/// The irreps of a representation with their multiplicities, in the order of their first copies.
pub(crate) fn parts<I: SymmetryIrrep + Display>(rho: &Representation<I>) -> Parts {
    let mut parts = Parts::new();
    for irrep in rho.parts() {
        let name = irrep.to_string();
        match parts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, multiplicity)) => *multiplicity += 1,
            None => parts.push((name, 1)),
        }
    }
    parts
}

fn tensor(group: &CompactGroup, names: &[String], json: bool) -> Result<String> {
    let [left, right] = names else {
        return fail("--tensor takes two irreps");
    };
    let (a, b) = (irrep(group, left)?, irrep(group, right)?);
    check_dim(&format!("{left} x {right}"), a.dim() * b.dim())?;
    let [a, b] = [a, b].map(|irrep| Representation::irreducible(&irrep));
    let product = Product {
        group: group.to_string(),
        factors: [left.clone(), right.clone()],
        irreps: parts(&a.tensor_product(&b)?),
    };
    product.show(json)
}
