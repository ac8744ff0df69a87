use schur_data::{DataError, Dataset, Normalisation, Pictures, Scenes, Stream, rotate};

use crate::tolerance;

/// Four pictures of two channels and 2 x 3 pixels, all bytes different.
fn pictures() -> Pictures {
    let pixels = (0..4 * 2 * 6).map(|i| 5 * i as u8).collect();
    Pictures::new([2, 2, 3], pixels, vec![3, 0, 200, 3]).unwrap()
}

#[test]
fn shapes_have_to_fit() {
    let all = pictures();
    assert_eq!(
        (all.channels(), all.rows(), all.cols(), all.len()),
        (2, 2, 3, 4)
    );
    assert_eq!(all.image(1)[0], 60);
    for (shape, labels) in [
        ([2, 2, 3], 3),
        ([1, 2, 3], 4),
        ([0, 2, 3], 0),
        ([usize::MAX, 2, 3], 4),
    ] {
        let error = Pictures::new(shape, all.pixels().to_vec(), vec![0; labels]).unwrap_err();
        assert!(matches!(error, DataError::Shape { .. }), "{error}");
    }
    let pair = all.subset(&[2, 1]).unwrap();
    assert_eq!(
        (pair.labels(), pair.image(0)),
        (&[200, 0][..], all.image(2))
    );
    assert_eq!(all.excluding(&[&pair]), all.subset(&[0, 3]).unwrap());
    assert_eq!(all.of_classes(&[3]), all.subset(&[0, 3]).unwrap());
    let scenes = Scenes::new(&all, 20, 1, Stream::Test);
    assert!(matches!(scenes, Err(DataError::Colour { channels: 2 })));
}

#[test]
fn every_channel_is_padded() {
    let (small, large) = (pictures(), pictures().padded(5).unwrap());
    assert_eq!((large.channels(), large.rows(), large.cols()), (2, 5, 5));
    for index in 0..4 {
        for channel in 0..2 {
            let (map, around) = (
                &small.image(index)[channel * 6..][..6],
                &large.image(index)[channel * 25..][..25],
            );
            assert_eq!(&around[6..9], &map[..3]);
            assert_eq!(&around[11..14], &map[3..]);
            let sum = |pixels: &[u8]| pixels.iter().map(|&p| u32::from(p)).sum::<u32>();
            assert_eq!(sum(around), sum(map), "nothing else is in it");
        }
    }
}

#[test]
fn normalised_channels_have_mean_zero_and_deviation_one() {
    let all = pictures();
    let normalised = all.clone().normalised(Normalisation::of(&all)).unwrap();
    for channel in 0..2 {
        let values: Vec<f64> = (0..4)
            .flat_map(|i| normalised.values(i)[channel * 6..][..6].to_vec())
            .map(f64::from)
            .collect();
        let mean = values.iter().sum::<f64>() / 24.0;
        let square = values.iter().map(|v| v * v).sum::<f64>() / 24.0;
        assert!(mean.abs() < tolerance::MEAN, "{mean}");
        assert!((square - 1.0).abs() < tolerance::MEAN, "{square}");
        for (value, pixel) in normalised
            .values(3)
            .iter()
            .zip(all.image(3))
            .skip(6 * channel)
            .take(6)
        {
            assert_eq!(
                normalised.normalisation().byte(channel, f64::from(*value)),
                *pixel
            );
        }
    }
    // Subsets and padded pictures keep it; an equal channel is only moved.
    assert_eq!(
        normalised.subset(&[1]).unwrap().values(0),
        normalised.values(1)
    );
    let flat = Pictures::new([1, 1, 3], vec![51; 3], vec![0]).unwrap();
    let flat = flat.clone().normalised(Normalisation::of(&flat)).unwrap();
    assert_eq!(flat.normalisation().deviation(), [1.0]);
    assert_eq!(flat.values(0), [0.0; 3]);
}

#[test]
fn normalisations_have_to_make_sense() {
    for (mean, deviation) in [
        (vec![0.5], vec![]),
        (vec![f64::NAN], vec![1.0]),
        (vec![0.5], vec![-1.0]),
        (vec![0.5], vec![f64::INFINITY]),
    ] {
        let error = Normalisation::new(mean, deviation).unwrap_err();
        assert!(matches!(error, DataError::Normalisation { .. }), "{error}");
    }
    let three = Normalisation::new(vec![0.0; 3], vec![1.0; 3]).unwrap();
    let error = pictures().normalised(three).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("3 channels, but the pictures have 2"),
        "{error}"
    );
}

#[test]
fn every_channel_is_turned_after_it_is_normalised() {
    let all = pictures();
    let all = all.clone().normalised(Normalisation::of(&all)).unwrap();
    let upright = Dataset::upright(&all);
    assert_eq!(upright.image(2), all.values(2));
    let turned = Dataset::rotated(&all, 7, Stream::Train);
    assert_eq!((turned.channels, turned.image(0).len()), (2, 12));
    for index in 0..4 {
        for (found, map) in turned
            .image(index)
            .chunks(6)
            .zip(all.values(index).chunks(6))
        {
            assert_eq!(found, rotate(map, 2, 3, turned.angles[index]).unwrap());
        }
    }
}
