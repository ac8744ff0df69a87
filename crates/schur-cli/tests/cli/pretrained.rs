//! The trained network of the repository: files of this format version stay readable, and what
//! they compute stays.

use std::path::Path;

use crate::support::Lab;

/// The run directory.
fn digits() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = crates.join("../../pretrained/digits-C8");
    run.to_str().unwrap().to_string()
}

#[test]
fn it_knows_rotated_digits() {
    let lab = Lab::new();
    let run = digits();
    let said = lab.run(&["eval", &run, "--max-test", "200", "--json"]);
    let said: serde_json::Value = serde_json::from_str(&said.success().stdout).unwrap();
    let recorded = std::fs::read_to_string(Path::new(&run).join("summary.json")).unwrap();
    let recorded: serde_json::Value = serde_json::from_str(&recorded).unwrap();
    assert_eq!(said["images"], 200);
    assert_eq!(said["parameters"], recorded["parameters"]);
    // Four more wrong of 200 than the share of all 5,000 says.
    let of = |value: &serde_json::Value| value.as_f64().unwrap();
    assert!(
        of(&said["accuracy"]) > of(&recorded["test_accuracy"]) - 0.02,
        "{said}"
    );
    lab.run(&["check", &run]).success().shows(&["passed"]);
    // It is complete for everything but training on.
    lab.run(&["train", "--resume", &run])
        .refused(&["last.safetensors"]);
}
