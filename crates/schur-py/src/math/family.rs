//! Families of groups, and what they have in common, as objects.

use std::any::Any;
use std::fmt::Display;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schur_math::{
    CompactGroup, EndomorphismType, FiniteRepresentation, Group, GroupDefinition, IntertwinerBasis,
    KernelEntry, LatticeKernelBasis, MathError, Matrix, PermutationGroup, PlanarGroup,
    PlanarRepresentation, PointGroup, Representation, SpatialGroup, SpatialRepresentation,
    SymmetryGroup, SymmetryIrrep,
};
use schur_nn as nn;

use super::{Element, unsupported};
use crate::definition;
use crate::error::{Result, value_error};

/// Kernels one after the other, and how many.
type Kernels = (usize, Vec<f64>);

/// What differs between families.
pub(super) trait Family: SymmetryGroup<Element: PartialEq> {
    const FAMILY: &'static str;

    fn label(&self, g: &Self::Element) -> String;

    /// All elements of a finite group; some of another.
    fn some_elements(&self) -> Vec<Self::Element>;

    /// A representation that is not called by an irrep.
    fn word(&self, name: &str) -> std::result::Result<Representation<Self::Irrep>, MathError>;

    fn isometry(&self, _g: &Self::Element) -> Option<Matrix> {
        None
    }

    fn lattice_kernels(
        _out: &Representation<Self::Irrep>,
        _input: &Representation<Self::Irrep>,
        _sizes: [usize; 3],
    ) -> Option<std::result::Result<Vec<Vec<KernelEntry>>, MathError>> {
        None
    }
}

impl Family for Group {
    const FAMILY: &'static str = "finite";

    fn label(&self, g: &Self::Element) -> String {
        self.element_name(*g).to_string()
    }

    fn some_elements(&self) -> Vec<Self::Element> {
        self.elements().collect()
    }

    fn word(&self, name: &str) -> std::result::Result<Representation<Self::Irrep>, MathError> {
        match name {
            "regular" => Representation::from_finite(self, FiniteRepresentation::regular(self)),
            _ => Ok(Representation::irreducible(&SymmetryGroup::irrep(
                self, name,
            )?)),
        }
    }
}

impl Family for CompactGroup {
    const FAMILY: &'static str = "compact";

    fn label(&self, g: &Self::Element) -> String {
        format!("{g:?}")
    }

    fn some_elements(&self) -> Vec<Self::Element> {
        self.probes()
    }

    fn word(&self, name: &str) -> std::result::Result<Representation<Self::Irrep>, MathError> {
        Ok(Representation::irreducible(&self.irrep(name)?))
    }
}

/// What the families that act on places share.
macro_rules! acts_on_places {
    () => {
        fn label(&self, g: &Self::Element) -> String {
            PointGroup::element_name(self, g)
        }

        fn some_elements(&self) -> Vec<Self::Element> {
            PointGroup::elements(self).unwrap_or_else(|| PointGroup::test_elements(self))
        }

        fn isometry(&self, g: &Self::Element) -> Option<Matrix> {
            Some(PointGroup::isometry(self, g))
        }

        fn lattice_kernels(
            out: &Representation<Self::Irrep>,
            input: &Representation<Self::Irrep>,
            sizes: [usize; 3],
        ) -> Option<std::result::Result<Vec<Vec<KernelEntry>>, MathError>> {
            let basis = LatticeKernelBasis::new(out, input, sizes);
            Some(basis.map(LatticeKernelBasis::into_elements))
        }
    };
}

impl Family for PlanarGroup {
    const FAMILY: &'static str = "planar";

    acts_on_places!();

    fn word(&self, name: &str) -> std::result::Result<PlanarRepresentation, MathError> {
        PlanarRepresentation::parse(self, name)
    }
}

impl Family for SpatialGroup {
    const FAMILY: &'static str = "spatial";

    acts_on_places!();

    fn word(&self, name: &str) -> std::result::Result<SpatialRepresentation, MathError> {
        SpatialRepresentation::parse(self, name)
    }
}

