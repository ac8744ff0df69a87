//! Training on, starting from a trained network, and several runs together.

use serde_json::Value;

use crate::support::{Lab, Run};
use crate::tolerance;
use crate::trainings::discs;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The numbers of a column of `metrics.csv`.
fn column(lab: &Lab, run: &str, index: usize) -> Vec<f64> {
    let text = lab.text(&format!("{run}/metrics.csv"));
    let rows = text.lines().skip(1);
    rows.map(|row| row.split(',').nth(index).unwrap().parse().unwrap())
        .collect()
}

#[test]
fn a_finished_run_trains_on_and_its_config_repeats_it() {
    let lab = Lab::new();
    lab.train("run");
    let six = lab.text("run/metrics.csv");
    lab.run(&["train", "--resume", "run", "--epochs", "9"])
        .success()
        .shows(&["after epoch 6 of 9", "results in run"]);
    let nine = lab.text("run/metrics.csv");
    assert!(nine.starts_with(&six), "the first epochs stay");
    assert_eq!(nine.lines().count(), 1 + 9);
    assert_eq!(json(&lab.text("run/summary.json"))["epochs"], 9);
    // The schedule begins anew: the first rate of three epochs is higher than the last of six.
    let rates = column(&lab, "run", 1);
    assert!(rates[6] > rates[5] && rates[8] < rates[6], "{rates:?}");
    assert!(lab.text("run/config.toml").contains("earlier = [[6, 6]]"));
    lab.run(&["train", "run/config.toml", "--out", "again"])
        .success();
    assert_eq!(lab.text("again/metrics.csv"), nine);
    // Accuracies and losses of the test images, to the bit.
    assert_eq!(lab.text("again/summary.json"), lab.text("run/summary.json"));
    // Once more, and not back.
    lab.run(&["train", "--resume", "run", "--epochs", "10"])
        .success();
    assert!(
        lab.text("run/config.toml")
            .contains("earlier = [[6, 6], [9, 3]]")
    );
    for epochs in ["10", "3"] {
        lab.run(&["train", "--resume", "run", "--epochs", epochs])
            .refused(&["--epochs", "10 epochs already"]);
    }
}

#[test]
fn a_training_starts_from_a_trained_network() {
    let lab = Lab::new();
    lab.train("run");
    let fresh = column(&lab, "run", 2)[0];
    lab.run(&["train", "--from", "run", "--seed", "8", "--out", "same"])
        .success()
        .shows(&["from      ", "run: 12 of 12 tensors"]);
    let on = column(&lab, "same", 2)[0];
    assert!(
        on < fresh,
        "the first loss is lower than that of first weights: {on} {fresh}"
    );
    assert!(lab.read("same/start.safetensors") == lab.read("run/best.safetensors"));
    // Its config gives the same run, also if it is resumed before the first epoch.
    lab.run(&["train", "same/config.toml", "--out", "again"])
        .success();
    assert_eq!(lab.text("again/metrics.csv"), lab.text("same/metrics.csv"));

    // Other classes: the last layer is new, and said so.
    crate::own_images::discs(&lab, "colours", 8, 1);
    lab.run(&[
        "train", "--from", "run", "--data", "colours", "--size", "28", "--epochs", "1", "--out",
        "three",
    ])
    .success()
    .shows(&["with first values: ", "(weight)"]);
    lab.write(
        "other.toml",
        crate::support::TINY.replace("fields = 2", "fields = 5"),
    );
    lab.run(&["train", "--from", "nowhere", "--out", "x"])
        .refused(&["nowhere", "no run directory"]);
}

