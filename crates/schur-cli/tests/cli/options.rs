//! What is asked for and can't be had is refused, and not passed over.

use crate::own_images::{TRAIN, discs};
use crate::own_targets::made::{COMMAND, cells, config, json};
use crate::support::{Lab, TINY};
use crate::volumes::made::{SOLID, solids};

/// The tiny config for one epoch.
fn short() -> String {
    TINY.replace("epochs = 6", "epochs = 1")
}

#[test]
fn options_that_a_plan_of_a_run_has_no_use_for_are_refused() {
    let lab = Lab::new();
    lab.write("tiny.toml", short());
    lab.train("run");
    for [option, value] in [
        ["--group", "D4"],
        ["--task", "pose"],
        ["--data", "digits"],
        ["--columns", "tip"],
        ["--size", "40"],
        ["--max-train", "3"],
    ] {
        lab.run(&["plan", "run", option, value]).refused(&[
            option,
            "the run run has its data and its network",
            "config.toml",
        ]);
    }
    lab.run(&["plan", "run/config.toml", "--max-train", "3"])
        .success()
        .shows(&["An epoch has 3 images, 1 step"]);
    // How images are moved costs nothing, so that it is no option.
    let help = lab.run(&["plan", "--help"]).success();
    for option in [
        "--augment",
        "--upright",
        "--rotated",
        "--shifted",
        "--chunk",
    ] {
        assert!(!help.stdout.contains(option), "{option}");
        lab.run(&["plan", "tiny.toml", option]).refused(&[option]);
    }
}

#[test]
fn angles_are_refused_where_something_else_is_measured() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID.replace("epochs = 15", "epochs = 1"));
    solids(&lab, "solids", 8, "npy");
    lab.run(&["train", "solid.toml", "--data", "solids", "--out", "run"])
        .success();
    lab.run(&["eval", "run", "--angles", "5"]).refused(&[
        "--angles 5",
        "symmetries of the cube",
        "leave it out",
    ]);
    let none = lab
        .run(&["eval", "run", "--angles", "0", "--json"])
        .success();
    let none = json(&none.stdout);
    assert_eq!((none.get("elements"), none.get("random")), (None, None));
    let all = lab.run(&["eval", "run", "--json"]).success();
    assert_eq!(json(&all.stdout)["elements"].as_array().unwrap().len(), 24);
    let words = "train --task segmentation --max-train 8 --max-test 4 --epochs 1 --out masks";
    lab.run(&words.split(' ').collect::<Vec<_>>()).success();
    lab.run(&["eval", "masks", "--angles", "8"])
        .refused(&["--angles 8", "quarters"]);
}

#[test]
fn degrees_of_finite_groups_and_irreps_without_a_subgroup_are_refused() {
    let lab = Lab::new();
    for more in [&[][..], &["--restrict", "C4"], &["--tensor", "E1", "E1"]] {
        let words = [&["group", "D4", "--band", "3"], more].concat();
        lab.run(&words).refused(&["--band", "infinite groups"]);
    }
    lab.run(&["group", "D4", "--tensor", "E1", "E1", "--irrep", "A1"])
        .refused(&["--irrep", "--restrict"]);
    lab.run(&["group", "SO(3)", "--restrict", "O", "--band", "2"])
        .success();
}

#[test]
fn a_sweep_tries_data_and_networks_before_it_trains_and_before_it_counts() {
    let lab = Lab::new();
    lab.write("tiny.toml", short());
    let sweep = |more: &[&str]| {
        let words = [
            &["sweep", "tiny.toml", "--seeds", "0", "--out", "all"],
            more,
        ]
        .concat();
        lab.run(&[&words[..], &["--dry-run"]].concat());
        let run = lab.run(&words);
        let dry = lab.run(&[&words[..], &["--dry-run"]].concat());
        assert!(!lab.path("all").exists(), "{run:?}");
        [run, dry]
    };
    for run in sweep(&["--groups", "C4,O"]) {
        run.refused(&["group O: ", "a group of the plane"]);
    }
    for run in sweep(&["--groups", "C1,C16", "--params", "80"]) {
        run.refused(&["group C16: ", "params: 80 is too few"]);
    }
    for run in sweep(&["--data", "nowhere"]) {
        run.refused(&["nowhere", "cannot be read"]);
    }
}

#[test]
fn data_to_test_on_that_are_not_there_or_of_another_kind_are_told_apart() {
    let lab = Lab::new();
    lab.write("tiny.toml", short());
    discs(&lab, "discs", 8, 1);
    lab.run(&TRAIN).success();
    lab.run(&["eval", "run", "--data", "nowhere"])
        .refused(&["nowhere: cannot be read", "check the path"]);
    lab.train("digits");
    lab.run(&["eval", "digits", "--data", "discs"]).refused(&[
        "discs: it has folders",
        "trained on digits",
        "schur predict",
    ]);
    lab.write(
        "net.toml",
        config("C4", "2", "").replace("epochs = 30", "epochs = 1"),
    );
    cells(&lab, "cells", 30);
    std::fs::remove_dir_all(lab.path("cells/deep")).unwrap();
    let words = ["train", "tiny.toml", "--data", "cells", "--out", "table"];
    lab.run(&words)
        .refused(&["24 images", "its table targets.csv", "--task regression"]);
}

#[test]
fn rows_far_out_are_named_in_a_test_too() {
    let lab = Lab::new();
    lab.write(
        "net.toml",
        config("C4", "2", "").replace("epochs = 30", "epochs = 1"),
    );
    cells(&lab, "cells", 40);
    lab.run(&COMMAND).success();
    cells(&lab, "others", 60);
    let clean = lab.run(&["eval", "run", "--data", "others"]).success();
    assert!(!clean.stdout.contains("far out"), "{clean:?}");
    let table = lab.text("others/targets.csv");
    let mut lines: Vec<String> = table.lines().map(str::to_string).collect();
    // Two rows of images that the network has not seen, and one that it was trained on or not.
    for line in [50, 55] {
        let cells: Vec<&str> = lines[line - 1].split(',').collect();
        lines[line - 1] = [cells[0], "1e6", cells[2], cells[3]].join(",");
    }
    lab.write("others/targets.csv", lines.join("\n"));
    lab.run(&["eval", "run", "--data", "others"])
        .success()
        .shows(&[
            "far out   others/targets.csv, line 50: `radius` of ",
            "others/targets.csv, line 55: `radius`",
            "(test) is 1000000, ",
        ]);
    let found = lab
        .run(&["eval", "run", "--data", "others", "--json"])
        .success();
    let found = json(&found.stdout);
    assert_eq!(found["far_out"].as_array().unwrap().len(), 2, "{found}");
    assert_eq!(found["far_out"][0]["line"], 50);
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
