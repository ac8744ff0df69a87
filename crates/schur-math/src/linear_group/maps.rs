//! Bases of equivariant linear maps between tensor types.

use std::collections::BTreeMap;

use super::{InvariantTensors, LinearGroup, TensorTerm, TensorType};
use crate::error::MathError;
use crate::matrix::Matrix;

/// An orthonormal basis, in the inner product `tr Mᵀ N`, of the linear maps `M` between two
/// tensor types with `M ρ(g) = σ(g) M` for all elements of the group.
///
/// A map from `T(p, q)` to `T(p', q')` is an invariant tensor of `T(p' + q, q' + p)`. Pairs of
/// terms with equal `p' + q` and `q' + p` share one computation, and copies share one basis.
/// For orthogonal groups vectors and covectors are alike, and only the sums count.
///
/// Weights are one flat list. Pairs of terms follow each other, terms of the target outer,
/// those of the source inner; within a pair `[invariant][source copy][target copy]`, the copy
/// in the target fastest.
///
/// ```
/// use schur_math::LinearGroup;
///
/// // The count of Finzi, Welling and Wilson (2021).
/// let s5 = LinearGroup::symmetric(5)?;
/// let maps = s5.maps(&"10 T(1) + 5 T(2)".parse()?, &"3 T(0) + T(2)".parse()?)?;
/// assert_eq!(maps.dim(), 185);
/// let map = maps.expand(&[0.5; 185])?;
/// assert_eq!((map.rows(), map.cols()), (28, 175));
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TensorMaps {
    source: TensorType,
    target: TensorType,
    dim: usize,
    columns: usize,
    rows: usize,
    invariants: Vec<InvariantTensors>,
    pairs: Vec<Pair>,
}

/// A term of the source and one of the target.
#[derive(Clone, Debug, PartialEq)]
struct Pair {
    source: TensorTerm,
    target: TensorTerm,
    column: usize,
    row: usize,
    /// Index of the invariants.
    invariants: usize,
    /// Number of basis elements before it.
    first: usize,
}

impl TensorMaps {
    /// Most entries of a map as a dense matrix.
    pub const MAX_ENTRIES: usize = 1 << 26;

    pub(super) fn new(
        group: &LinearGroup,
        source: &TensorType,
        target: &TensorType,
    ) -> Result<Self, MathError> {
        let dim = group.dim();
        let (columns, rows) = (source.dim(dim)?, target.dim(dim)?);
        let mut known: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        let (mut invariants, mut pairs) = (Vec::new(), Vec::new());
        let (mut first, mut row) = (0, 0);
        let orthogonal = group.is_orthogonal();
        for to in target.terms() {
            let mut column = 0;
            for from in source.terms() {
                let (mut vectors, mut covectors) =
                    (to.vectors + from.covectors, to.covectors + from.vectors);
                if orthogonal {
                    (vectors, covectors) = (vectors + covectors, 0);
                }
                let key = (vectors, covectors);
                let index = match known.get(&key) {
                    Some(&index) => index,
                    None => {
                        invariants.push(group.invariants(vectors, covectors)?);
                        known.insert(key, invariants.len() - 1);
                        invariants.len() - 1
                    }
                };
                pairs.push(Pair {
                    source: *from,
                    target: *to,
                    column,
                    row,
                    invariants: index,
                    first,
                });
                first += invariants[index].dim() * from.multiplicity * to.multiplicity;
                column += from.multiplicity * size(from, dim);
            }
            row += to.multiplicity * size(to, dim);
        }
        Ok(Self {
            source: source.clone(),
            target: target.clone(),
            dim,
            columns,
            rows,
            invariants,
            pairs,
        })
    }

    /// Number of basis elements: the dimension of the space of maps.
    pub fn dim(&self) -> usize {
        self.pairs
            .last()
            .map_or(0, |pair| pair.first + self.count(pair))
    }

    fn count(&self, pair: &Pair) -> usize {
        let copies = pair.source.multiplicity * pair.target.multiplicity;
        self.invariants[pair.invariants].dim() * copies
    }

    /// The type that is mapped.
    pub fn source(&self) -> &TensorType {
        &self.source
    }

    /// The type that it is mapped to.
    pub fn target(&self) -> &TensorType {
        &self.target
    }

    /// The largest [`InvariantTensors::residual`] of the tensors that were used.
    pub fn residual(&self) -> f64 {
        let residuals = self.invariants.iter().map(InvariantTensors::residual);
        residuals.fold(0.0, f64::max)
    }