#[test]
fn frozen_layers_keep_every_bit() {
    let lab = Lab::new();
    lab.train("run");
    let words = ["--from", "run", "--epochs", "2", "--seed", "1"];
    lab.run(
        &[
            &["train"][..],
            &words,
            &["--freeze", "1-3", "--out", "frozen"],
        ]
        .concat(),
    )
    .success();
    // Also when it is interrupted and goes on.
    lab.run(&["train", "--resume", "frozen", "--epochs", "4"])
        .success();
    let tensors = |run: &str| -> Vec<(String, Vec<u8>)> {
        let bytes = lab.read(&format!("{run}/best.safetensors"));
        let size = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let head = json(std::str::from_utf8(&bytes[8..8 + size]).unwrap());
        let all = head.as_object().unwrap().iter();
        all.filter(|(name, _)| name.starts_with("model."))
            .map(|(name, about)| {
                let place = |i: usize| about["data_offsets"][i].as_u64().unwrap() as usize;
                let part = bytes[8 + size..][place(0)..place(1)].to_vec();
                (name.clone(), part)
            })
            .collect()
    };
    let (old, new) = (tensors("run"), tensors("frozen"));
    let mut kept = 0;
    let mut changed = 0;
    for ((name, before), (_, after)) in old.iter().zip(&new) {
        let layer: usize = name.split('.').nth(2).unwrap().parse().unwrap();
        if layer < 3 {
            assert!(before == after, "{name} has changed");
            kept += 1;
        } else {
            changed += usize::from(before != after);
        }
    }
    assert!(kept >= 4 && changed >= 2, "{kept} {changed}");
    lab.run(&["train", "tiny.toml", "--freeze", "99", "--out", "x"])
        .refused(&["train.freeze", "`99`", "layers 1 to"]);
}

