//! Quaternions and 3 x 3 rotation matrices.

use super::UnitQuaternion;
use crate::error::MathError;
use crate::tolerance::ROTATION_DEFECT;

impl UnitQuaternion {
    /// The rotation matrix on column vectors `(x, y, z)`, row-major.
    pub fn rotation_matrix(&self) -> [[f64; 3]; 3] {
        let [w, x, y, z] = self.parts();
        [
            [
                w * w + x * x - y * y - z * z,
                2.0 * (x * y - w * z),
                2.0 * (x * z + w * y),
            ],
            [
                2.0 * (x * y + w * z),
                w * w - x * x + y * y - z * z,
                2.0 * (y * z - w * x),
            ],
            [
                2.0 * (x * z - w * y),
                2.0 * (y * z + w * x),
                w * w - x * x - y * y + z * z,
            ],
        ]
    }

    /// The quaternion of a rotation matrix, of the two the one whose first nonzero number is
    /// positive.
    ///
    /// Solves for the largest of the four numbers first (Shepperd 1978), so no accuracy is
    /// lost near half turns.
    ///
    /// ```
    /// use schur_math::UnitQuaternion;
    ///
    /// let q = UnitQuaternion::new(0.5, 0.5, 0.5, 0.5)?;
    /// assert!(UnitQuaternion::from_rotation_matrix(&q.rotation_matrix())?.distance(&q) < 1e-15);
    /// // A mirror is no rotation.
    /// let mirror = [[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    /// assert!(UnitQuaternion::from_rotation_matrix(&mirror).is_err());
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the matrix is not orthogonal up to
    /// [`ROTATION_DEFECT`], or its determinant is -1.
    pub fn from_rotation_matrix(matrix: &[[f64; 3]; 3]) -> Result<Self, MathError> {
        let refuse =
            |problem, remedy| MathError::geometry("a rotation matrix", matrix, problem, remedy);
        if !is_orthogonal(matrix) {
            return Err(refuse(
                "it is not orthogonal",
                "give orthonormal rows to full precision",
            ));
        }
        if determinant(matrix) < 0.0 {
            return Err(refuse(
                "its determinant is -1",
                "use SpaceIsometry for improper rotations",
            ));
        }
        Ok(shepperd(matrix))
    }
}

fn shepperd(m: &[[f64; 3]; 3]) -> UnitQuaternion {
    let trace = m[0][0] + m[1][1] + m[2][2];
    // Row i holds 4 q_i q_j for all j; the row of the largest q_i is divided least.
    let (wx, wy, wz) = (m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1]);
    let (xy, xz, yz) = (m[0][1] + m[1][0], m[0][2] + m[2][0], m[1][2] + m[2][1]);
    let rows = [
        [1.0 + trace, wx, wy, wz],
        [wx, 1.0 + 2.0 * m[0][0] - trace, xy, xz],
        [wy, xy, 1.0 + 2.0 * m[1][1] - trace, yz],
        [wz, xz, yz, 1.0 + 2.0 * m[2][2] - trace],
    ];
    let mut best = 0;
    for i in 1..4 {
        if rows[i][i] > rows[best][best] {
            best = i;
        }
    }
    let q = UnitQuaternion::normalised(rows[best]);
    let first = q.parts().into_iter().find(|&part| part != 0.0);
    if first.is_some_and(|part| part < 0.0) {
        q.negated()
    } else {
        q
    }
}

/// Whether `MᵀM = 1`; false for anything not finite.
pub(super) fn is_orthogonal(matrix: &[[f64; 3]; 3]) -> bool {
    (0..3).all(|i| {
        (0..3).all(|j| {
            let product: f64 = matrix.iter().map(|row| row[i] * row[j]).sum();
            let one = f64::from(u8::from(i == j));
            (product - one).abs() <= ROTATION_DEFECT
        })
    })
}

pub(super) fn determinant(m: &[[f64; 3]; 3]) -> f64 {
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}
