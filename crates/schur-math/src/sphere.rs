//! Grids on the sphere with quadrature weights.

mod heights;
mod icosahedral;
mod momentum;
mod places;
mod shallow_water;
mod transform;

use std::f64::consts::{PI, TAU};
use std::fmt;

pub use heights::SphereHeights;
pub use shallow_water::{ShallowWater, WaterState};

use crate::error::MathError;
use crate::harmonics::{LegendreFunctions, check_degree};
use crate::quadrature::gauss_legendre;

/// Most rings, and most points of a ring.
const MAX_RING: usize = 4096;

/// Points on the unit sphere in rings from north to south, with weights for means.
///
/// A ring with `n` points (one at a pole) has them at the longitudes `φ₀ + 2πj/n`, `j = 0, …, n-1`, where
/// `$(x, y, z) = (\sin\theta\cos\varphi, \sin\theta\sin\varphi, \cos\theta)$`. Weights are positive
/// and sum to 1. They are exact, up to round-off, for all harmonics of degree `l <= degree`, and
/// fail at `degree + 1`:
///
/// | grid | heights | weights | degree |
/// |---|---|---|---|
/// | [`equiangular`](Self::equiangular) (Driscoll and Healy 1994) | `θ = π(2j+1)/2R` | Fejér's first rule | `R - 1` (odd `R`: `R`), `W - 1` if less |
/// | [`gauss_legendre`](Self::gauss_legendre) | zeros of `P_R` | Gauss and Legendre | `2R - 1`, `W - 1` if less |
/// | [`icosahedral`](Self::icosahedral) | points of a divided icosahedron | equal in orbits of its symmetries | about `3n`, found with the weights |
/// | [`healpix`](Self::healpix) (Górski et al. 2005) | equal areas | equal | 1; beyond that a measured [`defect`](Self::defect) |
///
/// for `R` rings of `W` points. Functions of degree up to `L` are told apart, and their coefficients
/// are weighted sums, if `2L <= degree`: see [`band`](Self::band).
///
/// ```
/// use schur_math::SphereGrid;
///
/// let grid = SphereGrid::gauss_legendre(8, 16)?;
/// assert_eq!((grid.places(), grid.degree(), grid.band()), (128, 15, 7));
/// // The mean of x² is 1/3.
/// let mean: f64 = grid.points().iter().zip(grid.weights()).map(|(p, w)| w * p[0] * p[0]).sum();
/// assert!((mean - 1.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SphereGrid {
    name: &'static str,
    rings: Vec<SphereRing>,
    equator: usize,
    degree: usize,
}

/// A ring of equidistant points on the sphere.
///
/// ```
/// use schur_math::SphereGrid;
///
/// let grid = SphereGrid::healpix(2)?;
/// let pole = &grid.rings()[0];
/// assert_eq!((pole.count, pole.longitude), (4, std::f64::consts::FRAC_PI_4));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SphereRing {
    /// The height `z = cos θ`.
    pub cos: f64,
    /// The radius `sin θ`.
    pub sin: f64,
    /// The longitude of the first point in radians.
    pub longitude: f64,
    /// The number of points.
    pub count: usize,
    /// The weight of each of them.
    pub weight: f64,
}

