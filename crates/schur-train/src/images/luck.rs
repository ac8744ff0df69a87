//! Whether masks are better than pixels at random.

use crate::tolerance::DEVIATIONS;

/// How many pixels of every class are found, true, and both.
#[derive(Clone, Debug, Default)]
pub(super) struct Luck {
    /// By class: found, true.
    counts: Vec<[f64; 2]>,
    both: f64,
    pixels: f64,
}

impl Luck {
    /// Takes more pixels in, their classes in masks that are found and true.
    pub(super) fn add(&mut self, found: &[u8], truth: &[u8]) {
        for (which, mask) in [found, truth].into_iter().enumerate() {
            for &class in mask {
                let class = usize::from(class);
                if class >= self.counts.len() {
                    self.counts.resize(class + 1, [0.0; 2]);
                }
                self.counts[class][which] += 1.0;
            }
        }
        self.both += super::task::overlap(found, truth).0 as f64;
        self.pixels += truth.len() as f64;
    }

    /// Whether as many pixels of each class at random, anywhere, would be right as often: the number of
    /// these has a hypergeometric distribution for every class but the background.
    pub(super) fn is_all(&self) -> bool {
        let all = self.pixels.max(2.0);
        let (mut mean, mut variance) = (0.0, 0.0);
        for [found, truth] in self.counts.iter().skip(1) {
            let expected = found * truth / all;
            mean += expected;
            variance += expected * (all - found) * (all - truth) / (all * (all - 1.0));
        }
        self.both <= mean + DEVIATIONS * variance.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::Luck;

    #[test]
    fn masks_that_are_no_better_than_pixels_at_random_are_luck() {
        let is_luck = |found: &dyn Fn(usize) -> u8| {
            let mut luck = Luck::default();
            for image in 0..4 {
                let pixels = || 1000 * image..1000 * (image + 1);
                let truth: Vec<u8> = pixels().map(|at| u8::from(at % 125 == 0)).collect();
                luck.add(&pixels().map(found).collect::<Vec<u8>>(), &truth);
            }
            luck.is_all()
        };
        // Nothing, everything, nearly everything, a tenth without regard to what is there.
        assert!(is_luck(&|_| 0) && is_luck(&|_| 1) && is_luck(&|at| u8::from(at % 100 > 3)));
        assert!(is_luck(&|at| u8::from(at % 10 == 0 && at % 250 != 0)));
        // All of it, half of it, all of it with as much beside it.
        assert!(!is_luck(&|at| u8::from(at % 125 == 0)) && !is_luck(&|at| u8::from(at % 250 == 0)));
        assert!(!is_luck(&|at| u8::from(at % 125 < 2)));
        // The right places with the wrong class.
        assert!(is_luck(&|at| 2 * u8::from(at % 125 == 0)));
    }
}
