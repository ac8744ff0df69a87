//! Directions and masks, and the commands about networks of the collection.

use crate::commands::digit_png;
use crate::support::{Lab, TINY};
use crate::tolerance;

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

fn number(value: &serde_json::Value, name: &str) -> f64 {
    let values = value["values"].as_array().expect("measures");
    let found = values
        .iter()
        .find(|pair| pair[0].as_str().unwrap().contains(name));
    found.unwrap_or_else(|| panic!("{name} in {value}"))[1]
        .as_f64()
        .unwrap()
}

/// The tiny network with a direction or a mask.
pub(crate) fn tiny(output: &str, blocks: &str) -> String {
    let head = &TINY[..TINY.find("[[network.blocks]]").unwrap()];
    let classes = if output == "mask" { 2 } else { 10 };
    format!("{head}output = \"{output}\"\nclasses = {classes}\n{blocks}")
}

pub(crate) const BODY: &str = "[[network.blocks]]\nfields = 3\nkernel = 5\npool = 2\n\
                    [[network.blocks]]\nfields = \"2 regular + 1 quotient(C2)\"\nkernel = 3\n";

pub(crate) const U: &str = "[[network.blocks]]\nfields = 2\nkernel = 3\npadding = 1\npool = 2\nkeep = true\n\
                 [[network.blocks]]\nfields = 2\nkernel = 3\npadding = 1\n\
                 [[network.blocks]]\nfields = 2\nkernel = 3\npadding = 1\nupsample = 2\njoin = true\n";

#[test]
fn a_direction_is_trained_measured_and_used() {
    let lab = Lab::new();
    lab.write("pose.toml", tiny("direction", BODY));
    lab.run(&["train", "pose.toml", "--out", "run"])
        .success()
        .shows(&["digits 3, 4, 6, 7", "mean error", "test mean error"]);
    let header = lab.text("run/metrics.csv");
    assert!(
        header.starts_with("epoch,learning_rate,train_loss,train_closeness"),
        "{header}"
    );
    let summary = json(&lab.text("run/summary.json"));
    assert_eq!(summary["task"], "pose");
    // Exactly equivariant: a quarter turn changes no error.
    assert!(number(&summary["test"], "quarter turn") < tolerance::QUARTER_DEGREES);
    let examples = lab.text("run/plots/examples.svg");
    assert_eq!(examples.matches("<image").count(), 18);
    assert_eq!(
        examples.matches("<path").count(),
        72,
        "two arrows each, of a line and a head"
    );
    assert!(lab.text("run/report.html").contains("base64"));

    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    assert_eq!(eval["test"], summary["test"]);
    lab.run(&["eval", "run"])
        .success()
        .shows(&["mean error in degrees", "350°"]);

    crate::commands::digit_png(&lab, 28, false, "digit.png");
    let predict = lab.run(&["predict", "run", "digit.png", "--rotate-sweep", "--json"]);
    let predict = json(&predict.success().stdout);
    let sweep = predict[0]["sweep"].as_array().unwrap();
    let angle = |i: usize| sweep[i][1].as_f64().unwrap();
    // The answer turns with the image: 6 steps of 15° are a quarter turn.
    let turned = (angle(6) - angle(0)).rem_euclid(360.0);
    assert!(
        (turned - 90.0).abs() < tolerance::QUARTER_DEGREES,
        "{turned}"
    );
    lab.run(&["predict", "run", "digit.png"])
        .success()
        .shows(&["turned by"]);
    lab.run(&["predict", "run", "digit.png", "--out", "masks"])
        .refused(&["--out"]);

    let check = json(&lab.run(&["check", "run", "--json"]).success().stdout);
    assert_eq!(check["passed"], true);
    // A conventional network of the same shape has no reason to turn its answer.
    lab.run(&["train", "pose.toml", "--group", "C1", "--out", "c1"])
        .refused(&["network.blocks#2.fields"]);
    lab.write(
        "c1.toml",
        tiny("direction", BODY).replace("\"2 regular + 1 quotient(C2)\"", "8"),
    );
    lab.run(&["train", "c1.toml", "--group", "C1", "--out", "c1"])
        .success();
    let summary = json(&lab.text("c1/summary.json"));
    assert!(number(&summary["test"], "quarter turn") > 1.0);
}

