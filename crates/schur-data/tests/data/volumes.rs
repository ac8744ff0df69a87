//! Volumes in files, against nibabel and NumPy, and files that are none.

use std::fs;
use std::path::{Path, PathBuf};

use schur_data::{
    DataError, ImageFolder, MaskFolder, Normalisation, Numbers, NumpyArchive, Pictures, Volume,
    VolumeHeader, slices,
};
use tempfile::TempDir;

use crate::support::gzip;
use crate::tolerance::{MEAN, SPACING};

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/reference")
        .join(name)
}

fn numbers<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Vec<T> {
    text.split_whitespace()
        .map(|word| word.parse().unwrap())
        .collect()
}

/// File, sizes, spacing and numbers.
type Line = (String, Vec<usize>, Vec<f64>, Vec<f32>);

fn expected() -> Vec<Line> {
    let text = fs::read_to_string(reference("expected.csv")).unwrap();
    let line = |line: &str| {
        let parts: Vec<&str> = line.split(';').collect();
        let (sizes, spacing) = (numbers(parts[1]), numbers(parts[2]));
        (parts[0].to_owned(), sizes, spacing, numbers(parts[3]))
    };
    text.lines().skip(1).map(line).collect()
}

#[test]
fn files_are_read_as_nibabel_and_numpy_read_them() {
    let mut read = 0;
    for (name, sizes, spacing, numbers) in expected() {
        if name.ends_with(".npz") {
            continue;
        }
        let volume = Volume::read(reference(&name)).unwrap();
        assert_eq!(volume.sizes().to_vec(), sizes, "{name}");
        assert_eq!(volume.numbers(), numbers, "{name}");
        let header = VolumeHeader::read(reference(&name)).unwrap();
        assert_eq!(
            (header.shape, header.spacing),
            (volume.shape(), volume.spacing())
        );
        assert_eq!(header.bytes, name.contains("u8"), "{name}");
        let found = volume.spacing().map_or(Vec::new(), |s| s.to_vec());
        assert_eq!(found.len(), spacing.len(), "{name}");
        for (found, expected) in found.iter().zip(&spacing) {
            assert!(
                (found - expected).abs() < SPACING,
                "{name}: {found} {expected}"
            );
        }
        read += 1;
    }
    assert_eq!(read, 8);
}

#[test]
fn archives_have_three_parts_with_labels() {
    let all = expected();
    let of = |name: &str| all.iter().find(|line| line.0 == name).unwrap().3.clone();
    let volumes = NumpyArchive::read(reference("volumes.npz")).unwrap();
    assert_eq!(volumes.train.labels(), [0, 1, 0, 1, 0, 1]);
    assert_eq!(
        (volumes.test.len(), volumes.validation.sizes()),
        (2, [4, 5, 6])
    );
    let values = [0, 1].map(|i| volumes.validation.values(i)).concat();
    assert_eq!(values, of("volumes.npz"));
    // Images in colour are shares of 255, channel by channel.
    let colours = NumpyArchive::read(reference("colours.npz")).unwrap();
    assert_eq!((colours.test.channels(), colours.test.depth()), (3, 1));
    let bytes: Vec<f32> = colours
        .test
        .pixels()
        .iter()
        .map(|&b| f32::from(b))
        .collect();
    assert_eq!(bytes, of("colours.npz"));
    assert_eq!(colours.test.values(0)[0], bytes[0] / 255.0);
}

/// A NIfTI-1 file of 16-bit numbers.
fn nifti(sizes: &[u16], change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut file = vec![0; 352];
    file[0..4].copy_from_slice(&348_i32.to_le_bytes());
    let mut dim = vec![sizes.len() as u16];
    dim.extend(sizes);
    for (i, n) in dim.iter().enumerate() {
        file[40 + 2 * i..42 + 2 * i].copy_from_slice(&n.to_le_bytes());
    }
    file[70..72].copy_from_slice(&4_i16.to_le_bytes());
    file[72..74].copy_from_slice(&16_i16.to_le_bytes());
    file[108..112].copy_from_slice(&352_f32.to_le_bytes());
    file[344..348].copy_from_slice(b"n+1\0");
    let count: usize = sizes.iter().map(|&n| usize::from(n)).product();
    for i in 0..count.min(1000) {
        file.extend((i as i16 - 5).to_le_bytes());
    }
    change(&mut file);
    file
}

