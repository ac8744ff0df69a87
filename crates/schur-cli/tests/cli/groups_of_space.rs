//! Groups of space have the names of representations that the book gives them, and large ones answer.

use crate::support::{Lab, Run};

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

/// Columns stay below one another: what has no room is printed below, with its numbers.
#[test]
fn wide_matrices_are_broken_between_columns() {
    let lab = Lab::new();
    let words = "intertwiners --group D4 --from";
    let words: Vec<&str> = words
        .split(' ')
        .chain(["regular+2 E1", "--to", "E1"])
        .collect();
    let printed = |width: usize| {
        let mut command = lab.command(&words);
        let output = command.env("COLUMNS", width.to_string()).output().unwrap();
        let run = Run::new(&words, output).success();
        let (_, first) = run.stdout.split_once("\nM1\n").expect("a matrix");
        first.split("\n\n").next().unwrap().to_string()
    };
    let whole = printed(200);
    let rows: Vec<Vec<&str>> = whole
        .lines()
        .map(|row| row.split_whitespace().collect())
        .collect();
    assert_eq!((rows.len(), rows[0].len()), (2, 12), "{whole}");
    for (width, blocks) in [(80, &[1..=11, 12..=12][..]), (60, &[1..=8, 9..=12])] {
        let broken = printed(width);
        let mut lines = broken.lines();
        for block in blocks {
            let (first, last) = (block.start(), block.end());
            let head = lines.next().unwrap();
            match first == last {
                true => assert_eq!(head, format!("  column {first}")),
                false => assert_eq!(head, format!("  columns {first} to {last}")),
            }
            for row in &rows {
                let line = lines.next().unwrap();
                let cells = line.split_whitespace();
                assert!(cells.eq(row[first - 1..*last].iter().copied()), "{broken}");
                assert_eq!(line.chars().count(), 1 + 7 * block.clone().count());
            }
        }
        assert_eq!(lines.next(), None, "{broken}");
    }
}

/// One is singular, and what is not there is said.
#[test]
fn words_of_groups_fit_what_there_is() {
    let lab = Lab::new();
    lab.run(&["group", "x"])
        .refused(&["unknown group \"x\"", "such as C4 or D4"]);
    let to = |from| {
        [
            "intertwiners",
            "--group",
            "D4",
            "--from",
            from,
            "--to",
            "E1",
        ]
    };
    lab.run(&to("quotient(C2#7)"))
        .refused(&["3 classes of subgroups C2, and no #7", "quotient(C2#3)"]);
    let words = "intertwiners --group C30 --from regular --to trivial";
    lab.run(&words.split(' ').collect::<Vec<_>>())
        .success()
        .shows(&["1 matrix of 1 x 30;"]);
    lab.run(&["plan", "tiny.toml"])
        .success()
        .shows(&["5 x 5 convolution, 1 channel (1 field) -> 8 channels (2 fields)"]);
    // An element that the others generate is no generator.
    let group = lab.run(&["group", "Q8"]).success();
    group.shows(&[
        "C4         normal  i\n",
        "C4         normal  j\n",
        "C4         normal  k\n",
    ]);
}

#[test]
fn subgroups_of_large_groups_are_listed_and_what_is_advised_works() {
    let lab = Lab::new();
    let classes = |name: &str| {
        let run = lab.run(&["group", name, "--json"]).success();
        let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        found["subgroups"].as_array().map_or(0, Vec::len)
    };
    // C_n has one subgroup for every divisor, S6 has 56 classes (Holt, Eick & O'Brien 2005).
    assert_eq!(["C151", "C360", "S6"].map(classes), [2, 24, 56]);
    let large = lab.run(&["group", "C2 x S6"]).success();
    large.shows(&["Left out: subgroups", "1024"]);
    let spin = lab.run(&["group", "SU(2)"]).success();
    assert!(!spin.stdout.contains("--restrict"), "{spin:?}");
    lab.run(&["group", "SU(2)", "--json"])
        .refused(&["use --tensor with --json"]);
    lab.run(&["group", "O(2)", "--induce", "SO(2)", "E1"])
        .refused(&["'induced(SO(2), E1)' --to E1"]);
    lab.run(&[
        "intertwiners",
        "--group",
        "O(2)",
        "--from",
        "induced(SO(2), E1)",
        "--to",
        "E1",
    ])
    .success();
    lab.run(&["train", "--task", "sphere", "--group", "C1"])
        .refused(&["use a group of space: SO(3)"]);
}
