//! Products, restriction and induction of irreps of finite groups.

use schur_math::{FiniteRepresentation, Group, Irrep, decompose, irrep, irreps};
use serde::Serialize;

use super::subgroups;
use super::table::{table, terms};
use crate::error::{Result, fail};
use crate::say::{line, to_json};

/// Irreps with multiplicities.
pub(super) type Parts = Vec<(String, usize)>;

/// The irreps in a representation.
pub(super) fn parts(representation: &FiniteRepresentation) -> Result<Parts> {
    let all = irreps(representation.group());
    let found = decompose(representation)?.into_iter();
    Ok(found
        .map(|(index, multiplicity)| (all[index].name().to_string(), multiplicity))
        .collect())
}

#[derive(Serialize)]
pub(super) struct Product {
    pub(super) group: String,
    pub(super) factors: [String; 2],
    /// (irrep, multiplicity).
    pub(super) irreps: Parts,
}

impl Product {
    pub(super) fn show(&self, json: bool) -> Result<String> {
        if json {
            return to_json(self);
        }
        // The names of irreps of products have several words.
        let word = |name: &String| match name.contains(' ') {
            true => format!("({name})"),
            false => name.clone(),
        };
        let [left, right] = self.factors.each_ref().map(word);
        let sum = terms(&self.irreps);
        Ok(format!("{}: {left} x {right} = {sum}", self.group))
    }
}

/// The decomposition of the tensor product of two irreps.
pub(super) fn tensor(group: &Group, names: &[String], json: bool) -> Result<String> {
    let [left, right] = names else {
        return fail("--tensor takes the names of two irreps, for example --tensor E A2");
    };
    let (left, right) = (irrep(group, left)?, irrep(group, right)?);
    let product = left
        .representation()
        .tensor_product(right.representation())?;
    let product = Product {
        group: group.name().to_string(),
        factors: [&left, &right].map(|irrep| irrep.name().to_string()),
        irreps: parts(&product)?,
    };
    product.show(json)
}

#[derive(Serialize)]
struct Restriction {
    group: String,
    subgroup: String,
    /// One per class of such subgroups.
    classes: Vec<RestrictionToClass>,
}

#[derive(Serialize)]
struct RestrictionToClass {
    /// Number of conjugate subgroups.
    conjugates: usize,
    /// Where the generators of the subgroup go.
    inclusion: String,
    irreps: Vec<Branch>,
}

/// What becomes of one irrep.
#[derive(Serialize)]
pub(super) struct Branch {
    pub(super) irrep: String,
    pub(super) dimension: usize,
    /// (irrep, multiplicity).
    pub(super) parts: Parts,
}

/// Adds a table of branches.
pub(super) fn branches(out: &mut String, group: &str, subgroup: &str, branches: &[Branch]) {
    let row = |branch: &Branch| {
        let dimension = branch.dimension.to_string();
        vec![branch.irrep.clone(), dimension, terms(&branch.parts)]
    };
    let rows: Vec<Vec<String>> = branches.iter().map(row).collect();
    table(out, &[group, "dim", subgroup], &rows, &[0, 2]);
}

/// The restriction of the irreps to the subgroups of that name.
pub(super) fn restrict(
    group: &Group,
    subgroup: &str,
    only: Option<&str>,
    json: bool,
) -> Result<String> {
    // Subgroups first: a group that is too large for them is refused before its irreps are made.
    let found = subgroups::find(group, subgroup)?;
    let chosen: Vec<Irrep> = match only {
        Some(name) => vec![irrep(group, name)?],
        None => irreps(group),
    };
    let mut output = Restriction {
        group: group.name().to_string(),
        subgroup: String::new(),
        classes: Vec::new(),
    };
    for (class, inclusion) in found {
        output.subgroup = inclusion.source().name().to_string();
        let branch = |irrep: &Irrep| {
            let restricted = irrep.representation().restricted_to(&inclusion)?;
            Ok(Branch {
                irrep: irrep.name().to_string(),
                dimension: restricted.dim(),
                parts: parts(&restricted)?,
            })
        };
        output.classes.push(RestrictionToClass {
            conjugates: class.members().len(),
            inclusion: subgroups::images(&inclusion),
            irreps: chosen.iter().map(branch).collect::<Result<_>>()?,
        });
    }
    if json {
        return to_json(&output);
    }
    let mut out = String::new();
    let (name, count) = (&output.subgroup, output.classes.len());
    line!(out, "{group} restricted to {name}");
    if count > 1 {
        line!(
            out,
            "{count} classes of subgroups are isomorphic to {name}; here is each"
        );
    }
    for class in &output.classes {
        let conjugates = match class.conjugates {
            1 => "normal".to_string(),
            count => format!("one of {count} conjugate subgroups"),
        };
        line!(out, "\n{} ({conjugates})", class.inclusion);
        branches(&mut out, group.name(), name, &class.irreps);
    }
    Ok(out)
}

#[derive(Serialize)]
struct Induction {
    group: String,
    subgroup: String,
    irrep: String,
    dimension: usize,
    /// One per class of such subgroups.
    classes: Vec<InductionFromClass>,
}

#[derive(Serialize)]
struct InductionFromClass {
    conjugates: usize,
    inclusion: String,
    /// (irrep, multiplicity).
    parts: Parts,
}

/// The irreps in what an irrep of a subgroup induces.
pub(super) fn induce(group: &Group, names: &[String], json: bool) -> Result<String> {
    let [subgroup, name] = names else {
        return fail("--induce takes a subgroup and an irrep of it, for example --induce C4 B");
    };
    let mut output = Induction {
        group: group.name().to_string(),
        subgroup: String::new(),
        irrep: String::new(),
        dimension: 0,
        classes: Vec::new(),
    };
    for (class, inclusion) in subgroups::find(group, subgroup)? {
        let small = irrep(inclusion.source(), name)?;
        let induced = FiniteRepresentation::induced_from(&inclusion, small.representation())?;
        output.subgroup = inclusion.source().name().to_string();
        output.irrep = small.name().to_string();
        output.dimension = induced.dim();
        output.classes.push(InductionFromClass {
            conjugates: class.members().len(),
            inclusion: subgroups::images(&inclusion),
            parts: parts(&induced)?,
        });
    }
    if json {
        return to_json(&output);
    }
    let mut out = String::new();
    let (from, irrep, dimension) = (&output.subgroup, &output.irrep, output.dimension);
    line!(
        out,
        "{irrep} of {from} induced to {group}: dimension {dimension}"
    );
    if output.classes.len() > 1 {
        let count = output.classes.len();
        line!(
            out,
            "{count} classes of subgroups are isomorphic to {from}; here is each"
        );
    }
    for class in &output.classes {
        line!(out, "  {}   ({})", terms(&class.parts), class.inclusion);
    }
    Ok(out)
}
