//! Running the program in a directory of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A tiny network and little data: an epoch takes some hundredths of a second.
pub(crate) const TINY: &str = r#"
seed = 3
[data]
max_train = 96
max_validation = 40
max_test = 40
[train]
epochs = 6
batch = 16
[network]
group = "C4"
[[network.blocks]]
fields = 2
kernel = 5
pool = 4
[[network.blocks]]
fields = 2
kernel = 3
"#;

/// Texts are looked for in lines that are not broken; `terminal.rs` looks at narrow ones.
const COLUMNS: &str = "1000";

/// A program that runs ours.
pub(crate) fn shell(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("COLUMNS", COLUMNS);
    command
}

pub(crate) struct Lab {
    directory: TempDir,
}

impl Lab {
    /// An empty working directory with `tiny.toml` in it.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let lab = Self { directory };
        lab.write("tiny.toml", TINY);
        lab
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect("writing a test file");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("text")
    }

    pub(crate) fn command<S: AsRef<OsStr>>(&self, words: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schur"));
        command
            .args(words)
            .current_dir(self.directory.path())
            .env("COLUMNS", COLUMNS)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs to the end.
    pub(crate) fn run(&self, words: &[&str]) -> Run {
        let output = self.command(words).output().expect("the program starts");
        Run::new(words, output)
    }

    /// Trains the tiny network into this directory.
    pub(crate) fn train(&self, out: &str) -> Run {
        self.run(&["train", "tiny.toml", "--out", out]).success()
    }

    /// Names of all files below a directory, sorted.
    pub(crate) fn files(&self, name: &str) -> Vec<String> {
        fn walk(path: &Path, prefix: &str, names: &mut Vec<String>) {
            for entry in std::fs::read_dir(path).expect("a directory") {
                let entry = entry.expect("an entry");
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
                    walk(&entry.path(), &format!("{name}/"), names);
                } else {
                    names.push(name);
                }
            }
        }
        let mut names = Vec::new();
        walk(&self.path(name), "", &mut names);
        names.sort();
        names
    }
}

/// What a run of the program printed and returned.
#[derive(Debug)]
pub(crate) struct Run {
    /// The command, for the message of a failed assertion.
    #[expect(dead_code, reason = "read by the derived Debug")]
    pub(crate) words: Vec<String>,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn new(words: &[&str], output: Output) -> Self {
        Self {
            words: words.iter().map(ToString::to_string).collect(),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Asserts success.
    #[track_caller]
    pub(crate) fn success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Asserts a clean refusal: exit code 2, an error that contains all `parts`, no panic.
    #[track_caller]
    pub(crate) fn refused(self, parts: &[&str]) -> Self {
        assert_eq!(self.code, Some(2), "{self:#?}");
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in {self:#?}");
        }
        assert!(!self.stderr.contains("panicked"), "{self:#?}");
        self
    }

    /// Asserts that the output contains all `parts`.
    #[track_caller]
    pub(crate) fn shows(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stdout.contains(part), "no {part:?} in {self:#?}");
        }
        self
    }
}
