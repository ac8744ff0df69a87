//! Which runs are of one kind, what the kinds are called, and what makes their errors incomparable.

use schur_data::counted;

use super::differences::differing;
use super::entry::Entry;

/// Entries of a config that follow from others or from the images.
const FOLLOW: [&str; 6] = [
    "data.mean",
    "data.deviation",
    "data.target_mean",
    "data.target_scale",
    "params",
    "train.path",
];
/// What is trained on changes no test.
const TRAINING: [&str; 5] = [
    "data.augment",
    "data.augment_by",
    "data.max_train",
    "data.max_validation",
    "data.oversample",
];
/// By either images are tested turned.
const TURNED: [&str; 2] = ["data.upright", "data.rotated"];
/// Letters of a label that still tells something at the edge of a plot.
const MAX_LABEL: usize = 60;
/// Values of an entry that a note shows.
const SHOWN: usize = 3;
/// Most letters of one of them.
const LONGEST: usize = 60;

/// Takes out runs that are there twice, and says which.
pub(super) fn without_doubles(runs: Vec<Entry>, notes: &mut Vec<String>) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::new();
    for run in runs {
        let same = |other: &&Entry| {
            (&other.config, other.seed, &other.from) == (&run.config, run.seed, &run.from)
        };
        match kept.iter().find(same) {
            None => kept.push(run),
            Some(other) => notes.push(match other.path == run.path {
                true => format!("{} was named twice; it counts once", run.run),
                false => format!(
                    "{} has the config and the seed of {}, so that it is no other sample; it is left out",
                    run.run, other.run
                ),
            }),
        }
    }
    kept
}

/// Gives every run the label of its kind: the group, and where several kinds have the same group, in
/// what they differ. Returns the labels in the order of the runs.
pub(super) fn label(runs: &mut [Entry]) -> Vec<String> {
    // The first run of every kind.
    let mut firsts: Vec<usize> = Vec::new();
    let mut kind_of = Vec::with_capacity(runs.len());
    for (index, run) in runs.iter().enumerate() {
        let known = firsts.iter().position(|&i| runs[i].config == run.config);
        kind_of.push(known.unwrap_or_else(|| {
            firsts.push(index);
            firsts.len() - 1
        }));
    }
    let all = |count: bool| -> Vec<String> {
        let label = |&i: &usize| words(&firsts, i, runs, count);
        firsts.iter().map(label).collect()
    };
    // Numbers of parameters stand in a column of their own, so that they are named in need alone.
    let tries = [all(false), all(true)];
    let labels = firsts.iter().enumerate().map(|(kind, &i)| {
        let serves = |labels: &&Vec<String>| {
            let same = labels.iter().filter(|other| **other == labels[kind]);
            same.count() == 1 && labels[kind].chars().count() <= MAX_LABEL
        };
        match tries.iter().find(serves) {
            Some(labels) => labels[kind].clone(),
            None => format!("{}, {}", runs[i].group, runs[i].run),
        }
    });
    let labels: Vec<String> = labels.collect();
    for (run, kind) in runs.iter_mut().zip(kind_of) {
        run.label.clone_from(&labels[kind]);
    }
    labels
}

/// The group of a run, and in what its data and training differ from those of other kinds; with its
/// parameters, if they are to be counted and others with this group have more or fewer.
fn words(firsts: &[usize], index: usize, runs: &[Entry], count: bool) -> String {
    let run = &runs[index];
    let all = || firsts.iter().map(|&i| &runs[i]);
    let mut same = all().filter(|other| other.group == run.group);
    let mut label = run.group.clone();
    if count && same.any(|other| other.parameters != run.parameters) {
        label += &format!(", {} parameters", run.parameters);
    }
    for name in differing(all().map(|other| &other.entries)) {
        let skipped = name.starts_with("network.") || FOLLOW.contains(&name.as_str());
        let value = run.entries.get(&name).map(String::as_str);
        if let Some(word) = spoken(&name, value).filter(|_| !skipped) {
            label += &format!(", {word}");
        }
    }
    label
}

