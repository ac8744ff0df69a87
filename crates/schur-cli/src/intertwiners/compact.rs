//! Intertwiners of compact groups.

use schur_math::{CompactGroup, IntertwinerBasis, ProductIrrep};

use super::expression::{MAX_TERMS, multiplicity, outside_brackets, split};
use super::{Output, Side, check_numbers, rows};
use crate::error::{Result, fail};
use crate::group::product::{check_dim, irrep, parts};

/// Longest description, in bytes: brackets are read by recursion.
const MAX_TEXT: usize = 1000;

type Representation = schur_math::Representation<ProductIrrep>;

pub(super) fn compute(group: &CompactGroup, from: &str, to: &str) -> Result<Output> {
    for text in [from, to] {
        if text.len() > MAX_TEXT {
            return fail(format!(
                "a representation is described by {} bytes; use at most {MAX_TEXT}",
                text.len()
            ));
        }
    }
    let (rho, sigma) = (representation(group, from)?, representation(group, to)?);
    let inner_product = rho.inner_product(&sigma)? as f64;
    check_numbers(inner_product, rho.dim(), sigma.dim())?;
    let basis = IntertwinerBasis::new(&sigma, &rho)?;
    let side = |name: &str, rho: &Representation| Side {
        name: name.trim().to_string(),
        dimension: rho.dim(),
        irreps: parts(rho),
    };
    Ok(Output {
        group: group.to_string(),
        from: side(from, &rho),
        to: side(to, &sigma),
        dimension: basis.dim(),
        inner_product,
        basis: Some((0..basis.dim()).map(|i| rows(&basis.matrix(i))).collect()),
        omitted: None,
    })
}

/// A sum of irreps and tensor products, each with an optional multiplicity in front.
fn representation(group: &CompactGroup, text: &str) -> Result<Representation> {
    let mut sum: Option<Representation> = None;
    let mut count = 0;
    for part in split(text) {
        let (multiplicity, name) = match multiplicity(part) {
            // The name of an irrep of a product, such as `1 x 2`.
            (_, rest) if rest.starts_with("x ") => (1, part),
            read => read,
        };
        count += multiplicity;
        if multiplicity == 0 || count > MAX_TERMS {
            return fail(format!(
                "{part:?} in {text:?}: multiplicities are at least 1, and at most {MAX_TERMS} in \
                 sum"
            ));
        }
        let term = term(group, name)?;
        for _ in 0..multiplicity {
            sum = Some(match sum {
                Some(sum) => sum.direct_sum(&term)?,
                None => term.clone(),
            });
        }
        check_dim(text, sum.as_ref().map_or(0, Representation::dim))?;
    }
    match sum {
        Some(sum) => Ok(sum),
        None => fail("an empty representation; write for example trivial + 2 E1"),
    }
}

fn term(group: &CompactGroup, name: &str) -> Result<Representation> {
    if name == "trivial" {
        return Ok(Representation::trivial(group));
    }
    let product = name
        .strip_prefix("tensor(")
        .and_then(|rest| rest.strip_suffix(')'));
    let Some(arguments) = product else {
        if name.contains('(') {
            return fail(format!(
                "{name:?}: {group} has the representations trivial, its irreps, tensor(..., ...) \
                 and sums of them"
            ));
        }
        return Ok(Representation::irreducible(&irrep(group, name)?));
    };
    let mut product = Representation::trivial(group);
    for factor in outside_brackets(arguments, ",") {
        let factor = representation(group, factor)?;
        check_dim(name, product.dim() * factor.dim())?;
        product = product.tensor_product(&factor)?;
    }
    Ok(product)
}
