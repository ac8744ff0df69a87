//! Named groups of matrices.
//!
//! Each is given by few elements of its Lie algebra and by signed permutations that it
//! contains: conjugated by those, the few give a basis of the Lie algebra. The factors of Lie
//! algebra elements do not change the group; they are chosen so that averaging their squares
//! over the signed permutations gives a multiple of the Casimir operator of the compact form.

use super::LinearGroup;
use super::rubik::rubik_turns;
use crate::error::MathError;
use crate::matrix::Matrix;

impl LinearGroup {
    /// `SO(n)`, the rotations of n-dimensional space: the rotations of its first plane, and
    /// quarter turns of neighbouring axes.
    ///
    /// # Errors
    ///
    /// If `n` is 0 or above [`MAX_DIM`](Self::MAX_DIM); so for all families.
    pub fn special_orthogonal(n: usize) -> Result<Self, MathError> {
        let name = format!("SO({n})");
        check(&name, n, 1)?;
        Self::new(name, n, &quarter_turns(n), &first_plane(n, -1.0))
    }

    /// `O(n)`, rotations and mirrors.
    ///
    /// # Errors
    ///
    /// As [`special_orthogonal`](Self::special_orthogonal).
    pub fn orthogonal(n: usize) -> Result<Self, MathError> {
        let name = format!("O({n})");
        check(&name, n, 1)?;
        let mut discrete = quarter_turns(n);
        discrete.push(diagonal(n, |k| if k == 0 { -1.0 } else { 1.0 }));
        Self::new(name, n, &discrete, &first_plane(n, -1.0))
    }