/// Masks of pictures of two sizes, as files and as numbers that say the same.
fn masks_are_predicted(lab: &Lab) {
    lab.run(&["predict", "run", "missing.png"])
        .refused(&["missing.png"]);
    digit_png(lab, 40, false, "scene.png");
    digit_png(lab, 100, true, "large.png");
    let words = ["predict", "run", "scene.png", "large.png"];
    let refused = lab.run(&["predict", "run", "scene.png", "scene.png"]);
    refused.refused(&["scene-mask.png", "one file"]);
    assert!(!lab.path("scene-mask.png").exists());
    lab.run(&words)
        .success()
        .shows(&["scene.png: ", "large.png: ", "mask in large-mask.png"]);
    let options = ["--rotate-sweep", "--json", "--out", "masks/new"];
    let run = lab.run(&[&words[..], &options[..]].concat()).success();
    let found = json(&run.stdout);
    for (i, (name, side)) in [("scene", 40), ("large", 100)].into_iter().enumerate() {
        let beside = lab.read(&format!("{name}-mask.png"));
        assert!(beside == lab.read(&format!("masks/new/{name}-mask.png")));
        let mask = image::load_from_memory(&beside).unwrap().to_luma8();
        assert_eq!(mask.dimensions(), (side, side));
        let white: Vec<(u32, u32)> = mask
            .enumerate_pixels()
            .filter(|(_, _, grey)| grey.0[0] > 0)
            .map(|(x, y, _)| (x, y))
            .collect();
        assert_eq!(found[i]["marked"], white.len());
        assert_eq!(found[i]["pixels"], side * side);
        let ends = |pick: fn(&(u32, u32)) -> u32| {
            let places = || white.iter().map(pick);
            serde_json::json!([places().min(), places().max()])
        };
        if !white.is_empty() {
            assert_eq!(found[i]["columns"], ends(|p| p.0));
            assert_eq!(found[i]["rows"], ends(|p| p.1));
        }
        let sweep = found[i]["sweep"].as_array().unwrap();
        assert_eq!(sweep.len(), 24);
        // The mask turns with the picture: steps of 15°, so 6 are a quarter turn.
        for quarter in [0, 6, 12, 18] {
            let iou = sweep[quarter]["iou"].as_f64().unwrap();
            assert!(iou > 1.0 - tolerance::QUARTER_IOU, "{quarter}: {iou}");
        }
    }
    // Something is found in one of the two.
    assert!(
        (0..2).any(|i| found[i]["marked"].as_u64().unwrap() > 0),
        "{found}"
    );
}

#[test]
fn masks_are_trained_and_measured() {
    let lab = Lab::new();
    lab.write("mask.toml", tiny("mask", U));
    lab.run(&["train", "mask.toml", "--out", "run"])
        .success()
        .shows(&["in a scene", "IoU"]);
    let summary = json(&lab.text("run/summary.json"));
    assert_eq!(summary["task"], "segmentation");
    let changed = number(&summary["test"], "quarter turn changes");
    assert!(changed < tolerance::CHANGED_PIXELS, "{changed}");
    assert!(number(&summary["test"], "IoU of all") > 0.0);
    let angles = summary["test"]["by_angle"].as_array().unwrap();
    assert_eq!(angles.len(), 4);
    let eval = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    assert_eq!(eval["test"], summary["test"]);
    masks_are_predicted(&lab);
    let check = json(&lab.run(&["check", "run", "--json"]).success().stdout);
    assert_eq!(check["passed"], true);
    // The layers inside the bridge are checked too.
    let places = check["layers"].as_array().unwrap().iter();
    let inside = places.filter(|l| l["place"].as_str().unwrap().contains(".body."));
    assert_eq!(inside.count(), 4);
    // Resumed, it ends as it would have.
    lab.run(&["train", "--resume", "run"]).success();
    assert_eq!(json(&lab.text("run/summary.json")), summary);
    lab.run(&["export", "run", "--out", "mask.onnx"])
        .success()
        .shows(&[
            "logits [batch, classes, height, width]",
            r#"["background","digit"]"#,
        ]);

    let misfit = tiny("mask", U).replace("upsample = 2\njoin = true\n", "join = true\n");
    lab.write("misfit.toml", misfit);
    lab.run(&["train", "misfit.toml", "--out", "x"])
        .refused(&["do not fit the shortcut's"]);
    let small = tiny("mask", "[[network.blocks]]\nfields = 2\nkernel = 3\n");
    lab.write("small.toml", small);
    lab.run(&["train", "small.toml", "--out", "x"])
        .refused(&["38 x 38", "40 x 40"]);
    lab.write(
        "three.toml",
        tiny("mask", U).replace("classes = 2", "classes = 3"),
    );
    lab.run(&["train", "three.toml", "--out", "x"])
        .refused(&["network.classes", "2 classes"]);
}

