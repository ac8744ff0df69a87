//! Intertwiners of infinite groups.

use std::fmt::Display;

use schur_math::{
    CompactGroup, IntertwinerBasis, NamedGroup, ProductIrrep, Representation, RepresentationText,
    RepresentationWords, SymmetryIrrep,
};

use super::{Output, Side, check_numbers, rows};
use crate::error::{CliError, Result, fail};
use crate::group::product::{check_dim, irrep, parts};

/// Between representations of a group of the plane or of space, which has all the names of these.
pub(super) fn acting<I>(group: &I::Group, from: &str, to: &str) -> Result<Output>
where
    I: SymmetryIrrep<Group: NamedGroup + Display> + Display + Send + Sync + 'static,
{
    let side = |text: &str| Representation::<I>::parse(group, text);
    between(group, from, &side(from)?, to, &side(to)?)
}

/// Between representations of a product of compact groups.
pub(super) fn compute(group: &CompactGroup, from: &str, to: &str) -> Result<Output> {
    let side = |text: &str| text.parse::<RepresentationText>()?.of(&Words(group));
    between(group, from, &side(from)?, to, &side(to)?)
}

fn between<I: SymmetryIrrep + Display>(
    group: &impl Display,
    from: &str,
    rho: &Representation<I>,
    to: &str,
    sigma: &Representation<I>,
) -> Result<Output> {
    let inner_product = rho.inner_product(sigma)? as f64;
    check_numbers(inner_product, rho.dim(), sigma.dim())?;
    let basis = IntertwinerBasis::new(sigma, rho)?;
    let side = |name: &str, rho: &Representation<I>| Side {
        name: name.trim().to_string(),
        dimension: rho.dim(),
        irreps: parts(rho),
    };
    Ok(Output {
        group: group.to_string(),
        from: side(from, rho),
        to: side(to, sigma),
        dimension: basis.dim(),
        inner_product,
        basis: Some((0..basis.dim()).map(|i| rows(&basis.matrix(i))).collect()),
        omitted: None,
    })
}

/// The names of a compact group: its irreps and what is made of them.
struct Words<'a>(&'a CompactGroup);

impl RepresentationWords for Words<'_> {
    type Representation = Representation<ProductIrrep>;
    type Error = CliError;

    fn name(&self, name: &str) -> Result<Self::Representation> {
        match name {
            "trivial" => Ok(Representation::trivial(self.0)),
            _ => Ok(Representation::irreducible(&irrep(self.0, name)?)),
        }
    }

    fn of(&self, word: &str, arguments: &[&str]) -> Result<Self::Representation> {
        let text = format!("{word}({})", arguments.join(", "));
        match (word, arguments) {
            ("irrep", [name]) => self.name(name),
            ("tensor", factors) => {
                let mut product = Representation::trivial(self.0);
                for factor in factors {
                    let factor = factor.parse::<RepresentationText>()?.of(self)?;
                    check_dim(&text, product.dim() * factor.dim())?;
                    product = product.tensor_product(&factor)?;
                }
                Ok(product)
            }
            _ => fail(format!(
                "{text:?}: {} has the representations trivial, its irreps, tensor(..., ...) and \
                 sums of them",
                self.0
            )),
        }
    }

    fn sum(
        &self,
        left: &Self::Representation,
        right: &Self::Representation,
    ) -> Result<Self::Representation> {
        check_dim("the sum", left.dim() + right.dim())?;
        Ok(left.direct_sum(right)?)
    }
}
