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
use crate::lattice::describe;
use crate::point_group::{Isometry, PointGroup};
use crate::representation::Representation;
use crate::symmetry::{ElementOf, SymmetryIrrep};
use crate::tolerance::KERNEL_ENTRY;
use stencil::derivative_weights;

/// One term of a differential operator in the plane or in space:
/// `value ∂ₓ^orders[0] ∂ᵧ^orders[1] …` from component `input` to `out`.
///
/// ```
/// use schur_math::{DifferentialBasis, PlanarGroup, PlanarRepresentation};
///
/// // Between scalars of O(2) the one operator of order 2 is the Laplacian.
/// let scalar = PlanarRepresentation::trivial(&PlanarGroup::o2());
/// let basis = DifferentialBasis::new(&scalar, &scalar, 2)?;
/// let laplacian: Vec<_> = basis.operators()[1].iter().map(|t| (t.orders, t.value)).collect();
/// assert_eq!(laplacian, [([2, 0], 1.0), ([0, 2], 1.0)]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DerivativeTerm<const D: usize = 2> {
    /// Output component.
    pub out: usize,
    /// Input component.
    pub input: usize,
    /// How often it differentiates by `x`, `y` and, in space, `z`.
    pub orders: [usize; D],
    /// The coefficient.
    pub value: f64,
}

impl<const D: usize> DerivativeTerm<D> {
    /// The coefficient times one number per axis, given by the axis and the order.
    fn times(&self, of: impl Fn(usize, usize) -> f64) -> f64 {
        let orders = self.orders.iter().enumerate();
        orders.fold(self.value, |product, (axis, &order)| {
            product * of(axis, order)
        })
    }
}

/// All linear differential operators with constant coefficients up to an order that commute
/// with a group of the plane (`D = 2`) or of space (`D = 3`; Jenner and Weiler 2022).
///
/// `P(∂)` maps fields of one type to fields of another equivariantly exactly if its symbol, a
/// matrix of polynomials, satisfies `P(g ξ) = ρ_out(g) P(ξ) ρ_in(g)⁻¹`: the constraint of
/// kernels. A homogeneous polynomial of degree `n` is a combination of
/// `|ξ|^n` times harmonics of the degrees `n, n - 2, …`, so the symbols are a
/// [`SteerableKernelBasis`] with powers as radial functions.
///
/// Operators reach the pixels by [finite differences](Self::finite_differences) or as
/// [derivatives of a Gaussian](Self::gaussian).
///
/// ```
/// use schur_math::{
///     DifferentialBasis, PlanarGroup, PlanarRepresentation, SpatialGroup, SpatialRepresentation,
/// };
///
/// let so2 = PlanarGroup::so2();
/// let scalar = PlanarRepresentation::trivial(&so2);
/// let vector = PlanarRepresentation::parse(&so2, "defining")?;
/// // From a scalar to a vector, order 1: the gradient and the rotated gradient.
/// let basis = DifferentialBasis::new(&vector, &scalar, 1)?;
/// assert_eq!(basis.operators().len(), 2);
///
/// // In space from vectors to vectors up to order 1: the identity and the curl.
/// let vector = SpatialRepresentation::defining(&SpatialGroup::so3())?;
/// let curl = &DifferentialBasis::new(&vector, &vector, 1)?.operators()[1].clone();
/// let terms: Vec<_> = curl.iter().map(|t| (t.out, t.input, t.orders)).collect();
/// assert_eq!(terms[..2], [(0, 1, [0, 0, 1]), (0, 2, [0, 1, 0])]);
/// assert!((curl[0].value + curl[1].value).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DifferentialBasis<const D: usize = 2> {
    symbols: SteerableKernelBasis<D>,
    operators: Vec<Vec<DerivativeTerm<D>>>,
}

impl<const D: usize> DifferentialBasis<D> {
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
    pub fn new<I: SymmetryIrrep<Group: PointGroup>>(
        out: &Representation<I>,
        input: &Representation<I>,
        max_order: usize,
    ) -> Result<Self, MathError>
    where
        ElementOf<I>: Isometry<D>,
    {
        let what = "the order of a differential operator";
        crate::harmonics::check_degree(what, max_order, Self::MAX_ORDER)?;
        let band = KernelBand::polynomials(max_order)?;
        let symbols = SteerableKernelBasis::new(out, input, &band)?;
        let operators = polynomial::operators(&symbols);
        Ok(Self { symbols, operators })
    }

    /// The operators, each by its terms sorted by output and input component, then with falling
    /// orders in `x`, `y` and `z`.
    pub fn operators(&self) -> &[Vec<DerivativeTerm<D>>] {
        &self.operators
    }

    /// The symbols `P(ξ)`. The `ring` of their attributes is the order.
    pub fn symbols(&self) -> &SteerableKernelBasis<D> {
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

    /// The operators as kernels of `[depth, height, width]` taps that correlate with pixels at
    /// distance 1: the differences that use all taps along every axis and are exact for
    /// polynomials of degree below `width` in `x`, below `height` in `y` and below `depth` in `z`.
    /// In the plane the depth is 1. Divide an operator of order `n` by the `n`-th power of
    /// another distance. The kernels are the derivatives themselves and not of unit length; see
    /// [`unit_length`](crate::unit_length).
    ///
    /// They commute exactly with the elements of the group that permute the taps.
    ///
    /// # Errors
    ///
    /// If the kernel has not more taps along every axis than the highest order, or more than
    /// [`MAX_TAPS`](Self::MAX_TAPS), or in the plane another depth than 1.
    pub fn finite_differences(
        &self,
        sizes: [usize; 3],
    ) -> Result<Vec<Vec<KernelEntry>>, MathError> {
        let what = "the number of taps of finite differences along an axis";
        let longest = sizes.into_iter().max().unwrap_or(0);
        crate::harmonics::check_degree(what, longest, Self::MAX_TAPS)?;
        let order = self.symbols.band().shells().len() - 1;
        // Slices and columns count upwards, rows downwards.
        let [depth, height, width] = sizes;
        let axes = [width, height, depth];
        let refused = |problem, remedy| {
            let sizes = describe(sizes);
            Err(MathError::geometry(
                "a kernel of finite differences",
                sizes,
                problem,
                remedy,
            ))
        };
        if axes[..D].iter().any(|&taps| taps <= order) {
            return refused(
                "it has too few taps for derivatives of this order",
                "use more taps along every axis than the order",
            );
        }
        if axes[D..].iter().any(|&taps| taps != 1) {
            return refused("the operators are those of the plane", "use a depth of 1");
        }
        let weights: [Vec<Vec<f64>>; D] =
            std::array::from_fn(|axis| derivative_weights(axes[axis], order));
        let kernel = |terms: &Vec<DerivativeTerm<D>>| {
            let mut entries: Vec<KernelEntry> = Vec::new();
            for parts in terms.chunk_by(|a, b| (a.out, a.input) == (b.out, b.input)) {
                let DerivativeTerm { out, input, .. } = parts[0];
                for tap in 0..depth * height * width {
                    let (slice, row) = (tap / width / height, tap / width % height);
                    let places = [tap % width, height - 1 - row, slice];
                    let weight = |axis: usize, order: usize| weights[axis][order][places[axis]];
                    let value: f64 = parts.iter().map(|term| term.times(weight)).sum();
                    if value.abs() > KERNEL_ENTRY {
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
    pub fn gaussian(&self, sigma: f64) -> Result<GaussianDerivatives<D>, MathError> {
        GaussianDerivatives::new(self.clone(), sigma)
    }
}
