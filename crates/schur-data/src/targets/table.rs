//! Tables of targets: one row per file, with a line of names above.

use std::io::Read;
use std::path::Path;

use super::{AXES, Quantities};
use crate::{DataError, counted};

/// Largest table, in bytes.
const MAX_BYTES: u64 = 1 << 30;
/// Largest size of a number: its square is one in 64 bits.
const MAX_VALUE: f64 = f32::MAX as f64;

/// Which columns of a table are read; they are found by their names, in whatever order they stand.
///
/// ```
/// use schur_data::{Columns, TargetFolder};
///
/// let directory = tempfile::tempdir()?;
/// let mut table = String::from("file,tip_y,energy,tip_x,note\n");
/// for i in 0..10 {
///     std::fs::write(directory.path().join(format!("{i}.png")), "")?;
///     table += &format!("{i}.png,1,{i},0,no number\n");
/// }
/// std::fs::write(directory.path().join("targets.csv"), table)?;
/// let names = ["energy", "tip"].map(str::to_string);
/// let folder = TargetFolder::open(directory.path(), None, Columns::Named(&names))?;
/// assert_eq!(folder.quantities.components(), ["energy", "tip_x", "tip_y"]);
/// assert!(TargetFolder::open(directory.path(), None, Columns::All).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Columns<'a> {
    /// All behind the first.
    All,
    /// Those of these names; the name of a vector without `_x` and `_y` stands for its components.
    Named(&'a [String]),
    /// Those of a trained network, with its standard.
    Of(&'a Quantities),
}

/// Name of a vector and number of the axis, of a column of a component.
fn component(column: &str) -> Option<(&str, usize)> {
    let (stem, end) = column.rsplit_once('_')?;
    let axis = AXES
        .iter()
        .position(|axis| end.eq_ignore_ascii_case(axis))?;
    (!stem.is_empty()).then_some((stem, axis))
}

/// The name of a column with its axis in a small letter.
fn known_as(column: &str) -> String {
    component(column).map_or(column.to_string(), |(stem, axis)| {
        format!("{stem}_{}", AXES[axis])
    })
}

/// Names of columns, with quotes around those that have a comma, as CSV files have them.
fn listed(names: &[String]) -> String {
    let quoted = names.iter().map(|name| match name.contains(',') {
        true => format!("\"{name}\""),
        false => name.clone(),
    });
    quoted.collect::<Vec<_>>().join(", ")
}

/// Spreadsheets mark their texts.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// What separates the cells of a table, if not commas, and its lines.
fn records(text: &[u8]) -> (Option<u8>, csv::Reader<&[u8]>) {
    let mut all = text.split(|&b| b == b'\n' || b == b'\r');
    let first = all.find(|line| !line.trim_ascii().is_empty());
    let separator = [b';', b'\t']
        .into_iter()
        .find(|s| first.unwrap_or(&[]).contains(s));
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(separator.unwrap_or(b','))
        .from_reader(text);
    (separator, reader)
}

/// The cells of a table.
pub(crate) struct Table {
    file: String,
    /// Names of the columns; the first has the files.
    header: Vec<String>,
    /// Numbers of lines, from 1, with their cells.
    rows: Vec<(u64, Vec<String>)>,
    /// Whether cells are separated by commas, so that a comma is no decimal one.
    commas: bool,
}

impl Table {
    /// Reads the cells: separated by commas, semicolons or tabs, as the first line has them.
    pub(crate) fn read(path: &Path) -> Result<Self, DataError> {
        let bytes = crate::file::load(path, MAX_BYTES)?;
        let file = path.display().to_string();
        let refuse = |line: Option<u64>, problem: String| DataError::Table {
            file: file.clone(),
            place: line.map_or(String::new(), |line| format!(", line {line}")),
            problem,
        };
        let text = without_mark(&bytes);
        let no_text = "it is no text in UTF-8; save it as `CSV UTF-8`";
        if text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") {
            return Err(refuse(None, no_text.into()));
        }
        let (separator, mut reader) = records(text);
        let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
        let mut lines = Lines::of(text);
        for record in reader.byte_records() {
            let record = record.map_err(|e| refuse(None, format!("{e}; write it again")))?;
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            let cells = record.iter().map(|cell| String::from_utf8(cell.to_vec()));
            let cells: Result<Vec<String>, _> = cells.collect();
            let cells = cells.map_err(|_| refuse(Some(line), no_text.into()))?;
            // Spreadsheets leave lines of separators alone.
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push((line, cells));
            }
        }
        if rows.len() < 2 {
            let text = "a table has a line with the names of its columns, and then a line per file";
            return Err(refuse(
                None,
                format!("{}; {text}", counted(rows.len(), "line")),
            ));
        }
        let (line, header) = rows.remove(0);
        if header.len() < 2 {
            let text = "one column; the first has the names of files, others numbers to be found, separated \
                        by commas, semicolons or tabs";
            return Err(refuse(Some(line), text.into()));
        }
        if let Some(at) = header.iter().skip(1).position(String::is_empty) {
            let text = format!("column {} has no name; name it, or remove it", at + 2);
            return Err(refuse(Some(line), text));
        }
        if let Some(name) = header
            .iter()
            .skip(1)
            .find(|name| name.parse::<f64>().is_ok())
        {
            let text = format!(
                "`{name}` is no name of a column; the first line has names, such as `file,area,tip_x,tip_y`"
            );
            return Err(refuse(Some(line), text));
        }
        if let Some((line, cells)) = rows.iter().find(|(_, cells)| cells.len() != header.len()) {
            let text = format!(
                "{}, but there are {} ({}); with decimal commas, separate cells by semicolons",
                counted(cells.len(), "cell"),
                counted(header.len(), "column"),
                header.join(", ")
            );
            return Err(refuse(Some(*line), text));
        }
        Ok(Self {
            file,
            header,
            rows,
            commas: separator.is_none(),
        })
    }

    /// The first name of a file, of which no more is read than the beginning.
    pub(crate) fn first_file(path: &Path) -> Option<String> {
        const BEGINNING: u64 = 1 << 16;
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).ok()?;
        file.take(BEGINNING).read_to_end(&mut bytes).ok()?;
        let (_, reader) = records(without_mark(&bytes));
        let rows = reader.into_byte_records().map_while(Result::ok);
        let mut rows = rows.filter(|row| row.iter().any(|cell| !cell.is_empty()));
        String::from_utf8(rows.nth(1)?.get(0)?.to_vec()).ok()
    }

    /// The names of files, with the numbers of their lines, as they are written.
    pub(crate) fn files(&self) -> impl Iterator<Item = (u64, &str)> {
        self.rows
            .iter()
            .map(|(line, cells)| (*line, cells[0].as_str()))
    }

    /// An error in a line.
    pub(crate) fn refuse(&self, line: u64, problem: String) -> DataError {
        DataError::Table {
            file: self.file.clone(),
            place: format!(", line {line}"),
            problem,
        }
    }

    /// What the columns ask, and the values of every row in that order.
    pub(crate) fn values(
        &self,
        axes: usize,
        columns: Columns<'_>,
    ) -> Result<(Quantities, Vec<Vec<f64>>), DataError> {
        let (mut quantities, columns_of) = self.quantities(axes, &self.chosen(columns)?)?;
        if let Columns::Of(asked) = columns {
            quantities = asked.clone();
        }
        let mut written = Written::default();
        let mut rows = Vec::with_capacity(self.rows.len());
        for (line, cells) in &self.rows {
            let value = |&column: &usize| {
                let value = self.number(&cells[column], *line, &mut written);
                value.map_err(|problem| DataError::Table {
                    file: self.file.clone(),
                    place: format!(", line {line}, column `{}`", self.header[column]),
                    problem,
                })
            };
            rows.push(
                columns_of
                    .iter()
                    .map(value)
                    .collect::<Result<Vec<f64>, _>>()?,
            );
        }
        Ok((quantities, rows))
    }

    fn refuse_header(&self, problem: String) -> DataError {
        DataError::Table {
            file: self.file.clone(),
            place: ", its first line".to_string(),
            problem,
        }
    }

    /// The columns that are read.
    fn chosen(&self, columns: Columns<'_>) -> Result<Vec<usize>, DataError> {
        let names = match columns {
            Columns::All => return Ok((1..self.header.len()).collect()),
            Columns::Named(names) => names.to_vec(),
            Columns::Of(asked) => asked.components(),
        };
        let mut chosen = Vec::new();
        for name in &names {
            let called = |of: &dyn Fn(&str) -> bool| -> Vec<usize> {
                let columns = 1..self.header.len();
                columns.filter(|&at| of(&self.header[at])).collect()
            };
            let mut found = called(&|column| known_as(column) == known_as(name));
            if found.is_empty() {
                found = called(&|column| component(column).is_some_and(|(stem, _)| stem == name));
            }
            let problem = match columns {
                _ if found.iter().any(|at| chosen.contains(at)) => {
                    format!("`{name}` is asked for twice; name every column once")
                }
                _ if !found.is_empty() => {
                    chosen.extend(found);
                    continue;
                }
                Columns::Of(_) => format!(
                    "there is no column `{name}`; the network was trained for {}, and there are {}",
                    names.join(", "),
                    listed(&self.header[1..])
                ),
                _ => format!(
                    "there is no column `{name}`; choose of {}",
                    listed(&self.header[1..])
                ),
            };
            return Err(self.refuse_header(problem));
        }
        Ok(chosen)
    }

    /// Numbers and vectors by the names of some columns, and the columns of their components.
    fn quantities(
        &self,
        axes: usize,
        chosen: &[usize],
    ) -> Result<(Quantities, Vec<usize>), DataError> {
        let refuse = |problem: String| self.refuse_header(problem);
        let (mut numbers, mut vectors): (Vec<(String, usize)>, Vec<String>) = Default::default();
        let mut components: Vec<(String, usize, usize)> = Vec::new();
        for &column in chosen {
            let name = &self.header[column];
            let mut others = self.header.iter().skip(1).map(|other| known_as(other));
            if others.position(|other| other == known_as(name)) != Some(column - 1) {
                return Err(refuse(format!(
                    "there are two columns `{name}`; rename one"
                )));
            }
            let Some((stem, axis)) = component(name) else {
                numbers.push((name.clone(), column));
                continue;
            };
            if axis >= axes {
                let text = format!(
                    "`{name}`: images have vectors with x and y alone; rename a number that stays as it is \
                     when the image turns, {stem}{} for example",
                    AXES[axis]
                );
                return Err(refuse(text));
            }
            if !vectors.iter().any(|other| other == stem) {
                vectors.push(stem.to_string());
            }
            components.push((stem.to_string(), axis, column));
        }
        let mut columns: Vec<usize> = numbers.iter().map(|(_, column)| *column).collect();
        for stem in &vectors {
            for (axis, name) in AXES.iter().enumerate().take(axes) {
                let column = components
                    .iter()
                    .find(|(of, at, _)| (of, *at) == (stem, axis));
                let Some((.., column)) = column else {
                    let all: Vec<String> = AXES
                        .iter()
                        .take(axes)
                        .map(|axis| format!("{stem}_{axis}"))
                        .collect();
                    return Err(refuse(format!(
                        "there is no column `{stem}_{name}` among those to be learnt; {} are together a vector \
                         that turns with the picture: add it, or rename a number that stays as it is",
                        all.join(" and ")
                    )));
                };
                columns.push(*column);
            }
        }
        let numbers = numbers.into_iter().map(|(name, _)| name).collect();
        let quantities = Quantities::new(numbers, vectors, axes);
        Ok((quantities.map_err(|e| refuse(e.to_string()))?, columns))
    }

    fn number(&self, cell: &str, line: u64, written: &mut Written) -> Result<f64, String> {
        if cell.is_empty() {
            return Err("the cell is empty; write a number, or remove the row and its file".into());
        }
        // As programs with typography write it.
        let text = cell.replace('\u{2212}', "-");
        let comma = text.contains(',');
        if comma && (self.commas || text.contains('.') || text.matches(',').count() > 1) {
            return Err(format!(
                "`{cell}`: write numbers with a decimal point and without marks between thousands; decimal \
                 commas are read where cells are separated by semicolons or tabs"
            ));
        }
        let place = match comma {
            true => &mut written.comma,
            false => &mut written.point,
        };
        if comma || text.contains('.') {
            place.get_or_insert((line, cell.to_string()));
        }
        if let (Some((a, comma)), Some((b, point))) = (&written.comma, &written.point) {
            return Err(format!(
                "line {a} has a decimal comma ({comma}), line {b} a decimal point ({point}); use one of them"
            ));
        }
        match text.replace(',', ".").parse::<f64>() {
            Err(_) => Err(format!("`{cell}` is no number; write one")),
            Ok(value) if value.abs() <= MAX_VALUE => Ok(value),
            Ok(value) if value.is_infinite() && text.contains(|c: char| c.is_ascii_digit()) => {
                Err(format!("`{cell}` is too large; use other units"))
            }
            Ok(value) if value.is_finite() => {
                Err(format!("`{cell}` is too large; use other units"))
            }
            Ok(_) => Err(format!(
                "`{cell}` is no finite number; write one, or remove the row and its file"
            )),
        }
    }
}

