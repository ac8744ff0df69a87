//! What is said of data, numbers and runs is so.

use crate::own_images::{TRAIN, discs};
use crate::support::{Lab, Run, TINY};
use crate::volumes::made::{SOLID, npy, solids};

fn short() -> String {
    TINY.replace("epochs = 6", "epochs = 1")
}

/// In a terminal of so many columns.
fn wide(lab: &Lab, words: &[&str], columns: &str) -> Run {
    let mut command = lab.command(words);
    Run::new(words, command.env("COLUMNS", columns).output().unwrap())
}

#[test]
fn all_files_that_are_no_images_are_named_with_those_that_can_not_be_read() {
    let lab = Lab::new();
    discs(&lab, "discs", 8, 1);
    lab.write("discs/red/notes.txt", "");
    lab.run(&["data", "show", "discs"])
        .refused(&["discs/red/notes.txt: no PNG or JPEG image"]);
    lab.write("discs/blue/old.gif", "");
    for name in ["red/07", "green/03", "blue/05"] {
        lab.write(&format!("discs/{name}.png"), "");
    }
    let run = lab.run(&["data", "show", "discs"]).refused(&[
        "5 files or folders can't be used",
        "discs/red/notes.txt: ",
        "discs/blue/old.gif: ",
    ]);
    let places = ["blue/05.png", "green/03.png", "red/07.png"].map(|name| run.stderr.find(name));
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{run:?}"
    );
    // A training names the first alone.
    let run = lab.run(&TRAIN).refused(&["by its ending"]);
    assert_eq!(run.stderr.matches("by its ending").count(), 1, "{run:?}");
}

#[test]
fn images_and_channels_of_one_value_are_named() {
    let lab = Lab::new();
    lab.write("tiny.toml", short());
    discs(&lab, "discs", 10, 1);
    let clean = lab.run(&["data", "show", "discs"]).success();
    assert!(!clean.stdout.contains("note "), "{clean:?}");
    // 7 of each are for training: one of these, and all green ones.
    let plain = |name: &str, colour: [u8; 3]| {
        let image = image::RgbImage::from_pixel(16, 16, image::Rgb(colour));
        image.save(lab.path(&format!("discs/{name}.png"))).unwrap();
    };
    (0..10).for_each(|i| plain(&format!("green/{i:02}"), [7, 200, i]));
    let note = [
        "note      7 of the 21 training images (",
        "discs/green/01.png is the first) and 2 of the 6 test images (",
        "is the first) have one value in all pixels of a channel",
    ];
    lab.run(&["data", "show", "discs"]).success().shows(&note);
    lab.run(&TRAIN).success().shows(&note);
    for (colour, red) in [("red", 9), ("blue", 8)] {
        (0..10).for_each(|i| plain(&format!("{colour}/{i:02}"), [red, 0, 200 + i]));
    }
    let all = lab.run(&["data", "show", "discs"]).success();
    assert!(!all.stdout.contains("its deviation is 0"), "{all:?}");
    for colour in ["red", "green", "blue"] {
        (0..10).for_each(|i| plain(&format!("{colour}/{i:02}"), [9, i, 9]));
    }
    lab.run(&["data", "show", "discs"]).success().shows(&[
        "channel 1, 3 has the same value in all pixels",
        "its deviation is 0",
    ]);
}

#[test]
fn classes_of_digits_without_training_images_are_named() {
    let lab = Lab::new();
    lab.write("tiny.toml", short());
    let words = ["train", "tiny.toml", "--max-train", "4", "--out", "run"];
    lab.run(&words)
        .success()
        .shows(&["note      no training image of "]);
    let run = lab.train("all");
    assert!(!run.stdout.contains("no training image"), "{run:?}");
}

#[test]
fn numbers_that_are_too_large_for_32_bits_and_voxels_for_a_volume_are_named_as_such() {
    let lab = Lab::new();
    solids(&lab, "solids", 8, "npy");
    lab.run(&["data", "show", "solids", "--spacing", "100"])
        .refused(&[
            "voxels of 100 mm leave one slice of 1 x 1",
            "smaller --spacing",
        ]);
    lab.run(&["data", "show", "solids", "--size", "1"])
        .refused(&["slices a size of 1 leaves one", "larger --size"]);
    let shape = "(2, 2, 2)";
    let numbers: Vec<u8> = (0..8).flat_map(|_| 1e200_f64.to_le_bytes()).collect();
    lab.write("solids/ball/0.npy", npy("<f8", shape, &numbers));
    let shown = ["data", "show", "solids", "--size", "4"];
    lab.run(&shown)
        .refused(&["ball/0.npy", "is inf", "in 32 bits", "above 3.4e38"]);
    let numbers: Vec<u8> = (0..8).flat_map(|_| f64::NAN.to_le_bytes()).collect();
    lab.write("solids/ball/0.npy", npy("<f8", shape, &numbers));
    let run = lab
        .run(&shown)
        .refused(&["ball/0.npy", "is NaN", "nan_to_num"]);
    assert!(!run.stderr.contains("3.4e38"), "{run:?}");
}

