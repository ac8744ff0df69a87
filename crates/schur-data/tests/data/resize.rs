use proptest::prelude::*;
use schur_data::{DataError, MAX_RESIZED_PIXELS, resize};

use crate::tolerance::F32_ROUNDING;

#[test]
fn shrinking_averages_areas() {
    let image = [0.0, 2.0, 4.0, 6.0];
    assert_eq!(resize(&image, 1, 4, 1, 2).unwrap(), [1.0, 5.0]);
    assert_eq!(resize(&image, 4, 1, 2, 1).unwrap(), [1.0, 5.0]);
    // Three pixels to two: (1 + 1/2) pixels each.
    let found = resize(&[3.0, 6.0, 0.0], 1, 3, 1, 2).unwrap();
    assert_eq!(found, [4.0, 2.0]);
}

#[test]
fn growing_interpolates_between_centres() {
    let found = resize(&[0.0, 4.0], 2, 1, 4, 1).unwrap();
    assert_eq!(found, [0.0, 1.0, 3.0, 4.0]);
    assert_eq!(resize(&[7.0], 1, 1, 2, 3).unwrap(), [7.0; 6]);
}

#[test]
fn one_axis_may_grow_while_the_other_shrinks() {
    let found = resize(&[0.0, 2.0, 4.0, 6.0], 1, 4, 2, 2).unwrap();
    assert_eq!(found, [1.0, 5.0, 1.0, 5.0]);
}

#[test]
fn bad_arguments() {
    let message = resize(&[0.0; 3], 2, 2, 1, 1).unwrap_err().to_string();
    assert!(message.contains("2 x 2 pixels given with 3 values"));
    assert!(resize(&[], 0, 4, 1, 1).is_err());
    let side = MAX_RESIZED_PIXELS;
    for (h, w) in [(0, 1), (1, 0), (side, 2), (usize::MAX, usize::MAX)] {
        let error = resize(&[0.0], 1, 1, h, w).unwrap_err();
        assert!(matches!(error, DataError::Resize { .. }), "{h} x {w}");
    }
    // The image between the two passes would be too large.
    assert!(resize(&[0.0; 4], 1, 4, side, 1).is_err());
}

proptest! {
    #[test]
    fn same_size_is_the_identity(image in prop::collection::vec(0.0f32..=1.0, 35)) {
        prop_assert_eq!(resize(&image, 5, 7, 5, 7).unwrap(), image);
    }

    #[test]
    fn constants_stay_constant(
        value in 0.0f32..=1.0, h in 1usize..12, w in 1usize..12, p in 1usize..12, q in 1usize..12,
    ) {
        let resized = resize(&vec![value; h * w], h, w, p, q).unwrap();
        prop_assert_eq!(resized.len(), p * q);
        for found in resized {
            prop_assert!((found - value).abs() <= F32_ROUNDING);
        }
    }

    #[test]
    fn shrinking_keeps_the_mean(
        image in prop::collection::vec(0.0f32..=1.0, 99), p in 1usize..=9, q in 1usize..=11,
    ) {
        let mean = |image: &[f32]| {
            image.iter().map(|&v| f64::from(v)).sum::<f64>() / image.len() as f64
        };
        let resized = resize(&image, 9, 11, p, q).unwrap();
        prop_assert!((mean(&resized) - mean(&image)).abs() <= f64::from(F32_ROUNDING));
    }
}

/// The limit is for what comes out: an image with more pixels than that can be made smaller.
#[test]
fn large_images_shrink() {
    let width = MAX_RESIZED_PIXELS / 2 + 1;
    let image: Vec<f32> = (0..2 * width)
        .map(|i| f32::from(u8::from(i < width)))
        .collect();
    let small = resize(&image, 2, width, 2, 1).unwrap();
    assert_eq!(small, [1.0, 0.0]);
}
