//! The law of linear maps that commute with a group of matrices.

use super::{Law, LawReport, Violation};
use crate::linear_group::{LinearGroup, TensorType};
use crate::violation::Meter;

/// `M ρ(g) = σ(g) M` for every discrete generator, and `M dρ(A) = dσ(A) M` for every one of the
/// Lie algebra, where `M` is a `target x source` matrix, row-major.
///
/// ```
/// use schur_math::{LinearGroup, TensorType, laws};
///
/// // Lowering an index is the metric of the Lorentz group, not the identity.
/// let (lorentz, up, down) = (LinearGroup::lorentz(), TensorType::tensor(1, 0), TensorType::tensor(0, 1));
/// let diagonal = |signs: [f64; 4]| -> Vec<f64> {
///     (0..16).map(|k| if k % 5 == 0 { signs[k / 5] } else { 0.0 }).collect()
/// };
/// let at = |map: &[f64]| laws::linear_equivariance(&lorentz, &up, &down, map, 1e-14);
/// assert!(at(&diagonal([1.0, -1.0, -1.0, -1.0])).is_ok());
/// assert!(at(&diagonal([1.0; 4])).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The worst generator and basis vector of the source, if an entry is off by more than the
/// tolerance; a matrix of another size.
pub fn linear_equivariance(
    group: &LinearGroup,
    source: &TensorType,
    target: &TensorType,
    map: &[f64],
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let law = Law::Intertwining;
    let refuse = |explanation: String| Violation::exact(law, "the map", explanation);
    let dim = |tensor_type: &TensorType| {
        let dim = tensor_type.dim(group.dim());
        dim.map_err(|error| refuse(error.to_string()))
    };
    let (columns, rows) = (dim(source)?, dim(target)?);
    if Some(map.len()) != rows.checked_mul(columns) {
        let explanation = format!("it has {} numbers, not {rows} x {columns}", map.len());
        return Err(refuse(explanation));
    }
    let mut meter = Meter::new(law);
    let failed = |error: crate::MathError| refuse(error.to_string());
    for generator in 0..group.generators() {
        for column in 0..columns {
            let mut unit = vec![0.0; columns];
            unit[column] = 1.0;
            let moved = group.act(generator, source, &unit).map_err(failed)?;
            let image: Vec<f64> = (0..rows).map(|row| map[row * columns + column]).collect();
            let after = group.act(generator, target, &image).map_err(failed)?;
            let defects = map.chunks(columns).zip(&after).map(|(row, after)| {
                let before: f64 = row.iter().zip(&moved).map(|(m, v)| m * v).sum();
                (before - after).abs()
            });
            // `max` would drop what is not a number.
            let worst = defects.fold(0.0, |worst, d| if d <= worst { worst } else { d });
            let kind = if group.is_discrete(generator) {
                "discrete"
            } else {
                "Lie algebra"
            };
            meter.look(worst, || {
                format!("{kind} generator {generator}, basis vector {column}")
            });
        }
    }
    meter.finish(tolerance)
}
