//! Dividing digits into training, validation and test parts.

use crate::random::{CLASSIC_SPLIT_SEED, Purpose, permutation};
use crate::{DataError, Pictures, Source};

// The protocol of rotated MNIST: H. Larochelle, D. Erhan, A. Courville, J. Bergstra,
// Y. Bengio, "An empirical evaluation of deep architectures on problems with many factors
// of variation", ICML 2007.
const TRAIN: usize = 10_000;
const VALIDATION: usize = 2_000;
const TEST: usize = 50_000;

/// Fewest test digits beside 12,000 for training, as many as are compiled in.
const LEAST_TEST: usize = 5_000;

/// Fewest digits that are split, so that each part has at least three.
const LEAST: usize = 30;

/// Three disjoint sets of upright digits.
///
/// ```
/// use schur_data::Split;
///
/// let split = Split::embedded()?;
/// assert_eq!(split.train.len(), 10_000);
/// assert_eq!(split.validation.len(), 2_000);
/// assert_eq!(split.test.len(), 5_000);
/// assert!(split.description.contains("10,000 training"));
/// # Ok::<(), schur_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Split {
    /// Pictures to train on.
    pub train: Pictures,
    /// Pictures to choose hyper-parameters and the best epoch by.
    pub validation: Pictures,
    /// Pictures to measure the final error on.
    pub test: Pictures,
    /// One sentence with the numbers, and whether this is the classic protocol.
    pub description: String,
}

impl Split {
    /// The digits that are compiled in: 10,000 training, 2,000 validation and 5,000 test
    /// digits, balanced over the classes. This is the classic protocol with a tenth of its
    /// test digits.
    ///
    /// # Errors
    ///
    /// As for [`Pictures::embedded_train`].
    pub fn embedded() -> Result<Self, DataError> {
        let pool = Pictures::embedded_train()?;
        let order: Vec<usize> = (0..pool.len()).collect();
        let (train, validation) = order.split_at(TRAIN.min(pool.len()));
        Ok(Self::described(
            pool.subset(train)?,
            pool.subset(validation)?,
            Pictures::embedded_test()?,
            "from the MNIST subset that is compiled in",
        ))
    }

    /// Splits a pool of digits, usually [`Source::into_pool`](crate::Source::into_pool), as
    /// the rotated MNIST benchmark does, as far as there are enough of them:
    ///
    /// | digits | training | validation | test |
    /// |---|---|---|---|
    /// | at least 62,000 | 10,000 | 2,000 | 50,000 |
    /// | at least 17,000 | 10,000 | 2,000 | all others |
    /// | at least 30 | 70 % less validation | 1/6 of 70 % | all others |
    ///
    /// The digits are shuffled before, with the seed [`CLASSIC_SPLIT_SEED`].
    /// The published files of rotated MNIST are another random choice from MNIST, with other
    /// angles, so errors compare with published ones up to that choice.
    ///
    /// ```
    /// use schur_data::{Pictures, Split};
    ///
    /// let split = Split::classic(&Pictures::embedded_test()?)?;
    /// assert_eq!(split.train.len(), 2917);
    /// assert_eq!(split.validation.len(), 583);
    /// assert_eq!(split.test.len(), 1500);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DataError::NotSquare`] unless images are square, [`DataError::TooFew`] for fewer
    /// than 30 digits.
    pub fn classic(pool: &Pictures) -> Result<Self, DataError> {
        let file = || "pool of training and test files".to_owned();
        if pool.rows() != pool.cols() {
            return Err(DataError::NotSquare {
                file: file(),
                rows: pool.rows(),
                cols: pool.cols(),
            });
        }
        let (train, validation, test) = sizes(pool.len()).ok_or_else(|| DataError::TooFew {
            file: file(),
            found: pool.len(),
            least: LEAST,
        })?;
        let order = permutation(pool.len(), Purpose::SplitOrder, CLASSIC_SPLIT_SEED, 0);
        let (for_train, rest) = order.split_at(train);
        let (for_validation, rest) = rest.split_at(validation);
        Ok(Self::described(
            pool.subset(for_train)?,
            pool.subset(for_validation)?,
            pool.subset(&rest[..test])?,
            "chosen at random from the given files",
        ))
    }

