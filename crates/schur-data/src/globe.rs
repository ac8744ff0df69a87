//! Pictures on the sphere.

use crate::DataError;
use crate::between::bilinear;
use crate::rotate::Matrix;
use crate::tolerance::ABOVE;

/// Largest bandwidth: pictures of 512 x 512 places.
const MAX_BANDWIDTH: usize = 256;

/// Half of the side of a picture on the plane that the sphere stands on, in radii of the sphere.
const HALF_SIDE: f64 = 1.5;

/// A sphere onto which pictures are projected: the protocol of Cohen et al. (2018).
///
/// The sphere of radius 1 stands on the plane with its south pole in the middle of the picture, which is
/// three radii wide with its rows along `x`; places look at it from just above the north pole. Values
/// are interpolated bilinearly, are 0 beside the picture, stretched to `[0, 1]` for every picture, and
/// rounded down to 1/255. The places are those of Driscoll and Healy of a bandwidth `b`: `2b` rings
/// at the colatitudes `π(2j+1)/4b` with `2b` places at the longitudes `πk/b`, a picture of the whole sphere with
/// north at the top.
///
/// ```
/// use schur_data::Globe;
///
/// let globe = Globe::new(6)?;
/// let upright = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// let white = globe.project(&[1.0; 16], [4, 4], &upright);
/// assert_eq!(white.len(), 12 * 12);
/// // The picture lies around the south pole, at the bottom.
/// assert_eq!((white[0], white[143]), (0.0, 1.0));
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Globe {
    bandwidth: usize,
    /// How many pictures in a row share a random rotation.
    chunk: usize,
    /// The places on the sphere.
    points: Vec<[f64; 3]>,
}

impl Globe {
    /// The sphere with `2b` rings of `2b` places.
    ///
    /// # Errors
    ///
    /// [`DataError::Bandwidth`] if the bandwidth is 0 or above 256.
    pub fn new(bandwidth: usize) -> Result<Self, DataError> {
        if !(1..=MAX_BANDWIDTH).contains(&bandwidth) {
            return Err(DataError::Bandwidth {
                bandwidth,
                limit: MAX_BANDWIDTH,
            });
        }
        let side = 2 * bandwidth;
        let step = std::f64::consts::PI / side as f64;
        let point = |place: usize| {
            let theta = step * ((place / side) as f64 + 0.5);
            let phi = 2.0 * step * (place % side) as f64;
            let (sin, cos) = theta.sin_cos();
            [sin * phi.cos(), sin * phi.sin(), cos]
        };
        Ok(Self {
            bandwidth,
            chunk: 1,
            points: (0..side * side).map(point).collect(),
        })
    }

    /// The bandwidth `b`.
    pub fn bandwidth(&self) -> usize {
        self.bandwidth
    }

    /// This sphere for the published protocol, in which so many pictures in a row (500) share one
    /// random rotation; otherwise each has its own.
    #[must_use]
    pub fn with_chunks(mut self, chunk: usize) -> Self {
        self.chunk = chunk.max(1);
        self
    }

    /// The rotation of picture `index`, among random ones, is that of this number.
    pub(crate) fn draw_of(&self, index: usize) -> usize {
        index / self.chunk
    }

    /// Rings, and places of a ring: `2b`.
    pub fn side(&self) -> usize {
        2 * self.bandwidth
    }

    /// A picture of `[rows, columns]` on the sphere, `[ring, place]`, then turned by a rotation.
    pub fn project(
        &self,
        picture: &[f32],
        [rows, columns]: [usize; 2],
        rotation: &Matrix,
    ) -> Vec<f32> {
        let top = 2.0 + ABOVE;
        let value = |point: &[f64; 3]| {
            // What stands at a point was before at the point that comes there: the inverse.
            let back = |axis: usize| (0..3).map(|k| rotation[k][axis] * point[k]).sum::<f64>();
            let [x, y, z] = [back(0), back(1), back(2) + 1.0];
            let scale = top / (top - z);
            let at = |place: f64, size: usize| {
                (place * scale + HALF_SIDE) / (2.0 * HALF_SIDE) * size as f64
            };
            bilinear(picture, [rows, columns], [at(x, rows), at(y, columns)])
        };
        let values: Vec<f64> = self.points.iter().map(value).collect();
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let stretched = |value: f64| match most > least {
            true => (255.0 * (value - least) / (most - least)).floor() / 255.0,
            false => 0.0,
        };
        values
            .into_iter()
            .map(|value| stretched(value) as f32)
            .collect()
    }
}
