//! Bad input is refused with an error that says what, where and what to do.

use proptest::prelude::*;

use crate::commands::idx;
use crate::support::{Lab, TINY};

#[test]
fn configs_that_make_no_sense_name_the_entry() {
    let lab = Lab::new();
    for (from, to, parts) in [
        ("epochs = 6", "epochs = -1", vec!["epochs"]),
        ("epochs = 6", "epochs = 0", vec!["train.epochs", "1 to"]),
        (
            "epochs = 6",
            "epoch = 6",
            vec!["unknown field `epoch`", "epochs"],
        ),
        ("batch = 16", "batch = 1e99", vec!["batch"]),
        (
            "batch = 16",
            "batch = 99999999",
            vec!["train.batch", "99999999"],
        ),
        (
            "batch = 16",
            "learning_rate = nan",
            vec!["train.learning_rate", "NaN"],
        ),
        (
            "batch = 16",
            "learning_rate = -0.1",
            vec!["train.learning_rate", "-0.1"],
        ),
        (
            "batch = 16",
            "weight_decay = inf",
            vec!["train.weight_decay"],
        ),
        ("batch = 16", "l1 = -1.0", vec!["train.l1", "-1"]),
        (
            "batch = 16",
            "schedule = \"sine\"",
            vec!["schedule", "cosine"],
        ),
        (
            "group = \"C4\"",
            "group = \"E5\"",
            vec!["group", "E5", "groups of images"],
        ),
        ("group = \"C4\"", "group = 4", vec!["group", "string"]),
        (
            "fields = 2\nkernel = 5",
            "fields = 0\nkernel = 5",
            vec!["network.blocks#1.fields"],
        ),
        (
            "kernel = 5",
            "kernel = 99",
            vec!["network.blocks#1.kernel", "99"],
        ),
        (
            "kernel = 5",
            "kernel = 5\npadding = 5",
            vec!["network.blocks#1.padding", "0 to 4"],
        ),
        (
            "batch = 16",
            "batch = 65536\n[network]\nblocks = 3",
            vec!["duplicate"],
        ),
        (
            "kernel = 5",
            "kernel = 5\nstride = 0",
            vec!["network.blocks#1.stride"],
        ),
        ("max_train = 96", "max_train = 0", vec!["data.max_train"]),
        (
            "[network]",
            "[network]\nclasses = 7",
            vec!["label", "network.classes"],
        ),
        ("pool = 4", "pool = 60", vec!["layer 3", "60"]),
        ("seed = 3", "seed = \"three\"", vec!["seed"]),
        (
            "seed = 3",
            "params = 3",
            vec!["params", "3 is too few", "at least"],
        ),
        ("seed = 3", "seed = 3\nseed = 4", vec!["duplicate"]),
        ("seed = 3", "seed = [", vec!["line"]),
    ] {
        assert!(TINY.contains(from), "{from}");
        lab.write("bad.toml", TINY.replace(from, to));
        lab.run(&["train", "bad.toml", "--out", "run"])
            .refused(&parts);
        assert!(!lab.path("run").exists(), "{to}: a directory was made");
    }
    lab.run(&["train", "missing.toml"])
        .refused(&["missing.toml"]);
    lab.write("binary.toml", [0xff, 0xfe, 0x00]);
    lab.run(&["train", "binary.toml"]).refused(&["binary.toml"]);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let lab = Lab::new();
    for (words, part) in [
        (vec!["train", "--group", "X4"], "SO(2)"),
        (vec!["train", "--params", "0"], "params"),
        (vec!["train", "--params", "10"], "too few"),
        (vec!["train", "--epochs", "-3"], "-3"),
        (vec!["train", "--epochs", "0"], "train.epochs"),
        (vec!["train", "--learning-rate", "0"], "above 0"),
        (vec!["train", "--learning-rate", "NaN"], "learning_rate"),
        (vec!["train", "--seed", "-1"], "-1"),
        (
            vec!["train", "--resume", "x", "--epochs", "3"],
            "no run directory",
        ),
        (vec!["train", "--resume", "x", "--seed", "3"], "--resume"),
        (vec!["train", "--max-test", "0"], "data.max_test"),
        (vec!["train", "--data", "nowhere"], "nowhere"),
        (vec!["eval", "nowhere"], "nowhere"),
        (vec!["check", "nowhere"], "nowhere"),
        (vec!["predict", "nowhere", "x.png"], "nowhere"),
        (vec!["predict", "nowhere"], "IMAGE"),
        (vec!["group", "C0"], "C0"),
        (vec!["group", "D"], "D"),
        (vec!["group", ""], "unknown group"),
        (
            vec!["group", "C99999999999999999999"],
            "99999999999999999999",
        ),
        (vec!["train", "--device", "tpu"], "cpu, wgpu, vulkan, cuda"),
        (vec!["fly"], "fly"),
    ] {
        lab.run(&words).refused(&[part]);
    }
    assert!(!lab.path("runs").exists());
}

