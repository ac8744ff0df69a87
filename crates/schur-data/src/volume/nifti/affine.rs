//! How the axes of a file lie in the patient.

use super::{Bytes, Places};
use crate::DataError;

/// The map from axes of the file to (x, y, z) of the patient in millimetres, row by row, and whether
/// the file knows distances.
pub(super) fn affine(of: &Bytes<'_>, places: &Places) -> Result<([[f64; 3]; 3], bool), DataError> {
    let unit = match of.bytes.get(places.units) {
        Some(_) if of.second => of.code(places.units)? & 7,
        Some(&code) => i64::from(code & 7),
        None => 0,
    };
    // Metres, millimetres (also where nothing is said), micrometres.
    let unit = match unit {
        1 => 1000.0,
        3 => 0.001,
        _ => 1.0,
    };
    let pixdim: [f64; 4] = of.reals(places.pixdim)?;
    let length = |axis: usize| match pixdim[axis + 1].abs() {
        length if length.is_finite() && length > 0.0 => unit * length,
        _ => 1.0,
    };
    let spaced = (1..4).all(|i| pixdim[i].is_finite() && pixdim[i] != 0.0);
    let width = if of.second { 8 } else { 4 };
    if of.code(places.sform)? > 0 {
        let mut map = [[0.0; 3]; 3];
        for (row, line) in map.iter_mut().enumerate() {
            let four: [f64; 4] = of.reals(places.rows + 4 * width * row)?;
            *line = [0, 1, 2].map(|axis| unit * four[axis]);
        }
        let lengths = [0, 1, 2].map(|axis| column_length(&map, axis));
        if lengths.iter().all(|n| n.is_finite() && *n > 0.0) {
            return Ok((map, true));
        }
    }
    let diagonal = [0, 1, 2].map(length);
    if of.code(places.qform)? > 0 {
        let [b, c, d] = of.reals(places.quaternion)?;
        let a = (1.0 - b * b - c * c - d * d).max(0.0).sqrt();
        let factor = if pixdim[0] < 0.0 { -1.0 } else { 1.0 };
        let rotation = [
            [
                a * a + b * b - c * c - d * d,
                2.0 * (b * c - a * d),
                2.0 * (b * d + a * c),
            ],
            [
                2.0 * (b * c + a * d),
                a * a + c * c - b * b - d * d,
                2.0 * (c * d - a * b),
            ],
            [
                2.0 * (b * d - a * c),
                2.0 * (c * d + a * b),
                a * a + d * d - b * b - c * c,
            ],
        ];
        let scale = [diagonal[0], diagonal[1], factor * diagonal[2]];
        let map = rotation.map(|row| [0, 1, 2].map(|axis| row[axis] * scale[axis]));
        if map.iter().flatten().all(|v| v.is_finite()) {
            return Ok((map, spaced));
        }
    }
    let [x, y, z] = diagonal;
    Ok(([[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, z]], spaced))
}

fn column_length(map: &[[f64; 3]; 3], axis: usize) -> f64 {
    map.iter()
        .map(|row| row[axis] * row[axis])
        .sum::<f64>()
        .sqrt()
}

/// For z, y and x the axis of the file that runs most nearly along it, the distance of neighbours, and
/// whether it runs against ours: slices along z, rows against y, columns along x.
pub(super) fn axes(map: &[[f64; 3]; 3]) -> [(usize, f64, bool); 3] {
    const ORDERS: [[usize; 3]; 6] = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    // How well the axes of the file for x, y and z fit.
    let fit = |order: &[usize; 3]| -> f64 {
        let along = |world: usize| {
            let axis = order[world];
            (map[world][axis] / column_length(map, axis)).abs()
        };
        (0..3).map(along).sum()
    };
    let better = |best: [usize; 3], order: [usize; 3]| {
        if fit(&order) > fit(&best) {
            order
        } else {
            best
        }
    };
    let order = ORDERS.into_iter().fold(ORDERS[0], better);
    [2, 1, 0].map(|world| {
        let axis = order[world];
        let along = map[world][axis] >= 0.0;
        (axis, column_length(map, axis), along == (world == 1))
    })
}
