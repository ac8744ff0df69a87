//! The documents are true: links lead somewhere, modules of the map exist, dependencies have their
//! reasons, every chapter is listed and tested, types have examples.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where documents lie, seen from the root of the repository.
const FOLDERS: [&str; 5] = ["", "bench", "docs", "docs/design", "docs/book/src"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// (path from the root, text) of every page in a folder.
fn pages(folder: &str) -> Vec<(PathBuf, String)> {
    let mut pages: Vec<(PathBuf, String)> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| {
            let name = Path::new(folder).join(path.file_name().unwrap());
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    pages.sort();
    pages
}

/// Targets of `](target)` outside code that are no web addresses, without the place in the file.
fn targets(text: &str) -> Vec<&str> {
    text.split('`')
        .step_by(2)
        .flat_map(|words| words.split("](").skip(1))
        .filter_map(|rest| rest.split([')', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

fn broken(pages: &[(PathBuf, String)]) -> Vec<String> {
    let lost = |(page, text): &(PathBuf, String)| {
        let folder = root().join(page.parent().unwrap());
        let missing = targets(text)
            .into_iter()
            .filter(move |target| !folder.join(target).exists());
        let named = missing.map(|target| format!("{}: {target}", page.display()));
        named.collect::<Vec<_>>()
    };
    pages.iter().flat_map(lost).collect()
}

#[test]
fn links_lead_to_files() {
    for folder in FOLDERS {
        let pages = pages(folder);
        assert!(!pages.is_empty(), "{folder}");
        assert_eq!(broken(&pages), Vec::<String>::new());
    }
    let count = |folder| {
        pages(folder)
            .iter()
            .map(|(_, text)| targets(text).len())
            .sum::<usize>()
    };
    assert!(count("") > 20 && count("docs/book/src") > 11);
    // A lost page is found.
    let lost = [(
        "docs/a.md".into(),
        "see [there](nowhere.md#place)".to_string(),
    )];
    assert_eq!(broken(&lost), ["docs/a.md: nowhere.md"]);
}

/// (crate, module) by the tables of the map: a heading or the first cell of a row names the crate,
/// the first cell the modules.
fn modules(map: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut of_heading = None;
    for line in map.lines() {
        if line.starts_with('#') {
            of_heading = line.split('`').find(|word| word.starts_with("schur-"));
        }
        let Some(cell) = line
            .strip_prefix("| `")
            .and_then(|rest| rest.split('|').next())
        else {
            continue;
        };
        let mut room = of_heading;
        for word in cell.split('`').step_by(2).filter(|word| !word.is_empty()) {
            if word.starts_with("schur-") {
                room = Some(word);
            } else if let Some(room) = room {
                found.push((room, word));
            }
        }
    }
    found
}

#[test]
fn modules_of_the_map_exist() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let lost = |map| {
        let mut lost = modules(map);
        lost.retain(|(room, module)| {
            let file = root().join("crates").join(room).join("src").join(module);
            !file.with_extension("rs").is_file()
        });
        lost
    };
    assert!(modules(&map).len() > 40, "{:?}", modules(&map));
    assert_eq!(lost(&map), []);
    let wrong =
        "### `schur-nn`\n| `layers`, `nothing` | x |\n| `schur-data`: `idx`, `layers` | y |";
    assert_eq!(
        lost(wrong),
        [("schur-nn", "nothing"), ("schur-data", "layers")]
    );
}

/// Names in the sections of dependencies of a `Cargo.toml`.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && line.starts_with(|c: char| c.is_ascii_lowercase()) {
            let name = line.split(['.', ' ', '=']).next().unwrap();
            names.insert(name.to_string());
        }
    }
    names.retain(|name| !name.starts_with("schur"));
    names
}

#[test]
fn every_dependency_has_its_reason() {
    let page = std::fs::read_to_string(root().join("docs/design/program.md")).unwrap();
    let table = page.split("## Dependencies").nth(1).unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let first_cells = rows.map(|row| row.split('|').nth(1).unwrap());
    let said: BTreeSet<String> = first_cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(String::from))
        .collect();
    let mut used = BTreeSet::new();
    for room in std::fs::read_dir(root().join("crates")).unwrap() {
        let manifest = room.unwrap().path().join("Cargo.toml");
        used.extend(dependencies(&std::fs::read_to_string(manifest).unwrap()));
    }
    assert_eq!(said, used);
    let manifest = "[dependencies]\nserde = \"1\"\nschur.workspace = true\n[features]\nx = []\n\
                    [target.'cfg(unix)'.dependencies]\nlibc.workspace = true\n";
    assert_eq!(Vec::from_iter(dependencies(manifest)), ["libc", "serde"]);
}

#[test]
fn every_chapter_is_listed_and_tested() {
    let crate_text = include_str!("../src/lib.rs");
    let summary = root().join("docs/book/src/SUMMARY.md");
    let summary = std::fs::read_to_string(summary).unwrap();
    for (page, text) in pages("docs/book/src") {
        let name = page.file_name().unwrap().to_str().unwrap();
        if name == "SUMMARY.md" {
            continue;
        }
        assert!(summary.contains(&format!("({name})")), "{name}");
        assert!(crate_text.contains(&format!("/src/{name}\")")), "{name}");
        let exercises = !["from-escnn.md", "commands.md"].contains(&name);
        assert!(!exercises || text.contains("Solution"), "{name}");
    }
}

/// Types at the left edge of a source, with whether their documentation has an example.
fn types(source: &str) -> Vec<(&str, bool)> {
    let kinds = ["struct ", "enum ", "trait ", "type ", "union "];
    let (mut found, mut example) = (Vec::new(), false);
    for line in source.lines() {
        let item = line.strip_prefix("pub ");
        let name = item.and_then(|item| kinds.iter().find_map(|kind| item.strip_prefix(kind)));
        if let Some(name) = name {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            found.push((&name[..end.unwrap_or(name.len())], example));
        }
        // Attributes, also over several lines, stand between.
        let between = line.starts_with(['#', ' ', ')']) || line.starts_with("//");
        example = between && (example || line.starts_with("/// ```"));
    }
    found
}

/// Of every crate the types of its files (some are not public) that have no example of their own. A
/// number may get smaller.
const WITHOUT: [(&str, usize); 6] = [
    ("schur-math", 0),
    ("schur-engine", 17),
    ("schur-nn", 2),
    ("schur-data", 0),
    ("schur-train", 0),
    ("schur-lab", 0),
];

#[test]
fn no_new_type_is_without_a_doc_test() {
    for (room, allowed) in WITHOUT {
        let mut files = vec![root().join("crates").join(room).join("src")];
        let (mut all, mut without) = (0, Vec::new());
        while let Some(path) = files.pop() {
            if path.is_dir() {
                let inside = std::fs::read_dir(&path).unwrap();
                files.extend(inside.map(|entry| entry.unwrap().path()));
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for (name, example) in types(&source) {
                all += 1;
                if !example {
                    without.push(name.to_string());
                }
            }
        }
        assert!(all > 15, "{room}: {all}");
        assert!(without.len() <= allowed, "{room}: {without:?}");
    }
    let source = "/// A.\n///\n/// ```\n/// ```\n#[derive(\n    Debug,\n)]\npub struct A<T>(T);\n\n/// B.\npub enum B {}";
    assert_eq!(types(source), [("A", true), ("B", false)]);
}
