//! Bases of invariant tensors.

use super::constraint::Generator;
use super::krylov::project;
use super::orbits::SignedOrbits;
use super::{LinearGroup, TensorType};
use crate::error::MathError;
use crate::linear::{norm, orthonormal_columns, remainder};
use crate::mixer::Mixer;
use crate::tolerance::{INVARIANT_RESIDUAL, NEW_INVARIANT};

/// An orthonormal basis of the tensors in `V^⊗p ⊗ V*^⊗q` that a group leaves fixed.
///
/// # How it is found
///
/// 1. Generators that are signed permutations move entries of tensors to entries. Their
///    invariants are orbits with signs: exact, sparse, and orthonormal.
/// 2. What the others leave fixed inside these is the null space of
///    `L = Σ_g (ρ(g) - 1)ᵀ(ρ(g) - 1) + Σ_A dρ(A)ᵀ dρ(A)`. Random vectors are projected onto it
///    by conjugate gradients, matrix-free: `L` is applied mode by mode. If the group contains
///    the transposes of its elements, as all families here do, compact or not, then `L` acts
///    as a Casimir operator of its compact form (Weyl's unitary trick), which has few different
///    eigenvalues, and about as many steps suffice.
/// 3. Projections are collected until three random vectors in a row bring nothing new. To be
///    missed, an invariant would have to be orthogonal to all three up to [`NEW_INVARIANT`],
///    which has a chance below `10⁻¹¹`. Every basis tensor is then checked against every
///    generator ([`residual`](Self::residual)).
/// 4. The basis is replaced by projections of the orbits themselves, orthonormalised in their
///    order, so that it does not depend on the random vectors beyond round-off.
///
/// The random numbers are those of SplitMix64 from a fixed seed, so equal generators give equal
/// bases, bit by bit.
///
/// ```
/// use schur_math::LinearGroup;
///
/// // The metric of Minkowski space, diag(1, -1, -1, -1) / 2.
/// let metric = LinearGroup::lorentz().invariants(0, 2)?;
/// assert_eq!(metric.dim(), 1);
/// let entries = metric.tensor(0);
/// assert!((entries[0] - 0.5).abs() < 1e-12 && (entries[5] + 0.5).abs() < 1e-12);
/// # Ok::<(), schur_math::MathError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct InvariantTensors {
    orbits: SignedOrbits,
    /// Coefficients of orbits; `None` if every orbit is a basis tensor.
    coefficients: Option<Vec<Vec<f64>>>,
    residual: f64,
}

/// Random vectors in a row that must bring nothing new.
const CONFIRMATIONS: usize = 3;

impl InvariantTensors {
    /// Most entries of a tensor.
    pub const MAX_ENTRIES: usize = 1 << 22;

    /// Most numbers that hold a basis, in coordinates of orbits.
    pub const MAX_NUMBERS: usize = 1 << 27;

    pub(super) fn new(
        group: &LinearGroup,
        vectors: usize,
        covectors: usize,
    ) -> Result<Self, MathError> {
        let dim = group.dim;
        let what = || format!("a tensor T({vectors}, {covectors}) of {}", group.name);
        let order = vectors.saturating_add(covectors);
        let entries = TensorType::tensor(vectors, covectors).dim(dim);
        if !entries.is_ok_and(|entries| entries <= Self::MAX_ENTRIES) {
            return Err(MathError::TooLarge {
                what: what(),
                numbers: format!("{dim}^{order}"),
                max: Self::MAX_ENTRIES,
                remedy: "tensors of lower order",
            });
        }
        let mut modes = vec![false; vectors];
        modes.resize(order, true);
        let (mut signed, mut others) = (Vec::new(), Vec::new());
        for generator in &group.generators {
            match generator.signed_permutation() {
                Some(moves) => signed.push(moves),
                None => others.push(generator),
            }
        }
        let orbits = SignedOrbits::new(dim, order, &signed);
        if others.is_empty() {
            return Ok(Self {
                orbits,
                coefficients: None,
                residual: 0.0,
            });
        }
        let search = Search {
            orbits: &orbits,
            generators: &others,
            modes: &modes,
            dim,
        };
        let found = search.null_space(&what)?;
        let coefficients = canonical(&found, orbits.len());
        let residual = search.residual(&coefficients);
        if residual > INVARIANT_RESIDUAL {
            return Err(MathError::NotConverged {
                what: format!("the basis of the invariants of {}", what()),
                steps: coefficients.len(),
                residual,
            });
        }
        Ok(Self {
            orbits,
            coefficients: Some(coefficients),
            residual,
        })
    }

    /// Number of basis tensors: the dimension of the space of invariants.
    pub fn dim(&self) -> usize {
        match &self.coefficients {
            Some(coefficients) => coefficients.len(),
            None => self.orbits.len(),
        }
    }

    /// The entries of a basis tensor, row-major, vector modes first.
    ///
    /// # Panics
    ///
    /// Like slice indexing, if `index` is not below [`dim`](Self::dim).
    pub fn tensor(&self, index: usize) -> Vec<f64> {
        match &self.coefficients {
            Some(coefficients) => self.orbits.embed(&coefficients[index]),
            None => {
                let mut unit = vec![0.0; self.orbits.len()];
                unit[index] = 1.0;
                self.orbits.embed(&unit)
            }
        }
    }

