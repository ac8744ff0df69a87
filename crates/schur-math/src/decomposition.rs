//! Decomposing representations, with the change of basis.

use crate::error::MathError;
use crate::group::Element;
use crate::irreps::{Irrep, decompose_into, irreps};
use crate::linear::{norm, remainder};
use crate::representation::Representation;

/// A representation as a direct sum of irreps, with an orthonormal basis `Q` of columns:
/// `Qᵀ ρ(g) Q` is block diagonal with the matrices of the [irreps](crate::irreps) themselves
/// as blocks, in their order, copies of one irrep next to each other.
///
/// By the projector formula (Serre 1977, section 2.7), for an irrep `$\psi$` of real dimension
/// `$D$`:
///
/// ```math
/// p_{ab} = \frac{D}{|G|} \sum_{g \in G} \psi_{ab}(g)\, \rho(g)
/// ```
///
/// `$p_{00}$` projects onto first basis vectors of copies, and if `$w$` is one, `$p_{a0}\, w$`
/// is the `$a$`-th. First vectors are the projections of the standard basis
/// vectors `e_x`, made orthonormal in the order of `x`, so their component along `e_x` is
/// positive; this fixes all signs.
///
/// ```
/// use schur_math::{Decomposition, Group, Representation};
///
/// let regular = Representation::regular(&Group::parse("S3")?);
/// let parts = Decomposition::new(&regular)?;
/// let names: Vec<&str> = parts.copies().map(|copy| copy.irrep().name()).collect();
/// assert_eq!(names, ["1", "1'", "2", "2"]);
/// assert!(parts.defect() < 1e-14);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Decomposition {
    representation: Representation,
    irreps: Vec<Irrep>,
    /// Index of the irrep and images of its basis vectors.
    copies: Vec<(usize, Vec<Vec<f64>>)>,
}

/// One irrep inside a representation: an isometry that commutes with the group.
///
/// ```
/// use schur_math::{Decomposition, Group, Representation};
///
/// let regular = Representation::regular(&Group::parse("C2")?);
/// let parts = Decomposition::new(&regular)?;
/// let odd = parts.copies().nth(1).map(|copy| copy.embedding()[0].clone()).unwrap_or_default();
/// let half = 0.5f64.sqrt();
/// assert!((odd[0] - half).abs() < 1e-15 && (odd[1] + half).abs() < 1e-15);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct IrrepCopy<'a> {
    irrep: &'a Irrep,
    index: usize,
    embedding: &'a [Vec<f64>],
}

impl<'a> IrrepCopy<'a> {
    /// The irrep.
    pub fn irrep(&self) -> &'a Irrep {
        self.irrep
    }

    /// Index of the irrep in [`irreps`].
    pub fn index(&self) -> usize {
        self.index
    }

    /// The images of its basis vectors, orthonormal.
    pub fn embedding(&self) -> &'a [Vec<f64>] {
        self.embedding
    }
}

impl Decomposition {
    /// Decomposes a representation.
    ///
    /// # Errors
    ///
    /// If its matrices are so inaccurate that a multiplicity is no integer.
    pub fn new(representation: &Representation) -> Result<Self, MathError> {
        Self::with_irreps(representation, irreps(representation.group())?)
    }

    /// As [`new`](Self::new), with the irreps of the group computed before.
    pub(crate) fn with_irreps(
        representation: &Representation,
        irreps: Vec<Irrep>,
    ) -> Result<Self, MathError> {
        let mut copies = Vec::new();
        for (index, multiplicity) in decompose_into(representation, &irreps)? {
            let projector = Projector::new(representation, &irreps[index]);
            let found = projector.copies(multiplicity);
            copies.extend(found.into_iter().map(|embedding| (index, embedding)));
        }
        Ok(Self {
            representation: representation.clone(),
            irreps,
            copies,
        })
    }

    /// The representation that was decomposed.
    pub fn representation(&self) -> &Representation {
        &self.representation
    }

    /// All irreps of the group, also those that do not occur.
    pub fn irreps(&self) -> &[Irrep] {
        &self.irreps
    }

    /// The copies of irreps in it, in the order of the irreps.
    pub fn copies(&self) -> impl ExactSizeIterator<Item = IrrepCopy<'_>> {
        self.copies.iter().map(|(index, embedding)| IrrepCopy {
            irrep: &self.irreps[*index],
            index: *index,
            embedding,
        })
    }

    /// The orthogonal matrix `Q`, `dim x dim` numbers, row-major: its columns are the
    /// embedded basis vectors of the copies.
    ///
    /// ```
    /// use schur_math::{Decomposition, Group, Representation};
    ///
    /// let decomposition = Decomposition::new(&Representation::regular(&Group::parse("D3")?))?;
    /// assert_eq!(decomposition.change_of_basis().len(), 36);
    /// assert!(decomposition.defect() < 1e-14);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    pub fn change_of_basis(&self) -> Vec<f64> {
        let dim = self.representation.dim();
        let columns = self.copies.iter().flat_map(|(_, embedding)| embedding);
        let mut matrix = vec![0.0; dim * dim];
        for (col, vector) in columns.enumerate() {
            for (row, value) in vector.iter().enumerate() {
                matrix[row * dim + col] = *value;
            }
        }
        matrix
    }

    /// The largest entry of `Qᵀ Q - 1` and, over the generators, of `ρ(g) Q - Q ⊕ψ(g)`.
    pub fn defect(&self) -> f64 {
        let mut worst = 0.0f64;
        let columns: Vec<&Vec<f64>> = self.copies.iter().flat_map(|(_, e)| e).collect();
        for (i, a) in columns.iter().enumerate() {
            for (j, b) in columns.iter().enumerate() {
                let product: f64 = a.iter().zip(*b).map(|(x, y)| x * y).sum();
                worst = worst.max((product - f64::from(u8::from(i == j))).abs());
            }
        }
        for &g in self.representation.group().generators() {
            for copy in self.copies() {
                let matrix = copy.irrep().representation().matrix(g);
                let dim = copy.embedding().len();
                for (b, vector) in copy.embedding().iter().enumerate() {
                    let mut moved = self.representation.apply(g, vector);
                    for (a, other) in copy.embedding().iter().enumerate() {
                        for (m, v) in moved.iter_mut().zip(other) {
                            *m -= matrix[a * dim + b] * v;
                        }
                    }
                    worst = moved.iter().fold(worst, |w, m| w.max(m.abs()));
                }
            }
        }
        worst
    }
}