impl SphereGrid {
    /// Rings at equal steps of the colatitude, `θ = π(2j+1)/2R`, none at a pole: the rows of a
    /// picture of the whole sphere in plate carrée, north at the top. With `2b` rings of `2b` points
    /// it is the grid of Driscoll and Healy of bandwidth `b`.
    ///
    /// ```
    /// use schur_math::SphereGrid;
    ///
    /// // Bandwidth 30: functions of degree below 30.
    /// assert_eq!(SphereGrid::equiangular(60, 60)?.band(), 29);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are no rings or points, or more than 4096.
    pub fn equiangular(rings: usize, longitudes: usize) -> Result<Self, MathError> {
        check_sizes(rings, longitudes)?;
        let height = |j: usize| {
            let theta = PI * (2 * j + 1) as f64 / (2 * rings) as f64;
            let terms = (1..=rings / 2).map(|k| {
                let k2 = (2 * k) as f64;
                (k2 * theta).cos() / (k2 * k2 - 1.0)
            });
            let weight = (1.0 - 2.0 * terms.sum::<f64>()) / rings as f64;
            let cos = if 2 * j + 1 == rings { 0.0 } else { theta.cos() };
            ([cos, theta.sin()], weight)
        };
        // Opposite rings have the same numbers to the bit.
        let north = (0..rings.div_ceil(2)).map(height);
        let south = (0..rings / 2).rev().map(height);
        let south = south.map(|([cos, sin], weight)| ([-cos, sin], weight));
        let heights = north.chain(south);
        let latitudes = rings - usize::from(rings.is_multiple_of(2));
        Ok(Self::product(
            "equiangular",
            heights,
            longitudes,
            latitudes.min(longitudes - 1),
        ))
    }

    /// Rings at the zeros of the Legendre polynomial of their number: half as many rings as an
    /// equiangular grid of the same degree.
    ///
    /// # Errors
    ///
    /// If there are no rings or points, or more than 4096.
    pub fn gauss_legendre(rings: usize, longitudes: usize) -> Result<Self, MathError> {
        check_sizes(rings, longitudes)?;
        let (nodes, weights) = gauss_legendre(rings)?;
        let heights = nodes.into_iter().zip(weights).rev();
        let heights = heights.map(|(z, weight)| ([z, radius(1.0 - z, 1.0 + z)], weight / 2.0));
        Ok(Self::product(
            "Gauss-Legendre",
            heights,
            longitudes,
            (2 * rings - 1).min(longitudes - 1),
        ))
    }

    /// The `12 n²` points of HEALPix in the order RING: `4n - 1` rings of equal areas per point.
    ///
    /// Weighted sums are exact for degree 1 only; for others they are off by a measured
    /// [`defect`](Self::defect), which falls as `1/n²`.
    ///
    /// # Errors
    ///
    /// If `n` is 0 or above 1024.
    pub fn healpix(n: usize) -> Result<Self, MathError> {
        check_sizes(n, 4 * n)?;
        let (size, square) = (n as f64, (n * n) as f64);
        let weight = 1.0 / (12.0 * square);
        let ring = |i: usize| {
            let from_pole = i.min(4 * n - i);
            let count = 4 * from_pole.min(n);
            let half = TAU / (2 * count) as f64;
            let (depth, longitude) = if from_pole < n {
                let depth = (from_pole * from_pole) as f64 / (3.0 * square);
                (if i < 2 * n { depth } else { 2.0 - depth }, half)
            } else {
                let depth = 2.0 * i as f64 / (3.0 * size) - 1.0 / 3.0;
                let shifted = (i - n).is_multiple_of(2);
                (depth, if shifted { half } else { 0.0 })
            };
            SphereRing {
                cos: 1.0 - depth,
                sin: radius(depth, 2.0 - depth),
                longitude,
                count,
                weight,
            }
        };
        Ok(Self {
            name: "HEALPix",
            rings: (1..4 * n).map(ring).collect(),
            equator: 1,
            degree: 1,
        })
    }

    fn product(
        name: &'static str,
        heights: impl Iterator<Item = ([f64; 2], f64)>,
        count: usize,
        degree: usize,
    ) -> Self {
        let ring = |([cos, sin], weight): ([f64; 2], f64)| SphereRing {
            cos,
            sin,
            longitude: 0.0,
            count,
            weight: weight / count as f64,
        };
        let rings: Vec<SphereRing> = heights.map(ring).collect();
        Self {
            name,
            equator: rings.len() % 2,
            rings,
            degree,
        }
    }

    /// The rings from north to south.
    pub fn rings(&self) -> &[SphereRing] {
        &self.rings
    }

