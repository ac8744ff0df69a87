//! Masks that a network has found.

use std::fs;
use std::path::Path;

use schur_data::{Volume, is_found};
use tempfile::TempDir;

#[test]
fn masks_that_were_found_are_known_by_their_mark() {
    let directory = TempDir::new().unwrap();
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let mut tried = 0;
    for entry in fs::read_dir(reference).unwrap() {
        let path = entry.unwrap().path();
        assert!(!is_found(&path), "{}", path.display());
        let Ok(volume) = Volume::read(&path) else {
            continue;
        };
        let classes: Vec<u8> = (0..volume.sizes().iter().product::<usize>())
            .map(|at| (at % 3) as u8)
            .collect();
        let mask = Volume::mask_file(&path, volume.sizes(), &classes).unwrap();
        let written = directory.path().join(path.file_name().unwrap());
        fs::write(&written, &mask).unwrap();
        assert!(is_found(&written), "{}", written.display());
        let again = Volume::read(&written).unwrap();
        assert_eq!(again.into_classes(&written).unwrap(), classes);
        // The mark is what counts, and not the name.
        let other = directory.path().join("scan-mask.nii.gz");
        fs::copy(&path, &other).unwrap();
        assert!(!is_found(&other));
        tried += 1;
    }
    assert_eq!(tried, 8);
    assert!(!is_found(directory.path()) && !is_found(directory.path().join("none")));
}