/// The numbers of lines, which end as on Unix, on Windows, or on an old Macintosh.
struct Lines<'a> {
    text: &'a [u8],
    /// So far is counted.
    byte: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Self {
        Self {
            text,
            byte: 0,
            line: 1,
        }
    }

    /// The line of the first cell from a byte on, which is not before the last one that was asked for.
    fn at(&mut self, byte: u64) -> u64 {
        let is_end = |b: &u8| *b == b'\n' || *b == b'\r';
        while let Some(here) = self.text.get(self.byte) {
            if self.byte as u64 >= byte && !is_end(here) {
                break;
            }
            self.byte += 1;
            let in_pair = *here == b'\r' && self.text.get(self.byte) == Some(&b'\n');
            self.line += u64::from(is_end(here) && !in_pair);
        }
        self.line
    }
}

/// The first number with a decimal comma, and the first with a point, with their lines.
#[derive(Default)]
struct Written {
    comma: Option<(u64, String)>,
    point: Option<(u64, String)>,
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "c,d", "", "e,f"].join(end);
            let mut lines = Lines::of(text.as_bytes());
            let starts = ["a", "c", "e"].map(|cell| text.find(cell).unwrap());
            assert_eq!(
                starts.map(|byte| lines.at(byte as u64)),
                [1, 2, 4],
                "{end:?}"
            );
            // A reader may say where the end of the line before begins.
            let mut lines = Lines::of(text.as_bytes());
            assert_eq!([0, 3].map(|byte| lines.at(byte)), [1, 2], "{end:?}");
        }
    }
}
