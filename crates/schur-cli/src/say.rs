//! Printing that survives a closed pipe: `schur eval run | head` must not end in a panic, and a
//! training must go on when nobody listens any more.

/// `println!`, but a failure to print is ignored.
macro_rules! say {
    ($($argument:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($argument)*);
    }};
}

pub(crate) use say;
