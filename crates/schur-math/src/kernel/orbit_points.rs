//! Kernels of Gaussians at the points that a finite group makes of one.

use super::band::KernelBand;
use super::basis::{KernelAttributes, KernelBasis};
use super::lattice::{KernelEntry, LatticeKernelBasis};
use super::shell::Profile;
use crate::error::MathError;
use crate::finite_representation::are_same;
use crate::linear::norm;
use crate::point_group::{Isometry, PointGroup, finite};
use crate::representation::Representation;
use crate::symmetry::{ElementOf, SymmetryIrrep};
use crate::tolerance::SAME_POINT;

/// All kernels of a finite group of the plane (`D = 2`) or of space (`D = 3`) that are Gaussians at
/// the points of an orbit: on every ring or shell of a band, with its radius `$r$` and deviation
/// `$\sigma$`,
///
/// ```math
/// K(x) = \sum_{p \in G p_0} e^{-|x - r p|^2 / 2 \sigma^2}\, K_p
/// \qquad
/// K_{g p} = \rho_\mathrm{out}(g)\, K_p\, \rho_\mathrm{in}(g)^{-1}
/// ```
///
/// which commute with the whole group: `$K_{p_0}$` is any matrix that commutes with the elements that fix
/// `$p_0$`, and the others follow from it. They are the "sparse" kernels of escnn (Cesa, Lang & Weiler
/// 2022), there for the icosahedron alone. Beside harmonics they are few and local, and have all
/// frequencies: the fewer points the orbit has, the coarser.
///
/// ```
/// use schur_math::{KernelBand, KernelBasis, OrbitKernelBasis, SpatialGroup, SpatialRepresentation};
///
/// let group = SpatialGroup::parse("I")?;
/// let regular = SpatialRepresentation::regular(&group)?;
/// let band = KernelBand::in_space(3)?;
/// // The corners of an icosahedron, each fixed by five rotations.
/// let basis = OrbitKernelBasis::<3>::new(&regular, &regular, &band, None)?;
/// assert_eq!((basis.points().len(), basis.dim()), (12, 60 + 60 * 60 / 5));
/// // Those of a dodecahedron, fixed by three.
/// let basis = OrbitKernelBasis::new(&regular, &regular, &band, Some([1.0, 1.0, 1.0]))?;
/// assert_eq!((basis.points().len(), basis.dim()), (20, 60 + 60 * 60 / 3));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug)]
pub struct OrbitKernelBasis<const D: usize = 2> {
    shape: (usize, usize),
    /// Of length 1.
    points: Vec<[f64; D]>,
    /// Radius and deviation.
    rings: Vec<(f64, f64)>,
    /// Kernels with a tap for every point, and with one tap in the middle.
    around: Vec<Vec<KernelEntry>>,
    centre: Vec<Vec<KernelEntry>>,
}

impl<const D: usize> OrbitKernelBasis<D> {
    /// The basis of kernels from `input` to `out` on the rings of a band of Gaussians, whose
    /// frequencies do not count. `point` says in which direction one point of the orbit lies; `None` is
    /// the axis that most elements fix.
    ///
    /// # Errors
    ///
    /// If the group is infinite or the two representations are of different groups; the radial functions
    /// of the band are no Gaussians; the point is the origin or not finite; or the kernels are too large.
    pub fn new<I: SymmetryIrrep<Group: PointGroup>>(
        out: &Representation<I>,
        input: &Representation<I>,
        band: &KernelBand,
        point: Option<[f64; D]>,
    ) -> Result<Self, MathError>
    where
        ElementOf<I>: Isometry<D>,
    {
        input.check_group(out.group())?;
        finite(out.group(), "kernels at the points of an orbit")?;
        let elements = out.group().elements().unwrap_or_default();
        let first = match point {
            Some(point) => direction(point)?,
            None => most_fixed(&elements),
        };
        let mut points = vec![first];
        for g in &elements {
            let image = g.image(first);
            if points.iter().all(|known| !are_same(known, &image)) {
                points.push(image);
            }
        }
        let number = |image: [f64; D]| {
            let same = |known: &[f64; D]| are_same(known, &image);
            points.iter().position(same).unwrap_or_default()
        };
        let images = |g: &ElementOf<I>| points.iter().map(|&p| number(g.image(p))).collect();
        let images: Vec<Vec<usize>> = elements.iter().map(images).collect();
        let kernels = |images: &[Vec<usize>]| match (out.finite(), input.finite()) {
            (Some(out), Some(input)) => LatticeKernelBasis::at_points(out, input, images),
            _ => Ok(Vec::new()),
        };
        Ok(Self {
            shape: (out.dim(), input.dim()),
            around: kernels(&images)?,
            centre: kernels(&vec![vec![0]; elements.len()])?,
            rings: rings(band)?,
            points,
        })
    }

    /// The points of the orbit, of length 1, the first the one that was given.
    pub fn points(&self) -> &[[f64; D]] {
        &self.points
    }

    /// The kernels of a ring of this radius.
    fn of_ring(&self, radius: f64) -> &[Vec<KernelEntry>] {
        match radius == 0.0 {
            true => &self.centre,
            false => &self.around,
        }
    }

