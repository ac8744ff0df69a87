//! Every command on a trained network.

use crate::support::{Lab, TINY};
use crate::tolerance;

#[test]
fn a_run_writes_everything_it_promises_and_all_commands_use_it() {
    let lab = Lab::new();
    lab.train("run")
        .shows(&["test accuracy", "results in run", "C4"]);
    assert_eq!(
        lab.files("run"),
        [
            "best.safetensors",
            "commands.txt",
            "config.toml",
            "last.safetensors",
            "metrics.csv",
            "metrics.jsonl",
            "model.json",
            "plots/accuracy.svg",
            "plots/angle.svg",
            "plots/confusion.svg",
            "plots/loss.svg",
            "report.html",
            "summary.json",
            "timing.csv",
        ]
    );
    assert_eq!(lab.text("run/metrics.csv").lines().count(), 1 + 6);
    assert_eq!(lab.text("run/metrics.jsonl").lines().count(), 6);
    let summary: serde_json::Value = serde_json::from_str(&lab.text("run/summary.json")).unwrap();
    assert_eq!(summary["test_images"], 40);
    assert!(lab.text("run/report.html").matches("<svg").count() == 4);

    let eval = lab.run(&["eval", "run", "--json"]).success();
    let eval: serde_json::Value = serde_json::from_str(&eval.stdout).unwrap();
    // The same network on the same images.
    assert_eq!(eval["accuracy"], summary["test_accuracy"]);
    assert_eq!(eval["confusion"], summary["confusion"]);
    assert_eq!(eval["angle_accuracy"], summary["angle_accuracy"]);
    lab.run(&["eval", "run"])
        .success()
        .shows(&["class  accuracy", "angle  accuracy", "350°"]);

    let check = lab.run(&["check", "run", "--json"]).success();
    let check: serde_json::Value = serde_json::from_str(&check.stdout).unwrap();
    assert_eq!(check["passed"], true);
    // Two convolutions and norms, a pool, group pool, global pool, head.
    assert_eq!(check["layers"].as_array().unwrap().len(), 8);
    // All of C4 moves pixels to pixels; angles that are not in the group do not.
    assert_eq!(
        check["elements"],
        serde_json::json!(["e", "r", "r^2", "r^3"])
    );
    assert_eq!(check["between"].as_array().unwrap().len(), 0);
    let angles = numbers(&check["network"]["outside"]);
    assert_eq!(angles.len(), 5);
    assert!(
        angles.iter().all(|e| *e > tolerance::NOT_EXACT),
        "{angles:?}"
    );
    assert_eq!(
        check["verdict"],
        "passed: every layer commutes with all 4 elements of C4 (e, r, r^2, r^3), exactly."
    );

    digit_png(&lab, 28, false, "digit.png");
    let predict = lab
        .run(&["predict", "run", "digit.png", "--rotate-sweep", "--json"])
        .success();
    let predict: serde_json::Value = serde_json::from_str(&predict.stdout).unwrap();
    let sum: f64 = numbers(&predict[0]["probabilities"]).iter().sum();
    assert!((sum - 1.0).abs() < tolerance::PROBABILITY);
    // A C4-invariant network says the same of an image and its quarter turns.
    let sweep = predict[0]["sweep"].as_array().unwrap();
    assert_eq!(sweep.len(), 24);
    let upright = numbers(&sweep[0]["probabilities"]);
    for quarter in [6, 12, 18] {
        for (a, b) in numbers(&sweep[quarter]["probabilities"])
            .iter()
            .zip(&upright)
        {
            assert!((a - b).abs() < tolerance::PROBABILITY, "{a} {b}");
        }
    }
    lab.run(&["predict", "run", "digit.png", "digit.png"])
        .success()
        .shows(&["digit.png: ", "%"]);
}

#[test]
fn a_picture_of_any_size_and_polarity_is_recognised_as_the_same_digit() {
    let lab = Lab::new();
    lab.train("run");
    let probabilities = |name: &str| {
        let run = lab.run(&["predict", "run", name, "--json"]).success();
        let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        numbers(&json[0]["probabilities"])
    };
    digit_png(&lab, 280, false, "white-on-black.png");
    digit_png(&lab, 280, true, "black-on-white.png");
    let (a, b) = (
        probabilities("white-on-black.png"),
        probabilities("black-on-white.png"),
    );
    for (a, b) in a.iter().zip(&b) {
        assert!((a - b).abs() < tolerance::POLARITY, "{a} {b}");
    }
}

