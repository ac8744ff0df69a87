use proptest::prelude::*;
use schur_data::idx::{Images, MAX_CONTENT, read_images, read_labels};
use schur_data::{DataError, Pictures};

use crate::support::{gzip, image_file, label_file};

/// The message of the error, for the raw file and for the packed one: they must agree.
fn image_error(file: &[u8]) -> String {
    let raw = read_images(file, "a.idx").unwrap_err().to_string();
    let packed = read_images(&gzip(file), "a.idx").unwrap_err().to_string();
    assert_eq!(raw, packed);
    raw
}

fn label_error(file: &[u8]) -> String {
    let raw = read_labels(file, 10, "b.idx").unwrap_err().to_string();
    let packed = read_labels(&gzip(file), 10, "b.idx")
        .unwrap_err()
        .to_string();
    assert_eq!(raw, packed);
    raw
}

fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{message:?} lacks {part:?}");
    }
}

#[test]
fn good_files_raw_and_packed() {
    let file = image_file(2, 1, 3, &[1, 2, 3, 4, 5, 6]);
    let images = read_images(&file, "a").unwrap();
    let pixels = vec![1, 2, 3, 4, 5, 6];
    let expected = Images {
        count: 2,
        rows: 1,
        cols: 3,
        pixels,
    };
    assert_eq!(images, expected);
    assert_eq!(read_images(&gzip(&file), "a").unwrap(), expected);
    let file = label_file(3, &[9, 0, 4]);
    assert_eq!(read_labels(&file, 10, "b").unwrap(), [9, 0, 4]);
    assert_eq!(read_labels(&gzip(&file), 10, "b").unwrap(), [9, 0, 4]);
}

#[test]
fn truncated() {
    let parts = ["a.idx: truncated", "expected 22 bytes", "got 21"];
    assert_says(&image_error(&image_file(2, 1, 3, &[0; 5])), &parts);
    let parts = ["b.idx: truncated", "expected 12 bytes", "got 9"];
    assert_says(&label_error(&label_file(4, &[0])), &parts);
    // Within the header, and within the magic number.
    let file = image_file(2, 1, 3, &[]);
    assert_says(&image_error(&file[..15]), &["expected 16 bytes", "got 15"]);
    assert_says(&image_error(&file[..3]), &["expected 16 bytes", "got 3"]);
    assert_says(&image_error(&[]), &["expected 16 bytes", "got 0"]);
}

#[test]
fn trailing() {
    let parts = ["a.idx: trailing", "expected 22 bytes", "at least 23"];
    assert_says(&image_error(&image_file(2, 1, 3, &[0; 7])), &parts);
    let parts = ["b.idx: trailing", "expected 9 bytes", "at least 10"];
    assert_says(&label_error(&label_file(1, &[0; 9])), &parts);
}

#[test]
fn wrong_magic_says_what_the_file_is() {
    let parts = ["a.idx", "0x00000801", "0x00000803", "this is a label file"];
    assert_says(&image_error(&label_file(3, &[1, 2, 3])), &parts);
    let parts = ["b.idx", "0x00000803", "0x00000801", "this is an image file"];
    assert_says(&label_error(&image_file(1, 1, 1, &[0])), &parts);
    let parts = ["0x89504e47", "not an IDX file"];
    assert_says(&image_error(b"\x89PNG\r\n\x1a\n"), &parts);
    // 0x0d: floats.
    let parts = ["0x00000d03", "another type or dimension"];
    assert_says(&image_error(&[0, 0, 0x0d, 3, 0, 0, 0, 1]), &parts);
}

#[test]
fn nothing_in_it() {
    assert_says(
        &image_error(&image_file(0, 28, 28, &[])),
        &["a.idx: 0 images", "at least 1"],
    );
    assert_says(&image_error(&image_file(3, 0, 28, &[])), &["0 x 28 pixels"]);
    assert_says(&image_error(&image_file(3, 28, 0, &[])), &["28 x 0 pixels"]);
}

#[test]
fn label_out_of_range() {
    let parts = ["b.idx: label 10 at position 2", "0 to 9", "10 classes"];
    assert_says(&label_error(&label_file(4, &[9, 0, 10, 11])), &parts);
    assert!(read_labels(&label_file(1, &[10]), 11, "b").is_ok());
}

