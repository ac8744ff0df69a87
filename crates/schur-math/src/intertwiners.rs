//! Linear maps that commute with the group.

use crate::error::MathError;
use crate::matrix::Matrix;
use crate::representation::Representation;
use crate::symmetry::SymmetryIrrep;

/// An orthonormal basis of `$\mathrm{Hom}_G(\rho, \sigma)$`, the matrices `$M$` with
/// `$\sigma(g) M = M \rho(g)$` for all `$g$`, in the inner product
/// `$\langle M, N \rangle = \operatorname{tr} M^\top N$`.
///
/// By Schur's lemma: for every irrep `$\psi$` of dimension `$D$`, every copy
/// `$\varphi: \psi \to \rho$`, every copy `$\vartheta: \psi \to \sigma$` and every unit `$E$` of
/// its endomorphisms, in this order,
///
/// ```math
/// M_{\varphi \vartheta E} = \frac{1}{\sqrt{D}}\, \vartheta\, E\, \varphi^\top
/// ```
///
/// ```
/// use schur_math::{IntertwinerBasis, Representation, SpatialIrrep};
///
/// // Vectors and 3 x 3 matrices: the cross product is the only linear map of rotations.
/// let vector = Representation::irreducible(&SpatialIrrep::so3(1)?);
/// let basis = IntertwinerBasis::new(&vector.tensor_product(&vector)?, &vector)?;
/// assert_eq!((basis.dim(), basis.matrix(0).rows(), basis.matrix(0).cols()), (1, 9, 3));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct IntertwinerBasis {
    rows: usize,
    cols: usize,
    elements: Vec<Element>,
}

/// `(θ E)ᵀ / √D` and `φᵀ`.
#[derive(Clone, Debug, PartialEq)]
struct Element {
    left: Matrix,
    right: Matrix,
}

impl IntertwinerBasis {
    /// The basis of the linear maps from `input` to `out` that commute with the group.
    ///
    /// ```
    /// use schur_math::{IntertwinerBasis, PlanarGroup, PlanarRepresentation};
    ///
    /// // The maps that commute with cyclic shifts of four numbers are the circulant matrices.
    /// let shifts = PlanarRepresentation::regular(&PlanarGroup::parse("C4")?)?;
    /// let basis = IntertwinerBasis::new(&shifts, &shifts)?;
    /// assert_eq!(basis.dim(), 4);
    /// let sum = basis.expand(&[1.0, 0.0, 0.0, 0.0])?;
    /// assert!((sum[(0, 1)] - sum[(1, 2)]).abs() < 1e-14);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the two are of different groups.
    pub fn new<I: SymmetryIrrep>(
        out: &Representation<I>,
        input: &Representation<I>,
    ) -> Result<Self, MathError> {
        out.check_group(input.group())?;
        let (sources, targets) = (copies(input), copies(out));
        let mut elements = Vec::new();
        for (irrep, source) in &sources {
            let scale = (irrep.dim() as f64).sqrt().recip();
            let units = irrep.endomorphisms();
            for (_, target) in targets.iter().filter(|(other, _)| other == irrep) {
                for unit in &units {
                    elements.push(Element {
                        left: unit.transposed().scaled(scale).times(target),
                        right: source.clone(),
                    });
                }
            }
        }
        Ok(Self {
            rows: out.dim(),
            cols: input.dim(),
            elements,
        })
    }

    /// Number of basis elements: `Σ_ψ m_ψ(ρ) m_ψ(σ) c_ψ`, which is the inner product of the
    /// characters.
    pub fn dim(&self) -> usize {
        self.elements.len()
    }

    /// Basis element `index`, a `σ.dim() x ρ.dim()` matrix.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not below [`dim`](Self::dim).
    pub fn matrix(&self, index: usize) -> Matrix {
        let mut sum = Matrix::zeros(self.rows, self.cols);
        self.elements[index].add_to(1.0, &mut sum);
        sum
    }

    /// The map `Σ_i weights[i] M_i`, a `σ.dim() x ρ.dim()` matrix.
    ///
    /// # Errors
    ///
    /// If there are not [`dim`](Self::dim) weights.
    pub fn expand(&self, weights: &[f64]) -> Result<Matrix, MathError> {
        if weights.len() != self.dim() {
            return Err(MathError::Length {
                what: "the weights of an intertwiner".to_string(),
                found: weights.len(),
                expected: self.dim(),
                meaning: "one per basis element".to_string(),
            });
        }
        let mut sum = Matrix::zeros(self.rows, self.cols);
        for (element, &weight) in self.elements.iter().zip(weights) {
            element.add_to(weight, &mut sum);
        }
        Ok(sum)
    }
}

impl Element {
    fn add_to(&self, weight: f64, sum: &mut Matrix) {
        let (rows, cols) = (sum.rows(), sum.cols());
        for k in 0..self.left.rows() {
            let (left, right) = (self.left.row(k), self.right.row(k));
            for (row, factor) in sum.values_mut().chunks_mut(cols).zip(left).take(rows) {
                for (entry, value) in row.iter_mut().zip(right) {
                    *entry += weight * factor * value;
                }
            }
        }
    }
}

/// The irreps and the images of their basis vectors, as rows.
fn copies<I: SymmetryIrrep>(rho: &Representation<I>) -> Vec<(&I, Matrix)> {
    let mut start = 0;
    let copy = |irrep: &'_ I| {
        let embedding = rho.change_of_basis().columns(start, irrep.dim());
        start += irrep.dim();
        embedding.transposed()
    };
    let embeddings: Vec<Matrix> = rho.parts().iter().map(copy).collect();
    rho.parts().iter().zip(embeddings).collect()
}
