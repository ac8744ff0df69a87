//! Finite groups of orthogonal matrices of space, and how they act on taps, filters and fields.
//!
//! Axes are depth, height and width. Taps are counted row-major, with the origin in the middle.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use schur_engine::symmetry::{Columns, Irrep};
use schur_math::{EndomorphismType, MatrixGroup, irreps};

use crate::tolerance::SAME_MATRIX;

/// A matrix of space, row-major.
type Matrix = [f64; 9];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
/// The quarter turn in the plane of height and width, and its square.
const TURN: Matrix = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0];
const HALF_TURN: Matrix = [1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0];
/// The mirror of the width, and that of the height.
const MIRROR: Matrix = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, -1.0];
const UPSIDE_DOWN: Matrix = [1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0];
/// The turn about the diagonal of the cube.
const CYCLE: Matrix = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
const INVERSION: Matrix = [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0];

/// The turn by `1/n` in the plane of height and width.
fn turn(n: usize) -> Matrix {
    let (s, c) = (std::f64::consts::TAU / n as f64).sin_cos();
    [1.0, 0.0, 0.0, 0.0, c, -s, 0.0, s, c]
}

/// The turn of the icosahedron by a fifth about an axis through `(0, 1, golden ratio)`, which with
/// the even permutations and signs generates all 60.
fn fifth() -> Matrix {
    let golden = (1.0 + 5.0_f64.sqrt()) / 2.0;
    let (a, b, c) = (0.5, golden / 2.0, (golden - 1.0) / 2.0);
    [c, -b, a, b, a, c, -a, c, b]
}

fn generators(name: &str) -> Vec<Matrix> {
    match name {
        "C1" => vec![IDENTITY],
        "C2" => vec![HALF_TURN],
        "C4" => vec![TURN],
        "C8" => vec![turn(8)],
        "D1" => vec![MIRROR],
        "D1@0" => vec![UPSIDE_DOWN],
        "D2" => vec![HALF_TURN, MIRROR],
        "D4" => vec![TURN, MIRROR],
        "D8" => vec![turn(8), MIRROR],
        "Ci" => vec![INVERSION],
        "C3" => vec![CYCLE],
        "S4" => vec![multiply(&TURN, &INVERSION)],
        "D2h" => vec![HALF_TURN, MIRROR, INVERSION],
        "T" => vec![HALF_TURN, CYCLE],
        "Th" => vec![HALF_TURN, CYCLE, INVERSION],
        "O" => vec![TURN, CYCLE],
        "Oh" => vec![TURN, CYCLE, INVERSION],
        "I" => vec![HALF_TURN, CYCLE, fifth()],
        _ => panic!("no group {name}"),
    }
}

/// A finite group of matrices of space.
#[derive(Debug)]
pub(crate) struct PointGroup {
    pub(crate) name: String,
    pub(crate) matrices: Vec<Matrix>,
    pub(crate) irreps: Vec<Irrep>,
    /// Numbers of products.
    table: Vec<Vec<usize>>,
}

impl PointGroup {
    /// The group of this name; made once.
    pub(crate) fn named(name: &str) -> Arc<Self> {
        static KNOWN: OnceLock<Mutex<HashMap<String, Arc<PointGroup>>>> = OnceLock::new();
        let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap();
        let group = known.entry(name.to_string());
        group
            .or_insert_with(|| Arc::new(Self::generate(name, &generators(name))))
            .clone()
    }

    fn generate(name: &str, generators: &[Matrix]) -> Self {
        let square = |m: &Matrix| schur_math::Matrix::new(3, 3, m.to_vec()).unwrap();
        let generators: Vec<_> = generators.iter().map(square).collect();
        let closed = MatrixGroup::generate(name, &generators).unwrap();
        let group = closed.group();
        let elements = || group.elements();
        let matrices = elements().map(|g| Matrix::try_from(closed.matrix(g).values()).unwrap());
        let irreps = irreps(group).into_iter().map(|irrep| {
            let rho = irrep.representation();
            Irrep {
                dim: rho.dim(),
                complex: irrep.endomorphism_type() == EndomorphismType::Complex,
                matrices: elements().map(|g| rho.matrix(g).into_values()).collect(),
            }
        });
        Self {
            name: name.to_string(),
            matrices: matrices.collect(),
            irreps: irreps.collect(),
            table: elements()
                .map(|g| elements().map(|h| group.compose(g, h).index()).collect())
                .collect(),
        }
    }

