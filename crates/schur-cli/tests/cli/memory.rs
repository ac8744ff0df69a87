//! `schur train --memory`.

use crate::support::Lab;
use crate::volumes::made::{SOLID, solids};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

/// A step within a budget of memory, in pieces that the run keeps.
#[test]
fn memory_of_a_step_is_what_is_asked_for() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID);
    solids(&lab, "solids/train", 12, "nii.gz");
    solids(&lab, "solids/test", 4, "nii.gz");
    let words = |budget| {
        [
            "train",
            "solid.toml",
            "--data",
            "solids",
            "--memory",
            budget,
        ]
    };
    lab.run(&words("much")).refused(&["--memory", "500MB"]);
    lab.run(&words("-1GB"))
        .refused(&["-1GB", "--memory", "500MB"]);
    lab.run(&words("1kB"))
        .refused(&["--memory", "one image at a time", "--params", "1.0 kB"]);
    lab.run(&[&words("1TB")[..], &["--out", "whole"]].concat())
        .success()
        .shows(&["memory    a step takes about "]);
    assert!(!lab.text("whole/config.toml").contains("pieces"));
    let plan = json(
        &lab.run(&["plan", "whole", "--json", "--batch", "8"])
            .success()
            .stdout,
    );
    let total = plan["memory"]["total"].as_u64().unwrap();
    // Less than a step of eight takes, so that one of 16 has three pieces or more.
    let budget = (total - 1).to_string();
    lab.run(&[&words(&budget)[..], &["--batch", "16", "--out", "cut"]].concat())
        .success()
        .shows(&["in pieces of ", "of its 16 images; norms see a piece"]);
    let config = lab.text("cut/config.toml");
    assert!(config.contains("pieces = 3"), "{config}");
    lab.run(&["train", "--resume", "cut", "--epochs", "16"])
        .success();
}