fn npy(descr: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\0".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(bytes);
    file
}

#[test]
fn files_that_are_no_volumes_are_refused_with_value_and_remedy() {
    let directory = TempDir::new().unwrap();
    let refused = |name: &str, content: &[u8], parts: &[&str]| {
        let path = directory.path().join(name);
        fs::write(&path, content).unwrap();
        let error = Volume::read(&path).unwrap_err().to_string();
        for part in parts.iter().chain([&name]) {
            assert!(error.contains(part), "no {part:?} in {error}");
        }
    };
    let plain = |sizes: &[u16]| nifti(sizes, |_| ());
    let path = directory.path().join("good.nii");
    fs::write(&path, plain(&[2, 3, 4, 1])).unwrap();
    let good = Volume::read(&path).unwrap();
    // Rows run from the front to the back: the last line of the file comes first.
    assert_eq!(
        (good.sizes(), &good.numbers()[..3]),
        ([4, 3, 2], &[-1.0, 0.0, -3.0][..])
    );
    assert_eq!(good.spacing(), None);

    refused(
        "four.nii",
        &plain(&[2, 2, 2, 3]),
        &["4 axes (2 x 2 x 2 x 3)", "file of its own"],
    );
    refused(
        "none.nii",
        &plain(&[2, 0, 2]),
        &["2 x 0 x 2 voxels are none"],
    );
    refused("axes.nii", &nifti(&[2, 2, 2], |f| f[40] = 9), &["9 axes"]);
    refused(
        "vast.nii",
        &plain(&[30000, 30000, 30000]),
        &["30000 x 30000 x 30000", "memory"],
    );
    let whole = plain(&[2, 3, 4]);
    refused(
        "short.nii",
        &whole[..whole.len() - 1],
        &["truncated", "400", "399"],
    );
    refused("tiny.nii", &whole[..100], &["truncated", "348", "100"]);
    refused("empty.nii", b"", &["truncated"]);
    let packed = gzip(&whole);
    // Without its sum a packed file may be anything.
    for missing in [1, 4, 8, 12] {
        refused("short.nii.gz", &packed[..packed.len() - missing], &["gzip"]);
    }
    refused("foreign.nii", &[b'x'; 400], &["no NIfTI file"]);
    refused(
        "pair.nii",
        &nifti(&[2, 2, 2], |f| f[345] = b'i'),
        &[".hdr and .img"],
    );
    refused(
        "colour.nii",
        &nifti(&[2, 2, 2], |f| f[70] = 128),
        &["colours", "128"],
    );
    refused(
        "complex.nii",
        &nifti(&[2, 2, 2], |f| f[70] = 32),
        &["complex"],
    );
    let offset = |f: &mut Vec<u8>| f[108..112].copy_from_slice(&10_f32.to_le_bytes());
    refused("offset.nii", &nifti(&[2, 2, 2], offset), &["byte 10"]);

    let floats = |v: f32| {
        [
            [0_u8; 4].repeat(5),
            v.to_le_bytes().to_vec(),
            [0; 4].repeat(2),
        ]
        .concat()
    };
    let array = |v| npy("'<f4'", "(2, 2, 2)", &floats(v));
    refused(
        "nan.npy",
        &array(f32::NAN),
        &["slice 1, row 0, column 1 is NaN", "nan_to_num"],
    );
    refused("inf.npy", &array(f32::INFINITY), &["is inf"]);
    refused(
        "flat.npy",
        &npy("'<f4'", "(2, 4)", &floats(0.0)),
        &["2 axes (2 x 4)"],
    );
    refused("short.npy", &array(0.0)[..90], &["truncated"]);
    refused(
        "text.npy",
        &npy("'<U3'", "(2, 2, 2)", &[0; 96]),
        &["type <U3", "astype"],
    );
    refused(
        "half.npy",
        &npy("'<f16'", "(2, 2, 2)", &[0; 128]),
        &["type <f16", "float32"],
    );
    refused(
        "parts.npy",
        &npy("[('a', '<f4')]", "(2,)", &[0; 8]),
        &["several parts"],
    );
    refused(
        "vast.npy",
        &npy("'|u1'", "(99999, 99999, 99999)", b""),
        &["memory"],
    );
    refused("odd.npy", &npy("'|u1'", "(2, x, 2)", b""), &["damaged"]);
    refused(
        "foreign.npy",
        b"PK\x03\x04 and so on",
        &["no NumPy array", "numpy.save"],
    );
    refused("version.npy", b"\x93NUMPY\x09\0aaaa", &["version 9"]);
}

