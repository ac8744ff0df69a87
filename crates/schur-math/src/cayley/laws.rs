//! The laws that make a table a group.

use super::CayleyTable;
use crate::violation::{Law, LawReport, Meter, Violation};

/// Every product is an element: `rows` is square, of size 1 to
/// [`CayleyTable::MAX_ORDER`], and holds numbers below its size.
///
/// ```
/// use schur_math::laws;
///
/// assert_eq!(laws::closure(&[vec![0, 1], vec![1, 0]])?.cases, 4);
/// assert_eq!(laws::closure(&[vec![0, 1], vec![1, 2]]).unwrap_err().witness, "(1, 1)");
/// # Ok::<(), laws::Violation>(())
/// ```
///
/// # Errors
///
/// The first row of a wrong length or the first pair whose product is no element.
pub fn closure(rows: &[Vec<usize>]) -> Result<LawReport, Violation> {
    let order = rows.len();
    let mut meter = Meter::new(Law::Closure);
    if order > CayleyTable::MAX_ORDER {
        let explanation = format!("tables have at most {} rows", CayleyTable::MAX_ORDER);
        return Err(Violation::exact(
            Law::Closure,
            format!("{order} rows"),
            explanation,
        ));
    }
    for (g, row) in rows.iter().enumerate() {
        if row.len() != order {
            let explanation = format!("it has {} entries, the table has {order} rows", row.len());
            return Err(Violation::exact(
                Law::Closure,
                format!("row {g}"),
                explanation,
            ));
        }
        for (h, &product) in row.iter().enumerate() {
            meter.count();
            if product >= order {
                let explanation = format!(
                    "the product is {product}, the elements are 0 to {}",
                    order - 1
                );
                return Err(Violation::exact(
                    Law::Closure,
                    format!("({g}, {h})"),
                    explanation,
                ));
            }
        }
    }
    meter.finish(0.0)
}

/// There is an element `e` with `e g = g e = g` for all `g`.
///
/// ```
/// use schur_math::{CayleyTable, laws};
///
/// // Subtraction modulo 3 has 0 only on the right.
/// let minus = CayleyTable::new(&[vec![0, 2, 1], vec![1, 0, 2], vec![2, 1, 0]])?;
/// assert_eq!(laws::identity(&minus).unwrap_err().witness, "(0, 1)");
/// # Ok::<(), laws::Violation>(())
/// ```
///
/// # Errors
///
/// Names the element that comes closest and a `g` where it fails.
pub fn identity(table: &CayleyTable) -> Result<LawReport, Violation> {
    let order = table.order();
    if table.identity().is_some() {
        let mut meter = Meter::new(Law::Identity);
        (0..order).for_each(|_| meter.count());
        return meter.finish(0.0);
    }
    let is_fixed = |e: usize, g: usize| table.product(e, g) == g && table.product(g, e) == g;
    let fixed = |e: usize| (0..order).filter(|&g| is_fixed(e, g)).count();
    // The smallest of the best candidates; `max_by_key` would take the last.
    let best = (0..order).rev().max_by_key(|&e| fixed(e)).unwrap_or(0);
    let g = (0..order).find(|&g| !is_fixed(best, g)).unwrap_or(0);
    let explanation = format!(
        "{best} comes closest to an identity, but {best}·{g} = {} and {g}·{best} = {}",
        table.product(best, g),
        table.product(g, best)
    );
    Err(Violation::exact(
        Law::Identity,
        format!("({best}, {g})"),
        explanation,
    ))
}

/// Every `g` has an element `h` with `g h = h g = e`.
///
/// ```
/// use schur_math::{CayleyTable, laws};
///
/// // Multiplication modulo 3, with the zero.
/// let times = CayleyTable::new(&[vec![0, 0, 0], vec![0, 1, 2], vec![0, 2, 1]])?;
/// assert_eq!(laws::inverse(&times).unwrap_err().witness, "0");
/// # Ok::<(), laws::Violation>(())
/// ```
///
/// # Errors
///
/// The first `g` without inverse, or the violation of [`identity`] if there is no `e`.
pub fn inverse(table: &CayleyTable) -> Result<LawReport, Violation> {
    identity(table)?;
    let e = table.identity();
    let mut meter = Meter::new(Law::Inverse);
    let elements = 0..table.order();
    for g in elements.clone() {
        meter.count();
        let is_inverse =
            |h: usize| Some(table.product(g, h)) == e && Some(table.product(h, g)) == e;
        if !elements.clone().any(is_inverse) {
            let explanation = "no element is its inverse".to_string();
            return Err(Violation::exact(Law::Inverse, g, explanation));
        }
    }
    meter.finish(0.0)
}

/// `(x a) y = x (a y)` for all `x`, `a`, `y`, by Light's test (Clifford & Preston 1961, §1.2).
///
/// The elements `a` for which the law holds for all `x` and `y` are closed under products:
/// `(x(ab))y = ((xa)b)y = (xa)(by) = x(a(by)) = x((ab)y)`.
/// So it suffices to look at generators. They are chosen greedily, the smallest element that
/// is no product of earlier ones; in a table with inverses each doubles what is generated, so
/// `n² log₂ n` cases decide instead of `n³`.
///
/// ```
/// use schur_math::{CayleyTable, laws};
///
/// // Subtraction modulo 3: (0 - 1) - 1 is not 0 - (1 - 1).
/// let minus = CayleyTable::new(&[vec![0, 2, 1], vec![1, 0, 2], vec![2, 1, 0]])?;
/// assert!(laws::associativity(&minus).is_err());
/// let plus = CayleyTable::new(&[vec![0, 1, 2], vec![1, 2, 0], vec![2, 0, 1]])?;
/// assert!(laws::associativity(&plus).is_ok());
/// # Ok::<(), laws::Violation>(())
/// ```
///
/// # Errors
///
/// The first triple `(x, a, y)` where the law fails.
pub fn associativity(table: &CayleyTable) -> Result<LawReport, Violation> {
    let order = table.order();
    let mut meter = Meter::new(Law::Associativity);
    for a in greedy_generators(table) {
        for x in 0..order {
            let xa = table.product(x, a);
            for y in 0..order {
                meter.count();
                let (left, right) = (table.product(xa, y), table.product(x, table.product(a, y)));
                if left != right {
                    let explanation = format!(
                        "({x}·{a})·{y} = {left} but {x}·({a}·{y}) = {right}, elements counted from 0"
                    );
                    return Err(Violation::exact(
                        Law::Associativity,
                        format!("({x}, {a}, {y})"),
                        explanation,
                    ));
                }
            }
        }
    }
    meter.finish(0.0)
}

/// Elements whose right products reach the whole table, one at a time: an iterator, so that
/// the test of one generator comes before the search for the next.
pub(crate) fn greedy_generators(table: &CayleyTable) -> impl Iterator<Item = usize> {
    let mut chosen: Vec<usize> = Vec::new();
    let mut reached = vec![false; table.order()];
    std::iter::from_fn(move || {
        let next = reached.iter().position(|&seen| !seen)?;
        chosen.push(next);
        extend_reached(table, &chosen, &mut reached);
        Some(next)
    })
}

/// Closes `reached` under products with the chosen elements from the right.
fn extend_reached(table: &CayleyTable, chosen: &[usize], reached: &mut [bool]) {
    for &a in chosen {
        reached[a] = true;
    }
    let mut todo: Vec<usize> = (0..table.order()).filter(|&x| reached[x]).collect();
    while let Some(x) = todo.pop() {
        for &a in chosen {
            let product = table.product(x, a);
            if !reached[product] {
                reached[product] = true;
                todo.push(product);
            }
        }
    }
}
