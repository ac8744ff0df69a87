//! In which numbers the products of a plan are taken.

use std::fmt;
use std::str::FromStr;

use super::ConvPlan;
use crate::EngineError;
use crate::cpu::bf16;

/// The numbers that matrix products of `f32` multiply. Sums, transforms and everything else are in
/// `f32` in both cases, and calls in `f64` take no notice.
///
/// ```
/// use schur_engine::Precision;
/// assert_eq!(Precision::default(), Precision::F32);
/// assert_eq!("bf16".parse(), Ok(Precision::Bf16));
/// assert_eq!(Precision::Bf16.to_string(), "bf16");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// As they are.
    #[default]
    F32,
    /// Rounded to bf16 (the 8 bits of exponent of `f32`, 7 bits of fraction: a relative error of up to
    /// 2^-9), two at a time. The input gradient of a convolution in blocks with a stride, and banks
    /// of filters, stay in `f32`.
    Bf16,
}

impl Precision {
    /// Numbers that an instruction multiplies at once, for one of `f32`.
    pub(super) fn at_once(self) -> u128 {
        match self {
            Self::F32 => 1,
            Self::Bf16 => 2,
        }
    }

    /// Whether this processor has instructions for such products (for bf16 AVX512-BF16). Without
    /// them results are the same, up to numbers below 1.2e-38, and slower than in `f32`.
    #[must_use]
    pub fn in_hardware(self) -> bool {
        match self {
            Self::F32 => true,
            Self::Bf16 => bf16::in_hardware(),
        }
    }
}

impl FromStr for Precision {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self, EngineError> {
        match text {
            "f32" => Ok(Self::F32),
            "bf16" => Ok(Self::Bf16),
            _ => Err(EngineError::UnknownPrecision(text.to_string())),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        })
    }
}

impl ConvPlan {
    /// The numbers that products multiply.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// This plan with other products, on the paths that cost least with them. Weights that were
    /// prepared before are run as they were prepared.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self.choose();
        self
    }
}
