//! The law that makes rows a multiplication table.

use crate::violation::{Law, LawReport, Meter, Violation};

/// Largest number of rows of a multiplication table.
pub(crate) const MAX_ORDER: usize = 2048;

/// Every product is an element: `rows` is square, of size 1 to
/// [`CayleyTable::MAX_ORDER`](crate::CayleyTable::MAX_ORDER), and holds numbers below its size.
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
    if order > MAX_ORDER {
        let explanation = format!("tables have at most {MAX_ORDER} rows");
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
