//! Volumes: made ones of every format, trained and used.

pub(crate) mod made;

use image::GrayImage;

use crate::support::Lab;
use crate::tolerance;

use made::{PLAIN, SOLID, brightness, npy, solids};
pub(crate) use made::{nifti, numbers_of};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn volumes_are_learnt_and_every_command_knows_them() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID);
    solids(&lab, "solids/train", 12, "nii.gz");
    solids(&lab, "solids/val", 4, "nii.gz");
    solids(&lab, "solids/test", 6, "nii.gz");
    lab.run(&["train", "solid.toml", "--data", "solids", "--out", "run"])
        .success()
        .shows(&[
            "2 classes of ",
            "volumes of 9 x 9 x 9 voxels of 1.000 mm",
            "24 for training (as they are), 8 for validation, 12 for test (as they are)",
            "AUC 1.0000",
            "24 symmetries of the cube",
        ]);
    lab.run(&["plan", "octahedral", "--data", "solids"])
        .success()
        .shows(&["volume of 9 x 9 x 9 voxels", "over D2"]);
    lab.run(&["plan", "run", "--data", "solids"])
        .refused(&["--data", "the run run has its data"]);
    let config = lab.text("run/config.toml");
    for entry in [
        "volume = [9, 9, 9]",
        "group = \"O\"",
        "classes = [\"ball\", \"rod\"]",
    ] {
        assert!(config.contains(entry), "no {entry} in {config}");
    }
    // Invariant: the same accuracy and the same area under the curve over all 24 rotations.
    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    let elements = eval["elements"].as_array().unwrap();
    assert_eq!(elements.len(), 24);
    for score in elements {
        assert_eq!(
            (&score["accuracy"], &score["area"]),
            (&eval["accuracy"], &eval["area"])
        );
    }
    // Between the voxels the threshold moves; the order of the probabilities does not.
    assert!(eval["random"]["area"].as_f64().unwrap() > 0.9, "{eval}");
    // Runs are compared by both, in all positions.
    lab.run(&["compare", "run", "--out", "compared.html"])
        .success()
        .shows(&["AUC", "turned", "least", "over its symmetries"]);
    assert!(lab.text("compared.html").contains("In other positions"));
    let compared = json(&lab.run(&["compare", "run", "--json"]).success().stdout);
    let moved = &compared["runs"][0]["moved"];
    assert_eq!(moved["area"]["turned"], eval["random"]["area"]);
    assert_eq!(moved["accuracy"]["least"], eval["accuracy"]);
    let report = lab.text("run/report.html");
    assert!(report.contains("The first test volumes") && report.contains("AUC"));
    assert_eq!(
        lab.text("run/plots/slices.svg").matches("<image").count(),
        18
    );

    // A volume that is turned, by exchanging axes of the file, has the same probabilities.
    let turned = |map| {
        let of = |at| i16::from(brightness(true, 1, at));
        lab.write("turned.nii", nifti([9; 3], map, of));
        let found = lab
            .run(&["predict", "run", "turned.nii", "--json"])
            .success();
        json(&found.stdout)[0]["probabilities"].clone()
    };
    let still = turned(PLAIN);
    let quarter = turned([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]);
    for (a, b) in still
        .as_array()
        .unwrap()
        .iter()
        .zip(quarter.as_array().unwrap())
    {
        assert!((a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < tolerance::PROBABILITY);
    }
    lab.run(&["predict", "run", "solids/test/ball", "--rotate-sweep"])
        .success()
        .shows(&[
            "0.nii.gz: ball (",
            "5.nii.gz: ball (",
            "turned counter-clockwise about z (along the slices) by",
        ]);
    lab.run(&["check", "run"])
        .success()
        .shows(&["all 24 elements of O", "9x9x9"]);
    lab.run(&["plan", "run"])
        .success()
        .shows(&["9 x 9 x 9 voxels", "Memory of a training"]);
    lab.run(&["data", "show", "solids"])
        .success()
        .shows(&["ball", "9 x 9 x 9 voxels"]);
    lab.run(&["export", "run", "--out", "solid.onnx"])
        .success()
        .shows(&[
            "input [batch, 1, 9, 9, 9]",
            "(value - mean) / deviation",
            "as they are",
        ]);
    let draw = [
        "draw",
        "features",
        "run",
        "turned.nii",
        "--layer",
        "3",
        "--fields",
        "1",
    ];
    lab.run(&[&draw[..], &["--out", "f.svg"]].concat())
        .success()
        .shows(&["turned.nii: ", "layers 1 to 3"]);
    let picture = lab.text("f.svg");
    assert!(picture.contains("middle slices across z") && picture.contains("up to round-off"));
    lab.run(&["draw", "features", "run", "--digit", "3", "--out", "g.svg"])
        .refused(&["volumes of ball, rod"]);
    // Without the data the run has what it needs.
    std::fs::rename(lab.path("solids"), lab.path("moved")).unwrap();
    lab.run(&["check", "run", "--images", "4"]).success();
    lab.run(&["eval", "run"]).refused(&["--data says where"]);
    lab.run(&["eval", "run", "--data", "moved"])
        .success()
        .shows(&["(12 of 12 test images)"]);
    lab.run(&["predict", "run", "run/samples.npy"])
        .refused(&["5 axes"]);
    lab.run(&[
        "train", "--from", "run", "--data", "moved", "--epochs", "1", "--out", "next",
    ])
    .success()
    .shows(&["from ", "tensors"]);
}

