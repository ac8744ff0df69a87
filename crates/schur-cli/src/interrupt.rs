//! What Ctrl-C says.

use crate::error::Result;

/// From now on Ctrl-C ends the program with a line, for example on how the run goes on; the first
/// line that is set is the one that counts. Files of a run are whole at any moment, so nothing is left
/// to do.
///
/// # Errors
///
/// If the system does not allow it.
#[cfg(unix)]
pub(crate) fn says(text: String) -> Result<()> {
    use std::io::Write;
    use std::sync::OnceLock;

    use crate::error::CliError;

    /// Exit code of a program that was interrupted, as shells have it.
    const INTERRUPTED: i32 = 130;
    static TEXT: OnceLock<String> = OnceLock::new();

    if TEXT.set(text).is_err() {
        return Ok(());
    }
    let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT])
        .map_err(|e| CliError::Message(format!("listening for Ctrl-C: {e}")))?;
    std::thread::spawn(move || {
        if let (Some(_), Some(text)) = (signals.forever().next(), TEXT.get()) {
            // Below the progress bar.
            let _ = writeln!(std::io::stderr(), "\n{text}");
            std::process::exit(INTERRUPTED);
        }
    });
    Ok(())
}

/// Systems without signals end the program without a word.
#[cfg(not(unix))]
pub(crate) fn says(_: String) -> Result<()> {
    Ok(())
}