#[test]
fn the_plots_of_a_check() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&["check", "run", "--out", "plots/new"]).success();
    for name in ["error-angle.svg", "error-depth.svg", "error-size.svg"] {
        let svg = lab.text(&format!("plots/new/{name}"));
        assert!(
            svg.starts_with("<svg") && svg.contains("relative defect"),
            "{name}"
        );
    }
    lab.write("file", "");
    lab.run(&["check", "run", "--out", "file"])
        .refused(&["file"]);
}

#[test]
fn models_are_listed_and_trained_by_name() {
    let lab = Lab::new();
    // Published: 2.07 M parameters and 3,995 M products; 1.02 M and 1,528 M.
    lab.run(&["models", "--group", "C8"]).success().shows(&[
        "2067370       3995.2 M",
        "1018674       1528.1 M",
        "left out  large-restricted: none for C8; use a group D_n",
    ]);
    let models = lab.run(&["models", "--group", "so2", "--json", "--params", "30000"]);
    let models = json(&models.success().stdout);
    for model in models.as_array().unwrap() {
        assert!(model["parameters"].as_u64().unwrap() <= 30_000, "{model}");
    }
    lab.run(&["models", "--group", "X"]).refused(&["X"]);
    let words = "train --model benchmark --group D8 --params 4000 --epochs 1 --max-train 32 \
                 --max-test 16 --out run";
    let words: Vec<&str> = words.split_whitespace().collect();
    lab.run(&words).success().shows(&["D8: ", "regular fields"]);
    let config = lab.text("run/config.toml");
    for entry in [
        "augment = true",
        "exponential-tail",
        "kernels = \"steerable\"",
        "hidden = [64]",
    ] {
        assert!(config.contains(entry), "{entry} in {config}");
    }
    lab.run(&["train", "--model", "bench"])
        .refused(&["bench", "tutorial"]);
    lab.run(&["train", "tiny.toml", "--model", "p4"])
        .refused(&["--model"]);
    lab.run(&["train", "tiny.toml", "--task", "pose"])
        .refused(&["--task", "direction"]);
    lab.run(&["train", "--activation", "sin"])
        .refused(&["sin", "gated"]);
    lab.run(&["train", "--size", "20"])
        .refused(&["28 x 28", "20"]);
    let tutorial = lab
        .run(&["train", "--model", "tutorial", "--show-config"])
        .success();
    for entry in [
        "size = 29",
        "oversample = 3",
        "mask = true",
        "pool_kind = \"blur\"",
    ] {
        assert!(tutorial.stdout.contains(entry), "{entry}");
    }
}

#[test]
fn continuous_groups_train_and_pass_the_check() {
    let lab = Lab::new();
    for (group, activation) in [("SO2", "gated"), ("O2", "norm"), ("SO(2)", "fourier")] {
        let words = [
            "train",
            "--group",
            group,
            "--activation",
            activation,
            "--params",
            "3000",
            "--epochs",
            "1",
            "--max-train",
            "16",
            "--max-test",
            "16",
            "--out",
            group,
        ];
        lab.run(&words).success().shows(&["fields "]);
        lab.run(&["check", group]).success().shows(&["passed"]);
    }
}

const CNN: &str = r#"
[[layers]]
type = "conv"
channels = 16
kernel = 5
[[layers]]
type = "batch-norm"
[[layers]]
type = "relu"
[[layers]]
type = "max-pool"
size = 2
[[layers]]
type = "conv"
channels = 32
kernel = 3
bias = true
[[layers]]
type = "relu"
[[layers]]
type = "global-average-pool"
[[layers]]
type = "linear"
units = 10
"#;

