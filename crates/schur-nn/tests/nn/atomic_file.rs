//! Files are replaced as a whole, and nothing is left lying about.

use std::fs;
use std::path::Path;

use schur_nn::{NewDirectory, NnError, create_directory, try_directory, write_atomically};

fn names(directory: &Path) -> Vec<String> {
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
    // As long as a name can be: the temporary one is no longer.
    let long = directory.path().join("x".repeat(255));
    write_atomically(&long, b"long").unwrap();
    assert_eq!(fs::read(long).unwrap(), b"long");
}

#[test]
fn failures_name_the_file_and_leave_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let nowhere = directory.path().join("missing").join("a.bin");
    let error = write_atomically(&nowhere, b"x").unwrap_err();
    assert!(matches!(error, NnError::Io { .. }));
    for part in ["writing", "a.bin", "make the directory"] {
        assert!(error.to_string().contains(part), "{error}");
    }
    // A directory stands where the file should go.
    let occupied = directory.path().join("occupied");
    fs::create_dir(&occupied).unwrap();
    assert!(write_atomically(&occupied, b"x").is_err());
    assert!(create_directory(&occupied).is_ok());
    assert!(try_directory(&occupied).is_ok());
    assert!(names(&occupied).is_empty());
    assert_eq!(names(directory.path()), ["occupied"]);
}

#[test]
fn many_writers_of_one_file_leave_one_of_their_versions() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("shared");
    std::thread::scope(|scope| {
        for version in 0..8_u8 {
            let path = &path;
            scope.spawn(move || {
                for _ in 0..20 {
                    write_atomically(path, &vec![version; 10_000]).unwrap();
                }
            });
        }
    });
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes, vec![bytes[0]; 10_000]);
    assert_eq!(names(directory.path()), ["shared"]);
}

#[cfg(unix)]
#[test]
fn what_was_there_keeps_its_kind() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::create_dir(path("far")).unwrap();
    // A link leads to the file that is replaced, or that is not there yet.
    for target in ["far/old", "new"] {
        let link = path("link");
        symlink(target, &link).unwrap();
        write_atomically(&link, b"one").unwrap();
        write_atomically(&link, b"two").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(path(target)).unwrap(), b"two");
        fs::remove_file(link).unwrap();
    }
    // Permissions stay; a protected file stays as it is.
    let mode = |mode| fs::set_permissions(path("new"), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o600);
    write_atomically(&path("new"), b"three").unwrap();
    let kept = fs::metadata(path("new")).unwrap().permissions();
    assert_eq!(kept.mode() & 0o777, 0o600);
    mode(0o400);
    let error = write_atomically(&path("new"), b"four").unwrap_err();
    assert!(error.to_string().contains("write-protected"), "{error}");
    assert_eq!(fs::read(path("new")).unwrap(), b"three");
    // A device is written to; were it replaced, the second would succeed.
    for _ in 0..2 {
        write_atomically(Path::new("/dev/null"), b"x").unwrap();
        if Path::new("/dev/full").exists() {
            let error = write_atomically(Path::new("/dev/full"), b"x").unwrap_err();
            assert!(error.to_string().contains("free space"), "{error}");
        }
    }
}

#[test]
fn a_directory_appears_when_it_is_complete() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("above/digits");
    let new = NewDirectory::beside(&target).unwrap();
    new.write(Path::new("seven/0"), b"7").unwrap();
    assert!(new.write(Path::new("seven/0"), b"7").is_err(), "twice");
    assert!(!target.exists());
    // Given up.
    drop(new);
    assert!(names(&directory.path().join("above")).is_empty());
    let new = NewDirectory::beside(&target).unwrap();
    new.write(Path::new("seven/0"), b"7").unwrap();
    new.finish().unwrap();
    assert_eq!(names(&directory.path().join("above")), ["digits"]);
    assert_eq!(fs::read(target.join("seven/0")).unwrap(), b"7");
    let error = NewDirectory::beside(&target).unwrap_err().to_string();
    assert!(error.contains("it is there already"), "{error}");
}
