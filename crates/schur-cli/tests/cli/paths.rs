//! The same training by every path of the engine.

use crate::support::{Lab, TINY};
use crate::tolerance;

/// The losses of all epochs, of training and validation.
fn losses(lab: &Lab, run: &str) -> Vec<f64> {
    let text = lab.text(&format!("{run}/metrics.csv"));
    let columns = text.lines().skip(1).flat_map(|line| {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        [cells[2], cells[4]]
    });
    columns.collect()
}

#[test]
fn every_path_learns_the_same() {
    let lab = Lab::new();
    for (group, paths) in [
        ("C4", &["dense", "lattice"][..]),
        ("C8", &["dense", "lattice", "band"]),
    ] {
        let train = |path: &str| {
            let out = format!("{group}-{path}");
            let words = [
                "train",
                "tiny.toml",
                "--group",
                group,
                "--path",
                path,
                "--out",
                &out,
            ];
            (lab.run(&words).success(), losses(&lab, &out))
        };
        let (run, auto) = train("auto");
        assert!(!run.stdout.contains("path  "), "{run:?}");
        assert!(
            !lab.text(&format!("{group}-auto/config.toml"))
                .contains("path")
        );
        let mut different = 0;
        for path in paths {
            let (run, found) = train(path);
            run.shows(&["path      ", " of 3 convolutions"]);
            assert!(
                lab.text(&format!("{group}-{path}/config.toml"))
                    .contains(path)
            );
            for (found, expected) in found.iter().zip(&auto) {
                let error = (found - expected).abs() / expected;
                assert!(
                    error < tolerance::LOSS,
                    "{group} {path}: {found} {expected}"
                );
            }
            different += usize::from(found != auto);
        }
        assert!(
            different > 0,
            "{group}: every path rounds alike, so there is only one"
        );
        // And what is trained on one path is used on it.
        let words = ["eval", &format!("{group}-{}", paths[1]), "--json"];
        lab.run(&words).success();
    }
}

#[test]
fn plans_show_the_path_and_what_has_none_is_refused() {
    let lab = Lab::new();
    lab.write("c8.toml", TINY.replace("C4", "C8"));
    for (path, words) in [
        ("dense", "path: dense"),
        ("lattice", "path: lattice"),
        ("band", "path: band"),
    ] {
        lab.run(&["plan", "c8.toml", "--path", path])
            .success()
            .shows(&[words]);
    }
    lab.run(&["train", "tiny.toml", "--path", "band", "--out", "run"])
        .refused(&["--path", "band limit"]);
    lab.run(&["train", "tiny.toml", "--path", "fast"])
        .refused(&["fast", "lattice"]);
    assert!(!lab.path("run").exists());
}

/// A training in bf16 says so, keeps so, and is used so; `--precision` of later commands prevails.
#[test]
fn products_of_bf16_train_and_answer() {
    let lab = Lab::new();
    let train = |precision: &str| {
        let words = [
            "train",
            "tiny.toml",
            "--precision",
            precision,
            "--out",
            precision,
        ];
        (lab.run(&words).success(), losses(&lab, precision))
    };
    let (run, single) = train("f32");
    assert!(!run.stdout.contains("products"), "{run:?}");
    assert!(!lab.text("f32/config.toml").contains("precision"));
    let (run, half) = train("bf16");
    run.shows(&["products  of bf16, with sums in f32"]);
    assert!(
        lab.text("bf16/config.toml")
            .contains("precision = \"bf16\"")
    );
    assert!(half != single, "bf16 was not used");
    for (half, single) in half.iter().zip(&single) {
        let error = (half - single).abs() / single;
        assert!(error < tolerance::LOSS_BF16, "{half} {single}");
    }
    let loss = |words: &[&str]| {
        let run = lab.run(&[&["eval", "bf16", "--json", "--angles", "0"], words].concat());
        let answer: serde_json::Value = serde_json::from_str(&run.success().stdout).unwrap();
        answer["loss"].as_f64().unwrap()
    };
    let own = loss(&[]);
    assert_eq!(own, loss(&["--precision", "bf16"]));
    assert_ne!(own, loss(&["--precision", "f32"]));
    let said = |words: &[&str]| {
        lab.run(&[&["eval"], words].concat())
            .success()
            .stdout
            .clone()
    };
    assert!(said(&["bf16"]).contains("products  of bf16"));
    assert!(!said(&["bf16", "--precision", "f32"]).contains("products"));
    assert!(said(&["f32", "--precision", "bf16"]).contains("products  of bf16"));
    lab.run(&["check", "bf16"]).success();
    lab.run(&["train", "--resume", "bf16", "--precision", "f32"])
        .refused(&["--precision", "--resume"]);
    lab.run(&["train", "tiny.toml", "--precision", "f16", "--out", "no"])
        .refused(&["f16", "bf16"]);
    lab.write(
        "half.toml",
        TINY.replace("[train]", "[train]\nprecision = \"half\""),
    );
    lab.run(&["train", "half.toml"]).refused(&["half", "bf16"]);
    // Products of bf16 take half of the time.
    let work = |precision: &str| {
        let run = lab.run(&[
            "plan",
            "tiny.toml",
            "--path",
            "dense",
            "--precision",
            precision,
            "--json",
        ]);
        let plan: serde_json::Value = serde_json::from_str(&run.success().stdout).unwrap();
        assert_eq!(
            precision == "bf16",
            plan.to_string().contains("products of bf16")
        );
        plan["layers"][0]["work"].as_u64().unwrap()
    };
    assert_eq!(work("f32") / 2, work("bf16"));
}
