use rayon::ThreadPoolBuilder;
use schur_data::{Dataset, Pictures, Stream, TEST_ROTATION_SEED, rotate, shuffled_indices};

use crate::support::{numbered, sha256};
use crate::tolerance::CHI_SQUARE_35;

fn some_digits(count: usize) -> Pictures {
    let indices: Vec<usize> = (0..count).collect();
    Pictures::embedded_test().unwrap().subset(&indices).unwrap()
}

/// Hash of every bit of the images and angles.
fn fingerprint(dataset: &Dataset) -> String {
    let images = dataset
        .images
        .iter()
        .flat_map(|v| v.to_bits().to_le_bytes());
    let angles = dataset
        .angles
        .iter()
        .flat_map(|v| v.to_bits().to_le_bytes());
    sha256(&images.chain(angles).collect::<Vec<u8>>())
}

#[test]
fn upright_scales_and_nothing_else() {
    let digits = some_digits(20);
    let upright = Dataset::upright(&digits);
    assert_eq!((upright.len(), upright.height, upright.width), (20, 28, 28));
    assert_eq!(upright.labels, digits.labels());
    assert_eq!(upright.angles, [0.0; 20]);
    for (value, &pixel) in upright.images.iter().zip(digits.pixels()) {
        assert_eq!(*value, f32::from(pixel) / 255.0);
    }
    assert_eq!(upright.images.iter().copied().fold(0.0, f32::max), 1.0);
}

#[test]
fn rotated_is_rotate_image_by_image() {
    let digits = some_digits(50);
    let upright = Dataset::upright(&digits);
    let rotated = Dataset::rotated(&digits, 5, Stream::Validation);
    assert_eq!(rotated.labels, upright.labels);
    for i in 0..50 {
        let expected = rotate(upright.image(i), 28, 28, rotated.angles[i]).unwrap();
        assert_eq!(rotated.image(i), expected);
    }
}

#[test]
fn seeds_streams_and_epochs_give_different_angles() {
    let digits = numbered(100, 1, 1);
    let angles = |seed, stream| Dataset::rotated(&digits, seed, stream).angles;
    let augmented = |epoch| angles(1, Stream::Augment { epoch });
    let all = [
        angles(1, Stream::Train),
        angles(2, Stream::Train),
        angles(1, Stream::Validation),
        angles(2, Stream::Validation),
        angles(1, Stream::Test),
        angles(TEST_ROTATION_SEED, Stream::Train),
        augmented(0),
        augmented(1),
    ];
    for (i, one) in all.iter().enumerate() {
        for other in &all[..i] {
            assert!(one.iter().zip(other).all(|(a, b)| a != b), "{i}");
        }
    }
    assert_eq!(angles(1, Stream::Train), all[0]);
    assert_eq!(angles(99, Stream::Test), all[4]);
    assert_eq!(Dataset::augmented(&digits, 1, 1).angles, all[7]);
}

#[test]
fn angle_depends_on_the_position_alone() {
    let all = Dataset::rotated(&some_digits(30), 3, Stream::Train);
    let prefix = Dataset::rotated(&some_digits(11), 3, Stream::Train);
    assert_eq!(prefix.angles, all.angles[..11]);
    assert_eq!(prefix.images, all.images[..11 * 28 * 28]);
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let digits = some_digits(200);
    let make = || fingerprint(&Dataset::augmented(&digits, 4, 2));
    let expected = make();
    for threads in [1, 2, 3, 7] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        assert_eq!(pool.unwrap().install(make), expected, "{threads} threads");
    }
}

/// Recorded from the first release. If this fails on another machine, results do not
/// compare between machines; if it fails after a change, they do not compare with older ones.
#[test]
fn bits_are_pinned() {
    let rotated = Dataset::rotated(&some_digits(100), 1, Stream::Test);
    assert_eq!(
        fingerprint(&rotated),
        "9e4a5dea1262a831089237d7f5fe6d5896839a0be069eea40c3e6d24d86260b3"
    );
    let rotated = Dataset::rotated(&some_digits(100), 1, Stream::Train);
    assert_eq!(
        fingerprint(&rotated),
        "4725a02ac4a53510cb28fe444187a2b1f140146e0f693dc4a8b7e6fe2dce0fb7"
    );
    assert_eq!(shuffled_indices(10, 1, 0), [4, 6, 5, 1, 2, 8, 7, 0, 9, 3]);
}

/// Statistic of the hypothesis that the angles are uniform in 36 classes of 10 degrees.
fn chi_square(angles: &[f64]) -> f64 {
    let mut counts = [0.0; 36];
    for angle in angles {
        counts[(angle / 10.0) as usize] += 1.0;
    }
    let expected = angles.len() as f64 / 36.0;
    counts
        .iter()
        .map(|count: &f64| (count - expected).powi(2) / expected)
        .sum()
}

#[test]
fn angles_are_uniform_in_the_full_turn() {
    let digits = numbered(36_000, 1, 1);
    let streams = [
        Stream::Train,
        Stream::Validation,
        Stream::Test,
        Stream::Augment { epoch: 3 },
    ];
    for stream in streams {
        let angles = Dataset::rotated(&digits, 7, stream).angles;
        assert!(angles.iter().all(|angle| (0.0..360.0).contains(angle)));
        let statistic = chi_square(&angles);
        assert!(statistic < CHI_SQUARE_35, "{stream:?}: {statistic}");
        // The test can fail: every twentieth angle is halved.
        let skewed: Vec<f64> = angles
            .iter()
            .enumerate()
            .map(|(i, &angle)| if i % 20 == 0 { angle / 2.0 } else { angle })
            .collect();
        assert!(chi_square(&skewed) > CHI_SQUARE_35);
    }
}

#[test]
fn empty_subset_gives_an_empty_dataset() {
    let none = Pictures::embedded_test().unwrap().subset(&[]).unwrap();
    assert!(Dataset::rotated(&none, 1, Stream::Train).is_empty());
}

#[test]
fn batch_order_is_a_permutation_for_every_size() {
    for n in [0, 1, 2, 3, 10, 1000] {
        let mut order = shuffled_indices(n, 11, 5);
        order.sort_unstable();
        assert!(order.into_iter().eq(0..n));
    }
    let orders = [(1, 0), (1, 1), (2, 0)].map(|(seed, epoch)| shuffled_indices(500, seed, epoch));
    assert!(orders[0] != orders[1] && orders[0] != orders[2] && orders[1] != orders[2]);
}

/// Every item comes first equally often.
#[test]
fn batch_order_is_unbiased() {
    let mut first = [0_u32; 3];
    for epoch in 0..3000 {
        first[shuffled_indices(3, 0, epoch)[0]] += 1;
    }
    // Five standard deviations of a binomial count, 5 sqrt(3000 / 3 * 2 / 3) = 129.
    assert!(
        first.iter().all(|count| count.abs_diff(1000) < 129),
        "{first:?}"
    );
}
