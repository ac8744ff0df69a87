//! The chapters hang together: links lead somewhere, every chapter is listed and tested.

use std::path::{Path, PathBuf};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/book/src")
}

/// (name, text) of every page.
fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<(String, String)> = std::fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    pages.sort();
    pages
}

/// Targets of `](target)` that are files of the book.
fn targets(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| target.ends_with(".md") || target.starts_with("images/"))
        .collect()
}

fn broken(pages: &[(String, String)]) -> Vec<String> {
    let missing = |target: &&str| !source().join(target).is_file();
    pages
        .iter()
        .flat_map(|(name, text)| {
            let lost = targets(text).into_iter().filter(missing);
            lost.map(move |target| format!("{name}: {target}"))
        })
        .collect()
}

#[test]
fn links_lead_to_files() {
    let pages = pages();
    let count: usize = pages.iter().map(|(_, text)| targets(text).len()).sum();
    assert!(count > 11, "{count}");
    assert_eq!(broken(&pages), Vec::<String>::new());
    // A lost page is found.
    let lost = [("a.md".to_string(), "see [there](nowhere.md)".to_string())];
    assert_eq!(broken(&lost), ["a.md: nowhere.md"]);
}

#[test]
fn every_chapter_is_listed_and_tested() {
    let crate_text = include_str!("../src/lib.rs");
    let summary = std::fs::read_to_string(source().join("SUMMARY.md")).unwrap();
    for (name, text) in pages() {
        if name == "SUMMARY.md" {
            continue;
        }
        assert!(summary.contains(&format!("({name})")), "{name}");
        assert!(crate_text.contains(&format!("/src/{name}\")")), "{name}");
        assert!(
            text.contains("Solution") || name == "from-escnn.md",
            "{name}"
        );
    }
}
