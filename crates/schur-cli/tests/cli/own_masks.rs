//! Images and volumes of one's own with masks.

use image::{GrayImage, Luma, Rgb, RgbImage};

use crate::support::Lab;
use crate::tasks::{U, tiny};
use crate::volumes::{nifti, numbers_of};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

/// Images of 16 x 16 pixels with a bright disc and a grey square, and what every pixel shows.
pub(crate) fn shapes(lab: &Lab, folder: &str, count: u32, classes: [u8; 2]) {
    for part in ["images", "masks"] {
        std::fs::create_dir_all(lab.path(&format!("{folder}/{part}"))).unwrap();
    }
    for i in 0..count {
        let (x0, y0) = (4 + 3 * i % 8, 4 + 5 * i % 8);
        let class = |x: u32, y: u32| {
            let disc = x.abs_diff(x0).pow(2) + y.abs_diff(y0).pow(2) <= 6;
            let square = x.abs_diff(12 - x0 / 2) < 2 && y.abs_diff(13) < 2;
            match (disc, square) {
                (true, _) => 1,
                (false, true) => 2,
                _ => 0,
            }
        };
        GrayImage::from_fn(16, 16, |x, y| {
            Luma([[20, 230, 120][class(x, y)] + ((7 * x + 11 * y + i * (x + 3)) % 25) as u8])
        })
        .save(lab.path(&format!("{folder}/images/{i:02}.png")))
        .unwrap();
        GrayImage::from_fn(16, 16, |x, y| {
            Luma([[0, classes[0], classes[1]][class(x, y)]])
        })
        .save(lab.path(&format!("{folder}/masks/{i:02}.png")))
        .unwrap();
    }
}

#[test]
fn masks_of_several_classes_are_learnt_and_used() {
    let lab = Lab::new();
    let config = tiny("mask", U).replace("epochs = 6\nbatch = 16", "epochs = 20\nbatch = 4");
    lab.write("mask.toml", config.replace("fields = 2", "fields = 6"));
    shapes(&lab, "cells", 40, [1, 2]);
    lab.run(&["train", "mask.toml", "--data", "cells", "--out", "run"])
        .success()
        .shows(&[
            "3 classes of ",
            "taken at random from the images",
            "28 for training (as they are)",
        ]);
    let config = lab.text("run/config.toml");
    for entry in [
        "classes = [\"0\", \"1\", \"2\"]",
        "classes = 3",
        "size = 16",
        "mean = [",
    ] {
        assert!(config.contains(entry), "no {entry} in {config}");
    }
    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    let score = eval["test"]["score"].as_f64().unwrap();
    assert!(score > 0.8, "{eval}");
    let text = eval["test"]["values"].to_string();
    assert!(text.contains("IoU of class 2"), "{text}");
    let summary = json(&lab.text("run/summary.json"));
    assert_eq!(summary["test"]["score"], eval["test"]["score"]);
    assert!(lab.text("run/plots/examples.svg").contains("<image"));

    // The mask of a file has the numbers of the classes.
    lab.run(&["predict", "run", "cells/images/03.png", "--out", "found"])
        .success()
        .shows(&["03.png: something on ", "of 256 pixels"]);
    let found = image::open(lab.path("found/03-mask.png"))
        .unwrap()
        .to_luma8();
    let truth = image::open(lab.path("cells/masks/03.png"))
        .unwrap()
        .to_luma8();
    let equal = found
        .pixels()
        .zip(truth.pixels())
        .filter(|(a, b)| a == b)
        .count();
    assert!(equal > 240, "{equal}");
    // It is a mask as those that are trained on, and is no picture if it lies beside one.
    let grey = image::open(lab.path("found/03-mask.png")).unwrap().color();
    assert_eq!(grey, image::ColorType::L8);
    lab.run(&["predict", "run", "cells/images/03.png"])
        .success();
    assert!(lab.path("cells/images/03-mask.png").exists());
    lab.run(&["check", "run"]).success().shows(&["passed"]);
    lab.run(&["export", "run", "--out", "cells.onnx"])
        .success()
        .shows(&["classes: [\"0\",\"1\",\"2\"]"]);
    lab.run(&["data", "show", "cells"])
        .success()
        .shows(&["3 classes of", "16 x 16 pixels in grey"]);
    // Other images, of which those of the training are left out.
    shapes(&lab, "more", 44, [1, 2]);
    lab.run(&["eval", "run", "--data", "more"])
        .success()
        .shows(&["left out: 32 that the network was trained or validated on"]);
    // Training goes on to the bit.
    lab.run(&["train", "--resume", "run"])
        .success()
        .shows(&["after epoch 20 of 20"]);
    lab.write("cells/masks/03.png", lab.read("cells/masks/04.png"));
    lab.run(&["train", "--resume", "run"])
        .refused(&["the data have changed"]);
}

