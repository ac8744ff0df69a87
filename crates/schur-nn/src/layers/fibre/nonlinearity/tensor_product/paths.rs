//! How products of irreps couple to irreps.

use schur_math::{Matrix, tolerance::INDEPENDENCE};

use crate::group::{AnyRepresentation, Irreps};
use crate::{FieldType, NnError};

/// The products of the fields of two blocks.
#[derive(Clone, Debug)]
pub(super) struct Product {
    /// The two blocks of the input.
    pub(super) left: usize,
    pub(super) right: usize,
    /// The copies that are multiplied.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Where the products go.
    pub(super) paths: Vec<CouplingPath>,
}

/// An equivariant map from the product of two irreps to one of the output.
#[derive(Clone, Debug)]
pub(super) struct CouplingPath {
    /// The block of the output.
    pub(super) output: usize,
    /// Entries (output component, product entry `a · dim + b`, value), with squares that sum to
    /// the output's dimension.
    pub(super) coupling: Vec<(usize, usize, f64)>,
}

/// A block of the output and a map to it, `[component][entry]` row-major.
type Coupling = (usize, Vec<f64>);

/// All products of fields whose blocks are irreps.
pub(super) fn products(from: &FieldType, to: &FieldType) -> Result<Vec<Product>, NnError> {
    let mut products = Vec::new();
    for (left, a) in from.blocks().iter().enumerate() {
        for (right, b) in from.blocks().iter().enumerate().skip(left) {
            let product = a
                .representation
                .tensor_product(&b.representation)?
                .irreps()?;
            let dim = product.basis.rows();
            let mut couplings = Vec::new();
            for (output, block) in to.blocks().iter().enumerate() {
                let maps = couplings_to(&product, &block.representation);
                couplings.extend(maps.into_iter().map(|map| (output, map)));
            }
            let (m, n) = (a.multiplicity, b.multiplicity);
            let mut push = |pairs: Vec<(usize, usize)>, maps: Vec<Coupling>| {
                let path = |(output, map): Coupling| CouplingPath {
                    output,
                    coupling: entries(&map, dim),
                };
                let paths: Vec<CouplingPath> = maps.into_iter().map(path).collect();
                if !paths.is_empty() && !pairs.is_empty() {
                    products.push(Product {
                        left,
                        right,
                        pairs,
                        paths,
                    });
                }
            };
            if left != right {
                let pairs = (0..m).flat_map(|u| (0..n).map(move |v| (u, v))).collect();
                push(pairs, couplings);
                continue;
            }
            let dim = a.representation.dim();
            let (even, odd) = by_symmetry(&couplings, dim);
            push(
                (0..m).flat_map(|u| (u..m).map(move |v| (u, v))).collect(),
                even,
            );
            push(
                (0..m)
                    .flat_map(|u| (u + 1..m).map(move |v| (u, v)))
                    .collect(),
                odd,
            );
        }
    }
    Ok(products)
}

/// An orthogonal basis of the maps from a sum of irreps to an irrep, `[component][entry]`
/// row-major: the projections on its copies, and what commutes with the irrep behind them.
fn couplings_to(product: &Irreps, irrep: &AnyRepresentation) -> Vec<Vec<f64>> {
    let total = product.basis.rows();
    let mut maps = Vec::new();
    let mut first = 0;
    for part in &product.parts {
        let dim = part.irrep.dim();
        if part.irrep == *irrep {
            let copy = Matrix::from_fn(dim, total, |c, k| product.basis[(k, first + c)]);
            let behind = part
                .endomorphisms
                .iter()
                .map(|e| e.times(&copy).into_values());
            maps.extend(behind);
        }
        first += dim;
    }
    maps
}

/// The maps from the square of an irrep divided into those that are symmetric and those that
/// are antisymmetric in the two factors.
fn by_symmetry(couplings: &[Coupling], dim: usize) -> (Vec<Coupling>, Vec<Coupling>) {
    let part = |sign: f64| {
        let mut independent: Vec<Coupling> = Vec::new();
        for (output, map) in couplings {
            let exchanged = |k: usize| {
                let (component, entry) = (k / (dim * dim), k % (dim * dim));
                map[component * dim * dim + entry % dim * dim + entry / dim]
            };
            let mut part: Vec<f64> = (0..map.len())
                .map(|k| 0.5 * (map[k] + sign * exchanged(k)))
                .collect();
            for (_, other) in independent.iter().filter(|(o, _)| o == output) {
                let overlap = dot(&part, other) / dot(other, other);
                part.iter_mut()
                    .zip(other)
                    .for_each(|(p, o)| *p -= overlap * o);
            }
            let norm = dot(&part, &part);
            if norm > INDEPENDENCE {
                // Of the length that it would have had without symmetry.
                let scale = (dot(map, map) / norm).sqrt();
                part.iter_mut().for_each(|p| *p *= scale);
                independent.push((*output, part));
            }
        }
        independent
    };
    (part(1.0), part(-1.0))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The entries that are not round-off.
fn entries(map: &[f64], columns: usize) -> Vec<(usize, usize, f64)> {
    let all = map.iter().enumerate();
    all.filter(|(_, value)| value.abs() > INDEPENDENCE)
        .map(|(k, &value)| (k / columns, k % columns, value))
        .collect()
}