    /// `O(1, 3)`, the Lorentz group with reflections of space and time, on `(t, x, y, z)`; its
    /// metric is `diag(1, -1, -1, -1)`.
    ///
    /// ```
    /// use schur_math::LinearGroup;
    ///
    /// // The metric, and no scalar product of two vectors of any other kind.
    /// assert_eq!(LinearGroup::lorentz().invariants(2, 0)?.dim(), 1);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn lorentz() -> Self {
        let parity = diagonal(4, |k| if k == 0 { 1.0 } else { -1.0 });
        let reversal = diagonal(4, |k| if k == 0 { -1.0 } else { 1.0 });
        lorentz("O(1, 3)", &[parity, reversal])
    }

    /// `SO⁺(1, 3)`, the Lorentz transformations that keep the directions of space and time.
    pub fn proper_lorentz() -> Self {
        lorentz("SO+(1, 3)", &[])
    }

    /// `SL(n)`, the matrices of determinant 1.
    ///
    /// ```
    /// use schur_math::LinearGroup;
    ///
    /// // The determinant of three vectors, and nothing of two.
    /// let sl3 = LinearGroup::special_linear(3)?;
    /// assert_eq!((sl3.invariants(3, 0)?.dim(), sl3.invariants(2, 0)?.dim()), (1, 0));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`special_orthogonal`](Self::special_orthogonal).
    pub fn special_linear(n: usize) -> Result<Self, MathError> {
        let name = format!("SL({n})");
        check(&name, n, 1)?;
        let mut algebra = first_plane(n, -1.0);
        algebra.extend(first_plane(n, 1.0));
        if n > 1 {
            let factor = (2.0 / n as f64).sqrt();
            algebra.push(matrix(n, &[(0, 0, factor), (1, 1, -factor)]));
        }
        Self::new(name, n, &quarter_turns(n), &algebra)
    }

    /// `Sp(2n)`, the real matrices that keep `Σ_i (q_i p'_i - p_i q'_i)`, on
    /// `(q_1, …, q_n, p_1, …, p_n)`.
    ///
    /// ```
    /// use schur_math::LinearGroup;
    ///
    /// // The area form: antisymmetric.
    /// let form = LinearGroup::symplectic(1)?.invariants(2, 0)?;
    /// let numbers = form.tensor(0);
    /// assert_eq!((form.dim(), numbers[1]), (1, -numbers[2]));
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`special_orthogonal`](Self::special_orthogonal).
    pub fn symplectic(n: usize) -> Result<Self, MathError> {
        let name = format!("Sp({})", n.saturating_mul(2));
        check(&name, n, 2)?;
        let (d, q, p) = (2 * n, |i: usize| i, |i: usize| n + i);
        let mut algebra = vec![
            matrix(d, &[(q(0), q(0), 1.0), (p(0), p(0), -1.0)]),
            matrix(d, &[(q(0), p(0), 1.0), (p(0), q(0), 1.0)]),
            matrix(d, &[(q(0), p(0), -1.0), (p(0), q(0), 1.0)]),
        ];
        if n > 1 {
            let f = ((n - 1) as f64 / 2.0).sqrt();
            for sign in [-1.0, 1.0] {
                let dual = 0.0 - sign * f;
                algebra.push(matrix(
                    d,
                    &[
                        (q(0), q(1), sign * f),
                        (q(1), q(0), f),
                        (p(0), p(1), -f),
                        (p(1), p(0), dual),
                    ],
                ));
            }
        }
        let mut discrete = on_complex(&swaps(n));
        discrete.push(complex_diagonal(n, |k| if k == 0 { 1 } else { 0 }));
        Self::new(name, d, &discrete, &algebra)
    }

    /// `U(n)` as real matrices on `(Re z_1, …, Re z_n, Im z_1, …, Im z_n)`.
    ///
    /// # Errors
    ///
    /// As [`special_orthogonal`](Self::special_orthogonal).
    pub fn unitary(n: usize) -> Result<Self, MathError> {
        let name = format!("U({n})");
        check(&name, n, 2)?;
        let factor = (n.saturating_sub(1) as f64 / 2.0).sqrt();
        let planes = first_plane(n, -1.0);
        let scaled: Vec<Matrix> = planes.iter().map(|plane| plane.scaled(factor)).collect();
        let mut algebra = on_complex(&scaled);
        algebra.push(matrix(2 * n, &[(0, n, -1.0), (n, 0, 1.0)]));
        let mut discrete = on_complex(&swaps(n));
        discrete.push(complex_diagonal(n, |k| if k == 0 { 1 } else { 0 }));
        Self::new(name, 2 * n, &discrete, &algebra)
    }

    /// `SU(n)` as real matrices, in the coordinates of [`unitary`](Self::unitary).
    ///
    /// # Errors
    ///
    /// As [`special_orthogonal`](Self::special_orthogonal).
    pub fn special_unitary(n: usize) -> Result<Self, MathError> {
        let name = format!("SU({n})");
        check(&name, n, 2)?;
        let mut algebra = on_complex(&first_plane(n, -1.0));
        let mut discrete = on_complex(&quarter_turns(n));
        if n > 1 {
            let f = (1.0 / n as f64).sqrt();
            let turn = [(0, n, -f), (n, 0, f), (1, n + 1, f), (n + 1, 1, -f)];
            algebra.push(matrix(2 * n, &turn));
            discrete.push(complex_diagonal(n, |k| [1, 3].get(k).copied().unwrap_or(0)));
        }
        Self::new(name, 2 * n, &discrete, &algebra)
    }

    /// `S_n`, all permutations of `n` coordinates. Layers for sets and graphs are its
    /// [`maps`](Self::maps).
    ///
    /// ```
    /// use schur_math::{LinearGroup, TensorType};
    ///
    /// // Layers from graphs to graphs have 15 parameters (Maron et al. 2019).
    /// let s5 = LinearGroup::symmetric(5)?;
    /// let graph = TensorType::tensor(2, 0);
    /// assert_eq!(s5.maps(&graph, &graph)?.dim(), 15);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`special_orthogonal`](Self::special_orthogonal).
    pub fn symmetric(n: usize) -> Result<Self, MathError> {
        let name = format!("S{n}");
        check(&name, n, 1)?;
        Self::new(name, n, &swaps(n), &[])
    }

    /// `C_n`, the cyclic shifts of `n` coordinates.
    ///
    /// # Errors
    ///
    /// As [`special_orthogonal`](Self::special_orthogonal).
    pub fn cyclic(n: usize) -> Result<Self, MathError> {
        let name = format!("C{n}");
        check(&name, n, 1)?;
        let shift: Vec<usize> = (0..n).map(|k| (k + 1) % n).collect();
        Self::permutations(name, &[shift])
    }

    /// The permutations of coordinates generated by some, each given by the images of
    /// `0, …, n-1`: `e_k` goes to `e_images[k]`.
    ///
    /// # Errors
    ///
    /// If there is none, or one is no permutation of the same number of points.
    pub fn permutations(
        name: impl Into<String>,
        generators: &[Vec<usize>],
    ) -> Result<Self, MathError> {
        let name = name.into();
        let n = generators.first().map_or(0, Vec::len);
        check(&name, n, 1)?;
        let mut matrices = Vec::new();
        for (index, images) in generators.iter().enumerate() {
            let mut sorted = images.clone();
            sorted.sort_unstable();
            if !sorted.into_iter().eq(0..n) {
                return Err(MathError::Generator {
                    group: name,
                    generator: index,
                    problem: format!("is no permutation of the points 0 to {}", n - 1),
                    remedy: "give the images of the points 0, 1, …, each exactly once",
                });
            }
            let entries: Vec<_> = images
                .iter()
                .enumerate()
                .map(|(k, &i)| (i, k, 1.0))
                .collect();
            matrices.push(matrix(n, &entries));
        }
        Self::new(name, n, &matrices, &[])
    }

    /// The group of Rubik's cube on its 48 movable facelets, generated by the quarter turns of
    /// the six faces ([`rubik_turns`]).
    ///
    /// ```
    /// use schur_math::{LinearGroup, TensorType};
    ///
    /// let facelets = TensorType::tensor(1, 0);
    /// assert_eq!(LinearGroup::rubik().maps(&facelets, &facelets)?.dim(), 9);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn rubik() -> Self {
        let group = Self::permutations("Rubik's cube", &rubik_turns());
        group.expect("six permutations of 54 facelets")
    }
}

