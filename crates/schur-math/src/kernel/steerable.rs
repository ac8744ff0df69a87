//! Steerable kernels in the continuous plane.

use super::angular::AngularSolutions;
use super::band::KernelBand;
use super::basis::{KernelAttributes, KernelBasis};
use super::coefficient::HarmonicCoefficient;
use super::lattice::KernelEntry;
use super::orbits::Orbits;
use crate::error::MathError;
use crate::representation::PlanarRepresentation;

/// All kernels that satisfy the constraint for every `g` of a planar group, in a band of rings
/// and frequencies (Weiler & Cesa 2019; Weiler et al. 2023, chapter 5). A kernel is a radial
/// function times an angular one:
///
/// ```math
/// K(g x) = \rho_\mathrm{out}(g)\, K(x)\, \rho_\mathrm{in}(g)^{-1}
/// \qquad
/// K(r, \varphi) = R(r)\, (C \cos \mu\varphi + S \sin \mu\varphi)
/// ```
///
/// The matrices `$C$` and `$S$` are the invariants of
/// `$\mu \otimes \rho_\mathrm{out} \otimes \rho_\mathrm{in}$`. There are two bases of this space:
///
/// - [`new`](Self::new) averages `cos μφ` and `sin μφ` at one entry of every orbit of entries,
///   where the representations are signed permutations. Between regular fields such kernels are
///   one function that is moved by the group, with `|G|` entries per tap instead of `|G|²`.
/// - [`by_irreps`](Self::by_irreps), the theorem of Wigner and Eckart, and `new` for all other
///   representations: for every pair of irreps the invariants of `μ ⊗ ψ_out ⊗ ψ_in`, found by
///   averaging over the group (of a continuous group over a finite subgroup that is large enough
///   to make the average exact), between the changes of basis.
///
/// Elements are ordered by orbit, or output irrep and input irrep, then by shell and frequency.
/// Those of one shell are orthonormal in `1/2π ∫ dφ tr(K(φ) K'(φ)ᵀ)`, up to the radial function.
/// At the origin only frequency 0 does not vanish.
///
/// ```
/// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
///
/// let regular = PlanarRepresentation::regular(&PlanarGroup::parse("C8")?)?;
/// let band = KernelBand::for_size(5)?;
/// let basis = SteerableKernelBasis::new(&regular, &regular, &band)?;
/// // |G| times the number of circular harmonics in the band.
/// assert_eq!(basis.dim(), 8 * 11);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SteerableKernelBasis {
    shape: (usize, usize),
    band: KernelBand,
    elements: Vec<Element>,
}

/// One element: `profile(r) (cos μφ C + sin μφ S)`.
#[derive(Clone, Debug)]
struct Element {
    attributes: KernelAttributes,
    coefficients: Vec<HarmonicCoefficient>,
}

impl SteerableKernelBasis {
    /// Most numbers that all coefficient matrices together may have.
    pub const MAX_NUMBERS: usize = 1 << 27;

