//! Steerable kernels in the continuous plane and in space.

use std::ops::Range;

use super::angular::AngularSolutions;
use super::band::KernelBand;
use super::basis::{KernelAttributes, KernelBasis};
use super::coefficient::{HarmonicCoefficient, HarmonicMatrices};
use super::harmonics::count;
use super::lattice::KernelEntry;
use super::orbits::Orbits;
use crate::error::MathError;
use crate::point_group::{Isometry, PointGroup};
use crate::representation::Representation;
use crate::symmetry::{ElementOf, SymmetryIrrep};
use crate::tolerance::KERNEL_ENTRY;

/// All kernels that satisfy the constraint for every `g` of a group of the plane (`D = 2`) or of
/// space (`D = 3`), in a band of shells and degrees (Weiler & Cesa 2019; Cesa et al. 2022; Weiler
/// et al. 2023, chapter 5). A kernel is a radial function times an angular one: with the harmonics
/// `$Y_m$` of one degree, in the plane `$\cos \mu\varphi$` and `$\sin \mu\varphi$`, in space the
/// `$2l + 1$` spherical harmonics times `$\sqrt{4\pi}$`,
///
/// ```math
/// K(g x) = \rho_\mathrm{out}(g)\, K(x)\, \rho_\mathrm{in}(g)^{-1}
/// \qquad
/// K(x) = R(|x|) \sum_m Y_m(x / |x|)\, C_m
/// ```
///
/// The matrices `$C_m$` are the invariants of
/// `$Y \otimes \rho_\mathrm{out} \otimes \rho_\mathrm{in}$`. There are two bases of this space:
///
/// - [`new`](Self::new) averages every harmonic at one entry of every orbit of entries,
///   where the representations are signed permutations. Between regular fields such kernels are
///   one function that is moved by the group, with `|G|` entries per tap instead of `|G|²`.
/// - [`by_irreps`](Self::by_irreps), the theorem of Wigner and Eckart, and `new` for all other
///   representations: for every pair of irreps the invariants of `Y ⊗ ψ_out ⊗ ψ_in`, of SO(3) and
///   O(3) by Clebsch-Gordan coefficients, otherwise by averaging over the group (of a continuous
///   group over a rule that makes the average exact), between the changes of basis.
///
/// Elements are ordered by orbit, or output irrep and input irrep, then by shell and degree.
/// Those of one shell are orthonormal in the mean of `tr(K Kᵀ)` over the circle or the sphere, up
/// to the radial function. At the origin only degree 0 does not vanish.
///
/// ```
/// use schur_math::{
///     KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SpatialGroup,
///     SpatialRepresentation, SteerableKernelBasis,
/// };
///
/// let regular = PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?;
/// let basis = SteerableKernelBasis::new(&regular, &regular, &KernelBand::for_size(5)?)?;
/// // |G| times the number of circular harmonics in the band.
/// assert_eq!(basis.dim(), 8 * 11);
///
/// let regular = SpatialRepresentation::regular(&SpatialGroup::parse("O")?)?;
/// let basis = SteerableKernelBasis::new(&regular, &regular, &KernelBand::in_space(3)?)?;
/// // |G| times the number of spherical harmonics: 1 in the middle, 1 + 3 + 5 around it.
/// assert_eq!(basis.dim(), 24 * 10);
/// assert_eq!(basis.on_grid([3, 3, 3])?.len(), basis.dim());
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SteerableKernelBasis<const D: usize = 2> {
    shape: (usize, usize),
    band: KernelBand,
    /// What the elements of all shells share, and how many numbers that are.
    angular: Vec<HarmonicMatrices>,
    stored: usize,
    elements: Vec<Element>,
}

/// One element: `R(|x|) Σ_m Y_m C_m`.
#[derive(Clone, Debug)]
struct Element {
    attributes: KernelAttributes,
    /// The number of the shell with this degree among all of the band.
    harmonic: usize,
    /// The index of the matrices.
    angular: usize,
}

