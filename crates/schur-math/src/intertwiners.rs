//! Linear maps that commute with the group.

use crate::decomposition::Decomposition;
use crate::error::MathError;
use crate::irreps::{Irrep, irreps};
use crate::representation::Representation;

/// An orthonormal basis of `$\mathrm{Hom}_G(\rho, \sigma)$`, the matrices `$M$` with
/// `$\sigma(g) M = M \rho(g)$` for all `$g$`, in the inner product
/// `$\langle M, N \rangle = \operatorname{tr} M^\top N$`.
///
/// By Schur's lemma: for every irrep `$\psi$` of dimension `$D$`, every copy
/// `$\varphi: \psi \to \rho$`, every copy `$\vartheta: \psi \to \sigma$` and every unit `$E$` of
/// its endomorphisms
///
/// ```math
/// M_{\varphi \vartheta E} = \frac{1}{\sqrt{D}}\, \vartheta\, E\, \varphi^\top
/// ```
///
/// ```
/// use schur_math::{Group, Representation, intertwiner_basis, irrep};
///
/// let d4 = Group::parse("D4")?;
/// let regular = Representation::regular(&d4);
/// let plane = irrep(&d4, "E1")?.representation().clone();
/// // As many maps from the regular representation as the target has dimensions.
/// let basis = intertwiner_basis(&regular, &plane)?;
/// assert_eq!((basis.dim(), basis.matrix(0).len()), (2, 2 * 8));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct IntertwinerBasis {
    source: Decomposition,
    target: Decomposition,
    /// Copies in the source and the target, and a unit.
    entries: Vec<(usize, usize, usize)>,
}

/// The basis of the linear maps from `rho` to `sigma` that commute with the group.
///
/// ```
/// use schur_math::{Group, Representation, intertwiner_basis};
///
/// // The maps that commute with cyclic shifts of four numbers are the circulant matrices.
/// let shifts = Representation::regular(&Group::parse("C4")?);
/// let basis = intertwiner_basis(&shifts, &shifts)?;
/// assert_eq!(basis.dim(), 4);
/// let sum = basis.expand(&[1.0, 0.0, 0.0, 0.0])?;
/// assert!((sum[1] - sum[4 + 2]).abs() < 1e-14);
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the two are of different groups or too inaccurate to decompose.
pub fn intertwiner_basis(
    rho: &Representation,
    sigma: &Representation,
) -> Result<IntertwinerBasis, MathError> {
    sigma.check_group(rho.group())?;
    let all = irreps(rho.group())?;
    let source = Decomposition::with_irreps(rho, all.clone())?;
    let target = Decomposition::with_irreps(sigma, all)?;
    let mut entries = Vec::new();
    for (i, from) in source.copies().enumerate() {
        for (j, to) in target.copies().enumerate() {
            if from.index() == to.index() {
                let units = 0..from.irrep().endomorphisms().len();
                entries.extend(units.map(|unit| (i, j, unit)));
            }
        }
    }
    Ok(IntertwinerBasis {
        source,
        target,
        entries,
    })
}

impl IntertwinerBasis {
    /// Number of basis elements, from multiplicities and the dimensions of the endomorphism
    /// algebras, which is the inner product of the characters:
    /// `$\sum_\psi m_\psi(\rho)\, m_\psi(\sigma)\, c_\psi$`.
    pub fn dim(&self) -> usize {
        self.entries.len()
    }

    /// The decomposition of `ρ`.
    pub fn source(&self) -> &Decomposition {
        &self.source
    }

    /// The decomposition of `σ`.
    pub fn target(&self) -> &Decomposition {
        &self.target
    }

    /// Basis element `index`, `σ.dim() x ρ.dim()` numbers, row-major.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not below [`dim`](Self::dim).
    pub fn matrix(&self, index: usize) -> Vec<f64> {
        let mut sum = self.zero();
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
        let mut sum = self.zero();
        for (index, &weight) in weights.iter().enumerate() {
            self.add(index, weight, &mut sum);
        }
        Ok(sum)
    }

    fn zero(&self) -> Vec<f64> {
        let (rho, sigma) = (self.source.representation(), self.target.representation());
        vec![0.0; sigma.dim() * rho.dim()]
    }

    /// Adds `weight θ E φᵀ / √D`.
    fn add(&self, index: usize, weight: f64, sum: &mut [f64]) {
        let (i, j, unit) = self.entries[index];
        let mut copies = (self.source.copies(), self.target.copies());
        let known = "entries name copies that exist";
        let from = copies.0.nth(i).expect(known);
        let to = copies.1.nth(j).expect(known);
        let unit = &from.irrep().endomorphisms()[unit];
        let dim = from.embedding().len();
        let columns = self.source.representation().dim();
        let scale = weight / (dim as f64).sqrt();
        for (a, left) in to.embedding().iter().enumerate() {
            for (b, right) in from.embedding().iter().enumerate() {
                let factor = scale * unit[a * dim + b];
                if factor != 0.0 {
                    for (row, l) in sum.chunks_mut(columns).zip(left) {
                        for (entry, r) in row.iter_mut().zip(right) {
                            *entry += factor * l * r;
                        }
                    }
                }
            }
        }
    }
}

/// The Clebsch-Gordan decomposition of the product of two irreps of a group: isometries
/// `$\varphi$` from irreps `$\psi$` to the product that commute with the group, one per copy.
///
/// ```math
/// (\psi_a \otimes \psi_b)(g)\, \varphi = \varphi\, \psi(g)
/// ```
///
/// Component `(i, j)` of the product stands at `i · ψ_b.dim() + j`; signs and the order of
/// copies follow the rule of [`Decomposition`]. For irreps of complex or quaternionic type
/// every copy stands for `c` independent isometries: it and its products with the units of
/// [`Irrep::endomorphisms`].
///
/// ```
/// use schur_math::{Group, finite_clebsch_gordan, irrep};
///
/// // Vectors times vectors: dot product, quadrupole parts, cross product.
/// let o = Group::parse("O")?;
/// let vector = irrep(&o, "T1")?;
/// let product = finite_clebsch_gordan(&vector, &vector)?;
/// let names: Vec<&str> = product.copies().map(|copy| copy.irrep().name()).collect();
/// assert_eq!(names.len(), 4);
/// assert!(["A1", "E", "T1", "T2"].iter().all(|name| names.contains(name)));
/// # Ok::<(), schur_math::MathError>(())
/// ```
///
/// # Errors
///
/// If the two are of different groups or the product would be too large.
pub fn finite_clebsch_gordan(left: &Irrep, right: &Irrep) -> Result<Decomposition, MathError> {
    let product = left
        .representation()
        .tensor_product(right.representation())?;
    Decomposition::new(&product)
}