/// A group of any family.
pub(crate) trait AnyGroup: Any + Send + Sync {
    fn name(&self) -> String;
    fn family(&self) -> &'static str;
    fn definition(&self) -> Option<String>;
    fn order(&self) -> Option<usize>;
    fn equals(&self, other: &dyn AnyGroup) -> bool;
    fn identity(&self) -> Element;
    fn elements(&self) -> Result<Vec<Element>>;
    fn generators(&self) -> Vec<Element>;
    fn random(&self, count: usize, seed: u64) -> Vec<Element>;
    fn compose(&self, g: &Element, h: &Element) -> Result<Element>;
    fn inverse(&self, g: &Element) -> Result<Element>;
    fn distance(&self, g: &Element, h: &Element) -> Result<f64>;
    fn isometry(&self, g: &Element) -> Result<Matrix>;
    fn irreps(&self, band: usize) -> Result<Vec<Box<dyn AnyRepresentation>>>;
    fn representation(&self, name: &str) -> Result<Box<dyn AnyRepresentation>>;
}

/// A representation of a group of any family.
pub(crate) trait AnyRepresentation: Any + Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn name(&self) -> String;
    fn group(&self) -> Arc<dyn AnyGroup>;
    fn dim(&self) -> usize;
    fn irreps(&self) -> Vec<String>;
    fn change_of_basis(&self) -> Matrix;
    fn endomorphism_type(&self) -> Option<&'static str>;
    fn matrix(&self, g: &Element) -> Result<Matrix>;
    fn character(&self, g: &Element) -> Result<f64>;
    fn is_permutation(&self) -> bool;
    fn invariants(&self) -> Vec<Vec<f64>>;
    fn direct_sum(&self, other: &dyn AnyRepresentation) -> Result<Box<dyn AnyRepresentation>>;
    fn tensor_product(&self, other: &dyn AnyRepresentation) -> Result<Box<dyn AnyRepresentation>>;
    fn power(&self, k: usize, alternating: bool) -> Result<Box<dyn AnyRepresentation>>;
    fn is_isomorphic_to(&self, other: &dyn AnyRepresentation) -> Result<bool>;
    fn maps_to(&self, out: &dyn AnyRepresentation) -> Result<Vec<Matrix>>;
    fn lattice_kernels(&self, out: &dyn AnyRepresentation, sizes: [usize; 3]) -> Result<Kernels>;
    fn couplings(&self, other: &dyn AnyRepresentation) -> Result<Vec<(String, Matrix)>>;
    fn equals(&self, other: &dyn AnyRepresentation) -> bool;
}

impl<G: Family + Display> AnyGroup for G
where
    G::Irrep: Send + Sync + 'static,
{
    fn name(&self) -> String {
        self.to_string()
    }

    fn family(&self) -> &'static str {
        G::FAMILY
    }

    fn definition(&self) -> Option<String> {
        let any = nn::AnyGroup::from(self);
        if let Some(group) = (self as &dyn Any).downcast_ref() {
            return Some(definition::of_finite(group));
        }
        let named = definition::group(any.name()).is_ok_and(|named| named == any);
        named.then(|| any.name().to_string())
    }

    fn order(&self) -> Option<usize> {
        self.finite().map(Group::order)
    }

    fn equals(&self, other: &dyn AnyGroup) -> bool {
        (other as &dyn Any).downcast_ref() == Some(self)
    }

    fn identity(&self) -> Element {
        named(self, SymmetryGroup::identity(self))
    }

    fn elements(&self) -> Result<Vec<Element>> {
        let elements = self.some_elements().into_iter();
        Ok(elements.map(|g| named(self, g)).collect())
    }

    fn generators(&self) -> Vec<Element> {
        let elements = SymmetryGroup::generators(self).into_iter();
        elements.map(|g| named(self, g)).collect()
    }

    fn random(&self, count: usize, seed: u64) -> Vec<Element> {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        let draw = |_| named(self, SymmetryGroup::random(self, &mut generator));
        (0..count).map(draw).collect()
    }

    fn compose(&self, g: &Element, h: &Element) -> Result<Element> {
        let (g, h) = (member(self, g)?, member(self, h)?);
        Ok(named(self, SymmetryGroup::compose(self, g, h)))
    }

    fn inverse(&self, g: &Element) -> Result<Element> {
        let inverse = SymmetryGroup::inverse(self, member(self, g)?);
        Ok(named(self, inverse))
    }

    fn distance(&self, g: &Element, h: &Element) -> Result<f64> {
        Ok(SymmetryGroup::distance(
            self,
            member(self, g)?,
            member(self, h)?,
        ))
    }

    fn isometry(&self, g: &Element) -> Result<Matrix> {
        let isometry = Family::isometry(self, member(self, g)?);
        isometry.ok_or_else(|| unsupported("isometries", G::FAMILY))
    }

    fn irreps(&self, band: usize) -> Result<Vec<Box<dyn AnyRepresentation>>> {
        // A finite group has all of them, and none of a frequency or degree above its order.
        let band = self.finite().map_or(band, Group::order);
        let irreps = SymmetryGroup::irreps(self, band)?;
        Ok(irreps
            .iter()
            .map(|irrep| boxed(Representation::irreducible(irrep)))
            .collect())
    }

    fn representation(&self, name: &str) -> Result<Box<dyn AnyRepresentation>> {
        match name.trim() {
            "trivial" => Ok(boxed(Representation::<G::Irrep>::trivial(self))),
            name => Ok(boxed(self.word(name)?)),
        }
    }
}

