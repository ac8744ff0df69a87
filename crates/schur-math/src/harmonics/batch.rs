//! Spherical harmonics of many points at once.
//!
//! The same recursion as for one point, on blocks of points whose coordinates lie side by side,
//! so that every step is one vector instruction per register. `pulp` picks the widest
//! instructions that the processor has. Products and sums are not fused, so the bits are the
//! same on every processor, and those of a point do not depend on its neighbours.

mod block;
mod directions;
mod eights;
mod low;
mod rows;
#[cfg(target_arch = "x86_64")]
mod x86;

use pulp::{Arch, NullaryFnOnce};

use self::block::Block;
use self::directions::Directions;
use self::eights::{Eights, Plain};
use super::SphericalHarmonics;
use super::recursion::Recursion;
use crate::error::MathError;

/// Points per block: enough to hide the latency of the recursion, few enough for the tables of
/// a block to stay in the nearest cache.
const LANES: usize = 32;

/// One number for every point of a block.
type Lanes = [f64; LANES];

impl SphericalHarmonics {
    /// Writes the values in the directions of many points: point `i` has the numbers
    /// `values[i * dim..(i + 1) * dim]` with `dim = (L + 1)²`, those of
    /// [`values`](Self::values). Several times faster than one point after the other; for more
    /// threads, give each a part of the points.
    ///
    /// ```
    /// use schur_math::SphericalHarmonics;
    ///
    /// let harmonics = SphericalHarmonics::new(3)?;
    /// let points = [[0.6, 0.0, 0.8], [0.0, -2.0, 0.0]];
    /// let mut values = vec![0.0; 2 * harmonics.dim()];
    /// harmonics.values_of_points(&points, &mut values)?;
    /// for (fast, slow) in values[16..].iter().zip(harmonics.values(points[1])?) {
    ///     assert!((fast - slow).abs() < 1e-14);
    /// }
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a point is the origin or not finite, or the slice has another length than `n dim`.
    /// Points before that one may be written by then.
    pub fn values_of_points(
        &self,
        points: &[[f64; 3]],
        values: &mut [f64],
    ) -> Result<(), MathError> {
        check_length("values", values.len(), points.len(), self.dim())?;
        best(self.job(points, values, None))
    }

    /// Writes the values as [`values_of_points`](Self::values_of_points) and the gradients of
    /// [`values_and_gradients`](Self::values_and_gradients): the derivative by axis `a` (0 for
    /// x, 1 for y, 2 for z) of harmonic `k` at point `i` stands at
    /// `gradients[(i * 3 + a) * dim + k]`.
    ///
    /// ```
    /// use schur_math::SphericalHarmonics;
    ///
    /// let harmonics = SphericalHarmonics::new(1)?;
    /// let (mut values, mut gradients) = (vec![0.0; 4], vec![0.0; 12]);
    /// harmonics.values_and_gradients_of_points(&[[2.0, 0.0, 0.0]], &mut values, &mut gradients)?;
    /// // The harmonic that is proportional to y grows along y only, with slope 1 / |p|.
    /// assert_eq!([gradients[1], gradients[9]], [0.0, 0.0]);
    /// assert!((gradients[5] - values[3] / 2.0).abs() < 1e-15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`values_of_points`](Self::values_of_points), with `3 n dim` numbers for the
    /// gradients.
    pub fn values_and_gradients_of_points(
        &self,
        points: &[[f64; 3]],
        values: &mut [f64],
        gradients: &mut [f64],
    ) -> Result<(), MathError> {
        check_length("values", values.len(), points.len(), self.dim())?;
        check_length("gradients", gradients.len(), points.len(), 3 * self.dim())?;
        best(self.job(points, values, Some(gradients)))
    }

    fn job<'a>(
        &'a self,
        points: &'a [[f64; 3]],
        values: &'a mut [f64],
        gradients: Option<&'a mut [f64]>,
    ) -> Job<'a> {
        Job {
            recursion: &self.recursion,
            points,
            values,
            gradients,
        }
    }
}

