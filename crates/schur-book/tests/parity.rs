//! `docs/parity.md` and `docs/found.md` name tests that exist, and their links lead somewhere.

use std::path::{Path, PathBuf};

/// Short names of test directories on that page.
const SUITES: [(&str, &str); 9] = [
    ("nn", "crates/schur-nn/tests/nn"),
    ("surfaces", "crates/schur-nn/tests/surfaces"),
    ("math", "crates/schur-math/tests/math"),
    ("engine", "crates/schur-engine/tests/engine"),
    ("cli", "crates/schur-cli/tests/cli"),
    ("data", "crates/schur-data/tests/data"),
    ("train", "crates/schur-train/tests"),
    ("lab", "crates/schur-lab/tests"),
    ("book", "crates/schur-book/tests"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The words in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// `nn/layers.rs::restrictions` as (directory, file, function).
fn named_test(word: &str) -> Option<(&str, &str, &str)> {
    let (path, function) = word.split_once(".rs::")?;
    let (suite, file) = path.split_once('/')?;
    let (_, directory) = SUITES.iter().find(|(name, _)| *name == suite)?;
    Some((directory, file, function))
}

/// A law of which `every_group!` or a macro like it makes one test for every group.
fn is_tried_on_groups(source: &str, law: &str) -> bool {
    let call = |line: &str| line.starts_with("every_") && line.ends_with(&format!("!({law});"));
    let defined = ["<", "("].map(|next| source.contains(&format!("fn {law}{next}")));
    defined.contains(&true) && source.lines().any(call)
}

/// The named tests, those of them that do not exist, and files behind links that do not.
fn check(text: &str) -> (usize, Vec<String>) {
    let mut lost = Vec::new();
    let mut tests = 0;
    for word in quoted(text).filter(|word| word.contains(".rs::")) {
        tests += 1;
        let exists = named_test(word).is_some_and(|(directory, file, function)| {
            let path = root().join(directory).join(format!("{file}.rs"));
            let source = std::fs::read_to_string(path).unwrap_or_default();
            // The attribute stands right before it, or with one line between.
            let before = source.split_once(&format!("fn {function}("));
            before.is_some_and(|(before, _)| {
                let mut above = before.lines().rev().take(3);
                above.any(|line| line.trim() == "#[test]")
            }) || is_tried_on_groups(&source, function)
        });
        if !exists {
            lost.push(word.to_string());
        }
    }
    for word in quoted(text).filter(|word| word.contains(".py::")) {
        tests += 1;
        let named = word.strip_prefix("py/").and_then(|w| w.split_once("::"));
        let exists = named.is_some_and(|(file, function)| {
            let path = root().join("crates/schur-py/tests").join(file);
            let source = std::fs::read_to_string(path).unwrap_or_default();
            source.contains(&format!("\ndef {function}("))
        });
        if !exists {
            lost.push(word.to_string());
        }
    }
    for target in text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        let web = target.starts_with("https://");
        if !web && !root().join("docs").join(target).is_file() {
            lost.push(target.to_string());
        }
    }
    (tests, lost)
}

#[test]
fn every_test_that_is_named_exists() {
    let page = std::fs::read_to_string(root().join("docs/parity.md")).unwrap();
    let (tests, lost) = check(&page);
    assert!(tests > 150, "{tests}");
    assert_eq!(lost, Vec::<String>::new());
    let page = std::fs::read_to_string(root().join("docs/found.md")).unwrap();
    let (tests, lost) = check(&page);
    assert!(tests > 20, "{tests}");
    assert_eq!(lost, Vec::<String>::new());
    // What does not exist is found: a function, a helper that is no test, a file, a link.
    let wrong = "`nn/layers.rs::nothing` `nn/layers.rs::types` `nn/none.rs::restrictions` \
                 `nn/layers.rs::restrictions` [x](nowhere.md) `py/test_found.py::test_nothing`";
    let (tests, lost) = check(wrong);
    let found = [
        "nn/layers.rs::nothing",
        "nn/layers.rs::types",
        "nn/none.rs::restrictions",
        "py/test_found.py::test_nothing",
        "nowhere.md",
    ];
    assert_eq!((tests, lost), (5, found.map(String::from).to_vec()));
}