    /// The map `Σ_i weights[i] M_i`, a `target x source` matrix.
    ///
    /// # Errors
    ///
    /// If there are not [`dim`](Self::dim) weights, or the matrix would have more than
    /// [`MAX_ENTRIES`](Self::MAX_ENTRIES).
    pub fn expand(&self, weights: &[f64]) -> Result<Matrix, MathError> {
        if weights.len() != self.dim() {
            return Err(MathError::Length {
                what: "the weights of an equivariant map".to_string(),
                found: weights.len(),
                expected: self.dim(),
                meaning: "one per basis element".to_string(),
            });
        }
        let mut matrix = self.zero()?;
        for pair in &self.pairs {
            let weights = &weights[pair.first..][..self.count(pair)];
            let (m, n) = (pair.source.multiplicity, pair.target.multiplicity);
            for (b, weights) in weights.chunks((m * n).max(1)).enumerate() {
                if weights.iter().any(|&weight| weight != 0.0) {
                    self.add_blocks(pair, b, weights, &mut matrix);
                }
            }
        }
        Ok(matrix)
    }

    /// Basis element `index`, a `target x source` matrix.
    ///
    /// # Errors
    ///
    /// If the matrix would have more than [`MAX_ENTRIES`](Self::MAX_ENTRIES), or there is no
    /// such element.
    pub fn matrix(&self, index: usize) -> Result<Matrix, MathError> {
        if index >= self.dim() {
            let dim = self.dim();
            return Err(MathError::NoBasisElement { index, dim });
        }
        let mut weights = vec![0.0; self.dim()];
        weights[index] = 1.0;
        self.expand(&weights)
    }

    fn zero(&self) -> Result<Matrix, MathError> {
        match self.rows.checked_mul(self.columns) {
            Some(entries) if entries <= Self::MAX_ENTRIES => {
                Ok(Matrix::zeros(self.rows, self.columns))
            }
            _ => Err(MathError::TooLarge {
                what: format!("a map from {} to {}", self.source, self.target),
                numbers: format!("{} x {}", self.rows, self.columns),
                max: Self::MAX_ENTRIES,
                remedy: "smaller tensor types, or the invariants of single terms",
            }),
        }
    }

    /// Adds invariant `b` of a pair to all blocks, times their weights.
    fn add_blocks(&self, pair: &Pair, b: usize, weights: &[f64], matrix: &mut Matrix) {
        let block = self.block(pair, b);
        let (rows, columns) = (size(&pair.target, self.dim), size(&pair.source, self.dim));
        let copies = pair.target.multiplicity;
        for (copy, &weight) in weights.iter().enumerate() {
            let (from, to) = (copy / copies, copy % copies);
            for (r, row) in block.chunks(columns).enumerate() {
                let at = (pair.row + to * rows + r) * self.columns + pair.column + from * columns;
                let entries = matrix.values_mut()[at..][..columns].iter_mut().zip(row);
                entries.for_each(|(sum, value)| *sum += weight * value);
            }
        }
    }

    /// Invariant `b` as a map: its modes are those of the target and the duals of the source,
    /// sorted into vectors and covectors.
    fn block(&self, pair: &Pair, b: usize) -> Vec<f64> {
        let tensor = self.invariants[pair.invariants].tensor(b);
        let (to, from) = (&pair.target, &pair.source);
        if to.covectors == 0 && from.covectors == 0 {
            return tensor;
        }
        // Modes of the tensor: vectors of the target, covectors of the source, covectors of the
        // target, vectors of the source. Of the map: the target's, then the source's.
        let sizes = [from.vectors, to.covectors, from.covectors, to.vectors]
            .map(|modes| self.dim.pow(modes as u32));
        let [inner, outer_dual, inner_dual, outer] = sizes;
        let mut block = Vec::with_capacity(tensor.len());
        for p in 0..outer {
            for q in 0..outer_dual {
                for r in 0..inner {
                    for s in 0..inner_dual {
                        let at = ((p * inner_dual + s) * outer_dual + q) * inner + r;
                        block.push(tensor[at]);
                    }
                }
            }
        }
        block
    }
}

/// Dimension of one copy.
fn size(term: &TensorTerm, dim: usize) -> usize {
    // The types were measured before, or a pair with this term was refused.
    dim.saturating_pow((term.vectors + term.covectors) as u32)
}
