//! How a page was made: what stands at its end.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The version of Burn that `Cargo.toml` asks for; a test compares them.
const BURN: &str = "0.22.1";

/// Names with values: the command, the device, the time of training, the date, the versions.
pub(crate) fn made(device: &str, seconds: Option<f64>) -> Vec<(&'static str, String)> {
    let mut facts = vec![("command", this_command()), ("device", device.to_string())];
    facts.extend(seconds.map(|seconds| ("training time", duration(seconds))));
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    facts.push(("date", date(now.unwrap_or_default())));
    facts.push((
        "versions",
        format!("schur {}, Burn {BURN}", env!("CARGO_PKG_VERSION")),
    ));
    facts
}

/// The command of this process as a shell reads it.
pub(crate) fn this_command() -> String {
    command(std::env::args_os().skip(1))
}

/// The processor of the engine, for [`made`].
pub(crate) fn cpu() -> String {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!(
        "cpu ({}, {}, {threads} threads)",
        std::env::consts::ARCH,
        std::env::consts::OS
    )
}

/// The command as a shell reads it.
fn command(words: impl Iterator<Item = std::ffi::OsString>) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=,:+@%~".contains(c);
    let quoted = words.map(|word| {
        let word = word.to_string_lossy().into_owned();
        match !word.is_empty() && word.chars().all(plain) {
            true => word,
            false => format!("'{}'", word.replace('\'', "'\\''")),
        }
    });
    std::iter::once("schur".to_string())
        .chain(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Seconds as people say them.
pub(crate) fn duration(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Day and time in UTC of a time since 1970.
fn date(since: Duration) -> String {
    let seconds = since.as_secs();
    // Years begin in March, so that the leap day is the last one (H. Hinnant, days_from_civil).
    let days = seconds / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::{BURN, command, date, duration};
    use std::time::Duration;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_709_251_199, "2024-02-29 23:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
            (1_795_887_000, "2026-11-28 17:30 UTC"),
        ] {
            assert_eq!(date(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn commands_can_be_pasted_into_a_shell() {
        let words = ["train", "my run.toml", "--out", "it's"];
        let words = words.into_iter().map(std::ffi::OsString::from);
        assert_eq!(command(words), r"schur train 'my run.toml' --out 'it'\''s'");
        assert_eq!(
            [7.06, 83.0, 7380.0].map(duration),
            ["7.1 s", "1 min 23 s", "2 h 3 min"]
        );
    }

    #[test]
    fn the_version_of_burn_is_that_of_the_manifest() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        assert!(manifest.contains(&format!("burn = {{ version = \"={BURN}\"")));
    }
}