#[test]
fn volumes_of_other_channels_are_told_from_those_of_another_size() {
    let lab = Lab::new();
    lab.write("solid.toml", SOLID.replace("epochs = 15", "epochs = 1"));
    solids(&lab, "solids", 8, "npy");
    lab.run(&["train", "solid.toml", "--data", "solids", "--out", "run"])
        .success();
    lab.write("two.npy", npy("|u1", "(2, 9, 9, 9)", &[5; 2 * 729]));
    lab.run(&["predict", "run", "two.npy"])
        .refused(&["as many channels"]);
    lab.write("small.npy", npy("|u1", "(8, 8, 8)", &[5; 512]));
    lab.run(&["predict", "run", "small.npy"])
        .refused(&["--size"]);
    // Sizes of volumes have three numbers wherever they stand.
    for words in [&["check", "run"][..], &["plan", "run"]] {
        let run = lab.run(words).success();
        assert!(
            run.stdout.contains(" 1x1x1 ") && !run.stdout.contains(" 1x1 "),
            "{run:?}"
        );
    }
}

#[test]
fn a_run_that_is_measured_again_keeps_its_command() {
    let lab = Lab::new();
    lab.write("tiny.toml", short());
    let head = "images/s";
    lab.train("run").shows(&[head]);
    let first = "schur train tiny.toml --out run";
    assert_eq!(lab.text("run/commands.txt"), format!("{first}\n"));
    let again = lab.run(&["train", "--resume", "run"]).success();
    assert!(!again.stdout.contains(head), "{again:?}");
    let page = lab.text("run/report.html");
    assert!(page.contains(first) && !page.contains("--resume"));
    lab.run(&["train", "--resume", "run", "--epochs", "2"])
        .success()
        .shows(&[head]);
    let then = "schur train --resume run --epochs 2";
    assert_eq!(lab.text("run/commands.txt"), format!("{first}\n{then}\n"));
    let page = lab.text("run/report.html");
    assert!(page.contains(&format!("{first}; then {then}")));
}

#[test]
fn numbers_are_refused_in_words_of_people() {
    let lab = Lab::new();
    for [option, value] in [["--seed", "-1"], ["--epochs", "many"], ["--size", "1.5"]] {
        lab.run(&["train", "tiny.toml", option, value]).refused(&[
            option,
            value,
            "no whole number from 0 on",
        ]);
    }
    lab.run(&["train", "tiny.toml", "--learning-rate", "fast"])
        .refused(&["--learning-rate", "no number; write for example 0.01"]);
    // Nothing else that holds these words is changed.
    lab.run(&["eval", "invalid digit found in string"])
        .refused(&["invalid digit found in string"]);
}

#[test]
fn usage_and_tables_fit_the_terminal() {
    let lab = Lab::new();
    for words in [["draw", "basis"], ["intertwiners", "--json"]] {
        for (columns, most) in [("80", 80), ("60", 60), ("0", 80)] {
            let help = wide(&lab, &[&words[..], &["--help"]].concat(), columns).success();
            let usage = help.stdout.split("Usage: ").nth(1).unwrap();
            let usage: Vec<&str> = usage.lines().take_while(|line| !line.is_empty()).collect();
            assert!(
                usage.len() > 1 && usage.concat().contains("--to"),
                "{usage:?}"
            );
            assert!(
                usage.iter().all(|line| line.chars().count() <= most),
                "{usage:?}"
            );
        }
    }
    // A row of a table is a line.
    let plan = wide(&lab, &["plan", "u-net"], "80").success();
    let table = plan.stdout.split("\n\n").nth(1).unwrap();
    let rows: Vec<&str> = table.lines().collect();
    assert!(rows.len() > 10 && rows.iter().all(|row| row.chars().count() <= 80));
    assert!(
        rows.iter().skip(1).all(|row| !row.starts_with(' ')),
        "{table}"
    );
    // What is broken off goes on below the second column, whatever the name.
    let models = wide(&lab, &["models", "--group", "C1"], "80").success();
    let (table, left_out) = models.stdout.split_once("left out").unwrap();
    let second = table.find("task").unwrap();
    let broken = table.lines().filter(|line| line.starts_with(' '));
    let indents: Vec<usize> = broken
        .map(|line| line.len() - line.trim_start().len())
        .collect();
    assert!(
        !indents.is_empty() && indents.iter().all(|&i| i == second),
        "{table}"
    );
    assert!(
        left_out.contains("octahedral, se3: none for C1; use a group of space"),
        "{left_out}"
    );
}

#[test]
fn directories_that_hold_no_run_are_named_as_such() {
    let lab = Lab::new();
    std::fs::create_dir(lab.path("empty")).unwrap();
    lab.train("run");
    lab.run(&["compare", "run", "empty"])
        .refused(&["empty: no run directory, and there is none in it"]);
}

#[test]
fn a_test_of_a_run_that_is_not_finished_says_so() {
    let lab = Lab::new();
    lab.write("tiny.toml", short());
    lab.train("run");
    let whole = lab.run(&["eval", "run", "--angles", "0"]).success();
    assert!(!whole.stdout.contains("not finished"), "{whole:?}");
    std::fs::remove_file(lab.path("run/summary.json")).unwrap();
    lab.run(&["eval", "run", "--angles", "0"])
        .success()
        .shows(&["note      the run is not finished; `schur train --resume run` goes on"]);
}

#[test]
fn pictures_say_what_is_in_them_or_why_there_are_none() {
    let lab = Lab::new();
    lab.write("tiny.toml", short());
    lab.train("run");
    lab.run(&[
        "draw", "features", "run", "--index", "99999", "--out", "a.svg",
    ])
    .refused(&["--index 99999 is none", "0 to 4999"]);
    lab.run(&["draw", "mesh", "icosphere", "--out", "mesh.svg"])
        .success()
        .shows(&["icosphere with 162 vertices: frames", "drawn in mesh.svg"]);
}
