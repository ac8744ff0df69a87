use proptest::prelude::*;
use schur_data::{DataError, rotate, rotation_about_z, values_at};

use crate::tolerance::{CENTRE_OF_MASS, F32_ROUNDING, INK_OF_BLOB, RESAMPLED};

fn bits(image: &[f32]) -> Vec<u32> {
    image.iter().map(|value| value.to_bits()).collect()
}

/// A quarter turn counter-clockwise by moving pixels: transpose, then flip the rows.
fn quarter_turn(image: &[f32], n: usize) -> Vec<f32> {
    let pixel = |i: usize, j: usize| image[j * n + (n - 1 - i)];
    (0..n * n).map(|k| pixel(k / n, k % n)).collect()
}

#[test]
fn quarter_turn_is_counter_clockwise() {
    // A pixel on the right edge goes to the top, the top goes to the left.
    let image = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
    let turned = [3.0, 6.0, 9.0, 2.0, 5.0, 8.0, 1.0, 4.0, 7.0];
    assert_eq!(rotate(&image, 3, 3, 90.0).unwrap(), turned);
    assert_eq!(quarter_turn(&image, 3), turned);
    let image = [1.0, 2.0, 3.0, 4.0];
    assert_eq!(rotate(&image, 2, 2, 90.0).unwrap(), [2.0, 4.0, 1.0, 3.0]);
}

#[test]
fn half_turn_of_an_oblong_image_is_exact() {
    let image = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let turned = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
    assert_eq!(rotate(&image, 2, 3, 180.0).unwrap(), turned);
}

#[test]
fn one_eighth_turn_by_hand() {
    // All ink lies in the top right corner, (x, y) = (1, 1).
    let image = [0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let turned = rotate(&image, 3, 3, 45.0).unwrap();
    // The top middle, (0, 1), takes the value at R(-45) (0, 1) = (w, w) with w^2 = 1/2, where
    // the corner has the bilinear weight w w.
    assert!((turned[1] - 4.0).abs() <= 8.0 * F32_ROUNDING);
    // The right middle comes from (w, -w), far from the corner. A clockwise turn would put
    // the ink there.
    assert_eq!(turned[5], 0.0);
}

/// A Gaussian blob of width 2 pixels, 4 to the right of the centre of a 28 x 28 image.
fn blob() -> Vec<f32> {
    let value = |i: usize, j: usize| {
        let (x, y) = (j as f64 - 13.5 - 4.0, 13.5 - i as f64);
        (-(x * x + y * y) / (2.0 * 2.0 * 2.0)).exp() as f32
    };
    (0..28 * 28).map(|k| value(k / 28, k % 28)).collect()
}

/// Sum, and centre of mass in (x, y) coordinates.
fn moments(image: &[f32]) -> (f64, f64, f64) {
    let (mut sum, mut x, mut y) = (0.0, 0.0, 0.0);
    for (k, &value) in image.iter().enumerate() {
        let value = f64::from(value);
        sum += value;
        x += value * ((k % 28) as f64 - 13.5);
        y += value * (13.5 - (k / 28) as f64);
    }
    (sum, x / sum, y / sum)
}

#[test]
fn blob_keeps_its_ink_and_its_centre_turns() {
    let image = blob();
    let (ink, x, y) = moments(&image);
    for degrees in (0..360).step_by(7).map(f64::from) {
        let turned = rotate(&image, 28, 28, degrees).unwrap();
        let (turned_ink, turned_x, turned_y) = moments(&turned);
        assert!((turned_ink / ink - 1.0).abs() < INK_OF_BLOB, "{degrees}");
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (goal_x, goal_y) = (cos * x - sin * y, sin * x + cos * y);
        let miss = (turned_x - goal_x).hypot(turned_y - goal_y);
        assert!(miss < CENTRE_OF_MASS, "{degrees} degrees: off by {miss}");
    }
}

#[test]
fn bad_arguments() {
    let message = rotate(&[0.0; 5], 2, 3, 10.0).unwrap_err().to_string();
    assert!(message.contains("2 x 3 pixels given with 5 values"));
    for angle in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = rotate(&[0.0], 1, 1, angle).unwrap_err();
        assert!(matches!(error, DataError::Angle { .. }));
    }
    assert!(rotate(&[0.0], usize::MAX, usize::MAX, 0.0).is_err());
    assert_eq!(rotate(&[], 0, 7, 10.0).unwrap(), []);
}

/// An n x n image with values in [0, 1].
fn square() -> impl Strategy<Value = (usize, Vec<f32>)> {
    (1usize..9).prop_flat_map(|n| (Just(n), prop::collection::vec(0.0f32..=1.0, n * n)))
}

