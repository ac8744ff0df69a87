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
