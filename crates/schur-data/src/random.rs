//! Random numbers that depend on nothing but what is written here.
//!
//! Every use has its own ChaCha8 stream. The 32 bytes of the key are four little-endian
//! words: purpose, seed, epoch, 0. The stream number (nonce) is the index of the item.
//! The reductions to an interval are written out too, so that no release of a random-number
//! crate changes an experiment.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::rotate::cos_sin_degrees;

/// The seed of the shuffle in [`Split::classic`](crate::Split::classic), and of the parts of a folder
/// that names none. It is not the seed of a training: all trainings share one split.
pub const CLASSIC_SPLIT_SEED: u64 = 0x5c40_0002;

/// What random numbers are used for. The numbers are part of the key: never reuse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    TrainAngles = 1,
    ValidationAngles = 2,
    TestAngles = 3,
    AugmentedAngles = 4,
    BatchOrder = 5,
    SplitOrder = 6,
    TrainScenes = 7,
    ValidationScenes = 8,
    TestScenes = 9,
    Blobs = 10,
    FolderSplit = 11,
    SolidBlobs = 12,
    TrainShifts = 13,
    ValidationShifts = 14,
    TestShifts = 15,
    AugmentedShifts = 16,
}

/// The numbers of one item that needs several, in the order of the calls.
pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    pub(crate) fn new(purpose: Purpose, seed: u64, epoch: u64, index: usize) -> Self {
        Self(generator(purpose, seed, epoch, index as u64))
    }

    /// A uniform angle in [0, 360) degrees.
    pub(crate) fn angle(&mut self) -> f64 {
        angle_of(self.0.next_u64())
    }

    /// A uniform rotation of space: the matrix of a uniform unit quaternion, made of three uniform
    /// numbers (K. Shoemake, "Uniform random rotations", Graphics Gems III, 1992).
    pub(crate) fn rotation(&mut self) -> [[f64; 3]; 3] {
        let share = self.unit();
        let (c, s) = cos_sin_degrees(self.angle());
        let (d, t) = cos_sin_degrees(self.angle());
        let (p, q) = ((1.0 - share).sqrt(), share.sqrt());
        let [x, y, z, w] = [p * s, p * c, q * t, q * d];
        [
            [
                1.0 - 2.0 * (y * y + z * z),
                2.0 * (x * y - w * z),
                2.0 * (x * z + w * y),
            ],
            [
                2.0 * (x * y + w * z),
                1.0 - 2.0 * (x * x + z * z),
                2.0 * (y * z - w * x),
            ],
            [
                2.0 * (x * z - w * y),
                2.0 * (y * z + w * x),
                1.0 - 2.0 * (x * x + y * y),
            ],
        ]
    }

    /// A uniform number in [0, 1), in steps of 2^-53.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A uniform number in 0 .. bound (bound > 0).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        below(&mut self.0, bound as u64) as usize
    }
}

fn generator(purpose: Purpose, seed: u64, epoch: u64, index: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    for (bytes, word) in key.chunks_exact_mut(8).zip([purpose as u64, seed, epoch]) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream(index);
    generator
}

fn angle_of(bits: u64) -> f64 {
    // The largest value, 360 (1 - 2^-53), rounds to the number before 360, not to 360.
    (bits >> 11) as f64 / (1u64 << 53) as f64 * 360.0
}

/// 0 .. n in uniformly random order (Fisher and Yates).
pub(crate) fn permutation(n: usize, purpose: Purpose, seed: u64, epoch: u64) -> Vec<usize> {
    let mut generator = generator(purpose, seed, epoch, 0);
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let other = below(&mut generator, last as u64 + 1);
        order.swap(last, other as usize);
    }
    order
}

/// A uniform number in 0 .. bound (bound > 0), by rejecting the incomplete last block.
fn below(generator: &mut impl RngCore, bound: u64) -> u64 {
    let rejected = (u64::MAX % bound + 1) % bound;
    loop {
        let number = generator.next_u64();
        if number <= u64::MAX - rejected {
            return number % bound;
        }
    }
}

/// The order in which epoch `epoch` of a training visits `n` samples: a uniformly random
/// permutation of 0 .. n that depends on nothing but the arguments.
///
/// ```
/// use schur_data::shuffled_indices;
///
/// let order = shuffled_indices(100, 1, 0);
/// assert_eq!(order, shuffled_indices(100, 1, 0));
/// assert_ne!(order, shuffled_indices(100, 1, 1));
/// let mut sorted = order;
/// sorted.sort();
/// assert!(sorted.into_iter().eq(0..100));
/// ```
pub fn shuffled_indices(n: usize, seed: u64, epoch: u64) -> Vec<usize> {
    permutation(n, Purpose::BatchOrder, seed, epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two purposes with one key would correlate training with validation.
    #[test]
    fn purposes_seeds_epochs_and_indices_give_different_numbers() {
        let angle = |purpose, seed, epoch, index| Draws::new(purpose, seed, epoch, index).angle();
        let one = angle(Purpose::TrainAngles, 1, 0, 0);
        assert_ne!(one, angle(Purpose::ValidationAngles, 1, 0, 0));
        assert_ne!(one, angle(Purpose::TrainAngles, 2, 0, 0));
        assert_ne!(one, angle(Purpose::TrainAngles, 1, 1, 0));
        assert_ne!(one, angle(Purpose::TrainAngles, 1, 0, 1));
        assert_ne!(
            permutation(50, Purpose::BatchOrder, 1, 0),
            permutation(50, Purpose::SplitOrder, 1, 0)
        );
    }

    /// A generator that returns given numbers, to see the rejection at work.
    struct Given(Vec<u64>);

    impl RngCore for Given {
        fn next_u32(&mut self) -> u32 {
            self.next_u64() as u32
        }
        fn next_u64(&mut self) -> u64 {
            self.0.remove(0)
        }
        fn fill_bytes(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn incomplete_last_block_is_rejected() {
        // 2^64 = 1 modulo 3: one number, the largest, is too many.
        assert_eq!(below(&mut Given(vec![u64::MAX, 7]), 3), 1);
        assert_eq!(below(&mut Given(vec![u64::MAX - 1]), 3), 2);
        // 2^64 is a multiple of 4: nothing is rejected.
        assert_eq!(below(&mut Given(vec![u64::MAX]), 4), 3);
        assert_eq!(below(&mut Given(vec![u64::MAX]), 1), 0);
    }

    #[test]
    fn largest_angle_is_less_than_a_full_turn() {
        let bits = u64::MAX >> 11;
        assert!(bits as f64 / (1u64 << 53) as f64 * 360.0 < 360.0);
    }
}
