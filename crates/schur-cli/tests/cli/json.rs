//! What `--json` gives is what `--help` says.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Lab, TINY};

/// The names of all keys of objects, however deep.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, value)| {
            found.insert(key.clone());
            keys(value, found);
        }),
        Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

/// One rule, which `schur --help` says: numbers that are not known are null, and lists stay lists.
#[test]
fn what_is_not_known_is_null_and_lists_of_nothing_are_empty() {
    let lab = Lab::new();
    lab.write("tiny.toml", TINY.replace("epochs = 6", "epochs = 1"));
    lab.train("run");
    let json = |words: &[&str]| -> Value {
        let run = lab.run(&[words, &["--json"]].concat());
        serde_json::from_str(&run.stdout).expect("JSON")
    };
    // Of one run there is no deviation; without these files no time and no test error either.
    let all = json(&["compare", "run"]);
    assert_eq!(
        all["groups"][0].get("deviation"),
        Some(&Value::Null),
        "{all:#}"
    );
    assert!(all["groups"][0]["error"].is_number(), "{all:#}");
    assert_eq!(all["notes"], Value::Array(Vec::new()));
    for name in ["timing.csv", "summary.json"] {
        std::fs::remove_file(lab.path(&format!("run/{name}"))).unwrap();
    }
    let all = json(&["compare", "run"]);
    for (of, key) in [
        ("runs", "seconds"),
        ("runs", "test_error"),
        ("groups", "seconds"),
        ("groups", "error"),
    ] {
        assert_eq!(all[of][0].get(key), Some(&Value::Null), "{key}: {all:#}");
    }
    for words in [&["plan", "run"][..], &["check", "run", "--images", "2"]] {
        let found = json(words);
        assert!(found["notices"].is_array(), "{words:?}: {found:#}");
    }
    let help = lab.run(&["--help"]).success();
    help.shows(&[
        "a number that is not known is null",
        "a list of nothing is empty",
    ]);
}

#[test]
fn help_has_every_key_of_json() {
    let lab = Lab::new();
    lab.write("tiny.toml", TINY.replace("epochs = 6", "epochs = 1"));
    lab.train("run");
    for words in [
        &["eval", "run"][..],
        &["check", "run"],
        &["plan", "run"],
        &["models"],
        &["models", "--layers"],
        &["group", "D4"],
        &["compare", "run"],
        &["predict", "run", "run/samples.png"],
        &["data", "show", "run"],
        &[
            "intertwiners",
            "--group",
            "C4",
            "--from",
            "regular",
            "--to",
            "E",
        ],
    ] {
        let run = lab.run(&[words, &["--json"]].concat());
        let Ok(value) = serde_json::from_str::<Value>(&run.stdout) else {
            continue;
        };
        let first = if words[0] == "data" {
            &words[..2]
        } else {
            &words[..1]
        };
        let help = lab.run(&[first, &["--help"]].concat()).success().stdout;
        let mut found = BTreeSet::new();
        keys(&value, &mut found);
        let missing: Vec<&String> = found
            .iter()
            .filter(|key| !help.contains(key.as_str()))
            .collect();
        assert!(
            !found.is_empty() && missing.is_empty(),
            "{words:?}: {missing:?}"
        );
    }
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
    let listed = lab.run(&["models", "--layers", "--json"]).success();
    let all: Value = serde_json::from_str(&listed.stdout).expect("JSON");
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