#[test]
fn volumes_of_every_format_are_read_alike() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID.replace("epochs = 15", "epochs = 1"));
    let mut metrics = Vec::new();
    // Rows of NIfTI run from the front to the back, those of the others as they lie: they differ by a
    // mirror, so only the formats without a patient are compared.
    for format in ["npy", "slices"] {
        solids(&lab, format, 8, format);
        let train = [
            "train",
            "solid.toml",
            "--data",
            format,
            "--group",
            "C4",
            "--out",
        ];
        let out = format!("run-{format}");
        lab.run(&[&train[..], &[&out]].concat())
            .success()
            .shows(&["volumes of 9 x 9 x 9 voxels", "C4 in space"]);
        metrics.push(lab.text(&format!("{out}/metrics.csv")));
    }
    assert_eq!(metrics[0], metrics[1]);
    // One slice less in every volume is no shorter volume.
    for class in ["ball", "rod"] {
        for volume in 0..8 {
            std::fs::remove_file(
                lab.path(&format!("slices/{class}/{volume}/{}.png", 1 + volume % 7)),
            )
            .unwrap();
        }
    }
    lab.run(&["data", "show", "slices"])
        .refused(&["ball/0", "no slice between those numbered 0 and 2"]);
}

#[test]
fn volumes_are_resampled_and_moved_where_it_is_asked_for() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID.replace("epochs = 15", "epochs = 1"));
    // Slices of 3 mm.
    let thick = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 3.0]];
    for class in ["a", "b"] {
        std::fs::create_dir_all(lab.path(&format!("thick/{class}"))).unwrap();
        for seed in 0..6 {
            let of = |at: [usize; 3]| (at[0] * 7 + at[1] * 3 + at[2] * 11 + seed) as i16;
            lab.write(
                &format!("thick/{class}/{seed}.nii"),
                nifti([9, 9, 3], thick, of),
            );
        }
    }
    let run = |options: &[&str], parts: &[&str]| {
        let out = format!("run{}", options.concat().replace('=', ""));
        let words = [
            &["train", "solid.toml", "--data", "thick", "--out", &out],
            options,
        ]
        .concat();
        lab.run(&words).success().shows(parts);
    };
    run(
        &["--spacing", "1"],
        &["volumes of 9 x 9 x 9 voxels of 1 mm"],
    );
    run(
        &["--spacing", "1", "--size", "11"],
        &["volumes of 11 x 11 x 11 voxels of 1 mm"],
    );
    run(
        &["--size", "9", "--augment=Oh"],
        &["9 x 9 x 9 voxels", "moved by Oh anew in every epoch"],
    );
    run(
        &["--spacing", "1", "--rotated", "--augment"],
        &["(rotated anew in every epoch)", "(rotated)"],
    );
    // As they are they are no cubes, and the program says so.
    lab.write(
        "flat.toml",
        SOLID
            .replace("epochs = 15", "epochs = 1")
            .replace("pool = 3\n", ""),
    );
    lab.run(&[
        "train",
        "flat.toml",
        "--data",
        "thick",
        "--group",
        "C4",
        "--out",
        "flat",
    ])
    .success()
    .shows(&["3.000 x 1.000 x 1.000 mm, which the network takes for cubes; --spacing 1.000"]);
    let eval = json(&lab.run(&["eval", "flat", "--json"]).success().stdout);
    // Of the 24 rotations those that do not exchange the short axis.
    assert_eq!(eval["elements"].as_array().unwrap().len(), 8);
}

