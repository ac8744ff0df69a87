//! Compact groups chosen at run time as groups with irreps.

use rand::RngCore;

use super::group::{CompactGroup, ProductElement};
use super::product_coupling::couplings;
use super::product_irrep::{ProductIrrep, conjugate};
use crate::error::MathError;
use crate::irreps::EndomorphismType;
use crate::matrix::Matrix;
use crate::quadrature::Quadrature;
use crate::symmetry::{Coupling, SymmetryGroup, SymmetryIrrep, unknown_irrep};

impl SymmetryGroup for CompactGroup {
    type Element = ProductElement;
    type Irrep = ProductIrrep;

    fn identity(&self) -> ProductElement {
        let parts = self.factors.iter().map(SymmetryGroup::identity).collect();
        ProductElement { parts }
    }

    fn compose(&self, g: &ProductElement, h: &ProductElement) -> ProductElement {
        let pairs = self.factors.iter().zip(g.parts.iter().zip(&h.parts));
        let parts = pairs.map(|(factor, (g, h))| factor.compose(g, h)).collect();
        ProductElement { parts }
    }

    fn inverse(&self, g: &ProductElement) -> ProductElement {
        let pairs = self.factors.iter().zip(&g.parts);
        let parts = pairs.map(|(factor, g)| factor.inverse(g)).collect();
        ProductElement { parts }
    }

    fn distance(&self, g: &ProductElement, h: &ProductElement) -> f64 {
        let pairs = self.factors.iter().zip(g.parts.iter().zip(&h.parts));
        pairs.fold(0.0, |worst, (factor, (g, h))| {
            worst.max(factor.distance(g, h))
        })
    }

    fn check_element(&self, g: &ProductElement) -> Result<(), MathError> {
        if g.parts.len() != self.factors.len() {
            return Err(MathError::Length {
                what: format!("an element of {self}"),
                found: g.parts.len(),
                expected: self.factors.len(),
                meaning: "one part per factor".to_string(),
            });
        }
        let mut pairs = self.factors.iter().zip(&g.parts);
        pairs.try_for_each(|(factor, g)| factor.check_element(g))
    }

    fn random(&self, generator: &mut impl RngCore) -> ProductElement {
        let parts = self.factors.iter().map(|factor| factor.random(generator));
        ProductElement {
            parts: parts.collect(),
        }
    }

    fn generators(&self) -> Vec<ProductElement> {
        let mut all = Vec::new();
        for (place, factor) in self.factors.iter().enumerate() {
            for generator in factor.generators() {
                let mut element = self.identity();
                element.parts[place] = generator;
                all.push(element);
            }
        }
        all
    }

    /// The product of the quadratures of the factors.
    fn quadrature(&self, degree: usize) -> Result<Quadrature<ProductElement>, MathError> {
        let nothing = ProductElement { parts: Vec::new() };
        let mut product = Quadrature::even(vec![nothing], degree);
        for factor in &self.factors {
            let next = factor.quadrature(degree)?;
            let numbers = product.points().len().checked_mul(next.points().len());
            if numbers.is_none_or(|numbers| numbers > Self::MAX_POINTS) {
                return Err(MathError::TooLarge {
                    what: format!("the quadrature of degree {degree} on {self}"),
                    numbers: numbers.map_or("too many".to_string(), |n| n.to_string()),
                    max: Self::MAX_POINTS,
                    remedy: "a smaller degree, or fewer factors",
                });
            }
            product = product.times(&next, |element, part| ProductElement {
                parts: [&element.parts[..], &[*part]].concat(),
            });
        }
        Ok(product)
    }

    /// The irreps of every choice of irreps of the factors, the last factor varying fastest.
    fn irreps(&self, band: usize) -> Result<Vec<ProductIrrep>, MathError> {
        let mut all = vec![ProductIrrep::trivial(self)];
        for factor in &self.factors {
            let next = factor.irreps(band)?;
            let pairs = all.iter().flat_map(|a| next.iter().map(move |b| (a, b)));
            all = pairs
                .flat_map(|(product, irrep)| product.times(irrep))
                .collect();
        }
        Ok(all)
    }

    fn irrep(&self, name: &str) -> Result<ProductIrrep, MathError> {
        // What a single factor calls its irreps may contain a cross.
        let names: Vec<&str> = match self.factors[..] {
            [_] => vec![name],
            _ => name.split(" x ").collect(),
        };
        if names.len() == self.factors.len() {
            let mut product = vec![ProductIrrep::trivial(self)];
            for (factor, name) in self.factors.iter().zip(&names) {
                let irrep = factor.irrep(name.trim().trim_end_matches('*'))?;
                product = product.iter().flat_map(|p| p.times(&irrep)).collect();
            }
            let stars: Vec<bool> = names.iter().map(|name| name.ends_with('*')).collect();
            let mut candidates = product.into_iter();
            if let Some(irrep) = candidates.find(|irrep| irrep.conjugated() == stars) {
                return Ok(irrep);
            }
        }
        let known: Vec<String> = self.irreps(1)?.iter().map(ToString::to_string).collect();
        Err(unknown_irrep(
            self,
            name,
            &format!("{}, …", known.join(", ")),
        ))
    }
}

impl SymmetryIrrep for ProductIrrep {
    type Group = CompactGroup;

    fn group(&self) -> CompactGroup {
        self.group.clone()
    }

    fn dim(&self) -> usize {
        self.dim
    }

    fn band(&self) -> usize {
        let bands = self.factors.iter().map(SymmetryIrrep::band);
        bands.max().unwrap_or(0)
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        self.endomorphism_type
    }

    fn endomorphisms(&self) -> Vec<Matrix> {
        self.endomorphisms.clone()
    }

    fn matrix(&self, g: &ProductElement) -> Result<Matrix, MathError> {
        self.group.check_element(g)?;
        let mut product = Matrix::identity(1);
        for (irrep, g) in self.factors.iter().zip(g.parts()) {
            product = product.kronecker(&irrep.matrix(g)?);
        }
        Ok(match &self.embedding {
            None => product,
            Some(p) => conjugate(&product, p),
        })
    }

    fn character(&self, g: &ProductElement) -> Result<f64, MathError> {
        if self.embedding.is_some() {
            return Ok(self.matrix(g)?.trace());
        }
        self.group.check_element(g)?;
        let pairs = self.factors.iter().zip(g.parts());
        pairs.map(|(irrep, g)| irrep.character(g)).product()
    }

    /// Copies come by the couplings of the factors, the last varying fastest; within one, see
    /// [`couplings`](SymmetryIrrep::couplings) of the factors for the sign.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        couplings(self, other)
    }
}