proptest! {
    #[test]
    fn quarter_turns_move_pixels_bit_by_bit((n, image) in square(), turns in -8i32..8) {
        let mut expected = image.clone();
        for _ in 0..turns.rem_euclid(4) {
            expected = quarter_turn(&expected, n);
        }
        let turned = rotate(&image, n, n, 90.0 * f64::from(turns)).unwrap();
        prop_assert_eq!(bits(&turned), bits(&expected));
    }

    /// Any bits at all, infinities and not-a-numbers among them.
    #[test]
    fn four_quarter_turns_are_the_identity(
        image in prop::collection::vec(any::<u32>().prop_map(f32::from_bits), 25),
    ) {
        let mut turned = image.clone();
        for _ in 0..4 {
            turned = rotate(&turned, 5, 5, 90.0).unwrap();
        }
        prop_assert_eq!(bits(&turned), bits(&image));
    }

    #[test]
    fn values_stay_in_their_interval((n, image) in square(), degrees in -1e4..1e4) {
        let turned = rotate(&image, n, n, degrees).unwrap();
        prop_assert!(turned.iter().all(|value| (0.0..=1.0).contains(value)));
    }

    #[test]
    fn constant_stays_constant_inside(value in 0.0f32..=1.0, degrees in 0.0..360.0) {
        let n = 17_usize;
        let turned = rotate(&vec![value; n * n], n, n, degrees).unwrap();
        let inside = (0..n * n).filter(|k| {
            let (i, j) = ((k / n) as f64 - 8.0, (k % n) as f64 - 8.0);
            i.hypot(j) < 8.0
        });
        let mut seen = 0;
        for k in inside {
            seen += 1;
            prop_assert_eq!(turned[k], value);
        }
        prop_assert!(seen > 150);
    }

    /// Quarter turns permute the sampling points, so a rotation after a quarter turn is the
    /// rotation by the sum of the angles, though rows and columns are blended in other order.
    #[test]
    fn quarter_turn_then_rotation((n, image) in square(), eighths in 0i32..720) {
        let degrees = f64::from(eighths) / 8.0;
        let one = rotate(&quarter_turn(&image, n), n, n, degrees).unwrap();
        let both = rotate(&image, n, n, degrees + 90.0).unwrap();
        for (a, b) in one.iter().zip(&both) {
            prop_assert!((a - b).abs() <= F32_ROUNDING);
        }
    }
}

/// The 48 symmetries of the cube: every order of axes with every choice of signs.
fn cube() -> Vec<[[f64; 3]; 3]> {
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    let mut all = Vec::new();
    for order in orders {
        for signs in 0..8 {
            let mut matrix = [[0.0; 3]; 3];
            for (row, &column) in order.iter().enumerate() {
                matrix[row][column] = if signs >> row & 1 == 0 { 1.0 } else { -1.0 };
            }
            all.push(matrix);
        }
    }
    all
}