#[test]
fn damaged_data_files_are_refused_by_name() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("d")).unwrap();
    let (images, labels) = idx(60);
    let files = |images: &[u8], labels: &[u8]| {
        lab.write("d/train-images-idx3-ubyte", images);
        lab.write("d/train-labels-idx1-ubyte", labels);
    };
    let refused = |parts: &[&str]| {
        lab.run(&["train", "tiny.toml", "--data", "d", "--out", "run"])
            .refused(parts);
        assert!(!lab.path("run").exists());
    };
    files(&images[..1000], &labels);
    refused(&["train-images-idx3-ubyte"]);
    files(&labels, &images);
    refused(&["train-images-idx3-ubyte", "magic"]);
    files(&images, &labels[..20]);
    refused(&["train-labels-idx1-ubyte", "68"]);
    files(&images, &idx(59).1);
    refused(&["60", "59"]);
    files(&[0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28], &labels);
    refused(&["train-images-idx3-ubyte"]);
    files(
        &[0, 0, 8, 3, 255, 255, 255, 255, 0, 0, 0, 28, 0, 0, 0, 28],
        &labels,
    );
    refused(&["train-images-idx3-ubyte"]);
    std::fs::remove_file(lab.path("d/train-labels-idx1-ubyte")).unwrap();
    refused(&["train-labels-idx1-ubyte"]);
}

#[test]
fn images_that_are_none_are_refused_by_name() {
    let lab = Lab::new();
    lab.train("run");
    lab.write("noise.png", b"\x89PNG\r\n\x1a\nnot really");
    lab.write("text.jpg", "hello");
    lab.write("empty.png", "");
    for name in ["noise.png", "text.jpg", "empty.png", "missing.png"] {
        lab.run(&["predict", "run", name]).refused(&[name]);
    }
    image::GrayImage::from_pixel(50, 40, image::Luma([128]))
        .save(lab.path("blank.png"))
        .unwrap();
    lab.run(&["predict", "run", "blank.png"])
        .refused(&["blank.png", "no ink"]);
    image::GrayImage::new(1, 1)
        .save(lab.path("dot.png"))
        .unwrap();
    lab.run(&["predict", "run", "dot.png"])
        .refused(&["dot.png"]);
    for count in ["0", "100000"] {
        lab.run(&["check", "run", "--images", count])
            .refused(&["--images", "1 to"]);
    }
    lab.run(&["eval", "run", "--max-test", "0"])
        .refused(&["data.max_test"]);
    // Nearly blank at the network's own size, and ink that only the opacity draws.
    image::GrayImage::from_pixel(28, 28, image::Luma([255]))
        .save(lab.path("white.png"))
        .unwrap();
    lab.run(&["predict", "run", "white.png"])
        .refused(&["white.png", "no ink"]);
    image::GrayAlphaImage::from_fn(60, 60, |x, y| {
        let ink = (20..40).contains(&x) && (10..50).contains(&y);
        image::LumaA([255, if ink { 255 } else { 0 }])
    })
    .save(lab.path("opacity.png"))
    .unwrap();
    lab.run(&["predict", "run", "opacity.png"]).success();
}

/// Config texts: the tiny config with random edits, so that most get past the first line.
fn mutated_config() -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), any::<u8>(), 0..3u8);
    prop::collection::vec(edit, 1..8).prop_map(|edits| {
        let mut bytes = TINY.as_bytes().to_vec();
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => {
                    bytes.remove(at);
                }
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_configs_never_panic(bytes in prop_oneof![
        mutated_config(),
        prop::collection::vec(any::<u8>(), 0..200),
    ]) {
        let lab = Lab::new();
        lab.write("fuzz.toml", bytes);
        let run = lab.run(&["train", "fuzz.toml", "--show-config"]);
        prop_assert!(matches!(run.code, Some(0 | 2)), "{run:#?}");
        prop_assert!(!run.stderr.contains("panicked"), "{run:#?}");
    }
}
