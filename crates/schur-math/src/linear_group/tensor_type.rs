//! Types of tensors over the space that a group of matrices acts on.

use std::fmt;
use std::str::FromStr;

use crate::error::MathError;

/// Copies of one kind of tensors: `multiplicity` times `T(p, q) = V^⊗p ⊗ V*^⊗q`.
///
/// ```
/// use schur_math::{TensorTerm, TensorType};
///
/// let term = TensorTerm { multiplicity: 2, vectors: 1, covectors: 1 };
/// assert_eq!(TensorType::new(&[term]).to_string(), "2 T(1, 1)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TensorTerm {
    /// Number of copies.
    pub multiplicity: usize,
    /// Number `p` of factors `V`.
    pub vectors: usize,
    /// Number `q` of factors `V*`.
    pub covectors: usize,
}

impl TensorTerm {
    /// For every mode of one copy whether it is a covector.
    pub(super) fn modes(&self) -> Vec<bool> {
        let mut modes = vec![false; self.vectors];
        modes.resize(self.vectors + self.covectors, true);
        modes
    }
}

/// A direct sum of tensors, such as `10 T(1) + 5 T(2)`. `T(0)` are scalars.
///
/// Its vectors list term after term and copy after copy; the entries of a tensor stand in
/// row-major order, first the vector modes, then those of covectors.
///
/// ```
/// use schur_math::TensorType;
///
/// let features: TensorType = "10T(1) + 5T(2)".parse()?;
/// assert_eq!(features.dim(5)?, 10 * 5 + 5 * 25);
/// assert_eq!(features.to_string(), "10 T(1) + 5 T(2)");
/// assert!("10 T(1) +".parse::<TensorType>().is_err());
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TensorType {
    terms: Vec<TensorTerm>,
}

impl TensorType {
    /// The direct sum of some terms, in this order.
    pub fn new(terms: &[TensorTerm]) -> Self {
        let terms = terms.to_vec();
        Self { terms }
    }

    /// One copy of `T(p, q)`.
    pub fn tensor(vectors: usize, covectors: usize) -> Self {
        Self::new(&[TensorTerm {
            multiplicity: 1,
            vectors,
            covectors,
        }])
    }

    /// The terms.
    pub fn terms(&self) -> &[TensorTerm] {
        &self.terms
    }

    /// Largest order `p + q` of a tensor.
    pub const MAX_ORDER: usize = 1024;

    /// Dimension over vectors of dimension `d`: `Σ multiplicity · d^(p + q)`.
    ///
    /// # Errors
    ///
    /// If that is no machine number or an order is above [`MAX_ORDER`](Self::MAX_ORDER).
    pub fn dim(&self, d: usize) -> Result<usize, MathError> {
        let size = |term: &TensorTerm| {
            let order = term.vectors.checked_add(term.covectors)?;
            let order = u32::try_from(order)
                .ok()
                .filter(|_| order <= Self::MAX_ORDER)?;
            d.checked_pow(order)?.checked_mul(term.multiplicity)
        };
        let mut terms = self.terms.iter();
        let total = terms.try_fold(0usize, |sum, term| sum.checked_add(size(term)?));
        total.ok_or_else(|| MathError::TooLarge {
            what: format!("a vector of type {self} over {d} dimensions"),
            numbers: "too many".to_string(),
            max: usize::MAX,
            remedy: "tensors of lower order",
        })
    }
}

impl fmt::Display for TensorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return f.write_str("0");
        }
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_str(" + ")?;
            }
            if term.multiplicity != 1 {
                write!(f, "{} ", term.multiplicity)?;
            }
            match term.covectors {
                0 => write!(f, "T({})", term.vectors)?,
                q => write!(f, "T({}, {q})", term.vectors)?,
            }
        }
        Ok(())
    }
}

impl FromStr for TensorType {
    type Err = MathError;

    fn from_str(text: &str) -> Result<Self, MathError> {
        if text.trim() == "0" {
            return Ok(Self::new(&[]));
        }
        let terms: Result<Vec<TensorTerm>, String> = text.split('+').map(parse_term).collect();
        let terms = terms.map_err(|problem| MathError::TensorType {
            text: text.to_string(),
            problem,
        })?;
        Ok(Self { terms })
    }
}

fn parse_term(text: &str) -> Result<TensorTerm, String> {
    let text = text.trim();
    let (multiplicity, rest) = text
        .split_once('T')
        .ok_or_else(|| format!("the term {text:?} has no T"))?;
    let number = |text: &str| {
        let text = text.trim();
        let parsed: Result<usize, _> = text.parse();
        parsed.map_err(|_| format!("{text:?} is no number"))
    };
    let multiplicity = match multiplicity.trim() {
        "" => 1,
        other => number(other)?,
    };
    let inside = rest
        .trim()
        .strip_prefix('(')
        .and_then(|r| r.strip_suffix(')'));
    let inside = inside.ok_or_else(|| format!("{text:?} has no brackets after T"))?;
    let (vectors, covectors) = match inside.split_once(',') {
        Some((p, q)) => (number(p)?, number(q)?),
        None => (number(inside)?, 0),
    };
    Ok(TensorTerm {
        multiplicity,
        vectors,
        covectors,
    })
}