fn check_length(what: &str, found: usize, points: usize, each: usize) -> Result<(), MathError> {
    if Some(found) == points.checked_mul(each) {
        return Ok(());
    }
    Err(MathError::Length {
        what: format!("the slice for {what} of spherical harmonics"),
        found,
        expected: points.saturating_mul(each),
        meaning: format!("{each} for each of {points} points"),
    })
}

struct Job<'a> {
    recursion: &'a Recursion,
    points: &'a [[f64; 3]],
    values: &'a mut [f64],
    gradients: Option<&'a mut [f64]>,
}

/// Does the job with the best instructions of this processor.
fn best(job: Job<'_>) -> Result<(), MathError> {
    match Arch::new() {
        #[cfg(target_arch = "x86_64")]
        Arch::V4(simd) => simd.vectorize(With(simd, job)),
        #[cfg(target_arch = "x86_64")]
        Arch::V3(simd) => simd.vectorize(With(simd, job)),
        _ => With(Plain, job).call(),
    }
}

/// A job and the instructions to do it with.
struct With<'a, E>(E, Job<'a>);

impl<E: Eights> NullaryFnOnce for With<'_, E> {
    type Output = Result<(), MathError>;

    #[inline(always)]
    fn call(self) -> Self::Output {
        let With(eights, job) = self;
        let degree = job.recursion.max_degree();
        let dim = (degree + 1).pow(2);
        if degree <= low::MAX_DEGREE && job.gradients.is_none() {
            return low::write_values(eights, job.points, dim, job.values);
        }
        let mut directions = Directions::new();
        let mut block = Block::new(degree, job.gradients.is_some());
        let mut gradients = job
            .gradients
            .unwrap_or_default()
            .chunks_mut(LANES * 3 * dim);
        let values = job.values.chunks_mut(LANES * dim);
        for (points, values) in job.points.chunks(LANES).zip(values) {
            directions.load(eights, points)?;
            let gradients = gradients.next();
            block.evaluate(eights, job.recursion, &directions, values, gradients);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bits of values and gradients, and those of the values alone.
    fn bits<E: Eights>(eights: Option<E>, degree: usize, points: &[[f64; 3]]) -> Option<Vec<u64>> {
        let eights = eights?;
        let harmonics = SphericalHarmonics::new(degree).unwrap();
        let length = points.len() * harmonics.dim();
        let (mut alone, mut values) = (vec![0.0; length], vec![0.0; length]);
        let mut gradients = vec![0.0; 3 * length];
        With(eights, harmonics.job(points, &mut alone, None))
            .call()
            .unwrap();
        With(
            eights,
            harmonics.job(points, &mut values, Some(&mut gradients)),
        )
        .call()
        .unwrap();
        let bits = |numbers: &[f64]| numbers.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&alone), bits(&values), "degree {degree}");
        values.extend(gradients);
        Some(bits(&values))
    }

    #[test]
    fn all_instructions_give_the_same_bits() {
        let signs = [1.0, -1.0];
        let mut points = Vec::new();
        for x in [0.0, 0.3, 2.0] {
            for y in [0.0, 0.7] {
                for (z, sign) in [(1.0, 1.0), (0.1, -1.0), (1.3, -1.0)] {
                    points.extend(signs.map(|flip| [flip * x, sign * y, -flip * z]));
                }
            }
        }
        points.push([f64::MIN_POSITIVE, f64::MAX, 0.0]);
        for degree in 0..12 {
            let expected = bits(Some(Plain), degree, &points).unwrap();
            #[cfg(target_arch = "x86_64")]
            {
                use pulp::x86::{V3, V4};
                for found in [
                    bits(V3::try_new(), degree, &points),
                    bits(V4::try_new(), degree, &points),
                ] {
                    assert_eq!(found.as_ref().unwrap_or(&expected), &expected);
                }
            }
            assert!(expected.iter().any(|&v| v != 0));
        }
    }
}
