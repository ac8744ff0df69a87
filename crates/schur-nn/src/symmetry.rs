//! What the engine is told of a group: the symmetry of a convolution as plain numbers.

mod band;
mod numbers;

use numbers::{columns, irrep_matrices};
use schur_engine::symmetry::{Action, Columns, Subgroup, Symmetry};
use schur_math::{
    Element, ElementOf, FiniteRepresentation, KernelBand, LatticeAction, MathError, PlanarGroup,
    PlanarIrrep, PlanarRepresentation, PointGroup, Representation, SpaceIsometry, SpatialGroup,
    SpatialIrrep, SymmetryGroup, SymmetryIrrep,
};

use crate::axes::plane;
use crate::tolerance::FIBRE_ENTRY;
use crate::{FieldBlock, FieldType, NnError};

/// The elements of a group that map the places of a grid to places and the taps of a kernel of
/// `[depth, rows, columns]` to each other, with one representation per block of input and output; in
/// space also those that only reverse axes, as a subgroup.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarRepresentation, SpatialGroup, SpatialRepresentation};
/// use schur_nn::symmetry;
/// let regular = [PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?];
/// let symmetry = symmetry::on_lattice(&regular, &regular, [1, 5, 5])?;
/// // The part of the group that maps pixels to pixels.
/// assert_eq!(symmetry.name, "C4");
/// let regular = [SpatialRepresentation::regular(&SpatialGroup::parse("O")?)?];
/// // A kernel that is longer than wide keeps the symmetries of a prism.
/// let symmetry = symmetry::on_lattice(&regular, &regular, [5, 3, 3])?;
/// assert_eq!((symmetry.name.as_str(), symmetry.action.positions.len()), ("D4", 8));
/// // Half turns about the axes: blocks that may be faster.
/// assert_eq!(symmetry.subgroups[0].name, "D2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`NnError::Math`] for representations of different groups or a kernel without taps.
pub fn on_lattice<I: SymmetryIrrep>(
    inputs: &[Representation<I>],
    outputs: &[Representation<I>],
    kernel: [usize; 3],
) -> Result<Symmetry, NnError>
where
    I::Group: KeepsTaps,
{
    let Some(first) = inputs.first().or(outputs.first()) else {
        let one = PlanarGroup::parse("C1")?;
        let irreps = one.finite().map_or_else(Vec::new, irrep_matrices);
        let identity = (0..kernel.iter().product()).map(|tap| vec![(tap, 1.0)]);
        return Ok(Symmetry {
            name: one.to_string(),
            action: Action {
                irreps,
                positions: vec![identity.collect()],
                inputs: Vec::new(),
                outputs: Vec::new(),
            },
            subgroups: Vec::new(),
            band: None,
        });
    };
    let lattice = first.group().lattice_subgroup();
    let [inputs, outputs] = [inputs, outputs].map(|side| {
        let restricted = side.iter().map(Representation::on_lattice);
        restricted.collect::<Vec<FiniteRepresentation>>()
    });
    let action = |part: &I::Group| -> Result<Action, NnError> {
        let elements = part.elements().unwrap_or_default();
        let taps = LatticeAction::new(part, kernel)?;
        let moved = |g: &ElementOf<I>| -> Result<Columns, MathError> {
            let images = taps.images(g)?;
            Ok(images.into_iter().map(|tap| vec![(tap, 1.0)]).collect())
        };
        let abstract_group = part.finite().ok_or_else(|| MathError::InfiniteGroup {
            group: part.to_string(),
            what: "block convolutions".to_string(),
        })?;
        let index = |g: &ElementOf<I>| {
            let not_in = || MathError::NotInPointGroup {
                element: part.element_name(g),
                group: lattice.to_string(),
            };
            lattice.finite_index(g).ok_or_else(not_in)
        };
        let indices = elements.iter().map(index);
        let indices = indices.collect::<Result<Vec<Element>, MathError>>()?;
        let fibre = |rho: &FiniteRepresentation| {
            let of_element = |&g: &Element| columns(rho.matrix(g).values(), rho.dim());
            indices.iter().map(of_element).collect::<Vec<Columns>>()
        };
        let all = |side: &[FiniteRepresentation]| side.iter().map(fibre).collect();
        let positions: Result<Vec<Columns>, MathError> = elements.iter().map(moved).collect();
        Ok(Action {
            irreps: irrep_matrices(abstract_group),
            positions: positions?,
            inputs: all(&inputs),
            outputs: all(&outputs),
        })
    };
    let group = lattice.keeping(kernel)?;
    let subgroup = |part: I::Group| {
        Ok(Subgroup {
            name: part.to_string(),
            action: action(&part)?,
        })
    };
    let mirrors = lattice.mirrors()?.filter(|mirrors| *mirrors != group);
    let subgroups: Result<Vec<Subgroup>, NnError> = mirrors.into_iter().map(subgroup).collect();
    Ok(Symmetry {
        name: group.to_string(),
        action: action(&group)?,
        subgroups: subgroups?,
        band: None,
    })
}

