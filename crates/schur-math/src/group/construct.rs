//! How groups are made.

use std::sync::Arc;

use super::{Data, Element, Family, Group};
use crate::cayley::{CayleyTable, laws};
use crate::error::MathError;
use crate::violation::Violation;

impl Group {
    /// `C_n`, the rotations of the plane by multiples of `2π/n`.
    ///
    /// # Errors
    ///
    /// If the order `n` is zero or above [`MAX_ORDER`](Self::MAX_ORDER).
    pub fn cyclic(n: usize) -> Result<Self, MathError> {
        check_order(&format!("C{n}"), Some(n))?;
        let table = CayleyTable::from_fn(n, |i, j| (i + j) % n);
        let names = (0..n).map(|i| planar_name(i, false)).collect();
        let generators = (1..n.min(2)).map(Element::new).collect();
        Ok(Self::from_checked(
            format!("C{n}"),
            Family::Cyclic(n),
            table,
            generators,
            names,
        ))
    }

    /// `D_n`, of order `2n`: the rotations by multiples of `2π/n` and `n` mirrors. The
    /// symmetries of the square are `D_4`, which some texts call `D_8`.
    ///
    /// # Errors
    ///
    /// If the order `2n` is zero or above [`MAX_ORDER`](Self::MAX_ORDER).
    pub fn dihedral(n: usize) -> Result<Self, MathError> {
        check_order(&format!("D{n}"), n.checked_mul(2))?;
        // r^i s^f r^j s^g = r^(i ± j) s^(f+g), with minus if f = 1, since s r = r⁻¹ s.
        let table = CayleyTable::from_fn(2 * n, |a, b| {
            let (i, f, j, g) = (a % n, a / n, b % n, b / n);
            let turn = if f == 0 { i + j } else { i + n - j };
            turn % n + n * (f ^ g)
        });
        let names = (0..2 * n).map(|a| planar_name(a % n, a >= n)).collect();
        let rotation = (1..n.min(2)).map(Element::new);
        let generators = rotation.chain([Element::new(n)]).collect();
        Ok(Self::from_checked(
            format!("D{n}"),
            Family::Dihedral(n),
            table,
            generators,
            names,
        ))
    }

    /// A group from its multiplication table: `rows[g][h]` is the product `g h`. The identity
    /// may have any index.
    ///
    /// All laws are checked, associativity by [Light's test](laws::associativity) in
    /// `n² log₂ n` steps.
    ///
    /// ```
    /// use schur_math::Group;
    ///
    /// let klein = Group::from_cayley_table(
    ///     "V4",
    ///     &[vec![0, 1, 2, 3], vec![1, 0, 3, 2], vec![2, 3, 0, 1], vec![3, 2, 1, 0]],
    /// )?;
    /// assert!(klein.is_abelian());
    /// assert_eq!(klein, Group::dihedral(2)?);
    /// # Ok::<(), schur_math::MathError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a law fails; the error names it and a witness.
    pub fn from_cayley_table(
        name: impl Into<String>,
        rows: &[Vec<usize>],
    ) -> Result<Self, MathError> {
        let name = name.into();
        let table = check_laws(rows).map_err(MathError::law(format!("table of {name:?}")))?;
        let identity = table.identity();
        let names = (0..table.order())
            .map(|g| {
                if Some(g) == identity {
                    "e".to_string()
                } else {
                    format!("g{g}")
                }
            })
            .collect();
        let generators = laws::greedy_generators(&table).filter(|&g| Some(g) != identity);
        let generators = generators.map(Element::new).collect();
        Ok(Self::from_checked(
            name,
            Family::Table,
            table,
            generators,
            names,
        ))
    }

    /// A group from a table that satisfies the laws.
    pub(super) fn from_checked(
        name: String,
        family: Family,
        table: CayleyTable,
        generators: Vec<Element>,
        element_names: Vec<String>,
    ) -> Self {
        let order = table.order();
        let identity = table.identity().expect("the identity law was checked");
        let inverse = |g| {
            let found = (0..order).find(|&h| table.product(g, h) == identity);
            Element::new(found.expect("the inverse law was checked"))
        };
        let inverses = (0..order).map(inverse).collect();
        Self(Arc::new(Data {
            name,
            family,
            table,
            identity: Element::new(identity),
            inverses,
            generators,
            element_names,
        }))
    }
}

fn check_laws(rows: &[Vec<usize>]) -> Result<CayleyTable, Violation> {
    let table = CayleyTable::new(rows)?;
    laws::identity(&table)?;
    laws::inverse(&table)?;
    laws::associativity(&table)?;
    Ok(table)
}

pub(super) fn check_order(name: &str, order: Option<usize>) -> Result<(), MathError> {
    match order {
        Some(1..=Group::MAX_ORDER) => Ok(()),
        _ => Err(MathError::Order {
            name: name.to_string(),
            order: order.map_or("too large to count".to_string(), |n| n.to_string()),
            max: Group::MAX_ORDER,
        }),
    }
}

/// Name of `r^i s^f`.
fn planar_name(i: usize, mirrored: bool) -> String {
    let rotation = match i {
        0 => String::new(),
        1 => "r".to_string(),
        _ => format!("r^{i}"),
    };
    match (rotation.is_empty(), mirrored) {
        (true, false) => "e".to_string(),
        (true, true) => "s".to_string(),
        (false, false) => rotation,
        (false, true) => rotation + " s",
    }
}
