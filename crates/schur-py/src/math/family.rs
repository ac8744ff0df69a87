//! What differs between the four families of groups that have irreps.

use std::fmt::Display;

use schur_math::{
    CompactGroup, Group, KernelEntry, LatticeKernelBasis, MathError, Matrix, PlanarGroup,
    PointGroup, Representation, SpatialGroup, SymmetryGroup, SymmetryIrrep,
};
use schur_nn::{AnyGroup, AnyRepresentation, GroupElement};

use super::Element;
use crate::error::{Result, value_error};

/// Kernels one after the other, and how many.
type Kernels = (usize, Vec<f64>);

/// A group of a family.
pub(super) trait Family: SymmetryGroup<Irrep: Send + Sync> + Display {
    const FAMILY: &'static str;

    fn label(&self, g: &Self::Element) -> String;

    /// All elements of a finite group; some of another.
    fn some_elements(&self) -> Vec<Self::Element>;

    /// The matrix on places, if the group acts on any.
    fn on_places(&self, _g: &Self::Element) -> Option<Matrix> {
        None
    }

    /// The kernels between pixels or voxels, if the group acts on any.
    fn lattice_kernels(
        _out: &Representation<Self::Irrep>,
        _input: &Representation<Self::Irrep>,
        _sizes: [usize; 3],
    ) -> Option<std::result::Result<Vec<Vec<KernelEntry>>, MathError>> {
        None
    }

    /// Whether elements of another group may be of this one, as isometries may.
    fn knows(&self, _other: &AnyGroup) -> bool {
        true
    }

    /// An element with its name.
    fn named(&self, g: Self::Element) -> GroupElement {
        let name = self.label(&g);
        GroupElement::new(g, name)
    }

    /// The element as the group has it, if it is in it.
    fn member<'a>(&self, Element(g, of): &'a Element) -> Result<&'a Self::Element> {
        let element = g.get().filter(|_| self.knows(of)).ok_or_else(|| {
            let (name, family) = (of.name(), family(of));
            let text = format!(
                "{g} is an element of another group, the {family} {name}, than the {} {self}; take one \
                 of its own elements",
                Self::FAMILY
            );
            pyo3::exceptions::PyTypeError::new_err(text)
        })?;
        self.check_element(element)?;
        Ok(element)
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

    fn knows(&self, other: &AnyGroup) -> bool {
        other.get() == Some(self)
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

    fn knows(&self, other: &AnyGroup) -> bool {
        other.get() == Some(self)
    }
}

macro_rules! acts_on_places {
    ($group:ty, $family:literal) => {
        impl Family for $group {
            const FAMILY: &'static str = $family;

            fn label(&self, g: &Self::Element) -> String {
                PointGroup::element_name(self, g)
            }

            fn some_elements(&self) -> Vec<Self::Element> {
                PointGroup::elements(self).unwrap_or_else(|| PointGroup::test_elements(self))
            }

            fn on_places(&self, g: &Self::Element) -> Option<Matrix> {
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
        }
    };
}

acts_on_places!(PlanarGroup, "planar");
acts_on_places!(SpatialGroup, "spatial");

/// Evaluates an expression of a group as what it is, of whatever family.
macro_rules! of_group {
    ($any:expr, $group:ident => $value:expr) => {{
        let any: &schur_nn::AnyGroup = $any;
        if let Some($group) = any.get::<schur_math::PlanarGroup>() {
            $value
        } else if let Some($group) = any.get::<schur_math::SpatialGroup>() {
            $value
        } else if let Some($group) = any.get::<schur_math::Group>() {
            $value
        } else if let Some($group) = any.get::<schur_math::CompactGroup>() {
            $value
        } else {
            unreachable!("a group of matrices is `LinearGroup`")
        }
    }};
}

/// Evaluates an expression of a representation as what it is, of a group of whatever family.
macro_rules! of_representation {
    ($any:expr, $rho:ident => $value:expr) => {{
        use schur_math::{Irrep, PlanarIrrep, ProductIrrep, Representation, SpatialIrrep};
        let any: &schur_nn::AnyRepresentation = $any;
        if let Some($rho) = any.get::<Representation<PlanarIrrep>>() {
            $value
        } else if let Some($rho) = any.get::<Representation<SpatialIrrep>>() {
            $value
        } else if let Some($rho) = any.get::<Representation<Irrep>>() {
            $value
        } else if let Some($rho) = any.get::<Representation<ProductIrrep>>() {
            $value
        } else {
            unreachable!("tensors of a group of matrices are named, not made")
        }
    }};
}

pub(super) use {of_group, of_representation};

/// All kernels on a lattice of (depth, height, width) from one representation to another.
pub(super) fn lattice_kernels<I: SymmetryIrrep<Group: Family> + 'static>(
    input: &Representation<I>,
    out: &AnyRepresentation,
    sizes: [usize; 3],
) -> Result<Kernels> {
    let out = alike(input, out)?;
    let kernels = <I::Group as Family>::lattice_kernels(out, input, sizes)
        .ok_or_else(|| unsupported("kernels on a lattice", I::Group::FAMILY))??;
    let taps = sizes.iter().product();
    Ok(dense(&kernels, (out.dim(), input.dim()), taps))
}

/// Isometries of the irreps in the product of two irreps.
pub(super) fn couplings<I: SymmetryIrrep<Group: Family> + 'static>(
    a: &Representation<I>,
    b: &AnyRepresentation,
) -> Result<Vec<(String, Matrix)>> {
    let ([a], [b]) = (a.parts(), alike(a, b)?.parts()) else {
        return Err(value_error("couplings are of two irreps"));
    };
    let couplings = a.couplings(b)?.into_iter();
    Ok(couplings
        .map(|c| (c.irrep().to_string(), c.isometry().clone()))
        .collect())
}

/// The other representation as one of the same family.
pub(super) fn alike<'a, I: SymmetryIrrep<Group: Family> + 'static>(
    own: &Representation<I>,
    other: &'a AnyRepresentation,
) -> Result<&'a Representation<I>> {
    other.get().ok_or_else(|| {
        value_error(format!(
            "{} is a representation of the {} group {}, and {} of the {} group {}; take both of one",
            own.name(),
            I::Group::FAMILY,
            own.group(),
            other.name(),
            family(&other.group()),
            other.group(),
        ))
    })
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

fn family_of<G: Family>(_: &G) -> &'static str {
    G::FAMILY
}

/// The name of the family of a group.
pub(super) fn family(group: &AnyGroup) -> &'static str {
    of_group!(group, group => family_of(group))
}

/// What only some families have.
pub(super) fn unsupported(what: &str, family: &str) -> crate::error::Error {
    value_error(format!("{what} are not there for {family} groups"))
}

/// A group by its name, of a family or of the first that knows the name.
pub(super) fn parse(name: &str, family: Option<&str>) -> Result<AnyGroup> {
    Ok(match family {
        Some("planar") => (&PlanarGroup::parse(name)?).into(),
        Some("spatial") => (&SpatialGroup::parse(name)?).into(),
        Some("finite") => (&Group::parse(name)?).into(),
        Some("compact") => (&CompactGroup::parse(name)?).into(),
        Some(other) => {
            return Err(value_error(format!(
                "`{other}` is no family; use planar, spatial, finite or compact"
            )));
        }
        None => AnyGroup::parse(name)?,
    })
}
