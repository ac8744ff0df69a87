use std::collections::BTreeSet;

use proptest::prelude::*;
use schur_data::{DataError, Pictures, Source, Split};

use crate::support::numbered;

/// Images 2 x 2 whose pixels spell the number of the digit.
fn spelled(count: usize) -> Pictures {
    let images = schur_data::idx::Images {
        count,
        rows: 2,
        cols: 2,
        pixels: (0..count as u32).flat_map(u32::to_be_bytes).collect(),
    };
    Pictures::from_idx(images, vec![0; count], "spelled").unwrap()
}

fn numbers(digits: &Pictures) -> Vec<u32> {
    let pixels = digits.pixels().chunks_exact(4);
    pixels
        .map(|p| u32::from_be_bytes([p[0], p[1], p[2], p[3]]))
        .collect()
}

#[test]
fn embedded_is_the_files_in_their_order() {
    let split = Split::embedded().unwrap();
    let train = Pictures::embedded_train().unwrap();
    assert_eq!(split.train.image(9_999), train.image(9_999));
    assert_eq!(split.validation.image(0), train.image(10_000));
    assert_eq!(split.test, Pictures::embedded_test().unwrap());
    assert_eq!(
        split.description,
        "10,000 training, 2,000 validation and 5,000 test digits from the MNIST subset that is \
         compiled in, which deviates from the classic rotated-MNIST protocol \
         (10,000 / 2,000 / 50,000)."
    );
}

#[test]
fn full_pool_gives_the_classic_sizes() {
    let split = Split::classic(&spelled(70_000)).unwrap();
    let sizes = [&split.train, &split.validation, &split.test].map(Pictures::len);
    assert_eq!(sizes, [10_000, 2_000, 50_000]);
    assert_eq!(
        split.description,
        "10,000 training, 2,000 validation and 50,000 test digits chosen at random from the \
         given files, the sizes of the classic rotated-MNIST protocol."
    );
    // Both the training files and the test files are drawn from.
    let from_test_files = numbers(&split.train)
        .iter()
        .filter(|&&i| i >= 60_000)
        .count();
    assert!(
        (1_200..1_700).contains(&from_test_files),
        "{from_test_files}"
    );
}

#[test]
fn training_files_alone_leave_fewer_for_testing() {
    let split = Split::classic(&spelled(60_000)).unwrap();
    assert_eq!(split.test.len(), 48_000);
    assert!(split.description.contains("48,000 test"));
    assert!(split.description.contains("deviates"));
}

#[test]
fn split_is_pinned() {
    let split = Split::classic(&spelled(30)).unwrap();
    assert_eq!(numbers(&split.validation), PINNED_VALIDATION);
    assert_eq!(numbers(&split.test), PINNED_TEST);
}

// Recorded from the first release: a change here changes everybody's experiments.
const PINNED_VALIDATION: [u32; 3] = [13, 21, 28];
const PINNED_TEST: [u32; 9] = [10, 27, 29, 7, 23, 26, 24, 6, 8];

#[test]
fn too_few_digits() {
    let error = Split::classic(&numbered(29, 3, 3)).unwrap_err();
    assert!(matches!(
        error,
        DataError::TooFew {
            found: 29,
            least: 30,
            ..
        }
    ));
    assert!(error.to_string().contains("29 digits are too few"));
}

#[test]
fn source_of_the_embedded_files() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data");
    let pool = Source::load_dir(data).unwrap().into_pool();
    assert_eq!(pool.len(), 17_000);
    let split = Split::classic(&pool).unwrap();
    assert_eq!(split.test.len(), 5_000);
}

proptest! {
    #[test]
    fn parts_are_disjoint_and_complete(count in 30usize..3000) {
        let split = Split::classic(&spelled(count)).unwrap();
        let parts = [&split.train, &split.validation, &split.test].map(numbers);
        prop_assert!(parts.iter().all(|part| part.len() >= 3));
        let all: BTreeSet<u32> = parts.concat().into_iter().collect();
        prop_assert_eq!(parts.map(|part| part.len()).iter().sum::<usize>(), count);
        prop_assert!(all.into_iter().eq(0..count as u32));
    }
}
