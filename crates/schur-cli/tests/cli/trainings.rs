//! Trainings at the edges: odd arguments, moved data, ties, nothing to learn.

use crate::support::{Lab, Run, TINY};

/// A folder of discs, two classes.
pub(crate) fn discs(lab: &Lab, folder: &str) {
    for (class, brightness) in [("dark", 60), ("light", 230)] {
        std::fs::create_dir_all(lab.path(&format!("{folder}/{class}"))).unwrap();
        for i in 0..15_u32 {
            let picture = image::GrayImage::from_fn(16, 16, |x, y| {
                let (x, y) = (x as f32 - 7.5, y as f32 - 7.5 - (i % 3) as f32);
                let inside = x * x + y * y < 16.0 + i as f32;
                image::Luma([if inside { brightness } else { 100 + i as u8 }])
            });
            let path = lab.path(&format!("{folder}/{class}/{i:02}.png"));
            picture.save(path).unwrap();
        }
    }
}

const DISCS: &str = "seed = 1\n[train]\nepochs = 3\nbatch = 8\n[network]\ngroup = \"C4\"\n\
                     [[network.blocks]]\nfields = 2\nkernel = 5\n";

#[test]
fn every_seed_that_is_admitted_is_trained_and_read_again() {
    let lab = Lab::new();
    for seed in [
        "0",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
    ] {
        let out = format!("run{seed}");
        let words = [
            "train",
            "tiny.toml",
            "--epochs",
            "1",
            "--seed",
            seed,
            "--out",
            &out,
        ];
        lab.run(&words).success();
        lab.run(&["eval", &out]).success();
        lab.run(&["train", "--resume", &out]).success();
        let shown = lab.run(&["train", &format!("{out}/config.toml"), "--show-config"]);
        assert_eq!(
            shown.success().stdout,
            lab.text(&format!("{out}/config.toml"))
        );
    }
    let over = ["train", "tiny.toml", "--seed", "18446744073709551616"];
    lab.run(&over).refused(&["--seed"]);
    lab.write("minus.toml", TINY.replace("seed = 3", "seed = -3"));
    lab.run(&["train", "minus.toml"])
        .refused(&["seed: -3 is negative"]);
}

/// The largest values that the options take, and the odd ones: each is refused before anything is
/// made, or can be read again.
#[test]
fn what_can_not_be_kept_is_refused_before_a_directory_is_made() {
    let lab = Lab::new();
    let huge = "18446744073709551615";
    for option in [
        "--max-train",
        "--max-test",
        "--size",
        "--epochs",
        "--batch",
        "--patience",
        "--params",
    ] {
        lab.run(&["train", "tiny.toml", option, huge, "--out", "run"])
            .refused(&["out of range"]);
        assert!(!lab.path("run").exists(), "{option}");
    }
    for rate in ["1e-320", "0.1", "5e-324"] {
        let words = [
            "train",
            "tiny.toml",
            "--learning-rate",
            rate,
            "--show-config",
        ];
        let shown = lab.run(&words).success().stdout;
        lab.write("again.toml", &shown);
        let again = lab.run(&["train", "again.toml", "--show-config"]);
        assert_eq!(again.success().stdout, shown);
    }
    lab.run(&["train", "tiny.toml", "--learning-rate", "NaN"])
        .refused(&["learning_rate"]);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_is_refused_by_its_name_before_images_are_read() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let lab = Lab::new();
    let name = OsStr::from_bytes(b"r\xe9sum");
    let words = [OsStr::new("train"), OsStr::new("--data"), name];
    let output = lab.command(&words).output().unwrap();
    let run = Run::new(&["train --data r?sum"], output).refused(&["--data", "sum", "no Unicode"]);
    assert!(!run.stderr.contains("No such file"), "{run:?}");
    assert!(!lab.path("runs").exists());
}

#[test]
fn options_that_stand_twice_are_refused() {
    let lab = Lab::new();
    for words in [
        &["train", "--seed", "1", "--seed", "2"][..],
        &["train", "--augment", "--augment"],
        &["group", "C4", "--json", "--json"],
        &["models", "--group", "C4", "--group", "C8"],
        &["data", "show", "x", "--size", "3", "--size", "4"],
    ] {
        lab.run(words).refused(&["cannot be used multiple times"]);
    }
}

