//! Uniform sampling with a generator that the caller passes in.

use std::f64::consts::TAU;

use rand::RngCore;

use super::{PlaneIsometry, SpaceIsometry, UnitQuaternion};

impl PlaneIsometry {
    /// An element of SO(2) from the Haar measure.
    pub fn random_proper(generator: &mut impl RngCore) -> Self {
        Self::wrapped(TAU * uniform(generator), false)
    }

    /// An element of O(2) from the Haar measure: proper and improper with equal chance.
    pub fn random(generator: &mut impl RngCore) -> Self {
        let rotation = Self::random_proper(generator);
        Self::wrapped(rotation.angle(), coin(generator))
    }
}

impl UnitQuaternion {
    /// An element of SU(2) from the Haar measure, which is uniform on the unit sphere of
    /// four dimensions (Shoemake 1992).
    ///
    /// ```
    /// use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
    /// use schur_math::UnitQuaternion;
    ///
    /// let mut generator = ChaCha8Rng::seed_from_u64(1);
    /// let q = UnitQuaternion::random(&mut generator);
    /// assert_ne!(q, UnitQuaternion::random(&mut generator));
    /// ```
    pub fn random(generator: &mut impl RngCore) -> Self {
        // The squared length of (w, x) is uniform; both angles are.
        let part = uniform(generator);
        let (first_sin, first_cos) = (TAU * uniform(generator)).sin_cos();
        let (second_sin, second_cos) = (TAU * uniform(generator)).sin_cos();
        let (a, b) = (part.sqrt(), (1.0 - part).sqrt());
        Self::normalised([a * first_cos, a * first_sin, b * second_cos, b * second_sin])
    }
}

impl SpaceIsometry {
    /// An element of SO(3) from the Haar measure.
    pub fn random_proper(generator: &mut impl RngCore) -> Self {
        Self::new(UnitQuaternion::random(generator), false)
    }

    /// An element of O(3) from the Haar measure: proper and improper with equal chance.
    pub fn random(generator: &mut impl RngCore) -> Self {
        let quaternion = UnitQuaternion::random(generator);
        Self::new(quaternion, coin(generator))
    }
}

/// A multiple of `2⁻⁵³` in `[0, 1)`.
pub(crate) fn uniform(generator: &mut impl RngCore) -> f64 {
    const STEPS: f64 = (1u64 << 53) as f64;
    (generator.next_u64() >> 11) as f64 / STEPS
}

fn coin(generator: &mut impl RngCore) -> bool {
    generator.next_u64() >> 63 == 1
}
