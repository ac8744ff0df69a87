//! Lines without comments, and blocks of rows.

use super::error;
use crate::error::MathError;
use crate::group::Group;

/// A line that says something.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn error(&self, problem: impl Into<String>, remedy: impl Into<String>) -> MathError {
        error(self.number, problem, remedy)
    }

    /// The first word and the rest.
    pub(super) fn keyword(&self) -> (&'a str, &'a str) {
        let split = self.text.split_once(char::is_whitespace);
        let (keyword, rest) = split.unwrap_or((self.text, ""));
        (keyword, rest.trim())
    }

    /// A name that fills the rest of a line.
    pub(super) fn name(&self, rest: &str) -> Result<String, MathError> {
        if rest.is_empty() {
            return Err(self.error("has no name", "write the name behind the first word"));
        }
        Ok(rest.to_string())
    }

    /// A name that can stand in a word such as `r^2 s`.
    pub(super) fn generator_name(&self, name: &str) -> Result<String, MathError> {
        let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
        if !name.is_empty() && name.chars().all(plain) {
            return Ok(name.to_string());
        }
        Err(self.error(
            format!("names a generator {name:?}"),
            "use letters, digits, _ and '",
        ))
    }
}

/// The text with lines that end in `\` and the next one as one; empty lines keep the numbers of those
/// behind them.
pub(super) fn joined(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut broken = 0;
    for line in text.lines() {
        match line.strip_suffix('\\') {
            Some(part) if !line.contains('#') => {
                whole.push_str(part);
                broken += 1;
            }
            _ => {
                whole.push_str(line);
                whole.extend(std::iter::repeat_n('\n', 1 + std::mem::take(&mut broken)));
            }
        }
    }
    whole
}

/// The lines of a text that say something.
pub(super) struct Lines<'a> {
    rest: std::iter::Enumerate<std::str::Lines<'a>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // Some editors begin files with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            rest: text.lines().enumerate(),
        }
    }

    /// The next rows, as many as the first has entries, all of that length.
    pub(super) fn square(
        &mut self,
        head: &Line<'_>,
        what: &str,
    ) -> Result<Vec<(Line<'a>, Vec<&'a str>)>, MathError> {
        let mut rows: Vec<(Line<'a>, Vec<&'a str>)> = Vec::new();
        let mut size = 1;
        while rows.len() < size {
            let Some(line) = self.next() else {
                let problem = format!(
                    "begins a {what} of which {} rows are missing",
                    size - rows.len()
                );
                return Err(head.error(problem, "write the rows below it"));
            };
            let entries: Vec<&str> = line.text.split_whitespace().collect();
            if rows.is_empty() {
                size = entries.len();
                if size > Group::MAX_ORDER {
                    let problem = format!("begins a {what} with {size} columns");
                    let remedy = format!("give at most {}", Group::MAX_ORDER);
                    return Err(line.error(problem, remedy));
                }
            }
            if entries.len() != size {
                let row = rows.len() + 1;
                let found = entries.len();
                let problem =
                    format!("is row {row} of a {what} with {size} columns and has {found} entries");
                let remedy = format!("a {what} is square: give {size} rows of {size} entries");
                return Err(line.error(problem, remedy));
            }
            rows.push((line, entries));
        }
        Ok(rows)
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        self.rest.find_map(|(index, text)| {
            let text = text.split('#').next().unwrap_or_default().trim();
            let number = index + 1;
            (!text.is_empty()).then_some(Line { number, text })
        })
    }
}
