use std::fs;
use std::path::Path;

use schur_data::{DataError, Source, Split};
use tempfile::TempDir;

use crate::support::{gzip, image_file, label_file};

const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

fn put(directory: &Path, name: &str, content: &[u8]) {
    fs::write(directory.join(name), content).unwrap();
}

/// A directory with two training digits.
fn training_only() -> TempDir {
    let directory = TempDir::new().unwrap();
    put(
        directory.path(),
        TRAIN_IMAGES,
        &image_file(2, 2, 2, &[1, 1, 1, 1, 2, 2, 2, 2]),
    );
    put(directory.path(), TRAIN_LABELS, &label_file(2, &[1, 2]));
    directory
}

fn message(directory: &TempDir) -> String {
    Source::load_dir(directory.path()).unwrap_err().to_string()
}

#[test]
fn test_files_are_optional_but_go_in_pairs() {
    let directory = training_only();
    let source = Source::load_dir(directory.path()).unwrap();
    assert_eq!(source.train().labels(), [1, 2]);
    assert!(source.test().is_none());
    assert_eq!(source.into_pool().len(), 2);

    put(
        directory.path(),
        TEST_IMAGES,
        &image_file(1, 2, 2, &[3, 3, 3, 3]),
    );
    let text = message(&directory);
    assert!(text.contains("no test labels"), "{text}");
    assert!(text.contains(TEST_LABELS), "{text}");

    put(directory.path(), TEST_LABELS, &label_file(1, &[3]));
    let source = Source::load_dir(directory.path()).unwrap();
    assert_eq!(source.test().unwrap().labels(), [3]);
    let pool = source.into_pool();
    assert_eq!(pool.labels(), [1, 2, 3]);
    assert_eq!(pool.image(2), [3; 4]);

    fs::remove_file(directory.path().join(TEST_IMAGES)).unwrap();
    assert!(message(&directory).contains("no test images"));
}

#[test]
fn names_with_dots_and_packed_files() {
    let images = image_file(1, 1, 1, &[5]);
    let labels = label_file(1, &[5]);
    let pairs = [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        ("train-images.idx3-ubyte.gz", "train-labels.idx1-ubyte.gz"),
        ("train-images-idx3-ubyte.gz", "train-labels.idx1-ubyte"),
    ];
    for (images_name, labels_name) in pairs {
        let directory = TempDir::new().unwrap();
        for (name, content) in [(images_name, &images), (labels_name, &labels)] {
            let packed = gzip(content);
            let content = if name.ends_with("gz") {
                &packed
            } else {
                content
            };
            put(directory.path(), name, content);
        }
        let source = Source::load_dir(directory.path()).unwrap();
        assert_eq!(source.train().image(0), [5], "{images_name}");
    }
}

#[test]
fn raw_files_go_before_packed_ones() {
    let directory = training_only();
    put(directory.path(), "train-labels-idx1-ubyte.gz", b"rubbish");
    put(directory.path(), "train-images.idx3-ubyte", b"rubbish");
    assert!(Source::load_dir(directory.path()).is_ok());
}

#[test]
fn missing_training_files() {
    let directory = TempDir::new().unwrap();
    assert!(message(&directory).contains("nothing is in it"));
    put(directory.path(), "notes.txt", b"");
    assert!(message(&directory).contains("no training images"));
    put(directory.path(), "a.png", b"");
    assert!(message(&directory).contains(": 1 image, but no folders of classes"));
    put(directory.path(), TRAIN_IMAGES, &image_file(1, 1, 1, &[0]));
    let text = message(&directory);
    assert!(text.contains("no training labels"), "{text}");
    assert!(text.contains("train-labels.idx1-ubyte.gz"), "{text}");
    assert!(
        text.contains(&directory.path().display().to_string()),
        "{text}"
    );
}

#[test]
fn errors_name_the_path() {
    let directory = training_only();
    put(directory.path(), TRAIN_LABELS, &label_file(3, &[1, 2, 3]));
    let text = message(&directory);
    assert!(text.contains(TRAIN_IMAGES), "{text}");
    assert!(text.contains("2 images but 3 labels"), "{text}");
    put(directory.path(), TRAIN_LABELS, &label_file(2, &[1]));
    let text = message(&directory);
    let path = directory.path().join(TRAIN_LABELS);
    assert!(text.starts_with(&path.display().to_string()), "{text}");
}

#[test]
fn sizes_must_agree() {
    let directory = training_only();
    put(directory.path(), TEST_IMAGES, &image_file(1, 1, 3, &[0; 3]));
    put(directory.path(), TEST_LABELS, &label_file(1, &[3]));
    let text = message(&directory);
    assert!(text.contains("1 x 3 pixels"), "{text}");
    assert!(text.contains("have 2 x 2"), "{text}");
}

#[test]
fn files_that_are_not_square_cannot_be_split() {
    let directory = TempDir::new().unwrap();
    put(
        directory.path(),
        TRAIN_IMAGES,
        &image_file(40, 2, 3, &[0; 240]),
    );
    put(directory.path(), TRAIN_LABELS, &label_file(40, &[0; 40]));
    let source = Source::load_dir(directory.path()).unwrap();
    let error = Split::classic(&source.into_pool()).unwrap_err();
    assert!(matches!(
        error,
        DataError::NotSquare {
            rows: 2,
            cols: 3,
            ..
        }
    ));
    assert!(error.to_string().contains("need square images"));
}

#[test]
fn relatives_of_mnist_are_read_by_their_names_and_with_all_their_classes() {
    let directory = TempDir::new().unwrap();
    let set = |set: &str, part: &str, kind: &str| format!("emnist-{set}-{part}-{kind}");
    for part in ["train", "test"] {
        let images = image_file(2, 1, 1, &[1, 2]);
        let name = set("letters", part, "images-idx3-ubyte");
        put(directory.path(), &name, &images);
        let labels = gzip(&label_file(2, &[26, 1]));
        let name = set("letters", part, "labels-idx1-ubyte.gz");
        put(directory.path(), &name, &labels);
    }
    assert!(Source::is_one(directory.path()));
    let source = Source::load_dir(directory.path()).unwrap();
    assert_eq!(source.train().labels(), [26, 1]);
    assert_eq!(source.test().unwrap().labels(), [26, 1]);
    assert_eq!(Source::load_test(directory.path()).unwrap().len(), 2);
    // Which of two?
    let name = set("digits", "train", "images-idx3-ubyte");
    put(directory.path(), &name, &image_file(2, 1, 1, &[1, 2]));
    assert!(Source::is_one(directory.path()));
    let text = message(&directory);
    for part in [
        "training images",
        &name,
        "emnist-letters-train",
        "of their own",
    ] {
        assert!(text.contains(part), "{text}");
    }
    // The plain name goes first.
    put(
        directory.path(),
        TRAIN_IMAGES,
        &image_file(2, 1, 1, &[1, 2]),
    );
    assert!(Source::load_dir(directory.path()).is_ok());
}
