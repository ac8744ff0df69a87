//! Which kernels a convolution combines, in the engine's form.

use std::fmt;
use std::sync::Arc;

use schur_engine::parallel::*;
use schur_engine::{Entry, Geometry, PairBasis};
use schur_math::{
    DifferentialBasis, ElementOf, Isometry, KernelAttributes, KernelBand, KernelEntry,
    LatticeKernelBasis, OrbitKernelBasis, PlanarRepresentation, PointGroup, Representation,
    SpatialRepresentation, SteerableKernelBasis, SymmetryIrrep, hexagonal_kernels, independent,
    sample_on_grid, unit_length,
};

use crate::{AnyGroup, AnyRepresentation, FieldType, NnError};

/// The space of kernels of a convolution.
///
/// On the pixels all of them commute exactly with the elements that permute these. Kinds as texts,
/// with the bands that belong to a size, are [`Kernels`](crate::network::Kernels); a band of your own
/// is a list of radial functions and has no text.
///
/// ```
/// use schur_nn::{FieldType, KernelKind};
///
/// let [turns, rotations] = ["C4: trivial", "SO(2): trivial"].map(FieldType::parse);
/// assert_eq!(KernelKind::default_for(turns?.group(), [1, 3, 3])?, KernelKind::Lattice);
/// let steerable = KernelKind::default_for(rotations?.group(), [1, 3, 3])?;
/// assert!(matches!(steerable, KernelKind::Steerable(_)));
/// # Ok::<(), schur_nn::NnError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum KernelKind {
    /// All kernels on the pixel grid that commute with the part of the group that permutes the
    /// pixels. For C1, C2, C4, D1, D2 and D4 that is the whole group and nothing is left out;
    /// for larger groups such a kernel knows nothing of the elements between.
    Lattice,
    /// Kernels that commute with the whole group in the continuous plane, in a band of
    /// frequencies, sampled on the grid (Weiler & Cesa 2019). On the pixels they commute
    /// exactly with the elements that permute them.
    ///
    /// [`KernelBand::filtered`] leaves out harmonics by frequency and ring.
    Steerable(KernelBand),
    /// The steerable kernels of a band that a [filter](Self::filtered) keeps.
    Filtered(KernelBand, KernelFilter),
    /// Gaussians at the points that a finite group makes of one, on the rings or shells of a band, such
    /// as the corners of an icosahedron ([`OrbitKernelBasis`]): local, and fewer than harmonics where the
    /// orbit is small.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_math::KernelBand;
    /// use schur_nn::{EquivariantConvConfig, FieldType, KernelKind};
    ///
    /// let scalars = FieldType::parse("I: 1 trivial")?;
    /// let kernels = KernelKind::Orbit { band: KernelBand::in_space(5)?, point: None };
    /// let conv = EquivariantConvConfig::new(&scalars, &scalars, 5).with_kernels(kernels);
    /// // The centre and two shells of twelve points.
    /// assert_eq!(conv.init(&Device::flex())?.plan().parameters(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Orbit {
        /// Its rings; frequencies do not count.
        band: KernelBand,
        /// The direction `(x, y, z)` of one of the points, in the plane with `z = 0`; `None` is the axis
        /// that most elements fix.
        point: Option<[f64; 3]>,
    },
    /// All kernels on a cell of the hexagonal lattice and its six neighbours that commute with the
    /// rotations of the lattice, for C1, C2, C3 and C6: on [`Atlas::icosahedron`](crate::Atlas), as
    /// kernels of 3 x 3 with padding 1 ([`hexagonal_kernels`]).
    Hexagonal,
    /// All differential operators up to an order that commute with the whole group, as the
    /// finite differences that use all taps (Jenner & Weiler 2022). The kernel needs more rows
    /// and columns than the order.
    Differences {
        /// Highest order.
        order: usize,
    },
    /// Differential operators applied to a Gaussian, sampled on the grid.
    GaussianDerivatives {
        /// Highest order.
        order: usize,
        /// Standard deviation of the Gaussian in pixels (in taps, where these are dilated).
        sigma: f64,
    },
    /// The kernels of several kinds, in their order, such as harmonics beside differential
    /// operators or two bands. Those that on the taps are combinations of the ones before are
    /// left out ([`independent`]), so that no weight is counted twice.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_math::KernelBand;
    /// use schur_nn::{EquivariantConvConfig, FieldType, KernelKind};
    ///
    /// let scalars = FieldType::parse("SO(2): 1 trivial")?;
    /// let kernels = KernelKind::Union(vec![
    ///     KernelKind::Steerable(KernelBand::for_size(5)?),
    ///     KernelKind::Differences { order: 2 },
    /// ]);
    /// let conv = EquivariantConvConfig::new(&scalars, &scalars, 5).with_kernels(kernels);
    /// // Three rings and the Laplacian; the identity is the innermost ring.
    /// assert_eq!(conv.init(&Device::flex())?.plan().parameters(), 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Union(Vec<KernelKind>),
}

