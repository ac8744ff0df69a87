//! What somebody who had the program for the first time has tried.

use serde_json::Value;

use crate::found::discs;
use crate::support::{Lab, Run, TINY};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
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

#[test]
fn turns_of_a_continuous_group_are_named_as_they_are_printed() {
    let lab = Lab::new();
    let words = "train --group SO2 --params 2000 --max-train 32 --max-test 16 --epochs 1 --out run";
    let words: Vec<&str> = words.split(' ').collect();
    lab.run(&words).success();
    let check = lab.run(&["check", "run", "--images", "2"]);
    assert!(check.stdout.contains("r(315°)"), "{check:#?}");
    for element in ["r(315°)", "r(315)", "r(-45)"] {
        let draw = ["draw", "features", "run", "--digit", "7", "--out", "f.svg"];
        lab.run(&[&draw[..], &["--element", element]].concat())
            .success()
            .shows(&["g = r(315°)"]);
    }
    let draw = ["draw", "features", "run", "--digit", "7", "--out", "f.svg"];
    lab.run(&[&draw[..], &["--element", "s"]].concat())
        .refused(&["`s`", "r(DEGREES)"]);
}

#[test]
fn files_of_other_endings_are_refused_before_anything_is_computed() {
    let lab = Lab::new();
    for (line, remedy) in [
        ("plan tiny.toml --picture x.txt", ".svg or .html"),
        ("compare nowhere --out x.txt", ".html"),
        (
            "intertwiners --group D4 --from regular --to E --out x.txt",
            ".svg",
        ),
        (
            "draw basis --group C4 --from trivial --to regular --out x.txt",
            ".svg",
        ),
        ("export nowhere --out x.txt", ".onnx"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        lab.run(&words).refused(&["x.txt", remedy]);
        assert!(!lab.path("x.txt").exists());
    }
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

/// A config of layers can be written without the source of the program.
#[test]
fn the_kinds_of_layers_are_listed_with_their_entries() {
    let lab = Lab::new();
    let list = lab.run(&["models", "--layers"]).success();
    let list = list.shows(&["layer = \"conv\"", "  kernel", "  (stride)", "fields"]);
    for mark in ["](", "::", "[`", "NormPool", "FieldDropout", "ImplicitConv"] {
        assert!(!list.stdout.contains(mark), "{mark}");
    }
    let all = json(&lab.run(&["models", "--layers", "--json"]).success().stdout);
    let kinds = schur_nn::network::kinds();
    assert_eq!(all.as_array().unwrap().len(), kinds.len());
    for (listed, kind) in all.as_array().unwrap().iter().zip(kinds) {
        assert_eq!(listed["layer"], kind.name);
        assert!(!listed["about"].as_str().unwrap().is_empty(), "{listed}");
        let entries = listed["entries"].as_array().unwrap();
        assert_eq!(entries.len(), kind.entries.len());
        assert!(entries.iter().all(|entry| entry["about"] != ""), "{listed}");
        // What a config file has, in its words and not in those of Rust.
        for (entry, source) in entries.iter().zip(kind.entries) {
            let words = entry["type"].as_str().unwrap();
            let rust = ["<", "usize", "f64", source.type_name];
            let is_rust = rust.iter().any(|word| words.contains(word));
            assert!(!words.is_empty() && !is_rust, "{listed}");
        }
    }
    for part in [
        "whole number: Kernel size",
        "\"max\" or \"average\"",
        "{ KIND = N } of a KIND nearest, ",
        "{ groups = N }, ",
        "Maxima over windows",
        "\"he\" or ",
    ] {
        assert!(list.stdout.contains(part), "{part}: {}", list.stdout);
    }
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

#[test]
fn what_is_frozen_is_said() {
    let lab = Lab::new();
    let words = ["train", "tiny.toml", "--freeze", "1-2", "--out", "run"];
    lab.run(&words)
        .success()
        .shows(&["frozen    2 of 8 layers (1-2), with 54 of "]);
}

#[test]
fn refusals_name_the_remedy_that_fits() {
    let lab = Lab::new();
    lab.run(&["train", "--size", "-5"])
        .refused(&["--size", "no whole number"]);
    let tall = image::GrayImage::new(33, 20_000);
    tall.save(lab.path("tall.png")).unwrap();
    lab.train("run");
    lab.run(&["predict", "run", "tall.png"])
        .refused(&["33 x 20000 pixels", "16384"]);
    lab.run(&["draw", "filters", "run", "--max", "0", "--out", "f.svg"])
        .refused(&["--max", "at least 1"]);
    lab.write("file", "in the way");
    lab.run(&["lab", "run", "laws", "--out", "file"])
        .refused(&["file", "choose another"]);
    lab.run(&["lab", "run", "laws", "--out", "file/below"])
        .refused(&["file/below", "choose another place"]);
    let huge = TINY.replace("batch = 16", "batch = 60000");
    let huge = huge
        .replace("max_train = 96", "max_train = 60000")
        .replace("pool = 4\n", "");
    lab.write("huge.toml", huge.replace("fields = 2", "fields = 200"));
    lab.run(&["train", "huge.toml", "--out", "huge"])
        .refused(&["GB", "17 GB", "train.batch"]);
}

/// Long values that are not understood fit the terminal too.
#[test]
fn a_command_line_that_is_not_understood_is_refused_in_lines_that_fit() {
    let lab = Lab::new();
    let words = ["models", "--group", "a group that nobody has ever heard of"];
    let mut command = lab.command(&words);
    let output = command.env("COLUMNS", "60").output().unwrap();
    let run = crate::support::Run::new(&words, output).refused(&["--group"]);
    assert!(run.stderr.lines().count() > 2);
    for line in run.stderr.lines() {
        assert!(line.chars().count() <= 60, "{line}");
    }
}

/// The metadata say what `predict` does.
#[test]
fn exported_digits_say_how_pictures_are_prepared() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&["export", "run", "--out", "net.safetensors"])
        .success()
        .shows(&["values above 0.2", "centre of mass", "0.2126 red"]);
    // Those of masks are scaled whole, and their masks go back onto them.
    let words =
        "train --task segmentation --params 3000 --max-train 8 --max-test 4 --epochs 1 --out masks";
    lab.run(&words.split(' ').collect::<Vec<_>>()).success();
    lab.run(&["export", "masks", "--out", "net.onnx"])
        .success()
        .shows(&[
            "resizing: bright ink on black",
            "the longer side resized to ",
            "linear between the centres of pixels where it grows; put in the middle of black",
            "a mask goes the same way back",
        ]);
}
