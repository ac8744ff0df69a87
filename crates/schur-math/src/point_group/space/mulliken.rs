//! Mulliken's symbols in groups about an axis with an inversion or a horizontal mirror.

use std::f64::consts::{PI, TAU};

use super::{Schoenflies, SpatialGroup};
use crate::irreps::Irrep;
use crate::rotation::SpaceIsometry;
use crate::symmetry::SymmetryGroup;

/// The symbol of an irrep of `C_nh`, `D_nh`, `S_2n` and `D_nd` with odd `n`: groups that are
/// `C_n` or `D_n` times the inversion or the mirror `h` (Mulliken 1955). `None` for all others,
/// whose abstract groups have these names already.
///
/// - `A` or `B` where `r`, the turn by `2π/n`, is 1 or -1; `E_k`, or `E` where there is one
///   frequency only, where it turns a plane by `k` times that angle.
/// - In `D_n` behind that 1 or 2, where the half turn about `y` is 1 or -1. In `D2` the irreps but
///   the trivial one are `B1`, `B2` and `B3`, where the half turn about `z`, `y` and `x` is 1.
/// - At the end `g` or `u` for even and odd under the inversion, otherwise `'` or `''` for `h`.
pub(super) fn symbol(group: &SpatialGroup, irrep: &Irrep) -> Option<String> {
    let (n, has_half_turns) = match group.kind() {
        Schoenflies::Ch(n) => (n?, false),
        Schoenflies::Dh(n) => (n?, true),
        Schoenflies::S(n) if n % 4 == 2 => (n / 2, false),
        Schoenflies::Dd(n) if !n.is_multiple_of(2) => (n, true),
        _ => return None,
    };
    let rho = irrep.representation();
    let turn = |axis, angle| SpaceIsometry::from_axis_angle(axis, angle).ok();
    let trace = |g: SpaceIsometry| {
        let g = group.finite_index(&group.oriented_isometry(&g))?;
        Some(rho.character(g))
    };
    let z = [0.0, 0.0, 1.0];
    let step = TAU / n as f64;
    let r = trace(turn(z, step)?)?;
    let half_turn = if has_half_turns {
        Some(trace(turn([0.0, 1.0, 0.0], PI)?)? > 0.0)
    } else {
        None
    };
    let base = match (rho.dim(), n, half_turn) {
        (1, 2, Some(y)) => ["A", "B1", "B2", "B3"][match (r > 0.0, y) {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (false, false) => 3,
        }]
        .to_string(),
        (1, _, y) => {
            let letter = if r > 0.0 { "A" } else { "B" };
            let number = y.map_or("", |even| if even { "1" } else { "2" });
            format!("{letter}{number}")
        }
        (_, 3 | 4, _) => "E".to_string(),
        // The trace is 2 cos(2π k/n).
        _ => format!("E{}", ((r / 2.0).acos() / step).round()),
    };
    let flat = SpaceIsometry::from_axis_angle(z, PI).ok()?;
    let suffix = match trace(SpaceIsometry::INVERSION) {
        Some(trace) if trace > 0.0 => "g",
        Some(_) => "u",
        None if trace(flat.compose(&SpaceIsometry::INVERSION))? > 0.0 => "'",
        None => "''",
    };
    Some(base + suffix)
}
