//! Sweeps: one config with several groups and seeds, also over what is there already.

use crate::run_words::photos;
use crate::support::{Lab, Run, TINY};

/// Two epochs of the tiny network into `sweep`, with the groups that `more` begins with.
fn sweep(lab: &Lab, more: &[&str]) -> Run {
    let words = "sweep tiny.toml --epochs 2 --out sweep --groups";
    let words: Vec<&str> = words.split(' ').chain(more.iter().copied()).collect();
    lab.run(&words)
}

#[test]
fn a_sweep_trains_what_is_missing_and_ends_in_a_comparison() {
    let lab = Lab::new();
    let dry = sweep(&lab, &["C1,C4", "--seeds", "0..2", "--dry-run"]).success();
    dry.shows(&["to train", "sweep/C4-seed1", "4 of 4 runs are left"]);
    assert!(!lab.path("sweep").exists(), "a dry run writes nothing");
    sweep(&lab, &["C4", "--seeds", "0..2"])
        .success()
        .shows(&["run 2 of 2", "page: sweep/index.html"]);
    let first = lab.read("sweep/C4-seed0/last.safetensors");
    // One was interrupted after its training.
    std::fs::remove_file(lab.path("sweep/C4-seed1/report.html")).unwrap();
    sweep(&lab, &["C1,C4", "--seeds", "0..2", "--dry-run"])
        .success()
        .shows(&[
            "finished      sweep/C4-seed0",
            "interrupted   sweep/C4-seed1",
            "3 of 4",
        ]);
    let all = sweep(&lab, &["C1,C4", "--seeds", "0..2"]).success();
    all.shows(&["run 3 of 3", "C1", "C4", "deviation"]);
    assert!(
        lab.read("sweep/C4-seed0/last.safetensors") == first,
        "it is not trained again"
    );
    assert!(lab.text("sweep/index.html").contains("C1-seed1"));
    // The runs are those of `train`.
    lab.run(&[
        "train",
        "tiny.toml",
        "--epochs",
        "2",
        "--group",
        "C1",
        "--seed",
        "1",
        "--out",
        "one",
    ])
    .success();
    assert!(lab.read("one/best.safetensors") == lab.read("sweep/C1-seed1/best.safetensors"));
    lab.run(&["sweep", "tiny.toml", "--epochs", "3", "--out", "sweep"])
        .refused(&["sweep", "another config", "--out"]);
    sweep(&lab, &["C1", "--seeds", "x"]).refused(&["--seeds", "0..4"]);
}

#[test]
fn a_sweep_compares_runs_that_are_there_entry_by_entry() {
    let lab = Lab::new();
    let train = |more: &[&str]| {
        let words = [
            "train",
            "tiny.toml",
            "--seed",
            "0",
            "--out",
            "sweep/C4-seed0",
        ];
        lab.run(&[&words[..], more].concat()).success();
    };
    train(&["--epochs", "1"]);
    for more in [&["--seeds", "0..2"][..], &["--seeds", "0..2", "--dry-run"]] {
        sweep(&lab, &[&["C4"][..], more].concat()).refused(&[
            "sweep/C4-seed0: a run with another config is in it",
            "train.epochs: 1 there, 2 here",
            "--out",
        ]);
        assert!(!lab.path("sweep/C4-seed1").exists() && !lab.path("sweep/sweep.toml").exists());
    }
    std::fs::remove_dir_all(lab.path("sweep")).unwrap();
    train(&["--epochs", "2", "--group", "C2"]);
    sweep(&lab, &["C4", "--seeds", "0"]).refused(&["network.group: C2 there, C4 here"]);
    std::fs::remove_dir_all(lab.path("sweep")).unwrap();
    // With a budget the run keeps widths; a run of the same words is taken.
    lab.write("tiny.toml", &TINY[..TINY.find("[[").unwrap()]);
    let budget = ["--params", "2000"];
    train(&[&["--epochs", "2"][..], &budget].concat());
    let taken = sweep(&lab, &[&["C4", "--seeds", "0..2"][..], &budget].concat()).success();
    taken.shows(&["run 1 of 1: sweep/C4-seed1"]);
    std::fs::remove_file(lab.path("sweep/sweep.toml")).unwrap();
    sweep(&lab, &["C4", "--seeds", "0", "--params", "5000"]).refused(&["network.blocks: "]);
    // Images of one's own have a size also where none is asked for.
    std::fs::remove_dir_all(lab.path("sweep")).unwrap();
    lab.write("tiny.toml", TINY);
    photos(&lab, "photos", 5);
    let data = ["--data", "photos"];
    train(&[&["--epochs", "2", "--size", "20"][..], &data].concat());
    let own = [&["C4", "--seeds", "0"][..], &data].concat();
    sweep(&lab, &own).refused(&["data.size: 20 there, 28 here"]);
    std::fs::remove_dir_all(lab.path("sweep")).unwrap();
    train(&[&["--epochs", "2"][..], &data].concat());
    let taken = sweep(&lab, &[&own[..], &["--dry-run"]].concat()).success();
    taken.shows(&["0 of 1 run is left"]);
}

#[test]
fn a_sweep_finds_a_foreign_directory_before_it_trains() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("sweep/C4-seed1")).unwrap();
    lab.write("sweep/C4-seed1/notes.txt", "mine");
    let seeds = ["C4", "--seeds", "0..2"];
    sweep(&lab, &seeds).refused(&[
        "--out sweep: it has C4-seed1",
        "nothing that `schur sweep` has made",
    ]);
    lab.train("sweep/C4-seed7");
    sweep(&lab, &seeds).refused(&["sweep/C4-seed1: it is not empty"]);
    assert!(!lab.path("sweep/C4-seed0").exists());
    assert_eq!(lab.text("sweep/C4-seed1/notes.txt"), "mine");
}

/// The runs of a config and a sweep of it have directories of their own, without being asked.
#[test]
fn a_sweep_of_a_config_lies_beside_its_run() {
    let lab = Lab::new();
    lab.train("runs/tiny");
    let sweep = ["sweep", "tiny.toml", "--seeds", "0", "--dry-run"];
    lab.run(&sweep)
        .success()
        .shows(&["runs/tiny-sweep/C4-seed0"]);
    lab.run(&[&sweep[..], &["--out", "runs/tiny"]].concat())
        .refused(&["nothing that `schur sweep` has made"]);
}

#[test]
fn a_sweep_with_another_config_says_what_differs() {
    let lab = Lab::new();
    let sweep = ["sweep", "tiny.toml", "--seeds", "0", "--out", "sweep"];
    lab.run(&[&sweep[..], &["--epochs", "1"]].concat())
        .success();
    lab.run(&[&sweep[..], &["--epochs", "2"]].concat())
        .refused(&["train.epochs: 1 there, 2 here", "--out"]);
}