/// Most numbers that all coefficients together, or all samples, may have.
pub(super) const MAX_NUMBERS: usize = 1 << 27;

impl<const D: usize> SteerableKernelBasis<D> {
    /// Most numbers that all coefficient matrices together may have.
    pub const MAX_NUMBERS: usize = MAX_NUMBERS;

    /// The basis of kernels from `input` to `out`: by orbits between signed permutations of a
    /// finite group, otherwise, and in a band with a limit on
    /// [offsets](KernelBand::with_max_offset), by irreps.
    ///
    /// ```
    /// use schur_math::{
    ///     KernelBand, KernelBasis, SpatialGroup, SpatialRepresentation, SteerableKernelBasis,
    ///     SymmetryGroup,
    /// };
    ///
    /// // From vectors to vectors of SO(3), on a shell: scalar, cross and traceless product.
    /// let vectors = SpatialRepresentation::defining(&SpatialGroup::so3())?;
    /// let shell = KernelBand::angular(2)?;
    /// assert_eq!(SteerableKernelBasis::new(&vectors, &vectors, &shell)?.dim(), 3);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two representations are of different groups, the basis would be too large, or the
    /// band has a limit on offsets and the group is none of the plane.
    pub fn new<I: SymmetryIrrep<Group: PointGroup>>(
        out: &Representation<I>,
        input: &Representation<I>,
        band: &KernelBand,
    ) -> Result<Self, MathError>
    where
        ElementOf<I>: Isometry<D>,
    {
        input.check_group(out.group())?;
        let orbits = match band.max_offset() {
            None => Orbits::new(out, input, band.max_frequency())?,
            // Offsets are those of irreps.
            Some(_) => None,
        };
        let Some(orbits) = orbits else {
            return Self::by_irreps(out, input, band);
        };
        let mut basis = Self::empty(out, input, band)?;
        for orbit in 0..orbits.len() {
            basis.add(None, |degree| Ok(orbits.solutions::<D>(orbit, degree)))?;
        }
        Ok(basis)
    }

    /// The basis of kernels from `input` to `out` in which every element connects one irrep of
    /// `input` with one of `out`, as the attributes say.
    ///
    /// ```
    /// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
    ///
    /// // The same space as the sparse basis, so as many kernels.
    /// let regular = PlanarRepresentation::regular(&PlanarGroup::parse("C4")?)?;
    /// let band = KernelBand::for_size(3)?;
    /// let sparse = SteerableKernelBasis::new(&regular, &regular, &band)?;
    /// assert_eq!(SteerableKernelBasis::by_irreps(&regular, &regular, &band)?.dim(), sparse.dim());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two representations are of different groups, the basis would be too large, or the
    /// band has a limit on offsets and the group is none of the plane.
    pub fn by_irreps<I: SymmetryIrrep<Group: PointGroup>>(
        out: &Representation<I>,
        input: &Representation<I>,
        band: &KernelBand,
    ) -> Result<Self, MathError>
    where
        ElementOf<I>: Isometry<D>,
    {
        input.check_group(out.group())?;
        let mut basis = Self::empty(out, input, band)?;
        let mut angular = AngularSolutions::new(out, input, band)?;
        let mut out_first = 0;
        for (out_part, out_irrep) in out.parts().iter().enumerate() {
            let mut input_first = 0;
            for (input_part, input_irrep) in input.parts().iter().enumerate() {
                let place = Place {
                    first: (out_first, input_first),
                    dims: (out_irrep.dim(), input_irrep.dim()),
                };
                basis.add(Some((out_part, input_part)), |degree| {
                    let solutions = angular.solutions::<D>(out_irrep, input_irrep, degree)?;
                    let embed =
                        |solution: &Vec<f64>| place.embed(out, input, solution, count::<D>(degree));
                    Ok(solutions.iter().map(embed).collect())
                })?;
                input_first += input_irrep.dim();
            }
            out_first += out_irrep.dim();
        }
        Ok(basis)
    }