    /// The Gaussians about the points of a ring, at another point.
    fn gaussians(&self, (radius, sigma): (f64, f64), at: [f64; D]) -> Vec<f64> {
        let gaussian = |centre: &[f64; D]| {
            let offset: [f64; D] = std::array::from_fn(|axis| at[axis] - radius * centre[axis]);
            let deviation = norm(&offset) / sigma;
            (-0.5 * deviation * deviation).exp()
        };
        // In the middle all points are one.
        let taps = if radius == 0.0 { 1 } else { self.points.len() };
        self.points[..taps].iter().map(gaussian).collect()
    }

    /// Every kernel with its ring.
    fn kernels(&self) -> impl Iterator<Item = (usize, &Vec<KernelEntry>)> {
        let rings = self.rings.iter().enumerate();
        rings.flat_map(|(ring, &(radius, _))| {
            let kernels = self.of_ring(radius).iter();
            kernels.map(move |kernel| (ring, kernel))
        })
    }
}

impl<const D: usize> KernelBasis<D> for OrbitKernelBasis<D> {
    fn dim(&self) -> usize {
        self.kernels().count()
    }

    fn shape(&self) -> (usize, usize) {
        self.shape
    }

    fn sample(&self, point: [f64; D]) -> Vec<f64> {
        let (outs, inputs) = self.shape;
        let mut samples = Vec::new();
        for &ring in &self.rings {
            let gaussians = self.gaussians(ring, point);
            for kernel in self.of_ring(ring.0) {
                let first = samples.len();
                samples.resize(first + outs * inputs, 0.0);
                for e in kernel {
                    samples[first + e.out * inputs + e.input] += e.value * gaussians[e.tap];
                }
            }
        }
        samples
    }

    fn attributes(&self) -> Vec<KernelAttributes> {
        let kernels = self.kernels();
        kernels
            .map(|(ring, _)| KernelAttributes {
                frequency: 0,
                ring,
                radius: self.rings[ring].0,
                parts: None,
            })
            .collect()
    }

    fn numbers(&self) -> usize {
        let numbers = self.kernels().map(|(_, kernel)| pairs(kernel).count());
        numbers.sum()
    }

    fn sample_sparse(&self, points: &[[f64; D]]) -> Vec<Vec<KernelEntry>> {
        let mut samples = Vec::new();
        for &ring in &self.rings {
            let gaussians = points.iter().map(|&point| self.gaussians(ring, point));
            let gaussians: Vec<Vec<f64>> = gaussians.collect();
            let sample = |kernel: &Vec<KernelEntry>| {
                let of_pair = |pair: &[KernelEntry]| {
                    let value = |at: &Vec<f64>| pair.iter().map(|e| e.value * at[e.tap]).sum();
                    let values = gaussians.iter().map(value).enumerate();
                    KernelEntry::nonzero(values, pair[0].out, pair[0].input).collect::<Vec<_>>()
                };
                pairs(kernel).flat_map(of_pair).collect()
            };
            samples.extend(self.of_ring(ring.0).iter().map(sample));
        }
        samples
    }
}

/// The entries of every pair of components; entries are sorted by them.
fn pairs(kernel: &[KernelEntry]) -> impl Iterator<Item = &[KernelEntry]> {
    kernel.chunk_by(|a, b| (a.out, a.input) == (b.out, b.input))
}

/// Radius and deviation of every ring.
fn rings(band: &KernelBand) -> Result<Vec<(f64, f64)>, MathError> {
    let ring = |profile: &Profile| match *profile {
        Profile::Gaussian { radius, sigma } => Ok((radius, sigma)),
        _ => Err(MathError::geometry(
            "kernels at the points of an orbit",
            format!("{profile:?}"),
            "the radial functions of the band are no Gaussians",
            "give rings (KernelBand::for_size, KernelBand::in_space or KernelBand::new)",
        )),
    };
    band.shells().iter().map(|s| ring(&s.profile)).collect()
}

/// A point at the distance 1.
fn direction<const D: usize>(point: [f64; D]) -> Result<[f64; D], MathError> {
    let length = norm(&point);
    if length > 0.0 && length.is_finite() {
        return Ok(point.map(|x| x / length));
    }
    Err(MathError::geometry(
        "a point of an orbit",
        &point[..],
        "it is the origin or not finite",
        "give another, or none for the axis that most elements fix",
    ))
}

/// The direction that most elements fix, of several the first: of the axes of all elements, which are
/// what the mean over the powers of an element leaves of the unit vectors.
fn most_fixed<const D: usize, G: Isometry<D>>(elements: &[G]) -> [f64; D] {
    let unit = |axis: usize| std::array::from_fn(|i| if i == axis { 1.0 } else { 0.0 });
    let mut best = (0, unit(0));
    for g in elements {
        for axis in 0..D {
            let (mut power, mut sum) = (unit(axis), [0.0; D]);
            for _ in elements {
                power = g.image(power);
                sum.iter_mut().zip(power).for_each(|(sum, x)| *sum += x);
            }
            if norm(&sum) <= SAME_POINT * elements.len() as f64 {
                continue;
            }
            let fixed = sum.map(|x| x / norm(&sum));
            let fixes = |g: &&G| are_same(&fixed, &g.image(fixed));
            let count = elements.iter().filter(fixes).count();
            if count > best.0 {
                best = (count, fixed);
            }
        }
    }
    best.1
}
