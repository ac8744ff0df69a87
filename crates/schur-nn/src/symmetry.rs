//! What the engine is told of a group: the symmetry of a planar convolution as plain numbers.

mod band;
mod numbers;

use numbers::{columns, irrep_matrices};
use schur_engine::symmetry::{Action, Columns, Symmetry};
use schur_math::{
    KernelBand, LatticeAction, MathError, PlanarGroup, PlanarRepresentation, PlaneIsometry,
};

use crate::NnError;

/// The elements of a group that map pixels to pixels and the taps of a `kernel` (rows, columns)
/// to each other, with one representation per block of input and output.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarRepresentation};
/// use schur_nn::symmetry;
/// let regular = [PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?];
/// let symmetry = symmetry::on_lattice(&regular, &regular, (5, 5))?;
/// // The part of the group that maps pixels to pixels.
/// assert_eq!(symmetry.name, "C4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`NnError::Math`] for representations of different groups or a kernel without taps.
pub fn on_lattice(
    inputs: &[PlanarRepresentation],
    outputs: &[PlanarRepresentation],
    kernel: (usize, usize),
) -> Result<Symmetry, NnError> {
    let group = match inputs.first().or(outputs.first()) {
        Some(rho) => rho.group().lattice_subgroup(),
        None => PlanarGroup::parse("C1")?,
    };
    let (elements, subgroup, positions) = largest_subgroup(&group, kernel)?;
    // A planar group made from its name is finite.
    let abstract_group = subgroup.finite().ok_or_else(|| MathError::InfiniteGroup {
        group: subgroup.name().to_string(),
        what: "block convolutions".to_string(),
    })?;
    let fibre = |rho: &PlanarRepresentation| {
        let dim = rho.dim();
        let on_lattice = rho.on_lattice();
        let of_element = |g: &PlaneIsometry| {
            let g = group.element(g).ok_or_else(|| MathError::NotInPointGroup {
                element: g.to_string(),
                group: group.name().to_string(),
            })?;
            Ok(columns(on_lattice.matrix(g).values(), dim))
        };
        elements
            .iter()
            .map(of_element)
            .collect::<Result<Vec<Columns>, MathError>>()
    };
    let all = |side: &[PlanarRepresentation]| {
        let fibres = side.iter().map(fibre);
        fibres.collect::<Result<Vec<Vec<Columns>>, MathError>>()
    };
    Ok(Symmetry {
        name: subgroup.name().to_string(),
        action: Action {
            irreps: irrep_matrices(abstract_group)?,
            positions,
            inputs: all(inputs)?,
            outputs: all(outputs)?,
        },
        band: None,
    })
}

/// The symmetry of steerable kernels sampled in a band: that [on the lattice](on_lattice), and the
/// whole group, also where it does not map pixels to pixels, acting on the functions of the band.
///
/// ```
/// use schur_math::{KernelBand, PlanarGroup, PlanarRepresentation};
/// use schur_nn::symmetry;
/// let regular = [PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?];
/// let band = KernelBand::for_size(5)?;
/// let symmetry = symmetry::in_band(&regular, &regular, (5, 5), &band)?;
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
    kernel: (usize, usize),
    band: &KernelBand,
) -> Result<Symmetry, NnError> {
    let symmetry = on_lattice(inputs, outputs, kernel)?;
    Ok(Symmetry {
        band: band::new(inputs, outputs, kernel, band)?,
        ..symmetry
    })
}

/// The largest of a few subgroups that maps the taps to each other: its elements, itself, and
/// how every element moves the taps.
fn largest_subgroup(
    lattice: &PlanarGroup,
    (rows, cols): (usize, usize),
) -> Result<(Vec<PlaneIsometry>, PlanarGroup, Vec<Columns>), MathError> {
    let grid = LatticeAction::new(lattice, [1, rows, cols])?;
    // A kernel that is not square has no quarter turns; everything has the identity.
    let smaller = ["D2", "C2"].map(PlanarGroup::parse);
    for candidate in std::iter::once(Ok(lattice.clone())).chain(smaller) {
        let candidate = candidate?;
        if !lattice.contains_group(&candidate) {
            continue;
        }
        let elements = candidate.elements().unwrap_or_default();
        let images: Result<Vec<_>, _> = elements.iter().map(|g| grid.images(g)).collect();
        if let Ok(images) = images {
            let taps =
                |images: Vec<usize>| images.into_iter().map(|tap| vec![(tap, 1.0)]).collect();
            return Ok((elements, candidate, images.into_iter().map(taps).collect()));
        }
    }
    let trivial = PlanarGroup::parse("C1")?;
    let identity = (0..rows * cols).map(|tap| vec![(tap, 1.0)]).collect();
    Ok((
        trivial.elements().unwrap_or_default(),
        trivial,
        vec![identity],
    ))
}
