//! Steerable partial differential operators.

mod gaussian;
mod polynomial;
mod stencil;

pub use gaussian::GaussianDerivatives;

use super::band::KernelBand;
use super::basis::{KernelAttributes, KernelBasis};
use super::steerable::SteerableKernelBasis;
use crate::error::MathError;
use crate::kernel::KernelEntry;
use crate::representation::PlanarRepresentation;
use crate::tolerance::KERNEL_ENTRY;
use stencil::derivative_weights;

/// One term of a differential operator: `value ∂ₓ^dx ∂ᵧ^dy` from component `input` to `out`.
///
/// ```
/// use schur_math::{DifferentialBasis, PlanarGroup, PlanarRepresentation};
///
/// // Between scalars of O(2) the one operator of order 2 is the Laplacian.
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::o2());
/// let basis = DifferentialBasis::new(&scalar, &scalar, 2)?;
/// let laplacian: Vec<_> = basis.operators()[1].iter().map(|t| (t.dx, t.dy, t.value)).collect();
/// assert_eq!(laplacian, [(2, 0, 1.0), (0, 2, 1.0)]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DerivativeTerm {
    /// Output component.
    pub out: usize,
    /// Input component.
    pub input: usize,
    /// How often it differentiates by `x`.
    pub dx: usize,
    /// How often it differentiates by `y`.
    pub dy: usize,
    /// The coefficient.
    pub value: f64,
}

/// All linear differential operators with constant coefficients up to an order that commute
/// with a planar group (Jenner and Weiler 2022).
///
/// `P(∂)` maps fields of one type to fields of another equivariantly exactly if its symbol, a
/// matrix of polynomials, satisfies `P(g ξ) = ρ_out(g) P(ξ) ρ_in(g)⁻¹`: the constraint of
/// kernels. A homogeneous polynomial of degree `n` is a combination of
/// `|ξ|^n` times harmonics of the frequencies `n, n - 2, …`, so the symbols are a
/// [`SteerableKernelBasis`] with powers as radial functions.
///
/// Operators reach the pixels by [finite differences](Self::finite_differences) or as
/// [derivatives of a Gaussian](Self::gaussian).
///
/// ```
/// use schur_math::{DifferentialBasis, PlanarGroup, PlanarRepresentation};
///
/// let so2 = PlanarGroup::so2();
/// let scalar = PlanarRepresentation::trivial(&so2);
/// let vector = PlanarRepresentation::parse(&so2, "defining")?;
/// // From a scalar to a vector, order 1: the gradient and the rotated gradient.
/// let basis = DifferentialBasis::new(&vector, &scalar, 1)?;
/// assert_eq!(basis.operators().len(), 2);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DifferentialBasis {
    symbols: SteerableKernelBasis,
    operators: Vec<Vec<DerivativeTerm>>,
}

impl DifferentialBasis {
    /// Highest order of an operator.
    pub const MAX_ORDER: usize = 12;

    /// Most rows and columns of finite differences; more taps would not make them better.
    pub const MAX_TAPS: usize = 31;

    /// The operators from fields of type `input` to fields of type `out`.
    ///
    /// # Errors
    ///
    /// If the two representations are of different groups, or the order is above
    /// [`MAX_ORDER`](Self::MAX_ORDER).
    pub fn new(
        out: &PlanarRepresentation,
        input: &PlanarRepresentation,
        max_order: usize,
    ) -> Result<Self, MathError> {
        let what = "the order of a differential operator";
        crate::harmonics::check_degree(what, max_order, Self::MAX_ORDER)?;
        let band = KernelBand::polynomials(max_order)?;
        let symbols = SteerableKernelBasis::new(out, input, &band)?;
        let operators = polynomial::operators(&symbols);
        Ok(Self { symbols, operators })
    }

    /// The operators, each by its terms in the order (out, input, order in `y`).
    pub fn operators(&self) -> &[Vec<DerivativeTerm>] {
        &self.operators
    }

    /// The symbols `P(ξ)`. The `ring` of their attributes is the order.
    pub fn symbols(&self) -> &SteerableKernelBasis {
        &self.symbols
    }

    /// What is known of every operator; `ring` is its order.
    pub fn attributes(&self) -> Vec<KernelAttributes> {
        self.symbols.attributes()
    }

    /// Output and input dimension of every operator.
    pub fn shape(&self) -> (usize, usize) {
        self.symbols.shape()
    }

    /// The operators as kernels that correlate with pixels at distance 1: the differences that
    /// use all taps of a row and column and are exact for polynomials of degree below `width`
    /// in `x` and below `height` in `y`. Divide an operator of order `n` by the `n`-th power of
    /// another distance. The kernels are the derivatives themselves and not of unit length; see
    /// [`unit_length`](crate::unit_length).
    ///
    /// They commute exactly with the elements of the group that permute the taps.
    ///
    /// # Errors
    ///
    /// If the kernel has not more rows and columns than the highest order, or more than
    /// [`MAX_TAPS`](Self::MAX_TAPS).
    pub fn finite_differences(
        &self,
        height: usize,
        width: usize,
    ) -> Result<Vec<Vec<KernelEntry>>, MathError> {
        let what = "the number of rows or columns of finite differences";
        crate::harmonics::check_degree(what, height.max(width), Self::MAX_TAPS)?;
        let order = self.symbols.band().shells().len() - 1;
        if height.min(width) <= order {
            return Err(MathError::geometry(
                "a kernel of finite differences",
                format!("{height} x {width}"),
                "it has too few taps for derivatives of this order",
                "use more rows and columns than the order",
            ));
        }
        let by_x = derivative_weights(width, order);
        let by_y = derivative_weights(height, order);
        let kernel = |terms: &Vec<DerivativeTerm>| {
            let mut entries: Vec<KernelEntry> = Vec::new();
            for parts in terms.chunk_by(|a, b| (a.out, a.input) == (b.out, b.input)) {
                for tap in 0..height * width {
                    let (row, col) = (tap / width, tap % width);
                    // Rows count downwards, y upwards.
                    let value = |t: &DerivativeTerm| {
                        t.value * by_x[t.dx][col] * by_y[t.dy][height - 1 - row]
                    };
                    let value: f64 = parts.iter().map(value).sum();
                    if value.abs() > KERNEL_ENTRY {
                        let DerivativeTerm { out, input, .. } = parts[0];
                        entries.push(KernelEntry {
                            out,
                            input,
                            tap,
                            value,
                        });
                    }
                }
            }
            entries
        };
        Ok(self.operators.iter().map(kernel).collect())
    }

    /// The operators applied to a Gaussian: kernels that smooth with standard deviation `sigma`
    /// (in pixels) and differentiate.
    ///
    /// ```
    /// use schur_math::{DifferentialBasis, KernelBasis, PlanarGroup, PlanarRepresentation};
    ///
    /// // Of second order between scalars of the rotations: the identity and the Laplacian.
    /// let scalar = PlanarRepresentation::trivial(&PlanarGroup::so2());
    /// let basis = DifferentialBasis::new(&scalar, &scalar, 2)?;
    /// let kernels = basis.gaussian(1.0)?;
    /// assert_eq!((basis.operators().len(), kernels.dim()), (2, 2));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `sigma` is not positive and finite.
    pub fn gaussian(&self, sigma: f64) -> Result<GaussianDerivatives, MathError> {
        GaussianDerivatives::new(self.clone(), sigma)
    }
}
