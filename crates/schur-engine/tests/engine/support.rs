//! What the checks share: random cases, comparison, derivatives.

use crate::tolerance::{FINITE_DIFFERENCE, ORACLE_F32, ORACLE_F64};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use schur_engine::reference::relative_error;
use schur_engine::{Block, ConvShape, Geometry, Layout, Scalar};

/// Number types with the error they are allowed against the `f64` oracle.
pub(crate) trait Checked: Scalar {
    const TOLERANCE: f64;
}

impl Checked for f64 {
    const TOLERANCE: f64 = ORACLE_F64;
}

impl Checked for f32 {
    const TOLERANCE: f64 = ORACLE_F32;
}

/// Rejects `got` unless it agrees with the oracle.
pub(crate) fn agree<T: Checked>(what: &str, got: &[T], want: &[f64]) -> Result<(), TestCaseError> {
    within(what, relative_error(got, want), T::TOLERANCE)
}

/// The same for sums whose terms have size 1 and may cancel: an error is measured against the
/// terms, if these are larger than every sum.
pub(crate) fn agree_as_sums<T: Checked>(
    what: &str,
    got: &[T],
    want: &[f64],
) -> Result<(), TestCaseError> {
    let got = [got, &[T::ONE]].concat();
    let want = [want, &[1.0]].concat();
    within(what, relative_error(&got, &want), T::TOLERANCE)
}

/// Rejects `got` unless it agrees with finite differences.
pub(crate) fn agree_roughly(
    what: &str,
    got: f64,
    want: f64,
    scale: f64,
) -> Result<(), TestCaseError> {
    let error = (got - want).abs() / scale;
    prop_assert!(
        error < FINITE_DIFFERENCE,
        "{what}: {got} but {want}, off by {error:e}"
    );
    Ok(())
}

fn within(what: &str, error: f64, tolerance: f64) -> Result<(), TestCaseError> {
    prop_assert!(
        error < tolerance,
        "{what} is off by {error:e} (allowed {tolerance:e})"
    );
    Ok(())
}

/// Random numbers of one case.
pub(crate) struct Source(ChaCha8Rng);

impl Source {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Numbers in [-1, 1).
    pub(crate) fn signed(&mut self, len: usize) -> Vec<f64> {
        (0..len).map(|_| self.0.random_range(-1.0..1.0)).collect()
    }

    /// Numbers in [0.5, 1.5) that `f32` holds exactly. Their sums do not cancel, so the relative
    /// error of a sum measures the summation and not the luck of the case.
    pub(crate) fn positive(&mut self, len: usize) -> Vec<f64> {
        (0..len)
            .map(|_| f64::from(self.0.random_range(0.5_f32..1.5)))
            .collect()
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0.random_range(0..limit)
    }
}

pub(crate) fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&v| v as f32).collect()
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `a + step * b`.
pub(crate) fn moved(a: &[f64], step: f64, b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + step * b).collect()
}

/// Three numbers for depth, height and width; images have `flat` for the depth.
pub(crate) fn triples(
    volume: bool,
    flat: usize,
    (low, high): (usize, usize),
) -> impl Strategy<Value = [usize; 3]> {
    let depth = if volume { low..=high } else { flat..=flat };
    (depth, low..=high, low..=high).prop_map(|(depth, height, width)| [depth, height, width])
}

/// Any small geometry of images or volumes.
pub(crate) fn geometries(volume: bool) -> impl Strategy<Value = Geometry> {
    let kernel = triples(volume, 1, (1, if volume { 5 } else { 7 }));
    let stride = prop_oneof![2 => Just([1; 3]), 1 => triples(volume, 1, (1, 3))];
    let dilation = prop_oneof![2 => Just([1; 3]), 1 => triples(volume, 1, (1, 3))];
    (kernel, stride, triples(volume, 0, (0, 4)), dilation)
        .prop_map(|(k, s, p, d)| Geometry::new(k, s, p, d).expect("all entries are positive"))
}

/// Any small convolution of images or volumes that exists, even and odd, square or not, with
/// enough places to need several tiles now and then.
pub(crate) fn shapes() -> impl Strategy<Value = ConvShape> {
    prop::bool::weighted(0.4).prop_flat_map(|volume| {
        let channels = || prop_oneof![Just(1_usize), 2..=7_usize, 8..=13_usize];
        let size = if volume {
            (1..=7_usize, 1..=7_usize, 1..=9_usize)
        } else {
            (1..=1, 1..=13, 1..=17)
        };
        let batch = 0..=if volume { 2_usize } else { 5 };
        (geometries(volume), batch, size, channels(), channels()).prop_filter_map(
            "the kernel does not fit",
            |(geometry, batch, (depth, height, width), inputs, outputs)| {
                ConvShape::new(&geometry, batch, [depth, height, width], inputs, outputs).ok()
            },
        )
    })
}

/// Layouts of one to three blocks.
pub(crate) fn layouts() -> impl Strategy<Value = Layout> {
    let block =
        (1..=4_usize, 1..=5_usize).prop_map(|(dim, multiplicity)| Block { dim, multiplicity });
    prop::collection::vec(block, 1..=3)
        .prop_map(|blocks| Layout::new(blocks).expect("all blocks have channels"))
}

#[test]
fn a_perturbed_result_is_rejected() {
    let want = Source::new(1).signed(1000);
    let mut got = want.clone();
    assert!(agree("equal", &got, &want).is_ok());
    got[517] += 1e3 * ORACLE_F64;
    assert!(agree("one entry moved", &got, &want).is_err());
    assert!(agree_as_sums("one entry moved", &got, &want).is_err());
    let mut short = narrow(&want);
    assert!(agree("rounded", &short, &want).is_ok());
    short[999] += 1e2 * ORACLE_F32 as f32;
    assert!(agree("one entry moved", &short, &want).is_err());
    short.pop();
    assert!(agree("too short", &short, &want).is_err());
    assert!(agree_roughly("slope", 1.0 + 10.0 * FINITE_DIFFERENCE, 1.0, 1.0).is_err());
}
