//! The symmetry groups of the regular polyhedra.

use super::{Family, Group, MatrixGroup};
use crate::matrix::Matrix;

/// A polyhedral point group of space, in Schoenflies' notation.
///
/// All stand in one orientation: the twofold axes of `T` are the coordinate axes, its
/// threefold axes the space diagonals; the fivefold axes of `I` are `(0, ±1, ±φ)` and its
/// cyclic permutations, with the golden ratio `φ`. So `T` is part of `O` and of `I`.
///
/// ```
/// use schur_math::{MatrixGroup, Polyhedral};
///
/// let cube = MatrixGroup::polyhedral(Polyhedral::O);
/// assert_eq!(cube.group().order(), 24);
/// // Rotations of the cube have integer matrices.
/// assert!(cube.group().elements().all(|g| cube.matrix(g).values().iter().all(|v| v.fract() == 0.0)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Polyhedral {
    /// Rotations of the tetrahedron, order 12.
    T,
    /// Rotations of the cube and the octahedron, order 24.
    O,
    /// Rotations of the icosahedron and the dodecahedron, order 60.
    I,
    /// All symmetries of the tetrahedron, order 24.
    Td,
    /// The pyritohedral group: `T` and its elements times the inversion, order 24.
    Th,
    /// All symmetries of the cube and the octahedron, order 48.
    Oh,
    /// All symmetries of the icosahedron and the dodecahedron, order 120.
    Ih,
}

impl Polyhedral {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::T,
        Self::O,
        Self::I,
        Self::Td,
        Self::Th,
        Self::Oh,
        Self::Ih,
    ];

    /// Name, such as `Oh`.
    pub fn name(self) -> &'static str {
        match self {
            Self::T => "T",
            Self::O => "O",
            Self::I => "I",
            Self::Td => "Td",
            Self::Th => "Th",
            Self::Oh => "Oh",
            Self::Ih => "Ih",
        }
    }

    /// Generators as matrices of columns `(x, y, z)`: a turn about an axis, the turn
    /// `x → y → z → x` about a space diagonal, and the inversion where it belongs to the group.
    fn generators(self) -> Vec<Matrix> {
        let half_turn = Matrix::from([[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]]);
        let quarter_turn = Matrix::from([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]);
        // The quarter turn times the inversion, without negative zeros.
        let improper = Matrix::from_fn(3, 3, |i, j| 0.0 - quarter_turn[(i, j)]);
        let diagonal = Matrix::from([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
        let inversion = Matrix::from([[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]]);
        match self {
            Self::T => vec![half_turn, diagonal],
            Self::O => vec![quarter_turn, diagonal],
            Self::I => vec![fifth_turn(), diagonal],
            Self::Td => vec![improper, diagonal],
            Self::Th => vec![half_turn, diagonal, inversion],
            Self::Oh => vec![quarter_turn, diagonal, inversion],
            Self::Ih => vec![fifth_turn(), diagonal, inversion],
        }
    }
}

impl MatrixGroup {
    /// A polyhedral group with its 3 x 3 matrices on columns `(x, y, z)`.
    pub fn polyhedral(kind: Polyhedral) -> Self {
        let (name, family) = (kind.name().to_string(), Family::Polyhedral(kind));
        let made = Self::generate_family(name, family, &kind.generators());
        made.expect("products of these seven lists of matrices are equal or clearly distinct")
    }
}

impl Group {
    /// A polyhedral group, numbered as in [`MatrixGroup::polyhedral`].
    pub fn polyhedral(kind: Polyhedral) -> Self {
        MatrixGroup::polyhedral(kind).group().clone()
    }
}

/// The turn by a fifth about the vertex `(0, 1, φ)` of the icosahedron:
/// `R = cos 1 + sin [n]× + (1 - cos) n nᵀ` with `n = (0, 1, φ)/√(2+φ)`. All its entries are
/// `±1/2`, `±φ/2` and `±(φ-1)/2`.
fn fifth_turn() -> Matrix {
    let golden = (1.0 + 5f64.sqrt()) / 2.0;
    let (half, large, small) = (0.5, golden / 2.0, (golden - 1.0) / 2.0);
    Matrix::from([
        [small, 0.0 - large, half],
        [large, half, small],
        [0.0 - half, small, large],
    ])
}
