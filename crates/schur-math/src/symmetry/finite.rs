//! Finite groups as symmetries.

use rand::RngCore;

use super::{Coupling, SymmetryGroup, SymmetryIrrep, finite_couplings};
use crate::error::MathError;
use crate::group::{Element, Group};
use crate::irreps::{EndomorphismType, Irrep, irrep, irreps};
use crate::matrix::Matrix;
use crate::quadrature::Quadrature;
use crate::rotation::uniform;

/// The mean over a finite group is exact for everything: quadratures have every degree, and
/// bands are 0.
impl SymmetryGroup for Group {
    type Element = Element;
    type Irrep = Irrep;

    fn identity(&self) -> Element {
        self.identity()
    }

    fn compose(&self, g: &Element, h: &Element) -> Element {
        self.compose(*g, *h)
    }

    fn inverse(&self, g: &Element) -> Element {
        self.inverse(*g)
    }

    fn distance(&self, g: &Element, h: &Element) -> f64 {
        f64::from(u8::from(g != h))
    }

    fn check_element(&self, g: &Element) -> Result<(), MathError> {
        self.check_element(*g)
    }

    fn finite(&self) -> Option<&Group> {
        Some(self)
    }

    fn finite_index(&self, g: &Element) -> Option<Element> {
        self.check_element(*g).is_ok().then_some(*g)
    }

    fn finite_element(&self, g: Element) -> Option<Element> {
        self.finite_index(&g)
    }

    fn random(&self, generator: &mut impl RngCore) -> Element {
        Element::new((uniform(generator) * self.order() as f64) as usize)
    }

    fn generators(&self) -> Vec<Element> {
        self.generators().to_vec()
    }

    fn quadrature(&self, degree: usize) -> Result<Quadrature<Element>, MathError> {
        Ok(Quadrature::even(self.elements().collect(), degree))
    }

    fn irreps(&self, _: usize) -> Result<Vec<Irrep>, MathError> {
        Ok(irreps(self))
    }

    fn irrep(&self, name: &str) -> Result<Irrep, MathError> {
        irrep(self, name)
    }
}

impl SymmetryIrrep for Irrep {
    type Group = Group;

    fn group(&self) -> Group {
        self.representation().group().clone()
    }

    fn dim(&self) -> usize {
        self.representation().dim()
    }

    fn band(&self) -> usize {
        0
    }

    fn endomorphism_type(&self) -> EndomorphismType {
        self.endomorphism_type()
    }

    fn endomorphisms(&self) -> Vec<Matrix> {
        self.endomorphisms().to_vec()
    }

    fn matrix(&self, g: &Element) -> Result<Matrix, MathError> {
        self.representation().group().check_element(*g)?;
        Ok(self.representation().matrix(*g))
    }

    fn character(&self, g: &Element) -> Result<f64, MathError> {
        self.representation().group().check_element(*g)?;
        Ok(self.representation().character(*g))
    }

    /// By the projector formula, as every representation is [decomposed](crate::Representation::from_function);
    /// the parts stand in the order of the irreps.
    fn couplings(&self, other: &Self) -> Result<Vec<Coupling<Self>>, MathError> {
        let (left, right) = (self.representation(), other.representation());
        finite_couplings(left.group(), left, right)
    }
}
