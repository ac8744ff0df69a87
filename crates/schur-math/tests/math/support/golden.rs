//! Reads golden tables of numbers.

use super::table;

/// One row: its numbers, of which the last is the tolerance to compare with.
#[derive(Debug)]
pub(crate) struct Row(Vec<f64>);

impl Row {
    /// All numbers but the last.
    pub(crate) fn numbers<const N: usize>(&self) -> [f64; N] {
        self.0[..self.0.len() - 1].try_into().unwrap()
    }

    /// How far a value may be off.
    pub(crate) fn tolerance(&self) -> f64 {
        self.0[self.0.len() - 1]
    }
}

/// The rows of a table.
pub(crate) fn rows(file: &str) -> Vec<Row> {
    let numbers = |cells: Vec<String>| cells.iter().map(|text| text.parse().unwrap()).collect();
    table::rows(file)
        .into_iter()
        .map(|cells| Row(numbers(cells)))
        .collect()
}
