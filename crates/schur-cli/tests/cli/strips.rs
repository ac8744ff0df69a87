//! Digits on a Möbius strip.

use crate::commands::digit_png;
use crate::support::Lab;

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

/// A small network on the strip, whose pool needs shifts by two columns.
const STRIP: &str = r#"
[data]
strip = "moebius"
shifted = true
max_train = 60
max_validation = 20
max_test = 30

[train]
epochs = 1
batch = 20
schedule = "halving"

[network]
group = "D1@0"
domain = "moebius"

[[network.blocks]]
fields = "2 regular + 1 trivial"
kernel = 5
padding = 2
pool = 2

[[network.blocks]]
fields = 4
kernel = 3
padding = 1
"#;

#[test]
fn every_command_knows_a_network_on_a_strip() {
    let lab = Lab::new();
    lab.write("strip.toml", STRIP);
    lab.run(&["train", "strip.toml", "--out", "run"])
        .success()
        .shows(&[
            "on a Möbius strip",
            "(each shifted along the strip)",
            "worst shift",
        ]);
    let summary = json(&lab.text("run/summary.json"));
    // All shifts up to two turns; without pools in the way the network would not see them at all.
    let shifts = summary["shift_accuracy"].as_array().expect("shifts");
    assert_eq!(shifts.len(), 56);
    let accuracy = |shift: usize| shifts[shift][1].as_f64().unwrap();
    for shift in (0..56).step_by(2) {
        assert_eq!(accuracy(shift), accuracy(0), "shift {shift}");
    }
    assert!(lab.files("run/plots").contains(&"shift.svg".to_string()));
    lab.run(&["eval", "run", "--last"]).success().shows(&[
        "shifted test images",
        "shift  accuracy of 30 images",
        "   55 ",
    ]);
    lab.run(&["check", "run", "--images", "2"])
        .success()
        .shows(&[
            "28 shifts along the strip by multiples of 2 columns",
            "exact: of where the strip is cut the network sees at most how windows of pools lie; by 1 column: ",
            "all 2 elements of D1@0",
        ]);
    let check = json(
        &lab.run(&["check", "run", "--images", "2", "--json"])
            .success()
            .stdout,
    );
    assert_eq!(check["shifts"]["step"], 2);
    // A pool of two columns notices a shift by one.
    assert!(check["shifts"]["between"].as_f64().unwrap() > crate::tolerance::NOT_EXACT);
    digit_png(&lab, 28, false, "digit.png");
    lab.run(&["predict", "run", "digit.png"]).success();
    lab.run(&["predict", "run", "digit.png", "--rotate-sweep"])
        .refused(&["sees them on a strip", "schur eval"]);
    lab.run(&["plan", "run"]).success().shows(&["D1@0"]);
    lab.run(&["export", "run", "--out", "strip.onnx"]).success();
    lab.run(&["check", "run", "--out", "plots"])
        .refused(&["--out", "images"]);
}

#[test]
fn the_task_chooses_network_data_and_recipe() {
    let lab = Lab::new();
    let config = |words: &[&str]| {
        let mut all = vec!["train", "--show-config"];
        all.extend(words);
        lab.run(&all).success().stdout
    };
    let regular = config(&["--task", "moebius"]);
    for entry in [
        "group = \"D1@0\"",
        "domain = \"moebius\"",
        "strip = \"moebius\"",
        "schedule = \"halving\"",
        "epochs = 20",
        "batch = 128",
        "learning_rate = 0.005",
    ] {
        assert!(regular.contains(entry), "{entry} in {regular}");
    }
    assert!(!regular.contains("shifted"), "{regular}");
    assert!(config(&["--task", "moebius", "--shifted"]).contains("shifted = true"));
    let plain = config(&["--task", "moebius", "--group", "C1"]);
    assert!(
        plain.contains("domain = \"moebius_untransported\""),
        "{plain}"
    );
    let mixed = config(&["--model", "moebius-mixed"]);
    assert!(mixed.contains("layer = \"labelled\""), "{mixed}");
    lab.run(&["models", "--group", "D1@0"]).success().shows(&[
        "moebius-regular    classification     751914",
        "left out  moebius-cnn, moebius-cnn-small: none for D1@0; use C1",
    ]);
    lab.run(&["train", "--model", "moebius-regular", "--group", "C8"])
        .refused(&["moebius-regular", "D1@0"]);
    lab.run(&["train", "--task", "moebius", "--group", "D4"])
        .refused(&["D1@0"]);
    lab.run(&["train", "--shifted"])
        .refused(&["data.shifted", "data.strip"]);
    lab.run(&["train", "--task", "moebius", "--upright"])
        .refused(&["data.upright", "strip"]);
    lab.write("flat.toml", STRIP.replace("domain = \"moebius\"", ""));
    lab.run(&["train", "flat.toml"])
        .refused(&["data.strip", "network.domain"]);
}
