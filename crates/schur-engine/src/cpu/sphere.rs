//! Transforms of functions on the sphere and on SO(3).

mod columns;
mod folds;
mod orders;
mod products;
mod ring;
mod run;

use std::fmt;
use std::sync::Arc;

use crate::cpu::isa::Isa;
use crate::{EngineError, Result, Scalar};

use orders::{Item, Tables};
use ring::RingTransform;

/// A ring of equidistant places on the sphere.
///
/// ```
/// let ring = schur_engine::sphere::Ring { count: 8, longitude: 0.0, weight: 0.125 };
/// assert_eq!(ring.weight * ring.count as f64, 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ring {
    /// Number of places.
    pub count: usize,
    /// Longitude of the first in radians.
    pub longitude: f64,
    /// Weight of each in means over the sphere.
    pub weight: f64,
}

/// The functions of the heights of rings: given `m`, `n` and room, they write for `n = 0`
/// `√(2l+1) Δ^l_{m0}` and otherwise `√(2l+1) Δ^l_{mn}` and then `√(2l+1) Δ^l_{-m,-n}`, each as
/// `[degree from max(m, n) to L][ring of the northern half, the equator included]`.
pub type Heights = Arc<dyn Fn(usize, usize, &mut [f64]) + Send + Sync>;

/// What is transformed: functions of a band on rings of places.
///
/// The rings lie symmetrically: the first is as far north as the last is south, with as many places
/// at the same longitudes, and so on up to those of the equator.
#[derive(Clone)]
pub struct SphereShape {
    /// The largest degree `L`.
    pub degree: usize,
    /// The largest frequency `N <= L` in the third angle: 0 for functions on the sphere.
    pub spin: usize,
    /// Samples of the third angle, at least `2N + 1`: 1 for functions on the sphere.
    pub angles: usize,
    /// From north to south.
    pub rings: Vec<Ring>,
    /// How many of them, in the middle, lie on the equator.
    pub equator: usize,
    /// How the functions depend on the heights of the rings.
    pub heights: Heights,
}

impl fmt::Debug for SphereShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SphereShape")
            .field("degree", &self.degree)
            .field("spin", &self.spin)
            .field("angles", &self.angles)
            .field("rings", &self.rings)
            .field("equator", &self.equator)
            .finish_non_exhaustive()
    }
}

/// Which sums are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// All places count as one: the adjoint of a synthesis.
    Plain,
    /// Places have the weights of their rings, divided by the number of angles: means.
    Weighted,
}

/// Transforms between values at places and harmonic coefficients, prepared for a number type.
///
/// With the real Wigner matrices `D^l` (rows and columns `m = -l, …, l`) the function with the
/// coefficients `c` is
///
/// ```text
/// f(R) = Σ_l √(2l+1) Σ_{m, |n| <= N} c^l_mn D^l_mn(R),    R = R_z(φ) R_y(θ) R_z(γ)
/// ```
///
/// at the places `(θ, φ)` and the angles `γ = 2πk / angles`. For `N = 0` it is a function on the
/// sphere, `f = Σ c_lm √(4π) Y_lm`. Values are `[batch, place, angle, channel]`, coefficients
/// `[batch, coefficient, channel]`: for `n = 0` those of `l = 0, …, L` with `m = -l, …, l`, then for
/// `n = 1, …, N` those of `l = n, …, L`, for every `m` two, of `n` and `-n`.
///
/// # Method
///
/// Along a ring a Fourier transform in two factors, then for each pair of orders `(m, n)` one product
/// with a table over degrees and rings; both are the matrix product of this crate, with channels and
/// batch as columns. Rings that lie opposite each other are added and subtracted first, which halves
/// the tables. These are kept if they take at most 64 MiB; beyond that (spin 0 only) the functions
/// are asked anew at every call. Scratch memory is bounded by 48 MiB per thread, or what eight
/// columns take.
///
/// ```
/// use std::sync::Arc;
/// use schur_engine::sphere::{Ring, SpherePlan, SphereShape, Weighting};
///
/// // Degree 1 on two rings of three places at heights ±1/√3, where means of degree 2 are exact.
/// let (z, s) = (1.0 / 3f64.sqrt(), (2.0 / 3f64).sqrt());
/// let ring = Ring { count: 3, longitude: 0.0, weight: 1.0 / 6.0 };
/// let shape = SphereShape {
///     degree: 1,
///     spin: 0,
///     angles: 1,
///     rings: vec![ring; 2],
///     equator: 0,
///     heights: Arc::new(move |m, _, values| match m {
///         0 => values.copy_from_slice(&[1.0, 3f64.sqrt() * z]),
///         _ => values[0] = 3f64.sqrt() * s,
///     }),
/// };
/// let plan = SpherePlan::<f64>::new(&shape)?;
/// let values = plan.synthesis(1, 1, &[1.0, -2.0, 0.5, 4.0], Weighting::Plain)?;
/// let back = plan.analysis(1, 1, &values, Weighting::Weighted)?;
/// assert!(back.iter().zip([1.0, -2.0, 0.5, 4.0]).all(|(a, b)| (a - b).abs() < 1e-14));
/// # Ok::<(), schur_engine::EngineError>(())
/// ```
#[derive(Debug)]
pub struct SpherePlan<T> {
    isa: Isa,
    degree: usize,
    spin: usize,
    angles: usize,
    places: usize,
    /// Pairs of opposite rings, from the north; one of the equator is a pair with itself.
    pairs: Vec<Pair>,
    /// Number of rings.
    rings: usize,
    transforms: Vec<RingTransform<T>>,
    items: Vec<Item>,
    tables: Tables<T>,
    /// `[angle][component]`: 1, cos, sin, cos 2, sin 2, …; empty for the sphere.
    turns: Vec<T>,
}