#[test]
fn a_run_needs_no_training_images() {
    let lab = Lab::new();
    discs(&lab, "discs");
    lab.write("discs.toml", DISCS);
    lab.run(&["train", "discs.toml", "--data", "discs", "--out", "run"])
        .success();
    let before = lab.run(&["eval", "run", "--json"]).success().stdout;
    let check = lab.run(&["check", "run"]).success().stdout;
    lab.run(&["export", "run", "--out", "net.safetensors"])
        .success();
    // The order of texts in the header of the file is none, so that networks are compared.
    let graph = |name: &str| schur_nn::export::Graph::load(&lab.path(name)).unwrap();
    let net = graph("net.safetensors");

    std::fs::rename(lab.path("discs"), lab.path("elsewhere")).unwrap();
    assert_eq!(lab.run(&["check", "run"]).success().stdout, check);
    lab.run(&["export", "run", "--out", "net.safetensors"])
        .success();
    assert!(net == graph("net.safetensors"));
    lab.run(&["predict", "run", "elsewhere/dark/00.png"])
        .success();
    lab.run(&["check", "run", "--data", "elsewhere"]).success();
    lab.run(&["eval", "run"])
        .refused(&["discs", "--data says where"]);

    // The same images in another place are the same data: by an option, or in the config.
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let moved = lab.run(&["eval", "run", "--data", "elsewhere", "--json"]);
    let moved = json(&moved.success().stdout);
    assert_eq!(moved["accuracy"], json(&before)["accuracy"]);
    assert_eq!(moved["images"], json(&before)["images"]);
    let config = lab.text("run/config.toml");
    lab.write("run/config.toml", config.replace("discs\"", "elsewhere\""));
    let mended = json(&lab.run(&["eval", "run", "--json"]).success().stdout);
    assert_eq!(mended["accuracy"], moved["accuracy"]);
    lab.run(&["train", "--resume", "run"]).success();

    // Other images there are other data, and those that were seen are known without them.
    discs(&lab, "more");
    let bright = image::GrayImage::from_pixel(16, 16, image::Luma([250]));
    bright.save(lab.path("more/light/new.png")).unwrap();
    std::fs::remove_dir_all(lab.path("elsewhere")).unwrap();
    let more = lab.run(&["eval", "run", "--data", "more"]).success();
    more.shows(&["7 images", "left out: 24"]);
    std::fs::rename(lab.path("more"), lab.path("elsewhere")).unwrap();
    lab.run(&["eval", "run"]).refused(&["have changed"]);
    lab.run(&["train", "--resume", "run"])
        .refused(&["data have changed"]);

    // An older run has neither samples nor digests: images are made.
    std::fs::remove_dir_all(lab.path("elsewhere")).unwrap();
    std::fs::remove_file(lab.path("run/samples.png")).unwrap();
    lab.run(&["check", "run"]).success();
    lab.run(&["export", "run", "--out", "made.safetensors"])
        .success();
    assert!(net == graph("made.safetensors"));
}

#[test]
fn equal_accuracy_keeps_the_epoch_with_the_smaller_loss() {
    let lab = Lab::new();
    discs(&lab, "discs");
    lab.write("discs.toml", DISCS.replace("epochs = 3", "epochs = 12"));
    lab.run(&["train", "discs.toml", "--data", "discs", "--out", "run"])
        .success();
    let metrics = lab.text("run/metrics.csv");
    let rows: Vec<Vec<f64>> = metrics
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|word| word.parse().unwrap()).collect())
        .collect();
    let highest = rows.iter().map(|row| row[5]).fold(0.0, f64::max);
    let tied: Vec<&Vec<f64>> = rows.iter().filter(|row| row[5] == highest).collect();
    assert!(tied.len() > 1, "no tie: {metrics}");
    let best = tied.iter().min_by(|a, b| a[4].total_cmp(&b[4])).unwrap();
    assert!(best[0] > tied[0][0], "the first is the best: {metrics}");
    let summary: serde_json::Value = serde_json::from_str(&lab.text("run/summary.json")).unwrap();
    assert_eq!(summary["best_epoch"].as_f64(), Some(best[0]));
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
fn a_network_of_which_nothing_learns_is_refused() {
    let lab = Lab::new();
    let plan = lab.run(&["plan", "tiny.toml", "--json"]).success();
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    let layers = plan["layers"].as_array().unwrap();
    let all = format!("1-{}", layers.len());
    let words = ["train", "tiny.toml", "--out", "run", "--freeze"];
    lab.run(&[&words[..], &[&all]].concat())
        .refused(&[&all, "nothing is left to learn"]);
    assert!(!lab.path("run").exists());
    // The last that has parameters learns alone.
    let last = (layers.iter()).rposition(|layer| layer["parameters"] != 0);
    let others = format!("1-{}", last.unwrap());
    lab.run(&[&words[..], &[&others]].concat())
        .success()
        .shows(&["frozen"]);
}

