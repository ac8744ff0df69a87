//! The laboratory: every experiment that trains nothing is run as it is.

use serde_json::Value;

use crate::support::Lab;

/// They take a second together.
const FAST: [&str; 14] = [
    "laws",
    "translation",
    "averaging",
    "reflection",
    "weight-sharing",
    "composition",
    "stride",
    "beyond-cyclic",
    "volumes",
    "continuous",
    "moebius",
    "holonomy",
    "flat-limit",
    "vertex",
];

#[test]
fn the_mathematics_holds_and_every_control_fails() {
    let lab = Lab::new();
    let words = [
        &["lab", "run"],
        FAST.as_slice(),
        &["--json", "--out", "out"],
    ]
    .concat();
    let results = lab.run(&words).success();
    let results: Value = serde_json::from_str(&results.stdout).unwrap();
    let results = results.as_array().unwrap();
    assert_eq!(results.len(), FAST.len());
    for result in results {
        assert_eq!(result["verdict"], "holds", "{result:#}");
        let controls = result["controls"].as_array().unwrap();
        assert!(!controls.is_empty(), "{result:#}");
        for control in controls {
            assert_eq!(control["verdict"], "fails", "{control:#}");
        }
    }
}

#[test]
fn a_run_writes_a_page_with_every_figure_and_every_number() {
    let lab = Lab::new();
    let words = [&["lab", "run"], FAST.as_slice(), &["--out", "out"]].concat();
    lab.run(&words).success().shows(&[
        "holds     laws: ",
        "fails as it must",
        "14 of 14 hold; the page is out/index.html",
    ]);
    let page = lab.text("out/index.html");
    assert!(!page.contains("http"), "the page must be self-contained");
    let files = lab.files("out");
    let figures = files.iter().filter(|file| file.ends_with(".svg"));
    assert_eq!(page.matches("<svg").count(), figures.clone().count());
    for name in FAST {
        assert!(files.contains(&format!("{name}/results.json")), "{files:?}");
        assert!(
            figures
                .clone()
                .any(|file| file.starts_with(&format!("{name}/"))),
            "{name}"
        );
    }
    for file in figures {
        // The drawing of the file is the drawing of the page.
        let figure = lab.text(&format!("out/{file}"));
        let (_, body) = figure.split_once("<g transform").unwrap();
        let longest = body.lines().max_by_key(|line| line.len()).unwrap();
        assert!(page.contains(longest), "{file}");
    }
    for table in files.iter().filter(|file| file.ends_with(".csv")) {
        assert!(page.contains(table), "{table}");
        assert!(
            lab.text(&format!("out/{table}")).lines().count() > 1,
            "{table}"
        );
    }
    assert!(!files.iter().any(|file| file.contains("tmp")), "{files:?}");
}

/// Of experiments that train nothing; the others take too long for a test.
#[test]
fn pictures_of_the_book_are_what_the_laboratory_draws() {
    let lab = Lab::new();
    let pictures = [
        ("laws", "tables", "laws"),
        ("reflection", "kernels", "reflection"),
        ("stride", "sizes", "stride"),
        ("weight-sharing", "letters", "letters"),
        ("translation", "padding", "padding"),
        ("vertex", "seams", "seams"),
    ];
    let names = pictures.map(|(experiment, ..)| experiment);
    lab.run(&[&["lab", "run"], names.as_slice(), &["--out", "out"]].concat())
        .success();
    let book = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/book/src/images");
    for (experiment, figure, name) in pictures {
        let drawn = lab.text(&format!("out/{experiment}/{figure}.svg"));
        let of_book = std::fs::read_to_string(format!("{book}/lab-{name}.svg")).unwrap();
        assert!(
            drawn == of_book,
            "lab-{name}.svg is no longer what `schur lab run {experiment}` draws: copy it"
        );
    }
}

/// The page of one experiment keeps the verdicts of those that were run before it.
#[test]
fn a_second_run_keeps_the_verdicts_of_the_first() {
    let lab = Lab::new();
    lab.run(&["lab", "run", "laws", "--out", "out"]).success();
    lab.run(&["lab", "run", "stride", "--out", "out"]).success();
    let page = lab.text("out/index.html");
    for part in [
        "<section id=\"stride\">",
        "(earlier: <a href=\"laws/results.json\">laws</a>)",
        "1 of 1 statements hold",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn the_same_seed_gives_the_same_files() {
    let lab = Lab::new();
    let words = |out| {
        [
            "lab",
            "run",
            "averaging",
            "composition",
            "stride",
            "--seed",
            "7",
            "--out",
            out,
        ]
    };
    lab.run(&words("one")).success();
    lab.run(&words("two")).success();
    let files = lab.files("one");
    assert_eq!(files, lab.files("two"));
    // The end of the page says when it was made and by which command.
    let text = |path: String| -> String {
        let text = lab.text(&path);
        let (same, end) = text.split_once("How this was made").unwrap_or((&text, ""));
        assert_eq!(end.is_empty(), !path.ends_with(".html"), "{path}");
        same.to_string()
    };
    for file in files {
        let (one, two) = (text(format!("one/{file}")), text(format!("two/{file}")));
        assert_eq!(one, two, "{file}");
    }
}

#[test]
fn the_list_names_every_experiment_with_its_claim() {
    let lab = Lab::new();
    let list = lab.run(&["lab", "list", "--json"]).success();
    let list: Value = serde_json::from_str(&list.stdout).unwrap();
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["name"].as_str().unwrap())
        .collect();
    for name in FAST
        .iter()
        .chain(&["augmentation", "invariant", "wrong-symmetry"])
    {
        assert!(names.contains(name), "{name} in {names:?}");
    }
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), names.len());
    lab.run(&["lab", "list"]).success().shows(&names);
}

#[test]
fn an_unknown_name_lists_the_known_ones() {
    let lab = Lab::new();
    lab.run(&["lab", "run", "laws", "gravity"]).refused(&[
        "`gravity`",
        "all, laws, translation",
        "continuous",
    ]);
    assert_eq!(lab.files(""), ["tiny.toml"], "nothing is written");
}

#[test]
fn a_file_in_the_way_is_a_clean_error() {
    let lab = Lab::new();
    lab.write("out", "in the way");
    lab.run(&["lab", "run", "laws", "--out", "out"])
        .refused(&["creating", "out"]);
}