#[test]
fn volumes_that_make_no_sense_are_refused_with_the_place() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID);
    let refused = |data: &str, parts: &[&str]| {
        lab.run(&["train", "solid.toml", "--data", data, "--out", "run"])
            .refused(parts);
        assert!(!lab.path("run").exists());
    };
    solids(&lab, "solids", 5, "nii");
    let kept = lab.read("solids/rod/2.nii");
    let bad = |content: &[u8], parts: &[&str]| {
        lab.write("solids/rod/2.nii", content);
        refused("solids", &[&["rod/2.nii"], parts].concat());
    };
    bad(&kept[..kept.len() - 7], &["truncated"]);
    bad(b"", &["truncated"]);
    bad(
        &nifti([9, 9, 8], PLAIN, |_| 0),
        &["different sizes", "8 x 9 x 9", "--size"],
    );
    let mut four = kept.clone();
    (four[40], four[48]) = (4, 2);
    bad(&four, &["4 axes (9 x 9 x 9 x 2)", "file of its own"]);
    let mut vast = kept.clone();
    vast[42..48].copy_from_slice(&[0xff, 0x7f].repeat(3));
    bad(&vast, &["memory"]);
    for seed in 0..3 {
        for class in ["a", "b"] {
            std::fs::create_dir_all(lab.path(&format!("flat/{class}"))).unwrap();
            let flat = nifti([9, 9, 1], PLAIN, |_| seed);
            lab.write(&format!("flat/{class}/{seed}.nii"), flat);
        }
    }
    refused("flat", &["one slice of 9 x 9 pixels is an image"]);
    lab.write("solids/rod/2.nii", &kept);
    let nan = [f32::NAN.to_le_bytes().to_vec(), vec![0; 4 * 728]].concat();
    lab.write("solids/rod/7.npy", npy("<f4", "(9, 9, 9)", &nan));
    refused("solids", &["rod/7.npy", "slice 0, row 0, column 0 is NaN"]);
    std::fs::remove_file(lab.path("solids/rod/7.npy")).unwrap();
    GrayImage::new(9, 9)
        .save(lab.path("solids/rod/7.png"))
        .unwrap();
    refused("solids", &["rod/7.png", "an image", "a volume"]);
    std::fs::remove_file(lab.path("solids/rod/7.png")).unwrap();
    std::fs::create_dir_all(lab.path("solids/rod/8")).unwrap();
    refused("solids", &["rod/8", "without images"]);
    GrayImage::new(9, 9)
        .save(lab.path("solids/rod/8/0.png"))
        .unwrap();
    GrayImage::new(9, 8)
        .save(lab.path("solids/rod/8/1.png"))
        .unwrap();
    refused("solids", &["different sizes"]);
    std::fs::remove_dir_all(lab.path("solids/rod/8")).unwrap();

    lab.write("data.npz", b"PK and nothing else");
    refused("data.npz", &["data.npz", "no archive of NumPy arrays"]);
    // Groups of the plane are read in space, models of images are none of volumes.
    lab.run(&["train", "--model", "p4", "--data", "solids", "--out", "run"])
        .refused(&["p4", "O"]);
    lab.run(&[
        "train",
        "solid.toml",
        "--data",
        "solids",
        "--spacing",
        "0",
        "--out",
        "run",
    ])
    .refused(&["data.spacing: 0"]);
    lab.run(&[
        "train",
        "tiny.toml",
        "--spacing",
        "1",
        "--data",
        "nowhere",
        "--out",
        "run",
    ])
    .refused(&["nowhere"]);
    lab.run(&["train", "solid.toml", "--out", "run"])
        .refused(&["group O of space", "images"]);
    lab.run(&[
        "train",
        "solid.toml",
        "--task",
        "pose",
        "--data",
        "solids",
        "--out",
        "run",
    ])
    .refused(&["--task"]);
    lab.run(&[
        "train",
        "solid.toml",
        "--data",
        "solids",
        "--augment=C7x",
        "--out",
        "run",
    ])
    .refused(&["C7x"]);
    lab.run(&[
        "train",
        "solid.toml",
        "--data",
        "solids",
        "--augment=cone",
        "--out",
        "run",
    ])
    .refused(&["cone", "SO(3) or O(3)"]);
}

#[test]
#[ignore = "needs adrenalmnist3d.npz of MedMNIST in the directory SCHUR_VOLUMES: run with --ignored"]
fn the_adrenal_glands_of_medmnist_are_trained_on() {
    let data = std::env::var_os("SCHUR_VOLUMES").expect("SCHUR_VOLUMES names a directory");
    let path = std::path::Path::new(&data).join("adrenalmnist3d.npz");
    let lab = Lab::new();
    let words = [
        "train",
        "--group",
        "O",
        "--params",
        "5000",
        "--epochs",
        "1",
        "--max-train",
        "64",
    ];
    let path = path.to_str().unwrap();
    lab.run(
        &[
            &words[..],
            &["--max-test", "40", "--data", path, "--out", "run"],
        ]
        .concat(),
    )
    .success()
    .shows(&[
        "2 classes of",
        "volumes of 28 x 28 x 28 voxels",
        "64 for training",
    ]);
    let eval = json(
        &lab.run(&["eval", "run", "--max-test", "10", "--json"])
            .success()
            .stdout,
    );
    assert_eq!(eval["elements"].as_array().unwrap().len(), 24);
}