    /// Digits as their files divide them: the training files less the last 2,000, which are for
    /// validation (a sixth of fewer than 12,000), and the test files. Without test files
    /// [`classic`](Self::classic).
    ///
    /// # Errors
    ///
    /// Those of [`classic`](Self::classic).
    pub fn published(source: &Source) -> Result<Self, DataError> {
        let (all, Some(test)) = (source.train(), source.test()) else {
            return Self::classic(source.train());
        };
        let validation = VALIDATION.min(all.len() / 6);
        let order: Vec<usize> = (0..all.len()).collect();
        let (train, last) = order.split_at(all.len() - validation);
        Ok(Self::described(
            all.subset(train)?,
            all.subset(last)?,
            test.clone(),
            "as the files divide them",
        ))
    }

    /// These digits with the validation part among those for training, 12,000 where there are
    /// enough, and the last fifth of the test part, at most 2,000, for validation: for protocols that
    /// train on all of them for a given number of epochs.
    ///
    /// ```
    /// use schur_data::Split;
    ///
    /// let split = Split::embedded()?.with_all_for_training()?;
    /// let sizes = [&split.train, &split.validation, &split.test].map(|part| part.len());
    /// assert_eq!(sizes, [12_000, 1_000, 4_000]);
    /// # Ok::<(), schur_data::DataError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None for a split of one set of digits.
    pub fn with_all_for_training(&self) -> Result<Self, DataError> {
        let tested = self.test.len() - (self.test.len() / 5).min(VALIDATION);
        let order: Vec<usize> = (0..self.test.len()).collect();
        let (test, validation) = order.split_at(tested);
        Ok(Self::described(
            self.train.followed_by(&self.validation)?,
            self.test.subset(validation)?,
            self.test.subset(test)?,
            "of the same files, none for validation among those for training",
        ))
    }

    fn described(train: Pictures, validation: Pictures, test: Pictures, origin: &str) -> Self {
        let sizes = [train.len(), validation.len(), test.len()];
        let verdict = if sizes == [TRAIN, VALIDATION, TEST] {
            "the sizes of the classic rotated-MNIST protocol".to_owned()
        } else {
            format!(
                "which deviates from the classic rotated-MNIST protocol ({} / {} / {})",
                grouped(TRAIN),
                grouped(VALIDATION),
                grouped(TEST)
            )
        };
        let [a, b, c] = sizes.map(grouped);
        Self {
            train,
            validation,
            test,
            description: format!(
                "{a} training, {b} validation and {c} test digits {origin}, {verdict}."
            ),
        }
    }
}

/// Sizes of training, validation and test part for `n` digits, None for too few.
fn sizes(n: usize) -> Option<(usize, usize, usize)> {
    let fitting = TRAIN + VALIDATION;
    if n < LEAST {
        None
    } else if n >= fitting + LEAST_TEST {
        Some((TRAIN, VALIDATION, TEST.min(n - fitting)))
    } else {
        let fitting = n * 7 / 10;
        let validation = fitting / 6;
        Some((fitting - validation, validation, n - fitting))
    }
}

/// A number with commas between groups of three digits.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_at_the_limits() {
        assert_eq!(sizes(29), None);
        assert_eq!(sizes(30), Some((18, 3, 9)));
        assert_eq!(sizes(16_999), Some((9_916, 1_983, 5_100)));
        assert_eq!(sizes(17_000), Some((10_000, 2_000, 5_000)));
        assert_eq!(sizes(60_000), Some((10_000, 2_000, 48_000)));
        assert_eq!(sizes(61_999), Some((10_000, 2_000, 49_999)));
        assert_eq!(sizes(62_000), Some((10_000, 2_000, 50_000)));
        assert_eq!(sizes(70_000), Some((10_000, 2_000, 50_000)));
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let text = [0, 999, 1_000, 48_000, 1_234_567].map(grouped);
        assert_eq!(text, ["0", "999", "1,000", "48,000", "1,234,567"]);
    }
}
