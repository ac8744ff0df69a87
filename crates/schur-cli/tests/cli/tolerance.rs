//! Tolerances of these tests, named.

/// Probabilities that must agree up to f32 round-off in a network of a few layers.
pub(crate) const PROBABILITY: f64 = 1e-5;

/// Probabilities of the same ink drawn bright and dark: only the rounding of pixels differs.
pub(crate) const POLARITY: f64 = 0.01;

/// A defect at an angle outside the group is far above round-off.
pub(crate) const NOT_EXACT: f64 = 1e-3;

/// Change of a found angle by a quarter turn, in degrees, where it should be none: arc tangents of
/// components that are exact to 1e-5, of vectors that may be a tenth of their usual length.
pub(crate) const QUARTER_DEGREES: f64 = 1e-2;

/// Share of pixels of a mask that a quarter turn may change: those whose two logits are equal up
/// to round-off.
pub(crate) const CHANGED_PIXELS: f64 = 1e-4;

/// The defect that `draw features` prints for elements that permute pixels: round-off in f32 of a
/// few layers.
pub(crate) const DRAWN_DEFECT: f64 = 1e-5;

/// What a quarter turn may change of a mask, as part of its pixels: none of some hundred but for
/// logits that are equal up to round-off.
pub(crate) const QUARTER_IOU: f64 = 0.02;

/// Relative difference of losses over six epochs in `f32` and in bf16, whose products are off by up to
/// 2^-8.
pub(crate) const LOSS_BF16: f64 = 0.1;

/// Relative difference of losses over six epochs by two paths that round differently: measured 4e-8,
/// which some forty steps enlarge more on other processors.
pub(crate) const LOSS: f64 = 1e-5;

/// Probabilities by the program in the book, where a pixel may be rounded to the next value: in 100
/// pictures 8e-4 at most; other rules of making pictures small change them by a few hundredths.
pub(crate) const BOOK: f64 = 2e-3;

/// Standardised numbers and vectors, which are about 1, by a network of a few layers before and after an
/// exact turn: round-off in f32, enlarged by gains of the order of 10.
pub(crate) const STANDARDISED: f64 = 1e-4;

/// The same in the units of a table whose numbers are at most 10.
pub(crate) const VALUES: f64 = 1e-3;

/// Mean error of a pose in degrees that was learnt in a few epochs, where guessing has 90 of images and 126.5
/// of volumes.
pub(crate) const POSE: f64 = 60.0;