fn lorentz(name: &str, reflections: &[Matrix]) -> LinearGroup {
    let quarter = |a: usize, b: usize| {
        let fixed = (0..4).filter(|&k| k != a && k != b).map(|k| (k, k, 1.0));
        let turned = [(a, b, -1.0), (b, a, 1.0)];
        matrix(4, &fixed.chain(turned).collect::<Vec<_>>())
    };
    let mut discrete = vec![quarter(1, 2), quarter(2, 3)];
    discrete.extend_from_slice(reflections);
    let boost = matrix(4, &[(0, 1, 1.0), (1, 0, 1.0)]);
    let rotation = matrix(4, &[(1, 2, -1.0), (2, 1, 1.0)]);
    let group = LinearGroup::new(name, 4, &discrete, &[boost, rotation]);
    group.expect("matrices of four rows")
}

/// Checks the size before anything of that size is built.
fn check(name: &str, n: usize, factor: usize) -> Result<(), MathError> {
    if n > 0 && n <= LinearGroup::MAX_DIM / factor {
        return Ok(());
    }
    Err(MathError::LinearGroup {
        group: name.to_string(),
        problem: format!("acts on {} dimensions", n.saturating_mul(factor)),
        remedy: "give 1 to 512 dimensions",
    })
}

/// A matrix from its non-zero entries (row, column, value).
fn matrix(n: usize, entries: &[(usize, usize, f64)]) -> Matrix {
    let mut matrix = Matrix::zeros(n, n);
    for &(row, column, value) in entries {
        matrix[(row, column)] = value;
    }
    matrix
}

fn diagonal(n: usize, entry: impl Fn(usize) -> f64) -> Matrix {
    let entries: Vec<_> = (0..n).map(|k| (k, k, entry(k))).collect();
    matrix(n, &entries)
}

/// `E_21 ± E_12`, of which there is none in one dimension.
fn first_plane(n: usize, sign: f64) -> Vec<Matrix> {
    if n < 2 {
        return Vec::new();
    }
    vec![matrix(n, &[(0, 1, sign), (1, 0, 1.0)])]
}

/// Quarter turns of the first two axes and of all axes in a ring: they generate the signed
/// permutations of determinant 1.
fn quarter_turns(n: usize) -> Vec<Matrix> {
    if n < 2 {
        return Vec::new();
    }
    let mut turn: Vec<_> = (2..n).map(|k| (k, k, 1.0)).collect();
    turn.extend([(0, 1, -1.0), (1, 0, 1.0)]);
    // A ring of even length is odd.
    let sign = if n.is_multiple_of(2) { -1.0 } else { 1.0 };
    let mut ring: Vec<_> = (1..n).map(|k| (k, k - 1, 1.0)).collect();
    ring.push((0, n - 1, sign));
    vec![matrix(n, &turn), matrix(n, &ring)]
}

/// The exchange of the first two axes and a ring of all: they generate all permutations.
fn swaps(n: usize) -> Vec<Matrix> {
    if n < 2 {
        return Vec::new();
    }
    let mut swap: Vec<_> = (2..n).map(|k| (k, k, 1.0)).collect();
    swap.extend([(0, 1, 1.0), (1, 0, 1.0)]);
    let ring: Vec<_> = (0..n).map(|k| ((k + 1) % n, k, 1.0)).collect();
    vec![matrix(n, &swap), matrix(n, &ring)]
}

/// Real matrices on complex vectors, or equally on positions and momenta.
fn on_complex(matrices: &[Matrix]) -> Vec<Matrix> {
    let double = |small: &Matrix| Matrix::direct_sum([small, small]);
    matrices.iter().map(double).collect()
}

/// Multiplication of coordinate `k` by `i^quarters(k)`.
fn complex_diagonal(n: usize, quarters: impl Fn(usize) -> usize) -> Matrix {
    let mut entries = Vec::new();
    for k in 0..n {
        let (cos, sin) = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][quarters(k)];
        let block = [
            (k, k, cos),
            (k, k + n, 0.0 - sin),
            (k + n, k, sin),
            (k + n, k + n, cos),
        ];
        entries.extend(block.into_iter().filter(|entry| entry.2 != 0.0));
    }
    matrix(2 * n, &entries)
}
