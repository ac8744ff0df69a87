//! What Ctrl-C says.

use std::path::Path;

use crate::error::Result;

/// From now on Ctrl-C ends the program with a line that says how the run goes on. Files of a run are
/// whole at any moment, so nothing is left to do.
///
/// # Errors
///
/// If the system does not allow it.
#[cfg(unix)]
pub(crate) fn says_how_to_resume(run: &Path) -> Result<()> {
    use std::io::Write;

    use crate::error::CliError;

    /// Exit code of a program that was interrupted, as shells have it.
    const INTERRUPTED: i32 = 130;

    let text = format!("interrupted; go on with: schur train --resume {}", run.display());
    let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT])
        .map_err(|e| CliError::Message(format!("listening for Ctrl-C: {e}")))?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            // Below the progress bar.
            let _ = writeln!(std::io::stderr(), "\n{text}");
            std::process::exit(INTERRUPTED);
        }
    });
    Ok(())
}

/// Systems without signals end the program without a word.
#[cfg(not(unix))]
pub(crate) fn says_how_to_resume(_: &Path) -> Result<()> {
    Ok(())
}
