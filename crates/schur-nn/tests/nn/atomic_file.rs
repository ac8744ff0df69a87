//! Files are replaced as a whole, and nothing is left lying about.

use std::fs;

use schur_nn::{NnError, write_atomically};

fn names(directory: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn files_are_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a.bin");
    for bytes in [&b"a long first version"[..], b"second", b""] {
        write_atomically(&path, bytes).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert_eq!(names(directory.path()), ["a.bin"]);
    }
}

#[test]
fn failures_name_the_file_and_leave_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let nowhere = directory.path().join("missing").join("a.bin");
    let error = write_atomically(&nowhere, b"x").unwrap_err();
    assert!(matches!(error, NnError::Io { .. }));
    assert!(error.to_string().contains("writing"), "{error}");
    assert!(error.to_string().contains("a.bin"), "{error}");
    // A directory stands where the file should go, so that the last step fails.
    let occupied = directory.path().join("occupied");
    fs::create_dir(&occupied).unwrap();
    assert!(write_atomically(&occupied, b"x").is_err());
    assert_eq!(names(directory.path()), ["occupied"]);
}
