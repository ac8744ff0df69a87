//! Killed processes, two at once, full disks, damaged files.

use std::thread::sleep;
use std::time::Duration;

use crate::support::{Lab, Run, TINY};

/// Starts training and kills it (SIGKILL) after a while; returns whether it was still running.
fn train_and_kill(lab: &Lab, words: &[&str], milliseconds: u64) -> bool {
    let mut child = lab.command(words).spawn().expect("the program starts");
    sleep(Duration::from_millis(milliseconds));
    let running = child.try_wait().expect("the state of the child").is_none();
    // On Unix this is SIGKILL: the process gets no chance to tidy up.
    let _ = child.kill();
    child.wait().expect("the end of the child");
    running
}

/// Kills a run again and again, at moments that sweep over its start, its epochs and the
/// writing of its checkpoints, and resumes it every time.
#[test]
fn a_run_killed_at_any_moment_resumes_to_the_same_result() {
    let lab = Lab::new();
    // With everything that a run may remember: dropout counts its masks.
    let config = TINY.replace("batch = 16", "batch = 16\nl1 = 0.0001");
    let head = "group = \"C4\"\nhidden = [4]\ndropout = 0.25";
    lab.write("tiny.toml", config.replace("group = \"C4\"", head));
    let epochs = ["--epochs", "80"];
    let full: Vec<&str> = ["train", "tiny.toml", "--out", "whole"]
        .into_iter()
        .chain(epochs)
        .collect();
    lab.run(&full).success();

    let first: Vec<&str> = ["train", "tiny.toml", "--out", "killed"]
        .into_iter()
        .chain(epochs)
        .collect();
    let resume = ["train", "--resume", "killed"];
    let mut kills = 0;
    let mut milliseconds = 40;
    for round in 0..200 {
        let started = lab.path("killed/config.toml").exists();
        // Killed before its config was written there is nothing to resume: start again.
        if !started && lab.path("killed").exists() {
            std::fs::remove_dir_all(lab.path("killed")).unwrap();
        }
        let words = if started { &resume[..] } else { &first[..] };
        if !train_and_kill(&lab, words, milliseconds) {
            break;
        }
        kills += 1;
        // Odd steps against the length of an epoch, so that all phases are hit.
        milliseconds = 60 + (round * 37) % 190;
    }
    assert!(kills >= 5, "only {kills} kills before the run was done");
    lab.run(&resume).success();
    for name in [
        "metrics.csv",
        "metrics.jsonl",
        "summary.json",
        "best.safetensors",
        "config.toml",
        "model.json",
    ] {
        assert!(
            lab.read(&format!("whole/{name}")) == lab.read(&format!("killed/{name}")),
            "{name} differs after {kills} kills"
        );
    }
    assert_eq!(
        lab.files("whole"),
        lab.files("killed"),
        "nothing is left over"
    );
}

#[test]
fn two_processes_cannot_train_in_one_directory() {
    let lab = Lab::new();
    let mut child = lab
        .command(&["train", "tiny.toml", "--epochs", "10000", "--out", "run"])
        .spawn()
        .expect("the program starts");
    while !lab.path("run/last.safetensors").exists() {
        sleep(Duration::from_millis(5));
    }
    lab.run(&["train", "--resume", "run"])
        .refused(&["run", "another process"]);
    child.kill().expect("the child runs");
    child.wait().expect("the end of the child");
}

#[test]
fn resuming_a_finished_run_changes_nothing() {
    let lab = Lab::new();
    lab.train("run");
    let before = lab.read("run/summary.json");
    lab.run(&["train", "--resume", "run"])
        .success()
        .shows(&["after epoch 6 of 6"]);
    assert_eq!(before, lab.read("run/summary.json"));
}

