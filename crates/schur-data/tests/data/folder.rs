use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use schur_data::{
    Columns, DataError, FilesBelow, ImageFile, ImageFolder, MaskFolder, TargetFolder,
};
use tempfile::TempDir;

/// A directory with empty files: (folder, number of images).
fn directory(folders: &[(&str, usize)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (folder, count) in folders {
        let path = directory.path().join(folder);
        fs::create_dir_all(&path).unwrap();
        for i in 0..*count {
            fs::write(path.join(format!("{i:03}.png")), "").unwrap();
        }
    }
    directory
}

fn refused(directory: &TempDir, parts: &[&str]) {
    let error = ImageFolder::open(directory.path()).unwrap_err();
    assert!(matches!(error, DataError::Folder { .. }), "{error}");
    for part in parts {
        assert!(error.to_string().contains(part), "no {part} in {error}");
    }
}

fn names(files: &[ImageFile]) -> Vec<String> {
    let tail = |file: &ImageFile| {
        let parent = file.path.parent().and_then(Path::file_name).unwrap();
        let name = file.path.file_name().unwrap();
        format!("{}/{}", parent.to_string_lossy(), name.to_string_lossy())
    };
    files.iter().map(tail).collect()
}

#[test]
fn one_folder_per_class_is_divided_without_loss_and_always_alike() {
    let given = [("owl", 23), ("cat", 3), ("dog", 40)];
    let directory = directory(&given);
    let folder = ImageFolder::open(directory.path()).unwrap();
    assert_eq!(folder.classes, ["cat", "dog", "owl"]);
    let count = |files: &[ImageFile]| {
        [0, 1, 2].map(|label| files.iter().filter(|file| file.label == label).count())
    };
    // Of 3: 1, then 1 of 2; of 40: 8, then 4 of 32; of 23: 4, then 2 of 19.
    assert_eq!(count(&folder.test), [1, 8, 4]);
    assert_eq!(count(&folder.validation), [1, 4, 2]);
    assert_eq!(count(&folder.train), [1, 28, 17]);
    let all: BTreeSet<String> = [&folder.train, &folder.validation, &folder.test]
        .into_iter()
        .flat_map(|files| names(files))
        .collect();
    assert_eq!(all.len(), 66, "parts are disjoint and complete");
    assert!(folder.description.contains("validation and test"));
    // The test part is no run of neighbouring names.
    let dogs: Vec<String> = names(&folder.test)
        .into_iter()
        .filter(|n| n.starts_with("dog"))
        .collect();
    assert_ne!(
        dogs[7],
        format!("dog/{:03}.png", dogs[0][4..7].parse::<usize>().unwrap() + 7)
    );
    assert!(dogs.is_sorted());
    assert_eq!(folder, ImageFolder::open(directory.path()).unwrap());
}

#[test]
fn classes_take_turns() {
    let directory = directory(&[("train/a", 2), ("train/b", 4), ("val/a", 1), ("test/b", 2)]);
    let folder = ImageFolder::open(directory.path()).unwrap();
    assert_eq!(
        names(&folder.train),
        [
            "a/000.png",
            "b/000.png",
            "a/001.png",
            "b/001.png",
            "b/002.png",
            "b/003.png"
        ]
    );
    assert_eq!(names(&folder.validation), ["a/000.png"]);
    assert_eq!(names(&folder.test), ["b/000.png", "b/001.png"]);
    assert_eq!(
        folder.description,
        "parts as in the folders `train`, `val`, `test`"
    );
}

#[test]
fn parts_that_have_no_folder_come_from_training() {
    let all = directory(&[
        ("train/a", 16),
        ("train/b", 16),
        ("test/a", 3),
        ("test/b", 3),
    ]);
    let folder = ImageFolder::open(all.path()).unwrap();
    let sizes = (
        folder.train.len(),
        folder.validation.len(),
        folder.test.len(),
    );
    assert_eq!(sizes, (28, 4, 6));
    assert!(
        folder.description.contains("validation taken"),
        "{}",
        folder.description
    );

    let all = directory(&[("train/a", 10), ("train/b", 10), ("valid/a", 3)]);
    let folder = ImageFolder::open(all.path()).unwrap();
    let sizes = (
        folder.train.len(),
        folder.validation.len(),
        folder.test.len(),
    );
    assert_eq!(sizes, (16, 3, 4));
    assert!(
        folder.description.contains("test taken"),
        "{}",
        folder.description
    );
}

#[test]
fn a_class_may_be_called_as_a_part() {
    let directory = directory(&[("train", 5), ("test", 5), ("car", 5)]);
    let folder = ImageFolder::open(directory.path()).unwrap();
    assert_eq!(folder.classes, ["car", "test", "train"]);
}

#[test]
fn what_is_no_set_of_classes_is_refused_with_its_place() {
    refused(
        &directory(&[("cat", 5)]),
        &["1 folder of classes (cat)", "2 to 256"],
    );
    refused(&directory(&[]), &["0 folders"]);
    let many: Vec<String> = (0..257).map(|i| format!("c{i}")).collect();
    let many: Vec<(&str, usize)> = many.iter().map(|name| (name.as_str(), 1)).collect();
    refused(&directory(&many), &["257 folders"]);
    refused(
        &directory(&[("cat", 5), ("dog", 0)]),
        &["dog", "no image of this class"],
    );
    refused(
        &directory(&[("cat", 5), ("dog", 2)]),
        &["dog", "too few images", "at least 3"],
    );
    refused(
        &directory(&[("cat", 5), ("dog/old", 2)]),
        &["old", "a folder inside a class"],
    );
    refused(
        &directory(&[("train/a", 5), ("train/b", 5), ("test/c", 2)]),
        &["test/c", "`c` is no class of training", "a, b"],
    );
    refused(
        &directory(&[("train/a", 5), ("train/b", 5), ("test/a", 0)]),
        &["test/a", "no image of this class"],
    );
    let strange = directory(&[("cat", 5), ("dog", 5)]);
    fs::write(strange.path().join("cat/.hidden"), "").unwrap();
    for left in [
        "cat/Thumbs.db",
        "cat/desktop.ini",
        "cat/DESKTOP.INI",
        "Thumbs.db",
    ] {
        fs::write(strange.path().join(left), "").unwrap();
    }
    for left in ["__MACOSX/cat", "cat/__MACOSX"] {
        fs::create_dir_all(strange.path().join(left)).unwrap();
        fs::write(strange.path().join(left).join("._0.png"), "").unwrap();
    }
    fs::write(strange.path().join("labels.csv"), "").unwrap();
    fs::write(strange.path().join("cat/LOUD.JPG"), "").unwrap();
    assert!(ImageFolder::open(strange.path()).is_ok());
    fs::write(strange.path().join("cat/x.webp"), "").unwrap();
    refused(&strange, &["x.webp", "no PNG or JPEG"]);

    assert!(!ImageFolder::is_one(strange.path().join("cat")));
    let missing = ImageFolder::open(strange.path().join("nowhere")).unwrap_err();
    assert!(matches!(missing, DataError::Read { .. }), "{missing}");
}

#[test]
fn images_to_test_on_keep_the_labels_of_training() {
    let classes = ["ant", "bee", "cow"].map(str::to_owned);
    let flat = directory(&[("bee", 2), ("cow", 1)]);
    let test = ImageFolder::open_test(flat.path(), &classes).unwrap();
    assert_eq!(names(&test), ["bee/000.png", "cow/000.png", "bee/001.png"]);
    assert_eq!(
        test.iter().map(|file| file.label).collect::<Vec<_>>(),
        [1, 2, 1]
    );
    let parts = directory(&[("train/ant", 5), ("test/bee", 2)]);
    assert_eq!(
        ImageFolder::open_test(parts.path(), &classes)
            .unwrap()
            .len(),
        2
    );
    let foreign = directory(&[("bee", 2), ("fox", 1)]);
    let error = ImageFolder::open_test(foreign.path(), &classes).unwrap_err();
    assert!(error.to_string().contains("`fox` is no class"), "{error}");
}

#[test]
fn parts_are_found_in_whatever_letters() {
    let all = directory(&[("TRAIN/a", 2), ("TRAIN/b", 2), ("Val/a", 1), ("Test/b", 3)]);
    let folder = ImageFolder::open(all.path()).unwrap();
    assert_eq!(folder.classes, ["a", "b"]);
    assert_eq!(
        [&folder.train, &folder.validation, &folder.test].map(Vec::len),
        [4, 1, 3]
    );
    assert_eq!(
        folder.description,
        "parts as in the folders `TRAIN`, `Val`, `Test`"
    );
    assert_eq!(
        ImageFolder::open_test(all.path(), &folder.classes)
            .unwrap()
            .len(),
        3
    );
    let masked = directory(&[
        ("Train/images", 3),
        ("Train/masks", 3),
        ("Validation/images", 2),
        ("Validation/masks", 2),
        ("TEST/images", 1),
        ("TEST/masks", 1),
    ]);
    assert!(MaskFolder::is_one(masked.path()));
    let folder = MaskFolder::open(masked.path()).unwrap();
    let sizes = [&folder.train, &folder.validation, &folder.test].map(Vec::len);
    assert_eq!((sizes, folder.left_out.len()), ([3, 2, 1], 0));
    let table = directory(&[("Train", 2), ("Valid", 1), ("Test", 1)]);
    let rows = [
        "Train/000.png,1",
        "Train/001.png,2",
        "Valid/000.png,3",
        "Test/000.png,4",
    ];
    fs::write(
        table.path().join("targets.csv"),
        format!("file,area\n{}\n", rows.join("\n")),
    )
    .unwrap();
    let folder = TargetFolder::open(table.path(), None, Columns::All).unwrap();
    assert_eq!(
        [&folder.train, &folder.validation, &folder.test].map(Vec::len),
        [2, 1, 1]
    );
    assert_eq!(
        folder.description,
        "parts as in the folders `Train`, `Valid`, `Test`"
    );
}

#[test]
fn what_is_in_no_class_is_counted_with_its_first_name() {
    let flat = directory(&[("a", 5), ("b", 5)]);
    let left_out = |directory: &TempDir| ImageFolder::open(directory.path()).unwrap().left_out;
    for name in ["notes.txt", ".hidden.png", "labels.csv"] {
        fs::write(flat.path().join(name), "").unwrap();
    }
    assert_eq!(left_out(&flat), [""; 0]);
    for name in ["z.jpg", "stray.PNG"] {
        fs::write(flat.path().join(name), "").unwrap();
    }
    let [text] = &left_out(&flat)[..] else {
        panic!("one text")
    };
    let end = ": 2 files beside the folders that are used, the first is `stray.PNG`";
    assert!(text.ends_with(end), "{text}");
    let parts = directory(&[
        ("train/a", 5),
        ("train/b", 5),
        ("test/a", 2),
        ("val", 2),
        ("b", 1),
    ]);
    fs::write(parts.path().join("test/x.nii"), "").unwrap();
    let [beside, inside] = &left_out(&parts)[..] else {
        panic!("two texts")
    };
    assert!(
        beside.contains(": 2 folders beside ") && beside.ends_with("`b`"),
        "{beside}"
    );
    assert!(
        inside.contains("test: 1 file beside ") && inside.ends_with("`x.nii`"),
        "{inside}"
    );
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_are_passed_over() {
    let directory = directory(&[("a", 2), ("b", 1)]);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, directory.path().join(name)).unwrap();
    };
    // Back at once, and by way of each other.
    link("..", "a/loop");
    link("../b", "a/other");
    link("../a", "b/back");
    let found = FilesBelow::open(directory.path(), false).unwrap();
    let tail = |path: &std::path::PathBuf| path.strip_prefix(directory.path()).unwrap().to_owned();
    let found: Vec<_> = found.files.iter().map(tail).collect();
    let names = [
        "a/000.png",
        "a/001.png",
        "a/other/000.png",
        "b/000.png",
        "b/back/000.png",
        "b/back/001.png",
    ];
    assert_eq!(found, names.map(std::path::PathBuf::from));
}
