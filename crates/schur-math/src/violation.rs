//! What a law returns.

use std::fmt;

use thiserror::Error;

/// The laws this crate checks.
///
/// ```
/// use schur_math::laws::Law;
///
/// assert_eq!(Law::ActionIdentity.to_string(), "action identity");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Law {
    /// Products are elements.
    Closure,
    /// `e g = g e = g`.
    Identity,
    /// `g g⁻¹ = g⁻¹ g = e`.
    Inverse,
    /// `(g h) k = g (h k)`.
    Associativity,
    /// `f(g h) = f(g) f(h)` for a map of groups.
    GroupHomomorphism,
    /// Elements move points to points.
    ActionClosure,
    /// `e x = x`.
    ActionIdentity,
    /// `g (h x) = (g h) x`.
    ActionCompatibility,
    /// `|orbit| · |stabiliser| = |G|`.
    OrbitStabilizer,
    /// `ρ(g) ρ(h) = ρ(g h)` and `ρ(e) = 1`.
    Homomorphism,
    /// `ρ(g)ᵀ ρ(g) = 1`.
    Orthogonality,
    /// `T ρ(g) = σ(g) T`.
    Intertwining,
    /// `K(g x) = ρ_out(g) K(x) ρ_in(g)⁻¹` for a kernel.
    Steerability,
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closure => "closure",
            Self::Identity => "identity",
            Self::Inverse => "inverse",
            Self::Associativity => "associativity",
            Self::GroupHomomorphism => "group homomorphism",
            Self::ActionClosure => "action closure",
            Self::ActionIdentity => "action identity",
            Self::ActionCompatibility => "action compatibility",
            Self::OrbitStabilizer => "orbit-stabiliser theorem",
            Self::Homomorphism => "homomorphism",
            Self::Orthogonality => "orthogonality",
            Self::Intertwining => "intertwining",
            Self::Steerability => "steerability",
        })
    }
}

/// A law that holds.
///
/// ```
/// use schur_math::{Group, laws};
///
/// let report = laws::identity(Group::parse("D3")?.table())?;
/// assert_eq!((report.cases, report.worst), (6, 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LawReport {
    /// The law.
    pub law: Law,
    /// How many cases were looked at; never zero.
    pub cases: usize,
    /// The largest defect, zero for laws on finite sets.
    pub worst: f64,
}

/// A law that fails, with a witness.
///
/// ```
/// use schur_math::laws;
///
/// let violation = laws::closure(&[vec![0, 7], vec![1, 0]]).unwrap_err();
/// assert_eq!(violation.witness, "(0, 1)");
/// ```
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{law} fails at {witness}: {explanation}")]
pub struct Violation {
    /// The law.
    pub law: Law,
    /// Where it fails: element indices, in the order of the law.
    pub witness: String,
    /// What was found there.
    pub explanation: String,
    /// The largest defect of a numerical law; infinite for a law on a finite set.
    pub worst: f64,
}

impl Violation {
    /// A failed law on a finite set.
    pub(crate) fn exact(law: Law, witness: impl fmt::Display, explanation: String) -> Self {
        Self {
            law,
            witness: witness.to_string(),
            explanation,
            worst: f64::INFINITY,
        }
    }
}

/// Counts cases and keeps the worst.
pub(crate) struct Meter {
    law: Law,
    cases: usize,
    worst: f64,
    witness: String,
}

impl Meter {
    pub(crate) fn new(law: Law) -> Self {
        Self {
            law,
            cases: 0,
            worst: 0.0,
            witness: String::new(),
        }
    }

    /// A case of a law on a finite set.
    pub(crate) fn count(&mut self) {
        self.cases += 1;
    }

    /// A case of a numerical law. Not-a-number is infinitely bad.
    pub(crate) fn look(&mut self, defect: f64, witness: impl FnOnce() -> String) {
        self.cases += 1;
        let defect = if defect.is_nan() {
            f64::INFINITY
        } else {
            defect
        };
        if defect > self.worst {
            self.worst = defect;
            self.witness = witness();
        }
    }

    pub(crate) fn finish(self, tolerance: f64) -> Result<LawReport, Violation> {
        if self.cases == 0 {
            let explanation = "there was no case to look at".to_string();
            return Err(Violation::exact(self.law, "nothing", explanation));
        }
        if self.worst > tolerance {
            return Err(Violation {
                law: self.law,
                witness: self.witness,
                explanation: format!(
                    "the largest entry is off by {:.3e}, allowed are {tolerance:.0e}",
                    self.worst
                ),
                worst: self.worst,
            });
        }
        Ok(LawReport {
            law: self.law,
            cases: self.cases,
            worst: self.worst,
        })
    }
}
