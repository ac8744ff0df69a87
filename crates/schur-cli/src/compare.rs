//! `schur compare`: several runs in one table and on one page.

mod differences;
mod entry;
mod kinds;
mod moved;
mod page;

use std::path::{Path, PathBuf};

use schur_train::RunDir;
use schur_train::images::Task;
use serde::Serialize;

use crate::args::CompareArgs;
use crate::error::{CliError, Result, fail};
use crate::made::duration;
use crate::say::{answer, columns, ending, fitted, line, width};

pub(crate) use differences::differences;
use entry::Entry;
use moved::Scores;

/// What all runs say together.
#[derive(Serialize)]
pub(crate) struct Comparison {
    task: Task,
    /// What errors are measured in.
    error: &'static str,
    runs: Vec<Entry>,
    groups: Vec<Together>,
    /// Runs that are left out, and data that differ.
    notes: Vec<String>,
}

/// Runs that differ in the seed alone.
#[derive(Serialize)]
struct Together {
    label: String,
    group: String,
    parameters: usize,
    runs: usize,
    /// Mean time of training.
    seconds: Option<f64>,
    /// Mean test error of those that have one.
    error: Option<f64>,
    /// Deviation of the test errors, from two runs on.
    deviation: Option<f64>,
}

pub(crate) fn run(args: &CompareArgs) -> Result<()> {
    if let Some(path) = &args.out {
        ending(path, "--out", &["html"])?;
    }
    let comparison = Comparison::of(&args.runs)?;
    if let Some(path) = &args.out {
        schur_nn::write_atomically(path, comparison.page("Runs, compared").as_bytes())?;
    }
    answer(args.json, &comparison, || comparison.text())
}

/// The runs that a path stands for: itself, or those in a directory, by name, of which there is one at
/// least; a file, as a sweep leaves them beside runs, for none.
fn inside(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(Vec::new());
    }
    if !path.is_dir() || RunDir::open(path).is_ok() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = std::fs::read_dir(path).map_err(|e| CliError::io("reading", path, &e))?;
    let mut runs = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| CliError::io("reading", path, &e))?;
        runs.extend(Some(entry.path()).filter(|path| RunDir::open(path).is_ok()));
    }
    runs.sort();
    match runs.is_empty() {
        false => Ok(runs),
        true => fail(format!(
            "{}: no run directory, and there is none in it; `schur train` makes one",
            path.display()
        )),
    }
}

impl Comparison {
    /// Reads the runs that paths stand for; they have to be of one task.
    pub(crate) fn of(paths: &[PathBuf]) -> Result<Self> {
        let mut all = Vec::new();
        for path in paths {
            all.extend(inside(path)?);
        }
        if all.is_empty() {
            all.extend(paths.first().cloned());
        }
        let runs: Vec<Entry> = all
            .iter()
            .map(|path| Entry::read(path))
            .collect::<Result<_>>()?;
        let Some(first) = runs.first() else {
            return fail("there is no run to compare");
        };
        let task = first.task;
        if let Some(other) = runs.iter().find(|run| run.task != task) {
            let name = |task: Task| format!("{task:?}").to_lowercase();
            return fail(format!(
                "{} is trained for {} and {} for {}; compare runs of one task",
                first.run,
                name(task),
                other.run,
                name(other.task)
            ));
        }
        let mut notes = Vec::new();
        let mut runs = kinds::without_doubles(runs, &mut notes);
        let groups = kinds::label(&mut runs)
            .iter()
            .map(|label| Together::of(label, &runs))
            .collect();
        notes.extend(kinds::other_data(&runs));
        Ok(Self {
            task,
            error: match task {
                Task::Classification => "% wrong",
                Task::Pose => "degrees",
                Task::Segmentation => "% less than IoU 100 %",
                Task::Regression => "% of the variance that is not explained",
            },
            runs,
            groups,
            notes,
        })
    }

    /// Scores of volumes in other positions: a row for every run that has them, and one for each label with
    /// several.
    fn moved(&self) -> Vec<Vec<String>> {
        let row = |name: &str, of: &[Scores]| [vec![name.to_string()], Scores::words(of)].concat();
        let mut rows = Vec::new();
        for group in &self.groups {
            let runs = self.runs.iter().filter(|run| run.label == group.label);
            let mine: Vec<(&str, Scores)> = runs
                .filter_map(|run| Some((run.run.as_str(), run.moved?)))
                .collect();
            rows.extend(mine.iter().map(|(run, scores)| row(run, &[*scores])));
            if mine.len() > 1 {
                let all: Vec<Scores> = mine.iter().map(|(_, scores)| *scores).collect();
                rows.push(row(&group.label, &all));
            }
        }
        rows
    }

