//! Shifts along strips.

use schur_data::{Dataset, Moves, Pictures, Split, Stream, Strip};

fn digits(count: usize) -> Pictures {
    let all: Vec<usize> = (0..count).collect();
    Pictures::embedded_test().unwrap().subset(&all).unwrap()
}

/// By how many columns an image was shifted: the one shift that gives it.
fn shift(strip: Strip, upright: &[f32], shifted: &[f32]) -> usize {
    let found: Vec<usize> = (0..strip.period(28))
        .filter(|&by| strip.shifted(upright, [28, 28], by) == shifted)
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]
}

#[test]
fn a_turn_of_the_moebius_strip_mirrors_and_two_are_the_identity() {
    let upright = Dataset::upright(&digits(3));
    for index in 0..3 {
        let image = upright.image(index);
        let mirrored: Vec<f32> = image.chunks(28).rev().flatten().copied().collect();
        assert_eq!(Strip::Moebius.shifted(image, [28, 28], 28), mirrored);
        assert_eq!(Strip::Moebius.shifted(image, [28, 28], 56), image);
        assert_eq!(Strip::Cylinder.shifted(image, [28, 28], 28), image);
        for strip in [Strip::Cylinder, Strip::Moebius] {
            let twice = strip.shifted(&strip.shifted(image, [28, 28], 17), [28, 28], 20);
            assert_eq!(twice, strip.shifted(image, [28, 28], 37));
        }
    }
}

/// Every picture has a shift of its own that depends on seed, stream and position alone, and all
/// shifts occur about equally often.
#[test]
fn pictures_are_shifted_at_random_and_reproducibly() {
    let pictures = digits(600);
    let upright = Dataset::upright(&pictures);
    for strip in [Strip::Cylinder, Strip::Moebius] {
        let moved =
            |seed, stream| Dataset::moved(&pictures, seed, stream, &Moves::Shifts(strip)).unwrap();
        let train = moved(1, Stream::Train);
        assert_eq!(train, moved(1, Stream::Train));
        assert_ne!(train, moved(2, Stream::Train));
        assert_ne!(train, moved(1, Stream::Validation));
        assert_eq!(moved(1, Stream::Test), moved(2, Stream::Test));
        assert!(train.angles.iter().all(|angle| *angle == 0.0));
        let mut counts = vec![0usize; strip.period(28)];
        for index in 0..pictures.len() {
            counts[shift(strip, upright.image(index), train.image(index))] += 1;
        }
        let expected = pictures.len() / counts.len();
        let even = counts.iter().all(|&n| n > 0 && n < 3 * expected);
        assert!(even, "{counts:?}");
    }
}

/// Masks go with their pictures.
#[test]
fn masks_are_shifted_too() {
    let pictures = digits(4);
    let masks = pictures
        .pixels()
        .iter()
        .map(|&p| u8::from(p > 100))
        .collect();
    let pictures = pictures.with_masks(masks).unwrap();
    let moved = Dataset::moved(&pictures, 3, Stream::Train, &Moves::Shifts(Strip::Moebius));
    let moved = moved.unwrap();
    let bright = moved
        .images
        .iter()
        .map(|&value| u8::from(value > 100.5 / 255.0));
    assert!(bright.eq(moved.masks.iter().copied()));
}

/// All digits but those of test and validation are trained on.
#[test]
fn a_split_gives_its_validation_part_to_training() {
    let split = Split::classic(&Pictures::embedded_test().unwrap()).unwrap();
    let all = split.with_all_for_training().unwrap();
    let lengths = |split: &Split| [&split.train, &split.validation, &split.test].map(Pictures::len);
    let [train, validation, test] = lengths(&split);
    let [all_train, all_validation, all_test] = lengths(&all);
    assert_eq!(all_train, train + validation);
    assert_eq!(all_validation + all_test, test);
    assert!(all.test.excluding(&[&split.train, &split.validation]).len() == all_test);
    // Pictures of another size make no one set.
    let larger = split.train.padded(30).unwrap();
    let error = split.test.followed_by(&larger).unwrap_err().to_string();
    assert!(error.contains("do not make one set"), "{error}");
}