#[test]
fn black_and_white_masks_are_two_classes_and_move_with_augmented_images() {
    let lab = Lab::new();
    lab.write(
        "mask.toml",
        tiny("mask", U).replace("epochs = 6", "epochs = 2"),
    );
    shapes(&lab, "cells", 20, [255, 255]);
    lab.run(&[
        "train",
        "mask.toml",
        "--data",
        "cells",
        "--augment=D4",
        "--out",
        "run",
    ])
    .success()
    .shows(&["2 classes of ", "moved by D4 anew in every epoch"]);
    assert!(lab.text("run/config.toml").contains("augment_by = \"D4\""));
    lab.run(&["predict", "run", "cells/images/03.png", "--out", "found"])
        .success();
    let mask = image::open(lab.path("found/03-mask.png"))
        .unwrap()
        .to_luma8();
    assert!(mask.pixels().all(|p| [0, 255].contains(&p.0[0])));
    lab.run(&[
        "train",
        "mask.toml",
        "--data",
        "cells",
        "--augment=Oh",
        "--out",
        "other",
    ])
    .refused(&["Oh moves volumes", "C<n>, D<n>"]);
    lab.run(&[
        "train",
        "mask.toml",
        "--data",
        "cells",
        "--augment=C5x",
        "--out",
        "other",
    ])
    .refused(&["C5x"]);
}

#[test]
fn masks_that_make_no_sense_are_refused_with_the_place() {
    let lab = Lab::new();
    lab.write("mask.toml", tiny("mask", U));
    shapes(&lab, "cells", 8, [1, 2]);
    let refused = |parts: &[&str]| {
        lab.run(&["train", "mask.toml", "--data", "cells", "--out", "run"])
            .refused(parts);
        assert!(!lab.path("run").exists());
    };
    let kept = lab.read("cells/masks/05.png");
    RgbImage::from_pixel(16, 16, Rgb([0, 9, 0]))
        .save(lab.path("cells/masks/05.png"))
        .unwrap();
    refused(&["masks/05.png", "3 channels"]);
    GrayImage::new(16, 15)
        .save(lab.path("cells/masks/05.png"))
        .unwrap();
    refused(&["masks/05.png", "1 x 15 x 16", "1 x 16 x 16"]);
    std::fs::remove_file(lab.path("cells/masks/05.png")).unwrap();
    refused(&["images/05.png", "no mask of this name"]);
    lab.write("cells/masks/05.png", kept);
    // Masks are no classes, and classes no masks.
    lab.run(&["train", "tiny.toml", "--data", "cells", "--out", "run"])
        .refused(&["images with masks", "--task segmentation"]);
    crate::own_images::shades(&lab, "shades", &[16; 6]);
    lab.run(&["train", "mask.toml", "--data", "shades", "--out", "run"])
        .refused(&["no masks", "`images` and `masks`"]);
}

#[test]
fn masks_of_volumes_lie_where_their_volumes_lie() {
    let lab = Lab::new();
    // Two axes are exchanged, and one runs backwards: what is found has the axes of the file.
    let axes = [[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]];
    for part in ["images", "masks"] {
        std::fs::create_dir_all(lab.path(&format!("cells/{part}"))).unwrap();
    }
    let bright = |seed: usize, [i, j, k]: [usize; 3]| {
        let centre = [3 + seed % 3, 4, 3 + seed / 3 % 3];
        let far: usize = [i, j, k]
            .iter()
            .zip(centre)
            .map(|(a, b)| a.abs_diff(b).pow(2))
            .sum();
        far <= 5
    };
    for seed in 0..12 {
        let value = |at: [usize; 3]| {
            if bright(seed, at) {
                900
            } else {
                at[0] as i16 * 3
            }
        };
        let mask = |at: [usize; 3]| i16::from(bright(seed, at));
        lab.write(
            &format!("cells/images/{seed}.nii"),
            nifti([8, 8, 8], axes, value),
        );
        lab.write(
            &format!("cells/masks/{seed}.nii"),
            nifti([8, 8, 8], axes, mask),
        );
    }
    let config = tiny("mask", U).replace("group = \"C4\"", "group = \"C4 in space\"");
    lab.write(
        "mask.toml",
        config.replace("epochs = 6\nbatch = 16", "epochs = 60\nbatch = 2"),
    );
    lab.run(&["train", "mask.toml", "--data", "cells", "--out", "run"])
        .success()
        .shows(&["2 classes of", "8 x 8 x 8 voxels of 1.000 mm"]);
    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    assert!(eval["test"]["score"].as_f64().unwrap() > 0.7, "{eval}");
    lab.run(&["predict", "run", "cells/images/7.nii", "--out", "found"])
        .success()
        .shows(&["7.nii: something on", "of 512 voxels", "slices "]);
    let (found, truth) = (lab.read("found/7-mask.nii"), lab.read("cells/masks/7.nii"));
    // The same map to the patient, and nearly the same voxels in the order of the file.
    assert_eq!(found[252..328], truth[252..328]);
    let truth: Vec<i16> = numbers_of(&truth);
    let equal = found[352..]
        .iter()
        .zip(&truth)
        .filter(|(a, b)| i16::from(**a) == **b)
        .count();
    assert!(equal > 480, "{equal} of {}", truth.len());
}

#[test]
fn masks_with_soft_edges_are_no_masks_of_many_classes() {
    let lab = Lab::new();
    shapes(&lab, "cells", 16, [255, 255]);
    for (index, name) in lab.files("cells/masks").iter().enumerate() {
        let path = lab.path(&format!("cells/masks/{name}"));
        let square = GrayImage::from_fn(16, 16, |x, y| Luma([255 * u8::from(x.min(y) > 5)]));
        image::imageops::blur(&square, 0.5 + 0.05 * index as f32)
            .save(path)
            .unwrap();
    }
    lab.run(&["data", "show", "cells"]).refused(&[
        "cells/masks/",
        "grey values between 0 and 255",
        "soft",
    ]);
}