#[test]
fn words_that_are_no_config_are_taken_for_what_they_are() {
    let lab = Lab::new();
    let export = "data export digits --max-train 40 --max-test 10";
    lab.run(&export.split(' ').collect::<Vec<_>>()).success();
    lab.run(&["train", "digits"])
        .refused(&["no config file", "--data digits", "--resume digits"]);
    lab.run(&["train", "--augment", "D4"])
        .refused(&["--augment=D4"]);
    lab.run(&["train", "tiny.toml", "--learning-rate", "0,01"])
        .refused(&["--learning-rate", "0,01", "write for example 0.01"]);
    lab.run(&["train", "tiny.toml", "--epochs", "1.5"])
        .refused(&["--epochs", "1.5", "no whole number"]);
    for task in ["sphere", "moebius"] {
        lab.run(&["train", "--task", task, "--data", "digits"])
            .refused(&["images of your own", "IDX"]);
    }
}

#[test]
fn what_a_directory_has_of_a_run_is_said() {
    let lab = Lab::new();
    lab.train("run");
    lab.run(&["train", "--resume", "run"])
        .success()
        .shows(&["of 6: finished, and measured again", "--epochs N trains on"]);
    let config = lab.text("run/config.toml");
    std::fs::create_dir(lab.path("begun")).unwrap();
    lab.write("begun/config.toml", config);
    lab.run(&["train", "tiny.toml", "--out", "begun"])
        .refused(&["finished no epoch", "delete the directory"]);

    // A directory of runs, and files beside them.
    std::fs::create_dir(lab.path("all")).unwrap();
    std::fs::rename(lab.path("run"), lab.path("all/run")).unwrap();
    lab.write("all/index.html", "");
    let whole = lab.run(&["compare", "all"]).success();
    let named = lab.run(&["compare", "all/run", "all/index.html"]).success();
    assert_eq!(whole.stdout, named.stdout);
    assert!(whole.stdout.contains("all/run"), "{whole:?}");
    lab.run(&["compare", "all/index.html"])
        .refused(&["all/index.html", "no run directory"]);
    std::fs::create_dir(lab.path("empty")).unwrap();
    lab.run(&["compare", "empty"])
        .refused(&["empty", "no run directory"]);
}

/// How networks of other groups were trained is said too, and data of the training alone are no other test.
#[test]
fn what_differs_in_training_is_said_whatever_the_group() {
    let lab = Lab::new();
    let one = |words: &[&str]| {
        let words = [&["train", "tiny.toml", "--epochs", "1"], words].concat();
        lab.run(&words).success()
    };
    one(&["--out", "plain"]);
    one(&["--group", "C1", "--augment", "--out", "moved"]);
    let compared = lab.run(&["compare", "plain", "moved"]).success();
    let compared = compared.shows(&["C4, not augmented", "C1, augmented"]);
    assert!(!compared.stdout.contains("different data"), "{compared:?}");
    one(&["--max-train", "50", "--upright", "--out", "few"]);
    let compared = lab.run(&["compare", "plain", "few"]).success();
    assert!(!compared.stdout.contains("different data"), "{compared:?}");
    one(&["--max-test", "20", "--out", "other"]);
    lab.run(&["compare", "plain", "other"])
        .success()
        .shows(&["different data (data.max_test: "]);
    one(&["--freeze", "1-2", "--out", "frozen"])
        .shows(&["stay as they are drawn at random", "--from"]);
}
