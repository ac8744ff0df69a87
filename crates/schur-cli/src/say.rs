//! Printing that survives a closed pipe: `schur eval run | head` must not end in a panic, and a
//! training must go on when nobody listens any more.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use schur_train::RunDir;
use schur_train::images::significant;
use serde::Serialize;

use crate::error::{CliError, Result, fail};
use crate::tolerance::FOUR_DECIMALS;

/// `println!` for progress, where a failure to print is ignored.
macro_rules! say {
    () => {
        crate::say::say!("")
    };
    ($($argument:tt)*) => {{
        use std::io::Write;
        let text = crate::say::fitted(&format!($($argument)*), crate::say::width());
        let _ = writeln!(std::io::stdout(), "{text}");
    }};
}

/// `writeln!` into a `String`, which cannot fail.
macro_rules! line {
    ($out:expr, $($argument:tt)*) => {{
        use std::fmt::Write;
        let _ = writeln!($out, $($argument)*);
    }};
}

pub(crate) use {line, say};

/// Prints the result of a command for people, in lines that fit the terminal. A reader that has gone
/// is no error; a full disk is.
pub(crate) fn emit(text: &str) -> Result<()> {
    emit_data(&fitted(text, width()))
}

/// Prints the value as JSON if that is asked for, or else as text for people.
pub(crate) fn answer<T: Serialize>(
    json: bool,
    value: &T,
    text: impl FnOnce() -> String,
) -> Result<()> {
    match json {
        true => emit_data(&to_json(value)?),
        false => emit(&text()),
    }
}

/// Prints a result for programs, as it is.
pub(crate) fn emit_data(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    match write!(stdout, "{text}{end}").and_then(|()| stdout.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(CliError::Message(format!(
            "writing the result to the standard output: {e}"
        ))),
        _ => Ok(()),
    }
}

/// Says on the standard error what went wrong, in lines that fit. Where even this can't be printed, the
/// exit code still tells.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", fitted(text, width()));
}

/// The ending of a file that is to be written, in small letters, before anything is computed. Refuses one
/// that is none of those that can be written, and a file that a run has.
pub(crate) fn ending(path: &Path, option: &str, endings: &[&'static str]) -> Result<&'static str> {
    let found = path.extension().and_then(|e| e.to_str());
    let known = |ending: &&&str| found.is_some_and(|found| found.eq_ignore_ascii_case(ending));
    let Some(ending) = endings.iter().find(known) else {
        return fail(format!(
            "{option} {}: the ending says the format; use .{}",
            path.display(),
            endings.join(" or .")
        ));
    };
    match is_of_run(path) {
        true => fail(format!(
            "{option} {}: that is a file of a run; choose another name",
            path.display()
        )),
        false => Ok(ending),
    }
}

/// Whether a path is that of a file that a training writes.
fn is_of_run(path: &Path) -> bool {
    const FILES: [&str; 7] = [
        "best.safetensors",
        "last.safetensors",
        "start.safetensors",
        "metrics.csv",
        "timing.csv",
        "samples.png",
        "report.html",
    ];
    let is_run = |path: Option<&Path>| path.is_some_and(|path| RunDir::open(path).is_ok());
    match path.parent() {
        Some(parent) if parent.ends_with("plots") => path.exists() && is_run(parent.parent()),
        parent => FILES.iter().any(|name| path.ends_with(name)) && is_run(parent),
    }
}

/// Refuses a directory with something in it, if nothing there is what the command writes: its pages would
/// take the place of those of others.
pub(crate) fn keep_others(out: &Path, command: &str, ours: impl Fn(&Path) -> bool) -> Result<()> {
    // What can't be listed is refused by the first file that is written.
    let Ok(entries) = std::fs::read_dir(out) else {
        return Ok(());
    };
    let hidden = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name.as_encoded_bytes()[0] == b'.')
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| !hidden(path));
    paths.sort();
    match paths.first().and_then(|path| path.file_name()) {
        Some(first) if !paths.iter().any(|path| ours(path)) => fail(format!(
            "--out {}: it has {}, and nothing that `schur {command}` has made; choose another directory",
            out.display(),
            first.to_string_lossy()
        )),
        _ => Ok(()),
    }
}

/// Readable JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|e| CliError::Message(format!("writing JSON: {e}")))
}

/// Columns of a terminal that does not say how many it has.
const COLUMNS: usize = 80;
/// Lines are not broken into less than that.
const LEAST: usize = 20;
/// What stands before that column names a line, and what is broken off goes on below the rest.
const LABEL: usize = 24;

/// Columns of text on a page.
pub(crate) const PAGE: usize = 100;

/// Columns for a line: as the variable `COLUMNS` says, or the terminal, or else 80.
pub(crate) fn width() -> usize {
    // Some shells say 0 where they do not know.
    let asked = std::env::var("COLUMNS").ok();
    let asked = asked.and_then(|text| text.trim().parse().ok());
    let asked = asked.filter(|columns| *columns > 0);
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    asked.or_else(terminal).unwrap_or(COLUMNS).max(LEAST)
}

/// The text with lines of at most so many columns. What is too long is broken between words and goes
/// on below the first word behind its label, or a little to the right of where it began; a word stays
/// whole if it fits a line of its own.
pub(crate) fn fitted(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        match line.chars().count() > width {
            true => broken(line, width, &mut out),
            false => out.push_str(line),
        }
    }
    out
}

/// A number with four decimals, or so large that it would break columns, with five figures.
pub(crate) fn decimals(value: f64) -> String {
    match value.abs() < FOUR_DECIMALS {
        true => format!("{value:.4}"),
        false => significant(value),
    }
}

