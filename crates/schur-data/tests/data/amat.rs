//! The text files of rotated MNIST.

use std::fs;
use std::path::Path;

use schur_data::{DataError, DataErrorKind, amat};
use tempfile::TempDir;

/// Lines of 2 x 2 images: all pixels are `label / 10`.
fn lines(count: usize) -> String {
    let line = |i: usize| {
        let label = i % 10;
        let pixel = format!("0.{label}0000000");
        format!("{pixel} {pixel}  {pixel}\t{pixel} {label}.0\n")
    };
    (0..count).map(line).collect()
}

fn put(directory: &Path, name: &str, content: &str) {
    fs::write(directory.join(name), content).unwrap();
}

const TRAIN: &str = "mnist_all_rotation_normalized_float_train_valid.amat";
const TEST: &str = "mnist_all_rotation_normalized_float_test.amat";

fn published() -> TempDir {
    let directory = TempDir::new().unwrap();
    put(directory.path(), TRAIN, &lines(60));
    put(directory.path(), TEST, &lines(25));
    directory
}

#[test]
fn the_published_split_is_kept() {
    let directory = published();
    assert!(amat::is_one(directory.path()));
    let split = amat::load(directory.path()).unwrap();
    let sizes = [&split.train, &split.validation, &split.test].map(|part| part.len());
    assert_eq!(sizes, [50, 10, 25]);
    assert_eq!(split.train.image(7), [179; 4], "0.7 of 255, rounded");
    assert_eq!(split.validation.labels(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert!(split.description.contains("50 training"));
    assert_eq!(amat::load_test(directory.path()).unwrap().len(), 25);
    fs::remove_file(directory.path().join(TEST)).unwrap();
    assert_eq!(amat::load_test(directory.path()).unwrap().len(), 60);
    let error = amat::load(directory.path()).unwrap_err();
    assert!(error.to_string().contains("test images"), "{error}");
    put(directory.path(), "other_train.amat", "");
    let error = amat::load_test(directory.path()).unwrap_err();
    assert!(matches!(error, DataError::Missing { .. }), "{error}");
}

#[test]
fn damaged_files_are_refused_with_the_line() {
    for (content, parts) in [
        ("", "there is no image"),
        ("\n\n", "there is no image"),
        ("0 0 0 0 1\n0 0 0 0\n", "line 2: 4 numbers"),
        ("0 0 0 0 1\n0 1\n", "line 2: 2 numbers, but 5"),
        ("0 0 x 0 1\n", "line 1: `x` is no number"),
        ("0 0 2 0 1\n", "a pixel of 2"),
        ("0 0 NaN 0 1\n", "a pixel of NaN"),
        ("0 0 0 0 0.5\n", "a label of 0.5"),
        ("0 0 0 0 -1\n", "a label of -1"),
        ("7\n", "1 numbers are no square"),
    ] {
        let directory = published();
        put(directory.path(), TEST, content);
        let error = amat::load(directory.path()).unwrap_err();
        assert_eq!(error.kind(), DataErrorKind::Format);
        let text = error.to_string();
        assert!(text.contains(TEST) && text.contains(parts), "{text}");
    }
    let directory = published();
    put(directory.path(), TEST, "0 1\n");
    let error = amat::load(directory.path()).unwrap_err();
    assert!(matches!(error, DataError::Size { .. }), "{error}");
}
