//! Scenes, padding and oversampled rotation.

use schur_data::{
    DataError, Dataset, Pictures, Scenes, Stream, TEST_ROTATION_SEED, blobs, rotate,
    rotate_oversampled,
};

use crate::tolerance;

fn digits(count: usize) -> Pictures {
    let all: Vec<usize> = (0..count).collect();
    Pictures::embedded_test().unwrap().subset(&all).unwrap()
}

#[test]
fn scenes_depend_on_seed_stream_and_position_alone() {
    let twenty = digits(20);
    let scenes = |seed, stream| Scenes::new(&twenty, 40, seed, stream).unwrap();
    let train = scenes(1, Stream::Train);
    assert_eq!(train, scenes(1, Stream::Train));
    for other in [
        scenes(2, Stream::Train),
        scenes(1, Stream::Validation),
        scenes(1, Stream::Augment { epoch: 1 }),
        scenes(1, Stream::Test),
    ] {
        assert_ne!(train.images, other.images);
    }
    assert_eq!(
        scenes(1, Stream::Test),
        scenes(TEST_ROTATION_SEED, Stream::Test)
    );
    // Angles are uniform draws of their own: no two are equal.
    let mut angles = train.angles.clone();
    angles.sort_by(f64::total_cmp);
    angles.dedup();
    assert_eq!(angles.len(), 20);
}

#[test]
fn the_mask_is_the_ink_of_the_turned_digit() {
    let one = digits(1);
    let scenes = Scenes::new(&one, 28, 3, Stream::Train).unwrap();
    // In an image of its own size there is one place only.
    let upright = Dataset::upright(&one);
    let turned = rotate(upright.image(0), 28, 28, scenes.angles[0]).unwrap();
    let expected: Vec<u8> = turned.iter().map(|&v| u8::from(v >= 0.5)).collect();
    assert_eq!(scenes.masks, expected);
    assert!(expected.contains(&1));
    // Pieces only add ink.
    assert!(scenes.images.iter().zip(&turned).all(|(a, b)| a >= b));
    assert_ne!(scenes.images, turned);
}

#[test]
fn sides_that_do_not_fit_are_refused() {
    for side in [0, 27, 1025, usize::MAX] {
        let scenes = Scenes::new(&digits(2), side, 1, Stream::Train).unwrap_err();
        assert!(matches!(scenes, DataError::Padding { .. }), "{scenes}");
        let padded = digits(2).padded(side).unwrap_err().to_string();
        assert!(padded.contains("28 to 1024"), "{padded}");
    }
}

#[test]
fn padding_keeps_every_pixel() {
    let padded = digits(3).padded(31).unwrap();
    for i in 0..3 {
        let (small, large) = (digits(3), padded.image(i));
        for (k, pixel) in small.image(i).iter().enumerate() {
            assert_eq!(large[(k / 28 + 1) * 31 + k % 28 + 1], *pixel);
        }
        let sum = |pixels: &[u8]| pixels.iter().map(|&p| u64::from(p)).sum::<u64>();
        assert_eq!(sum(small.image(i)), sum(large));
    }
}

#[test]
fn oversampled_quarter_turns_permute_and_factor_one_is_the_plain_rotation() {
    let upright = Dataset::upright(&digits(1));
    let image = upright.image(0);
    for degrees in [90.0, 180.0, 270.0] {
        let plain = rotate(image, 28, 28, degrees).unwrap();
        let twice = rotate_oversampled(image, 28, 28, degrees, 3).unwrap();
        // Enlarging and reducing blurs, in the same way before and after a quarter turn.
        let blurred = rotate_oversampled(image, 28, 28, 0.0, 3).unwrap();
        let turned = rotate(&blurred, 28, 28, degrees).unwrap();
        for ((a, b), c) in twice.iter().zip(&turned).zip(&plain) {
            assert!((a - b).abs() <= tolerance::RESAMPLED, "{a} {b}");
            assert!((a - c).abs() < 0.5);
        }
    }
    let one = rotate_oversampled(image, 28, 28, 33.0, 1).unwrap();
    assert_eq!(one, rotate(image, 28, 28, 33.0).unwrap());
    for factor in [0, 9] {
        assert!(rotate_oversampled(image, 28, 28, 1.0, factor).is_err());
        assert!(Dataset::rotated_oversampled(&digits(1), 1, Stream::Train, factor).is_err());
    }
    let set = Dataset::rotated_oversampled(&digits(2), 7, Stream::Train, 3).unwrap();
    assert_eq!(
        set.angles,
        Dataset::rotated(&digits(2), 7, Stream::Train).angles
    );
    let by_hand = rotate_oversampled(
        Dataset::upright(&digits(2)).image(1),
        28,
        28,
        set.angles[1],
        3,
    );
    assert_eq!(set.image(1), by_hand.unwrap());
}

/// Turning blobs is exact: it agrees with the interpolated rotation up to the error of the
/// latter, and undoes itself.
#[test]
fn blobs_turn_exactly() {
    let distance = |a: &[f32], b: &[f32]| -> f32 {
        let square: f32 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
        (square / b.iter().map(|b| b * b).sum::<f32>()).sqrt()
    };
    for index in 0..4 {
        let upright = blobs(40, index, 0.0).unwrap();
        assert_eq!(upright, blobs(40, index, 0.0).unwrap());
        assert_ne!(upright, blobs(40, index + 1, 0.0).unwrap());
        let turned = blobs(40, index, 33.0).unwrap();
        let interpolated = rotate(&upright, 40, 40, 33.0).unwrap();
        let off = distance(&interpolated, &turned);
        assert!(off < tolerance::BILINEAR && off > 0.0, "{off}");
        // The wrong way round is another image.
        assert!(distance(&rotate(&upright, 40, 40, -33.0).unwrap(), &turned) > 0.3);
    }
    assert!(blobs(0, 0, 0.0).is_err() && blobs(2000, 0, 0.0).is_err());
    assert!(blobs(8, 0, f64::NAN).is_err());
}