#[test]
fn a_broken_stride_fails_the_check_and_is_explained() {
    let lab = Lab::new();
    let broken = crate::support::TINY.replace("kernel = 5\npool = 4", "kernel = 4\nstride = 3");
    lab.write("broken.toml", broken);
    lab.run(&["train", "broken.toml", "--out", "run", "--epochs", "1"])
        .success();
    let check = lab.run(&["check", "run"]);
    assert_eq!(check.code, Some(0), "28 - 4 is a multiple of 3: {check:#?}");
    let broken = crate::support::TINY.replace("kernel = 5\npool = 4", "kernel = 5\nstride = 2");
    lab.write("broken.toml", broken);
    lab.run(&["train", "broken.toml", "--out", "run2", "--epochs", "1"])
        .success()
        .shows(&["note ", "not exactly equivariant under"]);
    let check = lab.run(&["check", "run2"]);
    assert_eq!(check.code, Some(1), "{check:#?}");
    check.shows(&["FAILED", "stride 2", "input height of", "exact pool"]);
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let lab = Lab::new();
    let script = format!("{} group C24 2>err | head -1", env!("CARGO_BIN_EXE_schur"));
    let output = crate::support::shell("bash")
        .args(["-c", &script])
        .current_dir(lab.path("."))
        .output()
        .expect("bash");
    assert!(output.status.success());
    assert_eq!(lab.text("err"), "");
}

#[test]
fn help_has_examples_and_no_command_is_the_main_job() {
    let lab = Lab::new();
    for command in [
        "train",
        "eval",
        "predict",
        "check",
        "models",
        "plan",
        "convert",
        "group",
        "intertwiners",
    ] {
        lab.run(&[command, "--help"])
            .success()
            .shows(&["Examples:"]);
    }
    lab.run(&["--help"])
        .success()
        .shows(&["trains the default"]);
    lab.run(&["train", "--show-config"])
        .success()
        .shows(&["group = \"C4\"", "epochs = "]);
}

/// Every device is listed: with its name, or with what is missing, which `--device` says too.
#[test]
fn devices_are_listed_and_missing_ones_refused() {
    let lab = Lab::new();
    lab.run(&["devices"])
        .success()
        .shows(&["cpu", "the engine", "wgpu", "vulkan", "cuda"]);
    #[cfg(not(feature = "cuda"))]
    lab.run(&["train", "--device", "cuda"])
        .refused(&["cuda", "--features cuda"]);
    assert!(!lab.path("runs").exists());
}

#[test]
fn the_standard_files_give_the_split_they_allow() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("mnist")).unwrap();
    let (images, labels) = idx(120);
    lab.write("mnist/train-images-idx3-ubyte", images);
    lab.write("mnist/train-labels-idx1-ubyte", labels);
    let run = lab.run(&[
        "train",
        "tiny.toml",
        "--data",
        "mnist",
        "--epochs",
        "1",
        "--out",
        "run",
    ]);
    run.success().shows(&["deviates from the classic"]);
    // What the network was trained on is no test.
    lab.run(&["eval", "run", "--data", "mnist"])
        .success()
        .shows(&["rotated test images", "36 for test (rotated)"]);
    let json = lab
        .run(&["eval", "run", "--data", "mnist", "--json"])
        .success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    // 120 images: 84 for training and validation, all different from the rest.
    assert_eq!(json["images"], 36);
    // Test files alone are enough for a test.
    std::fs::create_dir(lab.path("test-only")).unwrap();
    let (images, labels) = idx(40);
    lab.write("test-only/t10k-images-idx3-ubyte", images);
    lab.write("test-only/t10k-labels-idx1-ubyte", labels);
    lab.train("embedded");
    lab.run(&["eval", "embedded", "--data", "test-only"])
        .success()
        .shows(&["40 digits of test-only", "left out: 0"]);
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    let values = value.as_array().expect("an array");
    values
        .iter()
        .map(|v| v.as_f64().expect("a number"))
        .collect()
}

