//! Which isometries of the chart are isometries of the surface.

use schur_math::PlaneIsometry;

use super::{Atlas, is_inverse};

impl Atlas {
    /// Whether an isometry of a chart, taken about its centre, maps the surface to itself: of one
    /// chart, mirrors and turns that permute its cells, bring seams to seams and turn their
    /// transports alike. The identity always does.
    pub(crate) fn is_kept_by(&self, g: &PlaneIsometry) -> bool {
        if *g == PlaneIsometry::IDENTITY {
            return true;
        }
        let Some(matrix) = g.lattice_matrix() else {
            return false;
        };
        let exchanged = matrix[0][0] == 0;
        if self.edges.len() != 1 || (exchanged && self.rows != self.columns) {
            return false;
        }
        // A transport t becomes g t g⁻¹.
        let conjugate = |t: &PlaneIsometry| g.compose(t).compose(&g.inverse()).inverse();
        (0..4).all(|side| {
            let (cells, [down, right]) = self.along(side);
            cells.into_iter().all(|[row, column]| {
                let beyond = [row + down, column + right];
                let [i, j] = self.moved_place(matrix, beyond);
                match (self.cell(0, beyond[0], beyond[1]), self.cell(0, i, j)) {
                    (None, None) => true,
                    (Some((cell, t)), Some((found, u))) => {
                        let place = [cell / self.columns, cell % self.columns];
                        let [i, j] = self.moved_place(matrix, place.map(|index| index as i64));
                        self.cell(0, i, j).map(|(cell, _)| cell) == Some(found)
                            && is_inverse(&u, &conjugate(&t))
                    }
                    _ => false,
                }
            })
        })
    }

    /// Where an integer matrix on (x, y) about the centre of a chart brings (row, column).
    fn moved_place(&self, [[a, b], [c, d]]: [[i32; 2]; 2], [row, column]: [i64; 2]) -> [i64; 2] {
        let [rows, columns] = [self.rows as i64 - 1, self.columns as i64 - 1];
        // Twice the coordinates, which are whole.
        let (x, y) = (2 * column - columns, rows - 2 * row);
        let of = |a: i32, b: i32| i64::from(a) * x + i64::from(b) * y;
        [(rows - of(c, d)) / 2, (of(a, b) + columns) / 2]
    }
}
