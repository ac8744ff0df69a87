//! Which irreps a representation contains.

use super::irreps;
use crate::error::MathError;
use crate::finite_representation::FiniteRepresentation;
use crate::tolerance::MULTIPLICITY;

/// The irreps in a representation, as (index in [`irreps`], multiplicity > 0).
///
/// By Schur's lemma the multiplicity of `ψ` in `ρ` is `<χ_ρ, χ_ψ>` divided by the dimension of
/// the endomorphism algebra of `ψ`.
///
/// ```
/// use schur_math::{Group, FiniteRepresentation, decompose};
///
/// // The regular representation of C4 contains A, B and E1 once each.
/// let regular = FiniteRepresentation::regular(&Group::parse("C4")?);
/// assert_eq!(decompose(&regular)?, [(0, 1), (1, 1), (2, 1)]);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the matrices are so inaccurate that a multiplicity is no integer.
pub fn decompose(representation: &FiniteRepresentation) -> Result<Vec<(usize, usize)>, MathError> {
    let irreps = irreps(representation.group());
    let mut parts = Vec::new();
    for (index, irrep) in irreps.iter().enumerate() {
        let inner = representation.inner_product(irrep.representation())?;
        let multiplicity = inner / irrep.endomorphism_type().dim() as f64;
        if (multiplicity - multiplicity.round()).abs() > MULTIPLICITY {
            return Err(MathError::Multiplicity {
                irrep: irrep.name().to_string(),
                representation: representation.name().to_string(),
                multiplicity,
            });
        }
        let multiplicity = multiplicity.round() as usize;
        if multiplicity > 0 {
            parts.push((index, multiplicity));
        }
    }
    Ok(parts)
}