#[test]
fn archives_that_are_none_are_refused() {
    let directory = TempDir::new().unwrap();
    let refused = |content: &[u8], parts: &[&str]| {
        let path = directory.path().join("data.npz");
        fs::write(&path, content).unwrap();
        let error = NumpyArchive::read(&path).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "no {part:?} in {error}");
        }
    };
    refused(
        &fs::read(reference("not-finite.npz")).unwrap(),
        &["(train_images), volume 2: the number in slice 1, row 0, column 1 is NaN"],
    );
    refused(b"", &["no archive of NumPy arrays"]);
    refused(b"not an archive at all", &["no archive of NumPy arrays"]);
    let whole = fs::read(reference("volumes.npz")).unwrap();
    refused(&whole[..whole.len() / 2], &["download it again"]);
    // A changed byte of what is packed.
    let mut changed = whole.clone();
    changed[400] ^= 0xff;
    refused(&changed, &["damaged"]);
    let name = |from: &str, to: &str| {
        let mut bytes = whole.clone();
        for at in 0..bytes.len() - from.len() {
            if bytes[at..].starts_with(from.as_bytes()) {
                bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
            }
        }
        bytes
    };
    refused(
        &name("val_labels", "val_lobels"),
        &["no array val_labels", "val_lobels"],
    );
    let missing = NumpyArchive::read(directory.path().join("nowhere.npz")).unwrap_err();
    assert!(matches!(missing, DataError::Read { .. }), "{missing}");
}

