//! Equivariant kernels on a point of the hexagonal lattice and its six neighbours.

use crate::error::MathError;
use crate::kernel::lattice::KernelEntry;
use crate::kernel::union::independent;
use crate::matrix::Matrix;
use crate::representation::PlanarRepresentation;
use crate::tolerance::KERNEL_ENTRY;

/// Turns of the hexagonal lattice.
const TURNS: usize = 6;

/// Taps of a square of 3 x 3.
const SIDE: i64 = 3;

/// The offset (row, column) on the hexagonal lattice after a turn by 60° counter-clockwise.
///
/// Columns lie along the x axis, and rows are skewed: one row further lies at -60°, so that the
/// neighbours of a point are (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1) and (1, 0).
///
/// ```
/// use schur_math::hexagonal_turn;
///
/// // The direction of the rows becomes that of the columns.
/// assert_eq!(hexagonal_turn([1, 0]), [0, 1]);
/// assert_eq!((0..6).fold([2, -1], |place, _| hexagonal_turn(place)), [2, -1]);
/// ```
#[must_use]
pub fn hexagonal_turn([row, column]: [i64; 2]) -> [i64; 2] {
    [-column, row + column]
}

/// The complete basis of the kernels `$K(g t) = \rho_\mathrm{out}(g)\, K(t)\, \rho_\mathrm{in}(g)^{-1}$`
/// on a point of the hexagonal lattice and its six neighbours, of the rotations of this lattice: C1,
/// C2, C3 or C6 (Hoogeboom, Peters, Cohen & Welling 2018).
///
/// Taps are those of a square of 3 x 3 in the skewed coordinates of [`hexagonal_turn`], row by row from
/// the top; the corners (-1, -1) and (1, 1), which are no neighbours, have no entries. Elements are the
/// orbits of one entry at one tap, and at the centre those that do not depend on each other.
///
/// ```
/// use schur_math::{PlanarGroup, PlanarRepresentation, hexagonal_kernels};
///
/// let c6 = PlanarGroup::parse("C6")?;
/// let (scalar, regular) = (PlanarRepresentation::trivial(&c6), PlanarRepresentation::regular(&c6)?);
/// // One number at the centre and one around it; between regular fields one filter of seven taps per
/// // component of the input.
/// assert_eq!(hexagonal_kernels(&scalar, &scalar)?.len(), 2);
/// assert_eq!(hexagonal_kernels(&regular, &regular)?.len(), 7 * 6);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the representations are of different groups, or of one that has mirrors or other rotations than
/// the lattice.
pub fn hexagonal_kernels(
    out: &PlanarRepresentation,
    input: &PlanarRepresentation,
) -> Result<Vec<Vec<KernelEntry>>, MathError> {
    let group = input.group();
    let rotations = group.rotations().filter(|n| TURNS.is_multiple_of(*n));
    let (Some(order), false) = (rotations, group.has_mirrors()) else {
        return Err(MathError::geometry(
            "kernels on the hexagonal lattice",
            group.name(),
            "the group does not consist of rotations of the lattice",
            "use C1, C2, C3 or C6",
        ));
    };
    let elements = group.elements().unwrap_or_default();
    let matrices = |rho: &PlanarRepresentation| -> Result<Vec<Matrix>, MathError> {
        elements.iter().map(|g| rho.matrix(g)).collect()
    };
    let (outs, inputs) = (matrices(out)?, matrices(input)?);
    let step = TURNS / order;
    // One neighbour of every orbit, then the centre.
    let mut taps = vec![[0, 1]];
    while taps.len() < step {
        taps.push(hexagonal_turn(taps[taps.len() - 1]));
    }
    taps.push([0, 0]);
    let mut kernels = Vec::new();
    for first in taps {
        for row in 0..out.dim() {
            for column in 0..input.dim() {
                let mut values = vec![0.0; 9 * out.dim() * input.dim()];
                let mut tap = first;
                for (a, b) in outs.iter().zip(&inputs) {
                    let number = (tap[0] + 1) * SIDE + tap[1] + 1;
                    for o in 0..out.dim() {
                        for i in 0..input.dim() {
                            // The matrices are orthogonal.
                            let value = a.row(o)[row] * b.row(i)[column];
                            let place = (o * input.dim() + i) * 9 + number as usize;
                            values[place] += value;
                        }
                    }
                    tap = (0..step).fold(tap, |tap, _| hexagonal_turn(tap));
                }
                let entries = values.into_iter().enumerate();
                let kernel: Vec<KernelEntry> = entries
                    .filter(|(_, value)| value.abs() > KERNEL_ENTRY)
                    .map(|(place, value)| KernelEntry {
                        out: place / 9 / input.dim(),
                        input: place / 9 % input.dim(),
                        tap: place % 9,
                        value,
                    })
                    .collect();
                if !kernel.is_empty() {
                    kernels.push(kernel);
                }
            }
        }
    }
    Ok(independent(kernels))
}