#[test]
fn a_divergent_run_stops_with_the_epoch_and_keeps_the_last_good_checkpoint() {
    let lab = Lab::new();
    lab.run(&[
        "train",
        "tiny.toml",
        "--learning-rate",
        "1e6",
        "--out",
        "run",
    ])
    .refused(&[
        "the loss became",
        "in epoch 1",
        "--learning-rate",
        "no epoch was finished",
    ]);
    assert!(!lab.path("run/best.safetensors").exists());

    // Diverges later: the first epochs are good and are kept.
    lab.train("good");
    let config = lab.text("good/config.toml");
    let config = config
        .replace("learning_rate = 0.01", "learning_rate = 1e6")
        .replace("epochs = 6", "epochs = 12");
    lab.write("good/config.toml", config);
    let best = lab.read("good/best.safetensors");
    let last = lab.read("good/last.safetensors");
    lab.run(&["train", "--resume", "good"])
        .refused(&["the loss became", "in epoch 7", "are kept"]);
    assert!(best == lab.read("good/best.safetensors"));
    assert!(last == lab.read("good/last.safetensors"));
    lab.run(&["eval", "good"]).success();
}

#[test]
fn a_full_disk_is_an_error_and_leaves_no_half_file() {
    let lab = Lab::new();
    let train = |kib| files_up_to(&lab, kib, "train tiny.toml --out run");
    // Full from the start: known before anything is read.
    let run = train(3).refused(&["writing in run", "free space", "--out"]);
    assert_eq!(run.stdout, "");
    assert!(!lab.path("run").exists());
    // Full later.
    train(5).refused(&["writing", "safetensors"]);
    for name in lab.files("run") {
        assert!(!name.ends_with(".tmp"), "{name}");
    }
    assert!(!lab.path("run/last.safetensors").exists());
    // With space again the run goes on from what it has.
    lab.run(&["train", "--resume", "run"]).success();
}

/// Runs the program where no file may have more than some KiB: the shell limits the size, and
/// ignoring the signal turns the limit into an error of write(), as a full disk is.
fn files_up_to(lab: &Lab, kib: usize, words: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_schur");
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec {program} {words}");
    let output = crate::support::shell("bash")
        .args(["-c", &script])
        .current_dir(lab.path("."))
        .output()
        .expect("bash");
    Run::new(&[words], output)
}

/// Reading many images may take minutes, so the directory is tried before.
#[test]
fn an_output_directory_is_tried_before_data_are_read() {
    let lab = Lab::new();
    lab.write("file", "x");
    for (out, part) in [
        ("file", "not a directory"),
        ("file/below", "file/below"),
        ("/proc/schur", "/proc/schur"),
    ] {
        let words = ["train", "tiny.toml", "--data", "nowhere", "--out", out];
        let run = lab.run(&words).refused(&[part]);
        assert!(!run.stderr.contains("nowhere"), "{run:?}");
    }
    // Whatever is refused after that leaves no directory, of those above neither.
    std::fs::create_dir(lab.path("above")).unwrap();
    let words = ["train", "tiny.toml", "--data", "nowhere", "--out"];
    lab.run(&[&words[..], &["above/a/b/run"]].concat())
        .refused(&["nowhere"]);
    assert_eq!(std::fs::read_dir(lab.path("above")).unwrap().count(), 0);
    // A directory that was there stays.
    lab.run(&[&words[..], &["above"]].concat())
        .refused(&["nowhere"]);
    assert!(lab.path("above").is_dir());
    lab.run(&words[..4]).refused(&["nowhere"]);
    assert!(!lab.path("runs").exists());
}

#[test]
fn an_output_directory_that_cannot_be_used_is_refused() {
    let lab = Lab::new();
    lab.write("file", "x");
    let train = |out: &str| lab.run(&["train", "tiny.toml", "--out", out]);
    train("file").refused(&["file", "not a directory"]);
    train("file/below").refused(&["creating directory", "file/below"]);
    // Not writable even for root.
    train("/proc/schur").refused(&["creating directory", "/proc/schur"]);
    std::fs::create_dir(lab.path("full")).unwrap();
    lab.write("full/thesis.txt", "x");
    train("full").refused(&["not empty", "another directory"]);
    assert_eq!(lab.files("full"), ["thesis.txt"]);
    // What a process leaves that was killed while it wrote its config.
    std::fs::create_dir(lab.path("dead")).unwrap();
    lab.write("dead/.schur-7-0.tmp", "ep");
    train("dead").success();
    train("dead").refused(&["--resume dead"]);
}