    pub(crate) fn text(&self) -> String {
        let head = [
            "run",
            "group",
            "parameters",
            "seed",
            "epochs",
            "time",
            "error",
        ];
        let mut rows = vec![head.map(str::to_string).to_vec()];
        for run in &self.runs {
            rows.push(vec![
                run.run.clone(),
                run.group.clone(),
                run.parameters.to_string(),
                run.seed.to_string(),
                format!("{}/{}", run.epochs, run.planned),
                time(run.seconds, "-"),
                number(run.test_error, "-"),
            ]);
        }
        let mut out = columns(&rows, 2, width());
        line!(out, "");
        let mut rows = vec![MEANS.map(str::to_string).to_vec()];
        for group in &self.groups {
            let mut row = group.row("-").to_vec();
            // A label that is too long goes on below.
            let label = fitted(&row[0], width().saturating_sub(NUMBERS).max(LEAST_LABEL));
            let mut parts = label.lines().map(str::to_string);
            row[0] = parts.next().unwrap_or_default();
            rows.push(row);
            rows.extend(parts.map(|part| vec![part]));
        }
        out += &columns(&rows, 1, width());
        let moved = self.moved();
        if !moved.is_empty() {
            let head = [&[""], &moved::HEAD[..]].concat();
            let head = head.into_iter().map(str::to_string).collect();
            line!(
                out,
                "\n{}",
                columns(&[vec![head], moved].concat(), 1, width())
            );
            line!(out, "{}", moved::MEANING);
        }
        line!(
            out,
            "\nerror: on the test images, in {}; deviation: of the errors from seed to seed; -: not \
             finished, or one run only.",
            self.error
        );
        for note in &self.notes {
            line!(out, "note: {note}");
        }
        out
    }
}

/// What [`Together::row`] has, as heads of columns.
const MEANS: [&str; 6] = [
    "",
    "parameters",
    "runs",
    "mean time",
    "mean error",
    "deviation",
];

/// Columns of a terminal that are left to the numbers beside a label, and those that it has at least.
const NUMBERS: usize = 54;
const LEAST_LABEL: usize = 12;

/// Two digits, or what stands for a number that is not known.
fn number(value: Option<f64>, unknown: &str) -> String {
    value.map_or(unknown.to_string(), |v| format!("{v:.2}"))
}

/// A time, or what stands for one that is not known: of runs that came without `timing.csv`.
fn time(seconds: Option<f64>, unknown: &str) -> String {
    seconds.map_or(unknown.to_string(), duration)
}

impl Together {
    /// As words of a table.
    fn row(&self, unknown: &str) -> [String; 6] {
        [
            self.label.clone(),
            self.parameters.to_string(),
            self.runs.to_string(),
            time(self.seconds, unknown),
            number(self.error, unknown),
            number(self.deviation, unknown),
        ]
    }

    /// The runs of a label.
    fn of(label: &str, runs: &[Entry]) -> Self {
        let mine: Vec<&Entry> = runs.iter().filter(|run| run.label == label).collect();
        let errors: Vec<f64> = mine.iter().filter_map(|run| run.test_error).collect();
        let (mean, deviation) = statistics(&errors);
        let seconds: Vec<f64> = mine.iter().filter_map(|run| run.seconds).collect();
        Self {
            label: label.to_string(),
            group: mine.first().map_or(String::new(), |run| run.group.clone()),
            parameters: mine.first().map_or(0, |run| run.parameters),
            runs: mine.len(),
            seconds: statistics(&seconds).0,
            error: mean,
            deviation,
        }
    }
}

/// Mean, and deviation of a sample, of which there are at least one and two numbers.
fn statistics(values: &[f64]) -> (Option<f64>, Option<f64>) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (
        (!values.is_empty()).then_some(mean),
        (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt()),
    )
}

#[cfg(test)]
mod tests {
    use super::statistics;

    #[test]
    fn a_deviation_needs_two_values_and_is_that_of_a_sample() {
        assert_eq!(statistics(&[]), (None, None));
        assert_eq!(statistics(&[3.0]), (Some(3.0), None));
        assert_eq!(statistics(&[1.0, 3.0]), (Some(2.0), Some(2f64.sqrt())));
    }
}
