//! Steerable kernels in the continuous plane and their samples on the pixel grid.

mod angular;
mod band;
mod grid;

pub use band::{KernelBand, Ring};

use crate::error::MathError;
use crate::planar::{PlanarIrrep, PlanarRepresentation};
use crate::tolerance::KERNEL_ENTRY;
use angular::AngularSolutions;

/// A finite family of matrix-valued kernels on the plane.
///
/// ```
/// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
///
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::so2());
/// let basis = SteerableKernelBasis::new(&scalar, &scalar, &KernelBand::for_size(5)?)?;
/// // One isotropic kernel per ring.
/// assert_eq!((basis.dim(), basis.shape()), (3, (1, 1)));
/// assert_eq!(basis.sample([0.0, 1.0]).len(), 3);
/// # Ok::<(), schur_math::MathError>(())
/// ```
pub trait KernelBasis {
    /// Number of kernels.
    fn dim(&self) -> usize;

    /// Output and input dimension of every kernel.
    fn shape(&self) -> (usize, usize);

    /// All kernels at the point `(x, y)`: `dim x out x input` numbers.
    fn sample(&self, point: [f64; 2]) -> Vec<f64>;

    /// What is known of every kernel.
    fn attributes(&self) -> Vec<KernelAttributes>;
}

/// Where a steerable kernel sits in its basis.
///
/// ```
/// use schur_math::{KernelBand, KernelBasis, PlanarGroup, PlanarRepresentation, SteerableKernelBasis};
///
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::so2());
/// let basis = SteerableKernelBasis::new(&scalar, &scalar, &KernelBand::for_size(3)?)?;
/// let radii: Vec<f64> = basis.attributes().iter().map(|a| a.radius).collect();
/// assert_eq!(radii, [0.0, 1.0]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelAttributes {
    /// Angular frequency `μ`: the kernel is a combination of `cos μφ` and `sin μφ`.
    pub frequency: usize,
    /// Index of the ring.
    pub ring: usize,
    /// Radius of the ring, in pixels.
    pub radius: f64,
    /// Index of the irrep in the output representation.
    pub out_part: usize,
    /// Index of the irrep in the input representation.
    pub input_part: usize,
}

/// All kernels with `K(g x) = ρ_out(g) K(x) ρ_in(g)⁻¹` for every `g` of a planar group, in a
/// band of rings and frequencies (Weiler & Cesa 2019; Weiler et al. 2023, chapter 5).
///
/// A kernel between irreps `ψ_in` and `ψ_out` is a radial profile times
/// `Σ_c h_c(φ) S_c` with `h = (cos μφ, sin μφ)`; the matrices `S_c` are the invariants of
/// `μ ⊗ ψ_out ⊗ ψ_in`, found by averaging over the group (of a continuous group over a finite
/// subgroup that is large enough to make the average exact). Between sums of irreps the changes
/// of basis are applied from both sides. At radius 0 only `μ = 0` exists.
///
/// Elements are ordered by output irrep, input irrep, ring, frequency. Those of one ring and
/// pair of irreps are orthonormal in `1/2π ∫ dφ tr(K(φ) K'(φ)ᵀ)` on the ring.
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
    cos: Vec<f64>,
    sin: Vec<f64>,
}

impl SteerableKernelBasis {
    /// Most numbers that all coefficient matrices together may have.
    pub const MAX_NUMBERS: usize = 1 << 27;

    /// The basis of kernels from `input` to `out`.
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
        let mut angular = AngularSolutions::new(out, input, band)?;
        let shape = (out.dim(), input.dim());
        let mut elements = Vec::new();
        let mut out_first = 0;
        for (out_part, out_irrep) in out.parts().iter().enumerate() {
            let mut input_first = 0;
            for (input_part, input_irrep) in input.parts().iter().enumerate() {
                let place = Place {
                    parts: (out_part, input_part),
                    first: (out_first, input_first),
                    dims: (out_irrep.dim(), input_irrep.dim()),
                };
                for (ring, of_ring) in band.rings().iter().enumerate() {
                    for frequency in 0..=of_ring.max_frequency {
                        for solution in angular.solutions(out_irrep, input_irrep, frequency)? {
                            let attributes = KernelAttributes {
                                frequency,
                                ring,
                                radius: of_ring.radius,
                                out_part: place.parts.0,
                                input_part: place.parts.1,
                            };
                            elements.push(place.embed(out, input, attributes, solution));
                        }
                    }
                }
                check_size(elements.len(), shape)?;
                input_first += input_irrep.dim();
            }
            out_first += out_irrep.dim();
        }
        Ok(Self {
            shape,
            band: band.clone(),
            elements,
        })
    }

    /// The rings and frequencies.
    pub fn band(&self) -> &KernelBand {
        &self.band
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
    parts: (usize, usize),
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
        attributes: KernelAttributes,
        solution: &[f64],
    ) -> Element {
        let (cos, sin) = solution.split_at(self.dims.0 * self.dims.1);
        let embed = |s: &[f64]| {
            let (outs, inputs) = (out.dim(), input.dim());
            let (q_out, q_in) = (out.change_of_basis(), input.change_of_basis());
            let mut matrix = vec![0.0; outs * inputs];
            for (k, &value) in s.iter().enumerate() {
                if value == 0.0 {
                    continue;
                }
                let (a, b) = (
                    self.first.0 + k / self.dims.1,
                    self.first.1 + k % self.dims.1,
                );
                for i in 0..outs {
                    let left = q_out[i * outs + a] * value;
                    for j in 0..inputs {
                        matrix[i * inputs + j] += left * q_in[j * inputs + b];
                    }
                }
            }
            matrix
        };
        Element {
            attributes,
            cos: embed(cos),
            sin: embed(sin),
        }
    }
}

impl KernelBasis for SteerableKernelBasis {
    fn dim(&self) -> usize {
        self.elements.len()
    }

    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn sample(&self, [x, y]: [f64; 2]) -> Vec<f64> {
        let radius = x.hypot(y);
        let angle = y.atan2(x);
        let size = self.shape.0 * self.shape.1;
        let mut values = vec![0.0; self.dim() * size];
        for (element, values) in self.elements.iter().zip(values.chunks_mut(size)) {
            let attributes = &element.attributes;
            // A direction has no meaning at the origin.
            if attributes.frequency > 0 && radius <= KERNEL_ENTRY {
                continue;
            }
            let profile = self.band.rings()[attributes.ring].profile(radius);
            let (sin, cos) = (attributes.frequency as f64 * angle).sin_cos();
            for ((value, c), s) in values.iter_mut().zip(&element.cos).zip(&element.sin) {
                *value = profile * (cos * c + sin * s);
            }
        }
        values
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        self.elements.iter().map(|e| e.attributes).collect()
    }
}

/// The irreps of a representation without repetitions.
fn distinct(rho: &PlanarRepresentation) -> Vec<PlanarIrrep> {
    let mut irreps: Vec<PlanarIrrep> = Vec::new();
    for part in rho.parts() {
        if !irreps.contains(part) {
            irreps.push(part.clone());
        }
    }
    irreps
}
