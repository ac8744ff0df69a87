//! Volumes of 9 x 9 x 9 voxels: balls and rods, in every format.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use image::{GrayImage, Luma};

use crate::support::Lab;

/// A network of two convolutions for volumes of 9 x 9 x 9 voxels.
pub(crate) const SOLID: &str = r#"
seed = 3
[train]
epochs = 15
batch = 8
[network]
group = "O"
[[network.blocks]]
fields = 2
kernel = 3
padding = 1
pool = 3
[[network.blocks]]
fields = 2
kernel = 3
"#;

/// A NIfTI-1 file of 16-bit numbers with a map from its axes to the patient, row by row.
pub(crate) fn nifti(
    sizes: [u16; 3],
    map: [[f32; 3]; 3],
    value: impl Fn([usize; 3]) -> i16,
) -> Vec<u8> {
    let mut file = vec![0; 352];
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &348_i32.to_le_bytes());
    put(40, &3_u16.to_le_bytes());
    for (axis, n) in sizes.into_iter().enumerate() {
        put(42 + 2 * axis, &n.to_le_bytes());
    }
    put(70, &4_i16.to_le_bytes());
    put(72, &16_i16.to_le_bytes());
    put(108, &352_f32.to_le_bytes());
    put(123, &[2]);
    put(254, &1_i16.to_le_bytes());
    for (row, line) in map.into_iter().enumerate() {
        for (axis, number) in line.into_iter().enumerate() {
            put(280 + 16 * row + 4 * axis, &number.to_le_bytes());
        }
    }
    put(344, b"n+1\0");
    let [a, b, c] = sizes.map(usize::from);
    for at in 0..a * b * c {
        file.extend(value([at % a, at / a % b, at / (a * b)]).to_le_bytes());
    }
    file
}

/// The numbers of such a file.
pub(crate) fn numbers_of(file: &[u8]) -> Vec<i16> {
    let (pairs, _) = file[352..].as_chunks();
    pairs.iter().map(|pair| i16::from_le_bytes(*pair)).collect()
}

pub(crate) const PLAIN: [[f32; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn npy(descr: &str, shape: &str, bytes: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\0".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(bytes);
    file
}

/// Brightness of a voxel: a ball, or a rod along an axis that the seed chooses.
pub(crate) fn brightness(rod: bool, seed: usize, [i, j, k]: [usize; 3]) -> u8 {
    let [x, y, z] = [i, j, k].map(|c| c.abs_diff(4));
    let noise = ((7 * i + 13 * j + 5 * k + 31 * seed) % 11) as u8;
    let inside = match (rod, seed % 3) {
        (false, _) => x * x + y * y + z * z <= 6,
        (true, 0) => x <= 1 && y <= 1,
        (true, 1) => y <= 1 && z <= 1,
        (true, _) => z <= 1 && x <= 1,
    };
    if inside { 200 + noise } else { noise }
}

/// One volume of 9 x 9 x 9 voxels in a format.
fn write(lab: &Lab, path: &str, format: &str, rod: bool, seed: usize) {
    let voxels = (0..729).map(|at| [at % 9, at / 9 % 9, at / 81]);
    let bytes: Vec<u8> = voxels.map(|at| brightness(rod, seed, at)).collect();
    let of = |at| i16::from(brightness(rod, seed, at));
    match format {
        "nii" => lab.write(&format!("{path}.nii"), nifti([9; 3], PLAIN, of)),
        "nii.gz" => lab.write(&format!("{path}.nii.gz"), gzip(&nifti([9; 3], PLAIN, of))),
        "npy" => lab.write(&format!("{path}.npy"), npy("|u1", "(9, 9, 9)", &bytes)),
        _ => {
            std::fs::create_dir_all(lab.path(path)).unwrap();
            for (slice, bytes) in bytes.chunks(81).enumerate() {
                let slice_path = lab.path(&format!("{path}/{slice}.png"));
                GrayImage::from_fn(9, 9, |x, y| Luma([bytes[(9 * y + x) as usize]]))
                    .save(slice_path)
                    .unwrap();
            }
        }
    }
}

/// Balls and rods in folders of classes.
pub(crate) fn solids(lab: &Lab, folder: &str, count: usize, format: &str) {
    for (class, rod) in [("ball", false), ("rod", true)] {
        std::fs::create_dir_all(lab.path(&format!("{folder}/{class}"))).unwrap();
        for seed in 0..count {
            write(lab, &format!("{folder}/{class}/{seed}"), format, rod, seed);
        }
    }
}
