//! Images of one's own that are refused, with the place and the remedy.

use image::{GrayImage, Rgb};

use crate::own_images::{TRAIN, discs, shades};
use crate::support::{Lab, TINY};

#[test]
fn folders_that_make_no_sense_are_refused_with_the_place() {
    let lab = Lab::new();
    let refused = |folder: &str, parts: &[&str]| {
        lab.run(&["train", "tiny.toml", "--data", folder, "--out", "run"])
            .refused(parts);
        assert!(!lab.path("run").exists());
    };
    shades(&lab, "one", &[20; 4]);
    std::fs::remove_dir_all(lab.path("one/light")).unwrap();
    refused("one", &["1 folder of classes (dark)"]);
    std::fs::create_dir(lab.path("one/empty")).unwrap();
    refused("one", &["one/empty", "no image of this class"]);

    shades(&lab, "parts/train", &[20; 4]);
    shades(&lab, "parts/test", &[20; 2]);
    std::fs::rename(lab.path("parts/test/dark"), lab.path("parts/test/darc")).unwrap();
    refused("parts", &["parts/test/darc", "no class of training"]);

    shades(&lab, "broken", &[20; 4]);
    lab.write("broken/light/2.png", b"\x89PNG\r\n\x1a\nnot really");
    refused(
        "broken",
        &[
            "broken/light/2.png",
            "damaged or ends too early",
            "remove it",
        ],
    );
    lab.write("broken/light/2.png", "");
    refused("broken", &["broken/light/2.png"]);
    std::fs::remove_file(lab.path("broken/light/2.png")).unwrap();
    lab.write("broken/light/2.gif", "GIF89a");
    refused("broken", &["broken/light/2.gif", "no PNG or JPEG"]);
    // A header alone passes the first look, and is found when it is decoded.
    let whole = lab.read("broken/light/1.png");
    std::fs::remove_file(lab.path("broken/light/2.gif")).unwrap();
    lab.write("broken/light/2.png", &whole[..whole.len() / 2]);
    refused("broken", &["broken/light/2.png"]);

    shades(&lab, "small", &[3; 4]);
    refused("small", &["3 x 3 pixels", "--size"]);
    std::fs::create_dir_all(lab.path("nothing")).unwrap();
    refused(
        "nothing",
        &["nothing", "nothing is in it", "one folder per class"],
    );

    let wide = lab.path("wide");
    shades(&lab, "wide", &[20; 4]);
    for class in ["dark", "light"] {
        for i in 0..4 {
            let path = wide.join(format!("{class}/{i}.png"));
            GrayImage::new(20, 10).save(path).unwrap();
        }
    }
    refused("wide", &["20 x 10 pixels is no square", "--size"]);
}

#[test]
fn configs_that_contradict_the_images_are_refused() {
    let lab = Lab::new();
    shades(&lab, "shades", &[28; 6]);
    let refused = |from: &str, to: &str, parts: &[&str]| {
        lab.write("bad.toml", TINY.replace(from, to));
        lab.run(&["train", "bad.toml", "--data", "shades", "--out", "run"])
            .refused(parts);
        assert!(!lab.path("run").exists());
    };
    refused(
        "[network]",
        "[network]\nchannels = 3",
        &["network.channels: 3", "data.channels"],
    );
    refused(
        "[data]",
        "[data]\nchannels = 2",
        &["data.channels: 2", "1 or 3"],
    );
    refused(
        "[data]",
        "[data]\nmean = [0.5]",
        &["1 means and 0 deviations"],
    );
    refused(
        "[data]",
        "[data]\nmean = [0.5, 0.5]\ndeviation = [1.0, 1.0]",
        &["2 channels", "have 1"],
    );
    refused(
        "[data]",
        "[data]\nclasses = [\"a\", \"b\"]",
        &["dark, light", "a, b"],
    );
    refused(
        "[network]",
        "[network]\nclasses = 2\noutput = \"mask\"",
        &["classes", "classification"],
    );
    // Grey digits are no colour images.
    lab.write(
        "bad.toml",
        TINY.replace("[network]", "[network]\nchannels = 3"),
    );
    lab.run(&["train", "bad.toml", "--out", "run"])
        .refused(&["network.channels: 3", "--data"]);
    // A normalisation of one's own is kept.
    let given = TINY.replace("[data]", "[data]\nmean = [0.25]\ndeviation = [0.5]");
    lab.write("given.toml", given);
    lab.run(&["train", "given.toml", "--data", "shades", "--out", "run"])
        .success();
    let config = lab.text("run/config.toml");
    assert!(
        config.contains("mean = [0.25]\ndeviation = [0.5]"),
        "{config}"
    );
}

#[test]
fn a_run_is_not_continued_on_other_images() {
    let lab = Lab::new();
    discs(&lab, "discs", 12, 1);
    lab.run(&TRAIN).success();
    lab.run(&["train", "--resume", "run"])
        .success()
        .shows(&["after epoch 6 of 6"]);
    let resume = |parts: &[&str]| {
        lab.run(&["train", "--resume", "run"]).refused(parts);
    };
    let (path, kept) = (lab.path("discs/red/04.png"), lab.read("discs/red/04.png"));
    let mut changed = image::open(&path).unwrap().to_rgb8();
    changed.put_pixel(0, 0, Rgb([0, 0, 0]));
    changed.save(&path).unwrap();
    resume(&["the data have changed"]);
    std::fs::write(&path, kept).unwrap();
    std::fs::rename(lab.path("discs/red"), lab.path("discs/rose")).unwrap();
    resume(&["blue, green, rose", "blue, green, red"]);
    std::fs::rename(lab.path("discs/rose"), lab.path("discs/red")).unwrap();
    lab.run(&["train", "--resume", "run"]).success();
}