    /// The elements that permute the taps of a kernel as a group, and which elements they are.
    pub(crate) fn on_taps(&self, kernel: [usize; 3]) -> (Self, Vec<usize>) {
        self.part("on taps", |g| permutation_of_taps(g, kernel).is_some())
    }

    /// The elements that only mirror axes as a group, and which elements they are.
    pub(crate) fn mirrors(&self) -> (Self, Vec<usize>) {
        self.part("signs", |g| {
            let beside = |i: usize| i.is_multiple_of(4) || g[i].abs() < SAME_MATRIX;
            (0..9).all(beside)
        })
    }

    /// The elements that satisfy a condition as a group, and which elements they are.
    fn part(&self, what: &str, condition: impl Fn(&Matrix) -> bool) -> (Self, Vec<usize>) {
        let fitting: Vec<Matrix> = self.matrices.iter().copied().filter(condition).collect();
        let fitting = Self::generate(&format!("{} {what}", self.name), &fitting);
        let index = |g: &Matrix| self.matrices.iter().position(|h| same(g, h)).unwrap();
        let indices = fitting.matrices.iter().map(index).collect();
        (fitting, indices)
    }

    /// Matrices of all elements on the components of a field.
    pub(crate) fn field(&self, name: &str) -> Vec<Columns> {
        let dense = |dim: usize, matrix: &dyn Fn(usize) -> Vec<f64>| -> Vec<Columns> {
            let all = 0..self.matrices.len();
            all.map(|g| columns(&matrix(g), dim)).collect()
        };
        match name {
            "trivial" => dense(1, &|_| vec![1.0]),
            "vector" => dense(3, &|g| self.matrices[g].to_vec()),
            "mixed" => dense(4, &|g| {
                let hidden = direct_sum(&[1.0], &self.matrices[g]);
                turned(&hidden, &reflection(4), 4)
            }),
            "regular" => {
                let image = |g: usize, h: usize| vec![(self.table[g][h], 1.0)];
                let all = 0..self.matrices.len();
                all.map(|g| (0..self.matrices.len()).map(|h| image(g, h)).collect())
                    .collect()
            }
            _ => {
                let index: usize = name.strip_prefix("irrep ").unwrap().parse().unwrap();
                let irrep = &self.irreps[index % self.irreps.len()];
                dense(irrep.dim, &|g| irrep.matrices[g].clone())
            }
        }
    }
}

/// How an element moves the taps of a kernel, if it maps them to each other.
pub(crate) fn permutation_of_taps(g: &Matrix, kernel: [usize; 3]) -> Option<Columns> {
    let taps = kernel.iter().product::<usize>();
    let move_tap = |tap: usize| {
        let from = centred(tap, kernel);
        let mut image = 0;
        for axis in 0..3 {
            let to: f64 = (0..3).map(|k| g[3 * axis + k] * from[k]).sum();
            // Twice the distance from the middle, which is whole.
            let doubled = 2.0 * to + kernel[axis] as f64 - 1.0;
            let place = (doubled / 2.0).round();
            let inside = place >= 0.0 && place < kernel[axis] as f64;
            if !inside || (2.0 * place - doubled).abs() > SAME_MATRIX {
                return None;
            }
            image = image * kernel[axis] + place as usize;
        }
        Some(vec![(image, 1.0)])
    };
    (0..taps).map(move_tap).collect()
}

/// Where a tap lies from the middle of its kernel.
pub(crate) fn centred(tap: usize, [depth, height, width]: [usize; 3]) -> [f64; 3] {
    let index = [tap / width / height, tap / width % height, tap % width];
    let sizes = [depth, height, width];
    std::array::from_fn(|axis| index[axis] as f64 - (sizes[axis] as f64 - 1.0) / 2.0)
}

