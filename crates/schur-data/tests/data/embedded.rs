use std::collections::BTreeSet;

use schur_data::Pictures;

use crate::support::{image_file, label_file, sha256};

fn classes(labels: &[u8]) -> [usize; 10] {
    let mut counts = [0; 10];
    for &label in labels {
        counts[usize::from(label)] += 1;
    }
    counts
}

#[test]
fn counts_and_classes() {
    let train = Pictures::embedded_train().unwrap();
    let test = Pictures::embedded_test().unwrap();
    assert_eq!((train.len(), train.rows(), train.cols()), (12_000, 28, 28));
    assert_eq!((test.len(), test.rows(), test.cols()), (5_000, 28, 28));
    assert_eq!(classes(&train.labels()[..10_000]), [1000; 10]);
    assert_eq!(classes(&train.labels()[10_000..]), [200; 10]);
    assert_eq!(classes(test.labels()), [500; 10]);
}

#[test]
fn every_ten_digits_hold_every_class_in_varying_order() {
    for digits in [
        Pictures::embedded_train().unwrap(),
        Pictures::embedded_test().unwrap(),
    ] {
        let rounds: Vec<_> = digits.labels().chunks(10).collect();
        assert!(rounds.iter().all(|round| classes(round) == [1; 10]));
        let orders: BTreeSet<_> = rounds.iter().collect();
        // Of 10! = 3,628,800 orders, 1,200 random ones are all different or nearly so.
        assert!(orders.len() + 3 > rounds.len(), "{} orders", orders.len());
    }
}

/// No image occurs twice, neither within a set nor in both.
#[test]
fn images_are_distinct() {
    let train = Pictures::embedded_train().unwrap();
    let test = Pictures::embedded_test().unwrap();
    let images: BTreeSet<_> = [&train, &test]
        .into_iter()
        .flat_map(|digits| (0..digits.len()).map(|i| digits.image(i)))
        .collect();
    assert_eq!(images.len(), 17_000);
}

#[test]
fn content_has_the_recorded_checksums() {
    let mut found = String::new();
    for (prefix, digits) in [
        ("train", Pictures::embedded_train().unwrap()),
        ("t10k", Pictures::embedded_test().unwrap()),
    ] {
        let count = digits.len() as u32;
        let images = sha256(&image_file(count, 28, 28, digits.pixels()));
        let labels = sha256(&label_file(count, digits.labels()));
        found += &format!("{images}  {prefix}-images-idx3-ubyte\n");
        found += &format!("{labels}  {prefix}-labels-idx1-ubyte\n");
    }
    assert_eq!(found, include_str!("../../data/SHA256SUMS"));
}

#[test]
fn subsets() {
    let test = Pictures::embedded_test().unwrap();
    let some = test.subset(&[4, 4, 0]).unwrap();
    assert_eq!(some.len(), 3);
    assert_eq!(some.image(0), some.image(1));
    assert_eq!(some.image(2), test.image(0));
    assert_eq!(some.labels()[0], test.labels()[4]);
    assert!(test.subset(&[]).unwrap().is_empty());
    let message = test.subset(&[1, 6000]).unwrap_err().to_string();
    assert!(
        message.contains("picture 6000 of a set of 5000"),
        "{message}"
    );
}