#[test]
fn volumes_are_resampled_cut_and_filled() {
    let ramp = |sizes: [usize; 3]| -> Volume {
        let [d, h, w] = sizes;
        let value = |k: usize| (k / (h * w)) as f32;
        Volume::new([1, d, h, w], (0..d * h * w).map(value).collect()).unwrap()
    };
    // Slices of 3 mm become three of 1 mm each.
    let thick = ramp([4, 6, 6]).with_spacing([3.0, 1.0, 1.0]);
    let thin = thick.resampled(1.0).unwrap();
    assert_eq!((thin.sizes(), thin.spacing()), ([12, 6, 6], Some([1.0; 3])));
    assert_eq!(thin.numbers()[36 * 4], 1.0);
    // The central cube of 6 mm has 2 of 4 slices: numbers 1 and 2.
    let cube = thick.cube(6).unwrap();
    assert_eq!(
        (cube.sizes(), cube.numbers()[0], cube.numbers()[215]),
        ([6; 3], 1.0, 2.0)
    );
    let wide = ramp([2, 2, 2]).cropped([3, 4, 1]);
    assert_eq!(wide.sizes(), [3, 4, 1]);
    assert_eq!(
        wide.numbers(),
        [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    );
    let classes = ramp([2, 2, 2])
        .nearest([4, 2, 1])
        .into_classes("mask")
        .unwrap();
    assert_eq!(classes, [0, 0, 0, 0, 1, 1, 1, 1]);
    let half = Volume::new([1, 1, 1, 1], vec![0.5]).unwrap();
    assert!(
        half.into_classes("mask")
            .unwrap_err()
            .to_string()
            .contains("number 0.5")
    );
    assert!(thick.cube(0).is_err());
}

#[test]
fn numbers_of_32_bits_are_kept_and_normalised_in_their_units() {
    let numbers: Vec<f32> = (0..16).map(|i| 100.0 * i as f32 - 1000.0).collect();
    let volumes =
        Pictures::volumes([1, 2, 2, 2], Numbers::Floats(numbers.clone()), vec![0, 1]).unwrap();
    assert_eq!([volumes.values(0), volumes.values(1)].concat(), numbers);
    let normalisation = Normalisation::of(&volumes);
    let mean: f64 = numbers.iter().map(|&v| f64::from(v)).sum::<f64>() / 16.0;
    assert!((normalisation.mean()[0] - mean).abs() < MEAN * mean.abs());
    let normalised = volumes.clone().normalised(normalisation).unwrap();
    let all = [normalised.values(0), normalised.values(1)].concat();
    let sum: f64 = all.iter().map(|&v| f64::from(v)).sum();
    let squares: f64 = all.iter().map(|&v| f64::from(v * v)).sum();
    assert!(sum.abs() < 16.0 * MEAN && (squares / 16.0 - 1.0).abs() < MEAN);
    let second = volumes.subset(&[1]).unwrap();
    assert_eq!(second.values(0), numbers[8..]);
    assert_eq!(volumes.excluding(&[&second]).values(0), numbers[..8]);
    assert!(volumes.padded(4).is_err());
}

/// Empty files.
fn touch(directory: &TempDir, names: &[&str]) {
    for name in names {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
}

#[test]
fn volumes_lie_in_folders_of_classes() {
    let directory = TempDir::new().unwrap();
    for class in ["a", "b"] {
        for file in [
            "1.nii", "2.nii.gz", "3.npy", "4/9.png", "4/10.png", "5.NII.GZ",
        ] {
            touch(&directory, &[&format!("{class}/{file}")]);
        }
    }
    let folder = ImageFolder::open(directory.path()).unwrap();
    let files = [&folder.train[..], &folder.validation, &folder.test].concat();
    assert_eq!(
        (files.len(), files.iter().all(|file| file.is_volume())),
        (10, true)
    );
    let slices = slices(directory.path().join("a/4")).unwrap();
    let names: Vec<_> = slices
        .iter()
        .map(|path| path.file_name().unwrap())
        .collect();
    assert_eq!(names, ["9.png", "10.png"]);
    touch(&directory, &["a/4/notes.txt"]);
    let error = schur_data::slices(directory.path().join("a/4")).unwrap_err();
    assert!(error.to_string().contains("notes.txt"), "{error}");
    touch(&directory, &["b/0.png"]);
    let error = ImageFolder::open(directory.path()).unwrap_err().to_string();
    assert!(
        error.contains("an image") && error.contains("a volume"),
        "{error}"
    );
}

#[test]
fn masks_have_the_names_of_their_pictures() {
    let directory = TempDir::new().unwrap();
    let of = |names: &[&str]| {
        for name in names {
            touch(
                &directory,
                &[
                    &format!("images/{name}.nii.gz"),
                    &format!("masks/{name}.nii"),
                ],
            );
        }
    };
    of(&["p1", "p2", "p3"]);
    assert!(MaskFolder::is_one(directory.path()));
    let folder = MaskFolder::open(directory.path()).unwrap();
    assert_eq!(
        [
            folder.train.len(),
            folder.validation.len(),
            folder.test.len()
        ],
        [1; 3]
    );
    assert!(folder.test[0].is_volume());
    let stem = |path: &Path| path.file_name().unwrap().to_string_lossy()[..2].to_owned();
    assert_eq!(stem(&folder.test[0].image), stem(&folder.test[0].mask));
    assert_eq!(MaskFolder::open_test(directory.path()).unwrap().len(), 3);
    let refused = |part: &str| {
        let error = MaskFolder::open(directory.path()).unwrap_err().to_string();
        assert!(error.contains(part), "no {part:?} in {error}");
    };
    touch(&directory, &["images/p4.nii"]);
    refused("p4.nii: there is no mask");
    touch(&directory, &["masks/p4.nii", "masks/p5.nii"]);
    refused("p5.nii: there is no picture");
    touch(&directory, &["images/p5.png"]);
    refused("images and volumes together");
    touch(&directory, &["images/p5.nii"]);
    refused("the same name");
    fs::remove_file(directory.path().join("images/p5.png")).unwrap();
    touch(&directory, &["masks/notes.txt"]);
    refused("notes.txt");
}
