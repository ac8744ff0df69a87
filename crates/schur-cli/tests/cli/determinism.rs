//! One seed gives one result.

use crate::support::{Lab, TINY};

/// What the seed determines, bit for bit.
const DETERMINED: [&str; 4] = [
    "metrics.csv",
    "metrics.jsonl",
    "summary.json",
    "best.safetensors",
];

#[test]
fn the_number_of_threads_does_not_matter() {
    let lab = Lab::new();
    for threads in ["1", "2", "3"] {
        let status = lab
            .command(&["train", "tiny.toml", "--out", threads])
            .env("RAYON_NUM_THREADS", threads)
            .status()
            .unwrap();
        assert!(status.success());
    }
    for name in DETERMINED {
        let one = lab.read(&format!("1/{name}"));
        assert!(
            one == lab.read(&format!("2/{name}")),
            "{name} with 2 threads"
        );
        assert!(
            one == lab.read(&format!("3/{name}")),
            "{name} with 3 threads"
        );
    }
}

#[test]
fn the_seed_does_matter() {
    let lab = Lab::new();
    lab.train("a");
    lab.run(&["train", "tiny.toml", "--seed", "4", "--out", "b"])
        .success();
    assert_ne!(lab.text("a/metrics.csv"), lab.text("b/metrics.csv"));
}

#[test]
fn augmentation_and_upright_training_are_different_experiments() {
    let lab = Lab::new();
    lab.train("rotated");
    let mut all = vec![lab.text("rotated/metrics.csv")];
    for flags in [
        vec!["--augment"],
        vec!["--upright"],
        vec!["--upright", "--augment"],
    ] {
        let out = flags.concat().replace("--", "");
        let mut words = vec!["train", "tiny.toml", "--out", out.as_str()];
        words.extend(flags);
        lab.run(&words).success();
        all.push(lab.text(&format!("{out}/metrics.csv")));
    }
    all.sort();
    all.dedup();
    assert!(all.len() >= 3, "at least three different trainings");
}

#[test]
fn dropout_and_penalties_are_different_experiments() {
    let lab = Lab::new();
    let mut all = Vec::new();
    for (name, old, new) in [
        ("plain", "", ""),
        ("dropout", "group =", "dropout = 0.25\ngroup ="),
        ("l1", "batch =", "l1 = 0.01\nbatch ="),
    ] {
        lab.write(
            "tiny.toml",
            if old.is_empty() {
                TINY.to_string()
            } else {
                TINY.replace(old, new)
            },
        );
        lab.train(name);
        all.push(lab.text(&format!("{name}/metrics.csv")));
        // Entries at their default are not written.
        let config = lab.text(&format!("{name}/config.toml"));
        for word in ["dropout", "l1"] {
            assert_eq!(config.contains(word), name == word, "{config}");
        }
    }
    assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
}

#[test]
fn the_resolved_config_repeats_the_run() {
    let lab = Lab::new();
    lab.run(&[
        "train",
        "tiny.toml",
        "--params",
        "900",
        "--group",
        "d4",
        "--out",
        "a",
    ])
    .success();
    lab.run(&["train", "a/config.toml", "--out", "b"]).success();
    for name in DETERMINED {
        assert!(
            lab.read(&format!("a/{name}")) == lab.read(&format!("b/{name}")),
            "{name}"
        );
    }
}