    /// The number of rings on the equator. Of the others the first is as far north as the last is
    /// south, with as many points at the same longitudes, and so on.
    pub fn equator(&self) -> usize {
        self.equator
    }

    /// Number of points.
    pub fn places(&self) -> usize {
        self.rings.iter().map(|ring| ring.count).sum()
    }

    /// The degree up to which weighted sums of harmonics are their means.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The largest `L` whose harmonics are orthonormal in weighted sums: half of the degree.
    pub fn band(&self) -> usize {
        self.degree / 2
    }

    /// (rings, longitudes), if all rings have as many points and begin at the longitude 0: the
    /// places are the pixels of an image.
    pub fn image(&self) -> Option<(usize, usize)> {
        let count = self.rings[0].count;
        let alike = |ring: &SphereRing| ring.count == count && ring.longitude == 0.0;
        let all = self.rings.iter().all(alike);
        all.then_some((self.rings.len(), count))
    }

    /// Largest error of the weighted sums of the harmonics `√4π Y` of all degrees up to `degree`,
    /// which have means of 1 (for `l = 0`) and 0, and mean squares of 1.
    ///
    /// ```
    /// use schur_math::SphereGrid;
    ///
    /// let grid = SphereGrid::healpix(8)?;
    /// assert!(grid.defect(1)? < 1e-14);
    /// assert!((1e-5..1e-2).contains(&grid.defect(8)?));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the degree is above that of [`LegendreFunctions`].
    pub fn defect(&self, degree: usize) -> Result<f64, MathError> {
        let count = self.rings.len();
        let functions = self.legendre(degree)?;
        let mut worst = 0.0f64;
        for m in 0..=degree {
            let mut values = vec![0.0; (degree + 1 - m) * count];
            functions.order(m, &mut values)?;
            let scale = if m == 0 { 1.0 } else { 2f64.sqrt() };
            for (l, row) in (m..).zip(values.chunks(count)) {
                let mut sums = [0.0; 2];
                for (ring, value) in self.rings.iter().zip(row) {
                    // Other orders vanish in the sum over a ring.
                    if m.is_multiple_of(ring.count) {
                        let weight = scale * ring.weight * ring.count as f64 * value;
                        let (sin, cos) = (m as f64 * ring.longitude).sin_cos();
                        sums[0] += weight * cos;
                        sums[1] += weight * sin;
                    }
                }
                let mean = f64::from(u8::from(l == 0));
                worst = worst.max((sums[0] - mean).abs()).max(sums[1].abs());
            }
        }
        Ok(worst)
    }

    /// The Legendre functions at the heights of the rings.
    ///
    /// # Errors
    ///
    /// If the degree is above [`LegendreFunctions::MAX_DEGREE`].
    pub fn legendre(&self, degree: usize) -> Result<LegendreFunctions, MathError> {
        let heights: Vec<[f64; 2]> = self.rings.iter().map(|r| [r.cos, r.sin]).collect();
        LegendreFunctions::new(degree, &heights)
    }
}

impl fmt::Display for SphereGrid {
    /// `a sphere of 60 x 60 places (equiangular)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.image() {
            Some((rings, count)) => write!(f, "a sphere of {rings} x {count} places")?,
            None => write!(f, "a sphere of {} places", self.places())?,
        }
        write!(f, " ({})", self.name)
    }
}

/// `sin θ` from `1 - cos θ` and `1 + cos θ`.
fn radius(below: f64, above: f64) -> f64 {
    (below * above).sqrt()
}

fn check_sizes(rings: usize, longitudes: usize) -> Result<(), MathError> {
    for (what, size) in [
        ("the number of rings", rings),
        ("the number of longitudes", longitudes),
    ] {
        check_degree(what, size, MAX_RING)?;
        if size == 0 {
            return Err(MathError::geometry(
                "a grid on the sphere",
                [rings, longitudes],
                "it has no points",
                "use at least one ring of one point",
            ));
        }
    }
    Ok(())
}
