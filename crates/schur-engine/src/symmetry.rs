//! What a convolution commutes with, as the plan wants to know it.

mod band;

use schur_math::{
    KernelBand, LatticeAction, MathError, PlanarGroup, PlanarRepresentation, PlaneIsometry,
};

pub(crate) use band::Band;

use crate::blocks::action::{Action, Columns, columns, irrep_matrices};
use crate::{EngineError, Layout, Result};

/// The symmetry group of a convolution with its action on taps and fibres.
///
/// ```
/// use schur_engine::Symmetry;
/// use schur_math::{PlanarGroup, PlanarRepresentation};
/// let regular = [PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?];
/// let symmetry = Symmetry::on_lattice(&regular, &regular, (5, 5))?;
/// // The part of the group that maps pixels to pixels.
/// assert_eq!(symmetry.name(), "C4");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Symmetry {
    name: String,
    pub(crate) action: Action,
    pub(crate) band: Option<Band>,
    dims: [Vec<usize>; 2],
}

impl Symmetry {
    /// The elements of the group that map pixels to pixels and the taps of a `kernel` (rows,
    /// columns) to each other, with one representation per block of input and output.
    ///
    /// # Errors
    ///
    /// [`EngineError::Symmetry`] for representations of different groups or a kernel without
    /// taps.
    pub fn on_lattice(
        inputs: &[PlanarRepresentation],
        outputs: &[PlanarRepresentation],
        kernel: (usize, usize),
    ) -> Result<Self> {
        Self::new(inputs, outputs, kernel).map_err(|error| EngineError::Symmetry {
            problem: error.to_string(),
        })
    }

    /// The same for steerable kernels sampled in a band, which also know the elements that do
    /// not map pixels to pixels.
    ///
    /// # Errors
    ///
    /// As [`Symmetry::on_lattice`].
    pub fn in_band(
        inputs: &[PlanarRepresentation],
        outputs: &[PlanarRepresentation],
        kernel: (usize, usize),
        band: &KernelBand,
    ) -> Result<Self> {
        let mut symmetry = Self::on_lattice(inputs, outputs, kernel)?;
        let band = Band::new(inputs, outputs, kernel, band);
        symmetry.band = band.map_err(|error| EngineError::Symmetry {
            problem: error.to_string(),
        })?;
        Ok(symmetry)
    }

    fn new(
        inputs: &[PlanarRepresentation],
        outputs: &[PlanarRepresentation],
        kernel: (usize, usize),
    ) -> std::result::Result<Self, MathError> {
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
                .collect::<std::result::Result<Vec<Columns>, MathError>>()
        };
        let all = |side: &[PlanarRepresentation]| {
            let fibres = side.iter().map(fibre);
            fibres.collect::<std::result::Result<Vec<Vec<Columns>>, MathError>>()
        };
        let irreps = irrep_matrices(abstract_group)?;
        Ok(Self {
            name: subgroup.name().to_string(),
            action: Action {
                irreps,
                positions,
                inputs: all(inputs)?,
                outputs: all(outputs)?,
            },
            band: None,
            dims: [inputs, outputs]
                .map(|side| side.iter().map(PlanarRepresentation::dim).collect()),
        })
    }

    /// Name of the group.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `Ok` if there is one representation per block, of its dimension.
    pub(crate) fn check(&self, input: &Layout, output: &Layout) -> Result<()> {
        for (side, layout, dims) in [
            ("input", input, &self.dims[0]),
            ("output", output, &self.dims[1]),
        ] {
            let blocks = layout.blocks();
            for index in 0..blocks.len().max(dims.len()) {
                let expected = blocks.get(index).map(|b| b.dim);
                let got = dims.get(index).copied();
                if expected != got {
                    let words = |dim: Option<usize>| match dim {
                        Some(dim) => format!("dimension {dim}"),
                        None => "nothing".to_string(),
                    };
                    let (expected, got) = (words(expected), words(got));
                    return Err(EngineError::SymmetryBlock {
                        side,
                        index,
                        expected,
                        got,
                    });
                }
            }
        }
        Ok(())
    }
}

/// The largest of a few subgroups that maps the taps to each other: its elements, itself, and
/// how every element moves the taps.
fn largest_subgroup(
    lattice: &PlanarGroup,
    (rows, cols): (usize, usize),
) -> std::result::Result<(Vec<PlaneIsometry>, PlanarGroup, Vec<Columns>), MathError> {
    let grid = LatticeAction::new(lattice, [1, rows, cols])?;
    // A kernel that is not square has no quarter turns; everything has the identity.
    let smaller = ["D2@90", "C2"].map(PlanarGroup::parse);
    for candidate in std::iter::once(Ok(lattice.clone())).chain(smaller) {
        let candidate = candidate?;
        if !lattice.contains_group(&candidate) {
            continue;
        }
        let elements = candidate.elements().unwrap_or_default();
        let images: std::result::Result<Vec<_>, _> =
            elements.iter().map(|g| grid.images(g)).collect();
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