/// Which kernels a convolution has, by frequency, ring and the irreps that they connect.
///
/// Two filters are equal if they are clones of one.
///
/// ```
/// use schur_math::KernelBand;
/// use schur_nn::KernelKind;
///
/// let even = || KernelKind::filtered(KernelBand::point(), |kernel| kernel.frequency % 2 == 0);
/// let (one, other) = (even(), even());
/// assert!(one == one.clone() && one != other);
/// ```
#[derive(Clone)]
pub struct KernelFilter(Arc<dyn Fn(&KernelAttributes) -> bool + Send + Sync>);

impl fmt::Debug for KernelFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KernelFilter")
    }
}

impl PartialEq for KernelFilter {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl KernelKind {
    /// Steerable kernels that connect one irrep of the input with one of the output each, as far
    /// as a filter keeps them. Its argument says which by their indices among the
    /// [parts](PlanarRepresentation::parts) of the two representations.
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use schur_math::KernelBand;
    /// use schur_nn::{EquivariantConvConfig, FieldType, KernelKind};
    ///
    /// // Between functions on C8, only kernels that keep the frequency on the group.
    /// let fields = FieldType::parse("C8: regular")?;
    /// let kernels = KernelKind::filtered(KernelBand::for_size(5)?, |kernel| {
    ///     kernel.parts.is_some_and(|(out, input)| out == input)
    /// });
    /// let conv = EquivariantConvConfig::new(&fields, &fields, 5).with_kernels(kernels);
    /// let conv = conv.init(&Device::flex())?;
    /// assert!(conv.plan().parameters() > 0 && conv.plan().parameters() < 8 * 11);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn filtered(
        band: KernelBand,
        keep: impl Fn(&KernelAttributes) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::Filtered(band, KernelFilter(Arc::new(keep)))
    }

    /// All kernels for groups that permute the pixels, otherwise the steerable ones of the
    /// default band for this size.
    ///
    /// # Errors
    ///
    /// If the kernel has no taps.
    pub fn default_for(group: &AnyGroup, kernel: [usize; 3]) -> Result<Self, NnError> {
        let size = kernel.into_iter().fold(1, usize::max);
        match (group.planar(), group.spatial()) {
            (Some(group), _) if group.is_lattice_exact() => Ok(Self::Lattice),
            (_, Some(group)) if group.is_lattice_exact() => Ok(Self::Lattice),
            (Some(_), _) => Ok(Self::Steerable(KernelBand::for_size(size)?)),
            (_, Some(_)) => Ok(Self::Steerable(KernelBand::in_space(size)?)),
            _ => Err(no_grid(group)),
        }
    }

    /// The band of harmonics whose kernels these are.
    pub(super) fn band(&self) -> Option<&KernelBand> {
        match self {
            Self::Steerable(band) | Self::Filtered(band, _) => Some(band),
            _ => None,
        }
    }

    /// The kernels of `[depth, rows, columns]` taps from `input` to `out`.
    pub(crate) fn elements(
        &self,
        out: &AnyRepresentation,
        input: &AnyRepresentation,
        sizes: [usize; 3],
    ) -> Result<Vec<Vec<KernelEntry>>, NnError> {
        let plane = out.get::<PlanarRepresentation>().zip(input.get());
        let space = out.get::<SpatialRepresentation>().zip(input.get());
        match (plane, space) {
            (Some((out, input)), _) if *self == Self::Hexagonal => match sizes {
                [1, 3, 3] => Ok(hexagonal_kernels(out, input)?),
                _ => Err(no_hexagon()),
            },
            (Some((out, input)), _) => self.between::<_, 2>(out, input, sizes),
            (_, Some((out, input))) => self.between::<_, 3>(out, input, sizes),
            _ => Err(no_grid(&input.group())),
        }
    }