#[test]
fn a_conventional_network_becomes_its_twin() {
    let lab = Lab::new();
    lab.write("cnn.toml", CNN);
    let run = lab.run(&["convert", "cnn.toml", "--group", "C8"]).success();
    // As it is described: one norm, and biases of the second convolution and of the dense layer.
    let plain = 16 * 25 + 32 + 16 * 32 * 9 + 32 + 32 * 10 + 10;
    for part in [
        plain.to_string().as_str(),
        "conventional",
        "twin with C8",
        "biases",
        "batch norm",
    ] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    lab.write("twin.toml", &run.stdout);
    let report = json(&lab.run(&["plan", "twin.toml", "--json"]).success().stdout);
    let twin = report["parameters"].as_u64().unwrap();
    assert!(
        twin <= plain as u64 && twin > plain as u64 * 9 / 10,
        "{twin} {plain}"
    );
    let words = [
        "train",
        "twin.toml",
        "--epochs",
        "1",
        "--max-train",
        "16",
        "--max-test",
        "8",
    ];
    lab.run(&[&words[..], &["--out", "run"]].concat())
        .success()
        .shows(&["C8"]);
    // The same description as JSON.
    let value: toml::Value = toml::from_str(CNN).unwrap();
    lab.write("cnn.json", serde_json::to_string(&value).unwrap());
    let from_json = lab.run(&["convert", "cnn.json", "--group", "C8"]).success();
    assert_eq!(from_json.stdout, run.stdout);
}

/// Of colour images too, which the library trains on: the digits of the program are grey.
#[test]
fn a_network_for_colours_has_a_twin() {
    let lab = Lab::new();
    lab.write("colour.toml", format!("channels = 3\n{CNN}"));
    let run = lab
        .run(&["convert", "colour.toml", "--group", "C4"])
        .success();
    let plain = 3 * 16 * 25 + 32 + 16 * 32 * 9 + 32 + 32 * 10 + 10;
    assert!(run.stderr.contains(&plain.to_string()), "{}", run.stderr);
    assert!(run.stdout.contains("channels = 3"), "{}", run.stdout);
    lab.write("twin.toml", &run.stdout);
    lab.run(&["plan", "twin.toml"]).success();
    lab.run(&["train", "twin.toml", "--epochs", "1"]).refused(&[
        "network.channels: 3",
        "grey",
        "use 1",
    ]);
    lab.write("none.toml", format!("channels = 0\n{CNN}"));
    lab.run(&["convert", "none.toml"])
        .refused(&["network.channels: 0", "1 to"]);
}

#[test]
fn networks_that_have_no_twin_are_refused() {
    let lab = Lab::new();
    let without_pool = CNN.replace("[[layers]]\ntype = \"global-average-pool\"\n", "");
    for (network, part) in [
        (CNN.replace("units = 10", "units = 7"), "7 units"),
        (CNN.replace("\"relu\"", "\"sine\""), "sine"),
        (CNN.replace("kernel = 3", "kernel = 30"), "kernel"),
        (CNN.replace("size = 2", "size = 40"), "40"),
        (CNN.replace("size = 2", "size = 0"), "layers#4"),
        (CNN.replace("channels = 16", "channels = 0"), "0 channels"),
        (CNN.replacen("\"relu\"", "\"elu\"", 1), "one kind"),
        (without_pool, "global-average-pool"),
        (String::from("layers = []"), "linear"),
        (
            format!("{CNN}[[layers]]\ntype = \"conv\"\nchannels = 2\nkernel = 1\n"),
            "can't follow",
        ),
        (
            format!("[[layers]]\ntype = \"batch-norm\"\n{CNN}"),
            "must follow",
        ),
        (String::from("layers = 3"), "layers"),
    ] {
        lab.write("bad.toml", network);
        lab.run(&["convert", "bad.toml"]).refused(&[part]);
    }
    lab.run(&["convert", "missing.toml"])
        .refused(&["missing.toml"]);
    lab.write("cnn.toml", CNN);
    lab.run(&["convert", "cnn.toml", "--group", "SO2"])
        .refused(&["SO(2)"]);
    lab.run(&["convert", "cnn.toml", "--params", "20"])
        .refused(&["too few"]);
}