    /// The largest `|ρ(g)v - v|` or `|dρ(A)v|` of a basis tensor and a generator, relative to
    /// that of a random tensor; at most [`INVARIANT_RESIDUAL`], and 0 where orbits suffice.
    pub fn residual(&self) -> f64 {
        self.residual
    }
}

/// The search inside the invariants of signed permutations, in coordinates of orbits.
struct Search<'a> {
    orbits: &'a SignedOrbits,
    generators: &'a [&'a Generator],
    modes: &'a [bool],
    dim: usize,
}

impl Search<'_> {
    fn defects<'b>(&'b self, tensor: &'b [f64]) -> impl Iterator<Item = (&'b Generator, Vec<f64>)> {
        let defect = |&g: &&'b Generator| (g, g.defect(self.modes, self.dim, tensor));
        self.generators.iter().map(defect)
    }

    /// The operator `L`.
    fn apply(&self, x: &[f64]) -> Vec<f64> {
        let tensor = self.orbits.embed(x);
        let mut sum = vec![0.0; tensor.len()];
        for (generator, defect) in self.defects(&tensor) {
            let back = generator.transposed_defect(self.modes, self.dim, &defect);
            sum.iter_mut().zip(back).for_each(|(s, b)| *s += b);
        }
        self.orbits.restrict(&sum)
    }

    /// Orthonormal vectors that span the null space of `L`.
    fn null_space(&self, what: &dyn Fn() -> String) -> Result<Vec<Vec<f64>>, MathError> {
        let unknowns = self.orbits.len();
        let mut random = Mixer(SEED);
        let mut basis: Vec<Vec<f64>> = Vec::new();
        let mut misses = 0;
        while misses < CONFIRMATIONS && basis.len() < unknowns {
            let start: Vec<f64> = (0..unknowns).map(|_| random.symmetric()).collect();
            let Some(start) = unit_remainder(&start, &basis, NEW_INVARIANT) else {
                break;
            };
            let projected = self.project(&start, what)?;
            let Some(first) = unit_remainder(&projected, &basis, NEW_INVARIANT) else {
                misses += 1;
                continue;
            };
            // Again, since scaling up to length 1 has scaled up what round-off had left.
            let polished = self.project(&first, what)?;
            let Some(vector) = unit_remainder(&polished, &basis, NEW_INVARIANT) else {
                misses += 1;
                continue;
            };
            misses = 0;
            basis.push(vector);
            if basis.len().saturating_mul(unknowns) > InvariantTensors::MAX_NUMBERS {
                return Err(MathError::TooLarge {
                    what: format!("the basis of the invariants of {}", what()),
                    numbers: format!("more than {} x {unknowns}", basis.len()),
                    max: InvariantTensors::MAX_NUMBERS,
                    remedy: "tensors of lower order",
                });
            }
        }
        Ok(basis)
    }

    fn project(&self, start: &[f64], what: &dyn Fn() -> String) -> Result<Vec<f64>, MathError> {
        let projected = project(&|x| self.apply(x), start);
        projected.map_err(|(steps, residual)| MathError::NotConverged {
            what: format!("the projection onto the invariants of {}", what()),
            steps,
            residual,
        })
    }

    /// See [`InvariantTensors::residual`].
    fn residual(&self, basis: &[Vec<f64>]) -> f64 {
        let worst = |tensor: &[f64]| {
            let sizes = self.defects(tensor).map(|(_, defect)| norm(&defect));
            sizes.fold(0.0f64, f64::max)
        };
        let mut random = Mixer(SEED);
        let start: Vec<f64> = (0..self.dim.pow(self.modes.len() as u32))
            .map(|_| random.symmetric())
            .collect();
        let typical = worst(&start) / norm(&start);
        let tensors = basis.iter().map(|x| worst(&self.orbits.embed(x)));
        let largest = tensors.fold(0.0f64, f64::max);
        // Where generators do nothing at all there is nothing to be relative to.
        if typical > 0.0 {
            largest / typical
        } else {
            largest
        }
    }
}

/// The part of a vector outside an orthonormal basis, with length 1; `None` if that is shorter
/// than `share` of the vector.
fn unit_remainder(vector: &[f64], basis: &[Vec<f64>], share: f64) -> Option<Vec<f64>> {
    let rest = remainder(&remainder(vector, basis), basis);
    let size = norm(&rest);
    let is_new = size > share * norm(vector) && size > share;
    is_new.then(|| rest.into_iter().map(|v| v / size).collect())
}

/// A basis of the space that `basis` spans, which does not depend on the one given: projections
/// of unit vectors, orthonormalised in their order.
fn canonical(basis: &[Vec<f64>], unknowns: usize) -> Vec<Vec<f64>> {
    let column = |at: usize| basis.iter().map(|vector| vector[at]).collect();
    let turned = orthonormal_columns(basis.len(), unknowns, 1.0, column);
    let combine = |weights: &Vec<f64>| {
        let mut sum = vec![0.0; unknowns];
        for (weight, vector) in weights.iter().zip(basis) {
            sum.iter_mut()
                .zip(vector)
                .for_each(|(s, v)| *s += weight * v);
        }
        sum
    };
    turned.iter().map(combine).collect()
}

/// The first state of the random numbers: "invariant" in ASCII, cut to eight letters.
const SEED: u64 = u64::from_be_bytes(*b"invarian");