    fn between<I: SymmetryIrrep<Group: PointGroup>, const D: usize>(
        &self,
        out: &Representation<I>,
        input: &Representation<I>,
        sizes: [usize; 3],
    ) -> Result<Vec<Vec<KernelEntry>>, NnError>
    where
        ElementOf<I>: Isometry<D>,
    {
        Ok(match self {
            Self::Lattice => LatticeKernelBasis::new(out, input, sizes)?.into_elements(),
            Self::Steerable(band) => {
                SteerableKernelBasis::<D>::new(out, input, band)?.on_grid(sizes)?
            }
            Self::Filtered(band, filter) => {
                let basis = SteerableKernelBasis::<D>::by_irreps(out, input, band)?;
                basis.filtered(|kernel| filter.0(kernel)).on_grid(sizes)?
            }
            Self::Orbit { band, point } => {
                let point = point.map(|point| std::array::from_fn(|axis| point[axis]));
                let basis = OrbitKernelBasis::<D>::new(out, input, band, point)?;
                sample_on_grid(&basis, sizes, 1)?
            }
            // Of their own in `elements`.
            Self::Hexagonal => return Err(no_hexagon()),
            Self::Differences { order } => {
                let operators = DifferentialBasis::<D>::new(out, input, *order)?;
                unit_length(operators.finite_differences(sizes)?)
            }
            Self::GaussianDerivatives { order, sigma } => {
                let operators = DifferentialBasis::<D>::new(out, input, *order)?;
                sample_on_grid(&operators.gaussian(*sigma)?, sizes, 1)?
            }
            Self::Union(parts) => {
                if parts.is_empty() {
                    return Err(NnError::Config {
                        at: "kernels of a convolution".to_string(),
                        problem: "a union of no kinds of kernels; give at least one".to_string(),
                    });
                }
                let all = parts.iter();
                let all = all.map(|part| part.between::<I, D>(out, input, sizes));
                independent(all.collect::<Result<Vec<_>, NnError>>()?.concat())
            }
        })
    }
}

/// Refuses a number of groups that does not cut the blocks of input and output evenly.
pub(in crate::layers) fn check_groups(
    layer: &str,
    groups: usize,
    input: &FieldType,
    output: &FieldType,
) -> Result<(), NnError> {
    let (inputs, outputs) = (input.blocks().len(), output.blocks().len());
    if groups > 0 && inputs % groups == 0 && outputs % groups == 0 {
        return Ok(());
    }
    Err(NnError::Config {
        at: format!("groups of a {layer}"),
        problem: format!(
            "{groups} groups do not divide {inputs} input and {outputs} output blocks evenly; use \
             a common divisor, and one block of fields per group"
        ),
    })
}

/// Whether a block of the input and one of the output are of the same group of blocks.
pub(in crate::layers) fn connected(
    groups: usize,
    i: usize,
    input: &FieldType,
    o: usize,
    output: &FieldType,
) -> bool {
    let of = |index: usize, fields: &FieldType| index * groups / fields.blocks().len();
    of(i, input) == of(o, output)
}

/// One basis per pair of blocks, output blocks outer; empty between different groups of blocks.
pub(super) fn bases(
    input: &FieldType,
    output: &FieldType,
    geometry: &Geometry,
    kind: &KernelKind,
    groups: usize,
) -> Result<Vec<PairBasis>, NnError> {
    let (outs, ins) = (output.blocks(), input.blocks());
    let basis = |index: usize| {
        let (o, i) = (index / ins.len(), index % ins.len());
        match connected(groups, i, input, o, output) {
            true => pair(
                &outs[o].representation,
                &ins[i].representation,
                geometry,
                kind,
            ),
            false => Ok(PairBasis::default()),
        }
    };
    let bases = (0..outs.len() * ins.len()).into_par_iter().map(basis);
    let bases: Vec<_> = bases.collect();
    bases.into_iter().collect()
}

fn pair(
    out: &AnyRepresentation,
    input: &AnyRepresentation,
    geometry: &Geometry,
    kind: &KernelKind,
) -> Result<PairBasis, NnError> {
    let elements = kind.elements(out, input, geometry.kernel())?;
    let entry = |e: &KernelEntry| Entry {
        out: e.out,
        input: e.input,
        tap: e.tap,
        value: e.value,
    };
    Ok(PairBasis {
        elements: elements
            .iter()
            .map(|e| e.iter().map(entry).collect())
            .collect(),
    })
}

/// `‖B_b‖²` over all entries, for every element.
pub(super) fn squared_norms(basis: &PairBasis) -> Vec<f64> {
    let norm = |element: &Vec<Entry>| element.iter().map(|e| e.value * e.value).sum();
    basis.elements.iter().map(norm).collect()
}

/// That a kernel is no hexagon.
fn no_hexagon() -> NnError {
    NnError::Config {
        at: "kernels on the hexagonal lattice".to_string(),
        problem:
            "they have 3 x 3 taps, fields of C1, C2, C3 or C6, and no other kernels beside them; \
                  use kernel size 3"
                .to_string(),
    }
}

/// That a group acts on no grid.
pub(crate) fn no_grid(group: &AnyGroup) -> NnError {
    NnError::Unsuitable {
        layer: "a convolution".to_string(),
        representation: format!("the fields of {group}"),
        problem: "the group does not act on images or volumes; use one of the plane (C_n, D_n, \
                  SO(2), O(2)) or of space (such as O, Oh, SO(3))"
            .to_string(),
    }
}
