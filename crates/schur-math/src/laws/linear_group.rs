//! The law of linear maps that commute with a group of matrices.

use super::{Law, LawReport, Violation};
use crate::linear_group::{LinearGroup, TensorType};
use crate::matrix::Matrix;
use crate::violation::Meter;

/// `M ρ(g) = σ(g) M` for every discrete generator, and `M dρ(A) = dσ(A) M` for every one of the
/// Lie algebra, where `M` is a `target x source` matrix.
///
/// ```
/// use schur_math::{LinearGroup, Matrix, TensorType, laws};
///
/// // Lowering an index is the metric of the Lorentz group, not the identity.
/// let (lorentz, up, down) = (LinearGroup::lorentz(), TensorType::tensor(1, 0), TensorType::tensor(0, 1));
/// let at = |map: &Matrix| laws::linear_equivariance(&lorentz, &up, &down, map, 1e-14);
/// let mut metric = Matrix::identity(4).scaled(-1.0);
/// metric[(0, 0)] = 1.0;
/// assert!(at(&metric).is_ok() && at(&Matrix::identity(4)).is_err());
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
    map: &Matrix,
    tolerance: f64,
) -> Result<LawReport, Violation> {
    let law = Law::Intertwining;
    let refuse = |explanation: String| Violation::exact(law, "the map", explanation);
    let dim = |tensor_type: &TensorType| {
        let dim = tensor_type.dim(group.dim());
        dim.map_err(|error| refuse(error.to_string()))
    };
    let (columns, rows) = (dim(source)?, dim(target)?);
    if (map.rows(), map.cols()) != (rows, columns) {
        let explanation = format!(
            "it is {} x {}, not {rows} x {columns}",
            map.rows(),
            map.cols()
        );
        return Err(refuse(explanation));
    }
    let mut meter = Meter::new(law);
    let failed = |error: crate::MathError| refuse(error.to_string());
    for generator in 0..group.generators() {
        for column in 0..columns {
            let mut unit = vec![0.0; columns];
            unit[column] = 1.0;
            let moved = group.act(generator, source, &unit).map_err(failed)?;
            let after = group
                .act(generator, target, &map.column(column))
                .map_err(failed)?;
            let defects = map.apply(&moved).into_iter().zip(&after);
            let defects = defects.map(|(before, after)| (before - after).abs());
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