fn boxed<I: SymmetryIrrep + Send + Sync + 'static>(
    rho: Representation<I>,
) -> Box<dyn AnyRepresentation>
where
    I::Group: Family,
{
    Box::new(rho)
}

fn named<G: Family>(group: &G, g: G::Element) -> Element {
    let name = group.label(&g);
    Element::new(g, name)
}

/// The element as the group has it, if it is in it.
fn member<'a, G: Family>(group: &G, g: &'a Element) -> Result<&'a G::Element> {
    let element = g.get::<G::Element>()?;
    group.check_element(element)?;
    Ok(element)
}

impl<I: SymmetryIrrep + Send + Sync + 'static> AnyRepresentation for Representation<I>
where
    I::Group: Family,
{
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn name(&self) -> String {
        Self::name(self).to_string()
    }

    fn group(&self) -> Arc<dyn AnyGroup> {
        Arc::new(Self::group(self).clone())
    }

    fn dim(&self) -> usize {
        Self::dim(self)
    }

    fn irreps(&self) -> Vec<String> {
        self.parts().iter().map(ToString::to_string).collect()
    }

    fn change_of_basis(&self) -> Matrix {
        Self::change_of_basis(self).clone()
    }

    fn endomorphism_type(&self) -> Option<&'static str> {
        let [irrep] = self.parts() else {
            return None;
        };
        Some(match irrep.endomorphism_type() {
            EndomorphismType::Real => "real",
            EndomorphismType::Complex => "complex",
            EndomorphismType::Quaternionic => "quaternionic",
        })
    }

    fn matrix(&self, g: &Element) -> Result<Matrix> {
        Ok(Self::matrix(self, member(Self::group(self), g)?)?)
    }

    fn character(&self, g: &Element) -> Result<f64> {
        Ok(Self::character(self, member(Self::group(self), g)?)?)
    }

    fn is_permutation(&self) -> bool {
        Self::is_permutation(self)
    }

    fn invariants(&self) -> Vec<Vec<f64>> {
        self.invariant_basis()
    }

    fn direct_sum(&self, other: &dyn AnyRepresentation) -> Result<Box<dyn AnyRepresentation>> {
        Ok(boxed(Self::direct_sum(self, alike(self, other)?)?))
    }

    fn tensor_product(&self, other: &dyn AnyRepresentation) -> Result<Box<dyn AnyRepresentation>> {
        Ok(boxed(Self::tensor_product(self, alike(self, other)?)?))
    }

    fn power(&self, k: usize, alternating: bool) -> Result<Box<dyn AnyRepresentation>> {
        Ok(boxed(match alternating {
            true => self.antisymmetric_power(k)?,
            false => self.symmetric_power(k)?,
        }))
    }

    fn is_isomorphic_to(&self, other: &dyn AnyRepresentation) -> Result<bool> {
        Ok(Self::is_isomorphic_to(self, alike(self, other)?)?)
    }

    fn maps_to(&self, out: &dyn AnyRepresentation) -> Result<Vec<Matrix>> {
        let basis = IntertwinerBasis::new(alike(self, out)?, self)?;
        Ok((0..basis.dim()).map(|index| basis.matrix(index)).collect())
    }

    fn lattice_kernels(&self, out: &dyn AnyRepresentation, sizes: [usize; 3]) -> Result<Kernels> {
        let out = alike(self, out)?;
        let kernels = <I::Group as Family>::lattice_kernels(out, self, sizes)
            .ok_or_else(|| unsupported("kernels on a lattice", I::Group::FAMILY))??;
        Ok(dense(
            &kernels,
            (out.dim(), self.dim()),
            sizes.iter().product(),
        ))
    }

    fn couplings(&self, other: &dyn AnyRepresentation) -> Result<Vec<(String, Matrix)>> {
        let ([a], [b]) = (self.parts(), alike(self, other)?.parts()) else {
            return Err(value_error("couplings are of two irreps"));
        };
        let couplings = a.couplings(b)?.into_iter();
        Ok(couplings
            .map(|c| (c.irrep().to_string(), c.isometry().clone()))
            .collect())
    }

    fn equals(&self, other: &dyn AnyRepresentation) -> bool {
        other.as_any().downcast_ref() == Some(self)
    }
}