    fn empty<I: SymmetryIrrep<Group: PointGroup>>(
        out: &Representation<I>,
        input: &Representation<I>,
        band: &KernelBand,
    ) -> Result<Self, MathError> {
        let shape = (out.dim(), input.dim());
        check_size(shape.0.saturating_mul(shape.1), shape)?;
        if D != 2
            && let Some(offset) = band.max_offset()
        {
            return Err(MathError::geometry(
                "the largest offset of kernels",
                offset,
                "offsets are those of frequencies in the plane",
                "leave it out in space",
            ));
        }
        Ok(Self {
            shape,
            band: band.clone(),
            angular: Vec::new(),
            stored: 0,
            elements: Vec::new(),
        })
    }

    /// Adds the kernels of all shells, given their matrices by degree.
    fn add(
        &mut self,
        parts: Option<(usize, usize)>,
        mut matrices: impl FnMut(usize) -> Result<Vec<HarmonicMatrices>, MathError>,
    ) -> Result<(), MathError> {
        let mut known: Vec<Option<Range<usize>>> = vec![None; self.band.max_frequency() + 1];
        let harmonics: Vec<(usize, usize)> = self.band.harmonics_by_shell().collect();
        for (harmonic, (ring, frequency)) in harmonics.into_iter().enumerate() {
            let range = match &known[frequency] {
                Some(range) => range.clone(),
                None => {
                    let first = self.angular.len();
                    self.angular.extend(matrices(frequency)?);
                    let numbers = self.angular[first..].iter().map(HarmonicMatrices::numbers);
                    self.stored += numbers.sum::<usize>();
                    check_size(self.stored, self.shape)?;
                    known[frequency].insert(first..self.angular.len()).clone()
                }
            };
            let attributes = KernelAttributes {
                frequency,
                ring,
                radius: self.band.shells()[ring].radius(),
                parts,
            };
            self.elements.extend(range.map(|angular| Element {
                attributes,
                harmonic,
                angular,
            }));
        }
        Ok(())
    }

    /// The radial functions and degrees.
    pub fn band(&self) -> &KernelBand {
        &self.band
    }

    /// The elements that a filter keeps, in their order.
    ///
    /// ```
    /// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
    ///
    /// let regular = PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?;
    /// let basis = SteerableKernelBasis::new(&regular, &regular, &KernelBand::for_size(5)?)?;
    /// let isotropic = basis.filtered(|element| element.frequency == 0);
    /// assert_eq!(isotropic.dim(), 3 * 8);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    #[must_use]
    pub fn filtered(mut self, keep: impl Fn(&KernelAttributes) -> bool) -> Self {
        self.elements.retain(|element| keep(&element.attributes));
        self
    }

    /// The entries of the matrices `C_m` of every element `R(|x|) Σ_m Y_m C_m` that are not all
    /// zero, sorted, with the attributes of the element.
    pub fn coefficients(
        &self,
    ) -> impl Iterator<
        Item = (
            &KernelAttributes,
            impl Iterator<Item = HarmonicCoefficient<'_>>,
        ),
    > {
        let elements = self.elements.iter();
        elements.map(|e| (&e.attributes, self.angular[e.angular].entries()))
    }
}

fn check_size(numbers: usize, (outs, inputs): (usize, usize)) -> Result<(), MathError> {
    if numbers <= MAX_NUMBERS {
        return Ok(());
    }
    Err(MathError::TooLarge {
        what: format!("the steerable kernels from dimension {inputs} to {outs}"),
        numbers: format!("{numbers} or more"),
        max: MAX_NUMBERS,
        remedy: "a smaller group, smaller representations or a narrower band",
    })
}

/// Where a pair of irreps sits in the two representations.
struct Place {
    first: (usize, usize),
    dims: (usize, usize),
}