/// Bytes as people read them.
pub(crate) fn bytes(bytes: u128) -> String {
    let size = ByteSize::b(u64::try_from(bytes).unwrap_or(u64::MAX));
    size.display().si().to_string()
}

/// Rows of cells in columns, the first row the head: the first `left` columns begin at the left, the
/// others, of numbers, end at the right. Where there is no room the gaps are narrower, and if that does
/// not help the widest column of the left ones is shortened, with `…` at the end of what is missing.
pub(crate) fn columns(rows: &[Vec<String>], left: usize, width: usize) -> String {
    const LEAST_WORD: usize = 8;
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |i: usize| {
        let cells = rows.iter().filter_map(|row| row.get(i));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..count).map(wide).collect();
    let gaps = count.saturating_sub(1);
    let total = |widths: &[usize], gap: usize| widths.iter().sum::<usize>() + gap * gaps;
    let widest = (0..left.min(count)).max_by_key(|&i| widths[i]);
    if let Some(widest) = widest.filter(|_| total(&widths, 1) > width) {
        let missing = total(&widths, 2).saturating_sub(width);
        let least = LEAST_WORD.min(widths[widest]);
        widths[widest] = widths[widest].saturating_sub(missing).max(least);
    }
    let gap = if total(&widths, 2) > width { 1 } else { 2 };
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                line.push_str(&" ".repeat(gap));
            }
            let room = widths[i];
            let cell = shortened(cell, room);
            line += &match i < left {
                true => format!("{cell:<room$}"),
                false => format!("{cell:>room$}"),
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A word of a table that has so much room.
pub(crate) fn shortened(word: &str, room: usize) -> String {
    match word.chars().count() > room {
        true => word.chars().take(room - 1).chain(['…']).collect(),
        false => word.to_string(),
    }
}

fn broken(line: &str, width: usize, out: &mut String) {
    let letters: Vec<char> = line.chars().collect();
    let indent = hanging(&letters).min(width / 2);
    let mut rest = &letters[..];
    let mut room = width;
    while rest.len() > room {
        // The last gap that leaves something before it.
        let begins = rest.iter().take_while(|c| **c == ' ').count();
        let gap = (begins + 1..=room).rev().find(|&i| rest[i] == ' ');
        let (end, next) = match gap {
            Some(gap) => (gap, gap + 1),
            None => (room, room),
        };
        let part: String = rest[..end].iter().collect();
        out.push_str(part.trim_end());
        rest = &rest[next..];
        let blanks = rest.iter().take_while(|c| **c == ' ').count();
        rest = &rest[blanks..];
        if rest.is_empty() {
            return;
        }
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
        room = width - indent;
    }
    out.extend(rest);
}

/// Where a line goes on that is broken: behind its label, which ends with two blanks or a colon, or
/// two columns further than it begins.
fn hanging(letters: &[char]) -> usize {
    let begins = letters.iter().take_while(|c| **c == ' ').count();
    let label = (begins + 1..letters.len().min(LABEL)).find(|&i| {
        letters[i] != ' ' && letters[i - 1] == ' ' && i >= begins + 2 && letters[i - 2] == ' '
    });
    label.unwrap_or(begins + 2)
}

#[cfg(test)]
mod tests {
    use super::{columns, decimals, fitted};

    #[test]
    fn long_lines_are_broken_between_words_and_go_on_behind_their_label() {
        let line = "data      ten thousand digits of a subset";
        assert_eq!(
            fitted(line, 24),
            "data      ten thousand\n          digits of a\n          subset"
        );
        assert_eq!(fitted("  one two three", 11), "  one two\n    three");
        assert_eq!(fitted("short\n\nlines\n", 20), "short\n\nlines\n");
        assert_eq!(fitted("äöü äöü äöü", 7), "äöü äöü\n  äöü");
        assert_eq!(fitted("aaaaaaaaaaaa", 5), "aaaaa\n  aaa\n  aaa\n  a");
    }

    #[test]
    fn columns_fit_their_words_and_long_ones_are_shortened() {
        let row = |cells: [&str; 3]| cells.map(str::to_string).to_vec();
        let rows = [
            row(["what", "n", "share"]),
            row(["a convolution", "12", "3 %"]),
        ];
        assert_eq!(
            columns(&rows, 1, 80),
            "what            n  share\na convolution  12    3 %\n"
        );
        assert_eq!(
            columns(&rows, 1, 22),
            "what           n share\na convolution 12   3 %\n"
        );
        assert_eq!(
            columns(&rows, 1, 20),
            "what        n  share\na convol…  12    3 %\n"
        );
    }

    #[test]
    fn numbers_stay_in_their_columns() {
        let numbers = [0.25, -9_999.99, 12_345.678, 1e30, f64::NAN];
        assert_eq!(
            numbers.map(decimals),
            ["0.2500", "-9999.9900", "12346", "1.0000e30", "NaN"]
        );
    }

    #[test]
    fn no_line_is_wider_whatever_the_text() {
        let words: Vec<String> = (0..60).map(|i| "x".repeat(1 + (i * 7) % 33)).collect();
        for width in [20, 33, 80] {
            for text in [words.join(" "), format!("label  {}", words.join("  "))] {
                let fit = fitted(&text, width);
                assert!(fit.lines().all(|line| line.chars().count() <= width));
                let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).count();
                assert_eq!(letters(&fit), letters(&text));
            }
        }
    }
}
