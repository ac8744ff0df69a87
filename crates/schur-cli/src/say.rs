//! Printing that survives a closed pipe: `schur eval run | head` must not end in a panic, and a
//! training must go on when nobody listens any more.

use std::io::{ErrorKind, Write};

use serde::Serialize;

use crate::error::{CliError, Result};

/// `println!` for progress, where a failure to print is ignored.
macro_rules! say {
    ($($argument:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($argument)*);
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

/// Prints the result of a command. A reader that has gone is no error; a full disk is.
pub(crate) fn emit(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    match write!(stdout, "{text}{end}").and_then(|()| stdout.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(CliError::Message(format!(
            "writing the result to the standard output: {e}"
        ))),
        _ => Ok(()),
    }
}

/// Readable JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|e| CliError::Message(format!("writing JSON: {e}")))
}
