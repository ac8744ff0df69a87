//! `schur plan`.

use serde_json::Value;

use crate::support::{Lab, TINY};
use crate::tolerance;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_plan_shows_every_layer() {
    let lab = Lab::new();
    let plan = lab.run(&["plan", "tiny.toml"]).success();
    let plan = plan.shows(&["conv 5x5", "time", "dense", "global max pool", "products"]);
    let plan = plan.shows(&["cut into", "second-level"]);
    assert!(plan.stdout.contains("92.6%"), "{}", plan.stdout);
    let report = json(
        &lab.run(&["plan", "tiny.toml", "--json", "--batch", "3"])
            .success()
            .stdout,
    );
    let layers = report["layers"].as_array().unwrap();
    let shares: f64 = layers.iter().map(|l| l["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < tolerance::PROBABILITY);
    // 24 x 24 outputs of 8 channels from 25 taps of one channel.
    assert_eq!(layers[0]["products"], 24 * 24 * 8 * 25);
    assert_eq!(layers[0]["activation_bytes"], 3 * 24 * 24 * 8 * 4);
    lab.run(&["plan", "tiny.toml", "--batch", "999999999999999999"])
        .refused(&["--batch", "65536"]);
    lab.run(&["plan", "tiny.toml", "--batch", "0"])
        .refused(&["--batch"]);
    let words = [
        "plan",
        "tiny.toml",
        "--batch",
        "2",
        "--time",
        "--picture",
        "plan.svg",
    ];
    lab.run(&words)
        .success()
        .shows(&["Measured, batch 2", "of best"]);
    let picture = lab.text("plan.svg");
    assert!(picture.contains("% of the time") && picture.contains("conv 5x5"));
    lab.run(&["plan", "nothing.toml"])
        .refused(&["nothing.toml"]);
}

#[test]
fn runs_and_models_are_planned_with_memory_and_time() {
    let lab = Lab::new();
    lab.train("run");
    let of_config = lab.run(&["plan", "tiny.toml"]).success().stdout;
    assert_eq!(lab.run(&["plan", "run"]).success().stdout, of_config);
    lab.run(&["plan", "benchmark", "--group", "D4"])
        .success()
        .shows(&["D4: "]);
    lab.run(&["plan", "bench"]).refused(&["bench", "benchmark"]);
    // Memory is the sum of its parts, and an epoch of 96 images two steps of 64.
    let plan = lab.run(&["plan", "run", "--json", "--time"]).success();
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    let layers = plan["layers"].as_array().unwrap();
    let bytes =
        |key: &str| -> Vec<u64> { layers.iter().map(|l| l[key].as_u64().unwrap()).collect() };
    let memory = |key: &str| plan["memory"][key].as_u64().unwrap();
    assert_eq!(
        memory("activations"),
        bytes("activation_bytes").iter().sum::<u64>()
    );
    assert_eq!(
        memory("parameters"),
        4 * plan["parameters"].as_u64().unwrap()
    );
    assert_eq!(
        memory("total"),
        4 * memory("parameters")
            + memory("weights")
            + memory("activations")
            + 2 * bytes("activation_bytes").iter().max().unwrap()
    );
    assert_eq!((&plan["images"], &plan["steps"]), (&96.into(), &2.into()));
    let seconds = |key: &str| plan[key].as_f64().unwrap();
    assert!(seconds("step_seconds") > 0.0);
    let epoch = seconds("step_seconds") * 96.0 / 64.0;
    assert!((seconds("epoch_seconds") / epoch - 1.0).abs() < tolerance::PROBABILITY);
}

#[test]
fn networks_of_colours_are_planned_with_times() {
    let lab = Lab::new();
    lab.write(
        "colours.toml",
        TINY.replace("[network]", "[network]\nchannels = 3\nclasses = 4"),
    );
    let plan = lab.run(&["plan", "colours.toml", "--time", "--json"]);
    let plan = json(&plan.success().stdout);
    assert!(plan["step_seconds"].as_f64().unwrap() > 0.0, "{plan}");
}
