//! What a newcomer asks of trainings that can't be had, and what is said instead.

use crate::support::Lab;

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
