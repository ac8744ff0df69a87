//! Clebsch-Gordan decompositions in product groups, from those of the factors.

use super::factor::FactorIrrep;
use super::product_irrep::ProductIrrep;
use crate::error::MathError;
use crate::finite_representation::check_size;
use crate::linear::norm;
use crate::matrix::Matrix;
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
    let bras = left.embedding().kronecker(&right.embedding()).transposed();
    let mut copies: Vec<Copy> = Vec::new();
    for choice in choices(&parts) {
        if filled == total {
            break;
        }
        let inner = rearranged(left, right, &choice);
        let map = bras.times(&inner);
        let mut irreps = vec![ProductIrrep::trivial(&left.group())];
        for part in &choice {
            irreps = irreps.iter().flat_map(|p| p.times(part.irrep())).collect();
        }
        for irrep in irreps {
            for units in unit_choices(&choice) {
                let candidate = map.times(&units.times(&irrep.embedding()));
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
    span: Vec<Matrix>,
}

impl Copy {
    fn new(irrep: ProductIrrep, isometry: Matrix) -> Self {
        let units = irrep.endomorphisms();
        let span = units.iter().map(|e| isometry.times(e));
        Self {
            span: span.collect(),
            coupling: Coupling::new(irrep, isometry),
        }
    }
}

/// What is left of a map beside the copies of its irrep, as an isometry.
fn remaining(mut map: Matrix, irrep: &ProductIrrep, copies: &[Copy]) -> Option<Matrix> {
    let dim = irrep.dim() as f64;
    // Twice is orthogonal to round-off.
    for _ in 0..2 {
        let same = copies.iter().filter(|copy| copy.coupling.irrep() == irrep);
        for direction in same.flat_map(|copy| &copy.span) {
            let pairs = map.values().iter().zip(direction.values());
            let along: f64 = pairs.map(|(a, b)| a * b).sum();
            for (m, d) in map.values_mut().iter_mut().zip(direction.values()) {
                *m -= along / dim * d;
            }
        }
    }
    // An isometry has the norm √dim, and candidates are parts of isometries.
    let size = norm(map.values()) / dim.sqrt();
    (size > INDEPENDENCE).then(|| map.scaled(1.0 / size))
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
fn unit_choices(choice: &[&Coupling<FactorIrrep>]) -> Vec<Matrix> {
    let mut all = vec![Matrix::identity(1)];
    for part in choice {
        let units = part.irrep().endomorphisms();
        all = all
            .iter()
            .flat_map(|product| units.iter().map(move |unit| product.kronecker(unit)))
            .collect();
    }
    all
}

/// `⊗ T_f` with its rows `(a_1, b_1, a_2, b_2, …)` brought to the order
/// `(a_1, a_2, …, b_1, b_2, …)`.
fn rearranged(
    left: &ProductIrrep,
    right: &ProductIrrep,
    choice: &[&Coupling<FactorIrrep>],
) -> Matrix {
    let mut product = Matrix::identity(1);
    for part in choice {
        product = product.kronecker(part.isometry());
    }
    let dims = |irrep: &ProductIrrep| -> Vec<usize> {
        irrep.factors().iter().map(SymmetryIrrep::dim).collect()
    };
    let (a, b) = (dims(left), dims(right));
    let rights: usize = b.iter().product();
    let columns = product.cols();
    let mut sorted = Matrix::zeros(product.rows(), columns);
    for row in 0..product.rows() {
        let (mut rest, mut i, mut j, mut i_step, mut j_step) = (row, 0, 0, 1, 1);
        for (&a, &b) in a.iter().zip(&b).rev() {
            j += rest % b * j_step;
            rest /= b;
            i += rest % a * i_step;
            rest /= a;
            (i_step, j_step) = (i_step * a, j_step * b);
        }
        let target = (i * rights + j) * columns;
        sorted.values_mut()[target..target + columns].copy_from_slice(product.row(row));
    }
    sorted
}