/// An entry of a config in words; none for lists, which a label has no room for, and for what is not set.
fn spoken(name: &str, value: Option<&str>) -> Option<String> {
    let Some(value) = value else {
        return (name == "data.directory").then(|| "embedded digits".to_string());
    };
    let words = name.rsplit('.').next().unwrap_or(name).replace('_', " ");
    let of = |unit: &str| value.parse().map(|n| counted(n, unit)).ok();
    match name {
        "data.directory" | "data.targets" => value.rsplit('/').next().map(str::to_string),
        "data.augment" => Some(["not augmented", "augmented"][usize::from(value == "true")].into()),
        "data.max_train" => of("training image"),
        "data.max_validation" => of("validation image"),
        "data.max_test" => of("test image"),
        "train.epochs" => of("epoch"),
        // The epoch after which it ended, and those of its schedule, of every earlier training.
        "train.earlier" => {
            let numbers = value.split(|c: char| !c.is_ascii_digit());
            let ends: Vec<&str> = numbers.filter(|n| !n.is_empty()).step_by(2).collect();
            let plural = if ends.len() > 1 { "s" } else { "" };
            Some(format!(
                "trained on after epoch{plural} {}",
                ends.join(" and ")
            ))
        }
        _ if value.starts_with('[') => None,
        _ => Some(match value {
            "true" => words,
            "false" => format!("not {words}"),
            _ => format!("{words} {value}"),
        }),
    }
}

/// The beginning of a value that is long, as a list of many classes.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_string(),
    }
}

/// What the runs differ in that makes their errors those of different images.
pub(super) fn other_data(runs: &[Entry]) -> Option<String> {
    let names = differing(runs.iter().map(|run| &run.entries));
    let is_true =
        |run: &Entry, name: &str| run.entries.get(name).is_some_and(|value| value == "true");
    // Digits of the program are tested turned, whatever they are trained on.
    let turned = |run: &Entry| {
        TURNED.iter().any(|name| is_true(run, name)) || !run.entries.contains_key("data.directory")
    };
    let alike = runs
        .windows(2)
        .all(|pair| turned(&pair[0]) == turned(&pair[1]));
    let of_training = |name: &str| TRAINING.contains(&name) || alike && TURNED.contains(&name);
    let data = names.iter().filter(|name| {
        name.starts_with("data.") && !FOLLOW.contains(&name.as_str()) && !of_training(name)
    });
    let of_one = |name: &String| {
        let mut values: Vec<&str> = Vec::new();
        for run in runs {
            let value = run.entries.get(name).map_or("not set", String::as_str);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let more = if values.len() > SHOWN { ", …" } else { "" };
        let shown: Vec<String> = values.into_iter().take(SHOWN).map(shortened).collect();
        format!("{name}: {}{more}", shown.join(" or "))
    };
    let data: Vec<String> = data.map(of_one).collect();
    (!data.is_empty()).then(|| {
        format!(
            "the runs have different data ({}), so that their errors do not measure the same thing",
            data.join("; ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn entries_of_configs_are_words() {
        for (name, value, word) in [
            ("data.directory", Some("/home/me/photos"), Some("photos")),
            ("data.directory", None, Some("embedded digits")),
            ("data.upright", Some("false"), Some("not upright")),
            ("data.augment", Some("true"), Some("augmented")),
            ("data.max_train", Some("96"), Some("96 training images")),
            ("data.classes", Some("[\"a\", \"b\"]"), None),
            ("data.size", None, None),
            ("train.epochs", Some("1"), Some("1 epoch")),
            (
                "train.learning_rate",
                Some("0.01"),
                Some("learning rate 0.01"),
            ),
            (
                "train.earlier",
                Some("[[7, 40]]"),
                Some("trained on after epoch 7"),
            ),
            (
                "train.earlier",
                Some("[[6, 6], [9, 3]]"),
                Some("trained on after epochs 6 and 9"),
            ),
        ] {
            assert_eq!(spoken(name, value).as_deref(), word, "{name}");
        }
    }
}
