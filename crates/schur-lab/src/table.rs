//! Tables of results, which become CSV files and HTML.

use crate::tolerance::DECIMALS;

/// Rows of text under a head.
///
/// ```
/// let mut table = schur_lab::Table::new("errors", "Errors by group", &["group", "error"]);
/// table.row(["O(1, 3)".to_string(), "0.5".to_string()]);
/// assert_eq!(table.csv(), "group,error\n\"O(1, 3)\",0.5\n");
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    /// File name without ending.
    pub name: &'static str,
    /// What the table shows.
    pub caption: String,
    /// Names of the columns.
    pub head: Vec<&'static str>,
    /// The cells as text, row by row.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(name: &'static str, caption: impl Into<String>, head: &[&'static str]) -> Self {
        Self {
            name,
            caption: caption.into(),
            head: head.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, one cell per column.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Comma-separated values as in RFC 4180, with line feeds.
    pub fn csv(&self) -> String {
        let head = self.head.iter().map(|cell| quoted(cell));
        let mut text = head.collect::<Vec<_>>().join(",") + "\n";
        for row in &self.rows {
            let cells = row.iter().map(|cell| quoted(cell));
            text += &(cells.collect::<Vec<_>>().join(",") + "\n");
        }
        text
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_string()
    }
}

/// A number for people: whole numbers without decimals, small ones with an exponent, others
/// with three digits.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value == value.trunc() && size < 1e15 {
        format!("{value:.0}")
    } else if !DECIMALS.contains(&size) {
        format!("{value:.1e}").replace(".0e", "e")
    } else {
        let digits = 2 - size.log10().floor() as i32;
        format!("{value:.0$}", digits.max(1) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_commas_are_quoted() {
        let mut table = Table::new("t", "", &["a", "b"]);
        table.row(["1, 2".to_string(), "say \"x\"".to_string()]);
        assert_eq!(table.csv(), "a,b\n\"1, 2\",\"say \"\"x\"\"\"\n");
    }

    #[test]
    fn numbers_are_short() {
        let all = [0.0, 64.0, -3.0, 0.25, 12.34, 0.0123, 1.0 / 4096.0, f64::NAN].map(number);
        assert_eq!(
            all,
            ["0", "64", "-3", "0.250", "12.3", "0.0123", "2.4e-4", "NaN"]
        );
    }
}