/// Entries as dense kernels `[kernel][out][in][tap]`.
pub(super) fn dense(
    kernels: &[Vec<KernelEntry>],
    (outs, inputs): (usize, usize),
    taps: usize,
) -> Kernels {
    let size = outs * inputs * taps;
    let mut values = vec![0.0; kernels.len() * size];
    for (index, kernel) in kernels.iter().enumerate() {
        for entry in kernel {
            values[index * size + (entry.out * inputs + entry.input) * taps + entry.tap] =
                entry.value;
        }
    }
    (kernels.len(), values)
}

/// The other representation as one of the same family.
fn alike<'a, R: AnyRepresentation>(own: &R, other: &'a dyn AnyRepresentation) -> Result<&'a R> {
    other.as_any().downcast_ref().ok_or_else(|| {
        value_error(format!(
            "{} is a representation of the {} group {}, and {} of the {} group {}; take both of one",
            own.name(),
            own.group().family(),
            own.group().name(),
            other.name(),
            other.group().family(),
            other.group().name(),
        ))
    })
}

/// A group by its name, of a family or of the first that knows the name.
pub(super) fn parse(name: &str, family: Option<&str>) -> Result<Arc<dyn AnyGroup>> {
    Ok(match family {
        Some("planar") => Arc::new(PlanarGroup::parse(name)?),
        Some("spatial") => Arc::new(SpatialGroup::parse(name)?),
        Some("finite") => Arc::new(Group::parse(name)?),
        Some("compact") => Arc::new(CompactGroup::parse(name)?),
        Some(other) => {
            return Err(value_error(format!(
                "`{other}` is no family; use planar, spatial, finite or compact"
            )));
        }
        None => {
            if let Ok(group) = PlanarGroup::parse(name) {
                return Ok(Arc::new(group));
            }
            if let Ok(group) = SpatialGroup::parse(name) {
                return Ok(Arc::new(group));
            }
            match Group::parse(name) {
                Ok(group) => Arc::new(group),
                Err(error) => match CompactGroup::parse(name) {
                    Ok(group) => Arc::new(group),
                    Err(_) => return Err(error.into()),
                },
            }
        }
    })
}

pub(super) fn from_text(text: &str) -> Result<Arc<dyn AnyGroup>> {
    Ok(Arc::new(GroupDefinition::from_text(text)?.group().clone()))
}

pub(super) fn from_table(name: &str, table: Vec<Vec<usize>>) -> Result<Arc<dyn AnyGroup>> {
    Ok(Arc::new(Group::from_cayley_table(name, &table)?))
}

pub(super) fn from_permutations(name: &str, list: &[Vec<usize>]) -> Result<Arc<dyn AnyGroup>> {
    Ok(Arc::new(
        PermutationGroup::generate(name, list)?.group().clone(),
    ))
}