/// That of the kernels between two field types, in a band or on the lattice.
pub(crate) fn of_kernels(
    input: &FieldType,
    output: &FieldType,
    kernel: [usize; 3],
    band: Option<&KernelBand>,
) -> Result<Symmetry, NnError> {
    if input.group().spatial().is_some() {
        let [inputs, outputs] = [input, output].map(representations::<SpatialIrrep>);
        return on_lattice(&inputs, &outputs, kernel);
    }
    let [inputs, outputs] = [input, output].map(representations::<PlanarIrrep>);
    match band {
        Some(band) => in_band(&inputs, &outputs, kernel, band),
        None => on_lattice(&inputs, &outputs, kernel),
    }
}

/// The representations of the blocks, which are of a group with such irreps.
fn representations<I: SymmetryIrrep + Send + Sync + 'static>(
    fields: &FieldType,
) -> Vec<Representation<I>> {
    let blocks = fields.blocks().iter();
    let of_block = |block: &FieldBlock| block.representation.get().cloned();
    blocks.filter_map(of_block).collect()
}

/// A group of symmetries of the lattice, whose elements that map a kernel to itself are a group.
///
/// ```
/// use schur_math::PlanarGroup;
/// use schur_nn::symmetry::KeepsTaps;
///
/// // Quarter turns would make five rows of five columns three.
/// assert_eq!(PlanarGroup::parse("D4")?.keeping([1, 3, 5])?.to_string(), "D2");
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub trait KeepsTaps: PointGroup {
    /// The largest of its subgroups that are tried that maps the taps of a kernel of
    /// `[depth, rows, columns]` to each other.
    ///
    /// # Errors
    ///
    /// If there are no taps.
    fn keeping(&self, kernel: [usize; 3]) -> Result<Self, MathError>;

    /// The subgroup of the elements that only reverse axes of the grid, where blocks of it may be
    /// faster than those of the whole group; it maps the taps of every kernel to each other, and its
    /// irreps are signs. `None` if it has fewer than four elements. Not in the plane: there groups
    /// have at most eight elements on the grid, whose transforms stay in registers.
    ///
    /// # Errors
    ///
    /// None is known: elements of a group generate a group.
    fn mirrors(&self) -> Result<Option<Self>, MathError> {
        Ok(None)
    }
}

impl KeepsTaps for PlanarGroup {
    fn keeping(&self, kernel: [usize; 3]) -> Result<Self, MathError> {
        let taps = LatticeAction::new(self, kernel)?;
        // A kernel that is not square has no quarter turns; everything has the identity.
        let smaller = ["D2", "C2", "C1"].map(Self::parse);
        for candidate in std::iter::once(Ok(self.clone())).chain(smaller) {
            let candidate = candidate?;
            let mut elements = candidate.elements().unwrap_or_default().into_iter();
            if self.contains_group(&candidate) && elements.all(|g| taps.images(&g).is_ok()) {
                return Ok(candidate);
            }
        }
        Self::parse("C1")
    }
}

impl KeepsTaps for SpatialGroup {
    fn keeping(&self, kernel: [usize; 3]) -> Result<Self, MathError> {
        let taps = LatticeAction::new(self, kernel)?;
        let all = self.elements().unwrap_or_default();
        let kept: Vec<SpaceIsometry> = (all.iter().copied())
            .filter(|g| taps.images(g).is_ok())
            .collect();
        match kept.len() == all.len() {
            true => Ok(self.clone()),
            false => Self::from_generators(&kept),
        }
    }

    fn mirrors(&self) -> Result<Option<Self>, MathError> {
        /// Fewest elements.
        const FEWEST: usize = 4;
        let reverses = |g: &SpaceIsometry| {
            let matrix = g.matrix();
            let entry = |k: usize| (k % 3 == k / 3) || matrix[k / 3][k % 3].abs() < FIBRE_ENTRY;
            (0..9).all(entry)
        };
        let all = self.elements().unwrap_or_default();
        let kept: Vec<SpaceIsometry> = all.into_iter().filter(reverses).collect();
        match kept.len() < FEWEST {
            true => Ok(None),
            false => Self::from_generators(&kept).map(Some),
        }
    }
}

/// The symmetry of steerable kernels sampled in a band: that [on the lattice](on_lattice), and the
/// whole group, also where it does not map pixels to pixels, acting on the functions of the band.
///
/// ```
/// use schur_math::{KernelBand, PlanarGroup, PlanarRepresentation};
/// use schur_nn::symmetry;
/// let regular = [PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?];
/// let band = KernelBand::for_size(5)?;
/// let symmetry = symmetry::in_band(&regular, &regular, [1, 5, 5], &band)?;
/// assert_eq!(symmetry.band.map(|band| band.name).as_deref(), Some("C8"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`NnError::Math`] for representations of different groups or a kernel without taps.
pub fn in_band(
    inputs: &[PlanarRepresentation],
    outputs: &[PlanarRepresentation],
    kernel: [usize; 3],
    band: &KernelBand,
) -> Result<Symmetry, NnError> {
    let symmetry = on_lattice(inputs, outputs, kernel)?;
    Ok(Symmetry {
        band: band::new(inputs, outputs, plane(kernel), band)?,
        ..symmetry
    })
}