/// A thick "7" as a PNG.
pub(crate) fn digit_png(lab: &Lab, side: u32, inverted: bool, name: &str) {
    let unit = side as f32 / 28.0;
    let picture = image::GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x as f32 / unit, y as f32 / unit);
        let bar = (6.0..9.0).contains(&y) && (7.0..20.0).contains(&x);
        let slope = (6.0..24.0).contains(&y) && (x - (19.0 - 0.5 * (y - 6.0))).abs() < 1.6;
        let ink = bar || slope;
        image::Luma([if ink != inverted { 255 } else { 0 }])
    });
    picture.save(lab.path(name)).expect("writing a PNG");
}

/// IDX files with that many 28 x 28 images of stripes.
pub(crate) fn idx(count: u32) -> (Vec<u8>, Vec<u8>) {
    let mut images = vec![0, 0, 8, 3];
    for size in [count, 28, 28] {
        images.extend(size.to_be_bytes());
    }
    // Stripes, and the number of the image in the first pixels: no two are alike.
    for image in 0..count {
        let stripes = |i: u32| u8::from((i / 28 + image).is_multiple_of(7)) * 200;
        images.extend(image.to_be_bytes());
        images.extend((4..784).map(stripes));
    }
    let mut labels = vec![0, 0, 8, 1];
    labels.extend(count.to_be_bytes());
    labels.extend((0..count).map(|i| (i % 10) as u8));
    (images, labels)
}

/// A network described layer by layer is planned, trained, evaluated and checked like one of
/// blocks; its config has no budget.
#[test]
fn a_network_layer_by_layer() {
    let lab = Lab::new();
    let head = TINY
        .split("[[")
        .next()
        .unwrap()
        .replace("epochs = 6", "epochs = 1");
    let layers = "
        [[network.layers]]
        layer = 'conv'
        fields = '3 regular'
        kernel = 5
        [[network.layers]]
        layer = 'norm'
        activation = 'relu'
        [[network.layers]]
        layer = 'max_out'
        over = 3
        [[network.layers]]
        layer = 'group_pool'
        [[network.layers]]
        layer = 'global_pool'
        kind = 'average'
        [[network.layers]]
        layer = 'conv'
        fields = '10 trivial'
        kernel = 1
        bias = true
    ";
    lab.write("layers.toml", head + layers);
    lab.run(&["plan", "layers.toml"])
        .success()
        .shows(&["conv 5x5"]);
    lab.run(&["train", "layers.toml", "--out", "run"]).success();
    lab.run(&["eval", "run", "--max-test", "20"]).success();
    lab.run(&["check", "run"]).success().shows(&["passed"]);
}

#[test]
fn eval_measures_at_as_many_angles_as_asked_for() {
    let lab = Lab::new();
    lab.train("run");
    for angles in [0, 3] {
        let eval = lab.run(&["eval", "run", "--angles", &angles.to_string(), "--json"]);
        let eval: serde_json::Value = serde_json::from_str(&eval.success().stdout).unwrap();
        let found = eval["angle_accuracy"].as_array();
        assert_eq!(found.map_or(0, Vec::len), angles);
    }
    let found = lab.run(&["eval", "run", "--angles", "3"]).success();
    let found = found.shows(&["network   C4", "240°"]).stdout;
    let lines = found.lines().filter(|line| line.contains('°'));
    assert_eq!(lines.count(), 3, "{found}");
    let found = lab.run(&["eval", "run", "--angles", "0"]).success().stdout;
    assert!(!found.contains("angle  accuracy"), "{found}");
    lab.run(&["eval", "run", "--angles", "5000"])
        .refused(&["5000 is not in 0..=3600"]);
}

#[test]
fn a_directory_of_pictures_is_predicted() {
    let lab = Lab::new();
    lab.train("run");
    std::fs::create_dir(lab.path("scans")).unwrap();
    for name in ["scans/b.png", "scans/a.png", "scans/.hidden.png"] {
        digit_png(&lab, 28, false, name);
    }
    lab.write("scans/notes.txt", "no picture");
    let found = lab.run(&["predict", "run", "scans", "--json"]).success();
    let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    let names: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["image"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["scans/a.png", "scans/b.png"]);
    std::fs::create_dir(lab.path("empty")).unwrap();
    lab.run(&["predict", "run", "empty"])
        .refused(&["empty", "no PNG or JPEG"]);
}