    /// The basis of kernels from `input` to `out`: by orbits between signed permutations of a
    /// finite group, otherwise, and in a band with a limit on
    /// [offsets](KernelBand::with_max_offset), by irreps.
    ///
    /// # Errors
    ///
    /// If the two representations are of different groups, or the basis would be too large.
    pub fn new(
        out: &PlanarRepresentation,
        input: &PlanarRepresentation,
        band: &KernelBand,
    ) -> Result<Self, MathError> {
        input.check_group(out.group())?;
        let orbits = match band.max_offset() {
            None => Orbits::new(out, input, band.max_frequency()),
            // Offsets are those of irreps.
            Some(_) => None,
        };
        let Some(orbits) = orbits else {
            return Self::by_irreps(out, input, band);
        };
        let mut basis = Self::empty(out, input, band);
        for orbit in 0..orbits.len() {
            for (ring, frequency) in band.harmonics_by_shell() {
                for coefficients in orbits.solutions(orbit, frequency) {
                    basis.push(ring, frequency, None, coefficients)?;
                }
            }
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
    /// If the two representations are of different groups, or the basis would be too large.
    pub fn by_irreps(
        out: &PlanarRepresentation,
        input: &PlanarRepresentation,
        band: &KernelBand,
    ) -> Result<Self, MathError> {
        input.check_group(out.group())?;
        let mut angular = AngularSolutions::new(out, input, band)?;
        let mut basis = Self::empty(out, input, band);
        let mut out_first = 0;
        for (out_part, out_irrep) in out.parts().iter().enumerate() {
            let mut input_first = 0;
            for (input_part, input_irrep) in input.parts().iter().enumerate() {
                let place = Place {
                    first: (out_first, input_first),
                    dims: (out_irrep.dim(), input_irrep.dim()),
                };
                let parts = Some((out_part, input_part));
                for (ring, frequency) in band.harmonics_by_shell() {
                    for solution in angular.solutions(out_irrep, input_irrep, frequency)? {
                        let coefficients = place.embed(out, input, solution);
                        basis.push(ring, frequency, parts, coefficients)?;
                    }
                }
                input_first += input_irrep.dim();
            }
            out_first += out_irrep.dim();
        }
        Ok(basis)
    }

    fn empty(out: &PlanarRepresentation, input: &PlanarRepresentation, band: &KernelBand) -> Self {
        Self {
            shape: (out.dim(), input.dim()),
            band: band.clone(),
            elements: Vec::new(),
        }
    }

    fn push(
        &mut self,
        ring: usize,
        frequency: usize,
        parts: Option<(usize, usize)>,
        coefficients: Vec<HarmonicCoefficient>,
    ) -> Result<(), MathError> {
        check_size(self.elements.len() + 1, self.shape)?;
        let attributes = KernelAttributes {
            frequency,
            ring,
            radius: self.band.shells()[ring].radius(),
            parts,
        };
        self.elements.push(Element {
            attributes,
            coefficients,
        });
        Ok(())
    }

    /// The radial functions and frequencies.
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

    /// The entries of the matrices `C` and `S` of every element `profile(r) (cos μφ C +
    /// sin μφ S)` that are not zero, sorted, with the attributes of the element.
    pub fn coefficients(
        &self,
    ) -> impl Iterator<Item = (&KernelAttributes, &[HarmonicCoefficient])> {
        let elements = self.elements.iter();
        elements.map(|e| (&e.attributes, &e.coefficients[..]))
    }
}

fn check_size(elements: usize, (outs, inputs): (usize, usize)) -> Result<(), MathError> {
    let numbers = elements.saturating_mul(outs * inputs).saturating_mul(2);
    if numbers <= SteerableKernelBasis::MAX_NUMBERS {
        return Ok(());
    }
    Err(MathError::TooLarge {
        what: format!("the steerable kernels from dimension {inputs} to {outs}"),
        numbers: format!("{numbers} or more"),
        max: SteerableKernelBasis::MAX_NUMBERS,
        remedy: "a smaller group, smaller representations or a narrower band",
    })
}

/// Where a pair of irreps sits in the two representations.
struct Place {
    first: (usize, usize),
    dims: (usize, usize),
}

impl Place {
    /// `Q_out S Q_inᵀ` for both coefficient matrices, which stand one after the other in
    /// `solution`.
    fn embed(
        &self,
        out: &PlanarRepresentation,
        input: &PlanarRepresentation,
        solution: &[f64],
    ) -> Vec<HarmonicCoefficient> {
        let (outs, inputs) = (out.dim(), input.dim());
        let (q_out, q_in) = (out.change_of_basis(), input.change_of_basis());
        let (cos, sin) = solution.split_at(self.dims.0 * self.dims.1);
        let mut matrix = vec![(0.0, 0.0); outs * inputs];
        for (k, (&c, &s)) in cos.iter().zip(sin).enumerate() {
            if (c, s) == (0.0, 0.0) {
                continue;
            }
            let a = self.first.0 + k / self.dims.1;
            let b = self.first.1 + k % self.dims.1;
            for i in 0..outs {
                let left = q_out[(i, a)];
                for j in 0..inputs {
                    let factor = left * q_in[(j, b)];
                    let (cos, sin) = &mut matrix[i * inputs + j];
                    *cos += factor * c;
                    *sin += factor * s;
                }
            }
        }
        let coefficient = |(k, (cos, sin))| HarmonicCoefficient {
            out: k / inputs,
            input: k % inputs,
            cos,
            sin,
        };
        let all = matrix.into_iter().enumerate().map(coefficient);
        all.filter(HarmonicCoefficient::is_nonzero).collect()
    }
}

impl KernelBasis for SteerableKernelBasis {
    fn dim(&self) -> usize {
        self.elements.len()
    }

    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn sample(&self, point: [f64; 2]) -> Vec<f64> {
        let functions = self.band.by_shell(point);
        let (outs, inputs) = self.shape;
        let mut values = vec![0.0; self.dim() * outs * inputs];
        let kernels = values.chunks_mut(outs * inputs);
        for (element, kernel) in self.elements.iter().zip(kernels) {
            let KernelAttributes {
                ring, frequency, ..
            } = element.attributes;
            let (cos, sin) = functions[ring][frequency];
            for of in &element.coefficients {
                kernel[of.out * inputs + of.input] = cos * of.cos + sin * of.sin;
            }
        }
        values
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        self.elements.iter().map(|e| e.attributes).collect()
    }

    fn sample_sparse(&self, points: &[[f64; 2]]) -> Vec<Vec<KernelEntry>> {
        let functions: Vec<_> = points.iter().map(|&p| self.band.by_shell(p)).collect();
        let kernel = |element: &Element| {
            let KernelAttributes {
                ring, frequency, ..
            } = element.attributes;
            let at = |point: usize| functions[point][ring][frequency];
            let of_entry = |of: &HarmonicCoefficient| {
                let (c, s) = (of.cos, of.sin);
                let values = (0..points.len()).map(move |point| {
                    let (cos, sin) = at(point);
                    (point, cos * c + sin * s)
                });
                KernelEntry::nonzero(values, of.out, of.input)
            };
            element.coefficients.iter().flat_map(of_entry).collect()
        };
        self.elements.iter().map(kernel).collect()
    }
}
