//! Reads golden tables of numbers.

use std::path::Path;

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

/// The rows of a table: comment lines, one line of column names, then the values.
pub(crate) fn rows(file: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let rows: Vec<Row> = lines
        .map(|line| Row(line.split(',').map(|text| text.parse().unwrap()).collect()))
        .collect();
    assert!(!rows.is_empty(), "{file} has no rows");
    rows
}
