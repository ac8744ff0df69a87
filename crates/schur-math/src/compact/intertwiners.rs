//! Linear maps that commute with a compact group.

use super::dense::{multiply, transpose};
use super::representation::CompactRepresentation;
use crate::error::MathError;
use crate::symmetry::SymmetryIrrep;

/// An orthonormal basis of `Hom_G(ρ, σ)`, the matrices `M` with `σ(g) M = M ρ(g)` for all `g`,
/// in the inner product `tr Mᵀ N`.
///
/// By Schur's lemma: for every irrep `ψ` of dimension `D`, every copy `φ` of it in `ρ`, every
/// copy `θ` in `σ` and every unit `E` of its endomorphisms, `θ E φᵀ / √D`, in this order.
///
/// ```
/// use schur_math::{CompactRepresentation, SpaceIrrep, compact_intertwiner_basis};
///
/// // Vectors and 3 x 3 matrices: the cross product is the only linear map of rotations.
/// let vector = CompactRepresentation::irreducible(&SpaceIrrep::so3(1)?);
/// let basis = compact_intertwiner_basis(&vector, &vector.tensor_product(&vector)?)?;
/// assert_eq!((basis.dim(), basis.matrix(0).len()), (1, 9 * 3));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CompactIntertwinerBasis {
    columns: usize,
    rows: usize,
    elements: Vec<Piece>,
}

/// `θ E / √D`, with `θ` as rows, and `φ` as rows.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    left: Vec<f64>,
    right: Vec<f64>,
}

/// The basis of the linear maps from `rho` to `sigma` that commute with the group.
///
/// ```
/// use schur_math::{CompactRepresentation, SpaceIrrep, compact_intertwiner_basis};
///
/// // Vectors to matrices: the one map is v -> [v]×.
/// let vector = CompactRepresentation::irreducible(&SpaceIrrep::so3(1)?);
/// let matrices = vector.tensor_product(&vector)?;
/// let basis = compact_intertwiner_basis(&vector, &matrices)?;
/// assert_eq!((basis.dim(), basis.matrix(0).len()), (1, 9 * 3));
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the two are of different groups.
pub fn compact_intertwiner_basis<I: SymmetryIrrep>(
    rho: &CompactRepresentation<I>,
    sigma: &CompactRepresentation<I>,
) -> Result<CompactIntertwinerBasis, MathError> {
    rho.check_group(sigma)?;
    let (sources, targets) = (copies(rho), copies(sigma));
    let mut elements = Vec::new();
    for (irrep, source) in &sources {
        for (_, target) in targets.iter().filter(|(other, _)| other == irrep) {
            let dim = irrep.dim();
            let scale = (dim as f64).sqrt().recip();
            for unit in irrep.endomorphisms() {
                // Row b of (θ E)ᵀ is Σ_a E_ab θ_a.
                let unit: Vec<f64> = unit.iter().map(|v| scale * v).collect();
                let left = multiply(&transpose(&unit, dim), target, dim);
                let right = source.clone();
                elements.push(Piece { left, right });
            }
        }
    }
    Ok(CompactIntertwinerBasis {
        columns: rho.dim(),
        rows: sigma.dim(),
        elements,
    })
}

/// The irreps and the images of their basis vectors, as rows.
fn copies<I: SymmetryIrrep>(rho: &CompactRepresentation<I>) -> Vec<(&I, Vec<f64>)> {
    let rows = transpose(&rho.change_of_basis(), rho.dim());
    let mut start = 0;
    let copy = |irrep: &'_ I| {
        let end = start + irrep.dim() * rho.dim();
        let embedding = rows[start..end].to_vec();
        start = end;
        embedding
    };
    let embeddings: Vec<Vec<f64>> = rho.irreps().iter().map(copy).collect();
    rho.irreps().iter().zip(embeddings).collect()
}

impl CompactIntertwinerBasis {
    /// Number of basis elements: `Σ_ψ m_ψ(ρ) m_ψ(σ) c_ψ`, which is the inner product of the
    /// characters.
    pub fn dim(&self) -> usize {
        self.elements.len()
    }

    /// Basis element `index`, `σ.dim() x ρ.dim()` numbers, row-major.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not below [`dim`](Self::dim).
    pub fn matrix(&self, index: usize) -> Vec<f64> {
        let mut sum = vec![0.0; self.rows * self.columns];
        self.add(index, 1.0, &mut sum);
        sum
    }

    /// The map `Σ_i weights[i] M_i`, `σ.dim() x ρ.dim()` numbers, row-major.
    ///
    /// # Errors
    ///
    /// If there are not [`dim`](Self::dim) weights.
    pub fn expand(&self, weights: &[f64]) -> Result<Vec<f64>, MathError> {
        if weights.len() != self.dim() {
            return Err(MathError::Length {
                what: "the weights of an intertwiner".to_string(),
                found: weights.len(),
                expected: self.dim(),
                meaning: "one per basis element".to_string(),
            });
        }
        let mut sum = vec![0.0; self.rows * self.columns];
        for (index, &weight) in weights.iter().enumerate() {
            self.add(index, weight, &mut sum);
        }
        Ok(sum)
    }

    fn add(&self, index: usize, weight: f64, sum: &mut [f64]) {
        let Piece { left, right } = &self.elements[index];
        for (l, r) in left.chunks(self.rows).zip(right.chunks(self.columns)) {
            for (row, factor) in sum.chunks_mut(self.columns).zip(l) {
                for (entry, value) in row.iter_mut().zip(r) {
                    *entry += weight * factor * value;
                }
            }
        }
    }
}
