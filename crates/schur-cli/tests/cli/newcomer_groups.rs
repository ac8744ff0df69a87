//! Groups of space have the names of representations that the book gives them, and large ones answer.

use crate::support::Lab;

#[test]
fn groups_of_space_have_all_names_of_representations() {
    let lab = Lab::new();
    let between = |group: &str, from: &str, to: &str| {
        let words = ["intertwiners", "--group", group, "--from", from, "--to", to];
        lab.run(&words)
    };
    for (group, from, to, found) in [
        ("SO(3)", "harmonics(2)", "2", "1 of 25 dimensions"),
        ("SO(3)", "defining", "1", "1 of 9 dimensions"),
        ("SO(3)", "spectral(2)", "1", "3 of 105 dimensions"),
        ("O(3)", "induced(SO(3), 1)", "1-", "1 of 18 dimensions"),
        ("O", "harmonics(2)", "E", "1 of 10 dimensions"),
        ("O", "spectral(1)", "T1", "3 of 72 dimensions"),
        ("O", "restricted(O(3), 1-)", "T1", "1 of 9 dimensions"),
        ("Oh", "harmonics(3)", "T1u", "1 of 21 dimensions"),
        ("D4", "restricted(O(2), E1)", "E", "1 of 4 dimensions"),
    ] {
        between(group, from, to).success().shows(&[found]);
    }
    between("D4", "harmonics(2)", "E").refused(&["harmonics(2)"]);
    between("O(3)", "1u", "1-").refused(&["O(3) has no representation `u`"]);
}

/// Kernels and paths, which nobody sees here, would take minutes.
#[test]
fn networks_of_large_groups_are_counted_without_kernels() {
    let lab = Lab::new();
    let json = |words: &[&str]| {
        let run = lab.run(&[words, &["--json"]].concat()).success();
        serde_json::from_str::<serde_json::Value>(&run.stdout).expect("JSON")
    };
    let models = json(&["models", "--group", "C4"]);
    let p4 = models
        .as_array()
        .expect("rows")
        .iter()
        .find(|row| row["name"] == "p4");
    let (p4, plan) = (p4.expect("p4"), json(&["plan", "p4", "--group", "C4"]));
    let layers = plan["layers"].as_array().expect("layers");
    let sum = |key: &str| {
        layers
            .iter()
            .filter_map(|layer| layer[key].as_u64())
            .sum::<u64>()
    };
    assert_eq!(p4["parameters"], sum("parameters"));
    assert_eq!(p4["products"], sum("products"));
    lab.run(&["models", "--group", "Ih"])
        .success()
        .shows(&["octahedral", "se3"]);
    // What has no dense convolution says so.
    let spheres = lab.run(&["models", "--group", "SO(3)"]).success();
    let sphere = spheres
        .stdout
        .lines()
        .find(|line| line.starts_with("sphere"));
    assert!(!sphere.expect("a row").contains("0.0 M"), "{spheres:?}");
}

#[test]
fn options_for_blocks_are_refused_for_lists_of_layers() {
    let lab = Lab::new();
    for (option, value) in [("--params", "3000"), ("--activation", "elu")] {
        for more in [
            &["--task", "moebius"][..],
            &["--model", "sphere", "--group", "SO(3)"],
        ] {
            lab.run(&[&["train", option, value, "--out", "run"][..], more].concat())
                .refused(&[option, "list of layers", "--show-config"]);
        }
    }
}

/// It is there: nothing can be made in it.
#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_takes_no_files_is_not_asked_to_be_made() {
    let lab = Lab::new();
    let words = ["intertwiners", "--group", "C2", "--from", "regular", "--to"];
    let run = lab
        .run(&[&words[..], &["regular", "--out", "/proc/maps.svg"]].concat())
        .refused(&["/proc/maps.svg", "choose another place"]);
    assert!(!run.stderr.contains("make the directory"), "{run:?}");
}
