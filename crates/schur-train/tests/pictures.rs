//! Picture files of several encodings, whole and damaged. The files in `tests/pictures` have been
//! written by Pillow 12, which refuses the cuts of JPEG files that are refused here.

use std::path::{Path, PathBuf};

use schur_train::ErrorKind;
use schur_train::images::picture::{decode, header};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 8);
    files
}

/// What is said of these bytes in a file of that name.
fn refusal(name: &Path, bytes: &[u8]) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name.file_name().unwrap());
    std::fs::write(&path, bytes).unwrap();
    let error = decode(&path).err()?;
    assert_eq!(error.kind(), ErrorKind::Data);
    let text = error.to_string();
    assert!(text.contains(path.to_str().unwrap()), "{text}");
    Some(text)
}

#[test]
fn whole_pictures_are_read_whatever_stands_behind_them() {
    for file in files() {
        let picture = decode(&file).unwrap();
        assert_eq!((picture.width(), picture.height()), (48, 40));
        assert_eq!(header(&file).unwrap().width, 48);
        let bytes = std::fs::read(&file).unwrap();
        for tail in [&b"\0"[..], b"\n", b"\xff\xd9", b"words"] {
            let longer = [&bytes, tail].concat();
            assert_eq!(refusal(&file, &longer), None, "{}", file.display());
        }
        // The strict decoder gives the pixels that the other one gives.
        let plain = image::open(&file).unwrap();
        assert_eq!(picture, plain, "{}", file.display());
    }
}

#[test]
fn a_picture_that_ends_too_early_is_refused_wherever_it_ends() {
    for file in files() {
        let bytes = std::fs::read(&file).unwrap();
        // The checksum of the empty end of a PNG file is not missed.
        let last = match file.extension().unwrap() == "png" {
            true => bytes.len() - 5,
            false => bytes.len() - 1,
        };
        for length in (0..last).step_by(7).chain([last]) {
            let text = refusal(&file, &bytes[..length])
                .unwrap_or_else(|| panic!("{} of {length} bytes is read", file.display()));
            let cause = match length {
                0 => "the file is empty",
                1..8 => "",
                _ => "damaged or ends too early",
            };
            assert!(text.contains(cause), "{text}");
            assert!(!text.contains("16384"), "the remedy fits: {text}");
        }
        // A preview inside, which has an end of its own, is no end.
        if file.extension().unwrap() == "jpg" {
            let preview = [&b"\xff\xe1\x00\x08"[..], b"\xff\xd8\xff\xd9\x00\x00"].concat();
            let inside = [&bytes[..2], &preview, &bytes[2..]].concat();
            assert_eq!(refusal(&file, &inside), None, "{}", file.display());
            assert!(refusal(&file, &inside[..inside.len() / 2]).is_some());
        }
    }
}

/// Bytes lost or replaced in the middle of the pixels, with the end in its place.
#[test]
fn damage_in_the_middle_is_refused() {
    let mut found = 0;
    let mut tried = 0;
    for file in files() {
        let bytes = std::fs::read(&file).unwrap();
        let png = file.extension().unwrap() == "png";
        for part in 5..9 {
            let at = bytes.len() * part / 10;
            let mut noise = bytes.clone();
            for (i, byte) in noise[at..at + 16].iter_mut().enumerate() {
                *byte = (*byte).wrapping_mul(31).wrapping_add(97 * i as u8);
            }
            let lost = [&bytes[..at], &bytes[at + 24..]].concat();
            for damaged in [noise, lost] {
                let text = refusal(&file, &damaged);
                tried += 1;
                found += usize::from(text.is_some());
                // PNG has checksums. JPEG has none: what can be decoded is a picture.
                assert!(!png || text.is_some(), "{} at {at}", file.display());
            }
        }
    }
    assert!(2 * found > tried, "{found} of {tried}");
}

#[test]
fn other_kinds_of_files_are_named_as_such() {
    let name = Path::new("photo.png");
    for (bytes, part) in [
        (&b"GIF89a\x01\0\x01\0\0\0\0;"[..], "no PNG or JPEG file"),
        (b"<html>404</html>", "no PNG or JPEG file"),
        (b"", "empty"),
    ] {
        let text = refusal(name, bytes).unwrap();
        assert!(text.contains(part), "{text}");
    }
}