/// The operators `p_a0` of an irrep on a representation.
struct Projector<'a> {
    rho: &'a Representation,
    irrep: &'a Irrep,
    elements: Vec<Element>,
    /// `D/|G| ψ_a0(g)` at `g D + a`.
    columns: Vec<f64>,
}

impl<'a> Projector<'a> {
    fn new(rho: &'a Representation, irrep: &'a Irrep) -> Self {
        let psi = irrep.representation();
        let dim = psi.dim();
        let scale = dim as f64 / rho.group().order() as f64;
        let elements: Vec<Element> = rho.group().elements().collect();
        let column = |&g: &Element| {
            let matrix = psi.matrix(g);
            (0..dim).map(move |a| scale * matrix[a * dim])
        };
        let columns = elements.iter().flat_map(column).collect();
        Self {
            rho,
            irrep,
            elements,
            columns,
        }
    }

    /// Embeddings of the irrep, orthogonal to each other.
    fn copies(&self, multiplicity: usize) -> Vec<Vec<Vec<f64>>> {
        let units = self.irrep.endomorphisms();
        let mut copies = Vec::new();
        let first = |x| self.first(x);
        orthonormal_firsts(self.rho.dim(), units.len(), multiplicity, first, |first| {
            let embedding = self.images(&first);
            let used = units.iter().map(|unit| first_of(unit, &embedding));
            let used = used.collect();
            copies.push(embedding);
            used
        });
        copies
    }

    /// `p_00 e_x`.
    fn first(&self, x: usize) -> Vec<f64> {
        let dim = self.irrep.representation().dim();
        let mut sum = vec![0.0; self.rho.dim()];
        for (k, &g) in self.elements.iter().enumerate() {
            self.rho.add_column(g, x, self.columns[k * dim], &mut sum);
        }
        sum
    }

    /// `p_a0 w` for all `a`.
    fn images(&self, w: &[f64]) -> Vec<Vec<f64>> {
        let dim = self.irrep.representation().dim();
        let mut images = vec![vec![0.0; w.len()]; dim];
        for (k, &g) in self.elements.iter().enumerate() {
            let moved = self.rho.apply(g, w);
            for (image, factor) in images.iter_mut().zip(&self.columns[k * dim..]) {
                for (sum, v) in image.iter_mut().zip(&moved) {
                    *sum += factor * v;
                }
            }
        }
        images
    }
}

/// Chooses `multiplicity` unit vectors in the image of a projector `p_00` of trace
/// `units · multiplicity`, orthogonal to all that the ones before them use up: `first(x)` is
/// `p_00 e_x`, and `take` is told each vector and returns the `units` vectors that it uses.
///
/// What is left of `p_00` after some copies has trace `units · (copies still to find)`, so some
/// `e_x` has at least its share of that; the next one with half of it is taken. Fewer are found
/// only if `first` is no such projector.
pub(crate) fn orthonormal_firsts(
    points: usize,
    units: usize,
    multiplicity: usize,
    first: impl Fn(usize) -> Vec<f64>,
    mut take: impl FnMut(Vec<f64>) -> Vec<Vec<f64>>,
) {
    let mut used: Vec<Vec<f64>> = Vec::new();
    let (mut found, mut x, mut looked) = (0, 0, 0);
    while found < multiplicity && looked < 2 * points {
        let left = (units * (multiplicity - found)) as f64;
        let candidate = first(x);
        let rest = remainder(&remainder(&candidate, &used), &used);
        let size = norm(&rest);
        // Inaccurate matrices might miss the share everywhere; then the best is taken.
        let enough = if looked < points { 0.5 } else { 0.0 };
        if size * size >= enough * left / points as f64 && size > 0.0 {
            used.extend(take(rest.into_iter().map(|v| v / size).collect()));
            found += 1;
            looked = 0;
        }
        looked += 1;
        x = (x + 1) % points;
    }
}

/// The image of `Eᵀ e_0`.
pub(crate) fn first_of(unit: &[f64], embedding: &[Vec<f64>]) -> Vec<f64> {
    let mut sum = vec![0.0; embedding[0].len()];
    for (factor, vector) in unit.iter().zip(embedding) {
        for (s, v) in sum.iter_mut().zip(vector) {
            *s += factor * v;
        }
    }
    sum
}