impl Place {
    /// `Q_out S Q_inᵀ` for all coefficient matrices, which stand one after the other in
    /// `solution`.
    fn embed<I: SymmetryIrrep>(
        &self,
        out: &Representation<I>,
        input: &Representation<I>,
        solution: &[f64],
        functions: usize,
    ) -> HarmonicMatrices {
        let (outs, inputs) = (out.dim(), input.dim());
        let (q_out, q_in) = (out.change_of_basis(), input.change_of_basis());
        let size = self.dims.0 * self.dims.1;
        let mut values = vec![0.0; outs * inputs * functions];
        for k in 0..size {
            let coefficients = || (0..functions).map(|c| solution[c * size + k]);
            if coefficients().all(|v| v == 0.0) {
                continue;
            }
            let a = self.first.0 + k / self.dims.1;
            let b = self.first.1 + k % self.dims.1;
            for i in 0..outs {
                let left = q_out[(i, a)];
                if left == 0.0 {
                    continue;
                }
                for j in 0..inputs {
                    let factor = left * q_in[(j, b)];
                    let sums = &mut values[(i * inputs + j) * functions..][..functions];
                    for (sum, value) in sums.iter_mut().zip(coefficients()) {
                        *sum += factor * value;
                    }
                }
            }
        }
        let mut matrices = HarmonicMatrices::new(functions);
        for (k, values) in values.chunks(functions).enumerate() {
            matrices.push_nonzero((k / inputs, k % inputs), values);
        }
        matrices
    }
}

impl<const D: usize> KernelBasis<D> for SteerableKernelBasis<D> {
    fn dim(&self) -> usize {
        self.elements.len()
    }

    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn sample(&self, point: [f64; D]) -> Vec<f64> {
        let filters = self.band.filters(&[point]);
        let (outs, inputs) = self.shape;
        let mut values = vec![0.0; self.dim() * outs * inputs];
        let kernels = values.chunks_mut(outs * inputs);
        for (element, kernel) in self.elements.iter().zip(kernels) {
            let filter = &filters[element.harmonic];
            for of in self.angular[element.angular].entries() {
                let terms = of.values.iter().zip(filter).map(|(c, value)| value * c);
                kernel[of.out * inputs + of.input] = terms.sum();
            }
        }
        values
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        self.elements.iter().map(|e| e.attributes).collect()
    }

    fn numbers(&self) -> usize {
        let entries = self.elements.iter().map(|e| self.angular[e.angular].len());
        entries.sum()
    }

    fn sample_sparse(&self, points: &[[f64; D]]) -> Vec<Vec<KernelEntry>> {
        let filters = self.band.filters(points);
        // The points at which the harmonics of a shell do not all vanish.
        let support = |filter: &Vec<f64>| {
            let mut seen = vec![false; points.len()];
            for part in filter.chunks(points.len().max(1)) {
                let nonzero = part.iter().map(|v| v.abs() > KERNEL_ENTRY);
                seen.iter_mut()
                    .zip(nonzero)
                    .for_each(|(seen, is)| *seen |= is);
            }
            seen.into_iter().filter(|seen| *seen).count()
        };
        let supports: Vec<usize> = filters.iter().map(support).collect();
        let mut values = vec![0.0; points.len()];
        let kernel = |element: &Element| {
            let matrices = &self.angular[element.angular];
            let most = matrices.len() * supports[element.harmonic];
            let mut entries = Vec::with_capacity(most);
            for of in matrices.entries() {
                values.fill(0.0);
                let parts = filters[element.harmonic].chunks(points.len().max(1));
                for (coefficient, part) in of.values.iter().zip(parts) {
                    for (sum, value) in values.iter_mut().zip(part) {
                        *sum += value * coefficient;
                    }
                }
                let values = values.iter().copied().enumerate();
                entries.extend(KernelEntry::nonzero(values, of.out, of.input));
            }
            entries
        };
        self.elements.iter().map(kernel).collect()
    }
}