/// The columns of a square matrix.
pub(crate) fn columns(matrix: &[f64], dim: usize) -> Columns {
    let column = |j: usize| {
        let entries = (0..dim).map(|i| (i, matrix[i * dim + j]));
        entries
            .filter(|entry| entry.1.abs() > SAME_MATRIX)
            .collect()
    };
    (0..dim).map(column).collect()
}

/// A full symmetric orthogonal matrix: the mirror whose normal is `(1, 2, 3, ...)`.
pub(crate) fn reflection(dim: usize) -> Vec<f64> {
    let square: usize = (1..=dim).map(|i| i * i).sum();
    let entry = |k: usize| {
        let (i, j) = (k / dim, k % dim);
        let one = if i == j { 1.0 } else { 0.0 };
        one - 2.0 * ((i + 1) * (j + 1)) as f64 / square as f64
    };
    (0..dim * dim).map(entry).collect()
}

/// `basis matrix basis^T`.
pub(crate) fn turned(matrix: &[f64], basis: &[f64], dim: usize) -> Vec<f64> {
    let transposed: Vec<f64> = (0..dim * dim)
        .map(|k| basis[k % dim * dim + k / dim])
        .collect();
    product(&product(basis, matrix, dim), &transposed, dim)
}

fn product(a: &[f64], b: &[f64], dim: usize) -> Vec<f64> {
    let entry = |k: usize| {
        let terms = (0..dim).map(|j| a[k / dim * dim + j] * b[j * dim + k % dim]);
        terms.sum()
    };
    (0..dim * dim).map(entry).collect()
}

fn multiply(a: &Matrix, b: &Matrix) -> Matrix {
    product(a, b, 3).try_into().unwrap()
}

/// The block matrix of two square ones.
pub(crate) fn direct_sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    let (m, n) = (a.len().isqrt(), b.len().isqrt());
    let entry = |k: usize| match (k / (m + n), k % (m + n)) {
        (i, j) if i < m && j < m => a[i * m + j],
        (i, j) if i >= m && j >= m => b[(i - m) * n + j - m],
        _ => 0.0,
    };
    (0..(m + n) * (m + n)).map(entry).collect()
}

fn same(a: &Matrix, b: &Matrix) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() < SAME_MATRIX)
}

/// Orders, and the count of irreps by dimension with those of complex type.
#[test]
fn groups_are_what_their_names_say() {
    for (name, order, dims) in [
        ("C4", 4, vec![1, 1, 2]),
        ("D4", 8, vec![1, 1, 1, 1, 2]),
        ("S4", 4, vec![1, 1, 2]),
        ("D2h", 8, vec![1; 8]),
        ("T", 12, vec![1, 2, 3]),
        ("Th", 24, vec![1, 1, 2, 2, 3, 3]),
        ("Oh", 48, vec![1, 1, 1, 1, 2, 2, 3, 3, 3, 3]),
        ("I", 60, vec![1, 3, 3, 4, 5]),
    ] {
        let group = PointGroup::named(name);
        assert_eq!(group.matrices.len(), order, "{name}");
        let mut found: Vec<usize> = group.irreps.iter().map(|irrep| irrep.dim).collect();
        found.sort_unstable();
        assert_eq!(found, dims, "{name}");
        // The regular representation has d copies of a real irrep, half as many of a complex one.
        let squares = |irrep: &Irrep| irrep.dim * irrep.dim / if irrep.complex { 2 } else { 1 };
        assert_eq!(
            group.irreps.iter().map(squares).sum::<usize>(),
            order,
            "{name}"
        );
    }
    // The elements of the octahedron permute the taps of a cube; of the icosahedron, those of T.
    assert_eq!(PointGroup::named("Oh").on_taps([3; 3]).1.len(), 48);
    assert_eq!(PointGroup::named("I").on_taps([3; 3]).1.len(), 12);
    assert_eq!(PointGroup::named("C8").on_taps([1, 5, 5]).1.len(), 4);
    assert_eq!(PointGroup::named("C4").on_taps([1, 3, 5]).1.len(), 2);
}