#[derive(Debug)]
struct Pair {
    /// First places of both rings.
    north: usize,
    south: usize,
    count: usize,
    weight: f64,
    transform: usize,
}

impl<T: Scalar> SpherePlan<T> {
    /// Prepares the transforms of a shape.
    ///
    /// # Errors
    ///
    /// If the spin is above the degree, there are too few angles, the rings are not symmetric or
    /// empty, or the tables of functions on SO(3) take more than a gibibyte.
    pub fn new(shape: &SphereShape) -> Result<Self> {
        let refused = |problem: String| Err(EngineError::Sphere { problem });
        let SphereShape {
            degree,
            spin,
            angles,
            equator,
            ..
        } = *shape;
        if spin > degree || angles < 2 * spin + 1 {
            return refused(format!(
                "frequencies up to {spin} with {angles} angles and degree {degree}: use at most \
                 the degree, and at least twice the frequency and one angles"
            ));
        }
        let rings = &shape.rings;
        let above = rings.len().saturating_sub(equator) / 2;
        let mut opposite = rings[..above].iter().zip(rings.iter().rev());
        if rings.is_empty()
            || rings.len() != 2 * above + equator
            || !opposite.all(|(a, b)| a == b)
            || rings.iter().any(|ring| ring.count == 0)
        {
            return refused(format!(
                "{} rings, {equator} on the equator, that are not symmetric about it, or have no \
                 places: give opposite rings the same numbers",
                rings.len()
            ));
        }
        let mut first = vec![0];
        for ring in rings {
            first.push(first[first.len() - 1] + ring.count);
        }
        let mut transforms: Vec<RingTransform<T>> = Vec::new();
        let pairs = (0..above + equator).map(|north| {
            let ring = &rings[north];
            let known = transforms.iter().position(|t| t.is_of(ring));
            let transform = known.unwrap_or_else(|| {
                transforms.push(RingTransform::new(ring, degree));
                transforms.len() - 1
            });
            Pair {
                north: first[north],
                south: first[if north < above {
                    rings.len() - 1 - north
                } else {
                    north
                }],
                count: ring.count,
                weight: ring.weight / angles as f64,
                transform,
            }
        });
        let pairs: Vec<Pair> = pairs.collect();
        let items = Item::all(degree, spin);
        let tables = Tables::new(&items, pairs.len(), spin, &shape.heights)?;
        Ok(Self {
            isa: Isa::detect(),
            degree,
            spin,
            angles,
            places: first[rings.len()],
            pairs,
            rings: rings.len(),
            transforms,
            items,
            tables,
            turns: turns(angles, spin),
        })
    }

    /// Number of coefficients of a function: `(L + 1)²` on the sphere.
    pub fn coefficients(&self) -> usize {
        orders::first_coefficient(self.spin + 1, self.degree)
    }

    /// Number of samples of a function: places times angles.
    pub fn samples(&self) -> usize {
        self.places * self.angles
    }

    /// Values `[batch, place, angle, channel]` of functions with given coefficients; weighted, every
    /// value times its weight: the adjoint of a weighted analysis.
    ///
    /// # Errors
    ///
    /// If the slice has another length than `batch · coefficients · channels`.
    pub fn synthesis(
        &self,
        batch: usize,
        channels: usize,
        coefficients: &[T],
        weighting: Weighting,
    ) -> Result<Vec<T>> {
        self.check(
            "coefficients",
            coefficients.len(),
            [batch, self.coefficients(), channels],
        )?;
        let mut values = vec![T::ZERO; batch * self.samples() * channels];
        run::synthesis(self, channels, coefficients, &mut values, weighting);
        Ok(values)
    }

    /// Coefficients `[batch, coefficient, channel]` of functions with given values: the scalar products
    /// with all basis functions. Weighted, these are means, which give the coefficients back if the
    /// grid is exact for twice the degree.
    ///
    /// # Errors
    ///
    /// If the slice has another length than `batch · samples · channels`.
    pub fn analysis(
        &self,
        batch: usize,
        channels: usize,
        values: &[T],
        weighting: Weighting,
    ) -> Result<Vec<T>> {
        self.check("values", values.len(), [batch, self.samples(), channels])?;
        let mut coefficients = vec![T::ZERO; batch * self.coefficients() * channels];
        run::analysis(self, channels, values, &mut coefficients, weighting);
        Ok(coefficients)
    }

    fn check(&self, what: &'static str, found: usize, sizes: [usize; 3]) -> Result<()> {
        let all = |count: usize, size: &usize| count.checked_mul(*size);
        if sizes.iter().try_fold(1, all) == Some(found) {
            return Ok(());
        }
        let [batch, each, channels] = sizes;
        Err(EngineError::Sphere {
            problem: format!(
                "{found} {what} for {batch} functions of {each} and {channels} channels: pass the \
                 product of the three"
            ),
        })
    }

    /// Components of the third angle.
    fn components(&self) -> usize {
        2 * self.spin + 1
    }
}

/// What the components of the third angle are at its samples.
fn turns<T: Scalar>(angles: usize, spin: usize) -> Vec<T> {
    if angles == 1 {
        return Vec::new();
    }
    let row = |k: usize| {
        let waves = (1..=spin).flat_map(move |n| {
            // Reduced, so that large products keep their digits.
            let angle = std::f64::consts::TAU * ((k * n) % angles) as f64 / angles as f64;
            let (sin, cos) = angle.sin_cos();
            [cos, sin]
        });
        std::iter::once(1.0).chain(waves)
    };
    (0..angles).flat_map(row).map(T::from_f64).collect()
}
