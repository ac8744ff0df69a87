//! Which runs are of one kind, what the kinds are called, and what makes their errors incomparable.

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
    let short: Vec<String> = firsts.iter().map(|&i| words(&firsts, i, runs)).collect();
    let serves = |label: &String| {
        let same = short.iter().filter(|other| *other == label).count();
        same == 1 && label.chars().count() <= MAX_LABEL
    };
    let labels = short
        .iter()
        .zip(&firsts)
        .map(|(label, &i)| match serves(label) {
            true => label.clone(),
            false => format!("{}, {}", runs[i].group, runs[i].run),
        });
    let labels: Vec<String> = labels.collect();
    for (run, kind) in runs.iter_mut().zip(kind_of) {
        run.label.clone_from(&labels[kind]);
    }
    labels
}

/// The group of a run, and in what it differs from the first runs of other kinds with this group.
fn words(firsts: &[usize], index: usize, runs: &[Entry]) -> String {
    let run = &runs[index];
    let all = firsts.iter().map(|&i| &runs[i]);
    let same: Vec<&Entry> = all.filter(|other| other.group == run.group).collect();
    let mut label = run.group.clone();
    if same.iter().any(|other| other.parameters != run.parameters) {
        label += &format!(", {} parameters", run.parameters);
    }
    for name in differing(same.iter().map(|other| &other.entries)) {
        let (section, short) = name.rsplit_once('.').unwrap_or(("", &name));
        let skipped = section.starts_with("network") || FOLLOW.contains(&name.as_str());
        match run.entries.get(&name) {
            Some(value) if !skipped && short == "directory" => {
                label += &format!(", {}", value.rsplit('/').next().unwrap_or(value));
            }
            Some(value) if !skipped => label += &format!(", {short} = {value}"),
            None if short == "directory" => label += ", embedded digits",
            _ => {}
        }
    }
    label
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
    // What is trained on besides changes no test.
    let is_augmentation = |name: &str| name.starts_with("data.augment");
    let data = names.iter().filter(|name| {
        name.starts_with("data.") && !FOLLOW.contains(&name.as_str()) && !is_augmentation(name)
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