fn product(a: [[f64; 3]; 3], b: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    [0, 1, 2].map(|i| [0, 1, 2].map(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

#[test]
fn the_symmetries_of_the_cube_permute_voxels_and_keep_every_bit() {
    let side = 4;
    let volume: Vec<f32> = (0..64).map(|i| (i as f32).sin()).collect();
    let x = |j: usize| j as f64 - 1.5;
    let place = |[x, y, z]: [f64; 3]| {
        let [k, i, j] = [z + 1.5, 1.5 - y, x + 1.5].map(|c| c as usize);
        (k * side + i) * side + j
    };
    let mut different = std::collections::HashSet::new();
    for g in cube() {
        let moved = schur_data::move_volume(&volume, [side; 3], &g).unwrap();
        different.insert(bits(&moved));
        for (at, value) in volume.iter().enumerate() {
            let v = [x(at % 4), -x(at / 4 % 4), x(at / 16)];
            let image = [0, 1, 2].map(|r| (0..3).map(|c| g[r][c] * v[c]).sum::<f64>());
            assert_eq!(moved[place(image)].to_bits(), value.to_bits());
        }
        // An action from the left.
        let h = cube()[13];
        let twice = schur_data::move_volume(&moved, [side; 3], &h).unwrap();
        let once = schur_data::move_volume(&volume, [side; 3], &product(h, g)).unwrap();
        assert_eq!(bits(&twice), bits(&once));
    }
    assert_eq!(different.len(), 48);
}

#[test]
fn rotations_about_z_turn_every_slice() {
    let image = blob();
    let volume = [&image[..], &image, &image].concat();
    let (s, c) = 30_f64.to_radians().sin_cos();
    let g = [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]];
    let turned = schur_data::move_volume(&volume, [3, 28, 28], &g).unwrap();
    let slice = rotate(&image, 28, 28, 30.0).unwrap();
    for (a, b) in turned[784..1568].iter().zip(&slice) {
        assert!((a - b).abs() < crate::tolerance::RESAMPLED);
    }
    let skew = [[1.0, 0.1, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let error = schur_data::move_volume(&volume, [3, 28, 28], &skew).unwrap_err();
    assert!(matches!(error, DataError::Isometry { .. }), "{error}");
    assert!(schur_data::move_volume(&volume, [3, 28, 27], &g).is_err());
    assert!(schur_data::move_mask(&[0; 8], [2; 3], &[[f64::NAN; 3]; 3]).is_err());
}

#[test]
fn random_rotations_of_space_are_uniform_and_of_determinant_one() {
    use schur_data::{Dataset, Moves, Numbers, Pictures, Stream};
    // One bright voxel at (1, 0, 0) of many equal volumes: its share near each of the six places at
    // distance 1 is the same for uniform rotations.
    let count = 3000;
    let mut one = [0_u8; 27];
    one[14] = 255;
    let volumes = Pictures::volumes(
        [1, 3, 3, 3],
        Numbers::Bytes(one.repeat(count)),
        vec![0; count],
    )
    .unwrap();
    let check = |moves: Moves| {
        let moved = Dataset::moved(&volumes, 5, Stream::Train, &moves).unwrap();
        let mut mean = [0.0; 27];
        for i in 0..count {
            for (mean, v) in mean.iter_mut().zip(moved.image(i)) {
                *mean += f64::from(*v) / (255.0 * count as f64);
            }
        }
        let faces = [14, 12, 10, 16, 4, 22].map(|at| mean[at]);
        let middle = faces.iter().sum::<f64>() / 6.0;
        for face in faces {
            assert!(
                (face / middle - 1.0).abs() < crate::tolerance::UNIFORM,
                "{faces:?}"
            );
        }
    };
    check(Moves::Rotations);
    check(Moves::Isometries);
    let elements = cube();
    check(Moves::Elements(elements));
    assert_eq!(
        Dataset::rotated(&volumes, 5, Stream::Train),
        Dataset::moved(&volumes, 5, Stream::Train, &Moves::Rotations).unwrap()
    );
}

#[test]
fn masks_move_with_their_pictures() {
    use schur_data::{Dataset, Pictures, Stream};
    let pixels: Vec<u8> = (0..49).map(|i| if i % 7 > 3 { 200 } else { 0 }).collect();
    let mask: Vec<u8> = pixels.iter().map(|&v| u8::from(v > 0)).collect();
    let pictures = Pictures::new([1, 7, 7], pixels.repeat(4), vec![0; 4]).unwrap();
    let pictures = pictures.with_masks(mask.repeat(4)).unwrap();
    let turned = Dataset::rotated(&pictures, 1, Stream::Train);
    assert_ne!(turned.masks, mask.repeat(4));
    // Bright pixels are those of the mask but for the edge, where both are interpolated.
    let agree = turned.images.iter().zip(&turned.masks);
    let agree = agree.filter(|(v, m)| (**v > 0.4) == (**m == 1)).count();
    assert!(agree >= 4 * 49 - 16, "{agree}");
    assert!(pictures.clone().with_masks(vec![0; 3]).is_err());
    assert_eq!(pictures.subset(&[2]).unwrap().masks(), mask);
}

/// A picture seen at turned places is the turned picture: rows are counted downwards, `y` upwards.
#[test]
fn values_at_turned_places_are_those_of_the_turned_picture() {
    let oblong: Vec<f32> = blob()[..20 * 28].to_vec();
    for (picture, sizes) in [(blob(), [28, 28]), (oblong, [20, 28])] {
        for degrees in [0.0, 30.0, -100.0] {
            let [[cos, sin, _], ..] = rotation_about_z(degrees).unwrap();
            let places: Vec<[f64; 2]> = (0..picture.len())
                .map(|k| {
                    let middle = sizes.map(|size| (size as f64 - 1.0) / 2.0);
                    let (x, y) = (
                        (k % sizes[1]) as f64 - middle[1],
                        middle[0] - (k / sizes[1]) as f64,
                    );
                    // By -degrees: what is there comes to the pixel.
                    [cos * x - sin * y, sin * x + cos * y]
                })
                .collect();
            let seen = values_at(&picture, sizes, &places).unwrap();
            let turned = rotate(&picture, sizes[0], sizes[1], degrees).unwrap();
            for (a, b) in seen.iter().zip(&turned) {
                assert!((a - b).abs() <= RESAMPLED, "{degrees}: {a} {b}");
            }
        }
    }
    let beside = [[1e9, 0.0], [f64::NAN, 0.0], [0.0, f64::INFINITY]];
    assert_eq!(values_at(&[1.0; 4], [2, 2], &beside).unwrap(), [0.0; 3]);
    let refused = values_at(&[1.0; 3], [2, 2], &beside).unwrap_err();
    assert!(matches!(refused, DataError::Pixels { found: 3, .. }));
}
