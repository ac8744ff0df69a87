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