#[test]
fn images_and_labels_must_pair() {
    let images = || read_images(&image_file(2, 1, 1, &[0, 0]), "a.idx").unwrap();
    let error = Pictures::from_idx(images(), vec![1, 2, 3], "a.idx").unwrap_err();
    assert_says(&error.to_string(), &["a.idx: 2 images but 3 labels"]);
    // Relatives of MNIST have more than ten classes.
    let letters = Pictures::from_idx(images(), vec![1, 255], "a.idx").unwrap();
    assert_eq!(letters.labels(), [1, 255]);
    let lacking = Images {
        pixels: vec![0],
        ..images()
    };
    let error = Pictures::from_idx(lacking, vec![1, 2], "a.idx").unwrap_err();
    assert_says(
        &error.to_string(),
        &["2 images of 1 x 1 pixels", "1 grey values"],
    );
    let huge = Images {
        rows: usize::MAX,
        ..images()
    };
    assert!(Pictures::from_idx(huge, vec![1, 2], "a.idx").is_err());
    let none = Images {
        count: 0,
        pixels: vec![],
        ..images()
    };
    assert!(matches!(
        Pictures::from_idx(none, vec![], "a.idx"),
        Err(DataError::Empty { .. })
    ));
}

#[test]
fn absurd_headers_take_no_memory() {
    let message = image_error(&image_file(4_000_000_000, 28, 28, &[0; 100]));
    assert_says(
        &message,
        &["a.idx: 3136000000016 bytes", "limit of 1073741824"],
    );
    let message = image_error(&image_file(u32::MAX, u32::MAX, u32::MAX, &[]));
    assert_says(&message, &["limit of 1073741824"]);
    // Under the limit, but nothing is there.
    let message = image_error(&image_file(1_000_000, 28, 28, &[]));
    assert_says(&message, &["expected 784000016 bytes", "got 16"]);
}

/// 64 MiB of zeros behind a header that promises one byte: two are unpacked.
#[test]
fn gzip_bomb_is_not_unpacked() {
    let bomb = gzip(&image_file(1, 1, 1, &vec![0; 1 << 26]));
    match read_images(&bomb, "bomb").unwrap_err() {
        DataError::Trailing {
            expected, found, ..
        } => assert_eq!((expected, found), (17, 18)),
        other => panic!("{other}"),
    }
    const { assert!(MAX_CONTENT <= 1 << 30) };
}

#[test]
fn damaged_gzip() {
    let good = gzip(&image_file(1, 2, 2, &[1, 2, 3, 4]));
    // The last eight bytes are the checksum and the length.
    let mut wrong = good.clone();
    let checksum = wrong.len() - 8;
    wrong[checksum] ^= 1;
    for file in [&wrong[..], &good[..good.len() - 1], &good[..12], &good[..2]] {
        let error = read_images(file, "a.gz").unwrap_err();
        assert!(matches!(error, DataError::Gzip { .. }), "{error}");
        assert_says(&error.to_string(), &["a.gz: damaged gzip data"]);
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = read_images(&bytes, "a");
        let _ = read_labels(&bytes, 10, "b");
        let packed = gzip(&bytes);
        let _ = read_images(&packed, "a");
        let _ = read_labels(&packed, 10, "b");
    }

    #[test]
    fn random_bytes_after_any_magic_never_panic(
        magic in prop::sample::select(vec![
            vec![0u8, 0, 8, 3], vec![0, 0, 8, 1], vec![0x1f, 0x8b], vec![0x1f, 0x8b, 8, 0],
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let file = [magic, bytes].concat();
        let _ = read_images(&file, "a");
        let _ = read_labels(&file, 10, "b");
    }

    /// Whatever one mutation makes of a good file, what is read fits its own header.
    #[test]
    fn mutated_files_never_panic(
        packed in any::<bool>(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let pixels: Vec<u8> = (0..60).collect();
        for good in [image_file(5, 3, 4, &pixels), label_file(20, &[7; 20])] {
            let mut file = if packed { gzip(&good) } else { good };
            let position = at.index(file.len());
            file[position] = byte;
            file.truncate(cut.map_or(file.len(), |cut| cut.index(file.len())));
            if let Ok(images) = read_images(&file, "a") {
                prop_assert_eq!(images.pixels.len(), images.count * images.rows * images.cols);
            }
            if let Ok(labels) = read_labels(&file, 10, "b") {
                prop_assert!(labels.iter().all(|&label| label < 10));
            }
        }
    }

    #[test]
    fn files_come_back(
        (rows, cols, pixels) in (1u32..6, 1u32..6, 1usize..8).prop_flat_map(|(rows, cols, n)| {
            let len = n * (rows * cols) as usize;
            (Just(rows), Just(cols), prop::collection::vec(any::<u8>(), len))
        }),
    ) {
        let count = pixels.len() as u32 / (rows * cols);
        let file = image_file(count, rows, cols, &pixels);
        for bytes in [gzip(&file), file] {
            let images = read_images(&bytes, "a").unwrap();
            prop_assert_eq!(images.count, count as usize);
            prop_assert_eq!(&images.pixels, &pixels);
        }
    }
}