#[test]
fn a_run_is_not_continued_with_another_seed_or_other_data() {
    let lab = Lab::new();
    lab.train("run");
    let config = lab.text("run/config.toml");
    let change = |from: &str, to: &str| {
        assert!(config.contains(from), "{from}");
        lab.write("run/config.toml", config.replace(from, to));
    };
    change("seed = 3", "seed = 4");
    lab.run(&["train", "--resume", "run"])
        .refused(&["seed differs"]);
    lab.run(&["eval", "run"]).refused(&["seed differs"]);
    change("max_train = 96", "max_train = 95");
    lab.run(&["train", "--resume", "run"])
        .refused(&["[data] differs"]);
    change("seed = 3", "seed = 3\nparams = 999");
    lab.run(&["train", "--resume", "run"]).refused(&["params"]);
    lab.write("run/config.toml", &config);

    // The best checkpoint of another epoch or of nowhere.
    std::fs::copy(
        lab.path("run/last.safetensors"),
        lab.path("kept.safetensors"),
    )
    .unwrap();
    std::fs::remove_file(lab.path("run/last.safetensors")).unwrap();
    lab.run(&["train", "--resume", "run"])
        .refused(&["last.safetensors is lost"]);
    std::fs::rename(
        lab.path("kept.safetensors"),
        lab.path("run/last.safetensors"),
    )
    .unwrap();
    std::fs::remove_file(lab.path("run/best.safetensors")).unwrap();
    lab.run(&["train", "--resume", "run"])
        .refused(&["best.safetensors is lost"]);
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let lab = Lab::new();
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let status = lab
        .command(&["group", "C4", "--json"])
        .stdout(full())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
    // Where even the error can't be written, the exit code still tells.
    let status = lab
        .command(&["group", "X"])
        .stderr(full())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(2));
}

#[test]
fn damaged_and_foreign_checkpoints_are_refused_by_name() {
    let lab = Lab::new();
    lab.train("run");
    let best = lab.read("run/best.safetensors");
    let eval = || lab.run(&["eval", "run"]);

    lab.write("run/best.safetensors", &best[..best.len() - 7]);
    eval().refused(&["best.safetensors", "truncated or damaged"]);
    let mut flipped = best.clone();
    *flipped.last_mut().unwrap() ^= 1;
    lab.write("run/best.safetensors", flipped);
    eval().refused(&["checksum"]);
    lab.write("run/best.safetensors", "");
    eval().refused(&["truncated or damaged"]);
    std::fs::remove_file(lab.path("run/best.safetensors")).unwrap();
    eval().refused(&["best.safetensors is lost"]);

    // A checkpoint of another group.
    lab.run(&[
        "train",
        "tiny.toml",
        "--group",
        "D4",
        "--epochs",
        "1",
        "--out",
        "other",
    ])
    .success();
    std::fs::copy(
        lab.path("other/best.safetensors"),
        lab.path("run/best.safetensors"),
    )
    .unwrap();
    eval().refused(&["another model", "D4", "C4"]);
    std::fs::copy(
        lab.path("other/last.safetensors"),
        lab.path("run/last.safetensors"),
    )
    .unwrap();
    lab.run(&["train", "--resume", "run"])
        .refused(&["another model"]);
    let model = lab.read("run/model.json");
    lab.run(&["train", "--resume", "run"])
        .refused(&["another model"]);
    assert!(
        model == lab.read("run/model.json"),
        "a refusal changed the run"
    );
    lab.run(&["train", "--resume", "nowhere"])
        .refused(&["nowhere", "no run directory"]);
}

#[test]
fn a_diverged_run_keeps_its_reason() {
    let lab = Lab::new();
    let words = [
        "train",
        "tiny.toml",
        "--learning-rate",
        "1e6",
        "--out",
        "run",
    ];
    lab.run(&words)
        .refused(&["for example 0.01", "no epoch was finished"]);
    lab.run(&["eval", "run"])
        .refused(&["no trained network: the loss became", "for example 0.01"]);
}
