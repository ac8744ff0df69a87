//! Aligned columns, and sums of irreps.

use crate::say::line;

/// Adds rows below a head, numbers to the right, columns marked in `left` to the left.
pub(super) fn table<H: AsRef<str>>(
    out: &mut String,
    head: &[H],
    rows: &[Vec<String>],
    left: &[usize],
) {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .chain([head[column].as_ref().chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut add = |cells: Vec<&str>| {
        let cells: Vec<String> = cells
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, &width))| match left.contains(&column) {
                true => format!("{cell:<width$}"),
                false => format!("{cell:>width$}"),
            })
            .collect();
        line!(out, "  {}", cells.join("  ").trim_end());
    };
    add(head.iter().map(AsRef::as_ref).collect());
    let total = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    add(vec![&"─".repeat(total)]);
    for row in rows {
        add(row.iter().map(String::as_str).collect());
    }
}

/// `2 A1 + E`.
pub(crate) fn terms(parts: &[(String, usize)]) -> String {
    let term = |(name, multiplicity): &(String, usize)| match multiplicity {
        1 => name.clone(),
        _ => format!("{multiplicity} {name}"),
    };
    parts.iter().map(term).collect::<Vec<_>>().join(" + ")
}
