//! Clebsch-Gordan decompositions in product groups, from those of the factors.

use super::dense::{kronecker, multiply, transpose};
use super::factor::FactorIrrep;
use super::product_irrep::ProductIrrep;
use super::representation::check_size;
use crate::error::MathError;
use crate::linear::norm;
use crate::symmetry::{Coupling, SymmetryIrrep, check_irrep};
use crate::tolerance::INDEPENDENCE;

/// The product of `V = P ⊂ ⊗ a_f` and `W = R ⊂ ⊗ b_f`.
///
/// A choice of couplings `T_f: c_f -> a_f ⊗ b_f` of all factors gives an isometry of `⊗ c_f`
/// to `(⊗ a_f) ⊗ (⊗ b_f)`. With an irrep `Q ⊂ ⊗ c_f` and units `E_f` of what commutes with
/// the `c_f`, the maps `(P ⊗ R)ᵀ (⊗ T_f) (⊗ E_f) Q` span all that commute with the group. Each
/// is a multiple of an isometry, and stays one when its part along earlier copies and their
/// products with units of the irrep is taken off; those that are left are the copies.
pub(super) fn couplings(
    left: &ProductIrrep,
    right: &ProductIrrep,
) -> Result<Vec<Coupling<ProductIrrep>>, MathError> {
    check_irrep(right, &left.group())?;
    let (total, mut filled) = (left.dim() * right.dim(), 0);
    check_size("the product of two irreps", total)?;
    let pairs = left.factors().iter().zip(right.factors());
    let parts: Vec<Vec<Coupling<FactorIrrep>>> = pairs
        .map(|(a, b)| a.couplings(b))
        .collect::<Result<_, _>>()?;
    let bras = transpose(
        &kronecker(
            &left.embedding(),
            left.dim(),
            &right.embedding(),
            right.dim(),
        ),
        total,
    );
    let mut copies: Vec<Copy> = Vec::new();
    for choice in choices(&parts) {
        if filled == total {
            break;
        }
        let inner = rearranged(left, right, &choice);
        let size: usize = choice.iter().map(|part| part.irrep().dim()).product();
        let map = multiply(&bras, &inner, bras.len() / total);
        let mut irreps = vec![ProductIrrep::trivial(&left.group())];
        for part in &choice {
            irreps = irreps.iter().flat_map(|p| p.times(part.irrep())).collect();
        }
        for irrep in irreps {
            for units in unit_choices(&choice) {
                let source = multiply(&units, &irrep.embedding(), size);
                let candidate = multiply(&map, &source, size);
                if let Some(isometry) = remaining(candidate, &irrep, &copies) {
                    filled += irrep.dim();
                    copies.push(Copy::new(irrep.clone(), isometry));
                }
            }
        }
    }
    let couplings = copies.into_iter().map(|copy| copy.coupling);
    Ok(couplings.collect())
}

/// A copy, and its products with the units of the irrep, itself first.
struct Copy {
    coupling: Coupling<ProductIrrep>,
    span: Vec<Vec<f64>>,
}

impl Copy {
    fn new(irrep: ProductIrrep, isometry: Vec<f64>) -> Self {
        let units = irrep.endomorphisms();
        let span = units.iter().map(|e| multiply(&isometry, e, irrep.dim()));
        Self {
            span: span.collect(),
            coupling: Coupling::new(irrep, isometry),
        }
    }
}

/// What is left of a map beside the copies of its irrep, as an isometry.
fn remaining(mut map: Vec<f64>, irrep: &ProductIrrep, copies: &[Copy]) -> Option<Vec<f64>> {
    let dim = irrep.dim() as f64;
    // Twice is orthogonal to round-off.
    for _ in 0..2 {
        let same = copies.iter().filter(|copy| copy.coupling.irrep() == irrep);
        for direction in same.flat_map(|copy| &copy.span) {
            let along: f64 = map.iter().zip(direction).map(|(a, b)| a * b).sum();
            for (m, d) in map.iter_mut().zip(direction) {
                *m -= along / dim * d;
            }
        }
    }
    // An isometry has the norm √dim, and candidates are parts of isometries.
    let size = norm(&map) / dim.sqrt();
    (size > INDEPENDENCE).then(|| map.into_iter().map(|v| v / size).collect())
}

/// Every choice of one coupling per factor.
fn choices(parts: &[Vec<Coupling<FactorIrrep>>]) -> Vec<Vec<&Coupling<FactorIrrep>>> {
    let mut all = vec![Vec::new()];
    for part in parts {
        let longer = |choice: &Vec<_>| {
            let choice = choice.clone();
            part.iter().map(move |next| [&choice[..], &[next]].concat())
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// The products `⊗ E_f` of units of the coupled irreps, the identity first.
fn unit_choices(choice: &[&Coupling<FactorIrrep>]) -> Vec<Vec<f64>> {
    let mut all = vec![vec![1.0]];
    let mut size = 1;
    for part in choice {
        let (units, dim) = (part.irrep().endomorphisms(), part.irrep().dim());
        all = all
            .iter()
            .flat_map(|product| {
                units
                    .iter()
                    .map(move |unit| kronecker(product, size, unit, dim))
            })
            .collect();
        size *= dim;
    }
    all
}

/// `⊗ T_f` with its rows `(a_1, b_1, a_2, b_2, …)` brought to the order
/// `(a_1, a_2, …, b_1, b_2, …)`.
fn rearranged(
    left: &ProductIrrep,
    right: &ProductIrrep,
    choice: &[&Coupling<FactorIrrep>],
) -> Vec<f64> {
    let (mut product, mut columns) = (vec![1.0], 1);
    for part in choice {
        let dim = part.irrep().dim();
        product = kronecker(&product, columns, part.isometry(), dim);
        columns *= dim;
    }
    let dims = |irrep: &ProductIrrep| -> Vec<usize> {
        irrep.factors().iter().map(SymmetryIrrep::dim).collect()
    };
    let (a, b) = (dims(left), dims(right));
    let rights: usize = b.iter().product();
    let mut sorted = vec![0.0; product.len()];
    for (row, values) in product.chunks(columns).enumerate() {
        let (mut rest, mut i, mut j, mut i_step, mut j_step) = (row, 0, 0, 1, 1);
        for (&a, &b) in a.iter().zip(&b).rev() {
            j += rest % b * j_step;
            rest /= b;
            i += rest % a * i_step;
            rest /= a;
            (i_step, j_step) = (i_step * a, j_step * b);
        }
        let target = (i * rights + j) * columns;
        sorted[target..target + columns].copy_from_slice(values);
    }
    sorted
}