#[test]
fn runs_are_compared_by_kind_with_mean_and_deviation() {
    let lab = Lab::new();
    for (group, seed) in [("C1", "0"), ("C4", "0"), ("C4", "1"), ("C4", "2")] {
        let out = format!("{group}-{seed}");
        lab.run(&[
            "train",
            "tiny.toml",
            "--group",
            group,
            "--seed",
            seed,
            "--out",
            &out,
        ])
        .success();
    }
    let words = [
        "compare", "C1-0", "C4-0", "C4-1", "C4-2", "--out", "all.html",
    ];
    lab.run(&words).success().shows(&["C4-2", "deviation"]);
    let found = json(
        &lab.run(&[&words[..5], &["--json"]].concat())
            .success()
            .stdout,
    );
    let errors: Vec<f64> = (0..3)
        .map(|seed| {
            let summary = json(&lab.text(&format!("C4-{seed}/summary.json")));
            100.0 * (1.0 - summary["test_accuracy"].as_f64().unwrap())
        })
        .collect();
    let mean = errors.iter().sum::<f64>() / 3.0;
    let variance = errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 2.0;
    let groups = found["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2, "{found:#}");
    let c4 = groups.iter().find(|g| g["label"] == "C4").unwrap();
    let near = |key: &str, value: f64| {
        let found = c4[key].as_f64().unwrap();
        assert!(
            (found - value).abs() < tolerance::PROBABILITY,
            "{key}: {found} {value}"
        );
    };
    near("error", mean);
    near("deviation", variance.sqrt());
    assert_eq!(
        (&c4["runs"], &c4["parameters"]),
        (&3.into(), &found["runs"][1]["parameters"])
    );
    // One run has no deviation.
    let c1 = groups.iter().find(|g| g["label"] == "C1").unwrap();
    assert!(c1["deviation"].is_null() && c1["error"].is_number(), "{c1}");
    let page = lab.text("all.html");
    assert_eq!(page.matches("<svg").count(), 4);
    assert!(page.contains(&format!("{mean:.2}")) && !page.contains("http"));

    lab.run(&[
        "train",
        "--task",
        "pose",
        "--max-train",
        "32",
        "--max-test",
        "16",
        "--epochs",
        "1",
        "--params",
        "3000",
        "--out",
        "pose",
    ])
    .success();
    lab.run(&["compare", "C1-0", "pose"])
        .refused(&["C1-0", "classification", "pose", "one task"]);
    lab.run(&["compare", "C1-0", "nowhere"])
        .refused(&["nowhere"]);
}

const DISCS: &str = "seed = 1\n[train]\nepochs = 2\nbatch = 8\n[network]\ngroup = \"C4\"\n\
                     [[network.blocks]]\nfields = 2\nkernel = 5\n";

#[test]
fn a_refused_resume_changes_nothing_and_moved_images_are_found() {
    let lab = Lab::new();
    discs(&lab, "discs");
    lab.write("discs.toml", DISCS);
    lab.run(&["train", "discs.toml", "--data", "discs", "--out", "a run"])
        .success()
        .shows(&["schur train --resume 'a run'"]);
    let config = lab.text("a run/config.toml");
    std::fs::rename(lab.path("discs"), lab.path("elsewhere")).unwrap();
    let on = ["train", "--resume", "a run", "--epochs", "4"];
    lab.run(&on)
        .refused(&["discs", "schur train --resume 'a run' --data DIR"]);
    assert_eq!(lab.text("a run/config.toml"), config);
    // Other images are other data: refused, and nothing is written either.
    discs(&lab, "more");
    std::fs::remove_file(lab.path("more/light/03.png")).unwrap();
    lab.run(&[&on[..], &["--data", "more"]].concat())
        .refused(&["data have changed"]);
    assert_eq!(lab.text("a run/config.toml"), config);
    lab.run(&[&on[..], &["--data", "elsewhere"]].concat())
        .success()
        .shows(&["after epoch 2 of 4"]);
    let changed = lab.text("a run/config.toml");
    for part in ["elsewhere\"", "epochs = 4", "earlier = [[2, 2]]"] {
        assert!(changed.contains(part), "{part} in {changed}");
    }
    // From here on it is found without the option.
    lab.run(&["train", "--resume", "a run", "--epochs", "5"])
        .success();
}

#[test]
fn what_cannot_be_compared_is_said_and_a_run_counts_once() {
    let lab = Lab::new();
    let train = |more: &[&str], out: &str| {
        let words = [&["train", "tiny.toml", "--epochs", "1", "--out", out], more].concat();
        lab.run(&words).success();
    };
    train(&[], "plain");
    train(&[], "again");
    train(&["--seed", "4"], "other");
    train(&["--upright"], "upright");
    let words = ["compare", "plain", "./plain", "again", "other", "upright"];
    let all = json(
        &lab.run(&[&words[..], &["--json"]].concat())
            .success()
            .stdout,
    );
    assert_eq!(all["runs"].as_array().unwrap().len(), 3, "{all:#}");
    let labels: Vec<&str> = (all["groups"].as_array().unwrap().iter())
        .map(|group| group["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["C4, not upright", "C4, upright"]);
    assert_eq!(all["groups"][0]["runs"], 2);
    let notes = all["notes"].to_string();
    for part in [
        "./plain was named twice",
        "again has the config and the seed of plain",
    ] {
        assert!(notes.contains(part), "{part} in {notes}");
    }
    // All are tested on the same turned digits, but not on fewer.
    assert!(!notes.contains("different data"), "{notes}");
    train(&["--max-test", "20"], "few");
    lab.run(&["compare", "plain", "few", "--out", "all.html"])
        .success()
        .shows(&[
            "note: the runs have different data",
            "data.max_test: ",
            "do not measure the same",
        ]);
    assert!(lab.text("all.html").contains("Note: the runs have"));
    // A network that was handed on has no times.
    std::fs::remove_file(lab.path("plain/timing.csv")).unwrap();
    lab.run(&["compare", "plain", "other"]).success();
    // Entries are words, and a long label goes on below.
    lab.run(&["train", "--resume", "other", "--epochs", "2"])
        .success();
    let words = ["compare", "plain", "other", "upright"];
    let run = lab.run(&words).success();
    run.shows(&[
        "C4, not upright, 1 epoch ",
        "C4, not upright, trained on after epoch 1, 2 epochs ",
    ]);
    let narrow = lab.command(&words).env("COLUMNS", "80").output().unwrap();
    let narrow = Run::new(&words, narrow).success();
    assert!(!narrow.stdout.contains('…'), "{}", narrow.stdout);
    narrow.shows(&[
        "C4, not upright, trained ",
        "\n  on after epoch 1, 2\n  epochs\n",
    ]);
}
